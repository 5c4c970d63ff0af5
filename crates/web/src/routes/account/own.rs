//! The own account: name, language, password.

use akashi_app::Error;
use akashi_app::domain::Language;
use axum::Router;
use axum::extract::{Form, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum_extra::extract::CookieJar;
use http::StatusCode;
use secrecy::SecretString;
use serde::Deserialize;

use super::super::Web;
use super::super::frame::app_frame;
use super::super::language::cookie;
use super::super::problem::{Problem, page, page_with};
use super::super::redirects::told;
use super::super::session::SignedIn;
use super::{field_error, password_message, person};
use crate::pages::account::{AccountPage, PasswordPage};
use crate::view::{FieldErrors, Notice, Section};

/// Its routes.
pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/account", get(account).post(save_account))
        .route("/account/password", get(ask_password).post(change_password))
}

async fn account_page(
    web: &Web,
    who: &SignedIn,
    name: String,
    lang: Language,
    errors: FieldErrors,
) -> AccountPage {
    AccountPage {
        t: who.visitor.t,
        frame: app_frame(web, who, Section::Account).await,
        name,
        email: who.caller.member().email.to_string(),
        lang,
        errors,
    }
}

async fn account(State(web): State<Web>, who: SignedIn) -> Response {
    let member = who.caller.member();
    let (name, lang) = (member.name.to_string(), member.language);
    page(
        &account_page(&web, &who, name, lang, FieldErrors::default()).await,
        &who.visitor,
    )
}

#[derive(Deserialize)]
struct AccountForm {
    name: String,
    lang: String,
}

async fn save_account(
    State(web): State<Web>,
    who: SignedIn,
    jar: CookieJar,
    Form(form): Form<AccountForm>,
) -> Response {
    let t = who.visitor.t;
    let language = Language::from_tag(&form.lang).unwrap_or_default();
    let mut errors = Vec::new();
    if let Some(name) = person(&form.name, t, &mut errors) {
        match web.app.update_profile(&who.caller, name, language).await {
            Ok(_) => {
                // An older choice on this browser must not hide the newer one.
                let jar = match who.visitor.chosen {
                    Some(_) => jar.add(cookie(&web, language)),
                    None => jar,
                };
                return (jar, told(Notice::Saved, "/account")).into_response();
            }
            Err(error) => match field_error(t, &error) {
                Some(field) => errors.push(field),
                None => return Problem::new(error, &who.visitor).into_response(),
            },
        }
    }
    let context = account_page(&web, &who, form.name, language, FieldErrors(errors)).await;
    page_with(StatusCode::UNPROCESSABLE_ENTITY, &context, &who.visitor)
}

async fn password_page(web: &Web, who: &SignedIn, errors: FieldErrors) -> PasswordPage {
    PasswordPage {
        t: who.visitor.t,
        frame: app_frame(web, who, Section::Account).await,
        errors,
    }
}

async fn ask_password(State(web): State<Web>, who: SignedIn) -> Response {
    page(
        &password_page(&web, &who, FieldErrors::default()).await,
        &who.visitor,
    )
}

#[derive(Deserialize)]
struct PasswordForm {
    current_password: SecretString,
    new_password: SecretString,
}

async fn change_password(State(web): State<Web>, who: SignedIn, Form(form): Form<PasswordForm>) -> Response {
    let t = who.visitor.t;
    let changed = web
        .app
        .change_password(
            &who.caller,
            &form.current_password,
            &form.new_password,
            &who.visitor.origin,
        )
        .await;
    let error = match changed {
        Ok(()) => return told(Notice::PasswordChanged, "/account"),
        Err(Error::Credentials { .. }) => FieldErrors::one("current_password", t.password_current_wrong()),
        Err(Error::WeakPassword(weakness)) => FieldErrors::one("new_password", password_message(t, weakness)),
        Err(error) => return Problem::new(error, &who.visitor).into_response(),
    };
    page_with(
        StatusCode::UNPROCESSABLE_ENTITY,
        &password_page(&web, &who, error).await,
        &who.visitor,
    )
}
