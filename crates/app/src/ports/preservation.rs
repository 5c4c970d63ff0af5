//! Which concluded contracts are to be raised or renewed, and what is wrong with those that could not be.

use akashi_domain::{ContractId, JobId, OrganizationEvent, UtcTime};

use super::{NewMail, StoreError, Tenant};

/// An entry of an organization's own history, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedOrganizationEvent {
    /// The event.
    pub event: OrganizationEvent,
    /// Its canonical bytes.
    pub canonical: Vec<u8>,
    /// 32 random bytes that go into its leaf.
    pub salt: [u8; 32],
}

/// How the concluded contracts of an organization are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PreservationFigures {
    /// At B-LTA, and nothing wrong.
    pub kept: u32,
    /// Concluded at a lower level by an earlier release, and not tried yet.
    pub to_raise: u32,
    /// Tried and failed, and tried again soon.
    pub troubled: u32,
    /// Tried and failed several times in a row: somebody should look.
    pub stuck: u32,
    /// The newest archive time-stamp has ended without a renewal.
    pub missed: u32,
    /// The earliest renewal among those that are kept.
    pub next_renewal: Option<UtcTime>,
}

/// A job that raises or renews one contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PreservationOrder {
    /// The contract.
    pub contract_id: ContractId,
    /// The id of the new job.
    pub job_id: JobId,
}

/// What the long-term keeping needs to know and to queue.
#[async_trait::async_trait]
pub trait PreservationStore: Send + Sync {
    /// Concluded contracts whose raising, renewal or next attempt is due at `now` and for which no job is queued,
    /// the longest waiting first, at most `limit`.
    async fn due(&self, tenant: &Tenant, now: UtcTime, limit: u32) -> Result<Vec<ContractId>, StoreError>;

    /// Queues a job for each contract that has none of this kind; one that waits for its next attempt or was given up
    /// becomes due now. Returns how many jobs are due because of this. Contracts of others and those that are not
    /// concluded are passed over. `event`, if given, is recorded in the same transaction.
    async fn order(
        &self,
        tenant: &Tenant,
        orders: &[PreservationOrder],
        event: Option<RecordedOrganizationEvent>,
        now: UtcTime,
    ) -> Result<u32, StoreError>;

    /// The figures at `now`.
    async fn figures(&self, tenant: &Tenant, now: UtcTime) -> Result<PreservationFigures, StoreError>;

    /// Contracts that could not be raised or renewed, or whose renewal was missed at `now`: the most urgent first,
    /// at most `limit`.
    async fn troubled(
        &self,
        tenant: &Tenant,
        now: UtcTime,
        limit: u32,
    ) -> Result<Vec<ContractId>, StoreError>;

    /// When the administrators were last told; `None` if never.
    async fn last_alarm(&self, tenant: &Tenant) -> Result<Option<UtcTime>, StoreError>;

    /// Notes that the administrators are told now and queues the mails that tell them, in one transaction. `false`,
    /// with nothing stored, if somebody else told them since `previous`.
    async fn alarm(
        &self,
        tenant: &Tenant,
        previous: Option<UtcTime>,
        mails: Vec<NewMail>,
        now: UtcTime,
    ) -> Result<bool, StoreError>;
}
