//! Where one is signed in, and ending it there.

use akashi_app::Error;
use akashi_app::domain::SessionId;
use axum::Router;
use axum::extract::{Path, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};

use super::super::Web;
use super::super::frame::app_frame;
use super::super::problem::{Problem, page};
use super::super::redirects::told;
use super::super::session::SignedIn;
use crate::pages::account::{SessionLine, SessionsPage};
use crate::view::{Notice, Section};

/// Its routes.
pub(super) fn routes() -> Router<Web> {
    Router::new()
        .route("/account/sessions", get(sessions))
        .route("/account/sessions/revoke-others", post(revoke_others))
        .route("/account/sessions/{session}/revoke", post(revoke))
}

async fn sessions(State(web): State<Web>, who: SignedIn) -> Response {
    match web.app.sessions(&who.caller).await {
        Ok(found) => {
            let context = SessionsPage {
                t: who.visitor.t,
                frame: app_frame(&web, &who, Section::Account).await,
                now: web.app.now(),
                sessions: found
                    .into_iter()
                    .map(|session| SessionLine {
                        id: session.session_id.to_string(),
                        device: device(&session.user_agent),
                        address: session
                            .address
                            .map(|address| address.to_string())
                            .unwrap_or_default(),
                        begun: session.created_at,
                        used: session.last_used_at,
                        this: session.is_current,
                    })
                    .collect(),
            };
            page(&context, &who.visitor)
        }
        Err(error) => Problem::new(error, &who.visitor).into_response(),
    }
}

/// Browser and system out of a `User-Agent`, as far as its well-known words tell.
fn device(user_agent: &str) -> String {
    let find = |words: &[(&str, &'static str)]| {
        words
            .iter()
            .find(|(word, _)| user_agent.contains(word))
            .map(|(_, name)| *name)
    };
    let browser = find(&[
        ("Edg/", "Edge"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ]);
    let system = find(&[
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Android", "Android"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ]);
    let words: Vec<&str> = browser.into_iter().chain(system).collect();
    if words.is_empty() {
        user_agent.chars().take(40).collect()
    } else {
        words.join("・")
    }
}

async fn revoke(State(web): State<Web>, who: SignedIn, Path(session): Path<String>) -> Response {
    let revoked = match SessionId::parse(&session) {
        Ok(session_id) => web.app.revoke_session(&who.caller, session_id).await,
        Err(_) => Err(Error::NotFound),
    };
    match revoked {
        Ok(()) => told(Notice::SessionRevoked, "/account/sessions"),
        Err(error) => Problem::new(error, &who.visitor).into_response(),
    }
}

async fn revoke_others(State(web): State<Web>, who: SignedIn) -> Response {
    match web.app.revoke_other_sessions(&who.caller).await {
        Ok(_) => told(Notice::SessionRevoked, "/account/sessions"),
        Err(error) => Problem::new(error, &who.visitor).into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::device;

    #[test]
    fn devices_are_named_in_known_words() {
        let chrome =
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/156.0 Safari/537.36";
        assert_eq!(device(chrome), "Chrome・Windows");
        assert_eq!(device("curl/8"), "curl/8");
    }
}
