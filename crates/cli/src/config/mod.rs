//! What an operator configures: one TOML file, each value overridable by the environment, secrets from files.
//!
//! Parsed once; unknown keys are refused, so that a misspelt one does not go unnoticed.

mod sources;
#[cfg(test)]
mod tests;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};

use akashi_gateway::{authority, dns, mail, ntp, revocation, seal, segments, time_stamp};
use anyhow::Context as _;
use figment::Figment;
use secrecy::SecretString;
use serde::Deserialize;

use sources::{Environment, SecretFiles};

/// Everything that can be configured. Without a file: an embedded installation under `./data`.
#[derive(Debug, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Config {
    /// Where an embedded installation keeps everything.
    data: Option<PathBuf>,
    pub(crate) server: Server,
    database: Database,
    storage: Storage,
    authority: Authority,
    /// Outside time-stamp authorities; without them the built-in one stamps.
    pub(crate) time_stamp: Option<time_stamp::Settings>,
    /// How revocation data is fetched from where certificates say.
    pub(crate) revocation: revocation::Settings,
    /// A fixed seal of the operator, from a file or a token.
    seal: seal::Settings,
    pub(crate) clock: Clock,
    /// The mail server; without it mail stays on this machine (試用).
    pub(crate) mail: Option<mail::SmtpSettings>,
    pub(crate) dns: dns::Settings,
    pub(crate) limits: Limits,
    pub(crate) verify: Verify,
    pub(crate) preservation: Preservation,
    pub(crate) worker: Worker,
}

/// The edge.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Server {
    /// Where the process listens.
    pub(crate) listen: SocketAddr,
    /// Where people reach it, for example `https://keiyaku.example.jp`.
    pub(crate) public_url: Option<String>,
    /// PEM file with the certificate and its issuers, for TLS without a proxy.
    pub(crate) tls_certificate: Option<PathBuf>,
    /// PEM file with the key that belongs to it.
    pub(crate) tls_key: Option<PathBuf>,
    /// Addresses of proxies whose forwarded headers are believed.
    pub(crate) trusted_proxies: Vec<IpAddr>,
    /// Show the pages for developers.
    pub(crate) development: bool,
}

impl Default for Server {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            public_url: None,
            tls_certificate: None,
            tls_key: None,
            trusted_proxies: Vec::new(),
            development: false,
        }
    }
}

/// The database; without a URL a SQLite file in the data folder.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Database {
    /// `postgres://…` with the service's own role.
    url: Option<SecretString>,
    /// `postgres://…` with the role that owns the tables.
    migration_url: Option<SecretString>,
    /// The most connections of this node.
    max_connections: u32,
}

impl Default for Database {
    fn default() -> Self {
        Self {
            url: None,
            migration_url: None,
            max_connections: 16,
        }
    }
}

/// The object storage; without a location a folder in the data folder.
#[derive(Debug, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Storage {
    /// `{ kind = "folder", path = … }` or `{ kind = "s3", bucket = … }`.
    location: Option<segments::Location>,
    /// The most bytes that page images may take.
    preview_bytes: Option<u64>,
}

/// The built-in certificate authority.
#[derive(Debug, Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct Authority {
    /// What the names of its certificates begin with. Used at first start only.
    name: Option<String>,
    /// Where `akashi ca serve` is reached: certificates that last name their list and responder below it.
    publish_url: Option<String>,
    /// Where the operator says by what rules certificates that last are issued (CPS).
    statement_url: Option<String>,
    /// The organization that runs it. Used at first start only.
    organization: Option<String>,
    /// Files and folders of further roots that are believed, PEM or DER.
    trusted_roots: Vec<PathBuf>,
}

/// Trusted time.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Clock {
    /// Time servers.
    pub(crate) ntp: ntp::Settings,
    /// How far this machine's clock may be off before contracts wait, in seconds.
    pub(crate) tolerance_s: u64,
}

impl Default for Clock {
    fn default() -> Self {
        Self {
            ntp: ntp::Settings::default(),
            tolerance_s: 60,
        }
    }
}

/// The most pages that the engine takes.
const MAX_PAGES: u32 = 2000;

/// Limits of uploads and requests.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Limits {
    /// The largest PDF, in megabytes.
    pub(crate) upload_mb: u64,
    /// The most pages of one PDF.
    pub(crate) pages: u32,
    /// How many days a party's link works.
    pub(crate) link_days: u64,
    /// How often one network (an address; of IPv6 a /64) may send something to a node in a minute.
    pub(crate) writes_per_minute: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            upload_mb: 100,
            pages: MAX_PAGES,
            link_days: 90,
            writes_per_minute: 600,
        }
    }
}

/// What one file that anyone brings to `/verify` may cost.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Verify {
    /// Wall-clock and processor time, in seconds.
    pub(crate) timeout_s: u64,
    /// Memory, in megabytes.
    pub(crate) memory_mb: u64,
    /// Files judged at once.
    pub(crate) parallel: usize,
}

impl Default for Verify {
    fn default() -> Self {
        Self {
            timeout_s: 20,
            memory_mb: 1024,
            parallel: 2,
        }
    }
}

/// How concluded contracts are kept.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Preservation {
    /// How many days before its archive time-stamp ends a contract is renewed; at most a quarter of its life.
    pub(crate) renew_days_before: u64,
}

impl Default for Preservation {
    fn default() -> Self {
        Self {
            renew_days_before: 365,
        }
    }
}

/// The worker inside `serve` and `worker`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Worker {
    /// Jobs done at once; 0 makes `serve` leave the work to `akashi worker`.
    pub(crate) parallel: usize,
}

impl Default for Worker {
    fn default() -> Self {
        Self { parallel: 16 }
    }
}

impl Config {
    /// Reads the file (if named, it must be there; otherwise `akashi.toml` if present) and the environment
    /// (`AKASHI_SERVER__LISTEN=…`; two underscores go one table down).
    pub(crate) fn read(file: Option<&Path>, data: Option<&Path>) -> anyhow::Result<Self> {
        let mut config = Self::from_sources(file, Environment::of_process())?;
        if let Some(data) = data {
            config.data = Some(data.to_owned());
        }
        Ok(config)
    }

    fn from_sources(file: Option<&Path>, environment: Environment) -> anyhow::Result<Self> {
        use figment::providers::{Format as _, Toml};
        let standard = Path::new("akashi.toml");
        let mut figment = Figment::new();
        if let Some(path) = file {
            anyhow::ensure!(
                path.is_file(),
                "configuration file {} is not there",
                path.display()
            );
            figment = figment.merge(SecretFiles(Toml::file_exact(path)));
        } else if standard.is_file() {
            figment = figment.merge(SecretFiles(Toml::file_exact(standard)));
        }
        let config: Self = figment
            .merge(SecretFiles(environment))
            .extract()
            .context("configuration cannot be used")?;
        config.checked()
    }

    /// What no single value can tell.
    fn checked(mut self) -> anyhow::Result<Self> {
        let server = &mut self.server;
        if let Some(text) = &server.public_url {
            let url = url::Url::parse(text).context("server.public_url is not a URL")?;
            let is_origin = matches!(url.scheme(), "https" | "http")
                && url.has_host()
                && url.path() == "/"
                && url.query().is_none()
                && url.fragment().is_none()
                && url.username().is_empty()
                && url.password().is_none();
            anyhow::ensure!(
                is_origin,
                "server.public_url must be https://host or http://host, without a path"
            );
            server.public_url = Some(url.as_str().trim_end_matches('/').to_owned());
        }
        anyhow::ensure!(
            server.tls_certificate.is_some() == server.tls_key.is_some(),
            "server.tls_certificate and server.tls_key go together"
        );
        anyhow::ensure!(
            self.database.url.is_some() || self.database.migration_url.is_none(),
            "database.migration_url needs database.url"
        );
        anyhow::ensure!(
            self.database.max_connections >= 2,
            "database.max_connections must be at least 2"
        );
        anyhow::ensure!(
            (1..=4096).contains(&self.limits.upload_mb),
            "limits.upload_mb must be between 1 and 4096"
        );
        anyhow::ensure!(
            (1..=3650).contains(&self.limits.link_days),
            "limits.link_days must be between 1 and 3650"
        );
        anyhow::ensure!(
            (1..=MAX_PAGES).contains(&self.limits.pages),
            "limits.pages must be between 1 and {MAX_PAGES}"
        );
        anyhow::ensure!(
            self.limits.writes_per_minute > 0,
            "limits.writes_per_minute must be at least 1"
        );
        anyhow::ensure!(
            self.seal.pkcs12.is_none() || self.seal.pkcs11.is_none(),
            "seal.pkcs12 and seal.pkcs11 cannot both be set"
        );
        anyhow::ensure!(self.worker.parallel <= 256, "worker.parallel must be at most 256");
        Ok(self)
    }

    /// The data folder.
    pub(crate) fn data(&self) -> PathBuf {
        self.data.clone().unwrap_or_else(|| PathBuf::from("data"))
    }

    /// Where the database is.
    pub(crate) fn store(&self) -> akashi_store::Settings {
        let database = &self.database;
        match &database.url {
            Some(url) => akashi_store::Settings::Postgres {
                url: url.clone(),
                migration_url: database.migration_url.clone(),
                max_connections: database.max_connections,
            },
            None => akashi_store::Settings::Sqlite {
                path: self.data().join("akashi.sqlite"),
            },
        }
    }

    /// Where objects are kept. Taken out, since secrets of it are not copied.
    pub(crate) fn take_storage(&mut self) -> segments::Settings {
        let path = self.data().join("objects");
        let location = self.storage.location.take();
        let default = segments::Settings::default();
        segments::Settings {
            location: location.unwrap_or(segments::Location::Folder { path }),
            preview_bytes: self.storage.preview_bytes.unwrap_or(default.preview_bytes),
        }
    }

    /// The operator's fixed seal. Taken out, since secrets of it are not copied.
    pub(crate) fn take_seal(&mut self) -> seal::Settings {
        std::mem::take(&mut self.seal)
    }

    /// The built-in certificate authority.
    pub(crate) fn authority(&self) -> authority::Settings {
        let default = authority::Settings::default();
        authority::Settings {
            folder: self.data().join("keys"),
            name: self.authority.name.clone().unwrap_or(default.name),
            organization: self.authority.organization.clone(),
            trusted_roots: self.authority.trusted_roots.clone(),
        }
    }

    /// Where the authority publishes lists and OCSP, and where its rules stand.
    pub(crate) fn authority_urls(&self) -> (Option<&str>, Option<&str>) {
        let Authority {
            publish_url,
            statement_url,
            ..
        } = &self.authority;
        (publish_url.as_deref(), statement_url.as_deref())
    }

    /// Names the built-in certificate authority, for an installation that is made by a command.
    pub(crate) fn name_authority(&mut self, name: &str) {
        self.authority.name = Some(name.to_owned());
    }

    /// Uses this data folder.
    pub(crate) fn keep_in(&mut self, folder: &Path) {
        self.data = Some(folder.to_owned());
    }

    /// Whether everything that the configuration names lies in the data folder, and mail stays there too.
    pub(crate) fn is_embedded(&self) -> bool {
        self.database.url.is_none()
            && self.storage.location.is_none()
            && self.time_stamp.is_none()
            && self.mail.is_none()
    }

    /// Whether people reach the service by https.
    pub(crate) fn is_https(&self) -> bool {
        let by_proxy = self
            .server
            .public_url
            .as_ref()
            .is_some_and(|url| url.starts_with("https://"));
        by_proxy || self.server.tls_certificate.is_some()
    }

    /// Where this machine's own browser reaches the process.
    pub(crate) fn local_url(&self) -> String {
        let scheme = if self.server.tls_certificate.is_some() {
            "https"
        } else {
            "http"
        };
        let mut address = self.server.listen;
        match address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
            IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
            _ => {}
        }
        format!("{scheme}://{address}")
    }
}
