//! Nothing panics on foreign bytes, and nothing altered verifies.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use akashi_pki::DigestAlgorithm;
use akashi_tsp::{Covered, TimeStampRequest, TimeStampResponse, TimeStampToken, TstInfo};
use proptest::prelude::*;

use crate::support::{Authority, now, serial};

const MESSAGE: &[u8] = b"signature value";

struct Sample {
    authority: Authority,
    request: TimeStampRequest,
    response: Vec<u8>,
}

fn sample() -> &'static Sample {
    static SAMPLE: OnceLock<Sample> = OnceLock::new();
    SAMPLE.get_or_init(|| {
        let authority = Authority::new();
        let digest = DigestAlgorithm::Sha256.digest(MESSAGE);
        let request = TimeStampRequest::new(DigestAlgorithm::Sha256, &digest).with_nonce([3; 8]);
        let response = authority.responder.respond(&request.to_der(), &serial(1), now());
        Sample {
            authority,
            request,
            response,
        }
    })
}

#[test]
fn flipping_any_bit_of_the_signed_information_fails() {
    let der = &sample().response;
    let token = TimeStampResponse::from_der(der)
        .unwrap()
        .token_for(&sample().request)
        .unwrap();
    let info = token.info().as_der();
    let start = der.windows(info.len()).position(|window| window == info).unwrap();
    for position in start..start + info.len() {
        for bit in 0..8 {
            let mut altered = der.clone();
            altered[position] ^= 1 << bit;
            let Ok(response) = TimeStampResponse::from_der(&altered) else {
                continue;
            };
            let Some(Ok(token)) = response.token_der().map(TimeStampToken::parse) else {
                continue;
            };
            let facts = token.verify(Covered::Message(MESSAGE), &[]);
            assert!(!facts.is_intact(), "byte {position} bit {bit}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn an_altered_answer_never_yields_another_time(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..5),
    ) {
        let mut der = sample().response.clone();
        for (position, value) in changes {
            let position = position.index(der.len());
            der[position] = value;
        }
        let Ok(response) = TimeStampResponse::from_der(&der) else { return Ok(()) };
        let known = [sample().authority.responder.certificate().clone()];
        if let Ok(token) = response.token_signed_by(&sample().request, &known)
            && token.signing_certificate(&known) == Some(&known[0])
        {
            prop_assert_eq!(token.info().gen_time, "2026-04-01T03:04:05Z".parse().unwrap());
        }
    }

    #[test]
    fn arbitrary_bytes_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = TimeStampRequest::from_der(&bytes);
        let _ = TimeStampResponse::from_der(&bytes);
        let _ = TimeStampToken::parse(&bytes);
        let _ = TstInfo::from_der(&bytes);
        sample().authority.responder.respond(&bytes, &serial(1), now());
    }

    #[test]
    fn altered_requests_are_answered_or_refused(
        position in any::<prop::sample::Index>(), value in any::<u8>(),
    ) {
        let mut der = sample().request.to_der();
        let position = position.index(der.len());
        der[position] = value;
        let answer = sample().authority.responder.respond(&der, &serial(1), now());
        prop_assert!(TimeStampResponse::from_der(&answer).is_ok());
    }
}

#[test]
fn floods_end_soon() {
    let started = Instant::now();
    for body in [
        [0x30, 0x80].repeat(500_000),
        [0x30, 0x00].repeat(500_000),
        [0x24, 0x80].repeat(500_000),
        [&[0x30, 0x83, 0x0f, 0x42, 0x40][..], &[0x0c, 0x00].repeat(500_000)].concat(),
    ] {
        let _ = TimeStampRequest::from_der(&body);
        let _ = TimeStampResponse::from_der(&body);
        let _ = TimeStampToken::parse(&body);
        let _ = TstInfo::from_der(&body);
        sample().authority.responder.respond(&body, &serial(1), now());
    }
    assert!(
        started.elapsed() < Duration::from_secs(10),
        "{:?}",
        started.elapsed()
    );
}
