//! Cross-reference tables, ISO 32000-2, 7.5.4.

use std::sync::Arc;

use crate::error::ReadError;
use crate::lexer::{Lexer, SyntaxError, TokenKind, parse_digits};
use crate::limits::{Limit, Limits};
use crate::object::{Dictionary, Object};
use crate::parser::{Parser, keyword_at};
use crate::read_at::ReadAt;
use crate::source::Source;
use crate::xref::{Section, XrefEntry, XrefKind, sort_entries};

/// Reads the table at `offset` (absolute) with its trailer.
pub(crate) fn read<R: ReadAt>(source: Source<'_, R>, offset: u64) -> Result<Section, ReadError> {
    let (mut entries, trailer, length) = source.parse(offset, |window| parse(window, source.limits))?;
    sort_entries(&mut entries);
    let kind = if trailer.contains("XRefStm") {
        XrefKind::Hybrid
    } else {
        XrefKind::Table
    };
    Ok(Section {
        offset,
        end: offset.saturating_add(length as u64),
        kind,
        entries,
        trailer,
    })
}

type Table = (Vec<(u32, XrefEntry)>, Dictionary, usize);

fn parse(window: &Arc<[u8]>, limits: &Limits) -> Result<Table, SyntaxError> {
    let start = keyword_at(window, 0, b"xref").ok_or(SyntaxError::ValueExpected)?;
    let mut lexer = Lexer::new(window, start);
    let mut entries = Vec::new();
    loop {
        let first = lexer.next()?;
        match first.kind {
            TokenKind::End => return Err(SyntaxError::UnexpectedEnd),
            TokenKind::Keyword if lexer.slice(first.span.clone()) == b"trailer" => break,
            TokenKind::Number => {}
            _ if lexer.position() >= window.len() => return Err(SyntaxError::UnexpectedEnd),
            _ => return Err(SyntaxError::ValueExpected),
        }
        let count = lexer.next()?;
        if lexer.position() >= window.len() {
            return Err(SyntaxError::UnexpectedEnd);
        }
        let first = parse_digits(lexer.slice(first.span)).ok_or(SyntaxError::ValueExpected)?;
        let count = parse_digits(lexer.slice(count.span)).ok_or(SyntaxError::ValueExpected)?;
        subsection(&mut lexer, &mut entries, first, count, limits)?;
    }
    let mut parser = Parser::new(window, lexer.position(), limits);
    let Object::Dictionary(trailer) = parser.object()? else {
        return Err(SyntaxError::ValueExpected);
    };
    Ok((entries, trailer, parser.position()))
}

fn subsection(
    lexer: &mut Lexer<'_>,
    entries: &mut Vec<(u32, XrefEntry)>,
    first: u64,
    count: u64,
    limits: &Limits,
) -> Result<(), SyntaxError> {
    if count > limits.objects as u64 || entries.len() as u64 + count > limits.objects as u64 {
        return Err(Limit::Objects(limits.objects).into());
    }
    let mut first = first;
    for index in 0..count {
        let Some((offset, generation, in_use)) = entry(lexer)? else {
            // Fewer entries than announced; qpdf and others go on with what is there.
            return Ok(());
        };
        if index == 0 && first == 1 && !in_use && generation == u64::from(u16::MAX) {
            // A table that should begin with object 0 but says 1.
            first = 0;
        }
        let number = u32::try_from(first + index).map_err(|_| SyntaxError::ValueExpected)?;
        let generation = u16::try_from(generation).unwrap_or(u16::MAX);
        let entry = if in_use && offset > 0 {
            XrefEntry::InFile { offset, generation }
        } else {
            XrefEntry::Free { generation }
        };
        entries.push((number, entry));
    }
    Ok(())
}

/// Offset, generation and use of one entry; nothing where no entry stands. Entries of 19 or 21 bytes occur, so
/// they are read as tokens.
fn entry(lexer: &mut Lexer<'_>) -> Result<Option<(u64, u64, bool)>, SyntaxError> {
    let before = lexer.position();
    let offset = lexer.next()?;
    if offset.kind == TokenKind::End {
        return Err(SyntaxError::UnexpectedEnd);
    }
    if offset.kind != TokenKind::Number {
        lexer.set_position(before);
        return Ok(None);
    }
    let generation = lexer.next()?;
    let usage = lexer.next()?;
    if usage.kind == TokenKind::End {
        return Err(SyntaxError::UnexpectedEnd);
    }
    let offset = parse_digits(lexer.slice(offset.span)).ok_or(SyntaxError::ValueExpected)?;
    let generation = parse_digits(lexer.slice(generation.span)).ok_or(SyntaxError::ValueExpected)?;
    match lexer.slice(usage.span) {
        b"n" => Ok(Some((offset, generation, true))),
        b"f" => Ok(Some((offset, generation, false))),
        _ => Err(SyntaxError::ValueExpected),
    }
}
