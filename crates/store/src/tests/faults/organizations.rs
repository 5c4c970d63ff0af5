//! Writes of organizations, members and invitations.

#![expect(clippy::too_many_lines, reason = "a list of cases")]

use std::sync::Arc;

use akashi_app::ports::InvitationRow;
use akashi_domain::{Language, MemberState, OrganizationName, Role};
use akashi_testkit::conformance::store::World;
use akashi_testkit::conformance::store::world::{at, email};

use super::{Case, Look, Write, own_digest, told};

async fn organization_look(world: &World) -> Look {
    let organizations = &world.ports.organizations;
    let organization = organizations.load(&world.tenant).await.unwrap();
    let members = organizations.members(&world.tenant).await.unwrap();
    let invitations = organizations.invitations(&world.tenant).await.unwrap();
    let memberships = world
        .ports
        .accounts
        .memberships(world.member.account_id)
        .await
        .unwrap();
    format!(
        "{organization:?} {members:?} {invitations:?} {memberships:?} {}",
        organizations.count().await.unwrap()
    )
}

fn invitation(world: &World) -> InvitationRow {
    InvitationRow {
        invitation_id: world.invitation_id(),
        email: email("sato@minato.example"),
        role: Role::Member,
        language: Language::Ja,
        invited_by: world.member.member_id,
        invited_at: at(1),
        expires_at: at(2),
    }
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case {
            name: "OrganizationStore::add",
            prepare: |world| {
                Box::pin(async move {
                    let number = own_digest(world, 0).as_bytes()[15];
                    let other = Arc::new(World::unborn(&world.ports, 10_000 + u64::from(number)));
                    let seen = Arc::clone(&other);
                    let act = move || {
                        let other = Arc::clone(&other);
                        async move {
                            let organizations = &other.ports.organizations;
                            if organizations.load(&other.tenant).await?.is_some() {
                                return Ok("there".to_owned());
                            }
                            told(organizations.add(&other.organization, &other.member).await)
                        }
                    };
                    let look = move || {
                        let seen = Arc::clone(&seen);
                        async move { organization_look(&seen).await }
                    };
                    the_write! { act: act(), look: look() }
                })
            },
        },
        Case {
            name: "OrganizationStore::rename",
            prepare: |world| {
                Box::pin(async move {
                    let act = move || async move {
                        let name = OrganizationName::parse("新社名").unwrap();
                        told(world.ports.organizations.rename(&world.tenant, &name).await)
                    };
                    the_write! { act: act(), look: organization_look(world) }
                })
            },
        },
        Case {
            name: "OrganizationStore::add_member and update_profile",
            prepare: |world| {
                Box::pin(async move {
                    let member = Arc::new(world.another_member(Role::Member));
                    let act = move || {
                        let member = Arc::clone(&member);
                        async move {
                            let organizations = &world.ports.organizations;
                            told(organizations.add_member(&world.tenant, &member).await)?;
                            told(organizations.update_profile(&world.tenant, &member).await)
                        }
                    };
                    the_write! { act: act(), look: organization_look(world) }
                })
            },
        },
        Case {
            name: "OrganizationStore::change_member",
            prepare: |world| {
                Box::pin(async move {
                    let member = world.another_member(Role::Administrator);
                    assert!(
                        world
                            .ports
                            .organizations
                            .add_member(&world.tenant, &member)
                            .await
                            .unwrap()
                    );
                    let member_id = world.member.member_id;
                    let act = move || async move {
                        let organizations = &world.ports.organizations;
                        let (role, state) = (Role::Member, MemberState::Removed);
                        told(
                            organizations
                                .change_member(&world.tenant, member_id, role, state)
                                .await,
                        )
                    };
                    the_write! { act: act(), look: organization_look(world) }
                })
            },
        },
        Case {
            name: "OrganizationStore::add_invitation",
            prepare: |world| {
                Box::pin(async move {
                    let invitation = Arc::new(invitation(world));
                    let act = move || {
                        let invitation = Arc::clone(&invitation);
                        async move {
                            told(
                                world
                                    .ports
                                    .organizations
                                    .add_invitation(&world.tenant, &invitation)
                                    .await,
                            )
                        }
                    };
                    the_write! { act: act(), look: organization_look(world) }
                })
            },
        },
        Case {
            name: "OrganizationStore::remove_invitation",
            prepare: |world| {
                Box::pin(async move {
                    let invitation = invitation(world);
                    let invitation_id = invitation.invitation_id;
                    let organizations = &world.ports.organizations;
                    organizations
                        .add_invitation(&world.tenant, &invitation)
                        .await
                        .unwrap();
                    let act = move || async move {
                        told(
                            organizations
                                .remove_invitation(&world.tenant, invitation_id)
                                .await,
                        )
                    };
                    the_write! { act: act(), look: organization_look(world) }
                })
            },
        },
    ]
}
