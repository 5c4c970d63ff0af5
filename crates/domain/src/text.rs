//! Short texts that people write: bounded, trimmed, without control characters.

use std::fmt;

/// Why a text cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TextError {
    /// Nothing but white space.
    #[error("text is empty")]
    Empty,
    /// More characters than the kind allows.
    #[error("text has {found} characters, at most {max} are allowed")]
    TooLong {
        /// Characters found.
        found: usize,
        /// Characters allowed.
        max: usize,
    },
    /// A control character, a line break where one line is wanted, or a character that turns the direction
    /// of writing (which could make a name read as another).
    #[error("text contains the control character U+{code:04X}")]
    Control {
        /// Its code point.
        code: u32,
    },
}

/// What the bounded texts have in common; lets callers treat them alike.
pub trait BoundedText: Sized {
    /// The most characters that this kind takes.
    const MAX_CHARS: usize;

    /// Takes a text, trimmed.
    ///
    /// # Errors
    /// [`TextError`] names what does not fit.
    fn parse(text: &str) -> Result<Self, TextError>;

    /// The text.
    fn as_str(&self) -> &str;
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Lines {
    One,
    Many,
}

fn checked(text: &str, max: usize, lines: Lines) -> Result<String, TextError> {
    let normalized = text.replace("\r\n", "\n");
    let trimmed = normalized.trim();
    if trimmed.is_empty() {
        return Err(TextError::Empty);
    }
    let found = trimmed.chars().count();
    if found > max {
        return Err(TextError::TooLong { found, max });
    }
    let refused = trimmed.chars().find(|c| {
        let break_allowed = lines == Lines::Many && matches!(c, '\n' | '\t');
        (c.is_control() && !break_allowed)
            || matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2028}' | '\u{2029}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    });
    match refused {
        Some(c) => Err(TextError::Control { code: u32::from(c) }),
        None => Ok(trimmed.to_owned()),
    }
}

macro_rules! texts {
    ($($(#[$meta:meta])* $name:ident: $max:literal, $lines:ident;)*) => {$(
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(String);

        impl $name {
            /// Takes a text, trimmed.
            ///
            /// # Errors
            /// [`TextError`] names what does not fit.
            pub fn parse(text: &str) -> Result<Self, TextError> {
                checked(text, $max, Lines::$lines).map(Self)
            }

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl BoundedText for $name {
            const MAX_CHARS: usize = $max;

            fn parse(text: &str) -> Result<Self, TextError> {
                Self::parse(text)
            }

            fn as_str(&self) -> &str {
                self.as_str()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({:?})", stringify!($name), self.0)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    )*};
}

texts! {
    /// The name of a contract (契約名).
    Title: 200, One;
    /// A person's name as it shall stand on certificate and evidence sheet.
    PersonName: 64, One;
    /// A company's or municipality's name.
    OrganizationName: 64, One;
    /// The sender's own number of a contract (管理番号).
    ManagementNumber: 64, One;
    /// What the sender writes to the parties.
    Message: 2000, Many;
    /// Why someone declines or withdraws.
    Reason: 1000, Many;
    /// The name of a field, shown in the party's checklist.
    Label: 64, One;
    /// The name of an uploaded file, without folders.
    FileName: 255, One;
}

impl FileName {
    /// Takes what a browser says the file is called and keeps only the last part of a path.
    ///
    /// # Errors
    /// [`TextError`] names what does not fit.
    pub fn from_upload(name: &str) -> Result<Self, TextError> {
        let last = name.rsplit(['/', '\\']).next().unwrap_or(name);
        Self::parse(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_rare_kanji_and_variation_selectors() {
        for name in ["髙橋 誠", "𠮷野 咲", "葛󠄀城 理恵", "山﨑 航"] {
            assert_eq!(PersonName::parse(name).unwrap().as_str(), name);
        }
    }

    #[test]
    fn control_and_direction_characters_are_refused() {
        assert_eq!(
            PersonName::parse("a\u{202e}b"),
            Err(TextError::Control { code: 0x202e })
        );
        assert_eq!(Title::parse("a\nb"), Err(TextError::Control { code: 0xa }));
        assert_eq!(Message::parse("a\r\nb").unwrap().as_str(), "a\nb");
        assert_eq!(Title::parse("  "), Err(TextError::Empty));
        assert_eq!(
            Label::parse(&"あ".repeat(65)),
            Err(TextError::TooLong { found: 65, max: 64 })
        );
    }

    #[test]
    fn upload_names_lose_their_folders() {
        assert_eq!(
            FileName::from_upload("C:\\work\\契約書.pdf").unwrap().as_str(),
            "契約書.pdf"
        );
        assert_eq!(
            FileName::from_upload("../../etc/passwd").unwrap().as_str(),
            "passwd"
        );
    }
}
