//! What a judgement says, as values.

use akashi_pki::{Certificate, CertificationPath};
use jiff::Timestamp;
use serde::Serialize;

use crate::changes::{Change, ChangeLevel};

/// The judgement of a file.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct Report {
    /// When it was judged.
    pub judged_at: Timestamp,
    /// Length of the file in bytes.
    pub file_length: u64,
    /// How often the file was written: once, and each update.
    pub revisions: usize,
    /// The signatures that the newest revision shows, in the order in which they were made.
    pub signatures: Vec<SignatureReport>,
}

impl Report {
    /// Whether there are signatures, every one passed, and each still speaks for the whole document as it is shown
    /// now: it covers the file, or only what it permits came later.
    pub fn stands_for_whole_document(&self) -> bool {
        !self.signatures.is_empty()
            && self
                .signatures
                .iter()
                .all(SignatureReport::stands_for_whole_document)
    }
}

/// The judgement of one signature.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct SignatureReport {
    /// What the signature dictionary says.
    pub facts: SignatureFacts,
    /// The verdict on the signature itself (EN 319 102-1, 5.1.3). What came after it is another question: see
    /// `coverage` and `later`.
    pub indication: Indication,
    /// Why the verdict is not [`Indication::TotalPassed`].
    pub sub_indication: Option<SubIndication>,
    /// Whether the signed bytes are there as they were signed.
    pub integrity: Integrity,
    /// Who signed, as far as the certificate says.
    pub signer: Option<CertificateFacts>,
    /// Whether the certificate leads to a trust anchor.
    pub path: PathVerdict,
    /// The moment at which the path was judged: the time of a good time-stamp, otherwise now.
    pub control_time: Timestamp,
    /// The time-stamp over the signature value (or, for a document time-stamp, the token itself).
    pub time_stamp: Option<TimeStampReport>,
    /// What the signature covers.
    pub coverage: Coverage,
    /// What came after it.
    pub later: LaterChanges,
}

impl SignatureReport {
    /// Whether the signature passed and speaks for the document as it is shown now.
    pub fn stands_for_whole_document(&self) -> bool {
        let is_covered = match self.coverage {
            Coverage::WholeFile => true,
            Coverage::WholeRevision { .. } => self.later.is_permitted(),
            Coverage::Less { .. } => false,
        };
        self.indication == Indication::TotalPassed && is_covered
    }

    /// Whether the bytes are as they were signed, by the key of the certificate named in the signature.
    pub fn is_intact(&self) -> bool {
        self.integrity == Integrity::Intact
    }

    /// Whether a good and trusted time-stamp proves when the signature existed.
    pub fn is_time_stamped(&self) -> bool {
        self.time_stamp.as_ref().is_some_and(TimeStampReport::is_good)
    }
}

/// What the file says about a signature; nothing of it is proven by being written there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SignatureFacts {
    /// Full name of the field.
    pub field_name: String,
    /// Signature of a person or seal, or document time-stamp.
    pub kind: SignatureKind,
    /// `SubFilter`.
    pub sub_filter: Option<String>,
    /// `ByteRange` as offset and length.
    pub byte_range: Option<Vec<(u64, u64)>>,
    /// `M` as written, in PDF's form.
    pub claimed_time_text: Option<String>,
    /// `M`, when it can be read.
    pub claimed_time: Option<Timestamp>,
    /// `Reason`.
    pub reason: Option<String>,
    /// `Location`.
    pub location: Option<String>,
    /// `Name`.
    pub name: Option<String>,
    /// DocMDP permission 1 to 3, when the signature certifies or its lock limits changes.
    pub certification: Option<u8>,
    /// The fields that it locks, in words: `all`, or the names.
    pub locks: Vec<LockFacts>,
}

/// A lock of fields that a signature set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LockFacts {
    /// All fields, these, or all but these.
    pub scope: LockScope,
    /// The names.
    pub fields: Vec<String>,
}

/// Which fields a lock means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LockScope {
    /// All.
    All,
    /// Those named.
    These,
    /// All but those named.
    AllButThese,
}

impl LockFacts {
    /// Whether the field of this full name is locked; a name stands for the fields below it, too.
    pub fn locks(&self, field: &str) -> bool {
        let is_named = self.fields.iter().any(|name| {
            field == name
                || field
                    .strip_prefix(name.as_str())
                    .is_some_and(|rest| rest.starts_with('.'))
        });
        match self.scope {
            LockScope::All => true,
            LockScope::These => is_named,
            LockScope::AllButThese => !is_named,
        }
    }
}

/// What a signature is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SignatureKind {
    /// A signature of a person or a seal.
    Signature,
    /// A document time-stamp (ISO 32000-2, 12.8.5).
    DocumentTimeStamp,
}

/// The verdict of EN 319 102-1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Indication {
    /// Everything that was asked holds.
    TotalPassed,
    /// It is not a signature over these bytes by that key, or it was made when it could not be.
    TotalFailed,
    /// Neither can be said with what is known.
    Indeterminate,
}

/// Why (EN 319 102-1, table 5). Only those that can come out of this judge.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum SubIndication {
    /// The signature does not have the form that its type demands.
    FormatFailure,
    /// The bytes are not those that were signed.
    HashFailure,
    /// The value is not the key's signature.
    SigCryptoFailure,
    /// The signature existed before its certificate.
    NotYetValid,
    /// A constraint on the signature does not hold.
    SigConstraintsFailure,
    /// A constraint on the certification path does not hold.
    ChainConstraintsFailure,
    /// The path does not hold for another reason.
    CertificateChainGeneralFailure,
    /// An algorithm is too weak, and nothing proves that the signature is older than that weakness.
    CryptoConstraintsFailureNoPoe,
    /// The signing certificate was not found, or is not the one meant.
    NoSigningCertificateFound,
    /// No path to a trust anchor.
    NoCertificateChainFound,
    /// The certificate is revoked, and nothing proves that the signature is older.
    RevokedNoPoe,
    /// The control time lies outside the validity of a certificate, and nothing proves an earlier existence.
    OutOfBoundsNoPoe,
    /// The revocation state is not known.
    TryLater,
}

/// Whether the signed bytes are there as they were signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Integrity {
    /// The bytes, the attributes, the key's signature and the certificate named in it belong together.
    Intact,
    /// The signature cannot be read or has not the form of its type.
    Malformed,
    /// The bytes are others than those signed.
    BytesDiffer,
    /// The value is not the certified key's signature.
    WrongSignature,
    /// The signature names another certificate than it carries.
    OtherCertificate,
    /// The certificate is missing, so that there is no key to check with.
    NoCertificate,
    /// The algorithm is not known here, so that nothing was checked.
    UnknownAlgorithm,
}

/// What a certificate says.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct CertificateFacts {
    /// Subject, in words.
    pub subject: String,
    /// Common name of the subject.
    pub common_name: Option<String>,
    /// Organization of the subject.
    pub organization: Option<String>,
    /// Mail addresses.
    pub mail_addresses: Vec<String>,
    /// Issuer, in words.
    pub issuer: String,
    /// Common name of the issuer.
    pub issuer_common_name: Option<String>,
    /// Serial number, hexadecimal.
    pub serial_number: String,
    /// Begin of validity.
    pub not_before: Timestamp,
    /// End of validity.
    pub not_after: Timestamp,
    /// SHA-256 of the certificate, hexadecimal.
    pub sha256: String,
    /// The certificate itself.
    #[serde(skip)]
    pub certificate: Certificate,
}

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

/// What was found out about revocation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RevocationVerdict {
    /// Nobody looked: no lists were given.
    NotChecked,
    /// No certificate of the path was revoked, or its issuer says that there will never be such information.
    Good,
}

/// The judgement of a time-stamp.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct TimeStampReport {
    /// The time in the token; nothing when it cannot be read.
    pub gen_time: Option<Timestamp>,
    /// The authority's certificate.
    pub authority: Option<CertificateFacts>,
    /// Whether the token is over this signature and its own signature is good.
    pub is_intact: bool,
    /// Whether the authority leads to a trust anchor.
    pub path: PathVerdict,
}

impl TimeStampReport {
    /// Intact and trusted.
    pub const fn is_good(&self) -> bool {
        self.is_intact && self.path.is_trusted()
    }
}

/// What a signature covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "extent")]
pub enum Coverage {
    /// Every byte of the file but the signature itself.
    WholeFile,
    /// Every byte of the file as it was at that revision; others follow.
    WholeRevision {
        /// From 0.
        revision: usize,
    },
    /// Not even a whole revision.
    Less {
        /// Why.
        reason: CoverageGap,
    },
}

/// Why a byte range covers less than a revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum CoverageGap {
    /// There is no byte range of the usual form: two parts, the first from the beginning.
    Form,
    /// The gap between the parts is not exactly the value of the signature.
    Gap,
    /// The range reaches behind the end of the file.
    BehindEnd,
    /// The range does not end where a revision ends.
    NotAtRevisionEnd,
    /// At the end of the range the file had no such signature.
    NotInRevision,
}

/// What came after a signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LaterChanges {
    /// How far the changes go, locks and permissions of this signature applied.
    pub level: ChangeLevel,
    /// How far this signature lets them go.
    pub permitted: ChangeLevel,
    /// Fields that got another value or appearance, or were signed.
    pub changed_fields: Vec<String>,
    /// What is not permitted, with the reason.
    pub findings: Vec<Finding>,
}

impl LaterChanges {
    /// Whether everything that came later is permitted.
    pub fn is_permitted(&self) -> bool {
        self.findings.is_empty() && self.level <= self.permitted
    }
}

/// A change that the signature does not permit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The change.
    pub change: Change,
    /// Why it is not permitted.
    pub reason: FindingReason,
}

/// Why a change is not permitted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum FindingReason {
    /// The signature locked the field.
    LockedField,
    /// The certification does not allow changes of this kind.
    Certification,
    /// No signature allows changes of this kind.
    NotAllowedAfterSigning,
    /// The signature does not cover a whole revision, so later changes cannot be told from earlier ones.
    NotComparable,
}
