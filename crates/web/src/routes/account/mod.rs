//! Set-up, signing in and out, passwords, invitations, the own account.

mod forgotten;
mod invitation;
mod own;
mod sessions;
mod set_up;
mod sign_in;

use akashi_app::account::SignedIn as NewSession;
use akashi_app::domain::{EmailAddress, PersonName};
use akashi_app::{Error, PasswordWeakness, TextPlace};
use axum::Router;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::CookieJar;

use super::Web;
use super::refusal::explain;
use super::session;
use crate::text::Text;
use crate::view::{FieldError, PlainFrame};

/// The routes of accounts.
pub(super) fn routes() -> Router<Web> {
    Router::new()
        .merge(set_up::routes())
        .merge(sign_in::routes())
        .merge(forgotten::routes())
        .merge(invitation::routes())
        .merge(own::routes())
        .merge(sessions::routes())
}

/// The frame of pages without a menu; the language switch leads back to `path`.
fn frame(web: &Web, path: &str) -> PlainFrame {
    PlainFrame {
        path: path.to_owned(),
        trial: web.is_trial(),
        signed_in: false,
    }
}

fn password_message(t: &Text, weakness: PasswordWeakness) -> String {
    match weakness {
        PasswordWeakness::TooShort | PasswordWeakness::TooLong => t.password_hint().to_owned(),
        PasswordWeakness::Common => t.password_common().to_owned(),
        PasswordWeakness::Personal => t.password_personal().to_owned(),
        _ => t.password_weak().to_owned(),
    }
}

/// What a form's field is told about an error; `None` if the error is not about what was typed.
fn field_error(t: &Text, error: &Error) -> Option<FieldError> {
    let of = |field: &str, message: String| {
        Some(FieldError {
            field: field.to_owned(),
            message,
        })
    };
    match error {
        Error::WeakPassword(weakness) => of("password", password_message(t, *weakness)),
        Error::AddressTaken => of("email", t.invite_taken().to_owned()),
        Error::MissingCharacters {
            place: TextPlace::Sender,
            ..
        } => of("name", explain(t, error, None)?),
        _ => None,
    }
}

/// Begins a session in the browser.
fn enter(web: &Web, jar: CookieJar, new: &NewSession, to: &str) -> Response {
    let cookie = session::cookie(&new.token, web.settings.https);
    (jar.add(cookie), Redirect::to(to)).into_response()
}

fn person(name: &str, t: &Text, errors: &mut Vec<FieldError>) -> Option<PersonName> {
    let parsed = PersonName::parse(name).ok();
    if parsed.is_none() {
        errors.push(FieldError {
            field: "name".into(),
            message: t.party_name_wrong().into(),
        });
    }
    parsed
}

fn address(email: &str, t: &Text, errors: &mut Vec<FieldError>) -> Option<EmailAddress> {
    let parsed = EmailAddress::parse(email).ok();
    if parsed.is_none() {
        errors.push(FieldError {
            field: "email".into(),
            message: t.address_invalid().into(),
        });
    }
    parsed
}
