//! What a byte range covers (ISO 32000-2, 12.8.1).

use akashi_pdf::{Document, ReadAt, ReadError, SignatureFacts};

use crate::report::{Coverage, CoverageGap};

/// Finds the revision that a signature covers.
///
/// The range must have two parts, the first from the beginning; the gap must be exactly the `Contents` token; the end
/// must be the end of a revision, in which this very signature must stand at this very place.
pub(crate) fn coverage<R: ReadAt>(
    document: &Document<R>,
    facts: &SignatureFacts,
) -> Result<Coverage, ReadError> {
    let less = |reason| Ok(Coverage::Less { reason });
    let Some([(0, first_length), (second_offset, second_length)]) = facts.byte_range.as_deref() else {
        return less(CoverageGap::Form);
    };
    let gap = *first_length..*second_offset;
    let Some(end) = second_offset
        .checked_add(*second_length)
        .filter(|end| *end <= document.size())
    else {
        return less(CoverageGap::BehindEnd);
    };
    if facts.contents_span.as_ref() != Some(&gap) {
        return less(CoverageGap::Gap);
    }
    let revisions = document.revisions();
    let is_end = |revision: &akashi_pdf::Revision| revision.end == end || revision.marker_end == end;
    let is_whole_file = end == document.size();
    let Some(index) = revisions
        .iter()
        .rposition(is_end)
        .or_else(|| is_whole_file.then(|| revisions.len().saturating_sub(1)))
    else {
        return less(CoverageGap::NotAtRevisionEnd);
    };
    // A chain of cross-reference sections must not lead behind what is covered.
    let limit = end.max(revisions.get(index).map_or(end, |revision| revision.end));
    if revisions
        .iter()
        .take(index + 1)
        .any(|revision| revision.end > limit || revision.xref_offset >= end)
    {
        return less(CoverageGap::NotAtRevisionEnd);
    }
    if index + 1 == revisions.len() {
        return if is_whole_file {
            Ok(Coverage::WholeFile)
        } else {
            tail(document, index, end)
        };
    }
    if is_in_revision(document, index, facts)? {
        Ok(Coverage::WholeRevision { revision: index })
    } else {
        less(CoverageGap::NotInRevision)
    }
}

/// The last revision is covered, but bytes follow that belong to no revision. A line end is harmless.
fn tail<R: ReadAt>(document: &Document<R>, index: usize, end: u64) -> Result<Coverage, ReadError> {
    let length = usize::try_from(document.size() - end).unwrap_or(usize::MAX);
    if length > 2 {
        return Ok(Coverage::Less {
            reason: CoverageGap::NotAtRevisionEnd,
        });
    }
    let mut rest = vec![0; length];
    document.reader().read_at(end, &mut rest)?;
    Ok(if rest.iter().all(|byte| matches!(byte, b'\r' | b'\n')) {
        Coverage::WholeRevision { revision: index }
    } else {
        Coverage::Less {
            reason: CoverageGap::NotAtRevisionEnd,
        }
    })
}

/// Whether the revision had this signature, in this field, at this place.
fn is_in_revision<R: ReadAt>(
    document: &Document<R>,
    index: usize,
    facts: &SignatureFacts,
) -> Result<bool, ReadError> {
    let view = match document.at_revision(index) {
        Ok(Some(view)) => view,
        Err(akashi_pdf::OpenError::Io(error)) => return Err(error.into()),
        Ok(None) | Err(_) => return Ok(false),
    };
    let signatures = match view.signatures() {
        Ok(signatures) => signatures,
        Err(error @ (ReadError::Io(_) | ReadError::Limit(_))) => return Err(error),
        Err(_) => return Ok(false),
    };
    Ok(signatures.iter().any(|signature| {
        signature.field_name == facts.field_name
            && signature.field_id == facts.field_id
            && signature.contents_span == facts.contents_span
            && signature.byte_range == facts.byte_range
            && signature.contents == facts.contents
    }))
}
