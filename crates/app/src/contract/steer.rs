//! Steering an open contract: remind, correct an address, withdraw.

use akashi_domain::authorization::Action;
use akashi_domain::contract::{Command, Contract};
use akashi_domain::{ContractId, EmailAddress, PartyId, Reason};

use crate::caller::MemberCaller;
use crate::ports::Stored;
use crate::{App, Error};

impl App {
    /// Reminds a party that has not acted.
    ///
    /// # Errors
    /// [`Error::Refused`] if it is not the party's turn or it has acted.
    pub async fn remind_party(
        &self,
        caller: &MemberCaller,
        contract_id: ContractId,
        party_id: PartyId,
    ) -> Result<Stored<Contract>, Error> {
        self.change_as_member(
            caller,
            Action::SteerContract,
            contract_id,
            Command::Remind { party_id },
        )
        .await
    }

    /// Corrects a party's address: the old link dies, a new request goes to the new address, and what the
    /// wrong person filled in is forgotten.
    ///
    /// # Errors
    /// [`Error::Refused`] once the party has acted.
    pub async fn correct_address(
        &self,
        caller: &MemberCaller,
        contract_id: ContractId,
        party_id: PartyId,
        email: EmailAddress,
    ) -> Result<Stored<Contract>, Error> {
        let command = Command::CorrectAddress { party_id, email };
        let stored = self
            .change_as_member(caller, Action::SteerContract, contract_id, command)
            .await?;
        self.ports
            .contracts
            .forget_progress(&caller.tenant, contract_id, party_id)
            .await?;
        Ok(stored)
    }

    /// Tries waiting work of a contract now instead of at the next interval.
    ///
    /// # Errors
    /// [`Error::NotFound`], [`Error::Unavailable`]
    pub async fn try_now(&self, caller: &MemberCaller, contract_id: ContractId) -> Result<(), Error> {
        self.load_for_member(caller, Action::SteerContract, contract_id)
            .await?;
        let organization_id = caller.tenant.organization_id();
        for job in self.ports.contracts.jobs(&caller.tenant, contract_id).await? {
            self.ports
                .jobs
                .hasten(organization_id, job.job_id, self.now())
                .await?;
        }
        Ok(())
    }

    /// Takes a contract back; every party that was asked is told why.
    ///
    /// # Errors
    /// [`Error::Refused`] once every act has been accepted.
    pub async fn withdraw_contract(
        &self,
        caller: &MemberCaller,
        contract_id: ContractId,
        reason: Reason,
    ) -> Result<Stored<Contract>, Error> {
        let by = caller.member.member_id;
        let command = Command::Withdraw { by, reason };
        self.change_as_member(caller, Action::SteerContract, contract_id, command)
            .await
    }
}
