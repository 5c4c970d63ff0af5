//! Slices of source bytes that many tokens share.

use std::ops::Range;
use std::sync::Arc;

/// Bytes of a token or of the gap between two tokens, exactly as they stand in the file.
///
/// All tokens of one object share the buffer that was read for it, so keeping source text costs no
/// allocation per token.
#[derive(Clone)]
pub(crate) enum SourceText {
    Static(&'static [u8]),
    Shared { buffer: Arc<[u8]>, start: u32, end: u32 },
}

impl SourceText {
    pub(crate) const EMPTY: Self = Self::Static(b"");
    pub(crate) const SPACE: Self = Self::Static(b" ");

    /// The part `range` of `buffer`. Buffers are bounded by `Limits::object_bytes`, far below 4 GiB.
    pub(crate) fn shared(buffer: &Arc<[u8]>, range: Range<usize>) -> Self {
        match (u32::try_from(range.start), u32::try_from(range.end)) {
            (Ok(start), Ok(end)) => Self::Shared {
                buffer: Arc::clone(buffer),
                start,
                end,
            },
            _ => Self::owned(buffer.get(range).unwrap_or_default().to_vec()),
        }
    }

    /// A gap between tokens; the usual ones need no reference to the buffer.
    pub(crate) fn gap(buffer: &Arc<[u8]>, range: Range<usize>) -> Self {
        match buffer.get(range.clone()).unwrap_or_default() {
            b"" => Self::EMPTY,
            b" " => Self::SPACE,
            b"\n" => Self::Static(b"\n"),
            b"\r" => Self::Static(b"\r"),
            b"\r\n" => Self::Static(b"\r\n"),
            _ => Self::shared(buffer, range),
        }
    }

    pub(crate) fn owned(bytes: Vec<u8>) -> Self {
        let buffer: Arc<[u8]> = bytes.into();
        let end = u32::try_from(buffer.len()).unwrap_or(u32::MAX);
        Self::Shared {
            buffer,
            start: 0,
            end,
        }
    }

    pub(crate) fn as_bytes(&self) -> &[u8] {
        match self {
            Self::Static(bytes) => bytes,
            Self::Shared { buffer, start, end } => {
                buffer.get(*start as usize..*end as usize).unwrap_or_default()
            }
        }
    }

    /// Where the text stands in the buffer that it was read from.
    pub(crate) fn range(&self) -> Option<Range<usize>> {
        match self {
            Self::Static(_) => None,
            Self::Shared { start, end, .. } => Some(*start as usize..*end as usize),
        }
    }
}

impl std::fmt::Debug for SourceText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", String::from_utf8_lossy(self.as_bytes()))
    }
}
