//! Becoming a member by the link of an invitation.

use akashi_domain::{EmailAddress, Language, Member, MemberState, PersonName};
use secrecy::SecretString;

use super::sessions::SignedIn;
use crate::caller::RequestOrigin;
use crate::error::TextPlace;
use crate::link::Token;
use crate::ports::{AccountRecord, InvitationRow, Tenant, TicketPurpose};
use crate::{App, Error};

/// What the page of an invitation shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationTarget {
    /// The organization that invites.
    pub organization: String,
    /// Who is invited.
    pub email: EmailAddress,
    /// In which language.
    pub language: Language,
    /// The address already belongs to someone who signs in here: the page asks for that password instead of a
    /// new one.
    pub has_account: bool,
}

/// What an invited person types.
#[derive(Debug, Clone)]
pub struct NewMember {
    /// The name shown to counterparts.
    pub name: PersonName,
    /// A new password, or the present one of a person who signs in here already.
    pub password: SecretString,
    /// The language of pages and mails.
    pub language: Language,
}

impl App {
    /// Looks at the link of an invitation. Has no effect.
    ///
    /// # Errors
    /// [`Error::TicketDead`]
    pub async fn look_at_invitation(&self, token: &Token) -> Result<InvitationTarget, Error> {
        let (tenant, invitation) = self.invitation_of(token).await?;
        let organization = self
            .ports
            .organizations
            .load(&tenant)
            .await?
            .ok_or(Error::TicketDead)?;
        Ok(InvitationTarget {
            organization: organization.name.to_string(),
            language: invitation.language,
            has_account: self.account_in_use(&invitation.email).await?.is_some(),
            email: invitation.email,
        })
    }

    /// Makes the invited person a member and signs them in. The link is used up as soon as everything that was
    /// typed is found good.
    ///
    /// # Errors
    /// [`Error::TicketDead`]; [`Error::WeakPassword`] for a new password; [`Error::Credentials`] and
    /// [`Error::Throttled`] where the address already has an account; [`Error::AddressTaken`] if it is already a
    /// member here; [`Error::MissingCharacters`] for a name that cannot be printed.
    pub async fn accept_invitation(
        &self,
        token: &Token,
        new: NewMember,
        origin: &RequestOrigin,
    ) -> Result<SignedIn, Error> {
        let (tenant, invitation) = self.invitation_of(token).await?;
        self.check_drawable(new.name.as_str(), TextPlace::Sender)?;
        let account = if let Some(account) = self.account_in_use(&invitation.email).await? {
            self.prove_password(&account, &new.password, origin).await?;
            self.use_up(token).await?;
            account
        } else {
            let personal = vec![new.name.to_string(), invitation.email.as_str().to_owned()];
            let password_hash = self.strong_password_hash(&new.password, personal).await?;
            self.use_up(token).await?;
            self.account_for(&invitation.email, password_hash).await?
        };
        let member = Member {
            member_id: self.new_member_id(),
            organization_id: tenant.organization_id(),
            account_id: account.account_id,
            name: new.name,
            email: invitation.email,
            language: new.language,
            role: invitation.role,
            state: MemberState::Active,
            joined_at: self.now(),
        };
        let added = self.ports.organizations.add_member(&tenant, &member).await?;
        self.ports
            .organizations
            .remove_invitation(&tenant, invitation.invitation_id)
            .await?;
        if !added {
            return Err(Error::AddressTaken);
        }
        tracing::info!(account.id = %account.account_id, member.id = %member.member_id, "invitation accepted");
        self.begin_session(account.account_id, member, origin).await
    }

    async fn invitation_of(&self, token: &Token) -> Result<(Tenant, InvitationRow), Error> {
        let ticket = self.ports.tickets.find(token.sha256(), self.now()).await?;
        let Some(TicketPurpose::Invitation {
            organization_id,
            invitation_id,
        }) = ticket.map(|ticket| ticket.purpose)
        else {
            return Err(Error::TicketDead);
        };
        let tenant = Tenant::authenticated(organization_id);
        let invitation = self.invitation_row(&tenant, invitation_id).await?;
        let invitation = invitation.filter(|invitation| self.now() < invitation.expires_at);
        Ok((tenant, invitation.ok_or(Error::TicketDead)?))
    }

    /// The account of an address, if it belongs to an organization.
    async fn account_in_use(&self, email: &EmailAddress) -> Result<Option<AccountRecord>, Error> {
        let Some(account) = self.ports.accounts.find(self.address_hash(email).await?).await? else {
            return Ok(None);
        };
        let is_used = !self
            .ports
            .accounts
            .memberships(account.account_id)
            .await?
            .is_empty();
        Ok(is_used.then_some(account))
    }

    async fn prove_password(
        &self,
        account: &AccountRecord,
        password: &SecretString,
        origin: &RequestOrigin,
    ) -> Result<(), Error> {
        let attempt = self.admit(account.address_hash, origin.address).await?;
        if !self.password_fits(password, Some(&account.password_hash)).await? {
            return Err(self.attempt_failed(attempt).await?);
        }
        self.attempt_succeeded(attempt).await
    }

    async fn use_up(&self, token: &Token) -> Result<(), Error> {
        let taken = self.ports.tickets.take(token.sha256(), self.now()).await?;
        taken.map(drop).ok_or(Error::TicketDead)
    }
}
