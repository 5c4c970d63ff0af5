//! Public verification: what a PDF carries, and whether this server concluded it. Nothing is stored.

use std::time::Duration;

use akashi_domain::{ContractId, Digest32, Language, UtcTime};
use bytes::Bytes;

use crate::caller::MemberCaller;
use crate::judging::{JudgeOrder, Judged, Judgement, Refusal};
use crate::link::sha256;
use crate::ports::{ConcludedEntry, JudgeFailure};
use crate::{App, Error};

/// What can be said about a file.
#[derive(Debug)]
pub struct Verification {
    /// SHA-256 of the file.
    pub sha256: Digest32,
    /// Its length in bytes.
    pub byte_length: u64,
    /// The contract one of whose files it is, if this server concluded it.
    pub concluded: Option<ConcludedEntry>,
    /// What the signatures are, or why nothing can be said of them.
    pub outcome: Outcome,
    /// When it was judged.
    pub at: UtcTime,
}

/// How judging ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The file was judged.
    Judged(Box<Judgement>),
    /// It cannot be judged at all.
    Refused(Refusal),
    /// It could not be judged within the time allowed for one file.
    TooSlow {
        /// How long that is.
        limit: Duration,
    },
    /// Judging broke down over it, or needed more memory than allowed for one file.
    TooHeavy,
}

impl App {
    /// Judges a file that anyone may bring, by what the installation trusts and, for a member, the organization.
    ///
    /// # Errors
    /// [`Error::TooLarge`], [`Error::Busy`], [`Error::Unavailable`].
    pub async fn verify_file(
        &self,
        caller: Option<&MemberCaller>,
        file: Bytes,
        language: Language,
    ) -> Result<Verification, Error> {
        let byte_length = file.len() as u64;
        if byte_length > self.settings.max_upload_bytes {
            return Err(Error::TooLarge {
                limit: self.settings.max_upload_bytes,
            });
        }
        let authorities = self.authorities(caller.map(|caller| &caller.tenant)).await?;
        let at = self.now();
        let order = JudgeOrder::new(&authorities, at, language);
        let hashed = file.clone();
        let sha256 = self.apart(move || sha256(&hashed)).await?;
        let outcome = match self.ports.judge.judge(file, order).await {
            Ok(Judged::Report(judgement)) => Outcome::Judged(judgement),
            Ok(Judged::Refused(refusal)) => Outcome::Refused(refusal),
            Err(JudgeFailure::TooSlow { limit }) => Outcome::TooSlow { limit },
            Err(JudgeFailure::TooHeavy) => Outcome::TooHeavy,
            Err(JudgeFailure::Busy) => return Err(Error::Busy),
            Err(error) => {
                return Err(Error::Unavailable {
                    what: "judge",
                    source: Box::new(error),
                });
            }
        };
        let concluded = self.ports.contracts.find_concluded_digest(sha256).await?;
        Ok(Verification {
            sha256,
            byte_length,
            concluded,
            outcome,
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
