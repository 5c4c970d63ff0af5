//! What is still missing for the validation of a document's signatures.

use akashi_pdf::{Document, ReadAt, ReadError};
use akashi_pki::path::{
    CLOCK_TOLERANCE, EvidenceSource, PathReport, RevocationEvidence, RevocationFinding, RevocationStatus,
};
use akashi_pki::{Certificate, CertificationPath, PathConditions, PathOutcome, TrustAnchor, find_path};
use akashi_tsp::TimeStampToken;
use jiff::Timestamp;

use crate::long_term::material::ValidationMaterial;
use crate::long_term::signatures::{ReadSignature, SignatureContent};
use crate::long_term::store::SecurityStore;

/// What must be fetched before a document has level B-LT, and what would make its evidence stronger.
///
/// The caller fetches what it names, adds that to what is known, and asks again: an issuer's certificate that came in may
/// need one of its own.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct ValidationNeeds {
    /// Issuers that are not known.
    pub issuers: Vec<MissingIssuer>,
    /// Revocation data that is not known, or too old.
    pub revocation: Vec<RevocationNeed>,
    /// Certificates that were found revoked at the time that counts; no further data will change that.
    pub revoked: Vec<Certificate>,
    /// Signature fields whose content cannot be read, so that nothing can be said of them.
    pub unreadable_fields: Vec<String>,
    /// Everything known that concerns the signatures and does not stand in `/DSS` yet, to be written by
    /// [`LongTermDraft`](crate::LongTermDraft).
    pub material: ValidationMaterial,
}

/// A certificate of which the issuer is not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingIssuer {
    /// The certificate.
    pub certificate: Certificate,
    /// Where it says that its issuer's certificate is found (`caIssuers`), http and https alone.
    pub issuer_uris: Vec<String>,
}

/// A certificate for which revocation data should be fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RevocationNeed {
    /// The certificate in question.
    pub certificate: Certificate,
    /// Its issuer's certificate; nothing when the issuer is a trust anchor without one.
    pub issuer: Option<Certificate>,
    /// Where revocation lists are found, http and https alone.
    pub crl_uris: Vec<String>,
    /// Where OCSP answers, http and https alone.
    pub ocsp_uris: Vec<String>,
    /// The time up to which the use of the certificate is proven: the data must be made then or later.
    pub not_before: Timestamp,
    /// Why.
    pub reason: NeedReason,
}

/// Why revocation data should be fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NeedReason {
    /// Nothing known settles it: without it the level is not reached.
    Missing,
    /// What is known holds, but was made before the use of the certificate was proven, or is no longer current when a
    /// new time-stamp is about to prove it. Data made after it stays good when the certificate has expired
    /// (EN 319 102-1, 5.6.2.2).
    MadeBeforeProof {
        /// When the known data was made.
        as_of: Timestamp,
    },
}

impl ValidationNeeds {
    /// Walks every signature, its time-stamps and every document time-stamp, builds the paths of their certificates to
    /// `anchors` over what travels with them, what stands in `/DSS` and what is `known`, and says what is missing `now`.
    ///
    /// A path that leads to a self-signed certificate that is no anchor counts as complete: whether it is trusted is not
    /// asked here.
    ///
    /// # Errors
    /// When the document cannot be read.
    pub fn of<R: ReadAt>(
        document: &Document<R>,
        anchors: &[TrustAnchor],
        known: &ValidationMaterial,
        now: Timestamp,
    ) -> Result<Self, ReadError> {
        Self::walked(document, anchors, known, now, false)
    }

    /// As [`of`](Self::of), when a document time-stamp is about to be made in the same update: revocation data about the
    /// authorities of the time-stamps that it will be the first to cover must also be current `now` (its `nextUpdate` still
    /// to come), so that it proves, under the new time-stamp, that they were good until then (EN 319 142-1, 5.4.3).
    ///
    /// Data made soon after the last time-stamp does not do for that: judges that let the control time slide
    /// (EN 319 102-1, 5.6.2.2) come to rest at that data, years before the new time-stamp, which is the only proof that the
    /// last one existed while its authority's certificate was good. Data made after the new time-stamp does not always do
    /// either, because it is proven to exist by a still later one.
    ///
    /// # Errors
    /// When the document cannot be read.
    pub fn before_time_stamp<R: ReadAt>(
        document: &Document<R>,
        anchors: &[TrustAnchor],
        known: &ValidationMaterial,
        now: Timestamp,
    ) -> Result<Self, ReadError> {
        Self::walked(document, anchors, known, now, true)
    }

    fn walked<R: ReadAt>(
        document: &Document<R>,
        anchors: &[TrustAnchor],
        known: &ValidationMaterial,
        now: Timestamp,
        is_stamped_next: bool,
    ) -> Result<Self, ReadError> {
        let signatures = ReadSignature::all(document)?;
        let store = SecurityStore::read(document)?;
        let mut in_document = store.material().clone();
        for signature in &signatures {
            in_document.merge(&signature.material());
        }
        let mut all = in_document.clone();
        all.merge(known);
        let mut walk = Walk {
            in_document: &in_document,
            all: &all,
            anchors,
            now,
            is_stamped_next,
            needs: Self::default(),
        };
        for (index, signature) in signatures.iter().enumerate() {
            let later = signatures.get(index + 1..).unwrap_or_default();
            walk.signature(signature, later);
        }
        let mut needs = walk.needs;
        needs.material = std::mem::take(&mut needs.material).without(store.material());
        Ok(needs)
    }

    /// Whether level B-LT can be reached with what is known.
    pub fn is_complete(&self) -> bool {
        self.issuers.is_empty()
            && self.unreadable_fields.is_empty()
            && self
                .revocation
                .iter()
                .all(|need| need.reason != NeedReason::Missing)
    }

    /// Whether nothing is left that could be fetched to any use.
    pub fn is_settled(&self) -> bool {
        self.is_complete() && self.revocation.is_empty()
    }
}

struct Walk<'a> {
    in_document: &'a ValidationMaterial,
    all: &'a ValidationMaterial,
    anchors: &'a [TrustAnchor],
    now: Timestamp,
    /// A document time-stamp follows in the same update.
    is_stamped_next: bool,
    needs: ValidationNeeds,
}

/// What is asked of the data about one certificate.
#[derive(Clone, Copy)]
struct Demand {
    /// Its use is proven then.
    at: Timestamp,
    /// The data must speak about this moment too.
    current_at: Option<Timestamp>,
}

impl Demand {
    fn is_met_by(self, finding: &RevocationFinding) -> bool {
        match finding.status {
            RevocationStatus::Good { as_of } => as_of >= self.at && self.is_current(finding),
            RevocationStatus::NeverPublished | RevocationStatus::RevokedLater { .. } => true,
            _ => false,
        }
    }

    fn is_current(self, finding: &RevocationFinding) -> bool {
        let Some(now) = self.current_at else { return true };
        finding.evidence.iter().all(|used| {
            // An OCSP response without `nextUpdate` speaks about its own moment alone (RFC 6960, 4.2.2.1).
            let made = used.this_update;
            let until = used
                .next_update
                .or_else(|| made.checked_add(CLOCK_TOLERANCE).ok());
            until.is_some_and(|until| now <= until)
        })
    }

    /// From when on new data meets it.
    fn not_before(self) -> Timestamp {
        self.current_at.map_or(self.at, |now| now.max(self.at))
    }
}

impl Walk<'_> {
    fn signature(&mut self, signature: &ReadSignature, later: &[ReadSignature]) {
        let covered_at = later
            .iter()
            .filter(|later| later.end > signature.end)
            .filter_map(ReadSignature::document_time)
            .min();
        match &signature.content {
            SignatureContent::Signature { cms, time_stamps } => {
                let stamped_at = time_stamps.iter().map(|token| token.info().gen_time).min();
                let proven_at = [stamped_at, covered_at].into_iter().flatten().min();
                for signer in cms.signer_infos() {
                    match signer.signing_certificate(&self.all.certificates) {
                        Some(certificate) => self.certificate(certificate, self.demand(proven_at)),
                        None => self.unreadable(signature),
                    }
                }
                for token in time_stamps {
                    match token.signing_certificate(&self.all.certificates).cloned() {
                        Some(certificate) => {
                            let demand = self.demand_on_authority(token, covered_at);
                            self.certificate(&certificate, demand);
                        }
                        None => self.unreadable(signature),
                    }
                }
            }
            SignatureContent::TimeStamp(token) => {
                match token.signing_certificate(&self.all.certificates).cloned() {
                    Some(certificate) => {
                        let demand = self.demand_on_authority(token, covered_at);
                        self.certificate(&certificate, demand);
                    }
                    None => self.unreadable(signature),
                }
            }
            SignatureContent::Unreadable => self.unreadable(signature),
        }
    }

    fn unreadable(&mut self, signature: &ReadSignature) {
        let name = &signature.facts.field_name;
        if !self.needs.unreadable_fields.contains(name) {
            self.needs.unreadable_fields.push(name.clone());
        }
    }

    /// `proven_at` is when the certificate's use is proven; nothing when that is still to come.
    fn demand(&self, proven_at: Option<Timestamp>) -> Demand {
        Demand {
            at: proven_at.unwrap_or(self.now),
            current_at: None,
        }
    }

    /// Of data about a time-stamp authority; `covered_at` is when a later document time-stamp first covered the token.
    fn demand_on_authority(&self, token: &TimeStampToken, covered_at: Option<Timestamp>) -> Demand {
        let is_covered_next = covered_at.is_none() && self.is_stamped_next;
        Demand {
            at: covered_at.unwrap_or(token.info().gen_time),
            current_at: is_covered_next.then_some(self.now),
        }
    }

    fn certificate(&mut self, certificate: &Certificate, demand: Demand) {
        let at = demand.at;
        // What the document holds comes first: newer data is taken only where that does not settle everything, so that
        // the store does not grow for nothing.
        let own = self.find(certificate, at, self.in_document);
        let is_settled = own
            .report()
            .is_some_and(|report| report.revocation.iter().all(|finding| demand.is_met_by(finding)));
        let (outcome, source) = if is_settled {
            (own, self.in_document)
        } else {
            (self.find(certificate, at, self.all), self.all)
        };
        let (Some(path), Some(report)) = (outcome.path(), outcome.report()) else {
            return self.no_path(certificate);
        };
        self.take_material(path, report, source);
        for (position, member) in path.certificates.iter().enumerate() {
            let issuer = match position.checked_sub(1) {
                Some(above) => path.certificates.get(above),
                None => path.anchor.certificate(),
            };
            let finding = report.revocation.get(position);
            let reason = match finding.map(|finding| &finding.status) {
                Some(RevocationStatus::Good { as_of })
                    if !finding.is_some_and(|one| demand.is_met_by(one)) =>
                {
                    // Whoever has expired by now is on no newer list.
                    if !member.is_valid_at(self.now) {
                        continue;
                    }
                    NeedReason::MadeBeforeProof { as_of: *as_of }
                }
                Some(RevocationStatus::Unknown | RevocationStatus::NotChecked) | None => NeedReason::Missing,
                Some(RevocationStatus::Revoked { .. }) => {
                    if !self.needs.revoked.contains(member) {
                        self.needs.revoked.push(member.clone());
                    }
                    continue;
                }
                Some(_) => continue,
            };
            self.need_revocation(member, issuer, demand.not_before(), reason);
        }
    }

    /// The best path to an anchor, or to a self-signed certificate.
    fn find(&self, certificate: &Certificate, at: Timestamp, evidence: &ValidationMaterial) -> PathOutcome {
        let revocation =
            RevocationEvidence::lists(&evidence.revocation_lists).with_responses(&evidence.ocsp_responses);
        let conditions = PathConditions::new(at)
            .with_known_until(self.now)
            .with_revocation(revocation);
        let candidates = &self.all.certificates;
        match find_path(certificate, candidates, self.anchors, &conditions) {
            PathOutcome::NoPath => {
                let roots: Vec<TrustAnchor> = candidates
                    .iter()
                    .filter(|candidate| candidate.is_self_issued())
                    .map(TrustAnchor::from_certificate)
                    .collect();
                find_path(certificate, candidates, &roots, &conditions)
            }
            outcome => outcome,
        }
    }

    /// Notes the certificates of a path and the evidence that counted for it.
    fn take_material(&mut self, path: &CertificationPath, report: &PathReport, source: &ValidationMaterial) {
        let material = &mut self.needs.material;
        material.add_certificates(&path.certificates);
        material.add_certificates(path.anchor.certificate());
        for used in report.revocation.iter().flat_map(|finding| &finding.evidence) {
            match used.source {
                EvidenceSource::List(index) => {
                    material.add_revocation_lists(source.revocation_lists.get(index));
                }
                EvidenceSource::Response(index) => {
                    material.add_ocsp_responses(source.ocsp_responses.get(index));
                }
            }
            material.add_certificates(&used.signer);
        }
    }

    /// One need for each certificate, the most demanding one.
    fn need_revocation(
        &mut self,
        certificate: &Certificate,
        issuer: Option<&Certificate>,
        not_before: Timestamp,
        reason: NeedReason,
    ) {
        let existing = self
            .needs
            .revocation
            .iter_mut()
            .find(|need| need.certificate == *certificate);
        if let Some(need) = existing {
            need.not_before = need.not_before.max(not_before);
            if reason == NeedReason::Missing {
                need.reason = reason;
            }
            return;
        }
        self.needs.revocation.push(RevocationNeed {
            certificate: certificate.clone(),
            issuer: issuer.cloned(),
            crl_uris: web_addresses(certificate.crl_uris()),
            ocsp_uris: web_addresses(certificate.ocsp_uris()),
            not_before,
            reason,
        });
    }

    /// Goes up by names as far as possible: the issuer of the last one is missing.
    fn no_path(&mut self, certificate: &Certificate) {
        /// Longer paths are not looked for.
        const MAX_STEPS: usize = 16;
        let mut last = certificate;
        for _ in 0..MAX_STEPS {
            let issuer = self
                .all
                .certificates
                .iter()
                .find(|candidate| *candidate != last && candidate.subject().matches(last.issuer()));
            match issuer {
                Some(issuer) => last = issuer,
                None => break,
            }
        }
        let missing = MissingIssuer {
            certificate: last.clone(),
            issuer_uris: web_addresses(last.issuer_uris()),
        };
        if !self.needs.issuers.contains(&missing) {
            self.needs.issuers.push(missing);
        }
    }
}

/// Those that can be fetched by HTTP.
fn web_addresses(uris: Vec<String>) -> Vec<String> {
    let is_web = |uri: &String| {
        uri.split_once("://").is_some_and(|(scheme, _)| {
            ["http", "https"]
                .iter()
                .any(|web| scheme.eq_ignore_ascii_case(web))
        })
    };
    uris.into_iter().filter(is_web).collect()
}
