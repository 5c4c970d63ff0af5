//! For load balancers and supervisors.

use axum::extract::State;
use http::StatusCode;

use super::Web;

/// `GET /healthz`: the process answers.
pub(super) async fn alive() -> StatusCode {
    StatusCode::NO_CONTENT
}

/// `GET /readyz`: database and storage answer, so that requests can be served.
pub(super) async fn ready(State(web): State<Web>) -> StatusCode {
    match web.app.check_ready().await {
        Ok(()) => StatusCode::NO_CONTENT,
        Err(error) => {
            tracing::warn!(%error, "not ready");
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}
