//! Pictures with few colours.
//!
//! A page of text has a handful of flat colours and the shades between them at the edges of glyphs. As an
//! indexed PNG it is half the size of any other lossless form.

use std::collections::HashMap;

/// A picture as indices into a palette.
pub(crate) struct Indexed {
    /// At most 256 colours.
    pub(crate) palette: Vec<[u8; 3]>,
    /// One index for each pixel.
    pub(crate) pixels: Vec<u8>,
}

/// How exactly colours are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shades {
    /// Every colour as it is.
    Exact,
    /// Flat colours as they are; the shades between them rounded to so many levels for each of red, green, blue.
    Levels(u16),
}

/// A colour that fills one pixel in this many is a flat colour: paper, a table's head, a seal.
const FLAT_SHARE: usize = 500;
const MAX_COLOURS: usize = 256;

/// Indexes a picture; nothing if it has more than 256 colours after rounding.
pub(crate) fn index(rgb: &[u8], shades: Shades) -> Option<Indexed> {
    let flat = match shades {
        Shades::Exact => HashMap::new(),
        Shades::Levels(_) => counts(rgb),
    };
    let pixels = rgb.len() / 3;
    let kept = |colour: [u8; 3]| match shades {
        Shades::Exact => colour,
        Shades::Levels(_)
            if flat
                .get(&colour)
                .is_some_and(|count| count.saturating_mul(FLAT_SHARE) >= pixels) =>
        {
            colour
        }
        Shades::Levels(levels) => colour.map(|value| round(value, levels)),
    };
    let mut indexed = Indexed {
        palette: Vec::new(),
        pixels: Vec::with_capacity(pixels),
    };
    let mut places: HashMap<[u8; 3], u8> = HashMap::new();
    let mut last: Option<([u8; 3], u8)> = None;
    for colour in colours(rgb) {
        let place = match last {
            Some((same, place)) if same == colour => place,
            _ => {
                let kept = kept(colour);
                let next = u8::try_from(indexed.palette.len()).ok();
                match (places.get(&kept), next) {
                    (Some(place), _) => *place,
                    (None, Some(place)) => {
                        indexed.palette.push(kept);
                        places.insert(kept, place);
                        place
                    }
                    (None, None) => return None,
                }
            }
        };
        last = Some((colour, place));
        indexed.pixels.push(place);
    }
    (indexed.palette.len() <= MAX_COLOURS).then_some(indexed)
}

fn colours(rgb: &[u8]) -> impl Iterator<Item = [u8; 3]> {
    rgb.as_chunks::<3>().0.iter().copied()
}

/// How often each colour occurs.
fn counts(rgb: &[u8]) -> HashMap<[u8; 3], usize> {
    let mut counts: HashMap<[u8; 3], usize> = HashMap::new();
    for colour in colours(rgb) {
        let count = counts.entry(colour).or_default();
        *count = count.saturating_add(1);
    }
    counts
}

/// The nearest of `levels` evenly spaced values; black and white stay what they are.
fn round(value: u8, levels: u16) -> u8 {
    let steps = u32::from(levels.max(2)) - 1;
    let step = (u32::from(value) * steps + 127) / 255;
    u8::try_from((step * 255 + steps / 2) / steps).unwrap_or(u8::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rounding_keeps_black_white_and_order() {
        for levels in [2, 8, 16, 32, 256] {
            assert_eq!((round(0, levels), round(255, levels)), (0, 255), "{levels}");
            let all: Vec<u8> = (0..=255).map(|value| round(value, levels)).collect();
            assert!(all.is_sorted(), "{levels}");
            let mut distinct = all.clone();
            distinct.dedup();
            assert_eq!(distinct.len(), usize::from(levels), "{levels}");
        }
    }

    #[test]
    fn flat_colours_are_kept_while_shades_are_rounded() {
        // A pale ground, which 16 levels would turn white, and five hundred shades on it.
        let mut rgb = [250, 250, 250].repeat(2_000_000 / 3);
        for shade in 0..=255 {
            rgb.extend([shade, 99, 77, 12, shade, 88]);
        }
        assert!(index(&rgb, Shades::Exact).is_none());
        let indexed = index(&rgb, Shades::Levels(8)).unwrap();
        assert_eq!(indexed.palette[0], [250, 250, 250]);
        assert_eq!(indexed.pixels.len() * 3, rgb.len());
    }

    #[test]
    fn exact_pictures_come_back_as_they_were() {
        let rgb: Vec<u8> = (0..=255_u8).flat_map(|value| [value, 255 - value, 7]).collect();
        let indexed = index(&rgb, Shades::Exact).unwrap();
        let back: Vec<u8> = indexed
            .pixels
            .iter()
            .flat_map(|place| indexed.palette[usize::from(*place)])
            .collect();
        assert_eq!(back, rgb);
    }
}
