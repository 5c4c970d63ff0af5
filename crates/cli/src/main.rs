//! `akashi`: the only program of an installation.

use std::process::ExitCode;

fn main() -> ExitCode {
    akashi_cli::run()
}
