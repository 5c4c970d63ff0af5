//! Tests that need to look inside.

mod bodies;
mod faults;
#[expect(dead_code, reason = "the tests outside use more of it")]
#[path = "../../tests/it/harness.rs"]
mod harness;
mod postgres;
mod speed;
mod sqlite;
