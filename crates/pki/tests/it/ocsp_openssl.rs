//! OCSP against `openssl ocsp`: it reads ours, we read its, each believes the other.

use std::path::Path;
use std::sync::Arc;

use akashi_pki::ocsp::{CertificateStatus, OcspRequest, OcspResponder, OcspResponse, ResponsePeriod};
use akashi_pki::path::{RevocationEvidence, RevocationStatus};
use akashi_pki::{
    CertificateTemplate, DigestAlgorithm, PathConditions, RevocationReason, Signer, TrustAnchor, find_path,
};
use jiff::SignedDuration;

use crate::support::{MiniPki, at, fixed_key, name, now, openssl, openssl_ok, serial, years};

fn write(folder: &Path, name: &str, content: impl AsRef<[u8]>) {
    std::fs::write(folder.join(name), content).unwrap();
}

/// `openssl ocsp` over a request and response of ours, at the moment of our tests.
fn judge(folder: &Path) -> (bool, String) {
    let moment = now().as_second().to_string();
    let output = openssl(
        folder,
        &[
            "ocsp",
            "-reqin",
            "request.der",
            "-respin",
            "response.der",
            "-issuer",
            "issuing.pem",
            "-CAfile",
            "root.pem",
            "-verify_other",
            "issuing.pem",
            "-attime",
            &moment,
            "-text",
        ],
    );
    let text =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    (
        output.status.success() && text.contains("Response verify OK"),
        text,
    )
}

#[test]
fn openssl_believes_our_answers() {
    let pki = MiniPki::new();
    let certificate = pki.issue(
        &CertificateTemplate::seal(name("電子印"), years("2026", "2030")),
        12,
    );
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(folder, "root.pem", pki.root.certificate().to_pem());
    write(folder, "issuing.pem", pki.issuing.certificate().to_pem());
    let issuer = pki.issuing.certificate();
    let key = Arc::new(fixed_key(2));
    let template = CertificateTemplate::ocsp_responder(name("応答"), years("2026", "2027"));
    let delegate = pki
        .issuing
        .issue(&template, key.public_key(), &serial(50))
        .unwrap();
    let responders = [
        OcspResponder::of_authority(&pki.issuing),
        OcspResponder::delegated(issuer, delegate, key).unwrap(),
    ];
    let period = ResponsePeriod::new(now(), now() + SignedDuration::from_hours(24))
        .with_archive_cutoff(at("2020-01-01T00:00:00Z"));
    for responder in &responders {
        for digest in [DigestAlgorithm::Sha1, DigestAlgorithm::Sha256] {
            let request = OcspRequest::with_digest(digest, &certificate, issuer)
                .with_nonce(&[3; 32])
                .unwrap();
            write(folder, "request.der", request.to_der());
            let response = responder
                .answer(&request.to_der(), period, |_| CertificateStatus::Good)
                .unwrap();
            write(folder, "response.der", response.as_der());
            let (is_good, text) = judge(folder);
            assert!(is_good, "{text}");
            assert!(text.contains("Cert Status: good"), "{text}");
            assert!(text.contains("Archive Cutoff"), "{text}");
        }
    }
}

#[test]
fn we_believe_the_answers_of_openssl() {
    let pki = MiniPki::new();
    let certificate = pki.issue(
        &CertificateTemplate::seal(name("電子印"), years("2026", "2030")),
        12,
    );
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    let issuer = pki.issuing.certificate();
    write(folder, "issuing.pem", issuer.to_pem());
    write(folder, "issuing.key", fixed_key(1).to_pkcs8().unwrap());
    let content = certificate
        .serial_number()
        .to_string()
        .replace(':', "")
        .to_uppercase();
    let answer = |index: &str| {
        write(folder, "index.txt", index);
        let request = OcspRequest::new(&certificate, issuer)
            .with_nonce(&[3; 16])
            .unwrap();
        write(folder, "request.der", request.to_der());
        openssl_ok(
            folder,
            &[
                "ocsp",
                "-index",
                "index.txt",
                "-reqin",
                "request.der",
                "-respout",
                "response.der",
                "-rsigner",
                "issuing.pem",
                "-rkey",
                "issuing.key",
                "-CA",
                "issuing.pem",
                "-ndays",
                "7",
            ],
        );
        let response = OcspResponse::from_der(&std::fs::read(folder.join("response.der")).unwrap()).unwrap();
        request.answer_in(&response).unwrap();
        response
    };
    let judge = |response: &OcspResponse| {
        let made = response.basic().unwrap().produced_at();
        let conditions = PathConditions::new(made)
            .with_revocation(RevocationEvidence::lists(&[]).with_responses(std::slice::from_ref(response)));
        let anchors = [TrustAnchor::from_certificate(issuer)];
        let outcome = find_path(&certificate, &[], &anchors, &conditions);
        outcome.report().unwrap().revocation[0].status.clone()
    };
    let good = answer(&format!("V\t301231235959Z\t\t{content}\tunknown\t/CN=seal\n"));
    assert!(matches!(judge(&good), RevocationStatus::Good { .. }));
    let revoked = answer(&format!(
        "R\t301231235959Z\t260401000000Z,keyCompromise\t{content}\tunknown\t/CN=seal\n"
    ));
    assert_eq!(
        judge(&revoked),
        RevocationStatus::Revoked {
            revoked_at: at("2026-04-01T00:00:00Z"),
            reason: RevocationReason::KeyCompromise
        }
    );
    let unknown = answer("");
    assert_eq!(judge(&unknown), RevocationStatus::Unknown);
}
