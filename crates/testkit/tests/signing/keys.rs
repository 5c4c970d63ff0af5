//! Every key and hash function through the whole way.

use akashi_pki::{DigestAlgorithm, KeyAlgorithm, PssParameters, SignatureAlgorithm, Signer, SigningKey};
use akashi_validation::judge;
use serde_json::json;

use crate::cases;
use crate::paper::{open, two_pages};
use crate::world::{World, at, days};

#[test]
fn every_scheme_is_accepted_by_every_judge() {
    let world = World::new();
    let now = at("2026-11-20T01:23:45Z");
    let tsa = world.tsa(at("2026-01-01T00:00:00Z"), 10);
    let rsa = SigningKey::generate(KeyAlgorithm::Rsa2048)
        .unwrap()
        .to_pkcs8()
        .unwrap();
    let mut keys = vec![
        ("p256", SigningKey::generate(KeyAlgorithm::P256).unwrap()),
        ("p384", SigningKey::generate(KeyAlgorithm::P384).unwrap()),
    ];
    for (name, digest) in [
        ("sha256", DigestAlgorithm::Sha256),
        ("sha384", DigestAlgorithm::Sha384),
        ("sha512", DigestAlgorithm::Sha512),
    ] {
        let key = |algorithm| {
            let key = SigningKey::from_pkcs8(&rsa).unwrap();
            key.with_signature_algorithm(algorithm).unwrap()
        };
        keys.push((name, key(SignatureAlgorithm::RsaPkcs1(digest))));
        keys.push((name, key(SignatureAlgorithm::RsaPss(PssParameters::new(digest)))));
    }
    for (index, (name, key)) in keys.into_iter().enumerate() {
        let signer = world.identity(&key, now - days(10), 3);
        assert_eq!(signer.algorithm, key.signature_algorithm());
        let file = world.sign_as(&two_pages(), "Seal", &key, &signer, Some(&tsa), now);
        let moment = now + days(1);
        let report = judge(&open(&file), &world.trust(now), moment).unwrap();
        assert!(report.stands_for_whole_document(), "{name} {report:#?}");
        let expected = json!({
            "pyhanko": { "default": [{ "accepted": true, "timestamp_ok": true }] },
            "pdfsig": [{ "valid": true, "whole_file": true }],
            "qpdf": { "clean": true },
        });
        cases::write(&world, &format!("key-{index}-{name}"), &file, moment, expected);
    }
}
