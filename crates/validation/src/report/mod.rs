//! What a judgement says, as values.

mod coverage;
mod facts;
mod indication;
mod path;
mod time;

use jiff::Timestamp;
use serde::Serialize;

pub use coverage::{Coverage, CoverageGap, Finding, FindingReason, LaterChanges};
pub use facts::{CertificateFacts, LockFacts, LockScope, SignatureFacts, SignatureKind};
pub(crate) use indication::indication_of;
pub use indication::{BuildingBlock, Constraint, Indication, Integrity, Outcome, SubIndication};
pub use path::{
    CertificateRevocation, ChainCertificate, ChainRole, EvidenceFacts, EvidenceKind, EvidenceSource,
    PathVerdict, RevocationVerdict,
};
pub use time::{
    AlgorithmFacts, BaselineLevel, Levels, ProofOfExistence, ProofSource, TimeStampReport, ValidationProcess,
};

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
    /// Whether somebody signed, every signature and document time-stamp passed, and each still speaks for the whole
    /// document as it is shown now: it covers the file, or only what it permits came later.
    pub fn stands_for_whole_document(&self) -> bool {
        self.is_signed()
            && self
                .signatures
                .iter()
                .all(SignatureReport::stands_for_whole_document)
    }

    /// Whether a person or a seal signed, and not only a time-stamp authority.
    pub fn is_signed(&self) -> bool {
        self.signatures
            .iter()
            .any(|one| one.facts.kind == SignatureKind::Signature)
    }

    /// The lowest proven level of all signatures; nothing when one did not pass or there is none.
    pub fn proven_level(&self) -> Option<BaselineLevel> {
        let mut lowest = None;
        for levels in self.signatures.iter().filter_map(|one| one.levels) {
            let proven = levels.proven?;
            lowest = Some(lowest.map_or(proven, |lowest: BaselineLevel| lowest.min(proven)));
        }
        lowest
    }

    /// When the newest good document time-stamp stops proving anything by itself: its authority's certificate ends.
    /// A renewal is due before (EN 319 142-1, 6.3, B-LTA). Nothing without such a time-stamp.
    pub fn renewal_due_by(&self) -> Option<Timestamp> {
        let stamps = self.signatures.iter().rev();
        let newest = stamps
            .filter(|one| one.facts.kind == SignatureKind::DocumentTimeStamp)
            .find_map(|one| one.time_stamp.as_ref().filter(|stamp| stamp.is_good()))?;
        let chain = newest
            .chain
            .iter()
            .filter(|one| one.role != ChainRole::TrustAnchor);
        chain.map(|one| one.certificate.not_after).min()
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
    /// The certificates of that path, the signer's first, the trust anchor last.
    pub chain: Vec<ChainCertificate>,
    /// The moment at which the path was judged: the best signature time.
    pub control_time: Timestamp,
    /// The earliest time at which the signature is proven to have existed (EN 319 102-1, 5.5.4); the moment of
    /// judging when nothing proves more.
    pub best_signature_time: Timestamp,
    /// What proves that it existed, earliest first.
    pub proofs_of_existence: Vec<ProofOfExistence>,
    /// The best time-stamp over the signature value (or, for a document time-stamp, the token itself).
    pub time_stamp: Option<TimeStampReport>,
    /// How far it is prepared for the future; nothing for a document time-stamp.
    pub levels: Option<Levels>,
    /// Which process gave the answer.
    pub process: ValidationProcess,
    /// The questions that were asked, in the order of the standard.
    pub constraints: Vec<Constraint>,
    /// The algorithms.
    pub algorithms: AlgorithmFacts,
    /// SHA-256 of the signature value, hexadecimal; nothing when it cannot be read.
    pub signature_value_sha256: Option<String>,
    /// What the signature covers.
    pub coverage: Coverage,
    /// What came after it.
    pub later: LaterChanges,
}

impl SignatureReport {
    /// Whether the signature passed and speaks for the document as it is shown now.
    pub fn stands_for_whole_document(&self) -> bool {
        self.indication == Indication::TotalPassed && self.is_unchanged()
    }

    /// Whether the signature covers the file, or its revision with nothing but permitted changes behind it.
    pub fn is_unchanged(&self) -> bool {
        match self.coverage {
            Coverage::WholeFile => true,
            Coverage::WholeRevision { .. } => self.later.is_permitted(),
            Coverage::Less { .. } => false,
        }
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
