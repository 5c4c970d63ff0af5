//! Revocation data and missing issuers, fetched from where certificates say that they stand.

use akashi_domain::UtcTime;
use akashi_pki::Certificate;

/// How new an answer must be. Sources keep answers until their next update; a signature that is to reach B-LT needs
/// evidence made after its time-stamp, which a kept answer may not be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Freshness {
    /// A kept answer will do as long as its next update has not come.
    #[default]
    Current,
    /// Ask again unless the kept answer was made at this moment or later. What comes may still be older: authorities
    /// publish when they publish, and the caller looks at `thisUpdate` itself.
    MadeSince(UtcTime),
}

/// Why nothing was fetched. Whether to try again is for the caller; a source asks an address that failed at most once
/// in a while.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// The address cannot be asked: not `http` or `https`, with credentials, or one that may not be reached.
    /// Trying again does not help.
    #[error("address cannot be asked: {reason}")]
    Address {
        /// Why.
        reason: String,
    },
    /// Nobody answered in time, or with an error.
    #[error("no answer")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The answer is not what was asked for.
    #[error("the answer cannot be used: {reason}")]
    Unusable {
        /// Why.
        reason: String,
    },
}

/// Fetches what certificates point at. Every address comes from a certificate that anybody may have made: adapters
/// dial the public internet only (or what the operator permits), within limits of size and time, and believe nothing
/// of what they bring: the caller verifies it.
///
/// All calls may be repeated. Nothing is stored for longer than the process lives.
#[async_trait::async_trait]
pub trait RevocationSource: Send + Sync {
    /// The revocation list at `uri` (RFC 5280, 4.2.1.13), DER; PEM is decoded.
    async fn revocation_list(&self, uri: &str, freshness: Freshness) -> Result<Vec<u8>, FetchError>;
    /// The `OCSPResponse` to a DER `OCSPRequest`, by POST (RFC 6960, A.1). Never kept: the request may carry a nonce.
    async fn ocsp(&self, uri: &str, request_der: &[u8]) -> Result<Vec<u8>, FetchError>;
    /// The certificates at `uri` (`id-ad-caIssuers`, RFC 5280, 4.2.2.1): one as DER, some as PEM, or a bag of
    /// PKCS#7; at most 64.
    async fn certificates(&self, uri: &str) -> Result<Vec<Certificate>, FetchError>;
}
