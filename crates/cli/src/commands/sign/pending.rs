//! A signature that waits for a key elsewhere, as a file: the prepared update together with the document it belongs
//! to, so that nothing else is needed to finish it, on whatever machine.

use std::path::{Path, PathBuf};

use akashi_pades::Prepared;
use anyhow::Context as _;
use serde::{Deserialize, Serialize};

const MAGIC: &[u8] = b"akashi pending signature 1\n";

/// What is waiting.
pub(super) struct Pending {
    pub(super) head: Head,
    pub(super) prepared: Prepared,
    pub(super) document: Vec<u8>,
}

/// What a person wants to know of it.
#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Head {
    /// The document's file, as it was named.
    pub(super) file: PathBuf,
    /// Length of what follows, in bytes.
    prepared_bytes: u64,
    document_bytes: u64,
}

impl Pending {
    pub(super) fn new(file: &Path, prepared: Prepared, document: Vec<u8>) -> Self {
        Self {
            head: Head {
                file: file.to_owned(),
                prepared_bytes: 0,
                document_bytes: document.len() as u64,
            },
            prepared,
            document,
        }
    }

    pub(super) fn to_bytes(&self) -> anyhow::Result<Vec<u8>> {
        let prepared = self.prepared.to_bytes();
        let head = Head {
            file: self.head.file.clone(),
            prepared_bytes: prepared.len() as u64,
            document_bytes: self.document.len() as u64,
        };
        let mut bytes = MAGIC.to_vec();
        serde_json::to_writer(&mut bytes, &head)?;
        bytes.push(b'\n');
        bytes.extend(prepared);
        bytes.extend_from_slice(&self.document);
        Ok(bytes)
    }

    pub(super) fn from_bytes(bytes: &[u8]) -> anyhow::Result<Self> {
        let not_ours = "not a pending signature of this version";
        let rest = bytes.strip_prefix(MAGIC).context(not_ours)?;
        let end = rest.iter().position(|byte| *byte == b'\n').context(not_ours)?;
        let (head, rest) = rest.split_at_checked(end).context(not_ours)?;
        let head: Head = serde_json::from_slice(head).context(not_ours)?;
        let rest = rest.get(1..).context(not_ours)?;
        let length = usize::try_from(head.prepared_bytes)?;
        let (prepared, document) = rest
            .split_at_checked(length)
            .context("the pending signature is cut off")?;
        anyhow::ensure!(
            document.len() as u64 == head.document_bytes,
            "the pending signature is cut off"
        );
        let prepared = Prepared::from_bytes(prepared)?;
        anyhow::ensure!(
            prepared.base_length() == head.document_bytes,
            "the pending signature belongs to another document"
        );
        Ok(Self {
            head,
            prepared,
            document: document.to_vec(),
        })
    }
}
