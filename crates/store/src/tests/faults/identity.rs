//! Writes of accounts, sessions, tickets and attempts.

#![expect(clippy::too_many_lines, reason = "a list of cases")]

use std::sync::Arc;

use akashi_app::ports::{
    AccountRecord, AttemptKey, Session, SessionSubject, StoreError, Ticket, TicketPurpose,
};
use akashi_testkit::conformance::store::World;
use akashi_testkit::conformance::store::world::at;
use futures_util::future::BoxFuture;

use super::{Case, Write, own_digest, told};

fn account(world: &World) -> AccountRecord {
    AccountRecord {
        account_id: world.account_id(),
        address_hash: own_digest(world, 1),
        sealed_address: vec![1],
        password_hash: "old".to_owned(),
        created_at: at(1),
        password_set_at: at(1),
    }
}

fn session(world: &World) -> Session {
    Session {
        session_id: world.session_id(),
        token_sha256: own_digest(world, 1),
        subject: SessionSubject::Member {
            account_id: world.member.account_id,
            organization_id: world.organization.organization_id,
            member_id: world.member.member_id,
        },
        created_at: at(0),
        last_used_at: at(0),
        expires_at: at(1000),
        address: None,
        user_agent: String::new(),
    }
}

/// What is done with a session.
type SessionAct = for<'w> fn(&'w World, Arc<Session>) -> BoxFuture<'w, Result<String, StoreError>>;

/// A session that is there is ended or noted in one way or another.
fn session_case(world: &World, act: SessionAct) -> BoxFuture<'_, Write<'_>> {
    Box::pin(async move {
        let session = Arc::new(session(world));
        world.ports.sessions.add(&session).await.unwrap();
        let look = move || async move {
            format!(
                "{:?}",
                world
                    .ports
                    .sessions
                    .of_account(world.member.account_id)
                    .await
                    .unwrap()
            )
        };
        the_write! { act: act(world, Arc::clone(&session)), look: look() }
    })
}

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case {
            name: "AccountStore::add and set_password",
            prepare: |world| {
                Box::pin(async move {
                    let account = Arc::new(account(world));
                    let account_id = account.account_id;
                    let act = move || {
                        let account = Arc::clone(&account);
                        async move {
                            told(world.ports.accounts.add(&account).await)?;
                            told(world.ports.accounts.set_password(account_id, "new", at(2)).await)
                        }
                    };
                    let look = move || async move {
                        format!("{:?}", world.ports.accounts.load(account_id).await.unwrap())
                    };
                    the_write! { act: act(), look: look() }
                })
            },
        },
        Case {
            name: "SessionStore::touch",
            prepare: |world| {
                session_case(world, |world, session| {
                    Box::pin(async move {
                        told(
                            world
                                .ports
                                .sessions
                                .touch(session.session_id, at(600), None)
                                .await,
                        )
                    })
                })
            },
        },
        Case {
            name: "SessionStore::end",
            prepare: |world| {
                session_case(world, |world, session| {
                    Box::pin(async move {
                        told(
                            world
                                .ports
                                .sessions
                                .end(world.member.account_id, session.session_id)
                                .await,
                        )
                    })
                })
            },
        },
        Case {
            name: "SessionStore::end_by_token",
            prepare: |world| {
                session_case(world, |world, session| {
                    Box::pin(
                        async move { told(world.ports.sessions.end_by_token(session.token_sha256).await) },
                    )
                })
            },
        },
        Case {
            name: "SessionStore::end_others",
            prepare: |world| {
                session_case(world, |world, _| {
                    Box::pin(async move {
                        told(
                            world
                                .ports
                                .sessions
                                .end_others(world.member.account_id, None)
                                .await,
                        )
                    })
                })
            },
        },
        Case {
            name: "SessionStore::end_of_member",
            prepare: |world| {
                session_case(world, |world, _| {
                    Box::pin(
                        async move { told(world.ports.sessions.end_of_member(world.member.member_id).await) },
                    )
                })
            },
        },
        Case {
            name: "SessionStore::purge",
            prepare: |world| {
                session_case(world, |world, _| {
                    Box::pin(async move { told(world.ports.sessions.purge(at(5000)).await) })
                })
            },
        },
        Case {
            name: "SessionStore::add",
            prepare: |world| {
                Box::pin(async move {
                    let session = Arc::new(session(world));
                    let act = move || {
                        let session = Arc::clone(&session);
                        async move {
                            // A token is random and used for one session: found means added.
                            if world.ports.sessions.find(session.token_sha256).await?.is_some() {
                                return Ok("there".to_owned());
                            }
                            told(world.ports.sessions.add(&session).await)
                        }
                    };
                    let look = move || async move {
                        format!(
                            "{:?}",
                            world.ports.sessions.find(own_digest(world, 1)).await.unwrap()
                        )
                    };
                    the_write! { act: act(), look: look() }
                })
            },
        },
        Case {
            name: "TicketStore::add and remove",
            prepare: |world| {
                Box::pin(async move {
                    let ticket = Ticket {
                        token_sha256: own_digest(world, 5),
                        purpose: TicketPurpose::Setup,
                        expires_at: at(9),
                    };
                    world.ports.tickets.add(&ticket).await.unwrap();
                    let act =
                        move || async move { told(world.ports.tickets.remove(TicketPurpose::Setup).await) };
                    let look = move || async move {
                        format!(
                            "{:?}",
                            world
                                .ports
                                .tickets
                                .find(own_digest(world, 5), at(1))
                                .await
                                .unwrap()
                        )
                    };
                    the_write! { act: act(), look: look() }
                })
            },
        },
        Case {
            name: "AttemptStore::clear",
            prepare: |world| {
                Box::pin(async move {
                    let key = AttemptKey::Account(own_digest(world, 5));
                    world.ports.attempts.note(key, at(1)).await.unwrap();
                    let act = move || async move { told(world.ports.attempts.clear(key).await) };
                    let look = move || async move {
                        format!("{:?}", world.ports.attempts.count(key, at(0)).await.unwrap())
                    };
                    the_write! { act: act(), look: look() }
                })
            },
        },
    ]
}

/// Writes that must not take effect twice, so that a lost answer costs something: a ticket is used up, an attempt
/// counts. Both fail on the safe side.
pub(super) fn used_up() -> Vec<Case> {
    vec![
        Case {
            name: "TicketStore::take",
            prepare: |world| {
                Box::pin(async move {
                    let ticket = Ticket {
                        token_sha256: own_digest(world, 5),
                        purpose: TicketPurpose::Setup,
                        expires_at: at(9),
                    };
                    world.ports.tickets.add(&ticket).await.unwrap();
                    let act = move || async move {
                        told(world.ports.tickets.take(own_digest(world, 5), at(1)).await)
                    };
                    let look = move || async move {
                        format!(
                            "{:?}",
                            world
                                .ports
                                .tickets
                                .find(own_digest(world, 5), at(1))
                                .await
                                .unwrap()
                        )
                    };
                    the_write! { act: act(), look: look() }
                })
            },
        },
        Case {
            name: "AttemptStore::note",
            prepare: |world| {
                Box::pin(async move {
                    let key = AttemptKey::Account(own_digest(world, 5));
                    let act = move || async move { told(world.ports.attempts.note(key, at(1)).await) };
                    let look = move || async move {
                        format!("{:?}", world.ports.attempts.count(key, at(0)).await.unwrap() > 0)
                    };
                    the_write! { act: act(), look: look() }
                })
            },
        },
    ]
}
