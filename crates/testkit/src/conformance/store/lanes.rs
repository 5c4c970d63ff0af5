//! Lanes: jobs of one contract run one after the other, in the order of their making.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use akashi_app::ports::{JobKind, NewJob};
use akashi_domain::{ContractId, JobId};

use super::world::{at, token};
use super::{StorePorts, World};

const MINUTE: Duration = Duration::from_mins(1);

/// Three jobs of one contract, of one commit and the next.
async fn three_in_a_lane(world: &World) -> [NewJob; 3] {
    let contract = world.draft("順番");
    let contract_id = contract.contract_id;
    let jobs = [
        world.job(JobKind::PrepareSending { contract_id }, at(0)),
        world.sign_job(contract_id),
        world.job(JobKind::Conclude { contract_id }, at(0)),
    ];
    let stored = world.insert_with_jobs(contract, vec![jobs[0], jobs[1]]).await;
    let mut change = world.change(stored.value, Some(1));
    change.jobs = vec![jobs[2]];
    world.commit(change).await;
    jobs
}

/// The next job of a lane comes when the one before is finished.
pub async fn jobs_of_a_lane_run_in_order(ports: &StorePorts) {
    let world = World::new(ports).await;
    for expected in three_in_a_lane(&world).await {
        let leased = world.lease(at(20), token(1)).await;
        assert_eq!(leased.job.job_id, expected.job_id);
        assert!(world.try_lease(at(20), token(2)).await.is_none(), "one at a time");
        assert!(ports.jobs.complete(&leased).await.expect("an answer"));
    }
    assert!(world.try_lease(at(20), token(3)).await.is_none());
}

/// The order is that of the commits, even when clocks run backwards or ids sort otherwise.
pub async fn order_does_not_come_from_clocks(ports: &StorePorts) {
    let world = World::new(ports).await;
    let contract = world.draft("時計");
    let contract_id = contract.contract_id;
    let mut stored = world.insert(contract).await;
    let mut expected = Vec::new();
    for round in 0..6_u64 {
        // Ever smaller ids, at ever earlier times.
        let job_id = JobId::from_parts(1_763_800_000_000 - round, [0; 10]);
        let mut change = world.change(stored.value.clone(), Some(stored.revision));
        change.now = at(100 - i64::try_from(round).expect("small"));
        change.jobs = vec![NewJob {
            job_id,
            kind: JobKind::Conclude { contract_id },
            run_at: change.now,
        }];
        stored.revision = world.commit(change).await;
        expected.push(job_id);
    }
    let mut done = Vec::new();
    while let Some(leased) = world.try_lease(at(200), token(1)).await {
        assert!(ports.jobs.complete(&leased).await.expect("an answer"));
        done.push(leased.job.job_id);
    }
    assert_eq!(done, expected);
}

/// Jobs of different contracts can be held at the same time.
pub async fn lanes_do_not_wait_for_each_other(ports: &StorePorts) {
    let world = World::new(ports).await;
    let other = World::numbered(ports, 2).await;
    let mut lanes = BTreeSet::new();
    for world in [&world, &world, &other] {
        let contract = world.draft("並行");
        lanes.insert(contract.contract_id);
        let jobs = vec![
            world.sign_job(contract.contract_id),
            world.sign_job(contract.contract_id),
        ];
        world.insert_with_jobs(contract, jobs).await;
    }
    let mut held = BTreeSet::new();
    for number in 0..3 {
        let leased = world.lease(at(20), token(number)).await;
        held.extend(leased.job.kind.lane());
    }
    assert_eq!(held, lanes);
    assert!(world.try_lease(at(20), token(9)).await.is_none());
}

/// Expiry and mails have no lane: neither do they wait nor does anything wait for them.
pub async fn what_has_no_lane_waits_for_nothing(ports: &StorePorts) {
    let world = World::new(ports).await;
    let contract = world.draft("期限");
    let contract_id = contract.contract_id;
    let expire = world.job(JobKind::Expire { contract_id }, at(0));
    let sign = world.sign_job(contract_id);
    let mut change = world.change(contract, None);
    change.jobs = vec![expire, sign];
    change.mails = vec![world.request_mail(contract_id, world.party_id())];
    change.now = at(0);
    let mail_job = change.mails.first().expect("a mail").job_id;
    world.commit(change).await;
    let mut held = BTreeSet::new();
    for number in 0..3 {
        held.insert(world.lease(at(20), token(number)).await.job.job_id);
    }
    assert_eq!(held, BTreeSet::from([expire.job_id, sign.job_id, mail_job]));
}

/// A job that is to be tried again later holds up those behind it.
pub async fn a_delayed_job_holds_its_lane(ports: &StorePorts) {
    let world = World::new(ports).await;
    let [first, second, _] = three_in_a_lane(&world).await;
    let leased = world.lease(at(20), token(1)).await;
    assert!(
        ports
            .jobs
            .retry(&leased, at(500), "no time-stamp")
            .await
            .expect("an answer")
    );
    assert!(world.try_lease(at(499), token(2)).await.is_none());
    let again = world.lease(at(500), token(2)).await;
    assert_eq!(again.job.job_id, first.job_id);
    assert!(ports.jobs.complete(&again).await.expect("an answer"));
    assert_eq!(world.lease(at(500), token(3)).await.job.job_id, second.job_id);
}

/// Nothing is done on top of a job that was given up, until it is revived and done.
pub async fn a_dead_job_holds_its_lane(ports: &StorePorts) {
    let world = World::new(ports).await;
    let [first, second, _] = three_in_a_lane(&world).await;
    let leased = world.lease(at(20), token(1)).await;
    assert!(
        ports
            .jobs
            .bury(&leased, "cannot be done", at(21))
            .await
            .expect("an answer")
    );
    assert!(world.try_lease(at(1_000_000), token(2)).await.is_none());
    let mine = world.organization.organization_id;
    assert!(
        ports
            .jobs
            .revive(mine, first.job_id, at(30))
            .await
            .expect("an answer")
    );
    let again = world.lease(at(30), token(3)).await;
    assert_eq!(again.job.job_id, first.job_id);
    assert!(ports.jobs.complete(&again).await.expect("an answer"));
    assert_eq!(world.lease(at(30), token(4)).await.job.job_id, second.job_id);
}

/// What many workers have done, lane by lane, and who is at it.
#[derive(Default)]
struct Watch {
    busy: BTreeSet<ContractId>,
    done: BTreeMap<ContractId, Vec<JobId>>,
}

/// With many workers and many lanes, no lane is worked on by two at once or out of order.
pub async fn many_workers_keep_the_order_of_lanes(ports: &StorePorts) {
    const LANES: usize = 5;
    const JOBS_OF_A_LANE: usize = 6;
    let world = World::new(ports).await;
    let mut expected = BTreeMap::new();
    for _ in 0..LANES {
        let contract = world.draft("混雑");
        let contract_id = contract.contract_id;
        let jobs: Vec<_> = (0..JOBS_OF_A_LANE).map(|_| world.sign_job(contract_id)).collect();
        expected.insert(contract_id, jobs.iter().map(|job| job.job_id).collect::<Vec<_>>());
        world.insert_with_jobs(contract, jobs).await;
    }
    let watch = Arc::new(Mutex::new(Watch::default()));
    let workers: Vec<_> = (0..6_u8)
        .map(|number| {
            let (queue, watch) = (ports.jobs.clone(), Arc::clone(&watch));
            tokio::spawn(async move {
                let mut idle = 0;
                while idle < 20 {
                    let Some(leased) = queue
                        .lease(at(20), MINUTE, token(number))
                        .await
                        .expect("an answer")
                    else {
                        idle += 1;
                        tokio::time::sleep(Duration::from_millis(5)).await;
                        continue;
                    };
                    let lane = leased.job.kind.lane().expect("a lane");
                    {
                        let mut watch = watch.lock().expect("nobody panicked");
                        assert!(watch.busy.insert(lane), "two at once in a lane");
                        watch.done.entry(lane).or_default().push(leased.job.job_id);
                    }
                    tokio::task::yield_now().await;
                    watch.lock().expect("nobody panicked").busy.remove(&lane);
                    assert!(queue.complete(&leased).await.expect("an answer"));
                }
            })
        })
        .collect();
    for worker in workers {
        worker.await.expect("a worker ends");
    }
    assert_eq!(watch.lock().expect("nobody panicked").done, expected);
}
