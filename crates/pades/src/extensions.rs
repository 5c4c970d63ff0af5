//! Developer extensions (ISO 32000-2, 7.12): a file of PDF 1.x says that it uses what EN 319 142-1 adds.

use akashi_pdf::{Dictionary, IncrementalUpdate, Name, Object, ReadAt, ReadError, UpdateError};

/// Declares the `SubFilter` of EN 319 142-1 (`ESIC`, level 2) unless the file is PDF 2.0, where it is
/// part of the standard. For a file without signatures only: it changes the catalog.
pub(crate) fn declare<R: ReadAt>(update: &mut IncrementalUpdate<'_, R>) -> Result<(), UpdateError> {
    let document = update.document();
    let catalog_id = document.catalog_id();
    let catalog = document.catalog()?;
    let header = header_version(document.reader()).map_err(ReadError::from)?;
    let stated = document
        .get(&catalog, "Version")?
        .as_name()
        .and_then(|name| Version::parse(&name.as_bytes()));
    let version = header.max(stated).unwrap_or(Version(1, 0));
    if version >= Version(2, 0) {
        return Ok(());
    }
    let has_extension = document
        .get_dictionary(&catalog, "Extensions")?
        .is_some_and(|extensions| extensions.contains("ESIC"));
    if has_extension {
        return Ok(());
    }
    if version < Version(1, 7) {
        // Table 49: BaseVersion must not be above the version of the file.
        update.edit_dictionary(catalog_id, |catalog| catalog.set("Version", Name::new("1.7")))?;
    }
    let level = Dictionary::new()
        .with("BaseVersion", Name::new("1.7"))
        .with("ExtensionLevel", 2);
    match catalog.get("Extensions") {
        Some(Object::Dictionary(_) | Object::Reference(_)) | None => {
            update.edit_dictionary_entry(catalog_id, "Extensions", |extensions| {
                extensions.set("ESIC", level);
            })
        }
        // Something that is no dictionary is left alone.
        Some(_) => Ok(()),
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Version(u8, u8);

impl Version {
    fn parse(text: &[u8]) -> Option<Self> {
        match text {
            [major @ b'0'..=b'9', b'.', minor @ b'0'..=b'9', ..] => Some(Self(major - b'0', minor - b'0')),
            _ => None,
        }
    }
}

/// The version in the header (7.5.2), which stands within the first 1024 bytes.
fn header_version<R: ReadAt>(reader: &R) -> std::io::Result<Option<Version>> {
    const MARK: &[u8] = b"%PDF-";
    let mut start = vec![0; usize::try_from(reader.size()).unwrap_or(1024).min(1024)];
    reader.read_at(0, &mut start)?;
    let at = start.windows(MARK.len()).position(|window| window == MARK);
    Ok(at.and_then(|at| Version::parse(start.get(at + MARK.len()..)?)))
}
