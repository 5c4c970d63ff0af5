//! The picture of a page and its encodings.

use std::fmt;

use image::ExtendedColorType;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::webp::WebPEncoder;
use png::{BitDepth, ColorType, Compression, Encoder, EncodingError, Filter};

use crate::defect::Defect;
use crate::error::EncodeError;
use crate::palette::{self, Indexed, Shades};

/// A drawn page: RGB on white, rotation and crop applied.
#[derive(Clone)]
pub struct PageImage {
    width_px: u32,
    height_px: u32,
    rgb: Vec<u8>,
    defects: Vec<Defect>,
}

/// The form of an [`EncodedImage`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaType {
    /// `image/png`.
    Png,
    /// `image/webp`, lossless.
    WebP,
    /// `image/jpeg`.
    Jpeg,
}

impl MediaType {
    /// The value of a `Content-Type` field.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::WebP => "image/webp",
            Self::Jpeg => "image/jpeg",
        }
    }

    /// The form of a kept image, by its first bytes.
    pub fn detect(bytes: &[u8]) -> Option<Self> {
        match bytes {
            [0x89, b'P', b'N', b'G', ..] => Some(Self::Png),
            [b'R', b'I', b'F', b'F', _, _, _, _, b'W', b'E', b'B', b'P', ..] => Some(Self::WebP),
            [0xff, 0xd8, 0xff, ..] => Some(Self::Jpeg),
            _ => None,
        }
    }
}

/// An image as a file.
#[derive(Clone)]
pub struct EncodedImage {
    /// The file.
    pub bytes: Vec<u8>,
    /// Its form.
    pub media_type: MediaType,
}

impl PageImage {
    pub(crate) fn new(width_px: u32, height_px: u32, rgb: Vec<u8>, defects: Vec<Defect>) -> Self {
        Self {
            width_px,
            height_px,
            rgb,
            defects,
        }
    }

    /// Width in pixels; as asked for, unless the page is so long that it had to be drawn smaller.
    pub fn width_px(&self) -> u32 {
        self.width_px
    }

    /// Height in pixels.
    pub fn height_px(&self) -> u32 {
        self.height_px
    }

    /// Rows from the top, three bytes for each pixel.
    pub fn rgb(&self) -> &[u8] {
        &self.rgb
    }

    /// What the picture does not show as it should. Of an image from
    /// [`PageReader::render`](crate::PageReader::render) none of them hides content.
    pub fn defects(&self) -> &[Defect] {
        &self.defects
    }

    /// Encodes for the web with a size in mind: the first of these that fits `target_bytes`, else the smallest
    /// of all, since a picture that is too large is better than none.
    ///
    /// 1. An indexed PNG with every colour as drawn, where there are at most 256.
    /// 2. The same with the shades at the edges of glyphs rounded to 32, then 16 levels. Flat colours stay exact;
    ///    the eye sees no difference in text. Nearly every page of a contract ends here, at 20 to 80 KB for 780
    ///    pixels.
    /// 3. Lossless WebP, for drawings with many colours.
    /// 4. JPEG with falling quality, for scans and photographs.
    ///
    /// # Errors
    /// [`EncodeError`] if an encoder fails, which is so only for impossible dimensions.
    pub fn encode(&self, target_bytes: usize) -> Result<EncodedImage, EncodeError> {
        let mut best: Option<EncodedImage> = None;
        for form in [
            Form::Indexed(Shades::Exact),
            Form::Indexed(Shades::Levels(32)),
            Form::Indexed(Shades::Levels(16)),
            Form::WebP,
            Form::Jpeg(85),
            Form::Jpeg(72),
            Form::Jpeg(60),
        ] {
            let Some(encoded) = self.encode_as(form)? else {
                continue;
            };
            if encoded.bytes.len() <= target_bytes {
                return Ok(encoded);
            }
            best = Some(match best {
                Some(best) if best.bytes.len() <= encoded.bytes.len() => best,
                _ => encoded,
            });
        }
        best.ok_or(EncodeError::NoForm)
    }

    /// Encodes as PNG with every colour as drawn. Larger than [`PageImage::encode`].
    ///
    /// # Errors
    /// [`EncodeError`] as for [`PageImage::encode`].
    pub fn to_png(&self) -> Result<EncodedImage, EncodeError> {
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, self.width_px, self.height_px);
        encoder.set_color(ColorType::Rgb);
        encoder.set_compression(Compression::Balanced);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&self.rgb)?;
        writer.finish()?;
        Ok(EncodedImage {
            bytes,
            media_type: MediaType::Png,
        })
    }

    /// One form of the picture; nothing if it has too many colours for that.
    fn encode_as(&self, form: Form) -> Result<Option<EncodedImage>, EncodeError> {
        let mut bytes = Vec::with_capacity(self.rgb.len() / 16);
        let media_type = match form {
            Form::Indexed(shades) => {
                let Some(indexed) = palette::index(&self.rgb, shades) else {
                    return Ok(None);
                };
                self.write_indexed(&mut bytes, &indexed)?;
                MediaType::Png
            }
            Form::WebP => {
                let encoder = WebPEncoder::new_lossless(&mut bytes);
                encoder.encode(&self.rgb, self.width_px, self.height_px, ExtendedColorType::Rgb8)?;
                MediaType::WebP
            }
            Form::Jpeg(quality) => {
                let mut encoder = JpegEncoder::new_with_quality(&mut bytes, quality);
                encoder.encode(&self.rgb, self.width_px, self.height_px, ExtendedColorType::Rgb8)?;
                MediaType::Jpeg
            }
        };
        Ok(Some(EncodedImage { bytes, media_type }))
    }

    fn write_indexed(&self, bytes: &mut Vec<u8>, indexed: &Indexed) -> Result<(), EncodingError> {
        let (depth, bits) = match indexed.palette.len() {
            0..=2 => (BitDepth::One, 1),
            3..=4 => (BitDepth::Two, 2),
            5..=16 => (BitDepth::Four, 4),
            _ => (BitDepth::Eight, 8),
        };
        let mut encoder = Encoder::new(bytes, self.width_px, self.height_px);
        encoder.set_color(ColorType::Indexed);
        encoder.set_depth(depth);
        encoder.set_palette(indexed.palette.concat());
        encoder.set_compression(Compression::Balanced);
        // Neighbouring indices say nothing about each other.
        encoder.set_filter(Filter::NoFilter);
        let mut writer = encoder.write_header()?;
        writer.write_image_data(&pack(&indexed.pixels, self.width_px, bits))?;
        writer.finish()
    }
}

/// The forms that [`PageImage::encode`] tries.
#[derive(Debug, Clone, Copy)]
enum Form {
    Indexed(Shades),
    WebP,
    Jpeg(u8),
}

/// Indices of `bits` bits each, rows filled up to whole bytes (ISO 15948, 7.2).
fn pack(pixels: &[u8], width_px: u32, bits: u8) -> Vec<u8> {
    if bits == 8 {
        return pixels.to_vec();
    }
    let width = usize::try_from(width_px).unwrap_or(usize::MAX).max(1);
    let for_each_byte = usize::from(8 / bits);
    let byte = |indices: &[u8]| {
        let packed = indices
            .iter()
            .fold(0_u8, |packed, index| (packed << bits) | index);
        let missing = for_each_byte.saturating_sub(indices.len());
        (0..missing).fold(packed, |packed, _| packed << bits)
    };
    pixels
        .chunks(width)
        .flat_map(|row| row.chunks(for_each_byte).map(byte))
        .collect()
}

impl fmt::Debug for PageImage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("PageImage")
            .field("width_px", &self.width_px)
            .field("height_px", &self.height_px)
            .field("defects", &self.defects)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for EncodedImage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            formatter,
            "EncodedImage({}, {} bytes)",
            self.media_type.as_str(),
            self.bytes.len()
        )
    }
}

#[cfg(test)]
mod tests {
    use super::pack;

    #[test]
    fn rows_are_packed_each_for_itself() {
        assert_eq!(pack(&[1, 2, 3, 4, 5, 6], 3, 4), [0x12, 0x30, 0x45, 0x60]);
        assert_eq!(pack(&[1, 0, 1, 1], 2, 1), [0b1000_0000, 0b1100_0000]);
        assert_eq!(pack(&[3, 2, 1, 0, 3], 5, 2), [0b1110_0100, 0b1100_0000]);
        assert_eq!(pack(&[7, 9], 1, 8), [7, 9]);
    }
}
