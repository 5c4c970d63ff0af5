//! What our own judge says of a file, in the terms of the use cases.

use akashi_domain::UtcTime;
use akashi_pdf::{Document, Limits};
use akashi_pki::Certificate;
pub use akashi_validation::ChangeKind;
use akashi_validation::{CertificateFacts, Coverage, SignatureReport, Trust, judge};

use crate::intake::{IntakeError, refusal};

/// What can be said of a PDF as a whole.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// The signatures, oldest first.
    pub signatures: Vec<JudgedSignature>,
    /// Something was added after the last signature that no signature covers.
    pub has_unsigned_changes: bool,
}

/// What can be said of one signature.
#[derive(Debug, Clone)]
pub struct JudgedSignature {
    /// The name of its field.
    pub field_name: String,
    /// The signer's common name.
    pub signer: String,
    /// The signer's organization, or nothing.
    pub organization: String,
    /// The issuer's common name.
    pub issuer: String,
    /// The time in the signature dictionary: claimed, not proven.
    pub claimed_at: Option<UtcTime>,
    /// The time of the signature time-stamp, if it holds.
    pub stamped_at: Option<UtcTime>,
    /// Whose time-stamp.
    pub stamped_by: Option<String>,
    /// The signed bytes are as they were signed.
    pub is_intact: bool,
    /// The certificate leads to a root that this installation trusts.
    pub is_trusted: bool,
    /// Its time-stamp holds and leads to a trusted root.
    pub is_stamped: bool,
    /// What came after it.
    pub later: LaterChanges,
}

impl JudgedSignature {
    /// The facts in one line, for experts.
    pub fn technical(&self) -> String {
        let time = |at: Option<UtcTime>| at.map_or_else(|| "-".to_owned(), |at| at.to_string());
        format!(
            "intact={} trusted={} stamped={} M={} genTime={} later={:?}",
            self.is_intact,
            self.is_trusted,
            self.is_stamped,
            time(self.claimed_at),
            time(self.stamped_at),
            self.later
        )
    }
}

/// What came after a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LaterChanges {
    /// Nothing: it covers the whole file.
    None,
    /// Only what the signature permits: other signatures, their fields, validation data.
    Permitted,
    /// Something else.
    Forbidden {
        /// What, in the order of the revisions.
        changes: Vec<ForbiddenChange>,
    },
    /// The signature does not cover a whole revision.
    NotCovered,
}

/// A change that no signature permits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForbiddenChange {
    /// What kind of thing changed.
    pub kind: ChangeKind,
    /// Full name of the form field, where it concerns one.
    pub field: Option<String>,
    /// Where, in terms of the document's structure; for experts.
    pub place: String,
}

/// What keeps a file from being released: empty if every expected signature is intact, trusted, time-stamped,
/// and nothing but permitted changes follows any of them.
pub(crate) fn faults(file: &[u8], expected: &[String], anchors: &[Certificate], now: UtcTime) -> Vec<String> {
    let document = match Document::open(file, &Limits::default()) {
        Ok(document) => document,
        Err(error) => return vec![format!("cannot be opened: {error}")],
    };
    let report = match judge(&document, &Trust::in_roots(anchors), now) {
        Ok(report) => report,
        Err(error) => return vec![format!("cannot be judged: {error}")],
    };
    let mut faults = Vec::new();
    for name in expected {
        let found = report
            .signatures
            .iter()
            .find(|signature| signature.facts.field_name == *name);
        let Some(signature) = found else {
            faults.push(format!("{name}: signature is missing"));
            continue;
        };
        if !signature.stands_for_whole_document() {
            faults.push(format!(
                "{name}: {:?} {:?}, {:?}, {:?}",
                signature.indication, signature.sub_indication, signature.coverage, signature.later
            ));
        } else if !signature.is_time_stamped() {
            faults.push(format!("{name}: time-stamp is missing or not trusted"));
        }
    }
    // Signatures that the file brought with it may be by people whom nobody here trusts; but they must be as
    // intact as they were.
    let others = report
        .signatures
        .iter()
        .filter(|signature| !expected.contains(&signature.facts.field_name));
    for signature in others {
        if !signature.is_intact() || !signature.later.is_permitted() {
            faults.push(format!(
                "{}: broken by what was added",
                signature.facts.field_name
            ));
        }
    }
    faults
}

/// What can be said of a file that anyone brings.
///
/// # Errors
/// Why it cannot be judged at all.
pub(crate) fn judge_file(
    file: &[u8],
    anchors: &[Certificate],
    now: UtcTime,
) -> Result<Judgement, IntakeError> {
    let document = Document::open(file, &Limits::default()).map_err(|error| refusal(&error))?;
    let report =
        judge(&document, &Trust::in_roots(anchors), now).map_err(|error| IntakeError::Unreadable {
            reason: error.to_string(),
        })?;
    let covered = report
        .signatures
        .iter()
        .any(|signature| signature.coverage == Coverage::WholeFile);
    Ok(Judgement {
        has_unsigned_changes: !report.signatures.is_empty() && !covered,
        signatures: report.signatures.iter().map(judged).collect(),
    })
}

fn judged(signature: &SignatureReport) -> JudgedSignature {
    let signer = signature.signer.as_ref();
    let name = |facts: &CertificateFacts| facts.common_name.clone().unwrap_or_else(|| facts.subject.clone());
    let issuer = |facts: &CertificateFacts| {
        facts
            .issuer_common_name
            .clone()
            .unwrap_or_else(|| facts.issuer.clone())
    };
    let stamp = signature
        .time_stamp
        .as_ref()
        .filter(|_| signature.is_time_stamped());
    JudgedSignature {
        field_name: signature.facts.field_name.clone(),
        signer: signer.map(name).unwrap_or_default(),
        organization: signer
            .and_then(|facts| facts.organization.clone())
            .unwrap_or_default(),
        issuer: signer.map(issuer).unwrap_or_default(),
        claimed_at: signature.facts.claimed_time,
        stamped_at: stamp.and_then(|stamp| stamp.gen_time),
        stamped_by: stamp.and_then(|stamp| stamp.authority.as_ref().map(name)),
        is_intact: signature.is_intact(),
        is_trusted: signature.path.is_trusted(),
        is_stamped: stamp.is_some(),
        later: later(signature),
    }
}

fn later(signature: &SignatureReport) -> LaterChanges {
    match signature.coverage {
        Coverage::WholeFile => LaterChanges::None,
        Coverage::WholeRevision { .. } if signature.later.is_permitted() => LaterChanges::Permitted,
        Coverage::WholeRevision { .. } => LaterChanges::Forbidden {
            changes: signature
                .later
                .findings
                .iter()
                .map(|finding| ForbiddenChange {
                    kind: finding.change.kind,
                    field: finding.change.field.clone(),
                    place: finding.change.place.clone(),
                })
                .collect(),
        },
        Coverage::Less { .. } => LaterChanges::NotCovered,
    }
}
