//! Accepting an invitation.

use akashi_app::account::NewMember;
use akashi_app::domain::Language;
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
use super::{enter, field_error, frame, person};
use crate::pages::account::InvitationPage;
use crate::text::Text;
use crate::view::{FieldError, FieldErrors};

/// Its routes.
pub(super) fn routes() -> Router<Web> {
    Router::new().route("/invitations/{token}", get(ask_invitation).post(accept))
}

fn invitation_closed(web: &Web, visitor: &Visitor, error: Error) -> Response {
    match error {
        Error::TicketDead => {
            let context = InvitationPage {
                t: visitor.t,
                frame: frame(web, &visitor.path),
                action: String::new(),
                organization: String::new(),
                email: String::new(),
                name: String::new(),
                has_account: false,
                errors: FieldErrors::default(),
            };
            page_with(StatusCode::GONE, &context, visitor)
        }
        error => Problem::new(error, visitor).into_response(),
    }
}

async fn invitation_page(
    web: &Web,
    visitor: &Visitor,
    token: &str,
    name: String,
    errors: FieldErrors,
) -> Result<InvitationPage, Error> {
    let parsed = Token::parse(token).ok_or(Error::TicketDead)?;
    let target = web.app.look_at_invitation(&parsed).await?;
    let t = visitor.clone().in_language_of(target.language).t;
    Ok(InvitationPage {
        t,
        frame: frame(web, &visitor.path),
        action: format!("/invitations/{token}"),
        organization: target.organization,
        email: target.email.to_string(),
        name,
        has_account: target.has_account,
        errors,
    })
}

async fn ask_invitation(State(web): State<Web>, visitor: Visitor, Path(token): Path<String>) -> Response {
    match invitation_page(&web, &visitor, &token, String::new(), FieldErrors::default()).await {
        Ok(context) => page(&context, &visitor),
        Err(error) => invitation_closed(&web, &visitor, error),
    }
}

#[derive(Deserialize)]
struct AcceptForm {
    name: String,
    password: SecretString,
    lang: String,
}

async fn accept(
    State(web): State<Web>,
    visitor: Visitor,
    jar: CookieJar,
    Path(token): Path<String>,
    Form(form): Form<AcceptForm>,
) -> Response {
    let language = Language::from_tag(&form.lang).unwrap_or(visitor.t.lang);
    let t = Text::of(language);
    let mut errors = Vec::new();
    if let (Some(name), Some(parsed)) = (person(&form.name, t, &mut errors), Token::parse(&token)) {
        let new = NewMember {
            name,
            password: form.password.clone(),
            language,
        };
        match web.app.accept_invitation(&parsed, new, &visitor.origin).await {
            Ok(new) => return enter(&web, jar, &new, "/"),
            Err(Error::Credentials { .. }) => {
                let message = t.sign_in_wrong_plain().to_owned();
                errors.push(FieldError {
                    field: "password".into(),
                    message,
                });
            }
            Err(error) => match field_error(t, &error) {
                Some(field) => errors.push(field),
                None => return invitation_closed(&web, &visitor, error),
            },
        }
    }
    match invitation_page(&web, &visitor, &token, form.name, FieldErrors(errors)).await {
        Ok(context) => page_with(StatusCode::UNPROCESSABLE_ENTITY, &context, &visitor),
        Err(error) => invitation_closed(&web, &visitor, error),
    }
}
