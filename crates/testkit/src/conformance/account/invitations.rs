//! Inviting and accepting.

use std::sync::Arc;

use akashi_app::account::{Invitee, NewMember};
use akashi_app::ports::{MailDelivery, Tenant};
use akashi_app::{Error, MemberCaller};
use akashi_domain::{
    Language, Member, MemberId, MemberState, Organization, OrganizationId, OrganizationName, PersonName, Role,
};
use jiff::SignedDuration;

use super::town::{ADMINISTRATOR, OTHER_PASSWORD, PASSWORD, Town, email, newcomer, origin, secret};
use crate::conformance::store::StorePorts;
use crate::fakes::BrokenOrganizations;

const COLLEAGUE: &str = "nakamura@minato.example";

/// From the mail to the first page.
pub async fn an_invited_person_becomes_a_member(ports: &StorePorts) {
    let (town, founder) = Town::founded(ports).await;
    let token = town.invite(&founder.caller, COLLEAGUE, Role::Administrator).await;
    let target = town
        .app
        .look_at_invitation(&token)
        .await
        .expect("the link is good");
    assert_eq!(target.organization, "株式会社みなと製作所");
    assert_eq!(target.email.as_str(), COLLEAGUE);
    assert_eq!(target.language, Language::En);
    assert!(!target.has_account);
    let listed = town.app.members(&founder.caller).await.expect("lists");
    assert_eq!(listed.members.len(), 1);
    assert_eq!(
        listed
            .invitations
            .iter()
            .map(|open| open.email.as_str())
            .collect::<Vec<_>>(),
        [COLLEAGUE]
    );

    let signed_in = town
        .app
        .accept_invitation(&token, newcomer(), &origin(2))
        .await
        .expect("is accepted");
    let caller = town
        .app
        .authenticate_member(&signed_in.token, &origin(2))
        .await
        .expect("is signed in");
    assert_eq!(caller.member().name.as_str(), "中村 航平");
    assert_eq!(caller.member().role, Role::Administrator);
    assert_eq!(caller.member().language, Language::Ja, "what the person chose");
    let listed = town.app.members(&founder.caller).await.expect("lists");
    assert_eq!(listed.members.len(), 2);
    assert!(listed.invitations.is_empty());
    town.sign_in(COLLEAGUE, OTHER_PASSWORD, 2)
        .await
        .expect("the password is the one that was typed");
}

/// Bad input leaves the link alive; a success kills it.
pub async fn a_link_works_once(ports: &StorePorts) {
    let (town, founder) = Town::founded(ports).await;
    let token = town.invite(&founder.caller, COLLEAGUE, Role::Member).await;
    let weak = NewMember {
        password: secret("nakamura.minato"),
        ..newcomer()
    };
    let refused = town.app.accept_invitation(&token, weak, &origin(2)).await;
    assert!(matches!(refused, Err(Error::WeakPassword(_))), "{refused:?}");
    let unprintable = NewMember {
        name: PersonName::parse("中村\u{10ffff}").expect("a name"),
        ..newcomer()
    };
    let refused = town.app.accept_invitation(&token, unprintable, &origin(2)).await;
    assert!(
        matches!(refused, Err(Error::MissingCharacters { .. })),
        "{refused:?}"
    );
    town.app
        .accept_invitation(&token, newcomer(), &origin(2))
        .await
        .expect("is accepted");
    assert!(matches!(
        town.app.look_at_invitation(&token).await,
        Err(Error::TicketDead)
    ));
    let again = town.app.accept_invitation(&token, newcomer(), &origin(2)).await;
    assert!(matches!(again, Err(Error::TicketDead)));
}

/// Each mail has its own link, and only the newest works.
pub async fn sending_anew_kills_the_old_link(ports: &StorePorts) {
    let (town, founder) = Town::founded(ports).await;
    let older = town.invite(&founder.caller, COLLEAGUE, Role::Member).await;
    town.wait(SignedDuration::from_hours(6 * 24));
    let listed = town.app.members(&founder.caller).await.expect("lists");
    let invitation_id = listed.invitations.first().expect("an invitation").invitation_id;
    town.app
        .resend_invitation(&founder.caller, invitation_id)
        .await
        .expect("is sent anew");
    let newer = town.invitation_token(COLLEAGUE).await;
    assert!(matches!(
        town.app.look_at_invitation(&older).await,
        Err(Error::TicketDead)
    ));
    town.wait(SignedDuration::from_hours(6 * 24));
    town.app
        .look_at_invitation(&newer)
        .await
        .expect("its time began anew");

    let newest = town.invite(&founder.caller, COLLEAGUE, Role::Administrator).await;
    assert!(matches!(
        town.app.look_at_invitation(&newer).await,
        Err(Error::TicketDead)
    ));
    assert_eq!(
        town.app
            .members(&founder.caller)
            .await
            .expect("lists")
            .invitations
            .len(),
        1,
        "replaced"
    );
    let signed_in = town
        .app
        .accept_invitation(&newest, newcomer(), &origin(2))
        .await
        .expect("is accepted");
    assert_eq!(signed_in.caller.member().role, Role::Administrator);
}

/// What the administrator takes back is gone at once.
pub async fn a_revoked_invitation_is_dead(ports: &StorePorts) {
    let (town, founder) = Town::founded(ports).await;
    let token = town.invite(&founder.caller, COLLEAGUE, Role::Member).await;
    let listed = town.app.members(&founder.caller).await.expect("lists");
    let invitation_id = listed.invitations.first().expect("an invitation").invitation_id;
    town.app
        .revoke_invitation(&founder.caller, invitation_id)
        .await
        .expect("is revoked");
    let refused = town.app.accept_invitation(&token, newcomer(), &origin(2)).await;
    assert!(matches!(refused, Err(Error::TicketDead)));
    for repeated in [
        town.app.revoke_invitation(&founder.caller, invitation_id).await,
        town.app.resend_invitation(&founder.caller, invitation_id).await,
    ] {
        assert!(matches!(repeated, Err(Error::NotFound)), "{repeated:?}");
    }
}

/// Seven days.
pub async fn an_invitation_ends(ports: &StorePorts) {
    let (town, founder) = Town::founded(ports).await;
    let token = town.invite(&founder.caller, COLLEAGUE, Role::Member).await;
    town.wait(SignedDuration::from_hours(7 * 24));
    assert!(matches!(
        town.app.look_at_invitation(&token).await,
        Err(Error::TicketDead)
    ));
    let listed = town.app.members(&founder.caller).await.expect("lists");
    assert!(listed.invitations.first().expect("it is still shown").is_expired);
}

/// A mail that waits is not sent when its matter is over.
pub async fn a_mail_of_a_revoked_invitation_is_dropped(ports: &StorePorts) {
    let (town, founder) = Town::founded(ports).await;
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
    town.app
        .revoke_invitation(&founder.caller, invitation_id)
        .await
        .expect("is revoked");
    assert_eq!(town.mails_to(COLLEAGUE).await, 0);
    let tenant = Tenant::dangerous_without_authentication(founder.caller.member().organization_id);
    let mails = ports.mails.newest(&tenant, 10).await.expect("lists");
    assert!(
        matches!(
            mails.first().map(|mail| &mail.delivery),
            Some(MailDelivery::Dropped { .. })
        ),
        "{mails:?}"
    );
}

/// An active member's address is taken, in any case.
pub async fn members_are_not_invited_twice(ports: &StorePorts) {
    let (town, founder) = Town::founded(ports).await;
    for address in [ADMINISTRATOR, "TAKAHASHI@minato.example"] {
        let invitee = Invitee {
            email: email(address),
            role: Role::Member,
            language: Language::Ja,
        };
        let refused = town.app.invite_member(&founder.caller, invitee).await;
        assert!(matches!(refused, Err(Error::AddressTaken)), "{refused:?}");
    }
    assert_eq!(town.mails_to(ADMINISTRATOR).await, 0);
}

/// Whoever signs in here already gives that password; the link alone does not change it.
pub async fn a_person_with_an_account_proves_it(ports: &StorePorts) {
    let (town, founder) = Town::founded(ports).await;
    let neighbour = neighbouring_administrator(&town, ports).await;
    let token = town.invite(&neighbour, ADMINISTRATOR, Role::Member).await;
    assert!(
        town.app
            .look_at_invitation(&token)
            .await
            .expect("the link is good")
            .has_account
    );
    let refused = town.app.accept_invitation(&token, newcomer(), &origin(2)).await;
    assert!(matches!(refused, Err(Error::Credentials { .. })), "{refused:?}");
    let known = NewMember {
        password: secret(PASSWORD),
        ..newcomer()
    };
    let signed_in = town
        .app
        .accept_invitation(&token, known, &origin(2))
        .await
        .expect("is accepted");
    assert_eq!(
        signed_in.caller.account_id(),
        founder.caller.account_id(),
        "one person, one account"
    );
    assert_eq!(
        signed_in.caller.member().organization_id,
        neighbour.member().organization_id
    );
    assert_eq!(signed_in.caller.member().role, Role::Member);
    assert!(
        town.is_signed_in(&founder.token).await,
        "the other membership is untouched"
    );
    town.sign_in(ADMINISTRATOR, PASSWORD, 2)
        .await
        .expect("the password is the old one");
}

/// Who was removed can be invited again, and is another member then.
pub async fn a_removed_person_can_come_back(ports: &StorePorts) {
    let (town, founder) = Town::founded(ports).await;
    let first = town.settle(&founder.caller, COLLEAGUE, Role::Member).await;
    town.app
        .remove_member(&founder.caller, first.caller.member().member_id)
        .await
        .expect("is removed");
    let second = town.settle(&founder.caller, COLLEAGUE, Role::Member).await;
    assert_eq!(second.caller.account_id(), first.caller.account_id());
    assert_ne!(second.caller.member().member_id, first.caller.member().member_id);
    assert!(town.is_signed_in(&second.token).await);
    assert!(!town.is_signed_in(&first.token).await);
}

/// What breaks between account and membership is repeated by a new invitation.
pub async fn an_acceptance_that_broke_off_is_repeated(ports: &StorePorts) {
    let (_, founder) = Town::founded(ports).await;
    let breaking = BrokenOrganizations::at_adding(ports.organizations.clone(), 1);
    let town = Town::empty(&StorePorts {
        organizations: Arc::new(breaking),
        ..ports.clone()
    });
    let token = town.invite(&founder.caller, COLLEAGUE, Role::Member).await;
    let broken = town.app.accept_invitation(&token, newcomer(), &origin(2)).await;
    assert!(matches!(broken, Err(Error::Unavailable { .. })), "{broken:?}");
    let listed = town.app.members(&founder.caller).await.expect("lists");
    let invitation_id = listed
        .invitations
        .first()
        .expect("it is still open")
        .invitation_id;
    town.app
        .resend_invitation(&founder.caller, invitation_id)
        .await
        .expect("is sent anew");
    let token = town.invitation_token(COLLEAGUE).await;
    assert!(
        !town
            .app
            .look_at_invitation(&token)
            .await
            .expect("the link is good")
            .has_account
    );
    town.app
        .accept_invitation(&token, newcomer(), &origin(2))
        .await
        .expect("is accepted");
}

/// A double click makes one member.
pub async fn two_at_once_make_one_member(ports: &StorePorts) {
    let (town, founder) = Town::founded(ports).await;
    let token = town.invite(&founder.caller, COLLEAGUE, Role::Member).await;
    let (from_one, from_other) = (origin(2), origin(3));
    let one = town.app.accept_invitation(&token, newcomer(), &from_one);
    let other = town.app.accept_invitation(&token, newcomer(), &from_other);
    let (one, other) = tokio::join!(one, other);
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    assert_eq!(
        town.app
            .members(&founder.caller)
            .await
            .expect("lists")
            .members
            .len(),
        2
    );
}

/// The administrator of a second organization on the same installation.
pub(super) async fn neighbouring_administrator(town: &Town, ports: &StorePorts) -> MemberCaller {
    let organization = Organization {
        organization_id: OrganizationId::from_parts(1_763_800_000_000, [0x22; 10]),
        name: OrganizationName::parse("つばめ商会").expect("a name"),
        created_at: town.app.now(),
    };
    let member = Member {
        member_id: MemberId::from_parts(1_763_800_000_000, [0x22; 10]),
        organization_id: organization.organization_id,
        account_id: akashi_domain::AccountId::from_parts(1_763_800_000_000, [0x22; 10]),
        name: PersonName::parse("森下 葵").expect("a name"),
        email: email("morishita@tsubame.example"),
        language: Language::Ja,
        role: Role::Administrator,
        state: MemberState::Active,
        joined_at: town.app.now(),
    };
    ports
        .organizations
        .add(&organization, &member)
        .await
        .expect("is added");
    let session_id = akashi_domain::SessionId::from_parts(1_763_800_000_000, [0x22; 10]);
    MemberCaller::dangerous_without_authentication(member, session_id)
}
