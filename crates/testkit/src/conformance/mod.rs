//! What every adapter of a port must do, run by the fake and by each adapter.

pub mod account;
pub mod authority;
pub mod contract;
pub mod keys;
pub mod mailer;
pub mod revocation;
pub mod seals;
pub mod segments;
pub mod store;
pub mod time_stamp;
