//! Taking PDFs in: what they allow, what they carry, and whether they can be drawn and signed at all.

use akashi_domain::contract::IntakePolicy;
use akashi_domain::{Digest32, PageGeometry};
use akashi_pades::{HashState, Permission, RevisionHash, examine};

pub use akashi_pades::Refusal as EngineRefusal;
use akashi_pdf::{ActiveContent, ActiveContentChoice, ActiveContentKind, Document, Limits, OpenError};
use bytes::Bytes;

/// Why a PDF cannot be taken. Nothing was stored.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IntakeError {
    /// What the engine found.
    #[error(transparent)]
    Refused(#[from] akashi_pades::Refusal),
    /// The file is damaged; it could be repaired, but carries a signature that a repair would break.
    #[error("the file is damaged and signed: it cannot be repaired without breaking its signatures")]
    DamagedAndSigned,
    /// It carries active content (named) and is signed, so that the content cannot be removed.
    #[error("the file is signed and carries active content")]
    ActiveAndSigned {
        /// What it carries.
        names: Vec<String>,
    },
    /// More pages than this installation takes.
    #[error("the file has {pages} pages, {limit} are allowed")]
    TooManyPages {
        /// Pages found.
        pages: usize,
        /// Pages allowed.
        limit: usize,
    },
    /// The engine failed on it; an operator finds the cause in the log.
    #[error("the file cannot be read: {reason}")]
    Unreadable {
        /// Why.
        reason: String,
    },
}

/// A PDF that can be taken.
#[derive(Debug)]
pub(crate) struct TakenIn {
    /// The bytes to be stored: as uploaded, or rewritten because the file was damaged or hybrid and unsigned.
    pub(crate) bytes: Bytes,
    /// The displayed size of each page.
    pub(crate) pages: Vec<PageGeometry>,
    /// What its signatures allow.
    pub(crate) policy: IntakePolicy,
    /// Active content that it carries, by name.
    pub(crate) active_content: Vec<String>,
    /// SHA-256 of the bytes, and the state to go on from.
    pub(crate) hash: RevisionHash,
}

/// Examines an upload. Pure and bounded; heavy for large files.
pub(crate) fn take_in(
    upload: &Bytes,
    max_pages: usize,
    choice: ActiveContentChoice,
    seed: [u8; 32],
) -> Result<TakenIn, IntakeError> {
    let limits = Limits::default();
    let mut bytes = upload.clone();
    let mut document = match Document::open(bytes.as_ref(), &limits) {
        Ok(document) => document,
        Err(error) if error.is_damage() => {
            bytes = repaired(upload, &limits, &error, seed)?;
            let document = Document::open(bytes.as_ref(), &limits).map_err(|error| refusal(&error))?;
            if was_cut_off(upload) || lacks_pages(&document).map_err(|error| unreadable(&error))? {
                return Err(akashi_pades::Refusal::Damaged.into());
            }
            document
        }
        Err(error) => return Err(refusal(&error)),
    };
    let mut intake = examine(&document).map_err(|error| unreadable(&error))?;
    if let Permission::Refused { reason } = intake.permission {
        return Err(reason.into());
    }
    let found = document.active_content().map_err(|error| unreadable(&error))?;
    let active: Vec<String> = found.iter().map(name_of).collect();
    let is_signed = intake.signature_count > 0;
    if is_signed && !active.is_empty() {
        return Err(IntakeError::ActiveAndSigned { names: active });
    }
    let remove = choice == ActiveContentChoice::Remove && !active.is_empty();
    let rewritten;
    if remove || ((intake.is_hybrid || intake.has_wrong_size) && !is_signed) {
        let written = document.rewrite(choice, seed);
        let written = written.map_err(|error| IntakeError::Unreadable {
            reason: error.to_string(),
        })?;
        rewritten = Bytes::from(written);
        bytes = rewritten.clone();
        document = Document::open(rewritten.as_ref(), &limits).map_err(|error| refusal(&error))?;
        intake = examine(&document).map_err(|error| unreadable(&error))?;
    }
    let policy = match intake.permission {
        Permission::Unsigned => IntakePolicy::Unsigned,
        Permission::SignatureFieldsOnly => IntakePolicy::SignatureFieldsOnly,
        Permission::ExistingFieldsOnly { names } => IntakePolicy::ExistingFieldsOnly { names },
        Permission::Refused { reason } => return Err(reason.into()),
    };
    if intake.page_sizes.len() > max_pages {
        return Err(IntakeError::TooManyPages {
            pages: intake.page_sizes.len(),
            limit: max_pages,
        });
    }
    let pages = intake
        .page_sizes
        .iter()
        .map(|size| PageGeometry {
            width: size.width,
            height: size.height,
        })
        .collect();
    let hash =
        RevisionHash::of(&bytes.as_ref(), HashState::START).map_err(|error| IntakeError::Unreadable {
            reason: error.to_string(),
        })?;
    let active_content = if remove { Vec::new() } else { active };
    drop(document);
    Ok(TakenIn {
        bytes,
        pages,
        policy,
        active_content,
        hash,
    })
}

/// A file whose cross-reference table is broken is rewritten once if it carries no signature.
fn repaired(
    upload: &Bytes,
    limits: &Limits,
    error: &OpenError,
    seed: [u8; 32],
) -> Result<Bytes, IntakeError> {
    match akashi_pdf::repair(&upload.as_ref(), limits, seed) {
        Ok(bytes) => Ok(Bytes::from(bytes)),
        Err(akashi_pdf::RepairError::Signed) => Err(IntakeError::DamagedAndSigned),
        Err(_) => Err(refusal(error)),
    }
}

/// Whether a damaged file does not end as a PDF ends. What is missing of it nobody knows; a contract must not be taken
/// for whole without it.
fn was_cut_off(upload: &[u8]) -> bool {
    let is_filler = |byte: &&u8| **byte == 0 || byte.is_ascii_whitespace();
    let filler = upload.iter().rev().take_while(is_filler).count();
    let end = upload.len().saturating_sub(filler);
    !upload.get(..end).is_some_and(|whole| whole.ends_with(b"%%EOF"))
}

/// Whether a damaged file names more pages than can be found in it.
fn lacks_pages(document: &Document<&[u8]>) -> Result<bool, akashi_pdf::ReadError> {
    let catalog = document.catalog()?;
    let Some(tree) = document.get_dictionary(&catalog, "Pages")? else {
        return Ok(true);
    };
    let named = document.get(&tree, "Count")?.as_i64();
    let named = named.and_then(|count| usize::try_from(count).ok());
    Ok(named.is_some_and(|named| named > document.pages().map_or(0, |pages| pages.len())))
}

/// A name under which pages put it into words, with what it names: `embedded_file:見積書.xlsx`.
fn name_of(found: &ActiveContent) -> String {
    let kind = match found.kind {
        ActiveContentKind::JavaScript => "javascript",
        ActiveContentKind::Launch => "launch",
        ActiveContentKind::SubmitForm => "submit_form",
        ActiveContentKind::ImportData => "import_data",
        ActiveContentKind::ExternalDocument => "external_document",
        ActiveContentKind::EmbeddedFile => "embedded_file",
        ActiveContentKind::Multimedia => "multimedia",
        ActiveContentKind::Xfa => "xfa",
        _ => "other",
    };
    let detail: String = found
        .detail
        .chars()
        .filter(|c| !c.is_control())
        .take(100)
        .collect();
    if detail.is_empty() {
        kind.to_owned()
    } else {
        format!("{kind}:{detail}")
    }
}

/// Why a file that does not open cannot be taken.
pub(crate) fn refusal(error: &OpenError) -> IntakeError {
    match akashi_pades::Refusal::of(error) {
        Some(refusal) => refusal.into(),
        None => IntakeError::Unreadable {
            reason: error.to_string(),
        },
    }
}

fn unreadable(error: &akashi_pdf::ReadError) -> IntakeError {
    IntakeError::Unreadable {
        reason: error.to_string(),
    }
}

impl TakenIn {
    /// SHA-256 of the bytes.
    pub(crate) fn sha256(&self) -> Digest32 {
        Digest32::new(self.hash.sha256)
    }
}
