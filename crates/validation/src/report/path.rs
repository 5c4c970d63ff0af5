//! Certification paths, and what is known about the revocation of their certificates.

use akashi_pki::{CertificationPath, RevocationReason};
use jiff::Timestamp;
use serde::{Serialize, Serializer};

use crate::report::CertificateFacts;

/// Whether a certificate leads to a trust anchor.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case", tag = "verdict")]
#[non_exhaustive]
pub enum PathVerdict {
    /// It does, and the path holds at the control time.
    Trusted {
        /// The path.
        #[serde(skip)]
        path: Box<CertificationPath>,
        /// Whether revocation was looked at.
        revocation: RevocationVerdict,
    },
    /// A path exists but does not hold.
    Invalid {
        /// What is wrong with it, in words for experts.
        problems: Vec<String>,
    },
    /// No trust anchor is reached.
    Unknown,
    /// There was no certificate, or nothing to judge it for.
    NotJudged,
}

impl PathVerdict {
    /// Whether the path holds.
    pub const fn is_trusted(&self) -> bool {
        matches!(self, Self::Trusted { .. })
    }
}

/// What was found out about revocation over a whole path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RevocationVerdict {
    /// Nobody looked, because the caller said so.
    NotChecked,
    /// For at least one certificate nothing is known, and the caller does not demand it.
    NotKnown,
    /// No certificate of the path was revoked when it counted, or its issuer publishes nothing about it.
    Good,
}

/// One certificate of a path, with what is known about its revocation.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct ChainCertificate {
    /// What it says.
    pub certificate: CertificateFacts,
    /// What it is in the path.
    pub role: ChainRole,
    /// What is known about its revocation.
    pub revocation: CertificateRevocation,
    /// What that rests on.
    pub evidence: Vec<EvidenceFacts>,
    /// Since when the certificate is proven to exist; the moment of judging when nothing proves more.
    pub exists_since: Timestamp,
}

/// What a certificate is in a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChainRole {
    /// Of the signer or time-stamp authority.
    Signer,
    /// Of an authority that issued the one before it.
    Authority,
    /// Believed by the caller.
    TrustAnchor,
}

/// What is known about the revocation of one certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "state")]
#[non_exhaustive]
pub enum CertificateRevocation {
    /// Nobody looked, or it is the trust anchor.
    NotChecked,
    /// Its issuer says that there will never be such information (RFC 9608; RFC 6960, 4.2.2.2.1).
    NeverPublished,
    /// It says nowhere that there is such information, and none was found.
    NotDeclared,
    /// Not revoked.
    Good {
        /// When the oldest information that this rests on was made.
        as_of: Timestamp,
    },
    /// Revoked.
    Revoked {
        /// Since when.
        revoked_at: Timestamp,
        /// Why.
        #[serde(serialize_with = "as_code")]
        reason: RevocationReason,
    },
    /// There should be information, but none settles it.
    NotKnown,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn as_code<S: Serializer>(reason: &RevocationReason, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u8(reason.code())
}

/// A list or response that was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct EvidenceFacts {
    /// List or response.
    pub kind: EvidenceKind,
    /// SHA-256 of its encoding, hexadecimal.
    pub sha256: String,
    /// Who signed it, in words.
    pub issuer: String,
    /// When it was made: `thisUpdate`.
    pub this_update: Timestamp,
    /// When the next one was promised.
    pub next_update: Option<Timestamp>,
    /// Where it was found.
    pub source: EvidenceSource,
    /// Since when it is proven to exist; the moment of judging when nothing proves more.
    pub exists_since: Timestamp,
}

/// What kind of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EvidenceKind {
    /// `CertificateList` (RFC 5280, 5).
    RevocationList,
    /// `BasicOCSPResponse` (RFC 6960, 4.2.1).
    OcspResponse,
}

/// Where an object of validation was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum EvidenceSource {
    /// In the file's `/DSS`.
    SecurityStore,
    /// In a signature or time-stamp token.
    Signature,
    /// Given by the caller.
    Caller,
}
