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
