//! The revocation state of a certificate from lists (RFC 5280, 6.3).

use std::cmp::Reverse;
use std::rc::Rc;

use jiff::Timestamp;

use super::{
    Budget, CertificationPath, PathConditions, RevocationEvidence, RevocationStatus, TrustAnchor, build,
    validate,
};
use crate::certificate::Certificate;
use crate::crl::{RevocationList, RevocationReason, RevokedCertificate};
use crate::extension::{
    CoveredCertificates, DistributionPoint, DistributionPointName, IssuingDistributionPoint, KeyUsage,
    ReasonFlags,
};
use crate::general_name::GeneralName;
use crate::name::DistinguishedName;
use crate::oids;
use crate::public_key::PublicKey;

/// How deep the question "is the signer of this list revoked?" is followed.
const MAX_DEPTH: usize = 4;

/// Answers for the certificates of one path.
pub(super) struct Checker<'a> {
    path: &'a CertificationPath,
    candidates: &'a [Certificate],
    conditions: &'a PathConditions<'a>,
    /// The newest first: what was learned last counts.
    lists: Rc<[&'a RevocationList]>,
    /// Signers of lists whose own state is being asked for further out.
    pending_signers: Vec<Certificate>,
    budget: &'a Budget,
}

impl<'a> Checker<'a> {
    pub(super) fn new(
        path: &'a CertificationPath,
        candidates: &'a [Certificate],
        conditions: &'a PathConditions<'a>,
        evidence: RevocationEvidence<'a>,
        budget: &'a Budget,
    ) -> Self {
        let mut lists: Vec<&RevocationList> = evidence.lists.iter().collect();
        lists.sort_by_key(|list| Reverse(list.this_update()));
        Self {
            path,
            candidates,
            conditions,
            lists: lists.into(),
            pending_signers: Vec::new(),
            budget,
        }
    }

    /// The state of the certificate at `position` of the path.
    pub(super) fn status(&self, position: usize) -> RevocationStatus {
        let Some(certificate) = self.path.certificates.get(position) else {
            return RevocationStatus::Unknown;
        };
        if self.path.is_anchored_directly() {
            return RevocationStatus::NeverPublished;
        }
        let is_ca = certificate
            .basic_constraints()
            .ok()
            .flatten()
            .is_some_and(|basic| basic.is_ca);
        if !is_ca && certificate.has_no_revocation_available() {
            return RevocationStatus::NeverPublished;
        }
        let issuer_key = self.path.issuer_key(position);
        self.status_of(&Subject {
            certificate,
            is_ca,
            issuer_key: &issuer_key,
        })
    }

    /// 6.3.3 over all distribution points, then over the issuer itself as one.
    fn status_of(&self, subject: &Subject<'_>) -> RevocationStatus {
        let Ok(mut points) = subject.certificate.crl_distribution_points() else {
            return RevocationStatus::Unknown;
        };
        points.push(DistributionPoint {
            name: Some(DistributionPointName::Full(vec![GeneralName::Directory(
                subject.certificate.issuer().clone(),
            )])),
            reasons: None,
            crl_issuer: Vec::new(),
        });
        let mut covered = ReasonFlags::NONE;
        let mut later = None;
        let mut oldest: Option<Timestamp> = None;
        for point in &points {
            for list in &*self.lists {
                let Some(answer) = self.ask(subject, point, list, covered) else {
                    continue;
                };
                covered = covered.or(answer.reasons);
                oldest = Some(oldest.map_or(answer.as_of, |oldest| oldest.min(answer.as_of)));
                match answer.entry {
                    Some(entry) if entry.revoked_at <= self.conditions.at => {
                        let RevokedCertificate {
                            revoked_at, reason, ..
                        } = entry;
                        return RevocationStatus::Revoked { revoked_at, reason };
                    }
                    Some(entry) => later = Some((entry.revoked_at, entry.reason)),
                    None => {}
                }
            }
        }
        match (later, oldest) {
            (Some((revoked_at, reason)), _) if ReasonFlags::ALL.is_within(covered) => {
                RevocationStatus::RevokedLater { revoked_at, reason }
            }
            (None, Some(as_of)) if ReasonFlags::ALL.is_within(covered) => RevocationStatus::Good { as_of },
            _ => RevocationStatus::Unknown,
        }
    }

    /// What one complete list says about `subject` as seen from one distribution point; `None` when
    /// it says nothing that counts.
    fn ask(
        &self,
        subject: &Subject<'_>,
        point: &DistributionPoint,
        list: &RevocationList,
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
        let delta = delta.filter(|delta| self.is_signed_by(delta, &signer));
        if delta.is_none() && !self.is_fresh(list) {
            return None;
        }
        // (i), (j), (k)
        let certificate = subject.certificate;
        let from_delta = delta.and_then(|delta| delta.entry_for_certificate(certificate));
        let entry = from_delta.or_else(|| list.entry_for_certificate(certificate));
        if entry
            .as_ref()
            .is_some_and(|entry| entry.has_unknown_critical_extension)
        {
            return None;
        }
        let entry = entry.filter(|entry| entry.reason != RevocationReason::RemoveFromCrl);
        let as_of = delta.map_or(list.this_update(), RevocationList::this_update);
        Some(Answer {
            reasons,
            as_of,
            entry,
        })
    }

    /// A list counts from when it was made until the next was due.
    fn is_fresh(&self, list: &RevocationList) -> bool {
        list.this_update() <= self.conditions.known_until
            && list.next_update().is_some_and(|next| self.conditions.at <= next)
    }

    /// (c): the newest delta list that amends `list`.
    fn delta_for(&self, list: &RevocationList) -> Option<&'a RevocationList> {
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
            .find(|delta| amends(delta) == Some(true))
    }

    /// (f), (g): the key that signed `list`, if its holder may and its path to the same anchor holds.
    fn signer_of(&self, list: &RevocationList, subject: &Subject<'_>) -> Option<PublicKey> {
        let anchor = &self.path.anchor;
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
                return Some(subject.issuer_key.clone());
            }
        }
        if list.issuer().matches(anchor.name()) && self.is_signed_by(list, anchor.public_key()) {
            return Some(anchor.public_key().clone());
        }
        let signer = self.candidates.iter().find(|candidate| {
            candidate.subject().matches(list.issuer())
                && may_sign_lists(candidate)
                && self.is_signed_by(list, candidate.public_key())
                && self.is_trusted_signer(candidate, list)
        })?;
        Some(signer.public_key().clone())
    }

    /// Whether the signature of `list` holds, as long as the budget lasts.
    fn is_signed_by(&self, list: &RevocationList, key: &PublicKey) -> bool {
        self.budget.take() && list.verify_issued_by(key).is_ok()
    }

    /// Whether a path from the same anchor to the signer of a list holds, revocation included, at the
    /// control time or, for a list made after it, when the list was made.
    ///
    /// An issuer may leave all its lists to one signer, and so the state of the signer's own
    /// certificate (PKITS 4.14.30): inside the question about a signer its lists are taken at their
    /// word, and what counts is that they do not speak against it.
    fn is_trusted_signer(&self, signer: &Certificate, list: &RevocationList) -> bool {
        if self.pending_signers.contains(signer) {
            return true;
        }
        if self.pending_signers.len() >= MAX_DEPTH {
            return false;
        }
        let anchors: [TrustAnchor; 1] = [self.path.anchor.clone()];
        let mut pending_signers = self.pending_signers.clone();
        pending_signers.push(signer.clone());
        let at = self.conditions.at.max(list.this_update());
        let conditions = PathConditions::new(at).with_known_until(self.conditions.known_until);
        build::paths(signer, self.candidates, &anchors, at, self.budget)
            .into_iter()
            .any(|path| {
                if !self.budget.take() || !validate::validate(&path, &conditions).problems.is_empty() {
                    return false;
                }
                let checker = Checker {
                    path: &path,
                    candidates: self.candidates,
                    conditions: &conditions,
                    lists: Rc::clone(&self.lists),
                    pending_signers: pending_signers.clone(),
                    budget: self.budget,
                };
                (0..path.certificates.len()).all(|position| {
                    matches!(
                        checker.status(position),
                        RevocationStatus::Good { .. }
                            | RevocationStatus::NeverPublished
                            | RevocationStatus::RevokedLater { .. }
                    )
                })
            })
    }
}

/// The certificate in question.
struct Subject<'a> {
    certificate: &'a Certificate,
    is_ca: bool,
    issuer_key: &'a PublicKey,
}

struct Answer {
    reasons: ReasonFlags,
    as_of: Timestamp,
    entry: Option<RevokedCertificate>,
}

/// (b): whether the list is the one that the distribution point means and speaks of such
/// certificates.
fn is_in_scope(
    subject: &Subject<'_>,
    point: &DistributionPoint,
    list: &RevocationList,
    scope: Option<&IssuingDistributionPoint>,
) -> bool {
    let is_right_issuer = if point.crl_issuer.is_empty() {
        list.issuer().matches(subject.certificate.issuer())
    } else {
        let issuer = GeneralName::Directory(list.issuer().clone());
        scope.is_some_and(|scope| scope.is_indirect)
            && point.crl_issuer.iter().any(|name| name.matches(&issuer))
    };
    let Some(scope) = scope else {
        return is_right_issuer;
    };
    let is_right_kind = match scope.covered {
        CoveredCertificates::All => true,
        CoveredCertificates::EndEntities => !subject.is_ca,
        CoveredCertificates::Authorities => subject.is_ca,
        CoveredCertificates::Attributes => false,
    };
    is_right_issuer && is_right_kind && is_right_name(point, list, scope)
}

/// (b)(2)(i): a named list must be named by the distribution point.
fn is_right_name(point: &DistributionPoint, list: &RevocationList, scope: &IssuingDistributionPoint) -> bool {
    let Some(list_name) = &scope.name else { return true };
    let list_names = full_names(list_name, list.issuer());
    let point_issuer = point.crl_issuer.iter().find_map(|name| match name {
        GeneralName::Directory(name) => Some(name),
        _ => None,
    });
    let point_names = match &point.name {
        Some(name) => full_names(name, point_issuer.unwrap_or_else(|| list.issuer())),
        None => point.crl_issuer.clone(),
    };
    list_names
        .iter()
        .any(|own| point_names.iter().any(|wanted| wanted.matches(own)))
}

fn full_names(name: &DistributionPointName, issuer: &DistinguishedName) -> Vec<GeneralName> {
    match name {
        DistributionPointName::Full(names) => names.clone(),
        DistributionPointName::RelativeToIssuer(rdn) => issuer
            .with_relative(rdn)
            .map(GeneralName::Directory)
            .into_iter()
            .collect(),
    }
}

/// (d)
fn interim_reasons(point: &DistributionPoint, scope: Option<&IssuingDistributionPoint>) -> ReasonFlags {
    let of_list = scope
        .and_then(|scope| scope.only_some_reasons)
        .unwrap_or(ReasonFlags::ALL);
    of_list
        .and(point.reasons.unwrap_or(ReasonFlags::ALL))
        .and(ReasonFlags::ALL)
}

/// A list may drop certificates once they have expired (RFC 5280, 5.2), unless it says that it keeps
/// them (`expiredCertsOnCRL`, X.509, 9.5.2.8): made after the end of a certificate, its silence says
/// nothing.
fn covers_expired(list: &RevocationList, certificate: &Certificate) -> bool {
    let end: Timestamp = certificate.not_after();
    list.this_update() <= end
        || list
            .extensions()
            .any(|extension| *extension.oid() == oids::EXPIRED_CERTS_ON_CRL)
}

fn has_unknown_critical_extension(list: &RevocationList) -> bool {
    let known = [
        oids::CRL_NUMBER,
        oids::DELTA_CRL_INDICATOR,
        oids::ISSUING_DISTRIBUTION_POINT,
        oids::AUTHORITY_KEY_IDENTIFIER,
        oids::EXPIRED_CERTS_ON_CRL,
    ];
    list.extensions()
        .any(|extension| extension.is_critical() && !known.contains(extension.oid()))
}

fn may_sign_lists(certificate: &Certificate) -> bool {
    certificate
        .key_usage()
        .is_ok_and(|usage| usage.is_none_or(|usage| usage.allows(KeyUsage::CRL_SIGN)))
}

/// `left` ≤ `right` for octets without leading zeros.
fn is_not_above(left: &[u8], right: &[u8]) -> bool {
    (left.len(), left) <= (right.len(), right)
}
