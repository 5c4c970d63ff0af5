//! The catalog, its validation data and metadata, and the trailer.

use akashi_pdf::{Array, Dictionary, Document, Object, ReadAt, ReadError};

use crate::changes::compare::Comparison;
use crate::changes::{ChangeKind, ChangeLevel, Step};

/// Compared elsewhere, or by a rule of its own below.
const OWN_RULES: [&str; 7] = [
    "AcroForm",
    "DSS",
    "Extensions",
    "MarkInfo",
    "Metadata",
    "Pages",
    "Version",
];

/// Lists of streams in an entry of `VRI` (ISO 32000-2, table 262).
const VRI_LISTS: [&str; 3] = ["Cert", "OCSP", "CRL"];
/// Streams of one list that are compared with one that is looked for.
const MAX_COMPARED: usize = 256;

pub(super) fn compare<A: ReadAt, B: ReadAt>(
    comparison: &mut Comparison<'_, A, B>,
    step: &mut Step<'_>,
) -> Result<(), ReadError> {
    let (old, new) = (comparison.old, comparison.new);
    compare_trailers(comparison, step)?;
    let (old, new) = (old.catalog()?, new.catalog()?);
    if let Some(place) = comparison.entries_difference(&old, &new, &OWN_RULES)? {
        step.other(ChangeKind::Catalog, None, &format!("Root/{place}"));
    }
    for key in ["Extensions", "MarkInfo", "Version"] {
        if comparison.difference(old.get(key), new.get(key))?.is_some() {
            step.add(
                ChangeLevel::ValidationData,
                ChangeKind::Metadata,
                None,
                &format!("Root/{key}"),
            );
        }
    }
    compare_security_store(comparison, &old, &new, step)?;
    compare_metadata(comparison, &old, &new, step)
}

fn compare_trailers<A: ReadAt, B: ReadAt>(
    comparison: &mut Comparison<'_, A, B>,
    step: &mut Step<'_>,
) -> Result<(), ReadError> {
    let (old, new) = (comparison.old, comparison.new);
    if old.catalog_id() != new.catalog_id() {
        step.other(ChangeKind::Catalog, None, "Root");
    }
    let (old, new) = (old.trailer(), new.trailer());
    if comparison
        .difference(old.get("Encrypt"), new.get("Encrypt"))?
        .is_some()
    {
        step.other(ChangeKind::Catalog, None, "Encrypt");
    }
    // Without the entry, readers keep to the older dictionary.
    if new.contains("Info") && comparison.difference(old.get("Info"), new.get("Info"))?.is_some() {
        let is_dictionary = matches!(comparison.new.get(new, "Info")?, Object::Dictionary(_));
        let level = if is_dictionary {
            ChangeLevel::ValidationData
        } else {
            ChangeLevel::Other
        };
        step.add(level, ChangeKind::Metadata, None, "Info");
    }
    Ok(())
}

/// `DSS` (ISO 32000-2, 12.8.4.3): may grow and be tidied, but holds nothing else than DER streams.
fn compare_security_store<A: ReadAt, B: ReadAt>(
    comparison: &mut Comparison<'_, A, B>,
    old: &Dictionary,
    new: &Dictionary,
    step: &mut Step<'_>,
) -> Result<(), ReadError> {
    if comparison.difference(old.get("DSS"), new.get("DSS"))?.is_none() {
        return Ok(());
    }
    let is_store = match comparison.new.get(new, "DSS")? {
        Object::Dictionary(store) => {
            is_security_store(comparison.new, &store)? && keeps_signature_data(comparison, old, &store)?
        }
        _ => false,
    };
    let level = if is_store {
        ChangeLevel::ValidationData
    } else {
        ChangeLevel::Other
    };
    step.add(level, ChangeKind::ValidationData, None, "Root/DSS");
    Ok(())
}

/// What was stored for a signature (`VRI`) stays with it, or at least in the store; more may come.
fn keeps_signature_data<A: ReadAt, B: ReadAt>(
    comparison: &mut Comparison<'_, A, B>,
    old_catalog: &Dictionary,
    new_store: &Dictionary,
) -> Result<bool, ReadError> {
    let Some(old_store) = comparison.old.get_dictionary(old_catalog, "DSS")? else {
        return Ok(true);
    };
    let old = comparison
        .old
        .get_dictionary(&old_store, "VRI")?
        .unwrap_or_default();
    let new = comparison
        .new
        .get_dictionary(new_store, "VRI")?
        .unwrap_or_default();
    for (key, value) in old.iter() {
        let key = key.to_text();
        if comparison.difference(Some(value), new.get(&key))?.is_none() || key == "Type" {
            continue;
        }
        let (Object::Dictionary(old), Object::Dictionary(new)) =
            (comparison.old.resolve(value)?, comparison.new.get(&new, &key)?)
        else {
            return Ok(false);
        };
        for (list, common) in [("Cert", "Certs"), ("OCSP", "OCSPs"), ("CRL", "CRLs")] {
            let mut kept = comparison.new.get_array(&new, list)?.unwrap_or_default();
            let common = comparison.new.get_array(new_store, common)?.unwrap_or_default();
            common.iter().for_each(|item| kept.push(item.clone()));
            let old = comparison.old.get_array(&old, list)?.unwrap_or_default();
            if !keeps_streams(comparison, &old, &kept)? {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// Whether each stream of a list is still there, in any order and perhaps written again.
fn keeps_streams<A: ReadAt, B: ReadAt>(
    comparison: &mut Comparison<'_, A, B>,
    old: &Array,
    new: &Array,
) -> Result<bool, ReadError> {
    'old: for item in old.iter() {
        let id = item.as_reference();
        // Mostly the same object stands there.
        let same = new.iter().filter(|other| other.as_reference() == id);
        let others = new.iter().filter(|other| other.as_reference() != id);
        for other in same.chain(others).take(MAX_COMPARED) {
            if comparison.difference(Some(item), Some(other))?.is_none() {
                continue 'old;
            }
        }
        return Ok(false);
    }
    Ok(true)
}

fn is_security_store<R: ReadAt>(document: &Document<R>, store: &Dictionary) -> Result<bool, ReadError> {
    if !holds_streams(document, store, &["Certs", "OCSPs", "CRLs"], &["Type", "VRI"])? {
        return Ok(false);
    }
    let Some(vri) = document.get_dictionary(store, "VRI")? else {
        return Ok(!store.contains("VRI"));
    };
    for (key, value) in vri.iter() {
        if *key == "Type" {
            continue;
        }
        let Object::Dictionary(entry) = document.resolve(value)? else {
            return Ok(false);
        };
        if !holds_streams(document, &entry, &VRI_LISTS, &["Type", "TU", "TS"])? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Whether the entries `lists` are arrays of streams, and there are no others than these and `more`.
fn holds_streams<R: ReadAt>(
    document: &Document<R>,
    dictionary: &Dictionary,
    lists: &[&str],
    more: &[&str],
) -> Result<bool, ReadError> {
    for (key, value) in dictionary.iter() {
        let key = key.to_text();
        if more.contains(&key.as_str()) {
            continue;
        }
        if !lists.contains(&key.as_str()) {
            return Ok(false);
        }
        let Object::Array(array) = document.resolve(value)? else {
            return Ok(false);
        };
        for item in array.iter() {
            if !matches!(document.resolve(item)?, Object::Stream(_)) {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

fn compare_metadata<A: ReadAt, B: ReadAt>(
    comparison: &mut Comparison<'_, A, B>,
    old: &Dictionary,
    new: &Dictionary,
    step: &mut Step<'_>,
) -> Result<(), ReadError> {
    if comparison
        .difference(old.get("Metadata"), new.get("Metadata"))?
        .is_none()
    {
        return Ok(());
    }
    let is_metadata = match comparison.new.get(new, "Metadata")? {
        Object::Stream(stream) => looks_like_xmp(&comparison.new.stream_data(&stream)?),
        _ => false,
    };
    let level = if is_metadata {
        ChangeLevel::ValidationData
    } else {
        ChangeLevel::Other
    };
    step.add(level, ChangeKind::Metadata, None, "Root/Metadata");
    Ok(())
}

/// Whether data is an XMP packet (ISO 16684-1, 7.3): no document type or entities, and `xmpmeta` or `RDF` as the first
/// element. Whatever else it says is not shown by any reader of the pages.
fn looks_like_xmp(data: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(data) else {
        return false;
    };
    let mut rest = text.trim_start_matches('\u{feff}').trim_start();
    while let Some(instruction) = rest.strip_prefix("<?") {
        let Some((_, behind)) = instruction.split_once("?>") else {
            return false;
        };
        rest = behind.trim_start();
    }
    let Some(element) = rest.strip_prefix('<') else {
        return false;
    };
    let name = element
        .split(|c: char| c.is_whitespace() || matches!(c, '>' | '/'))
        .next()
        .unwrap_or_default();
    let local_name = name.rsplit(':').next().unwrap_or_default();
    let has_namespace = match local_name {
        "xmpmeta" => rest.contains("adobe:ns:meta/"),
        "RDF" => rest.contains("http://www.w3.org/1999/02/22-rdf-syntax-ns#"),
        _ => false,
    };
    has_namespace && !text.contains("<!DOCTYPE") && !text.contains("<!ENTITY")
}

#[cfg(test)]
mod tests {
    use super::looks_like_xmp;

    #[test]
    fn only_xmp_counts_as_metadata() {
        let packet = "<?xpacket begin=\"\u{feff}\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>\n<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"></x:xmpmeta>";
        assert!(looks_like_xmp(packet.as_bytes()));
        assert!(!looks_like_xmp(b"<root xmlns:x=\"adobe:ns:meta/\"/>"));
        assert!(!looks_like_xmp(b"<xmpmeta/>"));
        assert!(!looks_like_xmp(
            packet.replace("<x:", "<!DOCTYPE x><x:").as_bytes()
        ));
        assert!(!looks_like_xmp(b"BT /F1 12 Tf (paid) Tj ET"));
        assert!(!looks_like_xmp(b"\xff\xfe"));
    }
}
