//! ASCIIHexDecode and ASCII85Decode, ISO 32000-2, 7.4.2 and 7.4.3.

use crate::filter::FilterError;
use crate::limits::Limit;

/// Digits up to `>`.
pub(crate) fn decode_hexadecimal(data: &[u8]) -> Vec<u8> {
    let end = data.iter().position(|byte| *byte == b'>').unwrap_or(data.len());
    crate::object::decode_hexadecimal(data.get(..end).unwrap_or_default())
}

/// Groups of five up to `~>`.
pub(crate) fn decode_85(data: &[u8], maximum: usize) -> Result<Vec<u8>, FilterError> {
    const CORRUPT: FilterError = FilterError::Corrupt("ASCII85Decode");
    let mut decoded = Vec::with_capacity(data.len() / 5 * 4);
    let mut group = [0_u8; 5];
    let mut filled = 0;
    let data = data.trim_ascii_start();
    let data = data.strip_prefix(b"<~").unwrap_or(data);
    for byte in data {
        match byte {
            b'~' => break,
            b'z' if filled == 0 => decoded.extend_from_slice(&[0; 4]),
            b'!'..=b'u' => {
                if let Some(slot) = group.get_mut(filled) {
                    *slot = byte - b'!';
                }
                filled += 1;
                if filled == 5 {
                    decoded.extend_from_slice(&group_value(group).ok_or(CORRUPT)?.to_be_bytes());
                    filled = 0;
                }
            }
            _ if crate::lexer::is_space(*byte) => {}
            _ => return Err(CORRUPT),
        }
        if decoded.len() > maximum {
            return Err(Limit::StreamBytes(maximum).into());
        }
    }
    if filled > 1 {
        for slot in group.iter_mut().skip(filled) {
            *slot = 84;
        }
        let value = group_value(group).ok_or(CORRUPT)?.to_be_bytes();
        decoded.extend_from_slice(value.get(..filled - 1).unwrap_or_default());
    }
    Ok(decoded)
}

fn group_value(group: [u8; 5]) -> Option<u32> {
    group.iter().try_fold(0_u32, |value, digit| {
        value.checked_mul(85)?.checked_add(u32::from(*digit))
    })
}
