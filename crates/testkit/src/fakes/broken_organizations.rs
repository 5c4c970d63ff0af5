//! A store of organizations that breaks at one place.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use akashi_app::ports::{InvitationRow, OrganizationStore, StoreError, Tenant};
use akashi_domain::{
    InvitationId, Member, MemberId, MemberState, Organization, OrganizationId, OrganizationName, Role,
};

/// A store that does everything but add an organization or member, as often as it was told.
pub struct BrokenOrganizations {
    inner: Arc<dyn OrganizationStore>,
    failing_adds: AtomicU32,
}

impl std::fmt::Debug for BrokenOrganizations {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BrokenOrganizations")
            .field("failing_adds", &self.failing_adds)
            .finish_non_exhaustive()
    }
}

impl BrokenOrganizations {
    /// The next `count` attempts to add an organization or a member fail and change nothing.
    pub fn at_adding(inner: Arc<dyn OrganizationStore>, count: u32) -> Self {
        Self {
            inner,
            failing_adds: AtomicU32::new(count),
        }
    }

    fn may_add(&self) -> Result<(), StoreError> {
        let lessen = |count: u32| count.checked_sub(1);
        match self
            .failing_adds
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, lessen)
        {
            Ok(_) => Err(StoreError::Unavailable("broken by order of the test".into())),
            Err(_) => Ok(()),
        }
    }
}

#[async_trait::async_trait]
impl OrganizationStore for BrokenOrganizations {
    async fn count(&self) -> Result<u32, StoreError> {
        self.inner.count().await
    }

    async fn add(&self, organization: &Organization, first_member: &Member) -> Result<(), StoreError> {
        self.may_add()?;
        self.inner.add(organization, first_member).await
    }

    async fn rename(&self, tenant: &Tenant, name: &OrganizationName) -> Result<bool, StoreError> {
        self.inner.rename(tenant, name).await
    }

    async fn load(&self, tenant: &Tenant) -> Result<Option<Organization>, StoreError> {
        self.inner.load(tenant).await
    }

    async fn all(&self) -> Result<Vec<OrganizationId>, StoreError> {
        self.inner.all().await
    }

    async fn members(&self, tenant: &Tenant) -> Result<Vec<Member>, StoreError> {
        self.inner.members(tenant).await
    }

    async fn member(&self, tenant: &Tenant, member_id: MemberId) -> Result<Option<Member>, StoreError> {
        self.inner.member(tenant, member_id).await
    }

    async fn add_member(&self, tenant: &Tenant, member: &Member) -> Result<bool, StoreError> {
        self.may_add()?;
        self.inner.add_member(tenant, member).await
    }

    async fn change_member(
        &self,
        tenant: &Tenant,
        member_id: MemberId,
        role: Role,
        state: MemberState,
    ) -> Result<bool, StoreError> {
        self.inner.change_member(tenant, member_id, role, state).await
    }

    async fn update_profile(&self, tenant: &Tenant, member: &Member) -> Result<(), StoreError> {
        self.inner.update_profile(tenant, member).await
    }

    async fn add_invitation(&self, tenant: &Tenant, invitation: &InvitationRow) -> Result<(), StoreError> {
        self.inner.add_invitation(tenant, invitation).await
    }

    async fn invitations(&self, tenant: &Tenant) -> Result<Vec<InvitationRow>, StoreError> {
        self.inner.invitations(tenant).await
    }

    async fn remove_invitation(
        &self,
        tenant: &Tenant,
        invitation_id: InvitationId,
    ) -> Result<bool, StoreError> {
        self.inner.remove_invitation(tenant, invitation_id).await
    }
}
