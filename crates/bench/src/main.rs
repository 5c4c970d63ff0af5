//! Measures the released program from outside, as `make bench` prints it.
//!
//! What it is: people on one side (HTTP), a mail server on the other (SMTP), and `/proc` for what the server
//! costs. It drives the same binary, the same pages and the same forms as browsers do, against SQLite and files
//! in a folder on a real disk, with every write as durable as in service.
//!
//! What it is not: a room. It calls none of them (its sister `akashi-bench-engine` does), so nothing is measured but
//! what an operator runs. Nobody passes or fails by speed: the exit code says only whether every contract was
//! concluded.

mod arguments;
mod browser;
mod load;
mod machine;
mod mail;
mod paper;
mod process;
mod report;
mod run;
mod service;
mod smtp;
mod statistics;
mod steps;
mod walk;

use std::process::ExitCode;

use clap::Parser as _;

fn main() -> ExitCode {
    let arguments = arguments::Arguments::parse();
    let outcome = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(anyhow::Error::from)
        .and_then(|runtime| runtime.block_on(run::run(&arguments)));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("akashi-bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}
