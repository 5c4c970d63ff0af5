//! Public verification. It claims no more than was checked, and stores nothing.

mod facts;
mod result;
mod verdict;

use akashi_app::Error;
use axum::Router;
use axum::extract::multipart::{Multipart, MultipartError};
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use bytes::{Bytes, BytesMut};
use http::StatusCode;

use super::Web;
use super::problem::{Problem, page};
use super::session::MaybeSignedIn;
use super::visitor::Visitor;
use crate::pages::verify::{VerifyIdPage, VerifyPage};
use crate::view::PlainFrame;

/// The routes of verification.
pub(super) fn routes(max_upload_bytes: u64) -> Router<Web> {
    // A file over the limit is read on for a while and thrown away, so that a browser hears why it was refused.
    let limit = usize::try_from(max_upload_bytes.saturating_mul(4)).unwrap_or(usize::MAX);
    Router::new()
        .route("/verify", get(ask).post(verify))
        .route("/verify/{contract_id}", get(by_id))
        .layer(DefaultBodyLimit::max(limit))
}

fn frame(web: &Web, visitor: &Visitor) -> PlainFrame {
    PlainFrame {
        path: visitor.path.clone(),
        trial: web.is_trial(),
        signed_in: visitor.has_session,
    }
}

async fn ask(State(web): State<Web>, visitor: Visitor) -> Response {
    let context = VerifyPage {
        t: visitor.t,
        frame: frame(&web, &visitor),
        limit: web.settings.max_upload_bytes,
        error: String::new(),
    };
    page(&context, &visitor)
}

async fn by_id(State(web): State<Web>, visitor: Visitor, Path(contract_id): Path<String>) -> Response {
    let shown: String = contract_id
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(64)
        .collect();
    match web.app.concluded_here(&contract_id).await {
        Ok(found) => {
            let context = VerifyIdPage {
                t: visitor.t,
                frame: frame(&web, &visitor),
                contract_id: shown,
                concluded: found.is_some(),
                limit: web.settings.max_upload_bytes,
                error: String::new(),
            };
            page(&context, &visitor)
        }
        Err(error) => Problem::new(error, &visitor).into_response(),
    }
}

struct Upload {
    name: String,
    bytes: Bytes,
    contract_id: String,
}

/// Why there is nothing to verify.
enum NoUpload {
    /// The form holds no file.
    Empty,
    /// The file is larger than allowed.
    TooLarge,
    /// The form cannot be read.
    Broken(Response),
}

impl From<MultipartError> for NoUpload {
    fn from(error: MultipartError) -> Self {
        if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
            Self::TooLarge
        } else {
            Self::Broken(error.into_response())
        }
    }
}

/// Reads the form, refusing a file that grows over the limit as it streams in.
async fn upload(mut form: Multipart, limit: u64) -> Result<Upload, NoUpload> {
    let mut file = None;
    let mut contract_id = String::new();
    let mut is_too_large = false;
    while let Some(mut field) = form.next_field().await? {
        match field.name() {
            Some("contract_id") => contract_id = field.text().await.unwrap_or_default(),
            Some("file") => {
                let name = field.file_name().unwrap_or_default().to_owned();
                let mut bytes = BytesMut::new();
                while let Some(chunk) = field.chunk().await? {
                    if is_too_large || (bytes.len() as u64).saturating_add(chunk.len() as u64) > limit {
                        is_too_large = true;
                        bytes = BytesMut::new();
                        continue;
                    }
                    bytes.extend_from_slice(&chunk);
                }
                if !name.is_empty() {
                    file = Some((name, bytes.freeze()));
                }
            }
            _ => {}
        }
    }
    if is_too_large {
        return Err(NoUpload::TooLarge);
    }
    let (name, bytes) = file.ok_or(NoUpload::Empty)?;
    Ok(Upload {
        name,
        bytes,
        contract_id,
    })
}

async fn verify(
    State(web): State<Web>,
    visitor: Visitor,
    MaybeSignedIn(caller): MaybeSignedIn,
    form: Multipart,
) -> Response {
    let limit = web.settings.max_upload_bytes;
    let again = |error: String| {
        let context = VerifyPage {
            t: visitor.t,
            frame: frame(&web, &visitor),
            limit,
            error,
        };
        page(&context, &visitor)
    };
    let upload = match upload(form, limit).await {
        Ok(upload) => upload,
        Err(NoUpload::TooLarge) => return again(visitor.t.file_too_large(visitor.t.bytes(&limit))),
        Err(NoUpload::Empty) => return again(visitor.t.verify_no_file().to_owned()),
        Err(NoUpload::Broken(response)) => return response,
    };
    let judged = web
        .app
        .verify_file(caller.as_ref(), upload.bytes, visitor.t.lang)
        .await;
    match judged {
        Ok(found) => {
            let name: String = upload
                .name
                .chars()
                .filter(|c| !c.is_control())
                .take(200)
                .collect();
            let mut context =
                result::page(&visitor, frame(&web, &visitor), name, &upload.contract_id, &found);
            context.with_own_trust = caller.is_some();
            page(&context, &visitor)
        }
        Err(Error::Busy) => again(visitor.t.verify_busy_now().to_owned()),
        Err(error) => Problem::new(error, &visitor).into_response(),
    }
}
