//! Files of EU DSS's tests. Their trust anchors are mostly absent, so that what can be compared is the cryptography,
//! the byte range, later changes, and the number of signatures.

use std::collections::BTreeMap;
use std::path::Path;

use akashi_pdf::{Document, Limits};
use akashi_validation::{Coverage, Indication, Integrity, Report, SignatureKind, Trust, judge};

use crate::agreement::{Disagreement, Question, table};
use crate::corpus::{folder, manifest};

type Row = BTreeMap<String, String>;

fn judged(corpus: &Path, row: &Row) -> Result<Report, String> {
    let file = std::fs::read(corpus.join("dss").join(&row["file"])).unwrap();
    let document = Document::open(file, &Limits::default()).map_err(|error| format!("refused: {error}"))?;
    let now = "2026-11-22T00:00:00Z".parse().unwrap();
    judge(&document, &Trust::default(), now).map_err(|error| format!("refused: {error}"))
}

fn compare(row: &Row, report: &Report) -> Vec<(Question, String, String)> {
    let mut differences = Vec::new();
    let of_kind = |kind| report.signatures.iter().filter(move |one| one.facts.kind == kind);
    let signatures = || of_kind(SignatureKind::Signature);
    let broken: Vec<String> = signatures()
        .filter(|one| !one.is_intact())
        .map(|one| format!("{:?}", one.integrity))
        .collect();
    let all_intact = broken.is_empty() && signatures().next().is_some();
    let ours = match (all_intact, report.signatures.is_empty()) {
        (true, _) => "all intact".to_owned(),
        (false, true) => "no signature".to_owned(),
        (false, false) if broken.is_empty() => "only time-stamps".to_owned(),
        (false, false) => format!("not all intact ({})", broken.join(", ")),
    };
    let is_whole = signatures().all(|one| !matches!(one.coverage, Coverage::Less { .. }));
    let agrees = match row["expected"].as_str() {
        "CRYPTO_VALID_ALL" => all_intact,
        // Their "not valid" includes what we call a form that is no signature of the document.
        "CRYPTO_FAIL_ALL_OR_SOME" | "CRYPTO_MIXED" => !all_intact || !is_whole,
        "NO_SIGNATURE_FOUND" => signatures().next().is_none(),
        "TOTAL_FAILED" => signatures().all(|one| one.indication == Indication::TotalFailed),
        "INDETERMINATE" => signatures().all(|one| one.indication == Indication::Indeterminate),
        // A part of their procedure, or the level alone.
        "PASSED" => signatures().all(|one| one.integrity == Integrity::Intact),
        "LEVEL_OR_COUNT_ONLY" => true,
        other => panic!("unknown expectation {other}"),
    };
    if !agrees {
        differences.push((Question::Intact, ours, row["expected"].clone()));
    }
    let names = |reason: &str| {
        report
            .signatures
            .iter()
            .flat_map(|one| &one.constraints)
            .any(|one| one.sub_indication.is_some_and(|own| own.name() == reason))
    };
    if !row["subindication"].is_empty() && !names(&row["subindication"]) {
        let first = report.signatures.iter().find_map(|one| one.sub_indication);
        let ours = first.map_or("OK", |reason| reason.name()).to_owned();
        differences.push((Question::SubIndication, ours, row["subindication"].clone()));
    }
    let byte_range = if is_whole { "valid" } else { "invalid" };
    if let Some(theirs) = row["byte_range"].split(' ').next()
        && !theirs.is_empty()
        && theirs != byte_range
    {
        differences.push((
            Question::Coverage,
            byte_range.to_owned(),
            row["byte_range"].clone(),
        ));
    }
    let is_changed = signatures().any(|one| !one.is_unchanged());
    let theirs = row["modifications"].as_str();
    if !theirs.is_empty() && (theirs == "detected") != is_changed {
        let ours = if is_changed { "not permitted" } else { "permitted" };
        differences.push((Question::Permitted, ours.to_owned(), theirs.to_owned()));
    }
    for (column, kind) in [
        ("n_signatures", SignatureKind::Signature),
        ("n_doc_timestamps", SignatureKind::DocumentTimeStamp),
    ] {
        let ours = of_kind(kind).count().to_string();
        if !row[column].is_empty() && row[column] != ours {
            let theirs = format!("{} {kind:?}", row[column]);
            differences.push((Question::Count, ours, theirs));
        }
    }
    differences
}

#[test]
fn agreement_with_eu_dss() {
    let Some(corpus) = folder() else { return };
    let (mut cases, mut agreed) = (0, 0);
    let mut disagreements = Vec::new();
    for row in manifest(&corpus.join("dss/manifest.csv")) {
        cases += 1;
        let case = format!("{} ({})", row["file"], row["source_test"]);
        let differences = match judged(&corpus, &row) {
            Ok(report) => {
                assert!(!report.stands_for_whole_document(), "{case}: nobody is trusted");
                compare(&row, &report)
            }
            Err(error) => vec![(Question::Opened, error, row["expected"].clone())],
        };
        if differences.is_empty() {
            agreed += 1;
        }
        disagreements.extend(
            differences
                .into_iter()
                .map(|(question, ours, theirs)| Disagreement {
                    case: case.clone(),
                    question,
                    ours,
                    theirs,
                }),
        );
    }
    let summary = format!("{cases} cases: {agreed} agree in every question, the others differ:\n\n");
    insta::assert_snapshot!(summary + &table(&disagreements));
}
