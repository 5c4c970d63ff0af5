//! Writes of jobs and mails.

#![expect(clippy::too_many_lines, reason = "a list of cases")]

use std::sync::Arc;
use std::time::Duration;

use akashi_app::ports::MailDelivery;
use akashi_testkit::conformance::store::World;
use akashi_testkit::conformance::store::world::{at, token};
use futures_util::future::BoxFuture;

use super::{Case, Write, job_look, leased, told};

pub(super) fn cases() -> Vec<Case> {
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
