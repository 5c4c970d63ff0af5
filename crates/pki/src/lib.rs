//! X.509 for signatures that must be judged years later: keys, names, certificates, revocation
//! lists, OCSP, issuing, and certification paths "at time t".
//!
//! **What it is not.** No TLS, no host names, no sockets, no clock: every moment is an argument. No
//! knowledge of CMS, time-stamps or contracts.
//!
//! Everything that was received keeps its bytes; nothing that a signature covers is encoded again.
//!
//! ```
//! use std::sync::Arc;
//! use akashi_pki::*;
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let now: jiff::Timestamp = "2026-04-01T00:00:00Z".parse()?;
//! let validity = Validity { not_before: now, not_after: "2036-04-01T00:00:00Z".parse()? };
//! let name = DistinguishedName::builder().country("JP")?.common_name("あかし ルート")?.build();
//! let root = CertificateAuthority::self_signed(
//!     &CertificateTemplate::root(name, validity),
//!     &SerialNumber::from_random([1; 16]),
//!     Arc::new(SigningKey::generate(KeyAlgorithm::P256)?),
//! )?;
//! let key = SigningKey::generate(KeyAlgorithm::P256)?;
//! let subject = OneTimeSubject {
//!     common_name: "証 太郎",
//!     organization: Some("株式会社あかし"),
//!     party_id: "pty-01",
//!     mail: Some("taro@example.jp"),
//!     evidence_policy: EvidencePolicy::Mail.oid(),
//! };
//! let serial_number = SerialNumber::from_random([2; 16]);
//! let certificate = root.issue_one_time(&subject, key.public_key(), &serial_number, now)?;
//! assert_eq!(certificate.subject().common_name(), Some("証 太郎"));
//!
//! let seal = CertificateTemplate::seal(DistinguishedName::builder().common_name("Seal")?.build(), validity);
//! let seal = root.issue(&seal, key.public_key(), &SerialNumber::from_random([3; 16]))?;
//! let next_update = now + jiff::SignedDuration::from_hours(24 * 7);
//! let period = RevocationListPeriod { number: 1, this_update: now, next_update };
//! let lists = [root.issue_revocation_list(period, &[])?];
//! let evidence = path::RevocationEvidence::lists(&lists);
//! let conditions = PathConditions::new(now).with_purpose(Purpose::DocumentSigning).with_revocation(evidence);
//! let anchors = [TrustAnchor::from_certificate(root.certificate())];
//! assert!(find_path(&seal, &[], &anchors, &conditions).is_valid());
//! // The key of the other one no longer exists: nobody needs to ask about it.
//! assert!(find_path(&certificate, &[], &anchors, &conditions).is_valid());
//! # Ok(()) }
//! ```
//!
//! Standards: RFC 5280 (certificates, lists, paths), RFC 6960, 5019 and 9654 (OCSP), RFC 2986 (requests), RFC 9608 (`noRevAvail`), RFC 9336 (document
//! signing), RFC 9598 (international mail addresses), RFC 5208 (private keys), RFC 8017, 5758 and 8410
//! (signatures), ITU-T X.690 (encoding).

mod addresses;
mod algorithm;
pub mod asn1;
mod authority;
mod certificate;
mod crl;
mod digest;
pub mod extension;
mod general_name;
mod key;
mod name;
pub mod ocsp;
pub mod oids;
pub mod path;
pub mod pem;
mod policy;
mod public_key;
mod request;
mod template;
mod verify;

pub use algorithm::{AlgorithmError, MlDsaLevel, PssParameters, SignatureAlgorithm};
pub use asn1::Oid;
pub use authority::{
    CertificateAuthority, IssueError, OneTimeSubject, Revocation, RevocationListPeriod,
    RevocationListTemplate,
};
pub use certificate::{Certificate, CertificateError, IssuedByError, SerialNumber};
pub use crl::{RevocationList, RevocationListError, RevocationReason, RevokedCertificate};
pub use digest::DigestAlgorithm;
pub use extension::KeyUsage;
pub use general_name::GeneralName;
pub use key::{KeyAlgorithm, KeyError, SignError, Signer, SigningKey};
pub use name::{Attribute, DistinguishedName, NameBuilder, NameError};
pub use path::{CertificationPath, PathConditions, PathOutcome, Purpose, TrustAnchor, find_path};
pub use policy::{EvidencePolicy, MEMBER_POLICY, TIME_STAMP_POLICY};
pub use public_key::{Curve, PublicKey, PublicKeyKind};
pub use request::{CertificationRequest, CertificationRequestError};
pub use template::{CertificateTemplate, Criticality, MailError, ONE_TIME_LEAD, Validity};
pub use verify::VerifyError;
