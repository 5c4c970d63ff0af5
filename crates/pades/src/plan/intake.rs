//! What a PDF allows to be done to it without breaking the signatures that it carries.

use akashi_pdf::{
    ActiveContent, Document, FieldType, Form, Object, OpenError, ReadAt, ReadError, SignatureFacts, XrefKind,
};
use thiserror::Error;

use crate::plan::locks::{Restrictions, seed_values_allow, signatures_of};

/// The most pages of a contract's PDF.
pub const MAX_PAGES: usize = 2_000;

/// What a PDF is and allows.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Intake {
    /// What may be done.
    pub permission: Permission,
    /// The displayed size of each page.
    pub page_sizes: Vec<PageSize>,
    /// Filled signature fields.
    pub signature_count: usize,
    /// Whether a cross-reference section is hybrid (ISO 32000-2, 7.5.8.4). Strict validators refuse every signature
    /// in such files, so an unsigned one should be rewritten before it is used.
    pub is_hybrid: bool,
    /// Whether a cross-reference section names objects that its `Size` excludes, or an update has a smaller `Size`
    /// than what it updates (ISO 32000-2, table 15). Readers take that, strict validators refuse the file; so an
    /// unsigned one should be rewritten, too.
    pub has_wrong_size: bool,
    /// Whether the file is encrypted (with an empty user password, since it could be opened).
    pub is_encrypted: bool,
    /// Scripts, launch actions, embedded files and the like. In an unsigned file they can be removed by rewriting it.
    pub active_content: Vec<ActiveContent>,
}

/// The size of a page as displayed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PageSize {
    /// Width in points.
    pub width: f64,
    /// Height in points.
    pub height: f64,
}

/// What may be done to a PDF.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Permission {
    /// No signature: the ID stamp, fields and signature fields may be added.
    Unsigned,
    /// Signed for approval, nothing locked as a whole: new signature fields may be added, nothing else.
    SignatureFieldsOnly,
    /// Certified for form filling or locked: only these empty signature fields may be signed.
    ExistingFieldsOnly {
        /// Full names of the empty signature fields.
        names: Vec<String>,
    },
    /// The file cannot be used.
    Refused {
        /// Why.
        reason: Refusal,
    },
}

/// Why a PDF cannot be used for a contract.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Refusal {
    /// Not a PDF at all.
    #[error("not a PDF file")]
    NotPdf,
    /// It needs a password to be opened.
    #[error("the file is protected with a password")]
    Password,
    /// It is encrypted in a way that is not supported.
    #[error("the encryption of the file is not supported")]
    Encryption,
    /// Cut off or damaged. An unsigned file may be repaired by rewriting it; a signed one may not.
    #[error("the file is damaged")]
    Damaged,
    /// Larger or deeper than what is accepted.
    #[error("the file exceeds a limit")]
    TooLarge,
    /// No page.
    #[error("the file has no pages")]
    NoPages,
    /// More pages than accepted.
    #[error("the file has {pages} pages, more than {limit}")]
    TooManyPages {
        /// Pages found.
        pages: usize,
        /// Pages accepted.
        limit: usize,
    },
    /// It has an XFA form, which other programs show instead of the fields that would be signed. It can be removed
    /// from an unsigned file together with the other active content.
    #[error("the file contains an XFA form")]
    Xfa,
    /// Its author certified it against any change (DocMDP, P = 1).
    #[error("the author has certified the file against any change")]
    CertifiedAgainstChanges,
    /// It is certified or locked and has no empty signature field that could be used.
    #[error("the signatures in the file allow no further signature")]
    NoUsableSignatureField,
}

impl Refusal {
    /// Why a file that does not open is refused; nothing when the storage failed instead.
    pub fn of(error: &OpenError) -> Option<Self> {
        match error {
            OpenError::NotPdf => Some(Self::NotPdf),
            OpenError::PasswordRequired => Some(Self::Password),
            OpenError::Encryption(_) => Some(Self::Encryption),
            OpenError::Limit(_) => Some(Self::TooLarge),
            OpenError::Io(_) => None,
            _ => Some(Self::Damaged),
        }
    }

    fn of_reading(error: ReadError) -> Result<Self, ReadError> {
        match error {
            ReadError::Io(error) => Err(ReadError::Io(error)),
            ReadError::Limit(_) => Ok(Self::TooLarge),
            ReadError::Decryption { .. } => Ok(Self::Encryption),
            _ => Ok(Self::Damaged),
        }
    }
}

/// Examines an open PDF.
///
/// # Errors
/// Only when the storage fails; a file that cannot be used is [`Permission::Refused`].
pub fn examine<R: ReadAt>(document: &Document<R>) -> Result<Intake, ReadError> {
    let is_encrypted = document.encryption().is_some();
    let is_hybrid = document
        .revisions()
        .iter()
        .any(|revision| revision.xref_kind == XrefKind::Hybrid);
    let mut intake = Intake {
        permission: Permission::Unsigned,
        page_sizes: Vec::new(),
        signature_count: 0,
        is_hybrid,
        has_wrong_size: has_wrong_size(document),
        is_encrypted,
        active_content: Vec::new(),
    };
    match examine_parts(document, Xfa::Hinders).and_then(|parts| Ok((parts, document.active_content()?))) {
        Ok(((page_sizes, signature_count, permission), active_content)) => Ok(Intake {
            permission,
            page_sizes,
            signature_count,
            active_content,
            ..intake
        }),
        Err(error) => {
            intake.permission = Permission::Refused {
                reason: Refusal::of_reading(error)?,
            };
            Ok(intake)
        }
    }
}

/// What may be done to a PDF, without looking for active content, and the form that was read for that. No page but the
/// first is looked at: the cost does not grow with the document.
pub(crate) fn permission<R: ReadAt>(document: &Document<R>) -> Result<(Permission, Option<Form>), ReadError> {
    permission_and_form(document, Xfa::Hinders)
}

/// As [`permission`], for a caller who looks after XFA forms.
pub(crate) fn permission_without_xfa<R: ReadAt>(
    document: &Document<R>,
) -> Result<(Permission, Option<Form>), ReadError> {
    permission_and_form(document, Xfa::IsLookedAfter)
}

fn permission_and_form<R: ReadAt>(
    document: &Document<R>,
    xfa: Xfa,
) -> Result<(Permission, Option<Form>), ReadError> {
    let form = match document.form_unplaced() {
        Ok(form) => form,
        Err(error) => return Ok((refused_by(error)?, None)),
    };
    let permission = permission_with(document, form.as_ref(), xfa).or_else(refused_by)?;
    Ok((permission, form))
}

fn permission_with<R: ReadAt>(
    document: &Document<R>,
    form: Option<&Form>,
    xfa: Xfa,
) -> Result<Permission, ReadError> {
    if document.leading_pages(1)?.is_empty() {
        return Ok(refused(Refusal::NoPages));
    }
    Ok(form_permission(document, form, xfa)?.1)
}

/// A contract has so many pages at most.
pub(crate) fn too_many(pages: usize) -> Option<Refusal> {
    (pages > MAX_PAGES).then_some(Refusal::TooManyPages {
        pages,
        limit: MAX_PAGES,
    })
}

fn refused(reason: Refusal) -> Permission {
    Permission::Refused { reason }
}

fn refused_by(error: ReadError) -> Result<Permission, ReadError> {
    Refusal::of_reading(error).map(refused)
}

/// What an XFA form means to the caller.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Xfa {
    Hinders,
    IsLookedAfter,
}

fn has_wrong_size<R: ReadAt>(document: &Document<R>) -> bool {
    let mut largest = 0;
    for (index, revision) in document.revisions().iter().enumerate() {
        let size = revision.trailer.get("Size").and_then(Object::as_i64).unwrap_or(0);
        let highest = document
            .revision_entries(index)
            .last()
            .map_or(0, |(number, _)| i64::from(*number));
        if size < largest || highest >= size {
            return true;
        }
        largest = size;
    }
    false
}

type Parts = (Vec<PageSize>, usize, Permission);

fn examine_parts<R: ReadAt>(document: &Document<R>, xfa: Xfa) -> Result<Parts, ReadError> {
    let pages = document.pages()?;
    let sizes: Vec<PageSize> = pages
        .iter()
        .map(|page| {
            let (width, height) = page.geometry().displayed_size();
            PageSize { width, height }
        })
        .collect();
    let form = document.form_unplaced()?;
    let (signature_count, permission) = form_permission(document, form.as_ref(), xfa)?;
    let permission = if sizes.is_empty() {
        refused(Refusal::NoPages)
    } else {
        too_many(sizes.len()).map_or(permission, refused)
    };
    Ok((sizes, signature_count, permission))
}

/// The number of signatures, and what they and the form allow.
fn form_permission<R: ReadAt>(
    document: &Document<R>,
    form: Option<&Form>,
    xfa: Xfa,
) -> Result<(usize, Permission), ReadError> {
    let Some(form) = form else {
        return Ok((0, Permission::Unsigned));
    };
    let signatures = signatures_of(document, form)?;
    let permission = if xfa == Xfa::Hinders && form.has_xfa {
        refused(Refusal::Xfa)
    } else if signatures.is_empty() {
        Permission::Unsigned
    } else {
        signed_permission(document, form, &signatures)?
    };
    Ok((signatures.len(), permission))
}

fn signed_permission<R: ReadAt>(
    document: &Document<R>,
    form: &Form,
    signatures: &[SignatureFacts],
) -> Result<Permission, ReadError> {
    let restrictions = Restrictions::of(document, form, signatures)?;
    if restrictions.permission.is_some_and(|permission| permission <= 1) {
        return Ok(Permission::Refused {
            reason: Refusal::CertifiedAgainstChanges,
        });
    }
    let forbids_new = restrictions
        .locks
        .iter()
        .any(super::locks::FieldLock::locks_new_fields);
    if restrictions.permission.is_none() && !forbids_new {
        return Ok(Permission::SignatureFieldsOnly);
    }
    let mut names = Vec::new();
    for field in &form.fields {
        let is_open = field.field_type == Some(FieldType::Signature)
            && field.value.is_none()
            && !restrictions.locks(&field.full_name);
        if is_open && seed_values_allow(document, field)? {
            names.push(field.full_name.clone());
        }
    }
    Ok(if names.is_empty() {
        Permission::Refused {
            reason: Refusal::NoUsableSignatureField,
        }
    } else {
        Permission::ExistingFieldsOnly { names }
    })
}
