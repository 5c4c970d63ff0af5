//! The first organization: set-up by the one-time link.

use akashi_app::account::FirstOrganization;
use akashi_app::domain::{Language, OrganizationName};
use akashi_app::{Error, Token};
use axum::Router;
use axum::extract::{Form, Path, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use axum_extra::extract::CookieJar;
use http::StatusCode;
use secrecy::SecretString;
use serde::Deserialize;

use super::super::Web;
use super::super::problem::{Problem, page, page_with};
use super::super::visitor::Visitor;
use super::{address, enter, field_error, frame, person};
use crate::pages::setup::{SetupClosedPage, SetupPage};
use crate::text::Text;
use crate::view::{FieldError, FieldErrors};

/// Its routes.
pub(super) fn routes() -> Router<Web> {
    Router::new().route("/setup/{token}", get(ask_setup).post(set_up))
}

#[derive(Deserialize)]
struct SetupForm {
    organization: String,
    name: String,
    email: String,
    password: SecretString,
    lang: String,
}

async fn ask_setup(State(web): State<Web>, visitor: Visitor, Path(token): Path<String>) -> Response {
    let found = match Token::parse(&token) {
        Some(parsed) => web.app.look_at_setup(&parsed).await,
        None => Err(Error::TicketDead),
    };
    match found {
        Ok(()) => {
            let context = SetupPage {
                t: visitor.t,
                frame: frame(&web, &visitor.path),
                action: format!("/setup/{token}"),
                organization: String::new(),
                name: String::new(),
                email: String::new(),
                errors: FieldErrors::default(),
            };
            page(&context, &visitor)
        }
        Err(error) => setup_closed(&web, &visitor, error),
    }
}

fn setup_closed(web: &Web, visitor: &Visitor, error: Error) -> Response {
    match error {
        Error::TicketDead => {
            let context = SetupClosedPage {
                t: visitor.t,
                frame: frame(web, &visitor.path),
                used: true,
            };
            page_with(StatusCode::GONE, &context, visitor)
        }
        error => Problem::new(error, visitor).into_response(),
    }
}

async fn set_up(
    State(web): State<Web>,
    visitor: Visitor,
    jar: CookieJar,
    Path(token): Path<String>,
    Form(form): Form<SetupForm>,
) -> Response {
    let language = Language::from_tag(&form.lang).unwrap_or(visitor.t.lang);
    let t = Text::of(language);
    let mut errors = Vec::new();
    let organization = OrganizationName::parse(&form.organization).ok();
    if organization.is_none() {
        errors.push(FieldError {
            field: "organization".into(),
            message: t.organization_wrong().into(),
        });
    }
    let name = person(&form.name, t, &mut errors);
    let email = address(&form.email, t, &mut errors);
    let again = |errors: Vec<FieldError>| {
        let context = SetupPage {
            t,
            frame: frame(&web, &visitor.path),
            action: format!("/setup/{token}"),
            organization: form.organization.clone(),
            name: form.name.clone(),
            email: form.email.clone(),
            errors: FieldErrors(errors),
        };
        page_with(StatusCode::UNPROCESSABLE_ENTITY, &context, &visitor)
    };
    let (Some(organization), Some(name), Some(email)) = (organization, name, email) else {
        return again(errors);
    };
    let Some(parsed) = Token::parse(&token) else {
        return setup_closed(&web, &visitor, Error::TicketDead);
    };
    let first = FirstOrganization {
        organization,
        name,
        email,
        password: form.password.clone(),
        language,
    };
    match web.app.set_up(&parsed, first, &visitor.origin).await {
        Ok(new) => enter(&web, jar, &new, "/welcome"),
        Err(error) => match field_error(t, &error) {
            Some(field) => again(vec![field]),
            None => setup_closed(&web, &visitor, error),
        },
    }
}
