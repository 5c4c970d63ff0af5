//! Who may manage whom.

use akashi_app::Error;
use akashi_app::account::Invitee;
use akashi_domain::{Language, MemberState, OrganizationName, PersonName, Role};

use super::invitations::neighbouring_administrator;
use super::town::{Town, email, origin};
use crate::conformance::store::StorePorts;

const COLLEAGUE: &str = "nakamura@minato.example";

/// A member sees and changes nothing of the others.
pub async fn only_administrators_manage(ports: &StorePorts) {
    let (town, founder) = Town::founded(ports).await;
    let member = town.settle(&founder.caller, COLLEAGUE, Role::Member).await.caller;
    let founder_id = founder.caller.member().member_id;
    let own_id = member.member().member_id;
    let forbidden = |result: Result<(), Error>, what: &str| {
        assert!(matches!(result, Err(Error::Forbidden)), "{what}: {result:?}");
    };
    let app = &town.app;
    let invitee = Invitee {
        email: email("x@minato.example"),
        role: Role::Administrator,
        language: Language::Ja,
    };
    forbidden(app.members(&member).await.map(drop), "list");
    forbidden(app.invite_member(&member, invitee).await.map(drop), "invite");
    forbidden(
        app.change_role(&member, own_id, Role::Administrator).await,
        "rise",
    );
    forbidden(app.change_role(&member, founder_id, Role::Member).await, "lower");
    forbidden(app.remove_member(&member, founder_id).await, "remove");
    forbidden(app.remove_member(&member, own_id).await, "leave");
    let name = OrganizationName::parse("乗っ取り").expect("a name");
    forbidden(app.rename_organization(&member, &name).await, "rename");
    let invitation_id = {
        let invitee = Invitee {
            email: email("y@minato.example"),
            role: Role::Member,
            language: Language::Ja,
        };
        app.invite_member(&founder.caller, invitee)
            .await
            .expect("is invited")
    };
    forbidden(app.revoke_invitation(&member, invitation_id).await, "revoke");
    forbidden(app.resend_invitation(&member, invitation_id).await, "send anew");
}

/// An organization never loses its last administrator, not even by two who act at once.
pub async fn the_last_administrator_stays(ports: &StorePorts) {
    let (town, founder) = Town::founded(ports).await;
    let founder_id = founder.caller.member().member_id;
    let lower = town
        .app
        .change_role(&founder.caller, founder_id, Role::Member)
        .await;
    assert!(matches!(lower, Err(Error::LastAdministrator)), "{lower:?}");
    let leave = town.app.remove_member(&founder.caller, founder_id).await;
    assert!(matches!(leave, Err(Error::LastAdministrator)), "{leave:?}");
    assert!(town.is_signed_in(&founder.token).await);

    let second = town.settle(&founder.caller, COLLEAGUE, Role::Administrator).await;
    let second_id = second.caller.member().member_id;
    let one = town.app.remove_member(&founder.caller, second_id);
    let other = town.app.remove_member(&second.caller, founder_id);
    let (one, other) = tokio::join!(one, other);
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
}

/// The next request of a removed member finds nobody signed in.
pub async fn a_removed_member_is_out_at_once(ports: &StorePorts) {
    let (town, founder) = Town::founded(ports).await;
    let member = town.settle(&founder.caller, COLLEAGUE, Role::Member).await;
    let member_id = member.caller.member().member_id;
    town.app
        .remove_member(&founder.caller, member_id)
        .await
        .expect("is removed");
    assert!(!town.is_signed_in(&member.token).await);
    let listed = town.app.members(&founder.caller).await.expect("lists");
    let state = listed
        .members
        .iter()
        .find(|listed| listed.member_id == member_id)
        .map(|listed| listed.state);
    assert_eq!(
        state,
        Some(MemberState::Removed),
        "what they did stays under their name"
    );
    for repeated in [
        town.app.remove_member(&founder.caller, member_id).await,
        town.app
            .change_role(&founder.caller, member_id, Role::Administrator)
            .await,
    ] {
        assert!(matches!(repeated, Err(Error::NotFound)), "{repeated:?}");
    }
}

/// A role is read anew with every request.
pub async fn a_role_holds_from_the_next_request_on(ports: &StorePorts) {
    let (town, founder) = Town::founded(ports).await;
    let member = town.settle(&founder.caller, COLLEAGUE, Role::Member).await;
    let member_id = member.caller.member().member_id;
    for (role, may) in [(Role::Administrator, true), (Role::Member, false)] {
        town.app
            .change_role(&founder.caller, member_id, role)
            .await
            .expect("is changed");
        let caller = town
            .app
            .authenticate_member(&member.token, &origin(2))
            .await
            .expect("is signed in");
        assert_eq!(town.app.members(&caller).await.is_ok(), may, "{role:?}");
    }
}

/// Ids of another organization's people lead nowhere.
pub async fn other_organizations_are_out_of_reach(ports: &StorePorts) {
    let (town, founder) = Town::founded(ports).await;
    let neighbour = neighbouring_administrator(&town, ports).await;
    let founder_id = founder.caller.member().member_id;
    let lower = town.app.change_role(&neighbour, founder_id, Role::Member).await;
    assert!(matches!(lower, Err(Error::NotFound)), "{lower:?}");
    let remove = town.app.remove_member(&neighbour, founder_id).await;
    assert!(matches!(remove, Err(Error::NotFound)), "{remove:?}");
    let invitee = Invitee {
        email: email(COLLEAGUE),
        role: Role::Member,
        language: Language::Ja,
    };
    let invitation_id = town
        .app
        .invite_member(&founder.caller, invitee)
        .await
        .expect("is invited");
    let revoke = town.app.revoke_invitation(&neighbour, invitation_id).await;
    assert!(matches!(revoke, Err(Error::NotFound)), "{revoke:?}");
    let listed = town.app.members(&neighbour).await.expect("lists");
    assert!(listed.invitations.is_empty());
    assert!(
        listed
            .members
            .iter()
            .all(|member| member.organization_id == neighbour.member().organization_id)
    );
    assert_eq!(
        town.app
            .members(&founder.caller)
            .await
            .expect("lists")
            .invitations
            .len(),
        1,
        "it is still there"
    );
}

/// Name and language of a person, and the name of the organization.
pub async fn profile_and_name_are_changed(ports: &StorePorts) {
    let (town, founder) = Town::founded(ports).await;
    let name = PersonName::parse("髙橋 真琴").expect("a name");
    let changed = town
        .app
        .update_profile(&founder.caller, name.clone(), Language::En)
        .await
        .expect("is changed");
    let caller = town
        .app
        .authenticate_member(&founder.token, &origin(1))
        .await
        .expect("is signed in");
    assert_eq!(caller.member(), &changed);
    assert_eq!(
        (&caller.member().name, caller.member().language),
        (&name, Language::En)
    );
    assert_eq!(caller.member().role, Role::Administrator, "nothing else changed");
    let unprintable = PersonName::parse("\u{10ffff}").expect("a name");
    let refused = town.app.update_profile(&caller, unprintable, Language::Ja).await;
    assert!(
        matches!(refused, Err(Error::MissingCharacters { .. })),
        "{refused:?}"
    );

    let new_name = OrganizationName::parse("株式会社みなとホールディングス").expect("a name");
    town.app
        .rename_organization(&caller, &new_name)
        .await
        .expect("is renamed");
    assert_eq!(
        town.app.organization_name(&caller).await.expect("a name"),
        new_name.as_str()
    );
}
