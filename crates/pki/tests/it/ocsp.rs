//! OCSP messages: reading, writing, refusing.

use std::sync::Arc;

use akashi_pki::ocsp::{
    AnswerError, BasicOcspResponse, CertId, CertificateStatus, NonceError, OcspError, OcspRequest,
    OcspResponder, OcspResponse, OcspResponseStatus, ResponderId, ResponsePeriod,
};
use akashi_pki::{
    Certificate, CertificateTemplate, DigestAlgorithm, IssueError, KeyAlgorithm, RevocationReason, Signer,
    SigningKey,
};
use jiff::SignedDuration;

use crate::support::{MiniPki, at, fixed_key, name, now, years};

fn period() -> ResponsePeriod {
    ResponsePeriod::new(now(), now() + SignedDuration::from_hours(24))
}

fn seal(pki: &MiniPki) -> Certificate {
    pki.issue(
        &CertificateTemplate::seal(name("電子印"), years("2026", "2030")),
        12,
    )
}

fn good(_: &akashi_pki::SerialNumber) -> CertificateStatus {
    CertificateStatus::Good
}

#[test]
fn a_request_is_read_as_it_was_written() {
    let pki = MiniPki::new();
    for digest in [
        DigestAlgorithm::Sha1,
        DigestAlgorithm::Sha256,
        DigestAlgorithm::Sha512,
    ] {
        let request = OcspRequest::with_digest(digest, &seal(&pki), pki.issuing.certificate());
        let with_nonce = request.clone().with_nonce(&[9; 32]).unwrap();
        for request in [request, with_nonce] {
            assert_eq!(OcspRequest::from_der(&request.to_der()).unwrap(), request);
        }
    }
}

#[test]
fn a_request_goes_through_an_address() {
    let pki = MiniPki::new();
    let certificate = seal(&pki);
    let mut seen = 0;
    for number in 0..=255 {
        let request = OcspRequest::new(&certificate, pki.issuing.certificate());
        let request = request.with_nonce(&[number; 16]).unwrap();
        let path = request.to_url_path();
        assert!(!path.contains(['+', '/', '=']));
        seen += usize::from(path.contains("%2F"));
        for path in [path.clone(), path.to_lowercase_escapes(), path.unescaped()] {
            assert_eq!(OcspRequest::from_url_path(&path).unwrap(), request);
        }
    }
    assert!(seen > 0);
    assert!(OcspRequest::from_url_path("%%%").is_err());
    assert!(OcspRequest::from_url_path("").is_err());
}

/// The spellings of one path that clients use.
trait Spellings {
    fn to_lowercase_escapes(&self) -> String;
    fn unescaped(&self) -> String;
}

impl Spellings for String {
    fn to_lowercase_escapes(&self) -> String {
        self.replace("%2B", "%2b")
            .replace("%2F", "%2f")
            .replace("%3D", "%3d")
    }

    fn unescaped(&self) -> String {
        self.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=")
    }
}

#[test]
fn a_nonce_has_1_to_128_octets() {
    let pki = MiniPki::new();
    let request = OcspRequest::new(&seal(&pki), pki.issuing.certificate());
    for length in [1, 32, 128] {
        assert!(request.clone().with_nonce(&vec![1; length]).is_ok());
    }
    for length in [0, 129] {
        assert_eq!(
            request.clone().with_nonce(&vec![1; length]).unwrap_err(),
            NonceError(length)
        );
    }
}

#[test]
fn an_answer_says_what_was_asked_and_repeats_the_nonce() {
    let pki = MiniPki::new();
    let certificate = seal(&pki);
    let request = OcspRequest::new(&certificate, pki.issuing.certificate())
        .with_nonce(&[5; 32])
        .unwrap();
    let responder = OcspResponder::of_authority(&pki.issuing);
    let status = CertificateStatus::Revoked {
        revoked_at: at("2026-03-01T00:00:00Z"),
        reason: RevocationReason::KeyCompromise,
    };
    let period = period().with_archive_cutoff(at("2020-01-01T00:00:00Z"));
    let response = responder
        .answer(&request.to_der(), period, |serial_number| {
            assert_eq!(serial_number, certificate.serial_number());
            status
        })
        .unwrap();
    let single = request.answer_in(&response).unwrap();
    assert_eq!(single.status, status);
    assert_eq!(single.this_update, now());
    assert_eq!(single.archive_cutoff, Some(at("2020-01-01T00:00:00Z")));
    let basic = response.basic().unwrap();
    assert_eq!(basic.nonce(), Some(&[5; 32][..]));
    assert_eq!(basic.produced_at(), now());
    let issuer = pki.issuing.certificate();
    assert_eq!(
        basic.responder_id(),
        &ResponderId::KeyHash(issuer.public_key().key_identifier().to_vec())
    );
    basic.verify_signed_by(issuer.public_key()).unwrap();
    assert!(
        basic
            .verify_signed_by(pki.root.certificate().public_key())
            .is_err()
    );
}

#[test]
fn the_envelope_can_be_taken_off_and_put_on() {
    let pki = MiniPki::new();
    let request = OcspRequest::new(&seal(&pki), pki.issuing.certificate());
    let responder = OcspResponder::of_authority(&pki.issuing);
    let response = responder.answer(&request.to_der(), period(), good).unwrap();
    let basic = BasicOcspResponse::from_der(response.basic().unwrap().as_der()).unwrap();
    assert_eq!(OcspResponse::from(basic), response);
    assert_eq!(OcspResponse::from_der(response.as_der()).unwrap(), response);
}

#[test]
fn an_answer_to_another_question_is_none() {
    let pki = MiniPki::new();
    let certificate = seal(&pki);
    let request = OcspRequest::new(&certificate, pki.issuing.certificate());
    let responder = OcspResponder::of_authority(&pki.issuing);
    let answer = |request: &OcspRequest| responder.answer(&request.to_der(), period(), good).unwrap();

    let with_nonce = request.clone().with_nonce(&[1; 16]).unwrap();
    let other_nonce = request.clone().with_nonce(&[2; 16]).unwrap();
    assert_eq!(
        other_nonce.answer_in(&answer(&with_nonce)),
        Err(AnswerError::NonceMismatch)
    );
    // Signed in advance, without nonce.
    assert!(other_nonce.answer_in(&answer(&request)).is_ok());

    let other = OcspRequest::new(pki.issuing.certificate(), pki.root.certificate());
    assert_eq!(
        other.answer_in(&answer(&request)),
        Err(AnswerError::OtherCertificate)
    );
    let refusal = OcspResponse::refusal(OcspResponseStatus::TryLater);
    assert_eq!(
        request.answer_in(&refusal),
        Err(AnswerError::Refused(OcspResponseStatus::TryLater))
    );
}

#[test]
fn a_responder_refuses_what_is_not_for_it() {
    let pki = MiniPki::new();
    let responder = OcspResponder::of_authority(&pki.issuing);
    let refusal = |request: &[u8]| responder.answer(request, period(), good).unwrap().status();
    assert_eq!(refusal(&[]), OcspResponseStatus::MalformedRequest);
    assert_eq!(refusal(&[0x30, 0]), OcspResponseStatus::MalformedRequest);
    let of_root = OcspRequest::new(pki.issuing.certificate(), pki.root.certificate());
    assert_eq!(refusal(&of_root.to_der()), OcspResponseStatus::Unauthorized);
    for status in [
        OcspResponseStatus::MalformedRequest,
        OcspResponseStatus::InternalError,
        OcspResponseStatus::TryLater,
        OcspResponseStatus::SignatureRequired,
        OcspResponseStatus::Unauthorized,
    ] {
        let refusal = OcspResponse::refusal(status);
        assert_eq!(OcspResponse::from_der(refusal.as_der()).unwrap().status(), status);
    }
    assert_eq!(
        OcspResponse::from_der(&[0x30, 3, 0x0a, 1, 0]).unwrap_err(),
        OcspError::MissingResponse
    );
    assert_eq!(
        OcspResponse::from_der(&[0x30, 3, 0x0a, 1, 4]).unwrap_err(),
        OcspError::UnknownStatus(4)
    );
}

#[test]
fn only_a_delegate_of_the_issuer_becomes_a_responder() {
    let pki = MiniPki::new();
    let key = Arc::new(fixed_key(2));
    let issue = |authority: &akashi_pki::CertificateAuthority, template: CertificateTemplate| {
        authority
            .issue(&template, key.public_key(), &crate::support::serial(50))
            .unwrap()
    };
    let template = || CertificateTemplate::ocsp_responder(name("応答"), years("2026", "2027"));
    let issuer = pki.issuing.certificate();
    let delegate = issue(&pki.issuing, template());
    assert!(delegate.has_ocsp_no_check());
    assert!(OcspResponder::delegated(issuer, delegate.clone(), key.clone()).is_ok());
    let of_root = issue(&pki.root, template());
    let seal = issue(
        &pki.issuing,
        CertificateTemplate::seal(name("印"), years("2026", "2027")),
    );
    for certificate in [of_root, seal] {
        let refused = OcspResponder::delegated(issuer, certificate, key.clone());
        assert!(matches!(refused, Err(IssueError::NotAResponder)));
    }
    let other_key = Arc::new(SigningKey::generate(KeyAlgorithm::P256).unwrap());
    let refused = OcspResponder::delegated(issuer, delegate, other_key);
    assert!(matches!(refused, Err(IssueError::KeyMismatch)));
}

#[test]
fn an_id_with_an_unknown_hash_names_nothing() {
    let pki = MiniPki::new();
    let certificate = seal(&pki);
    let issuer_key = pki.issuing.certificate().public_key();
    let id = CertId::new(
        DigestAlgorithm::Sha256,
        certificate.issuer(),
        issuer_key,
        certificate.serial_number(),
    );
    assert!(id.names(&certificate, issuer_key));
    let mut request = OcspRequest::for_id(id).to_der();
    let at = request
        .windows(9)
        .position(|window| window == akashi_pki::oids::SHA256.as_content())
        .unwrap();
    // An arc of the hash family that means nothing.
    request[at + 8] = 0x7f;
    let request = OcspRequest::from_der(&request).unwrap();
    assert_eq!(request.cert_ids()[0].digest(), None);
    assert!(!request.cert_ids()[0].names(&certificate, issuer_key));
}
