//! What Akashi does: the use cases, and the ports that they need from the outside.
//!
//! What it is: one file per verb. A use case authorizes, loads, lets `domain` decide, and saves everything
//! that follows — state, events, jobs, mails — in one transaction. The worker's steps stand here too.
//!
//! What it is not: no SQL, no sockets, no files, no pages. Those are adapters of the traits in [`ports`].

pub mod ports;

pub use akashi_domain as domain;
