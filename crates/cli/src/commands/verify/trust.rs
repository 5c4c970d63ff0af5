//! What is believed: the installation's root, and a folder of certificates, lists and responses.

use std::fs;
use std::path::Path;

use akashi_pki::ocsp::OcspResponse;
use akashi_pki::{Certificate, RevocationList, pem};
use akashi_validation::Trust;
use anyhow::{Context as _, bail};

use crate::config::Config;
use crate::wiring::trust_anchor_path;

/// Objects that were found.
#[derive(Debug, Default)]
struct Found {
    roots: Vec<Certificate>,
    lists: Vec<RevocationList>,
    responses: Vec<OcspResponse>,
}

/// Reads the root of the installation, if there is one, and every file of `folder`.
///
/// # Errors
/// When the folder or a file cannot be read, or a file is none of these.
pub(super) fn read(config: &Config, folder: Option<&Path>) -> anyhow::Result<Trust> {
    let mut found = Found::default();
    let own = trust_anchor_path(&config.data());
    if own.is_file() {
        found.read_file(&own)?;
    }
    if let Some(folder) = folder {
        let list = fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
        for entry in list {
            let path = entry?.path();
            if path.is_file() {
                found.read_file(&path)?;
            }
        }
    }
    Ok(Trust::in_roots(&found.roots)
        .with_revocation_lists(found.lists)
        .with_ocsp_responses(found.responses))
}

impl Found {
    fn read_file(&mut self, path: &Path) -> anyhow::Result<()> {
        let bytes = fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
        let taken = match std::str::from_utf8(&bytes) {
            Ok(text) => self.take_pem(text),
            Err(_) => self.take_der(&bytes),
        };
        taken.with_context(|| {
            format!(
                "{} is not a certificate, revocation list or OCSP response",
                path.display()
            )
        })
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
