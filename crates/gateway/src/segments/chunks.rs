//! The form of a stored object: AES-256-GCM in chunks, so that a range can be read and believed without
//! reading the rest.
//!
//! The plain text is cut into chunks of 64 KiB, the last one shorter (empty only where the object is empty).
//! Each is encrypted under the object's own key with a counted nonce and followed by its tag; nothing stands
//! before, between or behind. Nonce: 3 zero bytes, the chunk's number as 8 bytes big-endian, 1 for the last
//! chunk and 0 for others. Authenticated beside it: what names the object, and number and flag again. So a
//! chunk that was changed, moved, dropped, doubled or taken from another object is noticed; that a file was
//! cut off after a chunk is noticed by the flag.

use aws_lc_rs::aead::{Aad, LessSafeKey, Nonce};
use secrecy::SecretBox;

use crate::crypto::{Refused, TAG_BYTES, cipher};

/// Bytes of plain text in a chunk.
const CHUNK: usize = 64 * 1024;

/// Bytes of a chunk as it is stored.
const SEALED_CHUNK: usize = CHUNK + TAG_BYTES;

const CHUNK_BYTES: u64 = CHUNK as u64;

const SEALED_CHUNK_BYTES: u64 = SEALED_CHUNK as u64;

/// How an object of some length is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Layout {
    plain_bytes: u64,
    chunks: u64,
}

/// The chunks that hold a range, and where they stand in the stored object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Window {
    first_chunk: u64,
    /// Where the sealed chunks stand.
    pub(super) sealed: std::ops::Range<u64>,
    /// Bytes of the first chunk before the range.
    skip: usize,
    /// Length of the range.
    length: usize,
}

/// A chunk is not what was stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Forged;

impl Layout {
    /// The layout of an object with so many bytes of plain text.
    pub(super) const fn of(plain_bytes: u64) -> Self {
        let chunks = if plain_bytes == 0 {
            1
        } else {
            plain_bytes.div_ceil(CHUNK_BYTES)
        };
        Self { plain_bytes, chunks }
    }

    /// The layout of a stored object with so many bytes; `None` if no object has that length.
    pub(super) fn of_sealed(sealed_bytes: u64) -> Option<Self> {
        let chunks = sealed_bytes.div_ceil(SEALED_CHUNK_BYTES);
        let plain_bytes = sealed_bytes.checked_sub(chunks.checked_mul(TAG_BYTES as u64)?)?;
        let layout = Self::of(plain_bytes);
        (layout.sealed_bytes() == Some(sealed_bytes)).then_some(layout)
    }

    /// Length of the stored object; `None` beyond 64 bits.
    pub(super) fn sealed_bytes(self) -> Option<u64> {
        self.chunks
            .checked_mul(TAG_BYTES as u64)?
            .checked_add(self.plain_bytes)
    }

    /// The window onto `length` bytes from `offset`; `None` if they are not all there.
    pub(super) fn window(self, offset: u64, length: u64) -> Option<Window> {
        let end = offset
            .checked_add(length)
            .filter(|end| *end <= self.plain_bytes)?;
        let first_chunk = (offset / CHUNK_BYTES).min(self.chunks.saturating_sub(1));
        let end_chunk = end.div_ceil(CHUNK_BYTES).max(first_chunk.checked_add(1)?);
        let sealed_end = end_chunk
            .checked_mul(SEALED_CHUNK_BYTES)?
            .min(self.sealed_bytes()?);
        Some(Window {
            first_chunk,
            sealed: first_chunk.checked_mul(SEALED_CHUNK_BYTES)?..sealed_end,
            skip: usize::try_from(offset.checked_sub(first_chunk.checked_mul(CHUNK_BYTES)?)?).ok()?,
            length: usize::try_from(length).ok()?,
        })
    }

    /// The window onto the whole object.
    pub(super) fn whole(self) -> Option<Window> {
        self.window(0, self.plain_bytes)
    }

    fn is_last(self, chunk: u64) -> bool {
        chunk.saturating_add(1) == self.chunks
    }
}

/// Encrypts an object whole. `name` is authenticated with each chunk. The key must be used for nothing else,
/// ever: nonces begin at zero.
pub(super) fn seal(key: &SecretBox<[u8; 32]>, name: &[u8], plain: &[u8]) -> Result<Vec<u8>, Refused> {
    let layout = Layout::of(plain.len() as u64);
    let cipher = cipher(key)?;
    let capacity = layout
        .sealed_bytes()
        .and_then(|bytes| usize::try_from(bytes).ok())
        .ok_or(Refused)?;
    let mut sealed = Vec::with_capacity(capacity);
    let mut rest = plain;
    for chunk in 0..layout.chunks {
        let (head, tail) = rest.split_at(rest.len().min(CHUNK));
        rest = tail;
        let start = sealed.len();
        sealed.extend_from_slice(head);
        let (nonce, context) = position(name, chunk, layout.is_last(chunk));
        let body = sealed.get_mut(start..).ok_or(Refused)?;
        let tag = cipher
            .seal_in_place_separate_tag(nonce, Aad::from(&context), body)
            .map_err(|_| Refused)?;
        sealed.extend_from_slice(tag.as_ref());
    }
    Ok(sealed)
}

/// Decrypts the window `window` of an object of layout `layout` from its sealed chunks.
pub(super) fn open(
    key: &LessSafeKey,
    name: &[u8],
    layout: Layout,
    window: &Window,
    mut sealed: Vec<u8>,
) -> Result<Vec<u8>, Forged> {
    let wanted = window.sealed.end.checked_sub(window.sealed.start).ok_or(Forged)?;
    if sealed.len() as u64 != wanted {
        return Err(Forged);
    }
    let mut plain = Vec::with_capacity(window.length);
    let mut skip = window.skip;
    for (chunk, bytes) in (window.first_chunk..).zip(sealed.chunks_mut(SEALED_CHUNK)) {
        let (nonce, context) = position(name, chunk, layout.is_last(chunk));
        let opened = key
            .open_in_place(nonce, Aad::from(&context), bytes)
            .map_err(|_| Forged)?;
        let part = opened.get(skip..).ok_or(Forged)?;
        let missing = window.length.saturating_sub(plain.len());
        plain.extend_from_slice(part.get(..missing.min(part.len())).ok_or(Forged)?);
        skip = 0;
    }
    if plain.len() == window.length {
        Ok(plain)
    } else {
        Err(Forged)
    }
}

fn position(name: &[u8], chunk: u64, is_last: bool) -> (Nonce, Vec<u8>) {
    let mut nonce = [0_u8; 12];
    let number = chunk.to_be_bytes();
    let flag = u8::from(is_last);
    for (slot, byte) in nonce.iter_mut().skip(3).zip(number.into_iter().chain([flag])) {
        *slot = byte;
    }
    let mut context = Vec::with_capacity(name.len().saturating_add(9));
    context.extend_from_slice(name);
    context.extend_from_slice(&number);
    context.push(flag);
    (Nonce::assume_unique_for_key(nonce), context)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const KIB64: usize = CHUNK;
    const SEALED: usize = SEALED_CHUNK;

    fn key(byte: u8) -> SecretBox<[u8; 32]> {
        SecretBox::init_with(|| [byte; 32])
    }

    fn plain(length: usize) -> Vec<u8> {
        (0..length)
            .map(|index| u8::try_from((index * 7 + index / 251) % 256).unwrap())
            .collect()
    }

    fn read_all(key_byte: u8, name: &[u8], sealed: &[u8]) -> Result<Vec<u8>, Forged> {
        let layout = Layout::of_sealed(sealed.len() as u64).ok_or(Forged)?;
        let window = layout.whole().ok_or(Forged)?;
        open(
            &cipher(&key(key_byte)).unwrap(),
            name,
            layout,
            &window,
            sealed.to_vec(),
        )
    }

    #[test]
    fn lengths_at_the_edges_come_back() {
        for length in [0, 1, KIB64 - 1, KIB64, KIB64 + 1, 3 * KIB64, 3 * KIB64 + 17] {
            let sealed = seal(&key(1), b"name", &plain(length)).unwrap();
            assert_eq!(
                Some(sealed.len() as u64),
                Layout::of(length as u64).sealed_bytes()
            );
            assert_eq!(read_all(1, b"name", &sealed), Ok(plain(length)), "{length}");
        }
    }

    #[test]
    fn other_key_and_other_name_are_noticed() {
        let sealed = seal(&key(1), b"name", &plain(100)).unwrap();
        assert_eq!(read_all(2, b"name", &sealed), Err(Forged));
        assert_eq!(read_all(1, b"mane", &sealed), Err(Forged));
    }

    #[test]
    fn cutting_off_whole_chunks_is_noticed() {
        let sealed = seal(&key(1), b"name", &plain(3 * KIB64)).unwrap();
        assert_eq!(read_all(1, b"name", &sealed[..2 * SEALED]), Err(Forged));
        assert_eq!(read_all(1, b"name", &sealed[SEALED..]), Err(Forged));
    }

    #[test]
    fn swapped_and_doubled_chunks_are_noticed() {
        let sealed = seal(&key(1), b"name", &plain(3 * KIB64)).unwrap();
        let (first, rest) = sealed.split_at(SEALED);
        let (second, third) = rest.split_at(SEALED);
        assert_eq!(
            read_all(1, b"name", &[second, first, third].concat()),
            Err(Forged)
        );
        assert_eq!(read_all(1, b"name", &[first, first, third].concat()), Err(Forged));
        assert_eq!(
            read_all(1, b"name", &[first, second, third, third].concat()),
            Err(Forged)
        );
    }

    #[test]
    fn a_window_beyond_the_end_does_not_exist() {
        let layout = Layout::of(10);
        assert!(layout.window(0, 11).is_none());
        assert!(layout.window(11, 0).is_none());
        assert!(layout.window(u64::MAX, 1).is_none());
        assert!(layout.window(10, 0).is_some());
        assert!(Layout::of(u64::MAX).sealed_bytes().is_none());
    }

    #[test]
    fn a_window_fetches_only_its_chunks() {
        let layout = Layout::of(10 * CHUNK_BYTES);
        let window = layout.window(CHUNK_BYTES + 5, 10).unwrap();
        assert_eq!(window.sealed, SEALED_CHUNK_BYTES..2 * SEALED_CHUNK_BYTES);
        let window = layout.window(CHUNK_BYTES - 1, 2).unwrap();
        assert_eq!(window.sealed, 0..2 * SEALED_CHUNK_BYTES);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn every_range_reads_what_was_written(
            length in 0_usize..5 * KIB64,
            from in any::<prop::sample::Index>(),
            to in any::<prop::sample::Index>(),
        ) {
            let text = plain(length);
            let sealed = seal(&key(3), b"n", &text).unwrap();
            let layout = Layout::of(length as u64);
            let (one, other) = (from.index(length + 1), to.index(length + 1));
            let (start, end) = (one.min(other), one.max(other));
            let window = layout.window(start as u64, (end - start) as u64).unwrap();
            let place = |at: u64| usize::try_from(at).unwrap();
            let bytes = sealed[place(window.sealed.start)..place(window.sealed.end)].to_vec();
            let read = open(&cipher(&key(3)).unwrap(), b"n", layout, &window, bytes).unwrap();
            prop_assert_eq!(&read, &text[start..end]);
        }

        #[test]
        fn any_changed_bit_is_noticed(length in 0_usize..3 * KIB64, place in any::<prop::sample::Index>(), bit in 0_u8..8) {
            let mut sealed = seal(&key(4), b"n", &plain(length)).unwrap();
            let index = place.index(sealed.len());
            sealed[index] ^= 1 << bit;
            prop_assert_eq!(read_all(4, b"n", &sealed), Err(Forged));
        }

        #[test]
        fn any_other_length_is_noticed(length in 0_usize..3 * KIB64, cut in any::<prop::sample::Index>(), more in 1_usize..40) {
            let sealed = seal(&key(5), b"n", &plain(length)).unwrap();
            prop_assert_eq!(read_all(5, b"n", &sealed[..cut.index(sealed.len())]), Err(Forged));
            let longer = [sealed.as_slice(), &vec![0; more]].concat();
            prop_assert_eq!(read_all(5, b"n", &longer), Err(Forged));
        }
    }
}
