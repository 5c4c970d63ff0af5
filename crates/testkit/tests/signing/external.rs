//! The key is elsewhere: the digest goes out, a whole CMS comes back.

use akashi_cms::{SignedAttributes, SignedDataBuilder};
use akashi_pades::{
    BaselineLevel, EmbedError, ForeignCmsError, NewField, Prepared, SignatureDraft, SignerIdentity,
};
use akashi_pki::{Signer, SigningKey};
use akashi_validation::judge;
use proptest::prelude::*;

use crate::paper::{open, two_pages};
use crate::world::{World, appended, at, days};

fn prepared(world: &World, paper: &[u8], signer: &SignerIdentity, reserve: Option<usize>) -> Prepared {
    let document = open(paper);
    let field = NewField::<Vec<u8>> {
        name: "Seal",
        label: "",
        appearance: None,
    };
    let mut draft = SignatureDraft::new(&document, &field).unwrap();
    if let Some(bytes) = reserve {
        draft = draft.reserve(bytes);
    }
    draft
        .prepare(signer, at("2026-11-20T01:23:45Z"), world.seed())
        .unwrap()
}

/// What a card's program does.
fn cms(prepared: &Prepared, digest: &[u8], key: &SigningKey, signer: &SignerIdentity) -> Vec<u8> {
    let attributes = SignedAttributes::for_data(prepared.digest_algorithm(), digest, &signer.certificate);
    let value = key.sign(attributes.to_be_signed()).unwrap();
    SignedDataBuilder::new(&attributes, &signer.certificate, signer.algorithm)
        .with_certificates(&signer.issuers)
        .build(&value)
}

#[test]
fn a_whole_cms_is_taken_after_a_restart() {
    let world = World::new();
    let now = at("2026-11-20T01:23:45Z");
    let (key, signer) = world.signer(now - days(10), 3);
    let paper = two_pages();
    let stored = prepared(&world, &paper, &signer, None).to_bytes();
    let resumed = Prepared::from_bytes(&stored).unwrap();
    let made = cms(&resumed, resumed.digest(), &key, &signer);
    let padded = [made.as_slice(), &[0; 40]].concat();
    let signed = resumed.embed_cms(&padded).unwrap();
    assert_eq!(signed.level(), BaselineLevel::B);
    let file = appended(&paper, &signed.into_revision());
    let report = judge(&open(&file), &world.trust(now), now + days(1)).unwrap();
    assert!(report.stands_for_whole_document(), "{report:#?}");
}

#[test]
fn what_was_not_prepared_is_refused_by_name() {
    let world = World::new();
    let now = at("2026-11-20T01:23:45Z");
    let (key, signer) = world.signer(now - days(10), 3);
    let (other_key, other) = world.signer(now - days(10), 3);
    let paper = two_pages();
    let prepared = prepared(&world, &paper, &signer, None);
    let good = cms(&prepared, prepared.digest(), &key, &signer);
    let refusal = |der: &[u8]| match prepared.clone().embed_cms(der) {
        Err(EmbedError::Foreign(reason)) => reason,
        other => panic!("{other:?}"),
    };
    let elsewhere = cms(&prepared, &[7; 32], &key, &signer);
    assert_eq!(refusal(&elsewhere), ForeignCmsError::OtherDocument);
    let by_other = cms(&prepared, prepared.digest(), &other_key, &other);
    assert_eq!(refusal(&by_other), ForeignCmsError::OtherCertificate);
    let broken = cms(&prepared, prepared.digest(), &other_key, &signer);
    assert_eq!(refusal(&broken), ForeignCmsError::Broken);
    assert!(matches!(
        prepared.clone().embed_cms(&good[..good.len() - 1]),
        Err(EmbedError::Read(_))
    ));
    assert!(prepared.clone().embed_cms(&good).is_ok());
}

#[test]
fn too_small_a_reserve_says_how_much_is_needed() {
    let world = World::new();
    let now = at("2026-11-20T01:23:45Z");
    let (key, signer) = world.signer(now - days(10), 3);
    let paper = two_pages();
    let small = prepared(&world, &paper, &signer, Some(64));
    let made = cms(&small, small.digest(), &key, &signer);
    let Err(EmbedError::ContentsTooSmall { needed, reserved: 64 }) = small.embed_cms(&made) else {
        panic!("it does not fit");
    };
    let large = prepared(&world, &paper, &signer, Some(needed + 8));
    let made = cms(&large, large.digest(), &key, &signer);
    large.embed_cms(&made).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A flipped byte anywhere in a CMS, or in the stored form, never becomes a signature that is not good.
    #[test]
    fn flipped_bytes_never_make_another_signature(position in any::<prop::sample::Index>(), bit in 0..8_u8) {
        let world = World::new();
        let now = at("2026-11-20T01:23:45Z");
        let (key, signer) = world.signer(now - days(10), 3);
        let paper = two_pages();
        let prepared = prepared(&world, &paper, &signer, None);
        let mut made = cms(&prepared, prepared.digest(), &key, &signer);
        let at_byte = position.index(made.len());
        made[at_byte] ^= 1 << bit;
        if let Ok(signed) = prepared.embed_cms(&made) {
            let file = appended(&paper, &signed.into_revision());
            let report = judge(&open(&file), &world.trust(now), now + days(1)).unwrap();
            prop_assert!(report.signatures[0].is_intact());
        }
    }
}
