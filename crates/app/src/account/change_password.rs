//! Changing one's own password.

use secrecy::SecretString;

use crate::caller::{MemberCaller, RequestOrigin};
use crate::ports::{AccountRecord, TicketPurpose};
use crate::{App, Error};

impl App {
    /// Sets a new password after the old one was given again; every other session of the person ends, and links
    /// to a reset die.
    ///
    /// # Errors
    /// [`Error::Credentials`] if the old password is wrong, [`Error::Throttled`], [`Error::WeakPassword`].
    pub async fn change_password(
        &self,
        caller: &MemberCaller,
        current: &SecretString,
        new: &SecretString,
        origin: &RequestOrigin,
    ) -> Result<(), Error> {
        let account = self
            .ports
            .accounts
            .load(caller.account_id)
            .await?
            .ok_or(Error::NotSignedIn)?;
        let attempt = self.admit(account.address_hash, origin.address).await?;
        if !self.password_fits(current, Some(&account.password_hash)).await? {
            return Err(self.attempt_failed(attempt).await?);
        }
        self.attempt_succeeded(attempt).await?;
        let personal = vec![caller.member.name.to_string()];
        self.set_password(&account, new, personal).await?;
        self.ports
            .sessions
            .end_others(caller.account_id, Some(caller.session_id))
            .await?;
        tracing::info!(account.id = %caller.account_id, "password changed");
        Ok(())
    }

    /// Checks and sets a new password. Links to a reset die.
    pub(super) async fn set_password(
        &self,
        account: &AccountRecord,
        new: &SecretString,
        mut personal: Vec<String>,
    ) -> Result<(), Error> {
        let address = self
            .opened_address(account.account_id, &account.sealed_address)
            .await?;
        personal.push(address.as_str().to_owned());
        let password_hash = self.strong_password_hash(new, personal).await?;
        self.ports
            .accounts
            .set_password(account.account_id, &password_hash, self.now())
            .await?;
        let resets = TicketPurpose::PasswordReset {
            account_id: account.account_id,
        };
        Ok(self.ports.tickets.remove(resets).await?)
    }
}
