//! All SQL of Akashi: one store for SQLite and PostgreSQL behind the ports of `akashi_app`.
//!
//! What it is: entities, queries, migrations, the way from rows to values of the domain and back, and the table
//! of jobs. [`Store`] implements every store port. Both databases pass the same conformance suite.
//!
//! What it is not: no rules about contracts, no encryption, no objects (those lie in the object storage; here
//! stand their keys, wrapped).
//!
//! How it keeps its promises:
//! - **SQLite**: write-ahead log, `synchronous = FULL`, one writer. Every write runs inside `BEGIN IMMEDIATE …
//!   COMMIT`; writes that come while the disk is busy share the next commit, and each caller is answered after it.
//!   Readers cannot write; a read of one statement is a snapshot by itself and begins no transaction.
//! - **PostgreSQL**: row-level security is forced on every table of tenants, the service's role is neither
//!   superuser nor `BYPASSRLS` nor owner (else the store does not open), and every statement runs in a
//!   transaction that names its tenant.
//!
//! ```no_run
//! # async fn example() -> Result<(), akashi_store::OpenError> {
//! use akashi_app::ports::ContractStore;
//! use akashi_store::{Settings, Store};
//!
//! let store = Store::open(Settings::Sqlite { path: "data/akashi.sqlite".into() }).await?;
//! let contracts: std::sync::Arc<dyn ContractStore> = std::sync::Arc::new(store.clone());
//! # drop(contracts);
//! store.close().await;
//! # Ok(())
//! # }
//! ```

mod accounts;
mod attempts;
mod contracts;
mod convert;
mod database;
mod error;
mod fsck;
mod invitations;
mod jobs;
mod mails;
mod members;
mod migration;
mod organization_events;
mod organizations;
mod preservation;
mod search;
mod sessions;
mod settings;
mod store;
#[cfg(test)]
mod tests;
mod tickets;
mod trust;

// The harness of the tests is shared with those outside, which know this crate by its name.
#[cfg(test)]
extern crate self as akashi_store;

pub use fsck::Finding;
pub use settings::{OpenError, RoleProblem, Settings};
pub use store::Store;
