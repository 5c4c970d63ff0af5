//! Placing the characters of a seal and cutting their outlines.

use crate::font::{FaceId, FontBook, MissingCharacter, Style};
use crate::text::kinsoku::class;
use crate::text::shape::{clusters, vertical_glyph};
use crate::vector::{Color, Drawing, Map, OutlineSink, Segment};

/// One character of a seal.
#[derive(Debug, Clone)]
pub(crate) struct Character {
    face: FaceId,
    glyph: u16,
    /// The glyph for vertical setting.
    upright: u16,
    base: char,
}

impl Character {
    pub(crate) fn is_wide(&self) -> bool {
        class(self.base).is_wide()
    }
}

/// Where lines of letters go, centred on the 100 × 100 canvas.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Area {
    Box { width: f32, height: f32 },
    Circle { radius: f32 },
}

/// Looks up the characters of a word in the bold Mincho.
pub(crate) fn characters(book: &FontBook, word: &str) -> Result<Vec<Character>, MissingCharacter> {
    clusters(word)
        .map(|cluster| {
            let resolved = book
                .resolve(Style::SerifBold, &cluster)
                .ok_or_else(|| MissingCharacter::new(cluster.source))?;
            let upright = vertical_glyph(book, resolved, cluster.base);
            // A variant glyph is drawn as it was chosen.
            let upright = if cluster.selector.is_some() {
                resolved.glyph
            } else {
                upright
            };
            Ok(Character {
                face: resolved.face,
                glyph: resolved.glyph,
                upright,
                base: cluster.base,
            })
        })
        .collect()
}

/// Columns from right to left in a centred box, each filling its height.
pub(crate) fn engrave_columns(
    book: &FontBook,
    drawing: &mut Drawing,
    columns: &[Vec<Character>],
    (width, height): (f32, f32),
) {
    let column_width = width / columns.len().max(1) as f32;
    let mut right = 50.0 + width / 2.0;
    let mut path = Vec::new();
    for column in columns {
        let cell = height / column.len().max(1) as f32;
        // A lone character beside a long column is not stretched beyond recognition.
        let cell_height = cell.min(column_width * 1.9);
        let mut top = 50.0 - height / 2.0 + (cell - cell_height) / 2.0;
        for character in column {
            let target = (right - column_width, top, column_width, cell_height);
            cut(book, &mut path, character, target);
            top += cell;
        }
        right -= column_width;
    }
    drawing.fill(path, Color::VERMILION);
}

/// Lines of letters from top to bottom, each as large as the area allows.
pub(crate) fn engrave_lines(book: &FontBook, drawing: &mut Drawing, lines: &[Vec<Character>], area: Area) {
    let count = lines.len().max(1) as f32;
    let height = match area {
        Area::Box { height, .. } => height / count,
        Area::Circle { radius } => radius * 1.5 / count,
    }
    .min(38.0);
    let mut path = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        let middle = 50.0 + (index as f32 - (count - 1.0) / 2.0) * height;
        let room = match area {
            Area::Box { width, .. } => width,
            Area::Circle { radius } => {
                let edge = (middle - 50.0).abs() + height * 0.36;
                2.0 * (radius * radius - edge * edge).max(16.0).sqrt()
            }
        };
        let advance: f32 = line
            .iter()
            .map(|c| book.face(c.face).advance(c.glyph))
            .sum::<f32>()
            .max(0.1);
        let size = height.min(room / (advance * 0.55));
        // Long names are condensed, down to 55 % of their width.
        let condensed = (room / (advance * size)).min(1.0);
        let mut x = 50.0 - advance * size * condensed / 2.0;
        let baseline = middle + size * 0.36;
        for character in line {
            let face = book.face(character.face);
            let unit = face.em(1);
            let map = Map {
                right: (size * condensed * unit, 0.0),
                up: (0.0, -size * unit),
                origin: (x, baseline),
            };
            outline(book, &mut path, character.face, character.glyph, map);
            x += face.advance(character.glyph) * size * condensed;
        }
    }
    drawing.fill(path, Color::VERMILION);
}

/// Characters around the ring between the two circles, clockwise, the gap at the bottom.
pub(crate) fn engrave_ring(book: &FontBook, drawing: &mut Drawing, all: &[Character]) {
    const RADIUS: f32 = 36.9;
    let count = all.len().max(1) as f32;
    let step = (std::f32::consts::TAU / count).min(0.95);
    let size = (RADIUS * step * 0.92).min(15.0);
    let mut path = Vec::new();
    for (index, character) in all.iter().enumerate() {
        let angle = (index as f32 - (count - 1.0) / 2.0) * step;
        let (sin, cos) = angle.sin_cos();
        let face = book.face(character.face);
        let unit = size * face.em(1);
        let advance = face.advance(character.glyph) * size;
        // The glyph's middle stands at (0, -RADIUS), then everything turns about the centre.
        let (x0, y0) = (-advance / 2.0, -RADIUS + size * 0.38);
        let map = Map {
            right: (unit * cos, unit * sin),
            up: (unit * sin, -unit * cos),
            origin: (50.0 + x0 * cos - y0 * sin, 50.0 + x0 * sin + y0 * cos),
        };
        outline(book, &mut path, character.face, character.glyph, map);
    }
    drawing.fill(path, Color::VERMILION);
}

/// Cuts a character so that its ink nearly fills the target box (x, y, width, height).
fn cut(
    book: &FontBook,
    path: &mut Vec<Segment>,
    character: &Character,
    (x, y, width, height): (f32, f32, f32, f32),
) {
    let face = book.face(character.face);
    let glyph = character.upright;
    let Some((left, bottom, right, top)) = face.ink(glyph) else {
        return;
    };
    // Between the em box (even weight) and the ink box (full cell): signs such as 一 or ー keep
    // their proportions, kanji fill their cells.
    let grow = |low: f32, high: f32, middle: f32| {
        let half = ((high - low) / 2.0).max(0.40);
        let centre = f32::midpoint(low, high) * 0.5 + middle * 0.5;
        (centre - half, centre + half)
    };
    let (left, right) = grow(left, right, face.advance(glyph) / 2.0);
    let (bottom, top) = grow(bottom, top, 0.38);
    let gap = 0.94;
    let (sx, sy) = (width * gap / (right - left), height * gap / (top - bottom));
    let unit = face.em(1);
    let map = Map {
        right: (sx * unit, 0.0),
        up: (0.0, -sy * unit),
        origin: (
            x + width * (1.0 - gap) / 2.0 - left * sx,
            y + height * (1.0 - gap) / 2.0 + top * sy,
        ),
    };
    outline(book, path, character.face, glyph, map);
}

fn outline(book: &FontBook, path: &mut Vec<Segment>, face: FaceId, glyph: u16, map: Map) {
    book.face(face).outline(glyph, &mut OutlineSink { path, map });
}
