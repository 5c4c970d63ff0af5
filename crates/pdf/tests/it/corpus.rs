//! Foreign files: each opens or is refused by name, in bounded time.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use akashi_pdf::{Document, Limits, OpenError};

/// The folder with foreign files; nothing when it is not there and nobody asked for it.
pub(crate) fn corpus() -> Option<PathBuf> {
    let (folder, wanted) = match std::env::var_os("AKASHI_CORPUS") {
        Some(folder) => (PathBuf::from(folder), true),
        None => (
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus"),
            false,
        ),
    };
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(
        !wanted,
        "AKASHI_CORPUS is set but {} is missing",
        folder.display()
    );
    eprintln!(
        "==== SKIPPED: no corpus at {} (set AKASHI_CORPUS) ====",
        folder.display()
    );
    None
}

pub(crate) fn pdf_files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "pdf"))
        .collect();
    files.sort();
    files
}

#[test]
fn every_file_opens_or_is_refused_by_name() {
    let Some(corpus) = corpus() else { return };
    for folder in ["robust", "pyhanko/inputs", "pyhanko/signed", "dss/pdf", "attacks"] {
        let mut outcomes: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let files = pdf_files(&corpus.join(folder));
        for path in &files {
            let started = Instant::now();
            let outcome = outcome(&std::fs::read(path).unwrap());
            assert!(
                started.elapsed() < Duration::from_secs(10),
                "{} took too long",
                path.display()
            );
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            outcomes.entry(outcome).or_default().push(name);
        }
        println!("{folder}: {} files", files.len());
        for (outcome, names) in outcomes {
            println!("  {:4} {outcome}", names.len());
            if !outcome.starts_with("fine") {
                for name in names {
                    println!("         {name}");
                }
            }
        }
    }
}

fn outcome(bytes: &[u8]) -> String {
    let document = match Document::open(bytes, &Limits::default()) {
        Ok(document) => document,
        Err(OpenError::BrokenXref { cause, .. }) => return format!("not opened: broken xref: {cause}"),
        Err(error) => return format!("not opened: {error}"),
    };
    let pages = match document.pages() {
        Ok(pages) => pages,
        Err(error) => return format!("pages: {error}"),
    };
    if pages.is_empty() {
        return "no pages".to_owned();
    }
    if let Err(error) = document.form() {
        return format!("form: {error}");
    }
    if let Err(error) = document.signatures() {
        return format!("signatures: {error}");
    }
    "fine".to_owned()
}
