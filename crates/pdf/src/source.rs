//! Reads objects out of a [`ReadAt`] in small windows.

use std::ops::Range;
use std::sync::Arc;

use crate::error::ReadError;
use crate::lexer::SyntaxError;
use crate::limits::{Limit, Limits};
use crate::parser::{ParsedObject, Parser};
use crate::read_at::ReadAt;
use crate::work::Work;

/// A file seen from its header on, up to a bound.
#[derive(Debug)]
pub(crate) struct Source<'a, R> {
    pub(crate) reader: &'a R,
    /// Absolute offset that the file's own offset 0 means: bytes before `%PDF` are not counted in some files.
    pub(crate) shift: u64,
    /// Absolute end of what may be read.
    pub(crate) bound: u64,
    pub(crate) limits: &'a Limits,
    pub(crate) work: &'a Work,
}

impl<R> Clone for Source<'_, R> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<R> Copy for Source<'_, R> {}

impl<R: ReadAt> Source<'_, R> {
    /// The absolute offset of an offset as written in the file.
    pub(crate) fn absolute(&self, offset: u64) -> Option<u64> {
        offset
            .checked_add(self.shift)
            .filter(|absolute| *absolute < self.bound)
    }

    /// Exactly the bytes of `span` (absolute).
    pub(crate) fn bytes(&self, span: Range<u64>) -> Result<Vec<u8>, ReadError> {
        if span.end > self.bound || span.start > span.end {
            return Err(ReadError::OutsideFile { offset: span.start });
        }
        let length = usize::try_from(span.end - span.start).map_err(|_| self.stream_limit())?;
        if length > self.limits.stream_bytes {
            return Err(self.stream_limit());
        }
        let mut bytes = vec![0; length];
        self.reader.read_at(span.start, &mut bytes)?;
        Ok(bytes)
    }

    fn stream_limit(&self) -> ReadError {
        Limit::StreamBytes(self.limits.stream_bytes).into()
    }

    /// Up to `length` bytes from `offset` (absolute).
    pub(crate) fn window(&self, offset: u64, length: usize) -> Result<Arc<[u8]>, ReadError> {
        let available = self.bound.saturating_sub(offset);
        let length = usize::try_from(available).unwrap_or(usize::MAX).min(length);
        let mut bytes = vec![0; length];
        self.reader.read_at(offset, &mut bytes)?;
        Ok(bytes.into())
    }

    /// Parses at `offset` (absolute), reading more as long as the parser meets the end of what was read.
    pub(crate) fn parse<T>(
        &self,
        offset: u64,
        mut parse: impl FnMut(&Arc<[u8]>) -> Result<T, SyntaxError>,
    ) -> Result<T, ReadError> {
        let mut length = FIRST_WINDOW;
        loop {
            let window = self.window(offset, length)?;
            let is_all = offset.saturating_add(window.len() as u64) >= self.bound;
            match parse(&window) {
                // A window that ends inside `12 0 R` leaves the `0` where a key should stand.
                Err(SyntaxError::UnexpectedEnd | SyntaxError::KeyNotAName) if !is_all => {}
                Err(SyntaxError::Limit(limit)) => return Err(limit.into()),
                Err(error) => return Err(ReadError::Syntax { offset, error }),
                Ok(value) => return Ok(value),
            }
            if length >= self.limits.object_bytes {
                return Err(Limit::ObjectBytes(self.limits.object_bytes).into());
            }
            length = length.saturating_mul(4).min(self.limits.object_bytes);
            self.work.spend(length)?;
        }
    }

    /// The indirect object at `offset` (absolute).
    pub(crate) fn indirect_object(&self, offset: u64) -> Result<ParsedObject, ReadError> {
        self.parse(offset, |window| {
            Parser::new(window, 0, self.limits).indirect_object()
        })
    }
}

/// Most objects fit, and neighbours cost little when the storage caches blocks.
const FIRST_WINDOW: usize = 1024;
