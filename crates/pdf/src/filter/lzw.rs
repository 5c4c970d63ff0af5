//! LZWDecode, ISO 32000-2, 7.4.4.

use crate::filter::FilterError;
use crate::limits::Limit;

/// When the code length grows (`EarlyChange`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Change {
    /// One code early, the default.
    Early,
    /// As late as possible.
    Late,
}

impl Change {
    pub(crate) fn when(early: bool) -> Self {
        if early { Self::Early } else { Self::Late }
    }
}

const CLEAR: usize = 256;
const END: usize = 257;
const MAXIMUM_CODES: usize = 4096;

/// Decodes; data without an end code ends where its bits end.
pub(crate) fn decode(data: &[u8], change: Change, maximum: usize) -> Result<Vec<u8>, FilterError> {
    const CORRUPT: FilterError = FilterError::Corrupt("LZWDecode");
    let early = usize::from(change == Change::Early);
    let mut decoded = Vec::with_capacity(data.len().saturating_mul(2).min(maximum));
    let mut codes = Codes { data, position: 0 };
    // Each code beyond 257 is a part of the output: start and length.
    let mut table: Vec<(usize, usize)> = Vec::new();
    let mut width = 9;
    let mut previous: Option<(usize, usize)> = None;
    while let Some(code) = codes.next(width) {
        if code == CLEAR {
            table.clear();
            width = 9;
            previous = None;
            continue;
        }
        if code == END {
            break;
        }
        let start = decoded.len();
        if let Ok(byte) = u8::try_from(code) {
            decoded.push(byte);
        } else {
            let (from, length) = match (table.get(code - 258), previous) {
                (Some(entry), _) => *entry,
                // The one code that is used before it is complete.
                (None, Some((from, length))) if code - 258 == table.len() => (from, length + 1),
                _ => return Err(CORRUPT),
            };
            for index in from..from + length {
                let byte = *decoded.get(index).ok_or(CORRUPT)?;
                decoded.push(byte);
            }
        }
        if decoded.len() > maximum {
            return Err(Limit::StreamBytes(maximum).into());
        }
        // `previous` ends where this code's bytes start, so previous + first byte lies in one piece.
        if let Some((from, length)) = previous
            && table.len() + 258 < MAXIMUM_CODES
        {
            table.push((from, length + 1));
        }
        previous = Some((start, decoded.len() - start));
        let next_code = table.len() + 258 + 1;
        width = match next_code + early {
            0..=512 => 9,
            513..=1024 => 10,
            1025..=2048 => 11,
            _ => 12,
        };
    }
    Ok(decoded)
}

struct Codes<'a> {
    data: &'a [u8],
    /// In bits.
    position: usize,
}

impl Codes<'_> {
    fn next(&mut self, width: usize) -> Option<usize> {
        let mut code = 0;
        for bit in self.position..self.position + width {
            let byte = *self.data.get(bit / 8)?;
            code = code << 1 | usize::from(byte >> (7 - bit % 8) & 1);
        }
        self.position += width;
        Some(code)
    }
}
