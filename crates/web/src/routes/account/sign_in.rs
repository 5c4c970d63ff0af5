//! Signing in and out.

use akashi_app::Error;
use akashi_app::domain::EmailAddress;
use axum::Router;
use axum::extract::{Form, Query, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::{get, post};
use axum_extra::extract::CookieJar;
use http::header::RETRY_AFTER;
use http::{HeaderValue, StatusCode};
use secrecy::SecretString;
use serde::Deserialize;

use super::super::Web;
use super::super::language::local_path;
use super::super::problem::{Problem, page, page_with};
use super::super::session;
use super::super::visitor::Visitor;
use super::{enter, frame};
use crate::pages::account::{SignInPage, SignInState};

/// Its routes.
pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/sign-in", get(ask_sign_in).post(sign_in))
        .route("/sign-out", post(sign_out))
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct SignInQuery {
    next: String,
    after: String,
}

async fn ask_sign_in(State(web): State<Web>, visitor: Visitor, Query(query): Query<SignInQuery>) -> Response {
    let state = match query.after.as_str() {
        "sign-out" => SignInState::SignedOut,
        "password" => SignInState::PasswordChanged,
        _ => SignInState::Fresh,
    };
    let next = if query.next.is_empty() {
        String::new()
    } else {
        local_path(&query.next)
    };
    page(
        &sign_in_page(&web, &visitor, String::new(), next, state),
        &visitor,
    )
}

fn sign_in_page(web: &Web, visitor: &Visitor, email: String, next: String, state: SignInState) -> SignInPage {
    SignInPage {
        t: visitor.t,
        frame: frame(web, "/sign-in"),
        email,
        next,
        state,
    }
}

#[derive(Deserialize)]
struct SignInForm {
    email: String,
    password: SecretString,
    #[serde(default)]
    next: String,
}

async fn sign_in(
    State(web): State<Web>,
    visitor: Visitor,
    jar: CookieJar,
    Form(form): Form<SignInForm>,
) -> Response {
    let Ok(email) = EmailAddress::parse(&form.email) else {
        let state = SignInState::Wrong { left: None };
        let context = sign_in_page(&web, &visitor, form.email, form.next, state);
        return page_with(StatusCode::UNAUTHORIZED, &context, &visitor);
    };
    let signed_in = web.app.sign_in(&email, &form.password, &visitor.origin).await;
    let next = if form.next.is_empty() {
        "/".to_owned()
    } else {
        local_path(&form.next)
    };
    match signed_in {
        Ok(new) => enter(&web, jar, &new, &next),
        Err(Error::Credentials { attempts_left }) => {
            let state = SignInState::Wrong {
                left: Some(attempts_left),
            };
            let context = sign_in_page(&web, &visitor, form.email, form.next, state);
            page_with(StatusCode::UNAUTHORIZED, &context, &visitor)
        }
        Err(Error::Throttled { retry_after }) => {
            let minutes = u32::try_from(retry_after.as_secs().div_ceil(60)).unwrap_or(u32::MAX);
            let context = sign_in_page(
                &web,
                &visitor,
                form.email,
                form.next,
                SignInState::Locked { minutes },
            );
            let mut response = page_with(StatusCode::TOO_MANY_REQUESTS, &context, &visitor);
            let seconds = HeaderValue::from(retry_after.as_secs());
            response.headers_mut().insert(RETRY_AFTER, seconds);
            response
        }
        Err(error) => Problem::new(error, &visitor).into_response(),
    }
}

async fn sign_out(State(web): State<Web>, visitor: Visitor, jar: CookieJar) -> Response {
    if let Some(token) = session::token(&jar)
        && let Err(error) = web.app.sign_out(&token).await
    {
        return Problem::new(error, &visitor).into_response();
    }
    (
        jar.remove(session::ended_cookie()),
        Redirect::to("/sign-in?after=sign-out"),
    )
        .into_response()
}
