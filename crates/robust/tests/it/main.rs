//! Foreign, hostile and damaged input: signed or refused, read as others read it, never worse than an error.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "helpers of tests may say plainly what they mean"
)]

mod corpus;
mod encrypted;
mod foreign;
mod hostile;
mod process;
mod readers;
mod signer;
mod smoke;
