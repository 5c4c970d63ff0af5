//! An update with room for a signature, and the attributes that a key must sign.

use std::ops::Range;

use akashi_cms::{SignedAttributes, SignedDataBuilder};
use akashi_pdf::ReadAt;
use akashi_pki::{Certificate, DigestAlgorithm, SignatureAlgorithm, VerifyError};
use sha2::{Digest, Sha384, Sha512};
use thiserror::Error;

use crate::hash::{HashState, Hasher, ResumeError, resume_to_end};
use crate::sign::draft::SignerIdentity;
use crate::sign::signed::Signed;

/// A signature that lacks nothing but the key's answer.
///
/// It can be stored with [`to_bytes`](Self::to_bytes) and taken up after a restart, on another machine, or when a
/// person has found the card. It stays good as long as the file that it was made for is not changed.
#[derive(Debug, Clone)]
pub struct Prepared {
    pub(crate) parts: PreparedParts,
    pub(crate) attributes: SignedAttributes,
    pub(crate) certificate: Certificate,
    pub(crate) issuers: Vec<Certificate>,
    pub(crate) algorithm: SignatureAlgorithm,
    /// SHA-256 of the file, standing at its end before the update.
    pub(crate) base_hash: Hasher,
}

/// The written update.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PreparedParts {
    pub(crate) bytes: Vec<u8>,
    pub(crate) base_length: u64,
    /// Absolute place of `/Contents` with its angle brackets.
    pub(crate) contents: Range<u64>,
}

impl PreparedParts {
    /// The place of `/Contents` within the update.
    pub(crate) fn contents_in_update(&self) -> Option<Range<usize>> {
        let relative = |offset: u64| usize::try_from(offset.checked_sub(self.base_length)?).ok();
        let range = relative(self.contents.start)?..relative(self.contents.end)?;
        let is_hexadecimal_string = self.bytes.get(range.start) == Some(&b'<')
            && range.end.checked_sub(1).and_then(|last| self.bytes.get(last)) == Some(&b'>');
        (range.len() >= 2 && is_hexadecimal_string).then_some(range)
    }

    /// Bytes that fit into `/Contents`.
    pub(crate) fn reserved_bytes(&self) -> usize {
        self.contents_in_update()
            .map_or(0, |range| range.len().saturating_sub(2) / 2)
    }

    /// The update before and behind `/Contents`.
    fn covered(&self) -> (&[u8], &[u8]) {
        let range = self.contents_in_update().unwrap_or(0..0);
        let before = self.bytes.get(..range.start).unwrap_or_default();
        (before, self.bytes.get(range.end..).unwrap_or_default())
    }
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
    /// What was embedded before cannot be read.
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
        let digest = covered_digest(base, &parts, &base_hash, digest_algorithm)?;
        let attributes = SignedAttributes::for_data(digest_algorithm, &digest, &signer.certificate);
        Ok(Self {
            parts,
            attributes,
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
        let cms = SignedDataBuilder::new(&self.attributes, &self.certificate, self.algorithm)
            .with_certificates(&self.issuers)
            .build(value);
        Signed::new(self.parts, self.base_hash, cms, value.to_vec())
    }
}

/// The digest of everything but `/Contents` (ISO 32000-2, 12.8.1). With SHA-256 the stored state helps; for the others
/// the whole file is read.
fn covered_digest<R: ReadAt>(
    base: &R,
    parts: &PreparedParts,
    base_hash: &Hasher,
    algorithm: DigestAlgorithm,
) -> Result<Vec<u8>, ResumeError> {
    let (before, behind) = parts.covered();
    match algorithm {
        DigestAlgorithm::Sha384 => Ok(whole_digest::<Sha384, R>(base, before, behind)?),
        DigestAlgorithm::Sha512 => Ok(whole_digest::<Sha512, R>(base, before, behind)?),
        DigestAlgorithm::Sha256 => {
            let mut hasher = base_hash.clone();
            hasher.update(before);
            hasher.update(behind);
            Ok(hasher.finish().to_vec())
        }
        weak => Err(ResumeError::Weak(weak)),
    }
}

fn whole_digest<H: Digest, R: ReadAt>(base: &R, before: &[u8], behind: &[u8]) -> std::io::Result<Vec<u8>> {
    const CHUNK: u64 = 64 * 1024;
    let mut hasher = H::new();
    let mut buffer = Vec::new();
    let mut position = 0;
    while position < base.size() {
        let length = CHUNK.min(base.size() - position);
        buffer.resize(usize::try_from(length).unwrap_or_default(), 0);
        base.read_at(position, &mut buffer)?;
        hasher.update(&buffer);
        position += length;
    }
    hasher.update(before);
    hasher.update(behind);
    Ok(hasher.finalize().to_vec())
}
