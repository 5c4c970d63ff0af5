//! `akashi extend`: what is signed already, by whomever, is raised to a higher level.

use std::path::PathBuf;
use std::process::ExitCode;

use akashi_pdf::{Document, Limits};
use anyhow::Context as _;

use super::long_term::{Level, Stamping, Workshop, may_pass_later};
use super::output::{Output, write};
use crate::config::Config;

/// Adds time-stamps and validation data to a signed PDF, so that it can be validated for longer.
///
/// The archive time-stamp of a file that has one is renewed with fresh validation data by the same call. Revocation
/// data is fetched from where the certificates say.
///
/// Ends with 0 if the file was written. With 1, 2 (the command line is wrong) or 3 (a time-stamp authority or an
/// address of revocation data did not answer, or the evidence is not to be had yet) nothing was written.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The signed PDF. It is not changed.
    file: PathBuf,
    /// The level: t (a time-stamp over the file), lt (certificates and revocation data), lta (both).
    #[arg(long, default_value = "lta")]
    to: Level,
    #[command(flatten)]
    output: Output,
    #[command(flatten)]
    stamping: Stamping,
}

pub(crate) async fn run(config: Config, arguments: Arguments) -> anyhow::Result<ExitCode> {
    match extend(&config, &arguments).await {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(error) if may_pass_later(&error) => {
            eprintln!("akashi: {error:#}");
            Ok(ExitCode::from(3))
        }
        Err(error) => Err(error),
    }
}

async fn extend(config: &Config, arguments: &Arguments) -> anyhow::Result<()> {
    let output = &arguments.output;
    let out = output.place(&arguments.file, "-extended")?;
    anyhow::ensure!(arguments.to > Level::B, "a file is extended to t, lt or lta");
    let file = std::fs::read(&arguments.file)
        .with_context(|| format!("{} cannot be read", arguments.file.display()))?;
    let workshop = Workshop::of_person(config, &arguments.stamping)?;
    require_signed(&file)?;
    let file = if arguments.to == Level::T {
        workshop.stamp_document(file).await?
    } else {
        workshop.raise(file, arguments.to, output).await?
    };
    workshop.check_extended(&file, workshop.clock.now())?;
    write(&out, &file, output.force)?;
    output.result(&format!("{}: extended to {:?}", out.display(), arguments.to));
    Ok(())
}

/// Refuses files that nobody has signed.
fn require_signed(file: &[u8]) -> anyhow::Result<()> {
    let document = Document::open(file, &Limits::default()).context("the file cannot be used")?;
    anyhow::ensure!(
        !document.signatures()?.is_empty(),
        "the file carries no signature"
    );
    Ok(())
}
