//! Page images and downloads of a member.

use akashi_app::contract::{Download, DownloadKind};
use akashi_app::domain::DocumentId;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse as _, Response};
use http::header;
use serde::Deserialize;

use crate::routes::Web;
use crate::routes::download::{attachment, inline_pdf, page_number};
use crate::routes::maker::parse_id;
use crate::routes::problem::Problem;
use crate::routes::session::SignedIn;

#[derive(Deserialize)]
pub(super) struct PageQuery {
    w: Option<u32>,
}

/// `GET …/pages/{n}.webp?w=`
pub(super) async fn page(
    State(web): State<Web>,
    who: SignedIn,
    Path((contract, document, page)): Path<(String, String, String)>,
    Query(query): Query<PageQuery>,
) -> Response {
    let contract_id = match parse_id(&contract, &who.visitor) {
        Ok(id) => id,
        Err(refused) => return refused,
    };
    let (Ok(document_id), Some(page)) = (DocumentId::parse(&document), page_number(&page)) else {
        return Problem::bad_request(&who.visitor).into_response();
    };
    match web
        .app
        .page_image(
            &who.caller,
            contract_id,
            document_id,
            page,
            query.w.unwrap_or(780),
        )
        .await
    {
        Ok(image) => {
            let headers = [
                (header::CONTENT_TYPE, image.media_type),
                (header::CACHE_CONTROL, "private, max-age=3600"),
            ];
            (headers, image.bytes).into_response()
        }
        Err(error) => Problem::new(error, &who.visitor).into_response(),
    }
}

async fn file(web: &Web, who: &SignedIn, contract: &str, kind: DownloadKind) -> Result<Download, Response> {
    let contract_id = parse_id(contract, &who.visitor)?;
    let found = web.app.download(&who.caller, contract_id, kind).await;
    found.map_err(|error| Problem::new(error, &who.visitor).into_response())
}

/// `GET …/file.pdf`, for pdf.js
pub(super) async fn inline(
    State(web): State<Web>,
    who: SignedIn,
    Path((contract, document)): Path<(String, String)>,
    headers: http::HeaderMap,
) -> Response {
    let Ok(id) = DocumentId::parse(&document) else {
        return Problem::bad_request(&who.visitor).into_response();
    };
    let found = file(&web, &who, &contract, DownloadKind::Document(id)).await;
    found.map_or_else(|refused| refused, |file| inline_pdf(file, &headers))
}

/// `GET …/download`
pub(super) async fn document(
    State(web): State<Web>,
    who: SignedIn,
    Path((contract, document)): Path<(String, String)>,
) -> Response {
    let Ok(id) = DocumentId::parse(&document) else {
        return Problem::bad_request(&who.visitor).into_response();
    };
    file(&web, &who, &contract, DownloadKind::Document(id))
        .await
        .map_or_else(|refused| refused, attachment)
}

/// `GET …/evidence.pdf`
pub(super) async fn evidence_pdf(
    State(web): State<Web>,
    who: SignedIn,
    Path(contract): Path<String>,
) -> Response {
    file(&web, &who, &contract, DownloadKind::EvidenceSheet)
        .await
        .map_or_else(|refused| refused, attachment)
}

/// `GET …/evidence.json`
pub(super) async fn evidence_json(
    State(web): State<Web>,
    who: SignedIn,
    Path(contract): Path<String>,
) -> Response {
    file(&web, &who, &contract, DownloadKind::EvidenceJson)
        .await
        .map_or_else(|refused| refused, attachment)
}
