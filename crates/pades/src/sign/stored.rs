//! The stored form of [`Prepared`]: versioned, every part with its length in front.

use akashi_cms::{AttributeError, SignedAttributes};
use akashi_pki::{AlgorithmError, Certificate, CertificateError, SignatureAlgorithm};
use thiserror::Error;

use crate::hash::{HashState, HashStateError, Hasher};
use crate::sign::parts::PreparedParts;
use crate::sign::prepared::Prepared;

/// Why a stored [`Prepared`] cannot be taken up.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum StoredError {
    /// Not of a known version, cut off, or with numbers that contradict each other.
    #[error("not a stored prepared signature of a known version")]
    Form,
    /// The certificate cannot be read.
    #[error("stored certificate cannot be read")]
    Certificate(#[from] CertificateError),
    /// The attributes cannot be read.
    #[error("stored attributes cannot be read")]
    Attributes(#[from] AttributeError),
    /// The algorithm is not known.
    #[error("stored algorithm cannot be read")]
    Algorithm(#[from] AlgorithmError),
    /// The hash state cannot be read.
    #[error("stored hash state cannot be read")]
    Hash(#[from] HashStateError),
}

const MAGIC: &[u8] = b"akashi prepared signature 1\n";
/// Certificates in one signature.
const MAX_ISSUERS: u64 = 64;

impl Prepared {
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
        push(&mut bytes, &self.algorithm.to_der());
        push(&mut bytes, self.to_be_signed());
        push(&mut bytes, &self.base_hash.state().to_bytes());
        push(&mut bytes, self.base_hash.tail());
        push(&mut bytes, self.certificate.as_der());
        bytes.extend((self.issuers.len() as u64).to_be_bytes());
        for issuer in &self.issuers {
            push(&mut bytes, issuer.as_der());
        }
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
        let algorithm = SignatureAlgorithm::from_der(reader.part()?)?;
        let attributes = SignedAttributes::from_der(reader.part()?, algorithm.digest())?;
        let base_hash = reader.hasher()?;
        let certificate = Certificate::from_der(reader.part()?)?;
        let count = reader.number()?;
        if count > MAX_ISSUERS {
            return Err(StoredError::Form);
        }
        let mut issuers = Vec::new();
        for _ in 0..count {
            issuers.push(Certificate::from_der(reader.part()?)?);
        }
        let parts = PreparedParts {
            bytes: reader.part()?.to_vec(),
            base_length,
            contents,
        };
        let is_whole = reader.rest.is_empty() && base_hash.hashed_bytes() == base_length;
        if !is_whole || parts.contents_in_update().is_none() {
            return Err(StoredError::Form);
        }
        Ok(Self {
            parts,
            digest: attributes.message_digest()?,
            attributes,
            certificate,
            issuers,
            algorithm,
            base_hash,
        })
    }
}

pub(crate) fn push(bytes: &mut Vec<u8>, part: &[u8]) {
    bytes.extend((part.len() as u64).to_be_bytes());
    bytes.extend_from_slice(part);
}

pub(crate) struct StoredReader<'a> {
    pub(crate) rest: &'a [u8],
}

impl<'a> StoredReader<'a> {
    pub(crate) fn number(&mut self) -> Result<u64, StoredError> {
        let (number, rest) = self.rest.split_first_chunk::<8>().ok_or(StoredError::Form)?;
        self.rest = rest;
        Ok(u64::from_be_bytes(*number))
    }

    pub(crate) fn part(&mut self) -> Result<&'a [u8], StoredError> {
        let length = usize::try_from(self.number()?).map_err(|_| StoredError::Form)?;
        let (part, rest) = self.rest.split_at_checked(length).ok_or(StoredError::Form)?;
        self.rest = rest;
        Ok(part)
    }

    /// A hash state with the bytes since its boundary.
    pub(crate) fn hasher(&mut self) -> Result<Hasher, StoredError> {
        let mut hasher = Hasher::resume(HashState::from_bytes(self.part()?)?);
        hasher.update(self.part()?);
        Ok(hasher)
    }
}
