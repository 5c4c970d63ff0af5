//! Names, ISO 32000-2, 7.3.5.

use std::borrow::Cow;
use std::fmt;

use crate::lexer::is_regular;
use crate::source_text::SourceText;

/// A name, kept as written; compared by its value after `#xx` is resolved.
#[derive(Clone)]
pub struct Name {
    /// With the leading solidus.
    source: SourceText,
}

impl Name {
    /// The name of the given value (without solidus, without escapes).
    pub fn new(value: impl AsRef<[u8]>) -> Self {
        let value = value.as_ref();
        let mut source = Vec::with_capacity(value.len() + 1);
        source.push(b'/');
        for byte in value {
            if byte.is_ascii_graphic() && is_regular(*byte) && *byte != b'#' {
                source.push(*byte);
            } else {
                source.extend_from_slice(format!("#{byte:02X}").as_bytes());
            }
        }
        Self {
            source: SourceText::owned(source),
        }
    }

    pub(crate) fn parsed(source: SourceText) -> Self {
        Self { source }
    }

    /// The spelling in the file, with the solidus.
    pub fn source(&self) -> &[u8] {
        self.source.as_bytes()
    }

    /// The value: without solidus, escapes resolved.
    pub fn as_bytes(&self) -> Cow<'_, [u8]> {
        let text = self.source().get(1..).unwrap_or_default();
        if !text.contains(&b'#') {
            return Cow::Borrowed(text);
        }
        let mut value = Vec::with_capacity(text.len());
        let mut rest = text;
        while let Some((first, behind)) = rest.split_first() {
            let escaped = behind
                .first()
                .zip(behind.get(1))
                .and_then(|(high, low)| hex_pair(*high, *low));
            match escaped {
                Some(byte) if *first == b'#' => {
                    value.push(byte);
                    rest = behind.get(2..).unwrap_or_default();
                }
                _ => {
                    value.push(*first);
                    rest = behind;
                }
            }
        }
        Cow::Owned(value)
    }

    /// The value as text, invalid UTF-8 replaced.
    pub fn to_text(&self) -> String {
        String::from_utf8_lossy(&self.as_bytes()).into_owned()
    }
}

/// The byte that two hexadecimal digits spell.
pub(crate) fn hex_pair(high: u8, low: u8) -> Option<u8> {
    Some(hex_digit(high)? << 4 | hex_digit(low)?)
}

pub(crate) const fn hex_digit(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}

impl From<&str> for Name {
    fn from(value: &str) -> Self {
        Self::new(value)
    }
}

impl PartialEq for Name {
    fn eq(&self, other: &Self) -> bool {
        self.source() == other.source() || self.as_bytes() == other.as_bytes()
    }
}

impl Eq for Name {}

impl PartialEq<str> for Name {
    fn eq(&self, other: &str) -> bool {
        *self.as_bytes() == *other.as_bytes()
    }
}

impl PartialEq<&str> for Name {
    fn eq(&self, other: &&str) -> bool {
        *self == **other
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.source)
    }
}
