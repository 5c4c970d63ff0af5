//! Fetches revocation lists, OCSP answers and issuers from where certificates say that they stand.
//!
//! Anybody can make a certificate that names an address of the operator's own network: every request goes through
//! the guarded client, which dials public addresses only, follows no redirect to another place, and ends by time and
//! size. What is brought is looked at only so far as to say what it is; who signed it is for the caller.

mod cache;
mod sniff;

use std::sync::Arc;

use akashi_app::ports::pki::{Certificate, RevocationList};
use akashi_app::ports::{Clock, FetchError, Freshness, RevocationSource};
use serde::Deserialize;
use url::Url;

use crate::guarded_client::{self, GuardedClient, Post, PostError};
use cache::{Cache, Kept};

/// Settings of the fetching.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Hosts that may be asked; all public ones if empty.
    pub hosts: Vec<String>,
    /// Seconds for which an answer is kept at most; never beyond its next update.
    pub max_age_s: u32,
    /// Seconds for which an address that failed is not asked again.
    pub pause_after_failure_s: u32,
    /// The most bytes that are kept in memory.
    pub cache_bytes: usize,
    /// The largest revocation list that is read, in bytes.
    pub max_list_bytes: usize,
    /// Limits of the connection; `max_answer_bytes` is for OCSP and certificates.
    pub client: guarded_client::Settings,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            hosts: Vec::new(),
            max_age_s: 4 * 60 * 60,
            pause_after_failure_s: 30,
            cache_bytes: 64 << 20,
            max_list_bytes: 32 << 20,
            client: guarded_client::Settings {
                timeout_ms: 20_000,
                ..guarded_client::Settings::default()
            },
        }
    }
}

/// Fetches over HTTP, and keeps what it fetched in memory.
pub struct HttpRevocationSource {
    client: GuardedClient,
    /// Bounds of OCSP answers and certificates on the one side, lists on the other.
    max_answer_bytes: usize,
    max_list_bytes: usize,
    cache: Cache,
    clock: Arc<dyn Clock>,
}

impl std::fmt::Debug for HttpRevocationSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HttpRevocationSource")
            .field("client", &self.client)
            .finish_non_exhaustive()
    }
}

impl HttpRevocationSource {
    /// Prepares the client; dials nowhere.
    ///
    /// # Errors
    /// [`guarded_client::OpenError`] if the client cannot be set up.
    pub fn new(settings: &Settings, clock: Arc<dyn Clock>) -> Result<Self, guarded_client::OpenError> {
        let max_answer_bytes = settings.client.max_answer_bytes;
        let client_settings = guarded_client::Settings {
            max_answer_bytes: max_answer_bytes.max(settings.max_list_bytes),
            ..settings.client.clone()
        };
        let client = if settings.hosts.is_empty() {
            GuardedClient::for_any_host(&client_settings)?
        } else {
            GuardedClient::new(&client_settings, settings.hosts.iter().map(String::as_str))?
        };
        Ok(Self {
            client,
            max_answer_bytes,
            max_list_bytes: settings.max_list_bytes,
            cache: Cache::new(settings),
            clock,
        })
    }

    /// Gets what stands at `uri` and reads it, unless the address failed a moment ago.
    async fn fetch<T>(
        &self,
        uri: &str,
        max_bytes: usize,
        read: impl FnOnce(&[u8]) -> Result<T, FetchError>,
    ) -> Result<T, FetchError> {
        let url = parse(uri)?;
        self.cache.check_pause(uri, self.clock.now())?;
        let fetched = match self.client.get(&url, max_bytes).await {
            Ok(body) => read(&body),
            Err(error) => Err(fetch_error(error)),
        };
        if let Err(error) = &fetched {
            tracing::info!(
                revocation.host = url.host_str().unwrap_or_default(),
                error = error as &dyn std::error::Error,
                "revocation data was not fetched"
            );
            self.note_failure(uri, error);
        }
        fetched
    }

    /// An address that is not asked at all needs no pause.
    fn note_failure(&self, uri: &str, error: &FetchError) {
        if !matches!(error, FetchError::Address { .. }) {
            self.cache.note_failure(uri, self.clock.now());
        }
    }
}

#[async_trait::async_trait]
impl RevocationSource for HttpRevocationSource {
    async fn revocation_list(&self, uri: &str, freshness: Freshness) -> Result<Vec<u8>, FetchError> {
        let now = self.clock.now();
        if let Some(der) = self.cache.list(uri, freshness, now) {
            return Ok(der);
        }
        let list: RevocationList = self.fetch(uri, self.max_list_bytes, sniff::list).await?;
        let der = list.as_der().to_vec();
        let kept = Kept::List {
            der: der.clone(),
            this_update: list.this_update(),
        };
        self.cache.keep(uri, kept, list.next_update(), self.clock.now());
        Ok(der)
    }

    async fn ocsp(&self, uri: &str, request_der: &[u8]) -> Result<Vec<u8>, FetchError> {
        let url = parse(uri)?;
        self.cache.check_pause(uri, self.clock.now())?;
        let post = Post {
            url: &url,
            content_type: "application/ocsp-request",
            accept: "application/ocsp-response",
            credentials: &[],
            body: request_der.to_vec(),
        };
        let answer = match self.client.post(post).await {
            Ok(answer) if answer.len() > self.max_answer_bytes => Err(FetchError::Unusable {
                reason: format!("more than {} bytes", self.max_answer_bytes),
            }),
            Ok(answer) => sniff::ocsp(answer),
            Err(error) => Err(fetch_error(error)),
        };
        if let Err(error) = &answer {
            self.note_failure(uri, error);
        }
        answer
    }

    async fn certificates(&self, uri: &str) -> Result<Vec<Certificate>, FetchError> {
        if let Some(certificates) = self.cache.certificates(uri, self.clock.now()) {
            return Ok(certificates);
        }
        let certificates = self
            .fetch(uri, self.max_answer_bytes, sniff::certificates)
            .await?;
        let kept = Kept::Certificates(certificates.clone());
        self.cache.keep(uri, kept, None, self.clock.now());
        Ok(certificates)
    }
}

fn parse(uri: &str) -> Result<Url, FetchError> {
    const MAX_URI_BYTES: usize = 2048;
    let address = |reason: &str| FetchError::Address {
        reason: reason.to_owned(),
    };
    if uri.len() > MAX_URI_BYTES {
        return Err(address("longer than 2048 bytes"));
    }
    Url::parse(uri).map_err(|_| address("not a URL"))
}

fn fetch_error(error: PostError) -> FetchError {
    match error {
        PostError::Host(_) | PostError::PrivateAddress(_) | PostError::Address(_) => FetchError::Address {
            reason: error.to_string(),
        },
        PostError::ContentType { .. } | PostError::TooLarge(_) => FetchError::Unusable {
            reason: error.to_string(),
        },
        other => FetchError::Unavailable(Box::new(other)),
    }
}

#[cfg(test)]
mod tests;
