//! Issuing certificates and revocation lists.

mod lists;

use std::sync::Arc;

use jiff::Timestamp;

pub use lists::{Revocation, RevocationListPeriod, RevocationListTemplate};

use crate::asn1::{Oid, Tag, Writer};
use crate::certificate::{Certificate, CertificateError, SerialNumber};
use crate::crl::RevocationListError;
use crate::extension::KeyUsage;
use crate::key::{SignError, Signer};
use crate::name::{DistinguishedName, NameError};
use crate::ocsp::OcspError;
use crate::oids;
use crate::public_key::PublicKey;
use crate::template::{CertificateTemplate, Criticality, MailError, write_extension};

/// A key that issues, with its certificate.
///
/// What does not change between two certificates (issuer name, algorithm, authority key identifier)
/// is encoded once.
#[derive(Clone)]
pub struct CertificateAuthority {
    certificate: Certificate,
    key: Arc<dyn Signer + Send + Sync>,
    algorithm_der: Vec<u8>,
    authority_key_identifier: Vec<u8>,
}

/// Why a certificate or list was not issued.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum IssueError {
    /// The key is not the one in the authority's certificate.
    #[error("the key does not belong to the certificate")]
    KeyMismatch,
    /// The certificate is not one of an OCSP responder of this issuer.
    #[error("the certificate is not one of an OCSP responder")]
    NotAResponder,
    /// The authority's certificate does not allow issuing.
    #[error("the certificate is not one of a certificate authority")]
    NotAnAuthority,
    /// The end lies before the beginning.
    #[error("the validity ends before it begins")]
    EmptyValidity,
    /// The certificate would end after its issuer's.
    #[error("the certificate would outlive its issuer, which ends {issuer_not_after}")]
    OutlivesIssuer {
        /// End of the issuer's certificate.
        issuer_not_after: Timestamp,
    },
    /// `noRevAvail` beside a CRL distribution point or an OCSP responder (RFC 9608, 2).
    #[error("a certificate without revocation cannot name a revocation list or responder")]
    RevocationContradiction,
    /// The subject name cannot be encoded.
    #[error("the subject cannot be named so")]
    Name(#[from] NameError),
    /// The mail address cannot be encoded.
    #[error("the mail address cannot be certified")]
    Mail(#[from] MailError),
    /// The key failed.
    #[error("the issuing key failed")]
    Sign(#[from] SignError),
    /// What was written cannot be read again.
    #[error("the issued certificate cannot be read")]
    Certificate(#[from] CertificateError),
    /// What was written cannot be read again.
    #[error("the issued revocation list cannot be read")]
    RevocationList(#[from] RevocationListError),
    /// What was written cannot be read again.
    #[error("the OCSP response cannot be read")]
    Ocsp(#[from] OcspError),
}

/// Whom a one-time certificate names, and what was proven about them.
#[derive(Clone, Debug)]
pub struct OneTimeSubject<'a> {
    /// Name of the party: subject `CN`, at most 64 characters.
    pub common_name: &'a str,
    /// Organization of the party: subject `O`, at most 64 characters.
    pub organization: Option<&'a str>,
    /// Id of the party: subject `serialNumber`. X.520 allows PrintableString alone: letters, digits,
    /// `-`, `.` and a few more, but no underscore.
    pub party_id: &'a str,
    /// Mail address of the party, its domain in ASCII form.
    pub mail: Option<&'a str>,
    /// What was proven: usually [`EvidencePolicy::oid`](crate::EvidencePolicy::oid).
    pub evidence_policy: Oid,
}

impl CertificateAuthority {
    /// An authority from its certificate and key.
    ///
    /// # Errors
    /// [`IssueError::KeyMismatch`], [`IssueError::NotAnAuthority`] when the certificate is not one of
    /// a CA with `keyCertSign`.
    pub fn new(certificate: Certificate, key: Arc<dyn Signer + Send + Sync>) -> Result<Self, IssueError> {
        if certificate.public_key() != key.public_key() {
            return Err(IssueError::KeyMismatch);
        }
        let is_ca = certificate
            .basic_constraints()
            .ok()
            .flatten()
            .is_some_and(|basic| basic.is_ca);
        let usage = certificate.key_usage().ok().flatten().unwrap_or(KeyUsage::NONE);
        if !is_ca || !usage.allows(KeyUsage::KEY_CERT_SIGN) {
            return Err(IssueError::NotAnAuthority);
        }
        let key_identifier = certificate
            .subject_key_identifier()
            .ok()
            .flatten()
            .unwrap_or_else(|| certificate.public_key().key_identifier().to_vec());
        Ok(Self {
            algorithm_der: key.signature_algorithm().to_der(),
            authority_key_identifier: authority_key_identifier(&key_identifier),
            certificate,
            key,
        })
    }

    /// Makes a self-signed root and the authority that goes with it.
    ///
    /// # Errors
    /// [`IssueError`].
    pub fn self_signed(
        template: &CertificateTemplate,
        serial_number: &SerialNumber,
        key: Arc<dyn Signer + Send + Sync>,
    ) -> Result<Self, IssueError> {
        let algorithm_der = key.signature_algorithm().to_der();
        let issuance = Issuance {
            issuer: template.subject(),
            algorithm_der: &algorithm_der,
            authority_key_identifier: &[],
            key: &*key,
        };
        let certificate = issuance.issue(template, key.public_key(), serial_number)?;
        Self::new(certificate, key)
    }

    /// The authority's certificate.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// The key, for what else it signs.
    pub(crate) fn key(&self) -> Arc<dyn Signer + Send + Sync> {
        Arc::clone(&self.key)
    }

    /// Issues a certificate for `public_key`.
    ///
    /// Cost: one signature and about 10 µs.
    ///
    /// # Errors
    /// [`IssueError::OutlivesIssuer`], [`IssueError::EmptyValidity`],
    /// [`IssueError::RevocationContradiction`], [`IssueError::Sign`].
    pub fn issue(
        &self,
        template: &CertificateTemplate,
        public_key: &PublicKey,
        serial_number: &SerialNumber,
    ) -> Result<Certificate, IssueError> {
        let issuer_not_after = self.certificate.not_after();
        if template.validity().not_after > issuer_not_after {
            return Err(IssueError::OutlivesIssuer { issuer_not_after });
        }
        let issuance = Issuance {
            issuer: self.certificate.subject(),
            algorithm_der: &self.algorithm_der,
            authority_key_identifier: &self.authority_key_identifier,
            key: &*self.key,
        };
        issuance.issue(template, public_key, serial_number)
    }

    /// Issues the certificate of one signing act ([`CertificateTemplate::one_time`]).
    ///
    /// # Errors
    /// As [`Self::issue`], and [`IssueError::Name`], [`IssueError::Mail`].
    pub fn issue_one_time(
        &self,
        subject: &OneTimeSubject<'_>,
        public_key: &PublicKey,
        serial_number: &SerialNumber,
        now: Timestamp,
    ) -> Result<Certificate, IssueError> {
        let mut name = DistinguishedName::builder();
        if let Some(organization) = subject.organization {
            name = name.organization(organization)?;
        }
        let name = name
            .common_name(subject.common_name)?
            .serial_number(subject.party_id)?
            .build();
        let policy = subject.evidence_policy.clone();
        let mut template = CertificateTemplate::one_time(name, policy, now, self.certificate.not_after());
        if let Some(mail) = subject.mail {
            template = template.with_mail(mail)?;
        }
        self.issue(&template, public_key, serial_number)
    }
}

impl std::fmt::Debug for CertificateAuthority {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("CertificateAuthority")
            .field(&self.certificate)
            .finish()
    }
}

/// The issuer's side of one certificate.
struct Issuance<'a> {
    issuer: &'a DistinguishedName,
    algorithm_der: &'a [u8],
    authority_key_identifier: &'a [u8],
    key: &'a dyn Signer,
}

impl Issuance<'_> {
    fn issue(
        &self,
        template: &CertificateTemplate,
        public_key: &PublicKey,
        serial_number: &SerialNumber,
    ) -> Result<Certificate, IssueError> {
        let validity = template.validity();
        if validity.not_after < validity.not_before {
            return Err(IssueError::EmptyValidity);
        }
        if template.is_self_contradictory() {
            return Err(IssueError::RevocationContradiction);
        }
        let mut tbs = Writer::with_capacity(1024);
        tbs.sequence(|certificate| {
            certificate.nested(Tag::context(0), |version| version.integer_u64(2));
            certificate.element(Tag::INTEGER, serial_number.as_content());
            certificate.raw(self.algorithm_der);
            certificate.raw(self.issuer.as_der());
            certificate.sequence(|period| {
                period.time(validity.not_before);
                period.time(validity.not_after);
            });
            certificate.raw(template.subject().as_der());
            certificate.raw(public_key.as_spki());
            certificate.nested(Tag::context(3), |wrapper| {
                wrapper.sequence(|extensions| {
                    template.write_extensions(extensions);
                    let mut identifier = Writer::new();
                    identifier.octets(&public_key.key_identifier());
                    let identifier = identifier.finish();
                    let oid = &oids::SUBJECT_KEY_IDENTIFIER;
                    write_extension(extensions, oid, Criticality::NonCritical, &identifier);
                    extensions.raw(self.authority_key_identifier);
                });
            });
        });
        let der = signed(&tbs.finish(), self.algorithm_der, self.key)?;
        Ok(Certificate::from_der(&der)?)
    }
}

/// Signs and wraps: `SEQUENCE { tbs, algorithm, BIT STRING }`.
fn signed(tbs: &[u8], algorithm_der: &[u8], key: &dyn Signer) -> Result<Vec<u8>, SignError> {
    signed_with_trailer(tbs, algorithm_der, key, |_| ())
}

/// As [`signed`], with what `write_trailer` appends behind the signature.
pub(crate) fn signed_with_trailer(
    tbs: &[u8],
    algorithm_der: &[u8],
    key: &dyn Signer,
    write_trailer: impl FnOnce(&mut Writer),
) -> Result<Vec<u8>, SignError> {
    let signature = key.sign(tbs)?;
    let mut writer = Writer::with_capacity(tbs.len() + signature.len() + 64);
    writer.sequence(|outer| {
        outer.raw(tbs);
        outer.raw(algorithm_der);
        outer.bit_string(&signature);
        write_trailer(outer);
    });
    Ok(writer.finish())
}

fn authority_key_identifier(key_identifier: &[u8]) -> Vec<u8> {
    let mut value = Writer::new();
    value.sequence(|fields| fields.element(Tag::context_primitive(0), key_identifier));
    let mut writer = Writer::new();
    let oid = &oids::AUTHORITY_KEY_IDENTIFIER;
    write_extension(&mut writer, oid, Criticality::NonCritical, &value.finish());
    writer.finish()
}
