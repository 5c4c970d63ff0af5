//! What a page says: glyphs with their places on the displayed page.

/// A box on the displayed page: points, origin at the top left, y downwards.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct GlyphBox {
    /// Left edge.
    pub x: f64,
    /// Top edge.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl GlyphBox {
    /// The middle of the box.
    pub fn center(&self) -> (f64, f64) {
        (self.x + self.width / 2.0, self.y + self.height / 2.0)
    }
}

/// One glyph of a page.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Glyph {
    /// What it means in Unicode: one or more characters. `None` when the file does not say, which is so for
    /// composite fonts without `ToUnicode` (ISO 32000-2, 9.10).
    pub text: Option<String>,
    /// The em box of the glyph: its advance wide, from descent to ascent high, as displayed.
    pub bounds: GlyphBox,
    /// Whether it is painted. Scanned pages often carry their text invisibly under the picture.
    pub visible: bool,
    /// Whether the font is written vertically.
    pub vertical: bool,
}

/// All glyphs of a page, in the order of its content.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct PageText {
    /// The glyphs.
    pub glyphs: Vec<Glyph>,
    /// How many of them the file gives no Unicode value for.
    pub unmapped: usize,
}

impl PageText {
    /// The text in the order of the content, with a line feed where a new line or block begins. Good for
    /// searching and for comparing two revisions; it does not guess columns or tables.
    pub fn to_plain(&self) -> String {
        let mut plain = String::new();
        let mut last: Option<&Glyph> = None;
        for glyph in &self.glyphs {
            if let Some(last) = last {
                if breaks_line(last, glyph) {
                    plain.push('\n');
                } else if leaves_gap(last, glyph) && !plain.ends_with(char::is_whitespace) {
                    plain.push(' ');
                }
            }
            plain.push_str(glyph.text.as_deref().unwrap_or("\u{fffd}"));
            last = Some(glyph);
        }
        plain
    }
}

/// Whether `next` does not continue the line of `last`.
fn breaks_line(last: &Glyph, next: &Glyph) -> bool {
    if last.vertical != next.vertical {
        return true;
    }
    let ((last_x, last_y), (next_x, next_y)) = (last.bounds.center(), next.bounds.center());
    let size = line_size(last);
    if next.vertical {
        (next_x - last_x).abs() > size / 2.0 || next_y < last_y
    } else {
        (next_y - last_y).abs() > size / 2.0 || next_x < last_x - size
    }
}

/// Whether there is room for a space between two glyphs of one line.
fn leaves_gap(last: &Glyph, next: &Glyph) -> bool {
    let gap = if next.vertical {
        next.bounds.y - (last.bounds.y + last.bounds.height)
    } else {
        next.bounds.x - (last.bounds.x + last.bounds.width)
    };
    gap > line_size(last) / 4.0
}

/// The font size as displayed: the side of the box across the writing direction.
fn line_size(glyph: &Glyph) -> f64 {
    if glyph.vertical {
        glyph.bounds.width
    } else {
        glyph.bounds.height
    }
}
