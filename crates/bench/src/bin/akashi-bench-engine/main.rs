//! Measures the engine beside its limits and rivals, as `make bench ARGS=engine` prints it.
//!
//! What it is: the rooms `pades` and `validation` called as any program would call them, on one thread, and in the same
//! run, round by round in turn, what they are compared with: the bare operations of the same cryptographic library,
//! `openssl dgst`, and other libraries, each warm in a process of its own. What must be small in memory runs in a
//! process that does nothing else, and is asked for the most that it ever had resident.
//!
//! What it is not: a test. It looks that what was made is judged valid, here and by pyHanko, and fails if not; but
//! nobody passes or fails by speed: a limit that is missed is said loudly, and the exit code is 0.

mod arguments;
mod clock;
mod disk;
mod judging;
mod large;
#[path = "../../paper.rs"]
mod paper;
mod part;
mod race;
mod report;
mod rival;
mod run;
mod scans;
mod signing;
mod small;
mod world;

use std::process::ExitCode;

use clap::Parser as _;

use crate::arguments::{Arguments, Command};

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Run(settings) => run::run(&settings),
        Command::Part(part) => part::run(&part),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("akashi-bench-engine: {error:#}");
            ExitCode::FAILURE
        }
    }
}
