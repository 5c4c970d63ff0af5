//! The request, the pages, and the record of what was really shown.

use akashi_app::domain::DocumentId;
use akashi_app::party::{PartView, PartViewState, RevisionToken};
use axum::Json;
use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use serde::Deserialize;

use super::view;
use crate::routes::Web;
use crate::routes::party_session::Part;
use crate::routes::problem::{Problem, page};
use crate::view::FieldErrors;

/// `GET /sign/{party}`
pub(super) async fn request(State(web): State<Web>, part: Part) -> Response {
    let Part { caller, visitor } = part;
    let found = match web.app.view_part(&caller).await {
        Ok(found) => found,
        Err(error) => return Problem::new(error, &visitor).into_response(),
    };
    let visitor = visitor.in_language_of(found.party.language);
    let now = web.app.now();
    if let Some(closed) = view::closed_page(&found, &visitor, now) {
        return page(&closed, &visitor);
    }
    if found.state != PartViewState::Awaited {
        return Redirect::to(&format!("/sign/{}/done", found.party.party_id)).into_response();
    }
    page(
        &view::request_page(&found, &visitor, now, &web.app.mail_from()),
        &visitor,
    )
}

/// `GET /sign/{party}/read`
pub(super) async fn read(State(web): State<Web>, part: Part) -> Response {
    let Part { caller, visitor } = part;
    match web.app.view_part(&caller).await {
        Ok(found) if found.state == PartViewState::Awaited => {
            let visitor = visitor.in_language_of(found.party.language);
            page(
                &view::signing_page(&found, &visitor, FieldErrors::default()),
                &visitor,
            )
        }
        Ok(found) => Redirect::to(&format!("/sign/{}", found.party.party_id)).into_response(),
        Err(error) => Problem::new(error, &visitor).into_response(),
    }
}

#[derive(Deserialize)]
struct Viewed {
    revision: String,
    pages: Vec<ViewedPage>,
}

#[derive(Deserialize)]
struct ViewedPage {
    document: DocumentId,
    page: u32,
}

#[derive(Deserialize)]
struct Declared {
    revision: String,
}

/// `POST /sign/{party}/viewed`: JSON from the island as pages come into view, or a form without JavaScript in
/// which the party declares to have read everything.
pub(super) async fn viewed(State(web): State<Web>, part: Part, body: Bytes) -> Response {
    let Part { caller, visitor } = part;
    let found = match web.app.view_part(&caller).await {
        Ok(found) => found,
        Err(error) => return Problem::new(error, &visitor).into_response(),
    };
    let visitor = visitor.in_language_of(found.party.language);
    let parsed = if visitor.sends_json {
        serde_json::from_slice::<Viewed>(&body).ok().and_then(|viewed| {
            let pages: Option<Vec<_>> = viewed
                .pages
                .iter()
                .map(|shown| Some((shown.document, shown.page.checked_sub(1)?)))
                .collect();
            Some((viewed.revision, pages?))
        })
    } else {
        let form = serde_urlencoded::from_bytes::<Declared>(&body).ok();
        form.map(|declared| (declared.revision, all_pages(&found)))
    };
    let Some((revision, pages)) = parsed else {
        return Problem::bad_request(&visitor).into_response();
    };
    let recorded = match revision.parse::<RevisionToken>() {
        Ok(token) => web.app.record_shown(&caller, &token, &pages).await,
        Err(error) => Err(error),
    };
    match recorded {
        Ok(shown) if visitor.sends_json => {
            Json(serde_json::json!({ "shown": shown, "pages": found.page_count() })).into_response()
        }
        Ok(_) => Redirect::to(&format!("/sign/{}/read", found.party.party_id)).into_response(),
        Err(error) => Problem::new(error, &visitor).into_response(),
    }
}

pub(super) fn all_pages(found: &PartView) -> Vec<(DocumentId, u32)> {
    let pages =
        |document: &akashi_app::domain::Document| u32::try_from(document.pages.len()).unwrap_or_default();
    found
        .contract
        .documents
        .iter()
        .flat_map(|document| (0..pages(document)).map(|page| (document.document_id, page)))
        .collect()
}
