//! Judging signed PDFs: integrity, identity, time, coverage, and what came after.
//!
//! **What it is not.** It makes nothing and shares no code with the room that does (`akashi-pades`): a bug of one cannot
//! be believed by the other. It dials nobody; what it believes is given by the caller as [`Trust`].
//!
//! The answers stay apart, as in EN 319 102-1: whether the signature itself passed ([`Indication`]), what it covers
//! ([`Coverage`]), and whether what came later is permitted ([`LaterChanges`]). A report never says more than was
//! checked: each certificate of a path says what is known about its revocation, and from where.
//!
//! A signature is judged for the earliest time at which it is proven to have existed: by its own time-stamp, by
//! document time-stamps over it, or else as of now. What has expired, was revoked or lost its strength since is judged
//! by what is proven to be older. What must be known about revocation, how new it must be, and which algorithms are
//! believed until when, the caller says with [`Trust`].
//!
//! A report is a value; it serialises to JSON (the names are those of the fields, and stay), [`xml`] writes it after
//! ETSI TS 119 102-2, and [`words`] says it in plain Japanese and English.
//!
//! ```
//! use akashi_pdf::{Document, Limits};
//! use akashi_validation::{Indication, Trust, judge};
//! # fn sample() -> Vec<u8> {
//! #     let mut file = b"%PDF-1.7\n".to_vec();
//! #     let mut offsets = Vec::new();
//! #     for object in ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
//! #         "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595.27559055 841.890]>>"] {
//! #         offsets.push(file.len());
//! #         file.extend(format!("{} 0 obj\n{object}\nendobj\n", offsets.len()).bytes());
//! #     }
//! #     let start = file.len();
//! #     file.extend(b"xref\n0 4\n0000000000 65535 f \n");
//! #     for offset in offsets { file.extend(format!("{offset:010} 00000 n \n").bytes()); }
//! #     file.extend(format!("trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n").bytes());
//! #     file
//! # }
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let roots: Vec<akashi_pki::Certificate> = Vec::new();
//! let document = Document::open(sample(), &Limits::default())?;
//! let report = judge(&document, &Trust::in_roots(&roots), "2026-11-22T00:00:00Z".parse()?)?;
//! for signature in &report.signatures {
//!     println!("{}: {:?}, {:?}", signature.facts.field_name, signature.indication, signature.coverage);
//! }
//! assert!(!report.stands_for_whole_document(), "nobody signed");
//! # Ok(()) }
//! ```
//!
//! Standards: EN 319 102-1 (procedure and indications), ETSI TS 119 102-2 (report), ETSI TS 119 312 (algorithms), ISO 32000-2 (12.8), EN 319 142-1 (PAdES), RFC 5652, RFC 3161,
//! RFC 5280.

mod algorithms;
mod chain;
mod changes;
mod coverage;
mod date;
mod digests;
mod judge;
mod made_after;
mod material;
mod permission;
mod proofs;
mod report;
mod same_stage;
mod signature;
mod text;
mod time_stamp;
mod trust;
mod trusted_list;
mod value;
pub mod words;
pub mod xml;

pub use algorithms::{AlgorithmPolicy, Sunset};
pub use changes::{Change, ChangeKind, ChangeLevel};
pub use judge::{JudgeError, MAX_LATER_REVISIONS, MAX_SIGNATURES, judge};
pub use report::{
    AlgorithmFacts, BaselineLevel, BuildingBlock, CertificateFacts, CertificateRevocation, ChainCertificate,
    ChainRole, Constraint, Coverage, CoverageGap, EvidenceFacts, EvidenceKind, EvidenceSource, Finding,
    FindingReason, Indication, Integrity, LaterChanges, Levels, LockFacts, LockScope, Outcome, PathVerdict,
    ProofOfExistence, ProofSource, Report, RevocationVerdict, SignatureFacts, SignatureKind, SignatureReport,
    SubIndication, TimeStampReport, ValidationProcess,
};
pub use same_stage::{PermittedAct, ShownRevision, StageViolation, prove_same_stage};
pub use trust::{Freshness, RevocationPolicy, Trust};
pub use trusted_list::{
    MAX_LIST_BYTES, ServiceKind, ServiceStatus, TrustService, TrustedList, TrustedListError,
};
