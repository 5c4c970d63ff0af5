//! What happened, as it is recorded for ever.
//!
//! Each event is stored with its canonical bytes ([`Event::canonical_bytes`]) and a random salt, so that it
//! can become a leaf of the ledger and its personal data can be erased later without breaking the tree.

use crate::contract::{
    ConsentText, EvidenceGrade, HoldReason, PromisedLevel, Purpose, ShownRevision, SignatureRecord,
};
use crate::{
    ActId, ContractId, Digest32, DocumentId, EmailAddress, EventId, FileName, MailId, MemberId,
    OrganizationId, PartyId, Reason, UtcTime, canonical,
};

/// Who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", content = "id", rename_all = "snake_case")]
pub enum Actor {
    /// A member of the sender's organization.
    Member(MemberId),
    /// A party.
    Party(PartyId),
    /// The service itself.
    System,
}

/// What happened to a contract.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[non_exhaustive]
pub enum EventKind {
    /// A draft was made.
    Created,
    /// A PDF was taken in.
    DocumentAdded {
        /// Which.
        document_id: DocumentId,
        /// Its name.
        file_name: FileName,
        /// SHA-256 of the stored file.
        sha256: Digest32,
        /// Names of active content that was removed.
        removed_active_content: Vec<String>,
    },
    /// Active content was removed from a PDF by the sender's choice.
    ActiveContentRemoved {
        /// Which document.
        document_id: DocumentId,
        /// SHA-256 of the rewritten file.
        sha256: Digest32,
        /// What was removed.
        names: Vec<String>,
    },
    /// A PDF was removed from the draft.
    DocumentRemoved {
        /// Which.
        document_id: DocumentId,
    },
    /// The sender sent it; the sent revision is being written.
    SendingRequested {
        /// Trial or production.
        purpose: Purpose,
    },
    /// The sender took it back before anyone saw it.
    SendingCancelled,
    /// The sent revision stands.
    Sent {
        /// SHA-256 of each document's sent revision.
        documents: Vec<(DocumentId, Digest32)>,
    },
    /// The parties of a stage are asked to act.
    StageOpened {
        /// Which stage.
        stage: u16,
    },
    /// A mail server took a mail.
    MailAccepted {
        /// Which mail.
        mail_id: MailId,
        /// To which party, if to one.
        party_id: Option<PartyId>,
    },
    /// A mail server refused a mail.
    MailRefused {
        /// Which mail.
        mail_id: MailId,
        /// To which party, if to one.
        party_id: Option<PartyId>,
        /// What the server answered.
        response: String,
    },
    /// A party saw the pages for the first time.
    Viewed {
        /// Which party.
        party_id: PartyId,
    },
    /// A party agreed and confirmed.
    Accepted {
        /// Which party.
        party_id: PartyId,
        /// Its act.
        act_id: ActId,
        /// The text agreed to.
        consent: ConsentText,
        /// What was proven about the person.
        grade: EvidenceGrade,
        /// What was shown.
        shown: Vec<ShownRevision>,
    },
    /// A party's signatures stand.
    Signed {
        /// Which party.
        party_id: PartyId,
        /// The signatures.
        signatures: Vec<SignatureRecord>,
    },
    /// A party said no.
    Declined {
        /// Which party.
        party_id: PartyId,
        /// Why.
        reason: Reason,
    },
    /// The sender reminded a party.
    Reminded {
        /// Which party.
        party_id: PartyId,
    },
    /// The sender corrected a party's address.
    AddressCorrected {
        /// Which party.
        party_id: PartyId,
        /// The wrong address.
        from: EmailAddress,
        /// The right address.
        to: EmailAddress,
    },
    /// The sender took the contract back.
    Withdrawn {
        /// Why.
        reason: Reason,
    },
    /// The deadline passed.
    Expired,
    /// The worker could not go on.
    HeldBack {
        /// Why.
        reason: HoldReason,
    },
    /// Every document has its promised level and was found valid.
    Concluded {
        /// The time of the last time-stamp.
        concluded_at: UtcTime,
        /// The level reached.
        level: PromisedLevel,
        /// SHA-256 of each document's final revision.
        documents: Vec<(DocumentId, Digest32)>,
        /// SHA-256 of the evidence sheet.
        evidence_sha256: Digest32,
    },
    /// A concluded contract was raised to a higher level, or its archive time-stamps were renewed.
    Preserved {
        /// The level reached.
        level: PromisedLevel,
        /// The time of the newest archive time-stamp.
        archived_at: UtcTime,
        /// When the next renewal begins.
        renew_at: UtcTime,
        /// SHA-256 of each document's newest revision.
        documents: Vec<(DocumentId, Digest32)>,
        /// SHA-256 of the evidence sheet.
        evidence_sha256: Digest32,
    },
    /// A concluded contract could not be raised or renewed.
    PreservationFailed {
        /// Why.
        reason: HoldReason,
    },
}

impl EventKind {
    /// The stored name of the kind.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::DocumentAdded { .. } => "document_added",
            Self::ActiveContentRemoved { .. } => "active_content_removed",
            Self::DocumentRemoved { .. } => "document_removed",
            Self::SendingRequested { .. } => "sending_requested",
            Self::SendingCancelled => "sending_cancelled",
            Self::Sent { .. } => "sent",
            Self::StageOpened { .. } => "stage_opened",
            Self::MailAccepted { .. } => "mail_accepted",
            Self::MailRefused { .. } => "mail_refused",
            Self::Viewed { .. } => "viewed",
            Self::Accepted { .. } => "accepted",
            Self::Signed { .. } => "signed",
            Self::Declined { .. } => "declined",
            Self::Reminded { .. } => "reminded",
            Self::AddressCorrected { .. } => "address_corrected",
            Self::Withdrawn { .. } => "withdrawn",
            Self::Expired => "expired",
            Self::HeldBack { .. } => "held_back",
            Self::Concluded { .. } => "concluded",
            Self::Preserved { .. } => "preserved",
            Self::PreservationFailed { .. } => "preservation_failed",
        }
    }
}

/// An entry of a contract's history.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Event {
    /// Its id.
    pub event_id: EventId,
    /// The tenant.
    pub organization_id: OrganizationId,
    /// The contract.
    pub contract_id: ContractId,
    /// Its place in the contract's history, from 1.
    pub sequence: u64,
    /// When.
    pub at: UtcTime,
    /// Who did it.
    pub actor: Actor,
    /// What happened.
    pub what: EventKind,
}

impl Event {
    /// The bytes that are hashed: version 1 of the encoding, JSON in canonical form (RFC 8785).
    ///
    /// # Errors
    /// [`canonical::CanonicalError`] if a value has no canonical form; no event has one.
    pub fn canonical_bytes(&self) -> Result<Vec<u8>, canonical::CanonicalError> {
        #[derive(serde::Serialize)]
        struct Versioned<'a> {
            v: u8,
            #[serde(flatten)]
            event: &'a Event,
        }
        canonical::to_bytes(&Versioned { v: 1, event: self })
    }
}
