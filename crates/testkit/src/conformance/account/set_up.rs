//! The first organization.

use std::sync::Arc;

use akashi_app::Error;
use akashi_app::account::FirstOrganization;
use akashi_domain::{PersonName, Role};
use jiff::SignedDuration;

use super::town::{ADMINISTRATOR, OTHER_PASSWORD, PASSWORD, Town, founder, origin, secret};
use crate::conformance::store::StorePorts;
use crate::fakes::BrokenOrganizations;

/// The link makes one organization, signs its administrator in, and is dead for ever.
pub async fn the_first_start_makes_one_organization(ports: &StorePorts) {
    let town = Town::empty(ports);
    let token = town.setup_token().await;
    town.app.look_at_setup(&token).await.expect("the link is good");
    let signed_in = town
        .app
        .set_up(&token, founder(), &origin(1))
        .await
        .expect("is set up");

    let caller = town
        .app
        .authenticate_member(&signed_in.token, &origin(1))
        .await
        .expect("is signed in");
    assert_eq!(caller.member().role, Role::Administrator);
    assert_eq!(caller.member().email.as_str(), ADMINISTRATOR);
    assert_eq!(
        town.app.organization_name(&caller).await.expect("a name"),
        "株式会社みなと製作所"
    );
    assert_eq!(ports.organizations.count().await.expect("counts"), 1);

    assert!(matches!(
        town.app.look_at_setup(&token).await,
        Err(Error::TicketDead)
    ));
    assert!(matches!(
        town.app.set_up(&token, founder(), &origin(1)).await,
        Err(Error::TicketDead)
    ));
    assert!(
        town.app.open_setup().await.expect("asks").is_none(),
        "set-up is closed"
    );
    town.sign_in(ADMINISTRATOR, PASSWORD, 1)
        .await
        .expect("the password is the one that was typed");
}

/// Every start prints a new link; the older ones die.
pub async fn a_newer_link_replaces_the_older(ports: &StorePorts) {
    let town = Town::empty(ports);
    let older = town.setup_token().await;
    let newer = town.setup_token().await;
    assert!(matches!(
        town.app.set_up(&older, founder(), &origin(1)).await,
        Err(Error::TicketDead)
    ));
    town.app
        .set_up(&newer, founder(), &origin(1))
        .await
        .expect("is set up");
}

/// A link that lay about for a week is dead.
pub async fn a_link_ends(ports: &StorePorts) {
    let town = Town::empty(ports);
    let token = town.setup_token().await;
    town.wait(SignedDuration::from_hours(7 * 24));
    assert!(matches!(
        town.app.look_at_setup(&token).await,
        Err(Error::TicketDead)
    ));
}

/// A weak password or an unprintable name is told, and the link still works.
pub async fn what_cannot_be_taken_leaves_the_link_alive(ports: &StorePorts) {
    let town = Town::empty(ports);
    let token = town.setup_token().await;
    for weak in ["short", "takahashi.minato", "password123"] {
        let first = FirstOrganization {
            password: secret(weak),
            ..founder()
        };
        let refused = town.app.set_up(&token, first, &origin(1)).await;
        assert!(
            matches!(refused, Err(Error::WeakPassword(_))),
            "{weak}: {refused:?}"
        );
    }
    let unprintable = PersonName::parse("髙橋\u{10ffff}誠").expect("a name");
    let refused = town
        .app
        .set_up(
            &token,
            FirstOrganization {
                name: unprintable,
                ..founder()
            },
            &origin(1),
        )
        .await;
    assert!(
        matches!(refused, Err(Error::MissingCharacters { .. })),
        "{refused:?}"
    );
    assert_eq!(ports.organizations.count().await.expect("counts"), 0);
    town.app
        .set_up(&token, founder(), &origin(1))
        .await
        .expect("is set up");
}

/// What breaks between account and organization is repeated with a new link, address and all.
pub async fn a_set_up_that_broke_off_is_repeated(ports: &StorePorts) {
    let breaking = BrokenOrganizations::at_adding(ports.organizations.clone(), 1);
    let town = Town::empty(&StorePorts {
        organizations: Arc::new(breaking),
        ..ports.clone()
    });
    let token = town.setup_token().await;
    let broken = town.app.set_up(&token, founder(), &origin(1)).await;
    assert!(matches!(broken, Err(Error::Unavailable { .. })), "{broken:?}");
    assert!(
        town.sign_in(ADMINISTRATOR, PASSWORD, 1).await.is_err(),
        "an account that belongs nowhere is useless"
    );

    let token = town.setup_token().await;
    let again = FirstOrganization {
        password: secret(OTHER_PASSWORD),
        ..founder()
    };
    let signed_in = town
        .app
        .set_up(&token, again, &origin(1))
        .await
        .expect("is set up");
    assert!(town.is_signed_in(&signed_in.token).await);
    assert!(
        town.sign_in(ADMINISTRATOR, PASSWORD, 1).await.is_err(),
        "the first password is gone"
    );
    town.sign_in(ADMINISTRATOR, OTHER_PASSWORD, 1)
        .await
        .expect("the second one works");
}

/// Two browsers that press the button at once make one organization.
pub async fn two_at_once_make_one_organization(ports: &StorePorts) {
    let town = Town::empty(ports);
    let token = town.setup_token().await;
    let (from_one, from_other) = (origin(1), origin(2));
    let one = town.app.set_up(&token, founder(), &from_one);
    let other = town.app.set_up(&token, founder(), &from_other);
    let (one, other) = tokio::join!(one, other);
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    assert_eq!(ports.organizations.count().await.expect("counts"), 1);
}
