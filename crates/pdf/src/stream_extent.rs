//! Where stream data ends.

use crate::error::ReadError;
use crate::lexer::find;
use crate::parser::keyword_at;
use crate::read_at::ReadAt;
use crate::source::Source;

/// If `endstream` follows `length` bytes from `start` (absolute), the end of the object.
pub(crate) fn stream_ends_at<R: ReadAt>(
    source: Source<'_, R>,
    start: u64,
    length: u64,
) -> Result<Option<u64>, ReadError> {
    let Some(end) = start.checked_add(length).filter(|end| *end < source.bound) else {
        return Ok(None);
    };
    let window = source.window(end, 64)?;
    Ok(keyword_at(&window, 0, b"endstream").map(|behind| {
        let behind = keyword_at(&window, behind, b"endobj").unwrap_or(behind);
        end.saturating_add(behind as u64)
    }))
}

/// Length of the data and end of the object, found by looking for `endstream`: for streams whose `Length` is
/// missing or wrong, which all readers tolerate.
pub(crate) fn find_stream_end<R: ReadAt>(
    source: Source<'_, R>,
    start: u64,
) -> Result<Option<(u64, u64)>, ReadError> {
    const KEYWORD: &[u8] = b"endstream";
    const BLOCK: usize = 64 << 10;
    let mut offset = start;
    let last = source
        .bound
        .min(start.saturating_add(source.limits.stream_bytes as u64));
    while offset < last {
        let window = source.window(offset, BLOCK)?;
        source.work.spend(window.len())?;
        if let Some(at) = find(&window, KEYWORD) {
            let mut length = offset - start + at as u64;
            // The line end before the keyword does not belong to the data.
            let before = source.window(
                start + length.saturating_sub(2),
                usize::try_from(length.min(2)).unwrap_or(0),
            )?;
            length -= match &*before {
                [.., b'\r', b'\n'] => 2,
                [.., b'\n' | b'\r'] => 1,
                _ => 0,
            };
            let end = stream_ends_at(source, start, length)?;
            return Ok(end.map(|end| (length, end)));
        }
        if window.len() < BLOCK {
            return Ok(None);
        }
        offset += (BLOCK - KEYWORD.len()) as u64;
    }
    Ok(None)
}
