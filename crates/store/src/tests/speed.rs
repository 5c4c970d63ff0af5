//! How fast it is. Not a test of being right, so it runs only when asked for:
//! `cargo test -p akashi-store --release speed -- --ignored --nocapture`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use akashi_domain::EventKind;
use akashi_testkit::conformance::store::world::at;
use akashi_testkit::conformance::store::{StorePorts, World};

use super::harness::PostgresDatabase;
use crate::{Settings, Store};

/// Commits of one contract from draft to conclusion: what two parties' signing costs the store.
const COMMITS: u64 = 12;

/// One contract's life: each commit brings an event, every second one a segment and a job that is leased and done.
async fn live(world: &World) {
    let (contract, segments) = world.rich();
    let mut change = world.change(contract, None);
    change.segments = segments;
    world.add_event(&mut change, EventKind::Created);
    let mut contract = change.contract.clone();
    let mut revision = world.commit(change).await;
    let mut leased = None;
    while revision < COMMITS {
        contract = world.load(contract.contract_id).await.value;
        let mut change = world.change(contract.clone(), Some(revision));
        world.add_event(&mut change, EventKind::SendingCancelled);
        if revision % 2 == 0 {
            change.segments = vec![world.segment()];
            change.completes = leased.take();
        } else {
            change.jobs = vec![world.sign_job(contract.contract_id)];
        }
        contract = change.contract.clone();
        revision = world.commit(change).await;
        if revision % 2 == 0 {
            let token = *contract.contract_id.as_uuid().as_bytes();
            leased = world
                .ports
                .jobs
                .lease(at(50), Duration::from_hours(1), token)
                .await
                .unwrap();
        }
    }
    if let Some(job) = leased {
        world.ports.jobs.complete(&job).await.unwrap();
    }
}

async fn measure(name: &str, store: Store) {
    let store = Arc::new(store);
    let world = Arc::new(World::new(&StorePorts::of(&store)).await);
    for at_once in [1, 4, 16] {
        let contracts = 40 * at_once.min(8);
        let begun = Instant::now();
        let lives: Vec<_> = (0..at_once)
            .map(|_| {
                let world = Arc::clone(&world);
                tokio::spawn(async move {
                    for _ in 0..contracts / at_once {
                        live(&world).await;
                    }
                })
            })
            .collect();
        for life in lives {
            life.await.unwrap();
        }
        let seconds = begun.elapsed().as_secs_f64();
        let (contracts, commits) = (f64::from(contracts), f64::from(contracts) * 12.0);
        println!(
            "{name}, {at_once:2} at once: {:6.1} contracts/s, {:7.1} commits/s, {:5.2} ms a commit",
            contracts / seconds,
            commits / seconds,
            1000.0 * seconds * f64::from(at_once) / commits,
        );
    }
    store.close().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures"]
async fn commits_per_second_on_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(Settings::Sqlite {
        path: folder.path().join("akashi.sqlite"),
    })
    .await
    .unwrap();
    measure("SQLite", store).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "measures"]
async fn commits_per_second_on_postgres() {
    let database = PostgresDatabase::create().await;
    measure("PostgreSQL", database.open().await).await;
    database.drop().await;
}
