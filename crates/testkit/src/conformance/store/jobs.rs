//! The queue: what a commit queues, leases, retries, dead letters, waking.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use akashi_app::ports::{CommitError, JobKind, QueueDepth};
use akashi_domain::EventKind;

use super::world::{at, token};
use super::{StorePorts, World};

const MINUTE: Duration = Duration::from_mins(1);

/// Jobs and mails of a change are there as soon as it is, each mail with the job that delivers it.
pub async fn a_change_queues_what_follows(ports: &StorePorts) {
    let world = World::new(ports).await;
    let contract = world.draft("送付");
    let contract_id = contract.contract_id;
    let (now, later) = (
        world.sign_job(contract_id),
        world.job(JobKind::Expire { contract_id }, at(1000)),
    );
    let mail = world.request_mail(contract_id, world.party_id());
    let mut change = world.change(contract, None);
    change.jobs = vec![now, later];
    change.mails = vec![mail.clone()];
    world.commit(change).await;

    let jobs = ports
        .contracts
        .jobs(&world.tenant, contract_id)
        .await
        .expect("an answer");
    let mut kinds: Vec<_> = jobs
        .iter()
        .map(|job| (job.job_id, job.kind, job.run_at))
        .collect();
    let deliver = JobKind::DeliverMail {
        mail_id: mail.mail_id,
    };
    let mut expected = vec![
        (now.job_id, now.kind, at(0)),
        (later.job_id, later.kind, at(1000)),
        (mail.job_id, deliver, at(10)),
    ];
    kinds.sort_by_key(|(job_id, ..)| *job_id);
    expected.sort_by_key(|(job_id, ..)| *job_id);
    assert_eq!(kinds, expected);
    assert!(jobs.iter().all(|job| {
        job.organization_id == world.organization.organization_id
            && job.queued_at == at(10)
            && job.attempts == 0
            && job.last_error.is_none()
    }));
    let depth = ports.jobs.depth(at(10)).await.expect("an answer");
    assert_eq!(
        depth,
        QueueDepth {
            due: 2,
            running: 0,
            later: 1,
            dead: 0
        }
    );
}

/// A change that is the work of a job finishes it in the same transaction.
pub async fn a_change_finishes_its_job(ports: &StorePorts) {
    let world = World::new(ports).await;
    let contract = world.draft("署名");
    let job = world.sign_job(contract.contract_id);
    let stored = world.insert_with_jobs(contract, vec![job]).await;
    let leased = world.lease(at(20), token(1)).await;
    let mut change = world.change(stored.value.clone(), Some(1));
    change.completes = Some(leased.clone());
    assert_eq!(world.commit(change).await, 2);
    assert!(
        ports
            .contracts
            .jobs(&world.tenant, stored.value.contract_id)
            .await
            .expect("an answer")
            .is_empty()
    );
    assert!(
        !ports.jobs.complete(&leased).await.expect("an answer"),
        "it is finished"
    );
}

/// Work of a worker whose lease has passed to another is dropped whole.
pub async fn a_lost_lease_stops_the_change(ports: &StorePorts) {
    let world = World::new(ports).await;
    let contract = world.draft("署名");
    let job = world.sign_job(contract.contract_id);
    let stored = world.insert_with_jobs(contract, vec![job]).await;
    let slow = world.lease(at(20), token(1)).await;
    let fast = world.lease(at(200), token(2)).await;
    let mut change = world.change(stored.value.clone(), Some(1));
    world.add_event(&mut change, EventKind::Expired);
    let segment = world.segment();
    change.segments = vec![segment.clone()];
    change.completes = Some(slow);
    let lost = ports.contracts.commit(&world.tenant, change).await;
    assert!(matches!(lost, Err(CommitError::LeaseLost)), "{lost:?}");
    assert_eq!(world.load(stored.value.contract_id).await, stored);
    assert!(
        ports
            .contracts
            .events(&world.tenant, stored.value.contract_id)
            .await
            .expect("an answer")
            .is_empty()
    );
    assert!(
        ports
            .contracts
            .segment(&world.tenant, segment.segment_id)
            .await
            .expect("an answer")
            .is_none()
    );
    assert!(
        ports.jobs.complete(&fast).await.expect("an answer"),
        "the newest holder still has it"
    );
}

/// A change that is refused for its revision does not finish its job.
pub async fn a_conflict_leaves_the_job(ports: &StorePorts) {
    let world = World::new(ports).await;
    let contract = world.draft("署名");
    let job = world.sign_job(contract.contract_id);
    let stored = world.insert_with_jobs(contract, vec![job]).await;
    let leased = world.lease(at(20), token(1)).await;
    world.replace(stored.clone()).await;
    let mut change = world.change(stored.value, Some(1));
    change.completes = Some(leased.clone());
    let refused = ports.contracts.commit(&world.tenant, change).await;
    assert!(matches!(refused, Err(CommitError::Conflict)), "{refused:?}");
    assert!(
        ports
            .jobs
            .extend(&leased, at(21), MINUTE)
            .await
            .expect("an answer"),
        "the lease still holds"
    );
}

/// Nobody gets a job before its time; the one that is due longest comes first.
pub async fn a_job_waits_for_its_time(ports: &StorePorts) {
    let world = World::new(ports).await;
    let contract = world.draft("期限");
    let contract_id = contract.contract_id;
    let late = world.job(JobKind::Expire { contract_id }, at(200));
    let early = world.job(JobKind::Expire { contract_id }, at(100));
    world.insert_with_jobs(contract, vec![late, early]).await;
    assert!(world.try_lease(at(99), token(1)).await.is_none());
    let leased = world.lease(at(100), token(1)).await;
    assert_eq!(leased.job.job_id, early.job_id);
    assert!(world.try_lease(at(100), token(2)).await.is_none());
    assert!(ports.jobs.complete(&leased).await.expect("an answer"));
    assert_eq!(world.lease(at(200), token(3)).await.job.job_id, late.job_id);
}

/// A leased job is not given out again while the lease lasts.
pub async fn a_leased_job_is_hidden(ports: &StorePorts) {
    let world = World::new(ports).await;
    let contract = world.draft("署名");
    let job = world.sign_job(contract.contract_id);
    world.insert_with_jobs(contract, vec![job]).await;
    let leased = world.lease(at(20), token(1)).await;
    assert_eq!(leased.job.job_id, job.job_id);
    assert_eq!(leased.job.kind, job.kind);
    assert_eq!(leased.job.attempts, 1, "this one is counted");
    assert_eq!(leased.lease_token, token(1));
    assert_eq!(leased.leased_until, at(80));
    assert!(world.try_lease(at(79), token(2)).await.is_none());
    let depth = ports.jobs.depth(at(79)).await.expect("an answer");
    assert_eq!(
        depth,
        QueueDepth {
            due: 0,
            running: 1,
            later: 0,
            dead: 0
        }
    );
}

/// When a worker dies its job is taken by another.
pub async fn a_lease_that_ran_out_is_retaken(ports: &StorePorts) {
    let world = World::new(ports).await;
    let contract = world.draft("署名");
    let job = world.sign_job(contract.contract_id);
    world.insert_with_jobs(contract, vec![job]).await;
    world.lease(at(20), token(1)).await;
    let retaken = world.lease(at(80), token(2)).await;
    assert_eq!(retaken.job.job_id, job.job_id);
    assert_eq!(retaken.job.attempts, 2);
    let depth = ports.jobs.depth(at(141)).await.expect("an answer");
    assert_eq!(depth.due, 1, "a lease that ran out counts as due");
}

/// A worker that needs longer keeps its job.
pub async fn a_lease_is_prolonged(ports: &StorePorts) {
    let world = World::new(ports).await;
    let contract = world.draft("署名");
    let job = world.sign_job(contract.contract_id);
    world.insert_with_jobs(contract, vec![job]).await;
    let leased = world.lease(at(20), token(1)).await;
    assert!(
        ports
            .jobs
            .extend(&leased, at(70), MINUTE)
            .await
            .expect("an answer")
    );
    assert!(world.try_lease(at(129), token(2)).await.is_none());
    // It ran out, but nobody has taken the job: the holder may go on.
    assert!(
        ports
            .jobs
            .extend(&leased, at(140), MINUTE)
            .await
            .expect("an answer")
    );
    assert!(world.try_lease(at(199), token(2)).await.is_none());
    assert!(ports.jobs.complete(&leased).await.expect("an answer"));
}

/// Whoever held the job before can do nothing more to it.
pub async fn only_the_newest_holder_finishes(ports: &StorePorts) {
    let world = World::new(ports).await;
    let contract = world.draft("署名");
    let job = world.sign_job(contract.contract_id);
    world.insert_with_jobs(contract, vec![job]).await;
    let old = world.lease(at(20), token(1)).await;
    let new = world.lease(at(100), token(2)).await;
    assert!(!ports.jobs.extend(&old, at(101), MINUTE).await.expect("an answer"));
    assert!(
        !ports
            .jobs
            .retry(&old, at(101), "too late")
            .await
            .expect("an answer")
    );
    assert!(
        !ports
            .jobs
            .bury(&old, "too late", at(101))
            .await
            .expect("an answer")
    );
    assert!(!ports.jobs.complete(&old).await.expect("an answer"));
    assert!(ports.jobs.complete(&new).await.expect("an answer"));
    assert!(
        !ports.jobs.complete(&new).await.expect("an answer"),
        "there is nothing left"
    );
    assert!(world.try_lease(at(500), token(3)).await.is_none());
}

/// A job that failed comes again at its time, with what it failed with.
pub async fn a_failed_job_comes_again(ports: &StorePorts) {
    let world = World::new(ports).await;
    let contract = world.draft("署名");
    let contract_id = contract.contract_id;
    let job = world.sign_job(contract_id);
    world.insert_with_jobs(contract, vec![job]).await;
    let first = world.lease(at(20), token(1)).await;
    assert!(
        ports
            .jobs
            .retry(&first, at(60), &format!("a\u{0}b\n{}", "時".repeat(5000)))
            .await
            .expect("an answer")
    );
    assert!(
        !ports.jobs.complete(&first).await.expect("an answer"),
        "it was given back"
    );
    assert!(world.try_lease(at(59), token(2)).await.is_none());
    let jobs = ports
        .contracts
        .jobs(&world.tenant, contract_id)
        .await
        .expect("an answer");
    let told = jobs
        .first()
        .and_then(|job| job.last_error.clone())
        .expect("the reason is kept");
    assert!(
        told.starts_with("a b 時時") && told.chars().count() <= 1000,
        "one bounded line: {told}"
    );
    let second = world.lease(at(60), token(2)).await;
    assert_eq!((second.job.job_id, second.job.attempts), (job.job_id, 2));
    assert_eq!(second.job.last_error, Some(told));
}

/// A job that was given up waits among the dead letters of its organization until somebody revives it.
pub async fn a_dead_job_waits_for_a_person(ports: &StorePorts) {
    let world = World::new(ports).await;
    let other = World::numbered(ports, 2).await;
    let contract = world.draft("署名");
    let contract_id = contract.contract_id;
    let job = world.sign_job(contract_id);
    world.insert_with_jobs(contract, vec![job]).await;
    let leased = world.lease(at(20), token(1)).await;
    let (jobs, mine) = (&ports.jobs, world.organization.organization_id);
    assert!(jobs.dead(mine).await.expect("an answer").is_empty());
    assert!(
        !jobs.revive(mine, job.job_id, at(21)).await.expect("an answer"),
        "it lives"
    );
    assert!(
        jobs.bury(&leased, "own validation failed", at(30))
            .await
            .expect("an answer")
    );
    assert!(world.try_lease(at(1_000_000), token(2)).await.is_none());
    let dead = jobs.dead(mine).await.expect("an answer");
    let [letter] = dead.as_slice() else {
        panic!("one dead letter: {dead:?}")
    };
    assert_eq!((letter.job.job_id, letter.died_at), (job.job_id, at(30)));
    assert_eq!(letter.job.last_error.as_deref(), Some("own validation failed"));
    let unfinished = ports
        .contracts
        .jobs(&world.tenant, contract_id)
        .await
        .expect("an answer");
    assert_eq!(unfinished.len(), 1, "a dead letter is unfinished");
    assert_eq!(jobs.depth(at(40)).await.expect("an answer").dead, 1);

    let theirs = other.organization.organization_id;
    assert!(jobs.dead(theirs).await.expect("an answer").is_empty());
    assert!(!jobs.revive(theirs, job.job_id, at(50)).await.expect("an answer"));
    assert!(jobs.revive(mine, job.job_id, at(50)).await.expect("an answer"));
    assert!(!jobs.revive(mine, job.job_id, at(50)).await.expect("an answer"));
    assert!(world.try_lease(at(49), token(3)).await.is_none());
    let again = world.lease(at(50), token(3)).await;
    assert_eq!(
        (again.job.job_id, again.job.attempts),
        (job.job_id, 1),
        "attempts are counted anew"
    );
    assert!(jobs.dead(mine).await.expect("an answer").is_empty());
}

/// A person need not wait for the next attempt.
pub async fn a_waiting_job_is_hastened(ports: &StorePorts) {
    let world = World::new(ports).await;
    let other = World::numbered(ports, 2).await;
    let contract = world.draft("締結");
    let job = world.job(
        JobKind::Conclude {
            contract_id: contract.contract_id,
        },
        at(5000),
    );
    world.insert_with_jobs(contract, vec![job]).await;
    let (jobs, mine) = (&ports.jobs, world.organization.organization_id);
    let theirs = other.organization.organization_id;
    assert!(!jobs.hasten(theirs, job.job_id, at(10)).await.expect("an answer"));
    assert!(world.try_lease(at(10), token(1)).await.is_none());
    assert!(jobs.hasten(mine, job.job_id, at(10)).await.expect("an answer"));
    let leased = world.lease(at(10), token(1)).await;
    assert!(
        !jobs.hasten(mine, job.job_id, at(11)).await.expect("an answer"),
        "somebody is at it"
    );
    assert!(jobs.bury(&leased, "dead", at(12)).await.expect("an answer"));
    assert!(
        !jobs.hasten(mine, job.job_id, at(13)).await.expect("an answer"),
        "it is dead"
    );
}

/// Many workers at once: nothing is done twice, nothing is left.
pub async fn each_job_is_done_once_by_many_workers(ports: &StorePorts) {
    const JOBS: usize = 40;
    let world = World::new(ports).await;
    let contract = world.draft("多数");
    let contract_id = contract.contract_id;
    let jobs: Vec<_> = (0..JOBS)
        .map(|_| world.job(JobKind::Expire { contract_id }, at(0)))
        .collect();
    let expected: BTreeSet<_> = jobs.iter().map(|job| job.job_id).collect();
    world.insert_with_jobs(contract, jobs).await;
    let workers: Vec<_> = (0..6_u8)
        .map(|number| {
            let queue = ports.jobs.clone();
            tokio::spawn(async move {
                let mut done = Vec::new();
                while let Some(leased) = queue
                    .lease(at(20), MINUTE, token(number))
                    .await
                    .expect("an answer")
                {
                    assert!(queue.complete(&leased).await.expect("an answer"));
                    done.push(leased.job.job_id);
                }
                done
            })
        })
        .collect();
    let mut done = Vec::new();
    for worker in workers {
        done.extend(worker.await.expect("a worker ends"));
    }
    // A worker may stop early, when the only jobs left are just being taken by others.
    while let Some(leased) = world.try_lease(at(20), token(99)).await {
        assert!(ports.jobs.complete(&leased).await.expect("an answer"));
        done.push(leased.job.job_id);
    }
    assert_eq!(done.len(), JOBS, "nothing twice");
    assert_eq!(
        done.into_iter().collect::<BTreeSet<_>>(),
        expected,
        "nothing left"
    );
}

/// A worker that waits is woken by new work, and by the end of work that held up other work.
pub async fn waiting_ends_when_work_comes(ports: &StorePorts) {
    const LONG: Duration = Duration::from_secs(30);
    let world = World::new(ports).await;
    assert!(world.try_lease(at(20), token(1)).await.is_none());
    let begun = Instant::now();
    ports.jobs.wait(Duration::from_millis(20)).await;
    assert!(begun.elapsed() < LONG / 2, "it ends by itself");

    let contract = world.draft("目覚まし");
    let jobs = vec![
        world.sign_job(contract.contract_id),
        world.sign_job(contract.contract_id),
    ];
    // The work comes after the look that found nothing and before the wait.
    assert!(world.try_lease(at(20), token(1)).await.is_none());
    world.insert_with_jobs(contract, jobs).await;
    let begun = Instant::now();
    ports.jobs.wait(LONG).await;
    assert!(begun.elapsed() < LONG / 2);

    let first = world.lease(at(20), token(1)).await;
    assert!(
        world.try_lease(at(20), token(2)).await.is_none(),
        "the lane is taken"
    );
    let queue = ports.jobs.clone();
    let sleeper = tokio::spawn(async move {
        let begun = Instant::now();
        queue.wait(LONG).await;
        begun.elapsed()
    });
    tokio::time::sleep(Duration::from_millis(20)).await;
    assert!(ports.jobs.complete(&first).await.expect("an answer"));
    assert!(sleeper.await.expect("the sleeper ends") < LONG / 2);
    assert!(world.try_lease(at(20), token(2)).await.is_some());
}
