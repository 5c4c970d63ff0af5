//! `akashi-rehearse`: plays one contract through, and can be killed at every step. For tests.

use std::process::ExitCode;

fn main() -> ExitCode {
    akashi_cli::rehearsal::run()
}
