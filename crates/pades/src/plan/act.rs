//! A signing act: the values of one party's fields, and its signature.

use akashi_pdf::{
    Document, FieldType, Form, FormField, IncrementalUpdate, Name, Object, ObjectId, PdfString, ReadAt,
    ReadError, UpdateError,
};
use thiserror::Error;

use crate::drawing::{Drawing, blank_appearance, show_in_widgets};
use crate::plan::fields::{TICKED, UNTICKED};
use crate::plan::locks::{FieldLock, LockAction, Restrictions, signatures_of};
use crate::sign::{PrepareError, SignatureDraft};

/// What one party does: fill its fields and sign.
#[derive(Debug)]
pub struct Act<'a, D> {
    /// The full name of the party's signature field.
    pub signature_field: &'a str,
    /// What the signature field shows; nothing for an invisible one.
    pub appearance: Option<Drawing<'a, D>>,
    /// The party's other fields, those left empty included. All of them must stand in the lock of the signature
    /// field.
    pub values: Vec<ActValue<'a, D>>,
}

/// The value of one field.
#[derive(Debug)]
pub struct ActValue<'a, D> {
    /// The full name of the field.
    pub field: &'a str,
    /// What it gets.
    pub value: Value<'a, D>,
}

/// What a field gets.
#[derive(Debug)]
pub enum Value<'a, D> {
    /// A text, also a date.
    Text {
        /// The text.
        text: &'a str,
        /// How it looks.
        appearance: Drawing<'a, D>,
    },
    /// Whether a box is ticked.
    Checked(bool),
    /// A mark: appearance alone.
    Mark(Drawing<'a, D>),
    /// Nothing.
    Empty,
}

/// Why an act cannot be written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ActError {
    /// There is no field of this name.
    #[error("the file has no field {0}")]
    NoSuchField(String),
    /// The field is listed twice.
    #[error("field {0} is filled twice")]
    Duplicate(String),
    /// The lock of the signature field does not name the field: it is another party's, or nobody's.
    #[error("field {0} does not belong to this signature")]
    NotOwn(String),
    /// An earlier signature has locked the field.
    #[error("field {0} is locked by an earlier signature")]
    Locked(String),
    /// The value does not belong into this kind of field.
    #[error("the value does not belong into field {0}")]
    WrongKind(String),
    /// The signature cannot be drafted.
    #[error("the signature cannot be drafted")]
    Draft(#[from] PrepareError),
}

impl From<ReadError> for ActError {
    fn from(error: ReadError) -> Self {
        Self::Draft(error.into())
    }
}

impl From<UpdateError> for ActError {
    fn from(error: UpdateError) -> Self {
        Self::Draft(error.into())
    }
}

impl<'d, D: ReadAt> Act<'_, D> {
    /// Begins the update of the newest revision: values, new appearance streams, and the signature to come. Nothing
    /// else is touched.
    ///
    /// Each own field gets a new appearance stream, an empty one if nothing is shown: validators take an
    /// appearance that is older than the signature which locks it for a later change.
    ///
    /// # Errors
    /// [`ActError`].
    pub fn draft<R: ReadAt>(&self, document: &'d Document<R>) -> Result<SignatureDraft<'d, R>, ActError> {
        let no_field = |name: &str| ActError::NoSuchField(name.to_owned());
        if self.values.is_empty() {
            return Ok(SignatureDraft::in_existing_field(
                document,
                self.signature_field,
                self.appearance,
            )?);
        }
        let form = document.form()?;
        let form = form.ok_or_else(|| no_field(self.signature_field))?;
        let signature_field = find(&form, self.signature_field)?;
        if signature_field.field_type != Some(FieldType::Signature) || signature_field.value.is_some() {
            return Err(no_field(self.signature_field));
        }
        let signatures = signatures_of(document, &form)?;
        let restrictions = Restrictions::of(document, &form, &signatures)?;
        if restrictions.permission.is_some() || restrictions.locks(self.signature_field) {
            // A certified file takes signatures alone, and those through the checks of a plain signature.
            return Err(ActError::Locked(self.signature_field.to_owned()));
        }
        let lock = match &signature_field.lock {
            Some(lock) => FieldLock::read(document, lock)?,
            None => None,
        };
        let is_own = |name: &str| {
            lock.as_ref()
                .is_some_and(|lock| lock.action == LockAction::Include && lock.locks(name))
        };

        let mut update = IncrementalUpdate::new(document);
        let filling = Filling {
            blank: blank_appearance(&mut update),
        };
        let mut seen: Vec<&str> = Vec::with_capacity(self.values.len());
        for value in &self.values {
            let field = find(&form, value.field)?;
            if seen.contains(&value.field) {
                return Err(ActError::Duplicate(value.field.to_owned()));
            }
            seen.push(value.field);
            if !is_own(value.field) {
                return Err(ActError::NotOwn(value.field.to_owned()));
            }
            if restrictions.locks(value.field) {
                return Err(ActError::Locked(value.field.to_owned()));
            }
            filling.fill(&mut update, field, &value.value)?;
        }
        filling.show(&mut update, signature_field, self.appearance)?;
        Ok(SignatureDraft::of_field(update, signature_field)?)
    }
}

fn find<'f>(form: &'f Form, name: &str) -> Result<&'f FormField, ActError> {
    let found = form.fields.iter().find(|field| field.full_name == name);
    found.ok_or_else(|| ActError::NoSuchField(name.to_owned()))
}

/// Table 229.
const PUSH_BUTTON: u32 = 1 << 16;
/// Table 229.
const RADIO: u32 = 1 << 15;

struct Filling {
    blank: ObjectId,
}

impl Filling {
    fn fill<R: ReadAt, D: ReadAt>(
        &self,
        update: &mut IncrementalUpdate<'_, R>,
        field: &FormField,
        value: &Value<'_, D>,
    ) -> Result<(), ActError> {
        let is_button = field.field_type == Some(FieldType::Button);
        let is_push_button = is_button && field.flags & PUSH_BUTTON != 0;
        let is_check_box = is_button && field.flags & (PUSH_BUTTON | RADIO) == 0;
        match value {
            Value::Text { text, appearance } if field.field_type == Some(FieldType::Text) => {
                update.edit_dictionary(field.id, |field| field.set("V", PdfString::from_text(text)))?;
                self.show(update, field, Some(*appearance))
            }
            Value::Checked(is_ticked) if is_check_box => tick(update, field, *is_ticked),
            Value::Mark(appearance) if is_push_button => self.show(update, field, Some(*appearance)),
            Value::Empty if is_check_box => tick(update, field, false),
            Value::Empty if is_push_button || field.field_type == Some(FieldType::Text) => {
                self.show::<R, D>(update, field, None)
            }
            _ => Err(ActError::WrongKind(field.full_name.clone())),
        }
    }

    fn show<R: ReadAt, D: ReadAt>(
        &self,
        update: &mut IncrementalUpdate<'_, R>,
        field: &FormField,
        drawing: Option<Drawing<'_, D>>,
    ) -> Result<(), ActError> {
        let shown = show_in_widgets(update, &field.widgets, drawing, self.blank);
        shown.map_err(|error| ActError::Draft(error.into()))
    }
}

/// Sets value and state of a check box that is its own widget, as the sent revision writes it.
fn tick<R: ReadAt>(
    update: &mut IncrementalUpdate<'_, R>,
    field: &FormField,
    is_ticked: bool,
) -> Result<(), ActError> {
    let state = if is_ticked { TICKED } else { UNTICKED };
    let wrong = || ActError::WrongKind(field.full_name.clone());
    let states = update
        .document()
        .get_dictionary(&field.dictionary, "AP")?
        .and_then(|appearances| appearances.get("N").and_then(Object::as_dictionary).cloned())
        .ok_or_else(wrong)?;
    if !states.contains(state) {
        return Err(wrong());
    }
    let is_set = field.dictionary.is_name("AS", state) && field.dictionary.is_name("V", state);
    if !is_set {
        update.edit_dictionary(field.id, |field| {
            field.set("V", Name::new(state));
            field.set("AS", Name::new(state));
        })?;
    }
    Ok(())
}
