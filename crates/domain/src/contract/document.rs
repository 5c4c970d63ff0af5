//! The PDFs of a contract and where their revisions are stored.

use crate::{Digest32, DocumentId, FileName, PageGeometry, SegmentId};

/// One PDF of a contract: its first upload followed by appended segments, as incremental updates work.
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct Document {
    /// Its id.
    pub document_id: DocumentId,
    /// The name of the file.
    pub file_name: FileName,
    /// The displayed size of each page.
    pub pages: Vec<PageGeometry>,
    /// What the PDF allows to be done to it.
    pub intake: IntakePolicy,
    /// Active content that the file still carries (scripts, launch actions, embedded files …), by name. A
    /// document that has any cannot be sent.
    pub active_content: Vec<String>,
    /// Active content that was removed by the sender's choice, by name.
    pub removed_active_content: Vec<String>,
    /// Revision n is the concatenation of segments 0 to n.
    pub segments: Vec<SegmentRef>,
}

impl Document {
    /// The digest of the newest revision; `None` only if no segment is stored, which no stored contract has.
    pub fn newest_digest(&self) -> Option<Digest32> {
        self.segments.last().map(|segment| segment.revision_sha256)
    }

    /// The length of the newest revision in bytes.
    pub fn byte_length(&self) -> u64 {
        self.segments.iter().map(|segment| segment.byte_length).sum()
    }
}

/// A stored segment, as a contract names it.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SegmentRef {
    /// The stored object.
    pub segment_id: SegmentId,
    /// Its length in bytes.
    pub byte_length: u64,
    /// SHA-256 of the revision that ends with this segment, that is of the whole file up to here.
    pub revision_sha256: Digest32,
}

/// What a PDF allows without breaking the signatures that it already carries.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum IntakePolicy {
    /// No signature: stamp, fields and signature fields may be added.
    Unsigned,
    /// Signed for approval without lock: new signature fields only; the contract ID stands on the evidence
    /// sheet alone.
    SignatureFieldsOnly,
    /// Certified for form filling (P ≥ 2) or locked as a whole: only these empty signature fields.
    ExistingFieldsOnly {
        /// Fully qualified names of the empty signature fields.
        names: Vec<String>,
    },
}
