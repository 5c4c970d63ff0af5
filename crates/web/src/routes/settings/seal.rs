//! `/settings/seal`: the key that signs as witness and seals evidence sheets.

use akashi_app::Error;
use akashi_app::domain::SealSource;
use akashi_app::ports::{Pkcs12Error, SealError};
use akashi_app::trust::SealWarning;
use axum::Router;
use axum::extract::State;
use axum::extract::multipart::Multipart;
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use http::StatusCode;
use secrecy::SecretString;

use super::{field, fields, history};
use crate::pages::system::trust::{ResetSealPage, SealPage, grouped};
use crate::routes::Web;
use crate::routes::frame::app_frame;
use crate::routes::problem::{Problem, page, page_with};
use crate::routes::redirects::told;
use crate::routes::refusal::explain;
use crate::routes::session::SignedIn;
use crate::view::{FieldErrors, Notice, Section};

const HERE: &str = "/settings/seal";

pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route(HERE, get(show))
        .route("/settings/seal/upload", post(upload))
        .route("/settings/seal/configured", post(configured))
        .route("/settings/seal/reset", get(ask_reset).post(reset))
}

async fn seal_page(web: &Web, who: &SignedIn, errors: FieldErrors) -> Result<SealPage, Response> {
    let seal = web.app.seal_in_use(&who.caller).await;
    let seal = seal.map_err(|error| Problem::new(error, &who.visitor).into_response())?;
    let t = who.visitor.t;
    Ok(SealPage {
        t,
        frame: app_frame(web, who, Section::Settings).await,
        now: web.app.now(),
        kind: match seal.source {
            SealSource::Installation => t.seal_kind_one_time(),
            SealSource::Uploaded => t.seal_kind_uploaded(),
            SealSource::Configured => t.seal_kind_configured(),
        },
        fixed: seal.source != SealSource::Installation,
        subject: seal.subject,
        issuer: seal.issuer,
        sha256: grouped(&seal.sha256.to_string()),
        until: seal.not_after,
        ends_soon: seal.warning == Some(SealWarning::EndsSoon),
        unusable: match seal.warning {
            Some(SealWarning::Unusable { reason }) => Some(reason),
            _ => None,
        },
        configured: seal.is_configured,
        errors,
        history: history(web, who).await?,
    })
}

async fn show(State(web): State<Web>, who: SignedIn) -> Response {
    match seal_page(&web, &who, FieldErrors::default()).await {
        Ok(context) => page(&context, &who.visitor),
        Err(response) => response,
    }
}

async fn again(web: &Web, who: &SignedIn, errors: FieldErrors) -> Response {
    match seal_page(web, who, errors).await {
        Ok(context) => page_with(StatusCode::UNPROCESSABLE_ENTITY, &context, &who.visitor),
        Err(response) => response,
    }
}

/// The answer to an attempt; what the administrator can mend stands at its field.
async fn answer(web: &Web, who: &SignedIn, result: Result<(), Error>, place: &'static str) -> Response {
    let error = match result {
        Ok(()) => return told(Notice::Saved, HERE),
        Err(error) => error,
    };
    let place = match &error {
        Error::SealRefused(SealError::Pkcs12(Pkcs12Error::Password)) => "password",
        _ => place,
    };
    match explain(who.visitor.t, &error, None) {
        Some(message) => again(web, who, FieldErrors::one(place, message)).await,
        None => Problem::new(error, &who.visitor).into_response(),
    }
}

async fn upload(State(web): State<Web>, who: SignedIn, form: Multipart) -> Response {
    let fields = match fields(form).await {
        Ok(fields) => fields,
        Err(response) => return response,
    };
    let Some(file) = field(&fields, "pkcs12") else {
        let message = who.visitor.t.seal_no_file();
        return again(&web, &who, FieldErrors::one("pkcs12", message)).await;
    };
    let password = field(&fields, "password").unwrap_or_default();
    let password = SecretString::from(String::from_utf8_lossy(&password).into_owned());
    let result = web.app.upload_seal(&who.caller, &file, &password).await;
    answer(&web, &who, result, "pkcs12").await
}

async fn configured(State(web): State<Web>, who: SignedIn) -> Response {
    let result = web.app.choose_configured_seal(&who.caller).await;
    answer(&web, &who, result, "configured").await
}

async fn ask_reset(State(web): State<Web>, who: SignedIn) -> Response {
    if let Err(error) = web.app.seal_in_use(&who.caller).await {
        return Problem::new(error, &who.visitor).into_response();
    }
    let context = ResetSealPage {
        t: who.visitor.t,
        frame: app_frame(&web, &who, Section::Settings).await,
    };
    dialog_or_page!(context, who)
}

async fn reset(State(web): State<Web>, who: SignedIn) -> Response {
    let result = web.app.choose_one_time_certificates(&who.caller).await;
    answer(&web, &who, result, "configured").await
}
