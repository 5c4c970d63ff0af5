//! Every write of the store fails once before it is committed and once after, and the caller can go on: the table
//! of "failed and not stored" and "failed but stored".

use std::sync::Arc;

use akashi_app::ports::{AttemptKey, LeasedJob, MailDelivery, StoreError, TicketPurpose};
use akashi_domain::Digest32;
use akashi_testkit::conformance::store::world::{at, token};
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

mod contracts;
mod identity;
mod organizations;
mod work;

/// A digest that belongs to this world alone.
fn own_digest(world: &World, byte: u8) -> Digest32 {
    let mut bytes = [byte; 32];
    bytes[..16].copy_from_slice(world.organization.organization_id.as_uuid().as_bytes());
    Digest32::new(bytes)
}

fn told<T: std::fmt::Debug>(answer: Result<T, StoreError>) -> Result<String, StoreError> {
    answer.map(|value| format!("{value:?}"))
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
        contracts::cases(),
        work::cases(),
        organizations::cases(),
        identity::cases(),
        identity::used_up(),
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
