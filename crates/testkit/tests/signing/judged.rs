//! Signatures that last, before our own judge, which shares nothing with the maker.

use akashi_pades::{SignerIdentity, ValidationMaterial};
use akashi_pki::{EvidencePolicy, OneTimeSubject, Revocation, RevocationReason, SigningKey};
use akashi_validation::{
    BaselineLevel, CertificateRevocation, Freshness, Indication, Report, SubIndication, Trust,
    ValidationProcess, judge,
};
use jiff::Timestamp;

use crate::decades::Archive;
use crate::paper::{open, two_pages};
use crate::world::{Tsa, World, at, days};

fn report(world: &World, file: &[u8], now: Timestamp) -> Report {
    judge(&open(file), &Trust::in_roots([world.root_certificate()]), now).unwrap()
}

fn level(report: &Report) -> Option<BaselineLevel> {
    report.signatures[0].levels.unwrap().proven
}

#[test]
fn forty_years_of_renewals_pass_before_the_judge() {
    let world = World::new();
    let mut archive = Archive::begin(&world, at("2026-11-20T01:23:45Z"));
    let end = at("2066-11-20T00:00:00Z");
    loop {
        let report = report(&world, &archive.file, archive.now);
        assert!(report.stands_for_whole_document(), "{}: {report:#?}", archive.now);
        assert_eq!(level(&report), Some(BaselineLevel::Lta));
        // The judge and the maker agree on when the next renewal is due, the margin apart.
        assert!(report.renewal_due_by().unwrap() > archive.due());
        if archive.due() >= end {
            break;
        }
        archive.renew(&world);
    }
    // Long after the last lists, with nothing but the root at hand, it still holds.
    let report = report(&world, &archive.file, archive.due());
    assert!(report.stands_for_whole_document(), "{report:#?}");
    let signature = &report.signatures[0];
    assert_eq!(signature.process, ValidationProcess::LongTerm);
    assert!(signature.signer.as_ref().unwrap().not_after < at("2030-01-01T00:00:00Z"));
    assert!(signature.proofs_of_existence.len() > 7);
}

#[test]
fn a_missed_renewal_is_not_believed() {
    let world = World::new();
    let archive = Archive::begin(&world, at("2026-11-20T01:23:45Z"));
    let good = report(&world, &archive.file, archive.due());
    assert!(good.stands_for_whole_document());
    let missed = report(&world, &archive.file, good.renewal_due_by().unwrap() + days(1));
    assert!(
        missed
            .signatures
            .iter()
            .all(|one| one.indication == Indication::Indeterminate)
    );
    assert_eq!(
        missed.signatures[0].sub_indication,
        Some(SubIndication::OutOfBoundsNoPoe)
    );
    assert_eq!(missed.renewal_due_by(), None, "too late");
}

#[test]
fn one_time_certificates_pass_at_every_level_and_for_years() {
    let world = World::new();
    let now = at("2026-11-20T01:23:45Z");
    let tsa = world.tsa(at("2026-01-01T00:00:00Z"), 10);
    let key = SigningKey::generate(akashi_pki::KeyAlgorithm::P256).unwrap();
    let file = world.sign_as(
        &two_pages(),
        "Seal",
        &key,
        &one_time(&world, &key, now),
        Some(&tsa),
        now,
    );
    let policy = |file: &[u8], now| report(&world, file, now);
    // Authorities publish lists, and there are none yet.
    let bare = policy(&file, now + days(1));
    assert_eq!(bare.signatures[0].sub_indication, Some(SubIndication::TryLater));

    let later = now + days(1);
    let material = world.needs(&file, &world.lists(later, &[]), later).material;
    let long_term = world.add_material(&file, &material);
    let lt = policy(&long_term, later);
    assert!(lt.stands_for_whole_document(), "{lt:#?}");
    assert_eq!(level(&lt), Some(BaselineLevel::Lt));
    let own = &lt.signatures[0].chain[0];
    assert_eq!(own.revocation, CertificateRevocation::NeverPublished);

    let archived = world.archive(&file, &material, &tsa, later);
    for moment in [later, later + days(1), later + days(365 * 5)] {
        let lta = policy(&archived, moment);
        assert!(lta.stands_for_whole_document(), "{moment}: {lta:#?}");
        assert_eq!(level(&lta), Some(BaselineLevel::Lta));
    }
}

fn one_time(world: &World, key: &SigningKey, now: Timestamp) -> SignerIdentity {
    let subject = OneTimeSubject {
        common_name: "証 太郎",
        organization: None,
        party_id: "pty-01",
        mail: Some("taro@example.jp"),
        evidence_policy: EvidencePolicy::Mail.oid(),
    };
    world.one_time(&subject, key, now)
}

#[test]
fn a_later_revocation_spares_what_is_proven_to_be_older() {
    let world = World::new();
    let now = at("2026-11-20T01:23:45Z");
    let tsa = world.tsa(at("2026-01-01T00:00:00Z"), 10);
    let (key, signer) = world.signer(now - days(10), 3);
    let revoked = |revoked_at| Revocation {
        serial_number: signer.certificate.serial_number().clone(),
        revoked_at,
        reason: RevocationReason::KeyCompromise,
    };
    let judged = |stamp: Option<&Tsa>, revoked_at: Timestamp| {
        let file = world.sign_as(&two_pages(), "Seal", &key, &signer, stamp, now);
        let lists = world.lists(now + days(2), &[revoked(revoked_at)]);
        let file = world.add_material(&file, &lists);
        let report = report(&world, &file, now + days(2));
        report.signatures[0].sub_indication
    };
    assert_eq!(judged(Some(&tsa), now + days(1)), None);
    assert_eq!(
        judged(Some(&tsa), now - days(1)),
        Some(SubIndication::RevokedNoPoe)
    );
    assert_eq!(judged(None, now + days(1)), Some(SubIndication::RevokedNoPoe));
}

#[test]
fn who_demands_lists_of_today_is_told_when_they_are_missing() {
    let world = World::new();
    let archive = Archive::begin(&world, at("2026-11-20T01:23:45Z"));
    let strict = |now, lists: ValidationMaterial| {
        let trust = Trust::in_roots([world.root_certificate()])
            .with_freshness(Freshness::Now)
            .with_revocation_lists(lists.revocation_lists);
        judge(&open(&archive.file), &trust, now).unwrap()
    };
    let later = archive.now + days(365);
    let without = strict(later, ValidationMaterial::default());
    assert_eq!(without.signatures[0].indication, Indication::Indeterminate);
    let with = strict(later, world.lists(later, &[]));
    assert!(with.stands_for_whole_document(), "{with:#?}");
}
