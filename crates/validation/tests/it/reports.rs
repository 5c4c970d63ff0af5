//! The forms of a report: JSON and XML, as they are printed.

use std::path::Path;
use std::process::Command;

use akashi_pdf::{Document, Limits};
use akashi_pki::Certificate;
use akashi_validation::{BaselineLevel, Indication, Report, Trust, ValidationProcess, judge, xml};

use crate::corpus::folder;

/// A signature with time-stamp, validation data and a chain of two archive time-stamps, whose signer's certificate
/// has expired when it is judged.
fn report(corpus: &Path) -> Report {
    let file = std::fs::read(corpus.join("pyhanko/signed/90af9dca37ce5c041905.pdf")).unwrap();
    let root = std::fs::read(corpus.join("pyhanko/certs/2b6dea78737d478eaf91.crt")).unwrap();
    let root = Certificate::from_der(&root).unwrap();
    let document = Document::open(file, &Limits::default()).unwrap();
    let now = "2028-12-01T00:00:00Z".parse().unwrap();
    judge(&document, &Trust::in_roots([&root]), now).unwrap()
}

#[test]
fn a_signature_outlives_its_certificate() {
    let Some(corpus) = folder() else { return };
    let report = report(&corpus);
    assert!(report.stands_for_whole_document(), "{report:#?}");
    let signature = &report.signatures[0];
    assert_eq!(signature.indication, Indication::TotalPassed);
    assert_eq!(signature.process, ValidationProcess::LongTerm);
    assert!(signature.signer.as_ref().unwrap().not_after < report.judged_at);
    assert_eq!(signature.proofs_of_existence.len(), 3);
    assert_eq!(signature.levels.unwrap().found, BaselineLevel::Lta);
    assert_eq!(signature.levels.unwrap().proven, Some(BaselineLevel::Lta));
    assert_eq!(report.proven_level(), Some(BaselineLevel::Lta));
    assert!(report.renewal_due_by().unwrap() > report.judged_at);
}

#[test]
fn json_keeps_its_form() {
    let Some(corpus) = folder() else { return };
    insta::assert_json_snapshot!(report(&corpus));
}

#[test]
fn xml_keeps_its_form_and_others_can_read_it() {
    let Some(corpus) = folder() else { return };
    let text = xml::to_ts_119_102_2(&report(&corpus));
    // Certificates in full are long and say nothing to a reader.
    let shortened: Vec<String> = text
        .lines()
        .map(|line| match line.find("<base64>") {
            Some(start) => format!("{}<base64>…</base64>", &line[..start]),
            None => line.to_owned(),
        })
        .collect();
    insta::assert_snapshot!(shortened.join("\n"));

    let place = Path::new(env!("CARGO_TARGET_TMPDIR")).join("report.xml");
    std::fs::write(&place, &text).unwrap();
    let judge = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../judges/report_xml.py");
    let answer = Command::new("python3").arg(judge).arg(&place).output().unwrap();
    let words = String::from_utf8_lossy(&answer.stdout);
    assert!(answer.status.success(), "{words}");
}
