//! What can be asked of a contract, and why it may be refused.

use crate::{
    Document, DocumentId, EmailAddress, EventKind, Field, FieldId, ManagementNumber, MemberId, Message,
    OrganizationName, PartyId, Reason, Title, UtcTime,
};

use super::{
    FieldProblem, Hold, PartyDraft, PreservationTrouble, Preserved, PromisedLevel, Purpose, SegmentRef,
    SignatureRecord, SigningAct, StateKind, ValueProblem,
};

/// What the sender says about a contract.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Details {
    /// The name of the contract.
    pub title: Title,
    /// A message to the parties.
    pub message: Option<Message>,
    /// Whom the contract is with (契約相手), if the sender says it in other words than the parties' names.
    pub counterparty: Option<OrganizationName>,
    /// The sender's own number.
    pub management_number: Option<ManagementNumber>,
    /// The day that the parties agreed on as the date of the contract (契約日). Not the 締結日時.
    pub agreed_on: Option<jiff::civil::Date>,
    /// The amount in yen, if there is one.
    pub amount_yen: Option<u64>,
    /// Until when the parties can act.
    pub deadline: Option<UtcTime>,
}

/// What can be asked of a contract.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Command {
    /// The sender edits what is said about the draft.
    EditDetails {
        /// The new details.
        details: Box<Details>,
    },
    /// A PDF has been taken in.
    AddDocument {
        /// The document with its first segment.
        document: Box<Document>,
    },
    /// The active content of a PDF has been removed by the sender's choice.
    ReplaceCleaned {
        /// Which document.
        document_id: DocumentId,
        /// The rewritten file.
        segment: SegmentRef,
    },
    /// The sender removes a PDF from the draft, with the fields on it.
    RemoveDocument {
        /// Which.
        document_id: DocumentId,
    },
    /// The sender puts the PDFs into another order.
    OrderDocuments {
        /// All document ids in the new order.
        order: Vec<DocumentId>,
    },
    /// The sender sets who takes part. Fields of parties that are gone go with them.
    SetParties {
        /// The whole list.
        parties: Vec<PartyDraft>,
    },
    /// The sender sets what the parties fill.
    PlaceFields {
        /// The whole list.
        fields: Vec<Field>,
    },
    /// The sender sends the contract.
    Send {
        /// Who.
        by: MemberId,
        /// Whether mail leaves this machine.
        purpose: Purpose,
    },
    /// The sender takes back a contract that nobody has seen yet, to change it.
    CancelSending,
    /// The worker has written the sent revision.
    SentRevisionReady {
        /// The new segment of each document that got one.
        segments: Vec<(DocumentId, SegmentRef)>,
    },
    /// A party saw the pages.
    View {
        /// Who.
        party_id: PartyId,
    },
    /// A party agrees and confirms.
    Accept {
        /// Who.
        party_id: PartyId,
        /// What the party did.
        act: Box<SigningAct>,
    },
    /// A party says no.
    Decline {
        /// Who.
        party_id: PartyId,
        /// Why.
        reason: Reason,
    },
    /// The worker has made a party's signatures.
    SignaturesStand {
        /// Whose.
        party_id: PartyId,
        /// One per document.
        signatures: Vec<SignatureRecord>,
        /// The new segment of each document.
        segments: Vec<(DocumentId, SegmentRef)>,
    },
    /// The sender reminds a party.
    Remind {
        /// Whom.
        party_id: PartyId,
    },
    /// The sender corrects a party's address; the old link dies.
    CorrectAddress {
        /// Whose.
        party_id: PartyId,
        /// The right address.
        email: EmailAddress,
    },
    /// The sender takes the contract back.
    Withdraw {
        /// Who.
        by: MemberId,
        /// Why, as the parties read it.
        reason: Reason,
    },
    /// The deadline has passed.
    Expire,
    /// The worker cannot go on at the moment.
    HoldBack {
        /// Why, and when it tries again.
        hold: Hold,
    },
    /// A mail server took or refused a mail; only these two events are taken.
    RecordMail {
        /// What happened.
        event: EventKind,
    },
    /// Every signature stands, was found valid, and the evidence sheet is stored.
    Conclude {
        /// The time of the last time-stamp.
        concluded_at: UtcTime,
        /// The segment of each document that raised it to its promised level.
        segments: Vec<(DocumentId, SegmentRef)>,
        /// The level reached, and the evidence sheet.
        preserved: Box<Preserved>,
    },
    /// A concluded contract was raised to a higher level, or its archive time-stamps were renewed.
    Preserve {
        /// The new segment of each document.
        segments: Vec<(DocumentId, SegmentRef)>,
        /// What was reached, and the evidence sheet.
        preserved: Box<Preserved>,
    },
    /// A concluded contract could not be raised or renewed.
    ReportPreservationTrouble {
        /// Why, and when it is tried again.
        trouble: Box<PreservationTrouble>,
    },
}

/// Why a command is refused. Nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The contract is past that, or not yet there.
    #[error("this is not possible while the contract is {}", .state.as_str())]
    WrongState {
        /// Where the contract stands.
        state: StateKind,
    },
    /// No such party.
    #[error("the party is not part of the contract")]
    UnknownParty,
    /// No such document.
    #[error("the document is not part of the contract")]
    UnknownDocument,
    /// The party's turn has not come.
    #[error("it is not this party's turn")]
    NotAwaited,
    /// The party has already acted.
    #[error("this party has already acted")]
    AlreadyActed,
    /// The party has not seen the pages.
    #[error("the pages have not been shown to this party")]
    NotViewed,
    /// What the party was shown is not a revision of this contract.
    #[error("the party was not shown every document of this contract")]
    ShownMismatch,
    /// The deadline has passed, or a new one lies in the past.
    #[error("the deadline has passed")]
    DeadlinePassed,
    /// The deadline has not come.
    #[error("the deadline has not passed")]
    DeadlineNotPassed,
    /// The contract has no document.
    #[error("the contract has no document")]
    NoDocument,
    /// The contract has no party.
    #[error("the contract has no party")]
    NoParty,
    /// A document still carries active content; it must be removed, or the document left out.
    #[error("a document carries active content")]
    ActiveContent {
        /// Which document.
        document_id: DocumentId,
    },
    /// More documents, parties or fields than one contract takes.
    #[error("more than {max} {what}")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How many are allowed.
        max: usize,
    },
    /// Two parties have the same id.
    #[error("two parties have the same id")]
    DuplicateParty,
    /// A field cannot stand where it is.
    #[error("a field cannot stand where it is")]
    Field {
        /// Which.
        field_id: FieldId,
        /// Why.
        #[source]
        problem: FieldProblem,
    },
    /// A PDF that is already signed has too few empty signature fields for the parties.
    #[error("the signed document has {available} empty signature fields for {needed} parties")]
    TooFewSignatureFields {
        /// Which document.
        document_id: DocumentId,
        /// Parties.
        needed: usize,
        /// Empty signature fields.
        available: usize,
    },
    /// A value does not fit its field.
    #[error("a value does not fit its field")]
    Value {
        /// Which field.
        field_id: FieldId,
        /// Why.
        #[source]
        problem: ValueProblem,
    },
    /// The worker's result does not belong to the documents of this contract.
    #[error("the result names other documents than the contract has")]
    ResultMismatch,
    /// Signatures are still missing.
    #[error("signatures are still missing")]
    NotAllSigned,
    /// The files have not reached the level that was promised, or are on a lower one than before.
    #[error("the files are not at level {}", .needed.as_str())]
    LevelNotReached {
        /// The level that is needed.
        needed: PromisedLevel,
    },
}
