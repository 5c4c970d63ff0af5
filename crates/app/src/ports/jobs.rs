//! The outbox: work that follows from a change, kept in the same database.

use std::time::Duration;

use akashi_domain::{ContractId, JobId, MailId, OrganizationId, PartyId, UtcTime};

use super::StoreError;

/// What is to be done. Jobs hold ids, never links, bodies or names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum JobKind {
    /// Write the sent revision of a contract.
    PrepareSending {
        /// The contract.
        contract_id: ContractId,
    },
    /// Make a party's signatures.
    Sign {
        /// The contract.
        contract_id: ContractId,
        /// The party.
        party_id: PartyId,
    },
    /// Validate, write the evidence sheet, conclude.
    Conclude {
        /// The contract.
        contract_id: ContractId,
    },
    /// Raise a concluded contract to B-LTA, or renew its archive time-stamps.
    Preserve {
        /// The contract.
        contract_id: ContractId,
    },
    /// End a contract whose deadline has passed.
    Expire {
        /// The contract.
        contract_id: ContractId,
    },
    /// Hand a mail to the mail server.
    DeliverMail {
        /// The mail.
        mail_id: MailId,
    },
}

impl JobKind {
    /// The stored name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::PrepareSending { .. } => "prepare_sending",
            Self::Sign { .. } => "sign",
            Self::Conclude { .. } => "conclude",
            Self::Preserve { .. } => "preserve",
            Self::Expire { .. } => "expire",
            Self::DeliverMail { .. } => "deliver_mail",
        }
    }

    /// Jobs of one lane run one after the other. The lane of a contract is the contract; mails have none.
    pub const fn lane(&self) -> Option<ContractId> {
        match self {
            Self::PrepareSending { contract_id }
            | Self::Sign { contract_id, .. }
            | Self::Conclude { contract_id }
            | Self::Preserve { contract_id } => Some(*contract_id),
            // Expiry waits for weeks; in the lane it would hold up everything behind it.
            Self::Expire { .. } | Self::DeliverMail { .. } => None,
        }
    }
}

/// A job to be queued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NewJob {
    /// Its id.
    pub job_id: JobId,
    /// What is to be done.
    pub kind: JobKind,
    /// Not before.
    pub run_at: UtcTime,
}

/// A queued job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Its id.
    pub job_id: JobId,
    /// The tenant.
    pub organization_id: OrganizationId,
    /// What is to be done.
    pub kind: JobKind,
    /// When it was queued.
    pub queued_at: UtcTime,
    /// When it runs next.
    pub run_at: UtcTime,
    /// Attempts so far.
    pub attempts: u32,
    /// What the last attempt failed with, without personal data.
    pub last_error: Option<String>,
}

/// A job that this worker holds until `leased_until`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeasedJob {
    /// The job; `attempts` counts this one.
    pub job: Job,
    /// Random; only the holder of the newest token can finish the job.
    pub lease_token: [u8; 16],
    /// When others may take it.
    pub leased_until: UtcTime,
}

/// A job that was given up and waits for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeadJob {
    /// The job.
    pub job: Job,
    /// When it was given up.
    pub died_at: UtcTime,
}

/// How much work is waiting.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct QueueDepth {
    /// Due and not leased.
    pub due: u32,
    /// Leased.
    pub running: u32,
    /// To be run later.
    pub later: u32,
    /// Given up.
    pub dead: u32,
}

/// The queue. It knows no tenant: a worker serves all.
#[async_trait::async_trait]
pub trait JobQueue: Send + Sync {
    /// Takes the oldest due job whose lane is free: no other job of the lane is leased, and none queued
    /// before it is unfinished. A dead letter is unfinished: its lane waits until a person revives it, so that
    /// nothing is done on top of what failed. A lease that ran out counts as free and is retaken. `lease_token`
    /// is given by the caller.
    async fn lease(
        &self,
        now: UtcTime,
        lease_for: Duration,
        lease_token: [u8; 16],
    ) -> Result<Option<LeasedJob>, StoreError>;

    /// Prolongs a lease; `false` if it is lost.
    async fn extend(&self, job: &LeasedJob, now: UtcTime, lease_for: Duration) -> Result<bool, StoreError>;

    /// Finishes a job that changed nothing; `false` if the lease is lost.
    async fn complete(&self, job: &LeasedJob) -> Result<bool, StoreError>;

    /// Gives a job back for later; `false` if the lease is lost.
    async fn retry(&self, job: &LeasedJob, run_at: UtcTime, error: &str) -> Result<bool, StoreError>;

    /// Gives a job up; it waits among the dead letters. `false` if the lease is lost.
    async fn bury(&self, job: &LeasedJob, error: &str, now: UtcTime) -> Result<bool, StoreError>;

    /// The dead letters of an organization.
    async fn dead(&self, organization_id: OrganizationId) -> Result<Vec<DeadJob>, StoreError>;

    /// Queues a dead letter again, due now and with its attempts counted anew; `false` if the organization has
    /// none with this id.
    async fn revive(
        &self,
        organization_id: OrganizationId,
        job_id: JobId,
        now: UtcTime,
    ) -> Result<bool, StoreError>;

    /// Makes a waiting job due now, because a person does not want to wait for its next attempt; `false` if
    /// the organization has no such job, or if it is leased or dead.
    async fn hasten(
        &self,
        organization_id: OrganizationId,
        job_id: JobId,
        now: UtcTime,
    ) -> Result<bool, StoreError>;

    /// How much work is waiting.
    async fn depth(&self, now: UtcTime) -> Result<QueueDepth, StoreError>;

    /// Returns when new work may have come, at the latest after `at_most`. A wake-up only: the worker looks
    /// for itself.
    async fn wait(&self, at_most: Duration);
}
