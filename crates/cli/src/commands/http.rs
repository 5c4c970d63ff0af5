//! Small HTTP services that answer one binary message with another: OCSP and time-stamps.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::Context as _;
use axum::Router;
use axum::body::Bytes;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum_server::Handle;

/// How long a client may take to send its message.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);
/// How long open requests may take to finish when the process is asked to end.
const GRACE: Duration = Duration::from_secs(5);

/// Listens until the process is asked to end; says where on standard output.
pub(super) async fn serve(name: &str, router: Router, listen: SocketAddr) -> anyhow::Result<()> {
    super::log();
    let mut stop = super::stop_signal()?;
    let listener =
        std::net::TcpListener::bind(listen).with_context(|| format!("cannot listen on {listen}"))?;
    listener.set_nonblocking(true)?;
    println!("{name}: http://{}", listener.local_addr()?);
    let handle = Handle::new();
    let ending = handle.clone();
    tokio::spawn(async move {
        // An error says that nobody can ask any more.
        while !*stop.borrow() && stop.changed().await.is_ok() {}
        ending.graceful_shutdown(Some(GRACE));
    });
    let service = router.into_make_service();
    axum_server::from_tcp(listener)?
        .handle(handle)
        .serve(service)
        .await?;
    Ok(())
}

/// The message of a request: of the right type, not too long, sent in time. Otherwise the refusal.
pub(super) async fn body(request: Request, content_type: &str, max_bytes: usize) -> Result<Bytes, Response> {
    let given = request.headers().get(header::CONTENT_TYPE);
    let given = given.and_then(|value| value.to_str().ok()).unwrap_or_default();
    // Parameters may follow.
    let given = given.split(';').next().unwrap_or_default().trim();
    if !given.eq_ignore_ascii_case(content_type) {
        let text = format!("this address takes {content_type}\n");
        return Err((StatusCode::UNSUPPORTED_MEDIA_TYPE, text).into_response());
    }
    let read = tokio::time::timeout(BODY_TIMEOUT, axum::body::to_bytes(request.into_body(), max_bytes));
    match read.await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(_)) => Err(StatusCode::PAYLOAD_TOO_LARGE.into_response()),
        Err(_) => Err(StatusCode::REQUEST_TIMEOUT.into_response()),
    }
}

/// An answer of this type.
pub(super) fn document(content_type: &'static str, bytes: &[u8]) -> Response {
    ([(header::CONTENT_TYPE, content_type)], bytes.to_vec()).into_response()
}
