//! What is believed: the installation's root, and a folder of certificates, lists and responses.

use std::fs;
use std::path::Path;

use akashi_pki::ocsp::OcspResponse;
use akashi_pki::{Certificate, RevocationList, pem};
use akashi_validation::{ServiceKind, Trust, TrustedList};
use anyhow::{Context as _, bail};
use jiff::Timestamp;

use crate::config::Config;
use crate::wiring::trust_anchor_path;

/// Objects that were found.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) roots: Vec<Certificate>,
    pub(super) lists: Vec<RevocationList>,
    pub(super) responses: Vec<OcspResponse>,
}

/// Reads the root of the installation, if there is one, and every file of `folder`; of trusted lists what they approve
/// at `now`.
///
/// # Errors
/// When the folder or a file cannot be read, or a file is none of these.
pub(super) fn read(config: &Config, folder: Option<&Path>, now: Timestamp) -> anyhow::Result<Found> {
    let mut found = Found::default();
    let own = trust_anchor_path(&config.data());
    if own.is_file() {
        found.read_file(&own, now)?;
    }
    if let Some(folder) = folder {
        let list = fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
        for entry in list {
            let path = entry?.path();
            if path.is_file() {
                found.read_file(&path, now)?;
            }
        }
    }
    Ok(found)
}

impl Found {
    pub(super) fn into_trust(self) -> Trust {
        Trust::in_roots(&self.roots)
            .with_revocation_lists(self.lists)
            .with_ocsp_responses(self.responses)
    }

    fn read_file(&mut self, path: &Path, now: Timestamp) -> anyhow::Result<()> {
        let bytes = fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
        let taken = match std::str::from_utf8(&bytes) {
            Ok(text) if text.trim_start_matches('\u{feff}').trim_start().starts_with('<') => {
                self.take_trusted_list(&bytes, now)
            }
            Ok(text) => self.take_pem(text),
            Err(_) => self.take_der(&bytes),
        };
        taken.with_context(|| {
            format!(
                "{} is not a certificate, revocation list, OCSP response or trusted list",
                path.display()
            )
        })
    }

    /// What a trusted list (ETSI TS 119 612) approves at the moment of judging.
    fn take_trusted_list(&mut self, xml: &[u8], now: Timestamp) -> anyhow::Result<()> {
        let list = TrustedList::from_xml(xml)?;
        for kind in [ServiceKind::CertificateAuthority, ServiceKind::TimeStamping] {
            self.roots.extend(list.approved_at(kind, now).cloned());
        }
        Ok(())
    }

    fn take_pem(&mut self, text: &str) -> anyhow::Result<()> {
        let blocks = pem::decode_all(text)?;
        if blocks.is_empty() {
            bail!("there is nothing in it");
        }
        for block in blocks {
            self.take_der(&block.der)?;
        }
        Ok(())
    }

    fn take_der(&mut self, der: &[u8]) -> anyhow::Result<()> {
        if let Ok(list) = RevocationList::from_der(der) {
            self.lists.push(list);
        } else if let Ok(response) = OcspResponse::from_der(der) {
            self.responses.push(response);
        } else {
            self.roots.push(Certificate::from_der(der)?);
        }
        Ok(())
    }
}
