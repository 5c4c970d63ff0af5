//! From `startxref` along `Prev` to the first section.

use crate::error::{OpenError, ReadError};
use crate::lexer::{find, find_last, is_space, parse_digits};
use crate::limits::{Limit, Limits};
use crate::object::{Dictionary, Object};
use crate::parser::keyword_at;
use crate::read_at::ReadAt;
use crate::source::Source;
use crate::work::Work;
use crate::xref::{Section, XrefEntry, XrefKind, sort_entries, stream, table};

/// All sections of a file, newest first, and how its offsets are to be read.
#[derive(Debug)]
pub(crate) struct Chain {
    pub(crate) sections: Vec<Section>,
    pub(crate) shift: u64,
    pub(crate) work: Work,
}

/// Follows the chain from the end of the file.
pub(crate) fn read_chain<R: ReadAt>(reader: &R, limits: &Limits) -> Result<Chain, OpenError> {
    let bound = reader.size();
    let work = Work::new(limits, bound);
    let plain = Source {
        reader,
        shift: 0,
        bound,
        limits,
        work: &work,
    };
    let header = header_offset(plain)?.ok_or(OpenError::NotPdf)?;
    let start = start_xref(plain)?.ok_or(OpenError::NoStartXref)?;

    // Offsets count from the header (qpdf, Acrobat) or from the first byte (most producers of such files).
    let shifted = Source {
        shift: header,
        ..plain
    };
    let counts_from_header = header == 0 || stands_at(shifted, start) || !stands_at(plain, start);
    let source = if counts_from_header { shifted } else { plain };
    Ok(Chain {
        sections: sections(source, start)?,
        shift: source.shift,
        work,
    })
}

/// Whether a section begins exactly where `written` says.
fn stands_at<R: ReadAt>(source: Source<'_, R>, written: u64) -> bool {
    let window = source.absolute(written).map(|offset| source.window(offset, 256));
    matches!(window, Some(Ok(window)) if keyword_at(&window, 0, b"xref").is_some() || starts_object(&window))
}

fn sections<R: ReadAt>(source: Source<'_, R>, start: u64) -> Result<Vec<Section>, OpenError> {
    let mut sections: Vec<Section> = Vec::new();
    let mut visited = std::collections::BTreeSet::new();
    let mut entries = 0_usize;
    let mut next = Some(start);
    while let Some(written) = next {
        let offset = source.absolute(written).ok_or(OpenError::BrokenXref {
            offset: written,
            cause: ReadError::OutsideFile { offset: written },
        })?;
        let (section, at) = read_section(source, offset)?;
        if !visited.insert(at) {
            return Err(OpenError::XrefLoop { offset: at });
        }
        if sections.len() >= source.limits.xref_sections {
            return Err(Limit::XrefSections(source.limits.xref_sections).into());
        }
        entries = entries.saturating_add(section.entries.len());
        if entries > source.limits.objects {
            return Err(Limit::Objects(source.limits.objects).into());
        }
        next = previous(&section.trailer).map_err(|cause| OpenError::broken_xref(offset, cause))?;
        sections.push(section);
    }
    Ok(sections)
}

/// The section at `offset` (absolute), and where it really begins.
fn read_section<R: ReadAt>(source: Source<'_, R>, offset: u64) -> Result<(Section, u64), OpenError> {
    let broken = |cause| OpenError::broken_xref(offset, cause);
    let (at, is_table) = section_start(source, offset).map_err(broken)?;
    if !is_table {
        return Ok((stream::read(source, at).map_err(broken)?, at));
    }
    let mut section = table::read(source, at).map_err(broken)?;
    if section.kind == XrefKind::Hybrid {
        let hidden = section
            .trailer
            .get("XRefStm")
            .and_then(unsigned)
            .and_then(|written| source.absolute(written));
        let hidden =
            hidden.ok_or_else(|| broken(ReadError::BrokenXref("XRefStm points outside the file")))?;
        merge_hidden(
            &mut section,
            stream::read(source, hidden).map_err(broken)?.entries,
        );
    }
    Ok((section, at))
}

/// Where the section begins that `offset` (absolute) means, and whether it is a table. Offsets that miss by a few
/// bytes are common enough that other readers correct them, and so do we; farther away nothing is looked for.
fn section_start<R: ReadAt>(source: Source<'_, R>, offset: u64) -> Result<(u64, bool), ReadError> {
    const NEAR: usize = 16;
    let from = offset.saturating_sub(NEAR as u64);
    let window = source.window(from, 256)?;
    let exact = usize::try_from(offset - from).unwrap_or(0);
    let is_start = |position: usize| match position.checked_sub(1) {
        Some(before) => window.get(before).is_some_and(|byte| is_space(*byte)),
        None => true,
    };
    let table_at = |position: usize| keyword_at(&window, position, b"xref").is_some();
    let stream_at = |position: usize| starts_object(window.get(position..).unwrap_or_default());
    if table_at(exact) || stream_at(exact) {
        let space = window
            .get(exact..)
            .unwrap_or_default()
            .iter()
            .take_while(|byte| is_space(**byte))
            .count();
        return Ok((offset.saturating_add(space as u64), table_at(exact)));
    }
    let near = window.len().min(exact + NEAR);
    let mut candidates: Vec<usize> = (0..near).filter(|position| is_start(*position)).collect();
    candidates.retain(|position| window.get(*position).is_some_and(|byte| !is_space(*byte)));
    candidates.sort_by_key(|position| position.abs_diff(exact));
    let found = candidates
        .into_iter()
        .find(|position| table_at(*position) || stream_at(*position));
    let position = found.ok_or(ReadError::BrokenXref("no cross-reference section stands there"))?;
    Ok((from.saturating_add(position as u64), table_at(position)))
}

/// Whether `N G obj` begins here.
fn starts_object(text: &[u8]) -> bool {
    let mut lexer = crate::lexer::Lexer::new(text, 0);
    let mut number = || {
        let token = lexer.next().ok()?;
        parse_digits(lexer.slice(token.span))
    };
    number().is_some() && number().is_some() && keyword_at(text, lexer.position(), b"obj").is_some()
}

/// Entries in use of the table win, then those of the stream, then free ones of the table (7.5.8.4).
fn merge_hidden(section: &mut Section, hidden: Vec<(u32, XrefEntry)>) {
    let mut merged: Vec<_> = Vec::with_capacity(section.entries.len() + hidden.len());
    let (free, used): (Vec<_>, Vec<_>) = section
        .entries
        .drain(..)
        .partition(|entry| matches!(entry.1, XrefEntry::Free { .. }));
    merged.extend(used);
    merged.extend(hidden);
    merged.extend(free);
    sort_entries(&mut merged);
    section.entries = merged;
}

fn previous(trailer: &Dictionary) -> Result<Option<u64>, ReadError> {
    match trailer.get("Prev") {
        None => Ok(None),
        // Some producers write 0 for "none"; no section can stand there.
        Some(value) => match unsigned(value) {
            Some(0) => Ok(None),
            Some(offset) => Ok(Some(offset)),
            None => Err(ReadError::BrokenXref("Prev is no offset")),
        },
    }
}

fn unsigned(object: &Object) -> Option<u64> {
    object.as_i64().and_then(|value| u64::try_from(value).ok())
}

/// `%PDF-` within the first 1024 bytes.
pub(crate) fn header_offset<R: ReadAt>(source: Source<'_, R>) -> Result<Option<u64>, OpenError> {
    let window = source
        .window(0, 1024)
        .map_err(|cause| OpenError::broken_xref(0, cause))?;
    Ok(find(&window, b"%PDF-").map(|at| at as u64))
}

/// The number behind the last `startxref` of the last 1024 bytes and a bit.
fn start_xref<R: ReadAt>(source: Source<'_, R>) -> Result<Option<u64>, OpenError> {
    const TAIL: u64 = 1024 + 64;
    let from = source.bound.saturating_sub(TAIL);
    let window = source
        .window(from, 1024 + 64)
        .map_err(|cause| OpenError::broken_xref(from, cause))?;
    Ok(find_last(&window, b"startxref").and_then(|at| start_xref_value(window.get(at..)?)))
}

/// The number in `startxref N`.
pub(crate) fn start_xref_value(text: &[u8]) -> Option<u64> {
    let rest = text.strip_prefix(b"startxref")?;
    let rest = rest.trim_ascii_start();
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    parse_digits(rest.get(..digits)?)
}
