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
    /// What it means in Unicode: one or more characters. `None` when the file does not say, which happens for
    /// composite fonts with an encoding of their own and no `ToUnicode` (ISO 32000-2, 9.10).
    pub text: Option<String>,
    /// The em box of the glyph: its advance wide, from descent to ascent high, as displayed.
    pub bounds: GlyphBox,
    /// The direction of the line on the displayed page, of length 1: (1, 0) for upright horizontal text, (0, 1)
    /// for upright vertical text.
    pub direction: (f64, f64),
    /// Whether it is painted. Scanned pages often carry their text invisibly under the picture.
    pub visible: bool,
    /// Whether the font is written vertically.
    pub vertical: bool,
}

impl Glyph {
    /// How far the middle of `other` lies ahead along this glyph's line, and how far beside it.
    fn distance_to(&self, other: &Self) -> (f64, f64) {
        let ((x, y), (other_x, other_y)) = (self.bounds.center(), other.bounds.center());
        let (step_x, step_y) = (other_x - x, other_y - y);
        let (right, down) = self.direction;
        (
            step_x * right + step_y * down,
            (step_y * right - step_x * down).abs(),
        )
    }

    /// The extent of the box along the line, and across it.
    fn extent(&self) -> (f64, f64) {
        let (right, down) = (self.direction.0.abs(), self.direction.1.abs());
        let GlyphBox { width, height, .. } = self.bounds;
        (width * right + height * down, width * down + height * right)
    }
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
    let turned = last.direction.0 * next.direction.0 + last.direction.1 * next.direction.1 < 0.9;
    let (ahead, beside) = last.distance_to(next);
    let (_, size) = last.extent();
    turned || beside > size / 2.0 || ahead < -size
}

/// Whether there is room for a space between two glyphs of one line.
fn leaves_gap(last: &Glyph, next: &Glyph) -> bool {
    let (ahead, _) = last.distance_to(next);
    let ((length, size), (next_length, _)) = (last.extent(), next.extent());
    ahead - f64::midpoint(length, next_length) > size / 4.0
}
