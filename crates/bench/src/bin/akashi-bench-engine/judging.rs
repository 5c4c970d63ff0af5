//! Verdicts.

use akashi_pdf::{Document, Limits, ReadAt};
use akashi_validation::{Indication, Report, Trust, judge};
use jiff::Timestamp;

/// Judges a file, from opening it to the report.
///
/// # Errors
/// It cannot be judged at all.
pub(crate) fn report<R: ReadAt>(file: R, trust: &Trust, now: Timestamp) -> anyhow::Result<Report> {
    let document = Document::open(file, &Limits::default())?;
    Ok(judge(&document, trust, now)?)
}

/// Fails unless so many signatures were found, all of which passed.
///
/// # Errors
/// What is wrong.
pub(crate) fn demand_passed(report: &Report, signatures: usize) -> anyhow::Result<()> {
    anyhow::ensure!(
        report.signatures.len() == signatures,
        "{} signatures where {signatures} were made",
        report.signatures.len()
    );
    for signature in &report.signatures {
        anyhow::ensure!(
            signature.indication == Indication::TotalPassed,
            "{}: {:?} {:?}",
            signature.facts.field_name,
            signature.indication,
            signature.sub_indication
        );
    }
    Ok(())
}
