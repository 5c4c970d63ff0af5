//! The store as others see it, on both databases.

mod conformance;
mod harness;
mod opening;
mod people;
mod tenant_walls;
