//! The worker: what follows from accepted acts, done by itself, finished exactly once.
//!
//! A job is leased, done, and completed in the same transaction as the change that it makes. Whatever dies in
//! between is done again: every step may be repeated, and what an aborted attempt left behind (stored objects
//! that no row names) is harmless.

mod appearances;
mod archive;
mod caretaker;
mod clock_check;
mod conclude;
mod deliver_mail;
mod digest;
mod evidence;
mod expire;
mod keeper;
mod mail_content;
mod material;
mod outcome;
mod prepare_sending;
mod preserve;
mod runner;
mod shown;
mod sign;
mod steps;

pub use caretaker::Caretaker;
pub use keeper::Keeper;
pub use runner::Worker;
pub(crate) use runner::chain;
pub use steps::{NoStepWatch, Step, StepWatch};

/// The signature field of an evidence sheet.
const SHEET_FIELD: &str = "akashi-seal";
