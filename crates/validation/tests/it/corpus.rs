//! The corpus of foreign files beside the project.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use akashi_cms::SignedData;
use akashi_pdf::{Document, Limits};
use akashi_pki::Certificate;

/// The corpus. Named by `AKASHI_CORPUS`, it must be there; without the variable its absence skips the tests, loudly.
#[expect(
    clippy::disallowed_methods,
    reason = "tests get their folders from the environment"
)]
pub(crate) fn folder() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("AKASHI_CORPUS") {
        let folder = PathBuf::from(named);
        assert!(
            folder.is_dir(),
            "AKASHI_CORPUS names {}, which is no folder",
            folder.display()
        );
        return Some(folder);
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    if folder.is_dir() {
        return Some(folder);
    }
    println!(
        "SKIPPED: no corpus (AKASHI_CORPUS is not set and {} is not there)",
        folder.display()
    );
    None
}

/// The rows of a manifest, by column.
pub(crate) fn manifest(path: &Path) -> Vec<BTreeMap<String, String>> {
    let text = std::fs::read_to_string(path).unwrap();
    let mut rows = parse_csv(&text).into_iter();
    let header = rows.next().unwrap();
    rows.map(|row| header.iter().cloned().zip(row).collect())
        .collect()
}

fn parse_csv(text: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut characters = text.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                cell.push('"');
            }
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            '\r' if !quoted => {}
            other => cell.push(other),
        }
    }
    if !cell.is_empty() || !row.is_empty() {
        row.push(cell);
        rows.push(row);
    }
    rows
}

/// Every certificate in the signatures of a file: for judging it as if all of them were trusted.
pub(crate) fn own_certificates(file: &[u8]) -> Vec<Certificate> {
    let Ok(document) = Document::open(file, &Limits::default()) else {
        return Vec::new();
    };
    let signatures = document.signatures().unwrap_or_default();
    let contents = signatures
        .iter()
        .filter_map(|signature| signature.contents.as_ref());
    contents
        .filter_map(|contents| SignedData::parse(contents).ok())
        .flat_map(|data| data.certificates().to_vec())
        .collect()
}
