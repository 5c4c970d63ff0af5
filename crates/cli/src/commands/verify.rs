//! `akashi verify`: which signatures a PDF carries, and whether they hold. Needs no installation.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use akashi_app::domain::UtcTime;
use akashi_app::ports::Clock as _;
use akashi_pdf::{Document, Limits};
use akashi_pki::Certificate;
use akashi_validation::{
    Coverage, Indication, Integrity, PathVerdict, Report, SignatureKind, SignatureReport, Trust, judge,
};
use anyhow::Context as _;

use crate::config::Config;
use crate::system::SystemClock;
use crate::wiring::trust_anchor_path;

/// Says which signatures PDFs carry, and whether they hold.
///
/// Believed are the roots of this installation, if its data folder is there, and those of --trust. Ends with 0 if
/// every file carries signatures and all of them hold for the whole document, with 1 if a file was changed or a
/// signature failed, with 3 if a file could not be judged or carries no signature, with 2 if something remains
/// open (an unknown root, for example).
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The PDFs.
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// A folder with certificates of roots to believe, PEM or DER.
    #[arg(long, value_name = "FOLDER")]
    trust: Option<PathBuf>,
    /// Print the whole reports as JSON.
    #[arg(long)]
    json: bool,
}

/// What is to be said of a file, from good to bad.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Verdict {
    Good,
    Open,
    NotJudged,
    Bad,
}

impl Verdict {
    const fn exit_code(self) -> u8 {
        match self {
            Self::Good => 0,
            Self::Bad => 1,
            Self::Open => 2,
            Self::NotJudged => 3,
        }
    }
}

pub(crate) fn run(config: &Config, arguments: &Arguments) -> anyhow::Result<ExitCode> {
    let roots = roots(config, arguments.trust.as_deref())?;
    let trust = Trust::in_roots(&roots);
    let now = SystemClock.now();
    let mut worst = Verdict::Good;
    let mut answers = Vec::new();
    for path in &arguments.files {
        let report = judge_file(path, &trust, now);
        let verdict = report.as_ref().map_or(Verdict::NotJudged, verdict_of_file);
        worst = worst.max(verdict);
        if arguments.json {
            answers.push(match &report {
                Ok(report) => serde_json::json!({ "file": path, "report": report }),
                Err(error) => serde_json::json!({ "file": path, "error": format!("{error:#}") }),
            });
        } else {
            say(&description(path, &report)).context("the answer cannot be written")?;
        }
    }
    if arguments.json {
        let text = serde_json::to_string_pretty(&answers)?;
        say(&format!("{text}\n")).context("the answer cannot be written")?;
    }
    Ok(ExitCode::from(worst.exit_code()))
}

fn judge_file(path: &Path, trust: &Trust, now: UtcTime) -> anyhow::Result<Report> {
    let file = fs::read(path).context("cannot be read")?;
    let document = Document::open(file, &Limits::default()).context("is not a PDF that can be judged")?;
    judge(&document, trust, now).context("cannot be judged")
}

fn verdict_of_file(report: &Report) -> Verdict {
    let verdicts = report.signatures.iter().map(verdict_of);
    verdicts.max().unwrap_or(Verdict::NotJudged)
}

fn verdict_of(signature: &SignatureReport) -> Verdict {
    let was_changed = match signature.coverage {
        Coverage::WholeFile => false,
        Coverage::WholeRevision { .. } => !signature.later.is_permitted(),
        Coverage::Less { .. } => true,
    };
    match signature.indication {
        _ if was_changed => Verdict::Bad,
        Indication::TotalFailed => Verdict::Bad,
        Indication::TotalPassed => Verdict::Good,
        Indication::Indeterminate => Verdict::Open,
    }
}

fn roots(config: &Config, folder: Option<&Path>) -> anyhow::Result<Vec<Certificate>> {
    let mut roots = Vec::new();
    let own = trust_anchor_path(&config.data());
    if own.is_file() {
        roots.extend(certificates(&own)?);
    }
    if let Some(folder) = folder {
        let list = fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
        for entry in list {
            let path = entry?.path();
            if path.is_file() {
                roots.extend(certificates(&path)?);
            }
        }
    }
    Ok(roots)
}

fn certificates(path: &Path) -> anyhow::Result<Vec<Certificate>> {
    let bytes = fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let read = match std::str::from_utf8(&bytes) {
        Ok(text) => Certificate::all_from_pem(text),
        Err(_) => Certificate::from_der(&bytes).map(|certificate| vec![certificate]),
    };
    read.with_context(|| format!("{} is not a certificate", path.display()))
}

/// Writes to standard output. A reader that has seen enough and went away (`| head`) is no fault.
fn say(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        result => result,
    }
}

fn description(path: &Path, report: &anyhow::Result<Report>) -> String {
    let report = match report {
        Ok(report) => report,
        Err(error) => return format!("{}: not judged: {error:#}\n", path.display()),
    };
    let count = report.signatures.len();
    let mut lines = vec![format!(
        "{}: {}",
        path.display(),
        summary(verdict_of_file(report), count)
    )];
    for signature in &report.signatures {
        lines.push(format!("  {}", headline(signature)));
        let facts = [
            bytes_line(signature),
            trust_line(signature),
            time_line(signature),
            coverage_line(signature),
        ];
        lines.extend(facts.map(|fact| format!("      {fact}")));
        for finding in &signature.later.findings {
            lines.push(format!(
                "      not permitted: {:?} ({:?})",
                finding.change, finding.reason
            ));
        }
    }
    lines.push(String::new());
    lines.join("\n")
}

fn summary(verdict: Verdict, count: usize) -> String {
    let signatures = if count == 1 {
        "1 signature".to_owned()
    } else {
        format!("{count} signatures")
    };
    match verdict {
        Verdict::NotJudged => "carries no signature".to_owned(),
        Verdict::Good => format!("{signatures}, all hold for the whole document"),
        Verdict::Open => format!("{signatures}, not everything can be said"),
        Verdict::Bad => format!("{signatures}, CHANGED OR FAILED"),
    }
}

fn headline(signature: &SignatureReport) -> String {
    let what = match signature.facts.kind {
        SignatureKind::Signature => "signature",
        SignatureKind::DocumentTimeStamp => "document time-stamp",
    };
    let mark = match verdict_of(signature) {
        Verdict::Good => "ok  ",
        Verdict::Open | Verdict::NotJudged => "?   ",
        Verdict::Bad => "FAIL",
    };
    let signer = signature
        .signer
        .as_ref()
        .map_or("an unknown signer", |signer| signer.subject.as_str());
    format!("{mark} {what} {:?} by {signer}", signature.facts.field_name)
}

fn bytes_line(signature: &SignatureReport) -> String {
    match signature.integrity {
        Integrity::Intact => "the signed bytes are as they were signed".to_owned(),
        Integrity::Malformed => "the signature cannot be read".to_owned(),
        Integrity::BytesDiffer => "the signed bytes were CHANGED".to_owned(),
        Integrity::WrongSignature => "the signature is not of the certified key".to_owned(),
        Integrity::OtherCertificate => "the signature names another certificate than it carries".to_owned(),
        Integrity::NoCertificate => "the certificate is missing, so nothing was checked".to_owned(),
        Integrity::UnknownAlgorithm => "the algorithm is unknown, so nothing was checked".to_owned(),
        _ => "not intact".to_owned(),
    }
}

fn trust_line(signature: &SignatureReport) -> String {
    let reason = match signature.sub_indication {
        Some(reason) => format!(" ({reason:?})"),
        None => String::new(),
    };
    match &signature.path {
        PathVerdict::Trusted { .. } => {
            "the certificate leads to a believed root; revocation was not looked at".to_owned()
        }
        PathVerdict::Invalid { problems } => {
            format!(
                "the certification path does not hold: {}{reason}",
                problems.join("; ")
            )
        }
        PathVerdict::Unknown => format!("the certificate leads to no believed root{reason}"),
        _ => format!("the certificate was not judged{reason}"),
    }
}

fn time_line(signature: &SignatureReport) -> String {
    let Some(stamp) = &signature.time_stamp else {
        return match signature.facts.claimed_time {
            Some(claimed) => format!("no time-stamp; the signer claims {claimed:.0}"),
            None => "no time-stamp".to_owned(),
        };
    };
    let authority = stamp
        .authority
        .as_ref()
        .map_or("an unknown authority", |authority| authority.subject.as_str());
    let time = stamp
        .gen_time
        .map_or_else(|| "an unreadable time".to_owned(), |time| format!("{time:.0}"));
    match (stamp.is_intact, stamp.path.is_trusted()) {
        (true, true) => format!("time-stamped {time} by {authority}"),
        (true, false) => format!("time-stamped {time} by {authority}, who leads to no believed root"),
        (false, _) => format!("the time-stamp of {authority} does NOT hold"),
    }
}

fn coverage_line(signature: &SignatureReport) -> String {
    match &signature.coverage {
        Coverage::WholeFile => "covers the whole file".to_owned(),
        Coverage::WholeRevision { .. } if signature.later.is_permitted() => {
            "covers its revision; only what it permits came later".to_owned()
        }
        Coverage::WholeRevision { .. } => "covers its revision; what came later is NOT permitted".to_owned(),
        Coverage::Less { reason } => format!("does NOT cover a whole revision ({reason:?})"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_file_decides() {
        let mut verdicts = [Verdict::Open, Verdict::Bad, Verdict::Good, Verdict::NotJudged];
        verdicts.sort();
        let codes: Vec<u8> = verdicts.map(Verdict::exit_code).to_vec();
        assert_eq!(codes, [0, 2, 3, 1]);
    }

    #[test]
    fn what_is_no_pdf_is_not_judged() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.pdf");
        fs::write(&path, "no pdf").unwrap();
        let report = judge_file(&path, &Trust::default(), UtcTime::UNIX_EPOCH);
        assert!(format!("{:#}", report.unwrap_err()).contains("is not a PDF"));
    }
}
