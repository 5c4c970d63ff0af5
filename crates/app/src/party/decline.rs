//! Saying no.

use akashi_domain::Reason;
use akashi_domain::authorization::Action;
use akashi_domain::contract::Command;

use crate::caller::PartyCaller;
use crate::{App, Error};

impl App {
    /// Declines with a reason; the contract ends, and everyone who was asked is told.
    ///
    /// # Errors
    /// [`Error::Refused`] if it is not the party's turn or it has acted.
    pub async fn decline_part(&self, caller: &PartyCaller, reason: Reason) -> Result<(), Error> {
        let command = Command::Decline {
            party_id: caller.party_id,
            reason,
        };
        self.change_as_party(caller, Action::ActAsParty, command)
            .await
            .map(|_| ())
    }
}
