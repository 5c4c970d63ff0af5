//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

/// Measures Akashi's engine beside its limits and rivals.
#[derive(Debug, Parser)]
#[command(name = "akashi-bench-engine", about)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Measure everything and print the table.
    Run(Settings),
    /// One piece of work in a process of its own; the table's program calls itself so.
    #[command(hide = true)]
    Part(Part),
}

/// How to measure.
#[derive(Debug, Args)]
pub(crate) struct Settings {
    /// Where keys and large files go (removed at the end) and where `engine.json` stays. Must be on a real disk.
    #[arg(long)]
    pub(crate) folder: PathBuf,
    /// The folder of the rivals' programs, with their packages installed.
    #[arg(long)]
    pub(crate) rivals: PathBuf,
    /// The Python that has pyHanko.
    #[arg(long)]
    pub(crate) python: PathBuf,
    /// Rounds of each comparison of small files.
    #[arg(long, default_value_t = 21)]
    pub(crate) rounds: u32,
    /// Rounds of each comparison of large files.
    #[arg(long, default_value_t = 5)]
    pub(crate) large_rounds: u32,
    /// Only the rows whose name contains this text.
    #[arg(long)]
    pub(crate) only: Option<String>,
    /// Keep keys and large files.
    #[arg(long)]
    pub(crate) keep: bool,
}

/// One piece of work.
#[derive(Debug, Args)]
pub(crate) struct Part {
    /// Which.
    #[arg(value_enum)]
    pub(crate) work: PartWork,
    /// The folder of keys.
    #[arg(long)]
    pub(crate) keys: PathBuf,
    /// The PDF.
    #[arg(long)]
    pub(crate) file: PathBuf,
    /// The stored hash state of the file, in hexadecimal digits.
    #[arg(long)]
    pub(crate) state: Option<String>,
    /// How many signatures: to make, or to find.
    #[arg(long, default_value_t = 1)]
    pub(crate) signatures: u32,
    /// How often.
    #[arg(long, default_value_t = 1)]
    pub(crate) rounds: u32,
}

/// What can be done in a process of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PartWork {
    /// Sign in place, reading the whole file.
    First,
    /// Sign again and again in place with stored hash states.
    Later,
    /// Judge.
    Judge,
    /// Sign the small paper in memory with RSA to B-B, over and over: for a profiler.
    SignRsa,
    /// The same with P-256.
    SignP256,
    /// The same to B-LTA.
    SignLta,
    /// Judge a B-LTA file in memory, over and over: for a profiler.
    JudgeLta,
    /// Load the keys and the file's end, nothing else: what the other figures of memory begin with.
    Nothing,
}
