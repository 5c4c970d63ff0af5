//! Shaping: a text becomes glyphs of the faces that can draw it.
//!
//! Ideographs, kana and full-width signs are taken straight from the character map (one glyph each,
//! with their variation selector); runs of letters go through the shaper for kerning and marks.

use rustybuzz::{Direction, UnicodeBuffer, script};
use unicode_normalization::char::{compose, is_combining_mark};

use crate::font::{FaceId, FontBook, MissingCharacter, Resolved, Style, is_variation_selector};

/// Whether letters keep their own widths or stand on a half-width grid (hashes, ids).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Spacing {
    Proportional,
    Fixed,
}

/// A base character with what belongs to it. Canonical pairs (か + ゛) are already composed, so
/// that names of files from macOS read well; nothing else is normalised, since that would change
/// the kanji of names.
#[derive(Debug)]
pub(crate) struct Cluster<'a> {
    pub(crate) source: &'a str,
    pub(crate) start: usize,
    pub(crate) base: char,
    pub(crate) marks: Vec<char>,
    pub(crate) selector: Option<char>,
}

/// One glyph of a shaped text. Lengths are in em of its font size.
#[derive(Debug, Clone)]
pub(crate) struct Glyph {
    pub(crate) face: FaceId,
    pub(crate) id: u16,
    pub(crate) advance: f32,
    pub(crate) dx: f32,
    pub(crate) dy: f32,
    /// Bytes of the source text that this glyph stands for.
    pub(crate) start: usize,
    pub(crate) end: usize,
    /// The base character, which decides how lines break around it.
    pub(crate) base: char,
}

/// Splits a text into clusters; covers it without gaps.
pub(crate) fn clusters(text: &str) -> impl Iterator<Item = Cluster<'_>> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let mut chars = rest.char_indices();
        let (_, mut base) = chars.next()?;
        let mut marks = Vec::new();
        let mut selector = None;
        let mut end = rest.len();
        for (index, c) in chars {
            if is_variation_selector(c) && selector.is_none() && marks.is_empty() {
                selector = Some(c);
            } else if is_combining_mark(c) && !is_combining_mark(base) && !base.is_control() {
                match compose(base, c) {
                    Some(composed) if marks.is_empty() && selector.is_none() => base = composed,
                    _ => marks.push(c),
                }
            } else {
                end = index;
                break;
            }
        }
        let start = text.len() - rest.len();
        let (source, tail) = rest.split_at(end);
        rest = tail;
        Some(Cluster {
            source,
            start,
            base,
            marks,
            selector,
        })
    })
}

/// Shapes one line of text (no line feed).
///
/// # Errors
/// The first character that no face can draw.
pub(crate) fn shape(
    book: &FontBook,
    style: Style,
    spacing: Spacing,
    text: &str,
) -> Result<Vec<Glyph>, MissingCharacter> {
    let mut glyphs = Vec::with_capacity(text.chars().count());
    let mut run = LetterRun::new();
    for cluster in clusters(text) {
        let Some(resolved) = book.resolve(style, &cluster) else {
            return Err(MissingCharacter::new(cluster.source));
        };
        if cluster.selector.is_none() && (is_letter(cluster.base) || !cluster.marks.is_empty()) {
            if run.face != Some(resolved.face) {
                run.flush(book, spacing, &mut glyphs);
                run.face = Some(resolved.face);
            }
            run.push(&cluster);
        } else {
            run.flush(book, spacing, &mut glyphs);
            glyphs.push(single(book, resolved, &cluster));
        }
    }
    run.flush(book, spacing, &mut glyphs);
    Ok(glyphs)
}

/// The glyph for a character that stands upright in vertical text, such as the turned long vowel
/// sign; falls back to the ordinary glyph.
pub(crate) fn vertical_glyph(book: &FontBook, resolved: Resolved, character: char) -> u16 {
    let face = book.face(resolved.face);
    let mut buffer = UnicodeBuffer::new();
    buffer.push_str(character.encode_utf8(&mut [0; 4]));
    buffer.set_direction(Direction::TopToBottom);
    buffer.set_script(script::LATIN);
    let shaped = rustybuzz::shape_with_plan(face.shaper(), face.vertical_plan(), buffer);
    match shaped.glyph_infos() {
        [only] if only.glyph_id != 0 => u16::try_from(only.glyph_id).unwrap_or(resolved.glyph),
        _ => resolved.glyph,
    }
}

fn single(book: &FontBook, resolved: Resolved, cluster: &Cluster<'_>) -> Glyph {
    Glyph {
        face: resolved.face,
        id: resolved.glyph,
        advance: book.face(resolved.face).advance(resolved.glyph),
        dx: 0.0,
        dy: 0.0,
        start: cluster.start,
        end: cluster.start + cluster.source.len(),
        base: cluster.base,
    }
}

/// Letters of scripts that are shaped in runs; symbols and everything East Asian are not.
fn is_letter(c: char) -> bool {
    matches!(c, '\u{20}'..='\u{1FFF}' | '\u{2C60}'..='\u{2DFF}' | '\u{A640}'..='\u{ABFF}')
        && !('\u{1100}'..='\u{11FF}').contains(&c)
}

struct LetterRun {
    face: Option<FaceId>,
    text: String,
    /// For each cluster: offset in `text`, source start, source end, base.
    map: Vec<(usize, usize, usize, char)>,
}

impl LetterRun {
    fn new() -> Self {
        Self {
            face: None,
            text: String::new(),
            map: Vec::new(),
        }
    }

    fn push(&mut self, cluster: &Cluster<'_>) {
        let end = cluster.start + cluster.source.len();
        self.map.push((self.text.len(), cluster.start, end, cluster.base));
        self.text.push(cluster.base);
        self.text.extend(&cluster.marks);
    }

    fn flush(&mut self, book: &FontBook, spacing: Spacing, glyphs: &mut Vec<Glyph>) {
        let Some(id) = self.face.take() else { return };
        let face = book.face(id);
        let mut buffer = UnicodeBuffer::new();
        buffer.push_str(&self.text);
        buffer.set_direction(Direction::LeftToRight);
        let devanagari = self.text.chars().any(|c| ('\u{900}'..='\u{97F}').contains(&c));
        let shaped = if devanagari {
            buffer.set_script(script::DEVANAGARI);
            rustybuzz::shape(face.shaper(), &[], buffer)
        } else {
            // Greek and Cyrillic need nothing that the Latin plan lacks.
            buffer.set_script(script::LATIN);
            rustybuzz::shape_with_plan(face.shaper(), face.plan(spacing), buffer)
        };
        for (info, position) in shaped.glyph_infos().iter().zip(shaped.glyph_positions()) {
            let cluster = usize::try_from(info.cluster).unwrap_or(usize::MAX);
            let at = self.map.partition_point(|(offset, ..)| *offset <= cluster);
            let Some(&(_, start, end, base)) = self.map.get(at.saturating_sub(1)) else {
                continue;
            };
            glyphs.push(Glyph {
                face: id,
                id: u16::try_from(info.glyph_id).unwrap_or(0),
                advance: face.em(position.x_advance),
                dx: face.em(position.x_offset),
                dy: face.em(position.y_offset),
                start,
                end,
                base,
            });
        }
        self.text.clear();
        self.map.clear();
    }
}
