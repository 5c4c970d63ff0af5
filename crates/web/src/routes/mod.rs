//! The routes: extract, call one use case, map, answer. No rules, no SQL (S27).

/// Renders a page that asks something: as a dialog for htmx, else whole.
macro_rules! dialog_or_page {
    ($context:expr, $who:expr) => {
        if $who.visitor.is_htmx {
            $crate::routes::problem::page(&$context.as_dialog(), &$who.visitor)
        } else {
            $crate::routes::problem::page(&$context, &$who.visitor)
        }
    };
}

mod account;
mod assets;
mod contracts;
mod dev;
mod download;
mod edge;
mod frame;
mod headers;
mod health;
mod language;
mod live;
mod maker;
mod members;
mod metrics;
mod pace;
mod party_session;
mod problem;
mod redirects;
mod refusal;
mod session;
mod settings;
mod sign;
mod state;
mod system;
mod time;
mod verify;
mod visitor;

use std::sync::Arc;

use akashi_app::App;
use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use tower::ServiceBuilder;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};

pub use state::Settings;
pub(crate) use state::Web;

/// The most that a form or a JSON body may have, in bytes; uploads have limits of their own.
pub(crate) const FORM_BYTES: usize = 4 * 1024 * 1024;

/// The whole service as one router.
pub fn router(app: Arc<App>, settings: Settings) -> Router {
    let max_upload_bytes = settings.max_upload_bytes;
    let development = settings.development;
    let web = Web::new(app, settings);
    let pages = Router::new()
        .route("/language", post(language::set))
        .merge(account::routes())
        .merge(members::routes())
        .merge(settings::routes())
        .merge(contracts::routes())
        .merge(sign::routes())
        .merge(system::routes())
        .merge(dev::routes(development))
        .layer(DefaultBodyLimit::max(FORM_BYTES))
        .merge(maker::routes(max_upload_bytes))
        .merge(verify::routes(max_upload_bytes))
        .fallback(problem::not_found);
    let service = ServiceBuilder::new()
        .layer(axum::middleware::from_fn_with_state(
            web.clone(),
            edge::own_number,
        ))
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(axum::middleware::from_fn_with_state(web.clone(), headers::secure))
        .layer(axum::middleware::from_fn_with_state(web.clone(), edge::accompany))
        .layer(CatchPanicLayer::custom(problem::panicked))
        .layer(CsrfLayer::new())
        .layer(CompressionLayer::new());
    pages
        .layer(axum::middleware::from_fn(redirects::follow))
        .layer(service)
        .route("/assets/{version}/{*path}", get(assets::asset))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .route("/metrics", get(metrics::render))
        .with_state(web)
}
