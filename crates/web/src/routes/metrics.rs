//! `GET /metrics`: figures without personal data, in the text format of Prometheus; for this machine and for
//! who reaches it through a trusted proxy from this machine only.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{StatusCode, header};

use super::Web;
use super::visitor::Visitor;

pub(super) async fn render(State(web): State<Web>, visitor: Visitor) -> Response {
    if !visitor.is_local {
        return StatusCode::NOT_FOUND.into_response();
    }
    match web.app.queue_depth().await {
        Ok(depth) => {
            let states = [
                ("due", depth.due),
                ("running", depth.running),
                ("later", depth.later),
                ("dead", depth.dead),
            ];
            for (state, count) in states {
                metrics::gauge!("akashi_jobs", "state" => state).set(f64::from(count));
            }
        }
        Err(error) => tracing::warn!(%error, "the queue cannot be counted"),
    }
    let text = (web.settings.metrics)();
    (
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")],
        text,
    )
        .into_response()
}
