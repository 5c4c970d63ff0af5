//! The act itself: confirm and sign, or decline; and what follows.

use akashi_app::domain::contract::ConsentText;
use akashi_app::domain::{ActId, ContractState, FieldValue, PartyState, Reason};
use akashi_app::party::{PartView, PartViewState, RevisionToken};
use axum::extract::{Form, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use serde::Deserialize;

use super::view;
use crate::pages::counterpart::done::{DonePage, DoneState, Download, NextSigner};
use crate::pages::counterpart::request::{ConfirmMissing, ConfirmPage, DeclinePage, MarkPreview};
use crate::routes::Web;
use crate::routes::party_session::Part;
use crate::routes::problem::{Problem, page, page_with};
use crate::routes::refusal::explain;
use crate::routes::visitor::Visitor;
use crate::view::{FieldErrors, SlotState};

fn confirm_page(web: &Web, found: &PartView, visitor: &Visitor, errors: FieldErrors) -> ConfirmPage {
    let t = visitor.t;
    let party = &found.party;
    let organization = party
        .organization
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default();
    let job_title = party
        .job_title
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default();
    let place = [organization, job_title]
        .into_iter()
        .filter(|text| !text.is_empty())
        .collect::<Vec<_>>()
        .join(" ");
    let signing = view::signing_page(found, visitor, FieldErrors::default());
    let missing_pages = found.page_count().saturating_sub(found.shown.len());
    let missing_fields: Vec<String> = signing.missing_labels();
    let missing = (missing_pages > 0 || !missing_fields.is_empty()).then_some(ConfirmMissing {
        pages: missing_pages,
        fields: missing_fields,
    });
    let marks = signing
        .fields
        .iter()
        .filter_map(|field| {
            Some(MarkPreview {
                label: field.label.clone(),
                href: field.preview()?,
                alt: t.mark_seal_alt(&field.label),
            })
        })
        .collect();
    ConfirmPage {
        t,
        frame: view::frame(found, visitor),
        signer: if place.is_empty() {
            party.name.to_string()
        } else {
            format!("{}({place})", party.name)
        },
        documents: found.contract.documents.iter().map(view::spoken_name).collect(),
        marks,
        email: party.email.to_string(),
        others: found
            .contract
            .parties
            .iter()
            .filter(|other| other.party_id != party.party_id && other.state.act().is_none())
            .map(|other| {
                other
                    .organization
                    .as_ref()
                    .map_or_else(|| other.name.to_string(), ToString::to_string)
            })
            .collect(),
        revision: found.token.to_string(),
        statement: ConsentText::CURRENT.version().to_owned(),
        text: ConsentText::CURRENT.text(visitor.t.lang).to_owned(),
        act: web.app.propose_act_id().to_string(),
        missing,
        errors,
    }
}

/// `GET /sign/{party}/confirm`
pub(super) async fn confirm(State(web): State<Web>, part: Part) -> Response {
    let Part { caller, visitor } = part;
    match web.app.view_part(&caller).await {
        Ok(found) if found.state == PartViewState::Awaited => {
            let visitor = visitor.in_language_of(found.party.language);
            let context = confirm_page(&web, &found, &visitor, FieldErrors::default());
            if visitor.is_htmx {
                page(&context.as_dialog(), &visitor)
            } else {
                page(&context, &visitor)
            }
        }
        Ok(found) => Redirect::to(&format!("/sign/{}", found.party.party_id)).into_response(),
        Err(error) => Problem::new(error, &visitor).into_response(),
    }
}

#[derive(Deserialize)]
pub(super) struct Confirmed {
    revision: String,
    statement: String,
    act: String,
}

/// `POST /sign/{party}/confirm`
pub(super) async fn sign(State(web): State<Web>, part: Part, Form(form): Form<Confirmed>) -> Response {
    let Part { caller, visitor } = part;
    let done = Redirect::to(&format!("/sign/{}/done", caller.party_id()));
    let (Ok(act_id), true) = (
        ActId::parse(&form.act),
        form.statement == ConsentText::CURRENT.version(),
    ) else {
        return Problem::bad_request(&visitor).into_response();
    };
    let signed = match form.revision.parse::<RevisionToken>() {
        Ok(token) => web.app.sign_part(&caller, act_id, &token, &visitor.origin).await,
        Err(error) => Err(error),
    };
    let error = match signed {
        Ok(()) => return done.into_response(),
        Err(error) => error,
    };
    match web.app.view_part(&caller).await {
        Ok(found) if found.state == PartViewState::Awaited => {
            let visitor = visitor.in_language_of(found.party.language);
            match explain(visitor.t, &error, Some(&found.contract)) {
                Some(message) => {
                    let context = confirm_page(&web, &found, &visitor, FieldErrors::one("confirm", message));
                    page_with(StatusCode::UNPROCESSABLE_ENTITY, &context, &visitor)
                }
                None => Problem::new(error, &visitor).into_response(),
            }
        }
        // Two windows, or somebody ended it meanwhile: the page of the state says how it stands.
        Ok(found) => Redirect::to(&format!("/sign/{}", found.party.party_id)).into_response(),
        Err(error) => Problem::new(error, &visitor).into_response(),
    }
}

/// `GET /sign/{party}/decline`
pub(super) async fn ask_decline(State(web): State<Web>, part: Part) -> Response {
    let Part { caller, visitor } = part;
    match web.app.view_part(&caller).await {
        Ok(found) if found.state == PartViewState::Awaited => {
            let visitor = visitor.in_language_of(found.party.language);
            page(
                &decline_page(&found, &visitor, String::new(), FieldErrors::default()),
                &visitor,
            )
        }
        Ok(found) => Redirect::to(&format!("/sign/{}", found.party.party_id)).into_response(),
        Err(error) => Problem::new(error, &visitor).into_response(),
    }
}

fn decline_page(found: &PartView, visitor: &Visitor, reason: String, errors: FieldErrors) -> DeclinePage {
    DeclinePage {
        t: visitor.t,
        frame: view::frame(found, visitor),
        title: found.contract.details.title.to_string(),
        reason,
        errors,
    }
}

#[derive(Deserialize)]
pub(super) struct Declined {
    reason: String,
}

/// `POST /sign/{party}/decline`
pub(super) async fn decline(State(web): State<Web>, part: Part, Form(form): Form<Declined>) -> Response {
    let Part { caller, visitor } = part;
    let home = Redirect::to(&format!("/sign/{}", caller.party_id()));
    let Ok(reason) = Reason::parse(&form.reason) else {
        return match web.app.view_part(&caller).await {
            Ok(found) => {
                let visitor = visitor.in_language_of(found.party.language);
                let errors = FieldErrors::one("reason", visitor.t.decline_reason_missing());
                let context = decline_page(&found, &visitor, form.reason, errors);
                page_with(StatusCode::UNPROCESSABLE_ENTITY, &context, &visitor)
            }
            Err(error) => Problem::new(error, &visitor).into_response(),
        };
    };
    match web.app.decline_part(&caller, reason).await {
        Ok(()) | Err(akashi_app::Error::Refused(_)) => home.into_response(),
        Err(error) => Problem::new(error, &visitor).into_response(),
    }
}

/// `GET /sign/{party}/done`
pub(super) async fn done(State(web): State<Web>, part: Part) -> Response {
    let Part { caller, visitor } = part;
    let found = match web.app.view_part(&caller).await {
        Ok(found) => found,
        Err(error) => return Problem::new(error, &visitor).into_response(),
    };
    let visitor = visitor.in_language_of(found.party.language);
    let Some(act) = found.party.state.act() else {
        return Redirect::to(&format!("/sign/{}", found.party.party_id)).into_response();
    };
    let base = format!("/sign/{}", found.party.party_id);
    let state = match &found.contract.state {
        ContractState::Concluded { concluded_at, .. } => DoneState::Concluded { at: *concluded_at },
        _ if view::is_signed(&found.party.state) => DoneState::Signed,
        _ if found.contract.hold.is_some() => DoneState::Waiting,
        _ => DoneState::Accepted,
    };
    let concluded = matches!(state, DoneState::Concluded { .. });
    let mark = act.values.iter().find_map(|(id, value)| match value {
        FieldValue::Mark {
            image: akashi_app::domain::contract::SealImage::TypedName { .. },
        } => None,
        FieldValue::Mark { .. } => Some(format!("{base}/fields/{id}/preview.png")),
        _ => None,
    });
    let context = DonePage {
        t: visitor.t,
        frame: view::frame(&found, &visitor),
        state,
        title: found.contract.details.title.to_string(),
        name: found.party.name.to_string(),
        accepted_at: act.accepted_at,
        mark,
        contract_id: found.contract.contract_id.printed(),
        signers: signers(&found),
        downloads: found
            .contract
            .documents
            .iter()
            .map(|document| Download {
                name: view::spoken_name(document),
                href: format!("{base}/documents/{}/download", document.document_id),
            })
            .collect(),
        evidence: concluded.then(|| format!("{base}/evidence.pdf")),
    };
    if visitor.is_htmx {
        return page(&context.as_live(), &visitor);
    }
    page(&context, &visitor)
}

fn signers(found: &PartView) -> Vec<NextSigner> {
    found
        .contract
        .parties
        .iter()
        .map(|party| NextSigner {
            name: party.name.to_string(),
            organization: party
                .organization
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default(),
            state: match &party.state {
                PartyState::Waiting => SlotState::Waiting,
                PartyState::Requested { .. } => SlotState::Now,
                PartyState::Accepted { .. } | PartyState::Signed { .. } => SlotState::Done,
                PartyState::Declined { .. } => SlotState::Refused,
            },
        })
        .collect()
}
