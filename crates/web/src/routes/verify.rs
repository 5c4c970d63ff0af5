//! Public verification. It claims no more than was checked, and stores nothing.

use akashi_app::judging::{ChangeKind, ForbiddenChange, JudgedSignature, LaterChanges};
use akashi_app::verify::Verification;
use axum::Router;
use axum::extract::multipart::{Multipart, MultipartError};
use axum::extract::{DefaultBodyLimit, Path, State};
use axum::response::{IntoResponse as _, Response};
use axum::routing::get;
use bytes::{Bytes, BytesMut};
use http::StatusCode;

use super::Web;
use super::problem::{Problem, page};
use super::refusal::intake;
use super::visitor::Visitor;
use crate::pages::verify::{
    Expected, RevisionLine, SignatureLine, SignatureState, Verdict, VerifyIdPage, VerifyPage,
    VerifyResultPage,
};
use crate::text::Text;
use crate::view::{Check, CheckState, PlainFrame};

/// The routes of verification.
pub(super) fn routes(max_upload_bytes: u64) -> Router<Web> {
    // A file over the limit is read on for a while and thrown away, so that a browser hears why it was refused.
    let limit = usize::try_from(max_upload_bytes.saturating_mul(4)).unwrap_or(usize::MAX);
    Router::new()
        .route("/verify", get(ask).post(verify))
        .route("/verify/{contract_id}", get(by_id))
        .layer(DefaultBodyLimit::max(limit))
}

fn frame(web: &Web, visitor: &Visitor) -> PlainFrame {
    PlainFrame {
        path: visitor.path.clone(),
        trial: web.is_trial(),
        signed_in: visitor.has_session,
    }
}

async fn ask(State(web): State<Web>, visitor: Visitor) -> Response {
    let context = VerifyPage {
        t: visitor.t,
        frame: frame(&web, &visitor),
        limit: web.settings.max_upload_bytes,
        error: String::new(),
    };
    page(&context, &visitor)
}

async fn by_id(State(web): State<Web>, visitor: Visitor, Path(contract_id): Path<String>) -> Response {
    let shown: String = contract_id
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(64)
        .collect();
    match web.app.concluded_here(&contract_id).await {
        Ok(found) => {
            let context = VerifyIdPage {
                t: visitor.t,
                frame: frame(&web, &visitor),
                contract_id: shown,
                concluded: found.is_some(),
                limit: web.settings.max_upload_bytes,
                error: String::new(),
            };
            page(&context, &visitor)
        }
        Err(error) => Problem::new(error, &visitor).into_response(),
    }
}

struct Upload {
    name: String,
    bytes: Bytes,
    contract_id: String,
}

/// Why there is nothing to verify.
enum NoUpload {
    /// The form holds no file.
    Empty,
    /// The file is larger than allowed.
    TooLarge,
    /// The form cannot be read.
    Broken(Response),
}

impl From<MultipartError> for NoUpload {
    fn from(error: MultipartError) -> Self {
        if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
            Self::TooLarge
        } else {
            Self::Broken(error.into_response())
        }
    }
}

/// Reads the form, refusing a file that grows over the limit as it streams in.
async fn upload(mut form: Multipart, limit: u64) -> Result<Upload, NoUpload> {
    let mut file = None;
    let mut contract_id = String::new();
    let mut is_too_large = false;
    while let Some(mut field) = form.next_field().await? {
        match field.name() {
            Some("contract_id") => contract_id = field.text().await.unwrap_or_default(),
            Some("file") => {
                let name = field.file_name().unwrap_or_default().to_owned();
                let mut bytes = BytesMut::new();
                while let Some(chunk) = field.chunk().await? {
                    if is_too_large || (bytes.len() as u64).saturating_add(chunk.len() as u64) > limit {
                        is_too_large = true;
                        bytes = BytesMut::new();
                        continue;
                    }
                    bytes.extend_from_slice(&chunk);
                }
                if !name.is_empty() {
                    file = Some((name, bytes.freeze()));
                }
            }
            _ => {}
        }
    }
    if is_too_large {
        return Err(NoUpload::TooLarge);
    }
    let (name, bytes) = file.ok_or(NoUpload::Empty)?;
    Ok(Upload {
        name,
        bytes,
        contract_id,
    })
}

async fn verify(State(web): State<Web>, visitor: Visitor, form: Multipart) -> Response {
    let limit = web.settings.max_upload_bytes;
    let again = |error: String| {
        let context = VerifyPage {
            t: visitor.t,
            frame: frame(&web, &visitor),
            limit,
            error,
        };
        page(&context, &visitor)
    };
    let upload = match upload(form, limit).await {
        Ok(upload) => upload,
        Err(NoUpload::TooLarge) => return again(visitor.t.file_too_large(visitor.t.bytes(&limit))),
        Err(NoUpload::Empty) => return again(visitor.t.verify_no_file().to_owned()),
        Err(NoUpload::Broken(response)) => return response,
    };
    match web.app.verify_file(upload.bytes).await {
        Ok(found) => {
            let name: String = upload
                .name
                .chars()
                .filter(|c| !c.is_control())
                .take(200)
                .collect();
            page(
                &result(&web, &visitor, name, &upload.contract_id, &found),
                &visitor,
            )
        }
        Err(error) => Problem::new(error, &visitor).into_response(),
    }
}

fn verdict(t: &Text, found: &Verification) -> Verdict {
    let judgement = match &found.judgement {
        Ok(judgement) => judgement,
        Err(error) => {
            return Verdict::Unreadable {
                reason: intake(t, error),
            };
        }
    };
    let signatures = &judgement.signatures;
    let changed = |s: &JudgedSignature| {
        !s.is_intact || matches!(s.later, LaterChanges::Forbidden { .. } | LaterChanges::NotCovered)
    };
    if signatures.is_empty() {
        Verdict::Unsigned
    } else if signatures.iter().any(changed) {
        Verdict::Changed
    } else if found.concluded.is_some() {
        Verdict::Ours
    } else if judgement.has_unsigned_changes {
        Verdict::Unsure
    } else {
        Verdict::IntactElsewhere
    }
}

fn result(
    web: &Web,
    visitor: &Visitor,
    file: String,
    wanted: &str,
    found: &Verification,
) -> VerifyResultPage {
    let t = visitor.t;
    let signatures = found
        .judgement
        .as_ref()
        .map(|j| j.signatures.as_slice())
        .unwrap_or_default();
    let wanted: String = wanted
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .take(64)
        .collect();
    let expected = (!wanted.is_empty()).then(|| Expected {
        matches: found
            .concluded
            .is_some_and(|entry| entry.contract_id.printed() == wanted.to_ascii_lowercase()),
        contract_id: wanted,
    });
    let mut details = vec![("SHA-256".to_owned(), found.sha256.to_string())];
    for signature in signatures {
        details.push((signature.field_name.clone(), signature.technical()));
    }
    if let Err(reason) = &found.judgement {
        details.push((t.verify_judgement().to_owned(), reason.to_string()));
    }
    VerifyResultPage {
        t,
        frame: frame(web, visitor),
        file,
        bytes: found.byte_length,
        checked_at: found.at,
        verdict: verdict(t, found),
        expected,
        signatures: signatures.iter().map(line).collect(),
        checks: checks(t, found, signatures),
        revisions: signatures
            .iter()
            .map(|signature| revision(t, signature))
            .collect(),
        details,
    }
}

fn line(signature: &JudgedSignature) -> SignatureLine {
    let broken = !signature.is_intact
        || matches!(
            signature.later,
            LaterChanges::Forbidden { .. } | LaterChanges::NotCovered
        );
    SignatureLine {
        name: signature.signer.clone(),
        organization: signature.organization.clone(),
        at: signature.stamped_at.or(signature.claimed_at),
        time_authority: signature.stamped_by.clone().filter(|_| signature.is_stamped),
        issuer: signature.issuer.clone(),
        state: if broken {
            SignatureState::Changed
        } else if signature.is_trusted {
            SignatureState::Good
        } else {
            SignatureState::UnknownIssuer
        },
    }
}

fn checks(t: &Text, found: &Verification, signatures: &[JudgedSignature]) -> Vec<Check> {
    if signatures.is_empty() {
        return Vec::new();
    }
    let check = |good: bool, otherwise: CheckState, title: &str| Check {
        state: if good { CheckState::Good } else { otherwise },
        title: title.to_owned(),
        detail: String::new(),
        remedy: String::new(),
    };
    let intact = signatures.iter().all(|s| s.is_intact);
    let permitted = signatures
        .iter()
        .all(|s| matches!(s.later, LaterChanges::None | LaterChanges::Permitted));
    let stamped = signatures.iter().all(|s| s.is_stamped);
    let trusted = signatures.iter().all(|s| s.is_trusted);
    vec![
        check(intact, CheckState::Failed, t.verify_check_intact()),
        check(permitted, CheckState::Failed, t.verify_check_later()),
        check(stamped, CheckState::Warning, t.verify_check_stamped()),
        check(trusted, CheckState::Warning, t.verify_check_trusted()),
        check(
            found.concluded.is_some(),
            CheckState::Warning,
            t.verify_check_ours(),
        ),
    ]
}

/// What was changed, each kind of thing once; the places stand in the details.
fn in_words(t: &Text, changes: &[ForbiddenChange]) -> String {
    let mut words: Vec<&'static str> = Vec::new();
    for change in changes {
        let word = match change.kind {
            ChangeKind::FieldValue | ChangeKind::FieldAppearance | ChangeKind::FieldReadOnly => {
                t.change_field_filled()
            }
            ChangeKind::Signed | ChangeKind::TimeStamped => t.change_signature_added(),
            ChangeKind::VisibleSignatureFieldAdded
            | ChangeKind::InvisibleSignatureFieldAdded
            | ChangeKind::FieldAdded => t.change_field_added(),
            ChangeKind::FieldRemoved | ChangeKind::FieldRedefined => t.change_field_redefined(),
            ChangeKind::SignatureReplaced => t.change_signature_replaced(),
            ChangeKind::Page => t.change_page(),
            ChangeKind::Annotation => t.change_annotation(),
            ChangeKind::Unreadable => t.change_unreadable(),
            _ => t.change_other(),
        };
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words.join(t.sentence_gap())
}

fn revision(t: &Text, signature: &JudgedSignature) -> RevisionLine {
    let (state, note) = match &signature.later {
        _ if !signature.is_intact => (CheckState::Failed, t.signature_changed().to_owned()),
        LaterChanges::Forbidden { changes } => (CheckState::Failed, in_words(t, changes)),
        LaterChanges::NotCovered => (CheckState::Failed, t.change_not_covered().to_owned()),
        LaterChanges::None | LaterChanges::Permitted => {
            (CheckState::Good, t.verify_revision_good().to_owned())
        }
    };
    RevisionLine {
        at: signature.stamped_at.or(signature.claimed_at),
        state,
        title: t.verify_revision_signed(&signature.signer),
        note,
    }
}
