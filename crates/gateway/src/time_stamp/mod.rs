//! Time-stamps: the built-in authority, and those that are asked over HTTP.

mod http;
mod local;

pub use http::{AuthoritySettings, HeaderSettings, HttpTimeStampAuthority, OpenError, Settings};
pub use local::{LocalTimeStampAuthority, TimeStampCredentials};
