//! Whether a document is still what a party was shown, but for acts of others of the same stage.

use akashi_pdf::{Document, ReadAt, ReadError};
use thiserror::Error;

use crate::changes::{ChangeKind, changes_after};
use crate::digests::sha256_of_start;

/// The revision that a party was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShownRevision {
    /// Its length in bytes.
    pub length: u64,
    /// SHA-256 of its bytes.
    pub sha256: [u8; 32],
}

/// What one party of the stage may do: sign here, and fill these fields.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PermittedAct {
    /// Full name of its signature field.
    pub signature_field: String,
    /// Full names of its other fields.
    pub fields: Vec<String>,
}

/// Why the document is no longer what was shown.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StageViolation {
    /// The document does not begin with the bytes that were shown.
    #[error("the document does not begin with the revision shown")]
    OtherBytes,
    /// The revision shown does not end where a revision of the document ends.
    #[error("the revision shown is no revision of the document")]
    NoSuchRevision,
    /// A revision is more than the act of one party of the stage.
    #[error("revision {revision} is not an act of this stage: {place}")]
    NotAnAct {
        /// The revision, from 0.
        revision: usize,
        /// The field or place that was changed.
        place: String,
    },
    /// The document cannot be read.
    #[error("the document cannot be read")]
    Read(#[from] ReadError),
}

/// Proves that `newest` differs from the revision shown by nothing but acts of `permitted`: every revision since then
/// signs exactly one of these signature fields, and fills fields of that party alone. Gives the signature fields in
/// the order in which they were signed.
///
/// Says nothing about the signatures themselves; [`judge`](crate::judge) does.
///
/// # Errors
/// [`StageViolation`].
pub fn prove_same_stage<R: ReadAt>(
    newest: &Document<R>,
    shown: &ShownRevision,
    permitted: &[PermittedAct],
) -> Result<Vec<String>, StageViolation> {
    if shown.length > newest.size() {
        return Err(StageViolation::OtherBytes);
    }
    let found = sha256_of_start(newest.reader(), shown.length).map_err(ReadError::from)?;
    if found != shown.sha256 {
        return Err(StageViolation::OtherBytes);
    }
    if shown.length == newest.size() {
        return Ok(Vec::new());
    }
    let revisions = newest.revisions();
    let is_shown =
        |revision: &akashi_pdf::Revision| revision.end == shown.length || revision.marker_end == shown.length;
    let first = revisions
        .iter()
        .position(is_shown)
        .ok_or(StageViolation::NoSuchRevision)?;
    let last = revisions.len().saturating_sub(1);
    if revisions
        .last()
        .is_some_and(|revision| revision.end != newest.size())
    {
        return Err(StageViolation::NotAnAct {
            revision: last,
            place: "bytes behind the last revision".to_owned(),
        });
    }
    let changes = changes_after(newest, first)?;
    let mut signed = Vec::new();
    for revision in first + 1..=last {
        let not_an_act = |place: &str| StageViolation::NotAnAct {
            revision,
            place: place.to_owned(),
        };
        let own: Vec<_> = changes
            .iter()
            .filter(|change| change.revision == revision)
            .collect();
        let mut signers = own.iter().filter(|change| change.kind == ChangeKind::Signed);
        let signer = signers.next().and_then(|change| change.field.as_deref());
        let signer = signer.ok_or_else(|| not_an_act("no signature"))?;
        let act = permitted
            .iter()
            .find(|act| act.signature_field == signer)
            .ok_or_else(|| not_an_act(signer))?;
        for change in own {
            let field = change.field.as_deref();
            let is_part = match change.kind {
                ChangeKind::Signed => field == Some(signer),
                ChangeKind::FieldValue | ChangeKind::FieldAppearance => {
                    field.is_some_and(|field| act.fields.iter().any(|own| own == field))
                }
                _ => false,
            };
            if !is_part {
                return Err(not_an_act(field.unwrap_or(&change.place)));
            }
        }
        signed.push(signer.to_owned());
    }
    Ok(signed)
}
