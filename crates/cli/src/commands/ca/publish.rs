//! `akashi ca serve`: revocation lists, issuers and OCSP over HTTP (RFC 5280, 4.2.1.13 and 4.2.2.1; RFC 6960,
//! appendix A).

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use akashi_app::domain::UtcTime;
use akashi_app::ports::{AuthorityError, Clock as _, SigningAuthority as _};
use akashi_gateway::authority::{Issuer, LocalAuthority};
use akashi_pki::ocsp::{
    CertificateStatus, OcspRequest, OcspResponder, OcspResponse, OcspResponseStatus, ResponsePeriod,
};
use axum::Router;
use axum::extract::{Path, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse as _, Response};
use axum::routing::{get, post};
use jiff::SignedDuration;

use crate::commands::http;
use crate::system::SystemClock;

/// Publishes lists, issuers and OCSP over HTTP.
///
/// `root.crl`, `issuing.crl`, `root.cer`, `issuing.cer`, and OCSP by GET and POST at `ocsp`. Certificates name these
/// addresses when `authority.publish_url` says where they are reached.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Where the process listens.
    #[arg(long, default_value = "127.0.0.1:8317")]
    listen: SocketAddr,
}

/// Largest OCSP request, in bytes.
const MAX_REQUEST_BYTES: usize = 64 << 10;
/// An answer may be used so long.
const ANSWER_LIFETIME: SignedDuration = SignedDuration::from_hours(24);
/// A responder is replaced long before its certificate of a week ends.
const RESPONDER_RENEWAL: SignedDuration = SignedDuration::from_hours(24);
/// What stands between may keep a list or an answer so long.
const CACHE: &str = "public, max-age=600";

const REQUEST_TYPE: &str = "application/ocsp-request";
const RESPONSE_TYPE: &str = "application/ocsp-response";

struct Publisher {
    authority: LocalAuthority,
    clock: SystemClock,
    /// For the issuing CA and for the root.
    responders: [Slot; 2],
}

/// A responder with the moment at which it was made; empty until the first question.
type Slot = Mutex<Option<(UtcTime, Arc<OcspResponder>)>>;

pub(super) async fn run(authority: LocalAuthority, arguments: &Arguments) -> anyhow::Result<()> {
    let publisher = Arc::new(Publisher {
        authority,
        clock: SystemClock,
        responders: [Mutex::new(None), Mutex::new(None)],
    });
    let list = |issuer| {
        get(move |State(publisher): State<Arc<Publisher>>| async move { publisher.list(issuer).await })
    };
    let certificate = |issuer| {
        get(move |State(publisher): State<Arc<Publisher>>| async move { publisher.certificate(issuer) })
    };
    let router = Router::new()
        .route("/root.crl", list(Issuer::Root))
        .route("/issuing.crl", list(Issuer::Issuing))
        .route("/root.cer", certificate(Issuer::Root))
        .route("/issuing.cer", certificate(Issuer::Issuing))
        .route("/ocsp", post(answer_post))
        .route("/ocsp/{*request}", get(answer_get))
        .with_state(publisher);
    http::serve("Akashi CA", router, arguments.listen).await
}

async fn answer_post(State(publisher): State<Arc<Publisher>>, request: Request) -> Response {
    match http::body(request, REQUEST_TYPE, MAX_REQUEST_BYTES).await {
        Ok(body) => http::document(RESPONSE_TYPE, publisher.answer(&body).as_der()),
        Err(refusal) => refusal,
    }
}

async fn answer_get(State(publisher): State<Arc<Publisher>>, Path(path): Path<String>) -> Response {
    let answer = match OcspRequest::from_url_path(&path) {
        Ok(request) => publisher.answer(&request.to_der()),
        Err(_) => OcspResponse::refusal(OcspResponseStatus::MalformedRequest),
    };
    cached(http::document(RESPONSE_TYPE, answer.as_der()))
}

impl Publisher {
    async fn list(&self, issuer: Issuer) -> Response {
        let lists = match self.authority.revocation_lists(self.clock.now()).await {
            Ok(lists) => lists,
            Err(error) => return failed(&error),
        };
        // The issuing CA's list stands first.
        let index = match issuer {
            Issuer::Issuing => 0,
            Issuer::Root => 1,
        };
        match lists.get(index) {
            Some(der) => cached(http::document("application/pkix-crl", der)),
            None => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        }
    }

    fn certificate(&self, issuer: Issuer) -> Response {
        let certificate = self.authority.issuer_certificate(issuer);
        cached(http::document("application/pkix-cert", certificate.as_der()))
    }

    /// The answer of the issuer that the request names; a refusal if it names neither.
    fn answer(&self, request_der: &[u8]) -> OcspResponse {
        let mut answer = OcspResponse::refusal(OcspResponseStatus::Unauthorized);
        for issuer in [Issuer::Issuing, Issuer::Root] {
            answer = self.answer_of(issuer, request_der).unwrap_or_else(|error| {
                tracing::error!(error = %error, "no OCSP answer");
                OcspResponse::refusal(OcspResponseStatus::InternalError)
            });
            if answer.status() != OcspResponseStatus::Unauthorized {
                break;
            }
        }
        answer
    }

    fn answer_of(&self, issuer: Issuer, request_der: &[u8]) -> anyhow::Result<OcspResponse> {
        let now = self.clock.now();
        let remembered = self.authority.issuer_certificate(issuer).not_before();
        let period =
            ResponsePeriod::new(now, now.checked_add(ANSWER_LIFETIME)?).with_archive_cutoff(remembered);
        let mut failure = None;
        let answer = self
            .responder(issuer, now)?
            .answer(request_der, period, |serial_number| {
                self.authority.status(serial_number).unwrap_or_else(|error| {
                    failure = Some(error);
                    CertificateStatus::Unknown
                })
            })?;
        match failure {
            Some(error) => Err(error.into()),
            None => Ok(answer),
        }
    }

    fn responder(&self, issuer: Issuer, now: UtcTime) -> anyhow::Result<Arc<OcspResponder>> {
        let [issuing, root] = &self.responders;
        let slot = match issuer {
            Issuer::Issuing => issuing,
            Issuer::Root => root,
        };
        let mut slot = slot.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((made_at, responder)) = slot.as_ref()
            && (SignedDuration::ZERO..RESPONDER_RENEWAL).contains(&now.duration_since(*made_at))
        {
            return Ok(Arc::clone(responder));
        }
        let responder = Arc::new(self.authority.make_responder(issuer, now)?);
        *slot = Some((now, Arc::clone(&responder)));
        Ok(responder)
    }
}

fn cached(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, header::HeaderValue::from_static(CACHE));
    response
}

fn failed(error: &AuthorityError) -> Response {
    tracing::error!(%error, "no revocation list");
    StatusCode::INTERNAL_SERVER_ERROR.into_response()
}
