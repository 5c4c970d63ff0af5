//! Certificate status on request: OCSP (RFC 6960) as bytes, without the way they travel.
//!
//! [`OcspRequest`] asks, [`OcspResponder`] answers for an authority of our own, [`OcspResponse`] is
//! what came back. Whether an answer may be believed is the question of [`crate::path`], where it is
//! evidence beside revocation lists ([`crate::path::RevocationEvidence`]).
//!
//! Foreign answers are read under BER, with any nonce, and also in the light form of RFC 5019; what
//! is signed is never encoded again.
//!
//! ```
//! use akashi_pki::ocsp::{CertificateStatus, OcspRequest, OcspResponder, OcspResponse, ResponsePeriod};
//! # use std::sync::Arc;
//! # use akashi_pki::*;
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let now: jiff::Timestamp = "2026-04-01T00:00:00Z".parse()?;
//! # let validity = Validity { not_before: now, not_after: "2036-04-01T00:00:00Z".parse()? };
//! # let name = |text| DistinguishedName::builder().common_name(text).map(NameBuilder::build);
//! # let key = Arc::new(SigningKey::generate(KeyAlgorithm::P256)?);
//! # let root = CertificateAuthority::self_signed(
//! #     &CertificateTemplate::root(name("Root")?, validity), &SerialNumber::from_random([1; 16]), key.clone())?;
//! # let template = CertificateTemplate::seal(name("Seal")?, validity);
//! # let certificate = root.issue(&template, key.public_key(), &SerialNumber::from_random([2; 16]))?;
//! let request = OcspRequest::new(&certificate, root.certificate()).with_nonce(&[7; 32])?;
//!
//! let responder = OcspResponder::of_authority(&root);
//! let period = ResponsePeriod::new(now, now + jiff::SignedDuration::from_hours(24));
//! let answer = responder.answer(&request.to_der(), period, |_serial_number| CertificateStatus::Good)?;
//!
//! let response = OcspResponse::from_der(answer.as_der())?;
//! assert_eq!(request.answer_in(&response)?.status, CertificateStatus::Good);
//! # Ok(()) }
//! ```

mod basic;
mod cert_id;
mod request;
mod responder;
mod response;

pub use basic::{BasicOcspResponse, CertificateStatus, ResponderId, SingleResponse};
pub use cert_id::CertId;
pub use request::{AnswerError, NonceError, OcspRequest};
pub use responder::{OcspResponder, ResponsePeriod};
pub use response::{OcspResponse, OcspResponseStatus};

use crate::asn1::{Asn1Error, Oid};

/// Largest request that is read, in bytes.
const MAX_REQUEST_BYTES: usize = 64 << 10;
/// Largest response that is read, in bytes.
const MAX_RESPONSE_BYTES: usize = 4 << 20;
/// Longest nonce, in octets (RFC 9654, 2.1).
const MAX_NONCE_LEN: usize = 128;

/// Bytes are no OCSP message.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OcspError {
    /// Not the structure of RFC 6960, 4.1.1 or 4.2.1.
    #[error("malformed OCSP message")]
    Malformed(#[from] Asn1Error),
    /// More than 64 KiB for a request, 4 MiB for a response.
    #[error("OCSP message of {0} bytes is too large")]
    TooLarge(usize),
    /// A kind of response other than `id-pkix-ocsp-basic`.
    #[error("unknown OCSP response type {0}")]
    UnknownResponseType(Oid),
    /// The status says `successful`, but no response follows.
    #[error("the OCSP response is empty")]
    MissingResponse,
    /// A status that RFC 6960 does not define.
    #[error("unknown OCSP response status {0}")]
    UnknownStatus(u64),
}
