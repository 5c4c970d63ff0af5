//! Time-stamps over HTTP (RFC 3161, 3.4): several authorities, asked in order until one answers well.

mod endpoint;
mod record;
mod trust;

use std::path::PathBuf;
use std::sync::Arc;

use akashi_app::ports::pki::{Certificate, DigestAlgorithm};
use akashi_app::ports::tsp::{ResponseError, TimeStampRequest, TimeStampResponse, TimeStampToken};
use akashi_app::ports::{
    Clock, Entropy, TimeStampAuthority, TimeStampError, TimeStampObservation, TimeStampSource,
};
use serde::Deserialize;

use crate::certificate_files::{CertificateFileError, read_certificates};
use crate::guarded_client::{self, GuardedClient, Post, PostError};
use endpoint::Endpoint;
use record::{Learned, Record};
use trust::TokenTrust;

pub use endpoint::{AuthoritySettings, HeaderSettings};

/// Settings of the outside time-stamp authorities.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The authorities in the order in which they are asked. One that fails rests for a while (5 seconds to 5
    /// minutes) and is asked after the others.
    pub authorities: Vec<AuthoritySettings>,
    /// Files and folders with certificates of accredited authorities (認定), or of authorities that issue to
    /// accredited ones alone. Being listed makes no certificate trusted: their roots belong to the trusted ones.
    #[serde(default)]
    pub accredited: Vec<PathBuf>,
    /// Seconds by which a token's time may differ from this machine's clock before the token is refused.
    #[serde(default = "default_max_offset_s")]
    pub max_offset_s: u32,
    /// Limits of the connection.
    #[serde(default)]
    pub client: guarded_client::Settings,
}

const fn default_max_offset_s() -> u32 {
    600
}

impl Settings {
    /// These authorities with the usual limits.
    pub fn of(authorities: Vec<AuthoritySettings>) -> Self {
        Self {
            authorities,
            accredited: Vec::new(),
            max_offset_s: default_max_offset_s(),
            client: guarded_client::Settings::default(),
        }
    }
}

/// Why the settings cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The list of authorities is empty.
    #[error("no time-stamp authority is configured")]
    NoAuthority,
    /// An address cannot be used.
    #[error("address of a time-stamp authority cannot be used: {reason}")]
    Address {
        /// Why.
        reason: &'static str,
    },
    /// A policy is not written as dotted numbers.
    #[error("policy {0} is not an object identifier")]
    Policy(String),
    /// A header cannot have this name.
    #[error("{0:?} is not the name of a header")]
    Header(String),
    /// The accredited certificates cannot be read.
    #[error("accredited certificates")]
    Accredited(#[source] CertificateFileError),
    /// The client cannot be set up.
    #[error(transparent)]
    Client(#[from] guarded_client::OpenError),
}

/// Outside time-stamp authorities.
pub struct HttpTimeStampAuthority {
    client: GuardedClient,
    endpoints: Vec<Endpoint>,
    record: Record,
    trust: TokenTrust,
    max_offset_ms: i64,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl std::fmt::Debug for HttpTimeStampAuthority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HttpTimeStampAuthority")
            .field("endpoints", &self.endpoints)
            .field("record", &self.record)
            .finish_non_exhaustive()
    }
}

impl HttpTimeStampAuthority {
    /// Prepares the client; dials nowhere. Tokens must lead to one of `roots`.
    ///
    /// # Errors
    /// [`OpenError`] says what does not fit.
    pub fn new(
        settings: &Settings,
        roots: &[Certificate],
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, OpenError> {
        let endpoints: Vec<Endpoint> = settings
            .authorities
            .iter()
            .map(Endpoint::parse)
            .collect::<Result<_, _>>()?;
        if endpoints.is_empty() {
            return Err(OpenError::NoAuthority);
        }
        let accredited = read_certificates(&settings.accredited).map_err(OpenError::Accredited)?;
        let client = GuardedClient::new(&settings.client, endpoints.iter().map(Endpoint::host))?;
        Ok(Self {
            client,
            record: Record::new(endpoints.iter().map(|endpoint| endpoint.url.as_str())),
            endpoints,
            trust: TokenTrust::new(roots, accredited),
            max_offset_ms: i64::from(settings.max_offset_s).saturating_mul(1000),
            clock,
            entropy,
        })
    }

    async fn ask(
        &self,
        endpoint: &Endpoint,
        imprint: [u8; 32],
    ) -> Result<(TimeStampToken, Learned), TimeStampError> {
        let mut nonce = [0_u8; 8];
        self.entropy.fill(&mut nonce);
        let mut request = TimeStampRequest::new(DigestAlgorithm::Sha256, &imprint).with_nonce(nonce);
        if let Some(policy) = &endpoint.policy {
            request = request.with_policy(policy.clone());
        }
        let post = Post {
            url: &endpoint.url,
            content_type: "application/timestamp-query",
            accept: "application/timestamp-reply",
            credentials: &endpoint.credentials,
            body: request.to_der(),
        };
        let asked_at = self.clock.now().as_millisecond();
        let answer = match self.client.post(post).await {
            Ok(answer) => answer,
            Err(error @ PostError::ContentType { .. }) => return Err(untrustworthy(error.to_string())),
            Err(error) => return Err(TimeStampError::Unavailable(Box::new(error))),
        };
        let answered_at = self.clock.now().as_millisecond();
        let token = TimeStampResponse::from_der(&answer)
            .and_then(|response| response.token_for(&request))
            .map_err(|error| untrustworthy(reason(&error)))?;
        let policy = &token.info().policy;
        if !endpoint.accepts(policy) {
            return Err(untrustworthy(format!("policy {policy} is not accepted")));
        }
        let is_accredited = self.trust.is_accredited(&token).map_err(untrustworthy)?;
        let between = asked_at.midpoint(answered_at);
        let offset_ms = between.saturating_sub(token.info().gen_time.as_millisecond());
        if offset_ms.saturating_abs() > self.max_offset_ms {
            return Err(untrustworthy(format!(
                "its time and this machine's clock differ by {} s",
                offset_ms / 1000
            )));
        }
        let learned = Learned {
            offset_ms,
            is_accredited,
        };
        Ok((token, learned))
    }
}

#[async_trait::async_trait]
impl TimeStampAuthority for HttpTimeStampAuthority {
    async fn stamp(&self, imprint: [u8; 32]) -> Result<Vec<u8>, TimeStampError> {
        let mut failure = None;
        for index in self.record.order(self.clock.now()) {
            let Some(endpoint) = self.endpoints.get(index) else {
                continue;
            };
            match self.ask(endpoint, imprint).await {
                Ok((token, learned)) => {
                    if learned.offset_ms.saturating_abs() > NOTABLE_OFFSET_MS {
                        tracing::warn!(
                            tsa.host = endpoint.host(),
                            clock.offset_ms = learned.offset_ms,
                            "this machine's clock and the time-stamp authority's differ"
                        );
                    }
                    self.record.answered(index, self.clock.now(), learned);
                    return Ok(token.as_der().to_vec());
                }
                Err(error) => {
                    tracing::warn!(
                        tsa.host = endpoint.host(),
                        error = &error as &dyn std::error::Error,
                        "time-stamp authority gave no token"
                    );
                    self.record.failed(index, self.clock.now(), chain(&error));
                    // A token that does not hold is the graver news.
                    let is_graver = matches!(error, TimeStampError::Untrustworthy { .. });
                    if failure.is_none() || is_graver {
                        failure = Some(error);
                    }
                }
            }
        }
        Err(failure.unwrap_or_else(|| TimeStampError::Unavailable(Box::new(OpenError::NoAuthority))))
    }

    /// The address; of several, all: any of them may have stamped, and the token names the one that did.
    fn source(&self) -> TimeStampSource {
        let addresses: Vec<&str> = self
            .endpoints
            .iter()
            .map(|endpoint| endpoint.url.as_str())
            .collect();
        TimeStampSource::Remote {
            url: addresses.join(" / "),
        }
    }

    fn accredited(&self) -> Vec<Certificate> {
        self.trust.accredited.clone()
    }

    fn observations(&self) -> Vec<TimeStampObservation> {
        self.record.observations()
    }
}

/// Clocks that differ by more are mentioned in the log.
const NOTABLE_OFFSET_MS: i64 = 2_000;

const fn untrustworthy(reason: String) -> TimeStampError {
    TimeStampError::Untrustworthy { reason }
}

/// An answer's defect with its causes in one line; the authority's own words included, but bounded.
fn reason(error: &ResponseError) -> String {
    let mut text = error.to_string();
    if let ResponseError::Refused { text: words, .. } = error
        && !words.is_empty()
    {
        text.push_str(": ");
        text.push_str(words);
    }
    bounded(&with_causes(text, error))
}

fn chain(error: &TimeStampError) -> String {
    bounded(&with_causes(error.to_string(), error))
}

fn with_causes(mut text: String, error: &dyn std::error::Error) -> String {
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

fn bounded(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(300).collect()
}

#[cfg(test)]
mod tests;
