//! Rules for a contract that is still being prepared.

use std::collections::BTreeSet;

use crate::{Document, DocumentId, EventKind, Field, MemberId, Party, UtcTime};

use super::decide::{Decision, Effect};
use super::{
    Contract, ContractState, Details, FieldProblem, IntakePolicy, PartyDraft, Purpose, Refusal, SegmentRef,
};

impl Contract {
    pub(super) fn edit_details(mut self, details: Details, now: UtcTime) -> Result<Decision, Refusal> {
        if details.deadline.is_some_and(|deadline| deadline <= now) {
            return Err(Refusal::DeadlinePassed);
        }
        self.details = details;
        Ok(Decision::quiet(self))
    }

    pub(super) fn add_document(mut self, document: Document) -> Result<Decision, Refusal> {
        if self.documents.len() >= Self::MAX_DOCUMENTS {
            return Err(Refusal::TooMany {
                what: "documents",
                max: Self::MAX_DOCUMENTS,
            });
        }
        let sha256 = document.newest_digest().ok_or(Refusal::ResultMismatch)?;
        let event = EventKind::DocumentAdded {
            document_id: document.document_id,
            file_name: document.file_name.clone(),
            sha256,
            removed_active_content: document.removed_active_content.clone(),
        };
        self.documents.push(document);
        Ok(Decision::told(self, event))
    }

    pub(super) fn replace_cleaned(
        mut self,
        document_id: DocumentId,
        segment: SegmentRef,
    ) -> Result<Decision, Refusal> {
        let document = self
            .documents
            .iter_mut()
            .find(|document| document.document_id == document_id)
            .ok_or(Refusal::UnknownDocument)?;
        let removed = std::mem::take(&mut document.active_content);
        document.removed_active_content.extend(removed.iter().cloned());
        let sha256 = segment.revision_sha256;
        document.segments = vec![segment];
        Ok(Decision::told(
            self,
            EventKind::ActiveContentRemoved {
                document_id,
                sha256,
                names: removed,
            },
        ))
    }

    pub(super) fn remove_document(mut self, document_id: DocumentId) -> Result<Decision, Refusal> {
        if self.document(document_id).is_none() {
            return Err(Refusal::UnknownDocument);
        }
        self.documents
            .retain(|document| document.document_id != document_id);
        self.fields.retain(|field| field.document_id != document_id);
        Ok(Decision::told(self, EventKind::DocumentRemoved { document_id }))
    }

    pub(super) fn order_documents(mut self, order: &[DocumentId]) -> Result<Decision, Refusal> {
        let wanted: BTreeSet<DocumentId> = order.iter().copied().collect();
        let present: BTreeSet<DocumentId> = self
            .documents
            .iter()
            .map(|document| document.document_id)
            .collect();
        if wanted != present || order.len() != self.documents.len() {
            return Err(Refusal::UnknownDocument);
        }
        self.documents
            .sort_by_key(|document| order.iter().position(|id| *id == document.document_id));
        Ok(Decision::quiet(self))
    }

    pub(super) fn set_parties(mut self, drafts: Vec<PartyDraft>) -> Result<Decision, Refusal> {
        if drafts.len() > Self::MAX_PARTIES {
            return Err(Refusal::TooMany {
                what: "parties",
                max: Self::MAX_PARTIES,
            });
        }
        let ids: BTreeSet<_> = drafts.iter().map(|draft| draft.party_id).collect();
        if ids.len() != drafts.len() {
            return Err(Refusal::DuplicateParty);
        }
        self.parties = drafts.into_iter().map(Party::from).collect();
        self.fields.retain(|field| ids.contains(&field.party_id));
        Ok(Decision::quiet(self))
    }

    pub(super) fn place_fields(mut self, fields: Vec<Field>) -> Result<Decision, Refusal> {
        self.check_fields(&fields)?;
        self.fields = fields;
        Ok(Decision::quiet(self))
    }

    pub(super) fn send(mut self, by: MemberId, purpose: Purpose, now: UtcTime) -> Result<Decision, Refusal> {
        self.check_ready_to_send(now)?;
        self.purpose = purpose;
        self.hold = None;
        self.state = ContractState::Sending {
            requested_at: now,
            sent_by: by,
        };
        let event = EventKind::SendingRequested { purpose };
        Ok(Decision {
            contract: self,
            events: vec![event],
            effects: vec![Effect::PrepareSending],
        })
    }

    /// Everything that would refuse [`super::Command::Send`], so that a page can show it before the click.
    ///
    /// # Errors
    /// The first [`Refusal`] found.
    pub fn check_ready_to_send(&self, now: UtcTime) -> Result<(), Refusal> {
        if self.documents.is_empty() {
            return Err(Refusal::NoDocument);
        }
        if self.parties.is_empty() {
            return Err(Refusal::NoParty);
        }
        if self.details.deadline.is_some_and(|deadline| deadline <= now) {
            return Err(Refusal::DeadlinePassed);
        }
        self.check_fields(&self.fields)?;
        for document in &self.documents {
            if !document.active_content.is_empty() {
                return Err(Refusal::ActiveContent {
                    document_id: document.document_id,
                });
            }
            if let IntakePolicy::ExistingFieldsOnly { names } = &document.intake
                && names.len() < self.parties.len()
            {
                return Err(Refusal::TooFewSignatureFields {
                    document_id: document.document_id,
                    needed: self.parties.len(),
                    available: names.len(),
                });
            }
        }
        Ok(())
    }

    fn check_fields(&self, fields: &[Field]) -> Result<(), Refusal> {
        if fields.len() > Self::MAX_FIELDS {
            return Err(Refusal::TooMany {
                what: "fields",
                max: Self::MAX_FIELDS,
            });
        }
        let mut ids = BTreeSet::new();
        let mut marks = BTreeSet::new();
        for field in fields {
            let refuse = |problem| {
                Err(Refusal::Field {
                    field_id: field.field_id,
                    problem,
                })
            };
            if !ids.insert(field.field_id) {
                return refuse(FieldProblem::Duplicate);
            }
            if self.party(field.party_id).is_none() {
                return refuse(FieldProblem::UnknownParty);
            }
            let Some(document) = self.document(field.document_id) else {
                return refuse(FieldProblem::UnknownDocument);
            };
            if let Err(problem) = field.check_place(&document.pages) {
                return refuse(problem);
            }
            let allowed = match document.intake {
                IntakePolicy::Unsigned => true,
                // Only the widget of the signature itself may be added, one for each party.
                IntakePolicy::SignatureFieldsOnly => {
                    field.kind.is_mark() && marks.insert((field.document_id, field.party_id))
                }
                IntakePolicy::ExistingFieldsOnly { .. } => false,
            };
            if !allowed {
                return refuse(FieldProblem::NotAllowedBySignatures);
            }
        }
        Ok(())
    }
}
