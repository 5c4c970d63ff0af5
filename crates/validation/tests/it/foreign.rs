//! Files that pyHanko's own tests judge: our judge beside theirs.

use std::collections::BTreeMap;
use std::path::Path;

use akashi_pdf::{Document, Limits};
use akashi_pki::ocsp::OcspResponse;
use akashi_pki::{Certificate, RevocationList};
use akashi_validation::{
    ChangeLevel, Coverage, CoverageGap, RevocationPolicy, SignatureReport, Trust, judge,
};
use jiff::Timestamp;

use crate::corpus::{folder, manifest};

type Row = BTreeMap<String, String>;

/// A row whose expectation is strong (README of the corpus).
fn is_strong(row: &Row) -> bool {
    row["kind"] == "pdf_signature"
        && row["needs_network"] != "True"
        && row["nonstandard"].is_empty()
        && (row["skip_diff"] != "True" || row["coverage"] == "ENTIRE_FILE")
}

fn find(corpus: &Path, row: &Row) -> Result<SignatureReport, String> {
    let file = std::fs::read(corpus.join("pyhanko").join(&row["file"])).unwrap();
    let document = Document::open(file, &Limits::default()).map_err(|error| format!("refused: {error}"))?;
    let read = |paths: &str| -> Vec<Vec<u8>> {
        let paths = paths.split([';', '|', ' ']).filter(|path| !path.is_empty());
        paths
            .map(|path| std::fs::read(corpus.join("pyhanko").join(path)).unwrap())
            .collect()
    };
    let roots: Vec<Certificate> = read(&row["trust_roots"])
        .iter()
        .map(|bytes| match std::str::from_utf8(bytes) {
            Ok(text) => Certificate::from_pem(text).unwrap(),
            Err(_) => Certificate::from_der(bytes).unwrap(),
        })
        .collect();
    let lists: Vec<RevocationList> = read(&row["crls"])
        .iter()
        .map(|bytes| RevocationList::from_der(bytes).unwrap())
        .collect();
    let responses: Vec<OcspResponse> = read(&row["ocsps"])
        .iter()
        .map(|bytes| OcspResponse::from_der(bytes).unwrap())
        .collect();
    let trust = Trust::in_roots(&roots)
        .with_revocation_lists(lists)
        .with_ocsp_responses(responses)
        .with_revocation_policy(RevocationPolicy::IfAvailable);
    let moment: Timestamp = row["moment"].parse().unwrap();
    let report = judge(&document, &trust, moment).map_err(|error| format!("not judged: {error}"))?;
    let found = report
        .signatures
        .into_iter()
        .find(|signature| signature.facts.field_name == row["field"]);
    found.ok_or_else(|| "no such signature".to_owned())
}

/// What both say about one question, if they differ.
fn compare(row: &Row, report: &SignatureReport) -> Vec<String> {
    let mut differences = Vec::new();
    let mut state = |what: &str, ours: String, theirs: &str| {
        if !theirs.is_empty() && ours != theirs {
            differences.push(format!("{what}: {ours}, they say {theirs}"));
        }
    };
    let word = |value: bool| if value { "True" } else { "False" }.to_owned();
    let is_valid = row["intact"] == "True" && row["crypto_valid"] == "True";
    if !row["intact"].is_empty() {
        state("intact", word(report.is_intact()), &word(is_valid));
    }
    let coverage = match report.coverage {
        Coverage::WholeFile => "ENTIRE_FILE",
        Coverage::WholeRevision { .. } => "ENTIRE_REVISION",
        Coverage::Less {
            reason: CoverageGap::NotAtRevisionEnd | CoverageGap::NotInRevision,
        } => "CONTIGUOUS_BLOCK_FROM_START",
        Coverage::Less { .. } => "UNCLEAR",
    };
    state("coverage", coverage.to_owned(), &row["coverage"]);
    let level = match report.later.level {
        ChangeLevel::None => "NONE",
        ChangeLevel::ValidationData => "LTA_UPDATES",
        ChangeLevel::FormFilling => "FORM_FILLING",
        ChangeLevel::Annotations => "ANNOTATIONS",
        ChangeLevel::Other => "OTHER",
    };
    state("changes", level.to_owned(), &row["modification"]);
    let is_permitted = !matches!(report.coverage, Coverage::Less { .. }) && report.later.is_permitted();
    state("permitted", word(is_permitted), &row["docmdp_ok"]);
    state("trusted", word(report.path.is_trusted()), &row["trusted"]);
    differences
}

#[test]
fn agreement_with_pyhanko() {
    let Some(corpus) = folder() else { return };
    let (mut strong, mut agreed, mut refused_by_both) = (0, 0, 0);
    let mut disagreements = Vec::new();
    let mut believed = Vec::new();
    for row in manifest(&corpus.join("pyhanko/manifest.csv")) {
        if !is_strong(&row) || row["verdict"].starts_with("ADES") {
            continue;
        }
        strong += 1;
        let name = format!("{} {}", row["file"], row["field"]);
        let they_refuse = row["verdict"].starts_with("REFUSED");
        match find(&corpus, &row) {
            Err(_) if they_refuse => refused_by_both += 1,
            Err(error) => disagreements.push(format!(
                "{name}: {error}; they say {} ({})",
                row["verdict"], row["source_test"]
            )),
            Ok(report) => {
                let stands = report.stands_for_whole_document();
                let they_object = they_refuse
                    || row["verdict"].starts_with("MODIFIED")
                    || row["intact"] == "False"
                    || row["docmdp_ok"] == "False";
                if stands && they_object {
                    believed.push(format!("{name}: {} ({})", row["verdict"], row["source_test"]));
                }
                let differences = if they_refuse {
                    vec![format!("judged, they refuse: {}", row["verdict"])]
                } else {
                    compare(&row, &report)
                };
                if differences.is_empty() {
                    agreed += 1;
                } else {
                    let findings: Vec<_> = report
                        .later
                        .findings
                        .iter()
                        .map(|finding| format!("{:?} {}", finding.reason, finding.change.place))
                        .collect();
                    disagreements.push(format!(
                        "{name}: {} {findings:?} ({})",
                        differences.join("; "),
                        row["source_test"]
                    ));
                }
            }
        }
    }
    for line in &disagreements {
        println!("DIFFERS {line}");
    }
    println!(
        "pyHanko: {agreed} of {strong} judgements agree, {refused_by_both} refused by both, {} differ",
        disagreements.len()
    );
    assert!(
        believed.is_empty(),
        "believed although pyHanko objects: {believed:#?}"
    );
}
