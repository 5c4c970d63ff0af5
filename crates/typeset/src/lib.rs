//! Page content of Akashi: what signing acts, stamps, evidence sheets and sample contracts look like.
//!
//! Plain values go in, PDF bytes come out. The room knows nothing of contracts, makes no signature,
//! has no clock and reads no file; the same input gives the same bytes. Its pages are imported by
//! others as form XObjects, or stand alone (evidence sheet, sample contracts).
//!
//! ```
//! use akashi_typeset::{Appearance, Content, FontBook, Mark, Seal, TextValue, draw_act};
//!
//! let book = FontBook::embedded();
//! assert!(book.missing_characters("𠮷野 咲").is_empty());
//! let seal = Seal::round(&book, "𠮷野")?;
//! let act = draw_act(&book, &[
//!     Appearance { width: 64.0, height: 64.0, content: Content::Seal(Mark::Seal(seal)) },
//!     Appearance { width: 150.0, height: 18.0, content: Content::Text(TextValue::fitted("𠮷野 咲")) },
//! ])?;
//! assert_eq!(act.pages.len(), 2);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! Standards: ISO 32000-1 (PDF 1.7), ISO 19005-3 (PDF/A-3), ISO/IEC 18004 (QR code), JIS X 0213 and
//! UTS #37 (characters of names), JIS X 4051 (line composition).

#![expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "lengths on a page are far below the 24 bits that a point value keeps"
)]

pub mod appearance;
pub mod date;
pub mod demo;
pub mod evidence;

mod error;
mod font;
mod ink;
mod layout;
mod picture;
mod qr;
mod seal;
mod stamp;
mod text;
mod vector;

pub use appearance::{
    ActDrawing, Appearance, Checked, Content, DrawError, Mark, MarkPlace, SignatureBlock, TextValue, draw_act,
};
pub use error::RenderError;
pub use evidence::{EvidenceError, EvidenceSheet, Language, evidence_sheet};
pub use font::{FontBook, MissingCharacter};
pub use ink::{Handwriting, InkError, InkPoint};
pub use picture::{Picture, PictureError};
pub use seal::{Seal, SealError};
pub use stamp::{Stamp, StampDrawing, StampError, StampMode, draw_stamp};
