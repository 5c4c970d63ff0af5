//! Changing and resetting passwords.

use std::time::{Duration, Instant};

use akashi_app::Error;
use akashi_app::ports::MailDelivery;
use akashi_domain::Role;
use jiff::SignedDuration;
use secrecy::ExposeSecret as _;

use super::town::{ADMINISTRATOR, OTHER_PASSWORD, PASSWORD, Town, email, origin, secret};
use crate::conformance::store::StorePorts;

const STRANGER: &str = "nobody@tsubame.example";

/// The old password is asked for again; other browsers are signed out.
pub async fn a_change_needs_the_old_one_and_ends_other_sessions(ports: &StorePorts) {
    let (town, founder) = Town::founded(ports).await;
    let other = town.sign_in(ADMINISTRATOR, PASSWORD, 4).await.expect("signs in");
    let change = async |current: &str, new: &str| {
        town.app
            .change_password(&founder.caller, &secret(current), &secret(new), &origin(1))
            .await
    };
    assert!(matches!(
        change("wrong password", OTHER_PASSWORD).await,
        Err(Error::Credentials { attempts_left: 9 })
    ));
    for weak in ["short", "takahashi.minato"] {
        assert!(
            matches!(change(PASSWORD, weak).await, Err(Error::WeakPassword(_))),
            "{weak}"
        );
    }
    assert!(
        town.is_signed_in(&other.token).await,
        "nothing has changed so far"
    );
    change(PASSWORD, OTHER_PASSWORD).await.expect("is changed");
    assert!(town.is_signed_in(&founder.token).await);
    assert!(!town.is_signed_in(&other.token).await);
    assert!(town.sign_in(ADMINISTRATOR, PASSWORD, 4).await.is_err());
    town.sign_in(ADMINISTRATOR, OTHER_PASSWORD, 4)
        .await
        .expect("the new one works");

    for _ in 0..10 {
        let refused = change("wrong password", PASSWORD).await;
        assert!(matches!(refused, Err(Error::Credentials { .. })), "{refused:?}");
    }
    assert!(
        matches!(
            change(OTHER_PASSWORD, PASSWORD).await,
            Err(Error::Throttled { .. })
        ),
        "a stolen session"
    );
}

/// The mail's link sets a new password, signs everyone out, forgets failed attempts, and is dead then.
pub async fn a_reset_goes_by_mail(ports: &StorePorts) {
    let (town, founder) = Town::founded(ports).await;
    for _ in 0..10 {
        assert!(town.sign_in(ADMINISTRATOR, "wrong password", 4).await.is_err());
    }
    let token = town.reset_token(ADMINISTRATOR).await;
    for _ in 0..2 {
        town.app
            .look_at_reset(&token)
            .await
            .expect("looking has no effect");
    }
    town.app
        .reset_password(&token, &secret(OTHER_PASSWORD))
        .await
        .expect("is reset");
    assert!(!town.is_signed_in(&founder.token).await);
    town.sign_in(ADMINISTRATOR, OTHER_PASSWORD, 4)
        .await
        .expect("the new one works, and the pause is over");
    assert!(town.sign_in(ADMINISTRATOR, PASSWORD, 4).await.is_err());
    assert!(matches!(
        town.app.look_at_reset(&token).await,
        Err(Error::TicketDead)
    ));
    let again = town.app.reset_password(&token, &secret(PASSWORD)).await;
    assert!(matches!(again, Err(Error::TicketDead)));
}

/// An unknown address is answered like a known one, after the same time.
pub async fn a_reset_says_nothing_about_addresses(ports: &StorePorts) {
    let (town, founder) = Town::founded(ports).await;
    let removed = "nakamura@minato.example";
    let member = town.settle(&founder.caller, removed, Role::Member).await;
    town.app
        .remove_member(&founder.caller, member.caller.member().member_id)
        .await
        .expect("is removed");
    let before = town.mails_to(removed).await;
    for address in [ADMINISTRATOR, STRANGER, removed] {
        let begin = Instant::now();
        town.app
            .request_password_reset(&email(address), &origin(4))
            .await
            .expect("the same answer");
        assert!(begin.elapsed() >= Duration::from_millis(300), "{address}");
    }
    assert_eq!(town.mails_to(ADMINISTRATOR).await, 1);
    assert_eq!(town.mails_to(STRANGER).await, 0);
    assert_eq!(town.mails_to(removed).await, before);
}

/// An hour, and the link is dead.
pub async fn a_reset_link_ends(ports: &StorePorts) {
    let (town, _) = Town::founded(ports).await;
    let token = town.reset_token(ADMINISTRATOR).await;
    town.wait(SignedDuration::from_mins(59));
    town.app.look_at_reset(&token).await.expect("is still good");
    town.wait(SignedDuration::from_mins(1));
    let refused = town.app.reset_password(&token, &secret(OTHER_PASSWORD)).await;
    assert!(matches!(refused, Err(Error::TicketDead)));
    town.sign_in(ADMINISTRATOR, PASSWORD, 4)
        .await
        .expect("nothing has changed");
}

/// A newer mail kills the older link.
pub async fn only_the_newest_reset_link_works(ports: &StorePorts) {
    let (town, _) = Town::founded(ports).await;
    let older = town.reset_token(ADMINISTRATOR).await;
    let newer = town.reset_token(ADMINISTRATOR).await;
    assert_ne!(older.expose(), newer.expose());
    assert!(matches!(
        town.app.look_at_reset(&older).await,
        Err(Error::TicketDead)
    ));
    town.app
        .reset_password(&newer, &secret(OTHER_PASSWORD))
        .await
        .expect("is reset");
}

/// Who types a weak password may try again.
pub async fn a_weak_password_leaves_the_link_alive(ports: &StorePorts) {
    let (town, _) = Town::founded(ports).await;
    let token = town.reset_token(ADMINISTRATOR).await;
    let refused = town.app.reset_password(&token, &secret("takahashi.minato")).await;
    assert!(matches!(refused, Err(Error::WeakPassword(_))), "{refused:?}");
    town.app
        .reset_password(&token, &secret(OTHER_PASSWORD))
        .await
        .expect("is reset");
}

/// A link that somebody else asked for dies when the owner changes the password.
pub async fn a_change_of_password_kills_the_link(ports: &StorePorts) {
    let (town, founder) = Town::founded(ports).await;
    let token = town.reset_token(ADMINISTRATOR).await;
    let changed = town
        .app
        .change_password(
            &founder.caller,
            &secret(PASSWORD),
            &secret(OTHER_PASSWORD),
            &origin(1),
        )
        .await;
    changed.expect("is changed");
    assert!(matches!(
        town.app.look_at_reset(&token).await,
        Err(Error::TicketDead)
    ));
}

/// Nobody's mailbox is flooded, and asking does not lock anyone out.
pub async fn resets_are_limited(ports: &StorePorts) {
    let (town, _) = Town::founded(ports).await;
    for wanted in [1, 2, 3, 3, 3] {
        town.app
            .request_password_reset(&email(ADMINISTRATOR), &origin(4))
            .await
            .expect("the same answer");
        assert_eq!(town.mails_to(ADMINISTRATOR).await, wanted);
    }
    town.sign_in(ADMINISTRATOR, PASSWORD, 5)
        .await
        .expect("the account is not paused");
    town.wait(SignedDuration::from_mins(16));
    town.reset_token(ADMINISTRATOR).await;
    assert_eq!(town.mails_to(ADMINISTRATOR).await, 4);
}

/// A mail server that is down for more than an hour: the mail would carry a dead link.
pub async fn a_mail_that_comes_too_late_is_dropped(ports: &StorePorts) {
    let (town, founder) = Town::founded(ports).await;
    town.mailer.stop();
    town.app
        .request_password_reset(&email(ADMINISTRATOR), &origin(4))
        .await
        .expect("is asked for");
    assert!(town.mail_to(ADMINISTRATOR).await.is_none());
    town.mailer.start();
    town.wait(SignedDuration::from_hours(2));
    assert!(town.mail_to(ADMINISTRATOR).await.is_none());
    let tenant =
        akashi_app::ports::Tenant::dangerous_without_authentication(founder.caller.member().organization_id);
    let mails = ports.mails.newest(&tenant, 10).await.expect("lists");
    assert!(
        matches!(
            mails.first().map(|mail| &mail.delivery),
            Some(MailDelivery::Dropped { .. })
        ),
        "{mails:?}"
    );
}

/// What the store keeps of a reset opens nothing.
pub async fn no_token_is_stored(ports: &StorePorts) {
    let (town, founder) = Town::founded(ports).await;
    let token = town.reset_token(ADMINISTRATOR).await;
    let tenant =
        akashi_app::ports::Tenant::dangerous_without_authentication(founder.caller.member().organization_id);
    let mails = ports.mails.newest(&tenant, 10).await.expect("lists");
    assert!(!format!("{mails:?}").contains(token.expose()));
    let ticket = ports
        .tickets
        .find(token.sha256(), town.app.now())
        .await
        .expect("finds")
        .expect("is there");
    assert!(!format!("{ticket:?}").contains(token.expose()));
    let account = ports
        .accounts
        .load(founder.caller.account_id())
        .await
        .expect("loads")
        .expect("is there");
    assert!(account.password_hash.starts_with("$argon2id$"));
    assert!(
        !account
            .sealed_address
            .windows(6)
            .any(|window| window == b"minato")
    );
    let stored = format!("{account:?}");
    assert!(
        !stored.contains(secret(PASSWORD).expose_secret()) && !stored.contains("minato"),
        "{stored}"
    );
}
