//! Time-stamps (RFC 3161).

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
    /// It refused, or its token does not hold (nonce, imprint, policy, signature).
    #[error("time-stamp token does not hold: {reason}")]
    Untrustworthy {
        /// What is wrong.
        reason: String,
    },
}

/// A time-stamp authority.
#[async_trait::async_trait]
pub trait TimeStampAuthority: Send + Sync {
    /// Stamps a SHA-256 imprint and returns the token's DER (a CMS `SignedData`), checked against the
    /// request. Not idempotent, but repeating is harmless.
    async fn stamp(&self, imprint: [u8; 32]) -> Result<Vec<u8>, TimeStampError>;

    /// Where its time comes from.
    fn source(&self) -> TimeStampSource;
}
