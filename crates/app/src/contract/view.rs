//! One contract, whole: where it stands, what may be done now, and why not.

use akashi_domain::authorization::Action;
use akashi_domain::contract::Refusal;
use akashi_domain::{Contract, ContractId, ContractState, Member, PartyState};

use crate::caller::MemberCaller;
use crate::ports::{Job, MailDelivery, MailRow, RecordedEvent};
use crate::{App, Error};

/// What a member can do to a sent contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ContractAction {
    /// Remind those who are asked.
    Remind,
    /// Correct an address.
    CorrectAddress,
    /// Take it back.
    Withdraw,
    /// Download the result.
    Download,
}

/// Whether an action is possible now; if not, why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Availability {
    /// It is.
    Now,
    /// The life cycle does not allow it.
    Refused(Refusal),
    /// This member may not.
    NotPermitted,
}

/// Everything that the page of a contract shows.
#[derive(Debug, Clone)]
pub struct ContractView {
    /// The contract.
    pub contract: Contract,
    /// Its row's revision, to follow changes.
    pub revision: u64,
    /// The member who made it.
    pub creator: Option<Member>,
    /// The history, in order.
    pub events: Vec<RecordedEvent>,
    /// The mails, in the order of their making.
    pub mails: Vec<MailRow>,
    /// Unfinished work.
    pub jobs: Vec<Job>,
    /// What may be done.
    pub actions: Vec<(ContractAction, Availability)>,
}

/// Whether a draft is ready, for the last step before sending.
#[derive(Debug, Clone)]
pub struct SendCheck {
    /// The contract.
    pub contract: Contract,
    /// Its row's revision.
    pub revision: u64,
    /// What is missing; `None` if it can be sent.
    pub refusal: Option<Refusal>,
}

impl ContractView {
    /// Whether the newest mail to a party was refused, with the server's answer.
    pub fn refused_mail(&self, party_id: akashi_domain::PartyId) -> Option<&str> {
        let newest = self
            .mails
            .iter()
            .rev()
            .find(|mail| mail.kind.party_id() == Some(party_id))?;
        match &newest.delivery {
            MailDelivery::Refused { response, .. } => Some(response),
            _ => None,
        }
    }
}

impl App {
    /// A draft, for the pages on which it is prepared.
    ///
    /// # Errors
    /// [`Error::NotFound`]
    pub async fn view_draft(
        &self,
        caller: &MemberCaller,
        contract_id: ContractId,
    ) -> Result<SendCheck, Error> {
        let stored = self
            .load_for_member(caller, Action::PrepareContract, contract_id)
            .await?;
        let refusal = match stored.value.state {
            ContractState::Draft => stored.value.check_ready_to_send(self.now()).err(),
            _ => Some(Refusal::WrongState {
                state: stored.value.state.kind(),
            }),
        };
        Ok(SendCheck {
            contract: stored.value,
            revision: stored.revision,
            refusal,
        })
    }

    /// One contract, whole.
    ///
    /// # Errors
    /// [`Error::NotFound`]
    pub async fn view_contract(
        &self,
        caller: &MemberCaller,
        contract_id: ContractId,
    ) -> Result<ContractView, Error> {
        let stored = self
            .load_for_member(caller, Action::ReadContract, contract_id)
            .await?;
        let contract = stored.value;
        let store = &self.ports.contracts;
        Ok(ContractView {
            revision: stored.revision,
            creator: self
                .ports
                .organizations
                .member(&caller.tenant, contract.created_by)
                .await?,
            events: store.events(&caller.tenant, contract_id).await?,
            mails: store.mails(&caller.tenant, contract_id).await?,
            jobs: store.jobs(&caller.tenant, contract_id).await?,
            actions: actions(caller, &contract),
            contract,
        })
    }

    /// The revision alone, for pages that follow changes.
    ///
    /// # Errors
    /// [`Error::NotFound`]
    pub async fn contract_revision(
        &self,
        caller: &MemberCaller,
        contract_id: ContractId,
    ) -> Result<u64, Error> {
        self.ports
            .contracts
            .revision(&caller.tenant, contract_id)
            .await?
            .ok_or(Error::NotFound)
    }
}

fn actions(caller: &MemberCaller, contract: &Contract) -> Vec<(ContractAction, Availability)> {
    let steer = |possible: bool, otherwise: Refusal| {
        if !caller.may(Action::SteerContract, contract) {
            Availability::NotPermitted
        } else if possible {
            Availability::Now
        } else {
            Availability::Refused(otherwise)
        }
    };
    let wrong_state = || Refusal::WrongState {
        state: contract.state.kind(),
    };
    let is_open = matches!(contract.state, ContractState::Open { .. });
    let someone_awaited = !contract.awaited().is_empty();
    let correctable = is_open
        && contract
            .parties
            .iter()
            .any(|party| matches!(party.state, PartyState::Waiting | PartyState::Requested { .. }));
    let concluded = matches!(contract.state, ContractState::Concluded { .. });
    let download = if concluded {
        Availability::Now
    } else {
        Availability::Refused(wrong_state())
    };
    vec![
        (
            ContractAction::Remind,
            steer(is_open && someone_awaited, wrong_state()),
        ),
        (ContractAction::CorrectAddress, steer(correctable, wrong_state())),
        (ContractAction::Withdraw, steer(is_open, wrong_state())),
        (ContractAction::Download, download),
    ]
}
