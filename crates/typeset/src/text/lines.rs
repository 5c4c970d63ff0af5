//! Breaking shaped text into lines, and setting the lines.

use std::sync::Arc;

use krilla::text::{GlyphId, KrillaGlyph};

use crate::font::{FaceId, FontBook, MissingCharacter, Style};
use crate::text::kinsoku::{Class, class, closes_up, may_break, opens_up};
use crate::text::shape::{Glyph, Spacing, shape};
use crate::vector::Color;

/// How a piece of text looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct TextStyle {
    pub(crate) style: Style,
    /// Font size in points.
    pub(crate) size: f32,
    pub(crate) color: Color,
    pub(crate) spacing: Spacing,
    /// Blank behind each character, in em of the font size.
    pub(crate) tracking: f32,
}

impl TextStyle {
    pub(crate) fn new(style: Style, size: f32) -> Self {
        Self {
            style,
            size,
            color: Color::INK,
            spacing: Spacing::Proportional,
            tracking: 0.0,
        }
    }

    pub(crate) fn color(self, color: Color) -> Self {
        Self { color, ..self }
    }

    /// Letters and digits on the half-width grid.
    pub(crate) fn fixed(self) -> Self {
        Self {
            spacing: Spacing::Fixed,
            ..self
        }
    }

    pub(crate) fn tracked(self, tracking: f32) -> Self {
        Self { tracking, ..self }
    }
}

/// A piece of a paragraph in one style.
#[derive(Debug, Clone)]
pub(crate) struct Span {
    pub(crate) text: Arc<str>,
    pub(crate) style: TextStyle,
}

impl Span {
    pub(crate) fn new(text: &str, style: TextStyle) -> Self {
        Self {
            text: Arc::from(text),
            style,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    Start,
    Center,
    End,
    /// Both sides flush except in last lines (均等割り付け).
    Justify,
}

/// The measure that lines are set to, in points.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measure {
    pub(crate) width: f32,
    pub(crate) first_indent: f32,
    pub(crate) indent: f32,
    pub(crate) align: Align,
}

/// Glyphs of one face and style that stand side by side.
#[derive(Debug, Clone)]
pub(crate) struct Run {
    /// From the left edge of the measure.
    pub(crate) x: f32,
    pub(crate) face: FaceId,
    pub(crate) style: TextStyle,
    pub(crate) glyphs: Vec<KrillaGlyph>,
    /// The text that the glyphs' ranges point into.
    pub(crate) text: Arc<str>,
}

/// One set line.
#[derive(Debug, Clone)]
pub(crate) struct Line {
    pub(crate) runs: Vec<Run>,
    /// Ink and blanks without indent, in points.
    pub(crate) width: f32,
    /// The largest font size in it.
    pub(crate) size: f32,
}

/// Sets spans into lines; a line feed in the text ends a line.
///
/// # Errors
/// The first character that no face can draw.
pub(crate) fn set_lines(
    book: &FontBook,
    spans: &[Span],
    measure: Measure,
) -> Result<Vec<Line>, MissingCharacter> {
    let mut lines = Vec::new();
    let mut pieces: Vec<Piece> = Vec::new();
    let mut first = true;
    for (index, span) in spans.iter().enumerate() {
        let mut offset = 0;
        for (part, text) in span.text.split('\n').enumerate() {
            if part > 0 {
                set_paragraph(spans, &std::mem::take(&mut pieces), measure, first, &mut lines);
                first = false;
            }
            let glyphs = shape(book, span.style.style, span.style.spacing, text)?;
            pieces.extend(
                glyphs
                    .into_iter()
                    .map(|glyph| Piece::new(glyph, index, offset, span)),
            );
            offset += text.len() + 1;
        }
    }
    set_paragraph(spans, &pieces, measure, first, &mut lines);
    Ok(lines)
}

/// The width of a text on one line.
///
/// # Errors
/// The first character that no face can draw.
pub(crate) fn width(book: &FontBook, span: &Span) -> Result<f32, MissingCharacter> {
    let measure = Measure {
        width: f32::MAX,
        first_indent: 0.0,
        indent: 0.0,
        align: Align::Start,
    };
    let lines = set_lines(book, std::slice::from_ref(span), measure)?;
    Ok(lines.iter().map(|line| line.width).fold(0.0, f32::max))
}

/// A glyph with its place in the spans.
#[derive(Debug, Clone)]
struct Piece {
    glyph: Glyph,
    span: usize,
    size: f32,
    class: Class,
}

impl Piece {
    fn new(mut glyph: Glyph, span: usize, offset: usize, source: &Span) -> Self {
        glyph.start += offset;
        glyph.end += offset;
        glyph.advance += source.style.tracking;
        Self {
            class: class(glyph.base),
            span,
            size: source.style.size,
            glyph,
        }
    }

    fn width(&self) -> f32 {
        self.glyph.advance * self.size
    }

    /// Half an em of blank that may go, when the face sets the sign on the full width.
    fn blank(&self) -> f32 {
        if self.glyph.advance > 0.9 {
            self.size / 2.0
        } else {
            0.0
        }
    }

    fn continues(&self, before: &Self) -> bool {
        self.span == before.span && self.glyph.start == before.glyph.start
    }
}

fn set_paragraph(spans: &[Span], pieces: &[Piece], measure: Measure, mut first: bool, lines: &mut Vec<Line>) {
    if pieces.is_empty() {
        lines.push(Line {
            runs: Vec::new(),
            width: 0.0,
            size: 0.0,
        });
        return;
    }
    let mut rest = pieces;
    while !rest.is_empty() {
        let indent = if first {
            measure.first_indent
        } else {
            measure.indent
        };
        let available = (measure.width - indent).max(0.0);
        let count = fitting(rest, available).clamp(1, rest.len());
        let (line, tail) = rest.split_at(count);
        lines.push(set_line(spans, line, measure, indent, tail.is_empty()));
        rest = tail;
        first = false;
    }
}

/// How many pieces go onto a line of the given width.
fn fitting(pieces: &[Piece], available: f32) -> usize {
    let mut x = 0.0;
    let mut allowed = 0;
    let mut before: Option<&Piece> = None;
    for (index, piece) in pieces.iter().enumerate() {
        let class_before = before.map(|piece| piece.class);
        if let Some(before) = before
            && !piece.continues(before)
            && may_break(before.class, piece.class)
        {
            allowed = index;
        }
        if let Some(before) = before
            && closes_up(before.class, piece.class)
        {
            x -= before.blank();
        }
        let mut advance = piece.width();
        if opens_up(class_before, piece.class) {
            advance -= piece.blank();
        }
        // A closing sign at the line end may give up its blank half; spaces there do not count.
        let needed = match piece.class {
            Class::Closing => x + advance - piece.blank(),
            Class::Space => x,
            _ => x + advance,
        };
        if needed > available + 0.01 {
            return if allowed > 0 {
                allowed
            } else {
                within_word(pieces, index)
            };
        }
        x += advance;
        before = Some(piece);
    }
    pieces.len()
}

/// A word longer than the line is cut where it must, but never inside a cluster.
fn within_word(pieces: &[Piece], mut index: usize) -> usize {
    while let (Some(before), Some(at)) = (
        index.checked_sub(1).and_then(|i| pieces.get(i)),
        pieces.get(index),
    ) {
        if !at.continues(before) {
            break;
        }
        index -= 1;
    }
    if index > 0 {
        return index;
    }
    // The very first cluster is wider than the line: it goes there whole.
    let Some(head) = pieces.first() else { return 1 };
    pieces
        .iter()
        .take_while(|piece| piece.continues(head))
        .count()
        .max(1)
}

fn set_line(spans: &[Span], pieces: &[Piece], measure: Measure, indent: f32, last: bool) -> Line {
    let mut advances: Vec<f32> = pieces.iter().map(Piece::width).collect();
    let mut shifts: Vec<f32> = vec![0.0; pieces.len()];
    let mut before: Option<(usize, &Piece)> = None;
    for (index, piece) in pieces.iter().enumerate() {
        if let Some((at, before)) = before
            && closes_up(before.class, piece.class)
            && let Some(advance) = advances.get_mut(at)
        {
            *advance -= before.blank();
        }
        if opens_up(before.map(|(_, piece)| piece.class), piece.class)
            && let (Some(advance), Some(shift)) = (advances.get_mut(index), shifts.get_mut(index))
        {
            *advance -= piece.blank();
            *shift -= piece.blank();
        }
        before = Some((index, piece));
    }
    // Neither the blank half of a last closing sign nor trailing spaces count for the width.
    let mut end = pieces.len();
    while end > 0
        && pieces
            .get(end - 1)
            .is_some_and(|piece| piece.class == Class::Space)
    {
        end -= 1;
    }
    let mut width: f32 = advances.iter().take(end).sum();
    let hanging = end
        .checked_sub(1)
        .and_then(|at| pieces.get(at))
        .filter(|piece| piece.class == Class::Closing)
        .map_or(0.0, Piece::blank);
    let available = measure.width - indent;
    if measure.align == Align::Justify && !last {
        justify(pieces, &mut advances, end, available - (width - hanging));
        width = available.max(width - hanging);
    }
    let x = indent
        + match measure.align {
            Align::Start | Align::Justify => 0.0,
            Align::Center => ((available - width) / 2.0).max(0.0),
            Align::End => (available - width).max(0.0),
        };
    let size = pieces.iter().map(|piece| piece.size).fold(0.0, f32::max);
    Line {
        runs: runs(spans, pieces, &advances, &shifts, x),
        width,
        size,
    }
}

/// Shares `extra` among the gaps beside full-width characters and spaces.
fn justify(pieces: &[Piece], advances: &mut [f32], end: usize, extra: f32) {
    let gaps: Vec<usize> = pieces
        .windows(2)
        .take(end.saturating_sub(1))
        .enumerate()
        .filter_map(|(index, pair)| {
            let [before, after] = pair else { return None };
            let wide = before.class.is_wide() || after.class.is_wide();
            let gap = (wide || before.class == Class::Space) && !after.continues(before);
            (gap && after.class != Class::Space).then_some(index)
        })
        .collect();
    if gaps.is_empty() || extra <= 0.0 {
        return;
    }
    let share = extra / gaps.len() as f32;
    let size = pieces.first().map_or(0.0, |piece| piece.size);
    // Torn lines look worse than ragged ones.
    if share > size * 0.35 {
        return;
    }
    // Whole thousandths of an em keep the page description short.
    let share = (share / size * 1_000.0).floor() / 1_000.0 * size;
    for index in gaps {
        if let Some(advance) = advances.get_mut(index) {
            *advance += share;
        }
    }
}

fn runs(spans: &[Span], pieces: &[Piece], advances: &[f32], shifts: &[f32], mut x: f32) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut current: Option<(usize, FaceId)> = None;
    for ((piece, advance), shift) in pieces.iter().zip(advances).zip(shifts) {
        let Some(span) = spans.get(piece.span) else {
            continue;
        };
        let key = (piece.span, piece.glyph.face);
        if current != Some(key) {
            current = Some(key);
            runs.push(Run {
                x,
                face: piece.glyph.face,
                style: span.style,
                glyphs: Vec::new(),
                text: Arc::clone(&span.text),
            });
        }
        if let Some(run) = runs.last_mut() {
            let em = |points: f32| points / piece.size;
            run.glyphs.push(KrillaGlyph::new(
                GlyphId::new(u32::from(piece.glyph.id)),
                em(*advance),
                piece.glyph.dx + em(*shift),
                piece.glyph.dy,
                0.0,
                piece.glyph.start..piece.glyph.end,
                None,
            ));
        }
        x += advance;
    }
    runs
}
