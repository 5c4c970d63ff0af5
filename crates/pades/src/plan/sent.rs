//! The sent revision: everything that a contract will ever need on its pages, written once.

use std::collections::BTreeSet;

use akashi_pdf::{
    Array, Dictionary, Document, FieldType, Form, IncrementalUpdate, ObjectId, Page, ReadAt, ReadError,
    UpdateError,
};
use thiserror::Error;

use crate::drawing::{Drawing, blank_appearance};
use crate::extensions;
use crate::hash::{HashState, ResumeError};
use crate::plan::fields::{
    FieldError, FieldPlan, FieldPlanKind, FieldWriter, SignaturePlace, SignerPlan, is_field_name,
};
use crate::plan::font::add_default_font;
use crate::plan::intake::{Permission, Refusal, permission, too_many};
use crate::revision::AppendedRevision;

/// What sending writes into a PDF.
#[derive(Debug)]
pub struct SentPlan<'a, D> {
    /// The ID stamp for every page; only for a PDF without signatures.
    pub stamp: Option<Stamp<'a, D>>,
    /// The parties, each with its fields.
    pub signers: Vec<SignerPlan<'a, D>>,
}

/// What is put on every page.
#[derive(Debug, Clone, Copy)]
pub struct Stamp<'a, D> {
    /// Its drawing.
    pub drawing: Drawing<'a, D>,
    /// Distance from the left edge of the displayed page, in points.
    pub left: f64,
    /// Distance of the lower edge from the bottom of the displayed page, in points.
    pub bottom: f64,
}

/// Why the sent revision cannot be written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SentError {
    /// The PDF cannot be used at all.
    #[error("the file cannot be used")]
    Refused(#[source] Refusal),
    /// The PDF is signed, so its pages must stay as they are.
    #[error("a signed file cannot be stamped")]
    StampNotAllowed,
    /// The signatures in the PDF do not allow this new field.
    #[error("the signatures in the file do not allow the field {name}")]
    FieldNotAllowed {
        /// The field.
        name: String,
    },
    /// No empty signature field of this name may be used.
    #[error("the file has no usable signature field {name}")]
    NoSuchField {
        /// The field.
        name: String,
    },
    /// A name is empty, too long, not ASCII, or has a period.
    #[error("{name:?} cannot be the name of a field")]
    BadName {
        /// The name.
        name: String,
    },
    /// Two fields would have the same name.
    #[error("there is a field {name} already")]
    NameTaken {
        /// The name.
        name: String,
    },
    /// A field names a page that does not exist.
    #[error("field {name} names page {page}, which does not exist")]
    NoSuchPage {
        /// The field.
        name: String,
        /// The page, from 0.
        page: usize,
    },
    /// A place without area or with numbers that are none.
    #[error("the place of field {name} is not usable")]
    BadPlace {
        /// The field.
        name: String,
    },
    /// The PDF cannot be read.
    #[error("the file cannot be read")]
    Read(#[from] ReadError),
    /// The update cannot be written.
    #[error("the update cannot be written")]
    Update(#[from] UpdateError),
    /// The digest of the revision cannot be made.
    #[error("the digest of the revision cannot be made")]
    Hash(#[from] ResumeError),
}

impl From<FieldError> for SentError {
    fn from(error: FieldError) -> Self {
        match error {
            FieldError::NoSuchPage { name, page } => Self::NoSuchPage { name, page },
            FieldError::BadPlace { name } => Self::BadPlace { name },
            FieldError::Update(error) => Self::Update(error),
        }
    }
}

impl<D: ReadAt> SentPlan<'_, D> {
    /// Writes the sent revision of `document`: stamp, fields and signature fields with their locks. Nothing when
    /// the file needs no change, because only fields that exist already will be signed.
    ///
    /// The original content of each page is wrapped in `q … Q`, the stamp is marked as an artifact. Each new
    /// signature field locks its party's fields and the fields that the file brought along (`/Include`).
    /// `base_hash` is a state of the file's hash ([`HashState::START`] if none is known); `seed` must be new
    /// for every update.
    ///
    /// # Errors
    /// [`SentError`]; among them everything that the signatures in the file do not allow.
    pub fn write<R: ReadAt>(
        &self,
        document: &Document<R>,
        base_hash: HashState,
        seed: [u8; 32],
    ) -> Result<Option<AppendedRevision>, SentError> {
        let (permission, form) = permission(document)?;
        self.check_permission(&permission)?;
        self.check_names(form.as_ref(), &permission)?;
        let mut update = IncrementalUpdate::new(document);
        let pages = document.pages()?;
        if let Some(refusal) = too_many(pages.len()) {
            return Err(SentError::Refused(refusal));
        }
        if let Some(stamp) = &self.stamp {
            stamp.put_on_pages(&mut update, &pages)?;
        }
        self.write_fields(&mut update, &pages, form.as_ref(), &permission)?;
        if update.is_empty() {
            return Ok(None);
        }
        if permission == Permission::Unsigned {
            prepare_unsigned(&mut update, form.as_ref())?;
        }
        let update = update.write(seed)?;
        Ok(Some(AppendedRevision::of_update(
            document.reader(),
            update,
            base_hash,
        )?))
    }

    fn check_permission(&self, permission: &Permission) -> Result<(), SentError> {
        let is_unsigned = *permission == Permission::Unsigned;
        if let Permission::Refused { reason } = permission {
            return Err(SentError::Refused(reason.clone()));
        }
        if self.stamp.is_some() && !is_unsigned {
            return Err(SentError::StampNotAllowed);
        }
        for signer in &self.signers {
            if let Some(field) = signer.fields.first().filter(|_| !is_unsigned) {
                return Err(SentError::FieldNotAllowed {
                    name: field.name.to_owned(),
                });
            }
            match (signer.signature, permission) {
                (SignaturePlace::New { name, .. }, Permission::ExistingFieldsOnly { .. })
                | (SignaturePlace::Existing { name }, Permission::Unsigned) => {
                    return Err(SentError::FieldNotAllowed {
                        name: name.to_owned(),
                    });
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn check_names(&self, form: Option<&Form>, permission: &Permission) -> Result<(), SentError> {
        let existing = form.map_or(&[][..], |form| form.fields.as_slice());
        // A partial name at the root must differ from all roots, so the first parts count.
        let root = |name: &str| name.split('.').next().unwrap_or_default().to_owned();
        let mut taken: BTreeSet<String> = existing.iter().map(|field| root(&field.full_name)).collect();
        let mut used_existing = BTreeSet::new();
        for signer in &self.signers {
            match signer.signature {
                SignaturePlace::New { name, .. } => take(&mut taken, name)?,
                SignaturePlace::Existing { name } => {
                    let is_usable = match permission {
                        Permission::ExistingFieldsOnly { names } => names.iter().any(|usable| usable == name),
                        _ => existing.iter().any(|field| {
                            field.full_name == name
                                && field.field_type == Some(FieldType::Signature)
                                && field.value.is_none()
                        }),
                    };
                    if !is_usable || !used_existing.insert(name) {
                        return Err(SentError::NoSuchField {
                            name: name.to_owned(),
                        });
                    }
                }
            }
            for field in &signer.fields {
                take(&mut taken, field.name)?;
            }
        }
        Ok(())
    }

    fn write_fields<R: ReadAt>(
        &self,
        update: &mut IncrementalUpdate<'_, R>,
        pages: &[Page],
        form: Option<&Form>,
        permission: &Permission,
    ) -> Result<(), SentError> {
        let has_new = self
            .signers
            .iter()
            .any(|signer| matches!(signer.signature, SignaturePlace::New { .. }));
        if !has_new {
            return Ok(());
        }
        let fields = || self.signers.iter().flat_map(|signer| &signer.fields);
        let has_text = fields().any(|field| matches!(field.kind, FieldPlanKind::Text { .. }));
        let writer = FieldWriter {
            pages,
            blank: blank_appearance(update),
            font: if has_text {
                Some(add_default_font(update)?)
            } else {
                None
            },
        };
        // Fields that the file brought along belong to nobody: every signer locks them.
        let existing: Vec<&str> = form
            .map_or(&[][..], |form| form.fields.as_slice())
            .iter()
            .filter(|field| field.field_type != Some(FieldType::Signature) && !field.full_name.is_empty())
            .map(|field| field.full_name.as_str())
            .collect();
        let mut new_fields: Vec<ObjectId> = Vec::new();
        for signer in &self.signers {
            for field in &signer.fields {
                new_fields.push(writer.field(update, field)?);
            }
            if let SignaturePlace::New { name, label, place } = signer.signature {
                let own = signer.fields.iter().map(|field: &FieldPlan<'_, D>| field.name);
                let locked: Vec<&str> = own.chain(existing.iter().copied()).collect();
                new_fields.push(writer.signature_field(update, name, label, place.as_ref(), &locked)?);
            }
        }
        register_fields(update, &new_fields, *permission == Permission::Unsigned)?;
        Ok(())
    }
}

impl<D: ReadAt> Stamp<'_, D> {
    fn put_on_pages<R: ReadAt>(
        &self,
        update: &mut IncrementalUpdate<'_, R>,
        pages: &[Page],
    ) -> Result<(), SentError> {
        let drawn = self.drawing.document.pages()?;
        let drawn = drawn
            .get(self.drawing.page)
            .ok_or(UpdateError::NoSuchPage(self.drawing.page))?;
        let (stamp_width, stamp_height) = drawn.geometry().displayed_size();
        let form = update.import_page_as_form(self.drawing.document, self.drawing.page)?;
        for page in pages {
            let geometry = page.geometry();
            let (width, height) = geometry.displayed_size();
            // On a page smaller than the stamp it shrinks rather than reaching over the edge.
            let fit = |room: f64, size: f64| (room / size).clamp(0.05, 1.0);
            let scale =
                fit(width - 2.0 * self.left, stamp_width).min(fit(height - 2.0 * self.bottom, stamp_height));
            let top = height - self.bottom - stamp_height * scale;
            let matrix = akashi_pdf::Matrix::scale(scale, scale).then(&geometry.placement(
                self.left,
                top,
                stamp_height * scale,
            ));
            let name = update.add_page_resource(page, "XObject", form)?;
            update.append_page_content(page, &stamp_content(&matrix, &name))?;
        }
        Ok(())
    }
}

/// Paints the stamp as a pagination artifact (ISO 32000-2, 14.8.2.2).
fn stamp_content(matrix: &akashi_pdf::Matrix, name: &akashi_pdf::Name) -> Vec<u8> {
    let mut content = b"/Artifact <</Type /Pagination /Subtype /Footer>> BDC q ".to_vec();
    for value in matrix.values {
        content.extend_from_slice(akashi_pdf::Number::real(value).source());
        content.push(b' ');
    }
    content.extend_from_slice(b"cm ");
    content.extend_from_slice(name.source());
    content.extend_from_slice(b" Do Q EMC\n");
    content
}

fn take(taken: &mut BTreeSet<String>, name: &str) -> Result<(), SentError> {
    if !is_field_name(name) {
        return Err(SentError::BadName {
            name: name.to_owned(),
        });
    }
    if !taken.insert(name.to_owned()) {
        return Err(SentError::NameTaken {
            name: name.to_owned(),
        });
    }
    Ok(())
}

/// Lists root fields in the form. In a signed file the form's other entries must stay as they are.
pub(crate) fn register_fields<R: ReadAt>(
    update: &mut IncrementalUpdate<'_, R>,
    fields: &[ObjectId],
    may_set_flags: bool,
) -> Result<(), UpdateError> {
    let mut list = None;
    update.edit_form(|form| {
        if may_set_flags {
            // Signatures exist; append only (table 225).
            form.set("SigFlags", 3);
        }
        list = form.reference("Fields");
    })?;
    let add = |array: &mut Array| {
        for field in fields {
            array.push(*field);
        }
    };
    match list {
        Some(list) => update.edit_array(list, add),
        None => update.edit_form(|form| {
            form.edit_array("Fields", add);
        }),
    }
}

/// What must be put right before a first signature, because it cannot be afterwards.
fn prepare_unsigned<R: ReadAt>(
    update: &mut IncrementalUpdate<'_, R>,
    form: Option<&Form>,
) -> Result<(), SentError> {
    // With NeedAppearances viewers draw every field anew, and what they show is not what was signed. It stays
    // only if a field of the file has no appearance of its own.
    let lacks_appearance = form.is_some_and(|form| {
        form.fields
            .iter()
            .filter(|field| field.field_type != Some(FieldType::Signature) && field.value.is_some())
            .flat_map(|field| &field.widgets)
            .any(|widget| !widget.dictionary.contains("AP"))
    });
    if form.is_some_and(|form| form.needs_appearances) && !lacks_appearance {
        update.edit_form(|form| {
            form.remove("NeedAppearances");
        })?;
    }
    extensions::declare(update)?;
    drop_usage_rights(update)?;
    Ok(())
}

/// A usage rights signature (12.8.2.3, deprecated) ends with any change, and viewers would warn.
fn drop_usage_rights<R: ReadAt>(update: &mut IncrementalUpdate<'_, R>) -> Result<(), UpdateError> {
    let catalog_id = update.document().catalog_id();
    let catalog = update.document().catalog()?;
    let permissions = update.document().get(&catalog, "Perms")?;
    let Some(permissions) = permissions.as_dictionary() else {
        return Ok(());
    };
    if permissions.contains("UR") || permissions.contains("UR3") {
        let remove = |permissions: &mut Dictionary| {
            permissions.remove("UR");
            permissions.remove("UR3");
        };
        update.edit_dictionary_entry(catalog_id, "Perms", remove)?;
    }
    Ok(())
}
