//! Adding validation data and a document time-stamp to what is signed already.

use akashi_pdf::{
    Array, Dictionary, Document, IncrementalUpdate, Name, Object, ObjectId, PdfString, ReadAt, ReadError,
    Reserved, UpdateError,
};
use akashi_pki::DigestAlgorithm;
use thiserror::Error;

use crate::extensions;
use crate::hash::{HashState, ResumeError};
use crate::long_term::material::ValidationMaterial;
use crate::long_term::signatures::{ReadSignature, SignatureContent};
use crate::long_term::store::{SecurityStore, SignatureMaterial, extend_store};
use crate::long_term::time_stamp::PreparedTimeStamp;
use crate::plan::register_fields;
use crate::revision::AppendedRevision;
use crate::sign::parts::{BYTE_RANGE, CONTENTS, PreparedParts};

/// Why a document cannot be extended.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ExtendError {
    /// There is no page on which the field of a time-stamp could stand.
    #[error("the file has no pages")]
    NoPages,
    /// The reserve is too large.
    #[error("more than {limit} bytes cannot be reserved")]
    ReserveTooLarge {
        /// The most that is possible.
        limit: usize,
    },
    /// Nothing new may be stamped by this hash function.
    #[error("{0} must not be used for new time-stamps")]
    Weak(DigestAlgorithm),
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

/// An update that raises a document to a higher level, whoever signed it: validation data (`/DSS`), a document
/// time-stamp (`ETSI.RFC3161`), or both at once.
///
/// Both are allowed in every signed document, also in one that its author certified against changes (DocMDP, P = 1):
/// ISO 32000-2, 12.8.2.2.2. To renew the archive time-stamp, add fresh validation data about the last one's authority,
/// as [`ValidationNeeds::before_time_stamp`](crate::ValidationNeeds::before_time_stamp) names it, and stamp again
/// (EN 319 142-1, 5.4.3).
#[derive(Debug)]
pub struct LongTermDraft<'d, R> {
    document: &'d Document<R>,
    material: ValidationMaterial,
    base_hash: HashState,
    reserved_bytes: usize,
}

/// The most that can be reserved for a token.
const MAX_RESERVE: usize = 4 << 20;
/// Room for a token with the certificates of its authority, if nothing else is said.
const RESERVE_TOKEN: usize = 12 * 1024;

impl<'d, R: ReadAt> LongTermDraft<'d, R> {
    /// An update of the newest revision of `document`.
    pub fn new(document: &'d Document<R>) -> Self {
        Self {
            document,
            material: ValidationMaterial::default(),
            base_hash: HashState::START,
            reserved_bytes: RESERVE_TOKEN,
        }
    }

    /// Adds validation data; what `/DSS` holds already is not written again.
    #[must_use]
    pub fn with_material(mut self, material: &ValidationMaterial) -> Self {
        self.material.merge(material);
        self
    }

    /// Begins hashing at a stored state of this very file, so that only the bytes behind it are read.
    #[must_use]
    pub fn resume_hash(mut self, state: HashState) -> Self {
        self.base_hash = state;
        self
    }

    /// Reserves this many bytes for the time-stamp token instead of 12 KiB.
    #[must_use]
    pub fn reserve(mut self, bytes: usize) -> Self {
        self.reserved_bytes = bytes;
        self
    }

    /// Writes the validation data alone: level B-LT for signatures that have a time-stamp. Nothing when `/DSS` holds all of
    /// it already. `seed` must be new for every update.
    ///
    /// # Errors
    /// [`ExtendError`].
    pub fn write(self, seed: [u8; 32]) -> Result<Option<AppendedRevision>, ExtendError> {
        let mut update = IncrementalUpdate::new(self.document);
        if !self.add_material(&mut update)? {
            return Ok(None);
        }
        let update = update.write(seed)?;
        let revision = AppendedRevision::of_update(self.document.reader(), update, self.base_hash)?;
        Ok(Some(revision))
    }

    /// Writes validation data and room for a document time-stamp in one update, and digests what it covers: level B-LTA.
    /// Without validation data the time-stamp alone proves the time of what is there (level B-T).
    ///
    /// `seed` must be new for every update.
    ///
    /// # Errors
    /// [`ExtendError`].
    pub fn prepare_time_stamp(
        self,
        algorithm: DigestAlgorithm,
        seed: [u8; 32],
    ) -> Result<PreparedTimeStamp, ExtendError> {
        use DigestAlgorithm::{Sha256, Sha384, Sha512};
        if !matches!(algorithm, Sha256 | Sha384 | Sha512) {
            return Err(ExtendError::Weak(algorithm));
        }
        if self.reserved_bytes > MAX_RESERVE {
            return Err(ExtendError::ReserveTooLarge { limit: MAX_RESERVE });
        }
        let mut update = IncrementalUpdate::new(self.document);
        self.add_material(&mut update)?;
        self.add_time_stamp_field(&mut update)?;
        let parts = PreparedParts::of_update(update.write(seed)?)?;
        let base = self.document.reader();
        Ok(PreparedTimeStamp::new(base, parts, self.base_hash, algorithm)?)
    }

    fn add_material(&self, update: &mut IncrementalUpdate<'_, R>) -> Result<bool, ExtendError> {
        if self.material.is_empty() {
            return Ok(false);
        }
        let store = SecurityStore::read(self.document)?;
        let mut all = store.material().clone();
        all.merge(&self.material);
        let mut entries = Vec::new();
        for signature in ReadSignature::all(self.document)? {
            let Some(contents) = &signature.facts.contents else {
                continue;
            };
            if matches!(signature.content, SignatureContent::Unreadable) {
                continue;
            }
            entries.push(SignatureMaterial {
                key: SignatureMaterial::key_of(contents),
                material: all.concerning(&signature.certificates()),
            });
        }
        let has_changed = extend_store(update, &store, &self.material, &entries)?;
        let is_new_store = !self.document.catalog()?.contains("DSS");
        if has_changed && is_new_store {
            // The catalog is written anyway.
            extensions::declare(update)?;
        }
        Ok(has_changed)
    }

    /// A new invisible signature field with the time-stamp dictionary (EN 319 142-1, 5.4.3) as value.
    fn add_time_stamp_field(&self, update: &mut IncrementalUpdate<'_, R>) -> Result<(), ExtendError> {
        let document = self.document;
        let page = first_page(document)?.ok_or(ExtendError::NoPages)?;
        let (name, is_unsigned) = match document.form_unplaced()? {
            None => (field_name(&[], 1), true),
            Some(form) => {
                let names: Vec<&str> = form.fields.iter().map(|field| field.full_name.as_str()).collect();
                let signatures = form.fields.iter().filter(|field| {
                    field.field_type == Some(akashi_pdf::FieldType::Signature) && field.value.is_some()
                });
                let count = signatures.count();
                (field_name(&names, count + 1), count == 0)
            }
        };
        let value = update.add(
            Dictionary::new()
                .with("Type", Name::new("DocTimeStamp"))
                .with("Filter", Name::new("Adobe.PPKLite"))
                .with("SubFilter", Name::new("ETSI.RFC3161"))
                .with("ByteRange", Reserved::byte_range(BYTE_RANGE))
                .with("Contents", Reserved::contents(CONTENTS, self.reserved_bytes)),
        );
        // Without appearance, which an empty area needs none of (12.7.5.5): some validators count a new appearance stream
        // as more than what a document that allows no changes allows.
        let field = update.add(
            Dictionary::new()
                .with("Type", Name::new("Annot"))
                .with("Subtype", Name::new("Widget"))
                .with("FT", Name::new("Sig"))
                .with("T", PdfString::from_text(&name))
                .with("P", page)
                .with("Rect", Array::from([0, 0, 0, 0]))
                // Printed and locked (table 167), with an empty area.
                .with("F", 132)
                .with("V", value),
        );
        update.edit_array_entry(page, "Annots", |annotations| annotations.push(field))?;
        register_fields(update, &[field], is_unsigned)?;
        if is_unsigned {
            extensions::declare(update)?;
        }
        Ok(())
    }
}

/// `DocTimeStamp` with the first number from `number` on that is free.
fn field_name(taken: &[&str], number: usize) -> String {
    let mut names = (number..).map(|number| format!("DocTimeStamp{number}"));
    let is_free = |name: &String| {
        taken
            .iter()
            .all(|taken| taken.split('.').next() != Some(name.as_str()))
    };
    names.find(is_free).unwrap_or_default()
}

/// The first page, without reading the others.
fn first_page<R: ReadAt>(document: &Document<R>) -> Result<Option<ObjectId>, ReadError> {
    /// Nodes looked at: empty ones may stand before the first page.
    const MAX_NODES: usize = 1000;
    let mut waiting: Vec<ObjectId> = document.catalog()?.reference("Pages").into_iter().collect();
    for _ in 0..MAX_NODES {
        let Some(id) = waiting.pop() else { break };
        let Object::Dictionary(node) = document.object(id)? else {
            continue;
        };
        match document.get_array(&node, "Kids")? {
            Some(kids) if !node.is_name("Type", "Page") => {
                waiting.extend(kids.iter().rev().filter_map(Object::as_reference).take(MAX_NODES));
            }
            _ if node.is_name("Type", "Pages") => {}
            _ => return Ok(Some(id)),
        }
    }
    Ok(None)
}
