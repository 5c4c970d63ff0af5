//! What every handler has at hand.

use std::net::IpAddr;
use std::sync::Arc;

use akashi_app::App;

use super::pace::Pace;

/// What an operator can set about the edge.
#[derive(Clone)]
pub struct Settings {
    /// Addresses of proxies whose `X-Forwarded-For` and `X-Request-Id` are believed. Empty: none.
    pub trusted_proxies: Vec<IpAddr>,
    /// People reach the service by https, directly or through a proxy: cookies are `Secure`, HSTS is sent.
    pub https: bool,
    /// Show `/dev/components`.
    pub development: bool,
    /// The largest upload in bytes.
    pub max_upload_bytes: u64,
    /// How often one network may send us something in a minute.
    pub writes_per_minute: u32,
    /// Renders the metrics in the text format of Prometheus.
    pub metrics: Arc<dyn Fn() -> String + Send + Sync>,
    /// Turns true when the process is asked to end.
    pub stop: tokio::sync::watch::Receiver<bool>,
}

/// What every handler has at hand. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Web {
    pub(crate) app: Arc<App>,
    pub(crate) settings: Arc<Settings>,
    pub(super) pace: Arc<Pace>,
}

impl Web {
    pub(crate) fn new(app: Arc<App>, settings: Settings) -> Self {
        Self {
            app,
            settings: Arc::new(settings),
            pace: Arc::default(),
        }
    }

    /// Whether contracts sent now are only a trial.
    pub(crate) fn is_trial(&self) -> bool {
        self.app.purpose() == akashi_app::domain::contract::Purpose::Trial
    }
}
