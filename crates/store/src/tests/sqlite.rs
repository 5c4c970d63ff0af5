//! The traps of SQLite, each with its test.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use akashi_app::ports::{ContractStore as _, StoreError};
use akashi_domain::FieldValue;
use akashi_testkit::conformance::store::world::at;
use akashi_testkit::conformance::store::{StorePorts, World};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, Statement};

use crate::database::{CommitFault, Database, Scope};
use crate::error::Failure;
use crate::{Settings, Store};

async fn open(folder: &Path) -> Arc<Store> {
    Arc::new(
        Store::open(Settings::Sqlite {
            path: folder.join("akashi.sqlite"),
        })
        .await
        .unwrap(),
    )
}

async fn number(transaction: &DatabaseTransaction, sql: &str) -> Result<i64, DbErr> {
    let row = transaction
        .query_one_raw(Statement::from_string(DbBackend::Sqlite, sql))
        .await?;
    row.map_or(Ok(-1), |row| row.try_get_by(0))
}

/// Another process that wants to write.
async fn rival(folder: &Path) -> sqlx::SqlitePool {
    let options = sqlx::sqlite::SqliteConnectOptions::new()
        .filename(folder.join("akashi.sqlite"))
        .busy_timeout(Duration::ZERO);
    sqlx::sqlite::SqlitePoolOptions::new()
        .max_connections(1)
        .connect_with(options)
        .await
        .unwrap()
}

/// There is no way to write but through the writer: what reads cannot write, not even by itself.
#[tokio::test]
async fn readers_cannot_write() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let Database::Sqlite(sqlite) = &*store.database else {
        unreachable!("it is SQLite")
    };
    for sql in [
        "INSERT INTO organization_directory (organization_id, created_at) VALUES ('x', 1)",
        "DELETE FROM job",
        "CREATE TABLE more (x integer)",
    ] {
        let refused = sqlite
            .readers()
            .execute_unprepared(sql)
            .await
            .unwrap_err()
            .to_string();
        assert!(refused.contains("readonly"), "{sql}: {refused}");
        let transaction = store.database.read(Scope::Directory).await.unwrap();
        let refused = transaction.execute_unprepared(sql).await.unwrap_err().to_string();
        assert!(refused.contains("readonly"), "{sql} in a transaction: {refused}");
    }
    store.close().await;
}

/// Whether a write holds the lock of `BEGIN IMMEDIATE` before it has said anything.
async fn holds_the_lock(store: &Store, folder: &Path) -> bool {
    let rival = rival(folder).await;
    let taken = rival.clone();
    let locked: Result<bool, StoreError> = store
        .database
        .write(Scope::Directory, move |_| {
            let rival = taken.clone();
            Box::pin(async move {
                let begun = sqlx::query("BEGIN IMMEDIATE").execute(&rival).await;
                Ok(begun.is_err_and(|error| error.to_string().contains("locked")))
            })
        })
        .await;
    rival.close().await;
    locked.unwrap()
}

#[tokio::test]
async fn every_write_begins_immediate_with_full_durability() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let asked: Vec<i64> = store
        .database
        .write(Scope::Directory, |transaction| {
            Box::pin(async move {
                let mut asked = Vec::new();
                for pragma in [
                    "synchronous",
                    "foreign_keys",
                    "wal_autocheckpoint",
                    "busy_timeout",
                    "query_only",
                ] {
                    asked.push(number(transaction, &format!("PRAGMA {pragma}")).await?);
                }
                Ok::<_, Failure>(asked)
            })
        })
        .await
        .unwrap();
    assert_eq!(
        asked,
        [2, 1, 0, 5000, 0],
        "FULL, foreign keys, own checkpoints, patience"
    );
    assert!(holds_the_lock(&store, folder.path()).await);
    store.close().await;
}

/// A full disk makes SQLite end the transaction by itself. The writer must not go on as if it were still inside.
#[tokio::test]
async fn after_a_full_disk_writes_begin_immediate_again() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let world = World::new(&StorePorts::of(&store)).await;
    let stored = world.insert(world.draft("満杯")).await;
    let failed: Result<(), StoreError> = store
        .database
        .write(Scope::Directory, |transaction| {
            Box::pin(async move {
                let pages = number(transaction, "PRAGMA page_count").await?;
                transaction
                    .execute_unprepared(&format!("PRAGMA max_page_count = {}", pages + 2))
                    .await?;
                let fill = "WITH RECURSIVE n(v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM n WHERE v < 100) \
                            INSERT INTO attempt SELECT hex(randomblob(2000)), v, 1 FROM n";
                transaction.execute_unprepared(fill).await?;
                Ok(())
            })
        })
        .await;
    let failed = failed.unwrap_err();
    let cause = std::error::Error::source(&failed).unwrap().to_string();
    assert!(cause.contains("full"), "{cause}");
    assert!(
        holds_the_lock(&store, folder.path()).await,
        "the next write begins immediate"
    );
    let second = world.replace(stored).await;
    assert_eq!(second.revision, 2);
    assert_eq!(store.check_consistency().await.unwrap(), []);
    store.close().await;
}

/// Writes that share a commit fall with it, all of them; none that was told "stored" is missing.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_failed_batch_fails_for_everyone_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let world = World::new(&StorePorts::of(&store)).await;
    for fault in [CommitFault::BeforeCommit, CommitFault::AfterCommit] {
        let changes: Vec<_> = (0..30)
            .map(|_| world.change(world.draft("相乗り"), None))
            .collect();
        store.database.fail_next_commit(fault);
        let commits: Vec<_> = changes
            .into_iter()
            .map(|change| {
                let (store, tenant, id) = (Arc::clone(&store), world.tenant, change.contract.contract_id);
                tokio::spawn(async move { (id, store.commit(&tenant, change).await.is_ok()) })
            })
            .collect();
        let mut failed = 0;
        for commit in commits {
            let (contract_id, told_stored) = commit.await.unwrap();
            let is_stored = store.load(&world.tenant, contract_id).await.unwrap().is_some();
            failed += u32::from(!told_stored);
            let expected = told_stored || fault == CommitFault::AfterCommit;
            assert_eq!(is_stored, expected, "{fault:?}");
        }
        assert!(failed > 1, "several shared the commit: {failed}");
    }
    store.close().await;
}

/// The trap that made the log grow without bound: heavy writing with readers beside it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_stays_short() {
    const MEGABYTE: u64 = 1024 * 1024;
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let world = World::new(&StorePorts::of(&store)).await;
    let contract_id = world.insert(world.draft("大量")).await.value.contract_id;
    let party_id = world.party_id();
    let log = folder.path().join("akashi.sqlite-wal");
    let text = "契約".repeat(40_000);
    let mut written = 0;
    let mut longest = 0;
    while written < 200 * MEGABYTE {
        let values = (0..8).map(|_| {
            let (store, tenant, field_id) = (Arc::clone(&store), world.tenant, world.field_id());
            let value = FieldValue::Text { text: text.clone() };
            async move {
                store
                    .set_input(&tenant, contract_id, party_id, field_id, Some(&value), at(1))
                    .await
                    .unwrap();
                store.revision(&tenant, contract_id).await.unwrap();
            }
        });
        futures_util::future::join_all(values).await;
        written += 8 * u64::try_from(text.len()).unwrap();
        longest = longest.max(std::fs::metadata(&log).unwrap().len());
        if written % (16 * u64::try_from(text.len()).unwrap()) == 0 {
            store
                .forget_progress(&world.tenant, contract_id, party_id)
                .await
                .unwrap();
        }
    }
    assert!(longest > MEGABYTE, "something was written: {longest}");
    assert!(
        longest < 72 * MEGABYTE,
        "the log grew to {} MB",
        longest / MEGABYTE
    );
    store.close().await;
    let left = std::fs::metadata(&log).map_or(0, |file| file.len());
    assert_eq!(left, 0, "an orderly end empties the log");
}

/// A log that a slow reader keeps from being emptied does not stop the writer, and is emptied afterwards.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_slow_reader_does_not_stop_the_writer() {
    const MEGABYTE: u64 = 1024 * 1024;
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let world = World::new(&StorePorts::of(&store)).await;
    let contract_id = world.insert(world.draft("遅い読者")).await.value.contract_id;
    let party_id = world.party_id();
    let log = folder.path().join("akashi.sqlite-wal");
    let length = || std::fs::metadata(&log).unwrap().len();
    let reader = store.database.read(Scope::Directory).await.unwrap();
    number(&reader, "SELECT count(*) FROM contract").await.unwrap();
    let value = FieldValue::Text {
        text: "契約".repeat(300_000),
    };
    let write = async || {
        let field_id = world.field_id();
        store
            .set_input(
                &world.tenant,
                contract_id,
                party_id,
                field_id,
                Some(&value),
                at(1),
            )
            .await
            .unwrap();
    };
    while length() < 80 * MEGABYTE {
        write().await;
    }
    reader.end().await.unwrap();
    for _ in 0..20 {
        write().await;
    }
    assert!(length() < 64 * MEGABYTE, "the log has {} MB", length() / MEGABYTE);
    store.close().await;
}

/// A list of very many is counted only as far as the port promises.
#[tokio::test]
async fn counting_stops_at_ten_thousand() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(folder.path()).await;
    let world = World::new(&StorePorts::of(&store)).await;
    world.insert(world.draft("多数")).await;
    let copied: Result<(), StoreError> = store
        .database
        .write(Scope::Directory, |transaction| {
            Box::pin(async move {
                let columns = "revision, state, title, counterparty, management_number, transaction_date, amount_yen, \
                               deadline, created_by, created_at, changed_at, concluded_at, promised_level, \
                               last_event, search_text, search_counterparty, body_version, body";
                let copies = format!(
                    "WITH RECURSIVE n(v) AS (SELECT 1 UNION ALL SELECT v + 1 FROM n WHERE v < 10050) \
                     INSERT INTO contract (organization_id, contract_id, {columns}) \
                     SELECT organization_id, randomblob(16), {columns} FROM contract, n"
                );
                transaction.execute_unprepared(&copies).await?;
                Ok(())
            })
        })
        .await;
    copied.unwrap();
    let nothing = akashi_app::ports::PageRequest { offset: 0, limit: 0 };
    let filter = akashi_app::ports::ContractFilter::default();
    let page = store.list(&world.tenant, &filter, nothing).await.unwrap();
    assert_eq!(page.total, 10_000);
    store.close().await;
}

/// Where the child of [`a_killed_process_loses_nothing`] writes.
const CHILD_FOLDER: &str = "AKASHI_STORE_TEST_CHILD";

/// A process that commits until it is killed; it prints each revision after the store has said that it is stored.
#[tokio::test]
#[ignore = "the child process of another test"]
#[expect(
    clippy::disallowed_methods,
    reason = "the parent tells its child where to write"
)]
async fn child_that_is_killed() {
    let Ok(folder) = std::env::var(CHILD_FOLDER) else {
        return;
    };
    let store = open(Path::new(&folder)).await;
    let world = World::new(&StorePorts::of(&store)).await;
    let mut stored = world.insert(world.draft("子")).await;
    println!("\ncontract {}", stored.value.contract_id);
    loop {
        let mut change = world.change(stored.value.clone(), Some(stored.revision));
        world.add_event(&mut change, akashi_domain::EventKind::SendingCancelled);
        change.jobs = vec![world.sign_job(stored.value.contract_id)];
        stored.value = change.contract.clone();
        stored.revision = world.commit(change).await;
        println!("\nrevision {}", stored.revision);
    }
}

/// `kill -9` in the middle of writing: everything that was told stored is there, and all of it agrees.
#[tokio::test]
async fn a_killed_process_loses_nothing() {
    use std::io::{BufRead as _, BufReader};
    for round in 0..4_u64 {
        let folder = tempfile::tempdir().unwrap();
        let program = std::env::current_exe().unwrap();
        let mut child = std::process::Command::new(program)
            .args([
                "--exact",
                "tests::sqlite::child_that_is_killed",
                "--ignored",
                "--nocapture",
            ])
            .env(CHILD_FOLDER, folder.path())
            .stdout(std::process::Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut contract_id = None;
        let mut last = 1;
        while last < 20 + 7 * round {
            let line = lines.next().unwrap().unwrap();
            if let Some(id) = line.strip_prefix("contract ") {
                contract_id = Some(akashi_domain::ContractId::parse(id).unwrap());
            } else if let Some(revision) = line.strip_prefix("revision ") {
                last = revision.parse().unwrap();
            }
        }
        child.kill().unwrap();
        child.wait().unwrap();
        // What it still said before it died counts too.
        for line in lines.map_while(Result::ok) {
            if let Some(revision) = line.strip_prefix("revision ") {
                last = revision.parse().unwrap();
            }
        }
        let store = open(folder.path()).await;
        assert_eq!(store.check_consistency().await.unwrap(), []);
        let ports = StorePorts::of(&store);
        let tenant = World::unborn(&ports, 1).tenant;
        let found = ports
            .contracts
            .load(&tenant, contract_id.unwrap())
            .await
            .unwrap()
            .unwrap();
        assert!(
            found.revision == last || found.revision == last + 1,
            "{} after {last}",
            found.revision
        );
        let jobs = ports.contracts.jobs(&tenant, contract_id.unwrap()).await.unwrap();
        assert_eq!(u64::try_from(jobs.len()).unwrap(), found.revision - 1);
        store.close().await;
    }
}
