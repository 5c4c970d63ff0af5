//! Those who take part in a contract.

use crate::{EmailAddress, Label, Language, OrganizationName, PartyId, PersonName, Reason, UtcTime};

use super::{SignatureRecord, SigningAct};

/// What the sender says about a party.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct PartyDraft {
    /// Its id; kept when the sender edits the list.
    pub party_id: PartyId,
    /// The stage (順番) in which the party acts; parties of one stage act in parallel.
    pub stage: u16,
    /// The person.
    pub name: PersonName,
    /// The company or municipality for which the person acts.
    pub organization: Option<OrganizationName>,
    /// The person's post there (肩書), for example 代表取締役.
    pub job_title: Option<Label>,
    /// Where the request goes.
    pub email: EmailAddress,
    /// The language of mails and pages.
    pub language: Language,
}

/// Someone who takes part in a contract (当事者).
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Party {
    /// Its id.
    pub party_id: PartyId,
    /// The stage (順番) in which the party acts.
    pub stage: u16,
    /// The person.
    pub name: PersonName,
    /// The company or municipality for which the person acts.
    pub organization: Option<OrganizationName>,
    /// The person's post there (肩書), for example 代表取締役.
    pub job_title: Option<Label>,
    /// Where mail goes.
    pub email: EmailAddress,
    /// The language of mails and pages.
    pub language: Language,
    /// Counts the links given to this party; a link of an earlier generation opens nothing any more.
    pub link_generation: u32,
    /// The first generation that went to the present address. Who came in by an earlier one is shut out at once; who
    /// came in by this or a later one may finish, though a reminder has replaced the link meanwhile.
    pub address_generation: u32,
    /// What the party has done.
    pub state: PartyState,
}

impl Party {
    /// Gives the party a new link: the former one opens nothing any more.
    pub(crate) const fn replace_link(&mut self) {
        self.link_generation = self.link_generation.saturating_add(1);
    }

    /// Gives the party a new link and shuts out whoever came in by a former one.
    pub(crate) const fn start_afresh(&mut self) {
        self.replace_link();
        self.address_generation = self.link_generation;
    }

    /// Whether somebody who came in by a link of `generation` may go on.
    pub const fn admits(&self, generation: u32) -> bool {
        self.address_generation <= generation && generation <= self.link_generation
    }
}

impl From<PartyDraft> for Party {
    fn from(draft: PartyDraft) -> Self {
        Self {
            party_id: draft.party_id,
            stage: draft.stage,
            name: draft.name,
            organization: draft.organization,
            job_title: draft.job_title,
            email: draft.email,
            language: draft.language,
            link_generation: 0,
            address_generation: 0,
            state: PartyState::Waiting,
        }
    }
}

/// What a party has done.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PartyState {
    /// Its stage has not come.
    Waiting,
    /// Asked to act.
    Requested {
        /// When.
        requested_at: UtcTime,
        /// When the party first saw the pages.
        viewed_at: Option<UtcTime>,
    },
    /// Has agreed and confirmed; the signature is being made.
    Accepted {
        /// When the party first saw the pages.
        viewed_at: Option<UtcTime>,
        /// What the party did.
        act: Box<SigningAct>,
    },
    /// The signature stands in every document.
    Signed {
        /// When the party first saw the pages.
        viewed_at: Option<UtcTime>,
        /// What the party did.
        act: Box<SigningAct>,
        /// One per document.
        signatures: Vec<SignatureRecord>,
    },
    /// Has said no.
    Declined {
        /// When.
        declined_at: UtcTime,
        /// Why.
        reason: Reason,
    },
}

impl PartyState {
    /// The party's act, once it agreed.
    pub fn act(&self) -> Option<&SigningAct> {
        match self {
            Self::Accepted { act, .. } | Self::Signed { act, .. } => Some(act),
            Self::Waiting | Self::Requested { .. } | Self::Declined { .. } => None,
        }
    }

    /// When the party first saw the pages.
    pub const fn viewed_at(&self) -> Option<UtcTime> {
        match self {
            Self::Requested { viewed_at, .. }
            | Self::Accepted { viewed_at, .. }
            | Self::Signed { viewed_at, .. } => *viewed_at,
            Self::Waiting | Self::Declined { .. } => None,
        }
    }
}
