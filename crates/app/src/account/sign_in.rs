//! Signing in with address and password.

use akashi_domain::{AccountId, EmailAddress, Member, MemberState};
use secrecy::SecretString;

use super::sessions::SignedIn;
use crate::caller::RequestOrigin;
use crate::ports::Tenant;
use crate::{App, Error};

impl App {
    /// Begins a session of the person with this address and password, in the first organization to which the
    /// person belongs. An unknown address is answered alike, and as slowly.
    ///
    /// # Errors
    /// [`Error::Credentials`] if they do not fit, or the account belongs nowhere any more; [`Error::Throttled`].
    pub async fn sign_in(
        &self,
        email: &EmailAddress,
        password: &SecretString,
        origin: &RequestOrigin,
    ) -> Result<SignedIn, Error> {
        let address_hash = self.address_hash(email).await?;
        let attempt = self.admit(address_hash, origin.address).await?;
        let account = self.ports.accounts.find(address_hash).await?;
        let stored = account.as_ref().map(|account| account.password_hash.as_str());
        let fits = self.password_fits(password, stored).await?;
        let Some(account) = account.filter(|_| fits) else {
            return Err(self.attempt_failed(attempt).await?);
        };
        let Some(member) = self.first_membership(account.account_id).await? else {
            return Err(self.attempt_failed(attempt).await?);
        };
        self.attempt_succeeded(attempt).await?;
        let signed_in = self.begin_session(account.account_id, member, origin).await?;
        tracing::info!(
            account.id = %account.account_id,
            session.id = %signed_in.caller.session_id,
            "signed in"
        );
        Ok(signed_in)
    }

    /// The member that an account is in the first of its organizations.
    pub(super) async fn first_membership(&self, account_id: AccountId) -> Result<Option<Member>, Error> {
        for membership in self.ports.accounts.memberships(account_id).await? {
            let tenant = Tenant::authenticated(membership.organization_id);
            let member = self
                .ports
                .organizations
                .member(&tenant, membership.member_id)
                .await?;
            if let Some(member) = member.filter(|member| member.state == MemberState::Active) {
                return Ok(Some(member));
            }
        }
        Ok(None)
    }
}
