//! What a server does to its clients, each with its test.

use std::sync::Arc;

use akashi_app::ports::{OrganizationStore as _, StoreError};
use akashi_testkit::conformance::store::{StorePorts, World};
use sea_orm::ConnectionTrait as _;
use sqlx::Executor as _;

use super::harness::PostgresDatabase;
use crate::Store;
use crate::database::Scope;

/// Locks two rows of the directory, one after the other, with time enough for another to do it the other way round.
async fn lock_both(store: &Store, first: &'static str, second: &'static str) -> Result<(), StoreError> {
    store
        .database
        .write(Scope::Directory, move |transaction| {
            Box::pin(async move {
                for key in [first, second] {
                    let sql = format!("UPDATE attempt SET times = times + 1 WHERE attempt_key = '{key}'");
                    transaction.execute_unprepared(&sql).await?;
                    transaction.execute_unprepared("SELECT pg_sleep(0.2)").await?;
                }
                Ok(())
            })
        })
        .await
}

/// Two transactions that wait for each other: the server ends one, and it is done again.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_deadlock_is_tried_again() {
    let database = PostgresDatabase::create().await;
    let store = Arc::new(database.open().await);
    let superuser = database.connect_as_superuser().await;
    superuser
        .execute("INSERT INTO attempt VALUES ('a', 1, 0), ('b', 1, 0)")
        .await
        .unwrap();
    let (one, other) = tokio::join!(lock_both(&store, "a", "b"), lock_both(&store, "b", "a"));
    one.unwrap();
    other.unwrap();
    let sum = "SELECT sum(times)::bigint FROM attempt";
    let (times,): (i64,) = sqlx::query_as(sum).fetch_one(&superuser).await.unwrap();
    assert_eq!(times, 4, "each of the two did its work once");
    superuser.close().await;
    store.close().await;
    database.drop().await;
}

/// A server that restarts, or a firewall that forgets, leaves a pool of dead connections behind.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dead_connections_are_not_noticed_outside() {
    let database = PostgresDatabase::create().await;
    let store = Arc::new(database.open().await);
    let world = World::new(&StorePorts::of(&store)).await;
    // Several connections, all idle afterwards.
    futures_util::future::join_all((0..6).map(|_| store.count())).await;
    let superuser = database.connect_as_superuser().await;
    let end_all = format!(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{}'",
        database.service
    );
    for round in 0..3 {
        superuser
            .execute(sqlx::AssertSqlSafe(end_all.clone()))
            .await
            .unwrap();
        assert_eq!(store.count().await.unwrap(), 1, "round {round}");
        superuser
            .execute(sqlx::AssertSqlSafe(end_all.clone()))
            .await
            .unwrap();
        world.insert(world.draft("切断")).await;
    }
    superuser.close().await;
    store.close().await;
    database.drop().await;
}

/// The connection breaks in the middle of the work: nothing was stored, so it is done again, once.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn work_that_was_cut_off_is_done_again() {
    let database = PostgresDatabase::create().await;
    let store = Arc::new(database.open().await);
    let superuser = database.connect_as_superuser().await;
    superuser
        .execute("INSERT INTO attempt VALUES ('a', 1, 0)")
        .await
        .unwrap();
    let cut = std::sync::atomic::AtomicBool::new(false);
    let killer = superuser.clone();
    let service = database.service.clone();
    let done: Result<(), StoreError> = store
        .database
        .write(Scope::Directory, move |transaction| {
            let first_time = !cut.swap(true, std::sync::atomic::Ordering::Relaxed);
            let (killer, service) = (killer.clone(), service.clone());
            Box::pin(async move {
                transaction
                    .execute_unprepared("UPDATE attempt SET times = times + 1")
                    .await?;
                if first_time {
                    let end = format!(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '{service}'"
                    );
                    killer.execute(sqlx::AssertSqlSafe(end)).await.unwrap();
                    transaction
                        .execute_unprepared("UPDATE attempt SET times = times + 1")
                        .await?;
                }
                Ok(())
            })
        })
        .await;
    done.unwrap();
    let (times,): (i32,) = sqlx::query_as("SELECT times FROM attempt")
        .fetch_one(&superuser)
        .await
        .unwrap();
    assert_eq!(times, 1);
    superuser.close().await;
    store.close().await;
    database.drop().await;
}
