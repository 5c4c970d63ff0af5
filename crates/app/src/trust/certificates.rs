//! Roots and accredited time-stamp authorities: added, removed, put back.

use std::sync::Arc;

use akashi_domain::authorization::Action;
use akashi_domain::{Digest32, OrganizationEventKind, TrustPurpose, UtcTime};
use akashi_pki::Certificate;

use crate::caller::MemberCaller;
use crate::ports::{Tenant, TrustedCertificate};
use crate::{App, Error};

/// The most bytes of one upload.
const MAX_UPLOAD: usize = 256 * 1024;
/// The most certificates that one organization trusts, removed ones included.
const MAX_CERTIFICATES: usize = 200;

/// Why a certificate cannot be trusted as asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateProblem {
    /// Neither DER nor PEM of any certificate.
    #[error("the file holds no certificate")]
    Unreadable,
    /// Larger than any file of certificates that makes sense.
    #[error("the file is larger than {limit} bytes")]
    TooLarge {
        /// The limit.
        limit: usize,
    },
    /// More certificates than one organization may have.
    #[error("more than {limit} certificates")]
    TooMany {
        /// The limit.
        limit: usize,
    },
    /// A root must be the certificate of an authority (RFC 5280, 4.2.1.9): with a signer's own certificate as root,
    /// nobody could ever revoke it.
    #[error("{subject} is not a certificate authority")]
    NotAnAuthority {
        /// Its subject (RFC 4514).
        subject: String,
    },
    /// The file holds a private key, which must stay where it is.
    #[error("the file holds a private key")]
    PrivateKey,
}

/// A trusted certificate, as an administrator sees it.
#[derive(Debug, Clone)]
pub struct TrustEntry {
    /// For what.
    pub purpose: TrustPurpose,
    /// SHA-256 of the certificate.
    pub sha256: Digest32,
    /// Its subject (RFC 4514).
    pub subject: String,
    /// What people call it: the common name, else the subject.
    pub name: String,
    /// When it begins.
    pub not_before: UtcTime,
    /// When it ends.
    pub not_after: UtcTime,
    /// When it was added; `None` for one that the operator has configured.
    pub added_at: Option<UtcTime>,
    /// When it was removed, if it was.
    pub removed_at: Option<UtcTime>,
}

impl TrustEntry {
    fn of(purpose: TrustPurpose, certificate: &Certificate) -> Self {
        let subject = certificate.subject().to_string();
        Self {
            purpose,
            sha256: Digest32::new(certificate.fingerprint()),
            name: certificate
                .subject()
                .common_name()
                .map_or_else(|| subject.clone(), ToOwned::to_owned),
            subject,
            not_before: certificate.not_before(),
            not_after: certificate.not_after(),
            added_at: None,
            removed_at: None,
        }
    }
}

/// What a judge is given: roots, and who counts as accredited. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct TrustedAuthorities {
    /// Roots to which paths may lead.
    pub anchors: Arc<[Certificate]>,
    /// Accredited time-stamp authorities, or issuers of such alone.
    pub accredited: Arc<[Certificate]>,
}

impl App {
    /// Everything that is trusted: the operator's certificates first, then the organization's own, removed ones
    /// included.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Unavailable`]
    pub async fn trusted(&self, caller: &MemberCaller) -> Result<Vec<TrustEntry>, Error> {
        caller.authorize_organization(Action::ManageTrust)?;
        let mut entries: Vec<TrustEntry> = Vec::new();
        for certificate in self.ports.authority.trust_anchors() {
            entries.push(TrustEntry::of(TrustPurpose::Root, &certificate));
        }
        for certificate in self.ports.time_stamps.accredited() {
            entries.push(TrustEntry::of(TrustPurpose::AccreditedTimeStamps, &certificate));
        }
        for stored in self.ports.trust.trusted(&caller.tenant).await? {
            let certificate = parsed(&stored)?;
            entries.push(TrustEntry {
                added_at: Some(stored.added_at),
                removed_at: stored.removed_at,
                ..TrustEntry::of(stored.purpose, &certificate)
            });
        }
        Ok(entries)
    }

    /// Trusts the certificates of a file from now on: one as DER, or any number as PEM. Returns how many were new.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::Certificate`]: nothing was added then.
    pub async fn trust(
        &self,
        caller: &MemberCaller,
        purpose: TrustPurpose,
        file: &[u8],
    ) -> Result<usize, Error> {
        caller.authorize_organization(Action::ManageTrust)?;
        let certificates = read(file)?;
        for certificate in &certificates {
            check(purpose, certificate)?;
        }
        let present = self.ports.trust.trusted(&caller.tenant).await?;
        let is_new = |certificate: &&Certificate| {
            let sha256 = Digest32::new(certificate.fingerprint());
            !present.iter().any(|stored| {
                stored.purpose == purpose && stored.sha256 == sha256 && stored.removed_at.is_none()
            })
        };
        let new: Vec<&Certificate> = certificates.iter().filter(is_new).collect();
        if present.len().saturating_add(new.len()) > MAX_CERTIFICATES {
            let limit = MAX_CERTIFICATES;
            return Err(CertificateProblem::TooMany { limit }.into());
        }
        for certificate in &new {
            let stored = TrustedCertificate {
                purpose,
                sha256: Digest32::new(certificate.fingerprint()),
                der: certificate.as_der().to_vec(),
                added_by: caller.member().member_id,
                added_at: self.now(),
                removed_at: None,
            };
            self.put_trusted(caller, &stored, certificate).await?;
        }
        Ok(new.len())
    }

    /// Ends the trust in a certificate. It stays listed as removed, and can be put back.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`]
    pub async fn distrust(
        &self,
        caller: &MemberCaller,
        purpose: TrustPurpose,
        sha256: Digest32,
    ) -> Result<(), Error> {
        let removed_at = Some(self.now());
        self.change_trust(caller, purpose, sha256, removed_at).await
    }

    /// Puts a removed certificate back.
    ///
    /// # Errors
    /// [`Error::Forbidden`], [`Error::NotFound`]
    pub async fn trust_again(
        &self,
        caller: &MemberCaller,
        purpose: TrustPurpose,
        sha256: Digest32,
    ) -> Result<(), Error> {
        self.change_trust(caller, purpose, sha256, None).await
    }

    async fn change_trust(
        &self,
        caller: &MemberCaller,
        purpose: TrustPurpose,
        sha256: Digest32,
        removed_at: Option<UtcTime>,
    ) -> Result<(), Error> {
        caller.authorize_organization(Action::ManageTrust)?;
        let stored = self.ports.trust.trusted(&caller.tenant).await?;
        let stored = stored
            .into_iter()
            .find(|stored| stored.purpose == purpose && stored.sha256 == sha256)
            .ok_or(Error::NotFound)?;
        if stored.removed_at.is_some() == removed_at.is_some() {
            return Ok(());
        }
        let certificate = parsed(&stored)?;
        let stored = TrustedCertificate { removed_at, ..stored };
        self.put_trusted(caller, &stored, &certificate).await
    }

    async fn put_trusted(
        &self,
        caller: &MemberCaller,
        stored: &TrustedCertificate,
        certificate: &Certificate,
    ) -> Result<(), Error> {
        let (purpose, sha256) = (stored.purpose, stored.sha256);
        let subject = certificate.subject().to_string();
        let what = if stored.removed_at.is_none() {
            OrganizationEventKind::TrustAdded {
                purpose,
                sha256,
                subject,
            }
        } else {
            OrganizationEventKind::TrustRemoved {
                purpose,
                sha256,
                subject,
            }
        };
        let event = self.organization_event(caller, what)?;
        Ok(self
            .ports
            .trust
            .put_trusted(&caller.tenant, stored, event)
            .await?)
    }

    /// What a judge trusts: the operator's certificates and, for members and contracts of an organization, its own.
    pub(crate) async fn authorities(&self, tenant: Option<&Tenant>) -> Result<TrustedAuthorities, Error> {
        let mut anchors = self.ports.authority.trust_anchors();
        let mut accredited = self.ports.time_stamps.accredited();
        let stored = match tenant {
            Some(tenant) => self.ports.trust.trusted(tenant).await?,
            None => Vec::new(),
        };
        for stored in stored.iter().filter(|stored| stored.removed_at.is_none()) {
            let certificate = parsed(stored)?;
            match stored.purpose {
                TrustPurpose::Root => anchors.push(certificate),
                TrustPurpose::AccreditedTimeStamps => accredited.push(certificate),
            }
        }
        Ok(TrustedAuthorities {
            anchors: anchors.into(),
            accredited: accredited.into(),
        })
    }
}

fn parsed(stored: &TrustedCertificate) -> Result<Certificate, Error> {
    Certificate::from_der(&stored.der).map_err(|error| Error::internal("trusted certificate", error))
}

/// The certificates of an upload, each once.
fn read(file: &[u8]) -> Result<Vec<Certificate>, CertificateProblem> {
    if file.len() > MAX_UPLOAD {
        return Err(CertificateProblem::TooLarge { limit: MAX_UPLOAD });
    }
    let text = std::str::from_utf8(file).ok();
    if text.is_some_and(|text| text.contains("PRIVATE KEY-----")) {
        return Err(CertificateProblem::PrivateKey);
    }
    let found = match text {
        Some(text) => Certificate::all_from_pem(text).map_err(|_| CertificateProblem::Unreadable)?,
        None => vec![Certificate::from_der(file).map_err(|_| CertificateProblem::Unreadable)?],
    };
    let mut each_once: Vec<Certificate> = Vec::new();
    for certificate in found {
        if !each_once.contains(&certificate) {
            each_once.push(certificate);
        }
        if each_once.len() > MAX_CERTIFICATES {
            let limit = MAX_CERTIFICATES;
            return Err(CertificateProblem::TooMany { limit });
        }
    }
    if each_once.is_empty() {
        return Err(CertificateProblem::Unreadable);
    }
    Ok(each_once)
}

fn check(purpose: TrustPurpose, certificate: &Certificate) -> Result<(), CertificateProblem> {
    let is_authority = match certificate.basic_constraints() {
        Ok(constraints) => constraints.is_some_and(|constraints| constraints.is_ca),
        Err(_) => return Err(CertificateProblem::Unreadable),
    };
    // Version 1 certificates of old roots have no extensions to say it (RFC 5280, 4.1.2.1).
    let is_old_root = certificate.version() == 1 && certificate.is_self_issued();
    match purpose {
        TrustPurpose::Root if !is_authority && !is_old_root => Err(CertificateProblem::NotAnAuthority {
            subject: certificate.subject().to_string(),
        }),
        _ => Ok(()),
    }
}
