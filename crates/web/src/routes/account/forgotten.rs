//! Forgotten passwords.

use akashi_app::{Error, Token};
use axum::Router;
use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::routing::get;
use http::StatusCode;
use secrecy::SecretString;
use serde::Deserialize;

use super::super::Web;
use super::super::problem::{Problem, page, page_with};
use super::super::visitor::Visitor;
use super::{address, field_error, frame};
use crate::pages::account::{ForgotPage, ResetPage};
use crate::view::FieldErrors;

/// Its routes.
pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/password/forgot", get(ask_forgot).post(forgot))
        .route("/password/reset/{token}", get(ask_reset).post(reset))
}

async fn ask_forgot(State(web): State<Web>, visitor: Visitor) -> Response {
    let context = ForgotPage {
        t: visitor.t,
        frame: frame(&web, "/password/forgot"),
        email: String::new(),
        sent: false,
        errors: FieldErrors::default(),
    };
    page(&context, &visitor)
}

#[derive(Deserialize)]
struct ForgotForm {
    email: String,
}

async fn forgot(State(web): State<Web>, visitor: Visitor, Form(form): Form<ForgotForm>) -> Response {
    let mut context = ForgotPage {
        t: visitor.t,
        frame: frame(&web, "/password/forgot"),
        email: form.email.clone(),
        sent: false,
        errors: FieldErrors::default(),
    };
    let mut errors = Vec::new();
    let Some(email) = address(&form.email, visitor.t, &mut errors) else {
        context.errors = FieldErrors(errors);
        return page_with(StatusCode::UNPROCESSABLE_ENTITY, &context, &visitor);
    };
    match web.app.request_password_reset(&email, &visitor.origin).await {
        Ok(()) => {
            context.sent = true;
            page(&context, &visitor)
        }
        Err(error) => Problem::new(error, &visitor).into_response(),
    }
}

fn reset_page(web: &Web, visitor: &Visitor, action: String, errors: FieldErrors) -> ResetPage {
    ResetPage {
        t: visitor.t,
        frame: frame(web, &visitor.path),
        action,
        errors,
    }
}

async fn ask_reset(State(web): State<Web>, visitor: Visitor, Path(token): Path<String>) -> Response {
    let found = match Token::parse(&token) {
        Some(parsed) => web.app.look_at_reset(&parsed).await,
        None => Err(Error::TicketDead),
    };
    match found {
        Ok(()) => {
            let action = format!("/password/reset/{token}");
            page(
                &reset_page(&web, &visitor, action, FieldErrors::default()),
                &visitor,
            )
        }
        Err(error) => reset_closed(&web, &visitor, error),
    }
}

fn reset_closed(web: &Web, visitor: &Visitor, error: Error) -> Response {
    match error {
        Error::TicketDead => {
            let context = reset_page(web, visitor, String::new(), FieldErrors::default());
            page_with(StatusCode::GONE, &context, visitor)
        }
        error => Problem::new(error, visitor).into_response(),
    }
}

#[derive(Deserialize)]
struct ResetForm {
    password: SecretString,
}

async fn reset(
    State(web): State<Web>,
    visitor: Visitor,
    Path(token): Path<String>,
    Form(form): Form<ResetForm>,
) -> Response {
    let Some(parsed) = Token::parse(&token) else {
        return reset_closed(&web, &visitor, Error::TicketDead);
    };
    match web.app.reset_password(&parsed, &form.password).await {
        Ok(()) => Redirect::to("/sign-in?after=password").into_response(),
        Err(error) => match field_error(visitor.t, &error) {
            Some(field) => {
                let action = format!("/password/reset/{token}");
                let context = reset_page(&web, &visitor, action, FieldErrors(vec![field]));
                page_with(StatusCode::UNPROCESSABLE_ENTITY, &context, &visitor)
            }
            None => reset_closed(&web, &visitor, error),
        },
    }
}
