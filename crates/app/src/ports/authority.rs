//! Keys that sign contracts, and the certificates that name their signers.

use akashi_pki::{Certificate, SigningKey};

use akashi_domain::contract::EvidenceGrade;
use akashi_domain::{EmailAddress, OrganizationName, PartyId, PersonName, UtcTime};

/// Who is named in a one-time certificate.
#[derive(Debug, Clone)]
pub struct SignerSubject {
    /// The party.
    pub party_id: PartyId,
    /// The person.
    pub name: PersonName,
    /// The organization for which the person acts.
    pub organization: Option<OrganizationName>,
    /// The address that was proven.
    pub email: EmailAddress,
    /// What was proven.
    pub grade: EvidenceGrade,
    /// Whether the certificate says 「試用」.
    pub is_trial: bool,
}

/// A key made for one act. Dropping it destroys the key.
#[derive(Debug)]
pub struct OneTimeSigner {
    /// The key.
    pub key: SigningKey,
    /// Its certificate.
    pub certificate: Certificate,
    /// The issuers, nearest first, root included.
    pub issuers: Vec<Certificate>,
}

/// The installation's own seal, for evidence sheets.
#[derive(Debug, Clone)]
pub struct SealSigner {
    /// The key.
    pub key: std::sync::Arc<SigningKey>,
    /// Its certificate.
    pub certificate: Certificate,
    /// The issuers, nearest first, root included.
    pub issuers: Vec<Certificate>,
}

/// Why nobody can sign at the moment.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum AuthorityError {
    /// The key store cannot be reached.
    #[error("signing keys are not available")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The issuer's certificate has ended or has not begun.
    #[error("issuer certificate is not valid at this time")]
    IssuerExpired,
    /// The party cannot be named in a certificate. Trying again does not help.
    #[error("the party cannot be named in a certificate")]
    Subject(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// The installation's certificate authority and seal.
#[async_trait::async_trait]
pub trait SigningAuthority: Send + Sync {
    /// Makes a key for one act with a certificate that names the party.
    async fn one_time(&self, subject: &SignerSubject, now: UtcTime) -> Result<OneTimeSigner, AuthorityError>;
    /// The installation's seal.
    async fn seal(&self, now: UtcTime) -> Result<SealSigner, AuthorityError>;
    /// The roots by which our own judge and `/verify` trust: our own root and those configured.
    fn trust_anchors(&self) -> Vec<Certificate>;
    /// Newest revocation lists of our issuers, DER.
    async fn revocation_lists(&self, now: UtcTime) -> Result<Vec<Vec<u8>>, AuthorityError>;
}
