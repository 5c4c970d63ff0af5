//! Signature fields: empty ones may be signed once, signed ones must stay as they are.

use akashi_pdf::{FormField, Object, ReadAt, ReadError, XrefEntry};

use crate::changes::compare::Comparison;
use crate::changes::form::shown_difference;
use crate::changes::{ChangeKind, ChangeLevel, Step};

pub(super) fn compare_signature_field<A: ReadAt, B: ReadAt>(
    comparison: &mut Comparison<'_, A, B>,
    old: &FormField,
    new: &FormField,
    step: &mut Step<'_>,
) -> Result<(), ReadError> {
    let name = Some(old.full_name.as_str());
    match (&old.value, &new.value) {
        (None, Some(_)) => signed(comparison, new, step),
        (None, None) => {
            if let Some(place) = shown_difference(comparison, old, new)? {
                step.other(ChangeKind::FieldRedefined, name, &place);
            }
            Ok(())
        }
        (Some(_), None) => {
            step.other(ChangeKind::SignatureReplaced, name, "V");
            Ok(())
        }
        (Some(old_value), Some(new_value)) => {
            if let Some(place) = comparison.difference(Some(old_value), Some(new_value))? {
                step.other(ChangeKind::SignatureReplaced, name, &format!("V/{place}"));
            }
            if let Some(place) = shown_difference(comparison, old, new)? {
                step.other(ChangeKind::SignatureReplaced, name, &place);
            }
            Ok(())
        }
    }
}

/// A signature field that did not exist before, possibly signed at once.
pub(super) fn new_signature_field<A: ReadAt, B: ReadAt>(
    comparison: &mut Comparison<'_, A, B>,
    field: &FormField,
    step: &mut Step<'_>,
) -> Result<(), ReadError> {
    let name = Some(field.full_name.as_str());
    let is_plain = matches!(comparison.new.object(field.id)?, Object::Dictionary(_));
    if !is_plain || !is_new(comparison, field.id.number) || !field.ancestors.is_empty() {
        step.other(ChangeKind::FieldRedefined, name, "field tree");
        return Ok(());
    }
    let widgets_are_new = field
        .widgets
        .iter()
        .all(|widget| is_new(comparison, widget.id.number));
    if !widgets_are_new {
        step.other(ChangeKind::FieldRedefined, name, "Kids");
        return Ok(());
    }
    if is_visible(field) {
        step.add(
            ChangeLevel::FormFilling,
            ChangeKind::VisibleSignatureFieldAdded,
            name,
            "form",
        );
    } else {
        step.add(
            ChangeLevel::ValidationData,
            ChangeKind::InvisibleSignatureFieldAdded,
            name,
            "form",
        );
    }
    if field.value.is_some() {
        signed(comparison, field, step)
    } else {
        Ok(())
    }
}

/// The value of a field that was empty: a new signature dictionary, or a document time-stamp.
fn signed<A: ReadAt, B: ReadAt>(
    comparison: &mut Comparison<'_, A, B>,
    field: &FormField,
    step: &mut Step<'_>,
) -> Result<(), ReadError> {
    let name = Some(field.full_name.as_str());
    let reference = field.value.as_ref().and_then(Object::as_reference);
    // The dictionary must be an object of its own that nothing else in the older revision uses.
    let is_fresh = reference.is_some_and(|id| is_new(comparison, id.number));
    let dictionary = match &field.value {
        Some(value) => comparison.new.resolve(value)?,
        None => Object::Null,
    };
    let Object::Dictionary(dictionary) = dictionary else {
        step.other(ChangeKind::SignatureReplaced, name, "V");
        return Ok(());
    };
    if !is_fresh {
        step.other(ChangeKind::SignatureReplaced, name, "V");
        return Ok(());
    }
    if dictionary.is_name("Type", "DocTimeStamp") && !is_visible(field) {
        step.add(ChangeLevel::ValidationData, ChangeKind::TimeStamped, name, "V");
    } else {
        step.add(ChangeLevel::FormFilling, ChangeKind::Signed, name, "V");
    }
    Ok(())
}

fn is_new<A: ReadAt, B: ReadAt>(comparison: &Comparison<'_, A, B>, number: u32) -> bool {
    match comparison.old.entry(number) {
        None | Some(XrefEntry::Free { .. }) => true,
        Some(_) => false,
    }
}

/// Whether any widget has an area.
fn is_visible(field: &FormField) -> bool {
    field.widgets.iter().any(|widget| {
        widget
            .rect
            .is_some_and(|rect| rect.width() > 0.0 && rect.height() > 0.0)
    })
}
