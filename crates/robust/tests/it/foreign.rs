//! Foreign files: each is signed, or refused by name; and what others say of the signed ones.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use akashi_pades::Refusal;
use akashi_pdf::{ReadError, RepairError};
use serde_json::{Value, json};

use crate::corpus;
use crate::process::measured;
use crate::signer::{Outcome, Refused, Seal};

#[test]
fn every_file_is_signed_or_refused_by_name() {
    let Some(files) = corpus::to_be_signed() else {
        return;
    };
    let seal = Arc::new(Seal::new());
    let mut outcomes: BTreeMap<String, usize> = BTreeMap::new();
    let (mut slowest, mut largest) = (Default::default(), Default::default());
    for path in &files {
        let name = corpus::name(path);
        let bytes = std::fs::read(path).unwrap();
        let original = bytes.clone();
        let seal = Arc::clone(&seal);
        let done = measured(&name, move || seal.sign(&bytes));
        slowest = std::cmp::max(slowest, (done.time, name.clone()));
        largest = std::cmp::max(largest, (done.peak_kib, name.clone()));
        let outcome = match &done.value {
            Outcome::Signed {
                base,
                is_repaired,
                invisible,
                visible,
            } => {
                assert!(*is_repaired || *base == original, "{name}");
                for signed in [Some(invisible), visible.as_ref()].into_iter().flatten() {
                    assert!(signed.starts_with(base), "{name}: the old bytes stay");
                }
                if *is_repaired {
                    "signed after repair"
                } else {
                    "signed"
                }
                .to_owned()
            }
            Outcome::Refused(refused) => {
                println!("{name}: {}", refused.reason());
                format!("refused: {}", refused.reason())
            }
        };
        *outcomes.entry(outcome).or_default() += 1;
    }
    println!(
        "{} files; slowest {slowest:?}; most memory (KiB) {largest:?}",
        files.len()
    );
    let mut table = String::new();
    for (outcome, count) in outcomes {
        writeln!(table, "{count:4} {outcome}").unwrap();
    }
    insta::assert_snapshot!("outcomes", table);
}

/// One file of the table: what we did, and what the others said.
pub(crate) struct Row {
    pub(crate) name: String,
    pub(crate) ours: String,
    pub(crate) refused: Option<Refused>,
    pub(crate) facts: Value,
}

#[test]
#[ignore = "run by the interop stage: needs the outside judges"]
fn others_agree_about_foreign_files() {
    let Some(files) = corpus::to_be_signed() else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let rows = judged(&files, folder.path());
    let mut table = String::new();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut unexplained = Vec::new();
    for row in &rows {
        let differences = differences(row);
        if differences.is_empty() {
            let agreement = if row.refused.is_some() {
                "refused by both"
            } else {
                "signed, valid, sound"
            };
            *counts.entry(agreement).or_default() += 1;
        }
        for (difference, reason) in differences {
            *counts.entry("in the table").or_default() += 1;
            writeln!(
                table,
                "{}\n    {}; {difference}\n    {reason}",
                row.name, row.ours
            )
            .unwrap();
            if reason == UNEXPLAINED {
                unexplained.push(row.name.clone());
            }
        }
    }
    let counts: Vec<String> = counts
        .iter()
        .map(|(what, count)| format!("{count} {what}"))
        .collect();
    insta::assert_snapshot!("differences", format!("{}\n\n{table}", counts.join(", ")));
    assert!(
        unexplained.is_empty(),
        "differences without a reason: {unexplained:?}"
    );
}

/// Signs all files into `folder` and has one process of the judges look at them.
pub(crate) fn judged(files: &[PathBuf], folder: &std::path::Path) -> Vec<Row> {
    let seal = Seal::new();
    std::fs::create_dir(folder.join("roots")).unwrap();
    std::fs::write(folder.join("roots/root.pem"), seal.root.to_pem()).unwrap();
    let mut rows = Vec::new();
    let mut task = Vec::new();
    for (index, path) in files.iter().enumerate() {
        let put = |kind: &str, bytes: &[u8]| {
            let path = folder.join(format!("{index}-{kind}.pdf"));
            std::fs::write(&path, bytes).unwrap();
            path
        };
        let bytes = std::fs::read(path).unwrap();
        let (ours, refused, original, signed) = match seal.sign(&bytes) {
            Outcome::Refused(refused) => (
                format!("refused: {}", refused.reason()),
                Some(refused),
                path.clone(),
                Vec::new(),
            ),
            Outcome::Signed {
                base,
                is_repaired,
                invisible,
                visible,
            } => {
                let mut signed = vec![put("invisible", &invisible)];
                signed.extend(visible.map(|visible| put("visible", &visible)));
                if is_repaired {
                    (
                        "signed after repair".to_owned(),
                        None,
                        put("repaired", &base),
                        signed,
                    )
                } else {
                    ("signed".to_owned(), None, path.clone(), signed)
                }
            }
        };
        let name = corpus::name(path);
        task.push(json!({"name": name, "original": original, "signed": signed}));
        rows.push(Row {
            name,
            ours,
            refused,
            facts: Value::Null,
        });
    }
    let task = json!({"roots": folder.join("roots"), "moment": "2026-11-21T00:00:00+00:00", "files": task});
    let list = folder.join("task.json");
    std::fs::write(&list, task.to_string()).unwrap();
    let output = Command::new(python())
        .arg(corpus::workspace().join("judges/foreign.py"))
        .arg(&list)
        .output()
        .expect("the judges' Python must be installed");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let lines = String::from_utf8(output.stdout).unwrap();
    for (row, line) in rows.iter_mut().zip(lines.lines()) {
        row.facts = serde_json::from_str(line).unwrap();
        assert_eq!(row.facts["name"], row.name.as_str());
    }
    assert!(
        rows.iter().all(|row| !row.facts.is_null()),
        "every file was judged"
    );
    rows
}

/// The interpreter in which the judges are installed. Without it the test fails; it never skips.
#[expect(
    clippy::disallowed_methods,
    reason = "tests are told where the judges are through the environment"
)]
fn python() -> PathBuf {
    std::env::var_os("AKASHI_JUDGES_PYTHON").map_or_else(
        || corpus::workspace().join("target/judges/bin/python"),
        PathBuf::from,
    )
}

const UNEXPLAINED: &str = "NO REASON KNOWN";

/// Where the others differ, each difference with its reason; the reasons go by rule, never by file.
pub(crate) fn differences(row: &Row) -> Vec<(String, &'static str)> {
    let original = &row.facts["original"];
    let mut found = Vec::new();
    let (opens, lists) = (original["opens"].as_str(), original["lists"].as_str());
    if let Some(refused) = &row.refused {
        if opens.is_none() {
            found.push(("pyHanko opens it".to_owned(), reason_of_refusal(refused)));
        }
        return found;
    }
    if let Some(error) = opens {
        found.push((
            format!("pyHanko does not open it: {error}"),
            reason_of_pyhanko(error),
        ));
    }
    if let Some(error) = lists {
        found.push((
            format!("pyHanko does not list its signatures: {error}"),
            "12.8.1: what a broken signature contains is for the judge to say; it does not hinder a new one",
        ));
    }
    for (index, signed) in row.facts["signed"].as_array().unwrap().iter().enumerate() {
        let kind = ["invisible", "visible"][index];
        let keys = ["intact", "valid", "trusted", "accepted"];
        let is_good = keys.iter().all(|key| signed[*key] == true) && signed["coverage"] == "ENTIRE_FILE";
        if !is_good && opens.is_none() && lists.is_none() {
            found.push((format!("pyHanko on the {kind} one: {signed}"), UNEXPLAINED));
        }
        let (before, after) = (
            original["qpdf"].as_i64().unwrap(),
            signed["qpdf"].as_i64().unwrap(),
        );
        if severity(after) > severity(before) {
            found.push((
                format!("qpdf --check: {before} became {after} ({kind})"),
                UNEXPLAINED,
            ));
        }
    }
    found
}

/// How bad an exit code of qpdf is: fine, warnings, errors.
fn severity(code: i64) -> i64 {
    match code {
        0 => 0,
        3 => 1,
        _ => 2,
    }
}

/// Why we refuse what pyHanko opens (clauses of ISO 32000-2). To open a file pyHanko reads its trailer and catalog;
/// we refuse to sign what cannot be read further on.
fn reason_of_refusal(refused: &Refused) -> &'static str {
    match refused {
        Refused::Permission(Refusal::CertifiedAgainstChanges, _) => {
            "12.8.2.2: certified with P = 1, so any further signature would break the certification"
        }
        Refused::Permission(Refusal::NoUsableSignatureField, _) => {
            "12.8.2.2, 12.8.2.4: its signatures allow no new field, and no empty one is left"
        }
        Refused::Permission(Refusal::NoPages, _) => "7.7.3: a document without pages says nothing to sign",
        Refused::Permission(Refusal::Xfa, _) => {
            "12.7.8: viewers show the XFA form in place of the fields that would be signed"
        }
        Refused::Permission(Refusal::Damaged, Some(ReadError::ReferenceLoop(_))) => {
            "7.7.3.2: the page tree is a circle, so nobody can say what its pages are"
        }
        Refused::Permission(Refusal::Damaged, Some(ReadError::WrongType { .. })) => {
            "7.7.3.2: kids of the page tree must be indirect objects"
        }
        Refused::BeyondRepair(_, RepairError::Signed) => {
            "7.5.4: an object cannot be found, and repair would break the signature in the file"
        }
        Refused::BeyondRepair(first, RepairError::Rewrite(_)) => match &**first {
            Refused::Permission(_, Some(ReadError::UnterminatedStream(_))) => {
                "7.3.8.1: the data of a stream must be followed by endstream; how far they go is not known"
            }
            _ => UNEXPLAINED,
        },
        _ => UNEXPLAINED,
    }
}

/// Why we sign what pyHanko does not open, by what it says (clauses of ISO 32000-2).
fn reason_of_pyhanko(error: &str) -> &'static str {
    if error.starts_with("KeyError: '/Size'") {
        "7.5.5: the trailer lacks Size; the numbers in use tell it"
    } else if error.starts_with("PdfReadError: Illegal PDF header") {
        "7.5.2: the version in the header is unheard of, which hinders nobody else"
    } else if error.starts_with("ValueError: not enough values to unpack") {
        "7.5.4: an entry of the cross-reference table lacks a space; read token by token it is clear"
    } else if error.starts_with("ValueError: invalid literal for int()") {
        "7.5.5: an entry of the trailer that signing does not need is no number"
    } else {
        UNEXPLAINED
    }
}
