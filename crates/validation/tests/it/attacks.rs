//! Published attacks: no hostile file may count as valid for the whole document, even if its signer is trusted.

use std::fmt::Write as _;

use akashi_pdf::{Document, Limits};
use akashi_validation::{Coverage, Integrity, Report, Trust, judge};

use crate::corpus::{folder, manifest, own_certificates};

/// The report with every certificate of the file trusted, as of the day when the first of them began.
fn report(file: &[u8]) -> Result<Report, String> {
    let document = Document::open(file, &Limits::default()).map_err(|error| error.to_string())?;
    let certificates = own_certificates(file);
    let begin = certificates.iter().map(akashi_pki::Certificate::not_before).max();
    let now = begin.unwrap_or_else(|| "2026-11-22T00:00:00Z".parse().unwrap());
    judge(&document, &Trust::in_roots(&certificates), now).map_err(|error| error.to_string())
}

#[test]
fn no_attack_stands_for_the_whole_document() {
    let Some(corpus) = folder() else { return };
    let folder = corpus.join("attacks");
    let (mut hostile, mut refused, mut honest) = (0, 0, 0);
    let mut verdicts = String::new();
    for row in manifest(&folder.join("manifest.csv")) {
        let name = &row["file"];
        let file = std::fs::read(folder.join(name)).unwrap();
        let report = report(&file);
        let expected = row["expected"].as_str();
        if row["must_not"].is_empty() {
            let report = report.unwrap_or_else(|error| panic!("{name}: {error}"));
            if expected.starts_with("UNSIGNED") {
                assert!(report.signatures.is_empty(), "{name}");
            } else {
                assert!(expected.starts_with("VALID_WHOLE_DOCUMENT"), "{name}: {expected}");
                assert!(!report.signatures.is_empty(), "{name}");
                for signature in &report.signatures {
                    assert_eq!(signature.integrity, Integrity::Intact, "{name}");
                    assert_eq!(signature.coverage, Coverage::WholeFile, "{name}");
                }
            }
            honest += 1;
        } else {
            let verdict = match &report {
                Ok(report) => {
                    assert!(
                        !report.stands_for_whole_document(),
                        "{name} is believed: {report:#?}"
                    );
                    words(report)
                }
                Err(error) => {
                    refused += 1;
                    format!("refused, {error}")
                }
            };
            writeln!(verdicts, "{name} ({}): {verdict}", row["attack"]).unwrap();
            hostile += 1;
        }
    }
    assert!(hostile >= 18 && honest >= 8);
    insta::assert_snapshot!(format!(
        "{hostile} hostile files, none believed ({refused} refused unread); {honest} others as expected\n\n{verdicts}"
    ));
}

/// What is said of each signature, though its signer is trusted.
fn words(report: &Report) -> String {
    if report.signatures.is_empty() {
        return "no signature".to_owned();
    }
    let signatures = report.signatures.iter().map(|one| {
        let places: Vec<&str> = one
            .later
            .findings
            .iter()
            .map(|finding| finding.change.place.as_str())
            .collect();
        let reason = one.sub_indication.map_or("OK", |reason| reason.name());
        format!("{:?}, {reason}, {:?}, {places:?}", one.integrity, one.coverage)
    });
    signatures.collect::<Vec<_>>().join("; ")
}
