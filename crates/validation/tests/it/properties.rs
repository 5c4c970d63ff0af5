//! What must always hold, on files that others signed.

use std::path::Path;

use akashi_pdf::{Document, Limits};
use akashi_pki::Certificate;
use akashi_validation::{Indication, Report, Trust, judge};
use proptest::prelude::*;

use crate::corpus::folder;

/// A signature with two archive time-stamps, one with validation data, and a certified form,
/// and when each is judged.
const FILES: [(&str, &str); 3] = [
    ("90af9dca37ce5c041905.pdf", "2028-12-01T00:00:00Z"),
    ("dc3a29aaaa4172fd4c38.pdf", "2020-11-01T00:00:00Z"),
    ("c7f4845990b1a4a796a2.pdf", "2020-11-01T00:00:00Z"),
];

struct Sample {
    files: Vec<Vec<u8>>,
    trust: Trust,
}

impl Sample {
    fn read(corpus: &Path) -> Self {
        let root = std::fs::read(corpus.join("pyhanko/certs/2b6dea78737d478eaf91.crt")).unwrap();
        let root = Certificate::from_der(&root).unwrap();
        let files = FILES.map(|(name, _)| std::fs::read(corpus.join("pyhanko/signed").join(name)).unwrap());
        let trust =
            Trust::in_roots([&root]).with_revocation_policy(akashi_validation::RevocationPolicy::IfAvailable);
        Self {
            files: files.into(),
            trust,
        }
    }

    fn judge(&self, place: usize, file: &[u8]) -> Option<Report> {
        let document = Document::open(file, &Limits::default()).ok()?;
        judge(&document, &self.trust, FILES[place].1.parse().unwrap()).ok()
    }
}

/// As many cases as a test run bears.
fn runner() -> proptest::test_runner::TestRunner {
    let config = ProptestConfig {
        cases: 96,
        failure_persistence: None,
        ..ProptestConfig::default()
    };
    proptest::test_runner::TestRunner::new(config)
}

#[test]
fn no_signature_survives_a_change_of_a_covered_byte() {
    let Some(corpus) = folder() else { return };
    let sample = Sample::read(&corpus);
    let untouched: Vec<Report> = (0..FILES.len())
        .map(|place| sample.judge(place, &sample.files[place]).unwrap())
        .collect();
    assert!(
        untouched
            .iter()
            .all(|report| report.signatures[0].indication == Indication::TotalPassed)
    );
    let which = (
        0..FILES.len(),
        any::<prop::sample::Index>(),
        any::<prop::sample::Index>(),
        1..=255_u8,
    );
    let result = runner().run(&which, |(place, signature, offset, change)| {
        let signature = signature.get(&untouched[place].signatures);
        let ranges = signature.facts.byte_range.as_ref().unwrap();
        let length = ranges.iter().map(|(_, length)| length).sum::<u64>();
        let mut offset = offset.index(usize::try_from(length).unwrap()) as u64;
        for (start, length) in ranges {
            if offset < *length {
                offset += start;
                break;
            }
            offset -= length;
        }
        let mut file = sample.files[place].clone();
        file[usize::try_from(offset).unwrap()] ^= change;
        let Some(report) = sample.judge(place, &file) else {
            return Ok(());
        };
        let name = &signature.facts.field_name;
        let survivor = report
            .signatures
            .iter()
            .find(|one| one.facts.field_name == *name && one.indication == Indication::TotalPassed);
        prop_assert!(survivor.is_none(), "byte {offset}: {survivor:?}");
        Ok(())
    });
    result.unwrap();
}

#[test]
fn hostile_files_are_judged_or_refused_and_always_alike() {
    let Some(corpus) = folder() else { return };
    let sample = Sample::read(&corpus);
    let what = (
        0..FILES.len(),
        prop::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 1..6),
    );
    let result = runner().run(&what, |(place, changes)| {
        let mut file = sample.files[place].clone();
        for (index, byte, how) in changes {
            let index = index.index(file.len());
            match how {
                0 => file[index] = byte,
                1 => file.truncate(index + 1),
                2 => file.insert(index, byte),
                _ => {
                    // A piece of the file once more, somewhere else.
                    let end = (index + 64).min(file.len());
                    let piece = file[index..end].to_vec();
                    let target = usize::from(byte) * file.len() / 256;
                    file.splice(target..target, piece);
                }
            }
        }
        let text = |report: Option<Report>| report.map(|report| serde_json::to_string(&report).unwrap());
        prop_assert_eq!(text(sample.judge(place, &file)), text(sample.judge(place, &file)));
        Ok(())
    });
    result.unwrap();
}
