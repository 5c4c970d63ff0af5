//! What one signing act draws: all its appearances in one PDF, a page each, so that one font subset
//! serves them all.

mod block;
mod text;

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use krilla::page::PageSettings;
use krilla::{Document, SerializeSettings};
use thiserror::Error;

use crate::date::{DateStyle, format_date};
use crate::error::RenderError;
use crate::evidence::Language;
use crate::font::{FontBook, MissingCharacter};
use crate::ink::Handwriting;
use crate::layout::paint::paint_item;
use crate::layout::sheet::Item;
use crate::picture::Picture;
use crate::seal::Seal;
use crate::vector::{Color, Drawing, Segment};

pub use text::{FontSize, Lines, TextAlign, TextValue};

/// The content of one field, to be drawn into a box of the field's size.
#[derive(Debug, Clone)]
pub struct Appearance {
    /// Width of the field in points.
    pub width: f32,
    /// Height of the field in points.
    pub height: f32,
    /// What stands in it.
    pub content: Content,
}

/// What stands in a field. The ground is always transparent.
#[derive(Debug, Clone)]
pub enum Content {
    /// Nothing: an invisible signature or a field left empty.
    Empty,
    /// A seal image, centred.
    Seal(Mark),
    /// Handwriting, centred.
    Handwriting(Mark),
    /// A typed name as signature: Mincho, as large as the field allows.
    TypedName(String),
    /// A text value.
    Text(TextValue),
    /// A check box.
    Check(Checked),
    /// A date.
    Date(Date, DateStyle),
    /// A signature with seal, name, time and reason; the mark stands left of the text in a wide field and above it in a
    /// tall one.
    Signature(SignatureBlock),
    /// The same with the mark where it is wanted.
    ArrangedSignature(SignatureBlock, MarkPlace),
}

/// Where the mark of a signature stands, seen from its text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MarkPlace {
    /// Left of the text.
    Left,
    /// Right of the text, as on paper behind a name.
    Right,
    /// Above the text.
    Above,
    /// Below the text.
    Below,
}

/// A mark that a person leaves.
#[derive(Debug, Clone)]
pub enum Mark {
    /// A generated seal.
    Seal(Seal),
    /// An uploaded picture.
    Picture(Picture),
    /// Strokes of a pen.
    Ink(Handwriting),
}

/// The state of a check box.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Checked {
    /// A check mark is drawn.
    Yes,
    /// Nothing is drawn.
    No,
}

/// The visible part of a cryptographic signature.
#[derive(Debug, Clone)]
pub struct SignatureBlock {
    /// Seal image or handwriting beside the text.
    pub mark: Option<Mark>,
    /// The signer's name.
    pub name: String,
    /// When the act took place; drawn as Japanese standard time.
    pub signed_at: Timestamp,
    /// Further lines: organization, reason.
    pub lines: Vec<String>,
    /// Language of the time.
    pub language: Language,
}

/// The size of a page of an [`ActDrawing`], in points.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PageSize {
    /// Width in points.
    pub width: f32,
    /// Height in points.
    pub height: f32,
}

/// The drawings of one act.
#[derive(Debug, Clone)]
pub struct ActDrawing {
    /// A PDF with one page per appearance, in their order.
    pub pdf: Vec<u8>,
    /// The size of each page.
    pub pages: Vec<PageSize>,
}

/// The most appearances in one act.
pub const MAX_APPEARANCES: usize = 2_000;
/// The largest edge of an appearance in points (ISO 32000-1, C.2).
pub const MAX_EDGE: f32 = 14_400.0;

/// Draws all appearances of one act.
///
/// The result is the same for the same input. An appearance of zero width or height becomes an empty
/// page of 1 × 1 point.
///
/// # Errors
/// [`DrawError`]; nothing is ever replaced, cut off or left out silently.
pub fn draw_act(book: &FontBook, appearances: &[Appearance]) -> Result<ActDrawing, DrawError> {
    if appearances.is_empty() || appearances.len() > MAX_APPEARANCES {
        return Err(DrawError::Count);
    }
    let mut laid = Vec::with_capacity(appearances.len());
    for (index, appearance) in appearances.iter().enumerate() {
        laid.push(lay_out(book, appearance).map_err(|fault| fault.at(index))?);
    }
    let settings = SerializeSettings {
        xmp_metadata: false,
        enable_tagging: false,
        ..Default::default()
    };
    let mut document = Document::new_with(settings);
    let mut pages = Vec::with_capacity(laid.len());
    for Laid { size, items } in laid {
        let settings = PageSettings::from_wh(size.width, size.height).ok_or(RenderError::PageSize)?;
        let mut page = document.start_page_with(settings);
        let mut surface = page.surface();
        for item in items {
            paint_item(book, &mut surface, item);
        }
        surface.finish();
        page.finish();
        pages.push(size);
    }
    let pdf = document.finish().map_err(RenderError::from)?;
    Ok(ActDrawing { pdf, pages })
}

impl Appearance {
    /// Checks that the content can be drawn in the field, as [`draw_act`] will: call it when the
    /// party fills the field, so that a later drawing cannot be refused.
    ///
    /// # Errors
    /// As [`draw_act`], with index 0.
    pub fn check(&self, book: &FontBook) -> Result<(), DrawError> {
        lay_out(book, self).map(drop).map_err(|fault| fault.at(0))
    }
}

/// Why an act cannot be drawn.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum DrawError {
    /// No appearance, or more than [`MAX_APPEARANCES`].
    #[error("act has no appearance or too many")]
    Count,
    /// A field that is not a number, negative, or above [`MAX_EDGE`].
    #[error("appearance {appearance} has an unusable size")]
    Size {
        /// Its index.
        appearance: usize,
    },
    /// Characters that no embedded font draws.
    #[error("appearance {appearance} has characters that no font can draw")]
    Missing {
        /// Its index.
        appearance: usize,
        /// The characters.
        characters: Vec<MissingCharacter>,
    },
    /// The text is longer than the field can show at a legible size (4 points), or at its fixed size.
    #[error("appearance {appearance} does not fit into its field")]
    DoesNotFit {
        /// Its index.
        appearance: usize,
    },
    /// The PDF could not be written.
    #[error(transparent)]
    Render(#[from] RenderError),
}

/// A fault in one appearance before its index is known.
enum Fault {
    Size,
    Missing(Vec<MissingCharacter>),
    DoesNotFit,
}

impl Fault {
    fn at(self, appearance: usize) -> DrawError {
        match self {
            Self::Size => DrawError::Size { appearance },
            Self::Missing(characters) => DrawError::Missing {
                appearance,
                characters,
            },
            Self::DoesNotFit => DrawError::DoesNotFit { appearance },
        }
    }
}

impl From<MissingCharacter> for Fault {
    fn from(missing: MissingCharacter) -> Self {
        Self::Missing(vec![missing])
    }
}

struct Laid {
    size: PageSize,
    items: Vec<Item>,
}

fn lay_out(book: &FontBook, appearance: &Appearance) -> Result<Laid, Fault> {
    let Appearance {
        width,
        height,
        content,
    } = appearance;
    let usable = |edge: f32| edge.is_finite() && (0.0..=MAX_EDGE).contains(&edge);
    if !usable(*width) || !usable(*height) {
        return Err(Fault::Size);
    }
    let size = PageSize {
        width: width.max(1.0),
        height: height.max(1.0),
    };
    let items = match content {
        Content::Empty | Content::Check(Checked::No) => Vec::new(),
        Content::Seal(mark) | Content::Handwriting(mark) => {
            vec![mark_item(mark, 0.0, 0.0, size.width, size.height)]
        }
        Content::TypedName(name) => text::typed_name(book, name, size)?,
        Content::Text(value) => text::value(book, value, size)?,
        Content::Check(Checked::Yes) => vec![check_mark(size)],
        Content::Date(date, style) => {
            text::value(book, &TextValue::fitted(&format_date(*date, *style)), size)?
        }
        Content::Signature(signature) => block::signature(book, signature, None, size)?,
        Content::ArrangedSignature(signature, place) => {
            block::signature(book, signature, Some(*place), size)?
        }
    };
    Ok(Laid { size, items })
}

/// A mark within a box, centred, undistorted, with a narrow margin for the pen's width.
fn mark_item(mark: &Mark, x: f32, y: f32, width: f32, height: f32) -> Item {
    let inset = (width.min(height) * 0.02).min(1.0);
    let (x, y, width, height) = (x + inset, y + inset, width - 2.0 * inset, height - 2.0 * inset);
    match mark {
        Mark::Seal(seal) => Item::Drawing {
            x,
            y,
            width,
            height,
            drawing: Arc::clone(seal.drawing()),
        },
        Mark::Ink(ink) => Item::Drawing {
            x,
            y,
            width,
            height,
            drawing: Arc::new(ink.drawing().clone()),
        },
        Mark::Picture(picture) => Item::Picture {
            x,
            y,
            width,
            height,
            picture: picture.clone(),
        },
    }
}

fn check_mark(size: PageSize) -> Item {
    let mut drawing = Drawing::new(20.0, 20.0);
    let path = vec![
        Segment::Move((4.0, 10.6)),
        Segment::Line((8.4, 15.2)),
        Segment::Line((16.2, 5.0)),
    ];
    drawing.stroke(path, Color::INK, 2.2);
    Item::Drawing {
        x: 0.0,
        y: 0.0,
        width: size.width,
        height: size.height,
        drawing: Arc::new(drawing),
    }
}
