//! Empty stores for tests: a SQLite file, or a database of its own on a PostgreSQL server.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use akashi_store::{Settings, Store};
use akashi_testkit::conformance::store::StorePorts;
use secrecy::SecretString;
use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Executor as _};

/// Runs a case on a new SQLite file; afterwards the store must agree with itself.
pub(crate) async fn with_sqlite(case: impl AsyncFnOnce(&StorePorts)) {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(Settings::Sqlite {
        path: folder.path().join("akashi.sqlite"),
    })
    .await
    .unwrap();
    run(store, case).await;
}

/// Runs a case on a new PostgreSQL database; afterwards the store must agree with itself.
pub(crate) async fn with_postgres(case: impl AsyncFnOnce(&StorePorts)) {
    let database = PostgresDatabase::create().await;
    run(database.open().await, case).await;
    database.drop().await;
}

async fn run(store: Store, case: impl AsyncFnOnce(&StorePorts)) {
    let store = Arc::new(store);
    case(&StorePorts::of(&store)).await;
    assert_eq!(
        store.check_consistency().await.unwrap(),
        [],
        "the store agrees with itself"
    );
    store.close().await;
}

/// A database of its own with two roles: one owns the tables, one serves.
pub(crate) struct PostgresDatabase {
    server: PgPool,
    name: String,
    pub(crate) owner: String,
    pub(crate) service: String,
    superuser: PgConnectOptions,
}

const PASSWORD: &str = "only-for-tests";

impl PostgresDatabase {
    pub(crate) async fn create() -> Self {
        let Some(url) = server_url() else {
            panic!(
                "AKASHI_TEST_POSTGRES_URL is not set. It must be the URL of a superuser of a PostgreSQL server for \
                 tests; `scripts/postgres.sh run -- cargo test -p akashi-store` starts one"
            );
        };
        let superuser: PgConnectOptions = url.parse().unwrap();
        let server = pool(superuser.clone()).await;
        let name = unique_name();
        let database = Self {
            owner: format!("{name}_owner"),
            service: format!("{name}_service"),
            server,
            name,
            superuser,
        };
        for role in [&database.owner, &database.service] {
            database
                .on_server(&format!("CREATE ROLE {role} LOGIN PASSWORD '{PASSWORD}'"))
                .await;
        }
        database
            .on_server(&format!(
                "CREATE DATABASE {} OWNER {}",
                database.name, database.owner
            ))
            .await;
        database
    }

    async fn on_server(&self, sql: &str) {
        self.server.execute(AssertSqlSafe(sql.to_owned())).await.unwrap();
    }

    fn connect_options(&self, role: &str) -> PgConnectOptions {
        self.superuser
            .clone()
            .database(&self.name)
            .username(role)
            .password(PASSWORD)
    }

    pub(crate) fn url(&self, role: &str) -> SecretString {
        self.connect_options(role).to_url_lossy().to_string().into()
    }

    /// The store with the service's role, migrated by the owner.
    pub(crate) fn settings(&self) -> Settings {
        Settings::Postgres {
            url: self.url(&self.service),
            migration_url: Some(self.url(&self.owner)),
            max_connections: 8,
        }
    }

    pub(crate) async fn open(&self) -> Store {
        Store::open(self.settings()).await.unwrap()
    }

    /// Connections that bypass the store, as one of the roles.
    pub(crate) async fn connect(&self, role: &str) -> PgPool {
        pool(self.connect_options(role)).await
    }

    /// Connections as superuser.
    pub(crate) async fn connect_as_superuser(&self) -> PgPool {
        pool(self.superuser.clone().database(&self.name)).await
    }

    pub(crate) async fn drop(self) {
        self.on_server(&format!("DROP DATABASE {} WITH (FORCE)", self.name))
            .await;
        for role in [&self.owner, &self.service] {
            self.on_server(&format!("DROP ROLE {role}")).await;
        }
    }
}

async fn pool(options: PgConnectOptions) -> PgPool {
    PgPoolOptions::new()
        .max_connections(2)
        .connect_with(options.disable_statement_logging())
        .await
        .unwrap()
}

#[expect(
    clippy::disallowed_methods,
    reason = "tests learn from the environment where the server is"
)]
fn server_url() -> Option<String> {
    std::env::var("AKASHI_TEST_POSTGRES_URL").ok()
}

/// A name that no other test of this server has, in this process or another.
#[expect(clippy::disallowed_methods, reason = "a name for this run only")]
fn unique_name() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    let since = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    format!("akashi_{}_{}_{count}", std::process::id(), since.as_micros())
}
