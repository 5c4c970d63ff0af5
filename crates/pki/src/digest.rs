//! Hash functions.

use aws_lc_rs::digest;

use crate::algorithm::AlgorithmError;
use crate::asn1::{Element, Oid, Tag, Writer};
use crate::oids;

/// A hash function.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DigestAlgorithm {
    /// SHA-1: recognised in foreign files, never made, [weak](Self::is_weak).
    Sha1,
    /// SHA-224.
    Sha224,
    /// SHA-256.
    Sha256,
    /// SHA-384.
    Sha384,
    /// SHA-512.
    Sha512,
    /// SHA3-256.
    Sha3_256,
    /// SHA3-384.
    Sha3_384,
    /// SHA3-512.
    Sha3_512,
}

impl DigestAlgorithm {
    /// All, the usual ones first.
    const ALL: [Self; 8] = [
        Self::Sha256,
        Self::Sha384,
        Self::Sha512,
        Self::Sha1,
        Self::Sha224,
        Self::Sha3_256,
        Self::Sha3_384,
        Self::Sha3_512,
    ];

    /// The object identifier.
    pub const fn oid(self) -> Oid {
        match self {
            Self::Sha1 => oids::SHA1,
            Self::Sha224 => oids::SHA224,
            Self::Sha256 => oids::SHA256,
            Self::Sha384 => oids::SHA384,
            Self::Sha512 => oids::SHA512,
            Self::Sha3_256 => oids::SHA3_256,
            Self::Sha3_384 => oids::SHA3_384,
            Self::Sha3_512 => oids::SHA3_512,
        }
    }

    /// The algorithm that `oid` names.
    pub fn from_oid(oid: &Oid) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.oid() == *oid)
    }

    /// Output length in bytes.
    pub const fn output_len(self) -> usize {
        match self {
            Self::Sha1 => 20,
            Self::Sha224 => 28,
            Self::Sha256 | Self::Sha3_256 => 32,
            Self::Sha384 | Self::Sha3_384 => 48,
            Self::Sha512 | Self::Sha3_512 => 64,
        }
    }

    /// Whether collisions can be made, so that a new signature over it proves little.
    pub const fn is_weak(self) -> bool {
        matches!(self, Self::Sha1)
    }

    /// The digest of `message`.
    pub fn digest(self, message: &[u8]) -> Vec<u8> {
        self.hash(message).as_ref().to_vec()
    }

    pub(crate) fn hash(self, message: &[u8]) -> digest::Digest {
        digest::digest(self.implementation(), message)
    }

    pub(crate) fn implementation(self) -> &'static digest::Algorithm {
        match self {
            Self::Sha1 => &digest::SHA1_FOR_LEGACY_USE_ONLY,
            Self::Sha224 => &digest::SHA224,
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
            Self::Sha3_256 => &digest::SHA3_256,
            Self::Sha3_384 => &digest::SHA3_384,
            Self::Sha3_512 => &digest::SHA3_512,
        }
    }

    /// Reads an `AlgorithmIdentifier` of a digest; parameters must be absent or NULL in the
    /// standards and are not looked at.
    ///
    /// # Errors
    /// [`AlgorithmError::Malformed`], [`AlgorithmError::UnknownDigest`].
    pub fn read(identifier: &Element<'_>) -> Result<Self, AlgorithmError> {
        let oid = identifier.expect(Tag::SEQUENCE)?.reader().read_oid()?;
        Self::from_oid(&oid).ok_or(AlgorithmError::UnknownDigest(oid))
    }

    /// Appends the `AlgorithmIdentifier` with absent parameters (RFC 5754, 2).
    pub fn write(self, writer: &mut Writer) {
        writer.sequence(|identifier| identifier.oid(&self.oid()));
    }
}

impl std::fmt::Display for DigestAlgorithm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Sha1 => "SHA-1",
            Self::Sha224 => "SHA-224",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
            Self::Sha3_256 => "SHA3-256",
            Self::Sha3_384 => "SHA3-384",
            Self::Sha3_512 => "SHA3-512",
        })
    }
}
