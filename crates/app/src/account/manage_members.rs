//! Who is in the organization, and as what.

use akashi_domain::authorization::Action;
use akashi_domain::{
    EmailAddress, InvitationId, Member, MemberId, MemberState, OrganizationName, Role, UtcTime,
};

use crate::caller::MemberCaller;
use crate::error::TextPlace;
use crate::ports::{MailDelivery, MailKind};
use crate::{App, Error};

/// How far back is looked for the mail of an invitation.
const MAILS: u32 = 200;

/// The people of an organization.
#[derive(Debug, Clone, PartialEq)]
pub struct MemberList {
    /// All members, removed ones too, by the time they joined.
    pub members: Vec<Member>,
    /// Invitations that were not accepted yet.
    pub invitations: Vec<OpenInvitation>,
}

/// An invitation as an administrator sees it: never its link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenInvitation {
    /// Its id.
    pub invitation_id: InvitationId,
    /// Who is invited.
    pub email: EmailAddress,
    /// As what.
    pub role: Role,
    /// When it was last sent.
    pub invited_at: UtcTime,
    /// Until when it can be accepted.
    pub expires_at: UtcTime,
    /// Whether its time is over.
    pub is_expired: bool,
    /// Whether the mail server refused the last mail with it.
    pub is_refused: bool,
}

impl App {
    /// The members and open invitations.
    ///
    /// # Errors
    /// [`Error::Forbidden`]
    pub async fn members(&self, caller: &MemberCaller) -> Result<MemberList, Error> {
        caller.authorize_organization(Action::ReadMembers)?;
        let now = self.now();
        let invitations = self.ports.organizations.invitations(&caller.tenant).await?;
        let mails = if invitations.is_empty() {
            Vec::new()
        } else {
            self.ports.mails.newest(&caller.tenant, MAILS).await?
        };
        let is_refused = |id: InvitationId| {
            let newest = mails.iter().find(
                |mail| matches!(mail.kind, MailKind::Invitation { invitation_id, .. } if invitation_id == id),
            );
            newest.is_some_and(|mail| matches!(mail.delivery, MailDelivery::Refused { .. }))
        };
        Ok(MemberList {
            members: self.ports.organizations.members(&caller.tenant).await?,
            invitations: invitations
                .into_iter()
                .map(|invitation| OpenInvitation {
                    is_expired: invitation.expires_at <= now,
                    is_refused: is_refused(invitation.invitation_id),
                    invitation_id: invitation.invitation_id,
                    email: invitation.email,
                    role: invitation.role,
                    invited_at: invitation.invited_at,
                    expires_at: invitation.expires_at,
                })
                .collect(),
        })
    }

    /// Gives an active member another role. It holds from the member's next request on.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`], [`Error::LastAdministrator`].
    pub async fn change_role(
        &self,
        caller: &MemberCaller,
        member_id: MemberId,
        role: Role,
    ) -> Result<(), Error> {
        caller.authorize_organization(Action::ManageMembers)?;
        self.active_member(caller, member_id).await?;
        self.change_member(caller, member_id, role, MemberState::Active)
            .await?;
        tracing::info!(member.id = %member_id, ?role, "role changed");
        Ok(())
    }

    /// Removes a member: their sessions end at once, what they did stays under their name.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`], [`Error::LastAdministrator`].
    pub async fn remove_member(&self, caller: &MemberCaller, member_id: MemberId) -> Result<(), Error> {
        caller.authorize_organization(Action::ManageMembers)?;
        let member = self.active_member(caller, member_id).await?;
        self.change_member(caller, member_id, member.role, MemberState::Removed)
            .await?;
        // A session that a crash leaves here is refused all the same: authentication looks at the member.
        self.ports.sessions.end_of_member(member_id).await?;
        tracing::info!(member.id = %member_id, "member removed");
        Ok(())
    }

    /// Gives the organization another name. Contracts that were sent keep the one under which they were sent.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::MissingCharacters`].
    pub async fn rename_organization(
        &self,
        caller: &MemberCaller,
        name: &OrganizationName,
    ) -> Result<(), Error> {
        caller.authorize_organization(Action::ManageMembers)?;
        self.check_drawable(name.as_str(), TextPlace::Sender)?;
        let renamed = self.ports.organizations.rename(&caller.tenant, name).await?;
        if renamed { Ok(()) } else { Err(Error::NotFound) }
    }

    async fn active_member(&self, caller: &MemberCaller, member_id: MemberId) -> Result<Member, Error> {
        let member = self.ports.organizations.member(&caller.tenant, member_id).await?;
        member
            .filter(|member| member.state == MemberState::Active)
            .ok_or(Error::NotFound)
    }

    async fn change_member(
        &self,
        caller: &MemberCaller,
        member_id: MemberId,
        role: Role,
        state: MemberState,
    ) -> Result<(), Error> {
        let changed = self
            .ports
            .organizations
            .change_member(&caller.tenant, member_id, role, state)
            .await?;
        if changed {
            Ok(())
        } else {
            Err(Error::LastAdministrator)
        }
    }
}
