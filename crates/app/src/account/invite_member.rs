//! Inviting people into the organization.

use std::time::Duration;

use akashi_domain::authorization::Action;
use akashi_domain::{EmailAddress, InvitationId, Language, MemberState, Role};

use super::sessions::later;
use crate::caller::MemberCaller;
use crate::ports::{InvitationRow, MailKind, NewMail, Ticket, TicketPurpose};
use crate::{App, Error};

const INVITATION_LIFETIME: Duration = Duration::from_hours(7 * 24);

/// Who is invited.
#[derive(Debug, Clone)]
pub struct Invitee {
    /// To where the invitation goes.
    pub email: EmailAddress,
    /// As what.
    pub role: Role,
    /// In which language the mail is written.
    pub language: Language,
}

impl App {
    /// Invites someone by mail. An older invitation to the same address is replaced.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::AddressTaken`] if the address is an active member's.
    pub async fn invite_member(
        &self,
        caller: &MemberCaller,
        invitee: Invitee,
    ) -> Result<InvitationId, Error> {
        caller.authorize_organization(Action::ManageMembers)?;
        let members = self.ports.organizations.members(&caller.tenant).await?;
        let is_here = |email: &EmailAddress| email.account_key() == invitee.email.account_key();
        if members
            .iter()
            .any(|member| member.state == MemberState::Active && is_here(&member.email))
        {
            return Err(Error::AddressTaken);
        }
        let now = self.now();
        let invitation = InvitationRow {
            invitation_id: self.new_invitation_id(),
            email: invitee.email,
            role: invitee.role,
            language: invitee.language,
            invited_by: caller.member.member_id,
            invited_at: now,
            expires_at: later(now, INVITATION_LIFETIME),
        };
        self.send_invitation(caller, &invitation).await?;
        Ok(invitation.invitation_id)
    }

    /// Sends an invitation anew; the old link dies, and the time begins anew.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`].
    pub async fn resend_invitation(
        &self,
        caller: &MemberCaller,
        invitation_id: InvitationId,
    ) -> Result<(), Error> {
        caller.authorize_organization(Action::ManageMembers)?;
        let invitation = self
            .invitation_row(&caller.tenant, invitation_id)
            .await?
            .ok_or(Error::NotFound)?;
        let now = self.now();
        let again = InvitationRow {
            invited_by: caller.member.member_id,
            invited_at: now,
            expires_at: later(now, INVITATION_LIFETIME),
            ..invitation
        };
        self.send_invitation(caller, &again).await
    }

    /// Takes an invitation back; its link dies.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`].
    pub async fn revoke_invitation(
        &self,
        caller: &MemberCaller,
        invitation_id: InvitationId,
    ) -> Result<(), Error> {
        caller.authorize_organization(Action::ManageMembers)?;
        let removed = self
            .ports
            .organizations
            .remove_invitation(&caller.tenant, invitation_id)
            .await?;
        let organization_id = caller.tenant.organization_id();
        self.ports
            .tickets
            .remove(TicketPurpose::Invitation {
                organization_id,
                invitation_id,
            })
            .await?;
        if removed { Ok(()) } else { Err(Error::NotFound) }
    }

    /// Stores the invitation, then its ticket, then the mail. What a crash cuts off shows as an invitation
    /// without a mail, and is sent anew by its sender.
    async fn send_invitation(&self, caller: &MemberCaller, invitation: &InvitationRow) -> Result<(), Error> {
        self.ports
            .organizations
            .add_invitation(&caller.tenant, invitation)
            .await?;
        let mail_id = self.new_mail_id();
        let purpose = TicketPurpose::Invitation {
            organization_id: caller.tenant.organization_id(),
            invitation_id: invitation.invitation_id,
        };
        self.ports.tickets.remove(purpose).await?;
        let ticket = Ticket {
            token_sha256: self.mail_token(mail_id).await?.sha256(),
            purpose,
            expires_at: invitation.expires_at,
        };
        self.ports.tickets.add(&ticket).await?;
        let mail = NewMail {
            mail_id,
            contract_id: None,
            kind: MailKind::Invitation {
                invitation_id: invitation.invitation_id,
            },
            to: invitation.email.clone(),
            language: invitation.language,
            job_id: self.new_job_id(),
        };
        Ok(self
            .ports
            .mails
            .queue(&caller.tenant, vec![mail], invitation.invited_at)
            .await?)
    }
}
