//! What an update adds to a file.

use akashi_pdf::{ReadAt, Update};

use crate::hash::{HashState, ResumeError, RevisionHash, resume_to_end};

/// The bytes of a new revision, to be appended to the file that they were made for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AppendedRevision {
    /// The appended bytes alone.
    pub bytes: Vec<u8>,
    /// Length of the file before.
    pub base_length: u64,
    /// The digest of the whole file with the appended bytes.
    pub hash: RevisionHash,
}

impl AppendedRevision {
    pub(crate) fn of_update<R: ReadAt>(
        base: &R,
        update: Update,
        base_hash: HashState,
    ) -> Result<Self, ResumeError> {
        let mut hasher = resume_to_end(base, base_hash)?;
        hasher.update(&update.bytes);
        Ok(Self {
            bytes: update.bytes,
            base_length: update.base_length,
            hash: RevisionHash::of_hasher(hasher),
        })
    }
}
