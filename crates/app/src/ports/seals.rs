//! Fixed service seals: keys that sign again and again, in place of one-time certificates.

use std::sync::Arc;

use akashi_domain::{OrganizationId, UtcTime};
use akashi_pki::{Certificate, KeyError as SigningKeyError, Signer};
use secrecy::SecretString;

use super::WrappedKey;

/// A key with its certificate, in memory or in a device.
///
/// `sign` of a device may take seconds and blocks its thread: call it apart from those that answer requests.
#[derive(Clone)]
pub struct ServiceSeal {
    /// The key.
    pub signer: Arc<dyn Signer + Send + Sync>,
    /// Its certificate.
    pub certificate: Certificate,
    /// The issuers that are known, nearest first.
    pub issuers: Vec<Certificate>,
}

impl std::fmt::Debug for ServiceSeal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ServiceSeal")
            .field("certificate", &self.certificate)
            .finish_non_exhaustive()
    }
}

/// An organization's seal in the form in which a store keeps it: key, certificate and issuers, encrypted under a data
/// key that the key provider has wrapped. Bound to its organization: for another it does not open.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct KeptSeal {
    /// The data key.
    pub key: WrappedKey,
    /// The encrypted content.
    pub sealed: Vec<u8>,
}

/// Why a certificate with its key cannot be a seal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum SealUnfit {
    /// No certificate stands beside the key.
    #[error("there is no certificate for the key")]
    NoCertificate,
    /// The certificates are for other keys.
    #[error("the certificate is for another key")]
    KeyMismatch,
    /// The certificate has not begun.
    #[error("the certificate is not valid before {0}")]
    NotYetValid(UtcTime),
    /// The certificate has ended.
    #[error("the certificate is not valid after {0}")]
    Expired(UtcTime),
    /// `keyUsage` has neither `digitalSignature` nor `nonRepudiation` (RFC 5280, 4.2.1.3).
    #[error("the certificate's key usage does not allow signatures")]
    KeyUsage,
    /// The certificate is one of a certificate authority.
    #[error("the certificate is one of a certificate authority")]
    Authority,
    /// The key is of a kind or size that is not used here.
    #[error("the key cannot be used")]
    Key(#[from] SigningKeyError),
}

/// Why a file is no usable PKCS#12 (RFC 7292).
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Pkcs12Error {
    /// More bytes than any key with its certificates has.
    #[error("the file is larger than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// Not PKCS#12.
    #[error("the file is not PKCS#12")]
    Malformed(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The password does not fit, or the file was changed.
    #[error("the password does not fit")]
    Password,
    /// Nothing protects the file's integrity.
    #[error("the file has no message authentication code")]
    NoMac,
    /// Encrypted in a way that is not known here.
    #[error("the file is encrypted in a way that is not supported")]
    Encryption,
    /// Deriving keys from the password would take too long.
    #[error("the file asks for too many iterations")]
    TooManyIterations,
    /// No private key in it.
    #[error("the file holds no private key")]
    NoKey,
    /// More than one private key, and nothing says which one.
    #[error("the file holds {0} private keys instead of one")]
    SeveralKeys(usize),
    /// A certificate cannot be read.
    #[error("a certificate in the file cannot be read")]
    Certificate(#[source] akashi_pki::CertificateError),
    /// Key and certificate are no seal.
    #[error("key and certificate cannot be used")]
    Unfit(#[from] SealUnfit),
}

/// Why a seal cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SealError {
    /// The file is not usable; nothing was kept.
    #[error(transparent)]
    Pkcs12(#[from] Pkcs12Error),
    /// The certificate no longer fits: it has ended, for example. A person must look at it.
    #[error("the seal cannot be used")]
    Unfit(#[from] SealUnfit),
    /// The kept form is damaged, or belongs to another organization.
    #[error("the kept seal does not open")]
    Damaged,
    /// The device or key store cannot be reached; trying again may help.
    #[error("the seal is not available")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// The fixed seals of the installation and of its organizations.
#[async_trait::async_trait]
pub trait ServiceSeals: Send + Sync {
    /// The seal that the operator configured (PKCS#12 file or PKCS#11 token), if any. Opened once and used by all.
    async fn of_installation(&self, now: UtcTime) -> Result<Option<ServiceSeal>, SealError>;
    /// Reads an uploaded PKCS#12 file and puts it into the form to be stored. The password is not kept. Stores
    /// nothing itself. May take a second: the file says how often its password is hashed.
    async fn keep(
        &self,
        organization_id: OrganizationId,
        pkcs12: &[u8],
        password: &SecretString,
        now: UtcTime,
    ) -> Result<(KeptSeal, ServiceSeal), SealError>;
    /// Opens what [`keep`](Self::keep) made. Certificates that have ended are refused.
    async fn open(
        &self,
        organization_id: OrganizationId,
        kept: &KeptSeal,
        now: UtcTime,
    ) -> Result<ServiceSeal, SealError>;
}
