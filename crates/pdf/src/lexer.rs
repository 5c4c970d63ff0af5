//! Tokens of ISO 32000-2, 7.2 and 7.3, as spans over a byte slice.

use std::ops::Range;

use thiserror::Error;

use crate::limits::Limit;

/// Why bytes are not a PDF object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum SyntaxError {
    /// The bytes end inside an object.
    #[error("the data ends inside an object")]
    UnexpectedEnd,
    /// A delimiter or keyword stands where no value can start.
    #[error("a value was expected")]
    ValueExpected,
    /// A dictionary key is not a name.
    #[error("a dictionary key is not a name")]
    KeyNotAName,
    /// `N G obj` was expected.
    #[error("no indirect object starts here")]
    NoIndirectObject,
    /// The keyword `stream` is not followed by an end of line.
    #[error("the keyword stream is not followed by a line end")]
    StreamKeyword,
    /// A bound was exceeded.
    #[error(transparent)]
    Limit(#[from] Limit),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TokenKind {
    Number,
    Name,
    LiteralString,
    HexString,
    ArrayOpen,
    ArrayClose,
    DictionaryOpen,
    DictionaryClose,
    Keyword,
    End,
}

#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    pub(crate) span: Range<usize>,
}

/// White space of table 1.
pub(crate) const fn is_space(byte: u8) -> bool {
    matches!(byte, 0 | b'\t' | b'\n' | 0x0c | b'\r' | b' ')
}

/// Delimiters of table 2.
pub(crate) const fn is_delimiter(byte: u8) -> bool {
    matches!(
        byte,
        b'(' | b')' | b'<' | b'>' | b'[' | b']' | b'{' | b'}' | b'/' | b'%'
    )
}

pub(crate) const fn is_regular(byte: u8) -> bool {
    !is_space(byte) && !is_delimiter(byte)
}

#[derive(Debug, Clone)]
pub(crate) struct Lexer<'a> {
    bytes: &'a [u8],
    position: usize,
}

impl<'a> Lexer<'a> {
    pub(crate) fn new(bytes: &'a [u8], position: usize) -> Self {
        Self { bytes, position }
    }

    pub(crate) fn position(&self) -> usize {
        self.position
    }

    pub(crate) fn set_position(&mut self, position: usize) {
        self.position = position;
    }

    pub(crate) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.position).copied()
    }

    pub(crate) fn slice(&self, span: Range<usize>) -> &'a [u8] {
        self.bytes.get(span).unwrap_or_default()
    }

    /// Skips white space and comments.
    pub(crate) fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            if is_space(byte) {
                self.position += 1;
            } else if byte == b'%' {
                self.skip_while(|byte| byte != b'\n' && byte != b'\r');
            } else {
                break;
            }
        }
    }

    fn skip_while(&mut self, wanted: impl Fn(u8) -> bool) {
        while self.peek().is_some_and(&wanted) {
            self.position += 1;
        }
    }

    /// The next token; `End` at the end of the bytes.
    pub(crate) fn next(&mut self) -> Result<Token, SyntaxError> {
        self.skip_space();
        let start = self.position;
        let Some(byte) = self.peek() else {
            return Ok(Token {
                kind: TokenKind::End,
                span: start..start,
            });
        };
        let second = self.bytes.get(start + 1).copied();
        let kind = match byte {
            b'/' => {
                self.position += 1;
                self.skip_while(is_regular);
                TokenKind::Name
            }
            b'(' => {
                self.literal_string()?;
                TokenKind::LiteralString
            }
            b'<' if second == Some(b'<') => self.punctuation(2, TokenKind::DictionaryOpen),
            b'<' => {
                let rest = self.bytes.get(start..).unwrap_or_default();
                let Some(end) = find_byte(rest, b'>') else {
                    // Nobody need look there again.
                    self.position = self.bytes.len();
                    return Err(SyntaxError::UnexpectedEnd);
                };
                self.punctuation(end + 1, TokenKind::HexString)
            }
            b'>' if second == Some(b'>') => self.punctuation(2, TokenKind::DictionaryClose),
            b'[' => self.punctuation(1, TokenKind::ArrayOpen),
            b']' => self.punctuation(1, TokenKind::ArrayClose),
            b')' | b'>' | b'{' | b'}' => self.punctuation(1, TokenKind::Keyword),
            b'+' | b'-' | b'.' | b'0'..=b'9' => {
                self.skip_while(is_regular);
                TokenKind::Number
            }
            _ => {
                self.skip_while(is_regular);
                TokenKind::Keyword
            }
        };
        Ok(Token {
            kind,
            span: start..self.position,
        })
    }

    fn punctuation(&mut self, length: usize, kind: TokenKind) -> TokenKind {
        self.position += length;
        kind
    }

    fn literal_string(&mut self) -> Result<(), SyntaxError> {
        let mut open = 0_usize;
        while let Some(byte) = self.peek() {
            self.position += 1;
            match byte {
                b'\\' => self.position += 1,
                b'(' => open += 1,
                b')' if open == 1 => return Ok(()),
                b')' => open -= 1,
                _ => {}
            }
        }
        self.position = self.bytes.len();
        Err(SyntaxError::UnexpectedEnd)
    }

    /// If `N` was just read, the end of a following `G R`, otherwise nothing; does not move.
    pub(crate) fn reference_behind(&self) -> Option<(u16, usize)> {
        let rest = self.bytes.get(self.position..)?;
        let space = rest.iter().take_while(|byte| is_space(**byte)).count();
        if space == 0 {
            return None;
        }
        let rest = rest.get(space..)?;
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        if digits == 0 || digits > 5 {
            return None;
        }
        let generation = rest
            .get(..digits)
            .and_then(parse_digits)
            .and_then(|value| u16::try_from(value).ok())?;
        let rest = rest.get(digits..)?;
        let gap = rest.iter().take_while(|byte| is_space(**byte)).count();
        let rest = rest.get(gap..)?;
        if gap == 0 || rest.first() != Some(&b'R') || rest.get(1).copied().is_some_and(is_regular) {
            return None;
        }
        Some((generation, self.position + space + digits + gap + 1))
    }
}

/// The value of ASCII digits; nothing when empty, not digits, or too large.
pub(crate) fn parse_digits(digits: &[u8]) -> Option<u64> {
    if digits.is_empty() {
        return None;
    }
    digits.iter().try_fold(0_u64, |value, digit| {
        if !digit.is_ascii_digit() {
            return None;
        }
        value.checked_mul(10)?.checked_add(u64::from(digit - b'0'))
    })
}

/// Where `wanted` first stands. Signatures are tens of kilobytes of digits, so it is looked for in blocks, which the
/// standard library does many bytes at a time.
fn find_byte(bytes: &[u8], wanted: u8) -> Option<usize> {
    const BLOCK: usize = 128;
    let block = bytes.chunks(BLOCK).position(|block| block.contains(&wanted))?;
    let start = block * BLOCK;
    let within = bytes.get(start..)?.iter().position(|byte| *byte == wanted)?;
    Some(start + within)
}

/// Where `needle` first stands in `haystack`.
pub(crate) fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    let first = *needle.first()?;
    let mut from = 0;
    while let Some(at) = haystack.get(from..)?.iter().position(|byte| *byte == first) {
        let start = from + at;
        if haystack.get(start..)?.starts_with(needle) {
            return Some(start);
        }
        from = start + 1;
    }
    None
}

/// Where `needle` last stands in `haystack`.
pub(crate) fn find_last(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    haystack
        .windows(needle.len())
        .rposition(|window| window == needle)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kinds(text: &[u8]) -> Vec<TokenKind> {
        let mut lexer = Lexer::new(text, 0);
        let mut kinds = Vec::new();
        loop {
            let token = lexer.next().unwrap();
            if token.kind == TokenKind::End {
                return kinds;
            }
            kinds.push(token.kind);
        }
    }

    #[test]
    fn splits_tokens_without_space() {
        use TokenKind as T;
        assert_eq!(
            kinds(b"<</A/B/C(x(y)\\))/D<0a>>>[-1.5 true]% end"),
            [
                T::DictionaryOpen,
                T::Name,
                T::Name,
                T::Name,
                T::LiteralString,
                T::Name,
                T::HexString,
                T::DictionaryClose,
                T::ArrayOpen,
                T::Number,
                T::Keyword,
                T::ArrayClose
            ]
        );
    }

    #[test]
    fn an_open_string_is_an_unexpected_end() {
        assert_eq!(
            Lexer::new(b"(abc\\", 0).next().unwrap_err(),
            SyntaxError::UnexpectedEnd
        );
        let mut lexer = Lexer::new(b"<abc", 0);
        assert_eq!(lexer.next().unwrap_err(), SyntaxError::UnexpectedEnd);
        assert_eq!(
            lexer.next().unwrap().kind,
            TokenKind::End,
            "all of it was looked at"
        );
    }

    #[test]
    fn long_hexadecimal_strings_end_where_they_end() {
        for length in [0, 1, 126, 127, 128, 129, 255, 256, 1000] {
            let text = format!("<{}>/A<0>", "a".repeat(length));
            let token = Lexer::new(text.as_bytes(), 0).next().unwrap();
            assert_eq!((token.kind, token.span), (TokenKind::HexString, 0..length + 2));
        }
    }

    #[test]
    fn recognises_references() {
        assert_eq!(Lexer::new(b"12 0 R]", 2).reference_behind(), Some((0, 6)));
        assert_eq!(Lexer::new(b"12 0 RG", 2).reference_behind(), None);
        assert_eq!(Lexer::new(b"12 13 14", 2).reference_behind(), None);
    }
}
