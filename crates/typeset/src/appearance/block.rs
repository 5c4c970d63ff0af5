//! The signature block: seal or handwriting beside name, time and reason.

use crate::appearance::{Fault, MarkPlace, PageSize, SignatureBlock, mark_item};
use crate::date::{jst_compact, jst_english};
use crate::evidence::Language;
use crate::font::{FontBook, Style};
use crate::layout::sheet::{Item, line_items};
use crate::text::lines::{Align, Line, Measure, Span, TextStyle, set_lines};
use crate::vector::Color;

const MAX_LINES: usize = 8;
const MAX_BYTES: usize = 2_000;

pub(super) fn signature(
    book: &FontBook,
    block: &SignatureBlock,
    place: Option<MarkPlace>,
    size: PageSize,
) -> Result<Vec<Item>, Fault> {
    let bytes = block.name.len() + block.lines.iter().map(String::len).sum::<usize>();
    if block.lines.len() > MAX_LINES || bytes > MAX_BYTES {
        return Err(Fault::DoesNotFit);
    }
    let missing: Vec<_> = std::iter::once(&block.name)
        .chain(&block.lines)
        .flat_map(|line| book.missing_characters(line))
        .collect();
    if !missing.is_empty() {
        return Err(Fault::Missing(missing));
    }
    let (mark, text) = areas(block, place, size);
    let mut items = Vec::new();
    if let (Some(mark), Some(area)) = (&block.mark, mark) {
        items.push(mark_item(mark, area.x, area.y, area.width, area.height));
    }
    items.extend(set_text(book, block, &text)?);
    Ok(items)
}

struct Area {
    x: f32,
    y: f32,
    width: f32,
    height: f32,
}

/// Without a wish, the mark stands left of the text in a wide field and above it in a tall one.
fn areas(block: &SignatureBlock, place: Option<MarkPlace>, size: PageSize) -> (Option<Area>, Area) {
    let PageSize { width, height } = size;
    let area = |x: f32, y: f32, width: f32, height: f32| Area { x, y, width, height };
    if block.mark.is_none() {
        return (None, area(1.0, 0.0, (width - 2.0).max(1.0), height));
    }
    let is_wide = width >= height * 1.25;
    let place = place.unwrap_or(if is_wide {
        MarkPlace::Left
    } else {
        MarkPlace::Above
    });
    match place {
        MarkPlace::Left | MarkPlace::Right => {
            let edge = height.min(width * 0.42);
            let gap = edge * 0.08;
            let (top, room) = ((height - edge) / 2.0, width - edge - gap);
            if place == MarkPlace::Left {
                (
                    Some(area(0.0, top, edge, edge)),
                    area(edge + gap, 0.0, room, height),
                )
            } else {
                (
                    Some(area(width - edge, top, edge, edge)),
                    area(0.0, 0.0, room, height),
                )
            }
        }
        MarkPlace::Above | MarkPlace::Below => {
            let edge = width.min(height * 0.62);
            let left = (width - edge) / 2.0;
            if place == MarkPlace::Above {
                (
                    Some(area(left, 0.0, edge, edge)),
                    area(0.0, edge, width, height - edge),
                )
            } else {
                let text = area(0.0, 0.0, width, height - edge);
                (Some(area(left, height - edge, edge, edge)), text)
            }
        }
    }
}

fn set_text(book: &FontBook, block: &SignatureBlock, area: &Area) -> Result<Vec<Item>, Fault> {
    let mut points = 13.0_f32;
    loop {
        let lines = text_lines(book, block, points, area.width)?;
        let height: f32 = lines.iter().map(|(_, leading)| leading).sum();
        let wide = lines.iter().any(|(line, _)| line.width > area.width + 0.01);
        if height <= area.height && !wide {
            let mut y = area.y + (area.height - height) / 2.0;
            let mut items = Vec::new();
            for (line, leading) in lines {
                items.extend(line_items(line, area.x, y, leading));
                y += leading;
            }
            return Ok(items);
        }
        // A signature block is a reminder of the signature panel, so it may become as small as it
        // must; below 1 point nobody could read it, and the field was not meant to show text.
        points *= 0.93;
        if points < 1.0 {
            return Err(Fault::DoesNotFit);
        }
    }
}

fn text_lines(
    book: &FontBook,
    block: &SignatureBlock,
    points: f32,
    width: f32,
) -> Result<Vec<(Line, f32)>, Fault> {
    let time = match block.language {
        Language::Japanese => format!("{} (JST)", jst_compact(block.signed_at)),
        Language::English => jst_english(block.signed_at),
    };
    let mut texts: Vec<(&str, f32, Color)> = vec![(&block.name, points, Color::INK)];
    texts.push((&time, points * 0.72, Color::SOFT));
    texts.extend(
        block
            .lines
            .iter()
            .map(|line| (line.as_str(), points * 0.72, Color::SOFT)),
    );
    let mut lines = Vec::new();
    for (text, size, color) in texts {
        if text.trim().is_empty() {
            continue;
        }
        let style = TextStyle::new(Style::Sans, size).color(color);
        let measure = Measure {
            width,
            first_indent: 0.0,
            indent: 0.0,
            align: Align::Start,
        };
        let set = set_lines(book, &[Span::new(text, style)], measure)?;
        lines.extend(set.into_iter().map(|line| (line, size * 1.35)));
    }
    Ok(lines)
}
