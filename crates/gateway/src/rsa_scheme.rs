//! By which scheme a configured RSA key signs.

use akashi_app::ports::pki::{DigestAlgorithm, PssParameters, SignatureAlgorithm};
use serde::Deserialize;

/// A signature scheme for RSA keys (RFC 8017); keys on curves have the hash of their curve.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum RsaScheme {
    /// RSASSA-PKCS1-v1_5 with SHA-256.
    #[default]
    Pkcs1Sha256,
    /// RSASSA-PKCS1-v1_5 with SHA-384.
    Pkcs1Sha384,
    /// RSASSA-PKCS1-v1_5 with SHA-512.
    Pkcs1Sha512,
    /// RSASSA-PSS with SHA-256, salt of 32 bytes.
    PssSha256,
    /// RSASSA-PSS with SHA-384, salt of 48 bytes.
    PssSha384,
    /// RSASSA-PSS with SHA-512, salt of 64 bytes.
    PssSha512,
}

impl RsaScheme {
    /// The scheme in the terms of certificates.
    pub const fn algorithm(self) -> SignatureAlgorithm {
        use DigestAlgorithm::{Sha256, Sha384, Sha512};
        match self {
            Self::Pkcs1Sha256 => SignatureAlgorithm::RsaPkcs1(Sha256),
            Self::Pkcs1Sha384 => SignatureAlgorithm::RsaPkcs1(Sha384),
            Self::Pkcs1Sha512 => SignatureAlgorithm::RsaPkcs1(Sha512),
            Self::PssSha256 => SignatureAlgorithm::RsaPss(PssParameters::new(Sha256)),
            Self::PssSha384 => SignatureAlgorithm::RsaPss(PssParameters::new(Sha384)),
            Self::PssSha512 => SignatureAlgorithm::RsaPss(PssParameters::new(Sha512)),
        }
    }
}
