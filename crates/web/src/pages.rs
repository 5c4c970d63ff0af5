//! The pages: one context per template, each with samples that a test renders in every language (S30).
//!
//! A context holds what a page shows as plain values in the reader's terms. Handlers fill it from what a use case
//! returned; nothing here reads, decides or writes.

pub(crate) mod account;
pub(crate) mod components;
pub(crate) mod contract;
pub(crate) mod contracts;
pub(crate) mod counterpart;
pub(crate) mod home;
pub(crate) mod maker;
pub(crate) mod problem;
mod sample;
pub(crate) mod setup;
pub(crate) mod system;
#[cfg(test)]
mod tests;
pub(crate) mod verify;

pub use sample::{SamplePage, sample_pages};
