//! Nothing panics on foreign bytes, and nothing altered verifies.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use akashi_cms::{SignedAttributes, SignedData, SignedDataBuilder};
use akashi_pki::asn1::{Tag, Writer};
use akashi_pki::{Certificate, DigestAlgorithm, Signer as _};
use proptest::prelude::*;

use crate::support::Party;

const CONTENT: &[u8] = b"content";

struct Sample {
    der: Vec<u8>,
    digest: Vec<u8>,
    party: Party,
}

fn sample() -> &'static Sample {
    static SAMPLE: OnceLock<Sample> = OnceLock::new();
    SAMPLE.get_or_init(|| {
        let party = Party::new();
        Sample {
            der: party.sign(CONTENT),
            digest: DigestAlgorithm::Sha256.digest(CONTENT),
            party,
        }
    })
}

fn position_of(part: &[u8]) -> usize {
    let der = &sample().der;
    der.windows(part.len()).position(|window| window == part).unwrap()
}

/// Whether some signer verifies with the genuine certificate.
fn is_believed(bytes: &[u8]) -> bool {
    let Ok(signed_data) = SignedData::parse(bytes) else {
        return false;
    };
    let candidates = [sample().party.certificate.clone()];
    let _ = signed_data.with_signature_time_stamp(0, &[5, 0]);
    signed_data
        .signer_infos()
        .iter()
        .any(|signer| signer.verify(&sample().digest, &candidates).is_intact())
}

#[test]
fn flipping_any_bit_of_the_signed_attributes_fails() {
    let digest = &sample().digest;
    let attributes = SignedAttributes::for_data(DigestAlgorithm::Sha256, digest, &sample().party.certificate);
    // In the SignerInfo the set stands under [0]; its contents are the same.
    let content = &attributes.to_be_signed()[3..];
    let start = position_of(content);
    assert!(is_believed(&sample().der));
    for position in start..start + content.len() {
        for bit in 0..8 {
            let mut altered = sample().der.clone();
            altered[position] ^= 1 << bit;
            assert!(!is_believed(&altered), "byte {position} bit {bit}");
        }
    }
}

#[test]
fn flipping_any_bit_of_the_signature_value_fails() {
    let signed_data = SignedData::parse(&sample().der).unwrap();
    let value = signed_data.signer_infos()[0].signature();
    let start = position_of(value);
    for position in start..start + value.len() {
        for bit in 0..8 {
            let mut altered = sample().der.clone();
            altered[position] ^= 1 << bit;
            assert!(!is_believed(&altered), "byte {position} bit {bit}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn altered_signed_data_does_not_panic(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
    ) {
        let mut der = sample().der.clone();
        for (position, value) in changes {
            let position = position.index(der.len());
            der[position] = value;
        }
        is_believed(&der);
    }

    #[test]
    fn cut_signed_data_is_refused(length in any::<prop::sample::Index>()) {
        let der = &sample().der;
        prop_assert!(SignedData::parse(&der[..length.index(der.len())]).is_err());
    }

    #[test]
    fn arbitrary_bytes_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let _ = SignedData::parse(&bytes);
        let mut wrapped = hex::decode("308006092a864886f70d010702a080308002010131800000").unwrap();
        wrapped.extend(bytes);
        let _ = SignedData::parse(&wrapped);
    }
}

#[test]
fn deep_nesting_ends_with_an_error() {
    let nested = [0x30, 0x80].repeat(100_000);
    assert!(SignedData::parse(&nested).is_err());
    let octets = [0x24, 0x80].repeat(100_000);
    assert!(SignedData::parse(&octets).is_err());
}

#[test]
fn floods_end_soon() {
    let started = Instant::now();
    // A megabyte of opened sequences below the certificates, of empty members, of one certificate.
    let header = hex::decode("308006092a864886f70d010702a080308002010131800000").unwrap();
    let party = &sample().party;
    let mut certificates = Writer::new();
    certificates.nested(Tag::context(0), |set| {
        for _ in 0..2000 {
            set.raw(party.certificate.as_der());
        }
    });
    for body in [
        [0x30, 0x80].repeat(500_000),
        [0x30, 0x00].repeat(500_000),
        [0xa0, 0x80].repeat(500_000),
        certificates.finish(),
    ] {
        let _ = SignedData::parse(&[&header[..], &body].concat());
    }
    // All of one name: the one that signed is looked for among them.
    let attributes =
        SignedAttributes::for_data(DigestAlgorithm::Sha256, &sample().digest, &party.certificate);
    let twins: Vec<Certificate> = (0..1000).map(|_| party.certificate.clone()).collect();
    let value = party.key.sign(attributes.to_be_signed()).unwrap();
    let der = SignedDataBuilder::new(&attributes, &party.certificate, party.key.signature_algorithm())
        .build(&value);
    let signed_data = SignedData::parse(&der).unwrap();
    assert!(
        signed_data.signer_infos()[0]
            .verify(&sample().digest, &twins)
            .is_intact()
    );
    assert!(
        started.elapsed() < Duration::from_secs(10),
        "{:?}",
        started.elapsed()
    );
}
