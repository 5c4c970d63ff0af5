//! RunLengthDecode, ISO 32000-2, 7.4.5.

use crate::filter::FilterError;
use crate::limits::Limit;

/// Decodes up to the end mark 128 or the end of the data.
pub(crate) fn decode(data: &[u8], maximum: usize) -> Result<Vec<u8>, FilterError> {
    let mut decoded = Vec::with_capacity(data.len());
    let mut rest = data;
    while let Some((length, behind)) = rest.split_first() {
        rest = match *length {
            128 => break,
            length @ 0..=127 => {
                let count = (usize::from(length) + 1).min(behind.len());
                let (literal, behind) = behind.split_at_checked(count).unwrap_or_default();
                decoded.extend_from_slice(literal);
                behind
            }
            length => {
                let Some((byte, behind)) = behind.split_first() else {
                    break;
                };
                decoded.extend(std::iter::repeat_n(*byte, 257 - usize::from(length)));
                behind
            }
        };
        if decoded.len() > maximum {
            return Err(Limit::StreamBytes(maximum).into());
        }
    }
    Ok(decoded)
}
