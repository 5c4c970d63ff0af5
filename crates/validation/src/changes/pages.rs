//! The page tree and the annotations of pages.

use akashi_pdf::{Array, Dictionary, Object, ObjectId, ReadAt, ReadError};

use crate::changes::compare::Comparison;
use crate::changes::form::FormView;
use crate::changes::{ChangeKind, ChangeLevel, Step};

/// Comments and markup (ISO 32000-2, 12.5.6.2, table 171). Not among them are those that put text or images of
/// anyone's choice over a page, so that they pass for its content (`FreeText`, `Stamp`), or take content away
/// (`Redact`): a certification that permits comments does not mean these.
const MARKUP: [&str; 13] = [
    "Caret",
    "Circle",
    "Highlight",
    "Ink",
    "Line",
    "PolyLine",
    "Polygon",
    "Popup",
    "Square",
    "Squiggly",
    "StrikeOut",
    "Text",
    "Underline",
];

pub(super) fn compare<A: ReadAt, B: ReadAt>(
    comparison: &mut Comparison<'_, A, B>,
    forms: &FormView,
    step: &mut Step<'_>,
) -> Result<(), ReadError> {
    let old_root = comparison.old.catalog()?.reference("Pages");
    let new_root = comparison.new.catalog()?.reference("Pages");
    let Some(root) = old_root.filter(|root| new_root == Some(*root)) else {
        step.other(ChangeKind::Page, None, "Root/Pages");
        return Ok(());
    };
    let mut waiting = vec![root];
    let mut seen = std::collections::HashSet::new();
    let mut page_number = 0;
    while let Some(id) = waiting.pop() {
        if !seen.insert(id) {
            continue;
        }
        let (old, new) = match (comparison.old.object(id)?, comparison.new.object(id)?) {
            (Object::Dictionary(old), Object::Dictionary(new)) => (old, new),
            (Object::Null, Object::Null) => continue,
            _ => {
                step.other(ChangeKind::Page, None, &format!("object {id}"));
                continue;
            }
        };
        if old.is_name("Type", "Page") || !old.contains("Kids") {
            page_number += 1;
            compare_page(comparison, forms, &old, &new, page_number, step)?;
        } else {
            waiting.extend(compare_node(comparison, &old, &new, step)?.into_iter().rev());
        }
    }
    Ok(())
}

/// Gives the kids to go on with.
fn compare_node<A: ReadAt, B: ReadAt>(
    comparison: &mut Comparison<'_, A, B>,
    old: &Dictionary,
    new: &Dictionary,
    step: &mut Step<'_>,
) -> Result<Vec<ObjectId>, ReadError> {
    if let Some(place) = comparison.entries_difference(old, new, &["Kids"])? {
        step.other(ChangeKind::Page, None, &format!("page tree/{place}"));
    }
    let ids = |array: Option<Array>| -> Vec<Option<ObjectId>> {
        array
            .unwrap_or_default()
            .iter()
            .map(Object::as_reference)
            .collect()
    };
    let old_kids = ids(comparison.old.get_array(old, "Kids")?);
    let new_kids = ids(comparison.new.get_array(new, "Kids")?);
    if old_kids != new_kids {
        step.other(ChangeKind::Page, None, "page tree/Kids");
    }
    Ok(old_kids.into_iter().flatten().collect())
}

fn compare_page<A: ReadAt, B: ReadAt>(
    comparison: &mut Comparison<'_, A, B>,
    forms: &FormView,
    old: &Dictionary,
    new: &Dictionary,
    page_number: usize,
    step: &mut Step<'_>,
) -> Result<(), ReadError> {
    if let Some(place) = comparison.entries_difference(old, new, &["Annots"])? {
        step.other(ChangeKind::Page, None, &format!("page {page_number}/{place}"));
    }
    let old_list = comparison.old.get_array(old, "Annots")?.unwrap_or_default();
    let new_list = comparison.new.get_array(new, "Annots")?.unwrap_or_default();
    let mut rest = old_list.iter().peekable();
    for item in new_list.iter() {
        let is_kept = match rest.peek() {
            Some(before) => is_same_item(comparison, before, item)?,
            None => false,
        };
        if is_kept {
            rest.next();
            compare_kept(comparison, item, page_number, step)?;
        } else {
            added(comparison, forms, item, page_number, step)?;
        }
    }
    // What was removed, or stands behind others now.
    for item in rest {
        let is_markup = is_markup(&comparison.old.resolve(item)?);
        let level = if is_markup {
            ChangeLevel::Annotations
        } else {
            ChangeLevel::Other
        };
        step.add(
            level,
            ChangeKind::Annotation,
            None,
            &format!("page {page_number}: removed"),
        );
    }
    Ok(())
}

fn is_same_item<A: ReadAt, B: ReadAt>(
    comparison: &mut Comparison<'_, A, B>,
    old: &Object,
    new: &Object,
) -> Result<bool, ReadError> {
    match (old.as_reference(), new.as_reference()) {
        (Some(old), Some(new)) => Ok(old == new),
        (None, None) => Ok(comparison.difference(Some(old), Some(new))?.is_none()),
        _ => Ok(false),
    }
}

/// Fields are compared with the form; other annotations here.
fn compare_kept<A: ReadAt, B: ReadAt>(
    comparison: &mut Comparison<'_, A, B>,
    item: &Object,
    page_number: usize,
    step: &mut Step<'_>,
) -> Result<(), ReadError> {
    let Some(id) = item.as_reference() else {
        return Ok(());
    };
    if comparison.is_canonical(id) || !comparison.may_differ(id) {
        return Ok(());
    }
    if let Some(place) = comparison.difference(Some(item), Some(item))? {
        let is_markup = is_markup(&comparison.old.object(id)?) && is_markup(&comparison.new.object(id)?);
        let level = if is_markup {
            ChangeLevel::Annotations
        } else {
            ChangeLevel::Other
        };
        step.add(
            level,
            ChangeKind::Annotation,
            None,
            &format!("page {page_number}: {place}"),
        );
    }
    Ok(())
}

fn added<A: ReadAt, B: ReadAt>(
    comparison: &Comparison<'_, A, B>,
    forms: &FormView,
    item: &Object,
    page_number: usize,
    step: &mut Step<'_>,
) -> Result<(), ReadError> {
    let place = format!("page {page_number}: added");
    if item
        .as_reference()
        .is_some_and(|id| forms.is_widget_of_new_signature_field(id))
    {
        // The field itself was counted with the form.
        return Ok(());
    }
    let level = if is_markup(&comparison.new.resolve(item)?) {
        ChangeLevel::Annotations
    } else {
        ChangeLevel::Other
    };
    step.add(level, ChangeKind::Annotation, None, &place);
    Ok(())
}

fn is_markup(annotation: &Object) -> bool {
    let Object::Dictionary(annotation) = annotation else {
        return false;
    };
    // A comment that does something when clicked is more than a comment.
    let acts = annotation.contains("A") || annotation.contains("AA");
    !acts
        && annotation
            .name("Subtype")
            .is_some_and(|subtype| MARKUP.contains(&subtype.as_str()))
}
