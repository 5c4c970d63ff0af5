//! The cross-reference section of an update, ISO 32000-2, 7.5.4 and 7.5.8.

use crate::filter;
use crate::object::{Array, Dictionary, Name, Object, ObjectId};
use crate::object_writer::ObjectWriter;
use crate::update::UpdateError;
use crate::xref::XrefKind;

/// What the section describes.
pub(crate) struct Written<'a> {
    /// Ids with their offsets as written in the file, in order of ids.
    pub(crate) offsets: &'a [(ObjectId, u64)],
    pub(crate) next_number: u32,
    /// `Prev`.
    pub(crate) previous: u64,
}

/// The section as it stands at offset `start` (as written in the file).
pub(crate) fn write_section(
    kind: XrefKind,
    written: &Written<'_>,
    trailer: Dictionary,
    start: u64,
) -> Result<Vec<u8>, UpdateError> {
    let mut trailer = trailer;
    trailer.set(
        "Prev",
        i64::try_from(written.previous).map_err(|_| UpdateError::TooLong)?,
    );
    match kind {
        XrefKind::Stream => stream(written, trailer, start),
        XrefKind::Table | XrefKind::Hybrid => table(written, trailer),
    }
}

fn table(written: &Written<'_>, mut trailer: Dictionary) -> Result<Vec<u8>, UpdateError> {
    const LARGEST: u64 = 9_999_999_999;
    let mut section = b"xref\n0 1\n0000000000 65535 f \n".to_vec();
    for run in runs(written.offsets) {
        let Some((first, _)) = run.first() else { continue };
        section.extend_from_slice(format!("{} {}\n", first.number, run.len()).as_bytes());
        for (id, offset) in run {
            if *offset > LARGEST {
                return Err(UpdateError::TooLong);
            }
            section.extend_from_slice(format!("{offset:010} {:05} n \n", id.generation).as_bytes());
        }
    }
    trailer.set("Size", written.next_number);
    section.extend_from_slice(b"trailer\n");
    section.extend(plain_text(&trailer.into())?);
    section.push(b'\n');
    Ok(section)
}

fn stream(written: &Written<'_>, mut trailer: Dictionary, start: u64) -> Result<Vec<u8>, UpdateError> {
    let id = ObjectId::new(written.next_number, 0);
    let size = written.next_number.checked_add(1).ok_or(UpdateError::NoNumbers)?;
    let mut offsets = written.offsets.to_vec();
    offsets.push((id, start));

    // The section itself has the largest offset.
    let width = (u64::BITS - start.leading_zeros()).div_ceil(8).max(1) as usize;
    let mut rows = Vec::with_capacity(offsets.len() * (width + 3));
    let mut index = Array::new();
    for run in runs(&offsets) {
        let Some((first, _)) = run.first() else { continue };
        index.push(first.number);
        index.push(u32::try_from(run.len()).map_err(|_| UpdateError::NoNumbers)?);
        for (id, offset) in run {
            rows.push(1);
            let bytes = offset.to_be_bytes();
            rows.extend_from_slice(bytes.get(bytes.len().saturating_sub(width)..).unwrap_or_default());
            rows.extend_from_slice(&id.generation.to_be_bytes());
        }
    }
    trailer.set("Type", Name::new("XRef"));
    trailer.set("Size", size);
    trailer.set("Index", index);
    trailer.set("W", Array::from([1, i64::try_from(width).unwrap_or(8), 2]));
    let (mut trailer, data) = filter::compressed(trailer, rows);
    trailer.set(
        "Length",
        i64::try_from(data.len()).map_err(|_| UpdateError::TooLong)?,
    );
    let mut section = format!("{id} obj\n").into_bytes();
    section.extend(plain_text(&trailer.into())?);
    section.extend_from_slice(b"\nstream\n");
    section.extend_from_slice(&data);
    section.extend_from_slice(b"\nendstream\nendobj\n");
    Ok(section)
}

/// Neither trailers nor cross-reference streams are encrypted.
fn plain_text(object: &Object) -> Result<Vec<u8>, UpdateError> {
    let mut writer = ObjectWriter::plain();
    writer.object(object);
    Ok(writer.finish()?.bytes)
}

/// Runs of consecutive object numbers.
fn runs(offsets: &[(ObjectId, u64)]) -> impl Iterator<Item = &[(ObjectId, u64)]> {
    offsets.chunk_by(|first, second| first.0.number.checked_add(1) == Some(second.0.number))
}
