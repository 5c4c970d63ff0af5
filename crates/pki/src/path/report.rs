//! What was found out about a path.

use jiff::Timestamp;

use super::AcceptedPolicies;
use crate::asn1::{Asn1Error, Oid};
use crate::certificate::IssuedByError;
use crate::crl::RevocationReason;
use crate::general_name::GeneralName;

/// Something that stands against a path.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathProblem {
    /// Which certificate: index into [`CertificationPath::certificates`](super::CertificationPath::certificates).
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

    pub(super) fn has_signatures_that_hold(&self) -> bool {
        self.signature_problems() == 0
    }

    /// Orders failed attempts: a path whose signatures do not hold was never one.
    pub(super) fn severity(&self) -> (usize, usize) {
        (self.signature_problems(), self.problems.len())
    }
}
