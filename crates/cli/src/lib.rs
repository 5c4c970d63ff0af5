//! The programs of Akashi: reads the configuration, wires ports to adapters, runs a command.
//!
//! What it is: the only room that knows the real clock, the real entropy, the environment and the command line.
//!
//! What it is not: no rules, no SQL, no pages. Everything that can be decided is decided below.

mod arguments;
mod commands;
mod config;
mod judge;
mod play;
#[cfg(feature = "rehearsal")]
pub mod rehearsal;
mod system;
mod wiring;

use std::future::Future;
use std::process::ExitCode;

pub use arguments::run;

/// Runs a command to its end on a runtime of its own and says on standard error why it failed.
fn block_on(work: impl Future<Output = anyhow::Result<ExitCode>>) -> ExitCode {
    // The one crypto provider of TLS, chosen here so that no library chooses another.
    if rustls::crypto::aws_lc_rs::default_provider()
        .install_default()
        .is_err()
    {
        eprintln!("akashi: another crypto provider was installed before");
        return ExitCode::FAILURE;
    }
    let result = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(anyhow::Error::from)
        .and_then(|runtime| runtime.block_on(work));
    match result {
        Ok(code) => code,
        Err(error) => {
            eprintln!("akashi: {error:#}");
            ExitCode::FAILURE
        }
    }
}
