//! Sessions, tickets and attempts.

use std::net::IpAddr;

use akashi_app::ports::{AttemptKey, Session, SessionSubject, Ticket, TicketPurpose};
use akashi_domain::{AccountId, MemberId};

use super::world::{at, digest};
use super::{StorePorts, World};

fn address(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

fn member_session(world: &World, byte: u8, account_id: AccountId, member_id: MemberId) -> Session {
    Session {
        session_id: world.session_id(),
        token_sha256: digest(byte),
        subject: SessionSubject::Member {
            account_id,
            organization_id: world.organization.organization_id,
            member_id,
        },
        created_at: at(0),
        last_used_at: at(i64::from(byte)),
        expires_at: at(10_000),
        address: Some(address("2001:db8::7")),
        user_agent: "Mozilla/5.0 (髙橋)".to_owned(),
    }
}

fn party_session(world: &World, byte: u8) -> Session {
    Session {
        subject: SessionSubject::Party {
            organization_id: world.organization.organization_id,
            contract_id: world.contract_id(),
            party_id: world.party_id(),
            generation: 4,
        },
        address: None,
        ..member_session(world, byte, world.account_id(), world.member_id())
    }
}

/// Sessions of members and of parties are found by the hash of their token.
pub async fn sessions_come_back(ports: &StorePorts) {
    let world = World::new(ports).await;
    let sessions = [
        member_session(&world, 1, world.member.account_id, world.member.member_id),
        party_session(&world, 2),
    ];
    for session in &sessions {
        ports.sessions.add(session).await.expect("added");
    }
    for session in sessions {
        let found = ports
            .sessions
            .find(session.token_sha256)
            .await
            .expect("an answer");
        assert_eq!(found, Some(session.clone()));
        ports
            .sessions
            .end_by_token(session.token_sha256)
            .await
            .expect("ended");
        ports
            .sessions
            .end_by_token(session.token_sha256)
            .await
            .expect("ended before is fine");
        assert!(
            ports
                .sessions
                .find(session.token_sha256)
                .await
                .expect("an answer")
                .is_none()
        );
    }
}

/// The last use is kept to the minute, with where it came from.
pub async fn a_use_is_noted_to_the_minute(ports: &StorePorts) {
    let world = World::new(ports).await;
    let session = member_session(&world, 1, world.member.account_id, world.member.member_id);
    ports.sessions.add(&session).await.expect("added");
    let seen = async || {
        let found = ports
            .sessions
            .find(digest(1))
            .await
            .expect("an answer")
            .expect("a session");
        (found.last_used_at, found.address)
    };
    let touch = async |seconds, from| {
        ports
            .sessions
            .touch(session.session_id, at(seconds), from)
            .await
            .expect("noted");
    };
    let home = session.address;
    touch(125, home).await;
    assert_eq!(seen().await, (at(120), home));
    touch(179, home).await;
    assert_eq!(seen().await, (at(120), home));
    touch(179, Some(address("203.0.113.5"))).await;
    assert_eq!(seen().await, (at(120), Some(address("203.0.113.5"))));
    touch(180, None).await;
    assert_eq!(seen().await, (at(180), None));
    ports
        .sessions
        .touch(world.session_id(), at(1), None)
        .await
        .expect("an ended session is fine");
}

/// A person sees the own sessions, newest use first, and ends one or all others.
pub async fn sessions_of_an_account_are_listed_and_ended(ports: &StorePorts) {
    let world = World::new(ports).await;
    let (mine, theirs) = (world.member.account_id, world.account_id());
    let member_id = world.member.member_id;
    let sessions: Vec<_> = (1..=4)
        .map(|byte| member_session(&world, byte, mine, member_id))
        .collect();
    let stranger = member_session(&world, 9, theirs, world.member_id());
    for session in sessions.iter().chain([&stranger, &party_session(&world, 10)]) {
        ports.sessions.add(session).await.expect("added");
    }
    let [a, b, c, d] = sessions.try_into().expect("four");
    let list = async || ports.sessions.of_account(mine).await.expect("an answer");
    assert_eq!(list().await, [d.clone(), c.clone(), b.clone(), a.clone()]);
    assert!(
        !ports
            .sessions
            .end(mine, stranger.session_id)
            .await
            .expect("an answer"),
        "not one's own"
    );
    assert!(ports.sessions.end(mine, c.session_id).await.expect("an answer"));
    assert!(!ports.sessions.end(mine, c.session_id).await.expect("an answer"));
    assert_eq!(
        ports
            .sessions
            .end_others(mine, Some(b.session_id))
            .await
            .expect("an answer"),
        2
    );
    assert_eq!(list().await, [b]);
    assert_eq!(ports.sessions.end_others(mine, None).await.expect("an answer"), 1);
    assert!(list().await.is_empty());
    assert_eq!(
        ports.sessions.of_account(theirs).await.expect("an answer"),
        [stranger]
    );
}

/// When a member is removed, everything that the member is signed in with ends.
pub async fn sessions_of_a_member_end_together(ports: &StorePorts) {
    let world = World::new(ports).await;
    let account_id = world.member.account_id;
    let elsewhere = world.member_id();
    for (byte, member_id) in [
        (1, world.member.member_id),
        (2, world.member.member_id),
        (3, elsewhere),
    ] {
        let session = member_session(&world, byte, account_id, member_id);
        ports.sessions.add(&session).await.expect("added");
    }
    assert_eq!(
        ports
            .sessions
            .end_of_member(world.member.member_id)
            .await
            .expect("an answer"),
        2
    );
    assert_eq!(
        ports
            .sessions
            .of_account(account_id)
            .await
            .expect("an answer")
            .len(),
        1
    );
}

/// Of many who use a ticket at once exactly one gets it.
pub async fn a_ticket_is_taken_once(ports: &StorePorts) {
    let ticket = Ticket {
        token_sha256: digest(1),
        purpose: TicketPurpose::Setup,
        expires_at: at(100),
    };
    ports.tickets.add(&ticket).await.expect("added");
    assert_eq!(
        ports.tickets.find(digest(1), at(1)).await.expect("an answer"),
        Some(ticket)
    );
    assert_eq!(
        ports.tickets.find(digest(1), at(1)).await.expect("an answer"),
        Some(ticket),
        "looking uses nothing"
    );
    let takers: Vec<_> = (0..8)
        .map(|_| {
            let tickets = ports.tickets.clone();
            tokio::spawn(async move { tickets.take(digest(1), at(2)).await.expect("an answer") })
        })
        .collect();
    let mut taken = Vec::new();
    for taker in takers {
        taken.extend(taker.await.expect("it ends"));
    }
    assert_eq!(taken, [ticket]);
    assert!(
        ports
            .tickets
            .find(digest(1), at(3))
            .await
            .expect("an answer")
            .is_none()
    );
}

/// A ticket ends at its time, or when its purpose is over.
pub async fn tickets_end_and_are_removed(ports: &StorePorts) {
    let world = World::new(ports).await;
    let organization_id = world.organization.organization_id;
    let (one, two) = (world.invitation_id(), world.invitation_id());
    let (account_id, other_account) = (world.account_id(), world.account_id());
    let purposes = [
        TicketPurpose::Setup,
        TicketPurpose::Invitation {
            organization_id,
            invitation_id: one,
        },
        TicketPurpose::Invitation {
            organization_id,
            invitation_id: two,
        },
        TicketPurpose::PasswordReset { account_id },
        TicketPurpose::PasswordReset { account_id },
        TicketPurpose::PasswordReset {
            account_id: other_account,
        },
    ];
    for (byte, purpose) in (1..).zip(purposes) {
        let ticket = Ticket {
            token_sha256: digest(byte),
            purpose,
            expires_at: at(100),
        };
        ports.tickets.add(&ticket).await.expect("added");
        assert_eq!(
            ports.tickets.find(digest(byte), at(99)).await.expect("an answer"),
            Some(ticket)
        );
        assert!(
            ports
                .tickets
                .find(digest(byte), at(100))
                .await
                .expect("an answer")
                .is_none()
        );
        assert!(
            ports
                .tickets
                .take(digest(byte), at(100))
                .await
                .expect("an answer")
                .is_none()
        );
    }
    let left = async || {
        let mut left = Vec::new();
        for byte in 1..=6 {
            let found = ports.tickets.find(digest(byte), at(1)).await.expect("an answer");
            left.extend(found.map(|_| byte));
        }
        left
    };
    for (purpose, expected) in [
        (purposes[1], vec![1, 3, 4, 5, 6]),
        (purposes[3], vec![1, 3, 6]),
        (purposes[0], vec![3, 6]),
        (purposes[0], vec![3, 6]),
    ] {
        ports.tickets.remove(purpose).await.expect("removed");
        assert_eq!(left().await, expected);
    }
}

/// Failed attempts are counted by account and by address, since a moment, until a success.
pub async fn attempts_are_counted_and_cleared(ports: &StorePorts) {
    let account = AttemptKey::Account(digest(1));
    let home = AttemptKey::Address(address("203.0.113.5"));
    for seconds in [10, 20, 20, 30] {
        ports.attempts.note(account, at(seconds)).await.expect("noted");
    }
    ports.attempts.note(home, at(20)).await.expect("noted");
    let count = async |key, since| ports.attempts.count(key, at(since)).await.expect("an answer");
    assert_eq!(count(account, 0).await, 4, "two at the same moment are two");
    assert_eq!(count(account, 20).await, 3);
    assert_eq!(count(account, 31).await, 0);
    assert_eq!(count(home, 0).await, 1);
    assert_eq!(count(AttemptKey::Account(digest(2)), 0).await, 0);
    let notes: Vec<_> = (0..10)
        .map(|_| {
            let attempts = ports.attempts.clone();
            tokio::spawn(async move { attempts.note(account, at(40)).await.expect("noted") })
        })
        .collect();
    for note in notes {
        note.await.expect("it ends");
    }
    assert_eq!(count(account, 0).await, 14, "none is lost when they come at once");
    ports.attempts.clear(account).await.expect("cleared");
    assert_eq!((count(account, 0).await, count(home, 0).await), (0, 1));
    // All of an IPv6 customer's addresses are one; an IPv4 address is the same however it is written.
    ports
        .attempts
        .note(AttemptKey::Address(address("2001:db8:0:1::1")), at(50))
        .await
        .expect("noted");
    assert_eq!(
        count(AttemptKey::Address(address("2001:db8:0:1:ffff::2")), 0).await,
        1
    );
    assert_eq!(count(AttemptKey::Address(address("2001:db8:0:2::1")), 0).await, 0);
    assert_eq!(
        count(AttemptKey::Address(address("::ffff:203.0.113.5")), 0).await,
        1
    );
}

/// What has ended is removed; what has not stays.
pub async fn what_is_over_is_purged(ports: &StorePorts) {
    const DAY: i64 = 24 * 60 * 60;
    let world = World::new(ports).await;
    let key = AttemptKey::Account(digest(1));
    for (byte, ends) in [(1, 100), (2, 101)] {
        let session = Session {
            expires_at: at(ends),
            ..party_session(&world, byte)
        };
        ports.sessions.add(&session).await.expect("added");
        let ticket = Ticket {
            token_sha256: digest(byte),
            purpose: TicketPurpose::Setup,
            expires_at: at(ends),
        };
        ports.tickets.add(&ticket).await.expect("added");
        ports.attempts.note(key, at(ends - 1 - DAY)).await.expect("noted");
    }
    ports.sessions.purge(at(100)).await.expect("purged");
    assert!(ports.sessions.find(digest(1)).await.expect("an answer").is_none());
    assert!(ports.sessions.find(digest(2)).await.expect("an answer").is_some());
    assert!(
        ports
            .tickets
            .find(digest(1), at(0))
            .await
            .expect("an answer")
            .is_none()
    );
    assert!(
        ports
            .tickets
            .find(digest(2), at(0))
            .await
            .expect("an answer")
            .is_some()
    );
    assert_eq!(
        ports.attempts.count(key, at(-10 * DAY)).await.expect("an answer"),
        1
    );
}
