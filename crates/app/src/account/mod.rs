//! People: the first organization, signing in, sessions, passwords, invitations, members.
//!
//! An account belongs to a person and stands in the directory, found by the keyed hash of its address; a member
//! is the account's place in one organization. Every token (session, set-up, invitation, password reset) is 32
//! bytes of which only the SHA-256 is stored. Those that go out by mail are derived from the mail's id when the
//! mail is delivered, so that neither a job nor a dead letter ever holds one.

mod accept_invitation;
mod address;
mod attempts;
mod change_password;
mod invite_member;
mod mail;
mod manage_members;
mod password;
mod profile;
mod reset_password;
mod sessions;
mod set_up;
mod sign_in;

pub use accept_invitation::{InvitationTarget, NewMember};
pub use invite_member::Invitee;
pub use manage_members::{MemberList, OpenInvitation};
pub use sessions::{SessionView, SignedIn};
pub use set_up::FirstOrganization;
