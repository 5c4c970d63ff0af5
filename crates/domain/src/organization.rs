//! Organizations and the people in them.

use crate::{
    AccountId, EmailAddress, Language, MemberId, OrganizationId, OrganizationName, PersonName, UtcTime,
};

/// A tenant.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Organization {
    /// Its id.
    pub organization_id: OrganizationId,
    /// Its name as counterparts read it.
    pub name: OrganizationName,
    /// When it was made.
    pub created_at: UtcTime,
}

/// What a member may do in general; `authorization` has the details.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Manages members and the installation, sees every contract of the organization.
    Administrator,
    /// Makes contracts and sees their own.
    Member,
}

/// Whether a member can still act.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MemberState {
    /// Can sign in and act.
    Active,
    /// Has been removed; what they did stays under their name.
    Removed,
}

/// A person's place in an organization.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Member {
    /// Its id.
    pub member_id: MemberId,
    /// The organization.
    pub organization_id: OrganizationId,
    /// The account that signs in.
    pub account_id: AccountId,
    /// The name shown to counterparts.
    pub name: PersonName,
    /// Where mail goes.
    pub email: EmailAddress,
    /// The language of pages and mails.
    pub language: Language,
    /// What the member may do.
    pub role: Role,
    /// Whether the member can act.
    pub state: MemberState,
    /// When the member joined.
    pub joined_at: UtcTime,
}

/// Someone who can sign in.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    /// Its id.
    pub account_id: AccountId,
    /// The address used to sign in.
    pub email: EmailAddress,
    /// When it was made.
    pub created_at: UtcTime,
}
