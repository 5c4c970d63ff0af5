//! Forty years: the clock moves, authorities' certificates end, archive time-stamps are renewed before they do.

use akashi_pades::{NeedReason, ValidationMaterial, renewal_due};
use akashi_validation::{Indication, judge};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

use crate::cases;
use crate::paper::{open, two_pages};
use crate::world::{Hierarchy, Tsa, World, at, days};

/// How long before the end of the newest time-stamp's authority it is renewed.
const MARGIN_DAYS: i64 = 180;
/// Years that the certificate of a time-stamp authority lives.
const TSA_YEARS: i64 = 6;

/// A document with its authority and the time at which that must be renewed.
pub(crate) struct Archive {
    pub(crate) file: Vec<u8>,
    pub(crate) tsa: Tsa,
    pub(crate) now: Timestamp,
    pub(crate) renewals: usize,
}

impl Archive {
    /// Signs and archives; a day later, when newer lists have come, these are added too.
    pub(crate) fn begin(world: &World, now: Timestamp) -> Self {
        let tsa = world.tsa(now - days(30), TSA_YEARS);
        let file = world.sign(&two_pages(), "Seal", &tsa, now);
        let mut archive = Self {
            file,
            tsa,
            now,
            renewals: 0,
        };
        archive.stamp(world);
        archive
    }

    pub(crate) fn due(&self) -> Timestamp {
        renewal_due(&open(&self.file), days(MARGIN_DAYS), &[])
            .unwrap()
            .expect("there is an archive time-stamp")
    }

    /// Adds an archive time-stamp with the lists of the day, and on the next day the lists made after it.
    pub(crate) fn stamp(&mut self, world: &World) {
        let today = self.now + days(1);
        let this_morning = today - SignedDuration::from_hours(1);
        let needs = world.needs_before_stamp(&self.file, &world.lists(this_morning, &[]), today);
        assert!(needs.is_settled(), "{needs:#?}");
        self.file = world.archive(&self.file, &needs.material, &self.tsa, today);
        let tomorrow = self.now + days(2);
        let needs = world.needs(&self.file, &world.lists(tomorrow, &[]), tomorrow);
        assert!(needs.is_settled(), "{needs:#?}");
        self.file = world.add_material(&self.file, &needs.material);
        self.now = tomorrow;
    }

    /// Moves the clock to `due` and renews with a new authority.
    pub(crate) fn renew(&mut self, world: &World) {
        self.now = self.due();
        self.tsa = world.tsa(self.now - days(30), TSA_YEARS);
        self.stamp(world);
        self.renewals += 1;
    }
}

#[test]
fn forty_years_of_renewals_still_pass() {
    let world = World::new();
    let begin = at("2026-11-20T01:23:45Z");
    let end = at("2066-11-20T00:00:00Z");
    let mut archive = Archive::begin(&world, begin);
    while archive.due() < end {
        archive.renew(&world);
    }
    assert!(archive.renewals >= 7, "{}", archive.renewals);
    // A year after the last renewal the store still settles everything without a new list.
    let needs = world.needs(
        &archive.file,
        &ValidationMaterial::default(),
        archive.now + days(1),
    );
    assert!(needs.is_settled(), "{needs:#?}");

    let report = judge(&open(&archive.file), &world.trust(end), end + days(1)).unwrap();
    let signature = &report.signatures[0];
    assert_eq!(signature.facts.field_name, "Seal");
    assert_eq!(signature.indication, Indication::TotalPassed, "{signature:#?}");
    assert_eq!(
        signature.best_signature_time,
        begin + SignedDuration::from_secs(2)
    );
    assert!(report.stands_for_whole_document(), "{report:#?}");
}

#[test]
fn a_missed_renewal_does_not_pass() {
    let world = World::new();
    let mut archive = Archive::begin(&world, at("2026-11-20T01:23:45Z"));
    archive.renew(&world);
    let missed = archive.due() + days(MARGIN_DAYS + 30);
    archive.now = missed;
    archive.tsa = world.tsa(missed - days(30), TSA_YEARS);
    // Nobody can tell any more whether the old authority was revoked before its end: what is there was made before.
    let needs = world.needs(&archive.file, &world.lists(missed, &[]), missed);
    let late = world.archive(&archive.file, &needs.material, &archive.tsa, missed);
    // What is there speaks of a time before the late stamp, and nothing newer can be had.
    let after = world.needs(&late, &world.lists(missed + days(1), &[]), missed + days(1));
    assert!(renewal_due(&open(&late), days(MARGIN_DAYS), &[]).unwrap() > Some(missed));
    assert!(!after.is_complete(), "{after:#?}");
    let moment = missed + days(400);
    let report = judge(&open(&late), &world.trust(moment), moment + days(1)).unwrap();
    assert_ne!(report.signatures[0].indication, Indication::TotalPassed);
}

#[test]
fn a_renewal_takes_lists_of_the_day_under_the_new_time_stamp() {
    let world = World::new();
    let mut archive = Archive::begin(&world, at("2026-11-20T01:23:45Z"));
    archive.now = archive.due();
    let now = archive.now;
    // What was made after the last time-stamp settles its state, but speaks of years ago.
    let nothing = ValidationMaterial::default();
    assert!(world.needs(&archive.file, &nothing, now).is_settled());
    let needs = world.needs_before_stamp(&archive.file, &nothing, now);
    assert!(needs.is_complete() && !needs.is_settled(), "{needs:#?}");
    // The authority and its issuer.
    assert_eq!(needs.revocation.len(), 2, "{needs:#?}");
    for need in &needs.revocation {
        assert!(matches!(need.reason, NeedReason::MadeBeforeProof { .. }));
        assert_eq!(need.not_before, now);
    }
    let of_the_day = world.lists(now - SignedDuration::from_hours(1), &[]);
    let needs = world.needs_before_stamp(&archive.file, &of_the_day, now);
    assert!(needs.is_settled(), "{needs:#?}");
    let added = &needs.material.revocation_lists;
    assert_eq!(added.len(), 2, "those of the persons' authority add nothing");
    assert!(
        added
            .iter()
            .all(|list| of_the_day.revocation_lists.contains(list))
    );
    // Nothing more while they are current.
    let file = world.add_material(&archive.file, &needs.material);
    assert!(
        world
            .needs_before_stamp(&file, &nothing, now + days(30))
            .is_settled()
    );
    assert!(
        !world
            .needs_before_stamp(&file, &nothing, now + days(32))
            .is_settled()
    );
}

/// What pyHanko's past signature validation makes of renewals. It takes lists for the past only of authorities that are
/// roots, and its search for the signers of lists grows with the factorial of the issuers below one root
/// (docs/comparison.md), so the long chain has roots alone.
#[test]
fn an_outside_judge_believes_forty_years_of_renewals() {
    let world = World::with_hierarchy(Hierarchy::Roots);
    let begin = at("2026-11-20T01:23:45Z");
    let mut archive = Archive::begin(&world, begin);
    for renewals in 1..=7 {
        archive.renew(&world);
        if ![1, 2, 7].contains(&renewals) {
            continue;
        }
        let (soon, late) = (archive.now + days(1), archive.due());
        let report = judge(&open(&archive.file), &world.trust(late), late).unwrap();
        assert!(report.stands_for_whole_document(), "{report:#?}");
        // Once its own time-stamp's authority has expired, the first archive time-stamp proves the signature.
        let proven = |moment| {
            let is_expired = moment > begin + days(365 * TSA_YEARS - 30);
            let time = if is_expired {
                "2026-11-21T01:23:45+00:00"
            } else {
                "2026-11-20T01:23:47+00:00"
            };
            json!({ "ltv": [{ "sub_indication": "OK", "signature_time": time }], "qpdf": { "clean": true } })
        };
        // From the file's own data, and years later with the lists of the day.
        let name = format!("renewed-{renewals}");
        cases::write(&world, &name, &archive.file, soon, proven(soon));
        let newest = world.lists(late, &[]);
        let name = format!("renewed-{renewals}-and-years-later");
        cases::write_with(&world, &name, &archive.file, late, Some(&newest), proven(late));
    }
    assert!(archive.due() > at("2066-11-20T00:00:00Z"));
}

/// The same judge, where a renewal was missed or cannot be judged: its yes above means something.
#[test]
fn an_outside_judge_doubts_what_it_cannot_prove() {
    let begin = at("2026-11-20T01:23:45Z");
    let doubted = |name: &str, world: &World, archive: &Archive, sub_indication: &str| {
        let moment = archive.now + days(1);
        let newest = world.lists(moment, &[]);
        let expected = json!({ "ltv": [{ "sub_indication": sub_indication }] });
        cases::write_with(world, name, &archive.file, moment, Some(&newest), expected);
    };
    // The second renewal comes when the authority of the first has been expired for a month.
    let world = World::with_hierarchy(Hierarchy::Roots);
    let mut archive = Archive::begin(&world, begin);
    archive.renew(&world);
    archive.now = archive.due() + days(MARGIN_DAYS + 30);
    archive.tsa = world.tsa(archive.now - days(30), TSA_YEARS);
    let needs = world.needs_before_stamp(&archive.file, &world.lists(archive.now, &[]), archive.now);
    archive.file = world.archive(&archive.file, &needs.material, &archive.tsa, archive.now);
    doubted("renewed-too-late", &world, &archive, "OUT_OF_BOUNDS_NO_POE");
    // Good, but below issuers that are no roots: here pyHanko has no lists for the past (docs/comparison.md).
    let world = World::new();
    let mut archive = Archive::begin(&world, begin);
    archive.renew(&world);
    archive.renew(&world);
    doubted("renewed-below-issuers", &world, &archive, "OUT_OF_BOUNDS_NO_POE");
    let report = judge(&open(&archive.file), &world.trust(archive.now), archive.now).unwrap();
    assert!(report.stands_for_whole_document(), "{report:#?}");
}
