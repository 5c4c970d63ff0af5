//! The link itself. A GET has no effect, because mail scanners follow links; the button posts.

use akashi_app::Error;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::CookieJar;
use http::StatusCode;

use crate::pages::counterpart::link::{LinkClosed, LinkClosedPage, LinkPage};
use crate::routes::problem::{Problem, page, page_with};
use crate::routes::visitor::Visitor;
use crate::routes::{Web, party_session};
use crate::view::PlainFrame;

/// The language switch leads back to this page; its address stands in the form's action anyway.
fn frame(visitor: &Visitor) -> PlainFrame {
    PlainFrame {
        path: visitor.path.clone(),
        trial: false,
        signed_in: false,
    }
}

/// `GET /s/{token}`
pub(super) async fn look(State(web): State<Web>, visitor: Visitor, Path(token): Path<String>) -> Response {
    match web.app.look_at_link(&token).await {
        Ok(target) => {
            let visitor = visitor.in_language_of(target.language);
            let context = LinkPage {
                t: visitor.t,
                frame: frame(&visitor),
                action: format!("/s/{token}"),
                organization: target.sender_organization,
                name: target.name,
            };
            page(&context, &visitor)
        }
        Err(error) => closed(error, &visitor),
    }
}

/// `POST /s/{token}`
pub(super) async fn enter(
    State(web): State<Web>,
    visitor: Visitor,
    jar: CookieJar,
    Path(token): Path<String>,
) -> Response {
    match web.app.enter_part(&token, &visitor.origin).await {
        Ok(part) => {
            let cookie = party_session::cookie(part.party_id, &part.session_token, web.settings.https);
            (jar.add(cookie), Redirect::to(&format!("/sign/{}", part.party_id))).into_response()
        }
        Err(error) => closed(error, &visitor),
    }
}

fn closed(error: Error, visitor: &Visitor) -> Response {
    let (status, reason) = match error {
        Error::LinkReplaced => (StatusCode::GONE, LinkClosed::Replaced),
        Error::LinkExpired => (StatusCode::GONE, LinkClosed::Expired),
        Error::LinkUnknown | Error::NotFound => (StatusCode::NOT_FOUND, LinkClosed::Unknown),
        error => return Problem::new(error, visitor).into_response(),
    };
    page_with(
        status,
        &LinkClosedPage {
            t: visitor.t,
            frame: frame(visitor),
            reason,
        },
        visitor,
    )
}
