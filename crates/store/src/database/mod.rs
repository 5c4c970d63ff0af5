//! Connections and transactions.
//!
//! Nothing outside of this module holds a connection. Reads get a [`ReadTransaction`]; writes are handed over as
//! a function of a transaction, which SQLite's one writer (or a PostgreSQL connection) runs, so that no write can
//! happen on its own.

mod postgres;
mod sqlite;
mod wake;
mod writer;

use std::future::Future;
use std::ops::Deref;
use std::time::Duration;

use akashi_app::ports::{StoreError, Tenant};
use akashi_domain::OrganizationId;
use futures_util::future::BoxFuture;
use sea_orm::{DatabaseExecutor, DatabaseTransaction, DbErr, SqliteTransactionMode, TransactionOptions};

use crate::error::{Failure, unavailable_because};
use crate::settings::{OpenError, Settings};

pub(crate) use wake::Wake;

/// For whom a transaction runs.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Scope {
    /// For one tenant: on PostgreSQL only its rows are visible.
    Tenant(OrganizationId),
    /// Before a tenant is known: on PostgreSQL only directory tables show rows.
    Directory,
}

impl From<&Tenant> for Scope {
    fn from(tenant: &Tenant) -> Self {
        Self::Tenant(tenant.organization_id())
    }
}

/// The outcome of a piece of work inside a transaction.
pub(crate) type Step<'t, T, E = StoreError> = BoxFuture<'t, Result<T, Failure<E>>>;

/// The database.
pub(crate) enum Database {
    /// One file.
    Sqlite(sqlite::Sqlite),
    /// A server.
    Postgres(postgres::Postgres),
}

impl Database {
    /// Opens the database, brings its schema up to date where that is allowed, and checks the service's role.
    pub(crate) async fn open(settings: &Settings) -> Result<Self, OpenError> {
        match settings {
            Settings::Sqlite { path } => sqlite::Sqlite::open(path).await.map(Self::Sqlite),
            Settings::Postgres {
                url,
                migration_url,
                max_connections,
            } => {
                let opened = postgres::Postgres::open(url, migration_url.as_ref(), *max_connections).await?;
                Ok(Self::Postgres(opened))
            }
        }
    }

    /// Begins a transaction that only reads.
    pub(crate) async fn read(&self, scope: impl Into<Scope>) -> Result<ReadTransaction, DbErr> {
        let transaction = match self {
            Self::Sqlite(sqlite) => sqlite.begin_read().await?,
            Self::Postgres(postgres) => postgres.begin(scope.into()).await?,
        };
        Ok(ReadTransaction(transaction))
    }

    /// Begins a read of one statement.
    pub(crate) async fn read_one(&self, scope: impl Into<Scope>) -> Result<OneRead<'_>, DbErr> {
        Ok(OneRead(match self {
            Self::Sqlite(sqlite) => DatabaseExecutor::Connection(sqlite.readers()),
            Self::Postgres(postgres) => {
                DatabaseExecutor::OwnedTransaction(postgres.begin(scope.into()).await?)
            }
        }))
    }

    /// Runs `work` in a transaction of its own and commits it. When this returns `Ok`, the work is durable. A
    /// refusal undoes it. `work` may be called more than once, each time on a fresh transaction.
    pub(crate) async fn write<T, E, F>(&self, scope: impl Into<Scope>, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: for<'t> Fn(&'t DatabaseTransaction) -> Step<'t, T, E> + Send + Sync + 'static,
    {
        match self {
            Self::Sqlite(sqlite) => sqlite.write(work).await,
            Self::Postgres(postgres) => postgres.write(scope.into(), work).await,
        }
    }

    /// Wakes whoever waits for jobs, on this node at once and on the others soon.
    pub(crate) fn announce_jobs(&self) {
        match self {
            Self::Sqlite(sqlite) => sqlite.wake().announce(),
            Self::Postgres(postgres) => postgres.announce_jobs(),
        }
    }

    /// Whoever waits for jobs on this node.
    pub(crate) fn wake(&self) -> &Wake {
        match self {
            Self::Sqlite(sqlite) => sqlite.wake(),
            Self::Postgres(postgres) => postgres.wake(),
        }
    }

    /// Finishes what was begun and closes every connection.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(sqlite) => sqlite.close().await,
            Self::Postgres(postgres) => postgres.close().await,
        }
    }

    /// Makes the next commit fail, before or after it is durable.
    #[cfg(test)]
    pub(crate) fn fail_next_commit(&self, fault: CommitFault) {
        match self {
            Self::Sqlite(sqlite) => sqlite.fail_next_commit(fault),
            Self::Postgres(postgres) => postgres.fail_next_commit(fault),
        }
    }
}

/// A transaction that only reads.
pub(crate) struct ReadTransaction(DatabaseTransaction);

impl ReadTransaction {
    /// Ends it.
    pub(crate) async fn end(self) -> Result<(), DbErr> {
        self.0.commit().await
    }
}

impl Deref for ReadTransaction {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &DatabaseTransaction {
        &self.0
    }
}

/// Room for one statement that only reads. On SQLite a statement is a snapshot by itself, so nothing is begun
/// around it; on PostgreSQL the tenant is set for a transaction, so one is needed there. Who reads with two
/// statements takes a [`ReadTransaction`].
pub(crate) struct OneRead<'d>(DatabaseExecutor<'d>);

impl OneRead<'_> {
    /// Ends it.
    pub(crate) async fn end(self) -> Result<(), DbErr> {
        match self.0 {
            DatabaseExecutor::OwnedTransaction(transaction) => transaction.commit().await,
            DatabaseExecutor::Connection(_) | DatabaseExecutor::Transaction(_) => Ok(()),
        }
    }
}

impl<'d> Deref for OneRead<'d> {
    type Target = DatabaseExecutor<'d>;

    fn deref(&self) -> &DatabaseExecutor<'d> {
        &self.0
    }
}

/// Runs a piece of reading under the limit of read transactions: a snapshot that is held longer keeps SQLite from
/// reusing its write-ahead log, and PostgreSQL from clearing dead rows.
pub(crate) async fn reading<T>(work: impl Future<Output = Result<T, Failure>>) -> Result<T, StoreError> {
    match tokio::time::timeout(READ_LIMIT, work).await {
        Ok(outcome) => outcome.map_err(Failure::into_error),
        Err(_) => Err(unavailable_because("reading took longer than 5 s")),
    }
}

/// `BEGIN IMMEDIATE`
pub(crate) fn immediate() -> TransactionOptions {
    TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    }
}

/// Where a commit fails, in tests.
#[cfg(test)]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum CommitFault {
    /// Failed and not stored: the database did not commit.
    BeforeCommit,
    /// Failed but stored: the answer was lost.
    AfterCommit,
}

/// A place for one fault to come.
#[cfg(test)]
#[derive(Debug, Default)]
pub(crate) struct FaultPlan(std::sync::Mutex<Option<CommitFault>>);

#[cfg(test)]
impl FaultPlan {
    pub(crate) fn set(&self, fault: CommitFault) {
        *self.0.lock().unwrap() = Some(fault);
    }

    /// Takes the planned fault if it is this one.
    pub(crate) fn strikes(&self, fault: CommitFault) -> bool {
        let mut planned = self.0.lock().unwrap();
        let strikes = *planned == Some(fault);
        if strikes {
            *planned = None;
        }
        strikes
    }
}

const READ_LIMIT: Duration = Duration::from_secs(5);
