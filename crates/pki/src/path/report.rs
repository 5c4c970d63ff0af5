//! What was found out about a path.

use jiff::Timestamp;

use super::AcceptedPolicies;
use crate::asn1::{Asn1Error, Oid};
use crate::certificate::{Certificate, IssuedByError};
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
    /// Lists for all reasons do not name it, or its responder says so.
    Good {
        /// For when that is said: when the oldest of the lists was made, or `thisUpdate` of the
        /// response.
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

impl RevocationStatus {
    /// Whether it is settled that the certificate was not revoked at the control time.
    pub fn is_not_revoked(&self) -> bool {
        matches!(
            self,
            Self::Good { .. } | Self::NeverPublished | Self::RevokedLater { .. }
        )
    }
}

/// What is known about the revocation of one certificate, and from where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevocationFinding {
    /// What is known.
    pub status: RevocationStatus,
    /// The evidence that settled it: one response, or lists (several when each covers some reasons, or
    /// a list and its delta), each followed by what settled the state of its signer where that is
    /// neither the issuer nor the anchor. Empty when nothing was needed or nothing settles it.
    pub evidence: Vec<UsedEvidence>,
}

impl RevocationFinding {
    pub(super) fn without_evidence(status: RevocationStatus) -> Self {
        Self {
            status,
            evidence: Vec::new(),
        }
    }
}

/// Which piece of the evidence given: an index into
/// [`RevocationEvidence`](super::RevocationEvidence).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum EvidenceSource {
    /// Of `lists`.
    List(usize),
    /// Of `responses`.
    Response(usize),
}

/// A piece of evidence that counted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsedEvidence {
    /// Which one.
    pub source: EvidenceSource,
    /// For when it speaks (`thisUpdate`).
    pub this_update: Timestamp,
    /// When the next one was due (`nextUpdate`).
    pub next_update: Option<Timestamp>,
    /// When it was signed (`producedAt`; `thisUpdate` of a list).
    pub produced_at: Timestamp,
    /// Who signed it, where that is neither the certificate's issuer nor the anchor: the delegated
    /// responder, or the signer of an indirect list.
    pub signer: Option<Certificate>,
}

/// The verdict over one path, with what it rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathReport {
    /// Everything that stands against the path; empty for a valid one.
    pub problems: Vec<PathProblem>,
    /// Policies that hold for the whole path and that the user accepts
    /// (`user-constrained-policy-set`); [`AcceptedPolicies::Any`] for `anyPolicy`.
    pub policies: AcceptedPolicies,
    /// Per certificate, what is known about revocation and which evidence says so.
    pub revocation: Vec<RevocationFinding>,
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
