//! Objects from bytes, ISO 32000-2, 7.3.

use std::ops::Range;
use std::sync::Arc;

use crate::lexer::{Lexer, SyntaxError, Token, TokenKind, is_regular, is_space, parse_digits};
use crate::limits::{Limit, Limits};
use crate::object::{
    Array, Dictionary, DictionaryEntry, Name, Number, Object, ObjectId, PdfString, Reference,
};
use crate::source_text::SourceText;

/// Parses objects out of one shared buffer.
pub(crate) struct Parser<'a> {
    buffer: &'a Arc<[u8]>,
    lexer: Lexer<'a>,
    limits: &'a Limits,
    /// Values read so far.
    values: usize,
}

/// `N G obj … endobj`, or up to the data of a stream.
pub(crate) struct ParsedObject {
    pub(crate) id: ObjectId,
    pub(crate) object: Object,
    pub(crate) ending: Ending,
    /// Position behind `endobj`, or where it should stand; for a stream its first data byte.
    pub(crate) end: usize,
    /// What it takes in memory with the buffer that it shares, in bytes and roughly.
    pub(crate) weight: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ending {
    /// `endobj` was there.
    EndObject,
    /// Something else follows; other readers accept that, and so do we.
    Missing,
    /// `stream` follows a dictionary.
    StreamData,
}

impl<'a> Parser<'a> {
    pub(crate) fn new(buffer: &'a Arc<[u8]>, position: usize, limits: &'a Limits) -> Self {
        Self {
            buffer,
            lexer: Lexer::new(buffer, position),
            limits,
            values: 0,
        }
    }

    /// What the values read so far take in memory, in bytes and roughly, without the buffer.
    pub(crate) fn weight(&self) -> usize {
        const VALUE: usize = 128;
        self.values.saturating_mul(VALUE)
    }

    pub(crate) fn position(&self) -> usize {
        self.lexer.position()
    }

    /// The next object, with all that is nested in it.
    pub(crate) fn object(&mut self) -> Result<Object, SyntaxError> {
        let token = self.lexer.next()?;
        self.value(token, 0)
    }

    /// `N G obj`, its value and what ends it.
    pub(crate) fn indirect_object(&mut self) -> Result<ParsedObject, SyntaxError> {
        let id = self.object_header()?;
        let first = self.lexer.next()?;
        // `endobj` right behind the header is an empty object, which counts as null.
        let object = if self.is_keyword(&first, b"endobj") {
            self.lexer.set_position(first.span.start);
            Object::Null
        } else {
            self.value(first, 0)?
        };
        let before_keyword = self.lexer.position();
        let keyword = self.lexer.next()?;
        if self.is_keyword(&keyword, b"endobj") {
            return Ok(ParsedObject {
                id,
                object,
                ending: Ending::EndObject,
                end: keyword.span.end,
                weight: self.weight().saturating_add(self.buffer.len()),
            });
        }
        if matches!(object, Object::Dictionary(_)) && self.is_keyword(&keyword, b"stream") {
            let end = self.stream_data_start(keyword.span.end)?;
            return Ok(ParsedObject {
                id,
                object,
                ending: Ending::StreamData,
                end,
                weight: self.weight().saturating_add(self.buffer.len()),
            });
        }
        let rest = self.buffer.get(keyword.span.end..).unwrap_or_default();
        let may_be_reference = keyword.kind == TokenKind::Number && rest.iter().all(|byte| is_space(*byte));
        if keyword.kind == TokenKind::End || rest.is_empty() || may_be_reference {
            // In a partial buffer the keyword, or a reference before it, may be cut; the caller decides whether
            // this is all there is.
            return Err(SyntaxError::UnexpectedEnd);
        }
        Ok(ParsedObject {
            id,
            object,
            ending: Ending::Missing,
            end: before_keyword,
            weight: self.weight().saturating_add(self.buffer.len()),
        })
    }

    fn object_header(&mut self) -> Result<ObjectId, SyntaxError> {
        let number = self.lexer.next()?;
        let generation = self.lexer.next()?;
        let keyword = self.lexer.next()?;
        if keyword.kind == TokenKind::End {
            return Err(SyntaxError::UnexpectedEnd);
        }
        let number = self.unsigned(&number).and_then(|value| u32::try_from(value).ok());
        let generation = self
            .unsigned(&generation)
            .and_then(|value| u16::try_from(value).ok());
        let (Some(number), Some(generation)) = (number, generation) else {
            return Err(SyntaxError::NoIndirectObject);
        };
        let text = self.lexer.slice(keyword.span.clone());
        if keyword.kind != TokenKind::Keyword || !text.starts_with(b"obj") {
            return Err(SyntaxError::NoIndirectObject);
        }
        // Some producers write `1 0 obj123`; the value begins behind the keyword.
        self.lexer.set_position(keyword.span.start + 3);
        Ok(ObjectId::new(number, generation))
    }

    /// The data begins behind CR LF or LF; a lone CR is wrong but common.
    fn stream_data_start(&self, keyword_end: usize) -> Result<usize, SyntaxError> {
        // Spaces between keyword and line end occur in files that all other readers open.
        let mut position = keyword_end;
        while self
            .buffer
            .get(position)
            .is_some_and(|byte| matches!(byte, b' ' | b'\t'))
        {
            position += 1;
        }
        match (self.buffer.get(position), self.buffer.get(position + 1)) {
            (Some(b'\r'), Some(b'\n')) => Ok(position + 2),
            (Some(b'\r'), None) | (None, _) => Err(SyntaxError::UnexpectedEnd),
            (Some(b'\n' | b'\r'), _) => Ok(position + 1),
            _ => Err(SyntaxError::StreamKeyword),
        }
    }

    fn value(&mut self, token: Token, depth: usize) -> Result<Object, SyntaxError> {
        if depth > self.limits.depth {
            return Err(Limit::Depth(self.limits.depth).into());
        }
        self.values += 1;
        if self.values > self.limits.values {
            return Err(Limit::Values(self.limits.values).into());
        }
        match token.kind {
            TokenKind::Number => Ok(self.number_or_reference(token.span)),
            TokenKind::Name => Ok(Name::parsed(self.text(token.span)).into()),
            TokenKind::LiteralString | TokenKind::HexString => {
                Ok(PdfString::parsed(self.text(token.span)).into())
            }
            TokenKind::ArrayOpen => self.array(depth),
            TokenKind::DictionaryOpen => self.dictionary(depth),
            TokenKind::Keyword => match self.lexer.slice(token.span) {
                b"null" => Ok(Object::Null),
                b"true" => Ok(Object::Boolean(true)),
                b"false" => Ok(Object::Boolean(false)),
                _ if self.lexer.position() >= self.buffer.len() => Err(SyntaxError::UnexpectedEnd),
                _ => Err(SyntaxError::ValueExpected),
            },
            TokenKind::End => Err(SyntaxError::UnexpectedEnd),
            TokenKind::ArrayClose | TokenKind::DictionaryClose => Err(SyntaxError::ValueExpected),
        }
    }

    fn number_or_reference(&mut self, span: Range<usize>) -> Object {
        let number = parse_digits(self.lexer.slice(span.clone())).and_then(|value| u32::try_from(value).ok());
        if let Some((number, (generation, end))) = number.zip(self.lexer.reference_behind()) {
            self.lexer.set_position(end);
            let id = ObjectId::new(number, generation);
            return Reference::parsed(id, self.text(span.start..end)).into();
        }
        Number::parsed(self.text(span)).into()
    }

    fn array(&mut self, depth: usize) -> Result<Object, SyntaxError> {
        let mut items = Vec::new();
        loop {
            let gap_start = self.lexer.position();
            let token = self.lexer.next()?;
            let gap = self.gap(gap_start..token.span.start);
            if token.kind == TokenKind::ArrayClose {
                return Ok(Array::parsed(items, gap).into());
            }
            items.push((gap, self.value(token, depth + 1)?));
        }
    }

    fn dictionary(&mut self, depth: usize) -> Result<Object, SyntaxError> {
        let mut entries = Vec::new();
        loop {
            let gap_start = self.lexer.position();
            let key = self.lexer.next()?;
            let lead = self.gap(gap_start..key.span.start);
            match key.kind {
                TokenKind::DictionaryClose => return Ok(Dictionary::parsed(entries, lead).into()),
                TokenKind::Name => {}
                TokenKind::End => return Err(SyntaxError::UnexpectedEnd),
                _ if self.lexer.position() >= self.buffer.len() => return Err(SyntaxError::UnexpectedEnd),
                _ => return Err(SyntaxError::KeyNotAName),
            }
            let middle_start = self.lexer.position();
            let token = self.lexer.next()?;
            let middle = self.gap(middle_start..token.span.start);
            let value = if token.kind == TokenKind::DictionaryClose {
                // A last key without value counts as null.
                self.lexer.set_position(token.span.start);
                Object::Null
            } else {
                self.value(token, depth + 1)?
            };
            entries.push(DictionaryEntry {
                lead,
                key: Name::parsed(self.text(key.span)),
                middle,
                value,
            });
        }
    }

    fn unsigned(&self, token: &Token) -> Option<u64> {
        if token.kind == TokenKind::Number {
            parse_digits(self.lexer.slice(token.span.clone()))
        } else {
            None
        }
    }

    fn is_keyword(&self, token: &Token, keyword: &[u8]) -> bool {
        token.kind == TokenKind::Keyword && self.lexer.slice(token.span.clone()) == keyword
    }

    fn text(&self, span: Range<usize>) -> SourceText {
        SourceText::shared(self.buffer, span)
    }

    fn gap(&self, span: Range<usize>) -> SourceText {
        SourceText::gap(self.buffer, span)
    }
}

/// One object that is all of `text`.
pub(crate) fn parse_direct(text: &[u8]) -> Result<Object, SyntaxError> {
    let buffer: Arc<[u8]> = text.into();
    let limits = Limits::default();
    let mut parser = Parser::new(&buffer, 0, &limits);
    let object = parser.object()?;
    match parser.lexer.next()?.kind {
        TokenKind::End => Ok(object),
        _ => Err(SyntaxError::ValueExpected),
    }
}

/// Whether `keyword` stands at `position` as a whole word, white space before it skipped; gives its end.
pub(crate) fn keyword_at(bytes: &[u8], position: usize, keyword: &[u8]) -> Option<usize> {
    let rest = bytes.get(position..)?;
    let space = rest.iter().take_while(|byte| is_space(**byte)).count();
    let behind = rest.get(space..)?.strip_prefix(keyword)?;
    (!behind.first().copied().is_some_and(is_regular)).then_some(position + space + keyword.len())
}
