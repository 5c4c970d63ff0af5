//! What every handler has at hand.

use std::net::IpAddr;
use std::sync::Arc;

use akashi_app::App;

/// What an operator can set about the edge.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Addresses of proxies whose `X-Forwarded-For` and `X-Forwarded-Proto` are believed. Empty: none.
    pub trusted_proxies: Vec<IpAddr>,
    /// People reach the service by https, directly or through a proxy: cookies are `Secure`, HSTS is sent.
    pub https: bool,
    /// Show `/dev/components` and `/dev/pages`.
    pub development: bool,
    /// The largest upload in bytes.
    pub max_upload_bytes: u64,
}

/// What every handler has at hand. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Web {
    pub(crate) app: Arc<App>,
    pub(crate) settings: Arc<Settings>,
}

impl Web {
    pub(crate) fn new(app: Arc<App>, settings: Settings) -> Self {
        Self { app, settings: Arc::new(settings) }
    }
}
