//! The routes: extract, call one use case, map, answer. No rules, no SQL (S27).

mod assets;
mod headers;
mod health;
mod language;
mod party_session;
mod problem;
mod session;
mod state;
mod visitor;

use std::sync::Arc;
use std::time::Duration;

use akashi_app::App;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::timeout::TimeoutLayer;

pub use state::Settings;
pub(crate) use state::Web;

/// The most that a form or a JSON body may have, in bytes; uploads have limits of their own.
const FORM_BYTES: usize = 4 * 1024 * 1024;

/// How long a request may take before it is answered with 504. Event streams are exempt.
const TIME_OUT: Duration = Duration::from_secs(120);

/// The whole service as one router.
pub fn router(app: Arc<App>, settings: Settings) -> Router {
    let web = Web::new(app, settings);
    let pages = Router::new()
        .route("/language", post(language::set))
        .fallback(problem::not_found)
        .layer(DefaultBodyLimit::max(FORM_BYTES));
    let service = ServiceBuilder::new()
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(axum::middleware::from_fn_with_state(web.clone(), headers::secure))
        .layer(CatchPanicLayer::custom(problem::panicked))
        .layer(CsrfLayer::new())
        .layer(CompressionLayer::new());
    pages
        .layer(service)
        .route("/assets/{version}/{*path}", get(assets::asset))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .with_state(web)
}
