//! A readable text form of whole documents, for snapshots and diagnostics.

use std::fmt::Write as _;

use aws_lc_rs::digest::{SHA256, digest};

use crate::document::Document;
use crate::error::ReadError;
use crate::filter::FilterError;
use crate::object::{Object, Stream};
use crate::read_at::ReadAt;

impl<R: ReadAt> Document<R> {
    /// Trailer and all objects as indented text, in order of numbers. Streams that hold text are shown decoded,
    /// others by length and the beginning of their SHA-256. Made for people and snapshots, not to be parsed.
    ///
    /// # Errors
    /// When an object cannot be read.
    pub fn describe(&self) -> Result<String, ReadError> {
        let mut text = format!("trailer {}\n", self.trailer());
        for id in self.object_ids() {
            let object = self.object(id)?;
            // Writing to a string cannot fail.
            let _ = writeln!(text, "{id} obj {object}");
            if let Object::Stream(stream) = &object {
                text.push_str(&self.describe_data(stream)?);
            }
        }
        Ok(text)
    }

    fn describe_data(&self, stream: &Stream) -> Result<String, ReadError> {
        let data = match self.stream_data(stream) {
            Ok(data) => data,
            Err(ReadError::Filter(FilterError::Unsupported(filter))) => {
                return Ok(format!("  | encoded with {filter}\n"));
            }
            Err(error) => return Err(error),
        };
        let is_text = data
            .iter()
            .all(|byte| byte.is_ascii_graphic() || byte.is_ascii_whitespace());
        if !is_text || data.len() > SHOWN_BYTES {
            let hash = digest(&SHA256, &data);
            let start = hash
                .as_ref()
                .iter()
                .take(8)
                .fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
            return Ok(format!("  | {} bytes, SHA-256 {start:016x}…\n", data.len()));
        }
        let lines = data.split(|byte| matches!(byte, b'\n' | b'\r'));
        let mut text = String::new();
        for line in lines.filter(|line| !line.is_empty()) {
            let _ = writeln!(text, "  | {}", String::from_utf8_lossy(line));
        }
        Ok(text)
    }
}

/// Longer text is not shown.
const SHOWN_BYTES: usize = 4096;
