//! The store: one value that implements every store port.

use std::sync::Arc;

use akashi_app::ports::StoreError;
use sea_orm::ConnectionTrait;

use crate::database::{Database, Scope, reading};
use crate::settings::{OpenError, Settings};

/// The store. Clones share its connections.
#[derive(Clone)]
pub struct Store {
    pub(crate) database: Arc<Database>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match *self.database {
            Database::Sqlite(_) => "Store(SQLite)",
            Database::Postgres(_) => "Store(PostgreSQL)",
        })
    }
}

impl Store {
    /// Opens the database, brings its schema up to date where that is allowed, and checks the service's role.
    /// Must be called inside a tokio runtime, on which the store keeps its background tasks.
    ///
    /// # Errors
    /// [`OpenError`] says what is wrong with file, server, role or schema.
    pub async fn open(settings: Settings) -> Result<Self, OpenError> {
        Ok(Self {
            database: Arc::new(Database::open(&settings).await?),
        })
    }

    /// Reads and commits once; for readiness and doctor.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] if either does not work.
    pub async fn check(&self) -> Result<(), StoreError> {
        reading(async {
            let transaction = self.database.read(Scope::Directory).await?;
            transaction.execute_unprepared("SELECT 1").await?;
            Ok(transaction.end().await?)
        })
        .await?;
        self.database
            .write(Scope::Directory, |_| Box::pin(async { Ok(()) }))
            .await
    }

    /// What the database calls itself, for doctor: for example `SQLite 3.51.3`.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`]
    pub async fn version(&self) -> Result<String, StoreError> {
        let (name, sql) = match *self.database {
            Database::Sqlite(_) => ("SQLite", "SELECT sqlite_version()"),
            Database::Postgres(_) => ("PostgreSQL", "SELECT current_setting('server_version')"),
        };
        reading(async {
            let transaction = self.database.read(Scope::Directory).await?;
            let statement = sea_orm::Statement::from_string(transaction.get_database_backend(), sql);
            let row = transaction.query_one_raw(statement).await?;
            transaction.end().await?;
            let number: Option<String> = row.map(|row| row.try_get_by(0)).transpose()?;
            Ok(format!("{name} {}", number.unwrap_or_default()))
        })
        .await
    }

    /// Finishes the writes that were handed in and closes every connection. Whatever is called afterwards
    /// answers [`StoreError::Unavailable`].
    pub async fn close(&self) {
        self.database.close().await;
    }
}
