//! Sending, and taking a sending back before anyone saw it.

use akashi_domain::ContractId;
use akashi_domain::authorization::Action;
use akashi_domain::contract::{Command, Contract, Purpose};

use crate::caller::MemberCaller;
use crate::ports::{MailMode, Stored};
use crate::{App, Error};

impl App {
    /// Sends a contract: the worker writes the sent revision, then the first stage is asked.
    ///
    /// # Errors
    /// [`Error::Refused`] names what is missing.
    pub async fn send_contract(
        &self,
        caller: &MemberCaller,
        contract_id: ContractId,
    ) -> Result<Stored<Contract>, Error> {
        let by = caller.member.member_id;
        let command = Command::Send {
            by,
            purpose: self.purpose(),
        };
        self.change_as_member(caller, Action::PrepareContract, contract_id, command)
            .await
    }

    /// Takes a contract back to draft while the sent revision is still being written.
    ///
    /// # Errors
    /// [`Error::Refused`] once the first request has gone out.
    pub async fn cancel_sending(
        &self,
        caller: &MemberCaller,
        contract_id: ContractId,
    ) -> Result<Stored<Contract>, Error> {
        self.change_as_member(
            caller,
            Action::PrepareContract,
            contract_id,
            Command::CancelSending,
        )
        .await
    }

    /// The address from which mail is sent; empty in trial mode.
    pub fn mail_from(&self) -> String {
        match self.ports.mailer.mode() {
            MailMode::Smtp { from } => from.to_string(),
            MailMode::Trial => String::new(),
        }
    }

    /// What a contract sent now is good for.
    pub fn purpose(&self) -> Purpose {
        match self.ports.mailer.mode() {
            MailMode::Smtp { .. } => Purpose::Production,
            MailMode::Trial => Purpose::Trial,
        }
    }
}
