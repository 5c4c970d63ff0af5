//! Bounds on what a page may cost.

use thiserror::Error;

/// Bounds on every quantity that an untrusted page controls.
///
/// The defaults draw every contract that people really send, at the resolution of a large screen.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Bytes of the file.
    pub file_bytes: usize,
    /// Pixels of a page image. A page that is very long for its width is drawn smaller, not refused.
    pub image_pixels: u32,
    /// Width in pixels that may be asked for.
    pub image_width_px: u32,
    /// Decoded bytes of all streams that one page needs: content, forms, fonts, masks, images.
    pub decoded_bytes: usize,
    /// Pixels of all images on one page, as declared and as their own headers say.
    pub picture_pixels: u64,
    /// Objects that one page may reach.
    pub objects: usize,
    /// Drawing operations of one page with everything nested unfolded: glyphs, path segments, images, forms.
    pub operations: u64,
    /// Forms, patterns, masks and glyph procedures inside each other. The drawing library leaves out what lies
    /// deeper than fifty without a word, so this must stay below.
    pub nesting: u32,
    /// Patterns, masks and glyph procedures among them; each level holds a picture of its own while it is drawn.
    pub layers: u32,
    /// Pixels painted by all operations of one page together, overlaps counted.
    pub painted_pixels: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 512 << 20,
            image_pixels: 16_000_000,
            image_width_px: 4_000,
            decoded_bytes: 256 << 20,
            picture_pixels: 200_000_000,
            objects: 200_000,
            operations: 20_000_000,
            nesting: 45,
            layers: 12,
            painted_pixels: 20_000_000_000,
        }
    }
}

/// A bound of [`Limits`] that a page exceeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Bound {
    /// [`Limits::file_bytes`].
    #[error("a file of more than {0} bytes")]
    FileBytes(usize),
    /// [`Limits::image_width_px`].
    #[error("an image wider than {0} pixels, or without width")]
    ImageWidth(u32),
    /// [`Limits::decoded_bytes`].
    #[error("more than {0} decoded bytes")]
    DecodedBytes(usize),
    /// [`Limits::picture_pixels`].
    #[error("pictures of more than {0} pixels")]
    PicturePixels(u64),
    /// [`Limits::objects`].
    #[error("more than {0} objects")]
    Objects(usize),
    /// [`Limits::operations`].
    #[error("more than {0} drawing operations")]
    Operations(u64),
    /// [`Limits::nesting`].
    #[error("content nested deeper than {0} levels")]
    Nesting(u32),
    /// [`Limits::layers`].
    #[error("patterns, masks or glyphs nested deeper than {0} levels")]
    Layers(u32),
    /// [`Limits::painted_pixels`].
    #[error("more than {0} painted pixels")]
    PaintedPixels(u64),
}
