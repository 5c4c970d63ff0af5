//! Answers and exit codes.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The corpus. Named by `AKASHI_CORPUS`, it must be there; without the variable its absence skips the tests, loudly.
#[expect(
    clippy::disallowed_methods,
    reason = "tests get their folders from the environment"
)]
fn corpus() -> Option<PathBuf> {
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

/// A place with a folder of trust, and the files that the tests judge.
struct Place {
    folder: tempfile::TempDir,
    corpus: PathBuf,
}

/// A signature with two archive time-stamps, good in 2028 for those who believe its root.
const GOOD: &str = "pyhanko/signed/90af9dca37ce5c041905.pdf";
/// Two pages were put into it after signing.
const CHANGED: &str = "attacks/hide-and-replace-shadow-file-signed-2.pdf";

impl Place {
    fn new() -> Option<Self> {
        let corpus = corpus()?;
        let folder = tempfile::tempdir().unwrap();
        let trust = folder.path().join("trust");
        fs::create_dir(&trust).unwrap();
        let root = corpus.join("pyhanko/certs/2b6dea78737d478eaf91.crt");
        fs::copy(root, trust.join("root.crt")).unwrap();
        fs::write(folder.path().join("no.pdf"), "no pdf").unwrap();
        Some(Self { folder, corpus })
    }

    fn file(&self, name: &str) -> PathBuf {
        self.corpus.join(name)
    }

    fn verify(&self, options: &[&str], files: &[PathBuf]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_akashi"))
            .arg("--data")
            .arg(self.folder.path().join("data"))
            .arg("verify")
            .args(["--at", "2028-12-01T00:00:00Z"])
            .args(options)
            .args(files)
            .current_dir(self.folder.path())
            .output()
            .unwrap()
    }
}

fn words(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

#[test]
fn the_exit_code_says_what_was_found() {
    let Some(place) = Place::new() else { return };
    let (good, changed) = (place.file(GOOD), place.file(CHANGED));
    let not_judged = place.folder.path().join("no.pdf");
    let unsigned =
        place.file("attacks/rub-nds/replace__variant-2_replace-via-overwrite__1_original-document.pdf");
    let code = |options: &[&str], files: &[&PathBuf]| {
        let files: Vec<PathBuf> = files.iter().map(|file| (*file).clone()).collect();
        let output = place.verify(options, &files);
        output.status.code().unwrap()
    };
    let trusting = ["--trust", "trust"];
    assert_eq!(code(&trusting, &[&good]), 0);
    assert_eq!(code(&[], &[&good]), 2, "nobody is believed");
    assert_eq!(code(&trusting, &[&changed]), 1);
    assert_eq!(code(&trusting, &[&not_judged]), 3);
    assert_eq!(code(&trusting, &[&unsigned]), 3);
    assert_eq!(code(&["--trust", "nowhere"], &[&good]), 3);
    assert_eq!(code(&trusting, &[&good, &not_judged]), 3);
    assert_eq!(code(&[], &[&good, &not_judged]), 3, "3 before 2");
    assert_eq!(code(&trusting, &[&not_judged, &changed, &good]), 1, "1 before 3");
}

#[test]
fn the_answer_is_in_the_order_of_the_files_and_in_the_language_asked_for() {
    let Some(place) = Place::new() else { return };
    let files = [place.file(CHANGED), place.file(GOOD), place.file(CHANGED)];
    let shorten = |output: &Output| words(output).replace(place.corpus.to_str().unwrap(), "CORPUS");
    insta::assert_snapshot!("en", shorten(&place.verify(&["--trust", "trust"], &files)));
    insta::assert_snapshot!(
        "ja",
        shorten(&place.verify(&["--trust", "trust", "--lang", "ja"], &files))
    );
}

#[test]
fn machines_read_json_and_xml() {
    let Some(place) = Place::new() else { return };
    let files = [place.file(GOOD), place.folder.path().join("no.pdf")];
    let json = place.verify(&["--trust", "trust", "--json"], &files);
    let answers: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(
        answers[0]["report"]["signatures"][0]["indication"],
        "TOTAL_PASSED"
    );
    assert_eq!(answers[0]["report"]["signatures"][0]["levels"]["found"], "B-LTA");
    assert_eq!(
        answers[1]["error"].as_str().unwrap().split(':').next(),
        Some("is not a PDF that can be judged")
    );
    let xml = place.verify(&["--trust", "trust", "--xml"], &files[..1]);
    assert!(words(&xml).contains("urn:etsi:019102:mainindication:total-passed"));
    assert_eq!(xml.status.code(), Some(0));
}
