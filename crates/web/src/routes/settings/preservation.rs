//! `/settings/preservation`: how concluded contracts are kept.

use akashi_app::domain::{Contract, ContractId, UtcTime};
use akashi_app::{Error, hold_reason};
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};

use crate::pages::system::preservation::{PreservationPage, TroubleLine};
use crate::routes::Web;
use crate::routes::frame::app_frame;
use crate::routes::problem::{Problem, page};
use crate::routes::redirects::told;
use crate::routes::session::SignedIn;
use crate::text::Text;
use crate::view::{Notice, Section};

const HERE: &str = "/settings/preservation";

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(HERE, get(show))
        .route("/settings/preservation/retry", post(retry_all))
        .route("/settings/preservation/{contract}/retry", post(retry))
}

async fn show(State(web): State<Web>, who: SignedIn) -> Response {
    let found = match web.app.preservation_overview(&who.caller).await {
        Ok(found) => found,
        Err(error) => return Problem::new(error, &who.visitor).into_response(),
    };
    let t = who.visitor.t;
    let figures = found.figures;
    let context = PreservationPage {
        t,
        frame: app_frame(&web, &who, Section::Settings).await,
        now: found.at,
        kept: figures.kept,
        to_raise: figures.to_raise,
        troubled: figures.troubled,
        stuck: figures.stuck,
        missed: figures.missed,
        next_renewal: figures.next_renewal,
        lines: found
            .troubled
            .iter()
            .map(|contract| line(t, contract, found.at))
            .collect(),
    };
    page(&context, &who.visitor)
}

fn line(t: &Text, contract: &Contract, now: UtcTime) -> TroubleLine {
    let kept = contract.preservation.as_ref();
    let trouble = contract.preservation_trouble.as_ref();
    let level = kept.map_or(contract.promised_level, |kept| kept.level);
    TroubleLine {
        id: contract.contract_id.to_string(),
        title: contract.details.title.to_string(),
        level: format!("PAdES {}", level.as_str()),
        reason: match trouble {
            Some(trouble) if trouble.is_stuck => hold_reason(trouble.reason, t.lang).to_owned(),
            Some(trouble) => t.keeping_reason_waits(hold_reason(trouble.reason, t.lang)),
            None => t.keeping_missed().to_owned(),
        },
        detail: trouble.map(|trouble| trouble.detail.clone()).unwrap_or_default(),
        until: kept.map(|kept| kept.valid_until),
        missed: kept.is_some_and(|kept| kept.valid_until <= now),
        next: trouble.map(|trouble| trouble.next_attempt_at),
    }
}

fn back(result: Result<(), Error>, who: &SignedIn) -> Response {
    match result {
        Ok(()) => told(Notice::Retrying, HERE),
        Err(error) => Problem::new(error, &who.visitor).into_response(),
    }
}

async fn retry(State(web): State<Web>, who: SignedIn, Path(contract): Path<String>) -> Response {
    let result = match ContractId::parse(&contract) {
        Ok(contract_id) => web.app.preserve_again(&who.caller, contract_id).await,
        Err(_) => Err(Error::NotFound),
    };
    back(result, &who)
}

async fn retry_all(State(web): State<Web>, who: SignedIn) -> Response {
    back(web.app.preserve_all_again(&who.caller).await, &who)
}
