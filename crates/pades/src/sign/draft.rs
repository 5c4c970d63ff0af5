//! A signature before its certificate is known.

use akashi_pdf::{
    Array, Dictionary, Document, FieldType, Form, FormField, IncrementalUpdate, Name, ObjectId, PdfString,
    ReadAt, ReadError, Reserved, UpdateError,
};
use akashi_pki::{Certificate, SignatureAlgorithm};
use jiff::Timestamp;
use thiserror::Error;

use crate::drawing::{AppearanceError, Drawing, Placement, blank_appearance, show_in_widgets};
use crate::extensions;
use crate::hash::{HashState, ResumeError};
use crate::plan::{
    FieldError, FieldLock, FieldWriter, Permission, Proposal, Refusal, SeedRefusal, SeedValues,
    is_field_name, register_fields, remove_xfa, signing_permission,
};
use crate::sign::parts::{BYTE_RANGE, CONTENTS, PreparedParts};
use crate::sign::pdf_date::pdf_date;
use crate::sign::prepared::Prepared;

/// Who signs, and how.
#[derive(Debug, Clone)]
pub struct SignerIdentity {
    /// The signer's certificate.
    pub certificate: Certificate,
    /// Certificates that lead from it to a root, nearest first; they are put into the signature.
    pub issuers: Vec<Certificate>,
    /// The scheme that the key will use. Its hash also digests the document.
    pub algorithm: SignatureAlgorithm,
}

/// What the signature dictionary says besides (ISO 32000-2, table 255).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SignatureDetails {
    /// `Name`: the signer.
    pub name: Option<String>,
    /// `Reason`.
    pub reason: Option<String>,
    /// `Location`.
    pub location: Option<String>,
    /// `ContactInfo`.
    pub contact: Option<String>,
}

/// What a certified document still allows (DocMDP `P`, ISO 32000-2, table 257).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CertificationPermission {
    /// P = 1: nothing.
    NoChanges,
    /// P = 2: filling forms and signing.
    FillForms,
    /// P = 3: annotations, too.
    Annotate,
}

impl CertificationPermission {
    pub(crate) const fn value(self) -> i64 {
        match self {
            Self::NoChanges => 1,
            Self::FillForms => 2,
            Self::Annotate => 3,
        }
    }
}

/// A new signature field for a file that is signed outside of a contract's plan.
#[derive(Debug)]
pub struct NewField<'a, D> {
    /// Its name: ASCII letters, digits and signs without period, unique in the file.
    pub name: &'a str,
    /// What a viewer calls it.
    pub label: &'a str,
    /// Where it shows and what; an invisible signature without.
    pub appearance: Option<(Placement, Drawing<'a, D>)>,
}

/// Why a signature cannot be prepared.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum PrepareError {
    /// The file cannot be used at all.
    #[error("the file cannot be used")]
    Refused(#[source] Refusal),
    /// The signatures in the file allow no new field.
    #[error("the signatures in the file allow no new signature field")]
    NewFieldNotAllowed,
    /// There is no empty signature field of this name that may be signed.
    #[error("the file has no usable signature field {0}")]
    NoSuchField(String),
    /// A name is not usable or taken.
    #[error("{0:?} cannot be the name of a new field")]
    BadName(String),
    /// The field names a page that does not exist, or its place is not usable.
    #[error("the place of the signature is not usable")]
    BadPlace,
    /// The field demands a signature of another kind.
    #[error("the signature field does not take such a signature")]
    SeedValue(#[from] SeedRefusal),
    /// A certification must be the first signature (ISO 32000-2, 12.8.2.2.1).
    #[error("only the first signature can certify a document")]
    NotFirst,
    /// The reserve is too large.
    #[error("more than {limit} bytes cannot be reserved")]
    ReserveTooLarge {
        /// The most that is possible.
        limit: usize,
    },
    /// The file cannot be read.
    #[error("the file cannot be read")]
    Read(#[from] ReadError),
    /// The update cannot be written.
    #[error("the update cannot be written")]
    Update(#[from] UpdateError),
    /// The digest cannot be made.
    #[error("the digest of the file cannot be made")]
    Hash(#[from] ResumeError),
}

/// A signature that is about to be made: the update is begun, the field is chosen, nothing is written yet.
#[derive(Debug)]
pub struct SignatureDraft<'d, R> {
    update: IncrementalUpdate<'d, R>,
    field: ObjectId,
    lock: Option<FieldLock>,
    details: SignatureDetails,
    certification: Option<CertificationPermission>,
    seed: SeedValues,
    has_time_stamp: bool,
    notices: Vec<Notice>,
    base_hash: HashState,
    reserved_bytes: Option<usize>,
}

/// Something about a file that was changed besides what was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notice {
    /// The XFA form was removed: programs that know it would show it instead of the fields and pages that are signed.
    XfaRemoved,
}

/// The most that can be reserved for `/Contents`.
const MAX_RESERVE: usize = 4 << 20;
/// Room for signature value, attributes and structure.
const RESERVE_SIGNATURE: usize = 2 * 1024;
/// Room for a time-stamp token with the certificates of its authority.
const RESERVE_TOKEN: usize = 8 * 1024;

impl<'d, R: ReadAt> SignatureDraft<'d, R> {
    /// Signs in a new field.
    ///
    /// # Errors
    /// [`PrepareError`], among them what the signatures in the file do not allow.
    pub fn new<D: ReadAt>(document: &'d Document<R>, field: &NewField<'_, D>) -> Result<Self, PrepareError> {
        let (permission, form) = signing_permission(document)?;
        let is_unsigned = match permission {
            Permission::Refused { reason } => return Err(PrepareError::Refused(reason)),
            Permission::ExistingFieldsOnly { .. } => return Err(PrepareError::NewFieldNotAllowed),
            permission => permission == Permission::Unsigned,
        };
        let mut update = IncrementalUpdate::new(document);
        let notices = remove_xfa(&mut update)?;
        let id = write_field(&mut update, field, form.as_ref())?;
        register_fields(&mut update, &[id], is_unsigned)?;
        if is_unsigned {
            extensions::declare(&mut update)?;
        }
        let mut draft = Self::begin(update, id, None);
        draft.notices = notices;
        Ok(draft)
    }

    /// Signs in an empty signature field of the file, obeying its lock. Without `appearance` a visible field shows
    /// nothing.
    ///
    /// # Errors
    /// [`PrepareError`], among them what the signatures in the file do not allow.
    pub fn in_existing_field<D: ReadAt>(
        document: &'d Document<R>,
        full_name: &str,
        appearance: Option<Drawing<'_, D>>,
    ) -> Result<Self, PrepareError> {
        let (permission, form) = signing_permission(document)?;
        if let Permission::Refused { reason } = permission {
            return Err(PrepareError::Refused(reason));
        }
        let unusable = || PrepareError::NoSuchField(full_name.to_owned());
        let form = form.ok_or_else(unusable)?;
        let field = form
            .fields
            .into_iter()
            .find(|field| field.full_name == full_name)
            .ok_or_else(unusable)?;
        let is_open = field.field_type == Some(FieldType::Signature) && field.value.is_none();
        let is_allowed = match &permission {
            Permission::ExistingFieldsOnly { names } => names.iter().any(|name| name == full_name),
            _ => true,
        };
        if !is_open || !is_allowed {
            return Err(unusable());
        }
        let mut update = IncrementalUpdate::new(document);
        let notices = remove_xfa(&mut update)?;
        let blank = blank_appearance(&mut update);
        show_in_widgets(&mut update, &field.widgets, appearance, blank)?;
        let mut draft = Self::of_field(update, &field)?;
        draft.notices = notices;
        Ok(draft)
    }

    /// A draft in `field`, whose appearance `update` has set already.
    pub(crate) fn of_field(
        update: IncrementalUpdate<'d, R>,
        field: &FormField,
    ) -> Result<Self, PrepareError> {
        let lock = match &field.lock {
            Some(lock) => FieldLock::read(update.document(), lock)?,
            None => None,
        };
        let seed = SeedValues::read(update.document(), field)?;
        let mut draft = Self::begin(update, field.id, lock);
        draft.seed = seed;
        Ok(draft)
    }

    fn begin(update: IncrementalUpdate<'d, R>, field: ObjectId, lock: Option<FieldLock>) -> Self {
        Self {
            update,
            field,
            lock,
            details: SignatureDetails::default(),
            certification: None,
            seed: SeedValues::default(),
            has_time_stamp: false,
            notices: Vec::new(),
            base_hash: HashState::START,
            reserved_bytes: None,
        }
    }

    /// Sets what the signature dictionary says about signer and reason.
    #[must_use]
    pub fn with_details(mut self, details: SignatureDetails) -> Self {
        self.details = details;
        self
    }

    /// Promises that the signature will get a time-stamp: without this, a field that demands one is refused.
    #[must_use]
    pub fn with_time_stamp_to_come(mut self) -> Self {
        self.has_time_stamp = true;
        self
    }

    /// What had to be changed in the file, to be told to whoever signs.
    pub fn notices(&self) -> &[Notice] {
        &self.notices
    }

    /// Begins hashing at a stored state of this very file, so that only the bytes behind it are read.
    #[must_use]
    pub fn resume_hash(mut self, state: HashState) -> Self {
        self.base_hash = state;
        self
    }

    /// Reserves this many bytes for the signature with its time-stamp, instead of an estimate.
    #[must_use]
    pub fn reserve(mut self, bytes: usize) -> Self {
        self.reserved_bytes = Some(bytes);
        self
    }

    /// Locks fields of the form by this signature (FieldMDP, ISO 32000-2, 12.8.2.4), and says so in the signature field
    /// (`Lock`, table 236). It takes the place of a lock that the field brought.
    ///
    /// # Errors
    /// [`PrepareError::Update`].
    pub fn with_lock(mut self, lock: FieldLock) -> Result<Self, PrepareError> {
        let dictionary = lock.to_dictionary().with("Type", Name::new("SigFieldLock"));
        // Table 235: an indirect reference.
        let id = self.update.add(dictionary);
        self.update
            .edit_dictionary(self.field, |field| field.set("Lock", id))?;
        self.lock = Some(lock);
        Ok(self)
    }

    /// Certifies the document (DocMDP, ISO 32000-2, 12.8.2.2).
    ///
    /// # Errors
    /// [`PrepareError::NotFirst`] when it is signed already.
    pub fn certify(mut self, permission: CertificationPermission) -> Result<Self, PrepareError> {
        if !self.update.document().signatures()?.is_empty() {
            return Err(PrepareError::NotFirst);
        }
        self.certification = Some(permission);
        Ok(self)
    }

    /// Writes the update and digests what the signature covers. `now` becomes the claimed signing time (`M`); `seed`
    /// must be new for every update.
    ///
    /// Cost: the file is read from the resumed hash state on; the update is hashed once here and once when embedded.
    ///
    /// # Errors
    /// [`PrepareError`].
    pub fn prepare(
        self,
        signer: &SignerIdentity,
        now: Timestamp,
        seed: [u8; 32],
    ) -> Result<Prepared, PrepareError> {
        let reserved_bytes = self.reserved_bytes.unwrap_or_else(|| estimate(signer));
        if reserved_bytes > MAX_RESERVE {
            return Err(PrepareError::ReserveTooLarge { limit: MAX_RESERVE });
        }
        self.seed.check(&Proposal {
            signer,
            reason: self.details.reason.as_deref(),
            certification: self.certification,
            has_time_stamp: self.has_time_stamp,
        })?;
        let dictionary = self.signature_dictionary(now, reserved_bytes);
        let Self {
            mut update,
            field,
            certification,
            base_hash,
            ..
        } = self;
        let document = update.document();
        let signature = update.add(dictionary);
        update.edit_dictionary(field, |field| field.set("V", signature))?;
        if certification.is_some() {
            update.edit_dictionary_entry(document.catalog_id(), "Perms", |permissions| {
                permissions.set("DocMDP", signature);
            })?;
        }
        let parts = PreparedParts::of_update(update.write(seed)?)?;
        Ok(Prepared::new(document.reader(), parts, base_hash, signer)?)
    }

    fn signature_dictionary(&self, now: Timestamp, reserved_bytes: usize) -> Dictionary {
        let mut dictionary = Dictionary::new()
            .with("Type", Name::new("Sig"))
            .with("Filter", Name::new("Adobe.PPKLite"))
            .with("SubFilter", Name::new("ETSI.CAdES.detached"))
            .with("M", PdfString::new(pdf_date(now)));
        let SignatureDetails {
            name,
            reason,
            location,
            contact,
        } = &self.details;
        for (key, text) in [
            ("Name", name),
            ("Reason", reason),
            ("Location", location),
            ("ContactInfo", contact),
        ] {
            if let Some(text) = text {
                dictionary.set(key, PdfString::from_text(text));
            }
        }
        let references: Array = self.references().into_iter().collect();
        if !references.is_empty() {
            dictionary.set("Reference", references);
        }
        dictionary
            .with("ByteRange", Reserved::byte_range(BYTE_RANGE))
            .with("Contents", Reserved::contents(CONTENTS, reserved_bytes))
    }

    /// Signature references (ISO 32000-2, 12.8.2): certification, and the field's lock.
    fn references(&self) -> Vec<Dictionary> {
        let reference = |method: &str, parameters: Dictionary| {
            let parameters = parameters
                .with("Type", Name::new("TransformParams"))
                .with("V", Name::new("1.2"));
            Dictionary::new()
                .with("Type", Name::new("SigRef"))
                .with("TransformMethod", Name::new(method))
                .with("TransformParams", parameters)
        };
        let mut references = Vec::new();
        if let Some(permission) = self.certification {
            references.push(reference(
                "DocMDP",
                Dictionary::new().with("P", permission.value()),
            ));
        }
        if let Some(lock) = &self.lock {
            // Table 256: the object on which the analysis is performed; the whole document.
            references.push(
                reference("FieldMDP", lock.to_dictionary()).with("Data", self.update.document().catalog_id()),
            );
        }
        references
    }
}

impl From<FieldError> for PrepareError {
    fn from(error: FieldError) -> Self {
        match error {
            FieldError::NoSuchPage { .. } | FieldError::BadPlace { .. } => Self::BadPlace,
            FieldError::Update(error) => Self::Update(error),
        }
    }
}

impl From<AppearanceError> for PrepareError {
    fn from(error: AppearanceError) -> Self {
        match error {
            AppearanceError::NoPage => Self::BadPlace,
            AppearanceError::Update(error) => Self::Update(error),
        }
    }
}

/// Writes a new signature field with what it shows.
fn write_field<R: ReadAt, D: ReadAt>(
    update: &mut IncrementalUpdate<'_, R>,
    field: &NewField<'_, D>,
    form: Option<&Form>,
) -> Result<ObjectId, PrepareError> {
    let document = update.document();
    let is_taken = form.is_some_and(|form| {
        let mut existing = form.fields.iter();
        existing.any(|existing| existing.full_name.split('.').next() == Some(field.name))
    });
    if !is_field_name(field.name) || is_taken {
        return Err(PrepareError::BadName(field.name.to_owned()));
    }
    // An invisible signature stands on the first page.
    let last_page = field.appearance.as_ref().map_or(0, |(place, _)| place.page);
    let pages = document.leading_pages(last_page.saturating_add(1))?;
    let shown = match &field.appearance {
        Some((place, drawing)) => {
            let page = pages.get(place.page).ok_or(PrepareError::BadPlace)?;
            drawing.import_appearance(update, &page.geometry())?
        }
        None => blank_appearance(update),
    };
    let place = field.appearance.as_ref().map(|(place, _)| place);
    let writer = FieldWriter {
        pages: &pages,
        blank: shown,
        font: None,
    };
    Ok(writer.signature_field(update, field.name, field.label, place, &[])?)
}

fn estimate(signer: &SignerIdentity) -> usize {
    let certificates: usize = std::iter::once(&signer.certificate)
        .chain(&signer.issuers)
        .map(|certificate| certificate.as_der().len())
        .sum();
    RESERVE_SIGNATURE
        .saturating_add(RESERVE_TOKEN)
        .saturating_add(certificates)
        .min(MAX_RESERVE)
}
