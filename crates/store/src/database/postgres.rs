//! PostgreSQL: a pool with the service's own role, and the wall between tenants.

use std::sync::Arc;
use std::time::Duration;

use akashi_app::ports::StoreError;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, RuntimeErr,
    SqlxPostgresConnector, Statement, TransactionTrait,
};
use secrecy::{ExposeSecret as _, SecretString};
use sqlx::postgres::{PgConnectOptions, PgListener, PgPool, PgPoolOptions};
use sqlx::{ConnectOptions as _, Row as _};
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::{Scope, Step, Wake};
use crate::error::{DatabaseFailure, Failure, is_broken_connection, may_be_retried, unavailable};
use crate::migration;
use crate::settings::{OpenError, RoleProblem};

/// A database on a server.
pub(crate) struct Postgres {
    connection: DatabaseConnection,
    wake: Arc<Wake>,
    /// Rung when other nodes shall hear of new jobs.
    bell: Arc<Notify>,
    tasks: [JoinHandle<()>; 2],
    #[cfg(test)]
    faults: super::FaultPlan,
}

impl Postgres {
    pub(super) async fn open(
        url: &SecretString,
        migration_url: Option<&SecretString>,
        max_connections: u32,
    ) -> Result<Self, OpenError> {
        let pool = connect(url, max_connections.max(2), &SERVICE_LIMITS).await?;
        check_server(&pool).await?;
        let role = service_role(&pool).await?;
        let connection = SqlxPostgresConnector::from_sqlx_postgres_pool(pool.clone());
        if let Some(migration_url) = migration_url {
            let owner = SqlxPostgresConnector::from_sqlx_postgres_pool(connect(migration_url, 1, &[]).await?);
            migration::run_on_postgres(&owner, &role).await?;
            owner.close().await?;
        }
        let pending = migration::pending(&connection).await?;
        if pending > 0 {
            return Err(OpenError::SchemaBehind { pending });
        }
        check_walls(&pool, &role).await?;
        let wake = Arc::new(Wake::new());
        let bell = Arc::new(Notify::new());
        let tasks = [
            tokio::spawn(listen(pool.clone(), Arc::clone(&wake))),
            tokio::spawn(ring(pool, Arc::clone(&bell))),
        ];
        Ok(Self {
            connection,
            wake,
            bell,
            tasks,
            #[cfg(test)]
            faults: super::FaultPlan::default(),
        })
    }

    /// Begins a transaction that sees the rows of its scope. After the server was away every idle connection is
    /// stale; each is tried once and dropped, so that nobody outside notices.
    pub(super) async fn begin(&self, scope: Scope) -> Result<DatabaseTransaction, DbErr> {
        for _ in 1..CONNECTIONS_TRIED {
            match self.begin_on_any(scope).await {
                Err(error) if is_broken_connection(&error) => {}
                outcome => return outcome,
            }
        }
        self.begin_on_any(scope).await
    }

    async fn begin_on_any(&self, scope: Scope) -> Result<DatabaseTransaction, DbErr> {
        let transaction = self.connection.begin().await?;
        if let Scope::Tenant(organization_id) = scope {
            let tenant = organization_id.as_uuid().to_string();
            let sql = "SELECT set_config('app.tenant', $1, true)";
            let set = Statement::from_sql_and_values(DbBackend::Postgres, sql, [tenant.into()]);
            transaction.execute_raw(set).await?;
        }
        Ok(transaction)
    }

    /// Runs `work` and commits it; does both again when the server says that another order of transactions would
    /// have let it through, or when the connection breaks before the commit.
    pub(super) async fn write<T, E, F>(&self, scope: Scope, work: F) -> Result<T, E>
    where
        E: From<StoreError>,
        F: for<'t> Fn(&'t DatabaseTransaction) -> Step<'t, T, E>,
    {
        let mut pause = FIRST_PAUSE;
        for _ in 1..ATTEMPTS {
            match self.attempt(scope, &work).await {
                Err(Failure::Database(error)) if may_be_retried(&error) => {
                    tokio::time::sleep(pause).await;
                    pause = pause.saturating_mul(2);
                }
                outcome => return outcome.map_err(Failure::into_error),
            }
        }
        self.attempt(scope, &work).await.map_err(Failure::into_error)
    }

    async fn attempt<T, E, F>(&self, scope: Scope, work: &F) -> Result<T, Failure<E>>
    where
        E: From<StoreError>,
        F: for<'t> Fn(&'t DatabaseTransaction) -> Step<'t, T, E>,
    {
        let transaction = self.begin(scope).await?;
        let done = match work(&transaction).await {
            Ok(done) => done,
            Err(failure) => {
                // The answer to the caller does not depend on it: a connection that breaks here undoes all too.
                if let Err(error) = transaction.rollback().await {
                    tracing::debug!(error = %DatabaseFailure::of(&error), "rollback was not acknowledged");
                }
                return Err(failure);
            }
        };
        #[cfg(test)]
        if self.faults.strikes(super::CommitFault::BeforeCommit) {
            transaction.rollback().await?;
            return Err(DbErr::Custom("fault before commit".to_owned()).into());
        }
        if let Err(error) = transaction.commit().await {
            // With the connection gone nobody knows whether the server has committed: never do it again.
            return Err(if is_broken_connection(&error) {
                Failure::Refused(unavailable(&error).into())
            } else {
                error.into()
            });
        }
        #[cfg(test)]
        if self.faults.strikes(super::CommitFault::AfterCommit) {
            return Err(DbErr::Custom("fault after commit".to_owned()).into());
        }
        Ok(done)
    }

    pub(super) fn wake(&self) -> &Wake {
        &self.wake
    }

    pub(super) fn announce_jobs(&self) {
        self.wake.announce();
        self.bell.notify_one();
    }

    pub(super) async fn close(&self) {
        self.tasks.iter().for_each(JoinHandle::abort);
        if let Err(error) = self.connection.close_by_ref().await {
            tracing::warn!(error = %DatabaseFailure::of(&error), "connections did not close in order");
        }
    }

    #[cfg(test)]
    pub(super) fn fail_next_commit(&self, fault: super::CommitFault) {
        self.faults.set(fault);
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.tasks.iter().for_each(JoinHandle::abort);
    }
}

async fn connect(url: &SecretString, connections: u32, limits: &[(&str, &str)]) -> Result<PgPool, OpenError> {
    let url = url.expose_secret();
    if !url.starts_with("postgres://") && !url.starts_with("postgresql://") {
        return Err(OpenError::Url);
    }
    // The error of a URL quotes parts of it, so it is not carried on.
    let options: PgConnectOptions = url.parse().map_err(|_| OpenError::Url)?;
    let options = options
        .application_name("akashi")
        .statement_cache_capacity(STATEMENTS_KEPT)
        .options(limits.iter().copied())
        .disable_statement_logging();
    let pool = PgPoolOptions::new()
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(ACQUIRE_TIMEOUT)
        .idle_timeout(IDLE_TIMEOUT)
        .test_before_acquire(false)
        .before_acquire(|connection, meta| {
            Box::pin(async move {
                // A connection that a server or firewall dropped meanwhile is found out before it is used.
                if meta.idle_for >= PING_AFTER {
                    sqlx::Connection::ping(connection).await?;
                }
                Ok(true)
            })
        })
        .connect_with(options)
        .await
        .map_err(driver)?;
    Ok(pool)
}

fn driver(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(Arc::new(error)))
}

async fn check_server(pool: &PgPool) -> Result<(), OpenError> {
    let sql = "SELECT current_setting('server_version_num')::int";
    let found: i32 = sqlx::query(sql)
        .fetch_one(pool)
        .await
        .and_then(|row| row.try_get(0))
        .map_err(driver)?;
    if found < OLDEST_SERVER {
        Err(OpenError::ServerTooOld { found })
    } else {
        Ok(())
    }
}

/// The name of the service's role, once it is certain that row-level security binds it.
async fn service_role(pool: &PgPool) -> Result<String, OpenError> {
    let sql = "SELECT rolname::text, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user";
    let row = sqlx::query(sql).fetch_one(pool).await.map_err(driver)?;
    let role: String = row.try_get(0).map_err(driver)?;
    if row.try_get::<bool, _>(1).map_err(driver)? {
        return Err(OpenError::Role {
            role,
            reason: RoleProblem::Superuser,
        });
    }
    if row.try_get::<bool, _>(2).map_err(driver)? {
        return Err(OpenError::Role {
            role,
            reason: RoleProblem::BypassesRowSecurity,
        });
    }
    Ok(role)
}

/// The schema is current; now the walls must stand, and the service's role must not be able to take them down.
async fn check_walls(pool: &PgPool, role: &str) -> Result<(), OpenError> {
    let sql = "SELECT pg_has_role(current_user, relowner, 'MEMBER') FROM pg_class WHERE oid = to_regclass('contract')";
    let owns: bool = sqlx::query(sql)
        .fetch_one(pool)
        .await
        .and_then(|row| row.try_get(0))
        .map_err(driver)?;
    if owns {
        return Err(OpenError::Role {
            role: role.to_owned(),
            reason: RoleProblem::Owner,
        });
    }
    match migration::without_row_security(pool)
        .await
        .map_err(driver)?
        .into_iter()
        .next()
    {
        Some(table) => Err(OpenError::RowSecurityMissing { table }),
        None => Ok(()),
    }
}

/// Wakes this node when another one has new jobs. Hints may get lost, when the connection breaks for example;
/// workers look by themselves from time to time.
async fn listen(pool: PgPool, wake: Arc<Wake>) {
    loop {
        if let Err(error) = listen_once(&pool, &wake).await {
            tracing::warn!(error = %DatabaseFailure::of(&driver(error)), "listening for jobs was interrupted");
        }
        tokio::time::sleep(LISTEN_AGAIN_AFTER).await;
        wake.announce();
    }
}

async fn listen_once(pool: &PgPool, wake: &Wake) -> Result<(), sqlx::Error> {
    let mut listener = PgListener::connect_with(pool).await?;
    listener.listen(CHANNEL).await?;
    loop {
        // `None` says that the connection was lost and is there again; hints may have been missed.
        listener.try_recv().await?;
        wake.announce();
    }
}

/// Tells the other nodes about new jobs, at most once per pause: `NOTIFY` inside every commit would make all
/// commits of the server wait for one lock.
async fn ring(pool: PgPool, bell: Arc<Notify>) {
    loop {
        bell.notified().await;
        if let Err(error) = sqlx::query("SELECT pg_notify($1, '')")
            .bind(CHANNEL)
            .execute(&pool)
            .await
        {
            tracing::warn!(error = %DatabaseFailure::of(&driver(error)), "other nodes were not told about jobs");
        }
        tokio::time::sleep(RING_PAUSE).await;
    }
}

/// The channel of `NOTIFY`.
const CHANNEL: &str = "akashi_jobs";
/// PostgreSQL 15.
const OLDEST_SERVER: i32 = 150_000;
/// Prepared statements kept by each connection.
const STATEMENTS_KEPT: usize = 256;
/// How many stale connections are dropped before the server counts as away.
const CONNECTIONS_TRIED: u32 = 16;
/// How often a transaction is tried.
const ATTEMPTS: u32 = 6;
/// Before the second attempt; doubled each time.
const FIRST_PAUSE: Duration = Duration::from_millis(5);
/// Milliseconds that a statement of the service may run, and wait for a row that another transaction holds.
/// Migrations have no such limits.
const SERVICE_LIMITS: [(&str, &str); 2] = [("statement_timeout", "15000"), ("lock_timeout", "5000")];
/// How long work waits for a free connection.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);
/// After which a connection that nobody needs is closed.
const IDLE_TIMEOUT: Duration = Duration::from_mins(10);
/// After which a connection is tried before it is used.
const PING_AFTER: Duration = Duration::from_secs(15);
/// Between two attempts to listen.
const LISTEN_AGAIN_AFTER: Duration = Duration::from_secs(2);
/// Between two hints to other nodes.
const RING_PAUSE: Duration = Duration::from_millis(50);
