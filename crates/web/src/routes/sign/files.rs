//! Page images and downloads of a party.

use akashi_app::contract::{Download, DownloadKind};
use akashi_app::domain::DocumentId;
use akashi_app::party::RevisionToken;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Response};
use http::header;
use serde::Deserialize;

use crate::routes::Web;
use crate::routes::download::{attachment, inline_pdf, page_number};
use crate::routes::party_session::Part;
use crate::routes::problem::Problem;

#[derive(Deserialize)]
pub(super) struct PageQuery {
    w: Option<u32>,
    v: Option<String>,
}

/// `GET /sign/{party}/documents/{document}/pages/{n}.webp?w=&v=`
pub(super) async fn page(
    State(web): State<Web>,
    part: Part,
    Path((_, document, page)): Path<(String, String, String)>,
    Query(query): Query<PageQuery>,
) -> Response {
    let Part { caller, visitor } = part;
    let (Ok(document_id), Some(page)) = (DocumentId::parse(&document), page_number(&page)) else {
        return Problem::bad_request(&visitor).into_response();
    };
    let token = match query.v {
        Some(text) => text.parse::<RevisionToken>(),
        None => web.app.view_part(&caller).await.map(|found| found.token),
    };
    let drawn = match token {
        Ok(token) => {
            web.app
                .party_page_image(&caller, document_id, &token, page, query.w.unwrap_or(780))
                .await
        }
        Err(error) => Err(error),
    };
    match drawn {
        Ok(image) => {
            let headers = [
                (header::CONTENT_TYPE, image.media_type),
                (header::CACHE_CONTROL, "private, max-age=86400"),
            ];
            (headers, image.bytes).into_response()
        }
        Err(error) => Problem::new(error, &visitor).into_response(),
    }
}

async fn file(web: &Web, part: &Part, kind: DownloadKind) -> Result<Download, Response> {
    web.app
        .party_download(&part.caller, kind)
        .await
        .map_err(|error| Problem::new(error, &part.visitor).into_response())
}

/// `GET /sign/{party}/documents/{document}/file.pdf`, for pdf.js
pub(super) async fn inline(
    State(web): State<Web>,
    part: Part,
    Path((_, document)): Path<(String, String)>,
    headers: http::HeaderMap,
) -> Response {
    let Ok(id) = DocumentId::parse(&document) else {
        return Problem::bad_request(&part.visitor).into_response();
    };
    file(&web, &part, DownloadKind::Document(id))
        .await
        .map_or_else(|refused| refused, |file| inline_pdf(file, &headers))
}

/// `GET /sign/{party}/documents/{document}/download`
pub(super) async fn document(
    State(web): State<Web>,
    part: Part,
    Path((_, document)): Path<(String, String)>,
) -> Response {
    let Ok(id) = DocumentId::parse(&document) else {
        return Problem::bad_request(&part.visitor).into_response();
    };
    file(&web, &part, DownloadKind::Document(id))
        .await
        .map_or_else(|refused| refused, attachment)
}

/// `GET /sign/{party}/evidence.pdf`
pub(super) async fn evidence_pdf(State(web): State<Web>, part: Part) -> Response {
    file(&web, &part, DownloadKind::EvidenceSheet)
        .await
        .map_or_else(|refused| refused, attachment)
}

/// `GET /sign/{party}/evidence.json`
pub(super) async fn evidence_json(State(web): State<Web>, part: Part) -> Response {
    file(&web, &part, DownloadKind::EvidenceJson)
        .await
        .map_or_else(|refused| refused, attachment)
}
