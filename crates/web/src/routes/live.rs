//! Server-sent events: the revision of a contract whenever it changes. The store is asked every two seconds, so
//! that it works the same on one node and on many.

use std::convert::Infallible;
use std::time::Duration;

use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse as _, Response};
use futures_util::stream;
use http::{HeaderValue, header};

use super::Web;

/// Between two looks.
const PAUSE: Duration = Duration::from_secs(2);
/// A heartbeat, so that proxies keep the connection.
const HEARTBEAT: Duration = Duration::from_secs(15);
/// A stream ends after this; the browser opens another.
const LIFETIME: Duration = Duration::from_mins(10);

/// Streams `revision` whenever it changes, until the contract is out of reach, time is up, or the process ends.
pub(super) fn follow<F, Fut>(web: &Web, revision: F) -> Response
where
    F: Fn() -> Fut + Send + 'static,
    Fut: Future<Output = Option<u64>> + Send,
{
    let stop = web.settings.stop.clone();
    let began = tokio::time::Instant::now();
    let first = (revision, stop, None::<u64>, false);
    let events = stream::unfold(first, move |(revision, mut stop, mut last, ended)| async move {
        if ended {
            return None;
        }
        loop {
            let now = revision().await;
            let over = now.is_none() || *stop.borrow() || began.elapsed() > LIFETIME;
            if over {
                let event = Event::default().event("end").data("");
                return Some((Ok::<_, Infallible>(event), (revision, stop, last, true)));
            }
            if now != last {
                let is_first = last.is_none();
                last = now;
                if !is_first {
                    let event = Event::default()
                        .event("changed")
                        .data(now.unwrap_or_default().to_string());
                    return Some((Ok(event), (revision, stop, last, false)));
                }
            }
            tokio::select! {
                () = tokio::time::sleep(PAUSE) => {}
                _ = stop.changed() => {}
            }
        }
    });
    let mut response = Sse::new(events)
        .keep_alive(KeepAlive::new().interval(HEARTBEAT))
        .into_response();
    let caching = HeaderValue::from_static("no-store, no-transform");
    response.headers_mut().insert(header::CACHE_CONTROL, caching);
    response
}
