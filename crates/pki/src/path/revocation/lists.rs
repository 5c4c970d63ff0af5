//! What revocation lists say (RFC 5280, 6.3).

use jiff::Timestamp;

use super::scope::{
    covers_expired, has_unknown_critical_extension, interim_reasons, is_in_scope, is_not_above,
    may_sign_lists,
};
use super::{Checker, MAX_DEPTH, Settled, Subject, revoked};
use crate::certificate::Certificate;
use crate::crl::{RevocationList, RevocationReason, RevokedCertificate};
use crate::extension::{DistributionPoint, DistributionPointName, ReasonFlags};
use crate::general_name::GeneralName;
use crate::path::{
    EvidenceSource, PathConditions, RevocationStatus, TrustAnchor, UsedEvidence, build, validate,
};
use crate::public_key::PublicKey;

/// What one complete list, with its delta list, says.
struct Answer {
    reasons: ReasonFlags,
    as_of: Timestamp,
    entry: Option<RevokedCertificate>,
    evidence: Vec<UsedEvidence>,
}

/// Who signed a list.
struct ListSigner {
    key: PublicKey,
    /// Set when it is neither the issuer in the path nor the anchor.
    certificate: Option<Certificate>,
    /// What settled the state of that certificate and of those above it.
    support: Vec<UsedEvidence>,
}

impl<'a> Checker<'a> {
    /// 6.3.3 over all distribution points, then over the issuer itself as one.
    pub(super) fn ask_lists(&self, subject: &Subject<'_>) -> Option<Settled> {
        let mut points = subject.certificate.crl_distribution_points().ok()?;
        points.push(DistributionPoint {
            name: Some(DistributionPointName::Full(vec![GeneralName::Directory(
                subject.certificate.issuer().clone(),
            )])),
            reasons: None,
            crl_issuer: Vec::new(),
        });
        let mut covered = ReasonFlags::NONE;
        let mut later = None;
        let mut oldest = Timestamp::MAX;
        let mut evidence = Vec::new();
        for point in &points {
            for (index, list) in self.lists.iter().copied() {
                let Some(answer) = self.ask(subject, point, (index, list), covered) else {
                    continue;
                };
                covered = covered.or(answer.reasons);
                oldest = oldest.min(answer.as_of);
                let status = answer
                    .entry
                    .map(|entry| revoked(entry.revoked_at, entry.reason, self.conditions.at));
                if let Some(status @ RevocationStatus::Revoked { .. }) = status {
                    return Some(Settled {
                        status,
                        as_of: answer.as_of,
                        evidence: answer.evidence,
                    });
                }
                later = status.or(later);
                evidence.extend(answer.evidence);
            }
        }
        if !ReasonFlags::ALL.is_within(covered) {
            return None;
        }
        Some(Settled {
            status: later.unwrap_or(RevocationStatus::Good { as_of: oldest }),
            as_of: oldest,
            evidence,
        })
    }

    /// What one complete list says about `subject` as seen from one distribution point; `None` when
    /// it says nothing that counts.
    fn ask(
        &self,
        subject: &Subject<'_>,
        point: &DistributionPoint,
        (index, list): (usize, &RevocationList),
        covered: ReasonFlags,
    ) -> Option<Answer> {
        if list.delta_base_number().ok()?.is_some() || has_unknown_critical_extension(list) {
            return None;
        }
        let scope = list.issuing_distribution_point().ok()?;
        if !is_in_scope(subject, point, list, scope.as_ref()) {
            return None;
        }
        // (d), (e)
        let reasons = interim_reasons(point, scope.as_ref());
        if reasons.is_within(covered) {
            return None;
        }
        let delta = self.delta_for(list);
        let is_fresh = self.is_fresh(list) || delta.is_some();
        if !is_fresh || !covers_expired(list, subject.certificate) {
            return None;
        }
        // (f), (g), (h)
        let signer = self.signer_of(list, subject)?;
        let delta = delta.filter(|(_, delta)| self.is_signed_by(delta, &signer.key));
        if delta.is_none() && !self.is_fresh(list) {
            return None;
        }
        // (i), (j), (k)
        let certificate = subject.certificate;
        let from_delta = delta.and_then(|(_, delta)| delta.entry_for_certificate(certificate));
        let entry = from_delta.or_else(|| list.entry_for_certificate(certificate));
        if entry
            .as_ref()
            .is_some_and(|entry| entry.has_unknown_critical_extension)
        {
            return None;
        }
        let entry = entry.filter(|entry| entry.reason != RevocationReason::RemoveFromCrl);
        let newest = delta.map_or(list, |(_, delta)| delta);
        let used = [Some((index, list)), delta].into_iter().flatten();
        let used = used.map(|(index, list)| UsedEvidence {
            source: EvidenceSource::List(index),
            this_update: list.this_update(),
            next_update: list.next_update(),
            produced_at: list.this_update(),
            signer: signer.certificate.clone(),
        });
        Some(Answer {
            reasons,
            as_of: newest.this_update(),
            entry,
            evidence: used.chain(signer.support.iter().cloned()).collect(),
        })
    }

    /// A list counts from when it was made until the next was due.
    fn is_fresh(&self, list: &RevocationList) -> bool {
        list.this_update() <= self.conditions.known_until
            && list.next_update().is_some_and(|next| self.conditions.at <= next)
    }

    /// (c): the newest delta list that amends `list`.
    fn delta_for(&self, list: &RevocationList) -> Option<(usize, &'a RevocationList)> {
        let number = list.number().ok().flatten()?;
        let identifier = list.authority_key_identifier().ok()?;
        let scope = list.issuing_distribution_point().ok()?;
        let amends = |delta: &RevocationList| -> Option<bool> {
            let base = delta.delta_base_number().ok().flatten()?;
            let own = delta.number().ok().flatten()?;
            Some(
                delta.issuer().matches(list.issuer())
                    && delta.authority_key_identifier().ok()? == identifier
                    && delta.issuing_distribution_point().ok()? == scope
                    && is_not_above(&base, &number)
                    && !is_not_above(&own, &number)
                    && self.is_fresh(delta)
                    && !has_unknown_critical_extension(delta),
            )
        };
        self.lists
            .iter()
            .copied()
            .find(|(_, delta)| amends(delta) == Some(true))
    }

    /// (f), (g): the key that signed `list`, if its holder may and its path to the same anchor holds.
    fn signer_of(&self, list: &RevocationList, subject: &Subject<'_>) -> Option<ListSigner> {
        let anchor = &self.path.anchor;
        let in_path = |key: &PublicKey| ListSigner {
            key: key.clone(),
            certificate: None,
            support: Vec::new(),
        };
        let is_issuer = list.issuer().matches(subject.certificate.issuer());
        if is_issuer && self.is_signed_by(list, subject.issuer_key) {
            // The issuer's certificate is judged with the path, if it is not the anchor; only its
            // right to sign lists is left to see.
            let spki = subject.issuer_key.as_spki();
            let issuers = &self.path.certificates;
            let may_sign = issuers
                .iter()
                .any(|issuer| issuer.public_key().as_spki() == spki && may_sign_lists(issuer));
            if may_sign || spki == anchor.public_key().as_spki() {
                return Some(in_path(subject.issuer_key));
            }
        }
        if list.issuer().matches(anchor.name()) && self.is_signed_by(list, anchor.public_key()) {
            return Some(in_path(anchor.public_key()));
        }
        self.candidates
            .iter()
            .filter(|candidate| candidate.subject().matches(list.issuer()) && may_sign_lists(candidate))
            .filter(|candidate| self.is_signed_by(list, candidate.public_key()))
            .find_map(|candidate| {
                Some(ListSigner {
                    key: candidate.public_key().clone(),
                    certificate: Some(candidate.clone()),
                    support: self.trust_in_signer(candidate, list)?,
                })
            })
    }

    /// Whether the signature of `list` holds, as long as the budget lasts.
    fn is_signed_by(&self, list: &RevocationList, key: &PublicKey) -> bool {
        self.budget.take() && list.verify_issued_by(key).is_ok()
    }

    /// Whether a path from the same anchor to the signer of a list holds, revocation included, at the
    /// control time or, for a list made after it, when the list was made; and the evidence for that.
    ///
    /// An issuer may leave all its lists to one signer, and so the state of the signer's own
    /// certificate (PKITS 4.14.30): inside the question about a signer its lists are taken at their
    /// word, and what counts is that they do not speak against it.
    fn trust_in_signer(&self, signer: &Certificate, list: &RevocationList) -> Option<Vec<UsedEvidence>> {
        if self.pending_signers.contains(signer) {
            return Some(Vec::new());
        }
        if self.pending_signers.len() >= MAX_DEPTH {
            return None;
        }
        let anchors: [TrustAnchor; 1] = [self.path.anchor.clone()];
        let at = self.conditions.at.max(list.this_update());
        let conditions = PathConditions::new(at).with_known_until(self.conditions.known_until);
        build::paths(signer, self.candidates, &anchors, at, self.budget)
            .into_iter()
            .find_map(|path| {
                if !self.budget.take() || !validate::validate(&path, &conditions).problems.is_empty() {
                    return None;
                }
                let checker = self.for_signer(signer, &path, &conditions);
                let mut support = Vec::new();
                for position in 0..path.certificates.len() {
                    let finding = checker.finding(position);
                    if !finding.status.is_not_revoked() {
                        return None;
                    }
                    support.extend(finding.evidence);
                }
                Some(support)
            })
    }
}
