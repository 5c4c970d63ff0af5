//! Proof of existence (EN 319 102-1, 5.6.2.3): which objects are proven to have existed since when.

use jiff::Timestamp;

use crate::material::{Fingerprint, Material, Since};
use crate::report::{ProofOfExistence, ProofSource};

/// The document time-stamps that hold, and so what they prove. Everything exists at the moment of judging.
#[derive(Debug, Clone)]
pub(crate) struct Proofs {
    now: Timestamp,
    stamps: Vec<Stamp>,
}

#[derive(Debug, Clone)]
struct Stamp {
    /// The newest revision that it covers.
    revision: usize,
    at: Timestamp,
    field_name: String,
}

impl Proofs {
    pub(crate) const fn none(now: Timestamp) -> Self {
        Self {
            now,
            stamps: Vec::new(),
        }
    }

    /// Takes a document time-stamp that holds: all that it covers existed at `at`.
    pub(crate) fn add(&mut self, revision: usize, at: Timestamp, field_name: &str) {
        self.stamps.push(Stamp {
            revision,
            at,
            field_name: field_name.to_owned(),
        });
    }

    /// Since when something that revision `since` holds is proven to exist.
    pub(crate) fn of_revision(&self, since: Option<Since>) -> Timestamp {
        self.covering(since)
            .map(|stamp| stamp.at)
            .fold(self.now, Timestamp::min)
    }

    /// Since when an object is proven to exist.
    pub(crate) fn of_object(&self, material: &Material, fingerprint: &Fingerprint) -> Timestamp {
        self.of_revision(material.since(fingerprint))
    }

    /// Whether anything proves that something in revision `since` is old.
    pub(crate) fn is_proven(&self, since: Option<Since>) -> bool {
        self.covering(since).next().is_some()
    }

    /// What proves that something in revision `since` existed.
    pub(crate) fn list(&self, since: Option<Since>) -> Vec<ProofOfExistence> {
        self.covering(since)
            .map(|stamp| ProofOfExistence {
                at: stamp.at,
                by: ProofSource::DocumentTimeStamp {
                    field_name: stamp.field_name.clone(),
                },
            })
            .collect()
    }

    fn covering(&self, since: Option<Since>) -> impl Iterator<Item = &Stamp> {
        self.stamps
            .iter()
            .filter(move |stamp| since.is_some_and(|since| since <= stamp.revision))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_earliest_stamp_that_covers_it_counts() {
        let time = |text: &str| text.parse::<Timestamp>().unwrap();
        let now = time("2060-01-01T00:00:00Z");
        let mut proofs = Proofs::none(now);
        proofs.add(6, time("2040-01-01T00:00:00Z"), "second");
        proofs.add(3, time("2026-01-01T00:00:00Z"), "first");
        assert_eq!(proofs.of_revision(Some(3)), time("2026-01-01T00:00:00Z"));
        assert_eq!(proofs.of_revision(Some(4)), time("2040-01-01T00:00:00Z"));
        assert_eq!(proofs.of_revision(Some(7)), now);
        assert_eq!(proofs.of_revision(None), now, "what no revision holds");
        assert_eq!(proofs.list(Some(2)).len(), 2);
    }
}
