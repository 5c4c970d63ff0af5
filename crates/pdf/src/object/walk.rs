//! Visiting what is nested in an object.

use crate::object::{Dictionary, Object, ObjectId};

/// Calls `visit` for every dictionary in `object`, itself included.
pub(crate) fn visit_dictionaries(object: &Object, visit: &mut impl FnMut(&Dictionary)) {
    if let Some(dictionary) = object.as_dictionary() {
        visit(dictionary);
        for (_, value) in dictionary.iter() {
            visit_dictionaries(value, visit);
        }
    } else if let Some(array) = object.as_array() {
        for item in array.iter() {
            visit_dictionaries(item, visit);
        }
    }
}

/// Calls `visit` for every reference in `object`.
pub(crate) fn visit_references(object: &Object, visit: &mut impl FnMut(ObjectId)) {
    if let Some(id) = object.as_reference() {
        visit(id);
    } else if let Some(dictionary) = object.as_dictionary() {
        for (_, value) in dictionary.iter() {
            visit_references(value, visit);
        }
    } else if let Some(array) = object.as_array() {
        for item in array.iter() {
            visit_references(item, visit);
        }
    }
}

/// Whether there is a signature dictionary in `object`; only those have a `ByteRange` (12.8.1).
pub(crate) fn holds_signature(object: &Object) -> bool {
    let mut found = false;
    visit_dictionaries(object, &mut |dictionary| {
        found |= dictionary.contains("ByteRange");
    });
    found
}
