//! Organizations, members and invitations.

use akashi_domain::{
    EmailAddress, InvitationId, Language, Member, MemberId, MemberState, Organization, OrganizationId,
    OrganizationName, Role, UtcTime,
};

use super::{StoreError, Tenant};

/// An invitation that has not been used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationRow {
    /// Its id.
    pub invitation_id: InvitationId,
    /// Who is invited.
    pub email: EmailAddress,
    /// As what.
    pub role: Role,
    /// In which language the mail is written.
    pub language: Language,
    /// Who invites.
    pub invited_by: MemberId,
    /// When.
    pub invited_at: UtcTime,
    /// Until when it can be used.
    pub expires_at: UtcTime,
}

/// Organizations and who belongs to them.
#[async_trait::async_trait]
pub trait OrganizationStore: Send + Sync {
    /// How many organizations there are; set-up is open only while there is none.
    async fn count(&self) -> Result<u32, StoreError>;
    /// Adds an organization with its first member, in one transaction.
    async fn add(&self, organization: &Organization, first_member: &Member) -> Result<(), StoreError>;
    /// Gives the organization another name; `false` if there is none.
    async fn rename(&self, tenant: &Tenant, name: &OrganizationName) -> Result<bool, StoreError>;
    /// The organization of a tenant.
    async fn load(&self, tenant: &Tenant) -> Result<Option<Organization>, StoreError>;
    /// All organizations; for the operator's commands and the worker's rounds.
    async fn all(&self) -> Result<Vec<OrganizationId>, StoreError>;
    /// The members, by the time they joined.
    async fn members(&self, tenant: &Tenant) -> Result<Vec<Member>, StoreError>;
    /// One member.
    async fn member(&self, tenant: &Tenant, member_id: MemberId) -> Result<Option<Member>, StoreError>;
    /// Adds a member; `false` if the account is already an active member here.
    async fn add_member(&self, tenant: &Tenant, member: &Member) -> Result<bool, StoreError>;
    /// Changes role and state. Refuses (`false`) what would leave no active administrator, and a member that
    /// is not there; checked in the same transaction.
    async fn change_member(
        &self,
        tenant: &Tenant,
        member_id: MemberId,
        role: Role,
        state: MemberState,
    ) -> Result<bool, StoreError>;
    /// Stores what a member says about himself: name and language.
    async fn update_profile(&self, tenant: &Tenant, member: &Member) -> Result<(), StoreError>;
    /// Adds an invitation; an older one to the same address is replaced.
    async fn add_invitation(&self, tenant: &Tenant, invitation: &InvitationRow) -> Result<(), StoreError>;
    /// The open invitations.
    async fn invitations(&self, tenant: &Tenant) -> Result<Vec<InvitationRow>, StoreError>;
    /// Takes an invitation out; `false` if it is not there any more.
    async fn remove_invitation(
        &self,
        tenant: &Tenant,
        invitation_id: InvitationId,
    ) -> Result<bool, StoreError>;
}
