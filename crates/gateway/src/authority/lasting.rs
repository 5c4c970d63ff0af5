//! What the authority does beside signing acts: certificates that last, their revocation, lists, and OCSP
//! responders.

use std::sync::Arc;

use akashi_app::ports::pki::ocsp::{CertificateStatus, OcspResponder};
use akashi_app::ports::pki::{
    Certificate, CertificateAuthority, CertificateTemplate, DistinguishedName, IssueError, KeyAlgorithm,
    KeyError, NameError, PublicKey, RevocationList, RevocationListPeriod, RevocationListTemplate,
    RevocationReason, SerialNumber, Signer as _, SigningKey, Validity,
};
use akashi_domain::UtcTime;
use jiff::SignedDuration;

use super::register::{RegisterError, RegisteredCertificate};
use super::{CLOCK_LEAD, LIST_LIFETIME, LocalAuthority, later, serial};

/// Which of the authority's two issuers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Issuer {
    /// The self-signed root: it issues the issuing CA alone.
    Root,
    /// The issuing CA: it issues everything else.
    Issuing,
}

/// Why the authority did not issue, revoke or answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LastingError {
    /// The register cannot be used.
    #[error(transparent)]
    Register(#[from] RegisterError),
    /// It cannot be issued.
    #[error("it cannot be issued")]
    Issue(#[from] IssueError),
    /// A key cannot be made.
    #[error("a key cannot be made")]
    Key(#[from] KeyError),
    /// A name cannot stand in a certificate.
    #[error("the name cannot stand in a certificate")]
    Name(#[from] NameError),
    /// No certificate that lasts has this serial number.
    #[error("no certificate with serial number {0} is in the register")]
    Unknown(SerialNumber),
}

impl LocalAuthority {
    /// The certificate of one of the issuers.
    pub fn issuer_certificate(&self, issuer: Issuer) -> &Certificate {
        self.issuer(issuer).certificate()
    }

    /// Issues a certificate by the issuing CA. It is in the register before it is handed out, so that none is
    /// in use that could not be revoked.
    ///
    /// # Errors
    /// [`LastingError::Issue`], [`LastingError::Register`].
    pub fn issue_lasting(
        &self,
        template: &CertificateTemplate,
        key: &PublicKey,
    ) -> Result<Certificate, LastingError> {
        self.issue_entered(Issuer::Issuing, template, key)
    }

    /// Revokes a certificate that lasts: one of the register, or one of the authority's own. A revocation is
    /// final, unless it was a hold; then the new reason takes its place.
    ///
    /// # Errors
    /// [`LastingError::Unknown`], [`LastingError::Register`].
    pub fn revoke(
        &self,
        serial_number: &SerialNumber,
        reason: RevocationReason,
        now: UtcTime,
    ) -> Result<RegisteredCertificate, LastingError> {
        let certificates = self.lasting_certificates()?;
        let wanted = |entry: &RegisteredCertificate| entry.certificate.serial_number() == serial_number;
        let Some(RegisteredCertificate { certificate, .. }) = certificates.into_iter().find(wanted) else {
            return Err(LastingError::Unknown(serial_number.clone()));
        };
        let status = self.register.revoke(&certificate, reason, now)?;
        Ok(RegisteredCertificate { certificate, status })
    }

    /// All certificates that last: the issuing CA's, those of the built-in time-stamp authority and the seal,
    /// and the register.
    ///
    /// # Errors
    /// [`LastingError::Register`].
    pub fn lasting_certificates(&self) -> Result<Vec<RegisteredCertificate>, LastingError> {
        let own = self.own_certificates().into_iter().cloned();
        own.chain(self.register.certificates()?)
            .map(|certificate| {
                let status = self.status(certificate.serial_number())?;
                Ok(RegisteredCertificate { certificate, status })
            })
            .collect()
    }

    /// What an OCSP responder says about a serial number: one-time certificates have no status, and are
    /// unknown to it.
    ///
    /// # Errors
    /// [`LastingError::Register`].
    pub fn status(&self, serial_number: &SerialNumber) -> Result<CertificateStatus, LastingError> {
        let is_own = |certificate: &&Certificate| certificate.serial_number() == serial_number;
        Ok(match self.register.status(serial_number)? {
            CertificateStatus::Unknown if self.own_certificates().iter().any(is_own) => {
                CertificateStatus::Good
            }
            status => status,
        })
    }

    /// A new list of one of the issuers, with everything that was ever revoked.
    ///
    /// # Errors
    /// [`LastingError::Register`], [`LastingError::Issue`].
    pub fn make_revocation_list(&self, issuer: Issuer, now: UtcTime) -> Result<RevocationList, LastingError> {
        let authority = self.issuer(issuer);
        // Milliseconds grow by themselves, on every node and after every restart.
        let period = RevocationListPeriod {
            number: u64::try_from(now.as_millisecond()).unwrap_or_default(),
            this_update: now,
            next_update: later(now, LIST_LIFETIME),
        };
        let template =
            RevocationListTemplate::new(period).keeping_expired_since(authority.certificate().not_before());
        let revocations = self.register.revocations(authority.certificate())?;
        Ok(authority.issue_list(&template, &revocations)?)
    }

    /// A responder for the certificates of one of the issuers. Its key lives in memory alone, its certificate for
    /// a week.
    ///
    /// # Errors
    /// [`LastingError`].
    pub fn make_responder(&self, issuer: Issuer, now: UtcTime) -> Result<OcspResponder, LastingError> {
        let certificate = self.issuer(issuer).certificate();
        let key = Arc::new(SigningKey::generate(KeyAlgorithm::P256)?);
        let validity = Validity {
            not_before: now.checked_sub(CLOCK_LEAD).unwrap_or(now),
            not_after: later(now, RESPONDER_LIFETIME).min(certificate.not_after()),
        };
        let template = CertificateTemplate::ocsp_responder(responder_name(certificate)?, validity);
        let delegate = self.issue_entered(issuer, &template, key.public_key())?;
        Ok(OcspResponder::delegated(certificate, delegate, key)?)
    }

    fn issue_entered(
        &self,
        issuer: Issuer,
        template: &CertificateTemplate,
        key: &PublicKey,
    ) -> Result<Certificate, LastingError> {
        let certificate = self
            .issuer(issuer)
            .issue(template, key, &serial(&*self.entropy))?;
        self.register.enter(&certificate)?;
        Ok(certificate)
    }

    fn issuer(&self, issuer: Issuer) -> &CertificateAuthority {
        match issuer {
            Issuer::Root => &self.root,
            Issuer::Issuing => &self.issuing,
        }
    }

    fn own_certificates(&self) -> [&Certificate; 3] {
        [
            self.issuing.certificate(),
            &self.time_stamp.certificate,
            &self.seal.certificate,
        ]
    }
}

/// The issuer's organization, and its name with what it is for.
fn responder_name(issuer: &Certificate) -> Result<DistinguishedName, NameError> {
    let mut builder = DistinguishedName::builder();
    if let Some(organization) = issuer.subject().organization() {
        builder = builder.organization(organization)?;
    }
    if let Some(installation) = issuer.subject().serial_number() {
        builder = builder.serial_number(installation)?;
    }
    let name = issuer.subject().common_name().unwrap_or_default();
    let short: String = name
        .chars()
        .take(super::MAX_COMMON_NAME_CHARS - OCSP_MARK.len())
        .collect();
    Ok(builder.common_name(&format!("{short}{OCSP_MARK}"))?.build())
}

const OCSP_MARK: &str = " OCSP";

/// `nocheck` spares its users the question whether a responder is revoked: so it does not live long.
const RESPONDER_LIFETIME: SignedDuration = SignedDuration::from_hours(7 * 24);
