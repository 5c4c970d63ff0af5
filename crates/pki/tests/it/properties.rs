//! Nothing panics on foreign bytes, and nothing altered verifies.

use std::sync::OnceLock;

use akashi_pki::asn1::{EncodingRules, Oid, Reader, Writer};
use akashi_pki::{
    Certificate, DistinguishedName, EvidencePolicy, GeneralName, OneTimeSubject, PathConditions, PublicKey,
    Purpose, RevocationList, RevocationListPeriod, Signer, TrustAnchor, find_path,
};
use proptest::prelude::*;

use crate::support::{MiniPki, at, fixed_key, now, serial};

struct Samples {
    pki: MiniPki,
    certificate: Certificate,
    list: RevocationList,
}

fn samples() -> &'static Samples {
    static SAMPLES: OnceLock<Samples> = OnceLock::new();
    SAMPLES.get_or_init(|| {
        let pki = MiniPki::new();
        let subject = OneTimeSubject {
            common_name: "証 太郎",
            organization: None,
            party_id: "p1",
            mail: Some("山田@example.jp"),
            evidence_policy: EvidencePolicy::Mail.oid(),
        };
        let key = fixed_key(2);
        let certificate = pki
            .issuing
            .issue_one_time(&subject, key.public_key(), &serial(3), now())
            .unwrap();
        let period = RevocationListPeriod {
            number: 1,
            this_update: now(),
            next_update: at("2027-01-01T00:00:00Z"),
        };
        let list = pki.issuing.issue_revocation_list(period, &[]).unwrap();
        Samples {
            pki,
            certificate,
            list,
        }
    })
}

/// Reads everything a certificate can be asked for.
fn exercise(der: &[u8]) {
    let Ok(certificate) = Certificate::from_der(der) else {
        return;
    };
    let samples = samples();
    let _ = (
        certificate.basic_constraints(),
        certificate.key_usage(),
        certificate.extended_key_usage(),
        certificate.authority_key_identifier(),
        certificate.mail_addresses(),
        certificate.certificate_policies(),
        certificate.policy_mappings(),
        certificate.policy_constraints(),
        certificate.name_constraints(),
        certificate.crl_distribution_points(),
        certificate.authority_information_access(),
        certificate.subject().to_string(),
    );
    let anchors = [TrustAnchor::from_certificate(samples.pki.root.certificate())];
    let candidates = [samples.pki.issuing.certificate().clone()];
    let conditions = PathConditions::new(now()).with_purpose(Purpose::DocumentSigning);
    let outcome = find_path(&certificate, &candidates, &anchors, &conditions);
    if certificate.tbs_der() != samples.certificate.tbs_der() {
        assert!(!outcome.is_valid(), "an altered certificate was believed");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn an_altered_certificate_neither_panics_nor_verifies(
        position in any::<prop::sample::Index>(), value in any::<u8>(),
        second in any::<prop::sample::Index>(), other in any::<u8>(),
    ) {
        let mut der = samples().certificate.as_der().to_vec();
        let (position, second) = (position.index(der.len()), second.index(der.len()));
        der[position] = value;
        der[second] = other;
        exercise(&der);
    }

    #[test]
    fn a_cut_or_lengthened_certificate_is_refused(
        length in any::<prop::sample::Index>(), tail in prop::collection::vec(any::<u8>(), 1..9),
    ) {
        let der = samples().certificate.as_der();
        prop_assert!(Certificate::from_der(&der[..length.index(der.len())]).is_err());
        prop_assert!(Certificate::from_der(&[der, &tail].concat()).is_err());
    }

    #[test]
    fn an_altered_list_neither_panics_nor_verifies(
        position in any::<prop::sample::Index>(), bit in 0_u8..8,
    ) {
        let list = &samples().list;
        let mut der = list.as_der().to_vec();
        let position = position.index(der.len());
        der[position] ^= 1 << bit;
        if let Ok(list) = RevocationList::from_der(&der) {
            list.entries().count();
            let key = samples().pki.issuing.certificate().public_key();
            prop_assert!(list.verify_issued_by(key).is_err());
        }
    }

    #[test]
    fn arbitrary_bytes_do_not_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        let _ = Certificate::from_der(&bytes);
        let _ = RevocationList::from_der(&bytes);
        let _ = PublicKey::from_spki(&bytes);
        let _ = DistinguishedName::from_der(&bytes);
        for rules in [EncodingRules::Der, EncodingRules::Ber] {
            let mut reader = Reader::new(&bytes, rules);
            while let Ok(element) = reader.read() {
                let _ = (element.to_text(), element.to_time(), element.to_octets(), element.to_bool());
                let _ = (element.to_u64(), element.to_oid().map(|oid| oid.to_string()));
                let _ = GeneralName::read(&element);
            }
        }
    }

    #[test]
    fn object_identifiers_survive_text(first in 0_u8..3, arcs in prop::collection::vec(any::<u128>(), 1..5)) {
        let second = if first < 2 { arcs[0] % 40 } else { arcs[0] >> 8 };
        let mut text = format!("{first}.{second}");
        for arc in &arcs[1..] {
            text.push('.');
            text.push_str(&arc.to_string());
        }
        prop_assert_eq!(Oid::parse(&text).unwrap().to_string(), text);
    }

    #[test]
    fn times_survive_encoding(second in -2_000_000_000_i64..250_000_000_000, nanosecond in 0_i32..1_000_000_000) {
        let moment = jiff::Timestamp::new(second, nanosecond).unwrap();
        let whole = jiff::Timestamp::from_second(moment.as_second()).unwrap();
        let mut writer = Writer::new();
        writer.generalized_time(moment);
        writer.time(whole);
        let der = writer.finish();
        let mut reader = Reader::der(&der);
        if moment.as_second() >= 0 {
            prop_assert_eq!(reader.read().unwrap().to_time().unwrap(), moment);
        } else {
            reader.read().unwrap();
        }
        prop_assert_eq!(reader.read().unwrap().to_time().unwrap(), whole);
    }
}

#[test]
fn flipping_any_bit_of_a_certificate_breaks_it() {
    let samples = samples();
    let key = samples.pki.issuing.certificate().public_key();
    let der = samples.certificate.as_der();
    for position in 0..der.len() {
        for bit in 0..8 {
            let mut altered = der.to_vec();
            altered[position] ^= 1 << bit;
            if let Ok(certificate) = Certificate::from_der(&altered) {
                assert!(
                    certificate.verify_issued_by(key).is_err(),
                    "byte {position} bit {bit}"
                );
            }
        }
    }
}
