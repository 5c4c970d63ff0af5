//! Sessions, one-time tickets and attempts: directory rows that are found by a hash.

use std::net::IpAddr;

use akashi_domain::{
    AccountId, ContractId, Digest32, InvitationId, MemberId, OrganizationId, PartyId, SessionId, UtcTime,
};

use super::StoreError;

/// For whom a session speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SessionSubject {
    /// A member who signed in.
    Member {
        /// The account.
        account_id: AccountId,
        /// The organization in which the member acts.
        organization_id: OrganizationId,
        /// The member.
        member_id: MemberId,
    },
    /// A party that came through its link.
    Party {
        /// The tenant of the contract.
        organization_id: OrganizationId,
        /// The contract.
        contract_id: ContractId,
        /// The party.
        party_id: PartyId,
        /// The generation of the link it came through.
        generation: u32,
    },
}

/// A signed-in browser.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Its id.
    pub session_id: SessionId,
    /// SHA-256 of the cookie's token.
    pub token_sha256: Digest32,
    /// For whom it speaks.
    pub subject: SessionSubject,
    /// When it began.
    pub created_at: UtcTime,
    /// When it was last used, to the minute.
    pub last_used_at: UtcTime,
    /// When it ends.
    pub expires_at: UtcTime,
    /// From where it was last used.
    pub address: Option<IpAddr>,
    /// The browser's name for itself, cut to 300 characters.
    pub user_agent: String,
}

/// The sessions.
#[async_trait::async_trait]
pub trait SessionStore: Send + Sync {
    /// Adds a session.
    async fn add(&self, session: &Session) -> Result<(), StoreError>;
    /// Finds a session by the hash of its token.
    async fn find(&self, token_sha256: Digest32) -> Result<Option<Session>, StoreError>;
    /// Notes a use.
    async fn touch(
        &self,
        session_id: SessionId,
        now: UtcTime,
        address: Option<IpAddr>,
    ) -> Result<(), StoreError>;
    /// The sessions of an account, newest use first.
    async fn of_account(&self, account_id: AccountId) -> Result<Vec<Session>, StoreError>;
    /// Ends a session of an account; `false` if it has none with this id.
    async fn end(&self, account_id: AccountId, session_id: SessionId) -> Result<bool, StoreError>;
    /// Ends a session by the hash of its token.
    async fn end_by_token(&self, token_sha256: Digest32) -> Result<(), StoreError>;
    /// Ends all sessions of an account but one.
    async fn end_others(&self, account_id: AccountId, keep: Option<SessionId>) -> Result<u32, StoreError>;
    /// Ends all sessions of a member (who was removed).
    async fn end_of_member(&self, member_id: MemberId) -> Result<u32, StoreError>;
    /// Removes sessions and tickets that have ended, and attempts of more than a day ago.
    async fn purge(&self, now: UtcTime) -> Result<(), StoreError>;
}

/// What a ticket is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TicketPurpose {
    /// Making the first organization.
    Setup,
    /// Accepting an invitation.
    Invitation {
        /// The tenant.
        organization_id: OrganizationId,
        /// The invitation.
        invitation_id: InvitationId,
    },
    /// Setting a new password.
    PasswordReset {
        /// The account.
        account_id: AccountId,
    },
}

/// A one-time token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket {
    /// SHA-256 of the token.
    pub token_sha256: Digest32,
    /// What it is good for.
    pub purpose: TicketPurpose,
    /// Until when.
    pub expires_at: UtcTime,
}

/// The tickets.
#[async_trait::async_trait]
pub trait TicketStore: Send + Sync {
    /// Adds a ticket.
    async fn add(&self, ticket: &Ticket) -> Result<(), StoreError>;
    /// Looks at a ticket without using it.
    async fn find(&self, token_sha256: Digest32, now: UtcTime) -> Result<Option<Ticket>, StoreError>;
    /// Uses a ticket: exactly one caller gets it.
    async fn take(&self, token_sha256: Digest32, now: UtcTime) -> Result<Option<Ticket>, StoreError>;
    /// Removes all tickets of a purpose.
    async fn remove(&self, purpose: TicketPurpose) -> Result<(), StoreError>;
}

/// Whose attempts are counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AttemptKey {
    /// Of an address of an account (its keyed hash).
    Account(Digest32),
    /// From an IP address (its /64 for IPv6).
    Address(IpAddr),
}

/// Failed attempts to sign in.
#[async_trait::async_trait]
pub trait AttemptStore: Send + Sync {
    /// Notes a failed attempt.
    async fn note(&self, key: AttemptKey, now: UtcTime) -> Result<(), StoreError>;
    /// How many there were since.
    async fn count(&self, key: AttemptKey, since: UtcTime) -> Result<u32, StoreError>;
    /// Forgets them, after a success.
    async fn clear(&self, key: AttemptKey) -> Result<(), StoreError>;
}
