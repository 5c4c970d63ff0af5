//! The bytes of an update with room for a signature or a document time-stamp.

use std::ops::Range;

use akashi_pdf::{ReadAt, ReadError, Update, UpdateError};
use akashi_pki::DigestAlgorithm;
use sha2::{Digest, Sha384, Sha512};

use crate::hash::{Hasher, ResumeError, RevisionHash};
use crate::revision::AppendedRevision;
use crate::sign::prepared::EmbedError;

/// Names of what is reserved in the signature dictionary.
pub(crate) const CONTENTS: &str = "contents";
pub(crate) const BYTE_RANGE: &str = "byte-range";

/// The written update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PreparedParts {
    pub(crate) bytes: Vec<u8>,
    pub(crate) base_length: u64,
    /// Absolute place of `/Contents` with its angle brackets.
    pub(crate) contents: Range<u64>,
}

impl PreparedParts {
    /// Fills the byte range of an update that reserved [`CONTENTS`] and [`BYTE_RANGE`].
    pub(crate) fn of_update(mut update: Update) -> Result<Self, UpdateError> {
        // Both names were reserved by the caller; an update that lost them could not be signed.
        let lost = || {
            UpdateError::Read(ReadError::WrongType {
                what: "reserved signature space",
            })
        };
        let range = update.byte_range_around(CONTENTS).ok_or_else(lost)?;
        update.fill_byte_range(BYTE_RANGE, range).map_err(|_| lost())?;
        let contents = update.reserved(CONTENTS).ok_or_else(lost)?.span.clone();
        Ok(Self {
            bytes: update.bytes,
            base_length: update.base_length,
            contents,
        })
    }

    /// The place of `/Contents` within the update.
    pub(crate) fn contents_in_update(&self) -> Option<Range<usize>> {
        let relative = |offset: u64| usize::try_from(offset.checked_sub(self.base_length)?).ok();
        let range = relative(self.contents.start)?..relative(self.contents.end)?;
        let is_hexadecimal_string = self.bytes.get(range.start) == Some(&b'<')
            && range.end.checked_sub(1).and_then(|last| self.bytes.get(last)) == Some(&b'>');
        (range.len() >= 2 && is_hexadecimal_string).then_some(range)
    }

    /// Bytes that fit into `/Contents`.
    pub(crate) fn reserved_bytes(&self) -> usize {
        self.contents_in_update()
            .map_or(0, |range| range.len().saturating_sub(2) / 2)
    }

    /// The update before and behind `/Contents`.
    fn covered(&self) -> (&[u8], &[u8]) {
        let range = self.contents_in_update().unwrap_or(0..0);
        let before = self.bytes.get(..range.start).unwrap_or_default();
        (before, self.bytes.get(range.end..).unwrap_or_default())
    }

    /// The digest of everything but `/Contents` (ISO 32000-2, 12.8.1). With SHA-256 the stored state helps; for the
    /// others the whole file is read.
    pub(crate) fn covered_digest<R: ReadAt + ?Sized>(
        &self,
        base: &R,
        base_hash: &Hasher,
        algorithm: DigestAlgorithm,
    ) -> Result<Vec<u8>, ResumeError> {
        let (before, behind) = self.covered();
        match algorithm {
            DigestAlgorithm::Sha384 => Ok(whole_digest::<Sha384, R>(base, before, behind)?),
            DigestAlgorithm::Sha512 => Ok(whole_digest::<Sha512, R>(base, before, behind)?),
            DigestAlgorithm::Sha256 => {
                let mut hasher = base_hash.clone();
                hasher.update(before);
                hasher.update(behind);
                Ok(hasher.finish().to_vec())
            }
            weak => Err(ResumeError::Weak(weak)),
        }
    }

    /// Writes `value` into `/Contents`, zeros behind it.
    pub(crate) fn fill(&mut self, value: &[u8]) -> Result<(), EmbedError> {
        let reserved = self.reserved_bytes();
        let too_small = EmbedError::ContentsTooSmall {
            needed: value.len(),
            reserved,
        };
        let Some(range) = self.contents_in_update() else {
            return Err(too_small);
        };
        if value.len() > reserved {
            return Err(too_small);
        }
        let digits = self.bytes.get_mut(range.start + 1..range.end - 1);
        let digits = digits.unwrap_or_default();
        digits.fill(b'0');
        for (pair, byte) in digits.chunks_exact_mut(2).zip(value) {
            for (digit, nibble) in pair.iter_mut().zip([byte >> 4, byte & 0x0f]) {
                *digit = if nibble < 10 {
                    b'0' + nibble
                } else {
                    b'A' + nibble - 10
                };
            }
        }
        Ok(())
    }

    /// The finished revision; `base_hash` stands at the end of the file before it.
    pub(crate) fn into_revision(self, mut base_hash: Hasher) -> AppendedRevision {
        base_hash.update(&self.bytes);
        AppendedRevision {
            bytes: self.bytes,
            base_length: self.base_length,
            hash: RevisionHash::of_hasher(base_hash),
        }
    }
}

fn whole_digest<H: Digest, R: ReadAt + ?Sized>(
    base: &R,
    before: &[u8],
    behind: &[u8],
) -> std::io::Result<Vec<u8>> {
    const CHUNK: u64 = 64 * 1024;
    let mut hasher = H::new();
    let mut buffer = Vec::new();
    let mut position = 0;
    while position < base.size() {
        let length = CHUNK.min(base.size() - position);
        buffer.resize(usize::try_from(length).unwrap_or_default(), 0);
        base.read_at(position, &mut buffer)?;
        hasher.update(&buffer);
        position += length;
    }
    hasher.update(before);
    hasher.update(behind);
    Ok(hasher.finalize().to_vec())
}
