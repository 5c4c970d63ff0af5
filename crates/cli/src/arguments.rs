//! The command line of `akashi`.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::commands;
use crate::config::Config;

/// Electronic contracts that prove themselves.
#[derive(Debug, Parser)]
#[command(name = "akashi", version, about)]
struct Arguments {
    /// The configuration file; `akashi.toml` in this folder if present.
    #[arg(long, global = true, env = "AKASHI_CONFIG")]
    config: Option<PathBuf>,
    /// The data folder of an embedded installation.
    #[arg(long, global = true)]
    data: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves pages, and does the work that follows.
    Serve,
    /// Fills a fresh data folder with a believable organization.
    Demo,
    /// Prints a new one-time link for making the first organization.
    SetupLink,
    /// Does the work that follows, without pages. For clusters.
    Worker,
    /// Tests database, storage, key, clock, time-stamp authority and mail, and signs a sample.
    Doctor,
    /// The certificate authority: certificates that last, revocation, lists and OCSP.
    Ca(commands::ca::Arguments),
    /// The built-in time-stamp authority over HTTP, for other programs.
    Tsa(commands::tsa::Arguments),
    /// Judges one file that comes through standard input. For the service itself.
    #[command(hide = true)]
    JudgeUpload(crate::judge::Arguments),
    /// Signs a PDF, with this installation's authority or with a key of your own.
    Sign(Box<commands::sign::Arguments>),
    /// Adds time-stamps and validation data to a signed PDF.
    Extend(commands::extend::Arguments),
    /// Says which signatures PDFs carry, and whether they hold.
    Verify(commands::verify::Arguments),
}

/// Runs `akashi` with the arguments of the process.
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    if let Command::JudgeUpload(bounds) = &arguments.command {
        // No runtime, no configuration: the less there is, the less a hostile file can reach.
        return crate::judge::run(bounds);
    }
    crate::block_on(run_command(arguments))
}

async fn run_command(arguments: Arguments) -> anyhow::Result<ExitCode> {
    let config = Config::read(arguments.config.as_deref(), arguments.data.as_deref())?;
    match arguments.command {
        Command::Serve => commands::serve::run(config).await,
        Command::Demo => commands::demo::run(config).await,
        Command::SetupLink => commands::setup_link::run(config).await,
        Command::Worker => commands::worker::run(config).await,
        Command::Doctor => commands::doctor::run(config).await,
        Command::Ca(ca) => commands::ca::run(config, ca).await,
        Command::Tsa(tsa) => commands::tsa::run(config, tsa).await,
        Command::JudgeUpload(_) => anyhow::bail!("judge-upload runs without a runtime"),
        Command::Sign(sign) => commands::sign::run(config, *sign).await,
        Command::Extend(extend) => commands::extend::run(config, extend).await,
        Command::Verify(verify) => commands::verify::run(&config, &verify).await,
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }
}
