//! Making a contract: four steps that can be left and resumed.

mod check;
mod details;
mod documents;
mod editor;
mod parties;

use akashi_app::contract::SendCheck;
use akashi_app::domain::{Contract, ContractId};
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};

use super::Web;
use super::problem::Problem;
use super::session::SignedIn;
use super::visitor::Visitor;
use crate::pages::maker::{DraftHead, Step};

/// The routes of drafts.
pub(super) fn routes(max_upload_bytes: u64) -> Router<Web> {
    // Several files in one form; each is limited on its own while it streams in.
    let form_limit = usize::try_from(max_upload_bytes.saturating_mul(4)).unwrap_or(usize::MAX);
    let uploads = Router::new()
        .route("/contracts", post(documents::create))
        .route(
            "/contracts/{contract}/documents",
            get(documents::step).post(documents::add),
        )
        .layer(DefaultBodyLimit::max(form_limit));
    Router::new()
        .route("/contracts/new", get(documents::new))
        .route(
            "/contracts/{contract}/documents/{document}/delete",
            post(documents::delete),
        )
        .route(
            "/contracts/{contract}/documents/{document}/move",
            post(documents::shift),
        )
        .route(
            "/contracts/{contract}/documents/{document}/clean",
            post(documents::clean),
        )
        .route("/contracts/{contract}/details", post(details::details))
        .route(
            "/contracts/{contract}/parties",
            get(parties::step).post(parties::save),
        )
        .route("/contracts/{contract}/fields", get(editor::step))
        .route(
            "/contracts/{contract}/editor",
            get(editor::load).put(editor::save),
        )
        .route("/contracts/{contract}/check", get(check::step).post(check::save))
        .route("/contracts/{contract}/send", post(check::send))
        .merge(uploads)
}

/// What the head of every step shows.
fn head(draft: &SendCheck, step: Step) -> DraftHead {
    let contract = &draft.contract;
    let mut done = Vec::new();
    if !contract.documents.is_empty() {
        done.push(Step::Documents);
    }
    if !contract.parties.is_empty() {
        done.push(Step::Parties);
    }
    if !contract.fields.is_empty() {
        done.push(Step::Fields);
    }
    DraftHead {
        id: Some(contract.contract_id.to_string()),
        title: shown_title(contract),
        saved_at: None,
        step,
        done,
    }
}

/// The title of a draft that nobody has named yet.
pub(super) const UNNAMED: &str = "新しい契約";

/// The title, or nothing while the draft has only the one that it was made with.
pub(super) fn shown_title(contract: &Contract) -> String {
    let title = contract.details.title.as_str();
    if title == UNNAMED {
        String::new()
    } else {
        title.to_owned()
    }
}

/// Loads a draft for its page.
async fn load(web: &Web, who: &SignedIn, contract: &str) -> Result<SendCheck, Response> {
    let contract_id = parse_id(contract, &who.visitor)?;
    web.app
        .view_draft(&who.caller, contract_id)
        .await
        .map_err(|error| Problem::new(error, &who.visitor).into_response())
}

/// Reads a contract's id out of a path.
#[expect(clippy::result_large_err, reason = "the answer travels one step")]
pub(super) fn parse_id(contract: &str, visitor: &Visitor) -> Result<ContractId, Response> {
    ContractId::parse(contract)
        .map_err(|_| Problem::new(akashi_app::Error::NotFound, visitor).into_response())
}
