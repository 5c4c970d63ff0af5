//! Help for tests: fakes of the ports, and the conformance suites that fakes and adapters pass alike.
//!
//! What it is: a dev-dependency. What it is not: part of the program; it panics where a test shall fail.
//!
//! ```
//! use akashi_app::ports::Clock as _;
//! use akashi_testkit::fakes::FrozenClock;
//!
//! let clock = FrozenClock::showing("2026-11-22T01:00:00Z");
//! clock.advance(jiff::SignedDuration::from_hours(1));
//! assert_eq!(clock.now().to_string(), "2026-11-22T02:00:00Z");
//! ```

#![allow(
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on shall fail loudly"
)]

pub mod conformance;
pub mod fakes;
