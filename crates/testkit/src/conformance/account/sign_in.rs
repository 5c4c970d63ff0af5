//! Signing in, and the limits on trying.

use std::time::{Duration, Instant};

use akashi_app::Error;
use akashi_domain::Role;
use jiff::SignedDuration;

use super::town::{ADMINISTRATOR, OTHER_PASSWORD, PASSWORD, Town, email, origin, secret};
use crate::conformance::store::StorePorts;

/// Address in any case and password open a session of the right person.
pub async fn address_and_password_open_a_session(ports: &StorePorts) {
    let (town, founder) = Town::founded(ports).await;
    for address in [ADMINISTRATOR, "Takahashi@MINATO.example"] {
        let signed_in = town.sign_in(address, PASSWORD, 4).await.expect("signs in");
        assert_eq!(signed_in.caller.member(), founder.caller.member());
        assert_ne!(signed_in.token.expose(), founder.token.expose());
        let caller = town
            .app
            .authenticate_member(&signed_in.token, &origin(4))
            .await
            .expect("is signed in");
        assert_eq!(caller.session_id(), signed_in.caller.session_id());
    }
    assert!(town.sign_in(ADMINISTRATOR, "", 4).await.is_err());
    assert!(
        town.sign_in(ADMINISTRATOR, &PASSWORD.repeat(40), 4)
            .await
            .is_err()
    );
}

/// Ten wrong passwords pause the account for a quarter of an hour, the right one included; trying on does not
/// prolong it, and a success forgets them.
pub async fn wrong_passwords_are_counted_and_pause_the_account(ports: &StorePorts) {
    let (town, _) = Town::founded(ports).await;
    for left in (1..=9).rev() {
        let refused = town.sign_in(ADMINISTRATOR, "wrong password", 4).await;
        let Err(Error::Credentials { attempts_left }) = refused else {
            panic!("{refused:?}")
        };
        assert_eq!(attempts_left, left);
    }
    town.sign_in(ADMINISTRATOR, PASSWORD, 4)
        .await
        .expect("the tenth attempt is right");

    for _ in 0..10 {
        let refused = town.sign_in(ADMINISTRATOR, "wrong password", 4).await;
        assert!(matches!(refused, Err(Error::Credentials { .. })), "{refused:?}");
        town.wait(SignedDuration::from_secs(30));
    }
    for minutes in 0..9 {
        let refused = town.sign_in(ADMINISTRATOR, PASSWORD, 5).await;
        let Err(Error::Throttled { retry_after }) = refused else {
            panic!("minute {minutes}: {refused:?}")
        };
        // The first of the ten was made five minutes before the first of these.
        let wanted = 10 - minutes;
        assert!(
            retry_after.as_secs().div_ceil(60).abs_diff(wanted) <= 1,
            "minute {minutes}: {retry_after:?}"
        );
        town.wait(SignedDuration::from_mins(1));
    }
    town.wait(SignedDuration::from_mins(2));
    town.sign_in(ADMINISTRATOR, PASSWORD, 5)
        .await
        .expect("the pause is over");
}

/// Whoever tries addresses learns nothing from the answers, nor from their time.
pub async fn an_unknown_address_is_answered_alike(ports: &StorePorts) {
    let (town, _) = Town::founded(ports).await;
    let mut times = [Duration::ZERO; 2];
    for left in (0..=9).rev() {
        for (address, time) in [ADMINISTRATOR, "nobody@minato.example"]
            .into_iter()
            .zip(&mut times)
        {
            let begin = Instant::now();
            let refused = town.sign_in(address, "wrong password", 4).await;
            *time += begin.elapsed();
            let Err(Error::Credentials { attempts_left }) = refused else {
                panic!("{address}: {refused:?}")
            };
            assert_eq!(attempts_left, left, "{address}");
        }
    }
    for address in [ADMINISTRATOR, "nobody@minato.example"] {
        let refused = town.sign_in(address, "wrong password", 4).await;
        assert!(
            matches!(refused, Err(Error::Throttled { .. })),
            "{address}: {refused:?}"
        );
    }
    // Without the same work for both it would be a factor of ten.
    let [known, unknown] = times;
    assert!(
        unknown * 3 > known && known * 3 > unknown,
        "{known:?} for a known address, {unknown:?} for an unknown one"
    );
}

/// Attempts are counted before the password is looked at.
pub async fn many_at_once_do_not_slip_through(ports: &StorePorts) {
    let (town, _) = Town::founded(ports).await;
    let attempts = (0..30).map(|_| {
        let app = town.app.clone();
        tokio::spawn(async move {
            app.sign_in(&email(ADMINISTRATOR), &secret("wrong password"), &origin(4))
                .await
        })
    });
    let mut looked_at = 0;
    for answer in futures_util::future::join_all(attempts).await {
        match answer.expect("no panic") {
            Err(Error::Credentials { .. }) => looked_at += 1,
            Err(Error::Throttled { .. }) => {}
            other => panic!("{other:?}"),
        }
    }
    assert!(looked_at <= 10, "{looked_at} passwords were looked at");
}

/// Fifty failures from one network pause it, even for right passwords; others go on.
pub async fn a_network_that_tries_many_accounts_is_paused(ports: &StorePorts) {
    let (town, _) = Town::founded(ports).await;
    for number in 0..50 {
        let refused = town
            .sign_in(&format!("nobody{number}@minato.example"), "wrong password", 66)
            .await;
        assert!(
            matches!(refused, Err(Error::Credentials { .. })),
            "{number}: {refused:?}"
        );
    }
    let refused = town.sign_in(ADMINISTRATOR, PASSWORD, 66).await;
    assert!(matches!(refused, Err(Error::Throttled { .. })), "{refused:?}");
    town.sign_in(ADMINISTRATOR, PASSWORD, 67)
        .await
        .expect("another network is not paused");
    town.wait(SignedDuration::from_mins(16));
    town.sign_in(ADMINISTRATOR, PASSWORD, 66)
        .await
        .expect("the pause is over");
}

/// Who was removed is refused like a stranger.
pub async fn a_removed_member_does_not_get_in(ports: &StorePorts) {
    let (town, founder) = Town::founded(ports).await;
    let colleague = "nakamura@minato.example";
    let member = town.settle(&founder.caller, colleague, Role::Member).await;
    town.sign_in(colleague, OTHER_PASSWORD, 4)
        .await
        .expect("signs in");
    town.app
        .remove_member(&founder.caller, member.caller.member().member_id)
        .await
        .expect("is removed");
    let refused = town.sign_in(colleague, OTHER_PASSWORD, 4).await;
    assert!(matches!(refused, Err(Error::Credentials { .. })), "{refused:?}");
}
