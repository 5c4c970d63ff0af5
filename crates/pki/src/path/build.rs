//! Finding chains from anchors to a target.

use jiff::Timestamp;

use super::{Budget, CertificationPath, TrustAnchor};
use crate::certificate::{Certificate, IssuedByError};
use crate::verify::VerifyError;

/// Longest path, in certificates.
const MAX_PATH_LEN: usize = 16;
/// Most paths that are returned.
const MAX_PATHS: usize = 32;
/// Most certificates that the search enters.
const MAX_STEPS: usize = 512;

/// Chains by name, the likelier first: an issuer whose key identifier fits, then one that is valid at
/// `at`. Where several certificates bear the issuer's name, those whose key did not sign are left
/// out; of several that all did not sign, the likeliest is kept, so that the report can say so.
pub(super) fn paths(
    target: &Certificate,
    candidates: &[Certificate],
    anchors: &[TrustAnchor],
    at: Timestamp,
    budget: &Budget,
) -> Vec<CertificationPath> {
    let mut search = Search {
        candidates,
        anchors,
        at,
        budget,
        found: Vec::new(),
        steps: 0,
    };
    if let Some(anchor) = anchors.iter().find(|anchor| anchor.certificate() == Some(target)) {
        let certificates = vec![target.clone()];
        search.found.push(CertificationPath {
            anchor: anchor.clone(),
            certificates,
        });
    }
    search.extend(&mut vec![target.clone()]);
    search.found
}

struct Search<'a> {
    candidates: &'a [Certificate],
    anchors: &'a [TrustAnchor],
    at: Timestamp,
    budget: &'a Budget,
    found: Vec<CertificationPath>,
    steps: usize,
}

impl<'a> Search<'a> {
    /// `chain` stands from the target upwards.
    fn extend(&mut self, chain: &mut Vec<Certificate>) {
        self.steps += 1;
        let Some(lowest) = chain.last().cloned() else {
            return;
        };
        if self.steps > MAX_STEPS {
            return;
        }
        for anchor in self.anchors {
            if self.found.len() >= MAX_PATHS {
                return;
            }
            if anchor.name().matches(lowest.issuer()) && !anchor.is_same_as(&lowest) {
                let certificates = chain.iter().rev().cloned().collect();
                self.found.push(CertificationPath {
                    anchor: anchor.clone(),
                    certificates,
                });
            }
        }
        if chain.len() == MAX_PATH_LEN {
            return;
        }
        for issuer in self.issuers(&lowest, chain) {
            chain.push(issuer.clone());
            self.extend(chain);
            chain.pop();
        }
    }

    fn issuers(&self, certificate: &Certificate, chain: &[Certificate]) -> Vec<&'a Certificate> {
        let wanted = certificate
            .authority_key_identifier()
            .ok()
            .flatten()
            .unwrap_or_default();
        let mut issuers: Vec<(u8, &'a Certificate)> = self
            .candidates
            .iter()
            .filter(|candidate| candidate.subject().matches(certificate.issuer()))
            .filter(|candidate| !self.is_useless(candidate, chain))
            .map(|candidate| {
                let identifier = candidate.subject_key_identifier().ok().flatten();
                let key_rank = match (&wanted.key_identifier, &identifier) {
                    (Some(wanted), Some(own)) if wanted == own => 0,
                    (Some(_), Some(_)) => 4,
                    _ => 2,
                };
                (key_rank + u8::from(!candidate.is_valid_at(self.at)), candidate)
            })
            .collect();
        issuers.sort_by_key(|(rank, _)| *rank);
        let mut issuers: Vec<&'a Certificate> = issuers.into_iter().map(|(_, candidate)| candidate).collect();
        if issuers.len() > 1 {
            let likeliest = issuers.first().copied();
            issuers.retain(|issuer| self.may_have_issued(issuer, certificate));
            if issuers.is_empty() {
                issuers.extend(likeliest);
            }
        }
        issuers
    }

    /// A key that issues for its own name twice in a path adds nothing, nor does an anchor below an
    /// anchor.
    fn is_useless(&self, issuer: &Certificate, chain: &[Certificate]) -> bool {
        chain.iter().any(|member| {
            member.public_key() == issuer.public_key() && member.subject().matches(issuer.subject())
        }) || self.anchors.iter().any(|anchor| anchor.is_same_as(issuer))
    }

    /// Whether the issuer's key signed, or that cannot be told yet (a key without its parameters).
    fn may_have_issued(&self, issuer: &Certificate, certificate: &Certificate) -> bool {
        self.budget.take()
            && !matches!(
                certificate.verify_issued_by(issuer.public_key()),
                Err(IssuedByError::Signature(VerifyError::Mismatch))
            )
    }
}
