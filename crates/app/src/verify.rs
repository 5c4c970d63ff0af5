//! Public verification: what a PDF carries, and whether this server concluded it. Nothing is stored.

use akashi_domain::{ContractId, Digest32};
use bytes::Bytes;

use crate::intake::IntakeError;
use crate::judging::{Judgement, judge_file};
use crate::link::sha256;
use crate::ports::ConcludedEntry;
use crate::{App, Error};

/// What can be said about a file.
#[derive(Debug)]
pub struct Verification {
    /// SHA-256 of the file.
    pub sha256: Digest32,
    /// Its length in bytes.
    pub byte_length: u64,
    /// The contract whose final document it is, if this server concluded it.
    pub concluded: Option<ConcludedEntry>,
    /// What the signatures are; `Err` with the reason if the file cannot be judged.
    pub judgement: Result<Judgement, IntakeError>,
    /// When it was judged.
    pub at: akashi_domain::UtcTime,
}

impl App {
    /// Judges a file that anyone may bring.
    ///
    /// # Errors
    /// [`Error::TooLarge`], [`Error::Unavailable`].
    pub async fn verify_file(&self, file: Bytes) -> Result<Verification, Error> {
        let byte_length = file.len() as u64;
        if byte_length > self.settings.max_upload_bytes {
            return Err(Error::TooLarge {
                limit: self.settings.max_upload_bytes,
            });
        }
        let anchors = self.ports.authority.trust_anchors();
        let at = self.now();
        let (sha256, judgement) = self
            .apart(move || (sha256(&file), judge_file(&file, &anchors, at)))
            .await?;
        let concluded = self.ports.contracts.find_concluded_digest(sha256).await?;
        Ok(Verification {
            sha256,
            byte_length,
            concluded,
            judgement,
            at,
        })
    }

    /// Whether a contract with this printed ID was concluded here. Says nothing else about it.
    ///
    /// # Errors
    /// [`Error::Unavailable`]
    pub async fn concluded_here(&self, printed_id: &str) -> Result<Option<ConcludedEntry>, Error> {
        let Ok(contract_id) = ContractId::parse_printed(printed_id) else {
            return Ok(None);
        };
        Ok(self.ports.contracts.find_concluded(contract_id).await?)
    }

    /// Whether requests can be served: database and storage answer.
    ///
    /// # Errors
    /// [`Error::Unavailable`]
    pub async fn check_ready(&self) -> Result<(), Error> {
        self.ports.organizations.count().await?;
        self.ports.segments.check().await?;
        Ok(())
    }
}
