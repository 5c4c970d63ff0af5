//! Where objects are kept.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use object_store::ObjectStore;
use object_store::aws::AmazonS3Builder;
use object_store::client::{ClientOptions, HttpClient, HttpConnector};
use object_store::local::LocalFileSystem;
use object_store::prefix::PrefixStore;
use object_store::{BackoffConfig, RetryConfig};
use secrecy::{ExposeSecret as _, SecretString};
use serde::Deserialize;

use crate::tls::{self, TrustError};

/// Settings of the object storage.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Where objects are kept.
    pub location: Location,
    /// The most bytes that page images may take; the oldest go first.
    pub preview_bytes: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            location: Location::Folder {
                path: PathBuf::from("data/objects"),
            },
            preview_bytes: 1024 * 1024 * 1024,
        }
    }
}

/// Where objects are kept.
#[derive(Debug, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum Location {
    /// A folder of this machine. Every object is written with fsync of file and folder.
    Folder {
        /// The folder; made with mode 0700 if it is not there.
        path: PathBuf,
    },
    /// A bucket of an S3-compatible server. It must honour `If-None-Match: *`.
    S3(S3Settings),
}

/// An S3-compatible server.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct S3Settings {
    /// The bucket; must exist.
    pub bucket: String,
    /// Its region.
    #[serde(default = "default_region")]
    pub region: String,
    /// The server's URL; `None` means Amazon's.
    pub endpoint: Option<String>,
    /// The first part of every object's name, so that several installations can share a bucket.
    pub prefix: Option<String>,
    /// Without key and secret the credentials come from the environment of the machine (instance role).
    pub access_key_id: Option<String>,
    /// The secret that belongs to the key.
    pub secret_access_key: Option<SecretString>,
    /// Whether the bucket is part of the host name instead of the path.
    #[serde(default)]
    pub virtual_hosted_style: bool,
    /// Permits an `http://` endpoint; for a server on the same machine.
    #[serde(default)]
    pub allow_http: bool,
    /// PEM files of further roots that are believed.
    #[serde(default)]
    pub extra_roots: Vec<PathBuf>,
    /// Milliseconds for one request, connecting included.
    #[serde(default = "default_timeout_ms")]
    pub timeout_ms: u64,
}

fn default_region() -> String {
    "ap-northeast-1".to_owned()
}

const fn default_timeout_ms() -> u64 {
    30_000
}

/// Why the storage cannot be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The folder cannot be made or read.
    #[error("folder {path} cannot be used")]
    Folder {
        /// The folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: std::io::Error,
    },
    /// Key without secret, or secret without key.
    #[error("access_key_id and secret_access_key go together")]
    HalfCredentials,
    /// `http://` without `allow_http`.
    #[error("the endpoint is not https and allow_http is not set")]
    PlainHttp,
    /// The roots cannot be used.
    #[error(transparent)]
    Trust(#[from] TrustError),
    /// The HTTP client cannot be made.
    #[error("the HTTP client cannot be set up")]
    Client(#[source] reqwest::Error),
    /// The storage library refuses the settings.
    #[error("the storage settings do not fit together")]
    Settings(#[source] object_store::Error),
}

/// The storage behind the objects.
#[derive(Debug, Clone)]
pub(super) struct Backend {
    /// Writes are durable when they return.
    pub(super) durable: Arc<dyn ObjectStore>,
    /// Writes may be lost at power failure; for what can be made again.
    pub(super) volatile: Arc<dyn ObjectStore>,
    /// The folder, where it is one.
    pub(super) folder: Option<PathBuf>,
}

impl Backend {
    pub(super) fn open(location: &Location) -> Result<Self, OpenError> {
        match location {
            Location::Folder { path } => Self::folder(path),
            Location::S3(settings) => Self::s3(settings),
        }
    }

    fn folder(path: &Path) -> Result<Self, OpenError> {
        use std::os::unix::fs::DirBuilderExt as _;
        let failed = |source| OpenError::Folder {
            path: path.to_owned(),
            source,
        };
        std::fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .map_err(failed)?;
        let folder = std::fs::canonicalize(path).map_err(failed)?;
        let open = || LocalFileSystem::new_with_prefix(&folder).map_err(OpenError::Settings);
        Ok(Self {
            durable: Arc::new(open()?.with_fsync(true)),
            volatile: Arc::new(open()?),
            folder: Some(folder),
        })
    }

    fn s3(settings: &S3Settings) -> Result<Self, OpenError> {
        let timeout = Duration::from_millis(settings.timeout_ms);
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::client_config(&settings.extra_roots)?)
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .connect_timeout(timeout.min(Duration::from_secs(10)))
            .timeout(timeout)
            .build()
            .map_err(OpenError::Client)?;
        let retry = RetryConfig {
            backoff: BackoffConfig::default(),
            max_retries: 4,
            retry_timeout: timeout,
        };
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&settings.bucket)
            .with_region(&settings.region)
            .with_virtual_hosted_style_request(settings.virtual_hosted_style)
            .with_retry(retry)
            .with_http_connector(OwnClient(client));
        if let Some(endpoint) = &settings.endpoint {
            let is_plain = endpoint
                .get(..7)
                .is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://"));
            if is_plain && !settings.allow_http {
                return Err(OpenError::PlainHttp);
            }
            builder = builder
                .with_endpoint(endpoint)
                .with_allow_http(settings.allow_http);
        }
        builder = match (&settings.access_key_id, &settings.secret_access_key) {
            (Some(key_id), Some(secret)) => builder
                .with_access_key_id(key_id)
                .with_secret_access_key(secret.expose_secret()),
            (None, None) => builder,
            _ => return Err(OpenError::HalfCredentials),
        };
        let store = builder.build().map_err(OpenError::Settings)?;
        let store: Arc<dyn ObjectStore> = match settings.prefix.as_deref().map(str::trim) {
            Some(prefix) if !prefix.is_empty() => Arc::new(PrefixStore::new(store, prefix)),
            _ => Arc::new(store),
        };
        Ok(Self {
            durable: Arc::clone(&store),
            volatile: store,
            folder: None,
        })
    }
}

/// Gives the storage library our HTTP client, which believes the same roots everywhere and needs no
/// certificate store of the operating system.
#[derive(Debug)]
struct OwnClient(reqwest::Client);

impl HttpConnector for OwnClient {
    fn connect(&self, _options: &ClientOptions) -> object_store::Result<HttpClient> {
        Ok(HttpClient::new(self.0.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn s3(json: &str) -> Result<Backend, OpenError> {
        Backend::open(&serde_json::from_str::<Settings>(json).unwrap().location)
    }

    #[test]
    fn unknown_keys_are_refused() {
        assert!(serde_json::from_str::<Settings>(r#"{"preview_byte": 3}"#).is_err());
        assert!(
            serde_json::from_str::<Settings>(r#"{"location": {"kind": "folder", "pfad": "x"}}"#).is_err()
        );
    }

    #[test]
    fn plain_http_needs_permission() {
        let json = |more: &str| {
            format!(
                r#"{{"location": {{"kind": "s3", "bucket": "b", "endpoint": "http://127.0.0.1:1"{more}}}}}"#
            )
        };
        assert!(matches!(s3(&json("")), Err(OpenError::PlainHttp)));
        assert!(s3(&json(r#", "allow_http": true"#)).is_ok());
    }

    #[test]
    fn half_credentials_are_refused() {
        let json = r#"{"location": {"kind": "s3", "bucket": "b", "access_key_id": "k"}}"#;
        assert!(matches!(s3(json), Err(OpenError::HalfCredentials)));
    }

    #[test]
    fn the_secret_does_not_show() {
        let json = r#"{"location": {"kind": "s3", "bucket": "b", "access_key_id": "k", "secret_access_key": "hush"}}"#;
        assert!(!format!("{:?}", serde_json::from_str::<Settings>(json).unwrap()).contains("hush"));
    }
}
