//! SHA-256 that can be taken up again in the middle of a file (FIPS 180-4, 6.2).
//!
//! A document grows by appending. With the state at the last 64-byte boundary kept beside each stored segment, the
//! digest of a new revision needs the new bytes only.

use std::io;

use akashi_pdf::ReadAt;
use akashi_pki::DigestAlgorithm;
use sha2::block_api::compress256;
use thiserror::Error;

/// Bytes of one SHA-256 block.
const BLOCK: usize = 64;
/// Bytes read from a file at a time.
const CHUNK: usize = 32 * 1024;

/// The state of SHA-256 after a whole number of blocks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct HashState {
    /// The eight chaining words.
    pub words: [u32; 8],
    /// Bytes hashed so far, a multiple of 64.
    pub hashed_bytes: u64,
}

/// Why a stored state cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum HashStateError {
    /// Not 41 bytes, or of another version.
    #[error("not a stored hash state of a known version")]
    Form,
    /// The number of hashed bytes is no multiple of 64.
    #[error("a hash state must stand at a 64-byte boundary")]
    Boundary,
    /// More bytes were hashed than the file has.
    #[error("the hash state lies behind the end of the file")]
    BehindEnd,
}

impl HashState {
    /// The state before the first byte (FIPS 180-4, 5.3.3).
    pub const START: Self = Self {
        words: [
            0x6a09_e667,
            0xbb67_ae85,
            0x3c6e_f372,
            0xa54f_f53a,
            0x510e_527f,
            0x9b05_688c,
            0x1f83_d9ab,
            0x5be0_cd19,
        ],
        hashed_bytes: 0,
    };

    /// The form for storage: version 1, the words and the length, big-endian, 41 bytes.
    pub fn to_bytes(&self) -> [u8; 41] {
        let mut bytes = [0; 41];
        let values = self.words.iter().flat_map(|word| word.to_be_bytes());
        let values = std::iter::once(STORED_VERSION)
            .chain(values)
            .chain(self.hashed_bytes.to_be_bytes());
        for (target, value) in bytes.iter_mut().zip(values) {
            *target = value;
        }
        bytes
    }

    /// Reads [`Self::to_bytes`].
    ///
    /// # Errors
    /// [`HashStateError::Form`], [`HashStateError::Boundary`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, HashStateError> {
        let (&version, rest) = bytes.split_first().ok_or(HashStateError::Form)?;
        let (words, rest) = rest.split_at_checked(32).ok_or(HashStateError::Form)?;
        let length: [u8; 8] = rest.try_into().map_err(|_| HashStateError::Form)?;
        if version != STORED_VERSION {
            return Err(HashStateError::Form);
        }
        let mut state = Self {
            words: [0; 8],
            hashed_bytes: u64::from_be_bytes(length),
        };
        for (word, bytes) in state.words.iter_mut().zip(words.as_chunks::<4>().0) {
            *word = u32::from_be_bytes(*bytes);
        }
        state.checked()
    }

    /// The state, if it stands at a boundary.
    pub(crate) fn checked(self) -> Result<Self, HashStateError> {
        if self.hashed_bytes.is_multiple_of(BLOCK as u64) {
            Ok(self)
        } else {
            Err(HashStateError::Boundary)
        }
    }
}

const STORED_VERSION: u8 = 1;

/// SHA-256 in progress.
#[derive(Debug, Clone)]
pub(crate) struct Hasher {
    state: HashState,
    tail: [u8; BLOCK],
    tail_length: usize,
}

impl Hasher {
    pub(crate) fn resume(state: HashState) -> Self {
        Self {
            state,
            tail: [0; BLOCK],
            tail_length: 0,
        }
    }

    /// The state at the last boundary.
    pub(crate) fn state(&self) -> HashState {
        self.state
    }

    /// The bytes since the last boundary.
    pub(crate) fn tail(&self) -> &[u8] {
        self.tail.get(..self.tail_length).unwrap_or_default()
    }

    /// Bytes hashed in all.
    pub(crate) fn hashed_bytes(&self) -> u64 {
        self.state.hashed_bytes.saturating_add(self.tail_length as u64)
    }

    pub(crate) fn update(&mut self, mut bytes: &[u8]) {
        if self.tail_length > 0 {
            let missing = BLOCK.saturating_sub(self.tail_length).min(bytes.len());
            let (now, later) = bytes.split_at(missing);
            if let Some(target) = self.tail.get_mut(self.tail_length..self.tail_length + missing) {
                target.copy_from_slice(now);
            }
            self.tail_length += missing;
            bytes = later;
            if self.tail_length < BLOCK {
                return;
            }
            let block = self.tail;
            self.compress(&[block]);
            self.tail_length = 0;
        }
        let (blocks, rest) = bytes.as_chunks::<BLOCK>();
        self.compress(blocks);
        if let Some(target) = self.tail.get_mut(..rest.len()) {
            target.copy_from_slice(rest);
        }
        self.tail_length = rest.len();
    }

    fn compress(&mut self, blocks: &[[u8; BLOCK]]) {
        compress256(&mut self.state.words, blocks);
        self.state.hashed_bytes = self
            .state
            .hashed_bytes
            .saturating_add((blocks.len() * BLOCK) as u64);
    }

    /// Hashes `from..to` of a file.
    pub(crate) fn update_from<R: ReadAt + ?Sized>(
        &mut self,
        reader: &R,
        from: u64,
        to: u64,
    ) -> io::Result<()> {
        if let Some(bytes) = reader.in_memory() {
            self.update(part_of(bytes, from, to)?);
            return Ok(());
        }
        let mut buffer = vec![0; CHUNK.min(usize::try_from(to.saturating_sub(from)).unwrap_or(CHUNK))];
        let mut position = from;
        while position < to {
            let length = usize::try_from(to - position).unwrap_or(CHUNK).min(buffer.len());
            let Some(part) = buffer.get_mut(..length) else {
                break;
            };
            reader.read_at(position, part)?;
            self.update(part);
            position += length as u64;
        }
        Ok(())
    }

    /// The digest of everything hashed (padding of FIPS 180-4, 5.1.1).
    pub(crate) fn finish(mut self) -> [u8; 32] {
        let bits = self
            .state
            .hashed_bytes
            .saturating_add(self.tail_length as u64)
            .wrapping_mul(8);
        let zeros = (BLOCK + 55 - self.tail_length) % BLOCK;
        let mut padding = Vec::with_capacity(2 * BLOCK);
        padding.push(0x80);
        padding.resize(1 + zeros, 0);
        padding.extend(bits.to_be_bytes());
        self.update(&padding);
        let mut digest = [0; 32];
        let bytes = self.state.words.iter().flat_map(|word| word.to_be_bytes());
        for (target, byte) in digest.iter_mut().zip(bytes) {
            *target = byte;
        }
        digest
    }
}

/// `from..to` of bytes in memory.
fn part_of(bytes: &[u8], from: u64, to: u64) -> io::Result<&[u8]> {
    let range = usize::try_from(from).ok().zip(usize::try_from(to.max(from)).ok());
    let part = range.and_then(|(from, to)| bytes.get(from..to));
    part.ok_or_else(|| io::ErrorKind::UnexpectedEof.into())
}

/// A hasher that stands at the end of `reader`, begun at `state`.
pub(crate) fn resume_to_end<R: ReadAt + ?Sized>(reader: &R, state: HashState) -> Result<Hasher, ResumeError> {
    let state = state.checked()?;
    if state.hashed_bytes > reader.size() {
        return Err(HashStateError::BehindEnd.into());
    }
    let mut hasher = Hasher::resume(state);
    hasher.update_from(reader, state.hashed_bytes, reader.size())?;
    Ok(hasher)
}

/// Why the digest of a file could not be made.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ResumeError {
    /// The stored state does not fit.
    #[error("stored hash state does not fit the file")]
    State(#[from] HashStateError),
    /// The storage failed.
    #[error("file cannot be read")]
    Read(#[from] io::Error),
    /// The signature algorithm rests on a hash with which nothing new may be signed.
    #[error("{0} must not be used for new signatures")]
    Weak(DigestAlgorithm),
}

/// SHA-256 of a whole revision, with what is needed to go on after the next update.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RevisionHash {
    /// SHA-256 of all bytes of the file.
    pub sha256: [u8; 32],
    /// The state at the last 64-byte boundary.
    pub state: HashState,
}

impl RevisionHash {
    /// Hashes `reader`, beginning at `state` ([`HashState::START`] for the whole file).
    ///
    /// # Errors
    /// [`ResumeError`].
    pub fn of<R: ReadAt + ?Sized>(reader: &R, state: HashState) -> Result<Self, ResumeError> {
        resume_to_end(reader, state).map(Self::of_hasher)
    }

    pub(crate) fn of_hasher(hasher: Hasher) -> Self {
        Self {
            state: hasher.state(),
            sha256: hasher.finish(),
        }
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::digest;

    use super::*;

    fn outside(bytes: &[u8]) -> Vec<u8> {
        digest::digest(&digest::SHA256, bytes).as_ref().to_vec()
    }

    fn sample(length: usize) -> Vec<u8> {
        (0..length)
            .map(|index| u8::try_from(index * 31 % 251).unwrap())
            .collect()
    }

    #[test]
    fn every_length_around_two_blocks_agrees_with_another_implementation() {
        for length in 0..=200 {
            let bytes = sample(length);
            let mut hasher = Hasher::resume(HashState::START);
            hasher.update(&bytes);
            assert_eq!(hasher.finish().to_vec(), outside(&bytes), "{length}");
        }
    }

    #[test]
    fn resuming_at_every_cut_gives_the_digest_of_the_whole() {
        let bytes = sample(70_001);
        let whole = outside(&bytes);
        for cut in (0..600).chain((600..70_001).step_by(641)) {
            let stored = RevisionHash::of(&bytes[..cut], HashState::START).unwrap();
            assert_eq!(stored.sha256.to_vec(), outside(&bytes[..cut]));
            let state = HashState::from_bytes(&stored.state.to_bytes()).unwrap();
            assert_eq!(state.hashed_bytes, (cut / 64 * 64) as u64);
            assert_eq!(
                RevisionHash::of(&bytes, state).unwrap().sha256.to_vec(),
                whole,
                "{cut}"
            );
        }
    }

    #[test]
    fn pieces_of_any_size_agree() {
        let bytes = sample(5_000);
        for piece in [1, 3, 63, 64, 65, 127, 1000] {
            let mut hasher = Hasher::resume(HashState::START);
            bytes.chunks(piece).for_each(|chunk| hasher.update(chunk));
            assert_eq!(hasher.finish().to_vec(), outside(&bytes), "{piece}");
        }
    }

    #[test]
    fn a_state_that_does_not_fit_is_refused() {
        let odd = HashState {
            hashed_bytes: 65,
            ..HashState::START
        };
        assert!(matches!(
            RevisionHash::of(&sample(100), odd),
            Err(ResumeError::State(HashStateError::Boundary))
        ));
        let behind = HashState {
            hashed_bytes: 128,
            ..HashState::START
        };
        assert!(matches!(
            RevisionHash::of(&sample(100), behind),
            Err(ResumeError::State(HashStateError::BehindEnd))
        ));
        let mut bytes = HashState::START.to_bytes();
        bytes[0] = 2;
        assert_eq!(HashState::from_bytes(&bytes), Err(HashStateError::Form));
        assert_eq!(HashState::from_bytes(&bytes[..40]), Err(HashStateError::Form));
    }
}
