//! Time-stamps over HTTP (RFC 3161, 3.4): several authorities, asked in order until one answers well.

use std::sync::Arc;

use akashi_app::ports::pki::{DigestAlgorithm, Oid};
use akashi_app::ports::tsp::{ResponseError, TimeStampRequest, TimeStampResponse};
use akashi_app::ports::{Entropy, TimeStampAuthority, TimeStampError, TimeStampSource};
use secrecy::SecretString;
use serde::Deserialize;
use url::Url;

use crate::guarded_client::{self, Credentials, GuardedClient, Post, PostError};

/// Settings of the outside time-stamp authorities.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The authorities in the order in which they are asked.
    pub authorities: Vec<AuthoritySettings>,
    /// Limits of the connection.
    #[serde(default)]
    pub client: guarded_client::Settings,
}

/// One authority.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AuthoritySettings {
    /// Its address, `http` or `https`, without credentials.
    pub url: String,
    /// The policy to ask for, as dotted numbers; the token must then be of that policy.
    pub policy: Option<String>,
    /// The user, for authorities with basic authentication (RFC 7617); needs `https`.
    pub username: Option<String>,
    /// The password that belongs to the user.
    pub password: Option<SecretString>,
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
    /// The client cannot be set up.
    #[error(transparent)]
    Client(#[from] guarded_client::OpenError),
}

/// Outside time-stamp authorities.
#[derive(Debug)]
pub struct HttpTimeStampAuthority {
    client: GuardedClient,
    endpoints: Vec<Endpoint>,
    entropy: EntropySource,
}

struct EntropySource(Arc<dyn Entropy>);

impl std::fmt::Debug for EntropySource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Entropy(..)")
    }
}

#[derive(Debug)]
struct Endpoint {
    url: Url,
    policy: Option<Oid>,
    credentials: Option<Credentials>,
}

impl HttpTimeStampAuthority {
    /// Prepares the client; dials nowhere.
    ///
    /// # Errors
    /// [`OpenError`] says what does not fit.
    pub fn new(settings: &Settings, entropy: Arc<dyn Entropy>) -> Result<Self, OpenError> {
        let endpoints: Vec<Endpoint> = settings
            .authorities
            .iter()
            .map(Endpoint::parse)
            .collect::<Result<_, _>>()?;
        if endpoints.is_empty() {
            return Err(OpenError::NoAuthority);
        }
        let hosts = endpoints.iter().filter_map(|endpoint| endpoint.url.host_str());
        let client = GuardedClient::new(&settings.client, hosts)?;
        Ok(Self {
            client,
            endpoints,
            entropy: EntropySource(entropy),
        })
    }

    async fn ask(&self, endpoint: &Endpoint, imprint: [u8; 32]) -> Result<Vec<u8>, TimeStampError> {
        let mut nonce = [0_u8; 8];
        self.entropy.0.fill(&mut nonce);
        let mut request = TimeStampRequest::new(DigestAlgorithm::Sha256, &imprint).with_nonce(nonce);
        if let Some(policy) = &endpoint.policy {
            request = request.with_policy(policy.clone());
        }
        let post = Post {
            url: &endpoint.url,
            content_type: "application/timestamp-query",
            accept: "application/timestamp-reply",
            credentials: endpoint.credentials.as_ref(),
            body: request.to_der(),
        };
        let answer = match self.client.post(post).await {
            Ok(answer) => answer,
            Err(error @ PostError::ContentType { .. }) => {
                return Err(TimeStampError::Untrustworthy {
                    reason: error.to_string(),
                });
            }
            Err(error) => return Err(TimeStampError::Unavailable(Box::new(error))),
        };
        let token = TimeStampResponse::from_der(&answer).and_then(|response| response.token_for(&request));
        match token {
            Ok(token) => Ok(token.as_der().to_vec()),
            Err(error) => Err(TimeStampError::Untrustworthy {
                reason: reason(&error),
            }),
        }
    }
}

#[async_trait::async_trait]
impl TimeStampAuthority for HttpTimeStampAuthority {
    async fn stamp(&self, imprint: [u8; 32]) -> Result<Vec<u8>, TimeStampError> {
        let mut failure = None;
        for endpoint in &self.endpoints {
            match self.ask(endpoint, imprint).await {
                Ok(token) => return Ok(token),
                Err(error) => {
                    let host = endpoint.url.host_str().unwrap_or_default();
                    tracing::warn!(
                        tsa.host = host,
                        error = &error as &dyn std::error::Error,
                        "time-stamp authority gave no token"
                    );
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
}

impl Endpoint {
    fn parse(settings: &AuthoritySettings) -> Result<Self, OpenError> {
        let address = |reason| OpenError::Address { reason };
        let url = Url::parse(&settings.url).map_err(|_| address("not a URL"))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(address("neither http nor https"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(address("credentials do not belong into it"));
        }
        let credentials = match (&settings.username, &settings.password) {
            (None, None) => None,
            (Some(_), _) if url.scheme() != "https" => {
                return Err(address("basic authentication needs https"));
            }
            (Some(username), password) => Some(Credentials {
                username: username.clone(),
                password: password.clone().unwrap_or_default(),
            }),
            (None, Some(_)) => return Err(address("password without username")),
        };
        let policy = settings.policy.as_ref();
        let policy = policy
            .map(|dotted| Oid::parse(dotted).map_err(|_| OpenError::Policy(dotted.clone())))
            .transpose()?;
        Ok(Self {
            url,
            policy,
            credentials,
        })
    }
}

/// The error and its causes in one line; the authority's own words included, but bounded.
fn reason(error: &ResponseError) -> String {
    use std::error::Error as _;
    let mut text = error.to_string();
    if let ResponseError::Refused { text: words, .. } = error
        && !words.is_empty()
    {
        text.push_str(": ");
        text.push_str(words);
    }
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text.chars().filter(|c| !c.is_control()).take(300).collect()
}

#[cfg(test)]
mod tests;
