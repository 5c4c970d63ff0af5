//! What every request passes on its way in and out: its number, its pace, its line in the log, its figures, and
//! words for an answer that has none. The log has the route, never the path: a path may hold a link's token.

use std::time::Instant;

use axum::extract::{ConnectInfo, FromRequestParts as _, MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE};
use http::{HeaderName, Method};
use tracing::Instrument as _;

use super::Web;
use super::problem::Problem;
use super::visitor::Visitor;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Forgets the number that a request brings along, unless a trusted proxy gave it: anything could stand there, and it
/// goes into the log.
pub(super) async fn own_number(State(web): State<Web>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<std::net::SocketAddr>>();
    let is_trusted = peer.is_some_and(|peer| {
        let proxies = &web.settings.trusted_proxies;
        proxies.contains(&peer.0.ip().to_canonical())
    });
    if !is_trusted {
        request.headers_mut().remove(REQUEST_ID);
    }
    next.run(request).await
}

/// Notes the request, answers it, and puts the answer into words if it has none.
pub(super) async fn accompany(State(web): State<Web>, request: Request, next: Next) -> Response {
    let began = Instant::now();
    let (mut parts, body) = request.into_parts();
    let Ok(visitor) = Visitor::from_request_parts(&mut parts, &web).await;
    let method = method_name(&parts.method);
    let route = parts
        .extensions
        .get::<MatchedPath>()
        .map_or_else(|| "none".to_owned(), |path| path.as_str().to_owned());
    let span = tracing::info_span!(
        "request",
        request.id = visitor.request_id,
        http.method = method,
        http.route = route,
    );
    let answer = async {
        if writes(&parts.method)
            && let Err(error) = web.admit(&visitor, &route)
        {
            return Problem::new(error, &visitor).into_response();
        }
        let response = next.run(Request::from_parts(parts, body)).await;
        in_words(response, &visitor)
    };
    let response = answer.instrument(span.clone()).await;
    let status = response.status().as_u16();
    let took_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
    span.in_scope(|| tracing::info!(http.status = status, took_ms, "answered"));
    metrics::counter!("akashi_http_requests_total", "method" => method, "route" => route.clone(), "status" => status.to_string())
        .increment(1);
    metrics::counter!("akashi_http_milliseconds_total", "method" => method, "route" => route)
        .increment(took_ms);
    response
}

/// Methods of our pages; any other is one, so that nobody can fill the figures with invented ones.
fn method_name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        _ => "other",
    }
}

fn writes(method: &Method) -> bool {
    !matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// Layers and extractors refuse with a bare status or an English line; the reader gets a problem instead.
fn in_words(response: Response, visitor: &Visitor) -> Response {
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    if !is_error || is_worded(&response) {
        return response;
    }
    let mut problem = Problem::of_status(status, visitor).into_response();
    for (name, value) in response.headers() {
        // What described the body that is replaced: its kind, its length, its compression.
        let is_of_body = [CONTENT_TYPE, CONTENT_LENGTH, CONTENT_ENCODING].contains(name);
        if !is_of_body && !problem.headers().contains_key(name) {
            problem.headers_mut().insert(name, value.clone());
        }
    }
    problem
}

fn is_worded(response: &Response) -> bool {
    let content_type = response.headers().get(CONTENT_TYPE);
    let content_type = content_type
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    ["text/html", "application/json", "application/problem+json"]
        .iter()
        .any(|worded| content_type.starts_with(worded))
}
