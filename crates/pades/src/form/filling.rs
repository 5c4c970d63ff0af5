//! Values into fields, with appearances that show them.

use akashi_pdf::{
    Dictionary, Document, FieldType, Form, FormField, IncrementalUpdate, Object, ObjectId, PdfString, ReadAt,
    ReadError, UpdateError,
};
use thiserror::Error;

use crate::drawing::{AppearanceError, Drawing, blank_appearance, show_in_widgets};
use crate::form::choice::{self, Options};
use crate::form::{button, text};
use crate::hash::{HashState, ResumeError};
use crate::plan::{Permission, Refusal, Restrictions, remove_xfa, signatures_of, signing_permission};
use crate::revision::AppendedRevision;
use crate::sign::{Notice, PrepareError, SignatureDraft};

/// What goes into a field.
#[derive(Debug)]
pub enum FieldInput<'a, D> {
    /// Into a text field, or an editable combination box. It is drawn in the field's own font when that has the
    /// characters; otherwise [`FillFormError::NeedsDrawing`] asks for [`Self::DrawnText`].
    Text(&'a str),
    /// As [`Self::Text`], with a drawing that shows it, for example in a subset of a Japanese font.
    DrawnText {
        /// The value.
        text: &'a str,
        /// How it looks.
        drawing: Drawing<'a, D>,
    },
    /// Whether a check box is ticked.
    Checked(bool),
    /// The state of the radio button that is chosen, as the file names it.
    Radio(&'a str),
    /// The export values of the options that are chosen.
    Choice(&'a [&'a str]),
    /// Nothing.
    Empty,
}

/// Why a field is not filled.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum FillFormError {
    /// The file cannot be used.
    #[error("the file cannot be used")]
    Refused(#[source] Refusal),
    /// The signatures in the file allow no form filling.
    #[error("the signatures in the file allow no form filling")]
    NotAllowed,
    /// There is no field of this name.
    #[error("the file has no field {0}")]
    NoSuchField(String),
    /// A signature has locked the field.
    #[error("field {0} is locked by a signature")]
    Locked(String),
    /// The field takes no input (`ReadOnly`).
    #[error("field {0} is read-only")]
    ReadOnly(String),
    /// The value is for another kind of field; push buttons, passwords and files take none.
    #[error("the value does not belong into field {0}")]
    WrongKind(String),
    /// More characters than the field takes (`MaxLen`).
    #[error("field {name} takes {limit} characters")]
    TooLong {
        /// The field.
        name: String,
        /// Its most characters.
        limit: usize,
    },
    /// A line end in a field of one line.
    #[error("field {0} takes one line")]
    OneLineOnly(String),
    /// No such state or option.
    #[error("field {name} has no option {option}")]
    NoSuchOption {
        /// The field.
        name: String,
        /// The option asked for.
        option: String,
    },
    /// Several options for a field that takes one.
    #[error("field {0} takes one option")]
    OneOptionOnly(String),
    /// The field's own font cannot show the text, or is not usable.
    #[error("the text of field {0} must come with a drawing")]
    NeedsDrawing(String),
    /// A widget stands on no page.
    #[error("field {0} stands on no page")]
    NoPage(String),
    /// The file cannot be read.
    #[error("the file cannot be read")]
    Read(#[from] ReadError),
    /// The update cannot be written.
    #[error("the update cannot be written")]
    Update(#[from] UpdateError),
    /// The digest cannot be made.
    #[error("the digest of the file cannot be made")]
    Hash(#[from] ResumeError),
    /// The signature cannot be drafted.
    #[error("the signature cannot be drafted")]
    Draft(#[source] Box<PrepareError>),
}

/// An update that fills fields. It is written alone, or becomes part of a signature.
#[derive(Debug)]
pub struct FormFilling<'d, R> {
    update: IncrementalUpdate<'d, R>,
    form: Form,
    restrictions: Restrictions,
    is_unsigned: bool,
    notices: Vec<Notice>,
    filled: Vec<ObjectId>,
}

/// Field flags (tables 227, 229, 230, 232).
pub(crate) mod flags {
    pub(crate) const READ_ONLY: u32 = 1;
    pub(crate) const MULTILINE: u32 = 1 << 12;
    pub(crate) const PASSWORD: u32 = 1 << 13;
    pub(crate) const RADIO: u32 = 1 << 15;
    pub(crate) const PUSH_BUTTON: u32 = 1 << 16;
    pub(crate) const COMBO: u32 = 1 << 17;
    pub(crate) const EDIT: u32 = 1 << 18;
    pub(crate) const FILE_SELECT: u32 = 1 << 20;
    pub(crate) const MULTI_SELECT: u32 = 1 << 21;
    pub(crate) const COMB: u32 = 1 << 24;
}

impl<'d, R: ReadAt> FormFilling<'d, R> {
    /// Begins an update of the newest revision.
    ///
    /// # Errors
    /// [`FillFormError::Refused`]; [`FillFormError::NotAllowed`] when the file is certified against changes or has no form.
    pub fn new(document: &'d Document<R>) -> Result<Self, FillFormError> {
        let is_unsigned = match signing_permission(document)?.0 {
            // The last field may be signed while others may still be filled.
            Permission::Refused {
                reason: Refusal::NoUsableSignatureField,
            }
            | Permission::SignatureFieldsOnly
            | Permission::ExistingFieldsOnly { .. } => false,
            Permission::Refused {
                reason: Refusal::CertifiedAgainstChanges,
            } => return Err(FillFormError::NotAllowed),
            Permission::Refused { reason } => return Err(FillFormError::Refused(reason)),
            Permission::Unsigned => true,
        };
        let form = document.form()?.ok_or(FillFormError::NotAllowed)?;
        let signatures = signatures_of(document, &form)?;
        let restrictions = Restrictions::of(document, &form, &signatures)?;
        let mut update = IncrementalUpdate::new(document);
        let notices = if is_unsigned {
            remove_xfa(&mut update)?
        } else {
            Vec::new()
        };
        Ok(Self {
            update,
            form,
            restrictions,
            is_unsigned,
            notices,
            filled: Vec::new(),
        })
    }

    /// What had to be changed in the file besides.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// Fills the field of this full name and draws what it shows.
    ///
    /// # Errors
    /// [`FillFormError`], naming the field.
    pub fn fill<D: ReadAt>(
        &mut self,
        full_name: &str,
        input: &FieldInput<'_, D>,
    ) -> Result<(), FillFormError> {
        let name = || full_name.to_owned();
        let field = self
            .form
            .fields
            .iter()
            .find(|field| field.full_name == full_name)
            .cloned()
            .ok_or_else(|| FillFormError::NoSuchField(name()))?;
        if self.restrictions.locks(full_name) {
            return Err(FillFormError::Locked(name()));
        }
        if field.flags & flags::READ_ONLY != 0 {
            return Err(FillFormError::ReadOnly(name()));
        }
        match field.field_type {
            Some(FieldType::Text) => self.fill_text(&field, input)?,
            Some(FieldType::Button) => button::fill(&mut self.update, &field, input)?,
            Some(FieldType::Choice) => self.fill_choice(&field, input)?,
            _ => return Err(FillFormError::WrongKind(name())),
        }
        self.filled.push(field.id);
        Ok(())
    }

    fn fill_text<D: ReadAt>(
        &mut self,
        field: &FormField,
        input: &FieldInput<'_, D>,
    ) -> Result<(), FillFormError> {
        let wrong = || FillFormError::WrongKind(field.full_name.clone());
        if field.flags & (flags::PASSWORD | flags::FILE_SELECT) != 0 {
            return Err(wrong());
        }
        let (value, drawing) = match input {
            FieldInput::Text(text) => (*text, None),
            FieldInput::DrawnText { text, drawing } => (*text, Some(*drawing)),
            FieldInput::Empty => ("", None),
            _ => return Err(wrong()),
        };
        if let Some(limit) = field.max_length
            && value.chars().count() > limit
        {
            return Err(FillFormError::TooLong {
                name: field.full_name.clone(),
                limit,
            });
        }
        if field.flags & flags::MULTILINE == 0 && value.contains(['\n', '\r']) {
            return Err(FillFormError::OneLineOnly(field.full_name.clone()));
        }
        self.set_text(field, value)?;
        match drawing {
            Some(drawing) => self.show(field, Some(drawing)),
            None if value.is_empty() => self.show::<D>(field, None),
            None => text::draw(&mut self.update, &self.form, field, &[value], &[]),
        }
    }

    fn fill_choice<D: ReadAt>(
        &mut self,
        field: &FormField,
        input: &FieldInput<'_, D>,
    ) -> Result<(), FillFormError> {
        let is_combination = field.flags & flags::COMBO != 0;
        let options = Options::read(self.update.document(), field)?;
        let (chosen, drawing): (Vec<&str>, _) = match input {
            FieldInput::Choice(chosen) => (chosen.to_vec(), None),
            FieldInput::Text(text) => (vec![*text], None),
            FieldInput::DrawnText { text, drawing } => (vec![*text], Some(*drawing)),
            FieldInput::Empty => (Vec::new(), None),
            _ => return Err(FillFormError::WrongKind(field.full_name.clone())),
        };
        let selection = choice::select(field, &options, &chosen)?;
        choice::set_value(&mut self.update, field, &selection)?;
        match drawing {
            Some(drawing) => self.show(field, Some(drawing)),
            None if is_combination && selection.shown.is_empty() => self.show::<D>(field, None),
            None if is_combination => {
                let shown: Vec<&str> = selection.shown.iter().map(String::as_str).collect();
                text::draw(&mut self.update, &self.form, field, &shown, &[])
            }
            None => {
                let lines: Vec<&str> = options.shown().collect();
                text::draw(&mut self.update, &self.form, field, &lines, &selection.indices)
            }
        }
    }

    fn set_text(&mut self, field: &FormField, value: &str) -> Result<(), UpdateError> {
        self.update.edit_dictionary(field.id, |field| {
            field.set("V", PdfString::from_text(value));
            // Rich text would be shown instead (table 228).
            field.remove("RV");
        })
    }

    fn show<D: ReadAt>(
        &mut self,
        field: &FormField,
        drawing: Option<Drawing<'_, D>>,
    ) -> Result<(), FillFormError> {
        let blank = blank_appearance(&mut self.update);
        let shown = show_in_widgets(&mut self.update, &field.widgets, drawing, blank);
        shown.map_err(|error| match error {
            AppearanceError::NoPage => FillFormError::NoPage(field.full_name.clone()),
            AppearanceError::Update(error) => FillFormError::Update(error),
        })
    }

    /// With `NeedAppearances` viewers draw every field anew, and what they show is not what was signed. In a file without
    /// signatures it goes, unless another field has no appearance of its own.
    fn settle_appearances(&mut self) -> Result<(), UpdateError> {
        let lacks_appearance = self
            .form
            .fields
            .iter()
            .filter(|field| field.field_type != Some(FieldType::Signature) && field.value.is_some())
            .filter(|field| !self.filled.contains(&field.id))
            .flat_map(|field| &field.widgets)
            .any(|widget| !widget.dictionary.contains("AP"));
        if self.is_unsigned && self.form.needs_appearances && !lacks_appearance {
            self.update.edit_form(|form| {
                form.remove("NeedAppearances");
            })?;
        }
        Ok(())
    }

    /// Writes the filled fields as an update of their own. Nothing when none was filled. `seed` must be new for every
    /// update.
    ///
    /// # Errors
    /// [`FillFormError`].
    pub fn write(
        mut self,
        base_hash: HashState,
        seed: [u8; 32],
    ) -> Result<Option<AppendedRevision>, FillFormError> {
        if self.filled.is_empty() {
            return Ok(None);
        }
        self.settle_appearances()?;
        let base = self.update.document().reader();
        let update = self.update.write(seed)?;
        Ok(Some(AppendedRevision::of_update(base, update, base_hash)?))
    }

    /// Fills and signs in one update: in an empty signature field of the file, obeying its lock and seed values.
    ///
    /// # Errors
    /// [`FillFormError::NoSuchField`], [`FillFormError::Draft`].
    pub fn sign_in<D: ReadAt>(
        mut self,
        full_name: &str,
        appearance: Option<Drawing<'_, D>>,
    ) -> Result<SignatureDraft<'d, R>, FillFormError> {
        self.settle_appearances()?;
        let found = self.form.fields.iter().find(|field| field.full_name == full_name);
        let field = found.cloned();
        let is_open =
            |field: &FormField| field.field_type == Some(FieldType::Signature) && field.value.is_none();
        let field = field
            .filter(is_open)
            .ok_or_else(|| FillFormError::NoSuchField(full_name.to_owned()))?;
        if self.restrictions.locks(full_name) {
            return Err(FillFormError::Locked(full_name.to_owned()));
        }
        self.show(&field, appearance)?;
        SignatureDraft::of_field(self.update, &field).map_err(|error| FillFormError::Draft(Box::new(error)))
    }
}

/// An entry that a field may inherit (12.7.4.1).
pub(crate) fn inherited<R: ReadAt>(
    document: &Document<R>,
    field: &FormField,
    key: &str,
) -> Result<Object, ReadError> {
    let own = document.get(&field.dictionary, key)?;
    if !own.is_null() {
        return Ok(own);
    }
    for ancestor in field.ancestors.iter().rev() {
        let dictionary: Dictionary = document.dictionary(*ancestor)?.unwrap_or_default();
        let value = document.get(&dictionary, key)?;
        if !value.is_null() {
            return Ok(value);
        }
    }
    Ok(Object::Null)
}
