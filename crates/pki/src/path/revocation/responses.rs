//! What OCSP answers say (RFC 6960, 3.2 and 4.2.2.2).

use std::cmp::Reverse;

use super::{Checker, MAX_DEPTH, Settled, Subject, is_final, revoked};
use crate::certificate::Certificate;
use crate::ocsp::{BasicOcspResponse, CertificateStatus, SingleResponse};
use crate::path::{
    CLOCK_TOLERANCE, CertificationPath, EvidenceSource, PathConditions, Purpose, RevocationStatus,
    TrustAnchor, UsedEvidence, validate,
};

/// One statement with the answer that it stands in.
struct Statement<'a> {
    index: usize,
    answer: &'a BasicOcspResponse,
    single: &'a SingleResponse,
    status: RevocationStatus,
}

/// Who signed an answer: the issuer itself, or one to whom it gave that right.
enum Responder {
    Issuer,
    /// With what settled the state of its certificate.
    Delegate(Certificate, Vec<UsedEvidence>),
}

impl<'a> Checker<'a> {
    /// The newest statement that counts; one of a final revocation goes before all others.
    pub(super) fn ask_responses(&self, subject: &Subject<'_>) -> Option<Settled> {
        let mut statements: Vec<Statement<'a>> = self
            .responses
            .iter()
            .filter_map(|(index, answer)| self.statement(*index, answer, subject))
            .collect();
        statements.sort_by_key(|statement| {
            (
                !is_final(&statement.status),
                Reverse(statement.single.this_update),
            )
        });
        statements.into_iter().find_map(|statement| {
            let Statement {
                index,
                answer,
                single,
                status,
            } = statement;
            let (signer, support) = match self.responder_of(answer, subject)? {
                Responder::Issuer => (None, Vec::new()),
                Responder::Delegate(certificate, support) => (Some(certificate), support),
            };
            let mut evidence = vec![UsedEvidence {
                source: EvidenceSource::Response(index),
                this_update: single.this_update,
                next_update: single.next_update,
                produced_at: answer.produced_at(),
                signer,
            }];
            evidence.extend(support);
            Some(Settled {
                status,
                as_of: single.this_update,
                evidence,
            })
        })
    }

    /// What an answer would say about `subject` if it were signed by the right key; `None` when it
    /// says nothing about the control time.
    fn statement(
        &self,
        index: usize,
        answer: &'a BasicOcspResponse,
        subject: &Subject<'_>,
    ) -> Option<Statement<'a>> {
        let single = answer.response_for(subject.certificate, subject.issuer_key)?;
        if answer.has_unknown_critical_extension() || single.has_unknown_critical_extension {
            return None;
        }
        if !self.is_current(single, answer) || !single.covers_end_of(subject.certificate) {
            return None;
        }
        let status = match single.status {
            CertificateStatus::Good => RevocationStatus::Good {
                as_of: single.this_update,
            },
            CertificateStatus::Revoked { revoked_at, reason } => {
                revoked(revoked_at, reason, self.conditions.at)
            }
            CertificateStatus::Unknown => return None,
        };
        Some(Statement {
            index,
            answer,
            single,
            status,
        })
    }

    /// An answer counts from when it was made until a newer one was due; without such a date, for the
    /// moment at which it was made (RFC 6960, 4.2.2.1).
    fn is_current(&self, single: &SingleResponse, answer: &BasicOcspResponse) -> bool {
        let latest = self.conditions.known_until.saturating_add(CLOCK_TOLERANCE);
        let good_until = single.next_update.or_else(|| {
            let moment = single.this_update.saturating_add(CLOCK_TOLERANCE);
            moment.ok()
        });
        latest.is_ok_and(|latest| single.this_update <= latest && answer.produced_at() <= latest)
            && good_until.is_some_and(|good_until| self.conditions.at <= good_until)
    }

    /// 4.2.2.2: the issuer of the certificate in question, or a delegate whose certificate that very
    /// key signed.
    fn responder_of(&self, answer: &BasicOcspResponse, subject: &Subject<'_>) -> Option<Responder> {
        let id = answer.responder_id();
        if id.names(subject.certificate.issuer(), subject.issuer_key)
            && self.budget.take()
            && answer.verify_signed_by(subject.issuer_key).is_ok()
        {
            return Some(Responder::Issuer);
        }
        answer
            .certificates()
            .iter()
            .chain(self.candidates)
            .filter(|candidate| id.names(candidate.subject(), candidate.public_key()))
            .filter(|candidate| candidate.issuer().matches(subject.certificate.issuer()))
            .filter(|candidate| self.budget.take() && answer.verify_signed_by(candidate.public_key()).is_ok())
            .find_map(|candidate| {
                let support = self.trust_in_responder(candidate, answer, subject)?;
                Some(Responder::Delegate(candidate.clone(), support))
            })
    }

    /// Whether the certificate of a delegate holds, at the control time or, for an answer made after
    /// it, when the answer was made, and is not revoked; and the evidence for that.
    ///
    /// The issuer's word (`nocheck`) settles its revocation; where the issuer names no way to learn
    /// about it, nothing must speak against it (4.2.2.2.1). An answer about the delegate that the
    /// delegate itself signed says nothing.
    fn trust_in_responder(
        &self,
        delegate: &Certificate,
        answer: &BasicOcspResponse,
        subject: &Subject<'_>,
    ) -> Option<Vec<UsedEvidence>> {
        if self.pending_signers.contains(delegate) || self.pending_signers.len() >= MAX_DEPTH {
            return None;
        }
        let at = self.conditions.at.max(answer.produced_at());
        let conditions = PathConditions::new(at)
            .with_known_until(self.conditions.known_until)
            .with_purpose(Purpose::OcspSigning);
        // The issuer is judged with the path in which the certificate in question stands.
        let below_issuer = CertificationPath {
            anchor: TrustAnchor::new(subject.certificate.issuer().clone(), subject.issuer_key.clone()),
            certificates: vec![delegate.clone()],
        };
        if !self.budget.take() || !validate::validate(&below_issuer, &conditions).problems.is_empty() {
            return None;
        }
        if delegate.has_ocsp_no_check() {
            return Some(Vec::new());
        }
        let above = self.path.certificates.iter().take(subject.position);
        let path = CertificationPath {
            anchor: self.path.anchor.clone(),
            certificates: above.chain([delegate]).cloned().collect(),
        };
        let checker = self.for_signer(delegate, &path, &conditions);
        let finding = checker.finding(subject.position);
        let is_trusted = match finding.status {
            RevocationStatus::Unknown => !delegate.declares_revocation(),
            status => status.is_not_revoked(),
        };
        is_trusted.then_some(finding.evidence)
    }
}
