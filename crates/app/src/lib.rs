//! What Akashi does: the use cases, and the ports that they need from the outside.
//!
//! What it is: one file per verb. A use case authorizes, loads, lets `domain` decide, and saves everything
//! that follows — state, events, jobs, mails — in one transaction. The worker's steps stand here too.
//!
//! What it is not: no SQL, no sockets, no files, no pages. Those are adapters of the traits in [`ports`].

pub mod account;
mod caller;
mod commit;
mod context;
pub mod contract;
pub mod doctor;
mod error;
mod files;
mod history;
pub mod intake;
pub mod judging;
mod link;
pub mod operate;
pub mod party;
pub mod ports;
pub mod preservation;
mod readiness;
mod sample;
pub mod trust;
pub mod verify;
pub mod work;

pub use akashi_domain as domain;
pub use caller::{MemberCaller, PartyCaller, RequestOrigin};
pub use context::{App, Ports, Settings};
pub use error::{Error, PasswordWeakness, TextPlace};
pub use history::hold_reason;
pub use link::Token;
pub use readiness::Readiness;

/// The most pages that one request may report as shown.
const LIMIT_PAGES_AT_ONCE: usize = 500;
