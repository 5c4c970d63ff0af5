//! Where the database is, and why it cannot be used.

use std::path::PathBuf;

use sea_orm::DbErr;
use secrecy::SecretString;

use crate::error::DatabaseFailure;

/// Where the database is.
#[derive(Debug)]
pub enum Settings {
    /// One file on this machine, for one process or several on the same machine.
    Sqlite {
        /// The file. It and its folder are made when they are missing, readable only by their owner.
        path: PathBuf,
    },
    /// A PostgreSQL server, 15 or newer, for any number of nodes.
    Postgres {
        /// `postgres://…` with the service's own role, which must be neither superuser nor `BYPASSRLS` nor owner
        /// of the tables, since row-level security does not bind those.
        url: SecretString,
        /// `postgres://…` with the role that owns the tables. Given, migrations run when the store is opened
        /// and the service's role gets the rights that it needs; absent, the schema must already be current.
        migration_url: Option<SecretString>,
        /// The most connections of this node, at least 2.
        max_connections: u32,
    },
}

/// Why the store could not be opened.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OpenError {
    /// The folder or file of the database cannot be made or read.
    #[error("database file cannot be used")]
    File(#[source] std::io::Error),
    /// The database cannot be reached or answered with an error.
    #[error("database cannot be opened")]
    Database(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The URL is not one of a PostgreSQL server.
    #[error("database URL must begin with postgres:// or postgresql://")]
    Url,
    /// The server is older than PostgreSQL 15.
    #[error("PostgreSQL 15 or newer is needed, the server has version number {found}")]
    ServerTooOld {
        /// `server_version_num` of the server, for example 140011.
        found: i32,
    },
    /// Row-level security would not bind the service's role, so one organization's data could reach another.
    #[error("role {role} must not be used by the service: {reason}")]
    Role {
        /// The role of `url`.
        role: String,
        /// What is wrong with it.
        reason: RoleProblem,
    },
    /// A table of tenants has no forced row-level security.
    #[error("row-level security is not forced on table {table}")]
    RowSecurityMissing {
        /// The table.
        table: String,
    },
    /// Migrations are pending and no `migration_url` was given.
    #[error("{pending} migrations are pending: open once with the role that owns the tables")]
    SchemaBehind {
        /// How many.
        pending: usize,
    },
}

/// Why row-level security would not bind a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RoleProblem {
    /// It is a superuser.
    #[error("it is a superuser")]
    Superuser,
    /// It has `BYPASSRLS`.
    #[error("it bypasses row-level security")]
    BypassesRowSecurity,
    /// It owns the tables, or is a member of the role that does, and could switch the policies off.
    #[error("it owns the tables")]
    Owner,
}

impl From<DbErr> for OpenError {
    fn from(error: DbErr) -> Self {
        Self::Database(Box::new(DatabaseFailure::of(&error)))
    }
}
