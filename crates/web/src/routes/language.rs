//! The language switch.

use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};

use super::Web;
use super::visitor::LANGUAGE_COOKIE;
use crate::text::Language;

#[derive(serde::Deserialize)]
pub(super) struct Choice {
    lang: String,
    back: String,
}

/// `POST /language`
pub(super) async fn set(State(web): State<Web>, jar: CookieJar, Form(choice): Form<Choice>) -> Response {
    let back = local_path(&choice.back);
    let Some(language) = Language::from_tag(&choice.lang) else {
        return Redirect::to(&back).into_response();
    };
    (jar.add(cookie(&web, language)), Redirect::to(&back)).into_response()
}

/// Keeps the language of this browser.
pub(super) fn cookie(web: &Web, language: Language) -> Cookie<'static> {
    Cookie::build((LANGUAGE_COOKIE, language.tag()))
        .path("/")
        .same_site(SameSite::Lax)
        .secure(web.settings.https)
        .permanent()
        .build()
}

/// A path of this service, or its root: `//host` and `/\host` would lead elsewhere.
pub(super) fn local_path(path: &str) -> String {
    let mut chars = path.chars();
    let local = chars.next() == Some('/')
        && !matches!(chars.next(), Some('/' | '\\'))
        && path.len() <= 2000
        && !path.chars().any(char::is_control);
    if local { path.to_owned() } else { "/".to_owned() }
}

#[cfg(test)]
mod tests {
    use super::local_path;

    #[test]
    fn only_paths_of_this_service_lead_back() {
        assert_eq!(local_path("/contracts?q=a"), "/contracts?q=a");
        for elsewhere in [
            "//evil.example",
            "/\\evil.example",
            "https://evil.example",
            "",
            "/a\r\nSet-Cookie: b",
        ] {
            assert_eq!(local_path(elsewhere), "/");
        }
    }
}
