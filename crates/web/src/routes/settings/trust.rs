//! `/settings/trust`: roots and accredited time-stamp authorities.

use akashi_app::Error;
use akashi_app::domain::{Digest32, TrustPurpose};
use akashi_app::trust::TrustEntry;
use axum::Router;
use axum::extract::multipart::Multipart;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use http::StatusCode;

use super::{field, fields, history};
use crate::pages::system::trust::{RemoveTrustPage, RemovedLine, TrustGroup, TrustLine, TrustPage, grouped};
use crate::routes::Web;
use crate::routes::frame::app_frame;
use crate::routes::problem::{Problem, page, page_with};
use crate::routes::redirects::told;
use crate::routes::refusal::explain;
use crate::routes::session::SignedIn;
use crate::text::Text;
use crate::view::{Notice, Section};

const HERE: &str = "/settings/trust";

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(HERE, get(show).post(add))
        .route(
            "/settings/trust/{purpose}/{sha256}/remove",
            get(ask_remove).post(remove),
        )
        .route("/settings/trust/{purpose}/{sha256}/restore", post(restore))
}

async fn trust_page(
    web: &Web,
    who: &SignedIn,
    error: String,
    chosen: TrustPurpose,
) -> Result<TrustPage, Response> {
    let entries = web.app.trusted(&who.caller).await;
    let entries = entries.map_err(|error| Problem::new(error, &who.visitor).into_response())?;
    let t = who.visitor.t;
    let now = web.app.now();
    let group = |purpose, title, empty| TrustGroup {
        key: TrustPurpose::as_str(purpose),
        title,
        empty,
        lines: entries
            .iter()
            .filter(|entry| entry.purpose == purpose && entry.removed_at.is_none())
            .map(|entry| line(entry, now))
            .collect(),
    };
    Ok(TrustPage {
        t,
        frame: app_frame(web, who, Section::Settings).await,
        now,
        groups: vec![
            group(TrustPurpose::Root, t.trust_roots(), t.trust_roots_empty()),
            group(
                TrustPurpose::AccreditedTimeStamps,
                t.trust_stamp_list(),
                t.trust_stamp_list_empty(),
            ),
        ],
        removed: entries
            .iter()
            .filter(|entry| entry.removed_at.is_some())
            .map(|entry| removed(t, entry))
            .collect(),
        history: history(web, who).await?,
        error,
        chosen_stamps: chosen == TrustPurpose::AccreditedTimeStamps,
    })
}

fn line(entry: &TrustEntry, now: akashi_app::domain::UtcTime) -> TrustLine {
    let id = entry.sha256.to_string();
    TrustLine {
        sha256: grouped(&id),
        id,
        name: entry.name.clone(),
        subject: entry.subject.clone(),
        until: entry.not_after,
        expired: entry.not_after < now,
        own: entry.added_at.is_some(),
    }
}

fn removed(t: &Text, entry: &TrustEntry) -> RemovedLine {
    let id = entry.sha256.to_string();
    RemovedLine {
        key: entry.purpose.as_str(),
        sha256: grouped(&id),
        id,
        name: entry.name.clone(),
        purpose: match entry.purpose {
            TrustPurpose::Root => t.trust_root(),
            TrustPurpose::AccreditedTimeStamps => t.trust_stamps(),
        },
    }
}

async fn show(State(web): State<Web>, who: SignedIn) -> Response {
    match trust_page(&web, &who, String::new(), TrustPurpose::Root).await {
        Ok(context) => page(&context, &who.visitor),
        Err(response) => response,
    }
}

async fn add(State(web): State<Web>, who: SignedIn, form: Multipart) -> Response {
    let fields = match fields(form).await {
        Ok(fields) => fields,
        Err(response) => return response,
    };
    let purpose = field(&fields, "purpose")
        .and_then(|bytes| TrustPurpose::parse(std::str::from_utf8(&bytes).ok()?))
        .unwrap_or(TrustPurpose::Root);
    let t = who.visitor.t;
    let message = match field(&fields, "certificate") {
        None => t.trust_no_file().to_owned(),
        Some(file) => match web.app.trust(&who.caller, purpose, &file).await {
            Ok(_) => return told(Notice::Saved, HERE),
            Err(error) => match explain(t, &error, None) {
                Some(message) => message,
                None => return Problem::new(error, &who.visitor).into_response(),
            },
        },
    };
    match trust_page(&web, &who, message, purpose).await {
        Ok(context) => page_with(StatusCode::UNPROCESSABLE_ENTITY, &context, &who.visitor),
        Err(response) => response,
    }
}

/// Which certificate an address means.
fn named(purpose: &str, sha256: &str) -> Result<(TrustPurpose, Digest32), Error> {
    let purpose = TrustPurpose::parse(purpose).ok_or(Error::NotFound)?;
    let sha256 = Digest32::parse_hex(sha256).ok_or(Error::NotFound)?;
    Ok((purpose, sha256))
}

async fn ask_remove(
    State(web): State<Web>,
    who: SignedIn,
    Path((purpose, sha256)): Path<(String, String)>,
) -> Response {
    let found = match (named(&purpose, &sha256), web.app.trusted(&who.caller).await) {
        (Ok((purpose, sha256)), Ok(entries)) => entries
            .into_iter()
            .find(|entry| {
                entry.purpose == purpose
                    && entry.sha256 == sha256
                    && entry.added_at.is_some()
                    && entry.removed_at.is_none()
            })
            .ok_or(Error::NotFound),
        (Err(error), _) | (_, Err(error)) => Err(error),
    };
    match found {
        Ok(entry) => {
            let context = RemoveTrustPage {
                t: who.visitor.t,
                frame: app_frame(&web, &who, Section::Settings).await,
                key: entry.purpose.as_str(),
                id: entry.sha256.to_string(),
                name: entry.name,
            };
            dialog_or_page!(context, who)
        }
        Err(error) => Problem::new(error, &who.visitor).into_response(),
    }
}

fn back(result: Result<(), Error>, who: &SignedIn) -> Response {
    match result {
        Ok(()) => told(Notice::Saved, HERE),
        Err(error) => Problem::new(error, &who.visitor).into_response(),
    }
}

async fn remove(
    State(web): State<Web>,
    who: SignedIn,
    Path((purpose, sha256)): Path<(String, String)>,
) -> Response {
    let result = match named(&purpose, &sha256) {
        Ok((purpose, sha256)) => web.app.distrust(&who.caller, purpose, sha256).await,
        Err(error) => Err(error),
    };
    back(result, &who)
}

async fn restore(
    State(web): State<Web>,
    who: SignedIn,
    Path((purpose, sha256)): Path<(String, String)>,
) -> Response {
    let result = match named(&purpose, &sha256) {
        Ok((purpose, sha256)) => web.app.trust_again(&who.caller, purpose, sha256).await,
        Err(error) => Err(error),
    };
    back(result, &who)
}
