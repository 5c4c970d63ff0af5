//! Strings, ISO 32000-2, 7.3.4 and 7.9.2.

use std::borrow::Cow;
use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use crate::object::ObjectId;
use crate::object::name::hex_digit;
use crate::source_text::SourceText;
use crate::text_encoding;

/// A string, kept as written, with its value.
#[derive(Clone)]
pub struct PdfString {
    /// With its delimiters.
    source: SourceText,
    protection: Protection,
}

/// How the source text relates to the value.
#[derive(Clone)]
enum Protection {
    /// The source is the plain value.
    None,
    /// The source is plain and must stay so in an encrypted file: `/Contents` of a signature dictionary.
    Exempt,
    /// The source is encrypted for the object `owner`.
    Decrypted { owner: ObjectId, value: Arc<[u8]> },
}

impl PdfString {
    /// A string of bytes, written as literal string where that is readable and as hexadecimal string otherwise.
    pub fn new(value: impl AsRef<[u8]>) -> Self {
        let value = value.as_ref();
        let readable = value.iter().all(|byte| byte.is_ascii_graphic() || *byte == b' ');
        let source = if readable {
            literal(value)
        } else {
            hexadecimal(value)
        };
        Self {
            source: SourceText::owned(source),
            protection: Protection::None,
        }
    }

    /// A string of bytes, written as hexadecimal string.
    pub fn new_hexadecimal(value: impl AsRef<[u8]>) -> Self {
        Self {
            source: SourceText::owned(hexadecimal(value.as_ref())),
            protection: Protection::None,
        }
    }

    /// A text string (7.9.2.2): ASCII as it is, all else as UTF-16BE with byte order mark, which every reader
    /// of PDF 1.2 and later understands.
    pub fn from_text(text: &str) -> Self {
        if text.bytes().all(|byte| byte.is_ascii_graphic() || byte == b' ') {
            return Self::new(text);
        }
        let mut value = vec![0xfe, 0xff];
        value.extend(text.encode_utf16().flat_map(u16::to_be_bytes));
        Self::new(value)
    }

    pub(crate) fn parsed(source: SourceText) -> Self {
        Self {
            source,
            protection: Protection::None,
        }
    }

    /// The value in bytes, decrypted where the file is encrypted.
    pub fn as_bytes(&self) -> Cow<'_, [u8]> {
        match &self.protection {
            Protection::Decrypted { value, .. } => Cow::Borrowed(value),
            Protection::None | Protection::Exempt => Cow::Owned(self.spelled()),
        }
    }

    /// The value as text: UTF-16BE, UTF-8 (both with byte order mark) or PDFDocEncoding.
    pub fn to_text(&self) -> String {
        text_encoding::decode(&self.as_bytes())
    }

    /// The spelling in the file, with delimiters; in an encrypted file the encrypted bytes.
    pub fn source(&self) -> &[u8] {
        self.source.as_bytes()
    }

    /// The bytes that the source text spells.
    pub(crate) fn spelled(&self) -> Vec<u8> {
        let source = self.source.as_bytes();
        match source.first() {
            Some(b'<') => decode_hexadecimal(source),
            _ => decode_literal(source),
        }
    }

    pub(crate) fn source_range(&self) -> Option<Range<usize>> {
        self.source.range()
    }

    pub(crate) fn set_decrypted(&mut self, owner: ObjectId, value: Vec<u8>) {
        self.protection = Protection::Decrypted {
            owner,
            value: value.into(),
        };
    }

    pub(crate) fn set_exempt(&mut self) {
        self.protection = Protection::Exempt;
    }

    pub(crate) fn is_exempt(&self) -> bool {
        matches!(self.protection, Protection::Exempt)
    }

    /// The object for which the source text is encrypted.
    pub(crate) fn encrypted_for(&self) -> Option<ObjectId> {
        if let Protection::Decrypted { owner, .. } = &self.protection {
            Some(*owner)
        } else {
            None
        }
    }

    /// The same value, not encrypted, for use in another document.
    pub(crate) fn into_plain(self) -> Self {
        match &self.protection {
            Protection::None | Protection::Exempt => self,
            Protection::Decrypted { value, .. } => Self::new(value),
        }
    }
}

fn literal(value: &[u8]) -> Vec<u8> {
    let mut source = vec![b'('];
    for byte in value {
        if matches!(byte, b'(' | b')' | b'\\') {
            source.push(b'\\');
        }
        source.push(*byte);
    }
    source.push(b')');
    source
}

/// `<…>` around the digits of `value`.
pub(crate) fn hexadecimal(value: &[u8]) -> Vec<u8> {
    let mut source = Vec::with_capacity(value.len() * 2 + 2);
    source.push(b'<');
    push_hexadecimal(&mut source, value);
    source.push(b'>');
    source
}

pub(crate) fn push_hexadecimal(out: &mut Vec<u8>, value: &[u8]) {
    const DIGITS: [u8; 16] = *b"0123456789abcdef";
    for byte in value {
        for digit in [byte >> 4, byte & 15] {
            out.push(DIGITS.get(usize::from(digit)).copied().unwrap_or(b'0'));
        }
    }
}

/// Digits in pairs, a missing last digit counts as 0, anything else is skipped.
pub(crate) fn decode_hexadecimal(source: &[u8]) -> Vec<u8> {
    let mut value = Vec::with_capacity(source.len() / 2);
    let digits = source.strip_prefix(b"<").unwrap_or(source);
    let (pairs, _) = digits.as_chunks::<2>();
    // Nearly always there are digits alone; what begins with anything else is taken digit by digit.
    value.extend(pairs.iter().map_while(|[high, low]| {
        let (high, low) = (digit_value(*high), digit_value(*low));
        (high < 16 && low < 16).then_some(high << 4 | low)
    }));
    let source = digits.get(value.len() * 2..).unwrap_or_default();
    let mut high = None;
    for digit in source.iter().filter_map(|byte| hex_digit(*byte)) {
        match high.take() {
            None => high = Some(digit),
            Some(first) => value.push(first << 4 | digit),
        }
    }
    value.extend(high.map(|first| first << 4));
    value
}

/// The value of a hexadecimal digit, 255 for anything else; without jumps, for these are read by the ten thousand.
fn digit_value(digit: u8) -> u8 {
    let decimal = digit.wrapping_sub(b'0');
    let letter = (digit | 0x20).wrapping_sub(b'a');
    if decimal < 10 {
        decimal
    } else if letter < 6 {
        letter + 10
    } else {
        u8::MAX
    }
}

fn decode_literal(source: &[u8]) -> Vec<u8> {
    let inner = source.strip_prefix(b"(").unwrap_or(source);
    let inner = inner.strip_suffix(b")").unwrap_or(inner);
    let mut value = Vec::with_capacity(inner.len());
    let mut bytes = inner.iter().copied().peekable();
    while let Some(byte) = bytes.next() {
        match byte {
            b'\\' => match bytes.next() {
                Some(b'n') => value.push(b'\n'),
                Some(b'r') => value.push(b'\r'),
                Some(b't') => value.push(b'\t'),
                Some(b'b') => value.push(8),
                Some(b'f') => value.push(0x0c),
                Some(b'\r') => {
                    bytes.next_if_eq(&b'\n');
                }
                Some(b'\n') | None => {}
                Some(first @ b'0'..=b'7') => {
                    let mut code = u32::from(first - b'0');
                    for _ in 0..2 {
                        let Some(digit) = bytes.next_if(|byte| matches!(byte, b'0'..=b'7')) else {
                            break;
                        };
                        code = code * 8 + u32::from(digit - b'0');
                    }
                    value.push(code.to_le_bytes().first().copied().unwrap_or_default());
                }
                Some(other) => value.push(other),
            },
            b'\r' => {
                bytes.next_if_eq(&b'\n');
                value.push(b'\n');
            }
            other => value.push(other),
        }
    }
    value
}

impl From<&str> for PdfString {
    fn from(text: &str) -> Self {
        Self::from_text(text)
    }
}

impl PartialEq for PdfString {
    fn eq(&self, other: &Self) -> bool {
        self.as_bytes() == other.as_bytes()
    }
}

impl Eq for PdfString {}

impl fmt::Debug for PdfString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.source)
    }
}
