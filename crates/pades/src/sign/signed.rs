//! A signature with its value, and its way up the levels.

use akashi_cms::SignedData;
use akashi_pki::DigestAlgorithm;
use akashi_tsp::{Covered, TimeStampToken};

use crate::hash::Hasher;
use crate::revision::AppendedRevision;
use crate::sign::parts::PreparedParts;
use crate::sign::prepared::EmbedError;

/// What a PAdES baseline signature contains (EN 319 142-1, clause 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum BaselineLevel {
    /// B-B: the signature alone.
    B,
    /// B-T: with a time-stamp over the signature value, or over the document behind it.
    T,
    /// B-LT: the document also holds what its validation needs (`/DSS`).
    Lt,
    /// B-LTA: a document time-stamp covers signature and validation data.
    Lta,
}

/// A finished signature.
#[derive(Debug, Clone)]
pub struct Signed {
    parts: PreparedParts,
    base_hash: Hasher,
    cms: Vec<u8>,
    value: Vec<u8>,
    level: BaselineLevel,
}

impl Signed {
    pub(crate) fn new(
        parts: PreparedParts,
        base_hash: Hasher,
        cms: Vec<u8>,
        value: Vec<u8>,
    ) -> Result<Self, EmbedError> {
        let mut signed = Self {
            parts,
            base_hash,
            cms: Vec::new(),
            value,
            level: BaselineLevel::B,
        };
        signed.fill(cms)?;
        Ok(signed)
    }

    /// The same at level B-T: its time-stamp came with it.
    pub(crate) fn stamped(mut self) -> Self {
        self.level = BaselineLevel::T;
        self
    }

    /// The level reached.
    pub fn level(&self) -> BaselineLevel {
        self.level
    }

    /// The digest that a signature time-stamp covers: SHA-256 of the signature value (EN 319 122-1, 5.3).
    pub fn time_stamp_imprint(&self) -> [u8; 32] {
        let mut hasher = Hasher::resume(crate::HashState::START);
        hasher.update(&self.value);
        hasher.finish()
    }

    /// Embeds the time-stamp token over [`Self::time_stamp_imprint`]; the result has level B-T.
    ///
    /// The token's imprint and signature are checked, not whether its authority is trusted.
    ///
    /// # Errors
    /// [`EmbedError`]; with [`EmbedError::ContentsTooSmall`] the whole act must be prepared again.
    pub fn embed_token(mut self, token_der: &[u8]) -> Result<Self, EmbedError> {
        if self.level >= BaselineLevel::T {
            return Err(EmbedError::AlreadyStamped);
        }
        let token = TimeStampToken::parse(token_der).map_err(EmbedError::Token)?;
        let imprint = self.time_stamp_imprint();
        let facts = match token.verify(Covered::Digest(DigestAlgorithm::Sha256, &imprint), &[]) {
            facts if facts.is_intact() => Ok(()),
            // The authority may have hashed the value by itself, with another algorithm.
            _ if token.verify(Covered::Message(&self.value), &[]).is_intact() => Ok(()),
            _ => Err(EmbedError::WrongToken),
        };
        facts?;
        let cms = SignedData::parse(&self.cms)?.with_signature_time_stamp(0, token.as_der())?;
        self.fill(cms)?;
        self.level = BaselineLevel::T;
        Ok(self)
    }

    /// The CMS `SignedData`, DER.
    pub fn cms(&self) -> &[u8] {
        &self.cms
    }

    /// The bytes to append alone, for a caller who keeps no digest of the new revision: nothing more is hashed.
    pub fn into_bytes(self) -> Vec<u8> {
        self.parts.bytes
    }

    /// The bytes to append and the digest of the new revision.
    pub fn into_revision(self) -> AppendedRevision {
        self.parts.into_revision(self.base_hash)
    }

    fn fill(&mut self, cms: Vec<u8>) -> Result<(), EmbedError> {
        self.parts.fill(&cms)?;
        self.cms = cms;
        Ok(())
    }
}
