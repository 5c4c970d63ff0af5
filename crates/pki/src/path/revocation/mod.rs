//! The revocation state of a certificate from lists (RFC 5280, 6.3) and OCSP answers (RFC 6960).

mod lists;
mod responses;
mod scope;

use std::cmp::Reverse;
use std::rc::Rc;

use jiff::Timestamp;

use super::{
    Budget, CertificationPath, PathConditions, RevocationEvidence, RevocationFinding, RevocationStatus,
    UsedEvidence,
};
use crate::certificate::Certificate;
use crate::crl::{RevocationList, RevocationReason};
use crate::ocsp::BasicOcspResponse;
use crate::public_key::PublicKey;

/// How deep the question "is the signer of this evidence revoked?" is followed.
const MAX_DEPTH: usize = 4;

/// Answers for the certificates of one path.
pub(super) struct Checker<'a> {
    path: &'a CertificationPath,
    candidates: &'a [Certificate],
    conditions: &'a PathConditions<'a>,
    /// The newest first: what was learned last counts.
    lists: Rc<[(usize, &'a RevocationList)]>,
    responses: Rc<[(usize, &'a BasicOcspResponse)]>,
    /// Signers of evidence whose own state is being asked for further out.
    pending_signers: Vec<Certificate>,
    budget: &'a Budget,
}

/// The certificate in question.
struct Subject<'a> {
    certificate: &'a Certificate,
    is_ca: bool,
    issuer_key: &'a PublicKey,
    /// Where it stands in the path.
    position: usize,
}

/// What one kind of evidence says.
struct Settled {
    status: RevocationStatus,
    /// When the oldest part of the evidence was made.
    as_of: Timestamp,
    evidence: Vec<UsedEvidence>,
}

impl<'a> Checker<'a> {
    pub(super) fn new(
        path: &'a CertificationPath,
        candidates: &'a [Certificate],
        conditions: &'a PathConditions<'a>,
        evidence: RevocationEvidence<'a>,
        budget: &'a Budget,
    ) -> Self {
        let mut lists: Vec<(usize, &RevocationList)> = evidence.lists.iter().enumerate().collect();
        lists.sort_by_key(|(_, list)| Reverse(list.this_update()));
        let responses = evidence.responses.iter().enumerate();
        let responses = responses.filter_map(|(index, response)| Some((index, response.basic()?)));
        Self {
            path,
            candidates,
            conditions,
            lists: lists.into(),
            responses: responses.collect(),
            pending_signers: Vec::new(),
            budget,
        }
    }

    /// The same evidence and budget for another path: that of a signer of evidence.
    fn for_signer<'b>(
        &'b self,
        signer: &Certificate,
        path: &'b CertificationPath,
        conditions: &'b PathConditions<'b>,
    ) -> Checker<'b> {
        let mut pending_signers = self.pending_signers.clone();
        pending_signers.push(signer.clone());
        Checker {
            path,
            candidates: self.candidates,
            conditions,
            lists: Rc::clone(&self.lists) as Rc<[(usize, &'b RevocationList)]>,
            responses: Rc::clone(&self.responses) as Rc<[(usize, &'b BasicOcspResponse)]>,
            pending_signers,
            budget: self.budget,
        }
    }

    /// The state of the certificate at `position` of the path.
    pub(super) fn finding(&self, position: usize) -> RevocationFinding {
        let Some(certificate) = self.path.certificates.get(position) else {
            return RevocationFinding::without_evidence(RevocationStatus::Unknown);
        };
        if self.path.is_anchored_directly() {
            return RevocationFinding::without_evidence(RevocationStatus::NeverPublished);
        }
        let is_ca = certificate
            .basic_constraints()
            .ok()
            .flatten()
            .is_some_and(|basic| basic.is_ca);
        if !is_ca && certificate.has_no_revocation_available() {
            return RevocationFinding::without_evidence(RevocationStatus::NeverPublished);
        }
        let issuer_key = self.path.issuer_key(position);
        let subject = Subject {
            certificate,
            is_ca,
            issuer_key: &issuer_key,
            position,
        };
        let settled = match (self.ask_lists(&subject), self.ask_responses(&subject)) {
            (Some(lists), Some(responses)) => weightier(lists, responses),
            (one, other) => match one.or(other) {
                Some(settled) => settled,
                None => return RevocationFinding::without_evidence(RevocationStatus::Unknown),
            },
        };
        RevocationFinding {
            status: settled.status,
            evidence: settled.evidence,
        }
    }
}

/// A revocation is final, unless it is a hold (RFC 5280, 5.3.1): then, as between all others, what
/// was learned last counts.
fn weightier(one: Settled, other: Settled) -> Settled {
    let is_final = |settled: &Settled| is_final(&settled.status);
    match (is_final(&one), is_final(&other)) {
        (true, false) => one,
        (false, true) => other,
        _ if (other.as_of, !is_good(&other.status)) > (one.as_of, !is_good(&one.status)) => other,
        _ => one,
    }
}

fn is_final(status: &RevocationStatus) -> bool {
    matches!(status, RevocationStatus::Revoked { reason, .. } if *reason != RevocationReason::CertificateHold)
}

fn is_good(status: &RevocationStatus) -> bool {
    matches!(status, RevocationStatus::Good { .. })
}

/// What a statement "revoked since" means for the control time `at`.
fn revoked(revoked_at: Timestamp, reason: RevocationReason, at: Timestamp) -> RevocationStatus {
    if revoked_at <= at {
        RevocationStatus::Revoked { revoked_at, reason }
    } else {
        RevocationStatus::RevokedLater { revoked_at, reason }
    }
}
