//! `akashi verify`: which signatures PDFs carry, and whether they hold. Needs no installation.

mod files;
mod online;
mod text;
mod trust;

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use akashi_app::domain::UtcTime;
use akashi_app::ports::Clock as _;
use akashi_validation::words::{Language, Summary};
use akashi_validation::{Report, RevocationPolicy, xml};
use anyhow::Context as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::config::Config;
use crate::system::SystemClock;

/// Says which signatures PDFs carry, and whether they hold.
///
/// Believed are the roots of this installation, if its data folder is there, and those of --trust.
///
/// Ends with 0 if every file is signed, every signature passed, and nothing but permitted changes follows it; with 1
/// if a signature failed or a file was changed after signing; with 2 if something remains open (an unknown root, or
/// missing revocation information, for example); with 3 if a file could not be judged or nobody signed it. Of
/// several files the worst decides: 1 before 3 before 2 before 0.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The PDFs.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// A folder with certificates of roots to believe, revocation lists and OCSP responses, PEM or DER, and trusted
    /// lists of the European Union, XML. A trusted list's own signature is not checked.
    #[arg(long, value_name = "FOLDER")]
    trust: Option<PathBuf>,
    /// Fetch what is missing (issuers, revocation lists, OCSP answers) from where the certificates say that it is.
    /// Whoever runs those servers learns that somebody asked.
    #[arg(long)]
    fetch: bool,
    /// Judge as of this moment instead of now: 2026-11-22T10:00:00Z, or a day (its beginning in UTC).
    #[arg(long, value_name = "TIME", value_parser = read_time)]
    at: Option<UtcTime>,
    /// For which certificates the revocation state must be known.
    #[arg(long, value_enum, default_value_t)]
    revocation: Revocation,
    /// Print the whole reports as JSON: an array with an object for each file.
    #[arg(long, conflicts_with = "xml")]
    json: bool,
    /// Print the whole reports as XML (ETSI TS 119 102-2): a document for each file, one after the other.
    #[arg(long)]
    xml: bool,
    /// The language of the answer.
    #[arg(long, value_enum, default_value_t)]
    lang: Lang,
}

/// For which certificates the revocation state must be known.
#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum Revocation {
    /// For all, unless their issuer never publishes it.
    Required,
    /// For those that name a place for it.
    #[default]
    IfDeclared,
    /// For none; what is in the file or folder is used.
    IfAvailable,
    /// For none; nobody looks.
    NotChecked,
}

impl Revocation {
    const fn policy(self) -> RevocationPolicy {
        match self {
            Self::Required => RevocationPolicy::Required,
            Self::IfDeclared => RevocationPolicy::IfDeclared,
            Self::IfAvailable => RevocationPolicy::IfAvailable,
            Self::NotChecked => RevocationPolicy::NotChecked,
        }
    }
}

/// The language of the answer.
#[derive(Debug, Clone, Copy, Default, clap::ValueEnum)]
enum Lang {
    /// Japanese.
    Ja,
    /// English.
    #[default]
    En,
}

impl Lang {
    const fn language(self) -> Language {
        match self {
            Self::Ja => Language::Ja,
            Self::En => Language::En,
        }
    }
}

/// What became of one file.
type Answer = anyhow::Result<Report>;

/// The exit code of what is to be said of a file.
const fn exit_code(summary: Summary) -> u8 {
    match summary {
        Summary::Good => 0,
        Summary::Bad => 1,
        Summary::Open => 2,
        Summary::NotSigned => 3,
    }
}

fn summary_of(answer: &Answer) -> Summary {
    answer.as_ref().map_or(Summary::NotSigned, Summary::of_file)
}

pub(crate) async fn run(config: &Config, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let now = arguments.at.unwrap_or_else(|| SystemClock.now());
    let mut found = match trust::read(config, arguments.trust.as_deref(), now) {
        Ok(found) => found,
        Err(error) => {
            // Nothing was judged: that is not the code of a signature that failed.
            writeln!(io::stderr(), "{error:#}").context("the fault cannot be written")?;
            return Ok(ExitCode::from(exit_code(Summary::NotSigned)));
        }
    };
    let mut fetched = Vec::new();
    if arguments.fetch {
        fetched = online::fetch(config, &arguments.files, &mut found, now).await?;
    }
    let trust = found
        .into_trust()
        .with_certificates(fetched)
        .with_revocation_policy(arguments.revocation.policy());
    let mut printer = Printer::new(arguments);
    let mut worst = Summary::Good;
    files::judge_all(&arguments.files, &trust, now, |path, answer| {
        worst = worst.max(summary_of(&answer));
        printer.answer(path, &answer)
    })?;
    printer.finish()?;
    Ok(ExitCode::from(exit_code(worst)))
}

/// Prints the answers in the order of the files.
struct Printer<'a> {
    arguments: &'a Arguments,
    objects: Vec<serde_json::Value>,
}

impl<'a> Printer<'a> {
    const fn new(arguments: &'a Arguments) -> Self {
        Self {
            arguments,
            objects: Vec::new(),
        }
    }

    fn answer(&mut self, path: &Path, answer: &Answer) -> anyhow::Result<()> {
        if self.arguments.json {
            self.objects.push(match answer {
                Ok(report) => serde_json::json!({ "file": path, "report": report }),
                Err(error) => serde_json::json!({ "file": path, "error": format!("{error:#}") }),
            });
            return Ok(());
        }
        if !self.arguments.xml {
            return say(&text::description(path, answer, self.arguments.lang.language()));
        }
        match answer {
            Ok(report) => say(&xml::to_ts_119_102_2(report)),
            Err(error) => {
                writeln!(io::stderr(), "{}: {error:#}", path.display()).context("the fault cannot be written")
            }
        }
    }

    fn finish(self) -> anyhow::Result<()> {
        if self.arguments.json {
            let text = serde_json::to_string_pretty(&self.objects)?;
            say(&format!("{text}\n"))?;
        }
        Ok(())
    }
}

/// Writes to standard output. A reader that has seen enough and went away (`| head`) is no fault.
fn say(text: &str) -> anyhow::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result.context("the answer cannot be written"),
    }
}

fn read_time(text: &str) -> Result<UtcTime, String> {
    if let Ok(time) = text.parse::<UtcTime>() {
        return Ok(time);
    }
    let day = text.parse::<Date>().map_err(|error| error.to_string())?;
    let begin = day.to_zoned(TimeZone::UTC).map_err(|error| error.to_string())?;
    Ok(begin.timestamp())
}

#[cfg(test)]
mod tests {
    use akashi_validation::Trust;

    use super::*;

    #[test]
    fn the_worst_file_decides() {
        let mut summaries = [Summary::Open, Summary::Bad, Summary::Good, Summary::NotSigned];
        summaries.sort();
        let codes: Vec<u8> = summaries.map(exit_code).to_vec();
        assert_eq!(codes, [0, 2, 3, 1]);
    }

    #[test]
    fn a_day_is_its_beginning() {
        assert_eq!(
            read_time("2026-11-22").unwrap().to_string(),
            "2026-11-22T00:00:00Z"
        );
        let moment = read_time("2026-11-22T10:00:00+09:00").unwrap();
        assert_eq!(moment.to_string(), "2026-11-22T01:00:00Z");
        assert!(read_time("yesterday").is_err());
    }

    #[test]
    fn what_is_no_pdf_is_not_judged() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.pdf");
        std::fs::write(&path, "no pdf").unwrap();
        let missing = folder.path().join("b.pdf");
        let mut words = Vec::new();
        let files = [path, missing];
        files::judge_all(&files, &Trust::default(), UtcTime::UNIX_EPOCH, |path, answer| {
            assert_eq!(summary_of(&answer), Summary::NotSigned);
            words.push(text::description(path, &answer, Language::En));
            Ok(())
        })
        .unwrap();
        assert!(words[0].contains("a.pdf: not judged: is not a PDF"), "{words:?}");
        assert!(
            words[1].contains("b.pdf: not judged: cannot be read"),
            "{words:?}"
        );
    }
}
