//! Judging a file.

use akashi_pdf::{Document, Form, PdfString, ReadAt, ReadError, SignatureFacts as PdfSignature};
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::{Offset, TimeZone};
use thiserror::Error;

use crate::changes::{Change, ChangeLevel, changes_after};
use crate::coverage::coverage;
use crate::digests::{Covered, digests};
use crate::permission::Restrictions;
use crate::report::{
    Coverage, Indication, Integrity, LaterChanges, Report, SignatureFacts, SignatureKind, SignatureReport,
    SubIndication,
};
use crate::signature::{self, Encoding, Value};
use crate::trust::Trust;

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
    let signatures = found
        .into_iter()
        .zip(digests)
        .map(|(one, digest)| one.report(&digest, &changes, trust, now))
        .collect();
    Ok(Report {
        judged_at: now,
        file_length: document.size(),
        revisions: document.revisions().len(),
        signatures,
    })
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

    fn report(self, digest: &[u8], changes: &[Change], trust: &Trust, now: Timestamp) -> SignatureReport {
        let judgement = signature::judge(&self.value, digest, trust, now);
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
        // EN 319 142-1, 5.1 with ISO 32000-2, 12.8.1: a range that is not the whole of a revision without the
        // signature value is no signature of a document.
        let has_bytes = !self.ranges.is_empty();
        let is_whole = !matches!(self.coverage, Coverage::Less { .. });
        let (indication, sub_indication) = match judgement.indication {
            Indication::TotalFailed if has_bytes => (judgement.indication, judgement.sub_indication),
            _ if is_whole && has_bytes => (judgement.indication, judgement.sub_indication),
            _ => (Indication::TotalFailed, Some(SubIndication::FormatFailure)),
        };
        let integrity = if has_bytes {
            judgement.integrity
        } else {
            Integrity::Malformed
        };
        SignatureReport {
            facts: self.facts,
            indication,
            sub_indication,
            integrity,
            signer: judgement.signer,
            path: judgement.path,
            control_time: judgement.control_time,
            time_stamp: judgement.time_stamp,
            coverage: self.coverage,
            later,
        }
    }
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

/// A PDF date (ISO 32000-2, 7.9.4): `D:YYYYMMDDHHmmSSOHH'mm'`, parts from the end left out. Without offset it is
/// taken as UTC, since nothing better is known.
fn read_date(text: &str) -> Option<Timestamp> {
    let text = text.strip_prefix("D:").unwrap_or(text);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count().min(14);
    let (stamp, offset) = text.split_at_checked(digits)?;
    if digits < 4 || digits % 2 == 1 {
        return None;
    }
    let part = |from: usize, default: i8| -> Option<i8> {
        stamp
            .get(from..from + 2)
            .map_or(Some(default), |part| part.parse().ok())
    };
    let year: i16 = stamp.get(..4)?.parse().ok()?;
    let date = DateTime::new(
        year,
        part(4, 1)?,
        part(6, 1)?,
        part(8, 0)?,
        part(10, 0)?,
        part(12, 0)?,
        0,
    )
    .ok()?;
    date.to_zoned(TimeZone::fixed(read_offset(offset)?))
        .ok()
        .map(|zoned| zoned.timestamp())
}

fn read_offset(text: &str) -> Option<Offset> {
    let sign = match text.as_bytes().first() {
        None | Some(b'Z') => return Some(Offset::UTC),
        Some(b'+') => 1,
        Some(b'-') => -1,
        Some(_) => return None,
    };
    let mut parts = text.get(1..)?.split('\'').filter(|part| !part.is_empty());
    let hours: i32 = parts.next()?.parse().ok()?;
    let minutes: i32 = parts.next().map_or(Some(0), |minutes| minutes.parse().ok())?;
    if !(0..24).contains(&hours) || !(0..60).contains(&minutes) {
        return None;
    }
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_the_forms_that_occur() {
        for (text, expected) in [
            ("D:20261120012345+00'00'", Some("2026-11-20T01:23:45Z")),
            ("D:20261120102345+09'00'", Some("2026-11-20T01:23:45Z")),
            ("D:20261119172345-08'00", Some("2026-11-20T01:23:45Z")),
            ("D:20261120012345Z", Some("2026-11-20T01:23:45Z")),
            ("D:20261120012345Z00'00'", Some("2026-11-20T01:23:45Z")),
            ("D:2026", Some("2026-01-01T00:00:00Z")),
            ("20261120", Some("2026-11-20T00:00:00Z")),
            ("D:20261320012345Z", None),
            ("D:20261120012345+99'00'", None),
            ("yesterday", None),
            ("", None),
        ] {
            assert_eq!(
                read_date(text),
                expected.map(|text| text.parse().unwrap()),
                "{text}"
            );
        }
    }
}
