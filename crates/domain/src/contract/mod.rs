//! The contract: documents, parties and fields going through one life cycle.
//!
//! [`Contract::decide`] is the only door through which a contract changes. It is pure: the same contract,
//! command and time always give the same answer.

mod act;
mod command;
mod decide;
mod document;
mod draft;
mod field;
mod keep;
mod party;
mod preservation;
mod state;
#[cfg(test)]
mod tests;

pub use act::{ConsentText, EvidenceGrade, ShownRevision, SignatureRecord, SigningAct, WitnessKey};
pub use command::{Command, Details, Refusal};
pub use decide::{Decision, Effect};
pub use document::{Document, IntakePolicy, SegmentRef};
pub use field::{Field, FieldKind, FieldProblem, FieldValue, SealImage, SealShape, TextFormat, ValueProblem};
pub use party::{Party, PartyDraft, PartyState};
pub use preservation::{Preservation, PreservationTrouble, Preserved};
pub use state::{ContractState, Hold, HoldReason, StateKind};

use crate::{
    ContractId, DocumentId, FieldId, ManagementNumber, MemberId, Message, OrganizationId, OrganizationName,
    PartyId, Title, UtcTime,
};

/// The level of the signatures, EN 319 142-1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum PromisedLevel {
    /// PAdES B-T: each signature has a time-stamp.
    #[serde(rename = "B-T")]
    T,
    /// PAdES B-LT: and all validation data.
    #[serde(rename = "B-LT")]
    Lt,
    /// PAdES B-LTA: and an archive time-stamp over everything.
    #[serde(rename = "B-LTA")]
    Lta,
}

impl PromisedLevel {
    /// The name that the standard gives it, for example `B-T`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::T => "B-T",
            Self::Lt => "B-LT",
            Self::Lta => "B-LTA",
        }
    }
}

/// Whether a contract may be relied upon outside of a trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// Sent with real mail.
    Production,
    /// Sent while mail stayed on this machine; marked 「試用」 for ever.
    Trial,
}

/// A contract (契約・案件).
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Contract {
    /// Its id; the printed form stands on every page.
    pub contract_id: ContractId,
    /// The tenant.
    pub organization_id: OrganizationId,
    /// The member who made it.
    pub created_by: MemberId,
    /// When it was made.
    pub created_at: UtcTime,
    /// What the sender says about it.
    pub details: Details,
    /// The level that every document must reach before it counts as concluded.
    pub promised_level: PromisedLevel,
    /// Fixed when it is sent.
    pub purpose: Purpose,
    /// Where it stands.
    pub state: ContractState,
    /// Why it cannot go on at the moment, if so. The worker goes on by itself.
    pub hold: Option<Hold>,
    /// The PDFs, in order.
    pub documents: Vec<Document>,
    /// Who takes part, in the sender's order: the place gives each its letter (甲, 乙, …). The order of acting is
    /// the stage.
    pub parties: Vec<Party>,
    /// What the parties fill.
    pub fields: Vec<Field>,
    /// The evidence sheet, once concluded: the PDF and the same content as JSON.
    pub evidence: Option<EvidenceSegments>,
    /// What its files have reached and until when that holds; `None` before it is concluded, and for contracts that
    /// were concluded at a lower level by an earlier release and not raised since.
    #[serde(default)]
    pub preservation: Option<Preservation>,
    /// What keeps its files from being raised or renewed, if something does.
    #[serde(default)]
    pub preservation_trouble: Option<PreservationTrouble>,
    /// The number of the last event; events of a contract are numbered from 1 without gaps.
    pub last_event: u64,
}

/// Where the evidence sheet is stored.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct EvidenceSegments {
    /// The PDF signed by the installation's seal certificate.
    pub pdf: SegmentRef,
    /// The same content as JSON.
    pub json: SegmentRef,
}

impl Contract {
    /// The most documents in one contract.
    pub const MAX_DOCUMENTS: usize = 50;
    /// The most parties in one contract.
    pub const MAX_PARTIES: usize = 50;
    /// The most fields in one contract.
    pub const MAX_FIELDS: usize = 1000;

    /// A new draft.
    pub fn draft(
        contract_id: ContractId,
        organization_id: OrganizationId,
        title: Title,
        created_by: MemberId,
        promised_level: PromisedLevel,
        now: UtcTime,
    ) -> Self {
        Self {
            contract_id,
            organization_id,
            created_by,
            created_at: now,
            details: Details::new(title),
            promised_level,
            purpose: Purpose::Production,
            state: ContractState::Draft,
            hold: None,
            documents: Vec::new(),
            parties: Vec::new(),
            fields: Vec::new(),
            evidence: None,
            preservation: None,
            preservation_trouble: None,
            last_event: 0,
        }
    }

    /// The party with this id.
    pub fn party(&self, party_id: PartyId) -> Option<&Party> {
        self.parties.iter().find(|party| party.party_id == party_id)
    }

    /// The document with this id.
    pub fn document(&self, document_id: DocumentId) -> Option<&Document> {
        self.documents
            .iter()
            .find(|document| document.document_id == document_id)
    }

    /// The field with this id.
    pub fn field(&self, field_id: FieldId) -> Option<&Field> {
        self.fields.iter().find(|field| field.field_id == field_id)
    }

    /// The fields of one party, in reading order: document, page, then top to bottom.
    pub fn fields_of(&self, party_id: PartyId) -> Vec<&Field> {
        let position = |id: DocumentId| {
            self.documents
                .iter()
                .position(|document| document.document_id == id)
        };
        let mut fields: Vec<&Field> = self
            .fields
            .iter()
            .filter(|field| field.party_id == party_id)
            .collect();
        fields.sort_by(|a, b| {
            (position(a.document_id), a.page)
                .cmp(&(position(b.document_id), b.page))
                .then(a.rect.y.total_cmp(&b.rect.y))
                .then(a.rect.x.total_cmp(&b.rect.x))
        });
        fields
    }

    /// The field of a party in a document that becomes the widget of its signature: the first seal or
    /// handwriting field in reading order. `None` means an invisible signature.
    pub fn signature_widget(&self, party_id: PartyId, document_id: DocumentId) -> Option<&Field> {
        self.fields_of(party_id)
            .into_iter()
            .find(|field| field.document_id == document_id && field.kind.is_mark())
    }

    /// The stages in order, each with its parties.
    pub fn stages(&self) -> Vec<(u16, Vec<&Party>)> {
        let mut numbers: Vec<u16> = self.parties.iter().map(|party| party.stage).collect();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
            .into_iter()
            .map(|stage| {
                (
                    stage,
                    self.parties.iter().filter(|party| party.stage == stage).collect(),
                )
            })
            .collect()
    }

    /// The parties whose act is awaited now.
    pub fn awaited(&self) -> Vec<&Party> {
        match &self.state {
            ContractState::Open { stage, .. } => self
                .parties
                .iter()
                .filter(|party| party.stage == *stage && matches!(party.state, PartyState::Requested { .. }))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// Whom the contract is with, in words: what the sender wrote, or the parties' organizations and names.
    pub fn counterparty_text(&self) -> String {
        if let Some(name) = &self.details.counterparty {
            return name.to_string();
        }
        let mut names: Vec<&str> = Vec::new();
        for party in &self.parties {
            let name = party
                .organization
                .as_ref()
                .map_or(party.name.as_str(), OrganizationName::as_str);
            if !names.contains(&name) {
                names.push(name);
            }
        }
        names.join("、")
    }

    /// The parties' signing records are complete.
    pub fn all_signed(&self) -> bool {
        self.parties
            .iter()
            .all(|party| matches!(party.state, PartyState::Signed { .. }))
    }
}

/// Optional words of the sender; here so that [`Details`] stays next to its parsing types.
impl Details {
    /// Details with only a title.
    pub fn new(title: Title) -> Self {
        Self {
            title,
            message: None,
            counterparty: None,
            management_number: None,
            agreed_on: None,
            amount_yen: None,
            deadline: None,
        }
    }

    /// The sender's message, or nothing.
    pub fn message_text(&self) -> &str {
        self.message.as_ref().map_or("", Message::as_str)
    }

    /// The management number, or nothing.
    pub fn management_number_text(&self) -> &str {
        self.management_number
            .as_ref()
            .map_or("", ManagementNumber::as_str)
    }
}
