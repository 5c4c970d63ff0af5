//! `akashi tsa`, with `openssl ts` and pyHanko as clients.

use std::collections::BTreeSet;
use std::process::Command;

use akashi_pki::DigestAlgorithm;
use akashi_tsp::{FailureReason, PkiStatus, TimeStampRequest, TimeStampResponse};

use crate::program::{Place, Service};

const QUERY: &str = "application/timestamp-query";

fn stamp(service: &Service, request: &[u8]) -> TimeStampResponse {
    let (status, head, body) = service.ask_for_head("POST", "/", QUERY, request);
    assert_eq!(status, 200, "{head}");
    assert!(
        head.contains("content-type: application/timestamp-reply"),
        "{head}"
    );
    TimeStampResponse::from_der(&body).unwrap()
}

fn request(message: &[u8]) -> TimeStampRequest {
    TimeStampRequest::new(DigestAlgorithm::Sha256, &DigestAlgorithm::Sha256.digest(message))
}

#[test]
fn openssl_asks_and_verifies() {
    let place = Place::new();
    let service = place.serve(&["tsa"]);
    place.write("message", "what is stamped");
    for options in [
        &["-sha256", "-cert"][..],
        &["-sha384", "-cert"],
        &["-sha512", "-cert", "-no_nonce"],
    ] {
        let query = [
            &["ts", "-query", "-data", "message", "-out", "request.tsq"],
            options,
        ]
        .concat();
        place.openssl_ok(&query);
        let (status, reply) = service.ask("POST", "/tsr", QUERY, &place.read("request.tsq"));
        assert_eq!(status, 200);
        place.write("response.tsr", reply);
        let verify = [
            "ts",
            "-verify",
            "-in",
            "response.tsr",
            "-CAfile",
            "data/trust-anchors.pem",
        ];
        for what in [["-queryfile", "request.tsq"], ["-data", "message"]] {
            let said = place.openssl_ok(&[&verify[..], &what].concat());
            assert!(said.contains("Verification: OK"), "{options:?}: {said}");
        }
    }
}

#[test]
fn every_token_has_a_number_of_its_own_and_answers_its_request() {
    let place = Place::new();
    let service = place.serve(&["tsa"]);
    let mut numbers = BTreeSet::new();
    for nonce in 0..20 {
        let request = request(b"message").with_nonce([nonce; 8]);
        let token = stamp(&service, &request.to_der()).token_for(&request).unwrap();
        assert_eq!(token.info().accuracy.unwrap().seconds, 1);
        numbers.insert(token.info().serial_number.clone());
    }
    assert_eq!(numbers.len(), 20);
    assert!(service.end(), "it ends when asked to");
}

#[test]
fn what_cannot_be_granted_is_refused_with_its_reason() {
    let place = Place::new();
    let service = place.serve(&["tsa"]);
    let policy = akashi_pki::Oid::parse("1.2.3").unwrap();
    let sha1 = DigestAlgorithm::Sha1;
    for (request, reason) in [
        (b"junk".to_vec(), FailureReason::BadDataFormat),
        (
            request(b"x").with_policy(policy).to_der(),
            FailureReason::UnacceptedPolicy,
        ),
        (
            TimeStampRequest::new(sha1, &sha1.digest(b"x")).to_der(),
            FailureReason::BadAlgorithm,
        ),
        (
            TimeStampRequest::new(DigestAlgorithm::Sha256, &[1; 31]).to_der(),
            FailureReason::BadAlgorithm,
        ),
    ] {
        let response = stamp(&service, &request);
        assert_eq!(response.status, PkiStatus::Rejection);
        assert_eq!(response.failure, Some(reason));
        assert!(response.token_der().is_none());
    }
    let request = request(b"x").to_der();
    assert_eq!(service.ask("POST", "/", "text/plain", &request).0, 415);
    assert_eq!(service.ask("GET", "/", QUERY, b"").0, 405);
    assert_eq!(service.ask("POST", "/", QUERY, &vec![0; 17 << 10]).0, 413);
}

#[test]
fn another_policy_can_be_chosen() {
    let place = Place::new();
    let service = place.serve(&["tsa", "--policy", "1.2.392.1.1"]);
    let policy = akashi_pki::Oid::parse("1.2.392.1.1").unwrap();
    let request = request(b"x").with_policy(policy.clone());
    let token = stamp(&service, &request.to_der()).token_for(&request).unwrap();
    assert_eq!(token.info().policy, policy);
}

#[test]
fn a_revoked_authority_does_not_stamp() {
    let place = Place::new();
    let list = place.akashi_ok(&["ca", "list"]);
    let line = list.lines().find(|line| line.contains("CN=Minato TSA")).unwrap();
    place.akashi_ok(&["ca", "revoke", line.split(' ').next().unwrap()]);
    let refused = place.akashi(&["tsa", "--listen", "127.0.0.1:0"]);
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("revoked"));
}

#[test]
fn pyhanko_is_given_tokens() {
    let place = Place::new();
    let service = place.serve(&["tsa"]);
    let manifest = env!("CARGO_MANIFEST_DIR");
    #[expect(clippy::disallowed_methods, reason = "where the judges are installed")]
    let python = std::env::var_os("AKASHI_JUDGES_PYTHON")
        .unwrap_or_else(|| format!("{manifest}/../../target/judges/bin/python").into());
    let output = Command::new(python)
        .arg(format!("{manifest}/../../judges/http_time_stamp.py"))
        .arg(format!("http://{}/", service.address))
        .arg(place.file("data/trust-anchors.pem"))
        .output()
        .expect("the judges are needed for this test");
    let said = String::from_utf8_lossy(&output.stdout);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{said}{errors}");
    assert_eq!(
        said.lines().collect::<Vec<_>>(),
        ["sha256 OK", "sha384 OK", "sha512 OK"]
    );
}
