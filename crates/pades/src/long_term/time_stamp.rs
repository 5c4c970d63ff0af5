//! A document time-stamp that lacks nothing but the authority's answer.

use akashi_pdf::ReadAt;
use akashi_pki::{DigestAlgorithm, Oid};
use akashi_tsp::{Covered, TimeStampToken};

use crate::hash::{HashState, Hasher, ResumeError, resume_to_end};
use crate::revision::AppendedRevision;
use crate::sign::EmbedError;
use crate::sign::StoredError;
use crate::sign::parts::PreparedParts;
use crate::sign::stored::{StoredReader, push};

/// An update with room for a time-stamp token over everything else in the file (EN 319 142-1, 5.4.3).
///
/// Like a prepared signature it can be stored and taken up later, as long as the file is not changed.
#[derive(Debug, Clone)]
pub struct PreparedTimeStamp {
    parts: PreparedParts,
    base_hash: Hasher,
    algorithm: DigestAlgorithm,
    imprint: Vec<u8>,
}

const MAGIC: &[u8] = b"akashi prepared time-stamp 1\n";

impl PreparedTimeStamp {
    pub(crate) fn new<R: ReadAt>(
        base: &R,
        parts: PreparedParts,
        base_hash: HashState,
        algorithm: DigestAlgorithm,
    ) -> Result<Self, ResumeError> {
        let base_hash = resume_to_end(base, base_hash)?;
        let imprint = parts.covered_digest(base, &base_hash, algorithm)?;
        Ok(Self {
            parts,
            base_hash,
            algorithm,
            imprint,
        })
    }

    /// The digest that the token must be over.
    pub fn imprint(&self) -> &[u8] {
        &self.imprint
    }

    /// By which function [`Self::imprint`] is made.
    pub fn algorithm(&self) -> DigestAlgorithm {
        self.algorithm
    }

    /// Bytes reserved for the token.
    pub fn reserved_bytes(&self) -> usize {
        self.parts.reserved_bytes()
    }

    /// Length of the file that the update belongs to.
    pub fn base_length(&self) -> u64 {
        self.parts.base_length
    }

    /// Embeds the token. Its imprint and signature are checked, not whether its authority is trusted.
    ///
    /// # Errors
    /// [`EmbedError::Token`], [`EmbedError::WrongToken`], [`EmbedError::ContentsTooSmall`].
    pub fn embed_token(mut self, token_der: &[u8]) -> Result<AppendedRevision, EmbedError> {
        let token = TimeStampToken::parse(token_der).map_err(EmbedError::Token)?;
        let facts = token.verify(Covered::Digest(self.algorithm, &self.imprint), &[]);
        if !facts.is_intact() {
            return Err(EmbedError::WrongToken);
        }
        self.parts.fill(token.as_der())?;
        Ok(self.parts.into_revision(self.base_hash))
    }

    /// The form for storage. It holds no secret, but the bytes of the update: keep it like the document itself.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        for number in [
            self.parts.base_length,
            self.parts.contents.start,
            self.parts.contents.end,
        ] {
            bytes.extend(number.to_be_bytes());
        }
        push(&mut bytes, self.algorithm.oid().as_content());
        push(&mut bytes, &self.imprint);
        push(&mut bytes, &self.base_hash.state().to_bytes());
        push(&mut bytes, self.base_hash.tail());
        push(&mut bytes, &self.parts.bytes);
        bytes
    }

    /// Reads [`Self::to_bytes`].
    ///
    /// # Errors
    /// [`StoredError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, StoredError> {
        let mut reader = StoredReader {
            rest: bytes.strip_prefix(MAGIC).ok_or(StoredError::Form)?,
        };
        let base_length = reader.number()?;
        let contents = reader.number()?..reader.number()?;
        let oid = Oid::from_content(reader.part()?).map_err(|_| StoredError::Form)?;
        let algorithm = DigestAlgorithm::from_oid(&oid).ok_or(StoredError::Form)?;
        let imprint = reader.part()?.to_vec();
        let base_hash = reader.hasher()?;
        let parts = PreparedParts {
            bytes: reader.part()?.to_vec(),
            base_length,
            contents,
        };
        let is_whole = reader.rest.is_empty()
            && parts.contents_in_update().is_some()
            && base_hash.hashed_bytes() == base_length
            && imprint.len() == algorithm.digest(b"").len();
        if !is_whole {
            return Err(StoredError::Form);
        }
        Ok(Self {
            parts,
            base_hash,
            algorithm,
            imprint,
        })
    }
}
