//! qpdf as an outside judge, called as a program.

use std::path::{Path, PathBuf};
use std::process::Command;

/// How `qpdf --check` ends: 0 fine, 3 warnings, 2 errors.
pub(crate) fn check(path: &Path) -> (i32, String) {
    let output = Command::new("qpdf")
        .arg("--check")
        .arg(path)
        .output()
        .expect("qpdf must be installed to judge updated files");
    let text = [output.stdout, output.stderr].concat();
    (
        output.status.code().unwrap_or(-1),
        String::from_utf8_lossy(&text).into_owned(),
    )
}

/// Fails unless qpdf finds nothing to complain about.
pub(crate) fn assert_fine(bytes: &[u8]) {
    let (_folder, path) = file(bytes);
    let (code, text) = check(&path);
    assert_eq!(code, 0, "{text}");
}

/// The bytes in a file that lives as long as the folder.
pub(crate) fn file(bytes: &[u8]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("file.pdf");
    std::fs::write(&path, bytes).unwrap();
    (folder, path)
}

/// The output of qpdf with `arguments`, in which `IN` and `OUT` stand for files.
pub(crate) fn transform(bytes: &[u8], arguments: &[&str]) -> Vec<u8> {
    let (folder, input) = file(bytes);
    let output = folder.path().join("out.pdf");
    let mut command = Command::new("qpdf");
    for argument in arguments {
        match *argument {
            "IN" => command.arg(&input),
            "OUT" => command.arg(&output),
            other => command.arg(other),
        };
    }
    let result = command
        .output()
        .expect("qpdf must be installed to judge updated files");
    assert!(
        result.status.success(),
        "{}",
        String::from_utf8_lossy(&result.stderr)
    );
    std::fs::read(&output).unwrap()
}
