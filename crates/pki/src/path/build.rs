//! Finding chains from anchors to a target.

use jiff::Timestamp;

use super::{CertificationPath, TrustAnchor};
use crate::certificate::Certificate;

/// Longest path, in certificates.
const MAX_PATH_LEN: usize = 16;
/// Most paths that are returned.
const MAX_PATHS: usize = 64;
/// Most steps of the search: many certificates of one name must not make it explode.
const MAX_STEPS: usize = 4096;

/// Chains by name, the likelier first: an issuer whose key identifier fits, then one that is valid at
/// `at`. Signatures are not looked at here.
pub(super) fn paths(
    target: &Certificate,
    candidates: &[Certificate],
    anchors: &[TrustAnchor],
    at: Timestamp,
) -> Vec<CertificationPath> {
    let mut search = Search {
        candidates,
        anchors,
        at,
        found: Vec::new(),
        steps: 0,
    };
    if let Some(anchor) = anchors.iter().find(|anchor| anchor.certificate() == Some(target)) {
        search.found.push(CertificationPath {
            anchor: anchor.clone(),
            certificates: vec![target.clone()],
        });
    }
    search.extend(&mut vec![target.clone()]);
    search.found
}

struct Search<'a> {
    candidates: &'a [Certificate],
    anchors: &'a [TrustAnchor],
    at: Timestamp,
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
        for issuer in self.issuers(&lowest) {
            // A key that issues for its own name twice in a path adds nothing.
            let is_loop = chain.iter().any(|member| {
                member == issuer
                    || (member.public_key() == issuer.public_key()
                        && member.subject().matches(issuer.subject()))
            });
            let is_anchor = self.anchors.iter().any(|anchor| anchor.is_same_as(issuer));
            if is_loop || is_anchor {
                continue;
            }
            chain.push(issuer.clone());
            self.extend(chain);
            chain.pop();
        }
    }

    fn issuers(&self, certificate: &Certificate) -> Vec<&'a Certificate> {
        let wanted = certificate
            .authority_key_identifier()
            .ok()
            .flatten()
            .unwrap_or_default();
        let mut issuers: Vec<(u8, &'a Certificate)> = self
            .candidates
            .iter()
            .filter(|candidate| candidate.subject().matches(certificate.issuer()))
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
        issuers.into_iter().map(|(_, candidate)| candidate).collect()
    }
}
