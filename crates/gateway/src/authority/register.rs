//! The register: certificates that last, and which of them are revoked.
//!
//! One file for each certificate and one for each revocation, each written in one step and never changed: a
//! process that dies leaves the register as it was or with one entry more. One-time certificates are not
//! entered: they are never revoked (ADR 2).

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use akashi_app::ports::pki::ocsp::CertificateStatus;
use akashi_app::ports::pki::{Certificate, Revocation, RevocationReason, SerialNumber};
use akashi_domain::UtcTime;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::private_folder::{FolderError, PrivateFolder};

/// Why the register cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RegisterError {
    /// A folder or file cannot be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// An entry is not what was written.
    #[error("entry {path} of the register cannot be understood")]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

/// A certificate that lasts, as the register knows it.
#[derive(Debug, Clone)]
pub struct RegisteredCertificate {
    /// The certificate.
    pub certificate: Certificate,
    /// Good or revoked.
    pub status: CertificateStatus,
}

/// The two folders, made with their first entry: an authority that only signs acts may stand on a volume that
/// cannot be written.
#[derive(Debug)]
pub(super) struct Register {
    issued: PathBuf,
    revoked: PathBuf,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct RevocationEntry {
    revoked_at: UtcTime,
    /// `CRLReason` by its number (RFC 5280, 5.3.1).
    reason: u8,
    /// SHA-256 of the name of the certificate's issuer, as hexadecimal digits.
    issuer: String,
}

impl Register {
    /// The register below the authority's folder.
    pub(super) fn below(folder: &Path) -> Self {
        let folder = folder.join("register");
        Self {
            issued: folder.join("issued"),
            revoked: folder.join("revoked"),
        }
    }

    /// Enters a certificate; durable when it returns.
    pub(super) fn enter(&self, certificate: &Certificate) -> Result<(), RegisterError> {
        let folder = PrivateFolder::open(&self.issued)?;
        let lock = folder.lock()?;
        let name = issued_name(certificate.serial_number());
        Ok(folder.write(&lock, &name, certificate.to_pem().as_bytes())?)
    }

    /// Enters a revocation and returns it; one that stands there already stays, unless it was a hold.
    pub(super) fn revoke(
        &self,
        certificate: &Certificate,
        reason: RevocationReason,
        now: UtcTime,
    ) -> Result<CertificateStatus, RegisterError> {
        let folder = PrivateFolder::open(&self.revoked)?;
        let lock = folder.lock()?;
        let present = self.status(certificate.serial_number())?;
        if let CertificateStatus::Revoked { reason, .. } = present
            && reason != RevocationReason::CertificateHold
        {
            return Ok(present);
        }
        let entry = RevocationEntry {
            revoked_at: now,
            reason: reason.code(),
            issuer: issuer_id(certificate),
        };
        let name = revoked_name(certificate.serial_number());
        let json =
            serde_json::to_vec_pretty(&entry).map_err(|error| malformed(&folder.path_of(&name), error))?;
        folder.write(&lock, &name, &json)?;
        self.status(certificate.serial_number())
    }

    /// What is entered about a serial number: revoked, good if the certificate is entered, else unknown.
    pub(super) fn status(&self, serial_number: &SerialNumber) -> Result<CertificateStatus, RegisterError> {
        if let Some(entry) = read(&self.revoked, &revoked_name(serial_number))? {
            let (entry, reason) = entry.as_revocation()?;
            return Ok(CertificateStatus::Revoked {
                revoked_at: entry.revoked_at,
                reason,
            });
        }
        let is_entered = read(&self.issued, &issued_name(serial_number))?.is_some();
        Ok(if is_entered {
            CertificateStatus::Good
        } else {
            CertificateStatus::Unknown
        })
    }

    /// Everything that was entered, by serial number.
    pub(super) fn certificates(&self) -> Result<Vec<Certificate>, RegisterError> {
        let entries = read_all(&self.issued)?;
        entries.iter().map(|(_, entry)| entry.as_certificate()).collect()
    }

    /// The revocations of certificates of one issuer, by serial number.
    pub(super) fn revocations(&self, issuer: &Certificate) -> Result<Vec<Revocation>, RegisterError> {
        let wanted = name_id(issuer.subject().as_der());
        let mut revocations = Vec::new();
        for (name, entry) in read_all(&self.revoked)? {
            let (revocation, reason) = entry.as_revocation()?;
            let serial_number = hex::decode(name.trim_end_matches(REVOKED_ENDING));
            let serial_number = serial_number.map_err(|error| malformed(&entry.path, error))?;
            if revocation.issuer == wanted {
                revocations.push(Revocation {
                    serial_number: SerialNumber::from_content(&serial_number),
                    revoked_at: revocation.revoked_at,
                    reason,
                });
            }
        }
        Ok(revocations)
    }

    /// Changes whenever a revocation is entered, by whatever process.
    pub(super) fn revocations_changed_at(&self) -> Option<SystemTime> {
        std::fs::metadata(&self.revoked).ok()?.modified().ok()
    }
}

/// A file as it was read.
struct Entry {
    path: PathBuf,
    content: Zeroizing<Vec<u8>>,
}

impl Entry {
    fn as_certificate(&self) -> Result<Certificate, RegisterError> {
        let text = std::str::from_utf8(&self.content).map_err(|error| malformed(&self.path, error))?;
        Certificate::from_pem(text).map_err(|error| malformed(&self.path, error))
    }

    fn as_revocation(&self) -> Result<(RevocationEntry, RevocationReason), RegisterError> {
        let entry: RevocationEntry =
            serde_json::from_slice(&self.content).map_err(|error| malformed(&self.path, error))?;
        let reason = RevocationReason::from_code(u64::from(entry.reason))
            .ok_or_else(|| malformed(&self.path, "unknown reason"))?;
        Ok((entry, reason))
    }
}

fn read(folder: &Path, name: &str) -> Result<Option<Entry>, RegisterError> {
    if !folder.exists() {
        return Ok(None);
    }
    let folder = PrivateFolder::open(folder)?;
    let content = folder.read(name)?;
    Ok(content.map(|content| Entry {
        path: folder.path_of(name),
        content,
    }))
}

fn read_all(folder: &Path) -> Result<Vec<(String, Entry)>, RegisterError> {
    if !folder.exists() {
        return Ok(Vec::new());
    }
    let mut entries = Vec::new();
    for name in PrivateFolder::open(folder)?.names()? {
        if let Some(entry) = read(folder, &name)? {
            entries.push((name, entry));
        }
    }
    Ok(entries)
}

fn malformed(path: &Path, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> RegisterError {
    RegisterError::Malformed {
        path: path.to_owned(),
        source: source.into(),
    }
}

fn issued_name(serial_number: &SerialNumber) -> String {
    format!("{}.pem", hex::encode(serial_number.as_content()))
}

fn revoked_name(serial_number: &SerialNumber) -> String {
    format!("{}{REVOKED_ENDING}", hex::encode(serial_number.as_content()))
}

fn issuer_id(certificate: &Certificate) -> String {
    name_id(certificate.issuer().as_der())
}

fn name_id(name_der: &[u8]) -> String {
    hex::encode(akashi_app::ports::pki::DigestAlgorithm::Sha256.digest(name_der))
}

const REVOKED_ENDING: &str = ".json";
