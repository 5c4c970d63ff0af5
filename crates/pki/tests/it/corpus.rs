//! Where the corpus of foreign files stands.

use std::path::{Path, PathBuf};

/// The corpus folder: `AKASHI_CORPUS`, else `../shared/corpus` beside the workspace. Without the
/// variable and the folder the caller's test has nothing to run on; with the variable alone it fails.
pub(crate) fn folder() -> Option<PathBuf> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the corpus stands beside the project, not in it"
    )]
    let named = std::env::var_os("AKASHI_CORPUS");
    if let Some(folder) = named {
        let folder = PathBuf::from(folder);
        assert!(
            folder.is_dir(),
            "AKASHI_CORPUS names no folder: {}",
            folder.display()
        );
        return Some(folder);
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!(
        "!!! CORPUS ABSENT: {} — this test ran on nothing",
        folder.display()
    );
    None
}
