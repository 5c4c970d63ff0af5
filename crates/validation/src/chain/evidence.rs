//! Revocation information that may be used.

use akashi_pki::ocsp::{BasicOcspResponse, OcspResponse};
use akashi_pki::path::{EvidenceSource, RevocationEvidence, RevocationFinding, UsedEvidence};
use akashi_pki::{RevocationList, SignatureAlgorithm};
use jiff::Timestamp;

use crate::material::{Fingerprint, Material};
use crate::proofs::Proofs;

/// Lists and responses, all or those that are old enough.
#[derive(Debug)]
pub(super) enum Evidence<'a> {
    All(&'a Material),
    Part(Vec<RevocationList>, Vec<OcspResponse>),
}

impl<'a> Evidence<'a> {
    pub(super) const fn all(material: &'a Material) -> Self {
        Self::All(material)
    }

    /// What was made, and is proven to have existed, at `time` or before.
    pub(super) fn existing_at(material: &'a Material, proofs: &Proofs, time: Timestamp) -> Self {
        Self::part(
            material,
            |list| list.this_update() <= time,
            |basic| basic.produced_at() <= time,
            |fingerprint| proofs.of_object(material, fingerprint) <= time,
        )
    }

    /// What `is_counted` lets pass.
    pub(super) fn filtered(material: &'a Material, is_counted: impl Fn(&Fingerprint) -> bool) -> Self {
        Self::part(material, |_| true, |_| true, is_counted)
    }

    fn part(
        material: &'a Material,
        counts_list: impl Fn(&RevocationList) -> bool,
        counts_response: impl Fn(&BasicOcspResponse) -> bool,
        is_counted: impl Fn(&Fingerprint) -> bool,
    ) -> Self {
        let lists = material.lists().iter().zip(material.list_fingerprints());
        let lists = lists.filter(|(list, fingerprint)| counts_list(list) && is_counted(fingerprint));
        let responses = material.responses().iter().zip(material.response_fingerprints());
        let responses = responses.filter(|(response, fingerprint)| {
            response.basic().is_some_and(&counts_response) && is_counted(fingerprint)
        });
        Self::Part(
            lists.map(|(list, _)| list.clone()).collect(),
            responses.map(|(response, _)| response.clone()).collect(),
        )
    }

    pub(super) fn borrow(&self) -> RevocationEvidence<'_> {
        match self {
            Self::All(material) => {
                RevocationEvidence::lists(material.lists()).with_responses(material.responses())
            }
            Self::Part(lists, responses) => RevocationEvidence::lists(lists).with_responses(responses),
        }
    }
}

/// The piece of evidence that was used out of all that there is.
pub(super) fn fingerprint(material: &Material, used: &UsedEvidence) -> Option<Fingerprint> {
    match used.source {
        EvidenceSource::List(index) => material.list_fingerprints().get(index).copied(),
        EvidenceSource::Response(index) => material.response_fingerprints().get(index).copied(),
    }
}

/// The scheme by which a piece of evidence is signed; nothing when it is not known here.
pub(super) fn signature_algorithm(material: &Material, used: &UsedEvidence) -> Option<SignatureAlgorithm> {
    match used.source {
        EvidenceSource::List(index) => material.lists().get(index)?.signature_algorithm().ok(),
        EvidenceSource::Response(index) => {
            let basic = material.responses().get(index)?.basic()?;
            basic.signature_algorithm().ok()
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
