//! `akashi ca serve`: lists, issuers and OCSP.

use akashi_pki::ocsp::{CertId, CertificateStatus, OcspRequest, OcspResponse, OcspResponseStatus};
use akashi_pki::{Certificate, DigestAlgorithm, RevocationList};

use crate::program::{Place, Service};

fn place_with_member() -> (Place, Service, Certificate, Certificate) {
    let place = Place::new();
    place.akashi_ok(&["ca", "issue", "member", "--name", "証 太郎", "--out", "member"]);
    let service = place.serve(&["ca", "serve"]);
    let chain = Certificate::all_from_pem(&place.text("member.pem")).unwrap();
    let [member, issuer] = <[Certificate; 2]>::try_from(chain).unwrap();
    place.write("issuer.pem", issuer.to_pem());
    (place, service, member, issuer)
}

#[test]
fn lists_and_issuers_are_published() {
    let (place, service, member, issuer) = place_with_member();
    let root = Certificate::from_pem(&place.text("data/trust-anchors.pem")).unwrap();
    let fetch = |path: &str, kind: &str| {
        let (status, head, body) = service.ask_for_head("GET", path, "", b"");
        assert_eq!(status, 200, "{head}");
        assert!(head.contains(&format!("content-type: {kind}")), "{head}");
        assert!(head.contains("cache-control: public, max-age="), "{head}");
        body
    };
    assert_eq!(fetch("/root.cer", "application/pkix-cert"), root.as_der());
    assert_eq!(fetch("/issuing.cer", "application/pkix-cert"), issuer.as_der());
    let list = || RevocationList::from_der(&fetch("/issuing.crl", "application/pkix-crl")).unwrap();
    list().verify_issued_by(issuer.public_key()).unwrap();
    assert!(list().entry_for_certificate(&member).is_none());
    let of_root = RevocationList::from_der(&fetch("/root.crl", "application/pkix-crl")).unwrap();
    of_root.verify_issued_by(root.public_key()).unwrap();
    place.akashi_ok(&["ca", "revoke", "member.pem"]);
    assert!(list().entry_for_certificate(&member).is_some());
    assert!(service.end(), "it ends when asked to");
}

#[test]
fn openssl_asks_for_status() {
    let (place, service, _, _) = place_with_member();
    let url = format!("http://{}/ocsp", service.address);
    let ask = || {
        let output = place.openssl(&[
            "ocsp",
            "-issuer",
            "issuer.pem",
            "-cert",
            "member.pem",
            "-url",
            &url,
            "-CAfile",
            "data/trust-anchors.pem",
            "-verify_other",
            "issuer.pem",
        ]);
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
    };
    let said = ask();
    assert!(
        said.contains("Response verify OK") && said.contains("member.pem: good"),
        "{said}"
    );
    place.akashi_ok(&["ca", "revoke", "member.pem", "--reason", "superseded"]);
    let said = ask();
    assert!(
        said.contains("Response verify OK") && said.contains("member.pem: revoked"),
        "{said}"
    );
    assert!(said.contains("Reason: superseded"), "{said}");
}

#[test]
fn requests_come_by_get_and_post_and_refusals_are_answers() {
    let (place, service, member, issuer) = place_with_member();
    let root = Certificate::from_pem(&place.text("data/trust-anchors.pem")).unwrap();
    let post = |body: &[u8]| {
        let (status, answer) = service.ask("POST", "/ocsp", "application/ocsp-request", body);
        assert_eq!(status, 200);
        OcspResponse::from_der(&answer).unwrap()
    };
    let request = OcspRequest::new(&member, &issuer).with_nonce(&[9; 32]).unwrap();
    let answer = post(&request.to_der());
    assert_eq!(
        request.answer_in(&answer).unwrap().status,
        CertificateStatus::Good
    );
    assert_eq!(answer.basic().unwrap().nonce(), Some(&[9; 32][..]));
    let delegate = &answer.basic().unwrap().certificates()[0];
    delegate.verify_issued_by(issuer.public_key()).unwrap();

    let (status, by_get) = service.ask("GET", &format!("/ocsp/{}", request.to_url_path()), "", b"");
    assert_eq!(status, 200);
    let by_get = OcspResponse::from_der(&by_get).unwrap();
    assert_eq!(
        request.answer_in(&by_get).unwrap().status,
        CertificateStatus::Good
    );

    // The root answers for the issuing CA.
    let of_issuer = OcspRequest::new(&issuer, &root);
    let answer = post(&of_issuer.to_der());
    assert_eq!(
        of_issuer.answer_in(&answer).unwrap().status,
        CertificateStatus::Good
    );
    // A number that the issuing CA never gave.
    let stranger = OcspRequest::new(&root, &issuer);
    let unknown = OcspRequest::for_id(CertId::new(
        DigestAlgorithm::Sha256,
        member.issuer(),
        issuer.public_key(),
        root.serial_number(),
    ));
    let answer = post(&unknown.to_der());
    assert_eq!(
        unknown.answer_in(&answer).unwrap().status,
        CertificateStatus::Unknown
    );
    assert_eq!(
        post(&stranger.to_der()).status(),
        OcspResponseStatus::Unauthorized
    );
    let foreign = OcspRequest::new(&member, &member);
    assert_eq!(post(&foreign.to_der()).status(), OcspResponseStatus::Unauthorized);
    assert_eq!(post(b"junk").status(), OcspResponseStatus::MalformedRequest);
    let (_, by_get) = service.ask("GET", "/ocsp/junk", "", b"");
    let by_get = OcspResponse::from_der(&by_get).unwrap();
    assert_eq!(by_get.status(), OcspResponseStatus::MalformedRequest);

    assert_eq!(
        service.ask("POST", "/ocsp", "text/plain", &request.to_der()).0,
        415
    );
    let long = vec![0; 65 << 10];
    assert_eq!(
        service.ask("POST", "/ocsp", "application/ocsp-request", &long).0,
        413
    );
    assert_eq!(service.ask("GET", "/other", "", b"").0, 404);
}

/// A page with nothing on it.
fn paper() -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut offsets = Vec::new();
    for object in [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>",
    ] {
        offsets.push(file.len());
        file.extend(format!("{} 0 obj\n{object}\nendobj\n", offsets.len()).bytes());
    }
    let start = file.len();
    file.extend(b"xref\n0 4\n0000000000 65535 f \n");
    for offset in offsets {
        file.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    file.extend(format!("trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n").bytes());
    file
}

#[test]
fn verify_fetches_what_is_missing_when_asked() {
    let place = Place::new();
    let service = place.serve(&["ca", "serve"]);
    place.write(
        "akashi.toml",
        format!(
            "[authority]\npublish_url = \"http://{}/\"\n[revocation.client]\nallow_private_addresses = true\n",
            service.address
        ),
    );
    place.akashi_ok(&["ca", "issue", "member", "--name", "証 太郎", "--out", "member"]);
    place.openssl_ok(&[
        "pkcs12",
        "-export",
        "-inkey",
        "member.key",
        "-in",
        "member.pem",
        "-out",
        "member.p12",
        "-passout",
        "pass:0123",
    ]);
    place.write("password", "0123");
    place.write("paper.pdf", paper());
    place.akashi_ok(&[
        "sign",
        "paper.pdf",
        "--p12",
        "member.p12",
        "--password-file",
        "password",
        "--level",
        "b",
        "--out",
        "signed.pdf",
    ]);
    let code = |arguments: &[&str]| place.akashi(arguments).status.code();
    assert_eq!(
        code(&["verify", "signed.pdf"]),
        Some(2),
        "nobody knows whether it is revoked"
    );
    assert_eq!(code(&["verify", "--fetch", "signed.pdf"]), Some(0));
    place.akashi_ok(&["ca", "revoke", "member.pem"]);
    assert_eq!(
        code(&["verify", "--fetch", "signed.pdf"]),
        Some(2),
        "no time-stamp proves that it is older"
    );
    assert!(service.end(), "it ends when asked to");
    assert_eq!(
        code(&["verify", "--fetch", "signed.pdf"]),
        Some(2),
        "nobody answers"
    );
}
