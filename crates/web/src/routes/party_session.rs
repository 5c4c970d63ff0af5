//! The party behind a request: a session for one part of one contract.

use akashi_app::domain::PartyId;
use akashi_app::{Error, PartyCaller, Token};
use axum::extract::{FromRequestParts, RawPathParams};
use axum::response::{IntoResponse as _, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use http::request::Parts;

use super::Web;
use super::problem::Problem;
use super::visitor::Visitor;

const COOKIE: &str = "akashi_part";

/// A party that came through its own link.
pub(crate) struct Part {
    pub(crate) caller: PartyCaller,
    pub(crate) visitor: Visitor,
}

/// The cookie that carries a party's session; sent only for that party's pages.
pub(crate) fn cookie(party_id: PartyId, token: &Token, https: bool) -> Cookie<'static> {
    Cookie::build((COOKIE, token.expose().to_owned()))
        .path(format!("/sign/{party_id}"))
        .http_only(true)
        .secure(https)
        .same_site(SameSite::Lax)
        .build()
}

impl FromRequestParts<Web> for Part {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Response> {
        let Ok(visitor) = Visitor::from_request_parts(parts, web).await;
        let refused = |error| Problem::new(error, &visitor).into_response();
        let params = RawPathParams::from_request_parts(parts, web)
            .await
            .map_err(axum::response::IntoResponse::into_response)?;
        let party_id = params
            .iter()
            .find(|(name, _)| *name == "party")
            .and_then(|(_, value)| PartyId::parse(value).ok())
            .ok_or_else(|| refused(Error::NotFound))?;
        let jar = CookieJar::from_headers(&parts.headers);
        let token = jar.get(COOKIE).and_then(|cookie| Token::parse(cookie.value()));
        let token = token.ok_or_else(|| refused(Error::NotSignedIn))?;
        let caller = web
            .app
            .authenticate_party(&token, party_id)
            .await
            .map_err(refused)?;
        Ok(Self { caller, visitor })
    }
}
