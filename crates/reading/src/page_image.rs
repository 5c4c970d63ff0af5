//! The picture of a page and its encodings.

use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::PngEncoder;
use image::codecs::webp::WebPEncoder;
use image::{ExtendedColorType, ImageEncoder, ImageError};

use crate::defect::Defect;
use crate::error::EncodeError;

/// A drawn page: RGB on white, rotation and crop applied.
#[derive(Debug, Clone)]
pub struct PageImage {
    width_px: u32,
    height_px: u32,
    rgb: Vec<u8>,
    defects: Vec<Defect>,
}

/// The form of an [`EncodedImage`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MediaType {
    /// `image/webp`, lossless.
    WebP,
    /// `image/jpeg`.
    Jpeg,
    /// `image/png`.
    Png,
}

impl MediaType {
    /// The value of a `Content-Type` field.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::WebP => "image/webp",
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }
}

/// An image as a file.
#[derive(Debug, Clone)]
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

    /// Encodes for the web with a size in mind: text stays sharp, photographs give way.
    ///
    /// Tries lossless WebP first, which is smallest for text and drawings; then the same with 16 levels for
    /// each colour, which the eye does not notice in text; then JPEG with falling quality, which scans and
    /// photographs need. What fits `target_bytes` first is taken, else the smallest of all: a picture that is
    /// too large is better than none.
    ///
    /// # Errors
    /// [`EncodeError`] if the encoder fails, which is so only for impossible dimensions.
    pub fn encode(&self, target_bytes: usize) -> Result<EncodedImage, EncodeError> {
        let mut best = self.webp(&self.rgb)?;
        if best.bytes.len() <= target_bytes {
            return Ok(best);
        }
        let reduced: Vec<u8> = self.rgb.iter().map(|level| reduce(*level)).collect();
        best = smaller(best, self.webp(&reduced)?);
        for quality in [85, 72, 60] {
            if best.bytes.len() <= target_bytes {
                break;
            }
            best = smaller(best, self.jpeg(quality)?);
        }
        Ok(best)
    }

    /// Encodes as PNG, for programs that know no WebP. Larger than [`PageImage::encode`].
    ///
    /// # Errors
    /// [`EncodeError`] as for [`PageImage::encode`].
    pub fn to_png(&self) -> Result<EncodedImage, EncodeError> {
        self.with(MediaType::Png, |bytes| {
            PngEncoder::new(bytes).write_image(
                &self.rgb,
                self.width_px,
                self.height_px,
                ExtendedColorType::Rgb8,
            )
        })
    }

    fn webp(&self, rgb: &[u8]) -> Result<EncodedImage, EncodeError> {
        self.with(MediaType::WebP, |bytes| {
            WebPEncoder::new_lossless(bytes).encode(
                rgb,
                self.width_px,
                self.height_px,
                ExtendedColorType::Rgb8,
            )
        })
    }

    fn jpeg(&self, quality: u8) -> Result<EncodedImage, EncodeError> {
        self.with(MediaType::Jpeg, |bytes| {
            JpegEncoder::new_with_quality(bytes, quality).encode(
                &self.rgb,
                self.width_px,
                self.height_px,
                ExtendedColorType::Rgb8,
            )
        })
    }

    fn with(
        &self,
        media_type: MediaType,
        write: impl FnOnce(&mut Vec<u8>) -> Result<(), ImageError>,
    ) -> Result<EncodedImage, EncodeError> {
        let mut bytes = Vec::with_capacity(self.rgb.len() / 16);
        write(&mut bytes)?;
        Ok(EncodedImage { bytes, media_type })
    }
}

/// The nearest of 16 levels; black and white stay what they are.
fn reduce(level: u8) -> u8 {
    let step = (u16::from(level) * 15 + 127) / 255;
    u8::try_from(step * 17).unwrap_or(u8::MAX)
}

fn smaller(one: EncodedImage, other: EncodedImage) -> EncodedImage {
    if other.bytes.len() < one.bytes.len() {
        other
    } else {
        one
    }
}
