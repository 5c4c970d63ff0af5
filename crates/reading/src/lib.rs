//! What a page looks like and what it says: page images for people who sign, glyphs with their positions.
//!
//! A party signs what it was shown, so a picture of a page is evidence. This crate therefore draws a page only
//! when it can say that the picture is faithful: [`PageReader::render`] refuses, with the reasons named as
//! [`Defect`]s, a page of which something could not be drawn. The caller then shows the file itself in the
//! browser instead. [`PageReader::render_best_effort`] is for thumbnails.
//!
//! Two readers look at every file: `akashi-pdf`, which the signatures rely on, and the drawing library (hayro).
//! They must agree on the pages and on the content of each page, or nothing is drawn: a file that shows one
//! text to the signer and another to the judge is refused here.
//!
//! It is not a PDF library: it changes nothing, knows no signatures and no contracts.
//!
//! ```no_run
//! use akashi_reading::{Limits, PageReader, SubstituteFonts};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let file = std::fs::read("contract.pdf")?;
//! let reader = PageReader::open(file.into(), SubstituteFonts::none(), Limits::default())?;
//! let image = reader.render(0, 780)?;
//! std::fs::write("page.png", image.encode(100 * 1024)?.bytes)?;
//! println!("{}", reader.text(0)?.to_plain());
//! # Ok(())
//! # }
//! ```
//!
//! # Bounds
//! [`Limits`] bounds the size of pictures, the decoded size of everything that a page needs, the number of
//! drawing operations (nested forms, patterns and masks unfolded) and the painted area, all before anything is
//! drawn. Not bounded are the time of a single operation (a shading with a costly function over a whole page)
//! and what the drawing library allocates beyond the streams it decodes. It never runs JavaScript and never
//! touches network or files. It runs on a thread of its own, with a stack for the deepest nesting that it follows;
//! a panic in it becomes [`RenderError::Panicked`]. An exhausted memory cannot be caught, so a server that draws
//! pages of strangers does it in a process of its own or accepts that risk.
//!
//! Standards: ISO 32000-2, clauses 7.7.3 (page tree), 8 and 9 (graphics, text), 12.5 (annotations).

mod annotations;
mod bounds;
mod compare;
mod defect;
mod error;
mod fonts;
mod guard;
mod page_image;
mod palette;
mod reader;
mod survey;
mod text;
mod weigh;

pub use bounds::{Bound, Limits};
pub use defect::Defect;
pub use error::{EncodeError, OpenError, RenderError};
pub use fonts::{FontBytes, SubstituteFonts};
pub use page_image::{EncodedImage, MediaType, PageImage};
pub use reader::PageReader;
pub use text::{Glyph, GlyphBox, PageText};
