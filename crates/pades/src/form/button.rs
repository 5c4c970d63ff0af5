//! Check boxes and radio buttons: states that the file draws already (ISO 32000-2, 12.7.5.2).

use akashi_pdf::{
    Dictionary, Document, FormField, IncrementalUpdate, Name, Object, ReadAt, ReadError, Widget,
};

use crate::form::filling::{FieldInput, FillFormError, flags};

const OFF: &str = "Off";

pub(crate) fn fill<R: ReadAt, D: ReadAt>(
    update: &mut IncrementalUpdate<'_, R>,
    field: &FormField,
    input: &FieldInput<'_, D>,
) -> Result<(), FillFormError> {
    let wrong = || FillFormError::WrongKind(field.full_name.clone());
    if field.flags & flags::PUSH_BUTTON != 0 {
        return Err(wrong());
    }
    let is_radio = field.flags & flags::RADIO != 0;
    let document = update.document();
    let state = match input {
        FieldInput::Checked(false) | FieldInput::Empty if !is_radio => OFF.to_owned(),
        FieldInput::Empty => OFF.to_owned(),
        FieldInput::Checked(true) if !is_radio => first_state(document, field)?.ok_or_else(wrong)?,
        FieldInput::Radio(state) if is_radio => (*state).to_owned(),
        _ => return Err(wrong()),
    };
    let mut states = Vec::with_capacity(field.widgets.len());
    for widget in &field.widgets {
        states.push(states_of(document, widget)?);
    }
    if state != OFF && !states.iter().flatten().any(|known| *known == state) {
        return Err(FillFormError::NoSuchOption {
            name: field.full_name.clone(),
            option: state,
        });
    }
    update.edit_dictionary(field.id, |field| field.set("V", Name::new(&state)))?;
    for (widget, known) in field.widgets.iter().zip(states) {
        let shown = if known.contains(&state) {
            state.as_str()
        } else {
            OFF
        };
        update.edit_dictionary(widget.id, |widget| widget.set("AS", Name::new(shown)))?;
    }
    Ok(())
}

/// The state that means ticked: the first that is not `Off`.
fn first_state<R: ReadAt>(document: &Document<R>, field: &FormField) -> Result<Option<String>, ReadError> {
    for widget in &field.widgets {
        if let Some(state) = states_of(document, widget)?.into_iter().next() {
            return Ok(Some(state));
        }
    }
    Ok(None)
}

/// The states besides `Off` that a widget can show.
fn states_of<R: ReadAt>(document: &Document<R>, widget: &Widget) -> Result<Vec<String>, ReadError> {
    let appearances: Dictionary = document
        .get_dictionary(&widget.dictionary, "AP")?
        .unwrap_or_default();
    let Object::Dictionary(normal) = document.get(&appearances, "N")? else {
        return Ok(Vec::new());
    };
    let states = normal.iter().map(|(state, _)| state.to_text());
    Ok(states.filter(|state| state != OFF).collect())
}
