//! SQLite: one writer, some readers, and the write-ahead log between them.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use akashi_app::ports::StoreError;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbErr, RuntimeErr, SqlxSqliteConnector,
    TransactionTrait,
};
use sqlx::ConnectOptions as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

use super::writer::{WriteQueue, Writer};
use super::{Step, Wake};
use crate::error::{DatabaseFailure, unavailable_because};
use crate::migration;
use crate::settings::OpenError;

/// A database in one file.
pub(crate) struct Sqlite {
    readers: DatabaseConnection,
    /// Taken away when the store is closed.
    queue: std::sync::Mutex<Option<WriteQueue>>,
    tasks: Mutex<Option<Tasks>>,
    wake: Wake,
    #[cfg(test)]
    faults: Arc<super::FaultPlan>,
}

struct Tasks {
    writer: JoinHandle<()>,
    checkpointer: JoinHandle<()>,
}

impl Sqlite {
    pub(super) async fn open(path: &Path) -> Result<Self, OpenError> {
        let file = path.to_owned();
        let prepared = tokio::task::spawn_blocking(move || prepare_file(&file)).await;
        prepared
            .map_err(|error| OpenError::Database(Box::new(error)))?
            .map_err(OpenError::File)?;
        let connector = Connector {
            path: path.to_owned(),
        };
        let connection = connector.writer().await?;
        migration::run_on_sqlite(&connection).await?;
        let readers = connector.readers().await?;
        let checkpointer = tokio::spawn(checkpoint_on_a_timer(connector.writer().await?, connector.log()));
        #[cfg(test)]
        let faults = Arc::new(super::FaultPlan::default());
        let (queue, writer) = Writer::new(
            connector,
            connection,
            #[cfg(test)]
            Arc::clone(&faults),
        );
        let writer = tokio::spawn(writer.run());
        Ok(Self {
            readers,
            queue: std::sync::Mutex::new(Some(queue)),
            tasks: Mutex::new(Some(Tasks { writer, checkpointer })),
            wake: Wake::new(),
            #[cfg(test)]
            faults,
        })
    }

    pub(super) async fn begin_read(&self) -> Result<DatabaseTransaction, DbErr> {
        self.readers.begin().await
    }

    /// The connections that cannot write.
    pub(crate) fn readers(&self) -> &DatabaseConnection {
        &self.readers
    }

    pub(super) async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: for<'t> Fn(&'t DatabaseTransaction) -> Step<'t, T, E> + Send + Sync + 'static,
    {
        match self.queue() {
            Some(queue) => queue.write(work).await,
            None => Err(unavailable_because("the store is closed").into()),
        }
    }

    pub(super) fn wake(&self) -> &Wake {
        &self.wake
    }

    pub(super) async fn close(&self) {
        if let Ok(mut queue) = self.queue.lock() {
            queue.take();
        }
        if let Some(tasks) = self.tasks.lock().await.take() {
            tasks.checkpointer.abort();
            // Ends when everything that was handed in is committed.
            if let Err(error) = tasks.writer.await {
                tracing::error!(%error, "the writer did not end in order");
            }
        }
        if let Err(error) = self.readers.close_by_ref().await {
            tracing::warn!(error = %DatabaseFailure::of(&error), "readers did not close in order");
        }
    }

    fn queue(&self) -> Option<WriteQueue> {
        self.queue.lock().ok().and_then(|queue| queue.clone())
    }

    #[cfg(test)]
    pub(super) fn fail_next_commit(&self, fault: super::CommitFault) {
        self.faults.set(fault);
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        // The writer ends by itself once the queue is gone; the timer would not.
        if let Some(tasks) = self.tasks.get_mut() {
            tasks.checkpointer.abort();
        }
    }
}

/// Makes connections to one database file.
#[derive(Debug)]
pub(super) struct Connector {
    path: PathBuf,
}

impl Connector {
    /// One connection that can write.
    pub(super) async fn writer(&self) -> Result<DatabaseConnection, DbErr> {
        connect(self.options(), 1).await
    }

    /// Connections that cannot.
    async fn readers(&self) -> Result<DatabaseConnection, DbErr> {
        connect(self.options().pragma("query_only", "on"), READERS).await
    }

    pub(super) fn log(&self) -> WriteAheadLog {
        let mut name = self.path.as_os_str().to_owned();
        name.push("-wal");
        WriteAheadLog {
            path: PathBuf::from(name),
            too_long: LONGEST_LOG_BYTES,
        }
    }

    fn options(&self) -> SqliteConnectOptions {
        SqliteConnectOptions::new()
            .filename(&self.path)
            .create_if_missing(false)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(BUSY_TIMEOUT)
            .foreign_keys(true)
            .statement_cache_capacity(STATEMENTS_KEPT)
            // Checkpoints are made by the timer and, when the log is long, between two commits.
            .pragma("wal_autocheckpoint", "0")
            .pragma("temp_store", "memory")
            .disable_statement_logging()
    }
}

/// The write-ahead log beside the database file.
#[derive(Debug)]
pub(super) struct WriteAheadLog {
    path: PathBuf,
    /// The length above which it is emptied next.
    too_long: u64,
}

impl WriteAheadLog {
    fn bytes(&self) -> u64 {
        std::fs::metadata(&self.path).map_or(0, |file| file.len())
    }

    /// Empties the log when it has grown above 64 MB. Between two commits only, on the writer's own connection,
    /// since nobody may write meanwhile. A reader that still stands at an old page is waited for only briefly;
    /// the next attempt is then made 8 MB later.
    pub(super) async fn truncate_if_long(&mut self, writer: &DatabaseConnection) {
        if self.bytes() <= self.too_long {
            return;
        }
        let patience = format!("PRAGMA busy_timeout = {}", TRUNCATE_PATIENCE.as_millis());
        let usual = format!("PRAGMA busy_timeout = {}", BUSY_TIMEOUT.as_millis());
        for sql in [
            patience.as_str(),
            "PRAGMA wal_checkpoint(TRUNCATE)",
            usual.as_str(),
        ] {
            if let Err(error) = writer.execute_unprepared(sql).await {
                tracing::warn!(error = %DatabaseFailure::of(&error), "write-ahead log was not emptied");
            }
        }
        self.too_long = LONGEST_LOG_BYTES.max(self.bytes().saturating_add(TRUNCATE_AGAIN_BYTES));
    }
}

/// Copies what is in the log into the database file, without making anyone wait.
async fn checkpoint_on_a_timer(connection: DatabaseConnection, log: WriteAheadLog) {
    let mut timer = tokio::time::interval(CHECKPOINT_EVERY);
    timer.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        timer.tick().await;
        if log.bytes() == 0 {
            continue;
        }
        if let Err(error) = connection
            .execute_unprepared("PRAGMA wal_checkpoint(PASSIVE)")
            .await
        {
            tracing::warn!(error = %DatabaseFailure::of(&error), "checkpoint failed");
        }
    }
}

/// Makes folder and file, for their owner alone; SQLite gives the log the rights of the database file.
fn prepare_file(path: &Path) -> std::io::Result<()> {
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        std::fs::create_dir_all(folder)?;
    }
    let mut options = std::fs::OpenOptions::new();
    options.create(true).append(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)?.sync_all()
}

async fn connect(options: SqliteConnectOptions, connections: u32) -> Result<DatabaseConnection, DbErr> {
    let pool = SqlitePoolOptions::new()
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .idle_timeout(None)
        .max_lifetime(None)
        .test_before_acquire(false)
        .connect_with(options)
        .await
        .map_err(|error: sqlx::Error| DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error))))?;
    Ok(SqlxSqliteConnector::from_sqlx_sqlite_pool(pool))
}

/// Connections that read at the same time.
const READERS: u32 = 4;
/// Prepared statements kept by each connection; the room has about half as many.
const STATEMENTS_KEPT: usize = 256;
/// How long SQLite waits for another process.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How long emptying the log waits for readers.
const TRUNCATE_PATIENCE: Duration = Duration::from_millis(100);
/// How long a read waits for a free connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);
/// Between two checkpoints that make nobody wait.
const CHECKPOINT_EVERY: Duration = Duration::from_secs(1);
/// Above this the log is emptied.
const LONGEST_LOG_BYTES: u64 = 64 * 1024 * 1024;
/// How much longer it may get before another attempt, where a reader stood in the way.
const TRUNCATE_AGAIN_BYTES: u64 = 8 * 1024 * 1024;
