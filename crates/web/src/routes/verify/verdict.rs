//! The answer in one sentence.

use akashi_app::judging::{JudgedSignature, LaterChanges, Refusal, SignatureVerdict};
use akashi_app::verify::{Outcome, Verification};

use crate::pages::verify::{SignatureState, Verdict};
use crate::text::Text;

/// What can be said of the file, and no more.
pub(super) fn verdict(t: &Text, found: &Verification) -> Verdict {
    let judgement = match &found.outcome {
        Outcome::Judged(judgement) => judgement,
        Outcome::Refused(refusal) => {
            return Verdict::Unreadable {
                reason: refused(t, refusal).to_owned(),
            };
        }
        Outcome::TooSlow { limit } => {
            return Verdict::NotInTime {
                seconds: Some(limit.as_secs()),
            };
        }
        Outcome::TooHeavy => return Verdict::NotInTime { seconds: None },
    };
    let all = &judgement.signatures;
    if judgement.signers().next().is_none() {
        Verdict::Unsigned
    } else if all.iter().any(is_changed) {
        Verdict::Changed
    } else if all.iter().any(|one| one.verdict == SignatureVerdict::Failed) {
        Verdict::Invalid
    } else if found.concluded.is_some() {
        Verdict::Ours
    } else if judgement.has_unsigned_changes {
        Verdict::Unsure
    } else if judgement
        .signers()
        .all(|one| one.verdict == SignatureVerdict::Passed)
    {
        Verdict::Passed
    } else if judgement.signers().any(|one| !one.is_trusted) {
        Verdict::IntactElsewhere
    } else {
        Verdict::Unsure
    }
}

/// Something is not as it was signed.
pub(super) fn is_changed(signature: &JudgedSignature) -> bool {
    !signature.is_intact
        || matches!(
            signature.later,
            LaterChanges::Forbidden { .. } | LaterChanges::NotCovered
        )
}

/// What the table says of a signature.
pub(super) fn state(signature: &JudgedSignature) -> SignatureState {
    match signature.verdict {
        _ if is_changed(signature) => SignatureState::Changed,
        SignatureVerdict::Passed => SignatureState::Good,
        SignatureVerdict::Failed => SignatureState::Invalid,
        SignatureVerdict::Unclear if !signature.is_trusted => SignatureState::UnknownIssuer,
        SignatureVerdict::Unclear => SignatureState::Unclear,
    }
}

/// Why a file cannot be judged at all.
fn refused(t: &Text, refusal: &Refusal) -> &'static str {
    match refusal {
        Refusal::NotPdf => t.intake_not_pdf(),
        Refusal::Password => t.intake_password(),
        Refusal::Encryption => t.intake_encryption(),
        Refusal::Limit => t.intake_too_large(),
        Refusal::Damaged => t.intake_damaged(),
        Refusal::Unreadable { .. } => t.intake_unreadable(),
    }
}
