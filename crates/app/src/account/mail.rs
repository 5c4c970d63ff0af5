//! Mails about accounts, and the tokens in them.
//!
//! A token is HMAC-SHA-256(link key, mail id): made when the mail is queued, to store its hash with the ticket,
//! and again when the mail is delivered. It is never stored itself. A newer mail has another id, hence another
//! token, and the older ticket is removed.

use akashi_domain::{InvitationId, MailId, MemberId, MemberState, Organization};
use aws_lc_rs::hmac;
use secrecy::{ExposeSecret as _, SecretString};

use crate::link::Token;
use crate::ports::{
    DerivedKey, InvitationRow, KeyPurpose, MailContent, MailKind, MailRow, Tenant, Ticket, TicketPurpose,
};
use crate::{App, Error};

impl App {
    /// What a mail about an account says. `None` if its matter is over: the invitation was revoked or accepted,
    /// the link used, replaced or expired.
    pub(crate) async fn account_mail(
        &self,
        tenant: &Tenant,
        mail: &MailRow,
        organization: &Organization,
    ) -> Result<Option<MailContent>, Error> {
        if let MailKind::PreservationAlarm { member_id } = mail.kind {
            return self.preservation_alarm(tenant, member_id, organization).await;
        }
        let token = self.mail_token(mail.mail_id).await?;
        let Some(ticket) = self.ports.tickets.find(token.sha256(), self.now()).await? else {
            return Ok(None);
        };
        match mail.kind {
            MailKind::Invitation { invitation_id } => {
                self.invitation_content(tenant, invitation_id, &ticket, &token, organization)
                    .await
            }
            MailKind::PasswordReset { member_id } => {
                self.reset_content(tenant, member_id, &ticket, &token).await
            }
            _ => Ok(None),
        }
    }

    /// The token that a mail carries.
    pub(super) async fn mail_token(&self, mail_id: MailId) -> Result<Token, Error> {
        let key = self.ports.keys.derive(KeyPurpose::Link).await?;
        Ok(mail_token(&key, mail_id))
    }

    /// An open invitation.
    pub(super) async fn invitation_row(
        &self,
        tenant: &Tenant,
        invitation_id: InvitationId,
    ) -> Result<Option<InvitationRow>, Error> {
        let open = self.ports.organizations.invitations(tenant).await?;
        Ok(open
            .into_iter()
            .find(|invitation| invitation.invitation_id == invitation_id))
    }

    async fn invitation_content(
        &self,
        tenant: &Tenant,
        invitation_id: InvitationId,
        ticket: &Ticket,
        token: &Token,
        organization: &Organization,
    ) -> Result<Option<MailContent>, Error> {
        let purpose = TicketPurpose::Invitation {
            organization_id: tenant.organization_id(),
            invitation_id,
        };
        let Some(invitation) = self.invitation_row(tenant, invitation_id).await? else {
            return Ok(None);
        };
        let inviter = self
            .ports
            .organizations
            .member(tenant, invitation.invited_by)
            .await?;
        let Some(inviter) = inviter.filter(|_| ticket.purpose == purpose) else {
            return Ok(None);
        };
        Ok(Some(MailContent::Invitation {
            invited_by: inviter.name.to_string(),
            organization: organization.name.to_string(),
            link: self.account_link("invitations", token),
            link_expires_at: ticket.expires_at,
        }))
    }

    async fn reset_content(
        &self,
        tenant: &Tenant,
        member_id: MemberId,
        ticket: &Ticket,
        token: &Token,
    ) -> Result<Option<MailContent>, Error> {
        let member = self.ports.organizations.member(tenant, member_id).await?;
        let Some(member) = member.filter(|member| {
            let purpose = TicketPurpose::PasswordReset {
                account_id: member.account_id,
            };
            member.state == MemberState::Active && ticket.purpose == purpose
        }) else {
            return Ok(None);
        };
        Ok(Some(MailContent::PasswordReset {
            recipient: member.name.to_string(),
            link: self.account_link("password/reset", token),
            link_expires_at: ticket.expires_at,
        }))
    }

    fn account_link(&self, path: &str, token: &Token) -> SecretString {
        format!("{}/{path}/{}", self.settings.base_url(), token.expose()).into()
    }
}

fn mail_token(key: &DerivedKey, mail_id: MailId) -> Token {
    let key = hmac::Key::new(hmac::HMAC_SHA256, key.expose_secret());
    let mut context = hmac::Context::with_key(&key);
    // Tokens of parties' links begin otherwise.
    context.update(b"account mail");
    context.update(mail_id.as_uuid().as_bytes());
    let mut bytes = [0_u8; 32];
    bytes.copy_from_slice(context.sign().as_ref());
    Token::from_bytes(bytes)
}
