//! Certification paths: building over candidates and validation at a moment (RFC 5280, 6).
//!
//! The result is facts and reasons. [`find_path`] looks for a path without problems and otherwise
//! reports the best attempt; [`CertificationPath::validate`] judges one path.
//!
//! Two moments matter: the *control time* `at` for which the question is asked (for example the time
//! of a time-stamp token), and `known_until`, the moment of asking: revocation lists made between the
//! two speak about the control time as well, and better than older ones.

mod build;
mod conditions;
mod name_constraints;
mod policy_graph;
mod report;
mod revocation;
mod validate;

use std::borrow::Cow;
use std::cell::Cell;

pub use conditions::{
    AcceptedPolicies, CLOCK_TOLERANCE, PathConditions, PolicyConditions, Purpose, RevocationEvidence,
};
pub use report::{
    EvidenceSource, PathProblem, PathReport, ProblemReason, RevocationFinding, RevocationStatus, UsedEvidence,
};

use crate::certificate::Certificate;
use crate::name::DistinguishedName;
use crate::public_key::PublicKey;

/// A name and key that are believed without further proof (RFC 5280, 6.1.1 (d)).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TrustAnchor {
    name: DistinguishedName,
    public_key: PublicKey,
    certificate: Option<Certificate>,
}

impl TrustAnchor {
    /// The subject and key of a certificate; its dates and extensions do not bind (RFC 5280, 6.1).
    pub fn from_certificate(certificate: &Certificate) -> Self {
        Self {
            name: certificate.subject().clone(),
            public_key: certificate.public_key().clone(),
            certificate: Some(certificate.clone()),
        }
    }

    /// A name and key without certificate.
    pub fn new(name: DistinguishedName, public_key: PublicKey) -> Self {
        Self {
            name,
            public_key,
            certificate: None,
        }
    }

    /// The name.
    pub fn name(&self) -> &DistinguishedName {
        &self.name
    }

    /// The key.
    pub fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    /// The certificate it was taken from, if any.
    pub fn certificate(&self) -> Option<&Certificate> {
        self.certificate.as_ref()
    }

    /// Whether `certificate` carries this name and key.
    pub fn is_same_as(&self, certificate: &Certificate) -> bool {
        self.public_key == *certificate.public_key() && self.name.matches(certificate.subject())
    }
}

/// A chain from a trust anchor to a certificate; not judged by being built.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CertificationPath {
    /// Where trust begins.
    pub anchor: TrustAnchor,
    /// The certificates, the one that the anchor issued first, the target last. Just the target when
    /// it is itself the anchor.
    pub certificates: Vec<Certificate>,
}

/// The result of a search.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum PathOutcome {
    /// A path without problems.
    Valid(CertificationPath, PathReport),
    /// Paths to an anchor exist, all with problems; this is the one with the fewest, a wrong key
    /// counting most.
    Invalid(CertificationPath, PathReport),
    /// The candidates do not lead to any anchor.
    NoPath,
}

impl PathOutcome {
    /// Whether a path without problems was found.
    pub fn is_valid(&self) -> bool {
        matches!(self, Self::Valid(..))
    }

    /// The path found, valid or not.
    pub fn path(&self) -> Option<&CertificationPath> {
        match self {
            Self::Valid(path, _) | Self::Invalid(path, _) => Some(path),
            Self::NoPath => None,
        }
    }

    /// The verdict over that path.
    pub fn report(&self) -> Option<&PathReport> {
        match self {
            Self::Valid(_, report) | Self::Invalid(_, report) => Some(report),
            Self::NoPath => None,
        }
    }
}

/// How many signatures may still be checked. A file may bring any number of certificates and lists of
/// one name: the work that they cause must end.
struct Budget(Cell<u32>);

impl Budget {
    const MAX_CHECKS: u32 = 2048;

    fn new() -> Self {
        Self(Cell::new(Self::MAX_CHECKS))
    }

    /// Takes one check, if one is left.
    fn take(&self) -> bool {
        let left = self.0.get().checked_sub(1);
        self.0.set(left.unwrap_or(0));
        left.is_some()
    }
}

/// Looks for a path from one of `anchors` to `target` over `candidates` that holds under
/// `conditions`.
///
/// Tries at most 32 paths of at most 16 certificates, likelier issuers first. The evidence for
/// revocation may be signed by certificates among `candidates`. The search and the evidence together
/// check at most 2,048 signatures; what is not settled by then stays unknown.
pub fn find_path(
    target: &Certificate,
    candidates: &[Certificate],
    anchors: &[TrustAnchor],
    conditions: &PathConditions<'_>,
) -> PathOutcome {
    let budget = Budget::new();
    let mut best: Option<(CertificationPath, PathReport)> = None;
    for path in build::paths(target, candidates, anchors, conditions.at, &budget) {
        let report = path.validate_within(candidates, conditions, &budget);
        if report.is_valid() {
            return PathOutcome::Valid(path, report);
        }
        if best
            .as_ref()
            .is_none_or(|(_, other)| report.severity() < other.severity())
        {
            best = Some((path, report));
        }
    }
    best.map_or(PathOutcome::NoPath, |(path, report)| {
        PathOutcome::Invalid(path, report)
    })
}

impl CertificationPath {
    /// Judges the path (RFC 5280, 6.1, and with evidence 6.3). `candidates` are searched for the
    /// certificates that sign revocation lists.
    ///
    /// Revocation is not looked at when a signature in the path does not hold: there is no path then.
    pub fn validate(&self, candidates: &[Certificate], conditions: &PathConditions<'_>) -> PathReport {
        self.validate_within(candidates, conditions, &Budget::new())
    }

    fn validate_within(
        &self,
        candidates: &[Certificate],
        conditions: &PathConditions<'_>,
        budget: &Budget,
    ) -> PathReport {
        let mut report = validate::validate(self, conditions);
        let Some(evidence) = conditions
            .revocation
            .filter(|_| report.has_signatures_that_hold())
        else {
            return report;
        };
        let checker = revocation::Checker::new(self, candidates, conditions, evidence, budget);
        report.revocation = (0..self.certificates.len())
            .map(|position| checker.finding(position))
            .collect();
        for (position, finding) in report.revocation.iter().enumerate() {
            let reason = match &finding.status {
                RevocationStatus::Revoked { revoked_at, reason } => ProblemReason::Revoked {
                    revoked_at: *revoked_at,
                    reason: *reason,
                },
                RevocationStatus::Unknown => ProblemReason::RevocationUnknown,
                _ => continue,
            };
            report.problems.push(PathProblem { position, reason });
        }
        report
    }

    /// The certificate at the end.
    pub fn target(&self) -> Option<&Certificate> {
        self.certificates.last()
    }

    /// Whether the target is itself the trust anchor.
    pub(crate) fn is_anchored_directly(&self) -> bool {
        matches!(self.certificates.as_slice(), [only] if self.anchor.certificate() == Some(only))
    }

    /// The key that issued the certificate at `position`; a DSA key without parameters has inherited
    /// those of the keys above it.
    pub(crate) fn issuer_key(&self, position: usize) -> Cow<'_, PublicKey> {
        let above = self.certificates.get(..position).unwrap_or_default();
        above
            .iter()
            .fold(Cow::Borrowed(self.anchor.public_key()), |issuer, certificate| {
                let key = certificate.public_key();
                key.inheriting_from(&issuer)
                    .map_or(Cow::Borrowed(key), Cow::Owned)
            })
    }

    /// The name that must stand as issuer in the certificate at `position`.
    pub(crate) fn issuer_name(&self, position: usize) -> &DistinguishedName {
        let above = position
            .checked_sub(1)
            .and_then(|above| self.certificates.get(above));
        above.map_or_else(|| self.anchor.name(), Certificate::subject)
    }
}
