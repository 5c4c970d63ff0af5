//! Pages for those who build pages. Not there unless the operator asks for development.

use axum::Router;
use axum::response::Response;
use axum::routing::get;

use super::Web;
use super::problem::page;
use super::visitor::Visitor;
use crate::pages::components::ComponentsPage;

/// The routes of development.
pub(super) fn routes(development: bool) -> Router<Web> {
    if development {
        Router::new().route("/dev/components", get(components))
    } else {
        Router::new()
    }
}

/// Every component in its states, with invented data.
async fn components(visitor: Visitor) -> Response {
    page(&ComponentsPage::new(visitor.t), &visitor)
}
