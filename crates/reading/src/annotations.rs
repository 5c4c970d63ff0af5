//! Annotations that a picture would leave out.

use std::sync::Arc;

use akashi_pdf::{Dictionary, Document, Object, Page, ReadError};

use crate::defect::Defect;

/// Bits of `F` (ISO 32000-2, table 167): hidden, and not shown on screen.
const HIDDEN: i64 = 1 << 1;
const NO_VIEW: i64 = 1 << 5;

/// Annotations that other readers draw although the file gives them no appearance.
///
/// Links and pop-ups are not part of what a page says; an empty field has nothing to show.
pub(crate) fn missing_appearances(
    document: &Document<Arc<[u8]>>,
    page: &Page,
) -> Result<Vec<Defect>, ReadError> {
    let mut defects = Vec::new();
    for (_, annotation) in document.page_annotations(page)? {
        let flags = document.get(&annotation, "F")?.as_i64().unwrap_or(0);
        let subtype = annotation.name("Subtype").unwrap_or_default();
        if flags & (HIDDEN | NO_VIEW) != 0 || matches!(subtype.as_str(), "Link" | "Popup") {
            continue;
        }
        if document
            .get_dictionary(&annotation, "AP")?
            .is_some_and(|appearance| appearance.contains("N"))
        {
            continue;
        }
        if subtype == "Widget" && !has_value(document, &annotation)? {
            continue;
        }
        let defect = Defect::AppearanceMissing { subtype };
        if !defects.contains(&defect) {
            defects.push(defect);
        }
    }
    Ok(defects)
}

/// Whether a text or choice field holds something to read. Signatures and buttons show appearances only.
fn has_value(document: &Document<Arc<[u8]>>, widget: &Dictionary) -> Result<bool, ReadError> {
    /// More ancestors than any form has; a circle ends here too.
    const MAX_ANCESTORS: usize = 32;
    let mut node = widget.clone();
    let (mut kind, mut value) = (None, Object::Null);
    for _ in 0..MAX_ANCESTORS {
        kind = kind.or_else(|| node.name("FT"));
        if value.is_null() {
            value = document.get(&node, "V")?;
        }
        match document.get(&node, "Parent")? {
            Object::Dictionary(parent) => node = parent,
            _ => break,
        }
    }
    let filled = match &value {
        Object::Null => false,
        Object::String(text) => !text.as_bytes().is_empty(),
        Object::Array(array) => !array.is_empty(),
        _ => true,
    };
    Ok(filled && matches!(kind.as_deref(), Some("Tx" | "Ch")))
}
