//! Where errors of the database become errors of the ports.

use std::fmt;

use akashi_app::ports::StoreError;
use sea_orm::{DbErr, RuntimeErr};

/// Why a piece of work inside a transaction did not succeed.
#[derive(Debug)]
pub(crate) enum Failure<E = StoreError> {
    /// The database failed. The transaction is undone and may be tried again.
    Database(DbErr),
    /// The work was refused for a reason that trying again does not change. The transaction is undone.
    Refused(E),
}

impl<E> From<DbErr> for Failure<E> {
    fn from(error: DbErr) -> Self {
        Self::Database(error)
    }
}

impl From<StoreError> for Failure<StoreError> {
    fn from(error: StoreError) -> Self {
        Self::Refused(error)
    }
}

impl<E: From<StoreError>> Failure<E> {
    /// The error that leaves the store.
    pub(crate) fn into_error(self) -> E {
        match self {
            Self::Database(error) => unavailable(&error).into(),
            Self::Refused(error) => error,
        }
    }
}

/// What the database said, without values of rows: messages of SQLite and PostgreSQL name tables, columns and
/// constraints, and the detail line of PostgreSQL, which does quote values, is left behind.
#[derive(Debug)]
pub(crate) struct DatabaseFailure {
    code: Option<String>,
    message: String,
}

impl DatabaseFailure {
    /// A failure that this room finds itself.
    pub(crate) fn new(message: &str) -> Self {
        Self {
            code: None,
            message: message.to_owned(),
        }
    }

    /// What the database said.
    pub(crate) fn of(error: &DbErr) -> Self {
        match driver_error(error) {
            Some(sqlx::Error::Database(inner)) => Self {
                code: inner.code().map(std::borrow::Cow::into_owned),
                message: inner.message().to_owned(),
            },
            Some(inner) => Self::new(&inner.to_string()),
            None => Self::new(&error.to_string()),
        }
    }
}

impl fmt::Display for DatabaseFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.code {
            Some(code) => write!(f, "{} (code {code})", self.message),
            None => f.write_str(&self.message),
        }
    }
}

impl std::error::Error for DatabaseFailure {}

/// The database failed.
pub(crate) fn unavailable(error: &DbErr) -> StoreError {
    StoreError::Unavailable(Box::new(DatabaseFailure::of(error)))
}

/// Something outside of the database's own answers went wrong.
pub(crate) fn unavailable_because(message: &str) -> StoreError {
    StoreError::Unavailable(Box::new(DatabaseFailure::new(message)))
}

/// A stored row makes no sense.
pub(crate) fn inconsistent(table: &'static str, column: &'static str, id: impl fmt::Display) -> StoreError {
    StoreError::Inconsistent {
        table,
        column,
        id: id.to_string(),
    }
}

/// Whether the same transaction may succeed when it is done again: `serialization_failure`, `deadlock_detected`
/// (PostgreSQL, Appendix A), or a connection that broke. Until `COMMIT` was sent, nothing was stored after any.
pub(crate) fn may_be_retried(error: &DbErr) -> bool {
    is_broken_connection(error) || code(error).is_some_and(|code| matches!(code.as_str(), "40001" | "40P01"))
}

/// Whether the connection is of no more use: the network, or classes 08 (connection exception) and 57P
/// (the server stops or ended the session).
pub(crate) fn is_broken_connection(error: &DbErr) -> bool {
    match driver_error(error) {
        Some(sqlx::Error::Io(_) | sqlx::Error::Protocol(_)) => true,
        _ => code(error).is_some_and(|code| code.starts_with("08") || code.starts_with("57P")),
    }
}

/// The SQLSTATE of an error.
fn code(error: &DbErr) -> Option<String> {
    match driver_error(error) {
        Some(sqlx::Error::Database(inner)) => inner.code().map(std::borrow::Cow::into_owned),
        _ => None,
    }
}

fn driver_error(error: &DbErr) -> Option<&sqlx::Error> {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(inner))
        | DbErr::Exec(RuntimeErr::SqlxError(inner))
        | DbErr::Query(RuntimeErr::SqlxError(inner)) => Some(inner),
        _ => None,
    }
}
