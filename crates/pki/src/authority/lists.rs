//! Issuing revocation lists (RFC 5280, 5).

use jiff::Timestamp;

use super::{CertificateAuthority, IssueError, signed};
use crate::asn1::{Oid, Tag, Writer};
use crate::certificate::SerialNumber;
use crate::crl::{RevocationList, RevocationReason};
use crate::extension::IssuingDistributionPoint;
use crate::oids;
use crate::template::{Criticality, write_extension};

/// One revoked certificate.
#[derive(Clone, Debug)]
pub struct Revocation {
    /// Which certificate of this issuer.
    pub serial_number: SerialNumber,
    /// Since when it counts as revoked.
    pub revoked_at: Timestamp,
    /// Why; [`RevocationReason::Unspecified`] is left out of the encoding (RFC 5280, 5.3.1).
    pub reason: RevocationReason,
}

/// The period and number of a revocation list.
#[derive(Clone, Copy, Debug)]
pub struct RevocationListPeriod {
    /// `cRLNumber`: must grow from list to list.
    pub number: u64,
    /// When the list was made.
    pub this_update: Timestamp,
    /// When the next one comes at the latest.
    pub next_update: Timestamp,
}

/// What a list says beside its entries.
#[derive(Clone, Debug)]
pub struct RevocationListTemplate {
    period: RevocationListPeriod,
    keeps_expired_since: Option<Timestamp>,
    scope: Option<IssuingDistributionPoint>,
}

impl RevocationListTemplate {
    /// A complete list of everything that its issuer issued.
    pub fn new(period: RevocationListPeriod) -> Self {
        Self {
            period,
            keeps_expired_since: None,
            scope: None,
        }
    }

    /// Promises that certificates which ended at this moment or later stay on the list
    /// (`expiredCertsOnCRL`, X.509, 9.5.2.8; EN 319 411-2 asks for it). Whole seconds.
    #[must_use]
    pub fn keeping_expired_since(mut self, since: Timestamp) -> Self {
        self.keeps_expired_since = Some(since);
        self
    }

    /// A list of less than everything, or at a place of its own (`issuingDistributionPoint`).
    #[must_use]
    pub fn with_scope(mut self, scope: IssuingDistributionPoint) -> Self {
        self.scope = Some(scope);
        self
    }

    fn write_extensions(&self, extensions: &mut Writer) {
        let mut write = |oid: &Oid, criticality, value: Writer| {
            write_extension(extensions, oid, criticality, &value.finish());
        };
        let mut number = Writer::new();
        number.integer_u64(self.period.number);
        write(&oids::CRL_NUMBER, Criticality::NonCritical, number);
        if let Some(scope) = &self.scope {
            let mut value = Writer::new();
            scope.write(&mut value);
            write(&oids::ISSUING_DISTRIBUTION_POINT, Criticality::Critical, value);
        }
        if let Some(since) = self.keeps_expired_since {
            let mut value = Writer::new();
            value.generalized_time(Timestamp::from_second(since.as_second()).unwrap_or(since));
            write(&oids::EXPIRED_CERTS_ON_CRL, Criticality::NonCritical, value);
        }
    }
}

impl CertificateAuthority {
    /// Issues a complete revocation list that makes no promise about expired certificates.
    ///
    /// # Errors
    /// As [`Self::issue_list`].
    pub fn issue_revocation_list(
        &self,
        period: RevocationListPeriod,
        revocations: &[Revocation],
    ) -> Result<RevocationList, IssueError> {
        self.issue_list(&RevocationListTemplate::new(period), revocations)
    }

    /// Issues a revocation list.
    ///
    /// # Errors
    /// [`IssueError::EmptyValidity`], [`IssueError::Sign`].
    pub fn issue_list(
        &self,
        template: &RevocationListTemplate,
        revocations: &[Revocation],
    ) -> Result<RevocationList, IssueError> {
        let period = template.period;
        if period.next_update <= period.this_update {
            return Err(IssueError::EmptyValidity);
        }
        let mut tbs = Writer::with_capacity(256 + revocations.len() * 48);
        tbs.sequence(|list| {
            list.integer_u64(1);
            list.raw(&self.algorithm_der);
            list.raw(self.certificate.subject().as_der());
            list.time(period.this_update);
            list.time(period.next_update);
            if !revocations.is_empty() {
                list.sequence(|entries| {
                    for revocation in revocations {
                        write_revocation(entries, revocation);
                    }
                });
            }
            list.nested(Tag::context(0), |wrapper| {
                wrapper.sequence(|extensions| {
                    extensions.raw(&self.authority_key_identifier);
                    template.write_extensions(extensions);
                });
            });
        });
        let der = signed(&tbs.finish(), &self.algorithm_der, &*self.key)?;
        Ok(RevocationList::from_der(&der)?)
    }
}

fn write_revocation(entries: &mut Writer, revocation: &Revocation) {
    entries.sequence(|entry| {
        entry.element(Tag::INTEGER, revocation.serial_number.as_content());
        entry.time(revocation.revoked_at);
        if revocation.reason != RevocationReason::Unspecified {
            entry.sequence(|extensions| {
                let reason = [Tag::ENUMERATED.0, 1, revocation.reason.code()];
                write_extension(extensions, &oids::REASON_CODE, Criticality::NonCritical, &reason);
            });
        }
    });
}
