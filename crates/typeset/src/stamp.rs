//! The ID stamp: contract ID and verification code, put at the lower left of every page when a
//! contract is sent.

use std::sync::Arc;

use krilla::page::PageSettings;
use krilla::{Document, SerializeSettings};
use thiserror::Error;

use crate::error::RenderError;
use crate::font::{FontBook, MissingCharacter, Style};
use crate::layout::paint::paint_item;
use crate::layout::sheet::{Item, line_items};
use crate::qr::qr;
use crate::text::lines::{Align, Measure, Span, TextStyle, set_lines, width};
use crate::vector::{Color, Drawing, rounded_rectangle};

/// What the stamp says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stamp {
    /// The contract's ID as printed.
    pub contract_id: String,
    /// The page where the contract can be verified; drawn as QR code.
    pub verify_url: Option<String>,
    /// Real use or trial.
    pub mode: StampMode,
}

/// Whether the contract counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StampMode {
    /// A contract.
    Genuine,
    /// Made in trial mode: the stamp bears a framed 「試用 TRIAL」.
    Trial,
}

/// A drawn stamp: one page of exactly its size, transparent ground.
#[derive(Debug, Clone)]
pub struct StampDrawing {
    /// The PDF.
    pub pdf: Vec<u8>,
    /// Width in points.
    pub width: f32,
    /// Height in points: 9 without QR code, 26 with it.
    pub height: f32,
}

/// Draws the stamp, at most `max_width` points wide (at least 60); long IDs become smaller.
///
/// # Errors
/// [`StampError`].
pub fn draw_stamp(book: &FontBook, stamp: &Stamp, max_width: f32) -> Result<StampDrawing, StampError> {
    if stamp.contract_id.is_empty() || stamp.contract_id.len() > 100 {
        return Err(StampError::Id);
    }
    if !(60.0..=14_400.0).contains(&max_width) {
        return Err(StampError::Width);
    }
    let missing = book.missing_characters(&stamp.contract_id);
    if !missing.is_empty() {
        return Err(StampError::Missing(missing));
    }
    let (items, width, height) = lay_out(book, stamp, max_width)?;
    let settings = SerializeSettings {
        xmp_metadata: false,
        enable_tagging: false,
        ..Default::default()
    };
    let mut document = Document::new_with(settings);
    let page_settings = PageSettings::from_wh(width, height).ok_or(RenderError::PageSize)?;
    let mut page = document.start_page_with(page_settings);
    let mut surface = page.surface();
    for item in items {
        paint_item(book, &mut surface, item);
    }
    surface.finish();
    page.finish();
    let pdf = document.finish().map_err(RenderError::from)?;
    Ok(StampDrawing { pdf, width, height })
}

/// Why a stamp cannot be drawn.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum StampError {
    /// The ID is empty or longer than 100 bytes.
    #[error("contract id is empty or too long")]
    Id,
    /// The width is below 60 points or not usable.
    #[error("stamp width is not usable")]
    Width,
    /// The URL is too long for a QR code.
    #[error("verification url is too long for a qr code")]
    Url,
    /// The ID has characters that no font can draw.
    #[error("contract id has characters that no font can draw")]
    Missing(Vec<MissingCharacter>),
    /// The PDF could not be written.
    #[error(transparent)]
    Render(#[from] RenderError),
}

const CODE: f32 = 26.0;
const LINE: f32 = 9.0;
const GAP: f32 = 3.0;
/// The colour of 「試用」: a warning, not an act of will, hence not vermilion.
const TRIAL: Color = Color(0xb3, 0x00, 0x0d);

fn lay_out(book: &FontBook, stamp: &Stamp, max_width: f32) -> Result<(Vec<Item>, f32, f32), StampError> {
    let missing = |missing: MissingCharacter| StampError::Missing(vec![missing]);
    let mut items = Vec::new();
    let mut x = 0.0;
    let mut height = LINE;
    if let Some(url) = &stamp.verify_url {
        let drawing = Arc::new(qr(url, 1).ok_or(StampError::Url)?);
        items.push(Item::Drawing {
            x: 0.0,
            y: 0.0,
            width: CODE,
            height: CODE,
            drawing,
        });
        x = CODE + GAP;
        height = CODE;
    }
    let trial = stamp.mode == StampMode::Trial;
    let mark_width = if trial { 46.0 } else { 0.0 };
    // With a code there is room for the mark above the ID; without, it stands before it.
    let stacked = stamp.verify_url.is_some();
    if trial {
        items.extend(trial_mark(book, x, if stacked { 3.0 } else { 0.0 }, mark_width).map_err(missing)?);
    }
    let id_x = if trial && !stacked {
        x + mark_width + GAP
    } else {
        x
    };
    let text = format!("契約ID {}", stamp.contract_id);
    let style = TextStyle::new(Style::Sans, 6.5).color(Color::SOFT).fixed();
    let mut span = Span::new(&text, style);
    let natural = width(book, &span).map_err(missing)?;
    let room = (max_width - id_x).max(20.0);
    span.style.size *= (room / natural).min(1.0);
    let measure = Measure {
        width: f32::MAX,
        first_indent: 0.0,
        indent: 0.0,
        align: Align::Start,
    };
    for line in set_lines(book, std::slice::from_ref(&span), measure).map_err(missing)? {
        let used = line.width;
        items.extend(line_items(line, id_x, height - LINE, LINE));
        x = x.max(id_x + used);
    }
    let total = x.max(if trial && stacked {
        CODE + GAP + mark_width
    } else {
        0.0
    });
    Ok((items, total.max(1.0), height))
}

fn trial_mark(book: &FontBook, x: f32, y: f32, width: f32) -> Result<Vec<Item>, MissingCharacter> {
    let height = LINE;
    let mut frame = Drawing::new(width, height);
    frame.stroke(
        rounded_rectangle(0.45, 0.45, width - 0.9, height - 0.9, 1.5),
        TRIAL,
        0.9,
    );
    let style = TextStyle::new(Style::SansBold, 6.8).color(TRIAL);
    let measure = Measure {
        width,
        first_indent: 0.0,
        indent: 0.0,
        align: Align::Center,
    };
    let mut items = vec![Item::Drawing {
        x,
        y,
        width,
        height,
        drawing: Arc::new(frame),
    }];
    for line in set_lines(book, &[Span::new("試用 TRIAL", style)], measure)? {
        items.extend(line_items(line, x, y, height));
    }
    Ok(items)
}
