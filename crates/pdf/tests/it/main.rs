//! The public interface of the PDF layer.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "helpers of tests may say plainly what they mean"
)]

mod active;
mod builder;
mod corpus;
mod encryption;
mod import;
mod judge;
mod large;
mod open;
mod properties;
mod repair;
mod revisions;
mod update;
