//! Pictures that people upload: seal images and handwriting as PNG with alpha.

use std::io::Cursor;

use thiserror::Error;

/// A checked and decoded PNG, at most 1,024 pixels along each edge.
///
/// Cloning is cheap. The compressed form for the PDF is made at the first drawing and kept, so a
/// picture that is drawn often should be kept, too.
#[derive(Debug, Clone)]
pub struct Picture {
    image: krilla::image::Image,
    width: u32,
    height: u32,
}

impl Picture {
    /// The largest file that is looked at, in bytes (2 MiB).
    pub const MAX_BYTES: usize = 2 * 1024 * 1024;
    /// The largest edge that is decoded, in pixels.
    pub const MAX_EDGE: u32 = 4_096;
    /// The most pixels that are decoded.
    pub const MAX_PIXELS: u64 = 8_000_000;
    /// Larger pictures are scaled down to this edge: at 64 pt it is 1,152 dots per inch.
    const KEPT_EDGE: u32 = 1_024;

    /// Decodes a PNG (any colour type, 8 bit after decoding; transparency is kept).
    ///
    /// # Errors
    /// [`PictureError::TooLarge`] above the limits of this type, [`PictureError::NotPng`] for
    /// another or a damaged file, [`PictureError::Blank`] if every pixel is transparent.
    pub fn from_png(bytes: &[u8]) -> Result<Self, PictureError> {
        let (width, height, pixels) = decode(bytes)?;
        Self::of(width, height, pixels)
    }

    /// Like [`Self::from_png`] for a scan or photograph of a seal on white paper: white becomes
    /// transparent and the ink keeps its colour, so that the seal does not cover what it is set on.
    ///
    /// # Errors
    /// As [`Self::from_png`]; a white sheet is [`PictureError::Blank`].
    pub fn from_scan(bytes: &[u8]) -> Result<Self, PictureError> {
        let (width, height, mut pixels) = decode(bytes)?;
        for pixel in pixels.as_chunks_mut::<4>().0 {
            *pixel = without_white(*pixel);
        }
        Self::of(width, height, pixels)
    }

    fn of(width: u32, height: u32, pixels: Vec<u8>) -> Result<Self, PictureError> {
        if pixels.as_chunks::<4>().0.iter().all(|[.., alpha]| *alpha == 0) {
            return Err(PictureError::Blank);
        }
        let (width, height, pixels) = reduced(width, height, pixels);
        let image = krilla::image::Image::from_rgba8(pixels, width, height);
        Ok(Self { image, width, height })
    }

    /// Width in pixels as kept.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// Height in pixels as kept.
    pub fn height(&self) -> u32 {
        self.height
    }

    pub(crate) fn image(&self) -> krilla::image::Image {
        self.image.clone()
    }
}

/// Why an uploaded picture cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum PictureError {
    /// More bytes or pixels than [`Picture`] accepts.
    #[error("picture is too large")]
    TooLarge,
    /// Not a PNG, or damaged; the text is the decoder's report.
    #[error("not a readable png: {0}")]
    NotPng(String),
    /// Nothing would be seen.
    #[error("picture is fully transparent")]
    Blank,
}

fn decode(bytes: &[u8]) -> Result<(u32, u32, Vec<u8>), PictureError> {
    let damaged = |error: png::DecodingError| PictureError::NotPng(error.to_string());
    if bytes.len() > Picture::MAX_BYTES {
        return Err(PictureError::TooLarge);
    }
    let limits = png::Limits {
        bytes: 64 * 1024 * 1024,
    };
    let mut decoder = png::Decoder::new_with_limits(Cursor::new(bytes), limits);
    decoder.set_transformations(png::Transformations::normalize_to_color8() | png::Transformations::ALPHA);
    let mut reader = decoder.read_info().map_err(damaged)?;
    let (width, height) = reader.info().size();
    let pixels = u64::from(width) * u64::from(height);
    if width > Picture::MAX_EDGE || height > Picture::MAX_EDGE || pixels > Picture::MAX_PIXELS {
        return Err(PictureError::TooLarge);
    }
    let mut buffer = vec![0; reader.output_buffer_size().ok_or(PictureError::TooLarge)?];
    let frame = reader.next_frame(&mut buffer).map_err(damaged)?;
    buffer.truncate(frame.buffer_size());
    let rgba = match frame.color_type {
        png::ColorType::Rgba => buffer,
        png::ColorType::GrayscaleAlpha => buffer
            .as_chunks::<2>()
            .0
            .iter()
            .flat_map(|&[g, a]| [g, g, g, a])
            .collect(),
        other => {
            return Err(PictureError::NotPng(format!(
                "colour type {other:?} was not expanded"
            )));
        }
    };
    Ok((width, height, rgba))
}

/// The ink of a pixel that was seen on white: what remains of its colour when the white is taken out.
fn without_white([red, green, blue, alpha]: [u8; 4]) -> [u8; 4] {
    // Paper is rarely whiter than this in a scan; above it there is no ink at all.
    const PAPER: u32 = 236;
    let darkest = u32::from(red.min(green).min(blue));
    let ink = PAPER.saturating_sub(darkest) * 255 / PAPER;
    if ink == 0 {
        return [0; 4];
    }
    let unmixed = |value: u8| {
        let above = u32::from(value).min(PAPER).saturating_sub(darkest);
        u8::try_from(above * 255 / PAPER * 255 / ink.max(1)).unwrap_or(u8::MAX)
    };
    let alpha = u8::try_from(ink * u32::from(alpha) / 255).unwrap_or(u8::MAX);
    [unmixed(red), unmixed(green), unmixed(blue), alpha]
}

/// Halves the picture until it is small enough.
fn reduced(mut width: u32, mut height: u32, mut pixels: Vec<u8>) -> (u32, u32, Vec<u8>) {
    while width > Picture::KEPT_EDGE || height > Picture::KEPT_EDGE {
        let source = Pixels {
            width,
            height,
            rgba: &pixels,
        };
        let half = (width.div_ceil(2), height.div_ceil(2));
        let mut out = Vec::with_capacity(half.0 as usize * half.1 as usize * 4);
        for row in 0..half.1 {
            for column in 0..half.0 {
                out.extend(source.mean_of_four(column * 2, row * 2));
            }
        }
        (width, height) = half;
        pixels = out;
    }
    (width, height, pixels)
}

struct Pixels<'a> {
    width: u32,
    height: u32,
    rgba: &'a [u8],
}

impl Pixels<'_> {
    /// A pixel; beyond the last row or column, the last one.
    fn at(&self, column: u32, row: u32) -> [u32; 4] {
        let column = column.min(self.width - 1) as usize;
        let row = row.min(self.height - 1) as usize;
        let start = (row * self.width as usize + column) * 4;
        match self.rgba.get(start..start + 4) {
            Some(&[red, green, blue, alpha]) => [red, green, blue, alpha].map(u32::from),
            _ => [0; 4],
        }
    }

    /// Colour counts by its alpha, or transparent black would darken the edges.
    fn mean_of_four(&self, column: u32, row: u32) -> [u8; 4] {
        let four = [
            self.at(column, row),
            self.at(column + 1, row),
            self.at(column, row + 1),
            self.at(column + 1, row + 1),
        ];
        let alpha: u32 = four.iter().map(|[.., alpha]| alpha).sum();
        let channel = |pick: fn(&[u32; 4]) -> u32| {
            let sum: u32 = four.iter().map(|pixel| pick(pixel) * pixel[3]).sum();
            sum.checked_div(alpha).unwrap_or(0)
        };
        let mean = [
            channel(|pixel| pixel[0]),
            channel(|pixel| pixel[1]),
            channel(|pixel| pixel[2]),
            alpha / 4,
        ];
        mean.map(|value| u8::try_from(value).unwrap_or(u8::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::without_white;

    #[test]
    fn paper_goes_and_ink_stays() {
        assert_eq!(without_white([255, 255, 255, 255]), [0, 0, 0, 0]);
        assert_eq!(without_white([240, 238, 236, 255]), [0, 0, 0, 0]);
        assert_eq!(without_white([0, 0, 0, 255]), [0, 0, 0, 255]);
        let [red, green, blue, alpha] = without_white([200, 52, 26, 255]);
        assert!(alpha > 200 && red > 180 && green < 60 && blue < 10);
        // Seen on white again, the colour is that of the scan with its paper made white.
        let on_white =
            |value: u8| (u32::from(value) * u32::from(alpha) + 255 * (255 - u32::from(alpha))) / 255;
        assert!(on_white(red).abs_diff(200 * 255 / 236) <= 2);
        assert!(on_white(green).abs_diff(52 * 255 / 236) <= 2);
    }
}
