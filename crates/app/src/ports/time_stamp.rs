//! Time-stamps (RFC 3161).

use akashi_domain::UtcTime;
use akashi_pki::Certificate;

/// Where the time of a token comes from, as the evidence sheet says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimeStampSource {
    /// Our own authority: the time of this machine.
    Local,
    /// An outside authority.
    Remote {
        /// Its address, without credentials.
        url: String,
    },
}

/// Why there is no token. The contract waits; nothing of a lower level is released.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TimeStampError {
    /// It cannot be reached or did not answer in time.
    #[error("time-stamp authority is not available")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// It refused, or its token does not hold (nonce, imprint, policy, signature, certification path, time).
    #[error("time-stamp token does not hold: {reason}")]
    Untrustworthy {
        /// What is wrong.
        reason: String,
    },
}

/// What is known of one outside authority since this process began.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeStampObservation {
    /// Its address, without credentials.
    pub url: String,
    /// When it last gave a good token.
    pub answered_at: Option<UtcTime>,
    /// How far this machine's clock was ahead of that token, in milliseconds; half of the exchange is taken off.
    pub offset_ms: Option<i64>,
    /// Whether that token's authority is an accredited one (認定).
    pub is_accredited: Option<bool>,
    /// Why it last gave none, unless it answered well since.
    pub failure: Option<String>,
    /// It failed and is asked only after the others until then.
    pub rests_until: Option<UtcTime>,
}

/// A time-stamp authority, or several that are asked in order.
#[async_trait::async_trait]
pub trait TimeStampAuthority: Send + Sync {
    /// Stamps a SHA-256 imprint and returns the token's DER (a CMS `SignedData`), checked against the
    /// request; of an outside authority also its certificate's path to a trusted root and its time against this
    /// machine's. Not idempotent, but repeating is harmless.
    async fn stamp(&self, imprint: [u8; 32]) -> Result<Vec<u8>, TimeStampError>;

    /// Where its time comes from.
    fn source(&self) -> TimeStampSource;

    /// Certificates of accredited authorities (認定タイムスタンプ), or of authorities that issue to accredited ones
    /// alone, as the operator lists them. A token is 認定 if the path of its certificate meets one of them.
    fn accredited(&self) -> Vec<Certificate> {
        Vec::new()
    }

    /// What is known of each outside authority, in the order of the configuration. For doctor and operators.
    fn observations(&self) -> Vec<TimeStampObservation> {
        Vec::new()
    }
}
