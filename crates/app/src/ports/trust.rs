//! What an organization's administrators have chosen: whom to trust, and with which key to seal.

use akashi_domain::{Digest32, MemberId, SealSource, TrustPurpose, UtcTime};

use super::{KeptSeal, RecordedOrganizationEvent, StoreError, Tenant};

/// A certificate that an organization trusts beside those of the installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrustedCertificate {
    /// For what.
    pub purpose: TrustPurpose,
    /// SHA-256 of the certificate; with the purpose its identity.
    pub sha256: Digest32,
    /// The certificate, DER (RFC 5280).
    pub der: Vec<u8>,
    /// Who added it.
    pub added_by: MemberId,
    /// When.
    pub added_at: UtcTime,
    /// When it was removed, if it was: kept so that the removal can be undone.
    pub removed_at: Option<UtcTime>,
}

/// With which key an organization's contracts are signed as witness, and its evidence sheets sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SealChoice {
    /// Whence the key comes.
    pub source: SealSource,
    /// The key, for [`SealSource::Uploaded`].
    pub kept: Option<KeptSeal>,
    /// The certificate, DER: what administrators see, and what the key must belong to.
    pub certificate_der: Vec<u8>,
    /// Who chose it.
    pub chosen_by: MemberId,
    /// When.
    pub chosen_at: UtcTime,
}

/// The choices. Each change is one transaction with the event that tells of it.
#[async_trait::async_trait]
pub trait TrustStore: Send + Sync {
    /// All certificates, removed ones included, by the time they were added.
    async fn trusted(&self, tenant: &Tenant) -> Result<Vec<TrustedCertificate>, StoreError>;

    /// Adds a certificate, or replaces the row with the same purpose and digest: so a removal is undone, and adding
    /// twice changes nothing.
    async fn put_trusted(
        &self,
        tenant: &Tenant,
        certificate: &TrustedCertificate,
        event: RecordedOrganizationEvent,
    ) -> Result<(), StoreError>;

    /// The organization's choice of seal; `None` means the installation's own.
    async fn seal_choice(&self, tenant: &Tenant) -> Result<Option<SealChoice>, StoreError>;

    /// Replaces the choice; what a former choice had stored is gone.
    async fn choose_seal(
        &self,
        tenant: &Tenant,
        choice: &SealChoice,
        event: RecordedOrganizationEvent,
    ) -> Result<(), StoreError>;

    /// The newest entries of the organization's own history, newest first, at most `limit`.
    async fn organization_events(
        &self,
        tenant: &Tenant,
        limit: u32,
    ) -> Result<Vec<RecordedOrganizationEvent>, StoreError>;
}
