//! The command line.

use std::path::PathBuf;

use clap::Parser;

/// Measures a released `akashi` from outside.
#[derive(Debug, Parser)]
#[command(name = "akashi-bench", about)]
pub(crate) struct Arguments {
    /// The program to measure.
    #[arg(long)]
    pub(crate) akashi: PathBuf,
    /// Where the data of the run goes (removed at the end) and where `result.json` stays. Must be on a real disk.
    #[arg(long)]
    pub(crate) folder: PathBuf,
    /// Contracts concluded under load.
    #[arg(long, default_value_t = 1000)]
    pub(crate) contracts: u32,
    /// Contracts under way at once.
    #[arg(long, default_value_t = 16)]
    pub(crate) parallel: u32,
    /// Contracts concluded before, which do not count.
    #[arg(long, default_value_t = 20)]
    pub(crate) warm_up: u32,
    /// Contracts concluded one at a time for the table of steps.
    #[arg(long, default_value_t = 30)]
    pub(crate) sequential: u32,
    /// Starts on the folder in use.
    #[arg(long, default_value_t = 9)]
    pub(crate) starts: u32,
    /// Keep the data folder.
    #[arg(long)]
    pub(crate) keep: bool,
}
