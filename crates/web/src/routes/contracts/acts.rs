//! Acts on one contract: delete a draft, withdraw, remind, correct an address, try again.

use akashi_app::contract::ContractView;
use akashi_app::domain::{ContractState, EmailAddress, EventKind, PartyId, PartyState, Reason};
use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use http::StatusCode;
use serde::Deserialize;

use crate::pages::contract::acts::{AddressPage, DeleteDraftPage, RemindPage, RemindTo, WithdrawPage};
use crate::routes::Web;
use crate::routes::frame::app_frame;
use crate::routes::maker::{parse_id, shown_title};
use crate::routes::problem::{Problem, page_with};
use crate::routes::redirects::told;
use crate::routes::refusal::explain;
use crate::routes::session::SignedIn;
use crate::view::{FieldErrors, Notice, Section};

async fn load(web: &Web, who: &SignedIn, contract: &str) -> Result<ContractView, Response> {
    let contract_id = parse_id(contract, &who.visitor)?;
    let found = web.app.view_contract(&who.caller, contract_id).await;
    found.map_err(|error| Problem::new(error, &who.visitor).into_response())
}

fn back_with(notice: Notice, found: &ContractView) -> Response {
    told(notice, &format!("/contracts/{}", found.contract.contract_id))
}

fn back_to(found: &ContractView) -> Response {
    Redirect::to(&format!("/contracts/{}", found.contract.contract_id)).into_response()
}

/// `GET /contracts/{contract}/delete`
pub(super) async fn ask_delete(
    State(web): State<Web>,
    who: SignedIn,
    Path(contract): Path<String>,
) -> Response {
    match load(&web, &who, &contract).await {
        Ok(found) if matches!(found.contract.state, ContractState::Draft) => {
            let context = DeleteDraftPage {
                t: who.visitor.t,
                frame: app_frame(&web, &who, Section::Contracts).await,
                id: found.contract.contract_id.to_string(),
                title: shown_title(&found.contract),
                documents: found.contract.documents.len(),
            };
            dialog_or_page!(context, who)
        }
        Ok(found) => back_to(&found),
        Err(refused) => refused,
    }
}

/// `POST /contracts/{contract}/delete`
pub(super) async fn delete(State(web): State<Web>, who: SignedIn, Path(contract): Path<String>) -> Response {
    let contract_id = match parse_id(&contract, &who.visitor) {
        Ok(id) => id,
        Err(refused) => return refused,
    };
    match web.app.delete_draft(&who.caller, contract_id).await {
        Ok(()) => told(Notice::DraftDeleted, "/contracts"),
        Err(error) => Problem::new(error, &who.visitor).into_response(),
    }
}

#[derive(Deserialize)]
pub(super) struct ReasonForm {
    reason: String,
}

async fn withdraw_page(
    web: &Web,
    who: &SignedIn,
    found: &ContractView,
    reason: &str,
    errors: FieldErrors,
) -> WithdrawPage {
    WithdrawPage {
        t: who.visitor.t,
        frame: app_frame(web, who, Section::Contracts).await,
        id: found.contract.contract_id.to_string(),
        title: found.contract.details.title.to_string(),
        signed: found
            .contract
            .parties
            .iter()
            .filter(|party| party.state.act().is_some())
            .map(|party| party.name.to_string())
            .collect(),
        reason: reason.to_owned(),
        errors,
    }
}

/// `GET /contracts/{contract}/withdraw`
pub(super) async fn ask_withdraw(
    State(web): State<Web>,
    who: SignedIn,
    Path(contract): Path<String>,
) -> Response {
    match load(&web, &who, &contract).await {
        Ok(found) => {
            let context = withdraw_page(&web, &who, &found, "", FieldErrors::default()).await;
            dialog_or_page!(context, who)
        }
        Err(refused) => refused,
    }
}

/// `POST /contracts/{contract}/withdraw`
pub(super) async fn withdraw(
    State(web): State<Web>,
    who: SignedIn,
    Path(contract): Path<String>,
    Form(form): Form<ReasonForm>,
) -> Response {
    let found = match load(&web, &who, &contract).await {
        Ok(found) => found,
        Err(refused) => return refused,
    };
    let message = match Reason::parse(&form.reason) {
        Ok(reason) => {
            match web
                .app
                .withdraw_contract(&who.caller, found.contract.contract_id, reason)
                .await
            {
                Ok(_) => return back_with(Notice::Withdrawn, &found),
                Err(error) => match explain(who.visitor.t, &error, Some(&found.contract)) {
                    Some(message) => message,
                    None => return Problem::new(error, &who.visitor).into_response(),
                },
            }
        }
        Err(_) => who.visitor.t.withdraw_reason_missing().to_owned(),
    };
    let errors = FieldErrors::one("reason", message);
    let context = withdraw_page(&web, &who, &found, &form.reason, errors).await;
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &context, &who.visitor)
}

async fn remind_page(web: &Web, who: &SignedIn, found: &ContractView, errors: FieldErrors) -> RemindPage {
    let last = |id: PartyId| {
        found
            .events
            .iter()
            .rev()
            .find_map(|recorded| match recorded.event.what {
                EventKind::Reminded { party_id } if party_id == id => Some(recorded.event.at),
                _ => None,
            })
    };
    RemindPage {
        t: who.visitor.t,
        frame: app_frame(web, who, Section::Contracts).await,
        now: web.app.now(),
        id: found.contract.contract_id.to_string(),
        to: found
            .contract
            .awaited()
            .into_iter()
            .map(|party| RemindTo {
                id: party.party_id.to_string(),
                name: party.name.to_string(),
                organization: party
                    .organization
                    .as_ref()
                    .map(ToString::to_string)
                    .unwrap_or_default(),
                email: party.email.to_string(),
                last: last(party.party_id),
                chosen: true,
            })
            .collect(),
        errors,
    }
}

/// `GET /contracts/{contract}/remind`
pub(super) async fn ask_remind(
    State(web): State<Web>,
    who: SignedIn,
    Path(contract): Path<String>,
) -> Response {
    match load(&web, &who, &contract).await {
        Ok(found) => {
            let context = remind_page(&web, &who, &found, FieldErrors::default()).await;
            dialog_or_page!(context, who)
        }
        Err(refused) => refused,
    }
}

/// `POST /contracts/{contract}/remind`
pub(super) async fn remind(
    State(web): State<Web>,
    who: SignedIn,
    Path(contract): Path<String>,
    Form(form): Form<Vec<(String, String)>>,
) -> Response {
    let found = match load(&web, &who, &contract).await {
        Ok(found) => found,
        Err(refused) => return refused,
    };
    let chosen: Vec<PartyId> = form
        .iter()
        .filter(|(name, _)| name == "party")
        .filter_map(|(_, id)| PartyId::parse(id).ok())
        .collect();
    if chosen.is_empty() {
        let errors = FieldErrors::one("party", who.visitor.t.remind_none());
        let context = remind_page(&web, &who, &found, errors).await;
        return page_with(StatusCode::UNPROCESSABLE_ENTITY, &context, &who.visitor);
    }
    let mut is_reminded = false;
    for party_id in chosen {
        match web
            .app
            .remind_party(&who.caller, found.contract.contract_id, party_id)
            .await
        {
            Ok(_) => is_reminded = true,
            // Whoever acted meanwhile needs no reminder.
            Err(akashi_app::Error::Refused(_)) => {}
            Err(error) => return Problem::new(error, &who.visitor).into_response(),
        }
    }
    if is_reminded {
        back_with(Notice::Reminded, &found)
    } else {
        back_to(&found)
    }
}

#[derive(Deserialize)]
pub(super) struct AddressForm {
    email: String,
}

async fn address_page(
    web: &Web,
    who: &SignedIn,
    found: &ContractView,
    party_id: PartyId,
    email: &str,
    errors: FieldErrors,
) -> Option<AddressPage> {
    let party = found.contract.party(party_id)?;
    Some(AddressPage {
        t: who.visitor.t,
        frame: app_frame(web, who, Section::Contracts).await,
        id: found.contract.contract_id.to_string(),
        party_id: party_id.to_string(),
        name: party.name.to_string(),
        present: party.email.to_string(),
        answer: found.refused_mail(party_id).unwrap_or_default().to_owned(),
        email: email.to_owned(),
        errors,
    })
}

/// `GET /contracts/{contract}/parties/{party}/address`
pub(super) async fn ask_address(
    State(web): State<Web>,
    who: SignedIn,
    Path((contract, party)): Path<(String, String)>,
) -> Response {
    let found = match load(&web, &who, &contract).await {
        Ok(found) => found,
        Err(refused) => return refused,
    };
    let correctable = PartyId::parse(&party).ok().filter(|id| {
        let state = found.contract.party(*id).map(|party| &party.state);
        matches!(state, Some(PartyState::Waiting | PartyState::Requested { .. }))
    });
    let Some(party_id) = correctable else {
        return back_to(&found);
    };
    match address_page(&web, &who, &found, party_id, "", FieldErrors::default()).await {
        Some(context) => dialog_or_page!(context, who),
        None => back_to(&found),
    }
}

/// `POST /contracts/{contract}/parties/{party}/address`
pub(super) async fn address(
    State(web): State<Web>,
    who: SignedIn,
    Path((contract, party)): Path<(String, String)>,
    Form(form): Form<AddressForm>,
) -> Response {
    let found = match load(&web, &who, &contract).await {
        Ok(found) => found,
        Err(refused) => return refused,
    };
    let Ok(party_id) = PartyId::parse(&party) else {
        return back_to(&found);
    };
    let message = match EmailAddress::parse(&form.email) {
        Ok(email) => {
            match web
                .app
                .correct_address(&who.caller, found.contract.contract_id, party_id, email)
                .await
            {
                Ok(_) => return back_with(Notice::AddressCorrected, &found),
                Err(error) => match explain(who.visitor.t, &error, Some(&found.contract)) {
                    Some(message) => message,
                    None => return Problem::new(error, &who.visitor).into_response(),
                },
            }
        }
        Err(_) => who.visitor.t.address_invalid().to_owned(),
    };
    let errors = FieldErrors::one("email", message);
    match address_page(&web, &who, &found, party_id, &form.email, errors).await {
        Some(context) => page_with(StatusCode::UNPROCESSABLE_ENTITY, &context, &who.visitor),
        None => back_to(&found),
    }
}

/// `POST /contracts/{contract}/retry`
pub(super) async fn retry(State(web): State<Web>, who: SignedIn, Path(contract): Path<String>) -> Response {
    let contract_id = match parse_id(&contract, &who.visitor) {
        Ok(id) => id,
        Err(refused) => return refused,
    };
    match web.app.try_now(&who.caller, contract_id).await {
        Ok(()) => told(Notice::Retrying, &format!("/contracts/{contract_id}")),
        Err(error) => Problem::new(error, &who.visitor).into_response(),
    }
}

/// `POST /contracts/{contract}/cancel-sending`
pub(super) async fn cancel_sending(
    State(web): State<Web>,
    who: SignedIn,
    Path(contract): Path<String>,
) -> Response {
    let contract_id = match parse_id(&contract, &who.visitor) {
        Ok(id) => id,
        Err(refused) => return refused,
    };
    match web.app.cancel_sending(&who.caller, contract_id).await {
        Ok(_) | Err(akashi_app::Error::Refused(_)) => {
            Redirect::to(&format!("/contracts/{contract_id}")).into_response()
        }
        Err(error) => Problem::new(error, &who.visitor).into_response(),
    }
}
