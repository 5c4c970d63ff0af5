//! What keeps a picture of a page from being the page.

use std::fmt;

/// Something about a page that the picture does not show as the author meant it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Defect {
    /// A font of the page cannot be read; its text is missing.
    FontUnreadable,
    /// A font is not embedded and none of [`SubstituteFonts`](crate::SubstituteFonts) can stand in for it.
    FontMissing {
        /// The font's name in the file.
        name: String,
    },
    /// A font is not embedded; another was drawn in its place, as every reader without that font does.
    FontSubstituted {
        /// The font's name in the file.
        name: String,
    },
    /// Vertical text in a substituted font: brackets and punctuation stand as in horizontal text.
    VerticalTextSubstituted,
    /// Characters that are not seen: there is no glyph for them in the font, or in its substitute.
    GlyphsMissing {
        /// How many.
        count: u32,
    },
    /// An image of the page cannot be decoded.
    PictureUnreadable,
    /// An annotation has an appearance that cannot be read (ISO 32000-2, 12.5.5).
    AppearanceUnreadable,
    /// An annotation or a filled form field has no appearance of its own. Readers draw one as they like,
    /// this crate does not.
    AppearanceMissing {
        /// `Subtype` of the annotation.
        subtype: String,
    },
    /// A part of the page's content is missing, cut off or damaged.
    ContentDamaged,
}

impl Defect {
    /// Whether a person who sees the picture may miss something that the page says. The others change the
    /// look only.
    pub const fn hides_content(&self) -> bool {
        !matches!(self, Self::FontSubstituted { .. })
    }
}

impl fmt::Display for Defect {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FontUnreadable => formatter.write_str("a font cannot be read"),
            Self::FontMissing { name } => {
                write!(formatter, "the font {name} is not embedded and not available")
            }
            Self::FontSubstituted { name } => {
                write!(formatter, "the font {name} is not embedded; another stands in")
            }
            Self::VerticalTextSubstituted => {
                formatter.write_str("vertical text in a font that is not embedded")
            }
            Self::GlyphsMissing { count } => {
                write!(formatter, "{count} characters have no glyph")
            }
            Self::PictureUnreadable => formatter.write_str("an image cannot be decoded"),
            Self::AppearanceUnreadable => {
                formatter.write_str("the appearance of an annotation cannot be read")
            }
            Self::AppearanceMissing { subtype } => {
                write!(formatter, "a {subtype} annotation has no appearance")
            }
            Self::ContentDamaged => formatter.write_str("a part of the page's content is damaged"),
        }
    }
}
