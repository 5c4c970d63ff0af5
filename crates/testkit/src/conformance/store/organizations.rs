//! Organizations, members, invitations.

use akashi_app::ports::InvitationRow;
use akashi_domain::{Language, Member, MemberState, OrganizationName, PersonName, Role};

use super::world::{at, email};
use super::{StorePorts, World};

/// An organization is there together with its first member.
pub async fn an_organization_begins_with_one_member(ports: &StorePorts) {
    let organizations = &ports.organizations;
    assert_eq!(organizations.count().await.expect("an answer"), 0);
    assert!(organizations.all().await.expect("an answer").is_empty());
    let world = World::new(ports).await;
    let other = World::numbered(ports, 2).await;
    assert_eq!(organizations.count().await.expect("an answer"), 2);
    let mut all = organizations.all().await.expect("an answer");
    let mut expected = vec![
        world.organization.organization_id,
        other.organization.organization_id,
    ];
    all.sort_unstable();
    expected.sort_unstable();
    assert_eq!(all, expected);
    for world in [world, other] {
        let loaded = organizations.load(&world.tenant).await.expect("an answer");
        assert_eq!(loaded.as_ref(), Some(&world.organization));
        assert_eq!(
            organizations.members(&world.tenant).await.expect("an answer"),
            [world.member]
        );
    }
    let nobody = World::unborn(ports, 3);
    assert!(
        organizations
            .load(&nobody.tenant)
            .await
            .expect("an answer")
            .is_none()
    );
}

/// An organization can change its name.
pub async fn a_name_is_changed(ports: &StorePorts) {
    let world = World::new(ports).await;
    let name = OrganizationName::parse("株式会社みなと").expect("a name");
    assert!(
        ports
            .organizations
            .rename(&world.tenant, &name)
            .await
            .expect("an answer")
    );
    let loaded = ports
        .organizations
        .load(&world.tenant)
        .await
        .expect("an answer")
        .expect("an organization");
    assert_eq!(loaded.name, name);
    let nobody = World::unborn(ports, 3);
    assert!(
        !ports
            .organizations
            .rename(&nobody.tenant, &name)
            .await
            .expect("an answer")
    );
}

/// Members join, are found, and change role, state, name and language.
pub async fn members_are_added_and_changed(ports: &StorePorts) {
    let world = World::new(ports).await;
    let (tenant, organizations) = (&world.tenant, &ports.organizations);
    let mut colleague = world.another_member(Role::Member);
    assert!(
        organizations
            .add_member(tenant, &colleague)
            .await
            .expect("an answer")
    );
    let load = async || {
        organizations
            .member(tenant, colleague.member_id)
            .await
            .expect("an answer")
    };
    assert_eq!(load().await.as_ref(), Some(&colleague));
    assert!(
        organizations
            .member(tenant, world.member_id())
            .await
            .expect("an answer")
            .is_none()
    );

    let change = async |role, state| {
        organizations
            .change_member(tenant, colleague.member_id, role, state)
            .await
            .expect("an answer")
    };
    assert!(change(Role::Administrator, MemberState::Active).await);
    assert_eq!(load().await.expect("a member").role, Role::Administrator);
    assert!(change(Role::Member, MemberState::Removed).await);
    assert_eq!(load().await.expect("a member").state, MemberState::Removed);
    assert!(change(Role::Member, MemberState::Active).await);
    assert!(
        load().await.is_some_and(|member| member == colleague),
        "as before"
    );
    let missing = world.member_id();
    let changed = organizations
        .change_member(tenant, missing, Role::Administrator, MemberState::Active)
        .await;
    assert!(!changed.expect("an answer"), "nobody is there");

    colleague.name = PersonName::parse("佐藤 結衣").expect("a name");
    colleague.language = Language::En;
    // A profile says nothing about role or state.
    let pretender = Member {
        role: Role::Administrator,
        state: MemberState::Removed,
        ..colleague.clone()
    };
    organizations
        .update_profile(tenant, &pretender)
        .await
        .expect("updated");
    let loaded = organizations
        .member(tenant, colleague.member_id)
        .await
        .expect("an answer");
    assert_eq!(loaded, Some(colleague.clone()));
    let nobody = world.another_member(Role::Member);
    assert!(organizations.update_profile(tenant, &nobody).await.is_err());
    let members = organizations.members(tenant).await.expect("an answer");
    assert_eq!(
        members,
        [world.member.clone(), colleague],
        "by the time they joined"
    );
}

/// There is always somebody who can administer.
pub async fn the_last_administrator_stays(ports: &StorePorts) {
    let world = World::new(ports).await;
    let (tenant, organizations) = (&world.tenant, &ports.organizations);
    let colleague = world.another_member(Role::Member);
    assert!(
        organizations
            .add_member(tenant, &colleague)
            .await
            .expect("an answer")
    );
    let change = async |member: &Member, role, state| {
        organizations
            .change_member(tenant, member.member_id, role, state)
            .await
            .expect("an answer")
    };
    assert!(!change(&world.member, Role::Member, MemberState::Active).await);
    assert!(!change(&world.member, Role::Administrator, MemberState::Removed).await);
    assert!(
        change(&world.member, Role::Administrator, MemberState::Active).await,
        "no change is no harm"
    );
    assert!(change(&colleague, Role::Administrator, MemberState::Active).await);
    assert!(
        change(&world.member, Role::Member, MemberState::Active).await,
        "now there is another"
    );
    assert!(!change(&colleague, Role::Administrator, MemberState::Removed).await);
    let members = organizations.members(tenant).await.expect("an answer");
    let roles: Vec<_> = members.iter().map(|member| (member.role, member.state)).collect();
    assert_eq!(
        roles,
        [
            (Role::Member, MemberState::Active),
            (Role::Administrator, MemberState::Active)
        ]
    );
}

/// Two administrators who remove each other at the same moment: one stays.
pub async fn two_administrators_cannot_remove_each_other(ports: &StorePorts) {
    let world = World::new(ports).await;
    let colleague = world.another_member(Role::Administrator);
    assert!(
        ports
            .organizations
            .add_member(&world.tenant, &colleague)
            .await
            .expect("an answer")
    );
    let pair = [world.member.member_id, colleague.member_id];
    for _ in 0..5 {
        let removals: Vec<_> = pair
            .into_iter()
            .map(|member_id| {
                let (organizations, tenant) = (ports.organizations.clone(), world.tenant);
                let (role, state) = (Role::Administrator, MemberState::Removed);
                tokio::spawn(
                    async move { organizations.change_member(&tenant, member_id, role, state).await },
                )
            })
            .collect();
        let mut removed = 0;
        for removal in removals {
            removed += u32::from(removal.await.expect("it ends").expect("an answer"));
        }
        assert_eq!(removed, 1);
        for member_id in pair {
            let (role, state) = (Role::Administrator, MemberState::Active);
            let back = ports
                .organizations
                .change_member(&world.tenant, member_id, role, state)
                .await;
            assert!(back.expect("an answer"));
        }
    }
}

/// One account is one active member; after it was removed it can come back as another.
pub async fn an_account_is_an_active_member_once(ports: &StorePorts) {
    let world = World::new(ports).await;
    let (tenant, organizations) = (&world.tenant, &ports.organizations);
    let first = world.another_member(Role::Member);
    let second = Member {
        member_id: world.member_id(),
        ..first.clone()
    };
    assert!(organizations.add_member(tenant, &first).await.expect("an answer"));
    assert!(
        !organizations
            .add_member(tenant, &second)
            .await
            .expect("an answer")
    );
    assert_eq!(organizations.members(tenant).await.expect("an answer").len(), 2);
    let removed = organizations
        .change_member(tenant, first.member_id, Role::Member, MemberState::Removed)
        .await;
    assert!(removed.expect("an answer"));
    assert!(
        organizations
            .add_member(tenant, &second)
            .await
            .expect("an answer")
    );
    let memberships = ports
        .accounts
        .memberships(first.account_id)
        .await
        .expect("an answer");
    assert_eq!(
        memberships
            .iter()
            .map(|membership| membership.member_id)
            .collect::<Vec<_>>(),
        [second.member_id]
    );
}

/// A second invitation to the same address takes the place of the first.
pub async fn invitations_are_replaced_and_removed(ports: &StorePorts) {
    let world = World::new(ports).await;
    let other = World::numbered(ports, 2).await;
    let (tenant, organizations) = (&world.tenant, &ports.organizations);
    let invitation = |address: &str, role, seconds| InvitationRow {
        invitation_id: world.invitation_id(),
        email: email(address),
        role,
        language: Language::En,
        invited_by: world.member.member_id,
        invited_at: at(seconds),
        expires_at: at(seconds + 1000),
    };
    let first = invitation("sato@minato.example", Role::Member, 1);
    let second = invitation("suzuki@minato.example", Role::Administrator, 2);
    let again = invitation("SATO@minato.example", Role::Administrator, 3);
    for invitation in [&first, &second, &again] {
        organizations
            .add_invitation(tenant, invitation)
            .await
            .expect("added");
    }
    let open = organizations.invitations(tenant).await.expect("an answer");
    assert_eq!(open, [second.clone(), again.clone()]);
    assert!(
        organizations
            .invitations(&other.tenant)
            .await
            .expect("an answer")
            .is_empty()
    );
    assert!(
        !organizations
            .remove_invitation(&other.tenant, second.invitation_id)
            .await
            .expect("an answer")
    );
    assert!(
        !organizations
            .remove_invitation(tenant, first.invitation_id)
            .await
            .expect("an answer")
    );
    assert!(
        organizations
            .remove_invitation(tenant, second.invitation_id)
            .await
            .expect("an answer")
    );
    assert!(
        !organizations
            .remove_invitation(tenant, second.invitation_id)
            .await
            .expect("an answer")
    );
    assert_eq!(
        organizations.invitations(tenant).await.expect("an answer"),
        [again]
    );
}
