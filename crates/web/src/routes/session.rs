//! The signed-in member behind a request.

use akashi_app::{Error, MemberCaller, Token};
use axum::extract::FromRequestParts;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use http::Method;
use http::request::Parts;

use super::problem::Problem;
use super::visitor::Visitor;
use super::{Web, redirects};
use crate::view::Notice;

pub(super) const COOKIE: &str = "akashi_session";

/// A signed-in member, in the member's language.
pub(crate) struct SignedIn {
    pub(crate) caller: MemberCaller,
    pub(crate) visitor: Visitor,
    /// What the page is to say about the act that led here.
    pub(crate) notice: Option<Notice>,
}

/// The token of the member's session, whether it still lives or not.
pub(crate) fn token(jar: &CookieJar) -> Option<Token> {
    jar.get(COOKIE).and_then(|cookie| Token::parse(cookie.value()))
}

/// The cookie that carries a new session.
pub(crate) fn cookie(token: &Token, https: bool) -> Cookie<'static> {
    Cookie::build((COOKIE, token.expose().to_owned()))
        .path("/")
        .http_only(true)
        .secure(https)
        .same_site(SameSite::Lax)
        .build()
}

/// The cookie that ends a session in the browser.
pub(crate) fn ended_cookie() -> Cookie<'static> {
    Cookie::build((COOKIE, "")).path("/").build()
}

impl FromRequestParts<Web> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Response> {
        let Ok(visitor) = Visitor::from_request_parts(parts, web).await;
        let jar = CookieJar::from_headers(&parts.headers);
        let found = match token(&jar) {
            Some(token) => web.app.authenticate_member(&token, &visitor.origin).await,
            None => Err(Error::NotSignedIn),
        };
        match found {
            Ok(caller) => {
                let visitor = visitor.in_language_of(caller.member().language);
                Ok(Self {
                    caller,
                    visitor,
                    notice: redirects::notice(&parts.headers),
                })
            }
            Err(Error::NotSignedIn)
                if parts.method == Method::GET && !visitor.wants_json && !visitor.is_htmx =>
            {
                let next: String = url::form_urlencoded::byte_serialize(visitor.path.as_bytes()).collect();
                Err(Redirect::to(&format!("/sign-in?next={next}")).into_response())
            }
            Err(error) => Err(Problem::new(error, &visitor).into_response()),
        }
    }
}

/// The signed-in member of a page that everybody may see, if there is one.
pub(crate) struct MaybeSignedIn(pub(crate) Option<MemberCaller>);

impl FromRequestParts<Web> for MaybeSignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Response> {
        let Ok(visitor) = Visitor::from_request_parts(parts, web).await;
        let jar = CookieJar::from_headers(&parts.headers);
        let Some(token) = token(&jar) else {
            return Ok(Self(None));
        };
        match web.app.authenticate_member(&token, &visitor.origin).await {
            Ok(caller) => Ok(Self(Some(caller))),
            Err(Error::NotSignedIn) => Ok(Self(None)),
            Err(error) => Err(Problem::new(error, &visitor).into_response()),
        }
    }
}
