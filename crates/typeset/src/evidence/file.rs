//! The foot of every page and the file around the pages: PDF/A-3b with the JSON attached.

use krilla::configure::{Archival, ConfigurationBuilder};
use krilla::embed::{AssociationKind, EmbeddedFile, MimeType};
use krilla::metadata::{DateTime, Metadata};
use krilla::{Document, SerializeSettings};

use crate::date::in_japan;
use crate::error::RenderError;
use crate::evidence::draw::{FRAME, MM, TRIAL, bold, sans};
use crate::evidence::words::Words;
use crate::evidence::{EvidenceError, EvidenceSheet, SheetMode};
use crate::font::FontBook;
use crate::layout::flow::Paragraph;
use crate::layout::paint::paint;
use crate::layout::sheet::{Item, Owner, Sheet, Stroke, line_items};
use crate::text::lines::{Align, Span, TextStyle};
use crate::vector::Color;

/// Rule, ID and page number below every page, and the trial mark.
pub(super) fn foot(
    book: &FontBook,
    words: &Words,
    pages: &mut Sheet,
    sheet: &EvidenceSheet,
) -> Result<(), EvidenceError> {
    let total = pages.pages.len();
    let top = FRAME.height - FRAME.bottom + 3.5 * MM;
    let right = FRAME.width - FRAME.right;
    for (index, page) in pages.pages.iter_mut().enumerate() {
        let rule = Item::Rules {
            lines: vec![Stroke {
                from: (FRAME.left, top),
                to: (right, top),
            }],
            width: 0.25 * MM,
            color: Color::RULE,
        };
        page.items.push((Owner::Footer, rule));
        let soft = |style: TextStyle| style.color(Color::SOFT);
        let mut spans = vec![
            Span::new(&format!("{} ", words.id), soft(sans(8.5))),
            Span::new(&book.visible(&sheet.contract_id), soft(sans(8.0).fixed())),
        ];
        if sheet.mode == SheetMode::Trial {
            let style = bold(10.0).color(TRIAL);
            spans.push(Span::new(&format!("  {}", words.trial), style));
        }
        let number = Span::new(&format!("{} / {total}", index + 1), soft(sans(8.5)));
        for (spans, align) in [(spans, Align::Start), (vec![number], Align::End)] {
            let mut paragraph = Paragraph::new(Span::new("", sans(8.5)), 13.0).aligned(align);
            paragraph.spans = spans;
            for line in paragraph.set(book, FRAME.measure())?.into_iter().take(1) {
                for item in line_items(line, FRAME.left, top + 2.0 * MM, 13.0) {
                    page.items.push((Owner::Footer, item));
                }
            }
        }
    }
    Ok(())
}

pub(super) fn write(
    book: &FontBook,
    words: &Words,
    sheet: &EvidenceSheet,
    pages: Sheet,
    json: Vec<u8>,
) -> Result<Vec<u8>, EvidenceError> {
    let configuration = ConfigurationBuilder::new()
        .with_archival_validator(Archival::A3_B)
        .finish()
        .map_err(|error| RenderError::Writer(format!("{error:?}")))?;
    let settings = SerializeSettings {
        configuration,
        enable_tagging: true,
        ..Default::default()
    };
    let mut document = Document::new_with(settings);
    let issued = pdf_date(sheet);
    let title = format!("{} {}", words.document, book.visible(&sheet.title));
    let metadata = Metadata::new()
        .title(title)
        .language(words.tag.to_owned())
        .creator("Akashi".to_owned())
        .producer(concat!("akashi-typeset ", env!("CARGO_PKG_VERSION")).to_owned())
        .creation_date(issued)
        .document_id(sheet.contract_id.clone());
    document.set_metadata(metadata);
    let attached = EmbeddedFile {
        path: "evidence.json".to_owned(),
        mime_type: MimeType::new("application/json"),
        description: Some(words.attachment_note.to_owned()),
        association_kind: AssociationKind::Alternative,
        data: json.into(),
        modification_date: Some(issued),
        compress: Some(true),
        location: None,
    };
    if document.embed_file(attached).is_none() {
        return Err(RenderError::Writer("attachment name used twice".to_owned()).into());
    }
    paint(book, &mut document, pages, words.tag)?;
    Ok(document.finish().map_err(RenderError::from)?)
}

fn pdf_date(sheet: &EvidenceSheet) -> DateTime {
    let t = in_japan(sheet.issued_at);
    let small = |value: i8| u8::try_from(value).unwrap_or(0);
    DateTime::new(u16::try_from(t.year()).unwrap_or(0))
        .month(small(t.month()))
        .day(small(t.day()))
        .hour(small(t.hour()))
        .minute(small(t.minute()))
        .second(small(t.second()))
        .utc_offset_hour(9)
}
