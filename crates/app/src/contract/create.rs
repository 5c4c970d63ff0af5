//! Making and dropping drafts.

use akashi_domain::authorization::Action;
use akashi_domain::contract::Contract;
use akashi_domain::{Actor, ContractId, StateKind, Title};

use crate::caller::MemberCaller;
use crate::error::TextPlace;
use crate::ports::Stored;
use crate::{App, Error};

impl App {
    /// Makes a draft.
    ///
    /// # Errors
    /// [`Error::MissingCharacters`] for a title that cannot be printed.
    pub async fn create_draft(&self, caller: &MemberCaller, title: Title) -> Result<Stored<Contract>, Error> {
        caller.authorize_organization(Action::CreateContract)?;
        self.check_drawable(title.as_str(), TextPlace::Title)?;
        let contract = Contract::draft(
            self.new_contract_id(),
            caller.tenant.organization_id(),
            title,
            caller.member.member_id,
            self.settings.promised_level,
            self.now(),
        );
        self.insert(&caller.tenant, Actor::Member(caller.member.member_id), contract)
            .await
    }

    /// Deletes a draft for good. Its stored files are removed by the sweeper.
    ///
    /// # Errors
    /// [`Error::Refused`] once it was sent, [`Error::Conflict`] if it changed meanwhile.
    pub async fn delete_draft(&self, caller: &MemberCaller, contract_id: ContractId) -> Result<(), Error> {
        let stored = self
            .load_for_member(caller, Action::PrepareContract, contract_id)
            .await?;
        let state = stored.value.state.kind();
        if state != StateKind::Draft {
            return Err(akashi_domain::contract::Refusal::WrongState { state }.into());
        }
        let deleted = self
            .ports
            .contracts
            .delete_draft(&caller.tenant, contract_id, stored.revision)
            .await?;
        if deleted { Ok(()) } else { Err(Error::Conflict) }
    }
}
