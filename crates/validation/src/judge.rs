//! Judging a file.

use std::cell::Cell;

use akashi_pdf::{Document, Form, PdfString, ReadAt, ReadError, SignatureFacts as PdfSignature};
use jiff::Timestamp;
use thiserror::Error;

use crate::chain::{MAX_TOKENS, Setting};
use crate::changes::{Change, ChangeLevel, changes_after};
use crate::coverage::coverage;
use crate::date::read_date;
use crate::digests::{Covered, digests};
use crate::material::{Material, Since};
use crate::permission::Restrictions;
use crate::proofs::Proofs;
use crate::report::{
    BaselineLevel, Coverage, Indication, Integrity, LaterChanges, Levels, ProofSource, Report,
    SignatureFacts, SignatureKind, SignatureReport, SubIndication, indication_of,
};
use crate::signature::{self, Judgement, Subject};
use crate::trust::Trust;
use crate::value::{Encoding, Value};

/// Signatures of one file that are judged.
pub const MAX_SIGNATURES: usize = 500;
/// Revisions after the first signature that are compared.
pub const MAX_LATER_REVISIONS: usize = 1_000;

/// Why a file could not be judged at all. A bad signature is not an error.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum JudgeError {
    /// The file, its form or its pages cannot be read.
    #[error("the file cannot be read")]
    Read(#[from] ReadError),
    /// More signatures than [`MAX_SIGNATURES`].
    #[error("more than {MAX_SIGNATURES} signatures")]
    TooManySignatures,
    /// More revisions follow the first signature than [`MAX_LATER_REVISIONS`].
    #[error("more than {MAX_LATER_REVISIONS} revisions after a signature")]
    TooManyRevisions,
}

/// Judges every signature of a document as of `now`.
///
/// The order is that of EN 319 102-1, 5.6.3: the document time-stamps from the newest to the oldest, each with what
/// the newer ones prove, then the signatures with what all of them prove.
///
/// Cost: the file is read about once for all signatures together; if revisions follow a signature, every object is
/// read once, and each later revision costs in proportion to what it changed.
///
/// # Errors
/// [`JudgeError`], when nothing can be said.
pub fn judge<R: ReadAt>(document: &Document<R>, trust: &Trust, now: Timestamp) -> Result<Report, JudgeError> {
    let form = document.form()?;
    let mut found = Vec::new();
    for signature in document.signatures()? {
        if found.len() >= MAX_SIGNATURES {
            return Err(JudgeError::TooManySignatures);
        }
        found.push(Found::read(document, form.as_ref(), signature)?);
    }
    // In the order of making: what covers less was there before.
    found.sort_by_key(|one| one.end);
    let digests = covered_digests(document, &found)?;
    let first_covered = found.iter().filter_map(Found::revision).min();
    let changes = match first_covered {
        Some(first) if document.revisions().len().saturating_sub(first) > MAX_LATER_REVISIONS => {
            return Err(JudgeError::TooManyRevisions);
        }
        Some(first) => changes_after(document, first)?,
        None => Vec::new(),
    };
    let signatures = judge_all(document, &found, &digests, trust, now)?
        .into_iter()
        .zip(found)
        .map(|((judgement, levels), one)| one.report(judgement, levels, &changes))
        .collect();
    Ok(Report {
        judged_at: now,
        file_length: document.size(),
        revisions: document.revisions().len(),
        signatures,
    })
}

/// Judges the values, newest document time-stamp first; the answers stand in the order of `found`.
fn judge_all<R: ReadAt>(
    document: &Document<R>,
    found: &[Found],
    digests: &[Vec<u8>],
    trust: &Trust,
    now: Timestamp,
) -> Result<Vec<(Judgement, Option<Levels>)>, ReadError> {
    if found.is_empty() {
        return Ok(Vec::new());
    }
    let mut material = Material::collect(document, trust)?;
    for one in found {
        one.value.contribute(&mut material, one.since());
    }
    let tokens = Cell::new(MAX_TOKENS);
    let mut proofs = Proofs::none(now);
    let mut judgements: Vec<Option<Judgement>> = found.iter().map(|_| None).collect();
    let stamps_last = |one: &Found| one.facts.kind == SignatureKind::Signature;
    let mut order: Vec<usize> = (0..found.len()).rev().collect();
    order.sort_by_key(|place| found.get(*place).map(stamps_last));
    for place in order {
        let (Some(one), Some(digest)) = (found.get(place), digests.get(place)) else {
            continue;
        };
        let subject = Subject {
            value: &one.value,
            digest,
            since: one.since(),
        };
        let setting = Setting {
            trust,
            material: &material,
            proofs: &proofs,
            now,
            tokens: &tokens,
        };
        let judgement = signature::judge(setting, subject);
        let is_proof = one.facts.kind == SignatureKind::DocumentTimeStamp
            && one.format().is_none()
            && judgement.blocks.sub_indication().is_none();
        let proven = judgement.time_stamp.as_ref().and_then(|stamp| stamp.gen_time);
        if let (true, Some(revision), Some(at)) = (is_proof, one.revision(), proven) {
            proofs.add(revision, at, &one.facts.field_name);
        }
        if let Some(slot) = judgements.get_mut(place) {
            *slot = Some(judgement);
        }
    }
    let stamps: Vec<usize> = found
        .iter()
        .filter(|one| one.facts.kind == SignatureKind::DocumentTimeStamp)
        .filter_map(Found::revision)
        .collect();
    let judged = judgements.into_iter().zip(found).filter_map(|(judgement, one)| {
        let judgement = judgement?;
        let levels = one.levels(&judgement, &material, &stamps);
        Some((judgement, levels))
    });
    Ok(judged.collect())
}

/// A signature with what was found out about it before hashing.
struct Found {
    facts: SignatureFacts,
    coverage: Coverage,
    restrictions: Restrictions,
    value: Value,
    /// Where the covered bytes end; for the order.
    end: u64,
    ranges: Vec<(u64, u64)>,
    last_revision: usize,
    /// The revision that last defined the signature dictionary.
    defined_in: Option<usize>,
    /// Whether the dictionary has the form that its type demands.
    is_well_formed: bool,
}

impl Found {
    fn read<R: ReadAt>(
        document: &Document<R>,
        form: Option<&Form>,
        signature: PdfSignature,
    ) -> Result<Self, ReadError> {
        let coverage = coverage(document, &signature)?;
        let lock = form
            .and_then(|form| form.fields.iter().find(|field| field.id == signature.field_id))
            .and_then(|field| field.lock.as_ref());
        let restrictions = Restrictions::read(document, &signature, lock)?;
        let encoding = Encoding::of(signature.sub_filter.as_deref());
        let value = Value::read(encoding, signature.contents.as_deref());
        let ranges = match &signature.byte_range {
            Some(ranges) if fits(ranges, document.size()) => ranges.clone(),
            _ => Vec::new(),
        };
        let end = ranges
            .last()
            .map_or(0, |(offset, length)| offset.saturating_add(*length));
        Ok(Self {
            defined_in: signature.revision,
            is_well_formed: is_well_formed(&signature, encoding),
            facts: facts(document, signature, encoding, &restrictions)?,
            coverage,
            restrictions,
            value,
            end,
            ranges,
            last_revision: document.revisions().len().saturating_sub(1),
        })
    }

    /// The revision that is covered.
    fn revision(&self) -> Option<usize> {
        match self.coverage {
            Coverage::WholeFile => Some(self.last_revision),
            Coverage::WholeRevision { revision } => Some(revision),
            Coverage::Less { .. } => None,
        }
    }

    /// The revision that a document time-stamp must cover to prove the signature value: one behind its own, for no
    /// signature covers itself.
    fn since(&self) -> Option<Since> {
        let own = self.revision().or(self.defined_in)?;
        Some(own + 1)
    }

    /// What is wrong with its form. EN 319 142-1, 5.1 with ISO 32000-2, 12.8.1: a range that is not the whole of a
    /// revision without the signature value is no signature of a document.
    fn format(&self) -> Option<SubIndication> {
        let is_whole = !matches!(self.coverage, Coverage::Less { .. });
        (!self.is_well_formed || !is_whole || self.ranges.is_empty()).then_some(SubIndication::FormatFailure)
    }

    /// How far a signature is prepared for the future, and how far that holds.
    fn levels(&self, judgement: &Judgement, material: &Material, stamps: &[usize]) -> Option<Levels> {
        if self.facts.kind != SignatureKind::Signature {
            return None;
        }
        let covering: Vec<usize> = match self.since() {
            Some(since) => stamps.iter().copied().filter(|stamp| since <= *stamp).collect(),
            None => Vec::new(),
        };
        let store = material.first_stored_evidence();
        let has_time = judgement.time_stamp.is_some() || !covering.is_empty();
        let is_archived = store.is_some_and(|store| covering.iter().any(|stamp| store <= *stamp));
        let found = match (has_time, store.is_some(), is_archived) {
            (true, true, true) => BaselineLevel::Lta,
            (true, true, false) => BaselineLevel::Lt,
            (true, false, _) => BaselineLevel::T,
            (false, ..) => BaselineLevel::B,
        };
        let has_passed = self.format().is_none() && judgement.blocks.sub_indication().is_none();
        let is_proven_old = !judgement.proofs.is_empty();
        let is_covered = judgement
            .proofs
            .iter()
            .any(|proof| matches!(proof.by, ProofSource::DocumentTimeStamp { .. }));
        let proven = has_passed.then_some(
            match (
                is_proven_old,
                judgement.is_complete,
                judgement.is_archived && is_covered,
            ) {
                (true, true, true) => BaselineLevel::Lta,
                (true, true, false) => BaselineLevel::Lt,
                (true, false, _) => BaselineLevel::T,
                (false, ..) => BaselineLevel::B,
            },
        );
        // Nothing is proven that is not there.
        let proven = proven.map(|proven| proven.min(found));
        Some(Levels { found, proven })
    }

    fn report(self, judgement: Judgement, levels: Option<Levels>, changes: &[Change]) -> SignatureReport {
        let later = match self.revision() {
            Some(covered) => self
                .restrictions
                .judge(changes.iter().filter(|change| change.revision > covered)),
            None => LaterChanges {
                level: ChangeLevel::Other,
                permitted: self.restrictions.permitted(),
                changed_fields: Vec::new(),
                findings: Vec::new(),
            },
        };
        let has_bytes = !self.ranges.is_empty();
        let of_value = judgement.blocks.sub_indication();
        // A value that fails for itself says more than the form around it.
        let is_definite = of_value.is_some_and(|reason| reason.indication() == Indication::TotalFailed);
        let format = self.format().filter(|_| !(has_bytes && is_definite));
        let sub_indication = format.or(of_value);
        let integrity = if has_bytes && self.is_well_formed {
            judgement.integrity
        } else {
            Integrity::Malformed
        };
        SignatureReport {
            facts: self.facts,
            indication: indication_of(sub_indication),
            sub_indication,
            integrity,
            signer: judgement.signer,
            path: judgement.path,
            chain: judgement.chain,
            control_time: judgement.best_signature_time,
            best_signature_time: judgement.best_signature_time,
            proofs_of_existence: judgement.proofs,
            time_stamp: judgement.time_stamp,
            levels,
            process: judgement.process,
            constraints: judgement.blocks.into_list(format),
            algorithms: judgement.algorithms,
            signature_value_sha256: judgement.value_sha256,
            coverage: self.coverage,
            later,
        }
    }
}

/// Whether the dictionary says one thing only, and is of the type that its encoding belongs to (ISO 32000-2,
/// table 255). A reader that takes the first of two equal keys sees another signature than one that takes the last.
fn is_well_formed(signature: &PdfSignature, encoding: Option<Encoding>) -> bool {
    let is_right_type = match (encoding.map(Encoding::kind), signature.signature_type.as_deref()) {
        (Some(SignatureKind::DocumentTimeStamp), name) => name == Some("DocTimeStamp"),
        (_, name) => name.is_none_or(|name| name == "Sig"),
    };
    is_right_type && !signature.dictionary.has_duplicate_keys()
}

/// Whether ranges lie in the file, in order and apart; others are hostile.
fn fits(ranges: &[(u64, u64)], size: u64) -> bool {
    let mut position = 0;
    ranges.len() <= 16
        && ranges.iter().all(|(offset, length)| {
            let end = offset.checked_add(*length);
            let is_good = *offset >= position && end.is_some_and(|end| end <= size);
            position = end.unwrap_or(u64::MAX);
            is_good
        })
}

fn covered_digests<R: ReadAt>(document: &Document<R>, found: &[Found]) -> Result<Vec<Vec<u8>>, ReadError> {
    let mut covered = Vec::new();
    let mut places = Vec::new();
    for (place, one) in found.iter().enumerate() {
        if let (Some(algorithm), false) = (one.value.algorithm(), one.ranges.is_empty()) {
            covered.push(Covered {
                algorithm,
                ranges: one.ranges.clone(),
            });
            places.push(place);
        }
    }
    // What has no digest differs from everything that was signed.
    let mut all = vec![Vec::new(); found.len()];
    for (place, digest) in places.into_iter().zip(digests(document.reader(), &covered)?) {
        if let Some(target) = all.get_mut(place) {
            *target = digest;
        }
    }
    Ok(all)
}

fn facts<R: ReadAt>(
    document: &Document<R>,
    signature: PdfSignature,
    encoding: Option<Encoding>,
    restrictions: &Restrictions,
) -> Result<SignatureFacts, ReadError> {
    let text = |key: &str| -> Result<Option<String>, ReadError> {
        Ok(document
            .get(&signature.dictionary, key)?
            .as_string()
            .map(PdfString::to_text))
    };
    Ok(SignatureFacts {
        kind: encoding.map_or(SignatureKind::Signature, Encoding::kind),
        reason: text("Reason")?,
        location: text("Location")?,
        name: text("Name")?,
        claimed_time: signature.claimed_time.as_deref().and_then(read_date),
        claimed_time_text: signature.claimed_time,
        field_name: signature.field_name,
        sub_filter: signature.sub_filter,
        byte_range: signature.byte_range,
        certification: restrictions.certification,
        locks: restrictions.locks.clone(),
    })
}
