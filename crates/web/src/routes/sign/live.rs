//! Following the contract from a party's page.

use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;

use crate::routes::Web;
use crate::routes::live;
use crate::routes::party_session::Part;

/// `GET /sign/{party}/events`
pub(super) async fn events(State(web): State<Web>, part: Part) -> Response {
    let app = Arc::clone(&web.app);
    let caller = part.caller;
    live::follow(&web, move || {
        let app = Arc::clone(&app);
        async move { app.part_revision(&caller).await.ok() }
    })
}
