//! Signature algorithms and their `AlgorithmIdentifier` forms.

use crate::asn1::{Asn1Error, Element, Oid, Reader, Tag, Writer};
use crate::digest::DigestAlgorithm;
use crate::oids;

/// Why an `AlgorithmIdentifier` could not be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AlgorithmError {
    /// Not an `AlgorithmIdentifier`.
    #[error("malformed algorithm identifier")]
    Malformed(#[from] Asn1Error),
    /// A hash function that is not known here.
    #[error("unknown digest algorithm {0}")]
    UnknownDigest(Oid),
    /// A signature algorithm that is not known here.
    #[error("unknown signature algorithm {0}")]
    UnknownSignature(Oid),
    /// A mask generation function other than MGF1 (RFC 8017, B.2).
    #[error("unknown mask generation function {0}")]
    UnknownMask(Oid),
    /// PSS parameters outside of what RFC 8017 allows.
    #[error("invalid PSS parameters")]
    InvalidPssParameters,
}

/// Parameters of RSASSA-PSS (RFC 8017, A.2.3); the trailer field is always 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PssParameters {
    /// Hash of the message.
    pub digest: DigestAlgorithm,
    /// Hash inside MGF1.
    pub mask_digest: DigestAlgorithm,
    /// Salt length in bytes.
    pub salt_len: u16,
}

impl PssParameters {
    /// The usual parameters: one hash for both, salt as long as its output.
    pub const fn new(digest: DigestAlgorithm) -> Self {
        let salt_len = match digest {
            DigestAlgorithm::Sha1 => 20,
            DigestAlgorithm::Sha224 => 28,
            DigestAlgorithm::Sha256 | DigestAlgorithm::Sha3_256 => 32,
            DigestAlgorithm::Sha384 | DigestAlgorithm::Sha3_384 => 48,
            DigestAlgorithm::Sha512 | DigestAlgorithm::Sha3_512 => 64,
        };
        Self {
            digest,
            mask_digest: digest,
            salt_len,
        }
    }

    fn read(parameters: Option<Element<'_>>) -> Result<Self, AlgorithmError> {
        let mut result = Self::new(DigestAlgorithm::Sha1);
        let Some(parameters) = parameters else {
            return Ok(result);
        };
        let mut reader = parameters.expect(Tag::SEQUENCE)?.reader();
        if let Some(hash) = reader.read_optional(Tag::context(0))? {
            result.digest = DigestAlgorithm::read(&hash.reader().read()?)?;
        }
        if let Some(mask) = reader.read_optional(Tag::context(1))? {
            let mut mask = mask.reader().read_sequence()?;
            let function = mask.read_oid()?;
            if function != oids::MGF1 {
                return Err(AlgorithmError::UnknownMask(function));
            }
            result.mask_digest = DigestAlgorithm::read(&mask.read()?)?;
        }
        if let Some(salt) = reader.read_optional(Tag::context(2))? {
            let length = salt.reader().read_u64()?;
            result.salt_len = u16::try_from(length).map_err(|_| AlgorithmError::InvalidPssParameters)?;
        }
        if let Some(trailer) = reader.read_optional(Tag::context(3))?
            && trailer.reader().read_u64()? != 1
        {
            return Err(AlgorithmError::InvalidPssParameters);
        }
        reader.finish()?;
        Ok(result)
    }

    fn write(self, writer: &mut Writer) {
        // RFC 4055, 2.1: the hash identifiers inside carry NULL parameters.
        let hash = |writer: &mut Writer, digest: DigestAlgorithm| {
            writer.sequence(|identifier| {
                identifier.oid(&digest.oid());
                identifier.null();
            });
        };
        writer.sequence(|parameters| {
            if self.digest != DigestAlgorithm::Sha1 {
                parameters.nested(Tag::context(0), |field| hash(field, self.digest));
            }
            if self.mask_digest != DigestAlgorithm::Sha1 {
                parameters.nested(Tag::context(1), |field| {
                    field.sequence(|mask| {
                        mask.oid(&oids::MGF1);
                        hash(mask, self.mask_digest);
                    });
                });
            }
            if self.salt_len != 20 {
                parameters.nested(Tag::context(2), |field| {
                    field.integer_u64(u64::from(self.salt_len));
                });
            }
        });
    }
}

/// A signature scheme with all its parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum SignatureAlgorithm {
    /// RSASSA-PKCS1-v1_5 (RFC 8017, 8.2).
    RsaPkcs1(DigestAlgorithm),
    /// RSASSA-PSS (RFC 8017, 8.1).
    RsaPss(PssParameters),
    /// ECDSA; the curve is the key's (RFC 5758, 3.2). Values are DER `Ecdsa-Sig-Value`.
    Ecdsa(DigestAlgorithm),
    /// Ed25519 (RFC 8410, RFC 8419).
    Ed25519,
    /// ML-DSA without context (FIPS 204, RFC 9881, RFC 9882).
    MlDsa(MlDsaLevel),
    /// DSA (FIPS 186-4), recognised in old files, never made, [weak](Self::is_weak).
    Dsa(DigestAlgorithm),
}

/// A parameter set of ML-DSA (FIPS 204, 4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum MlDsaLevel {
    /// ML-DSA-44.
    MlDsa44,
    /// ML-DSA-65.
    MlDsa65,
    /// ML-DSA-87.
    MlDsa87,
}

impl MlDsaLevel {
    /// The object identifier of key and signature.
    pub const fn oid(self) -> Oid {
        match self {
            Self::MlDsa44 => oids::ML_DSA_44,
            Self::MlDsa65 => oids::ML_DSA_65,
            Self::MlDsa87 => oids::ML_DSA_87,
        }
    }

    pub(crate) fn from_oid(oid: &Oid) -> Option<Self> {
        [Self::MlDsa44, Self::MlDsa65, Self::MlDsa87]
            .into_iter()
            .find(|level| level.oid() == *oid)
    }
}

/// Schemes that an object identifier names completely.
const NAMED: [(Oid, SignatureAlgorithm); 25] = [
    (
        oids::ECDSA_WITH_SHA256,
        SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha256),
    ),
    (
        oids::SHA256_WITH_RSA,
        SignatureAlgorithm::RsaPkcs1(DigestAlgorithm::Sha256),
    ),
    (
        oids::ECDSA_WITH_SHA384,
        SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha384),
    ),
    (
        oids::SHA384_WITH_RSA,
        SignatureAlgorithm::RsaPkcs1(DigestAlgorithm::Sha384),
    ),
    (
        oids::SHA512_WITH_RSA,
        SignatureAlgorithm::RsaPkcs1(DigestAlgorithm::Sha512),
    ),
    (
        oids::ECDSA_WITH_SHA512,
        SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha512),
    ),
    (oids::ED25519, SignatureAlgorithm::Ed25519),
    (
        oids::SHA1_WITH_RSA,
        SignatureAlgorithm::RsaPkcs1(DigestAlgorithm::Sha1),
    ),
    (
        oids::SHA224_WITH_RSA,
        SignatureAlgorithm::RsaPkcs1(DigestAlgorithm::Sha224),
    ),
    (
        oids::SHA3_256_WITH_RSA,
        SignatureAlgorithm::RsaPkcs1(DigestAlgorithm::Sha3_256),
    ),
    (
        oids::SHA3_384_WITH_RSA,
        SignatureAlgorithm::RsaPkcs1(DigestAlgorithm::Sha3_384),
    ),
    (
        oids::SHA3_512_WITH_RSA,
        SignatureAlgorithm::RsaPkcs1(DigestAlgorithm::Sha3_512),
    ),
    (
        oids::ECDSA_WITH_SHA1,
        SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha1),
    ),
    (
        oids::ECDSA_WITH_SHA224,
        SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha224),
    ),
    (
        oids::ECDSA_WITH_SHA3_256,
        SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha3_256),
    ),
    (
        oids::ECDSA_WITH_SHA3_384,
        SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha3_384),
    ),
    (
        oids::ECDSA_WITH_SHA3_512,
        SignatureAlgorithm::Ecdsa(DigestAlgorithm::Sha3_512),
    ),
    (oids::ML_DSA_44, SignatureAlgorithm::MlDsa(MlDsaLevel::MlDsa44)),
    (oids::ML_DSA_65, SignatureAlgorithm::MlDsa(MlDsaLevel::MlDsa65)),
    (oids::ML_DSA_87, SignatureAlgorithm::MlDsa(MlDsaLevel::MlDsa87)),
    (
        oids::DSA_WITH_SHA1,
        SignatureAlgorithm::Dsa(DigestAlgorithm::Sha1),
    ),
    (
        oids::DSA_WITH_SHA224,
        SignatureAlgorithm::Dsa(DigestAlgorithm::Sha224),
    ),
    (
        oids::DSA_WITH_SHA256,
        SignatureAlgorithm::Dsa(DigestAlgorithm::Sha256),
    ),
    (
        oids::DSA_WITH_SHA384,
        SignatureAlgorithm::Dsa(DigestAlgorithm::Sha384),
    ),
    (
        oids::DSA_WITH_SHA512,
        SignatureAlgorithm::Dsa(DigestAlgorithm::Sha512),
    ),
];

impl SignatureAlgorithm {
    /// ECDSA with SHA-256.
    pub const ECDSA_SHA256: Self = Self::Ecdsa(DigestAlgorithm::Sha256);
    /// ECDSA with SHA-384.
    pub const ECDSA_SHA384: Self = Self::Ecdsa(DigestAlgorithm::Sha384);
    /// RSA PKCS#1 v1.5 with SHA-256.
    pub const RSA_SHA256: Self = Self::RsaPkcs1(DigestAlgorithm::Sha256);
    /// RSA-PSS with SHA-256, MGF1 over SHA-256 and 32 bytes of salt.
    pub const RSA_PSS_SHA256: Self = Self::RsaPss(PssParameters::new(DigestAlgorithm::Sha256));

    /// The hash of the message that the scheme applies. Ed25519 and ML-DSA hash inside; with them CMS
    /// uses SHA-512 for the message digest (RFC 8419, 2.3; RFC 9882, 3.3).
    pub const fn digest(self) -> DigestAlgorithm {
        match self {
            Self::RsaPkcs1(digest) | Self::Ecdsa(digest) | Self::Dsa(digest) => digest,
            Self::RsaPss(parameters) => parameters.digest,
            Self::Ed25519 | Self::MlDsa(_) => DigestAlgorithm::Sha512,
        }
    }

    /// Whether the scheme rests on a weak hash or is withdrawn (DSA, by FIPS 186-5).
    pub const fn is_weak(self) -> bool {
        self.digest().is_weak() || matches!(self, Self::Dsa(_))
    }

    /// Whether the whole message is needed, not its digest.
    pub(crate) const fn hashes_inside(self) -> bool {
        matches!(self, Self::Ed25519 | Self::MlDsa(_))
    }

    /// Reads the `AlgorithmIdentifier` of a signature.
    ///
    /// # Errors
    /// [`AlgorithmError`] when malformed or unknown; `rsaEncryption` alone says no hash and is
    /// unknown here (CMS pairs it with a digest: [`Self::read_with_digest`]).
    pub fn read(identifier: &Element<'_>) -> Result<Self, AlgorithmError> {
        let mut reader = identifier.expect(Tag::SEQUENCE)?.reader();
        let oid = reader.read_oid()?;
        let parameters = if reader.is_empty() {
            None
        } else {
            Some(reader.read()?)
        };
        if let Some((_, algorithm)) = NAMED.iter().find(|(known, _)| *known == oid) {
            return Ok(*algorithm);
        }
        if oid == oids::RSASSA_PSS {
            return PssParameters::read(parameters).map(Self::RsaPss);
        }
        Err(AlgorithmError::UnknownSignature(oid))
    }

    /// Reads the signature algorithm of a CMS `SignerInfo`, where `rsaEncryption` and
    /// `id-ecPublicKey` take their hash from the `digestAlgorithm` beside it (RFC 3370, 3.2).
    ///
    /// # Errors
    /// [`AlgorithmError`] when malformed or unknown.
    pub fn read_with_digest(
        identifier: &Element<'_>,
        digest: DigestAlgorithm,
    ) -> Result<Self, AlgorithmError> {
        let oid = identifier.expect(Tag::SEQUENCE)?.reader().read_oid()?;
        if oid == oids::RSA_ENCRYPTION {
            Ok(Self::RsaPkcs1(digest))
        } else if oid == oids::EC_PUBLIC_KEY {
            Ok(Self::Ecdsa(digest))
        } else if oid == oids::DSA {
            Ok(Self::Dsa(digest))
        } else {
            Self::read(identifier)
        }
    }

    /// Appends the `AlgorithmIdentifier`.
    pub fn write(self, writer: &mut Writer) {
        writer.sequence(|identifier| {
            if let Self::RsaPss(parameters) = self {
                identifier.oid(&oids::RSASSA_PSS);
                parameters.write(identifier);
                return;
            }
            if let Some((oid, _)) = NAMED.iter().find(|(_, known)| *known == self) {
                identifier.oid(oid);
            }
            // RFC 4055, 5: the parameters of PKCS#1 v1.5 are NULL; the others have none.
            if matches!(self, Self::RsaPkcs1(_)) {
                identifier.null();
            }
        });
    }

    /// The DER `AlgorithmIdentifier`.
    pub fn to_der(self) -> Vec<u8> {
        let mut writer = Writer::new();
        self.write(&mut writer);
        writer.finish()
    }

    /// Parses a DER `AlgorithmIdentifier`.
    ///
    /// # Errors
    /// As [`Self::read`].
    pub fn from_der(der: &[u8]) -> Result<Self, AlgorithmError> {
        let mut reader = Reader::der(der);
        let element = reader.read()?;
        reader.finish()?;
        Self::read(&element)
    }
}

impl std::fmt::Display for SignatureAlgorithm {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::RsaPkcs1(digest) => write!(f, "RSA PKCS#1 v1.5 with {digest}"),
            Self::RsaPss(parameters) => write!(f, "RSA-PSS with {}", parameters.digest),
            Self::Ecdsa(digest) => write!(f, "ECDSA with {digest}"),
            Self::Ed25519 => f.write_str("Ed25519"),
            Self::MlDsa(MlDsaLevel::MlDsa44) => f.write_str("ML-DSA-44"),
            Self::MlDsa(MlDsaLevel::MlDsa65) => f.write_str("ML-DSA-65"),
            Self::MlDsa(MlDsaLevel::MlDsa87) => f.write_str("ML-DSA-87"),
            Self::Dsa(digest) => write!(f, "DSA with {digest}"),
        }
    }
}
