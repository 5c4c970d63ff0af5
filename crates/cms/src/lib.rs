//! CMS `SignedData` (RFC 5652) with the attributes of CAdES (EN 319 122-1).
//!
//! **What it is not.** No PDF, no time-stamp protocol, no judgement of certificates: this room says
//! whether bytes, attributes, key and certificate belong together, and returns facts.
//!
//! Making goes in two steps, so that the key may be anywhere: [`SignedAttributes`] give the bytes to
//! sign, [`SignedDataBuilder`] wraps the value that comes back. Reading follows BER, because real
//! files do, and keeps the bytes of everything that is hashed.
//!
//! ```
//! # use std::sync::Arc;
//! use akashi_cms::{SignedAttributes, SignedData, SignedDataBuilder};
//! use akashi_pki::{DigestAlgorithm, Signer};
//! # use akashi_pki::*;
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let at: jiff::Timestamp = "2026-04-01T00:00:00Z".parse()?;
//! # let validity = Validity { not_before: at, not_after: "2036-04-01T00:00:00Z".parse()? };
//! # let name = DistinguishedName::builder().common_name("signer")?.build();
//! # let key = Arc::new(SigningKey::generate(KeyAlgorithm::P256)?);
//! # let template = CertificateTemplate::root(name, validity);
//! # let serial = SerialNumber::from_random([1; 16]);
//! # let certificate =
//! #     CertificateAuthority::self_signed(&template, &serial, key.clone())?.certificate().clone();
//! let digest = DigestAlgorithm::Sha256.digest(b"the covered bytes");
//! let attributes = SignedAttributes::for_data(DigestAlgorithm::Sha256, &digest, &certificate);
//! let value = key.sign(attributes.to_be_signed())?;
//! let der = SignedDataBuilder::new(&attributes, &certificate, key.signature_algorithm()).build(&value);
//!
//! let signed_data = SignedData::parse(&der)?;
//! let signer = &signed_data.signer_infos()[0];
//! let facts = signer.verify(&digest, signed_data.certificates());
//! assert!(facts.is_intact());
//! # Ok(()) }
//! ```
//!
//! Standards: RFC 5652 (CMS), RFC 5035 (`signingCertificateV2`), RFC 5754 and 8419 (algorithms), RFC 6211 (their protection),
//! EN 319 122-1 (CAdES).

mod attributes;
mod builder;
pub mod oids;
mod signed_data;
mod signer_info;
mod verify;

pub use attributes::{Attribute, AttributeError, SignedAttributes};
pub use builder::SignedDataBuilder;
pub use signed_data::{EmbedError, OtherRevocationInformation, ParseError, SignedData};
pub use signer_info::{AlgorithmProtection, SignerIdentifier, SignerInfo};
pub use verify::{CertificateBinding, ContentTypeFact, MessageDigestFact, SignatureFact, SignerFacts};
