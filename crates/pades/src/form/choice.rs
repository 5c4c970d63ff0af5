//! List and combination boxes (ISO 32000-2, 12.7.5.4).

use akashi_pdf::{
    Array, Document, FormField, IncrementalUpdate, Object, PdfString, ReadAt, ReadError, UpdateError,
};

use crate::form::filling::{FillFormError, flags, inherited};

/// `Opt`: what can be chosen, in order of the file.
pub(crate) struct Options(Vec<(String, String)>);

/// Longest list of options that is read.
const MAX_OPTIONS: usize = 10_000;

impl Options {
    pub(crate) fn read<R: ReadAt>(document: &Document<R>, field: &FormField) -> Result<Self, ReadError> {
        let mut options = Vec::new();
        if let Object::Array(array) = inherited(document, field, "Opt")? {
            for item in array.iter().take(MAX_OPTIONS) {
                let text = |object: &Object| object.as_string().map(PdfString::to_text);
                match document.resolve(item)? {
                    Object::Array(pair) => {
                        let mut both = Vec::new();
                        for item in pair.iter() {
                            both.extend(text(&document.resolve(item)?));
                        }
                        if let [export, shown] = both.as_slice() {
                            options.push((export.clone(), shown.clone()));
                        }
                    }
                    single => options.extend(text(&single).map(|text| (text.clone(), text))),
                }
            }
        }
        Ok(Self(options))
    }

    /// What is shown of each.
    pub(crate) fn shown(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(_, shown)| shown.as_str())
    }
}

/// What was chosen.
pub(crate) struct Selection {
    /// Export values.
    pub(crate) values: Vec<String>,
    /// What is shown of them.
    pub(crate) shown: Vec<String>,
    /// Places in the list, rising; empty for a text of one's own.
    pub(crate) indices: Vec<usize>,
}

/// Finds what is chosen among the options, by export value, otherwise by what is shown.
pub(crate) fn select(
    field: &FormField,
    options: &Options,
    chosen: &[&str],
) -> Result<Selection, FillFormError> {
    let takes_several = field.flags & flags::MULTI_SELECT != 0 && field.flags & flags::COMBO == 0;
    if chosen.len() > 1 && !takes_several {
        return Err(FillFormError::OneOptionOnly(field.full_name.clone()));
    }
    let takes_own_text = field.flags & flags::COMBO != 0 && field.flags & flags::EDIT != 0;
    let mut found: Vec<(Option<usize>, String, String)> = Vec::new();
    for wanted in chosen {
        let by_value = options.0.iter().position(|(export, _)| export == wanted);
        let position = by_value.or_else(|| options.0.iter().position(|(_, shown)| shown == wanted));
        match position.and_then(|position| options.0.get(position)) {
            Some((export, shown)) => found.push((position, export.clone(), shown.clone())),
            None if takes_own_text => found.push((None, (*wanted).to_owned(), (*wanted).to_owned())),
            None => {
                return Err(FillFormError::NoSuchOption {
                    name: field.full_name.clone(),
                    option: (*wanted).to_owned(),
                });
            }
        }
    }
    found.sort_by_key(|(position, ..)| *position);
    found.dedup_by_key(|(position, value, _)| (*position, value.clone()));
    let mut selection = Selection {
        values: Vec::new(),
        shown: Vec::new(),
        indices: Vec::new(),
    };
    for (position, value, shown) in found {
        selection.indices.extend(position);
        selection.values.push(value);
        selection.shown.push(shown);
    }
    Ok(selection)
}

/// Sets `V`, and `I` where several can be chosen (table 234).
pub(crate) fn set_value<R: ReadAt>(
    update: &mut IncrementalUpdate<'_, R>,
    field: &FormField,
    selection: &Selection,
) -> Result<(), UpdateError> {
    let takes_several = field.flags & flags::MULTI_SELECT != 0;
    update.edit_dictionary(field.id, |dictionary| {
        match selection.values.as_slice() {
            [] => {
                dictionary.remove("V");
            }
            [only] => dictionary.set("V", PdfString::from_text(only)),
            several => {
                let values: Array = several.iter().map(|value| PdfString::from_text(value)).collect();
                dictionary.set("V", values);
            }
        }
        dictionary.remove("I");
        if takes_several && !selection.indices.is_empty() {
            let indices = selection
                .indices
                .iter()
                .map(|index| u32::try_from(*index).unwrap_or(u32::MAX));
            dictionary.set("I", indices.collect::<Array>());
        }
    })
}
