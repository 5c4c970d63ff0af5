//! FlateDecode, ISO 32000-2, 7.4.4.

use flate2::{Compress, Compression, Decompress, FlushCompress, FlushDecompress, Status};

use crate::filter::FilterError;
use crate::limits::Limit;

/// Inflates zlib data. What was decoded before an error in the data is kept, as all readers do: truncated
/// streams are common and show as missing content, not as a broken file.
pub(crate) fn decode(data: &[u8], maximum: usize) -> Result<Vec<u8>, FilterError> {
    // White space before the zlib header occurs when the line end behind `stream` is doubled.
    let has_header = data.first().is_some_and(|first| first & 0x0f == 8);
    let trimmed = if has_header { data } else { data.trim_ascii_start() };
    let (decoded, finished) = inflate(trimmed, Decompress::new(true), maximum)?;
    if finished || !decoded.is_empty() || trimmed.is_empty() {
        return Ok(decoded);
    }
    // No zlib header, or a wrong one: the same data without it.
    let (decoded, finished) = inflate(
        trimmed.get(2..).unwrap_or_default(),
        Decompress::new(false),
        maximum,
    )?;
    if finished || !decoded.is_empty() {
        Ok(decoded)
    } else {
        Err(FilterError::Corrupt("FlateDecode"))
    }
}

fn inflate(data: &[u8], mut state: Decompress, maximum: usize) -> Result<(Vec<u8>, bool), FilterError> {
    let mut decoded = Vec::with_capacity(data.len().saturating_mul(3).min(maximum).max(64));
    loop {
        let consumed = usize::try_from(state.total_in()).unwrap_or(usize::MAX);
        let rest = data.get(consumed..).unwrap_or_default();
        let before = decoded.len();
        let status = state.decompress_vec(rest, &mut decoded, FlushDecompress::None);
        if decoded.len() > maximum {
            return Err(Limit::StreamBytes(maximum).into());
        }
        match status {
            Ok(Status::StreamEnd) => return Ok((decoded, true)),
            Err(_) => return Ok((decoded, false)),
            Ok(Status::Ok | Status::BufError) => {
                let progressed = decoded.len() > before || state.total_in() > consumed as u64;
                if decoded.len() == decoded.capacity() {
                    // One byte beyond the bound is enough to see that it is exceeded.
                    let room = (maximum - decoded.len()).saturating_add(1);
                    decoded.reserve_exact(decoded.len().max(64).min(room));
                } else if !progressed || rest.is_empty() {
                    return Ok((decoded, false));
                }
            }
        }
    }
}

/// zlib data for a stream of this program. The same input always gives the same output.
pub(crate) fn compress(data: &[u8]) -> Vec<u8> {
    let mut state = Compress::new(Compression::new(6), true);
    let mut encoded = Vec::with_capacity(data.len() / 2 + 64);
    loop {
        let consumed = usize::try_from(state.total_in()).unwrap_or(usize::MAX);
        let rest = data.get(consumed..).unwrap_or_default();
        match state.compress_vec(rest, &mut encoded, FlushCompress::Finish) {
            Ok(Status::StreamEnd) | Err(_) => return encoded,
            Ok(Status::Ok | Status::BufError) => encoded.reserve(encoded.len().max(64)),
        }
    }
}
