//! Damage: whatever covered byte is changed, no signature over it passes.

use akashi_pdf::{Document, Limits};
use akashi_validation::{Indication, Trust, judge};
use proptest::prelude::*;

use crate::contract::conclude;
use crate::original;
use crate::world::{World, judged_at, open};

/// Offsets that the signature at `index` covers.
fn is_covered(ranges: &[(u64, u64)], offset: u64) -> bool {
    ranges
        .iter()
        .any(|(start, length)| (*start..start + length).contains(&offset))
}

#[test]
fn no_changed_byte_passes() {
    let world = World::new();
    let file = conclude(&world, &original(&world));
    let trust = Trust::in_roots([&world.root]);
    let ranges: Vec<Vec<(u64, u64)>> = open(&file)
        .signatures()
        .unwrap()
        .into_iter()
        .map(|signature| signature.byte_range.unwrap())
        .collect();
    assert_eq!(ranges.len(), 3);
    let check = |offset: usize, mask: u8| -> Result<(), TestCaseError> {
        let mut damaged = file.clone();
        damaged[offset] ^= mask;
        let Ok(document) = Document::open(damaged, &Limits::default()) else {
            return Ok(());
        };
        let Ok(report) = judge(&document, &trust, judged_at()) else {
            return Ok(());
        };
        prop_assert!(!report.stands_for_whole_document() || report.signatures.len() < 3);
        for signature in &report.signatures {
            let covers = signature
                .facts
                .byte_range
                .as_ref()
                .is_some_and(|ranges| is_covered(ranges, offset as u64));
            prop_assert!(
                !covers || signature.indication != Indication::TotalPassed,
                "byte {offset} of {}: {signature:?}",
                signature.facts.field_name
            );
        }
        Ok(())
    };
    // Every place that decides: dictionaries of signatures, cross-references, the ends of revisions.
    let text = |needle: &[u8]| -> Vec<usize> {
        (0..file.len().saturating_sub(needle.len()))
            .filter(|at| file[*at..].starts_with(needle))
            .collect()
    };
    for needle in [
        &b"/ByteRange"[..],
        b"/Contents <",
        b"startxref",
        b"%%EOF",
        b"/Lock",
        b"trailer",
        b"/Prev",
        b"/FT /Sig",
    ] {
        for at in text(needle) {
            for offset in [
                at + 1,
                at + needle.len() - 1,
                at + needle.len() + 2,
                at + needle.len() + 9,
            ] {
                if ranges.iter().any(|ranges| is_covered(ranges, offset as u64)) {
                    check(offset, 0x01).unwrap();
                }
            }
        }
    }
    let mut runner = proptest::test_runner::TestRunner::new(ProptestConfig {
        cases: 150,
        failure_persistence: None,
        ..ProptestConfig::default()
    });
    let covered = (0..file.len()).prop_filter("covered", |offset| {
        ranges.iter().any(|ranges| is_covered(ranges, *offset as u64))
    });
    runner
        .run(&(covered, 1_u8..=255), |(offset, mask)| check(offset, mask))
        .unwrap();
}

#[test]
fn a_signature_value_cannot_be_exchanged() {
    let world = World::new();
    let file = conclude(&world, &original(&world));
    let document = open(&file);
    let spans: Vec<_> = document
        .signatures()
        .unwrap()
        .into_iter()
        .map(|signature| signature.contents_span.unwrap())
        .collect();
    let range = |index: usize| {
        usize::try_from(spans[index].start).unwrap()..usize::try_from(spans[index].end).unwrap()
    };
    // The digits alone: both values end in zeros, so that a shorter or longer room does not matter.
    let digits = range(0).len().min(range(1).len()) - 2;
    let mut swapped = file.clone();
    swapped.copy_within(
        range(0).start + 1..range(0).start + 1 + digits,
        range(1).start + 1,
    );
    let report = judge(&open(&swapped), &Trust::in_roots([&world.root]), judged_at()).unwrap();
    assert!(
        report
            .signatures
            .iter()
            .any(|signature| signature.indication == Indication::TotalFailed)
    );
    assert!(!report.stands_for_whole_document());
}

#[test]
fn bytes_behind_the_last_revision_are_seen() {
    let world = World::new();
    let file = conclude(&world, &original(&world));
    for tail in [&b"garbage"[..], b"\n1 0 obj\n<<>>\nendobj\n", b"%%EOF\n"] {
        let longer = [file.as_slice(), tail].concat();
        let Ok(document) = Document::open(longer, &Limits::default()) else {
            continue;
        };
        let Ok(report) = judge(&document, &Trust::in_roots([&world.root]), judged_at()) else {
            continue;
        };
        assert!(
            !report.stands_for_whole_document(),
            "{}",
            String::from_utf8_lossy(tail)
        );
    }
}
