//! `GET /metrics`: figures without personal data, in the text format of Prometheus; for this machine and for
//! trusted proxies only.

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use http::{StatusCode, header};

use super::Web;
use super::visitor::Visitor;

pub(super) async fn render(State(web): State<Web>, visitor: Visitor) -> Response {
    if !visitor
        .origin
        .address
        .is_some_and(|address| address.is_loopback())
    {
        return StatusCode::NOT_FOUND.into_response();
    }
    let text = (web.settings.metrics)();
    (
        [(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")],
        text,
    )
        .into_response()
}
