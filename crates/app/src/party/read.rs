//! Reading: what is asked of the party, page by page, and the record of what was shown.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use akashi_domain::authorization::Action;
use akashi_domain::contract::{Command, ShownRevision};
use akashi_domain::{
    Contract, ContractState, Document, DocumentId, FieldId, FieldValue, Organization, Party, PartyState,
};

use crate::caller::PartyCaller;
use crate::ports::{ShownPage, Tenant};
use crate::{App, Error};

/// Names the revision of every document that a page shows, so that the server knows what a browser showed.
///
/// Written as the number of segments of each document, in order: `2-2-3`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevisionToken(Vec<u32>);

impl RevisionToken {
    /// The newest revision of every document.
    pub fn newest(contract: &Contract) -> Self {
        let count = |document: &Document| u32::try_from(document.segments.len()).unwrap_or(u32::MAX);
        Self(contract.documents.iter().map(count).collect())
    }

    /// The revisions that it names in this contract; `None` if it names none.
    pub fn shown(&self, contract: &Contract) -> Option<Vec<ShownRevision>> {
        if self.0.len() != contract.documents.len() {
            return None;
        }
        contract
            .documents
            .iter()
            .zip(&self.0)
            .map(|(document, &segments)| {
                let index = usize::try_from(segments).ok()?.checked_sub(1)?;
                let sha256 = document.segments.get(index)?.revision_sha256;
                Some(ShownRevision {
                    document_id: document.document_id,
                    segments,
                    sha256,
                })
            })
            .collect()
    }
}

impl fmt::Display for RevisionToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, count) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("-")?;
            }
            write!(f, "{count}")?;
        }
        Ok(())
    }
}

impl FromStr for RevisionToken {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        if text.len() > 500 {
            return Err(Error::RevisionUnknown);
        }
        let counts: Result<Vec<u32>, _> = text.split('-').map(str::parse).collect();
        counts.map(Self).map_err(|_| Error::RevisionUnknown)
    }
}

/// Where a part stands, for the party's pages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartViewState {
    /// The party can act.
    Awaited,
    /// An earlier stage has not finished.
    NotYet,
    /// The party agreed; the signature is being made, or others are awaited.
    Done,
    /// All is concluded.
    Concluded,
    /// This party declined.
    Declined,
    /// Another party declined.
    DeclinedByOther,
    /// The sender took it back.
    Withdrawn,
    /// The deadline passed.
    Expired,
}

/// Everything that the party's pages show.
#[derive(Debug, Clone)]
pub struct PartView {
    /// The contract.
    pub contract: Contract,
    /// Its row's revision, to follow changes.
    pub revision: u64,
    /// The party.
    pub party: Party,
    /// Who asks.
    pub sender_organization: Option<Organization>,
    /// The member who sent it.
    pub sender: Option<akashi_domain::Member>,
    /// Where the part stands.
    pub state: PartViewState,
    /// What the party has filled in so far.
    pub inputs: Vec<(FieldId, FieldValue)>,
    /// The pages that were shown, as document and page from 0.
    pub shown: BTreeSet<(DocumentId, u32)>,
    /// Names the revisions on this page.
    pub token: RevisionToken,
}

impl PartView {
    /// How many pages there are in all.
    pub fn page_count(&self) -> usize {
        self.contract
            .documents
            .iter()
            .map(|document| document.pages.len())
            .sum()
    }
}

fn state_of(contract: &Contract, party: &Party) -> PartViewState {
    match &contract.state {
        ContractState::Concluded { .. } => PartViewState::Concluded,
        ContractState::Declined { by, .. } if *by == party.party_id => PartViewState::Declined,
        ContractState::Declined { .. } => PartViewState::DeclinedByOther,
        ContractState::Withdrawn { .. } => PartViewState::Withdrawn,
        ContractState::Expired { .. } => PartViewState::Expired,
        ContractState::Open { .. } if matches!(party.state, PartyState::Requested { .. }) => {
            PartViewState::Awaited
        }
        ContractState::Open { .. } | ContractState::Concluding { .. } if party.state.act().is_some() => {
            PartViewState::Done
        }
        _ => PartViewState::NotYet,
    }
}

impl App {
    /// What the party's pages show. Has no effect.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::LinkReplaced`].
    pub async fn view_part(&self, caller: &PartyCaller) -> Result<PartView, Error> {
        let stored = self.load_for_party(caller, Action::ReadAsParty).await?;
        let contract = stored.value;
        let party = contract.party(caller.party_id).ok_or(Error::NotFound)?.clone();
        let tenant: &Tenant = &caller.tenant;
        let inputs = self
            .ports
            .contracts
            .inputs(tenant, caller.contract_id, caller.party_id)
            .await?;
        let shown = self
            .ports
            .contracts
            .shown_pages(tenant, caller.contract_id, caller.party_id)
            .await?;
        Ok(PartView {
            revision: stored.revision,
            state: state_of(&contract, &party),
            sender_organization: self.ports.organizations.load(tenant).await?,
            sender: self
                .ports
                .organizations
                .member(tenant, contract.created_by)
                .await?,
            inputs,
            shown: shown
                .into_iter()
                .map(|page| (page.document_id, page.page))
                .collect(),
            token: RevisionToken::newest(&contract),
            party,
            contract,
        })
    }

    /// The revision of the contract's row alone, for pages that follow changes.
    ///
    /// # Errors
    /// [`Error::NotFound`]
    pub async fn part_revision(&self, caller: &PartyCaller) -> Result<u64, Error> {
        self.ports
            .contracts
            .revision(&caller.tenant, caller.contract_id)
            .await?
            .ok_or(Error::NotFound)
    }

    /// Records that pages were really shown to the party: the first time, this is *viewed*. Called by a POST
    /// of the shown page only. Returns how many pages have been shown in all.
    ///
    /// # Errors
    /// [`Error::RevisionUnknown`], [`Error::Refused`] if it is not the party's turn.
    pub async fn record_shown(
        &self,
        caller: &PartyCaller,
        token: &RevisionToken,
        pages: &[(DocumentId, u32)],
    ) -> Result<usize, Error> {
        let contract = self.load_for_party(caller, Action::ActAsParty).await?.value;
        let shown = token.shown(&contract).ok_or(Error::RevisionUnknown)?;
        let mut noted = Vec::new();
        for (document_id, page) in pages.iter().take(crate::LIMIT_PAGES_AT_ONCE) {
            let document = contract.document(*document_id).ok_or(Error::NotFound)?;
            let exists = usize::try_from(*page).is_ok_and(|index| index < document.pages.len());
            let revision = shown.iter().find(|revision| revision.document_id == *document_id);
            let (true, Some(revision)) = (exists, revision) else {
                return Err(Error::NotFound);
            };
            noted.push(ShownPage {
                document_id: *document_id,
                page: *page,
                revision_sha256: revision.sha256,
            });
        }
        let first_time = contract
            .party(caller.party_id)
            .is_some_and(|party| party.state.viewed_at().is_none());
        if first_time {
            self.change_as_party(
                caller,
                Action::ActAsParty,
                Command::View {
                    party_id: caller.party_id,
                },
            )
            .await?;
        }
        let store = &self.ports.contracts;
        store
            .note_shown(
                &caller.tenant,
                caller.contract_id,
                caller.party_id,
                &noted,
                self.now(),
            )
            .await?;
        let all = store
            .shown_pages(&caller.tenant, caller.contract_id, caller.party_id)
            .await?;
        Ok(distinct_pages(&all).len())
    }
}

/// Pages counted once, in whatever revision they were shown.
pub(super) fn distinct_pages(shown: &[ShownPage]) -> BTreeSet<(DocumentId, u32)> {
    shown.iter().map(|page| (page.document_id, page.page)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_come_back_and_odd_ones_are_refused() {
        let token: RevisionToken = "2-3-2".parse().unwrap();
        assert_eq!(token.to_string(), "2-3-2");
        assert!("".parse::<RevisionToken>().is_err());
        assert!("2--3".parse::<RevisionToken>().is_err());
        assert!("-1".parse::<RevisionToken>().is_err());
    }
}
