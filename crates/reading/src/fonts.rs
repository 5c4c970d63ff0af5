//! Fonts in place of those that a file names but does not carry.

use std::sync::{Arc, Mutex, PoisonError};

use hayro::hayro_interpret::font::{FallbackFontQuery, FontData, FontQuery, OutlineGlyph};
use hayro::hayro_interpret::{FontResolverFn, hayro_cmap::CidFamily};

use skrifa::{FontRef, MetadataProvider};

use crate::defect::Defect;

/// The bytes of a TrueType or OpenType font.
pub type FontBytes = Arc<[u8]>;

/// Japanese fonts for files that do not embed theirs, as older office programs write them with MS 明朝 and
/// MS ゴシック. For the fourteen standard fonts the drawing library has metric-compatible ones of its own.
#[derive(Debug, Clone, Default)]
pub struct SubstituteFonts {
    mincho: Option<FontBytes>,
    gothic: Option<FontBytes>,
}

impl SubstituteFonts {
    /// No substitutes: a Japanese font that is not embedded is [`Defect::FontMissing`].
    pub fn none() -> Self {
        Self::default()
    }

    /// A serif (明朝) and a sans serif (ゴシック) font with Japanese glyphs.
    pub fn new(mincho: FontBytes, gothic: FontBytes) -> Self {
        Self {
            mincho: Some(mincho),
            gothic: Some(gothic),
        }
    }

    /// The font that stands in for a Japanese one.
    fn japanese(&self, query: &FallbackFontQuery) -> Option<FontData> {
        let font = if is_mincho(query) {
            &self.mincho
        } else {
            &self.gothic
        };
        font.clone().map(|bytes| Arc::new(bytes) as FontData)
    }

    /// Whether a glyph shows `text`; nothing if it does not come from a substitute.
    ///
    /// Where a substitute lacks a character, the drawing library takes any glyph that has the right number, and
    /// so shows another character. Only the substitute's own character map can tell.
    pub(crate) fn shows(&self, glyph: &OutlineGlyph, text: Option<&str>) -> Option<bool> {
        let data = glyph.font_data()?.data;
        let drawn: &[u8] = (*data).as_ref();
        let bytes = [&self.mincho, &self.gothic]
            .into_iter()
            .flatten()
            .find(|bytes| std::ptr::eq(drawn, bytes.as_ref()))?;
        let Ok(font) = FontRef::new(bytes) else {
            return Some(false);
        };
        let mut characters = text.unwrap_or_default().chars();
        let (Some(character), None) = (characters.next(), characters.next()) else {
            return Some(false);
        };
        let expected = font.charmap().map(character).map(skrifa::GlyphId::to_u32);
        Some(character.is_whitespace() || expected == Some(glyph.glyph_id().to_u32()))
    }

    /// A resolver for the drawing library that notes what it had to replace.
    pub(crate) fn resolver(&self, notes: Notes) -> FontResolverFn {
        let fonts = self.clone();
        Arc::new(move |query| match query {
            FontQuery::Standard(font) => Some(font.get_font_data()),
            FontQuery::Fallback(query) => fonts.substitute(query, &notes),
        })
    }

    fn substitute(&self, query: &FallbackFontQuery, notes: &Notes) -> Option<(FontData, u32)> {
        let name = query
            .post_script_name
            .clone()
            .or_else(|| query.font_name.clone())
            .unwrap_or_else(|| "(unnamed)".to_owned());
        let found = match query
            .character_collection
            .as_ref()
            .map(|collection| &collection.family)
        {
            Some(CidFamily::AdobeJapan1) => self.japanese(query).map(|data| (data, 0)),
            Some(CidFamily::AdobeGB1 | CidFamily::AdobeCNS1 | CidFamily::AdobeKorea1) => None,
            _ => Some(query.pick_standard_font().get_font_data()),
        };
        notes.add(match found {
            Some(_) => Defect::FontSubstituted { name },
            None => Defect::FontMissing { name },
        });
        // Something must be drawn in any case; the note says that it is not the text.
        found.or_else(|| Some(query.pick_standard_font().get_font_data()))
    }
}

/// Whether a font is of the 明朝 kind, by its descriptor or by the names that Japanese systems use.
fn is_mincho(query: &FallbackFontQuery) -> bool {
    const WORDS: [&str; 6] = ["mincho", "min-", "min3", "ryumin", "serif", "明朝"];
    let named = [&query.post_script_name, &query.font_name, &query.font_family]
        .into_iter()
        .flatten()
        .any(|name| {
            let name = name.to_lowercase();
            WORDS.iter().any(|word| name.contains(word))
        });
    query.is_serif || named
}

/// Defects that callbacks of the drawing library report while it works.
#[derive(Clone, Default)]
pub(crate) struct Notes(Arc<Mutex<Vec<Defect>>>);

impl Notes {
    pub(crate) fn add(&self, defect: Defect) {
        // A poisoned list is still a list: the panic that poisoned it is reported by itself.
        let mut list = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if !list.contains(&defect) {
            list.push(defect);
        }
    }

    /// Whether a font was replaced so far.
    pub(crate) fn has_substitute(&self) -> bool {
        let list = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        list.iter()
            .any(|defect| matches!(defect, Defect::FontSubstituted { .. }))
    }

    pub(crate) fn take(&self) -> Vec<Defect> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
