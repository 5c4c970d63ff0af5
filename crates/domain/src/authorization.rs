//! Who may do what: one function, called by every use case.
//!
//! The life cycle decides whether an act fits the state of a contract; this decides whether the person may
//! ask for it at all. No role reaches [`Action::ActAsParty`]: nobody can sign for another.

use crate::{MemberId, OrganizationId, PartyId, Role};

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Subject {
    /// A signed-in member, acting in one organization.
    Member {
        /// The member.
        member_id: MemberId,
        /// The organization in which the member acts.
        organization_id: OrganizationId,
        /// The member's role there.
        role: Role,
    },
    /// A party that came through its own link.
    Party {
        /// The party.
        party_id: PartyId,
        /// The organization whose contract it is.
        organization_id: OrganizationId,
    },
    /// The worker of this installation.
    System,
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Action {
    /// Make a draft.
    CreateContract,
    /// Read a contract, its pages, files and history.
    ReadContract,
    /// Edit, send or delete a draft.
    PrepareContract,
    /// Remind, correct an address, withdraw.
    SteerContract,
    /// View, fill, sign or decline as a party.
    ActAsParty,
    /// Download as a party.
    ReadAsParty,
    /// Write revisions, sign and conclude by order of accepted acts.
    WorkOnContract,
    /// See who is a member.
    ReadMembers,
    /// Invite, change roles, remove.
    ManageMembers,
    /// See mails, jobs, doctor and alarms of the installation.
    OperateInstallation,
    /// Choose whom the organization trusts, and with which key its evidence sheets are sealed.
    ManageTrust,
    /// See how concluded contracts are kept, and try again what could not be kept.
    ManagePreservation,
}

impl Action {
    /// All actions.
    pub const ALL: [Self; 12] = [
        Self::CreateContract,
        Self::ReadContract,
        Self::PrepareContract,
        Self::SteerContract,
        Self::ActAsParty,
        Self::ReadAsParty,
        Self::WorkOnContract,
        Self::ReadMembers,
        Self::ManageMembers,
        Self::OperateInstallation,
        Self::ManageTrust,
        Self::ManagePreservation,
    ];
}

/// What it is asked of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    /// An organization as a whole.
    Organization(OrganizationId),
    /// A contract.
    Contract {
        /// Its tenant.
        organization_id: OrganizationId,
        /// The member who made it.
        created_by: MemberId,
    },
    /// A party's part in a contract.
    Part {
        /// The tenant of the contract.
        organization_id: OrganizationId,
        /// The party.
        party_id: PartyId,
    },
}

/// The subject may not do that.
///
/// It says nothing else on purpose: whoever may not see a thing shall not learn that it exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not permitted")]
pub struct Forbidden;

/// Decides whether `subject` may do `action` to `resource`.
///
/// # Errors
/// [`Forbidden`] if not.
pub fn authorize(subject: &Subject, action: Action, resource: &Resource) -> Result<(), Forbidden> {
    let permitted = match (subject, resource) {
        (Subject::System, Resource::Contract { .. }) => action == Action::WorkOnContract,
        (
            Subject::Member {
                organization_id,
                role,
                ..
            },
            Resource::Organization(wanted),
        ) => {
            organization_id == wanted
                && match action {
                    Action::CreateContract => true,
                    Action::ReadMembers
                    | Action::ManageMembers
                    | Action::OperateInstallation
                    | Action::ManageTrust
                    | Action::ManagePreservation => *role == Role::Administrator,
                    _ => false,
                }
        }
        (
            Subject::Member {
                organization_id,
                role,
                member_id,
            },
            Resource::Contract {
                organization_id: wanted,
                created_by,
            },
        ) => {
            organization_id == wanted
                && match action {
                    Action::ReadContract | Action::SteerContract => {
                        member_id == created_by || *role == Role::Administrator
                    }
                    Action::PrepareContract => member_id == created_by,
                    _ => false,
                }
        }
        (
            Subject::Party {
                party_id,
                organization_id,
            },
            Resource::Part {
                organization_id: wanted,
                party_id: part,
            },
        ) => {
            organization_id == wanted
                && party_id == part
                && matches!(action, Action::ActAsParty | Action::ReadAsParty)
        }
        _ => false,
    };
    if permitted { Ok(()) } else { Err(Forbidden) }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use super::*;

    #[test]
    fn matrix_of_roles_and_actions() {
        let org = |n| OrganizationId::from_parts(1, [n; 10]);
        let member = |n| MemberId::from_parts(1, [n; 10]);
        let party = |n| PartyId::from_parts(1, [n; 10]);
        let as_member = |m, o, role| Subject::Member {
            member_id: member(m),
            organization_id: org(o),
            role,
        };
        let subjects = [
            ("administrator", as_member(9, 1, Role::Administrator)),
            ("creator", as_member(1, 1, Role::Member)),
            ("other member", as_member(2, 1, Role::Member)),
            ("foreign administrator", as_member(1, 2, Role::Administrator)),
            (
                "party",
                Subject::Party {
                    party_id: party(1),
                    organization_id: org(1),
                },
            ),
            (
                "other party",
                Subject::Party {
                    party_id: party(2),
                    organization_id: org(1),
                },
            ),
            ("system", Subject::System),
        ];
        let resources = [
            ("organization", Resource::Organization(org(1))),
            (
                "contract",
                Resource::Contract {
                    organization_id: org(1),
                    created_by: member(1),
                },
            ),
            (
                "part",
                Resource::Part {
                    organization_id: org(1),
                    party_id: party(1),
                },
            ),
        ];
        let mut table = String::new();
        for (resource_name, resource) in &resources {
            for action in Action::ALL {
                let allowed: Vec<&str> = subjects
                    .iter()
                    .filter(|(_, subject)| authorize(subject, action, resource).is_ok())
                    .map(|(name, _)| *name)
                    .collect();
                let who = if allowed.is_empty() {
                    "nobody".to_owned()
                } else {
                    allowed.join(", ")
                };
                let _ = writeln!(table, "{resource_name:<12} {:<20} {who}", format!("{action:?}"));
            }
        }
        insta::assert_snapshot!(table);
    }
}
