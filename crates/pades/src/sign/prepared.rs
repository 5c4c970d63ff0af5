//! An update with room for a signature, and the attributes that a key must sign.

use akashi_cms::{SignedAttributes, SignedDataBuilder};
use akashi_pdf::ReadAt;
use akashi_pki::{Certificate, SignError, SignatureAlgorithm, Signer as _, SigningKey, VerifyError};
use thiserror::Error;

use crate::hash::{HashState, Hasher, ResumeError, resume_to_end};
use crate::sign::draft::SignerIdentity;
use crate::sign::external::ForeignCmsError;
use crate::sign::parts::PreparedParts;
use crate::sign::signed::Signed;

/// A signature that lacks nothing but the key's answer.
///
/// It can be stored with [`to_bytes`](Self::to_bytes) and taken up after a restart, on another machine, or when a
/// person has found the card. It stays good as long as the file that it was made for is not changed.
#[derive(Debug, Clone)]
pub struct Prepared {
    pub(crate) parts: PreparedParts,
    pub(crate) attributes: SignedAttributes,
    /// The digest of everything but `/Contents`, which stands in the attributes, too.
    pub(crate) digest: Vec<u8>,
    pub(crate) certificate: Certificate,
    pub(crate) issuers: Vec<Certificate>,
    pub(crate) algorithm: SignatureAlgorithm,
    /// SHA-256 of the file, standing at its end before the update.
    pub(crate) base_hash: Hasher,
}

/// Why a signature value or a token cannot be embedded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EmbedError {
    /// The signature with its certificates and token is longer than what was reserved: prepare again with more.
    #[error("the signature needs {needed} bytes but {reserved} are reserved")]
    ContentsTooSmall {
        /// Bytes needed.
        needed: usize,
        /// Bytes reserved.
        reserved: usize,
    },
    /// The value does not verify with the certificate's key.
    #[error("the signature value does not belong to the certificate and the document")]
    WrongValue(#[source] VerifyError),
    /// The key is not the one in the certificate, or signs by another scheme than this was prepared for.
    #[error("the key does not belong to the certificate")]
    WrongKey,
    /// The key failed.
    #[error("the key failed")]
    Sign(#[from] SignError),
    /// The token cannot be read.
    #[error("the time-stamp token cannot be read")]
    Token(#[source] akashi_tsp::TokenError),
    /// The token is for something else, or its own signature does not hold.
    #[error("the time-stamp token does not belong to this signature")]
    WrongToken,
    /// There is a token already.
    #[error("the signature has a time-stamp already")]
    AlreadyStamped,
    /// The signature cannot take an attribute up.
    #[error("the signature cannot be extended")]
    Extend(#[from] akashi_cms::EmbedError),
    /// The CMS that was made elsewhere is not what was prepared.
    #[error("the signature made elsewhere cannot be taken")]
    Foreign(#[from] ForeignCmsError),
    /// The CMS cannot be read.
    #[error("the signature cannot be read")]
    Read(#[from] akashi_cms::ParseError),
}

impl Prepared {
    pub(crate) fn new<R: ReadAt>(
        base: &R,
        parts: PreparedParts,
        base_hash: HashState,
        signer: &SignerIdentity,
    ) -> Result<Self, ResumeError> {
        let base_hash = resume_to_end(base, base_hash)?;
        let digest_algorithm = signer.algorithm.digest();
        let digest = parts.covered_digest(base, &base_hash, digest_algorithm)?;
        let attributes = SignedAttributes::for_data(digest_algorithm, &digest, &signer.certificate);
        Ok(Self {
            parts,
            attributes,
            digest,
            certificate: signer.certificate.clone(),
            issuers: signer.issuers.clone(),
            algorithm: signer.algorithm,
            base_hash,
        })
    }

    /// What the key signs: the DER of the signed attributes (RFC 5652, 5.4), unhashed.
    pub fn to_be_signed(&self) -> &[u8] {
        self.attributes.to_be_signed()
    }

    /// The scheme by which the key must sign.
    pub fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    /// The certificate for whose key this was prepared.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Bytes reserved for the signature.
    pub fn reserved_bytes(&self) -> usize {
        self.parts.reserved_bytes()
    }

    /// Length of the file that the update belongs to.
    pub fn base_length(&self) -> u64 {
        self.parts.base_length
    }

    /// Embeds the key's answer; the result has level B-B.
    ///
    /// # Errors
    /// [`EmbedError::WrongValue`], [`EmbedError::ContentsTooSmall`].
    pub fn embed(self, value: &[u8]) -> Result<Signed, EmbedError> {
        let verified = self
            .certificate
            .public_key()
            .verify(self.algorithm, self.to_be_signed(), value);
        verified.map_err(EmbedError::WrongValue)?;
        self.finish(value)
    }

    /// Signs with a key in memory and embeds the value; the result has level B-B.
    ///
    /// Cheaper than [`Self::embed`] with RSA, because the value of such a key need not be verified a second time.
    ///
    /// # Errors
    /// [`EmbedError::WrongKey`], [`EmbedError::Sign`], [`EmbedError::ContentsTooSmall`].
    pub fn sign(self, key: &SigningKey) -> Result<Signed, EmbedError> {
        let is_the_key = key.public_key() == self.certificate.public_key();
        if !is_the_key || key.signature_algorithm() != self.algorithm {
            return Err(EmbedError::WrongKey);
        }
        let value = key.sign_checked(self.to_be_signed())?;
        self.finish(&value)
    }

    fn finish(self, value: &[u8]) -> Result<Signed, EmbedError> {
        let cms = SignedDataBuilder::new(&self.attributes, &self.certificate, self.algorithm)
            .with_certificates(&self.issuers)
            .build(value);
        Signed::new(self.parts, self.base_hash, cms, value.to_vec())
    }
}
