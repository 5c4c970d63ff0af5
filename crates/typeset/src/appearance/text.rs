//! Text values in fields: fixed or fitted size, one or several lines.

use crate::appearance::{Fault, PageSize};
use crate::font::{FontBook, Style};
use crate::layout::sheet::{Item, line_items};
use crate::text::lines::{Align, Line, Measure, Span, TextStyle, set_lines};

/// A text typed by a party.
#[derive(Debug, Clone, PartialEq)]
pub struct TextValue {
    /// The text as typed. Line feeds only with [`Lines::Several`].
    pub text: String,
    /// Its size.
    pub size: FontSize,
    /// One line or several.
    pub lines: Lines,
    /// Where it stands in the width.
    pub align: TextAlign,
}

impl TextValue {
    /// The longest text, in bytes.
    pub const MAX_BYTES: usize = 20_000;

    /// One line from the left, as large as the field allows up to 12 points.
    pub fn fitted(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            size: FontSize::Fit,
            lines: Lines::One,
            align: TextAlign::Left,
        }
    }
}

/// The size of a text value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum FontSize {
    /// As large as the field allows, between 4 and 12 points.
    Fit,
    /// In points, 1 to 200; refused if the text does not fit.
    Points(f32),
}

/// How many lines a text value may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lines {
    /// One, centred in the height; a line feed counts as a space.
    One,
    /// As many as fit, from the top.
    Several,
}

/// Where a text stands in the width of its field.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextAlign {
    /// From the left edge.
    Left,
    /// In the middle.
    Center,
    /// At the right edge, for amounts.
    Right,
}

const SMALLEST: f32 = 4.0;
const LARGEST: f32 = 12.0;
/// Line height over font size.
const LEADING: f32 = 1.35;

pub(super) fn value(book: &FontBook, value: &TextValue, size: PageSize) -> Result<Vec<Item>, Fault> {
    let text = typed(book, &value.text, value.lines)?;
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let pad = (size.height * 0.08).min(2.0).min(size.width * 0.05);
    let sizes = match value.size {
        FontSize::Points(points) if (1.0..=200.0).contains(&points) => vec![points],
        FontSize::Points(_) => return Err(Fault::Size),
        FontSize::Fit => steps(LARGEST),
    };
    let field = Field {
        width: size.width - 2.0 * pad,
        height: size.height,
        pad,
        style: Style::Sans,
    };
    let mut found: Option<(f32, Vec<Item>)> = None;
    for points in sizes {
        // Up to a fifth smaller is better than lines that wrap.
        if found.as_ref().is_some_and(|(largest, _)| points < largest * 0.8) {
            break;
        }
        let set = match value.lines {
            Lines::One => field.one_line(book, &text, points, value.align)?,
            Lines::Several => field.several(book, &text, points, value.align)?,
        };
        match set {
            Some(set) if !set.wrapped => return Ok(set.items),
            Some(set) if found.is_none() => found = Some((points, set.items)),
            _ => {}
        }
    }
    found.map(|(_, items)| items).ok_or(Fault::DoesNotFit)
}

pub(super) fn typed_name(book: &FontBook, name: &str, size: PageSize) -> Result<Vec<Item>, Fault> {
    let text = typed(book, name, Lines::One)?;
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let pad = (size.width * 0.03).min(3.0);
    let field = Field {
        width: size.width - 2.0 * pad,
        height: size.height,
        pad,
        style: Style::Serif,
    };
    for points in steps(36.0) {
        if let Some(set) = field.one_line(book, &text, points, TextAlign::Center)? {
            return Ok(set.items);
        }
    }
    Err(Fault::DoesNotFit)
}

/// The text as it will be drawn; a text that no font can draw is refused.
fn typed(book: &FontBook, text: &str, lines: Lines) -> Result<String, Fault> {
    if text.len() > TextValue::MAX_BYTES {
        return Err(Fault::DoesNotFit);
    }
    let text = text
        .replace("\r\n", "\n")
        .replace('\r', "\n")
        .replace('\t', "\u{3000}");
    let text = match lines {
        Lines::One => text.replace('\n', " ").trim().to_owned(),
        Lines::Several => text.trim_end().to_owned(),
    };
    let missing = book.missing_in_lines(&text);
    if missing.is_empty() {
        Ok(text)
    } else {
        Err(Fault::Missing(missing))
    }
}

/// Sizes from the largest down to the smallest legible one.
fn steps(largest: f32) -> Vec<f32> {
    let mut sizes = Vec::new();
    let mut points = largest;
    while points > SMALLEST {
        sizes.push(points);
        points -= if points > 14.0 { 1.0 } else { 0.5 };
    }
    sizes.push(SMALLEST);
    sizes
}

/// A text set at one size.
struct SetText {
    items: Vec<Item>,
    /// Whether a typed line had to be broken.
    wrapped: bool,
}

/// The inside of a field.
struct Field {
    width: f32,
    height: f32,
    pad: f32,
    style: Style,
}

impl Field {
    fn lines(
        &self,
        book: &FontBook,
        text: &str,
        points: f32,
        align: TextAlign,
        width: f32,
    ) -> Result<Vec<Line>, Fault> {
        let style = TextStyle::new(self.style, points);
        let align = match align {
            TextAlign::Left => Align::Start,
            TextAlign::Center => Align::Center,
            TextAlign::Right => Align::End,
        };
        let measure = Measure {
            width,
            first_indent: 0.0,
            indent: 0.0,
            align,
        };
        Ok(set_lines(book, &[Span::new(text, style)], measure)?)
    }

    /// `None` if it does not fit.
    fn one_line(
        &self,
        book: &FontBook,
        text: &str,
        points: f32,
        align: TextAlign,
    ) -> Result<Option<SetText>, Fault> {
        if points * 1.02 > self.height {
            return Ok(None);
        }
        let mut lines = self.lines(book, text, points, align, self.width)?;
        match (lines.pop(), lines.is_empty()) {
            (Some(line), true) if line.width <= self.width + 0.01 => {
                let items = line_items(line, self.pad, 0.0, self.height).collect();
                Ok(Some(SetText {
                    items,
                    wrapped: false,
                }))
            }
            _ => Ok(None),
        }
    }

    /// `None` if it does not fit.
    fn several(
        &self,
        book: &FontBook,
        text: &str,
        points: f32,
        align: TextAlign,
    ) -> Result<Option<SetText>, Fault> {
        let leading = points * LEADING;
        // The leading above the first and below the last line need not fit.
        let room = self.height - 2.0 * self.pad + (leading - points);
        let lines = self.lines(book, text, points, align, self.width)?;
        let fits = lines.len() as f32 * leading <= room + 0.01
            && lines.iter().all(|line| line.width <= self.width + 0.01);
        if !fits {
            return Ok(None);
        }
        let wrapped = lines.len() > text.split('\n').count();
        let mut top = self.pad - (leading - points) / 2.0;
        let mut items = Vec::new();
        for line in lines {
            items.extend(line_items(line, self.pad, top, leading));
            top += leading;
        }
        Ok(Some(SetText { items, wrapped }))
    }
}
