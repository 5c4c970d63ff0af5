//! Predictors of Flate and LZW, ISO 32000-2, 7.4.4.4.

use crate::filter::FilterError;
use crate::object::{Dictionary, Object};

/// Undoes the predictor that `parameters` name.
pub(crate) fn undo(data: Vec<u8>, parameters: &Dictionary) -> Result<Vec<u8>, FilterError> {
    let predictor = parameters.get("Predictor").and_then(Object::as_i64).unwrap_or(1);
    if predictor < 2 {
        return Ok(data);
    }
    let layout = Layout::from_parameters(parameters)?;
    if predictor == 2 {
        Ok(tiff(data, &layout))
    } else {
        png(&data, &layout)
    }
}

struct Layout {
    colors: usize,
    bits: usize,
    row_bytes: usize,
    /// Distance to the byte "left" of one, at least 1.
    pixel_bytes: usize,
}

impl Layout {
    fn from_parameters(parameters: &Dictionary) -> Result<Self, FilterError> {
        let value = |key: &str, default: usize, maximum: usize| match parameters.get(key) {
            None => Ok(default),
            Some(object) => object
                .as_i64()
                .and_then(|value| usize::try_from(value).ok())
                .filter(|value| (1..=maximum).contains(value))
                .ok_or(FilterError::Malformed),
        };
        let colors = value("Colors", 1, 64)?;
        let bits = value("BitsPerComponent", 8, 16)?;
        let columns = value("Columns", 1, 1 << 24)?;
        if !matches!(bits, 1 | 2 | 4 | 8 | 16) {
            return Err(FilterError::Malformed);
        }
        let pixel_bits = colors * bits;
        Ok(Self {
            colors,
            bits,
            row_bytes: (pixel_bits * columns).div_ceil(8),
            pixel_bytes: pixel_bits.div_ceil(8).max(1),
        })
    }
}

fn png(data: &[u8], layout: &Layout) -> Result<Vec<u8>, FilterError> {
    let mut decoded = Vec::with_capacity(data.len());
    let mut previous = vec![0_u8; layout.row_bytes];
    let mut current = vec![0_u8; layout.row_bytes];
    // A last row that is cut short is kept, as other readers do.
    for encoded in data.chunks(layout.row_bytes + 1) {
        let Some((kind, encoded)) = encoded.split_first() else {
            break;
        };
        if *kind > 4 {
            return Err(FilterError::Corrupt("PNG predictor"));
        }
        current.fill(0);
        for (index, byte) in encoded.iter().enumerate() {
            let left_index = index.checked_sub(layout.pixel_bytes);
            let at =
                |row: &[u8], index: Option<usize>| index.and_then(|at| row.get(at)).copied().unwrap_or(0);
            let left = at(&current, left_index);
            let up = at(&previous, Some(index));
            let predicted = match kind {
                0 => 0,
                1 => left,
                2 => up,
                3 => u8::midpoint(left, up),
                _ => paeth(left, up, at(&previous, left_index)),
            };
            if let Some(target) = current.get_mut(index) {
                *target = byte.wrapping_add(predicted);
            }
        }
        decoded.extend_from_slice(current.get(..encoded.len()).unwrap_or_default());
        std::mem::swap(&mut previous, &mut current);
    }
    Ok(decoded)
}

fn paeth(left: u8, up: u8, corner: u8) -> u8 {
    let estimate = i16::from(left) + i16::from(up) - i16::from(corner);
    let distance = |value: u8| (estimate - i16::from(value)).abs();
    if distance(left) <= distance(up) && distance(left) <= distance(corner) {
        left
    } else if distance(up) <= distance(corner) {
        up
    } else {
        corner
    }
}

fn tiff(mut data: Vec<u8>, layout: &Layout) -> Vec<u8> {
    for row in data.chunks_mut(layout.row_bytes.max(1)) {
        match layout.bits {
            8 => add_left(row, layout.colors),
            16 => add_left_wide(row, layout.colors),
            bits => add_left_packed(row, layout.colors, bits),
        }
    }
    data
}

fn add_left(row: &mut [u8], colors: usize) {
    let mut left = vec![0_u8; colors];
    for pixel in row.chunks_mut(colors) {
        for (value, left) in pixel.iter_mut().zip(&mut left) {
            *value = value.wrapping_add(*left);
            *left = *value;
        }
    }
}

fn add_left_wide(row: &mut [u8], colors: usize) {
    let mut left = vec![0_u16; colors];
    let (samples, _) = row.as_chunks_mut::<2>();
    for (index, sample) in samples.iter_mut().enumerate() {
        if let Some(left) = left.get_mut(index % colors) {
            *left = u16::from_be_bytes(*sample).wrapping_add(*left);
            *sample = left.to_be_bytes();
        }
    }
}

fn add_left_packed(row: &mut [u8], colors: usize, bits: usize) {
    let mask = (1_u8 << bits) - 1;
    let mut left = vec![0_u8; colors];
    let per_byte = 8 / bits;
    for (byte_index, byte) in row.iter_mut().enumerate() {
        let mut decoded = 0_u8;
        for slot in 0..per_byte {
            let shift = 8 - bits * (slot + 1);
            if let Some(left) = left.get_mut((byte_index * per_byte + slot) % colors) {
                *left = (*byte >> shift).wrapping_add(*left) & mask;
                decoded |= *left << shift;
            }
        }
        *byte = decoded;
    }
}
