//! Accounts: a directory that is read before a tenant is known, and therefore holds little.

use akashi_domain::{AccountId, Digest32, MemberId, OrganizationId, UtcTime};

use super::StoreError;

/// An account as stored: the address itself is encrypted, and found by its keyed hash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRecord {
    /// Its id.
    pub account_id: AccountId,
    /// Keyed hash of the address in lower case.
    pub address_hash: Digest32,
    /// The address, encrypted.
    pub sealed_address: Vec<u8>,
    /// The password hash in PHC form (argon2id).
    pub password_hash: String,
    /// When it was made.
    pub created_at: UtcTime,
    /// When the password was last set.
    pub password_set_at: UtcTime,
}

/// Where an account is a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Membership {
    /// The organization.
    pub organization_id: OrganizationId,
    /// The member.
    pub member_id: MemberId,
}

/// The accounts.
#[async_trait::async_trait]
pub trait AccountStore: Send + Sync {
    /// Adds an account; `false` if the address is taken.
    async fn add(&self, account: &AccountRecord) -> Result<bool, StoreError>;
    /// Finds an account by the keyed hash of its address.
    async fn find(&self, address_hash: Digest32) -> Result<Option<AccountRecord>, StoreError>;
    /// Loads an account.
    async fn load(&self, account_id: AccountId) -> Result<Option<AccountRecord>, StoreError>;
    /// Sets a new password hash.
    async fn set_password(
        &self,
        account_id: AccountId,
        password_hash: &str,
        now: UtcTime,
    ) -> Result<(), StoreError>;
    /// Where the account is an active member.
    async fn memberships(&self, account_id: AccountId) -> Result<Vec<Membership>, StoreError>;
}
