//! Contracts, their history, and the directory through which they are found from outside.

use akashi_domain::contract::{Contract, PartyState, StateKind};
use akashi_domain::{
    ContractId, Digest32, DocumentId, Event, FieldId, FieldValue, MemberId, OrganizationId, PartyId,
    SegmentId, UtcTime,
};

use super::{Job, LeasedJob, MailRow, NewJob, NewMail, SegmentRecord, StoreError, Tenant};

/// A stored value with the revision on which a change must be based.
#[derive(Debug, Clone, PartialEq)]
pub struct Stored<T> {
    /// The value.
    pub value: T,
    /// Counts the changes of the row, from 1.
    pub revision: u64,
}

/// An event as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedEvent {
    /// The event.
    pub event: Event,
    /// Its canonical bytes.
    pub canonical: Vec<u8>,
    /// 32 random bytes that go into its leaf, so that a leaf says nothing about an erased event.
    pub salt: [u8; 32],
}

/// A link that a party may use; only the hash of its token is known to the store. A link with the same token
/// is prolonged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewLink {
    /// SHA-256 of the token.
    pub token_sha256: Digest32,
    /// The party.
    pub party_id: PartyId,
    /// The generation; every link of the party with another generation dies with this commit.
    pub generation: u32,
    /// When it stops working.
    pub expires_at: UtcTime,
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LinkEntry {
    /// The tenant.
    pub organization_id: OrganizationId,
    /// The contract.
    pub contract_id: ContractId,
    /// The party.
    pub party_id: PartyId,
    /// The generation of the link; the party's own count says whether it is the newest.
    pub generation: u32,
    /// When it stops working.
    pub expires_at: UtcTime,
}

/// A page that a party was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ShownPage {
    /// The document.
    pub document_id: DocumentId,
    /// The page, from 0.
    pub page: u32,
    /// SHA-256 of the revision.
    pub revision_sha256: Digest32,
}

/// Everything that one decision changes. Committed as one transaction or not at all.
#[derive(Debug, Clone)]
pub struct ContractChange {
    /// The contract after the decision.
    pub contract: Contract,
    /// The revision on which the decision was based; `None` inserts a new contract.
    pub expected_revision: Option<u64>,
    /// What happened. The events continue the contract's numbering without a gap, and the last one bears the
    /// number in [`Contract::last_event`].
    pub events: Vec<RecordedEvent>,
    /// Segments that the contract names from now on. They are already stored.
    pub segments: Vec<SegmentRecord>,
    /// Work that follows.
    pub jobs: Vec<NewJob>,
    /// Mails that follow; the store adds the job that delivers each.
    pub mails: Vec<NewMail>,
    /// Links that the mails will carry.
    pub links: Vec<NewLink>,
    /// The job whose work this is: completed in the same transaction, provided that its lease still holds.
    pub completes: Option<LeasedJob>,
    /// Digests of final revisions by which anyone may ask whether this server concluded them.
    pub concluded_digests: Vec<Digest32>,
    /// The time written to the rows.
    pub now: UtcTime,
}

/// Why a change was not committed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CommitError {
    /// Somebody else changed the contract since it was loaded: load again and decide again.
    #[error("the contract was changed meanwhile")]
    Conflict,
    /// The lease of the job in `completes` has passed to another worker: drop the work.
    #[error("the lease of the job is lost")]
    LeaseLost,
    /// See [`StoreError`].
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// A party in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct PartySummary {
    /// The party.
    pub party_id: PartyId,
    /// Its stage.
    pub stage: u16,
    /// Its name.
    pub name: String,
    /// Its organization, or nothing.
    pub organization: String,
    /// The name of its state: `waiting`, `requested`, `accepted`, `signed`, `declined`.
    pub state: &'static str,
}

impl PartySummary {
    /// The stored name of a party's state.
    pub const fn state_name(state: &PartyState) -> &'static str {
        match state {
            PartyState::Waiting => "waiting",
            PartyState::Requested { .. } => "requested",
            PartyState::Accepted { .. } => "accepted",
            PartyState::Signed { .. } => "signed",
            PartyState::Declined { .. } => "declined",
        }
    }
}

/// A contract in a list: the contract itself, since lists need its parties, plus what the row knows.
#[derive(Debug, Clone, PartialEq)]
pub struct ContractSummary {
    /// The contract.
    pub contract: Contract,
    /// When its row last changed.
    pub changed_at: UtcTime,
    /// A request or completion mail of it was refused and not replaced since.
    pub has_refused_mail: bool,
}

/// Which contracts to list. All conditions hold together.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ContractFilter {
    /// Only those made by this member.
    pub created_by: Option<MemberId>,
    /// Only in one of these states; empty means all.
    pub states: Vec<StateKind>,
    /// Words, separated by white space, that must all occur in title, counterparty, parties' names and
    /// organizations or management number; compared after NFKC, in lower case, with kana folded and variation
    /// selectors left out. More than 100 different words find nothing.
    pub words: String,
    /// Words that must all occur in the counterparty ([`Contract::counterparty_text`]), compared like `words`.
    pub counterparty: String,
    /// Transaction date (契約日, else the day of 締結日時, else the day it was made, in Japan's time) not before.
    pub from: Option<jiff::civil::Date>,
    /// Transaction date not after.
    pub until: Option<jiff::civil::Date>,
    /// Amount not below, in yen.
    pub min_yen: Option<u64>,
    /// Amount not above, in yen.
    pub max_yen: Option<u64>,
    /// Only those whose deadline is at or before this moment.
    pub deadline_until: Option<UtcTime>,
    /// In which order.
    pub order: ContractOrder,
}

/// In which order contracts are listed. Equal ones stand newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ContractOrder {
    /// The newest change first.
    #[default]
    NewestChange,
    /// The earliest transaction date first.
    EarliestDate,
    /// The latest transaction date first.
    LatestDate,
    /// The smallest amount first; contracts without one stand last.
    SmallestAmount,
    /// The largest amount first; contracts without one stand last.
    LargestAmount,
}

/// Which part of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageRequest {
    /// Rows to leave out.
    pub offset: u32,
    /// Rows to return, at most 200.
    pub limit: u32,
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct ContractPage {
    /// The rows.
    pub rows: Vec<ContractSummary>,
    /// How many there are in all, counted up to 10,000.
    pub total: u32,
}

/// Figures for the home page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ContractCounts {
    /// Contracts by state.
    pub by_state: Vec<(StateKind, u32)>,
    /// Concluded since the moment asked for.
    pub concluded_since: u32,
}

/// What the directory says about a concluded contract. Readable without a tenant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ConcludedEntry {
    /// The contract.
    pub contract_id: ContractId,
    /// When it was concluded.
    pub concluded_at: UtcTime,
}

/// Contracts and everything that changes with them.
#[async_trait::async_trait]
pub trait ContractStore: Send + Sync {
    /// Loads a contract; `None` if the tenant has none with this id.
    async fn load(
        &self,
        tenant: &Tenant,
        contract_id: ContractId,
    ) -> Result<Option<Stored<Contract>>, StoreError>;

    /// The revision alone, for pages that follow changes.
    async fn revision(&self, tenant: &Tenant, contract_id: ContractId) -> Result<Option<u64>, StoreError>;

    /// Commits a change by compare-and-swap. Durable when it returns (synchronous FULL, or the server's
    /// `synchronous_commit`). Returns the new revision.
    ///
    /// # Errors
    /// [`CommitError::Conflict`] and [`CommitError::LeaseLost`] mean that nothing was stored. After
    /// [`StoreError::Unavailable`] either nothing or everything was: load again and decide again, which the
    /// revision makes safe.
    async fn commit(&self, tenant: &Tenant, change: ContractChange) -> Result<u64, CommitError>;

    /// Lists contracts.
    async fn list(
        &self,
        tenant: &Tenant,
        filter: &ContractFilter,
        page: PageRequest,
    ) -> Result<ContractPage, StoreError>;

    /// Figures for the home page, of one member or (with `None`) of the organization.
    async fn counts(
        &self,
        tenant: &Tenant,
        created_by: Option<MemberId>,
        concluded_since: UtcTime,
    ) -> Result<ContractCounts, StoreError>;

    /// The history, in order.
    async fn events(
        &self,
        tenant: &Tenant,
        contract_id: ContractId,
    ) -> Result<Vec<RecordedEvent>, StoreError>;

    /// The mails of a contract, in the order of their making.
    async fn mails(&self, tenant: &Tenant, contract_id: ContractId) -> Result<Vec<MailRow>, StoreError>;

    /// Unfinished jobs of a contract, its mails' included, in the order of their making. Those that were given
    /// up are among them.
    async fn jobs(&self, tenant: &Tenant, contract_id: ContractId) -> Result<Vec<Job>, StoreError>;

    /// The record of a segment.
    async fn segment(
        &self,
        tenant: &Tenant,
        segment_id: SegmentId,
    ) -> Result<Option<SegmentRecord>, StoreError>;

    /// Stores the record of a segment that no contract names yet (a seal image or handwriting that a party
    /// has drawn but not confirmed).
    async fn add_segment(
        &self,
        tenant: &Tenant,
        contract_id: ContractId,
        record: SegmentRecord,
        now: UtcTime,
    ) -> Result<(), StoreError>;

    /// What a party has filled in so far without confirming it.
    async fn inputs(
        &self,
        tenant: &Tenant,
        contract_id: ContractId,
        party_id: PartyId,
    ) -> Result<Vec<(FieldId, FieldValue)>, StoreError>;

    /// Keeps or (with `None`) empties one field that a party is filling. The act takes its values from here,
    /// so that nothing is lost when a phone closes the page.
    async fn set_input(
        &self,
        tenant: &Tenant,
        contract_id: ContractId,
        party_id: PartyId,
        field_id: FieldId,
        value: Option<&FieldValue>,
        now: UtcTime,
    ) -> Result<(), StoreError>;

    /// Which pages a party was shown, each with the digest of the revision in which it first was.
    async fn shown_pages(
        &self,
        tenant: &Tenant,
        contract_id: ContractId,
        party_id: PartyId,
    ) -> Result<Vec<ShownPage>, StoreError>;

    /// Notes pages that a party was shown. Noting a page again changes nothing.
    async fn note_shown(
        &self,
        tenant: &Tenant,
        contract_id: ContractId,
        party_id: PartyId,
        pages: &[ShownPage],
        now: UtcTime,
    ) -> Result<(), StoreError>;

    /// Forgets inputs and shown pages of a party, when its address is corrected and somebody else begins.
    async fn forget_progress(
        &self,
        tenant: &Tenant,
        contract_id: ContractId,
        party_id: PartyId,
    ) -> Result<(), StoreError>;

    /// Deletes a draft with everything that belongs to it; its segments become orphans for the sweeper.
    /// Returns whether there was such a draft at that revision.
    async fn delete_draft(
        &self,
        tenant: &Tenant,
        contract_id: ContractId,
        expected_revision: u64,
    ) -> Result<bool, StoreError>;

    /// Finds where a link leads, by the hash of its token. Links that were replaced stay findable, so that
    /// the page can say so. No tenant is known yet.
    async fn find_link(&self, token_sha256: Digest32) -> Result<Option<LinkEntry>, StoreError>;

    /// Whether a contract with this id was concluded here. No tenant is known.
    async fn find_concluded(&self, contract_id: ContractId) -> Result<Option<ConcludedEntry>, StoreError>;

    /// Whether a file with this digest is a final revision concluded here. No tenant is known.
    async fn find_concluded_digest(&self, sha256: Digest32) -> Result<Option<ConcludedEntry>, StoreError>;

    /// Which of these segments of the tenant no row names; for the sweeper, which finds them tenant by tenant.
    async fn unnamed_segments(
        &self,
        tenant: &Tenant,
        candidates: &[SegmentId],
    ) -> Result<Vec<SegmentId>, StoreError>;
}
