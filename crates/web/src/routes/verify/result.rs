//! The page of a result: plain words first.

use akashi_app::judging::{
    ChangedThing, ForbiddenChange, JudgedSignature, Judgement, LaterChanges, Revocation, SignatureVerdict,
};
use akashi_app::verify::{Outcome, Verification};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::facts::fact_sheet;
use super::verdict::{is_changed, state, verdict};
use crate::pages::verify::{
    Accreditation, Expected, ReportLink, RevisionLine, SignatureLine, VerifyResultPage,
};
use crate::routes::visitor::Visitor;
use crate::text::Text;
use crate::view::{Check, CheckState, PlainFrame};

/// The most bytes of reports that a page carries; whoever needs more uses the command line.
const MAX_REPORT: usize = 4 * 1024 * 1024;

/// The page.
pub(super) fn page(
    visitor: &Visitor,
    frame: PlainFrame,
    file: String,
    wanted: &str,
    found: &Verification,
) -> VerifyResultPage {
    let t = visitor.t;
    let judgement = match &found.outcome {
        Outcome::Judged(judgement) => Some(&**judgement),
        _ => None,
    };
    let signers: Vec<&JudgedSignature> = judgement.iter().flat_map(|j| j.signers()).collect();
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
    if let Outcome::Refused(reason) = &found.outcome {
        details.push((t.verify_judgement().to_owned(), format!("{reason:?}")));
    }
    VerifyResultPage {
        t,
        frame,
        bytes: found.byte_length,
        checked_at: found.at,
        verdict: verdict(t, found),
        expected,
        signatures: signers.iter().map(|one| line(one)).collect(),
        checks: judgement.map_or_else(Vec::new, |judgement| checks(t, found, judgement)),
        revisions: if signers.iter().any(|one| is_changed(one)) {
            signers.iter().map(|one| revision(t, one)).collect()
        } else {
            Vec::new()
        },
        facts: judgement
            .iter()
            .flat_map(|judgement| &judgement.signatures)
            .map(|one| fact_sheet(t, one))
            .collect(),
        details,
        reports: judgement.map_or_else(Vec::new, |judgement| reports(t, &file, judgement)),
        file,
        with_own_trust: false,
    }
}

fn line(signature: &JudgedSignature) -> SignatureLine {
    let stamp = signature.time_stamp.as_ref().filter(|stamp| stamp.is_good);
    SignatureLine {
        name: signature.signer.clone(),
        organization: signature.organization.clone(),
        at: stamp.and_then(|stamp| stamp.at).or(signature.claimed_at),
        time_authority: stamp.map(|stamp| stamp.authority.clone()),
        accredited: match stamp.and_then(|stamp| stamp.is_accredited) {
            Some(true) => Accreditation::Accredited,
            Some(false) => Accreditation::NotListed,
            None => Accreditation::Unknown,
        },
        issuer: signature.issuer.clone(),
        level: signature
            .level_proven
            .clone()
            .or_else(|| signature.level_found.clone())
            .unwrap_or_default(),
        state: state(signature),
        why: signature.sentence.clone(),
    }
}

fn checks(t: &Text, found: &Verification, judgement: &Judgement) -> Vec<Check> {
    let signers: Vec<&JudgedSignature> = judgement.signers().collect();
    if signers.is_empty() {
        return Vec::new();
    }
    let check = |good: bool, otherwise: CheckState, title: &str| Check {
        state: if good { CheckState::Good } else { otherwise },
        title: title.to_owned(),
        detail: String::new(),
        remedy: String::new(),
    };
    let all = &judgement.signatures;
    let intact = all.iter().all(|one| one.is_intact);
    let permitted = all
        .iter()
        .all(|one| matches!(one.later, LaterChanges::None | LaterChanges::Permitted));
    let trusted = signers.iter().all(|one| one.is_trusted);
    let stamped = signers
        .iter()
        .all(|one| one.time_stamp.as_ref().is_some_and(|stamp| stamp.is_good));
    let mut checks = vec![
        check(intact, CheckState::Failed, t.verify_check_intact()),
        check(permitted, CheckState::Failed, t.verify_check_later()),
        check(trusted, CheckState::Warning, t.verify_check_trusted()),
        revocation(t, &signers),
        check(stamped, CheckState::Warning, t.verify_check_stamped()),
    ];
    let accredited: Vec<Option<bool>> = signers
        .iter()
        .filter_map(|one| one.time_stamp.as_ref())
        .map(|stamp| stamp.is_accredited)
        .collect();
    // Where nobody has listed accredited authorities there is nothing to say about it.
    if stamped && accredited.iter().all(Option::is_some) {
        let all_accredited = accredited.iter().all(|one| *one == Some(true));
        let title = if all_accredited {
            t.verify_check_accredited()
        } else {
            t.verify_check_not_accredited()
        };
        checks.push(check(all_accredited, CheckState::Warning, title));
    }
    checks.push(long_term(t, &signers, judgement));
    checks.push(check(
        found.concluded.is_some(),
        CheckState::Warning,
        t.verify_check_ours(),
    ));
    checks
}

/// Of several certificates the worst answer counts.
fn revocation(t: &Text, signers: &[&JudgedSignature]) -> Check {
    let answers = || {
        signers
            .iter()
            .flat_map(|one| &one.chain)
            .map(|line| line.revocation)
    };
    let revoked = answers().any(|answer| matches!(answer, Revocation::Revoked { .. }))
        && signers.iter().any(|one| one.verdict != SignatureVerdict::Passed);
    let unknown = answers().any(|answer| matches!(answer, Revocation::NotKnown | Revocation::NotDeclared))
        || answers().next().is_none();
    Check {
        state: match (revoked, unknown) {
            (true, _) => CheckState::Failed,
            (false, true) => CheckState::Warning,
            (false, false) => CheckState::Good,
        },
        title: t.verify_check_revocation().to_owned(),
        detail: if !revoked && unknown {
            t.revocation_unknown().to_owned()
        } else {
            String::new()
        },
        remedy: String::new(),
    }
}

fn long_term(t: &Text, signers: &[&JudgedSignature], judgement: &Judgement) -> Check {
    let is_kept = signers
        .iter()
        .all(|one| one.level_proven.as_deref() == Some("B-LTA"));
    let until = judgement.renewal_due_by.filter(|_| is_kept);
    Check {
        state: if until.is_some() {
            CheckState::Good
        } else {
            CheckState::Warning
        },
        title: t.verify_check_long_term().to_owned(),
        detail: match until {
            Some(until) => t.verify_long_term_until(t.date_of(&until)),
            None => t.verify_long_term_not().to_owned(),
        },
        remedy: String::new(),
    }
}

/// What was changed, each kind of thing once; the places stand in the details.
fn in_words(t: &Text, changes: &[ForbiddenChange]) -> String {
    let mut words: Vec<&'static str> = Vec::new();
    for change in changes {
        let word = match change.thing {
            ChangedThing::FieldFilled => t.change_field_filled(),
            ChangedThing::SignatureAdded => t.change_signature_added(),
            ChangedThing::FieldAdded => t.change_field_added(),
            ChangedThing::FieldRedefined => t.change_field_redefined(),
            ChangedThing::SignatureReplaced => t.change_signature_replaced(),
            ChangedThing::Page => t.change_page(),
            ChangedThing::Annotation => t.change_annotation(),
            ChangedThing::Unreadable => t.change_unreadable(),
            ChangedThing::Other => t.change_other(),
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
    let stamped_at = signature.time_stamp.as_ref().and_then(|stamp| stamp.at);
    RevisionLine {
        at: stamped_at.or(signature.claimed_at),
        state,
        title: t.verify_revision_signed(&signature.signer),
        note,
    }
}

/// The whole report as files inside of the page.
fn reports(t: &Text, file: &str, judgement: &Judgement) -> Vec<ReportLink> {
    let stem = file.strip_suffix(".pdf").unwrap_or(file);
    let link = |label, content: &str, kind: &str, ending: &str| ReportLink {
        label,
        file_name: format!("{stem}-report.{ending}"),
        href: format!("data:{kind};base64,{}", STANDARD.encode(content)),
    };
    let mut links = vec![link(
        t.verify_report_json(),
        &judgement.json,
        "application/json",
        "json",
    )];
    links.push(link(
        t.verify_report_xml(),
        &judgement.xml,
        "application/xml",
        "xml",
    ));
    links.retain(|link| link.href.len() <= MAX_REPORT);
    links
}
