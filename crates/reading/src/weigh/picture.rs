//! How many pixels an image stream really has.
//!
//! The dictionary says one thing and the header of the compressed data may say another; codecs allocate by
//! their own header.

use std::sync::Arc;

use akashi_pdf::{Dictionary, Document, Object, ReadError};

/// The largest pixel count that the dictionary or any header claims.
pub(super) fn pixels(
    document: &Document<Arc<[u8]>>,
    dictionary: &Dictionary,
    raw: &[u8],
) -> Result<u64, ReadError> {
    let side = |dictionary: &Dictionary, key: &str| -> Result<u64, ReadError> {
        Ok(document
            .get(dictionary, key)?
            .as_i64()
            .and_then(|value| u64::try_from(value).ok())
            .unwrap_or(0))
    };
    let (width, height) = (side(dictionary, "Width")?, side(dictionary, "Height")?);
    let mut largest = width.saturating_mul(height);
    if let Object::Dictionary(parameters) = document.get(dictionary, "DecodeParms")? {
        // CCITT data is as wide as its parameters say.
        let rows = side(&parameters, "Rows")?.max(height);
        largest = largest.max(side(&parameters, "Columns")?.saturating_mul(rows));
    }
    let headers = [jpeg(raw), jpeg2000(raw), jbig2(raw)];
    Ok(headers.into_iter().flatten().fold(largest, u64::max))
}

/// JPEG: the first frame header (ITU-T T.81, B.2.2).
fn jpeg(data: &[u8]) -> Option<u64> {
    let mut rest = data.strip_prefix(&[0xff, 0xd8])?;
    loop {
        let [0xff, marker, high, low, body @ ..] = rest else {
            return None;
        };
        // SOF0 to SOF15, without DHT, JPG and DAC which share the range.
        if matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) {
            let height = number(body.get(1..3)?);
            return Some(height.saturating_mul(number(body.get(3..5)?)));
        }
        // The length counts its own two bytes; padding bytes 0xff before a marker are one byte each.
        let length = usize::from(u16::from_be_bytes([*high, *low])).saturating_add(2);
        rest = if *marker == 0xff {
            rest.get(1..)?
        } else {
            rest.get(length..)?
        };
    }
}

/// JPEG 2000: the image and tile size marker right after the start of the codestream (ISO 15444-1, A.5.1).
fn jpeg2000(data: &[u8]) -> Option<u64> {
    let start = data
        .windows(4)
        .position(|window| window == [0xff, 0x4f, 0xff, 0x51])?;
    let size = data.get(start.checked_add(8)?..)?;
    Some(number(size.get(0..4)?).saturating_mul(number(size.get(4..8)?)))
}

/// JBIG2 as embedded in PDF: a page information segment (ISO 14492, 7.4.8), found by its type.
fn jbig2(data: &[u8]) -> Option<u64> {
    // Segment number (4), flags with type 48, referred-to count 0, page association 1, data length 19.
    let header =
        |window: &&[u8]| matches!(window, [0, 0, _, _, flags, 0, _, 0, 0, 0, 19, ..] if flags & 0x3f == 48);
    let information = data.windows(19).take(4096).find(header)?;
    Some(number(information.get(11..15)?).saturating_mul(number(information.get(15..19)?)))
}

fn number(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0, |value, byte| (value << 8) | u64::from(*byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_jpeg_tells_its_size_behind_other_segments() {
        let jpeg_file = [
            &[0xff, 0xd8, 0xff, 0xe0, 0x00, 0x04, 1, 2][..],
            &[0xff, 0xc0, 0x00, 0x11, 8, 0x03, 0xe8, 0x07, 0xd0, 3],
        ]
        .concat();
        assert_eq!(jpeg(&jpeg_file), Some(2_000_000));
        assert_eq!(jpeg(&jpeg_file[..12]), None);
        assert_eq!(jpeg(b"GIF89a"), None);
    }

    #[test]
    fn a_jpeg_2000_tells_its_size() {
        let file = [
            &b"....jp2c"[..],
            &[0xff, 0x4f, 0xff, 0x51, 0x00, 0x29, 0, 0],
            &[0, 0, 0x10, 0, 0, 0, 0x20, 0],
        ]
        .concat();
        assert_eq!(jpeg2000(&file), Some(0x1000 * 0x2000));
    }

    #[test]
    fn a_jbig2_page_tells_its_size() {
        let file = [
            &[0, 0, 0, 0, 48, 0, 1, 0, 0, 0, 19][..],
            &[0, 0, 1, 0, 0, 0, 2, 0, 0, 0],
        ]
        .concat();
        assert_eq!(jbig2(&file), Some(0x100 * 0x200));
    }
}
