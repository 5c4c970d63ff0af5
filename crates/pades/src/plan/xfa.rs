//! XFA forms (ISO 32000-2, annex K): other programs show them instead of the fields that are signed.

use akashi_pdf::{Document, Form, IncrementalUpdate, ReadAt, ReadError, UpdateError};

use crate::plan::intake::{Permission, Refusal, permission_without_xfa};
use crate::sign::Notice;

/// What may be signed, with the form that was read for that. A static XFA form in a file without signatures is no hindrance, because [`remove_xfa`] takes it away;
/// a dynamic one (`NeedsRendering`) is, because the pages are not what its author shows; and from a signed file nothing is
/// taken away.
pub(crate) fn signing_permission<R: ReadAt>(
    document: &Document<R>,
) -> Result<(Permission, Option<Form>), ReadError> {
    let (permission, form) = permission_without_xfa(document)?;
    let has_xfa = has_xfa(document)?;
    if !has_xfa || matches!(permission, Permission::Refused { .. }) {
        return Ok((permission, form));
    }
    let is_dynamic = document.get(&document.catalog()?, "NeedsRendering")?.as_bool() == Some(true);
    if permission == Permission::Unsigned && !is_dynamic {
        return Ok((permission, form));
    }
    let reason = Refusal::Xfa;
    Ok((Permission::Refused { reason }, form))
}

/// Removes the XFA form, if there is one, and says so. For files that [`signing_permission`] found unsigned.
pub(crate) fn remove_xfa<R: ReadAt>(
    update: &mut IncrementalUpdate<'_, R>,
) -> Result<Vec<Notice>, UpdateError> {
    if !has_xfa(update.document())? {
        return Ok(Vec::new());
    }
    update.edit_form(|form| {
        form.remove("XFA");
    })?;
    Ok(vec![Notice::XfaRemoved])
}

fn has_xfa<R: ReadAt>(document: &Document<R>) -> Result<bool, ReadError> {
    let Some(form) = document.get_dictionary(&document.catalog()?, "AcroForm")? else {
        return Ok(false);
    };
    Ok(!document.get(&form, "XFA")?.is_null())
}
