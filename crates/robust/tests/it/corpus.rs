//! Files that others made.

use std::path::{Path, PathBuf};

/// The folder with foreign files; nothing when it is not there and nobody asked for it.
#[expect(
    clippy::disallowed_methods,
    reason = "where test material lies is no configuration of the product"
)]
pub(crate) fn folder() -> Option<PathBuf> {
    let (folder, wanted) = match std::env::var_os("AKASHI_CORPUS") {
        Some(folder) => (PathBuf::from(folder), true),
        None => (workspace().join("../shared/corpus"), false),
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

/// The root of the workspace.
pub(crate) fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The files of a folder with one of these suffixes, in order of their names.
pub(crate) fn files(folder: &Path, suffixes: &[&str]) -> Vec<PathBuf> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            let suffix = path
                .extension()
                .map(|suffix| suffix.to_string_lossy().to_lowercase());
            suffix.is_some_and(|suffix| suffixes.contains(&suffix.as_str()))
        })
        .collect();
    files.sort();
    files
}

/// The files that the issue of robustness is about: odd ones, and those that pyHanko's tests sign.
pub(crate) fn to_be_signed() -> Option<Vec<PathBuf>> {
    let corpus = folder()?;
    let mut files: Vec<_> = ["robust", "pyhanko/inputs"]
        .iter()
        .flat_map(|folder| self::files(&corpus.join(folder), &["pdf"]))
        .collect();
    assert!(
        files.len() > 200,
        "the corpus is cut short: {} files",
        files.len()
    );
    files.dedup();
    Some(files)
}

/// The last part of a path.
pub(crate) fn name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}
