//! `GET /contracts/{contract}`

use std::sync::Arc;

use akashi_app::contract::{Availability, ContractAction, ContractView};
use akashi_app::domain::contract::{HoldReason, Preservation, Purpose};
use akashi_app::domain::{Actor, Contract, ContractState, EventKind, PartyId, PartyState};
use akashi_app::hold_reason;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;

use super::delivery::{delivery_state, mail_kind};
use super::parts::{badge, counterparties, stages};
use crate::pages::contract::{
    Acts, Bounce, ContractPage, Delivery, DocumentLink, Kept, OpenField, Situation, Viewer, ViewerDocument,
};
use crate::routes::frame::app_frame;
use crate::routes::maker::parse_id;
use crate::routes::problem::{Problem, page};
use crate::routes::session::SignedIn;
use crate::routes::time::jst_day;
use crate::routes::{Web, live};
use crate::text::Text;
use crate::view::{Due, Permission, Section, TimelineEntry, TimelineKind};

#[derive(Deserialize, Default)]
#[serde(default)]
pub(super) struct ViewerQuery {
    doc: String,
    page: String,
}

pub(super) async fn show(
    State(web): State<Web>,
    who: SignedIn,
    Path(contract): Path<String>,
    Query(query): Query<ViewerQuery>,
) -> Response {
    let contract_id = match parse_id(&contract, &who.visitor) {
        Ok(id) => id,
        Err(refused) => return refused,
    };
    let found = match web.app.view_contract(&who.caller, contract_id).await {
        Ok(found) => found,
        Err(error) => return Problem::new(error, &who.visitor).into_response(),
    };
    if matches!(found.contract.state, ContractState::Draft) {
        return Redirect::to(&format!("/contracts/{contract_id}/documents")).into_response();
    }
    let context = context(&web, &who, &found, &query).await;
    if who.visitor.is_htmx {
        return page(&context.as_live(), &who.visitor);
    }
    page(&context, &who.visitor)
}

async fn context(web: &Web, who: &SignedIn, found: &ContractView, query: &ViewerQuery) -> ContractPage {
    let t = who.visitor.t;
    let now = web.app.now();
    let contract = &found.contract;
    let own = web.app.organization_name(&who.caller).await.unwrap_or_default();
    let refused: Vec<PartyId> = contract
        .parties
        .iter()
        .filter(|party| found.refused_mail(party.party_id).is_some())
        .map(|party| party.party_id)
        .collect();
    let is_open = matches!(contract.state, ContractState::Open { .. });
    ContractPage {
        t,
        frame: app_frame(web, who, Section::Contracts).await,
        now,
        id: contract.contract_id.to_string(),
        printed_id: contract.contract_id.printed(),
        title: contract.details.title.to_string(),
        badge: badge(contract.state.kind()),
        trial: contract.purpose == Purpose::Trial,
        situation: situation(found, t),
        bounces: contract
            .parties
            .iter()
            .filter(|party| is_open && matches!(party.state, PartyState::Requested { .. }))
            .filter_map(|party| {
                let answer = found.refused_mail(party.party_id)?.to_owned();
                Some(Bounce {
                    party_id: party.party_id.to_string(),
                    name: party.name.to_string(),
                    answer,
                })
            })
            .collect(),
        reference: contract.details.management_number_text().to_owned(),
        counterparties: counterparties(contract, &own),
        amount: contract.details.amount_yen,
        agreed_on: contract.details.agreed_on,
        deadline: contract.details.deadline.map(|at| Due {
            day: jst_day(at),
            today: jst_day(now),
        }),
        owner: found
            .creator
            .as_ref()
            .map(|member| member.name.to_string())
            .unwrap_or_default(),
        level: level(contract),
        kept: contract.preservation.as_ref().map(kept),
        keeping_trouble: contract
            .preservation_trouble
            .as_ref()
            .map(|trouble| hold_reason(trouble.reason, t.lang).to_owned())
            .unwrap_or_default(),
        stages: stages(contract, &own, &refused),
        timeline: timeline(found, t, now),
        deliveries: deliveries(found),
        viewer: viewer(contract, query),
        downloads: downloads(contract, t),
        acts: acts(found, t),
    }
}

/// What was reached, else what is promised.
fn level(contract: &Contract) -> String {
    let reached = contract.preservation.as_ref().map(|kept| kept.level);
    format!("PAdES {}", reached.unwrap_or(contract.promised_level).as_str())
}

fn kept(preservation: &Preservation) -> Kept {
    Kept {
        signatures: preservation.signatures,
        judged_at: preservation.judged_at,
        archived_at: preservation.archived_at,
        stamped_by: preservation.stamped_by.clone(),
        accredited: preservation.is_accredited,
        renew_on: jst_day(preservation.renew_at),
        renewals: preservation.renewals,
    }
}

fn situation(found: &ContractView, t: &Text) -> Situation {
    let contract = &found.contract;
    let party = |id: PartyId| {
        contract
            .party(id)
            .map(|party| party.name.to_string())
            .unwrap_or_default()
    };
    let hold = contract.hold.as_ref();
    let held = |sending| {
        hold.map(|hold| Situation::Held {
            reason: hold_reason(hold.reason, t.lang).to_owned(),
            next: hold.next_attempt_at,
            sending,
        })
    };
    let attempt = found
        .jobs
        .iter()
        .map(|job| job.attempts)
        .max()
        .unwrap_or(1)
        .max(1);
    match &contract.state {
        ContractState::Concluding { .. } => Situation::Concluding {
            attempt,
            reason: hold
                .map(|hold| hold_reason(hold.reason, t.lang).to_owned())
                .unwrap_or_default(),
            next: hold.map(|hold| hold.next_attempt_at),
        },
        ContractState::Sending { .. } => held(true).unwrap_or(Situation::Sending),
        ContractState::Concluded { concluded_at, .. } => Situation::Concluded {
            at: *concluded_at,
            signers: contract.parties.len(),
        },
        ContractState::Declined { by, reason, .. } => Situation::Declined {
            name: party(*by),
            reason: reason.to_string(),
        },
        ContractState::Withdrawn { reason, .. } => Situation::Withdrawn {
            name: found
                .creator
                .as_ref()
                .map(|member| member.name.to_string())
                .unwrap_or_default(),
            reason: reason.to_string(),
        },
        ContractState::Expired { expired_at } => Situation::Expired {
            day: jst_day(contract.details.deadline.unwrap_or(*expired_at)),
        },
        ContractState::Open { .. } => held(false).unwrap_or(Situation::Open),
        ContractState::Draft => Situation::Open,
    }
}

/// Newest first, what is awaited at the top. Mail that was taken is told in the table of deliveries.
fn timeline(found: &ContractView, t: &Text, now: jiff::Timestamp) -> Vec<TimelineEntry> {
    let contract = &found.contract;
    let mut entries: Vec<TimelineEntry> = contract
        .awaited()
        .into_iter()
        .map(|party| TimelineEntry {
            kind: TimelineKind::Awaited,
            at: None,
            title: t.event_awaiting(&party.name),
            note: contract
                .details
                .deadline
                .map(|at| t.event_awaiting_due(t.date(&jst_day(at))))
                .unwrap_or_default(),
        })
        .collect();
    if let Some(hold) = &contract.hold {
        entries.push(TimelineEntry {
            kind: TimelineKind::Awaited,
            at: None,
            title: t.event_held(hold_reason(hold.reason, t.lang)),
            note: t.event_retry_at(t.moment(&hold.next_attempt_at, &now)),
        });
    }
    let told = found
        .events
        .iter()
        .rev()
        .filter_map(|recorded| entry(found, &recorded.event, t));
    entries.extend(told);
    entries
}

fn entry(found: &ContractView, event: &akashi_app::domain::Event, t: &Text) -> Option<TimelineEntry> {
    use TimelineKind::{Failure, Machine, Will};
    let contract = &found.contract;
    let member = found
        .creator
        .as_ref()
        .map(|member| member.name.to_string())
        .unwrap_or_default();
    let party = |id: PartyId| {
        contract
            .party(id)
            .map(|party| party.name.to_string())
            .unwrap_or_default()
    };
    let optional = |id: &Option<PartyId>| id.map(party).unwrap_or_default();
    let who = match event.actor {
        Actor::Party(id) => party(id),
        Actor::Member(_) | Actor::System => member,
    };
    let (kind, title, note) = match &event.what {
        EventKind::Created => (Machine, t.event_created(who), String::new()),
        EventKind::DocumentAdded { file_name, .. } => {
            (Machine, t.event_document_added(who, file_name), String::new())
        }
        EventKind::DocumentRemoved { .. } => (Machine, t.event_document_removed(who), String::new()),
        EventKind::ActiveContentRemoved { .. } => (Machine, t.event_cleaned(who), String::new()),
        EventKind::SendingRequested { .. } => (Will, t.event_sent(who), String::new()),
        EventKind::SendingCancelled => (Will, t.event_cancelled(who), String::new()),
        EventKind::Sent { .. } => (Machine, t.event_prepared().to_owned(), String::new()),
        EventKind::StageOpened { stage } => (Machine, t.event_stage(stage), String::new()),
        EventKind::MailAccepted { party_id, .. } => {
            (Machine, t.event_delivered(optional(party_id)), String::new())
        }
        EventKind::MailRefused {
            party_id, response, ..
        } => (Failure, t.event_refused(optional(party_id)), response.clone()),
        EventKind::Viewed { party_id } => (Machine, t.event_opened(party(*party_id)), String::new()),
        EventKind::Accepted { party_id, .. } => (Will, t.event_agreed(party(*party_id)), String::new()),
        EventKind::Signed { party_id, .. } => {
            let pages: usize = contract
                .documents
                .iter()
                .map(|document| document.pages.len())
                .sum();
            let note = t.event_signed_note(t.grade_mail(), t.pages_count(pages));
            (Machine, t.event_signed(party(*party_id)), note)
        }
        EventKind::Declined { party_id, reason } => {
            (Will, t.event_declined(party(*party_id)), t.event_reason(reason))
        }
        EventKind::Reminded { party_id } => (Machine, t.event_reminded(who, party(*party_id)), String::new()),
        EventKind::AddressCorrected { party_id, to, .. } => {
            (Machine, t.event_address(who, party(*party_id)), to.to_string())
        }
        EventKind::Withdrawn { reason } => (Will, t.event_withdrawn(who), t.event_reason(reason)),
        EventKind::Expired => (Failure, t.event_expired().to_owned(), String::new()),
        EventKind::HeldBack {
            reason: HoldReason::TimeStampAuthority,
        } => (Failure, t.event_tsa_silent().to_owned(), String::new()),
        EventKind::HeldBack { reason } => {
            (Failure, t.event_held(hold_reason(*reason, t.lang)), String::new())
        }
        EventKind::Concluded { level, .. } => {
            let level = format!("PAdES {}", level.as_str());
            (
                Machine,
                t.event_concluded().to_owned(),
                t.event_concluded_note(level),
            )
        }
        EventKind::Preserved { level, renew_at, .. } => {
            let level = format!("PAdES {}", level.as_str());
            let note = t.event_preserved_note(level, t.date_of(renew_at));
            (Machine, t.event_preserved().to_owned(), note)
        }
        EventKind::PreservationFailed { reason } => (
            Failure,
            t.event_preservation_failed(hold_reason(*reason, t.lang)),
            String::new(),
        ),
        _ => return None,
    };
    Some(TimelineEntry {
        kind,
        at: Some(event.at),
        title,
        note,
    })
}

fn deliveries(found: &ContractView) -> Vec<Delivery> {
    found
        .mails
        .iter()
        .rev()
        .filter_map(|mail| {
            let (state, at) = delivery_state(mail)?;
            let party = mail.kind.party_id().and_then(|id| found.contract.party(id));
            let name = match party {
                Some(party) => party.name.to_string(),
                None => found
                    .creator
                    .as_ref()
                    .map(|member| member.name.to_string())
                    .unwrap_or_default(),
            };
            Some(Delivery {
                name,
                email: mail.to.to_string(),
                kind: mail_kind(&mail.kind),
                state,
                at,
            })
        })
        .collect()
}

fn viewer(contract: &Contract, query: &ViewerQuery) -> Viewer {
    let document = contract
        .documents
        .iter()
        .position(|d| d.document_id.to_string() == query.doc)
        .unwrap_or_default();
    let shown = contract.documents.get(document);
    let pages = shown.map_or(1, |document| document.pages.len().max(1));
    let number = query.page.parse::<usize>().unwrap_or(1).clamp(1, pages);
    let index = number.saturating_sub(1);
    let size = shown.and_then(|document| document.pages.get(index));
    let open_fields = contract
        .fields
        .iter()
        .filter(|field| {
            shown.is_some_and(|document| document.document_id == field.document_id)
                && usize::try_from(field.page).is_ok_and(|page| page == index)
        })
        .filter_map(|field| {
            let owner = contract
                .parties
                .iter()
                .position(|party| party.party_id == field.party_id)?;
            let unsigned = contract
                .parties
                .get(owner)
                .is_some_and(|party| !matches!(party.state, PartyState::Signed { .. }));
            unsigned.then(|| OpenField {
                index: owner,
                label: field.label.to_string(),
                x: field.rect.x,
                y: field.rect.y,
                width: field.rect.width,
                height: field.rect.height,
            })
        })
        .collect();
    Viewer {
        documents: contract
            .documents
            .iter()
            .map(|document| ViewerDocument {
                id: document.document_id.to_string(),
                name: document.file_name.to_string(),
                pages: document.pages.len(),
            })
            .collect(),
        document,
        page: number,
        width: size.map_or(595.0, |size| size.width),
        height: size.map_or(842.0, |size| size.height),
        open_fields,
        version: shown.map_or(0, |document| document.segments.len()).to_string(),
    }
}

fn downloads(contract: &Contract, t: &Text) -> Vec<DocumentLink> {
    let id = contract.contract_id;
    let concluded = matches!(contract.state, ContractState::Concluded { .. });
    let mut links: Vec<DocumentLink> = contract
        .documents
        .iter()
        .map(|document| DocumentLink {
            name: document.file_name.to_string(),
            href: format!("/contracts/{id}/documents/{}/download", document.document_id),
            bytes: document.byte_length(),
            sha256: match document.newest_digest() {
                Some(digest) if concluded => digest.to_string(),
                _ => String::new(),
            },
        })
        .collect();
    if let Some(evidence) = &contract.evidence {
        links.push(DocumentLink {
            name: t.contract_evidence().to_owned(),
            href: format!("/contracts/{id}/evidence.pdf"),
            bytes: evidence.pdf.byte_length,
            sha256: evidence.pdf.revision_sha256.to_string(),
        });
        links.push(DocumentLink {
            name: format!("{} (JSON)", t.contract_evidence()),
            href: format!("/contracts/{id}/evidence.json"),
            bytes: evidence.json.byte_length,
            sha256: evidence.json.revision_sha256.to_string(),
        });
    }
    links
}

fn acts(found: &ContractView, t: &Text) -> Acts {
    let of = |action: ContractAction, otherwise: &str| {
        let availability = found
            .actions
            .iter()
            .find(|(a, _)| *a == action)
            .map(|(_, availability)| availability);
        match availability {
            Some(Availability::Now) => Permission::ALLOWED,
            Some(Availability::NotPermitted) => Permission::refused(t.contract_refused_not_owner()),
            _ => Permission::refused(otherwise),
        }
    };
    let concluded = matches!(found.contract.state, ContractState::Concluded { .. });
    let withdraw = if concluded {
        t.contract_refused_concluded()
    } else {
        t.contract_refused_not_open()
    };
    let waits = found.contract.hold.is_some();
    Acts {
        remind: of(ContractAction::Remind, t.contract_refused_not_open()),
        withdraw: of(ContractAction::Withdraw, withdraw),
        evidence: of(ContractAction::Download, t.contract_refused_evidence()),
        correct_address: of(ContractAction::CorrectAddress, t.contract_refused_not_open()),
        retry: if waits {
            Permission::ALLOWED
        } else {
            Permission::refused(t.contract_refused_nobody())
        },
    }
}

/// `GET /contracts/{contract}/events`
pub(super) async fn events(State(web): State<Web>, who: SignedIn, Path(contract): Path<String>) -> Response {
    let contract_id = match parse_id(&contract, &who.visitor) {
        Ok(id) => id,
        Err(refused) => return refused,
    };
    let app = Arc::clone(&web.app);
    let caller = who.caller;
    live::follow(&web, move || {
        let (app, caller) = (Arc::clone(&app), caller.clone());
        async move { app.contract_revision(&caller, contract_id).await.ok() }
    })
}
