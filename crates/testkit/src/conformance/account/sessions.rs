//! Sessions.

use akashi_app::{Error, Token};
use akashi_domain::Role;
use jiff::SignedDuration;

use super::town::{ADMINISTRATOR, PASSWORD, Town, origin};
use crate::conformance::store::StorePorts;

/// Twelve hours without use, or fourteen days with, and it is over.
pub async fn a_session_ends_when_idle_and_at_its_end(ports: &StorePorts) {
    let (town, founder) = Town::founded(ports).await;
    let idle = town.sign_in(ADMINISTRATOR, PASSWORD, 4).await.expect("signs in");
    for _ in 0..29 {
        town.wait(SignedDuration::from_hours(11));
        assert!(
            town.is_signed_in(&founder.token).await,
            "a session in use goes on"
        );
    }
    assert!(!town.is_signed_in(&idle.token).await, "an idle one does not");
    town.wait(SignedDuration::from_hours(11));
    assert!(
        town.is_signed_in(&founder.token).await,
        "thirteen days and a half"
    );
    town.wait(SignedDuration::from_hours(11));
    assert!(
        !town.is_signed_in(&founder.token).await,
        "fourteen days are the end"
    );
    town.clock
        .set(akashi_app::ports::Clock::now(&*town.clock) - SignedDuration::from_hours(11));
    assert!(
        !town.is_signed_in(&founder.token).await,
        "and it does not come back"
    );
}

/// Signing out ends this session alone, and can be repeated.
pub async fn signing_out_ends_the_session(ports: &StorePorts) {
    let (town, founder) = Town::founded(ports).await;
    let second = town.sign_in(ADMINISTRATOR, PASSWORD, 4).await.expect("signs in");
    town.app.sign_out(&second.token).await.expect("signs out");
    town.app
        .sign_out(&second.token)
        .await
        .expect("once more does no harm");
    assert!(!town.is_signed_in(&second.token).await);
    assert!(town.is_signed_in(&founder.token).await);
}

/// The owner sees all living sessions and ends them, one or all others.
pub async fn sessions_are_listed_and_revoked(ports: &StorePorts) {
    let (town, founder) = Town::founded(ports).await;
    let sign_in = async |from: u8| {
        town.wait(SignedDuration::from_mins(2));
        town.sign_in(ADMINISTRATOR, PASSWORD, from)
            .await
            .expect("signs in")
    };
    let (second, third) = (sign_in(4).await, sign_in(5).await);
    let listed = town.app.sessions(&second.caller).await.expect("lists");
    let browsers: Vec<&str> = listed.iter().map(|session| session.user_agent.as_str()).collect();
    assert_eq!(
        browsers,
        ["Browser 5", "Browser 4", "Browser 1"],
        "newest use first"
    );
    let current: Vec<bool> = listed.iter().map(|session| session.is_current).collect();
    assert_eq!(current, [false, true, false]);
    assert_eq!(
        listed.first().and_then(|session| session.address),
        origin(5).address
    );

    town.app
        .revoke_session(&second.caller, third.caller.session_id())
        .await
        .expect("is revoked");
    assert!(!town.is_signed_in(&third.token).await);
    let again = town
        .app
        .revoke_session(&second.caller, third.caller.session_id())
        .await;
    assert!(matches!(again, Err(Error::NotFound)));
    let fourth = sign_in(6).await;
    assert_eq!(
        town.app
            .revoke_other_sessions(&second.caller)
            .await
            .expect("are revoked"),
        2
    );
    assert!(town.is_signed_in(&second.token).await);
    for ended in [&founder.token, &fourth.token] {
        assert!(!town.is_signed_in(ended).await);
    }
}

/// The id of a session gives no power over it.
pub async fn nobody_revokes_anothers_session(ports: &StorePorts) {
    let (town, founder) = Town::founded(ports).await;
    let member = town
        .settle(&founder.caller, "nakamura@minato.example", Role::Member)
        .await;
    let tried = town
        .app
        .revoke_session(&member.caller, founder.caller.session_id())
        .await;
    assert!(matches!(tried, Err(Error::NotFound)), "{tried:?}");
    assert_eq!(
        town.app
            .revoke_other_sessions(&member.caller)
            .await
            .expect("are revoked"),
        0
    );
    assert!(town.is_signed_in(&founder.token).await);
}

/// Reading a page does not write to the database each time.
pub async fn a_use_is_noted_at_most_once_a_minute(ports: &StorePorts) {
    let (town, founder) = Town::founded(ports).await;
    let last_used_at = async || {
        let listed = town.app.sessions(&founder.caller).await.expect("lists");
        listed.first().expect("a session").last_used_at
    };
    let began = last_used_at().await;
    town.wait(SignedDuration::from_secs(59));
    town.is_signed_in(&founder.token).await;
    assert_eq!(last_used_at().await, began);
    town.wait(SignedDuration::from_secs(61));
    town.is_signed_in(&founder.token).await;
    assert_eq!(last_used_at().await, began + SignedDuration::from_mins(2));
}

/// Unknown tokens and tokens of other kinds open nothing.
pub async fn tokens_of_others_open_nothing(ports: &StorePorts) {
    let (town, founder) = Town::founded(ports).await;
    let invitation = town
        .invite(&founder.caller, "nakamura@minato.example", Role::Member)
        .await;
    let unknown = Token::parse(&"A".repeat(43)).expect("well formed");
    for token in [invitation.clone(), unknown.clone()] {
        assert!(!town.is_signed_in(&token).await);
    }
    for token in [founder.token.clone(), unknown, invitation.clone()] {
        assert!(matches!(
            town.app.look_at_reset(&token).await,
            Err(Error::TicketDead)
        ));
        assert!(matches!(
            town.app.look_at_setup(&token).await,
            Err(Error::TicketDead)
        ));
    }
    assert!(matches!(
        town.app.look_at_invitation(&founder.token).await,
        Err(Error::TicketDead)
    ));
    town.app
        .look_at_invitation(&invitation)
        .await
        .expect("looking did not use it up");
}
