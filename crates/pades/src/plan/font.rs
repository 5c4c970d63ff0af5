//! The font with which a viewer would set a field's text anew, and `/DR` (ISO 32000-2, 12.7.4.3).
//!
//! What is shown comes from the appearance streams, whose fonts are embedded, and the fields are read-only. A default
//! appearance is required for text fields all the same.

use akashi_pdf::{Dictionary, IncrementalUpdate, Name, Object, ObjectId, ReadAt, UpdateError};

/// Adds the font to the form's default resources; gives the name under which default appearances refer to it.
pub(crate) fn add_default_font<R: ReadAt>(
    update: &mut IncrementalUpdate<'_, R>,
) -> Result<Name, UpdateError> {
    let font = standard_font(update);
    let form = form_dictionary(update)?;
    let resources_id = form.reference("DR");
    let resources = match resources_id {
        Some(id) => update.object(id)?.as_dictionary().cloned(),
        None => form.get("DR").and_then(Object::as_dictionary).cloned(),
    };
    let resources = resources.unwrap_or_default();
    let fonts_id = resources.reference("Font");
    let fonts = match fonts_id {
        Some(id) => update.object(id)?.as_dictionary().cloned(),
        None => resources.get("Font").and_then(Object::as_dictionary).cloned(),
    };
    let name = free_name(&fonts.unwrap_or_default());
    let add = |fonts: &mut Dictionary| fonts.set(name.clone(), font);
    match (fonts_id, resources_id) {
        (Some(id), _) => update.edit_dictionary(id, add)?,
        (None, Some(id)) => update.edit_dictionary_entry(id, "Font", add)?,
        (None, None) => update.edit_form(|form| {
            form.edit_dictionary("DR", |resources| {
                resources.edit_dictionary("Font", add);
            });
        })?,
    }
    Ok(name)
}

/// The form dictionary as it will be.
fn form_dictionary<R: ReadAt>(update: &mut IncrementalUpdate<'_, R>) -> Result<Dictionary, UpdateError> {
    let mut dictionary = Dictionary::new();
    update.edit_form(|form| dictionary = form.clone())?;
    Ok(dictionary)
}

fn free_name(fonts: &Dictionary) -> Name {
    let numbers = std::iter::successors(Some(1_u32), |number| number.checked_add(1));
    let mut names = numbers.map(|number| format!("AkFont{number}"));
    Name::new(names.find(|name| !fonts.contains(name)).unwrap_or_default())
}

/// One of the standard fonts (9.6.2.2). A Japanese font that is not embedded would make some viewers complain about
/// a missing language pack each time they open the file.
fn standard_font<R: ReadAt>(update: &mut IncrementalUpdate<'_, R>) -> ObjectId {
    update.add(
        Dictionary::new()
            .with("Type", Name::new("Font"))
            .with("Subtype", Name::new("Type1"))
            .with("BaseFont", Name::new("Helvetica"))
            .with("Encoding", Name::new("WinAnsiEncoding")),
    )
}
