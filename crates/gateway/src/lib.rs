//! Everything that dials out or touches devices: object storage, keys, certificate authority, seals in files and
//! tokens, time-stamps, revocation data, mail, DNS and network time.
//!
//! What it is: one adapter per module, each with its own [`serde`] settings, each passing the conformance
//! suite of its port.
//!
//! What it is not: no rules and no SQL; adapters do not know each other and meet in `cli`. Time and
//! randomness come from the ports `Clock` and `Entropy`.
//!
//! ```
//! let settings = akashi_gateway::segments::Settings::default();
//! assert!(matches!(settings.location, akashi_gateway::segments::Location::Folder { .. }));
//! ```
//!
//! Standards: RFC 5116 (AES-256-GCM), RFC 5869 (HKDF), RFC 5280 (certificates), RFC 3161 (time-stamps over
//! HTTP, 3.4), RFC 6960 (OCSP over HTTP, A.1), RFC 7292 (PKCS#12), OASIS PKCS #11 3.0, RFC 5321, 3207, 4954, 6531 (mail submission), RFC 7208, 6376, 7489 (SPF, DKIM, DMARC),
//! RFC 5905 and 4330 (SNTP).

pub mod authority;
mod certificate_files;
mod crypto;
pub mod dns;
pub mod guarded_client;
pub mod keys;
pub mod mail;
pub mod ntp;
pub mod pkcs11;
pub mod pkcs12;
mod private_folder;
pub mod revocation;
mod rsa_scheme;
pub mod seal;
pub mod segments;
#[cfg(test)]
mod test_servers;
pub mod time_stamp;
mod tls;

pub use certificate_files::{CertificateFileError, issuers_of, read_certificates};
pub use private_folder::FolderError;
pub use rsa_scheme::RsaScheme;
pub use tls::TrustError;
