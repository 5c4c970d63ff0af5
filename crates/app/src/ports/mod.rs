//! The ports: what the use cases need from the outside, each as small as its need.
//!
//! Every adapter passes the conformance suite of its port in `testkit`. The documentation of a method states
//! durability, atomicity, idempotency and who retries.

mod accounts;
mod authority;
mod clock;
mod contracts;
mod jobs;
mod judge;
mod keys;
mod mail;
mod organizations;
mod preservation;
mod revocation;
mod seals;
mod segments;
mod sessions;
mod time_stamp;
mod trust;

pub use accounts::{AccountRecord, AccountStore, Membership};
pub use authority::{AuthorityError, OneTimeSigner, SealSigner, SignerSubject, SigningAuthority};
pub use clock::{Clock, Entropy, NetworkTime, NetworkTimeError};
pub use contracts::{
    CommitError, ConcludedEntry, ContractChange, ContractCounts, ContractFilter, ContractOrder, ContractPage,
    ContractStore, ContractSummary, LinkEntry, NewLink, PageRequest, PartySummary, RecordedEvent, ShownPage,
    Stored,
};
pub use jobs::{DeadJob, Job, JobKind, JobQueue, LeasedJob, NewJob, QueueDepth};
pub use judge::{FileJudge, JudgeFailure};
pub use keys::{DerivedKey, KeyError, KeyProvider, KeyPurpose, WrappedKey};
pub use mail::{
    DomainAuthentication, MailContent, MailDelivery, MailDomainCheck, MailError, MailKind, MailMode,
    MailReceipt, MailRenderer, MailRow, MailStore, Mailer, NewMail, OutgoingMail, PersonalLink, RenderedMail,
    StoredMail, TrialMailbox,
};
pub use organizations::{InvitationRow, OrganizationStore};
pub use preservation::{
    PreservationFigures, PreservationOrder, PreservationStore, RecordedOrganizationEvent,
};
pub use revocation::{FetchError, Freshness, RevocationSource};
pub use seals::{KeptSeal, Pkcs12Error, SealError, SealUnfit, ServiceSeal, ServiceSeals};
pub use segments::{
    HashState, PageImageKey, PreviewCache, SegmentRecord, SegmentStorage, SegmentSweep, StorageError,
};
pub use sessions::{
    AttemptKey, AttemptStore, Session, SessionStore, SessionSubject, Ticket, TicketPurpose, TicketStore,
};
pub use time_stamp::{TimeStampAuthority, TimeStampError, TimeStampObservation, TimeStampSource};
pub use trust::{SealChoice, TrustStore, TrustedCertificate};

// The types that the signatures of these ports name; adapters need no lower room.
pub use {akashi_cms as cms, akashi_pki as pki, akashi_tsp as tsp};

use akashi_domain::OrganizationId;

/// Proof that the caller acts for one organization. Every repository call needs one.
///
/// Only authentication and the worker (from the job that it holds) make one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tenant(OrganizationId);

impl Tenant {
    pub(crate) const fn authenticated(organization_id: OrganizationId) -> Self {
        Self(organization_id)
    }

    /// A tenant without any proof. For tests of adapters, and for commands of the operator who owns the
    /// database anyway.
    pub const fn dangerous_without_authentication(organization_id: OrganizationId) -> Self {
        Self(organization_id)
    }

    /// The organization.
    pub const fn organization_id(&self) -> OrganizationId {
        self.0
    }
}

/// Why a store could not answer. The caller may try again.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The database cannot be reached or answered with an error. If the connection broke while a change was
    /// being committed, the change may be stored: every write is a compare-and-swap or may be repeated.
    #[error("database is not available")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A stored row makes no sense; an operator must look at it.
    #[error("stored row is inconsistent: {table}.{column} of {id}")]
    Inconsistent {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row.
        id: String,
    },
}
