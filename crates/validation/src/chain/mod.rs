//! X.509 validation of one signer (EN 319 102-1, 5.2.6), at the time for which its signature is proven.

mod describe;
mod evidence;
mod sliding;

use std::cell::Cell;

use akashi_pki::path::{PathReport, ProblemReason, RevocationFinding, RevocationStatus};
use akashi_pki::{
    Certificate, CertificationPath, PathConditions, PathOutcome, PublicKey, Purpose, find_path,
};
use jiff::Timestamp;

use crate::algorithms::Sunset;
use crate::chain::evidence::Evidence;
use crate::material::{Fingerprint, Material};
use crate::proofs::Proofs;
use crate::report::{ChainCertificate, PathVerdict, RevocationVerdict, SubIndication};
use crate::signature::algorithm_obstacle;
use crate::trust::{Freshness, RevocationPolicy, Trust};

pub(crate) use describe::certificate_facts;

/// What judging needs to know, the same for every signature of a file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Setting<'a> {
    pub(crate) trust: &'a Trust,
    pub(crate) material: &'a Material,
    pub(crate) proofs: &'a Proofs,
    pub(crate) now: Timestamp,
    /// Time-stamp tokens inside of signatures that may still be judged.
    pub(crate) tokens: &'a Cell<usize>,
}

/// Time-stamp tokens inside of the signatures of one file that are judged. A file may bring any number: the work that
/// they cause must end. What is left over proves nothing.
pub(crate) const MAX_TOKENS: usize = 1_000;

/// Whose path is asked for, and what for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Question<'a> {
    pub(crate) signer: &'a Certificate,
    pub(crate) purpose: Purpose,
    /// When the signature says, or is proven, to have been made: for this moment revocation is asked.
    pub(crate) used_at: Timestamp,
    /// Since when the signature is proven to exist: at this moment the path must hold.
    pub(crate) exists_since: Timestamp,
}

/// A path, and what stands against it, question by question.
#[derive(Debug)]
pub(crate) struct Chain {
    pub(crate) verdict: PathVerdict,
    pub(crate) certificates: Vec<ChainCertificate>,
    /// What is wrong with the path itself.
    pub(crate) path: Option<SubIndication>,
    pub(crate) revocation: Option<SubIndication>,
    pub(crate) algorithms: Option<SubIndication>,
    /// What could not be proven to have existed early enough.
    pub(crate) long_term: Option<SubIndication>,
    /// Whether something in the past had to be proven.
    pub(crate) is_past: bool,
    /// Whether the state of each certificate that publishes one is known from the file alone.
    pub(crate) is_complete: bool,
    /// Whether all evidence in use is proven to have existed before now.
    pub(crate) is_archived: bool,
}

impl Chain {
    fn without_path(verdict: PathVerdict, path: SubIndication) -> Self {
        Self {
            verdict,
            certificates: Vec::new(),
            path: Some(path),
            revocation: None,
            algorithms: None,
            long_term: None,
            is_past: false,
            is_complete: false,
            is_archived: false,
        }
    }
}

/// Looks for a path to the signer and judges it.
pub(crate) fn judge(setting: Setting<'_>, question: Question<'_>) -> Chain {
    let question = Question {
        signer: setting.material.shared(question.signer),
        ..question
    };
    let (path, report) = match setting.find(&question) {
        PathOutcome::Valid(path, report) => (path, report),
        PathOutcome::Invalid(path, report) => return invalid(setting, &question, &path, &report),
        _ => return Chain::without_path(PathVerdict::Unknown, SubIndication::NoCertificateChainFound),
    };
    let is_asked = report
        .revocation
        .iter()
        .any(|finding| finding.status != RevocationStatus::NotChecked);
    let findings = if is_asked && question.used_at == question.exists_since {
        report.revocation
    } else {
        setting.findings(&path, question.used_at)
    };
    let judged = Judged {
        setting,
        question,
        path: &path,
        findings: &findings,
    };
    judged.chain()
}

impl Setting<'_> {
    /// Takes one token, if one is left.
    pub(crate) fn take_token(&self) -> bool {
        let left = self.tokens.get().checked_sub(1);
        self.tokens.set(left.unwrap_or(0));
        left.is_some()
    }

    /// A path that holds with revocation if there is one, else one that holds without.
    fn find(&self, question: &Question<'_>) -> PathOutcome {
        let conditions = PathConditions::new(question.exists_since)
            .with_known_until(self.now)
            .with_purpose(question.purpose);
        let find = |conditions: &PathConditions<'_>| {
            find_path(
                question.signer,
                self.material.certificates(),
                self.trust.anchors(),
                conditions,
            )
        };
        if self.trust.revocation_policy() != RevocationPolicy::NotChecked {
            let evidence = Evidence::all(self.material);
            let with = find(&conditions.clone().with_revocation(evidence.borrow()));
            if with.is_valid() {
                return with;
            }
        }
        find(&conditions)
    }

    /// What is known about the revocation of each certificate of a path.
    fn findings(&self, path: &CertificationPath, used_at: Timestamp) -> Vec<RevocationFinding> {
        if self.trust.revocation_policy() == RevocationPolicy::NotChecked {
            return Vec::new();
        }
        let evidence = Evidence::all(self.material);
        let conditions = PathConditions::new(used_at)
            .with_known_until(self.now)
            .with_revocation(evidence.borrow());
        path.validate(self.material.certificates(), &conditions)
            .revocation
    }

    /// Whether the revocation state of a certificate must be known.
    fn is_demanded(&self, certificate: &Certificate) -> bool {
        match self.trust.revocation_policy() {
            RevocationPolicy::Required => true,
            RevocationPolicy::IfDeclared => certificate.declares_revocation(),
            RevocationPolicy::IfAvailable | RevocationPolicy::NotChecked => false,
        }
    }
}

/// A path that holds apart from revocation, with what is known about that.
#[derive(Debug, Clone, Copy)]
struct Judged<'a> {
    setting: Setting<'a>,
    question: Question<'a>,
    path: &'a CertificationPath,
    /// Empty when nobody looked.
    findings: &'a [RevocationFinding],
}

impl Judged<'_> {
    fn chain(self) -> Chain {
        let revocation = self.revocation();
        let algorithms = self.algorithms();
        let is_past = self.needs_past();
        let long_term = if is_past && revocation.is_none() && algorithms.is_none() {
            self.past()
        } else {
            None
        };
        let certificates = self.describe();
        let verdict = match revocation.or(algorithms).or(long_term) {
            None => PathVerdict::Trusted {
                path: Box::new(self.path.clone()),
                revocation: self.verdict(),
            },
            Some(reason) => PathVerdict::Invalid {
                problems: vec![reason.name().to_owned()],
            },
        };
        Chain {
            verdict,
            certificates,
            path: None,
            revocation,
            algorithms,
            long_term,
            is_past,
            is_complete: self.is_complete(),
            is_archived: self.is_archived(),
        }
    }

    fn certificates(&self) -> impl Iterator<Item = (usize, &Certificate)> {
        self.path.certificates.iter().enumerate()
    }

    fn is_signer(&self, position: usize) -> bool {
        position + 1 == self.path.certificates.len()
    }

    fn is_expired_now(&self, certificate: &Certificate) -> bool {
        certificate.not_after() < self.setting.now
    }

    /// What revocation stands against the path at the time for which the signature is proven.
    fn revocation(&self) -> Option<SubIndication> {
        for (position, certificate) in self.certificates() {
            let status = self.findings.get(position).map(|finding| &finding.status);
            let revoked = if self.is_signer(position) {
                SubIndication::RevokedNoPoe
            } else {
                SubIndication::RevokedCaNoPoe
            };
            match status {
                Some(RevocationStatus::Revoked { .. }) => return Some(revoked),
                Some(RevocationStatus::RevokedLater { revoked_at, .. })
                    if *revoked_at <= self.question.exists_since =>
                {
                    return Some(revoked);
                }
                Some(RevocationStatus::Unknown) if self.setting.is_demanded(certificate) => {
                    return Some(if self.is_expired_now(certificate) {
                        SubIndication::OutOfBoundsNoPoe
                    } else {
                        SubIndication::TryLater
                    });
                }
                _ => {}
            }
            if self.has_expired_evidence_signer(position) {
                return Some(SubIndication::RevocationOutOfBoundsNoPoe);
            }
        }
        None
    }

    /// Whether evidence rests on a signer whose certificate ended before the evidence is proven to exist.
    fn has_expired_evidence_signer(&self, position: usize) -> bool {
        let Setting { material, proofs, .. } = self.setting;
        let used = self
            .findings
            .get(position)
            .map(|finding| finding.evidence.as_slice());
        used.unwrap_or_default().iter().any(|used| {
            let end = used.signer.as_ref().map(Certificate::not_after);
            let exists_since = evidence::fingerprint(material, used)
                .map_or(self.setting.now, |fingerprint| {
                    proofs.of_object(material, &fingerprint)
                });
            end.is_some_and(|end| exists_since > end)
        })
    }

    /// Since when a certificate of the path is proven to exist. A signature binds its signer's certificate, and so
    /// proves it.
    fn exists_since(&self, position: usize) -> Timestamp {
        let Some(certificate) = self.path.certificates.get(position) else {
            return self.setting.now;
        };
        let proven = self
            .setting
            .proofs
            .of_object(self.setting.material, &certificate.fingerprint());
        if self.is_signer(position) {
            proven.min(self.question.exists_since)
        } else {
            proven
        }
    }

    /// Until when the signature on the certificate at `position` is believed.
    fn sunset(&self, position: usize) -> Sunset {
        let Some(certificate) = self.path.certificates.get(position) else {
            return Sunset::Never;
        };
        if self.path.certificates.len() == 1 && self.path.anchor.is_same_as(certificate) {
            // Believed as it is, not for its signature.
            return Sunset::Open;
        }
        let key = self.issuer_key(position);
        certificate
            .signature_algorithm()
            .map_or(Sunset::Never, |algorithm| {
                self.setting.trust.algorithms().signature(algorithm, key)
            })
    }

    /// The key that stands above the certificate at `position`.
    fn issuer_key(&self, position: usize) -> &PublicKey {
        let issuer = position
            .checked_sub(1)
            .and_then(|above| self.path.certificates.get(above));
        issuer.map_or(self.path.anchor.public_key(), Certificate::public_key)
    }

    /// What an algorithm in the path, or of the evidence about it, stands against.
    fn algorithms(&self) -> Option<SubIndication> {
        self.certificates().find_map(|(position, certificate)| {
            let of_certificate = algorithm_obstacle(
                self.sunset(position),
                self.exists_since(position),
                certificate.not_before(),
            );
            of_certificate.or_else(|| self.evidence_algorithms(position))
        })
    }

    fn evidence_algorithms(&self, position: usize) -> Option<SubIndication> {
        let Setting {
            trust,
            material,
            proofs,
            ..
        } = self.setting;
        let used = self
            .findings
            .get(position)
            .map(|finding| finding.evidence.as_slice());
        used.unwrap_or_default().iter().find_map(|used| {
            let signer = used.signer.as_ref().map(Certificate::public_key);
            let key = signer.unwrap_or_else(|| self.issuer_key(position));
            let sunset = evidence::signature_algorithm(material, used).map_or(Sunset::Never, |algorithm| {
                trust.algorithms().signature(algorithm, key)
            });
            let exists_since = evidence::fingerprint(material, used)
                .map_or(self.setting.now, |fingerprint| {
                    proofs.of_object(material, &fingerprint)
                });
            algorithm_obstacle(sunset, exists_since, used.produced_at)
        })
    }

    /// Whether the path holds only because of what was the case in the past (5.6.2.4): someone who took the key of
    /// an authority since could make it all up, unless it is proven to be older.
    fn needs_past(&self) -> bool {
        self.certificates().any(|(position, certificate)| {
            let finding = self.findings.get(position);
            let is_authority = !self.is_signer(position);
            let was_revoked_later = matches!(
                finding.map(|finding| &finding.status),
                Some(RevocationStatus::RevokedLater { .. })
            );
            let is_stale = self.setting.trust.freshness() == Freshness::Now
                && finding.is_some_and(|finding| !evidence::is_in_force(finding, self.setting.now));
            let is_weak_now = !self.sunset(position).believes(self.setting.now);
            (is_authority && (self.is_expired_now(certificate) || was_revoked_later))
                || is_stale
                || is_weak_now
        })
    }

    fn verdict(&self) -> RevocationVerdict {
        if self.setting.trust.revocation_policy() == RevocationPolicy::NotChecked {
            return RevocationVerdict::NotChecked;
        }
        let is_unknown = self.certificates().any(|(position, certificate)| {
            let status = self.findings.get(position).map(|finding| &finding.status);
            matches!(status, None | Some(RevocationStatus::Unknown)) && certificate.declares_revocation()
        });
        if is_unknown {
            RevocationVerdict::NotKnown
        } else {
            RevocationVerdict::Good
        }
    }

    /// Whether the certificates and evidence that `is_counted` lets pass settle the state of all certificates.
    fn is_settled_by(&self, is_counted: impl Fn(&Fingerprint) -> bool) -> bool {
        let Setting { material, .. } = self.setting;
        let is_settled = |findings: &[RevocationFinding]| {
            self.certificates().all(|(position, certificate)| {
                let status = findings.get(position).map(|finding| &finding.status);
                status.is_some_and(RevocationStatus::is_not_revoked) || !certificate.declares_revocation()
            })
        };
        if !self
            .certificates()
            .all(|(_, certificate)| is_counted(&certificate.fingerprint()))
        {
            return false;
        }
        let mut used = self.findings.iter().flat_map(|finding| &finding.evidence);
        if used.all(|used| {
            evidence::fingerprint(material, used).is_some_and(|fingerprint| is_counted(&fingerprint))
        }) {
            return is_settled(self.findings);
        }
        // Newer evidence from elsewhere was used; what is counted may do as well.
        let evidence = Evidence::filtered(material, &is_counted);
        let conditions = PathConditions::new(self.question.used_at)
            .with_known_until(self.setting.now)
            .with_revocation(evidence.borrow());
        is_settled(
            &self
                .path
                .validate(material.certificates(), &conditions)
                .revocation,
        )
    }

    fn is_complete(&self) -> bool {
        let Setting { material, .. } = self.setting;
        self.is_settled_by(|fingerprint| material.since(fingerprint).is_some())
    }

    fn is_archived(&self) -> bool {
        let Setting { material, proofs, .. } = self.setting;
        self.is_settled_by(|fingerprint| proofs.is_proven(material.since(fingerprint)))
    }
}

/// The reason why the best path that was found does not hold.
fn invalid(
    setting: Setting<'_>,
    question: &Question<'_>,
    path: &CertificationPath,
    report: &PathReport,
) -> Chain {
    let obstacle = report
        .problems
        .iter()
        .map(|problem| obstacle_of(&problem.reason))
        .min_by_key(|one| definiteness(*one))
        .unwrap_or(SubIndication::CertificateChainGeneralFailure);
    let problems = report
        .problems
        .iter()
        .map(|problem| format!("certificate {}: {}", problem.position, problem.reason));
    let findings = setting.findings(path, question.used_at);
    let judged = Judged {
        setting,
        question: *question,
        path,
        findings: &findings,
    };
    // 5.2.6.4: out of its time, but known not to have been revoked.
    let last = findings.last().map(|finding| &finding.status);
    let is_good = matches!(last, Some(RevocationStatus::Good { .. }));
    let obstacle = match obstacle {
        SubIndication::OutOfBoundsNoPoe if is_good => SubIndication::OutOfBoundsNotRevoked,
        other => other,
    };
    let mut chain = Chain::without_path(
        PathVerdict::Invalid {
            problems: problems.collect(),
        },
        obstacle,
    );
    chain.certificates = judged.describe();
    chain
}

/// The most definite reason is named.
fn definiteness(reason: SubIndication) -> u8 {
    match reason {
        SubIndication::CertificateChainGeneralFailure => 0,
        SubIndication::NotYetValid => 1,
        SubIndication::ChainConstraintsFailure => 2,
        _ => 3,
    }
}

fn obstacle_of(reason: &ProblemReason) -> SubIndication {
    match reason {
        ProblemReason::Signature(_) => SubIndication::CertificateChainGeneralFailure,
        ProblemReason::NotYetValid(_) => SubIndication::NotYetValid,
        ProblemReason::Expired(_) => SubIndication::OutOfBoundsNoPoe,
        ProblemReason::Revoked { .. } => SubIndication::RevokedNoPoe,
        ProblemReason::RevocationUnknown => SubIndication::TryLater,
        _ => SubIndication::ChainConstraintsFailure,
    }
}
