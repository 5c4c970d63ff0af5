//! Step 4: everything once more, then the act of sending.

use akashi_app::Error;
use akashi_app::contract::SendCheck;
use akashi_app::domain::contract::{Details, Purpose, Refusal};
use akashi_app::domain::{Message, UtcTime};
use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use jiff::civil::Date;
use serde::Deserialize;

use super::{head, load};
use crate::pages::maker::Step;
use crate::pages::maker::check::{CheckDocument, CheckStep};
use crate::routes::Web;
use crate::routes::contracts::parts::stages;
use crate::routes::problem::{Problem, page, page_with};
use crate::routes::refusal::{explain, refused};
use crate::routes::session::SignedIn;
use crate::routes::time::{end_of_day, jst_day};
use crate::view::{Check, CheckState, FieldError, FieldErrors};

async fn context(web: &Web, who: &SignedIn, draft: &SendCheck) -> CheckStep {
    let contract = &draft.contract;
    let own = web.app.organization_name(&who.caller).await.unwrap_or_default();
    CheckStep {
        t: who.visitor.t,
        draft: head(draft, Step::Check),
        now: web.app.now(),
        reference: contract.details.management_number_text().to_owned(),
        amount: contract.details.amount_yen,
        agreed_on: contract.details.agreed_on,
        documents: contract
            .documents
            .iter()
            .map(|document| CheckDocument {
                name: document.file_name.to_string(),
                pages: document.pages.len(),
                bytes: document.byte_length(),
            })
            .collect(),
        stages: stages(contract, &own, &[]),
        checks: checks(who, draft),
        message: contract.details.message_text().to_owned(),
        deadline: contract
            .details
            .deadline
            .map(|at| jst_day(at).to_string())
            .unwrap_or_default(),
        trial: web.app.purpose() == Purpose::Trial,
        errors: FieldErrors::default(),
    }
}

/// What would stop the sending, and what the sender may want to know before.
fn checks(who: &SignedIn, draft: &SendCheck) -> Vec<Check> {
    let t = who.visitor.t;
    let contract = &draft.contract;
    let check = |state, title: &str, detail: String| Check {
        state,
        title: title.to_owned(),
        detail,
        remedy: String::new(),
    };
    let mut checks = Vec::new();
    match &draft.refusal {
        None => checks.push(check(CheckState::Good, t.check_ready(), String::new())),
        Some(refusal) => {
            let title = match refusal {
                Refusal::NoDocument | Refusal::ActiveContent { .. } => t.step_documents(),
                Refusal::NoParty => t.step_parties(),
                Refusal::Field { .. } | Refusal::TooFewSignatureFields { .. } => t.step_fields(),
                _ => t.step_check(),
            };
            checks.push(check(
                CheckState::Failed,
                title,
                refused(t, refusal, Some(contract)),
            ));
        }
    }
    if super::shown_title(contract).is_empty() {
        checks.push(check(
            CheckState::Failed,
            t.check_title(),
            t.check_untitled().to_owned(),
        ));
    }
    let without: Vec<&str> = contract
        .parties
        .iter()
        .filter(|party| contract.fields_of(party.party_id).is_empty())
        .map(|party| party.name.as_str())
        .collect();
    if !without.is_empty() {
        let names = without.join(t.list_comma());
        checks.push(check(
            CheckState::Warning,
            t.check_invisible(),
            t.check_invisible_note(names),
        ));
    }
    checks
}

/// `GET /contracts/{contract}/check`
pub(super) async fn step(State(web): State<Web>, who: SignedIn, Path(contract): Path<String>) -> Response {
    match load(&web, &who, &contract).await {
        Ok(draft) => page(&context(&web, &who, &draft).await, &who.visitor),
        Err(refused) => refused,
    }
}

#[derive(Deserialize)]
pub(super) struct CheckForm {
    #[serde(default)]
    message: String,
    #[serde(default)]
    deadline: String,
}

/// Stores message and deadline; the form again where they cannot be taken.
async fn stored(web: &Web, who: &SignedIn, contract: &str, form: &CheckForm) -> Result<SendCheck, Response> {
    let draft = load(web, who, contract).await?;
    let t = who.visitor.t;
    let mut errors = Vec::new();
    let mut details: Details = draft.contract.details.clone();
    let text = form.message.trim();
    if let Ok(message) = (!text.is_empty()).then(|| Message::parse(text)).transpose() {
        details.message = message;
    } else {
        errors.push(FieldError {
            field: "message".into(),
            message: t.details_text_wrong().into(),
        });
    }
    if let Ok(deadline) = deadline(&form.deadline, web.app.now()) {
        details.deadline = deadline;
    } else {
        errors.push(FieldError {
            field: "deadline".into(),
            message: t.refusal_deadline_past().to_owned(),
        });
    }
    if !errors.is_empty() {
        return Err(again(web, who, &draft, form, errors).await);
    }
    if details == draft.contract.details {
        return Ok(draft);
    }
    let id = draft.contract.contract_id;
    if let Err(error) = web.app.edit_details(&who.caller, id, details).await {
        return Err(match explain(t, &error, Some(&draft.contract)) {
            Some(message) => {
                again(
                    web,
                    who,
                    &draft,
                    form,
                    vec![FieldError {
                        field: "message".into(),
                        message,
                    }],
                )
                .await
            }
            None => Problem::new(error, &who.visitor).into_response(),
        });
    }
    load(web, who, contract).await
}

/// The page again with what was typed and what is wrong with it.
async fn again(
    web: &Web,
    who: &SignedIn,
    draft: &SendCheck,
    form: &CheckForm,
    errors: Vec<FieldError>,
) -> Response {
    let context = CheckStep {
        message: form.message.clone(),
        deadline: form.deadline.clone(),
        errors: FieldErrors(errors),
        ..context(web, who, draft).await
    };
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &context, &who.visitor)
}

/// The end of that day in Japan; not before tomorrow, so that nobody has less than a day by mistake.
fn deadline(text: &str, now: UtcTime) -> Result<Option<UtcTime>, ()> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    let day: Date = text.trim().parse().map_err(|_| ())?;
    if day <= jst_day(now) {
        Err(())
    } else {
        end_of_day(day).map(Some).ok_or(())
    }
}

/// `POST /contracts/{contract}/check`
pub(super) async fn save(
    State(web): State<Web>,
    who: SignedIn,
    Path(contract): Path<String>,
    Form(form): Form<CheckForm>,
) -> Response {
    match stored(&web, &who, &contract, &form).await {
        Ok(draft) => {
            Redirect::to(&format!("/contracts/{}/check", draft.contract.contract_id)).into_response()
        }
        Err(refused) => refused,
    }
}

/// `POST /contracts/{contract}/send`
pub(super) async fn send(
    State(web): State<Web>,
    who: SignedIn,
    Path(contract): Path<String>,
    Form(form): Form<CheckForm>,
) -> Response {
    let draft = match stored(&web, &who, &contract, &form).await {
        Ok(draft) => draft,
        Err(refused) => return refused,
    };
    let id = draft.contract.contract_id;
    let page_of = || Redirect::to(&format!("/contracts/{id}")).into_response();
    if super::shown_title(&draft.contract).is_empty() {
        return page_with(
            StatusCode::UNPROCESSABLE_ENTITY,
            &context(&web, &who, &draft).await,
            &who.visitor,
        );
    }
    match web.app.send_contract(&who.caller, id).await {
        // In the wrong state after a second click: it is sent already.
        Ok(_) | Err(Error::Refused(Refusal::WrongState { .. })) => page_of(),
        Err(Error::Refused(refusal)) => {
            let draft = SendCheck {
                refusal: Some(refusal),
                ..draft
            };
            page_with(
                StatusCode::UNPROCESSABLE_ENTITY,
                &context(&web, &who, &draft).await,
                &who.visitor,
            )
        }
        Err(error) => Problem::new(error, &who.visitor).into_response(),
    }
}
