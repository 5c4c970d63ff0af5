//! Space in an update that is filled after the rest is known: `/ByteRange` and `/Contents`.

/// A value of fixed width in an update, to be filled once its surroundings are final (ISO 32000-2, 12.8.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reserved {
    pub(crate) name: String,
    pub(crate) kind: ReservedKind,
}

/// What a [`Reserved`] value will hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReservedKind {
    /// `[0 0000000000 0000000000 0000000000]`: an array of four integers.
    ByteRange,
    /// `<000…>`: a hexadecimal string of this many bytes. It is never encrypted.
    Contents {
        /// Bytes that fit, half the number of digits.
        reserved_bytes: usize,
    },
}

impl Reserved {
    /// Room for a `/ByteRange`, found again under `name` in the finished update.
    pub fn byte_range(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            kind: ReservedKind::ByteRange,
        }
    }

    /// Room for a `/Contents` of up to `reserved_bytes` bytes, found again under `name` in the finished update.
    pub fn contents(name: impl Into<String>, reserved_bytes: usize) -> Self {
        Self {
            name: name.into(),
            kind: ReservedKind::Contents { reserved_bytes },
        }
    }

    pub(crate) fn blank(&self) -> Vec<u8> {
        match self.kind {
            ReservedKind::ByteRange => byte_range_text([0; 4]),
            ReservedKind::Contents { reserved_bytes } => {
                let mut text = vec![b'0'; reserved_bytes.saturating_mul(2).saturating_add(2)];
                if let Some(first) = text.first_mut() {
                    *first = b'<';
                }
                if let Some(last) = text.last_mut() {
                    *last = b'>';
                }
                text
            }
        }
    }
}

/// The array padded with spaces to a width that holds any four file positions.
pub(crate) fn byte_range_text(range: [u64; 4]) -> Vec<u8> {
    let [first, second, third, fourth] = range;
    let mut text = format!("[{first} {second} {third} {fourth}").into_bytes();
    text.resize(BYTE_RANGE_WIDTH.max(text.len() + 1) - 1, b' ');
    text.push(b']');
    text
}

/// `[0 a b c]` with three numbers of up to 15 digits, which is room for a petabyte.
const BYTE_RANGE_WIDTH: usize = 2 + 3 * 16 + 1;
