//! The first organization and its administrator, behind a one-time link that is printed at start.

use std::time::Duration;

use akashi_domain::{
    EmailAddress, Language, Member, MemberState, Organization, OrganizationName, PersonName, Role,
};
use secrecy::SecretString;

use super::sessions::{SignedIn, later};
use crate::caller::RequestOrigin;
use crate::error::TextPlace;
use crate::link::Token;
use crate::ports::{AccountRecord, Ticket, TicketPurpose};
use crate::{App, Error};

/// How long the link works; every start prints a new one.
const SETUP_LIFETIME: Duration = Duration::from_hours(7 * 24);

/// What the set-up page asks for.
#[derive(Debug, Clone)]
pub struct FirstOrganization {
    /// The organization's name as counterparts read it.
    pub organization: OrganizationName,
    /// The administrator's name.
    pub name: PersonName,
    /// The administrator's address.
    pub email: EmailAddress,
    /// The administrator's password.
    pub password: SecretString,
    /// The administrator's language.
    pub language: Language,
}

impl App {
    /// Makes a fresh link to the set-up page, in place of any older one, and returns it. `None` once there is an
    /// organization.
    ///
    /// # Errors
    /// [`Error::Unavailable`]
    pub async fn open_setup(&self) -> Result<Option<String>, Error> {
        if self.ports.organizations.count().await? > 0 {
            return Ok(None);
        }
        let token = Token::from_bytes(self.random());
        self.ports.tickets.remove(TicketPurpose::Setup).await?;
        let ticket = Ticket {
            token_sha256: token.sha256(),
            purpose: TicketPurpose::Setup,
            expires_at: later(self.now(), SETUP_LIFETIME),
        };
        self.ports.tickets.add(&ticket).await?;
        Ok(Some(format!(
            "{}/setup/{}",
            self.settings.base_url(),
            token.expose()
        )))
    }

    /// Looks at a set-up link. Has no effect.
    ///
    /// # Errors
    /// [`Error::TicketDead`] if it is unknown, used or over, or there is an organization.
    pub async fn look_at_setup(&self, token: &Token) -> Result<(), Error> {
        let ticket = self.ports.tickets.find(token.sha256(), self.now()).await?;
        let is_setup = ticket.is_some_and(|ticket| ticket.purpose == TicketPurpose::Setup);
        if !is_setup || self.ports.organizations.count().await? > 0 {
            return Err(Error::TicketDead);
        }
        Ok(())
    }

    /// Makes the first organization with its administrator, and signs the administrator in. The link is used up
    /// as soon as everything that was typed is found good; a second use finds it dead.
    ///
    /// # Errors
    /// [`Error::TicketDead`], [`Error::WeakPassword`], [`Error::MissingCharacters`].
    pub async fn set_up(
        &self,
        token: &Token,
        first: FirstOrganization,
        origin: &RequestOrigin,
    ) -> Result<SignedIn, Error> {
        self.look_at_setup(token).await?;
        self.check_drawable(first.organization.as_str(), TextPlace::Sender)?;
        self.check_drawable(first.name.as_str(), TextPlace::Sender)?;
        let personal = vec![
            first.organization.to_string(),
            first.name.to_string(),
            first.email.as_str().to_owned(),
        ];
        let password_hash = self.strong_password_hash(&first.password, personal).await?;
        let taken = self.ports.tickets.take(token.sha256(), self.now()).await?;
        taken.ok_or(Error::TicketDead)?;

        let now = self.now();
        let account = self.account_for(&first.email, password_hash).await?;
        let organization = Organization {
            organization_id: self.new_organization_id(),
            name: first.organization,
            created_at: now,
        };
        let member = Member {
            member_id: self.new_member_id(),
            organization_id: organization.organization_id,
            account_id: account.account_id,
            name: first.name,
            email: first.email,
            language: first.language,
            role: Role::Administrator,
            state: MemberState::Active,
            joined_at: now,
        };
        self.ports.organizations.add(&organization, &member).await?;
        tracing::info!(organization.id = %organization.organization_id, "first organization made");
        self.begin_session(account.account_id, member, origin).await
    }

    /// The account of an address with this password: a new one, or one that belongs to no organization — made
    /// before a crash, or of a member who was removed everywhere. Whoever calls has proven the address, or owns the
    /// whole installation.
    ///
    /// # Errors
    /// [`Error::AddressTaken`] if the account belongs to an organization.
    pub(super) async fn account_for(
        &self,
        email: &EmailAddress,
        password_hash: String,
    ) -> Result<AccountRecord, Error> {
        let now = self.now();
        let account_id = self.new_account_id();
        let account = AccountRecord {
            account_id,
            address_hash: self.address_hash(email).await?,
            sealed_address: self.sealed_address(account_id, email).await?,
            password_hash,
            created_at: now,
            password_set_at: now,
        };
        if self.ports.accounts.add(&account).await? {
            return Ok(account);
        }
        let existing = self
            .ports
            .accounts
            .find(account.address_hash)
            .await?
            .ok_or(Error::Conflict)?;
        if !self
            .ports
            .accounts
            .memberships(existing.account_id)
            .await?
            .is_empty()
        {
            return Err(Error::AddressTaken);
        }
        self.ports
            .accounts
            .set_password(existing.account_id, &account.password_hash, now)
            .await?;
        self.ports.sessions.end_others(existing.account_id, None).await?;
        Ok(AccountRecord {
            password_hash: account.password_hash,
            password_set_at: now,
            ..existing
        })
    }
}
