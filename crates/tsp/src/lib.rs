//! The time-stamp protocol of RFC 3161: requests, responses, tokens, and a responder.
//!
//! **What it is not.** No HTTP, no clock, no trust: the path of the authority's certificate is judged
//! with `akashi-pki` at the token's `gen_time`.
//!
//! ```
//! # use std::sync::Arc;
//! # use akashi_pki::*;
//! use akashi_tsp::{Covered, TimeStampRequest, TimeStampResponder, TimeStampResponse};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let now: jiff::Timestamp = "2026-04-01T00:00:00Z".parse()?;
//! # let validity = Validity { not_before: now, not_after: "2036-04-01T00:00:00Z".parse()? };
//! # let root = CertificateAuthority::self_signed(
//! #     &CertificateTemplate::root(DistinguishedName::builder().common_name("r")?.build(), validity),
//! #     &SerialNumber::from_random([1; 16]),
//! #     Arc::new(SigningKey::generate(KeyAlgorithm::P256)?),
//! # )?;
//! # let key = Arc::new(SigningKey::generate(KeyAlgorithm::P256)?);
//! # let name = DistinguishedName::builder().common_name("tsa")?.build();
//! # let template = CertificateTemplate::time_stamping(name, validity);
//! # let serial_number = SerialNumber::from_random([2; 16]);
//! # let certificate = root.issue(&template, key.public_key(), &serial_number)?;
//! let tsa = TimeStampResponder::new(certificate, vec![], key, TIME_STAMP_POLICY)?;
//!
//! let digest = DigestAlgorithm::Sha256.digest(b"signature value");
//! let request = TimeStampRequest::new(DigestAlgorithm::Sha256, &digest).with_nonce([7; 8]);
//! let answer = tsa.respond(&request.to_der(), &SerialNumber::from_random([3; 16]), now);
//! let token = TimeStampResponse::from_der(&answer)?.token_for(&request)?;
//! assert_eq!(token.info().gen_time, now);
//! assert!(token.verify(Covered::Message(b"signature value"), &[]).is_intact());
//! # Ok(()) }
//! ```
//!
//! Standards: RFC 3161, RFC 5816 (`ESSCertIDv2`), EN 319 422 (profile).

mod request;
mod responder;
mod response;
mod token;
mod tst_info;

pub use request::{MessageImprint, Nonce, RequestError, TimeStampRequest};
pub use responder::{Rejection, ResponderError, TimeStampResponder};
pub use response::{FailureReason, PkiStatus, ResponseError, TimeStampResponse};
pub use token::{Covered, ImprintFact, KeyPurposeFact, TimeStampToken, TokenError, TokenFacts};
pub use tst_info::{Accuracy, TstInfo, TstInfoError};
