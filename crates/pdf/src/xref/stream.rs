//! Cross-reference streams, ISO 32000-2, 7.5.8.

use crate::error::ReadError;
use crate::filter;
use crate::limits::Limit;
use crate::object::{Dictionary, Object};
use crate::parser::Ending;
use crate::read_at::ReadAt;
use crate::source::Source;
use crate::stream_extent::{find_stream_end, stream_ends_at};
use crate::xref::{Section, XrefEntry, XrefKind, sort_entries};

/// Reads the cross-reference stream at `offset` (absolute).
pub(crate) fn read<R: ReadAt>(source: Source<'_, R>, offset: u64) -> Result<Section, ReadError> {
    let parsed = source.indirect_object(offset)?;
    let Object::Dictionary(dictionary) = parsed.object else {
        return Err(ReadError::BrokenXref("the cross-reference section is no stream"));
    };
    if parsed.ending != Ending::StreamData || !dictionary.is_name("Type", "XRef") {
        return Err(ReadError::BrokenXref(
            "the cross-reference section is no cross-reference stream",
        ));
    }
    let start = offset.saturating_add(parsed.end as u64);
    let announced = dictionary
        .get("Length")
        .and_then(Object::as_i64)
        .and_then(|length| u64::try_from(length).ok());
    let extent = match announced {
        Some(length) => stream_ends_at(source, start, length)?.map(|end| (length, end)),
        None => None,
    };
    let (length, end) = match extent {
        Some(extent) => extent,
        None => find_stream_end(source, start)?.ok_or(ReadError::UnterminatedStream(parsed.id))?,
    };
    let encoded = source.bytes(start..start.saturating_add(length))?;
    let filters = filter::Pipeline::from_direct(&dictionary)?;
    let data = filters.decode(encoded, source.limits, source.limits.object_stream_bytes)?;
    let mut entries = entries(&dictionary, &data, source.limits.objects)?;
    sort_entries(&mut entries);
    Ok(Section {
        offset,
        end,
        kind: XrefKind::Stream,
        entries,
        trailer: dictionary,
    })
}

fn entries(dictionary: &Dictionary, data: &[u8], limit: usize) -> Result<Vec<(u32, XrefEntry)>, ReadError> {
    let widths = widths(dictionary)?;
    let row_length: usize = widths.iter().sum();
    if row_length == 0 {
        return Err(ReadError::BrokenXref(
            "the widths of a cross-reference stream are all zero",
        ));
    }
    if data.len() / row_length > limit {
        return Err(Limit::Objects(limit).into());
    }
    let mut rows = data.chunks_exact(row_length);
    let mut entries = Vec::with_capacity(rows.len());
    for (first, count) in ranges(dictionary)? {
        for index in 0..count {
            let Some(row) = rows.next() else {
                return Ok(entries);
            };
            let number = first
                .checked_add(index)
                .and_then(|number| u32::try_from(number).ok());
            let number = number.ok_or(ReadError::BrokenXref("an object number is too large"))?;
            if let Some(entry) = entry(row, widths) {
                entries.push((number, entry));
            }
        }
    }
    Ok(entries)
}

fn widths(dictionary: &Dictionary) -> Result<[usize; 3], ReadError> {
    const BROKEN: ReadError = ReadError::BrokenXref("the widths of a cross-reference stream are unreadable");
    let array = dictionary.get("W").and_then(Object::as_array).ok_or(BROKEN)?;
    let mut widths = [0; 3];
    for (index, width) in widths.iter_mut().enumerate() {
        let value = array.get(index).and_then(Object::as_i64).ok_or(BROKEN)?;
        *width = usize::try_from(value)
            .ok()
            .filter(|width| *width <= 8)
            .ok_or(BROKEN)?;
    }
    Ok(widths)
}

/// First number and count of each subsection.
fn ranges(dictionary: &Dictionary) -> Result<Vec<(u64, u64)>, ReadError> {
    const BROKEN: ReadError = ReadError::BrokenXref("the index of a cross-reference stream is unreadable");
    let unsigned = |object: &Object| object.as_i64().and_then(|value| u64::try_from(value).ok());
    let Some(index) = dictionary.get("Index") else {
        let size = dictionary.get("Size").and_then(unsigned).ok_or(BROKEN)?;
        return Ok(vec![(0, size)]);
    };
    let numbers = index
        .as_array()
        .ok_or(BROKEN)?
        .iter()
        .map(unsigned)
        .collect::<Option<Vec<u64>>>();
    let numbers = numbers.ok_or(BROKEN)?;
    let (pairs, _) = numbers.as_chunks::<2>();
    Ok(pairs.iter().map(|[first, count]| (*first, *count)).collect())
}

fn entry(row: &[u8], [kind, second, third]: [usize; 3]) -> Option<XrefEntry> {
    let field = |from: usize, width: usize| {
        row.get(from..from + width)
            .unwrap_or_default()
            .iter()
            .fold(0_u64, |value, byte| value << 8 | u64::from(*byte))
    };
    let kind_value = if kind == 0 { 1 } else { field(0, kind) };
    let (second_value, third_value) = (field(kind, second), field(kind + second, third));
    let generation = u16::try_from(third_value).unwrap_or(u16::MAX);
    match kind_value {
        1 if second_value > 0 => Some(XrefEntry::InFile {
            offset: second_value,
            generation,
        }),
        2 => Some(XrefEntry::InStream {
            stream: u32::try_from(second_value).ok()?,
            index: u32::try_from(third_value).unwrap_or(u32::MAX),
        }),
        // Nothing can stand at offset 0; types above 2 are references to the null object (table 18).
        _ => Some(XrefEntry::Free { generation }),
    }
}
