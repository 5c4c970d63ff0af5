//! Answering for an authority of our own (RFC 6960, 2.2; RFC 5019, 2.2).

use std::sync::Arc;

use jiff::Timestamp;

use super::request::write_nonce;
use super::{CertId, CertificateStatus, OcspRequest, OcspResponse, OcspResponseStatus};
use crate::asn1::{Tag, Writer};
use crate::authority::{CertificateAuthority, IssueError, signed_with_trailer};
use crate::certificate::{Certificate, SerialNumber};
use crate::crl::RevocationReason;
use crate::key::Signer;
use crate::name::DistinguishedName;
use crate::oids;
use crate::public_key::PublicKey;
use crate::template::{Criticality, write_extension};

/// Most certificates that one request may ask for.
const MAX_QUESTIONS: usize = 32;

/// A key that answers for the certificates of one issuer.
#[derive(Clone)]
pub struct OcspResponder {
    issuer: DistinguishedName,
    issuer_key: PublicKey,
    key: Arc<dyn Signer + Send + Sync>,
    /// The responder's own certificate, if the issuer does not answer itself.
    certificate: Option<Certificate>,
}

/// When an answer is made and until when it may be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ResponsePeriod {
    produced_at: Timestamp,
    this_update: Timestamp,
    next_update: Option<Timestamp>,
    archive_cutoff: Option<Timestamp>,
}

impl ResponsePeriod {
    /// An answer made `now` about what is known now, good until `next_update`. Whole seconds.
    pub fn new(now: Timestamp, next_update: Timestamp) -> Self {
        Self {
            produced_at: now,
            this_update: now,
            next_update: Some(next_update),
            archive_cutoff: None,
        }
    }

    /// An answer made `now` that promises nothing about later.
    pub fn undated(now: Timestamp) -> Self {
        Self {
            next_update: None,
            ..Self::new(now, now)
        }
    }

    /// What is said was known at `this_update`, before the answer was signed.
    #[must_use]
    pub fn with_this_update(mut self, this_update: Timestamp) -> Self {
        self.this_update = this_update;
        self
    }

    /// Says that certificates which ended at `archive_cutoff` or later are still remembered
    /// (RFC 6960, 4.4.4; EN 319 411-2 asks for it).
    #[must_use]
    pub fn with_archive_cutoff(mut self, archive_cutoff: Timestamp) -> Self {
        self.archive_cutoff = Some(archive_cutoff);
        self
    }
}

impl OcspResponder {
    /// The issuer answers with its own key.
    pub fn of_authority(authority: &CertificateAuthority) -> Self {
        Self {
            issuer: authority.certificate().subject().clone(),
            issuer_key: authority.certificate().public_key().clone(),
            key: authority.key(),
            certificate: None,
        }
    }

    /// A delegate answers: `certificate` was issued by `issuer` with the key purpose `OCSPSigning`
    /// ([`CertificateTemplate::ocsp_responder`](crate::CertificateTemplate::ocsp_responder)).
    ///
    /// # Errors
    /// [`IssueError::KeyMismatch`], [`IssueError::NotAResponder`].
    pub fn delegated(
        issuer: &Certificate,
        certificate: Certificate,
        key: Arc<dyn Signer + Send + Sync>,
    ) -> Result<Self, IssueError> {
        if certificate.public_key() != key.public_key() {
            return Err(IssueError::KeyMismatch);
        }
        let purposes = certificate
            .extended_key_usage()
            .ok()
            .flatten()
            .unwrap_or_default();
        if !purposes.contains(&oids::KP_OCSP_SIGNING)
            || certificate.verify_issued_by(issuer.public_key()).is_err()
        {
            return Err(IssueError::NotAResponder);
        }
        Ok(Self {
            issuer: issuer.subject().clone(),
            issuer_key: issuer.public_key().clone(),
            key,
            certificate: Some(certificate),
        })
    }

    /// Answers a request as it came: for a request that cannot be read, asks for too much or for
    /// certificates of others, the answer is a refusal. The nonce is repeated.
    ///
    /// `status_of` says what is known of a serial number; for one that was never issued that is
    /// [`CertificateStatus::Unknown`].
    ///
    /// # Errors
    /// [`IssueError::Sign`].
    pub fn answer(
        &self,
        request_der: &[u8],
        period: ResponsePeriod,
        mut status_of: impl FnMut(&SerialNumber) -> CertificateStatus,
    ) -> Result<OcspResponse, IssueError> {
        let Ok(request) = OcspRequest::from_der(request_der) else {
            return Ok(OcspResponse::refusal(OcspResponseStatus::MalformedRequest));
        };
        if request.cert_ids().len() > MAX_QUESTIONS || request.has_unknown_critical_extension() {
            return Ok(OcspResponse::refusal(OcspResponseStatus::MalformedRequest));
        }
        let is_ours = |cert_id: &CertId| cert_id.names_issuer(&self.issuer, &self.issuer_key);
        if !request.cert_ids().iter().all(is_ours) {
            return Ok(OcspResponse::refusal(OcspResponseStatus::Unauthorized));
        }
        let statements: Vec<(CertId, CertificateStatus)> = request
            .cert_ids()
            .iter()
            .map(|cert_id| (cert_id.clone(), status_of(cert_id.serial_number())))
            .collect();
        self.sign(&statements, request.nonce(), period)
    }

    /// Signs statements, with the nonce of a request or, in advance, without one.
    ///
    /// # Errors
    /// [`IssueError::EmptyValidity`] when the answer would end before it begins,
    /// [`IssueError::Sign`].
    pub fn sign(
        &self,
        statements: &[(CertId, CertificateStatus)],
        nonce: Option<&[u8]>,
        period: ResponsePeriod,
    ) -> Result<OcspResponse, IssueError> {
        if period.next_update.is_some_and(|next| next < period.this_update) {
            return Err(IssueError::EmptyValidity);
        }
        let mut tbs = Writer::with_capacity(512);
        tbs.sequence(|data| {
            data.nested(Tag::context(2), |id| {
                id.octets(&self.key.public_key().key_identifier());
            });
            write_time(data, period.produced_at);
            data.sequence(|list| {
                for (cert_id, status) in statements {
                    write_single(list, cert_id, *status, period);
                }
            });
            if let Some(nonce) = nonce {
                data.nested(Tag::context(1), |wrapper| {
                    wrapper.sequence(|extensions| write_nonce(extensions, nonce));
                });
            }
        });
        let algorithm_der = self.key.signature_algorithm().to_der();
        let der = signed_with_trailer(&tbs.finish(), &algorithm_der, &*self.key, |outer| {
            if let Some(certificate) = &self.certificate {
                outer.nested(Tag::context(0), |wrapper| {
                    wrapper.sequence(|list| list.raw(certificate.as_der()));
                });
            }
        })?;
        Ok(super::BasicOcspResponse::from_der(&der)?.into())
    }
}

impl std::fmt::Debug for OcspResponder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OcspResponder({}, {:?})", self.issuer, self.certificate)
    }
}

fn write_single(list: &mut Writer, cert_id: &CertId, status: CertificateStatus, period: ResponsePeriod) {
    list.sequence(|single| {
        single.raw(cert_id.as_der());
        match status {
            CertificateStatus::Good => single.element(Tag::context_primitive(0), &[]),
            CertificateStatus::Unknown => single.element(Tag::context_primitive(2), &[]),
            CertificateStatus::Revoked { revoked_at, reason } => {
                single.nested(Tag::context(1), |revoked| {
                    write_time(revoked, revoked_at);
                    if reason != RevocationReason::Unspecified {
                        revoked.nested(Tag::context(0), |wrapper| {
                            wrapper.element(Tag::ENUMERATED, &[reason.code()]);
                        });
                    }
                });
            }
        }
        write_time(single, period.this_update);
        if let Some(next_update) = period.next_update {
            single.nested(Tag::context(0), |wrapper| write_time(wrapper, next_update));
        }
        if let Some(archive_cutoff) = period.archive_cutoff {
            let mut value = Writer::new();
            write_time(&mut value, archive_cutoff);
            let value = value.finish();
            single.nested(Tag::context(1), |wrapper| {
                wrapper.sequence(|extensions| {
                    let oid = &oids::OCSP_ARCHIVE_CUTOFF;
                    write_extension(extensions, oid, Criticality::NonCritical, &value);
                });
            });
        }
    });
}

/// RFC 6960, 4.2.2.1 has no fractions of a second.
fn write_time(writer: &mut Writer, moment: Timestamp) {
    let whole = Timestamp::from_second(moment.as_second()).unwrap_or(moment);
    writer.generalized_time(whole);
}
