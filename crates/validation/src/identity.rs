//! Certificates of signers and time-stamp authorities, and their paths.

use akashi_pki::path::{ProblemReason, RevocationEvidence};
use akashi_pki::{
    Certificate, PathConditions, PathOutcome, Purpose, RevocationList, SerialNumber, find_path,
};
use jiff::Timestamp;

use crate::report::{CertificateFacts, PathVerdict, RevocationVerdict, SubIndication};
use crate::trust::Trust;

/// What a certificate says, for the report.
pub(crate) fn certificate_facts(certificate: &Certificate) -> CertificateFacts {
    let text = |value: Option<&str>| value.map(str::to_owned);
    CertificateFacts {
        subject: certificate.subject().to_string(),
        common_name: text(certificate.subject().common_name()),
        organization: text(certificate.subject().organization()),
        mail_addresses: certificate.mail_addresses().unwrap_or_default(),
        issuer: certificate.issuer().to_string(),
        issuer_common_name: text(certificate.issuer().common_name()),
        serial_number: hexadecimal(SerialNumber::as_content(certificate.serial_number())),
        not_before: certificate.not_before(),
        not_after: certificate.not_after(),
        sha256: hexadecimal(&certificate.fingerprint()),
        certificate: certificate.clone(),
    }
}

/// A path and what stands against it.
pub(crate) struct JudgedPath {
    pub(crate) verdict: PathVerdict,
    /// Why the signature cannot pass because of it.
    pub(crate) obstacle: Option<SubIndication>,
}

/// Judges the path of `target` for the moment `at`. Certificates and lists found in the signature help.
pub(crate) fn judge_path(
    target: &Certificate,
    found: (&[Certificate], &[RevocationList]),
    trust: &Trust,
    purpose: Purpose,
    at: Timestamp,
    now: Timestamp,
) -> JudgedPath {
    let candidates: Vec<Certificate> = found.0.iter().chain(trust.certificates()).cloned().collect();
    let lists: Option<Vec<RevocationList>> = trust
        .revocation_lists()
        .map(|lists| lists.iter().chain(found.1).cloned().collect());
    let mut conditions = PathConditions::new(at)
        .with_known_until(now)
        .with_purpose(purpose);
    if let Some(lists) = &lists {
        conditions = conditions.with_revocation(RevocationEvidence::lists(lists));
    }
    match find_path(target, &candidates, trust.anchors(), &conditions) {
        PathOutcome::Valid(path, report) => {
            let revocation = if lists.is_some() {
                RevocationVerdict::Good
            } else {
                RevocationVerdict::NotChecked
            };
            let obstacle =
                (!report.weak_signatures.is_empty()).then_some(SubIndication::CryptoConstraintsFailureNoPoe);
            JudgedPath {
                verdict: PathVerdict::Trusted {
                    path: Box::new(path),
                    revocation,
                },
                obstacle,
            }
        }
        PathOutcome::Invalid(_, report) => {
            let problems = report
                .problems
                .iter()
                .map(|problem| format!("certificate {}: {}", problem.position, problem.reason));
            let obstacle = report
                .problems
                .iter()
                .map(|problem| obstacle_of(&problem.reason))
                .min_by_key(|one| {
                    // The most definite reason is named.
                    match one {
                        SubIndication::CertificateChainGeneralFailure => 0,
                        SubIndication::RevokedNoPoe => 1,
                        SubIndication::NotYetValid => 2,
                        SubIndication::ChainConstraintsFailure => 3,
                        SubIndication::OutOfBoundsNoPoe => 4,
                        _ => 5,
                    }
                });
            JudgedPath {
                verdict: PathVerdict::Invalid {
                    problems: problems.collect(),
                },
                obstacle,
            }
        }
        _ => JudgedPath {
            verdict: PathVerdict::Unknown,
            obstacle: Some(SubIndication::NoCertificateChainFound),
        },
    }
}

fn obstacle_of(reason: &ProblemReason) -> SubIndication {
    match reason {
        ProblemReason::Signature(_) => SubIndication::CertificateChainGeneralFailure,
        ProblemReason::NotYetValid(_) => SubIndication::NotYetValid,
        ProblemReason::Expired(_) => SubIndication::OutOfBoundsNoPoe,
        ProblemReason::Revoked { .. } => SubIndication::RevokedNoPoe,
        ProblemReason::RevocationUnknown => SubIndication::TryLater,
        _ => SubIndication::ChainConstraintsFailure,
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f',
    ];
    let nibbles = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0x0f]);
    nibbles
        .filter_map(|nibble| DIGITS.get(usize::from(nibble)))
        .collect()
}
