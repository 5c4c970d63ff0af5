//! A new password for someone who forgot the old one, by mail.

use std::time::Duration;

use akashi_domain::EmailAddress;
use secrecy::SecretString;

use super::sessions::later;
use crate::caller::RequestOrigin;
use crate::link::Token;
use crate::ports::{AccountRecord, AttemptKey, MailKind, NewMail, Tenant, Ticket, TicketPurpose};
use crate::{App, Error};

const RESET_LIFETIME: Duration = Duration::from_hours(1);

/// The answer takes at least this long, so that its time does not tell whether the address is known.
const SHORTEST_ANSWER: Duration = Duration::from_millis(300);

impl App {
    /// Sends a link for a new password if the address has an account; says nothing about whether it has. At most
    /// three mails go to one account within a quarter of an hour, and only the newest link works.
    ///
    /// # Errors
    /// [`Error::Throttled`] if too many requests come from this network.
    pub async fn request_password_reset(
        &self,
        email: &EmailAddress,
        origin: &RequestOrigin,
    ) -> Result<(), Error> {
        self.admit_request(origin.address).await?;
        let answer = tokio::time::sleep(SHORTEST_ANSWER);
        let (sent, ()) = tokio::join!(self.mail_reset(email), answer);
        sent
    }

    async fn mail_reset(&self, email: &EmailAddress) -> Result<(), Error> {
        let address_hash = self.address_hash(email).await?;
        if !self.may_mail_reset(address_hash).await? {
            return Ok(());
        }
        let Some(account) = self.ports.accounts.find(address_hash).await? else {
            return Ok(());
        };
        let Some(member) = self.first_membership(account.account_id).await? else {
            return Ok(());
        };
        let now = self.now();
        let mail_id = self.new_mail_id();
        let purpose = TicketPurpose::PasswordReset {
            account_id: account.account_id,
        };
        self.ports.tickets.remove(purpose).await?;
        let ticket = Ticket {
            token_sha256: self.mail_token(mail_id).await?.sha256(),
            purpose,
            expires_at: later(now, RESET_LIFETIME),
        };
        self.ports.tickets.add(&ticket).await?;
        let mail = NewMail {
            mail_id,
            contract_id: None,
            kind: MailKind::PasswordReset {
                member_id: member.member_id,
            },
            // To where the account's address is proven to lead, whatever the profile says.
            to: self
                .opened_address(account.account_id, &account.sealed_address)
                .await?,
            language: member.language,
            job_id: self.new_job_id(),
        };
        let tenant = Tenant::authenticated(member.organization_id);
        Ok(self.ports.mails.queue(&tenant, vec![mail], now).await?)
    }

    /// Looks at a link for a new password. Has no effect.
    ///
    /// # Errors
    /// [`Error::TicketDead`]
    pub async fn look_at_reset(&self, token: &Token) -> Result<(), Error> {
        self.account_of_reset(token).await.map(drop)
    }

    /// Sets a new password by the link of a mail. All sessions of the person end; the person signs in anew.
    ///
    /// # Errors
    /// [`Error::TicketDead`], [`Error::WeakPassword`] (the link then still works).
    pub async fn reset_password(&self, token: &Token, new: &SecretString) -> Result<(), Error> {
        let account = self.account_of_reset(token).await?;
        let member = self
            .first_membership(account.account_id)
            .await?
            .ok_or(Error::TicketDead)?;
        let address = self
            .opened_address(account.account_id, &account.sealed_address)
            .await?;
        let personal = vec![member.name.to_string(), address.as_str().to_owned()];
        let password_hash = self.strong_password_hash(new, personal).await?;
        let taken = self.ports.tickets.take(token.sha256(), self.now()).await?;
        taken.ok_or(Error::TicketDead)?;
        self.ports
            .accounts
            .set_password(account.account_id, &password_hash, self.now())
            .await?;
        self.ports.sessions.end_others(account.account_id, None).await?;
        self.ports
            .attempts
            .clear(AttemptKey::Account(account.address_hash))
            .await?;
        tracing::info!(account.id = %account.account_id, "password reset");
        Ok(())
    }

    async fn account_of_reset(&self, token: &Token) -> Result<AccountRecord, Error> {
        let ticket = self.ports.tickets.find(token.sha256(), self.now()).await?;
        let Some(TicketPurpose::PasswordReset { account_id }) = ticket.map(|ticket| ticket.purpose) else {
            return Err(Error::TicketDead);
        };
        self.ports
            .accounts
            .load(account_id)
            .await?
            .ok_or(Error::TicketDead)
    }
}
