//! Decisions at and after the conclusion: the level that was reached, its renewals, and what keeps them from happening.

use super::{
    Contract, ContractState, Decision, Effect, Preservation, PreservationTrouble, Preserved, Refusal,
    SegmentRef,
};
use crate::{Digest32, DocumentId, EventKind, UtcTime};

impl Contract {
    pub(super) fn conclude(
        mut self,
        concluded_at: UtcTime,
        segments: Vec<(DocumentId, SegmentRef)>,
        preserved: Preserved,
    ) -> Result<Decision, Refusal> {
        if !self.all_signed() {
            return Err(Refusal::NotAllSigned);
        }
        let needed = self.promised_level;
        let Preserved {
            preservation,
            evidence,
        } = preserved;
        if preservation.level < needed {
            return Err(Refusal::LevelNotReached { needed });
        }
        self.append_to_each(segments)?;
        let sent_at = self.state.sent_at().unwrap_or(concluded_at);
        let event = EventKind::Concluded {
            concluded_at,
            level: preservation.level,
            documents: self.newest_digests(),
            evidence_sha256: evidence.pdf.revision_sha256,
        };
        self.hold = None;
        self.evidence = Some(evidence);
        self.preservation = Some(preservation);
        self.state = ContractState::Concluded {
            sent_at,
            concluded_at,
        };
        Ok(Decision::followed(self, event, Effect::CompletionMails))
    }

    /// A renewal never lowers the level, never loses a document, and never ends earlier than what it replaces.
    pub(super) fn preserve(
        mut self,
        segments: Vec<(DocumentId, SegmentRef)>,
        preserved: Preserved,
    ) -> Result<Decision, Refusal> {
        let needed = self
            .preservation
            .as_ref()
            .map_or(self.promised_level, |before| before.level);
        let Preserved {
            preservation,
            evidence,
        } = preserved;
        if preservation.level < needed {
            return Err(Refusal::LevelNotReached { needed });
        }
        self.append_to_each(segments)?;
        let renewals = self
            .preservation
            .as_ref()
            .map_or(0, |before| before.renewals.saturating_add(1));
        let event = EventKind::Preserved {
            level: preservation.level,
            archived_at: preservation.archived_at,
            renew_at: preservation.renew_at,
            documents: self.newest_digests(),
            evidence_sha256: evidence.pdf.revision_sha256,
        };
        self.evidence = Some(evidence);
        self.preservation = Some(Preservation {
            renewals,
            ..preservation
        });
        self.preservation_trouble = None;
        Ok(Decision::told(self, event))
    }

    /// One event when the trouble begins or its reason changes, not one per attempt.
    pub(super) fn report_trouble(mut self, trouble: PreservationTrouble) -> Decision {
        let before = self.preservation_trouble.take();
        let same = before.filter(|before| before.reason == trouble.reason);
        let reason = trouble.reason;
        let is_new = same.is_none();
        let detail = trouble
            .detail
            .chars()
            .take(PreservationTrouble::MAX_DETAIL)
            .collect();
        self.preservation_trouble = Some(PreservationTrouble {
            since: same.map_or(trouble.since, |before| before.since),
            detail,
            ..trouble
        });
        if is_new {
            Decision::told(self, EventKind::PreservationFailed { reason })
        } else {
            Decision::quiet(self)
        }
    }

    /// Appends exactly one segment to every document.
    fn append_to_each(&mut self, segments: Vec<(DocumentId, SegmentRef)>) -> Result<(), Refusal> {
        let complete = self
            .documents
            .iter()
            .all(|document| segments.iter().any(|(id, _)| *id == document.document_id));
        if !complete || segments.len() != self.documents.len() {
            return Err(Refusal::ResultMismatch);
        }
        self.append_segments(segments)
    }

    fn newest_digests(&self) -> Vec<(DocumentId, Digest32)> {
        self.documents
            .iter()
            .filter_map(|document| Some((document.document_id, document.newest_digest()?)))
            .collect()
    }
}
