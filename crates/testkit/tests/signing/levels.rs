//! From B-B to B-LTA, step by step.

use akashi_pades::{
    EmbedError, LongTermDraft, NeedReason, PreparedTimeStamp, SecurityStore, ValidationMaterial,
};
use akashi_pki::DigestAlgorithm;
use akashi_validation::{Trust, judge};
use serde_json::json;

use crate::cases;
use crate::paper::{open, two_pages};
use crate::world::{World, appended, at, days};

#[test]
fn needs_name_what_is_missing_until_it_is_there() {
    let world = World::new();
    let now = at("2026-11-20T01:23:45Z");
    let tsa = world.tsa(at("2026-01-01T00:00:00Z"), 10);
    let file = world.sign(&two_pages(), "Seal", &tsa, now);

    let needs = world.needs(&file, &ValidationMaterial::default(), now + days(1));
    assert!(!needs.is_complete());
    let missing: Vec<_> = needs.revocation.iter().map(|need| need.reason).collect();
    // Signer and issuer, time-stamp authority and issuer.
    assert_eq!(missing, [NeedReason::Missing; 4]);
    assert!(needs.revocation.iter().all(|need| need.crl_uris.len() == 1));

    let old = world.lists(now - days(1), &[]);
    let needs = world.needs(&file, &old, now + days(1));
    assert!(needs.is_complete() && !needs.is_settled());
    assert!(
        matches!(needs.revocation[0].reason, NeedReason::MadeBeforeProof { as_of } if as_of == now - days(1))
    );

    let fresh = world.lists(now + days(1), &[]);
    let needs = world.needs(&file, &fresh, now + days(1));
    assert!(needs.is_settled(), "{needs:#?}");
    assert_eq!(needs.material.revocation_lists.len(), 3);
    let file = world.add_material(&file, &needs.material);
    let needs = world.needs(&file, &ValidationMaterial::default(), now + days(1));
    assert!(needs.is_settled() && needs.material.is_empty(), "{needs:#?}");
}

#[test]
fn every_judge_accepts_every_level() {
    let world = World::new();
    let now = at("2026-11-20T01:23:45Z");
    let tsa = world.tsa(at("2026-01-01T00:00:00Z"), 10);
    let with_time = world.sign(&two_pages(), "Seal", &tsa, now);
    let later = now + days(1);
    let needs = world.needs(&with_time, &world.lists(later, &[]), later);
    let long_term = world.add_material(&with_time, &needs.material);
    let in_one_update = world.archive(&with_time, &needs.material, &tsa, later);
    let archived = world.archive(&long_term, &ValidationMaterial::default(), &tsa, later);
    let two_signers = world.sign(&archived, "Second", &tsa, later + days(1));

    let signature = |coverage: &str, level: &str| {
        json!({ "accepted": true, "intact": true, "valid": true, "trusted": true, "timestamp_ok": true,
            "coverage": coverage, "modification_level": level })
    };
    for (name, file, expected) in [
        ("b-t", &with_time, json!([signature("ENTIRE_FILE", "NONE")])),
        (
            "b-lt",
            &long_term,
            json!([signature("ENTIRE_REVISION", "LTA_UPDATES")]),
        ),
        (
            "b-lta",
            &archived,
            json!([
                signature("ENTIRE_REVISION", "LTA_UPDATES"),
                signature("ENTIRE_FILE", "NONE")
            ]),
        ),
        (
            "b-lta-at-once",
            &in_one_update,
            json!([
                signature("ENTIRE_REVISION", "LTA_UPDATES"),
                signature("ENTIRE_FILE", "NONE")
            ]),
        ),
        (
            "second-signature",
            &two_signers,
            json!([
                signature("ENTIRE_REVISION", "FORM_FILLING"),
                signature("ENTIRE_REVISION", "FORM_FILLING"),
                signature("ENTIRE_FILE", "NONE"),
            ]),
        ),
    ] {
        let count = expected.as_array().unwrap().len();
        // poppler does not judge document time-stamps; of them it says what they cover.
        let poppler: Vec<_> = (1..=count)
            .map(|number| match (number, name) {
                (2, _) => json!({ "whole_file": number == count }),
                (1, "b-lt") => json!({ "valid": true, "whole_file": false }),
                _ => json!({ "valid": true, "whole_file": number == count }),
            })
            .collect();
        let ok = json!({ "sub_indication": "OK" });
        let long_term = match name {
            // Without any revocation data.
            "b-t" => json!([{ "sub_indication": "CERTIFICATE_CHAIN_GENERAL_FAILURE" }]),
            "second-signature" => json!([ok, ok]),
            _ => json!([ok]),
        };
        let expected = json!({ "pyhanko": { "default": expected, "lenient": expected }, "pdfsig": poppler,
            "qpdf": { "clean": true }, "ltv": long_term });
        cases::write(&world, name, file, later + days(2), expected);
        let trust = world.trust(now);
        let report = judge(&open(file), &trust, later + days(2)).unwrap();
        assert!(report.stands_for_whole_document(), "{name} {report:#?}");
    }
}

#[test]
fn a_prepared_time_stamp_is_taken_up_after_a_restart() {
    let world = World::new();
    let now = at("2026-11-20T01:23:45Z");
    let tsa = world.tsa(at("2026-01-01T00:00:00Z"), 10);
    let file = world.sign(&two_pages(), "Seal", &tsa, now);
    for algorithm in [
        DigestAlgorithm::Sha256,
        DigestAlgorithm::Sha384,
        DigestAlgorithm::Sha512,
    ] {
        let document = open(&file);
        let prepared = LongTermDraft::new(&document)
            .prepare_time_stamp(algorithm, world.seed())
            .unwrap();
        let stored = prepared.to_bytes();
        let resumed = PreparedTimeStamp::from_bytes(&stored).unwrap();
        assert_eq!(resumed.imprint(), prepared.imprint());
        let token = world.token(&tsa, algorithm, resumed.imprint(), now);
        let whole = appended(&file, &resumed.embed_token(&token).unwrap());
        let report = judge(&open(&whole), &world.trust(now), now + days(1)).unwrap();
        assert!(report.stands_for_whole_document(), "{report:#?}");

        let other = world.token(&tsa, algorithm, &algorithm.digest(b"another file"), now);
        assert!(matches!(
            prepared.clone().embed_token(&other),
            Err(EmbedError::WrongToken)
        ));
        for cut in 0..stored.len() {
            assert!(PreparedTimeStamp::from_bytes(&stored[..cut]).is_err());
        }
    }
}

#[test]
fn a_token_that_does_not_fit_is_made_to_fit() {
    let world = World::new();
    let now = at("2026-11-20T01:23:45Z");
    let tsa = world.tsa(at("2026-01-01T00:00:00Z"), 10);
    let file = world.sign(&two_pages(), "Seal", &tsa, now);
    let document = open(&file);
    let prepare = |bytes| {
        let draft = LongTermDraft::new(&document).reserve(bytes);
        draft
            .prepare_time_stamp(DigestAlgorithm::Sha256, world.seed())
            .unwrap()
    };
    let prepared = prepare(100);
    let token = world.token(&tsa, prepared.algorithm(), prepared.imprint(), now);
    let Err(EmbedError::ContentsTooSmall {
        needed,
        reserved: 100,
    }) = prepared.embed_token(&token)
    else {
        panic!("the token is longer than 100 bytes");
    };
    let prepared = prepare(needed + 16);
    let token = world.token(&tsa, prepared.algorithm(), prepared.imprint(), now);
    prepared.embed_token(&token).unwrap();
}

#[test]
fn the_store_grows_and_never_loses() {
    let world = World::new();
    let now = at("2026-11-20T01:23:45Z");
    let tsa = world.tsa(at("2026-01-01T00:00:00Z"), 10);
    let mut file = world.sign(&two_pages(), "Seal", &tsa, now);
    let mut kept = ValidationMaterial::default();
    for month in 1..6 {
        let then = now + days(30 * month);
        let needs = world.needs(&file, &world.lists(then, &[]), then);
        kept.merge(&needs.material);
        file = world.archive(&file, &needs.material, &tsa, then);
        let store = SecurityStore::read(&open(&file)).unwrap();
        assert_eq!(store.unreadable_count(), 0);
        for list in &kept.revocation_lists {
            assert!(store.material().revocation_lists.contains(list));
        }
        for certificate in &kept.certificates {
            assert!(store.material().certificates.contains(certificate));
        }
        // The same certificates again make no new streams.
        let count = store.material().certificates.len();
        assert_eq!(count, kept.certificates.len());
        let document = open(&file);
        let again = LongTermDraft::new(&document)
            .with_material(&kept)
            .write(world.seed())
            .unwrap();
        // The newest time-stamp gets its own entry once, and then there is nothing left to write.
        if let Some(revision) = again {
            file = appended(&file, &revision);
            let document = open(&file);
            let third = LongTermDraft::new(&document)
                .with_material(&kept)
                .write(world.seed())
                .unwrap();
            assert!(third.is_none());
        }
    }
}

#[test]
fn ocsp_answers_make_a_signature_last() {
    let world = World::new();
    let now = at("2026-11-20T01:23:45Z");
    let tsa = world.tsa(at("2026-01-01T00:00:00Z"), 10);
    let (key, signer) = world.signer(now - days(10), 3);
    let file = world.sign_as(&two_pages(), "Seal", &key, &signer, Some(&tsa), now);
    let later = now + days(1);
    let mut known = world.lists(later, &[]);
    // The persons' authority answers instead of publishing a list.
    let issuer = signer.issuers[0].subject().clone();
    known
        .revocation_lists
        .retain(|list| !list.issuer().matches(&issuer));
    let needs = world.needs(&file, &known, later);
    assert_eq!(needs.revocation.len(), 1, "{needs:#?}");
    let need = &needs.revocation[0];
    assert_eq!(need.ocsp_uris, ["http://ca.example/ocsp"]);
    let answer = world.ocsp_answer(&need.certificate, need.issuer.as_ref().unwrap(), later);
    known.ocsp_responses.push(answer.clone());
    let needs = world.needs(&file, &known, later);
    assert!(needs.is_settled(), "{needs:#?}");
    assert_eq!(needs.material.ocsp_responses, std::slice::from_ref(&answer));

    let archived = world.archive(&file, &needs.material, &tsa, later);
    let store = SecurityStore::read(&open(&archived)).unwrap();
    assert_eq!(store.material().ocsp_responses, [answer]);
    let trust = Trust::in_roots([world.root_certificate()]);
    let report = judge(&open(&archived), &trust, later + days(1)).unwrap();
    assert!(report.stands_for_whole_document(), "{report:#?}");
    let expected = json!({
        "pyhanko": { "default": [{ "accepted": true, "modification_level": "LTA_UPDATES" }, { "accepted": true }] },
        "ltv": [{ "sub_indication": "OK" }], "qpdf": { "clean": true },
    });
    cases::write(&world, "ocsp", &archived, later + days(1), expected);
}
