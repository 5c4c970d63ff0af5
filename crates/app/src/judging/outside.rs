//! What can be said of a file that anyone brings. Plain values: they cross the border of a process.

use akashi_domain::{Language, UtcTime};
use akashi_pdf::{Document, Limits};
use akashi_validation::{
    CertificateFacts, CertificateRevocation, ChainCertificate, ChainRole, ChangeKind, Coverage, EvidenceKind,
    EvidenceSource, Indication, ProofSource, Report, SignatureKind, SignatureReport, TimeStampReport, judge,
    words,
};
use serde::{Deserialize, Serialize};

use super::order::JudgeOrder;
use super::release::trust;
use crate::trust::TrustedAuthorities;

/// The answer about a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Judged {
    /// It was judged.
    Report(Box<Judgement>),
    /// It cannot be judged at all.
    Refused(Refusal),
}

/// Why a file cannot be judged at all.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Not a PDF.
    NotPdf,
    /// It needs a password to be opened.
    Password,
    /// It is encrypted in a way that is not supported.
    Encryption,
    /// It goes beyond a limit of the engine: objects, depth, expansion.
    Limit,
    /// It is cut off or damaged.
    Damaged,
    /// It can be opened but not judged.
    Unreadable {
        /// Why, in English for experts.
        reason: String,
    },
}

/// What can be said of a PDF.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    /// Signatures and document time-stamps, oldest first.
    pub signatures: Vec<JudgedSignature>,
    /// Something was added after the last signature that no signature covers.
    pub has_unsigned_changes: bool,
    /// Until when the newest archive time-stamp proves anything by itself; `None` without one.
    pub renewal_due_by: Option<UtcTime>,
    /// The whole report as JSON.
    pub json: String,
    /// The whole report as ETSI TS 119 102-2 XML.
    pub xml: String,
}

impl Judgement {
    /// The signatures of persons and seals.
    pub fn signers(&self) -> impl Iterator<Item = &JudgedSignature> {
        self.signatures
            .iter()
            .filter(|signature| signature.kind == JudgedKind::Signature)
    }

    /// The archive time-stamps.
    pub fn archive_time_stamps(&self) -> impl Iterator<Item = &JudgedSignature> {
        self.signatures
            .iter()
            .filter(|signature| signature.kind == JudgedKind::ArchiveTimeStamp)
    }
}

/// What a signature is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JudgedKind {
    /// Of a person or a seal.
    Signature,
    /// A document time-stamp (ISO 32000-2, 12.8.5).
    ArchiveTimeStamp,
}

/// The indication of EN 319 102-1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignatureVerdict {
    /// `TOTAL-PASSED`
    Passed,
    /// `TOTAL-FAILED`
    Failed,
    /// `INDETERMINATE`
    Unclear,
}

impl SignatureVerdict {
    /// The name that the standard gives it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Passed => "TOTAL-PASSED",
            Self::Failed => "TOTAL-FAILED",
            Self::Unclear => "INDETERMINATE",
        }
    }
}

/// What can be said of one signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgedSignature {
    /// The name of its field.
    pub field_name: String,
    /// What it is.
    pub kind: JudgedKind,
    /// The signer's or authority's common name.
    pub signer: String,
    /// The signer's organization, or nothing.
    pub organization: String,
    /// The signer's mail addresses.
    pub mail_addresses: Vec<String>,
    /// The issuer's common name.
    pub issuer: String,
    /// What the signer gave as reason, or nothing.
    pub reason: String,
    /// The verdict.
    pub verdict: SignatureVerdict,
    /// Why it is not passed, as the standard names it.
    pub sub_indication: Option<String>,
    /// The same reason in a sentence; empty if it is passed.
    pub sentence: String,
    /// The time in the signature dictionary: claimed, not proven.
    pub claimed_at: Option<UtcTime>,
    /// The time before which it is proven to have been made.
    pub best_signature_time: UtcTime,
    /// Its time-stamp.
    pub time_stamp: Option<TimeStampFacts>,
    /// The signed bytes are as they were signed.
    pub is_intact: bool,
    /// The certificate leads to a root that is trusted here.
    pub is_trusted: bool,
    /// The level as found in the file, for example `B-LTA`; `None` for time-stamps.
    pub level_found: Option<String>,
    /// The level that is proven.
    pub level_proven: Option<String>,
    /// What came after it.
    pub later: LaterChanges,
    /// The certificates, the signer's first.
    pub chain: Vec<ChainLine>,
    /// What proves that it existed.
    pub proofs: Vec<Proof>,
    /// Hash, scheme and key, for experts.
    pub algorithms: String,
    /// Until when the algorithms are believed; `None` if no end is set.
    pub reliable_until: Option<UtcTime>,
    /// The author certified the document: DocMDP permission 1 to 3.
    pub certification: Option<u8>,
}

/// What can be said of a time-stamp.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimeStampFacts {
    /// Its time.
    pub at: Option<UtcTime>,
    /// Whose.
    pub authority: String,
    /// Intact and trusted, so that it proves its time.
    pub is_good: bool,
    /// Whether the authority is listed as accredited (認定); `None` if nobody has listed any.
    pub is_accredited: Option<bool>,
    /// When its certificates end.
    pub chain_ends_at: Option<UtcTime>,
}

/// What came after a signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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

/// What kind of thing changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum ChangedThing {
    FieldFilled,
    SignatureAdded,
    FieldAdded,
    FieldRedefined,
    SignatureReplaced,
    Page,
    Annotation,
    Unreadable,
    Other,
}

/// A change that no signature permits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForbiddenChange {
    /// What kind of thing changed.
    pub thing: ChangedThing,
    /// Full name of the form field, where it concerns one.
    pub field: Option<String>,
    /// Where, in terms of the document's structure; for experts.
    pub place: String,
}

/// A certificate of a path.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainLine {
    /// The subject's common name, else its whole name.
    pub subject: String,
    /// What it is in the path.
    pub role: ChainPlace,
    /// When it begins.
    pub not_before: UtcTime,
    /// When it ends.
    pub not_after: UtcTime,
    /// SHA-256, hexadecimal.
    pub sha256: String,
    /// What is known about its revocation.
    pub revocation: Revocation,
    /// What that rests on: lists and responses, with the time at which each was made.
    pub evidence: Vec<EvidenceLine>,
}

/// What a certificate is in a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChainPlace {
    /// Of the signer or time-stamp authority.
    Signer,
    /// Of an authority.
    Authority,
    /// Trusted here.
    Anchor,
}

/// What is known about the revocation of one certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Revocation {
    /// Nobody looked, or it is the root.
    NotChecked,
    /// There never will be such information (RFC 9608).
    NeverPublished,
    /// Nothing says that there is such information.
    NotDeclared,
    /// Not revoked.
    Good {
        /// When the information was made.
        as_of: UtcTime,
    },
    /// Revoked.
    Revoked {
        /// Since when.
        since: UtcTime,
    },
    /// There should be information, but none settles it.
    NotKnown,
}

/// A revocation list or an OCSP response that was used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceLine {
    /// An OCSP response rather than a list.
    pub is_response: bool,
    /// It stood in the file itself.
    pub is_in_file: bool,
    /// When it was made.
    pub made_at: UtcTime,
}

/// What proves that a signature existed at a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proof {
    /// When it existed, at the latest.
    pub at: UtcTime,
    /// The field of the document time-stamp; `None` for the time-stamp inside of the signature.
    pub document_time_stamp: Option<String>,
}

/// Judges a file. Heavy, and only as bounded as the engine's limits: files from outside are judged in a process of
/// their own.
pub fn judge_file(file: &[u8], order: &JudgeOrder, authorities: &TrustedAuthorities) -> Judged {
    let document = match Document::open(file, &Limits::default()) {
        Ok(document) => document,
        Err(error) => return Judged::Refused(refusal(&error)),
    };
    let report = match judge(&document, &trust(authorities), order.at) {
        Ok(report) => report,
        Err(error) => {
            let reason = error.to_string();
            return Judged::Refused(Refusal::Unreadable { reason });
        }
    };
    match judgement(&report, order.language) {
        Ok(judgement) => Judged::Report(Box::new(judgement)),
        Err(error) => Judged::Refused(Refusal::Unreadable {
            reason: error.to_string(),
        }),
    }
}

fn refusal(error: &akashi_pdf::OpenError) -> Refusal {
    use akashi_pades::Refusal as Engine;
    match Engine::of(error) {
        Some(Engine::NotPdf) => Refusal::NotPdf,
        Some(Engine::Password) => Refusal::Password,
        Some(Engine::Encryption) => Refusal::Encryption,
        Some(Engine::TooLarge) => Refusal::Limit,
        _ => Refusal::Damaged,
    }
}

fn judgement(report: &Report, language: Language) -> Result<Judgement, serde_json::Error> {
    let language = match language {
        Language::Ja => words::Language::Ja,
        Language::En => words::Language::En,
    };
    let covered = report
        .signatures
        .iter()
        .any(|signature| signature.coverage == Coverage::WholeFile);
    Ok(Judgement {
        has_unsigned_changes: !report.signatures.is_empty() && !covered,
        renewal_due_by: report.renewal_due_by(),
        signatures: report
            .signatures
            .iter()
            .map(|signature| judged(signature, language))
            .collect(),
        json: serde_json::to_string_pretty(report)?,
        xml: akashi_validation::xml::to_ts_119_102_2(report),
    })
}

fn name(facts: &CertificateFacts) -> String {
    facts.common_name.clone().unwrap_or_else(|| facts.subject.clone())
}

fn judged(signature: &SignatureReport, language: words::Language) -> JudgedSignature {
    let facts = &signature.facts;
    let signer = match facts.kind {
        SignatureKind::Signature => signature.signer.as_ref(),
        SignatureKind::DocumentTimeStamp => signature
            .time_stamp
            .as_ref()
            .and_then(|stamp| stamp.authority.as_ref())
            .or(signature.signer.as_ref()),
    };
    let algorithms = &signature.algorithms;
    let algorithms_named = [&algorithms.digest, &algorithms.signature, &algorithms.key];
    JudgedSignature {
        field_name: facts.field_name.clone(),
        kind: match facts.kind {
            SignatureKind::Signature => JudgedKind::Signature,
            SignatureKind::DocumentTimeStamp => JudgedKind::ArchiveTimeStamp,
        },
        signer: signer.map(name).unwrap_or_default(),
        organization: signer
            .and_then(|facts| facts.organization.clone())
            .unwrap_or_default(),
        mail_addresses: signer
            .map(|facts| facts.mail_addresses.clone())
            .unwrap_or_default(),
        issuer: signer
            .map(|facts| {
                facts
                    .issuer_common_name
                    .clone()
                    .unwrap_or_else(|| facts.issuer.clone())
            })
            .unwrap_or_default(),
        reason: facts.reason.clone().unwrap_or_default(),
        verdict: match signature.indication {
            Indication::TotalPassed => SignatureVerdict::Passed,
            Indication::TotalFailed => SignatureVerdict::Failed,
            Indication::Indeterminate => SignatureVerdict::Unclear,
        },
        sub_indication: signature.sub_indication.map(|reason| reason.name().to_owned()),
        sentence: signature
            .sub_indication
            .map(|reason| words::sub_indication(reason, language).to_owned())
            .unwrap_or_default(),
        claimed_at: facts.claimed_time,
        best_signature_time: signature.best_signature_time,
        time_stamp: signature.time_stamp.as_ref().map(time_stamp),
        is_intact: signature.is_intact(),
        is_trusted: signature.path.is_trusted(),
        level_found: signature.levels.map(|levels| levels.found.name().to_owned()),
        level_proven: signature
            .levels
            .and_then(|levels| levels.proven)
            .map(|level| level.name().to_owned()),
        later: later(signature),
        chain: signature.chain.iter().map(chain_line).collect(),
        proofs: signature
            .proofs_of_existence
            .iter()
            .map(|proof| Proof {
                at: proof.at,
                document_time_stamp: match &proof.by {
                    ProofSource::DocumentTimeStamp { field_name } => Some(field_name.clone()),
                    _ => None,
                },
            })
            .collect(),
        algorithms: algorithms_named
            .into_iter()
            .flatten()
            .cloned()
            .collect::<Vec<_>>()
            .join(", "),
        reliable_until: algorithms.reliable_until,
        certification: facts.certification,
    }
}

fn time_stamp(stamp: &TimeStampReport) -> TimeStampFacts {
    let chain = stamp
        .chain
        .iter()
        .filter(|line| line.role != ChainRole::TrustAnchor);
    TimeStampFacts {
        at: stamp.gen_time,
        authority: stamp.authority.as_ref().map(name).unwrap_or_default(),
        is_good: stamp.is_good(),
        is_accredited: stamp.is_accredited,
        chain_ends_at: chain.map(|line| line.certificate.not_after).min(),
    }
}

fn chain_line(line: &ChainCertificate) -> ChainLine {
    ChainLine {
        subject: name(&line.certificate),
        role: match line.role {
            ChainRole::Signer => ChainPlace::Signer,
            ChainRole::Authority => ChainPlace::Authority,
            ChainRole::TrustAnchor => ChainPlace::Anchor,
        },
        not_before: line.certificate.not_before,
        not_after: line.certificate.not_after,
        sha256: line.certificate.sha256.clone(),
        revocation: match line.revocation {
            CertificateRevocation::NotChecked => Revocation::NotChecked,
            CertificateRevocation::NeverPublished => Revocation::NeverPublished,
            CertificateRevocation::NotDeclared => Revocation::NotDeclared,
            CertificateRevocation::Good { as_of } => Revocation::Good { as_of },
            CertificateRevocation::Revoked { revoked_at, .. } => Revocation::Revoked { since: revoked_at },
            _ => Revocation::NotKnown,
        },
        evidence: line
            .evidence
            .iter()
            .map(|evidence| EvidenceLine {
                is_response: evidence.kind == EvidenceKind::OcspResponse,
                is_in_file: evidence.source != EvidenceSource::Caller,
                made_at: evidence.this_update,
            })
            .collect(),
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
                    thing: thing(finding.change.kind),
                    field: finding.change.field.clone(),
                    place: finding.change.place.clone(),
                })
                .collect(),
        },
        Coverage::Less { .. } => LaterChanges::NotCovered,
    }
}

const fn thing(kind: ChangeKind) -> ChangedThing {
    match kind {
        ChangeKind::FieldValue | ChangeKind::FieldAppearance | ChangeKind::FieldReadOnly => {
            ChangedThing::FieldFilled
        }
        ChangeKind::Signed | ChangeKind::TimeStamped => ChangedThing::SignatureAdded,
        ChangeKind::VisibleSignatureFieldAdded
        | ChangeKind::InvisibleSignatureFieldAdded
        | ChangeKind::FieldAdded => ChangedThing::FieldAdded,
        ChangeKind::FieldRemoved | ChangeKind::FieldRedefined => ChangedThing::FieldRedefined,
        ChangeKind::SignatureReplaced => ChangedThing::SignatureReplaced,
        ChangeKind::Page => ChangedThing::Page,
        ChangeKind::Annotation => ChangedThing::Annotation,
        ChangeKind::Unreadable => ChangedThing::Unreadable,
        _ => ChangedThing::Other,
    }
}
