//! What was sent while mail stayed on this machine.

use std::path::Path;
use std::process::Command;

use crate::installation::Installation;
use crate::story::{ANNA, NAOKI, concluded, enter, send};

/// The text of a PDF as poppler extracts it.
fn text(folder: &Path, pdf: &[u8]) -> String {
    let file = folder.join("file.pdf");
    std::fs::write(&file, pdf).unwrap();
    let output = Command::new("pdftotext").arg(&file).arg("-").output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// A mail server is configured before the last party signs. It stays a trial all the same, on certificates, evidence
/// sheet and pages; and that the server does not answer does not keep it from being concluded.
#[test]
fn what_was_sent_in_trial_stays_a_trial() {
    let mut installation = Installation::new("", "");
    let mut sender = installation.administrator();
    let contract = send(&mut sender);
    let mut anna = enter(&installation, ANNA);
    let mut naoki = enter(&installation, NAOKI);
    anna.sign();
    installation.restart(
        "[mail]\nhost = \"127.0.0.1\"\nport = 1\nsecurity = \"none\"\nfrom = \"keiyaku@minato.example\"",
    );
    for browser in [&mut sender, &mut anna.browser, &mut naoki.browser] {
        browser.moves_to(installation.address);
    }
    naoki.sign();
    let sheet = concluded(&mut sender, &contract);
    let signers = sheet["signers"].as_array().unwrap();
    assert_eq!(signers.len(), 2);
    for signer in signers {
        let subject = signer["certificate_subject"].as_str().unwrap();
        assert!(subject.contains("試用"), "{subject}");
    }
    let folder = installation.folder.path();
    let evidence = sender.get(&format!("{contract}/evidence.pdf")).expect(200);
    assert!(text(folder, &evidence.body).contains("試用"));
    let page = sender.get(&contract).expect(200).text();
    let (_, rest) = page.split_once(&format!("{contract}/documents/")).unwrap();
    let document = rest.split(['/', '"']).next().unwrap();
    let file = sender
        .get(&format!("{contract}/documents/{document}/download"))
        .expect(200);
    let pages = text(folder, &file.body);
    let pages: Vec<&str> = pages.split('\u{c}').filter(|page| !page.is_empty()).collect();
    assert_eq!(pages.len(), 2);
    assert!(pages.iter().all(|page| page.contains("試用")), "{pages:?}");
}
