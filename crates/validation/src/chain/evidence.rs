//! Revocation information that may be used.

use akashi_pki::RevocationList;
use akashi_pki::ocsp::OcspResponse;
use akashi_pki::path::{EvidenceSource, RevocationEvidence, RevocationFinding, UsedEvidence};
use jiff::Timestamp;

use crate::material::{Fingerprint, Material};
use crate::proofs::Proofs;

/// Lists and responses, all or those that are old enough.
#[derive(Debug)]
pub(super) enum Evidence<'a> {
    All(&'a Material),
    Old(Vec<RevocationList>, Vec<OcspResponse>),
}

impl<'a> Evidence<'a> {
    pub(super) const fn all(material: &'a Material) -> Self {
        Self::All(material)
    }

    /// What was made, and is proven to have existed, at `time` or before.
    pub(super) fn existing_at(material: &'a Material, proofs: &Proofs, time: Timestamp) -> Self {
        let is_old = |fingerprint: &Fingerprint| proofs.of_object(material, fingerprint) <= time;
        let lists = material.lists().iter();
        let lists = lists.filter(|list| list.this_update() <= time && is_old(&list.fingerprint()));
        let responses = material.responses().iter().filter(|response| {
            response
                .basic()
                .is_some_and(|basic| basic.produced_at() <= time && is_old(&basic.fingerprint()))
        });
        Self::Old(lists.cloned().collect(), responses.cloned().collect())
    }

    pub(super) fn borrow(&self) -> RevocationEvidence<'_> {
        match self {
            Self::All(material) => {
                RevocationEvidence::lists(material.lists()).with_responses(material.responses())
            }
            Self::Old(lists, responses) => RevocationEvidence::lists(lists).with_responses(responses),
        }
    }
}

/// The piece of evidence that was used out of all that there is.
pub(super) fn fingerprint(material: &Material, used: &UsedEvidence) -> Option<Fingerprint> {
    match used.source {
        EvidenceSource::List(index) => material.lists().get(index).map(RevocationList::fingerprint),
        EvidenceSource::Response(index) => {
            let response = material.responses().get(index)?;
            response
                .basic()
                .map(akashi_pki::ocsp::BasicOcspResponse::fingerprint)
        }
    }
}

/// Until when all that a finding rests on was promised to be the newest; nothing when it rests on nothing.
pub(super) fn in_force_until(finding: &RevocationFinding) -> Option<Timestamp> {
    let ends = finding
        .evidence
        .iter()
        .map(|used| used.next_update.unwrap_or(used.this_update));
    ends.min()
}

/// Whether what a finding rests on is still the newest at `time`; what needs no evidence is.
pub(super) fn is_in_force(finding: &RevocationFinding, time: Timestamp) -> bool {
    in_force_until(finding).is_none_or(|end| time <= end)
}
