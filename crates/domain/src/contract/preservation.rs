//! How a concluded contract is kept provable for decades (長期保存): what was reached, until when it holds, and what
//! keeps it from being renewed.

use super::{EvidenceSegments, HoldReason, PromisedLevel};
use crate::UtcTime;

/// What the files of a concluded contract have reached, as our own judge found it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Preservation {
    /// The lowest level of all signatures in all files (EN 319 142-1).
    pub level: PromisedLevel,
    /// When the judge found them valid.
    pub judged_at: UtcTime,
    /// How many signatures it judged, those of the evidence sheet included.
    pub signatures: u32,
    /// `genTime` of the newest archive time-stamp; of several files the earliest.
    pub archived_at: UtcTime,
    /// Whose archive time-stamp: the common name, else the subject (RFC 4514).
    pub stamped_by: String,
    /// Whether the configuration lists that authority among the accredited ones (認定タイムスタンプ).
    pub is_accredited: bool,
    /// Until when the newest archive time-stamp proves anything: the end of its certificates or the sunset of its
    /// algorithms, of several files the earliest. A renewal after this comes too late.
    pub valid_until: UtcTime,
    /// When the next renewal begins.
    pub renew_at: UtcTime,
    /// Archive time-stamps added since the conclusion.
    pub renewals: u32,
}

/// What a preservation brings into a contract: new segments of the documents, and the evidence sheet with its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preserved {
    /// What was reached.
    pub preservation: Preservation,
    /// The evidence sheet, whose PDF is raised too; its JSON stays.
    pub evidence: EvidenceSegments,
}

/// Why a concluded contract could not be raised or renewed when it was last tried.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct PreservationTrouble {
    /// What is missing.
    pub reason: HoldReason,
    /// The cause, for administrators: in English, without personal data, at most [`Self::MAX_DETAIL`] characters.
    pub detail: String,
    /// Since when.
    pub since: UtcTime,
    /// When it was last tried.
    pub last_attempt_at: UtcTime,
    /// When it is tried again by itself.
    pub next_attempt_at: UtcTime,
    /// Whether the attempts in a row are over; an administrator should look.
    pub is_stuck: bool,
}

impl PreservationTrouble {
    /// The most characters of a detail.
    pub const MAX_DETAIL: usize = 1000;
}
