//! Where a contract stands.

use crate::{MemberId, PartyId, Reason, UtcTime};

/// The state of a contract, with what belongs to it.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ContractState {
    /// Being prepared by the sender.
    Draft,
    /// The sender has sent it; the worker is writing the sent revision. Nobody else sees it yet.
    Sending {
        /// When the sender sent it.
        requested_at: UtcTime,
        /// Who sent it.
        sent_by: MemberId,
    },
    /// The parties of one stage can act.
    Open {
        /// When the first request went out.
        sent_at: UtcTime,
        /// The stage (順番) whose parties act now.
        stage: u16,
    },
    /// Every act has been accepted; signatures, validation and evidence sheet are being made.
    Concluding {
        /// When the first request went out.
        sent_at: UtcTime,
        /// When the last act was accepted.
        since: UtcTime,
    },
    /// Done: every document has its promised level and was found valid.
    Concluded {
        /// When the first request went out.
        sent_at: UtcTime,
        /// The time of the last time-stamp. Never back-dated.
        concluded_at: UtcTime,
    },
    /// A party said no.
    Declined {
        /// Which party.
        by: PartyId,
        /// When.
        declined_at: UtcTime,
        /// Why, in the party's words.
        reason: Reason,
    },
    /// The sender took it back.
    Withdrawn {
        /// Which member.
        by: MemberId,
        /// When.
        withdrawn_at: UtcTime,
        /// Why, as the parties read it.
        reason: Reason,
    },
    /// The deadline passed before every act was accepted.
    Expired {
        /// When.
        expired_at: UtcTime,
    },
}

/// The state without its data, for lists, filters and tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StateKind {
    /// [`ContractState::Draft`]
    Draft,
    /// [`ContractState::Sending`]
    Sending,
    /// [`ContractState::Open`]
    Open,
    /// [`ContractState::Concluding`]
    Concluding,
    /// [`ContractState::Concluded`]
    Concluded,
    /// [`ContractState::Declined`]
    Declined,
    /// [`ContractState::Withdrawn`]
    Withdrawn,
    /// [`ContractState::Expired`]
    Expired,
}

impl StateKind {
    /// All kinds in the order of the life cycle.
    pub const ALL: [Self; 8] = [
        Self::Draft,
        Self::Sending,
        Self::Open,
        Self::Concluding,
        Self::Concluded,
        Self::Declined,
        Self::Withdrawn,
        Self::Expired,
    ];

    /// The stored name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Sending => "sending",
            Self::Open => "open",
            Self::Concluding => "concluding",
            Self::Concluded => "concluded",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
            Self::Expired => "expired",
        }
    }

    /// Reads the stored name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

impl ContractState {
    /// The state without its data.
    pub const fn kind(&self) -> StateKind {
        match self {
            Self::Draft => StateKind::Draft,
            Self::Sending { .. } => StateKind::Sending,
            Self::Open { .. } => StateKind::Open,
            Self::Concluding { .. } => StateKind::Concluding,
            Self::Concluded { .. } => StateKind::Concluded,
            Self::Declined { .. } => StateKind::Declined,
            Self::Withdrawn { .. } => StateKind::Withdrawn,
            Self::Expired { .. } => StateKind::Expired,
        }
    }

    /// When the first request went out, for states in which that happened and is kept.
    pub const fn sent_at(&self) -> Option<UtcTime> {
        match self {
            Self::Open { sent_at, .. }
            | Self::Concluding { sent_at, .. }
            | Self::Concluded { sent_at, .. } => Some(*sent_at),
            _ => None,
        }
    }
}

/// Why the worker cannot go on with a contract at the moment. Nothing is lost; it tries again by itself.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Hold {
    /// What is missing.
    pub reason: HoldReason,
    /// Since when.
    pub since: UtcTime,
    /// When the next attempt is made.
    pub next_attempt_at: UtcTime,
}

/// What keeps the worker from going on. Fail closed: each of these stops the contract instead of lowering
/// what was promised.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HoldReason {
    /// No time-stamp authority gave a token that holds.
    TimeStampAuthority,
    /// Revocation data of a certificate that the archive must hold cannot be had.
    RevocationData,
    /// This machine's clock differs too much from the time-stamp authority or from NTP.
    Clock,
    /// The signing key or its issuer cannot be used.
    Key,
    /// Documents cannot be read or stored.
    Storage,
    /// The result did not pass our own validation. Every revision is kept and an alarm is raised.
    Validation,
    /// Anything else; the log has the cause under the job's id.
    Internal,
}
