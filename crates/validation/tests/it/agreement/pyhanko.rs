//! Files that pyHanko's own tests judge.

use std::collections::BTreeMap;
use std::path::Path;

use akashi_pdf::{Document, Limits};
use akashi_pki::ocsp::OcspResponse;
use akashi_pki::{Certificate, RevocationList};
use akashi_validation::{
    ChangeLevel, Coverage, CoverageGap, Indication, Report, RevocationPolicy, SignatureKind, SignatureReport,
    Trust, judge,
};
use jiff::Timestamp;

use crate::agreement::{Disagreement, Question, table};
use crate::corpus::{folder, manifest};

type Row = BTreeMap<String, String>;

/// A row whose expectation is strong (README of the corpus), or that went through pyHanko's own validation of the
/// long term.
fn is_strong(row: &Row) -> bool {
    let is_strong = row["kind"] == "pdf_signature"
        && row["needs_network"] != "True"
        && row["nonstandard"].is_empty()
        && (row["skip_diff"] != "True" || row["coverage"] == "ENTIRE_FILE");
    is_strong || row["kind"] == "ades_lta"
}

/// The rest are hints: they must not be believed where pyHanko objects, but need not agree.
fn is_objected(row: &Row) -> bool {
    row["verdict"].starts_with("REFUSED")
        || row["verdict"].starts_with("MODIFIED")
        || row["intact"] == "False"
        || row["docmdp_ok"] == "False"
}

fn read(corpus: &Path, paths: &str) -> Vec<Vec<u8>> {
    let paths = paths.split([';', '|', ' ']).filter(|path| !path.is_empty());
    paths
        .map(|path| std::fs::read(corpus.join("pyhanko").join(path)).unwrap())
        .collect()
}

fn judged(corpus: &Path, row: &Row) -> Result<(Report, SignatureReport), String> {
    let file = std::fs::read(corpus.join("pyhanko").join(&row["file"])).unwrap();
    let document = Document::open(file, &Limits::default()).map_err(|error| format!("refused: {error}"))?;
    let roots: Vec<Certificate> = read(corpus, &row["trust_roots"])
        .iter()
        .map(|bytes| match std::str::from_utf8(bytes) {
            Ok(text) => Certificate::from_pem(text).unwrap(),
            Err(_) => Certificate::from_der(bytes).unwrap(),
        })
        .collect();
    let lists = read(corpus, &row["crls"]);
    let responses = read(corpus, &row["ocsps"]);
    // What their soft check lets pass.
    let policy = if row["rev_ee"] == "ifdeclaredsoftcheck" {
        RevocationPolicy::IfAvailable
    } else {
        RevocationPolicy::IfDeclared
    };
    let trust = Trust::in_roots(&roots)
        .with_revocation_policy(policy)
        .with_revocation_lists(lists.iter().map(|list| RevocationList::from_der(list).unwrap()))
        .with_ocsp_responses(responses.iter().map(|one| OcspResponse::from_der(one).unwrap()));
    let moment: Timestamp = row["moment"].parse().unwrap();
    let report = judge(&document, &trust, moment).map_err(|error| format!("refused: {error}"))?;
    let found = report
        .signatures
        .iter()
        .find(|signature| signature.facts.field_name == row["field"])
        .cloned();
    let found = found.ok_or_else(|| "no such signature".to_owned())?;
    Ok((report, found))
}

/// What both say about one question, if they differ.
fn compare(row: &Row, report: &SignatureReport) -> Vec<(Question, String, String)> {
    let mut differences = Vec::new();
    let mut state = |question: Question, ours: String, theirs: &str| {
        if !theirs.is_empty() && ours != theirs {
            differences.push((question, ours, theirs.to_owned()));
        }
    };
    let word = |value: bool| if value { "True" } else { "False" }.to_owned();
    let is_valid = row["intact"] == "True" && row["crypto_valid"] == "True";
    if !row["intact"].is_empty() {
        let ours = if report.is_intact() {
            word(true)
        } else {
            format!("False ({:?})", report.integrity)
        };
        state(Question::Intact, ours, &word(is_valid));
    }
    let coverage = match report.coverage {
        Coverage::WholeFile => "ENTIRE_FILE",
        Coverage::WholeRevision { .. } => "ENTIRE_REVISION",
        Coverage::Less {
            reason: CoverageGap::NotAtRevisionEnd | CoverageGap::NotInRevision,
        } => "CONTIGUOUS_BLOCK_FROM_START",
        Coverage::Less { .. } => "UNCLEAR",
    };
    state(Question::Coverage, coverage.to_owned(), &row["coverage"]);
    let level = match report.later.level {
        ChangeLevel::None => "NONE",
        ChangeLevel::ValidationData => "LTA_UPDATES",
        ChangeLevel::FormFilling => "FORM_FILLING",
        ChangeLevel::Annotations => "ANNOTATIONS",
        ChangeLevel::Other => "OTHER",
    };
    state(Question::Changes, level.to_owned(), &row["modification"]);
    state(
        Question::Permitted,
        word(report.is_unchanged()),
        &row["docmdp_ok"],
    );
    if row["kind"] == "ades_lta" {
        compare_ades(row, report, &mut state);
    } else {
        let ours = if report.path.is_trusted() || !report.is_intact() {
            word(report.path.is_trusted())
        } else {
            format!(
                "False ({})",
                report.sub_indication.map_or("", |reason| reason.name())
            )
        };
        if ours.get(..5) != row["trusted"].get(..5) {
            state(Question::Trusted, ours, &row["trusted"]);
        }
    }
    differences
}

fn compare_ades(row: &Row, report: &SignatureReport, state: &mut impl FnMut(Question, String, &str)) {
    let name = match report.indication {
        Indication::TotalPassed => "PASSED".to_owned(),
        Indication::TotalFailed => format!("FAILED ({})", report.sub_indication.unwrap().name()),
        Indication::Indeterminate => "INDETERMINATE".to_owned(),
    };
    let theirs = match row["ades"].as_str() {
        "OK" => "PASSED".to_owned(),
        _ => "INDETERMINATE".to_owned(),
    };
    if name == theirs {
        let ours = report.sub_indication.map_or("OK", |reason| reason.name());
        state(Question::SubIndication, ours.to_owned(), &row["ades"]);
    } else {
        state(Question::Indication, name, &format!("{theirs} ({})", row["ades"]));
    }
}

#[test]
fn agreement_with_pyhanko() {
    let Some(corpus) = folder() else { return };
    let (mut strong, mut agreed, mut refused_by_both) = (0, 0, 0);
    let mut disagreements = Vec::new();
    let mut believed = Vec::new();
    for row in manifest(&corpus.join("pyhanko/manifest.csv")) {
        let case = format!(
            "{} {} at {}: {} ({})",
            row["file"],
            row["field"],
            &row["moment"][..10],
            row["verdict"],
            row["source_test"]
        );
        let they_refuse = row["verdict"].starts_with("REFUSED");
        let judged = judged(&corpus, &row);
        // A row of their time-stamp validation asks whether the signature is a document time-stamp.
        if row["kind"] == "pdf_timestamp" {
            let kind = judged.as_ref().map(|(_, one)| one.facts.kind);
            assert_ne!(kind, Ok(SignatureKind::DocumentTimeStamp), "{case}");
            continue;
        }
        if let Ok((report, signature)) = &judged
            && row["nonstandard"].is_empty()
            && is_objected(&row)
            && (signature.stands_for_whole_document() || report.stands_for_whole_document())
        {
            believed.push(case.clone());
        }
        if !is_strong(&row) {
            continue;
        }
        strong += 1;
        let differences = match judged {
            Err(_) if they_refuse => {
                refused_by_both += 1;
                continue;
            }
            Err(error) => vec![(Question::Opened, error, "judged".to_owned())],
            Ok((_, report)) if they_refuse => {
                let ours = format!(
                    "judged ({})",
                    report.sub_indication.map_or("OK", |reason| reason.name())
                );
                vec![(Question::Opened, ours, row["verdict"].clone())]
            }
            Ok((_, report)) => compare(&row, &report),
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
    assert!(
        believed.is_empty(),
        "believed although pyHanko objects: {believed:#?}"
    );
    let summary = format!(
        "{strong} cases: {agreed} agree in every question, {refused_by_both} are refused by both, the others differ:\n\n"
    );
    insta::assert_snapshot!(summary + &table(&disagreements));
}
