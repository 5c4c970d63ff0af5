//! Every write of the store fails once before it is committed and once after, and the caller can go on: the table
//! of "failed and not stored" and "failed but stored".

#![expect(clippy::too_many_lines, reason = "lists of cases")]

use std::sync::Arc;
use std::time::Duration;

use akashi_app::ports::{
    AccountRecord, AttemptKey, InvitationRow, LeasedJob, MailDelivery, NewLink, Session, SessionSubject,
    ShownPage, StoreError, Ticket, TicketPurpose,
};
use akashi_domain::{Digest32, EventKind, FieldValue, Language, MemberState, OrganizationName, Role};
use akashi_testkit::conformance::store::world::{at, conclude, email, token};
use akashi_testkit::conformance::store::{StorePorts, World};
use futures_util::future::BoxFuture;

use super::harness::PostgresDatabase;
use crate::database::CommitFault;
use crate::{Settings, Store};

/// What can be seen of a store, as text; two stores that look the same print the same.
type Look = String;

/// One write: how it is prepared, done, and seen.
struct Case {
    name: &'static str,
    /// Prepares the store and returns the write itself, which is done up to three times.
    prepare: for<'w> fn(&'w World) -> BoxFuture<'w, Write<'w>>,
}

struct Write<'w> {
    /// Does it and says whether the store answered; a refusal (`false`, a conflict) is an answer.
    act: Box<dyn Fn() -> BoxFuture<'w, Result<String, StoreError>> + 'w>,
    /// What can be seen of it.
    look: Box<dyn Fn() -> BoxFuture<'w, Look> + 'w>,
}

macro_rules! the_write {
    (act: $act:expr, look: $look:expr $(,)?) => {
        Write {
            act: Box::new(move || Box::pin($act)),
            look: Box::new(move || Box::pin($look)),
        }
    };
}

/// A digest that belongs to this world alone.
fn own_digest(world: &World, byte: u8) -> Digest32 {
    let mut bytes = [byte; 32];
    bytes[..16].copy_from_slice(world.organization.organization_id.as_uuid().as_bytes());
    Digest32::new(bytes)
}

fn told<T: std::fmt::Debug>(answer: Result<T, StoreError>) -> Result<String, StoreError> {
    answer.map(|value| format!("{value:?}"))
}

fn commit_told(answer: Result<u64, akashi_app::ports::CommitError>) -> Result<String, StoreError> {
    use akashi_app::ports::CommitError;
    match answer {
        Ok(revision) => Ok(format!("revision {revision}")),
        Err(CommitError::Store(error)) => Err(error),
        Err(refused) => Ok(refused.to_string()),
    }
}

async fn leased(world: &World) -> LeasedJob {
    let contract = world.draft("仕事");
    let job = world.sign_job(contract.contract_id);
    world.insert_with_jobs(contract, vec![job]).await;
    world.lease(at(20), token(1)).await
}

async fn job_look(world: &World) -> Look {
    let depth = world.ports.jobs.depth(at(30)).await.unwrap();
    let dead = world
        .ports
        .jobs
        .dead(world.organization.organization_id)
        .await
        .unwrap();
    format!("{depth:?} {dead:?}")
}

fn contract_cases() -> Vec<Case> {
    vec![
        Case {
            name: "ContractStore::commit, a new contract",
            prepare: |world| {
                Box::pin(async move {
                    let (contract, segments) = world.rich();
                    let mut change = world.change(contract, None);
                    change.segments = segments;
                    change.jobs = vec![world.sign_job(change.contract.contract_id)];
                    world.add_event(&mut change, EventKind::Created);
                    let contract_id = change.contract.contract_id;
                    let look = move || async move {
                        let contracts = &world.ports.contracts;
                        let stored = contracts.load(&world.tenant, contract_id).await.unwrap();
                        let events = contracts.events(&world.tenant, contract_id).await.unwrap();
                        let jobs = contracts.jobs(&world.tenant, contract_id).await.unwrap();
                        format!("{stored:?} {events:?} {jobs:?}")
                    };
                    let act = move || {
                        let change = change.clone();
                        async move { commit_told(world.ports.contracts.commit(&world.tenant, change).await) }
                    };
                    the_write! { act: act(), look: look() }
                })
            },
        },
        Case {
            name: "ContractStore::commit, everything at once",
            prepare: |world| {
                Box::pin(async move {
                    let leased = leased(world).await;
                    let contract_id = leased.job.kind.lane().unwrap();
                    let mut contract = world.load(contract_id).await.value;
                    let (pdf, json) = (world.segment(), world.segment());
                    conclude(&mut contract, at(40), &pdf, &json);
                    let party_id = world.party_id();
                    let mut change = world.change(contract, Some(1));
                    world.add_event(&mut change, EventKind::SendingCancelled);
                    change.segments = vec![pdf, json];
                    change.mails = vec![world.request_mail(contract_id, party_id)];
                    change.links = vec![NewLink {
                        token_sha256: own_digest(world, 1),
                        party_id,
                        generation: 1,
                        expires_at: at(99),
                    }];
                    change.concluded_digests = vec![own_digest(world, 2)];
                    change.completes = Some(leased);
                    let look = move || async move {
                        let contracts = &world.ports.contracts;
                        let stored = contracts.load(&world.tenant, contract_id).await.unwrap();
                        let events = contracts.events(&world.tenant, contract_id).await.unwrap();
                        let jobs = contracts.jobs(&world.tenant, contract_id).await.unwrap();
                        let mails = contracts.mails(&world.tenant, contract_id).await.unwrap();
                        let link = contracts.find_link(own_digest(world, 1)).await.unwrap();
                        let concluded = contracts.find_concluded(contract_id).await.unwrap();
                        let known = contracts
                            .find_concluded_digest(own_digest(world, 2))
                            .await
                            .unwrap();
                        format!("{stored:?} {events:?} {jobs:?} {mails:?} {link:?} {concluded:?} {known:?}")
                    };
                    let act = move || {
                        let change = change.clone();
                        async move { commit_told(world.ports.contracts.commit(&world.tenant, change).await) }
                    };
                    the_write! { act: act(), look: look() }
                })
            },
        },
        Case {
            name: "ContractStore::add_segment",
            prepare: |world| {
                Box::pin(async move {
                    let contract_id = world.insert(world.draft("図")).await.value.contract_id;
                    let segment = world.segment();
                    let segment_id = segment.segment_id;
                    let act = move || {
                        let segment = segment.clone();
                        async move {
                            let contracts = &world.ports.contracts;
                            told(
                                contracts
                                    .add_segment(&world.tenant, contract_id, segment, at(1))
                                    .await,
                            )
                        }
                    };
                    let look = move || async move {
                        format!(
                            "{:?}",
                            world
                                .ports
                                .contracts
                                .segment(&world.tenant, segment_id)
                                .await
                                .unwrap()
                        )
                    };
                    the_write! { act: act(), look: look() }
                })
            },
        },
        Case {
            name: "ContractStore::set_input and note_shown",
            prepare: |world| {
                Box::pin(async move {
                    let contract_id = world.insert(world.draft("入力")).await.value.contract_id;
                    let (party_id, field_id) = (world.party_id(), world.field_id());
                    let page = ShownPage {
                        document_id: world.document_id(),
                        page: 3,
                        revision_sha256: own_digest(world, 1),
                    };
                    let act = move || async move {
                        let (contracts, tenant) = (&world.ports.contracts, &world.tenant);
                        let value = FieldValue::Checked { checked: true };
                        told(
                            contracts
                                .set_input(tenant, contract_id, party_id, field_id, Some(&value), at(1))
                                .await,
                        )?;
                        told(
                            contracts
                                .note_shown(tenant, contract_id, party_id, &[page], at(1))
                                .await,
                        )
                    };
                    let look = move || async move {
                        let (contracts, tenant) = (&world.ports.contracts, &world.tenant);
                        let inputs = contracts.inputs(tenant, contract_id, party_id).await.unwrap();
                        let shown = contracts
                            .shown_pages(tenant, contract_id, party_id)
                            .await
                            .unwrap();
                        format!("{inputs:?} {shown:?}")
                    };
                    the_write! { act: act(), look: look() }
                })
            },
        },
        Case {
            name: "ContractStore::forget_progress",
            prepare: |world| {
                Box::pin(async move {
                    let contract_id = world.insert(world.draft("入力")).await.value.contract_id;
                    let (party_id, field_id) = (world.party_id(), world.field_id());
                    let value = FieldValue::Checked { checked: true };
                    let (contracts, tenant) = (&world.ports.contracts, &world.tenant);
                    let set =
                        contracts.set_input(tenant, contract_id, party_id, field_id, Some(&value), at(1));
                    set.await.unwrap();
                    let act = move || async move {
                        told(contracts.forget_progress(tenant, contract_id, party_id).await)
                    };
                    let look = move || async move {
                        format!(
                            "{:?}",
                            contracts.inputs(tenant, contract_id, party_id).await.unwrap()
                        )
                    };
                    the_write! { act: act(), look: look() }
                })
            },
        },
        Case {
            name: "ContractStore::delete_draft",
            prepare: |world| {
                Box::pin(async move {
                    let contract_id = world.insert(world.draft("下書き")).await.value.contract_id;
                    let (contracts, tenant) = (&world.ports.contracts, &world.tenant);
                    let act =
                        move || async move { told(contracts.delete_draft(tenant, contract_id, 1).await) };
                    let look = move || async move {
                        let loaded = contracts.load(tenant, contract_id).await.unwrap();
                        let events = contracts.events(tenant, contract_id).await.unwrap();
                        format!("{loaded:?} {events:?}")
                    };
                    the_write! { act: act(), look: look() }
                })
            },
        },
    ]
}

fn job_and_mail_cases() -> Vec<Case> {
    vec![
        Case {
            name: "JobQueue::lease",
            prepare: |world| {
                Box::pin(async move {
                    let contract = world.draft("仕事");
                    let job = world.sign_job(contract.contract_id);
                    world.insert_with_jobs(contract, vec![job]).await;
                    let act = move || async move {
                        told(
                            world
                                .ports
                                .jobs
                                .lease(at(20), Duration::from_mins(1), token(1))
                                .await,
                        )
                    };
                    the_write! { act: act(), look: job_look(world) }
                })
            },
        },
        Case {
            name: "JobQueue::extend",
            prepare: |world| {
                Box::pin(async move {
                    let leased = Arc::new(leased(world).await);
                    let act = move || {
                        let leased = Arc::clone(&leased);
                        async move {
                            told(
                                world
                                    .ports
                                    .jobs
                                    .extend(&leased, at(20), Duration::from_secs(5))
                                    .await,
                            )
                        }
                    };
                    // At 30 s the shortened lease has run out: that is how it shows.
                    the_write! { act: act(), look: job_look(world) }
                })
            },
        },
        Case {
            name: "JobQueue::complete",
            prepare: |world| {
                Box::pin(async move {
                    let leased = Arc::new(leased(world).await);
                    let act = move || {
                        let leased = Arc::clone(&leased);
                        async move { told(world.ports.jobs.complete(&leased).await) }
                    };
                    the_write! { act: act(), look: job_look(world) }
                })
            },
        },
        Case {
            name: "JobQueue::retry",
            prepare: |world| {
                Box::pin(async move {
                    let leased = Arc::new(leased(world).await);
                    let act = move || {
                        let leased = Arc::clone(&leased);
                        async move { told(world.ports.jobs.retry(&leased, at(500), "later").await) }
                    };
                    the_write! { act: act(), look: job_look(world) }
                })
            },
        },
        Case {
            name: "JobQueue::bury",
            prepare: |world| {
                Box::pin(async move {
                    let leased = Arc::new(leased(world).await);
                    let act = move || {
                        let leased = Arc::clone(&leased);
                        async move { told(world.ports.jobs.bury(&leased, "never", at(25)).await) }
                    };
                    the_write! { act: act(), look: job_look(world) }
                })
            },
        },
        Case {
            name: "JobQueue::revive",
            prepare: |world| {
                Box::pin(async move {
                    let leased = leased(world).await;
                    let (jobs, job_id) = (&world.ports.jobs, leased.job.job_id);
                    assert!(jobs.bury(&leased, "never", at(25)).await.unwrap());
                    let mine = world.organization.organization_id;
                    let act = move || async move { told(jobs.revive(mine, job_id, at(26)).await) };
                    the_write! { act: act(), look: job_look(world) }
                })
            },
        },
        Case {
            name: "JobQueue::hasten",
            prepare: |world| {
                Box::pin(async move {
                    let leased = leased(world).await;
                    let (jobs, job_id) = (&world.ports.jobs, leased.job.job_id);
                    assert!(jobs.retry(&leased, at(500), "later").await.unwrap());
                    let mine = world.organization.organization_id;
                    let act = move || async move { told(jobs.hasten(mine, job_id, at(26)).await) };
                    the_write! { act: act(), look: job_look(world) }
                })
            },
        },
        Case {
            name: "MailStore::queue",
            prepare: |world| {
                Box::pin(async move {
                    let mail = akashi_app::ports::NewMail {
                        contract_id: None,
                        ..world.request_mail(world.contract_id(), world.party_id())
                    };
                    let mail_id = mail.mail_id;
                    let act = move || {
                        let mail = mail.clone();
                        async move {
                            // Queued before is seen by its id, so a caller that was not answered looks first.
                            if world.ports.mails.load(&world.tenant, mail_id).await?.is_some() {
                                return Ok("there".to_owned());
                            }
                            told(world.ports.mails.queue(&world.tenant, vec![mail], at(1)).await)
                        }
                    };
                    let look = move || async move {
                        let mail = world.ports.mails.load(&world.tenant, mail_id).await.unwrap();
                        format!("{mail:?} {}", job_look(world).await)
                    };
                    the_write! { act: act(), look: look() }
                })
            },
        },
        Case {
            name: "MailStore::begin_attempt",
            prepare: |world| mail_case(world, None),
        },
        Case {
            name: "MailStore::record",
            prepare: |world| mail_case(world, Some(MailDelivery::Dropped { dropped_at: at(3) })),
        },
    ]
}

/// A mail is tried, or what became of it is recorded.
fn mail_case(world: &World, delivery: Option<MailDelivery>) -> BoxFuture<'_, Write<'_>> {
    Box::pin(async move {
        let stored = world.insert(world.draft("通知")).await;
        let mail = world.request_mail(stored.value.contract_id, world.party_id());
        let mail_id = mail.mail_id;
        let mut change = world.change(stored.value, Some(1));
        change.mails = vec![mail];
        world.commit(change).await;
        let act = move || {
            let delivery = delivery.clone();
            async move {
                match delivery {
                    Some(delivery) => told(world.ports.mails.record(&world.tenant, mail_id, delivery).await),
                    None => told(world.ports.mails.begin_attempt(&world.tenant, mail_id).await),
                }
            }
        };
        let look = move || async move {
            format!(
                "{:?}",
                world.ports.mails.load(&world.tenant, mail_id).await.unwrap()
            )
        };
        the_write! { act: act(), look: look() }
    })
}

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

fn organization_cases() -> Vec<Case> {
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

fn identity_cases() -> Vec<Case> {
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
fn cases_that_are_used_up() -> Vec<Case> {
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

/// Does the write once without a fault, to know how the store looks afterwards; then with each fault.
async fn walk(store: &Arc<Store>, number: &mut u64, case: &Case) {
    let ports = StorePorts::of(store);
    for fault in [CommitFault::BeforeCommit, CommitFault::AfterCommit] {
        *number += 1;
        let world = World::numbered(&ports, *number).await;
        let write = (case.prepare)(&world).await;
        let before = (write.look)().await;
        store.database.fail_next_commit(fault);
        let failed = (write.act)().await;
        assert!(
            matches!(failed, Err(StoreError::Unavailable(_))),
            "{}, {fault:?}: {failed:?}",
            case.name
        );
        let between = (write.look)().await;
        match fault {
            CommitFault::BeforeCommit => assert_eq!(between, before, "{}: failed and not stored", case.name),
            CommitFault::AfterCommit => assert_ne!(between, before, "{}: failed but stored", case.name),
        }
        // The caller tries again, and the store is where it should be, once.
        (write.act)()
            .await
            .unwrap_or_else(|error| panic!("{}, {fault:?}: {error:?}", case.name));
        let after = (write.look)().await;
        assert_ne!(after, before, "{}", case.name);
        if fault == CommitFault::AfterCommit
            && !case.name.contains(" and ")
            && case.name != "MailStore::begin_attempt"
        {
            assert_eq!(
                after, between,
                "{}: the second time changes nothing more",
                case.name
            );
        }
        clear_jobs(&world).await;
    }
}

/// Jobs that a case leaves must not be leased by the next one.
async fn clear_jobs(world: &World) {
    while let Some(leased) = world.try_lease(at(1_000_000), token(9)).await {
        if let akashi_app::ports::JobKind::DeliverMail { mail_id } = leased.job.kind {
            let tenant =
                akashi_app::ports::Tenant::dangerous_without_authentication(leased.job.organization_id);
            let dropped = MailDelivery::Dropped { dropped_at: at(1) };
            world.ports.mails.record(&tenant, mail_id, dropped).await.unwrap();
        }
        assert!(world.ports.jobs.complete(&leased).await.unwrap());
    }
    let mine = world.organization.organization_id;
    for letter in world.ports.jobs.dead(mine).await.unwrap() {
        assert!(
            world
                .ports
                .jobs
                .revive(mine, letter.job.job_id, at(0))
                .await
                .unwrap()
        );
        let leased = world.lease(at(1_000_000), token(9)).await;
        assert!(world.ports.jobs.complete(&leased).await.unwrap());
    }
    for session in world
        .ports
        .sessions
        .of_account(world.member.account_id)
        .await
        .unwrap()
    {
        world
            .ports
            .sessions
            .end_by_token(session.token_sha256)
            .await
            .unwrap();
    }
    world.ports.tickets.remove(TicketPurpose::Setup).await.unwrap();
    world
        .ports
        .attempts
        .clear(AttemptKey::Account(own_digest(world, 5)))
        .await
        .unwrap();
}

async fn walk_all(store: Store) {
    let store = Arc::new(store);
    let mut number = 1;
    let groups = [
        contract_cases(),
        job_and_mail_cases(),
        organization_cases(),
        identity_cases(),
        cases_that_are_used_up(),
    ];
    for group in groups {
        for case in &group {
            walk(&store, &mut number, case).await;
        }
        assert_eq!(
            store.check_consistency().await.unwrap(),
            [],
            "after {}",
            group[0].name
        );
    }
    store.close().await;
}

#[tokio::test]
async fn every_write_survives_faults_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    walk_all(
        Store::open(Settings::Sqlite {
            path: folder.path().join("akashi.sqlite"),
        })
        .await
        .unwrap(),
    )
    .await;
}

#[tokio::test]
async fn every_write_survives_faults_on_postgres() {
    let database = PostgresDatabase::create().await;
    walk_all(database.open().await).await;
    database.drop().await;
}
