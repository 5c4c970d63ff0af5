//! The words of the pages, in Japanese and English side by side.
//!
//! Every message is a method of `Text`, made by `messages!`: a message that lacks one of its languages is a
//! syntax error, a message that a template names but nobody wrote does not compile, and a message that no template
//! uses any more is dead code. So nothing is looked up by a string, and nothing can be missing at run time.

mod account;
mod common;
mod contract;
mod counterpart;
mod edge;
mod format;
mod mail;
mod maker;
mod problem;
mod refusal;
mod settings;
mod setup;
mod system;
mod verify;

pub use akashi_domain::Language;

/// The best language for an `Accept-Language` header: the known one with the highest weight.
pub fn from_accept_language(header: &str) -> Option<Language> {
    let mut best: Option<(Language, f32)> = None;
    for item in header.split(',').take(16) {
        let mut parts = item.split(';');
        let Some(language) = parts.next().and_then(|tag| Language::from_tag(tag.trim())) else {
            continue;
        };
        let weight = parts
            .find_map(|p| p.trim().strip_prefix("q="))
            .map_or(1.0, |q| q.trim().parse().unwrap_or(0.0));
        if weight > best.map_or(0.0, |(_, w)| w) {
            best = Some((language, weight));
        }
    }
    best.map(|(language, _)| language)
}

/// The messages in one language.
#[derive(Debug)]
pub(crate) struct Text {
    /// The language in which the methods answer.
    pub(crate) lang: Language,
}

impl Text {
    /// The messages of `lang`.
    pub(crate) const fn of(lang: Language) -> &'static Self {
        match lang {
            Language::Ja => &Self { lang: Language::Ja },
            Language::En => &Self { lang: Language::En },
        }
    }

    /// The other language, for the switch in the page head.
    pub(crate) const fn other(&self) -> &'static Self {
        match self.lang {
            Language::Ja => Self::of(Language::En),
            Language::En => Self::of(Language::Ja),
        }
    }

    /// Every language, for a choice.
    #[expect(clippy::unused_self, reason = "templates ask the text at hand")]
    pub(crate) const fn all(&self) -> [&'static Self; 2] {
        [Self::of(Language::Ja), Self::of(Language::En)]
    }

    /// The language's own name.
    pub(crate) const fn own_name(&self) -> &'static str {
        match self.lang {
            Language::Ja => "日本語",
            Language::En => "English",
        }
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
        pub(crate) const fn $name(&self) -> &'static str {
            match self.lang {
                crate::text::Language::Ja => $ja,
                crate::text::Language::En => $en,
            }
        }
    };
    (@ $name:ident ( $($arg:ident),+ ) = $ja:literal | $en:literal) => {
        pub(crate) fn $name(&self, $($arg: impl std::fmt::Display),+) -> String {
            match self.lang {
                crate::text::Language::Ja => format!($ja),
                crate::text::Language::En => format!($en),
            }
        }
    };
    (@ $name:ident ( $first:ident $(, $arg:ident)* ) = $ja:literal | one $one:literal | $en:literal) => {
        pub(crate) fn $name(&self, $first: impl std::fmt::Display $(, $arg: impl std::fmt::Display)*) -> String {
            match self.lang {
                crate::text::Language::Ja => format!($ja),
                crate::text::Language::En if $first.to_string() == "1" => format!($one),
                crate::text::Language::En => format!($en),
            }
        }
    };
}
pub(crate) use messages;

#[cfg(test)]
mod tests {
    use super::{Language, from_accept_language};

    #[test]
    fn the_weight_decides_and_unknown_languages_do_not() {
        assert_eq!(from_accept_language("fr, en;q=0.5, ja;q=0.9"), Some(Language::Ja));
        assert_eq!(from_accept_language("en-GB,en;q=0.9"), Some(Language::En));
        assert_eq!(from_accept_language("ja;q=0, fr"), None);
        assert_eq!(from_accept_language("ja;q=x"), None);
    }
}
