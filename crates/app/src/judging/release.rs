//! May a file of ours be released?

use akashi_domain::UtcTime;
use akashi_pdf::{Document, Limits, ReadAt};
use akashi_validation::{
    BaselineLevel, Report, SignatureKind, SignatureReport, SubIndication, TimeStampReport, Trust, judge,
};

use crate::trust::TrustedAuthorities;

/// What a file that may be released has reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Release {
    /// Signatures judged, archive time-stamps left out.
    pub(crate) signatures: u32,
    /// Whether the newest archive time-stamp is by an accredited authority.
    pub(crate) is_accredited: bool,
    /// Until when the newest archive time-stamp proves anything.
    pub(crate) valid_until: UtcTime,
}

/// Why a file may not be released.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NotReleased {
    /// What is wrong, for administrators.
    pub(crate) findings: Vec<String>,
    /// Whether all that is wrong is that revocation data is not known or not complete.
    pub(crate) lacks_revocation_data: bool,
}

/// Whether a file may be released as B-LTA: every expected signature passed, is proven at B-LTA, and nothing but
/// permitted changes follow it; the newest archive time-stamp is good; and signatures that the file brought with it are
/// as intact as they were.
pub(crate) fn release<R: ReadAt>(
    file: R,
    expected: &[String],
    authorities: &TrustedAuthorities,
    now: UtcTime,
) -> Result<Release, NotReleased> {
    let report = report(file, authorities, now).map_err(|finding| NotReleased {
        findings: vec![finding],
        lacks_revocation_data: false,
    })?;
    let mut faults = Faults::default();
    for name in expected {
        let Some(signature) = find(&report, name) else {
            faults.note(format!("{name}: signature is missing"));
            continue;
        };
        faults.check_standing(name, signature);
        let proven = signature.levels.and_then(|levels| levels.proven);
        if proven != Some(BaselineLevel::Lta) {
            let level = proven.map_or("none", BaselineLevel::name);
            let finding = format!("{name}: level proven is {level}");
            // What is proven grows with what is known; a signature that failed is told above.
            if signature.stands_for_whole_document() {
                faults.note_missing_data(finding);
            } else {
                faults.note_following(finding);
            }
        }
    }
    faults.check_others(&report, expected);
    let newest = newest_archive_time_stamp(&report);
    match (newest, report.renewal_due_by()) {
        (Some((signature, stamp)), Some(chain_ends_at)) if faults.findings.is_empty() => Ok(Release {
            signatures: count(&report),
            is_accredited: stamp.is_accredited == Some(true),
            valid_until: signature
                .algorithms
                .reliable_until
                .map_or(chain_ends_at, |sunset| sunset.min(chain_ends_at)),
        }),
        (newest, _) => {
            if newest.is_none() {
                faults.note_following("archive time-stamp is missing or not trusted".to_owned());
            }
            Err(faults.into_not_released())
        }
    }
}

/// What is wrong with a file whose expected signatures must be time-stamped, trusted and unchanged, at whatever level.
pub(crate) fn faults(
    file: &[u8],
    expected: &[String],
    authorities: &TrustedAuthorities,
    now: UtcTime,
) -> Vec<String> {
    let report = match report(file, authorities, now) {
        Ok(report) => report,
        Err(finding) => return vec![finding],
    };
    let mut faults = Faults::default();
    for name in expected {
        match find(&report, name) {
            Some(signature) => faults.check_standing(name, signature),
            None => faults.note(format!("{name}: signature is missing")),
        }
    }
    faults.check_others(&report, expected);
    faults.findings
}

fn report<R: ReadAt>(file: R, authorities: &TrustedAuthorities, now: UtcTime) -> Result<Report, String> {
    let document =
        Document::open(file, &Limits::default()).map_err(|error| format!("cannot be opened: {error}"))?;
    judge(&document, &trust(authorities), now).map_err(|error| format!("cannot be judged: {error}"))
}

/// Whom the judge believes.
pub(super) fn trust(authorities: &TrustedAuthorities) -> Trust {
    let trust = Trust::in_roots(authorities.anchors.iter());
    // Where nobody has listed any, a report shall not say that an authority is not among them.
    if authorities.accredited.is_empty() {
        trust
    } else {
        trust.with_accredited_authorities(authorities.accredited.iter().cloned())
    }
}

fn find<'r>(report: &'r Report, name: &str) -> Option<&'r SignatureReport> {
    report
        .signatures
        .iter()
        .find(|signature| signature.facts.field_name == name)
}

fn count(report: &Report) -> u32 {
    let signatures = report
        .signatures
        .iter()
        .filter(|signature| signature.facts.kind == SignatureKind::Signature);
    u32::try_from(signatures.count()).unwrap_or(u32::MAX)
}

/// The newest document time-stamp that is good, with its judgement.
pub(super) fn newest_archive_time_stamp(report: &Report) -> Option<(&SignatureReport, &TimeStampReport)> {
    report
        .signatures
        .iter()
        .rev()
        .filter(|signature| signature.facts.kind == SignatureKind::DocumentTimeStamp)
        .find_map(|signature| {
            let stamp = signature.time_stamp.as_ref().filter(|stamp| stamp.is_good())?;
            Some((signature, stamp))
        })
}

/// What was found wrong so far.
#[derive(Default)]
struct Faults {
    findings: Vec<String>,
    /// Findings that more revocation data may cure.
    curable: usize,
    /// Findings that only follow from others.
    following: usize,
}

impl Faults {
    fn note(&mut self, finding: String) {
        self.findings.push(finding);
    }

    fn note_missing_data(&mut self, finding: String) {
        self.curable = self.curable.saturating_add(1);
        self.findings.push(finding);
    }

    fn note_following(&mut self, finding: String) {
        self.following = self.following.saturating_add(1);
        self.findings.push(finding);
    }

    fn check_standing(&mut self, name: &str, signature: &SignatureReport) {
        if !signature.stands_for_whole_document() {
            let finding = format!(
                "{name}: {:?} {:?}, {:?}, {:?}",
                signature.indication, signature.sub_indication, signature.coverage, signature.later
            );
            let lacks_data = matches!(
                signature.sub_indication,
                Some(SubIndication::TryLater | SubIndication::NoCertificateChainFound)
            );
            if lacks_data && signature.is_unchanged() {
                self.note_missing_data(finding);
            } else {
                self.note(finding);
            }
        } else if !signature.is_time_stamped() {
            self.note(format!("{name}: time-stamp is missing or not trusted"));
        }
    }

    /// Signatures that the file brought with it may be by people whom nobody here trusts; but they must be as intact
    /// as they were.
    fn check_others(&mut self, report: &Report, expected: &[String]) {
        let others = report
            .signatures
            .iter()
            .filter(|signature| !expected.contains(&signature.facts.field_name));
        for signature in others {
            if !signature.is_intact() || !signature.later.is_permitted() {
                self.note(format!(
                    "{}: broken by what was added",
                    signature.facts.field_name
                ));
            }
        }
    }

    fn into_not_released(self) -> NotReleased {
        let told = self.curable.saturating_add(self.following);
        NotReleased {
            lacks_revocation_data: self.curable > 0 && told == self.findings.len(),
            findings: self.findings,
        }
    }
}
