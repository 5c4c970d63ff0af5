//! PDF syntax, revisions and incremental updates for signing (ISO 32000-2, clause 7, and the structural parts
//! of clauses 8 and 12).
//!
//! What a signature protects are bytes; so this crate keeps them. Every token of an object knows its source text,
//! and changing one entry of a dictionary leaves all others byte for byte as they were. Files are read through
//! [`ReadAt`] in small pieces, revisions are found by following the cross-reference chain, and an update is
//! appended without touching what is there.
//!
//! It makes no signatures (it reserves their place and reports facts about existing ones) and draws nothing.
//!
//! ```
//! use akashi_pdf::{Appended, Document, IncrementalUpdate, Limits, Object, PdfString};
//!
//! # fn sample() -> Vec<u8> {
//! #     let mut file = b"%PDF-1.7\n".to_vec();
//! #     let mut offsets = Vec::new();
//! #     for object in ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
//! #         "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595.27559055 841.890]>>"] {
//! #         offsets.push(file.len());
//! #         file.extend(format!("{} 0 obj\n{object}\nendobj\n", offsets.len()).bytes());
//! #     }
//! #     let start = file.len();
//! #     file.extend(b"xref\n0 4\n0000000000 65535 f \n");
//! #     for offset in offsets { file.extend(format!("{offset:010} 00000 n \n").bytes()); }
//! #     file.extend(format!("trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n").bytes());
//! #     file
//! # }
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let document = Document::open(sample(), &Limits::default())?;
//! let page = document.pages()?.remove(0);
//!
//! let mut update = IncrementalUpdate::new(&document);
//! update.edit_dictionary(page.id, |page| page.set("Lang", PdfString::from_text("ja")))?;
//! let update = update.write([7; 32])?;
//!
//! let signed = Document::open(Appended::new(document.reader(), &update.bytes), &Limits::default())?;
//! assert_eq!(signed.revisions().len(), 2);
//! let text = Object::from(signed.pages()?.remove(0).dictionary).to_bytes();
//! assert_eq!(text, b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595.27559055 841.890] /Lang (ja)>>");
//! # Ok(())
//! # }
//! ```

mod active_content;
mod content;
mod crypt;
mod description;
mod document;
mod error;
mod filter;
mod form;
mod geometry;
mod lexer;
mod limits;
mod object;
mod object_stream;
mod object_writer;
mod page;
mod parser;
mod read_at;
mod revision;
mod rewrite;
mod signature;
mod source;
mod source_text;
mod stream_extent;
mod text_encoding;
mod update;
mod work;
mod xref;

pub use active_content::{ActiveContent, ActiveContentKind};
pub use crypt::{Encryption, EncryptionError, EncryptionMethod};
pub use document::{Document, IndirectObject, Place};
pub use error::{OpenError, ReadError};
pub use filter::FilterError;
pub use form::{FieldType, Form, FormField, Widget};
pub use geometry::{Matrix, PageGeometry, Rect, Rotation};
pub use lexer::SyntaxError;
pub use limits::{Limit, Limits};
pub use object::{
    Array, Dictionary, Name, Number, Object, ObjectId, PdfString, Reference, Reserved, ReservedKind, Stream,
};
pub use page::Page;
pub use read_at::{Appended, ReadAt};
pub use revision::Revision;
pub use rewrite::{ActiveContentChoice, RepairError, RewriteError, repair};
pub use signature::{SignatureFacts, SignatureReference};
pub use update::{FillError, IncrementalUpdate, ReservedSpan, Update, UpdateError};
pub use xref::{XrefEntry, XrefKind};
