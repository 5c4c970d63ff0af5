//! Step 2: who signs, in which order.

use akashi_app::contract::{PartyInput, SendCheck};
use akashi_app::domain::{EmailAddress, Label, Language, OrganizationName, PartyId, PersonName};
use akashi_app::{Error, TextPlace};
use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;

use super::{head, load};
use crate::pages::maker::Step;
use crate::pages::maker::parties::{PartiesStep, PartyForm};
use crate::routes::Web;
use crate::routes::problem::{Problem, page, page_with};
use crate::routes::refusal::explain;
use crate::routes::session::SignedIn;
use crate::view::{FieldError, FieldErrors};

/// The most rows of the form.
const MAX_ROWS: usize = 50;

fn context(draft: &SendCheck, who: &SignedIn, parties: Vec<PartyForm>, errors: FieldErrors) -> PartiesStep {
    PartiesStep {
        t: who.visitor.t,
        draft: head(draft, Step::Parties),
        parties,
        errors,
    }
}

/// The stored parties as rows; for a new draft one row for the counterpart and one for the member.
fn stored_rows(draft: &SendCheck, who: &SignedIn, organization: &str) -> Vec<PartyForm> {
    if !draft.contract.parties.is_empty() {
        let text = |value: Option<String>| value.unwrap_or_default();
        return draft
            .contract
            .parties
            .iter()
            .map(|party| PartyForm {
                id: party.party_id.to_string(),
                organization: text(party.organization.as_ref().map(ToString::to_string)),
                title: text(party.job_title.as_ref().map(ToString::to_string)),
                name: party.name.to_string(),
                email: party.email.to_string(),
                lang: party.language,
                stage: usize::from(party.stage),
            })
            .collect();
    }
    let member = who.caller.member();
    let own = PartyForm {
        id: String::new(),
        organization: organization.to_owned(),
        title: String::new(),
        name: member.name.to_string(),
        email: member.email.to_string(),
        lang: member.language,
        stage: 2,
    };
    vec![own, empty_row(1)]
}

fn empty_row(stage: usize) -> PartyForm {
    PartyForm {
        id: String::new(),
        organization: String::new(),
        title: String::new(),
        name: String::new(),
        email: String::new(),
        lang: Language::Ja,
        stage,
    }
}

/// `GET /contracts/{contract}/parties`
pub(super) async fn step(State(web): State<Web>, who: SignedIn, Path(contract): Path<String>) -> Response {
    match load(&web, &who, &contract).await {
        Ok(draft) => {
            let organization = web.app.organization_name(&who.caller).await.unwrap_or_default();
            let rows = stored_rows(&draft, &who, &organization);
            page(&context(&draft, &who, rows, FieldErrors::default()), &who.visitor)
        }
        Err(refused) => refused,
    }
}

/// Reads the rows of the form.
fn rows(form: &[(String, String)]) -> Vec<PartyForm> {
    let of = |n: usize, field: &str| {
        let key = format!("p{n}_{field}");
        form.iter()
            .find(|(name, _)| *name == key)
            .map(|(_, value)| value.trim().to_owned())
    };
    (0..MAX_ROWS)
        .map_while(|n| {
            let id = of(n, "id")?;
            let text = |field: &str| of(n, field).unwrap_or_default();
            Some(PartyForm {
                id,
                organization: text("organization"),
                title: text("title"),
                name: text("name"),
                email: text("email"),
                lang: Language::from_tag(&text("lang")).unwrap_or_default(),
                stage: text("stage").parse::<usize>().unwrap_or(1).clamp(1, MAX_ROWS),
            })
        })
        .collect()
}

fn optional<T, E>(text: &str, parse: impl FnOnce(&str) -> Result<T, E>) -> Result<Option<T>, E> {
    if text.is_empty() {
        Ok(None)
    } else {
        parse(text).map(Some)
    }
}

/// A row as the use case takes it, or what is wrong with it.
fn parsed(n: usize, row: &PartyForm, who: &SignedIn, errors: &mut Vec<FieldError>) -> Option<PartyInput> {
    let t = who.visitor.t;
    let mut wrong = |field: &str, message: &str| {
        errors.push(FieldError {
            field: format!("p{n}_{field}"),
            message: message.to_owned(),
        });
    };
    let name = PersonName::parse(&row.name);
    if name.is_err() {
        wrong("name", t.party_name_wrong());
    }
    let email = EmailAddress::parse(&row.email);
    if email.is_err() {
        wrong("email", t.address_invalid());
    }
    let organization = optional(&row.organization, OrganizationName::parse);
    if organization.is_err() {
        wrong("organization", t.details_text_wrong());
    }
    let job_title = optional(&row.title, Label::parse);
    if job_title.is_err() {
        wrong("title", t.details_text_wrong());
    }
    Some(PartyInput {
        party_id: PartyId::parse(&row.id).ok(),
        stage: u16::try_from(row.stage).ok()?,
        name: name.ok()?,
        organization: organization.ok()?,
        job_title: job_title.ok()?,
        email: email.ok()?,
        language: row.lang,
    })
}

/// Changes the rows without saving: adding, removing and moving must not lose what is half typed.
fn rearranged(rows: &mut Vec<PartyForm>, op: &str) -> bool {
    let number = |prefix: &str| op.strip_prefix(prefix).and_then(|n| n.parse::<usize>().ok());
    if op == "add" {
        let stage = rows.iter().map(|row| row.stage).max().unwrap_or(1);
        if rows.len() < MAX_ROWS {
            rows.push(empty_row(stage));
        }
    } else if let Some(n) = number("remove-").filter(|n| *n < rows.len()) {
        rows.remove(n);
    } else if let Some(n) = number("up-") {
        if let Some(row) = rows.get_mut(n) {
            row.stage = row.stage.saturating_sub(1).max(1);
        }
    } else if let Some(n) = number("down-") {
        if let Some(row) = rows.get_mut(n) {
            row.stage = row.stage.saturating_add(1).min(MAX_ROWS);
        }
    } else {
        return false;
    }
    true
}

/// `POST /contracts/{contract}/parties`
pub(super) async fn save(
    State(web): State<Web>,
    who: SignedIn,
    Path(contract): Path<String>,
    Form(form): Form<Vec<(String, String)>>,
) -> Response {
    let draft = match load(&web, &who, &contract).await {
        Ok(draft) => draft,
        Err(refused) => return refused,
    };
    let mut rows = rows(&form);
    let op = form
        .iter()
        .find(|(name, _)| name == "op")
        .map_or("save", |(_, value)| value.as_str());
    if rearranged(&mut rows, op) {
        return page(&context(&draft, &who, rows, FieldErrors::default()), &who.visitor);
    }
    let mut errors = Vec::new();
    let parties: Vec<PartyInput> = rows
        .iter()
        .enumerate()
        .filter_map(|(n, row)| parsed(n, row, &who, &mut errors))
        .collect();
    let again = |rows, errors| {
        let context = context(&draft, &who, rows, FieldErrors(errors));
        page_with(StatusCode::UNPROCESSABLE_ENTITY, &context, &who.visitor)
    };
    if !errors.is_empty() {
        return again(rows, errors);
    }
    let id = draft.contract.contract_id;
    let next = if op == "next" { "fields" } else { "parties" };
    match web.app.set_parties(&who.caller, id, without_gaps(parties)).await {
        Ok(_) => Redirect::to(&format!("/contracts/{id}/{next}")).into_response(),
        Err(error) => {
            let field = match &error {
                Error::MissingCharacters {
                    place: TextPlace::Party { index },
                    ..
                } => format!("p{index}_name"),
                _ => "p0_name".to_owned(),
            };
            match explain(who.visitor.t, &error, Some(&draft.contract)) {
                Some(message) => again(rows, vec![FieldError { field, message }]),
                None => Problem::new(error, &who.visitor).into_response(),
            }
        }
    }
}

/// Stages numbered 1, 2, 3 … whatever numbers were typed.
fn without_gaps(mut parties: Vec<PartyInput>) -> Vec<PartyInput> {
    let mut stages: Vec<u16> = parties.iter().map(|party| party.stage).collect();
    stages.sort_unstable();
    stages.dedup();
    for party in &mut parties {
        let place = stages
            .iter()
            .position(|stage| *stage == party.stage)
            .unwrap_or_default();
        party.stage = u16::try_from(place.saturating_add(1)).unwrap_or(u16::MAX);
    }
    parties
}
