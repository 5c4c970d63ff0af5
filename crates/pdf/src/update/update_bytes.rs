//! The finished bytes of an update, and filling what was reserved in them.

use std::ops::Range;

use thiserror::Error;

use crate::object::{ObjectId, ReservedKind, byte_range_text, push_hexadecimal};

/// The bytes to append to a document.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Update {
    /// The appended bytes alone.
    pub bytes: Vec<u8>,
    /// Length of the document that they are appended to.
    pub base_length: u64,
    /// Absolute offset of the new cross-reference section.
    pub xref_offset: u64,
    /// The reserved values, in order of the file.
    pub reserved: Vec<ReservedSpan>,
    /// The objects that the update defines or redefines.
    pub objects: Vec<ObjectId>,
}

/// Where a reserved value stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReservedSpan {
    /// The name given to it.
    pub name: String,
    /// What it will hold.
    pub kind: ReservedKind,
    /// Absolute offsets in base and update together, with brackets or angle brackets.
    pub span: Range<u64>,
}

/// Why a reserved value cannot be filled.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum FillError {
    /// No value of that kind was reserved under that name.
    #[error("nothing is reserved under the name {0}")]
    Unknown(String),
    /// The value is longer than what was reserved.
    #[error("{needed} bytes are needed but {reserved} are reserved")]
    TooLong {
        /// Bytes of the value.
        needed: usize,
        /// Bytes reserved.
        reserved: usize,
    },
}

impl Update {
    /// Length of document and update together.
    pub fn total_length(&self) -> u64 {
        self.base_length.saturating_add(self.bytes.len() as u64)
    }

    /// The value reserved under `name`.
    pub fn reserved(&self, name: &str) -> Option<&ReservedSpan> {
        self.reserved.iter().find(|reserved| reserved.name == name)
    }

    /// The byte range that covers everything but the value reserved under `contents` (ISO 32000-2, 12.8.1):
    /// offset and length before it, offset and length behind it.
    pub fn byte_range_around(&self, contents: &str) -> Option<[u64; 4]> {
        let span = &self.reserved(contents)?.span;
        Some([
            0,
            span.start,
            span.end,
            self.total_length().saturating_sub(span.end),
        ])
    }

    /// Fills a reserved byte range.
    ///
    /// # Errors
    /// [`FillError::Unknown`]; [`FillError::TooLong`] for numbers of more than 15 digits.
    pub fn fill_byte_range(&mut self, name: &str, range: [u64; 4]) -> Result<(), FillError> {
        self.fill(name, ReservedKind::ByteRange, &byte_range_text(range))
    }

    /// Fills a reserved value with the digits of `value`; zeros remain behind it.
    ///
    /// # Errors
    /// [`FillError::Unknown`]; [`FillError::TooLong`].
    pub fn fill_contents(&mut self, name: &str, value: &[u8]) -> Result<(), FillError> {
        let Some(ReservedKind::Contents { reserved_bytes }) =
            self.reserved(name).map(|reserved| reserved.kind)
        else {
            return Err(FillError::Unknown(name.to_owned()));
        };
        if value.len() > reserved_bytes {
            return Err(FillError::TooLong {
                needed: value.len(),
                reserved: reserved_bytes,
            });
        }
        let mut text = Vec::with_capacity(reserved_bytes * 2 + 2);
        text.push(b'<');
        push_hexadecimal(&mut text, value);
        text.resize(reserved_bytes * 2 + 1, b'0');
        text.push(b'>');
        self.fill(name, ReservedKind::Contents { reserved_bytes }, &text)
    }

    fn fill(&mut self, name: &str, kind: ReservedKind, text: &[u8]) -> Result<(), FillError> {
        let unknown = || FillError::Unknown(name.to_owned());
        let reserved = self
            .reserved(name)
            .filter(|reserved| reserved.kind == kind)
            .ok_or_else(unknown)?;
        let position = |offset: u64| {
            offset
                .checked_sub(self.base_length)
                .and_then(|at| usize::try_from(at).ok())
        };
        let range = position(reserved.span.start).zip(position(reserved.span.end));
        let (start, end) = range.ok_or_else(unknown)?;
        let target = self.bytes.get_mut(start..end).ok_or_else(unknown)?;
        if target.len() != text.len() {
            return Err(FillError::TooLong {
                needed: text.len(),
                reserved: target.len(),
            });
        }
        target.copy_from_slice(text);
        Ok(())
    }
}
