//! Step 1: what the contract is called, with whom, and what it is about.

use akashi_app::Error;
use akashi_app::domain::contract::Details;
use akashi_app::domain::{ContractId, ManagementNumber, OrganizationName, Title};
use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use serde::Deserialize;

use super::{UNNAMED, documents, parse_id};
use crate::pages::maker::documents::DocumentsStep;
use crate::routes::Web;
use crate::routes::problem::{Problem, page_with};
use crate::routes::refusal::explain;
use crate::routes::session::SignedIn;
use crate::text::Text;
use crate::view::{FieldError, FieldErrors};

/// What the form of details sends.
#[derive(Default, Deserialize)]
pub(super) struct DetailsForm {
    pub(super) title: String,
    #[serde(default)]
    pub(super) counterparty: String,
    #[serde(default)]
    pub(super) reference: String,
    #[serde(default)]
    pub(super) amount: String,
    #[serde(default)]
    pub(super) agreed_on: String,
    #[serde(default)]
    pub(super) op: String,
}

/// `POST /contracts/{contract}/details`
pub(super) async fn details(
    State(web): State<Web>,
    who: SignedIn,
    Path(contract): Path<String>,
    Form(form): Form<DetailsForm>,
) -> Response {
    match parse_id(&contract, &who.visitor) {
        Ok(contract_id) => save_details(&web, &who, contract_id, form, Vec::new()).await,
        Err(refused) => refused,
    }
}

/// Saves the details and goes where the form wants to; shows them again with what is wrong, and with the files that
/// came along and were refused.
pub(super) async fn save_details(
    web: &Web,
    who: &SignedIn,
    contract_id: ContractId,
    form: DetailsForm,
    refused: Vec<(String, String)>,
) -> Response {
    let draft = match web.app.view_draft(&who.caller, contract_id).await {
        Ok(draft) => draft,
        Err(error) => return Problem::new(error, &who.visitor).into_response(),
    };
    let errors = match read_details(who.visitor.t, &form, draft.contract.details.clone()) {
        Ok(details) => match web.app.edit_details(&who.caller, contract_id, details).await {
            Ok(_) if refused.is_empty() => {
                let step = if form.op == "next" { "parties" } else { "documents" };
                return Redirect::to(&format!("/contracts/{contract_id}/{step}")).into_response();
            }
            Ok(_) => FieldErrors::default(),
            Err(error) => {
                let field = match &error {
                    Error::MissingCharacters {
                        place: akashi_app::TextPlace::ManagementNumber,
                        ..
                    } => "reference",
                    _ => "title",
                };
                match explain(who.visitor.t, &error, Some(&draft.contract)) {
                    Some(message) => FieldErrors::one(field, message),
                    None => return Problem::new(error, &who.visitor).into_response(),
                }
            }
        },
        Err(errors) => errors,
    };
    let context = DocumentsStep {
        refused,
        title: if form.title == UNNAMED {
            String::new()
        } else {
            form.title
        },
        counterparty: form.counterparty,
        reference: form.reference,
        amount: form.amount,
        agreed_on: form.agreed_on,
        errors,
        ..documents::context(web, who, &draft)
    };
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &context, &who.visitor)
}

/// The details as the form has them, or what is wrong with each field.
fn read_details(t: &Text, form: &DetailsForm, mut details: Details) -> Result<Details, FieldErrors> {
    let mut errors = Vec::new();
    let mut wrong = |field: &str, message: &str| {
        errors.push(FieldError {
            field: field.to_owned(),
            message: message.to_owned(),
        });
    };
    match Title::parse(&form.title) {
        Ok(title) => details.title = title,
        Err(_) => wrong("title", t.details_name_wrong()),
    }
    let optional = |text: &str| {
        if text.trim().is_empty() {
            None
        } else {
            Some(text.to_owned())
        }
    };
    match optional(&form.counterparty)
        .map(|text| OrganizationName::parse(&text))
        .transpose()
    {
        Ok(counterparty) => details.counterparty = counterparty,
        Err(_) => wrong("counterparty", t.details_text_wrong()),
    }
    match optional(&form.reference)
        .map(|text| ManagementNumber::parse(&text))
        .transpose()
    {
        Ok(number) => details.management_number = number,
        Err(_) => wrong("reference", t.details_text_wrong()),
    }
    match amount(&form.amount) {
        Ok(yen) => details.amount_yen = yen,
        Err(()) => wrong("amount", t.details_amount_wrong()),
    }
    match optional(&form.agreed_on)
        .map(|text| text.trim().parse())
        .transpose()
    {
        Ok(day) => details.agreed_on = day,
        Err(_) => wrong("agreed_on", t.details_date_wrong()),
    }
    if errors.is_empty() {
        Ok(details)
    } else {
        Err(FieldErrors(errors))
    }
}

/// Yen as people type them: full-width digits, commas, 円. `Ok(None)` if empty, an error if it is no number.
fn amount(text: &str) -> Result<Option<u64>, ()> {
    let plain: String = text
        .chars()
        .filter(|c| !matches!(c, ',' | '，' | '、' | '円' | '¥' | '￥' | ' ' | '\u{3000}'))
        .map(|c| match c {
            '０'..='９' => {
                char::from_u32(u32::from(c).saturating_sub(0xFF10).saturating_add(0x30)).unwrap_or(c)
            }
            c => c,
        })
        .collect();
    if plain.is_empty() {
        return Ok(None);
    }
    // 2^53 − 1 is the most that the canonical encoding takes, and more than all the yen there are.
    match plain.parse::<u64>() {
        Ok(yen) if yen < 1 << 53 => Ok(Some(yen)),
        _ => Err(()),
    }
}

#[cfg(test)]
mod tests {
    use super::amount;

    #[test]
    fn amounts_are_read_as_people_type_them() {
        assert_eq!(amount(""), Ok(None));
        assert_eq!(amount("4,860,000円"), Ok(Some(4_860_000)));
        assert_eq!(amount("￥４８６００００"), Ok(Some(4_860_000)));
        assert_eq!(amount("約100万"), Err(()));
        assert_eq!(amount("99999999999999999999"), Err(()));
    }
}
