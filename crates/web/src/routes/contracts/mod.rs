//! A member's contracts: home, list, one contract, and the acts on it.

mod acts;
mod contract;
pub(super) mod delivery;
mod files;
mod home;
mod list;
pub(super) mod parts;

use axum::Router;
use axum::routing::{get, post};

use super::Web;

/// The routes of contracts beyond the draft.
pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/", get(home::home))
        .route("/contracts", get(list::list))
        .route("/contracts/{contract}", get(contract::show))
        .route("/contracts/{contract}/events", get(contract::events))
        .route(
            "/contracts/{contract}/delete",
            get(acts::ask_delete).post(acts::delete),
        )
        .route(
            "/contracts/{contract}/withdraw",
            get(acts::ask_withdraw).post(acts::withdraw),
        )
        .route(
            "/contracts/{contract}/remind",
            get(acts::ask_remind).post(acts::remind),
        )
        .route(
            "/contracts/{contract}/parties/{party}/address",
            get(acts::ask_address).post(acts::address),
        )
        .route("/contracts/{contract}/retry", post(acts::retry))
        .route("/contracts/{contract}/cancel-sending", post(acts::cancel_sending))
        .route(
            "/contracts/{contract}/documents/{document}/pages/{page}",
            get(files::page),
        )
        .route(
            "/contracts/{contract}/documents/{document}/file.pdf",
            get(files::inline),
        )
        .route(
            "/contracts/{contract}/documents/{document}/download",
            get(files::document),
        )
        .route("/contracts/{contract}/evidence.pdf", get(files::evidence_pdf))
        .route("/contracts/{contract}/evidence.json", get(files::evidence_json))
}
