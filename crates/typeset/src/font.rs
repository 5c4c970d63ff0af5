//! The embedded fonts: which face draws a character, and which characters none of them can draw.
//!
//! A face is parsed at its first use and kept. The font bytes stand in the binary, so the operating
//! system loads only the parts that are read.

use std::fmt;
use std::sync::{Arc, OnceLock};

use rustybuzz::ttf_parser::cmap::Format;
use rustybuzz::ttf_parser::{GlyphId, OutlineBuilder};
use rustybuzz::{Direction, Feature, ShapePlan, script, ttf_parser};
use unicode_normalization::char::is_combining_mark;

use crate::text::shape::{self, Spacing};

/// The embedded fonts, shared by all drawings.
///
/// Cloning is cheap, and the value may be used from any thread. Make one at start and hand out
/// references: parsing a face costs about a tenth of a millisecond, once.
#[derive(Clone)]
pub struct FontBook {
    faces: Arc<[OnceLock<Face>; 7]>,
}

impl FontBook {
    /// The fonts that come with this crate; nothing is read before it is needed.
    pub fn embedded() -> Self {
        Self {
            faces: Arc::new(std::array::from_fn(|_| OnceLock::new())),
        }
    }

    /// The files of the regular 明朝 and ゴシック, for rooms that draw what others wrote without embedding theirs.
    pub fn regular_files() -> (&'static [u8], &'static [u8]) {
        (FaceId::Serif.bytes(), FaceId::Sans.bytes())
    }

    /// What in `text` no embedded font can draw, in order of first appearance, each once.
    ///
    /// Besides characters without a glyph these are: unknown variation sequences (ideographic
    /// variation selectors, UTS #37), control characters including tab and line feed, invisible
    /// format characters (they could make two different names look alike), and private use.
    pub fn missing_characters(&self, text: &str) -> Vec<MissingCharacter> {
        let mut missing: Vec<MissingCharacter> = Vec::new();
        for cluster in shape::clusters(text) {
            if self.resolve(Style::Sans, &cluster).is_none() {
                let found = MissingCharacter(cluster.source.to_owned());
                if !missing.contains(&found) {
                    missing.push(found);
                }
            }
        }
        missing
    }

    /// Like [`Self::missing_characters`] for a text of several lines: line feed, carriage return
    /// and tab are allowed.
    pub fn missing_in_lines(&self, text: &str) -> Vec<MissingCharacter> {
        let mut missing = self.missing_characters(text);
        missing.retain(|found| !matches!(found.as_str(), "\n" | "\r" | "\t"));
        missing
    }

    /// Replaces whatever cannot be drawn by its code in brackets, for records that must never fail
    /// because of a character: `[U+1F600]`.
    pub(crate) fn visible(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        for cluster in shape::clusters(text) {
            if cluster.source == "\n" || self.resolve(Style::Sans, &cluster).is_some() {
                out.push_str(cluster.source);
            } else {
                out.extend(["[", &code_points(cluster.source), "]"]);
            }
        }
        out
    }

    pub(crate) fn face(&self, id: FaceId) -> &Face {
        let [sans, sans_bold, serif, serif_bold, latin, rare, signs] = &*self.faces;
        let slot = match id {
            FaceId::Sans => sans,
            FaceId::SansBold => sans_bold,
            FaceId::Serif => serif,
            FaceId::SerifBold => serif_bold,
            FaceId::Latin => latin,
            FaceId::Rare => rare,
            FaceId::Signs => signs,
        };
        slot.get_or_init(|| Face::embedded(id))
    }

    /// The face and, for a single glyph, its id; `None` when no face draws the cluster.
    pub(crate) fn resolve(&self, style: Style, cluster: &shape::Cluster<'_>) -> Option<Resolved> {
        let base = cluster.base;
        if is_undrawable(base) || (cluster.marks.is_empty() && is_combining_mark(base)) {
            return None;
        }
        if let Some(selector) = cluster.selector {
            return if cluster.marks.is_empty() {
                self.variant(style, base, selector)
            } else {
                None
            };
        }
        style.chain().into_iter().find_map(|id| {
            let face = self.face(id);
            let glyph = face.glyph(base)?;
            let all = cluster.marks.iter().all(|mark| face.glyph(*mark).is_some());
            all.then_some(Resolved { face: id, glyph })
        })
    }

    fn variant(&self, style: Style, base: char, selector: char) -> Option<Resolved> {
        for id in style.chain() {
            match self.face(id).variation(base, selector) {
                Some(Variation::Glyph(glyph)) => return Some(Resolved { face: id, glyph }),
                Some(Variation::Default) => {
                    return style.chain().into_iter().find_map(|id| {
                        let glyph = self.face(id).glyph(base)?;
                        Some(Resolved { face: id, glyph })
                    });
                }
                None => {}
            }
        }
        None
    }
}

impl fmt::Debug for FontBook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FontBook").finish_non_exhaustive()
    }
}

/// One character (with its variation selector or marks) that no embedded font can draw.
///
/// Its text form names the code points, for a message to the person who typed it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingCharacter(String);

impl MissingCharacter {
    /// The character as it was typed.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub(crate) fn new(text: &str) -> Self {
        Self(text.to_owned())
    }
}

impl fmt::Display for MissingCharacter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let code = code_points(&self.0);
        if self.0.chars().any(is_undrawable) {
            write!(f, "({code})")
        } else {
            write!(f, "{} ({code})", self.0)
        }
    }
}

/// The look of a text; the faces behind it are tried in a fixed order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// ゴシック
    Sans,
    /// ゴシック, bold
    SansBold,
    /// 明朝
    Serif,
    /// 明朝, bold
    SerifBold,
}

impl Style {
    fn chain(self) -> [FaceId; 4] {
        let first = match self {
            Self::Sans => FaceId::Sans,
            Self::SansBold => FaceId::SansBold,
            Self::Serif => FaceId::Serif,
            Self::SerifBold => FaceId::SerifBold,
        };
        [first, FaceId::Latin, FaceId::Rare, FaceId::Signs]
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FaceId {
    Sans,
    SansBold,
    Serif,
    SerifBold,
    Latin,
    Rare,
    Signs,
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Resolved {
    pub(crate) face: FaceId,
    pub(crate) glyph: u16,
}

enum Variation {
    Glyph(u16),
    Default,
}

/// One parsed face with the shaping plans that we use.
pub(crate) struct Face {
    font: krilla::text::Font,
    shaper: rustybuzz::Face<'static>,
    proportional: ShapePlan,
    fixed: ShapePlan,
    vertical: ShapePlan,
    units_per_em: f32,
}

impl Face {
    #[expect(
        clippy::expect_used,
        reason = "the bytes are part of this crate; the tests parse every face"
    )]
    fn embedded(id: FaceId) -> Self {
        let bytes = id.bytes();
        let shaper = rustybuzz::Face::from_slice(bytes, 0).expect("embedded font can be shaped");
        let font = krilla::text::Font::new(bytes.into(), 0).expect("embedded font can be drawn");
        let plan = |direction, features: &[Feature]| {
            ShapePlan::new(&shaper, direction, Some(script::LATIN), None, features)
        };
        let feature = |tag: &[u8; 4], value| Feature::new(ttf_parser::Tag::from_bytes(tag), value, ..);
        // Ligatures would make a name harder to search and to compare by eye.
        let proportional = plan(Direction::LeftToRight, &[feature(b"liga", 0)]);
        let fixed = plan(
            Direction::LeftToRight,
            &[feature(b"liga", 0), feature(b"kern", 0), feature(b"hwid", 1)],
        );
        let vertical = plan(Direction::TopToBottom, &[]);
        let units_per_em = f32::from(shaper.units_per_em().clamp(16, 16_384) as u16);
        Self {
            font,
            shaper,
            proportional,
            fixed,
            vertical,
            units_per_em,
        }
    }

    pub(crate) fn font(&self) -> krilla::text::Font {
        self.font.clone()
    }

    pub(crate) fn shaper(&self) -> &rustybuzz::Face<'static> {
        &self.shaper
    }

    pub(crate) fn plan(&self, spacing: Spacing) -> &ShapePlan {
        match spacing {
            Spacing::Proportional => &self.proportional,
            Spacing::Fixed => &self.fixed,
        }
    }

    pub(crate) fn vertical_plan(&self) -> &ShapePlan {
        &self.vertical
    }

    pub(crate) fn em(&self, units: i32) -> f32 {
        units as f32 / self.units_per_em
    }

    pub(crate) fn glyph(&self, character: char) -> Option<u16> {
        self.shaper.glyph_index(character).map(|glyph| glyph.0)
    }

    /// The advance of a glyph in em.
    pub(crate) fn advance(&self, glyph: u16) -> f32 {
        let units = self.shaper.glyph_hor_advance(GlyphId(glyph)).unwrap_or(0);
        self.em(i32::from(units))
    }

    /// Draws the outline of a glyph in font units, y upwards.
    pub(crate) fn outline(&self, glyph: u16, builder: &mut dyn OutlineBuilder) {
        self.shaper.outline_glyph(GlyphId(glyph), builder);
    }

    /// The ink of a glyph in em, y upwards: left, bottom, right, top.
    pub(crate) fn ink(&self, glyph: u16) -> Option<(f32, f32, f32, f32)> {
        let ink = self.shaper.glyph_bounding_box(GlyphId(glyph))?;
        let em = |units: i16| self.em(i32::from(units));
        Some((em(ink.x_min), em(ink.y_min), em(ink.x_max), em(ink.y_max)))
    }

    fn variation(&self, base: char, selector: char) -> Option<Variation> {
        let table = self.shaper.tables().cmap?;
        for subtable in table.subtables {
            if let Format::UnicodeVariationSequences(sequences) = subtable.format {
                use ttf_parser::cmap::GlyphVariationResult::{Found, UseDefault};
                return match sequences.glyph_index(u32::from(base), u32::from(selector))? {
                    Found(glyph) => Some(Variation::Glyph(glyph.0)),
                    UseDefault => Some(Variation::Default),
                };
            }
        }
        None
    }
}

impl FaceId {
    fn bytes(self) -> &'static [u8] {
        match self {
            Self::Sans => include_bytes!("../fonts/NotoSansJP-Regular.ttf"),
            Self::SansBold => include_bytes!("../fonts/NotoSansJP-Bold.ttf"),
            Self::Serif => include_bytes!("../fonts/NotoSerifJP-Regular.ttf"),
            Self::SerifBold => include_bytes!("../fonts/NotoSerifJP-Bold.ttf"),
            Self::Latin => include_bytes!("../fonts/NotoSans-Regular.ttf"),
            Self::Rare => include_bytes!("../fonts/NotoSansCJKjp-Rare.otf"),
            Self::Signs => include_bytes!("../fonts/NotoSansMath-Signs.ttf"),
        }
    }
}

/// Whether a variation selector may follow a base character (UTS #37 and Unicode 23.4).
pub(crate) fn is_variation_selector(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}')
}

/// Controls, invisible format characters, private use and noncharacters: never drawn, even where
/// a font has a glyph for them.
fn is_undrawable(c: char) -> bool {
    c.is_control()
        || is_variation_selector(c)
        || matches!(c,
            '\u{AD}' | '\u{34F}' | '\u{600}'..='\u{605}' | '\u{61C}' | '\u{6DD}' | '\u{70F}'
            | '\u{115F}' | '\u{1160}' | '\u{180B}'..='\u{180F}' | '\u{200B}'..='\u{200F}'
            | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{3164}' | '\u{FEFF}'
            | '\u{FFA0}' | '\u{FFF0}'..='\u{FFFF}' | '\u{E000}'..='\u{F8FF}'
            | '\u{FDD0}'..='\u{FDEF}' | '\u{E0000}'..='\u{10FFFF}')
}

fn code_points(text: &str) -> String {
    let codes: Vec<String> = text.chars().map(|c| format!("U+{:04X}", u32::from(c))).collect();
    codes.join(" ")
}
