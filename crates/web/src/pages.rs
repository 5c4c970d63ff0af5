//! The pages: one context per template, each with samples that a test renders in every language (S30).
//!
//! A context holds what a page shows as plain values in the reader's terms. Handlers fill it from what a use case
//! returned; nothing here reads, decides or writes.

mod account;
mod components;
mod contract;
mod contracts;
mod counterpart;
mod home;
mod maker;
mod problem;
mod sample;
mod setup;
mod system;
#[cfg(test)]
mod tests;
mod verify;

pub use sample::{SamplePage, sample_pages};
