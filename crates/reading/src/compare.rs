//! Do two readers see the same file?

use std::sync::Arc;

use akashi_pdf::{Document, Page};
use hayro::hayro_syntax::Pdf;
use hayro::hayro_syntax::object::{ObjectIdentifier, Stream};
use hayro::hayro_syntax::page::Page as DrawnPage;

use crate::error::RenderError;
use crate::weigh::WeighedStream;

/// Whether both see the same page objects in the same order.
pub(crate) fn same_pages(pages: &[Page], drawn: &Pdf) -> bool {
    let drawn = drawn.pages();
    pages.len() == drawn.len()
        && pages
            .iter()
            .zip(drawn.iter())
            .all(|(page, drawn)| drawn.raw().obj_id() == Some(identifier(page.id.number, page.id.generation)))
}

/// Whether both decode the same content for a page. White space does not count: content streams are joined
/// with some (ISO 32000-2, table 31), and readers choose which.
pub(crate) fn same_content(
    document: &Document<Arc<[u8]>>,
    page: &Page,
    drawn: &DrawnPage<'_>,
) -> Result<bool, RenderError> {
    let content = document.page_content(page)?;
    let drawn = drawn.page_stream().unwrap_or_default();
    let ink = |byte: &&u8| !matches!(**byte, 0 | b'\t' | b'\n' | 0x0c | b'\r' | b' ');
    Ok(content.iter().filter(ink).eq(drawn.iter().filter(ink)))
}

/// Whether the drawing library reads the same data for a stream.
pub(crate) fn same_stream(stream: &WeighedStream, drawn: &Pdf) -> bool {
    drawn
        .xref()
        .get::<Stream<'_>>(identifier(stream.id.number, stream.id.generation))
        .is_some_and(|drawn| drawn.raw_data().trim_ascii_end() == stream.raw.trim_ascii_end())
}

fn identifier(number: u32, generation: u16) -> ObjectIdentifier {
    ObjectIdentifier::new(number, i32::from(generation))
}
