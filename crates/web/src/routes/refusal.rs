//! Errors of the use cases in the reader's words.

use akashi_app::Error;
use akashi_app::domain::contract::{FieldProblem, Refusal, ValueProblem};
use akashi_app::domain::{Contract, DocumentId, FieldId};
use akashi_app::intake::{EngineRefusal, IntakeError};
use akashi_app::ports::{Pkcs12Error, SealError, SealUnfit};
use akashi_app::trust::CertificateProblem;

use crate::text::Text;

/// What to tell the reader about an error that the reader can mend; `None` for all others.
pub(super) fn explain(t: &Text, error: &Error, contract: Option<&Contract>) -> Option<String> {
    Some(match error {
        Error::Refused(refusal) => refused(t, refusal, contract),
        Error::Intake(error) => intake(t, error),
        Error::MissingCharacters { characters, .. } => t.characters_missing(characters.join("")),
        Error::PagesNotShown { missing } => t.refusal_pages(missing),
        Error::RevisionUnknown => t.refusal_revision().to_owned(),
        Error::Picture { .. } => t.picture_unusable().to_owned(),
        Error::NotDrawable { .. } => t.page_not_drawable().to_owned(),
        Error::TooLarge { limit } => t.file_too_large(t.bytes(limit)),
        Error::Certificate(problem) => certificate(t, problem),
        Error::SealRefused(problem) => seal(t, problem).to_owned(),
        Error::SealUntrusted => t.seal_untrusted().to_owned(),
        Error::Throttled { retry_after } => t.throttled(retry_after.as_secs().max(1)),
        _ => return None,
    })
}

/// Why a certificate cannot be trusted as asked.
fn certificate(t: &Text, problem: &CertificateProblem) -> String {
    match problem {
        CertificateProblem::TooLarge { limit } => t.trust_too_large(t.bytes(&(*limit as u64))),
        CertificateProblem::TooMany { limit } => t.trust_too_many(limit),
        CertificateProblem::NotAnAuthority { subject } => t.trust_not_authority(subject),
        CertificateProblem::PrivateKey => t.trust_private_key().to_owned(),
        _ => t.trust_unreadable().to_owned(),
    }
}

/// Why a key cannot become the seal.
const fn seal(t: &Text, problem: &SealError) -> &'static str {
    match problem {
        SealError::Pkcs12(Pkcs12Error::Unfit(unfit)) | SealError::Unfit(unfit) => match unfit {
            SealUnfit::NoCertificate | SealUnfit::KeyMismatch => t.seal_no_certificate(),
            SealUnfit::NotYetValid(_) => t.seal_not_begun(),
            SealUnfit::Expired(_) => t.seal_expired(),
            SealUnfit::KeyUsage | SealUnfit::Authority => t.seal_not_for_signing(),
            _ => t.seal_key_kind(),
        },
        SealError::Pkcs12(problem) => match problem {
            Pkcs12Error::Password => t.seal_wrong_password(),
            Pkcs12Error::NoKey | Pkcs12Error::SeveralKeys(_) => t.seal_no_key(),
            Pkcs12Error::Encryption | Pkcs12Error::NoMac | Pkcs12Error::TooManyIterations => {
                t.seal_encryption()
            }
            _ => t.seal_not_pkcs12(),
        },
        _ => t.seal_not_reachable(),
    }
}

/// A refusal of the life cycle.
pub(super) fn refused(t: &Text, refusal: &Refusal, contract: Option<&Contract>) -> String {
    let document = |id: DocumentId| {
        contract
            .and_then(|c| c.document(id))
            .map(|d| d.file_name.to_string())
            .unwrap_or_default()
    };
    let field = |id: FieldId| {
        contract
            .and_then(|c| c.field(id))
            .map(|f| f.label.to_string())
            .unwrap_or_default()
    };
    match refusal {
        Refusal::NotAwaited => t.refusal_not_your_turn().to_owned(),
        Refusal::AlreadyActed => t.refusal_already_acted().to_owned(),
        Refusal::NotViewed => t.refusal_not_viewed().to_owned(),
        Refusal::ShownMismatch => t.refusal_revision().to_owned(),
        Refusal::DeadlinePassed => t.refusal_deadline_past().to_owned(),
        Refusal::NoDocument => t.refusal_no_document().to_owned(),
        Refusal::NoParty => t.refusal_no_party().to_owned(),
        Refusal::ActiveContent { document_id } => t.refusal_active(document(*document_id)),
        Refusal::TooMany { max, .. } => t.refusal_too_many(max),
        Refusal::TooFewSignatureFields {
            document_id,
            needed,
            available,
        } => t.refusal_signature_fields(document(*document_id), available, needed),
        Refusal::Field { field_id, problem } => {
            format!(
                "{}{}",
                t.refusal_field(field(*field_id)),
                field_problem(t, *problem)
            )
        }
        Refusal::Value {
            field_id,
            problem: ValueProblem::Missing,
        } => t.value_missing(field(*field_id)),
        Refusal::Value {
            problem: ValueProblem::Text,
            ..
        } => t.value_text().to_owned(),
        Refusal::Value { field_id, .. } => t.value_wrong(field(*field_id)),
        _ => t.refusal_state().to_owned(),
    }
}

/// Why a field cannot stand where it is.
pub(super) fn field_problem(t: &Text, problem: FieldProblem) -> &'static str {
    match problem {
        FieldProblem::OutsidePage => t.field_outside(),
        FieldProblem::NotAllowedBySignatures => t.field_not_allowed(),
        FieldProblem::FontSize => t.field_font(),
        _ => t.field_unknown(),
    }
}

/// Why a PDF cannot be taken.
pub(super) fn intake(t: &Text, error: &IntakeError) -> String {
    match error {
        IntakeError::Refused(refusal) => match refusal {
            EngineRefusal::NotPdf => t.intake_not_pdf().to_owned(),
            EngineRefusal::Password => t.intake_password().to_owned(),
            EngineRefusal::Encryption => t.intake_encryption().to_owned(),
            EngineRefusal::TooLarge => t.intake_too_large().to_owned(),
            EngineRefusal::NoPages => t.intake_no_pages().to_owned(),
            EngineRefusal::TooManyPages { pages, limit } => t.intake_too_many_pages(pages, limit),
            EngineRefusal::Xfa => t.intake_xfa().to_owned(),
            EngineRefusal::CertifiedAgainstChanges => t.intake_certified().to_owned(),
            EngineRefusal::NoUsableSignatureField => t.intake_no_field().to_owned(),
            _ => t.intake_damaged().to_owned(),
        },
        IntakeError::Unreadable { .. } => t.intake_unreadable().to_owned(),
        IntakeError::DamagedAndSigned => t.intake_damaged_signed().to_owned(),
        IntakeError::ActiveAndSigned { names } => {
            let words: Vec<String> = names.iter().map(|name| active_content(t, name)).collect();
            t.intake_active_signed(words.join(t.list_comma()))
        }
        IntakeError::TooManyPages { pages, limit } => t.intake_too_many_pages(pages, limit),
        _ => t.intake_damaged().to_owned(),
    }
}

/// Active content in words: `embedded_file:見積書.xlsx` becomes 「添付ファイル(見積書.xlsx)」.
pub(super) fn active_content(t: &Text, name: &str) -> String {
    let (kind, detail) = name.split_once(':').unwrap_or((name, ""));
    let word = match kind {
        "javascript" => return t.active_javascript().to_owned(),
        "launch" => t.active_launch(),
        "submit_form" => t.active_submit(),
        "import_data" => t.active_import(),
        "external_document" => t.active_external(),
        "embedded_file" => t.active_embedded(),
        "multimedia" => t.active_multimedia(),
        "xfa" => "XFA",
        _ => t.active_other(),
    };
    if detail.is_empty() {
        word.to_owned()
    } else {
        format!("{word}({detail})")
    }
}
