//! What travels through the redirect after a POST, and where addresses that only take posts lead.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::CookieJar;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};

use crate::view::Notice;

const COOKIE: &str = "akashi_notice";

/// Leads on, and has the next page say what was done. The cookie holds one of a few known words.
pub(super) fn told(notice: Notice, to: &str) -> Response {
    let cookie = format!(
        "{COOKIE}={}; Path=/; Max-Age=60; HttpOnly; SameSite=Lax",
        notice.key()
    );
    let mut response = Redirect::to(to).into_response();
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    response
}

/// What the page is to say.
pub(super) fn notice(headers: &HeaderMap) -> Option<Notice> {
    CookieJar::from_headers(headers)
        .get(COOKIE)
        .and_then(|cookie| Notice::from_key(cookie.value()))
}

/// A notice is said once. An address that only takes posts leads to the page it belongs to when it is opened: the
/// answer to a post may be a page, whose language is switched or whose address is opened anew.
pub(super) async fn follow(request: Request, next: Next) -> Response {
    let is_get = request.method() == Method::GET;
    let is_said =
        is_get && request.headers().contains_key(header::COOKIE) && notice(request.headers()).is_some();
    let wants_page = request
        .headers()
        .get(header::ACCEPT)
        .is_some_and(|accept| accept.as_bytes().starts_with(b"text/html"));
    let path = request.uri().path().to_owned();
    let mut response = next.run(request).await;
    if is_get && wants_page && response.status() == StatusCode::METHOD_NOT_ALLOWED {
        return Redirect::to(&page_of(&path)).into_response();
    }
    if is_said && wants_page && response.status() == StatusCode::OK {
        const OVER: HeaderValue = HeaderValue::from_static("akashi_notice=; Path=/; Max-Age=0");
        response.headers_mut().append(header::SET_COOKIE, OVER);
    }
    response
}

/// The page where the form stands that posts to this address.
fn page_of(path: &str) -> String {
    let mut names = path.split('/').skip(1);
    match (names.next(), names.next()) {
        (Some("contracts"), Some(id)) if id.starts_with("ctr_") => format!("/contracts/{id}"),
        (Some("sign"), Some(id)) if id.starts_with("pty_") => format!("/sign/{id}"),
        (Some("members"), _) => "/members".to_owned(),
        (Some("account"), _) => "/account".to_owned(),
        (Some("settings"), Some(part)) => format!("/settings/{part}"),
        _ => "/".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::page_of;

    #[test]
    fn addresses_of_posts_belong_to_pages() {
        for (address, page) in [
            ("/contracts/ctr_1/send", "/contracts/ctr_1"),
            ("/contracts", "/"),
            ("/sign/pty_1/viewed", "/sign/pty_1"),
            ("/members/mbr_1/role", "/members"),
            ("/account/sessions/ses_1/revoke", "/account"),
            ("/settings/seal/upload", "/settings/seal"),
            ("/sign-out", "/"),
        ] {
            assert_eq!(page_of(address), page, "{address}");
        }
    }
}
