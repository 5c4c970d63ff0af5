//! `akashi tsa`: the built-in time-stamp authority over HTTP (RFC 3161, 3.4).

use std::net::SocketAddr;
use std::process::ExitCode;
use std::sync::Arc;

use akashi_app::ports::{Clock as _, Entropy as _};
use akashi_gateway::time_stamp::TimeStampCredentials;
use akashi_pki::ocsp::CertificateStatus;
use akashi_pki::{Oid, SerialNumber, TIME_STAMP_POLICY};
use akashi_tsp::TimeStampResponder;
use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use axum::routing::post;

use super::http;
use crate::config::Config;
use crate::system::{SystemClock, SystemEntropy};

/// The built-in time-stamp authority over HTTP, for other programs.
///
/// It stamps with this machine's clock: what its time is worth is what that clock is worth.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Where the process listens.
    #[arg(long, default_value = "127.0.0.1:8318")]
    listen: SocketAddr,
    /// The policy of the tokens, in dotted form; the built-in authority's own if left out.
    #[arg(long)]
    policy: Option<String>,
}

/// Largest request, in bytes: an imprint, a policy and a nonce.
const MAX_REQUEST_BYTES: usize = 16 << 10;

pub(crate) async fn run(config: Config, arguments: Arguments) -> anyhow::Result<ExitCode> {
    let authority = super::ca::open(&config).await?;
    let TimeStampCredentials {
        key,
        certificate,
        issuers,
    } = authority.time_stamp_credentials();
    let status = authority.status(certificate.serial_number())?;
    anyhow::ensure!(
        !matches!(status, CertificateStatus::Revoked { .. }),
        "the certificate of the time-stamp authority is revoked"
    );
    let policy = match &arguments.policy {
        Some(text) => Oid::parse(text)?,
        None => TIME_STAMP_POLICY,
    };
    let responder = Arc::new(TimeStampResponder::new(certificate, issuers, key, policy)?);
    // Any path: clients are configured with an address, and some append one of their own.
    let router = Router::new()
        .route("/", post(stamp))
        .route("/{*path}", post(stamp))
        .with_state(responder);
    http::serve("Akashi TSA", router, arguments.listen).await?;
    Ok(ExitCode::SUCCESS)
}

/// A request that cannot be granted gets a refusal with its reason (`PKIFailureInfo`), which is an answer too.
async fn stamp(State(responder): State<Arc<TimeStampResponder>>, request: Request) -> Response {
    match http::body(request, "application/timestamp-query", MAX_REQUEST_BYTES).await {
        Ok(body) => {
            // Numbers that never repeat, even after a crash: 126 random bits need no memory.
            let mut random = [0_u8; 16];
            SystemEntropy.fill(&mut random);
            let serial_number = SerialNumber::from_random(random);
            let answer = responder.respond(&body, &serial_number, SystemClock.now());
            http::document("application/timestamp-reply", &answer)
        }
        Err(refusal) => refusal,
    }
}
