//! What a signature covers, and what came after it.

use serde::Serialize;

use crate::changes::{Change, ChangeLevel};

/// What a signature covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "extent")]
pub enum Coverage {
    /// Every byte of the file but the signature itself.
    WholeFile,
    /// Every byte of the file as it was at that revision; others follow.
    WholeRevision {
        /// From 0.
        revision: usize,
    },
    /// Not even a whole revision.
    Less {
        /// Why.
        reason: CoverageGap,
    },
}

/// Why a byte range covers less than a revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CoverageGap {
    /// There is no byte range of the usual form: two parts, the first from the beginning.
    Form,
    /// The gap between the parts is not exactly the value of the signature.
    Gap,
    /// The range reaches behind the end of the file.
    BehindEnd,
    /// The range does not end where a revision ends.
    NotAtRevisionEnd,
    /// At the end of the range the file had no such signature.
    NotInRevision,
}

/// What came after a signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LaterChanges {
    /// How far the changes go, locks and permissions of this signature applied.
    pub level: ChangeLevel,
    /// How far this signature lets them go.
    pub permitted: ChangeLevel,
    /// Fields that got another value or appearance, or were signed.
    pub changed_fields: Vec<String>,
    /// What is not permitted, with the reason.
    pub findings: Vec<Finding>,
}

impl LaterChanges {
    /// Whether everything that came later is permitted.
    pub fn is_permitted(&self) -> bool {
        self.findings.is_empty() && self.level <= self.permitted
    }
}

/// A change that the signature does not permit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The change.
    pub change: Change,
    /// Why it is not permitted.
    pub reason: FindingReason,
}

/// Why a change is not permitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FindingReason {
    /// The signature locked the field.
    LockedField,
    /// The certification does not allow changes of this kind.
    Certification,
    /// No signature allows changes of this kind.
    NotAllowedAfterSigning,
    /// The signature does not cover a whole revision, so later changes cannot be told from earlier ones.
    NotComparable,
}
