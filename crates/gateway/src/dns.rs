//! What DNS says about the sender's domain: SPF (RFC 7208), DKIM (RFC 6376), DMARC (RFC 7489).
//!
//! For doctor only; nothing is decided by it.

use std::net::SocketAddr;
use std::time::Duration;

use akashi_app::ports::{DomainAuthentication, MailDomainCheck};
use hickory_resolver::config::{NameServerConfig, ResolverConfig};
use hickory_resolver::net::NetError;
use hickory_resolver::net::runtime::TokioRuntimeProvider;
use hickory_resolver::proto::rr::{Name, RData};
use hickory_resolver::{Resolver, TokioResolver};
use serde::Deserialize;

/// Settings of the look at DNS.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The selector under which the mail server's DKIM key stands.
    pub dkim_selector: Option<String>,
    /// Name servers to ask, as `address:port`; none: those of the operating system.
    pub name_servers: Vec<SocketAddr>,
    /// Milliseconds for the whole look.
    pub timeout_ms: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            dkim_selector: None,
            name_servers: Vec::new(),
            timeout_ms: 4_000,
        }
    }
}

/// Asks DNS about one domain, or about none (trial mode).
#[derive(Debug)]
pub struct DnsMailDomainCheck {
    domain: Option<String>,
    settings: Settings,
}

impl DnsMailDomainCheck {
    /// A check of `domain`, the part behind `@` of the sender's address; `None` in trial mode. Dials nowhere.
    pub fn new(domain: Option<&str>, settings: Settings) -> Self {
        Self {
            domain: domain.map(str::to_owned),
            settings,
        }
    }

    async fn records(&self, domain: &str) -> Result<DomainAuthentication, NetError> {
        let resolver = self.resolver()?;
        // Absolute names: a search list of the machine must not turn `example.jp` into another.
        let domain = match url::Host::parse(domain) {
            Ok(url::Host::Domain(ascii)) => Name::from_utf8(format!("{ascii}."))?,
            _ => return Err(NetError::Message("not a domain name")),
        };
        let spf = find(&resolver, &domain, |text| is_version(text, "v=spf1")).await?;
        let dkim = match &self.settings.dkim_selector {
            Some(selector) => {
                let name = Name::from_utf8(format!("{selector}._domainkey"))?.append_domain(&domain)?;
                Some(find(&resolver, &name, has_key).await?.is_some())
            }
            None => None,
        };
        let dmarc = dmarc(&resolver, domain).await?;
        Ok(DomainAuthentication::Records { spf, dkim, dmarc })
    }

    fn resolver(&self) -> Result<TokioResolver, NetError> {
        let mut builder = if self.settings.name_servers.is_empty() {
            TokioResolver::builder_tokio()?
        } else {
            let servers = self.settings.name_servers.iter().map(|server| {
                let mut config = NameServerConfig::udp_and_tcp(server.ip());
                for connection in &mut config.connections {
                    connection.port = server.port();
                }
                config
            });
            let config = ResolverConfig::from_parts(None, Vec::new(), servers.collect());
            Resolver::builder_with_config(config, TokioRuntimeProvider::default())
        };
        let options = builder.options_mut();
        options.timeout = Duration::from_millis(self.settings.timeout_ms / 2);
        options.attempts = 1;
        builder.build()
    }
}

#[async_trait::async_trait]
impl MailDomainCheck for DnsMailDomainCheck {
    async fn check(&self) -> DomainAuthentication {
        let Some(domain) = &self.domain else {
            return DomainAuthentication::NotApplicable;
        };
        let limit = Duration::from_millis(self.settings.timeout_ms);
        match tokio::time::timeout(limit, self.records(domain)).await {
            Ok(Ok(records)) => records,
            Ok(Err(error)) => DomainAuthentication::NoAnswer {
                reason: error.to_string(),
            },
            Err(_) => DomainAuthentication::NoAnswer {
                reason: "no answer in time".to_owned(),
            },
        }
    }
}

/// The DMARC record of the domain, or else the next one towards the top, as long as two labels are left: the
/// organization's record holds for its subdomains (RFC 7489, 6.6.3).
async fn dmarc(resolver: &TokioResolver, domain: Name) -> Result<Option<String>, NetError> {
    let mut domain = domain;
    loop {
        let name = Name::from_ascii("_dmarc")?.append_domain(&domain)?;
        let record = find(resolver, &name, |text| is_version(text, "v=DMARC1")).await?;
        let parent = domain.base_name();
        if record.is_some() || parent.num_labels() < 2 {
            return Ok(record);
        }
        domain = parent;
    }
}

/// The first text record at `name` that is wanted; `None` if there is none or the name does not exist.
async fn find(
    resolver: &TokioResolver,
    name: &Name,
    wanted: impl Fn(&str) -> bool,
) -> Result<Option<String>, NetError> {
    let answer = match resolver.txt_lookup(name.clone()).await {
        Ok(answer) => answer,
        Err(error) if error.is_no_records_found() || error.is_nx_domain() => return Ok(None),
        Err(error) => return Err(error),
    };
    let texts = answer.answers().iter().filter_map(|record| match &record.data {
        // A long record comes in pieces that are put together without a space (RFC 7208, 3.3).
        RData::TXT(txt) => Some(
            txt.txt_data
                .iter()
                .map(|piece| String::from_utf8_lossy(piece))
                .collect::<String>(),
        ),
        _ => None,
    });
    Ok(texts
        .filter(|text| wanted(text))
        .map(|text| text.chars().take(1_000).collect())
        .next())
}

fn is_version(text: &str, version: &str) -> bool {
    let tag = text.split([' ', ';']).next().unwrap_or_default().trim();
    tag.eq_ignore_ascii_case(version)
}

/// Whether a DKIM record holds a key that was not taken back (an empty `p=`, RFC 6376, 3.6.1).
fn has_key(text: &str) -> bool {
    text.split(';').any(|tag| {
        tag.trim()
            .split_once('=')
            .is_some_and(|(name, value)| name.trim() == "p" && !value.trim().is_empty())
    })
}

#[cfg(test)]
mod tests;
