//! The one door through which HTTP requests leave: only to hosts on a list (or, for what certificates name, to any
//! host), not to private addresses unless permitted, not along redirects to other hosts, and within limits of size
//! and time.
//!
//! A name is resolved by the client's own resolver, which gives the connection nothing but addresses that were
//! checked; a name that changes its address between check and connection (DNS rebinding) gains nothing.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderName, HeaderValue};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;
use url::{Host, Url};

use crate::tls::{self, TrustError};

/// Limits of outgoing requests.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Permits addresses of private networks and of this machine.
    pub allow_private_addresses: bool,
    /// PEM files of further roots that are believed beside the public ones.
    pub extra_roots: Vec<PathBuf>,
    /// Milliseconds to connect.
    pub connect_timeout_ms: u64,
    /// Milliseconds for the whole exchange.
    pub timeout_ms: u64,
    /// The largest answer that is read, in bytes.
    pub max_answer_bytes: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            allow_private_addresses: false,
            extra_roots: Vec::new(),
            connect_timeout_ms: 5_000,
            timeout_ms: 15_000,
            max_answer_bytes: 1024 * 1024,
        }
    }
}

/// Why the client cannot be set up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The roots cannot be used.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// The HTTP library refuses.
    #[error("the HTTP client cannot be set up")]
    Client(#[source] reqwest::Error),
}

/// How a client says who it is.
#[derive(Debug)]
pub(crate) enum Credentials {
    /// User and password (RFC 7617).
    Basic {
        username: String,
        password: SecretString,
    },
    /// A token (RFC 6750).
    Bearer(SecretString),
    /// A header of the server's own choice, such as an API key.
    Header { name: HeaderName, value: SecretString },
}

/// A request.
#[derive(Debug)]
pub(crate) struct Post<'a> {
    pub(crate) url: &'a Url,
    pub(crate) content_type: &'static str,
    /// The answer must be of this type.
    pub(crate) accept: &'static str,
    pub(crate) credentials: &'a [Credentials],
    pub(crate) body: Vec<u8>,
}

/// Which hosts a client may reach.
#[derive(Debug)]
enum Hosts {
    /// These.
    Listed(BTreeSet<String>),
    /// Every host at a permitted address: for addresses that strangers name, in certificates.
    Any,
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PostError {
    /// The host is not one of those that this client may reach.
    #[error("host {0} may not be reached")]
    Host(String),
    /// The URL names an address that may not be reached.
    #[error("address {0} is private")]
    PrivateAddress(IpAddr),
    /// Neither `http` nor `https`, or with credentials in it.
    #[error("address may not be asked: {0}")]
    Address(&'static str),
    /// A secret cannot stand in a header.
    #[error("the configured header cannot be sent")]
    Header,
    /// No connection, a time-out, or the exchange broke off.
    #[error("request failed")]
    Failed(#[source] reqwest::Error),
    /// Another status than 200.
    #[error("server answered with status {0}")]
    Status(u16),
    /// Another type than asked for.
    #[error("server answered with content type {found:?}")]
    ContentType {
        /// What it answered with.
        found: String,
    },
    /// The answer is larger than permitted.
    #[error("answer is larger than {0} bytes")]
    TooLarge(usize),
}

/// A client for some hosts.
#[derive(Debug)]
pub(crate) struct GuardedClient {
    client: reqwest::Client,
    hosts: Hosts,
    allow_private_addresses: bool,
    max_answer_bytes: usize,
}

impl GuardedClient {
    /// A client that reaches these hosts only.
    pub(crate) fn new<'a>(
        settings: &Settings,
        hosts: impl IntoIterator<Item = &'a str>,
    ) -> Result<Self, OpenError> {
        let hosts = hosts.into_iter().map(str::to_ascii_lowercase).collect();
        Self::with_hosts(settings, Hosts::Listed(hosts))
    }

    /// A client that reaches every host at a permitted address.
    pub(crate) fn for_any_host(settings: &Settings) -> Result<Self, OpenError> {
        Self::with_hosts(settings, Hosts::Any)
    }

    fn with_hosts(settings: &Settings, hosts: Hosts) -> Result<Self, OpenError> {
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::client_config(&settings.extra_roots)?)
            .dns_resolver(Arc::new(CheckedResolver {
                allow_private: settings.allow_private_addresses,
            }))
            .redirect(same_place_redirects())
            .referer(false)
            .no_proxy()
            .connect_timeout(Duration::from_millis(settings.connect_timeout_ms))
            .timeout(Duration::from_millis(settings.timeout_ms))
            .build()
            .map_err(OpenError::Client)?;
        Ok(Self {
            client,
            hosts,
            allow_private_addresses: settings.allow_private_addresses,
            max_answer_bytes: settings.max_answer_bytes,
        })
    }

    /// Sends a request and reads the answer: status 200, the type asked for, not too large.
    pub(crate) async fn post(&self, post: Post<'_>) -> Result<Vec<u8>, PostError> {
        self.permit(post.url)?;
        let mut request = self
            .client
            .post(post.url.clone())
            .header(CONTENT_TYPE, post.content_type)
            .header(ACCEPT, post.accept)
            .body(post.body);
        for credentials in post.credentials {
            request = match credentials {
                Credentials::Basic { username, password } => {
                    request.basic_auth(username, Some(password.expose_secret()))
                }
                Credentials::Bearer(token) => request.bearer_auth(token.expose_secret()),
                Credentials::Header { name, value } => {
                    let mut value =
                        HeaderValue::from_str(value.expose_secret()).map_err(|_| PostError::Header)?;
                    value.set_sensitive(true);
                    request.header(name.clone(), value)
                }
            };
        }
        let answer = request.send().await.map_err(failed)?;
        let found = answer
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
            .to_owned();
        // The status is the first thing to be told.
        require_ok(&answer)?;
        let media_type = found.split(';').next().unwrap_or_default().trim();
        if !media_type.eq_ignore_ascii_case(post.accept) {
            return Err(PostError::ContentType {
                found: found.chars().take(100).collect(),
            });
        }
        read(answer, self.max_answer_bytes).await
    }

    /// Gets what stands at `url`, of any type and of at most `max_bytes`: the caller looks at what it is.
    pub(crate) async fn get(&self, url: &Url, max_bytes: usize) -> Result<Vec<u8>, PostError> {
        self.permit(url)?;
        let answer = self.client.get(url.clone()).send().await.map_err(failed)?;
        require_ok(&answer)?;
        read(answer, max_bytes.min(self.max_answer_bytes)).await
    }

    fn permit(&self, url: &Url) -> Result<(), PostError> {
        if !matches!(url.scheme(), "http" | "https") {
            return Err(PostError::Address("neither http nor https"));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(PostError::Address("it carries credentials"));
        }
        let host = url.host_str().unwrap_or_default().to_ascii_lowercase();
        match &self.hosts {
            Hosts::Listed(hosts) if !hosts.contains(&host) => return Err(PostError::Host(host)),
            Hosts::Listed(_) | Hosts::Any => {}
        }
        // Numbers in the URL never come to the resolver.
        let address = match url.host() {
            Some(Host::Ipv4(address)) => IpAddr::V4(address),
            Some(Host::Ipv6(address)) => IpAddr::V6(address),
            _ => return Ok(()),
        };
        if self.allow_private_addresses || is_public(address) {
            Ok(())
        } else {
            Err(PostError::PrivateAddress(address))
        }
    }
}

fn require_ok(answer: &reqwest::Response) -> Result<(), PostError> {
    match answer.status() {
        reqwest::StatusCode::OK => Ok(()),
        status => Err(PostError::Status(status.as_u16())),
    }
}

/// The body, unless it is larger than permitted; what is announced as larger is not begun.
async fn read(mut answer: reqwest::Response, max_bytes: usize) -> Result<Vec<u8>, PostError> {
    let announced = answer.content_length().unwrap_or_default();
    if usize::try_from(announced).map_or(true, |announced| announced > max_bytes) {
        return Err(PostError::TooLarge(max_bytes));
    }
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(failed)? {
        if body.len().saturating_add(chunk.len()) > max_bytes {
            return Err(PostError::TooLarge(max_bytes));
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

/// Redirects are followed at the same scheme, host and port only, at most three times.
fn same_place_redirects() -> reqwest::redirect::Policy {
    reqwest::redirect::Policy::custom(|attempt| {
        let place = |url: &Url| {
            (
                url.scheme().to_owned(),
                url.host_str().map(str::to_owned),
                url.port_or_known_default(),
            )
        };
        let previous = attempt.previous();
        let stays = previous
            .last()
            .is_some_and(|last| place(last) == place(attempt.url()));
        if stays && previous.len() <= 3 {
            attempt.follow()
        } else {
            attempt.stop()
        }
    })
}

/// Errors without the URL: it may stand in a log, and the caller knows it.
fn failed(error: reqwest::Error) -> PostError {
    PostError::Failed(error.without_url())
}

/// Resolves names by the operating system and lets only permitted addresses through.
struct CheckedResolver {
    allow_private: bool,
}

/// A name led only to addresses that may not be reached.
#[derive(Debug, thiserror::Error)]
#[error("name leads to private addresses only")]
struct OnlyPrivate;

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let allow_private = self.allow_private;
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let permitted: Vec<SocketAddr> = found
                .filter(|address| allow_private || is_public(address.ip()))
                .collect();
            if permitted.is_empty() {
                return Err(OnlyPrivate.into());
            }
            Ok(Box::new(permitted.into_iter()) as Addrs)
        })
    }
}

/// Whether an address belongs to the public internet (IANA special-purpose registries).
pub(crate) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let is_special = address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || a == 0
        || (a == 100 && (64..128).contains(&b))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99)
        || (a == 198 && (b == 18 || b == 19))
        || a >= 224;
    !is_special
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let segments = address.segments();
    match segments {
        // IPv4 in IPv6: mapped, and translated (RFC 6052).
        [0, 0, 0, 0, 0, 0xffff, high, low] | [0x64, 0xff9b, 0, 0, 0, 0, high, low] => {
            is_public_v4(embedded(high, low))
        }
        // 6to4 (RFC 3056).
        [0x2002, high, low, ..] => is_public_v4(embedded(high, low)),
        // Teredo and others of 2001::/23; documentation.
        [0x2001, 0..0x200 | 0xdb8, ..] | [0x3fff, 0..0x1000, ..] => false,
        // Only 2000::/3 is given out to the public.
        [first, ..] => (0x2000..0x4000).contains(&first),
    }
}

fn embedded(high: u16, low: u16) -> Ipv4Addr {
    Ipv4Addr::from_bits((u32::from(high) << 16) | u32::from(low))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn special_addresses_are_not_public() {
        for text in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "192.0.0.8",
            "192.0.2.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.51.100.2",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "64:ff9b::7f00:1",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "fec0::1",
            "ff02::1",
            "2001::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "3fff::1",
            "::127.0.0.1",
        ] {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn addresses_of_the_internet_are_public() {
        for text in [
            "8.8.8.8",
            "1.1.1.1",
            "100.128.0.1",
            "172.32.0.1",
            "2606:4700::1111",
            "2001:4860:4860::8888",
            "::ffff:8.8.8.8",
            "64:ff9b::808:808",
            "2400:4000::1",
        ] {
            assert!(is_public(text.parse().unwrap()), "{text}");
        }
    }

    #[tokio::test]
    async fn other_hosts_and_private_numbers_are_refused_before_dialling() {
        let client = GuardedClient::new(&Settings::default(), ["tsa.example", "127.0.0.1", "[::1]"]).unwrap();
        let post = async |url: &str| {
            let url = Url::parse(url).unwrap();
            let post = Post {
                url: &url,
                content_type: "a/b",
                accept: "a/b",
                credentials: &[],
                body: vec![],
            };
            client.post(post).await.unwrap_err()
        };
        assert!(
            matches!(post("http://other.example/").await, PostError::Host(host) if host == "other.example")
        );
        assert!(matches!(
            post("http://127.0.0.1:9/").await,
            PostError::PrivateAddress(_)
        ));
        assert!(
            matches!(post("http://2130706433/").await, PostError::PrivateAddress(_)),
            "another way to write it"
        );
        assert!(matches!(
            post("http://[::1]:9/").await,
            PostError::PrivateAddress(_)
        ));
    }

    #[tokio::test]
    async fn a_name_that_leads_to_this_machine_is_refused() {
        let client = GuardedClient::new(&Settings::default(), ["localhost"]).unwrap();
        let url = Url::parse("http://localhost:9/").unwrap();
        let post = Post {
            url: &url,
            content_type: "a/b",
            accept: "a/b",
            credentials: &[],
            body: vec![],
        };
        let PostError::Failed(error) = client.post(post).await.unwrap_err() else {
            panic!("must fail while resolving");
        };
        let mut text = String::new();
        let mut cause: Option<&dyn std::error::Error> = Some(&error);
        while let Some(error) = cause {
            text.push_str(&error.to_string());
            cause = error.source();
        }
        assert!(text.contains("private addresses only"), "{text}");
    }
}
