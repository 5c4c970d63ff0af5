//! No bytes make the readers of OCSP messages and certification requests panic or run long, nothing
//! altered is evidence, and the corpus is read.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use akashi_pki::asn1::{Tag, Writer};
use akashi_pki::ocsp::{
    BasicOcspResponse, CertificateStatus, OcspRequest, OcspResponder, OcspResponse, ResponsePeriod,
};
use akashi_pki::path::{RevocationEvidence, RevocationStatus};
use akashi_pki::{
    Certificate, CertificateTemplate, CertificationRequest, PathConditions, RevocationList, TrustAnchor,
    find_path,
};
use jiff::SignedDuration;
use proptest::prelude::*;

use crate::corpus;
use crate::support::{MiniPki, name, now, years};

struct Sample {
    pki: MiniPki,
    certificate: Certificate,
    request: Vec<u8>,
    response: OcspResponse,
}

fn sample() -> &'static Sample {
    static SAMPLE: OnceLock<Sample> = OnceLock::new();
    SAMPLE.get_or_init(|| {
        let pki = MiniPki::new();
        let certificate = pki.issue(
            &CertificateTemplate::seal(name("電子印"), years("2026", "2030")),
            12,
        );
        let request = OcspRequest::new(&certificate, pki.issuing.certificate());
        let request = request.with_nonce(&[7; 32]).unwrap().to_der();
        let period = ResponsePeriod::new(now(), now() + SignedDuration::from_hours(24));
        let response = OcspResponder::of_authority(&pki.issuing)
            .answer(&request, period, |_| CertificateStatus::Good)
            .unwrap();
        Sample {
            pki,
            certificate,
            request,
            response,
        }
    })
}

/// What a response says about the sample's certificate, the issuer being the anchor.
fn judge(response: &OcspResponse) -> RevocationStatus {
    let sample = sample();
    let evidence = RevocationEvidence::lists(&[]).with_responses(std::slice::from_ref(response));
    let conditions = PathConditions::new(now()).with_revocation(evidence);
    let anchors = [TrustAnchor::from_certificate(sample.pki.issuing.certificate())];
    let outcome = find_path(&sample.certificate, &[], &anchors, &conditions);
    outcome.report().unwrap().revocation[0].status.clone()
}

fn read_everything(bytes: &[u8]) {
    let _ = OcspRequest::from_der(bytes);
    let _ = OcspResponse::from_der(bytes);
    let _ = BasicOcspResponse::from_der(bytes);
    let _ = CertificationRequest::from_der(bytes);
    let _ = RevocationList::from_der(bytes);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn an_altered_response_is_read_or_refused_and_says_nothing_else(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..5),
    ) {
        let mut der = sample().response.as_der().to_vec();
        for (position, value) in changes {
            let position = position.index(der.len());
            der[position] = value;
        }
        if let Ok(response) = OcspResponse::from_der(&der) {
            let is_same = response.basic() == sample().response.basic();
            let good = RevocationStatus::Good { as_of: now() };
            // Whatever passes says what was signed: bytes around the signed part may differ.
            let expected = judge(&response);
            prop_assert!(expected == RevocationStatus::Unknown || expected == good);
            prop_assert!(!is_same || expected == good);
        }
    }

    #[test]
    fn a_cut_response_is_refused(length in any::<prop::sample::Index>()) {
        let der = sample().response.as_der();
        prop_assert!(OcspResponse::from_der(&der[..length.index(der.len())]).is_err());
    }

    #[test]
    fn an_altered_request_is_answered_or_refused(
        position in any::<prop::sample::Index>(), value in any::<u8>(),
    ) {
        let mut der = sample().request.clone();
        let position = position.index(der.len());
        der[position] = value;
        let period = ResponsePeriod::undated(now());
        let answer = OcspResponder::of_authority(&sample().pki.issuing)
            .answer(&der, period, |_| CertificateStatus::Unknown)
            .unwrap();
        prop_assert!(OcspResponse::from_der(answer.as_der()).is_ok());
    }

    #[test]
    fn arbitrary_bytes_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        read_everything(&bytes);
    }
}

#[test]
fn bombs_end_soon() {
    let started = Instant::now();
    // A megabyte of opened sequences, of indefinite lengths, of empty members.
    let nested = [Tag::SEQUENCE.0, 0x80].repeat(500_000);
    read_everything(&nested);
    let mut members = Writer::new();
    members.sequence(|list| {
        for _ in 0..500_000 {
            list.sequence(|_| ());
        }
    });
    let members = members.finish();
    read_everything(&members);
    let mut wrapped = Writer::new();
    wrapped.sequence(|outer| {
        outer.raw(&members);
        outer.raw(&members);
    });
    read_everything(&wrapped.finish());
    assert!(
        started.elapsed() < Duration::from_secs(10),
        "{:?}",
        started.elapsed()
    );
}

#[test]
fn many_responses_end_without_running_long() {
    let sample = sample();
    let responder = OcspResponder::of_authority(&sample.pki.root);
    let cert_id = OcspRequest::from_der(&sample.request).unwrap().cert_ids()[0].clone();
    let period = ResponsePeriod::new(now(), now() + SignedDuration::from_hours(24));
    // Answers about the right certificate by the wrong key.
    let forged = responder
        .sign(&[(cert_id, CertificateStatus::Good)], None, period)
        .unwrap();
    let mut responses = vec![forged; 5000];
    responses.push(sample.response.clone());
    let started = Instant::now();
    let evidence = RevocationEvidence::lists(&[]).with_responses(&responses);
    let conditions = PathConditions::new(now()).with_revocation(evidence);
    let anchors = [TrustAnchor::from_certificate(sample.pki.issuing.certificate())];
    find_path(&sample.certificate, &[], &anchors, &conditions);
    assert!(
        started.elapsed() < Duration::from_secs(10),
        "{:?}",
        started.elapsed()
    );
}

#[test]
fn responses_of_the_corpus_are_read() {
    let Some(folder) = corpus::folder() else { return };
    let mut count = 0;
    for entry in std::fs::read_dir(folder.join("pyhanko/rev")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "ocsp") {
            continue;
        }
        let der = std::fs::read(&path).unwrap();
        let response = OcspResponse::from_der(&der).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        let basic = response.basic().unwrap();
        assert_eq!(basic.responses().len(), 1);
        assert!(basic.nonce().is_some());
        // The responder's certificate comes along and its key signed.
        let responder = &basic.certificates()[0];
        basic.verify_signed_by(responder.public_key()).unwrap();
        assert!(
            basic
                .responder_id()
                .names(responder.subject(), responder.public_key())
        );
        assert_eq!(OcspResponse::from(basic.clone()).basic(), Some(basic));
        count += 1;
    }
    assert!(count >= 5, "{count} responses");
}
