//! Revisions of a document, ISO 32000-2, 7.5.6.

use crate::error::OpenError;
use crate::lexer::{find, is_space};
use crate::object::Dictionary;
use crate::read_at::ReadAt;
use crate::source::Source;
use crate::xref::{Section, XrefKind};

/// One revision of a document: what one writing of the file, first or incremental, added.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Revision {
    /// Absolute offset of its cross-reference section, of the newer one in a linearised file.
    pub xref_offset: u64,
    /// The form of that section.
    pub xref_kind: XrefKind,
    /// Absolute end: behind `%%EOF` and its line end if they follow the section, otherwise behind the section.
    pub end: u64,
    /// As `end`, but before the line end behind `%%EOF`: a signature that reaches here covers the revision.
    pub marker_end: u64,
    /// Its trailer (for a cross-reference stream the stream's dictionary).
    pub trailer: Dictionary,
    /// Number of sections: 1, or 2 for a linearised file.
    pub(crate) sections: usize,
}

/// Groups `sections` (newest first) into revisions (oldest first).
pub(crate) fn group_revisions<R: ReadAt>(
    source: Source<'_, R>,
    sections: &[Section],
) -> Result<Vec<Revision>, OpenError> {
    let mut revisions = Vec::with_capacity(sections.len());
    let mut rest = sections;
    while let Some((section, older)) = rest.split_last() {
        let SectionEnd { marker_end, end, .. } = section_end(source, section)?;
        let mut revision = Revision {
            xref_offset: section.offset,
            xref_kind: section.kind,
            end,
            marker_end,
            trailer: section.trailer.clone(),
            sections: 1,
        };
        rest = older;
        // The oldest two sections of a linearised file: the newer one stands before the older one.
        if revisions.is_empty()
            && let Some((first_page, others)) = rest.split_last()
            && first_page.offset < section.offset
            && is_linearised(source)?
            // In a file with tables it says `startxref 0`, in one with streams mostly nothing.
            && section_end(source, first_page)?.start_xref.unwrap_or(0) == 0
        {
            revision.xref_offset = first_page.offset;
            revision.xref_kind = first_page.kind;
            revision.trailer = first_page.trailer.clone();
            revision.sections = 2;
            rest = others;
        }
        revisions.push(revision);
    }
    Ok(revisions)
}

/// What follows a section.
struct SectionEnd {
    /// Behind `%%EOF`, or behind the section.
    marker_end: u64,
    /// Behind the line end, too.
    end: u64,
    /// The number behind `startxref`.
    start_xref: Option<u64>,
}

fn section_end<R: ReadAt>(source: Source<'_, R>, section: &Section) -> Result<SectionEnd, OpenError> {
    let window = source.window(section.end, 256);
    let window = window.map_err(|cause| OpenError::broken_xref(section.end, cause))?;
    let Some((length, line_end, start_xref)) = parse_end(&window) else {
        return Ok(SectionEnd {
            marker_end: section.end,
            end: section.end,
            start_xref: None,
        });
    };
    let marker_end = section.end.saturating_add(length as u64);
    let end = marker_end.saturating_add(line_end as u64);
    Ok(SectionEnd {
        marker_end,
        end,
        start_xref: Some(start_xref),
    })
}

/// Length of `startxref N %%EOF`, white space before and between, length of the line end, and the number.
fn parse_end(text: &[u8]) -> Option<(usize, usize, u64)> {
    let skip_space = |position: usize| {
        let rest = text.get(position..).unwrap_or_default();
        position + rest.iter().take_while(|byte| is_space(**byte)).count()
    };
    let start = skip_comments(text);
    let value = crate::xref::start_xref_value(text.get(start..)?)?;
    let position = skip_space(start + b"startxref".len());
    let digits = text
        .get(position..)?
        .iter()
        .take_while(|byte| byte.is_ascii_digit())
        .count();
    let position = skip_space(position + digits);
    let rest = text.get(position..)?.strip_prefix(b"%%EOF")?;
    let line_end = match rest {
        [b'\r', b'\n', ..] => 2,
        [b'\r' | b'\n', ..] => 1,
        _ => 0,
    };
    Some((position + b"%%EOF".len(), line_end, value))
}

/// Where the white space and comments at the beginning end; some writers put their name in front of `startxref`.
fn skip_comments(text: &[u8]) -> usize {
    let mut position = 0;
    loop {
        let rest = text.get(position..).unwrap_or_default();
        position += rest.iter().take_while(|byte| is_space(**byte)).count();
        match text.get(position..) {
            Some(rest @ [b'%', ..]) if !rest.starts_with(b"%%EOF") => {
                position += rest
                    .iter()
                    .take_while(|byte| !matches!(byte, b'\r' | b'\n'))
                    .count();
            }
            _ => return position,
        }
    }
}

fn is_linearised<R: ReadAt>(source: Source<'_, R>) -> Result<bool, OpenError> {
    let window = source
        .window(source.shift, 1024)
        .map_err(|cause| OpenError::broken_xref(0, cause))?;
    Ok(find(&window, b"/Linearized").is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_may_stand_before_startxref() {
        for (text, length, line_end) in [
            (&b"\nstartxref\n116\n%%EOF\r\nmore"[..], 20, 2),
            (b"\n%iText-5.5.13\nstartxref\n116\n%%EOF\n", 34, 1),
            (b"%a\r%b\r\nstartxref 116 %%EOF", 26, 0),
        ] {
            let words = String::from_utf8_lossy(text);
            assert_eq!(parse_end(text), Some((length, line_end, 116)), "{words}");
        }
        assert_eq!(parse_end(b"%%EOF\nstartxref\n116\n%%EOF"), None);
        assert_eq!(parse_end(b"% no end"), None);
    }
}
