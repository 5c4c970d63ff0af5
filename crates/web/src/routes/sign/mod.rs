//! The counterpart's pages: from the link to the signed copy, without an account.

mod act;
mod enter;
mod files;
mod fill;
mod live;
mod read;
mod view;

use axum::Router;
use axum::routing::{get, post, put};

use super::Web;

/// The routes of a party. Everything under `/sign/{party}` needs that party's own session.
pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/s/{token}", get(enter::look).post(enter::enter))
        .route("/sign/{party}", get(read::request))
        .route("/sign/{party}/read", get(read::read))
        .route("/sign/{party}/viewed", post(read::viewed))
        .route("/sign/{party}/fields", post(fill::fill_all))
        .route("/sign/{party}/fields/{field}", put(fill::fill))
        .route("/sign/{party}/fields/{field}/preview.png", get(fill::preview))
        .route("/sign/{party}/seal.png", get(fill::seal))
        .route("/sign/{party}/confirm", get(act::confirm).post(act::sign))
        .route("/sign/{party}/decline", get(act::ask_decline).post(act::decline))
        .route("/sign/{party}/done", get(act::done))
        .route("/sign/{party}/events", get(live::events))
        .route(
            "/sign/{party}/documents/{document}/pages/{page}",
            get(files::page),
        )
        .route("/sign/{party}/documents/{document}/file.pdf", get(files::inline))
        .route(
            "/sign/{party}/documents/{document}/download",
            get(files::document),
        )
        .route("/sign/{party}/evidence.pdf", get(files::evidence_pdf))
        .route("/sign/{party}/evidence.json", get(files::evidence_json))
}
