//! Certification paths: building over candidates and validation at a moment (RFC 5280, 6).
//!
//! The result is facts and reasons. [`find_path`] looks for a path without problems and otherwise
//! reports the best attempt; [`CertificationPath::validate`] judges one path.
//!
//! Two moments matter: the *control time* `at` for which the question is asked (for example the time
//! of a time-stamp token), and `known_until`, the moment of asking: revocation lists made between the
//! two speak about the control time as well, and better than older ones.

mod build;
mod name_constraints;
mod policy_graph;
mod revocation;
mod validate;

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::asn1::{Asn1Error, Oid};
use crate::certificate::{Certificate, IssuedByError};
use crate::crl::{RevocationList, RevocationReason};
use crate::general_name::GeneralName;
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

/// What the target's key is to be used for; checked against its key usage and key purposes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Purpose {
    /// No restriction.
    Any,
    /// Signing documents: `digitalSignature` or `nonRepudiation`; key purposes, if stated, must have
    /// one of document signing (RFC 9336, Adobe, Microsoft), e-mail protection, client
    /// authentication, or any.
    DocumentSigning,
    /// Time-stamping (RFC 3161, 2.3): the key purpose `timeStamping`.
    TimeStamping,
    /// Signing OCSP responses (RFC 6960, 4.2.2.2).
    OcspSigning,
}

/// Policies that the user accepts (RFC 5280, 6.1.1 (c)).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AcceptedPolicies {
    /// Every policy (`any-policy`).
    Any,
    /// These alone.
    Only(BTreeSet<Oid>),
}

/// Inputs of the policy processing (RFC 5280, 6.1.1 (c), (e), (f), (g)).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyConditions {
    /// `user-initial-policy-set`.
    pub accepted: AcceptedPolicies,
    /// `initial-explicit-policy`: some accepted policy must hold for the whole path.
    pub require_explicit: bool,
    /// `initial-policy-mapping-inhibit`.
    pub inhibit_mapping: bool,
    /// `initial-any-policy-inhibit`.
    pub inhibit_any_policy: bool,
}

impl Default for PolicyConditions {
    fn default() -> Self {
        Self {
            accepted: AcceptedPolicies::Any,
            require_explicit: false,
            inhibit_mapping: false,
            inhibit_any_policy: false,
        }
    }
}

/// Evidence about revocation that a path is held against.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct RevocationEvidence<'a> {
    /// Complete and delta lists, direct and indirect.
    pub lists: &'a [RevocationList],
}

impl<'a> RevocationEvidence<'a> {
    /// Lists alone.
    pub fn lists(lists: &'a [RevocationList]) -> Self {
        Self { lists }
    }
}

/// For which moment, use and policies a path is judged.
#[derive(Clone, Debug)]
pub struct PathConditions<'a> {
    pub(crate) at: Timestamp,
    pub(crate) known_until: Timestamp,
    pub(crate) purpose: Purpose,
    pub(crate) policies: PolicyConditions,
    pub(crate) revocation: Option<RevocationEvidence<'a>>,
}

impl<'a> PathConditions<'a> {
    /// Judges for the moment `at`, any purpose, any policy, without revocation.
    pub fn new(at: Timestamp) -> Self {
        Self {
            at,
            known_until: at,
            purpose: Purpose::Any,
            policies: PolicyConditions::default(),
            revocation: None,
        }
    }

    /// The moment of asking, when it is later than the control time: lists made until then count.
    #[must_use]
    pub fn with_known_until(mut self, known_until: Timestamp) -> Self {
        self.known_until = known_until.max(self.at);
        self
    }

    /// Checks the target's key usage and key purposes too.
    #[must_use]
    pub fn with_purpose(mut self, purpose: Purpose) -> Self {
        self.purpose = purpose;
        self
    }

    /// Other policy inputs than "any policy".
    #[must_use]
    pub fn with_policies(mut self, policies: PolicyConditions) -> Self {
        self.policies = policies;
        self
    }

    /// Demands the revocation state of every certificate below the anchor (RFC 5280, 6.3), except of
    /// an end-entity certificate with `noRevAvail` (RFC 9608, 4).
    #[must_use]
    pub fn with_revocation(mut self, evidence: RevocationEvidence<'a>) -> Self {
        self.revocation = Some(evidence);
        self
    }

    /// The control time.
    pub fn at(&self) -> Timestamp {
        self.at
    }
}

/// Something that stands against a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathProblem {
    /// Which certificate: index into [`CertificationPath::certificates`].
    pub position: usize,
    /// What.
    pub reason: ProblemReason,
}

/// Why a path does not hold.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProblemReason {
    /// The issuer's key did not sign the certificate, or that cannot be checked.
    #[error("the issuer's signature does not hold")]
    Signature(#[source] IssuedByError),
    /// The control time lies before `notBefore`.
    #[error("not valid before {0}")]
    NotYetValid(Timestamp),
    /// The control time lies after `notAfter`.
    #[error("not valid after {0}")]
    Expired(Timestamp),
    /// The issuer's name is not the subject above.
    #[error("the issuer's name is not the subject of the certificate above")]
    NameChaining,
    /// The certificate was revoked at or before the control time.
    #[error("revoked at {revoked_at}")]
    Revoked {
        /// Since when.
        revoked_at: Timestamp,
        /// Why.
        reason: RevocationReason,
    },
    /// No evidence settles whether the certificate was revoked.
    #[error("the revocation state is not known")]
    RevocationUnknown,
    /// A certificate that issued another is not one of a CA (version 3, `basicConstraints`).
    #[error("not a certificate of a certificate authority")]
    NotAnAuthority,
    /// More intermediate certificates follow than `pathLenConstraint` allows.
    #[error("more intermediate certificates than the path length allows")]
    PathTooLong,
    /// `keyUsage` of an issuer lacks `keyCertSign`.
    #[error("the key usage does not allow issuing certificates")]
    IssuingNotAllowed,
    /// `keyUsage` of the target does not suit the purpose.
    #[error("the key usage does not suit the purpose")]
    KeyUsage,
    /// `extKeyUsage` of the target does not suit the purpose.
    #[error("the key purposes do not suit the purpose")]
    KeyPurpose,
    /// A name of the certificate lies outside of what an issuer above may name.
    #[error("a name lies outside the permitted subtrees")]
    NameNotPermitted(GeneralName),
    /// A name of the certificate lies where an issuer above must not name.
    #[error("a name lies inside an excluded subtree")]
    NameExcluded(GeneralName),
    /// No acceptable policy holds for the whole path.
    #[error("no acceptable policy holds for the path")]
    NoValidPolicy,
    /// `policyMappings` maps from or to `anyPolicy`.
    #[error("anyPolicy is mapped")]
    AnyPolicyMapped,
    /// A critical extension that is not known here.
    #[error("unknown critical extension {0}")]
    UnknownCriticalExtension(Oid),
    /// An extension that is needed cannot be read.
    #[error("malformed extension {oid}")]
    MalformedExtension {
        /// Which.
        oid: Oid,
        /// Why.
        #[source]
        error: Asn1Error,
    },
    /// An extension stands there twice (RFC 5280, 4.2).
    #[error("extension {0} stands there more than once")]
    DuplicateExtension(Oid),
}

/// What is known about the revocation of one certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RevocationStatus {
    /// Nobody asked, or the path is none because a signature in it does not hold.
    NotChecked,
    /// Lists for all reasons do not name it.
    Good {
        /// When the oldest of these lists was made.
        as_of: Timestamp,
    },
    /// There will never be evidence and none is needed: the issuer says so (`noRevAvail`), or the
    /// certificate is itself the anchor.
    NeverPublished,
    /// Not at the control time, but later.
    RevokedLater {
        /// Since when.
        revoked_at: Timestamp,
        /// Why.
        reason: RevocationReason,
    },
    /// Revoked at the control time.
    Revoked {
        /// Since when.
        revoked_at: Timestamp,
        /// Why.
        reason: RevocationReason,
    },
    /// Not settled by the evidence.
    Unknown,
}

/// The verdict over one path, with what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathReport {
    /// Everything that stands against the path; empty for a valid one.
    pub problems: Vec<PathProblem>,
    /// Policies that hold for the whole path and that the user accepts
    /// (`user-constrained-policy-set`); [`AcceptedPolicies::Any`] for `anyPolicy`.
    pub policies: AcceptedPolicies,
    /// Per certificate, what is known about revocation.
    pub revocation: Vec<RevocationStatus>,
    /// Certificates whose signature rests on a weak hash, as positions.
    pub weak_signatures: Vec<usize>,
}

impl PathReport {
    /// Whether nothing stands against the path.
    pub fn is_valid(&self) -> bool {
        self.problems.is_empty()
    }

    fn signature_problems(&self) -> usize {
        let is_signature = |problem: &&PathProblem| matches!(problem.reason, ProblemReason::Signature(_));
        self.problems.iter().filter(is_signature).count()
    }

    fn has_signatures_that_hold(&self) -> bool {
        self.signature_problems() == 0
    }

    /// Orders failed attempts: a path whose signatures do not hold was never one.
    fn severity(&self) -> (usize, usize) {
        (self.signature_problems(), self.problems.len())
    }
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
            .map(|position| checker.status(position))
            .collect();
        for (position, status) in report.revocation.iter().enumerate() {
            let reason = match status {
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
