//! The words of the pages, in Japanese and English side by side.
//!
//! Every message is a method of [`Text`], made by [`messages!`]: a message that lacks one of its languages is a
//! syntax error, a message that a template names but nobody wrote does not compile, and a message that no template
//! uses any more is dead code. So nothing is looked up by a string, and nothing can be missing at run time.

mod account;
mod common;
mod contract;
mod counterpart;
mod format;
mod mail;
mod maker;
mod problem;
mod setup;
mod system;
mod verify;

/// A language in which Akashi speaks. Japanese is the first; English is complete.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    /// 日本語
    #[default]
    Ja,
    /// English
    En,
}

impl Lang {
    /// All languages, first the one that everything falls back to.
    pub const ALL: [Self; 2] = [Self::Ja, Self::En];

    /// The BCP 47 tag, as it stands in `<html lang>` and in the `lang` cookie.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Ja => "ja",
            Self::En => "en",
        }
    }

    /// Reads a BCP 47 tag; the primary subtag decides (`en-GB` is English).
    pub fn from_tag(tag: &str) -> Option<Self> {
        match tag.split(['-', '_']).next()?.to_ascii_lowercase().as_str() {
            "ja" => Some(Self::Ja),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// The best language for an `Accept-Language` header: the known one with the highest weight.
    pub fn from_accept_language(header: &str) -> Option<Self> {
        let mut best: Option<(Self, f32)> = None;
        for item in header.split(',').take(16) {
            let mut parts = item.split(';');
            let Some(lang) = parts.next().and_then(|tag| Self::from_tag(tag.trim())) else { continue };
            let weight = parts
                .find_map(|p| p.trim().strip_prefix("q="))
                .map_or(1.0, |q| q.trim().parse().unwrap_or(0.0));
            if weight > best.map_or(0.0, |(_, w)| w) {
                best = Some((lang, weight));
            }
        }
        best.map(|(lang, _)| lang)
    }

    /// The other language, for the switch in the page head.
    pub const fn other(self) -> Self {
        match self {
            Self::Ja => Self::En,
            Self::En => Self::Ja,
        }
    }

    /// The language's own name.
    pub const fn own_name(self) -> &'static str {
        match self {
            Self::Ja => "日本語",
            Self::En => "English",
        }
    }
}

/// The messages in one language.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Text {
    /// The language in which the methods answer.
    pub(crate) lang: Lang,
}

impl Text {
    /// The messages of `lang`.
    pub(crate) const fn new(lang: Lang) -> Self {
        Self { lang }
    }

    /// Whether the reader reads Japanese; for the few places where the layout of a sentence differs.
    pub(crate) const fn is_ja(self) -> bool {
        matches!(self.lang, Lang::Ja)
    }
}

/// Writes methods of [`Text`].
///
/// ```text
/// name = "日本語" | "English";
/// name(a, b) = "{a}と{b}" | "{a} and {b}";
/// name(n) = "{n}件" | one "{n} contract" | "{n} contracts";   // the first argument chooses
/// ```
macro_rules! messages {
    ($( $name:ident $( ( $($arg:ident),+ ) )? = $ja:literal | $(one $one:literal |)? $en:literal; )+) => {
        impl crate::text::Text {
            $( crate::text::messages!(@ $name $( ( $($arg),+ ) )? = $ja | $(one $one |)? $en); )+
        }
    };
    (@ $name:ident = $ja:literal | $en:literal) => {
        pub(crate) const fn $name(self) -> &'static str {
            match self.lang {
                crate::text::Lang::Ja => $ja,
                crate::text::Lang::En => $en,
            }
        }
    };
    (@ $name:ident ( $($arg:ident),+ ) = $ja:literal | $en:literal) => {
        pub(crate) fn $name(self, $($arg: impl std::fmt::Display),+) -> String {
            match self.lang {
                crate::text::Lang::Ja => format!($ja),
                crate::text::Lang::En => format!($en),
            }
        }
    };
    (@ $name:ident ( $first:ident $(, $arg:ident)* ) = $ja:literal | one $one:literal | $en:literal) => {
        pub(crate) fn $name(self, $first: impl std::fmt::Display $(, $arg: impl std::fmt::Display)*) -> String {
            match self.lang {
                crate::text::Lang::Ja => format!($ja),
                crate::text::Lang::En if $first.to_string() == "1" => format!($one),
                crate::text::Lang::En => format!($en),
            }
        }
    };
}
pub(crate) use messages;

#[cfg(test)]
mod tests {
    use super::Lang;

    #[test]
    fn the_weight_decides_and_unknown_languages_do_not() {
        assert_eq!(Lang::from_accept_language("fr, en;q=0.5, ja;q=0.9"), Some(Lang::Ja));
        assert_eq!(Lang::from_accept_language("en-GB,en;q=0.9"), Some(Lang::En));
        assert_eq!(Lang::from_accept_language("ja;q=0, fr"), None);
        assert_eq!(Lang::from_accept_language("ja;q=x"), None);
        assert_eq!(Lang::from_tag("ja_JP"), Some(Lang::Ja));
    }
}
