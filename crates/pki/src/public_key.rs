//! Public keys and the verification of signatures.

use std::sync::Arc;

use aws_lc_rs::digest::Digest;
use aws_lc_rs::signature::{self as provider, RsaParameters, RsaPssSaltLength, VerificationAlgorithm};

use crate::algorithm::{DigestAlgorithm, PssParameters, SignatureAlgorithm};
use crate::asn1::{Asn1Error, Element, Oid, Reader, Tag};
use crate::oids;

/// A named elliptic curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Curve {
    /// NIST P-256, secp256r1.
    P256,
    /// NIST P-384, secp384r1.
    P384,
    /// NIST P-521, secp521r1.
    P521,
    /// secp256k1.
    K256,
}

/// What kind of key a `SubjectPublicKeyInfo` holds.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PublicKeyKind {
    /// RSA with the modulus length in bits.
    Rsa {
        /// Length of the modulus in bits.
        modulus_bits: usize,
    },
    /// A key on a known named curve.
    Ec(Curve),
    /// Ed25519.
    Ed25519,
    /// Anything else, by its algorithm identifier: can be carried, not used.
    Other(Oid),
}

/// A `SubjectPublicKeyInfo` (RFC 5280, 4.1.2.7) with its bytes as received.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct PublicKey {
    spki: Arc<[u8]>,
    kind: PublicKeyKind,
    /// Where the key bits stand in `spki`.
    bits: std::ops::Range<usize>,
}

/// Why a signature could not be shown to be good.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VerifyError {
    /// The value is not this key's signature over these bytes.
    #[error("the signature does not match")]
    Mismatch,
    /// The scheme and the kind of key do not belong together.
    #[error("the key cannot verify this signature algorithm")]
    WrongKeyKind,
    /// This combination of scheme, hash, parameters and key size cannot be verified here.
    #[error("unsupported signature algorithm {0}")]
    Unsupported(SignatureAlgorithm),
}

impl PublicKey {
    /// Parses a `SubjectPublicKeyInfo`.
    ///
    /// # Errors
    /// [`Asn1Error`] when it is not one. An unknown algorithm is no error: [`PublicKeyKind::Other`].
    pub fn from_spki(der: &[u8]) -> Result<Self, Asn1Error> {
        let mut reader = Reader::der(der);
        let element = reader.read_tag(Tag::SEQUENCE)?;
        reader.finish()?;
        Self::read(&element)
    }

    pub(crate) fn read(element: &Element<'_>) -> Result<Self, Asn1Error> {
        let mut fields = element.expect(Tag::SEQUENCE)?.reader();
        let mut algorithm = fields.read_sequence()?;
        let bits = fields.read_tag(Tag::BIT_STRING)?.to_bit_octets()?;
        fields.finish()?;
        let oid = algorithm.read_oid()?;
        let kind = if oid == oids::RSA_ENCRYPTION || oid == oids::RSASSA_PSS {
            PublicKeyKind::Rsa {
                modulus_bits: modulus_bits(bits)?,
            }
        } else if oid == oids::EC_PUBLIC_KEY {
            curve(algorithm).map_or(PublicKeyKind::Other(oid), PublicKeyKind::Ec)
        } else if oid == oids::ED25519 {
            PublicKeyKind::Ed25519
        } else {
            PublicKeyKind::Other(oid)
        };
        let raw = element.raw();
        let start = raw.len() - bits.len();
        Ok(Self {
            spki: raw.into(),
            kind,
            bits: start..raw.len(),
        })
    }

    /// The DER `SubjectPublicKeyInfo` as received.
    pub fn as_spki(&self) -> &[u8] {
        &self.spki
    }

    /// The kind of key.
    pub fn kind(&self) -> &PublicKeyKind {
        &self.kind
    }

    /// The contents of `subjectPublicKey`: an uncompressed point, or the DER of an RSA key.
    pub fn key_bits(&self) -> &[u8] {
        self.spki.get(self.bits.clone()).unwrap_or_default()
    }

    /// The identifier most issuers use for `subjectKeyIdentifier`: SHA-1 of the key bits
    /// (RFC 5280, 4.2.1.2, method 1). A name, not a protection.
    pub fn key_identifier(&self) -> [u8; 20] {
        let digest = DigestAlgorithm::Sha1.hash(self.key_bits());
        digest.as_ref().try_into().unwrap_or_default()
    }

    /// Verifies `signature` over `message`.
    ///
    /// # Errors
    /// [`VerifyError`]; only [`VerifyError::Mismatch`] says that the signature is wrong.
    pub fn verify(
        &self,
        algorithm: SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), VerifyError> {
        self.verifier(algorithm)?
            .verify_sig(self.key_bits(), message, signature)
            .map_err(|_| VerifyError::Mismatch)
    }

    /// Verifies `signature` over a message of which only the digest is at hand.
    ///
    /// # Errors
    /// As [`Self::verify`]; Ed25519 cannot be verified from a digest: [`VerifyError::Unsupported`].
    pub fn verify_digest(
        &self,
        algorithm: SignatureAlgorithm,
        digest: &[u8],
        signature: &[u8],
    ) -> Result<(), VerifyError> {
        let verifier = self.verifier(algorithm)?;
        if algorithm == SignatureAlgorithm::Ed25519 {
            return Err(VerifyError::Unsupported(algorithm));
        }
        let digest = Digest::import_less_safe(digest, algorithm.digest().implementation())
            .map_err(|_| VerifyError::Mismatch)?;
        verifier
            .verify_digest_sig(self.key_bits(), &digest, signature)
            .map_err(|_| VerifyError::Mismatch)
    }

    fn verifier(
        &self,
        algorithm: SignatureAlgorithm,
    ) -> Result<&'static dyn VerificationAlgorithm, VerifyError> {
        let found: Option<&'static dyn VerificationAlgorithm> = match (algorithm, &self.kind) {
            (SignatureAlgorithm::RsaPkcs1(digest), PublicKeyKind::Rsa { modulus_bits }) => {
                pkcs1_verifier(digest, *modulus_bits)
            }
            (SignatureAlgorithm::RsaPss(parameters), PublicKeyKind::Rsa { modulus_bits }) => {
                pss_verifier(parameters).filter(|_| *modulus_bits >= 2048)
            }
            (SignatureAlgorithm::Ecdsa(digest), PublicKeyKind::Ec(curve)) => ecdsa_verifier(*curve, digest),
            (SignatureAlgorithm::Ed25519, PublicKeyKind::Ed25519) => Some(&provider::ED25519),
            (_, PublicKeyKind::Other(_)) => None,
            _ => return Err(VerifyError::WrongKeyKind),
        };
        found.ok_or(VerifyError::Unsupported(algorithm))
    }
}

impl std::fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("PublicKey").field(&self.kind).finish()
    }
}

fn modulus_bits(key: &[u8]) -> Result<usize, Asn1Error> {
    let modulus = Reader::der(key)
        .read_sequence()?
        .read_tag(Tag::INTEGER)?
        .to_integer()?;
    let leading = modulus
        .iter()
        .position(|octet| *octet != 0)
        .ok_or(Asn1Error::InvalidInteger)?;
    let significant = modulus.get(leading..).unwrap_or_default();
    let top = significant.first().map_or(0, |octet| octet.leading_zeros());
    let unused = usize::try_from(top).map_err(|_| Asn1Error::InvalidInteger)?;
    Ok(significant.len() * 8 - unused)
}

fn curve(mut algorithm: Reader<'_>) -> Option<Curve> {
    let named = algorithm.read_oid().ok()?;
    [
        (oids::PRIME256V1, Curve::P256),
        (oids::SECP384R1, Curve::P384),
        (oids::SECP521R1, Curve::P521),
        (oids::SECP256K1, Curve::K256),
    ]
    .into_iter()
    .find_map(|(oid, curve)| (oid == named).then_some(curve))
}

fn pkcs1_verifier(
    digest: DigestAlgorithm,
    modulus_bits: usize,
) -> Option<&'static dyn VerificationAlgorithm> {
    let is_short = modulus_bits < 2048;
    Some(match digest {
        DigestAlgorithm::Sha1 => &provider::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
        DigestAlgorithm::Sha256 if is_short => &provider::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
        DigestAlgorithm::Sha512 if is_short => &provider::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY,
        DigestAlgorithm::Sha256 => &provider::RSA_PKCS1_2048_8192_SHA256,
        DigestAlgorithm::Sha384 if !is_short => &provider::RSA_PKCS1_2048_8192_SHA384,
        DigestAlgorithm::Sha512 => &provider::RSA_PKCS1_2048_8192_SHA512,
        DigestAlgorithm::Sha384 | DigestAlgorithm::Sha224 => return None,
    })
}

/// The provider wants its parameters in statics, so the salt lengths in use are listed.
fn pss_verifier(parameters: PssParameters) -> Option<&'static dyn VerificationAlgorithm> {
    macro_rules! with_salt {
        ($base:expr, $($length:literal),+) => {
            match parameters.salt_len {
                $($length => {
                    const PARAMETERS: RsaParameters =
                        $base.with_pss_salt_length(RsaPssSaltLength::Custom($length));
                    &PARAMETERS
                })+
                _ => return None,
            }
        };
    }
    if parameters.mask_digest != parameters.digest {
        return None;
    }
    Some(match parameters.digest {
        DigestAlgorithm::Sha256 => with_salt!(
            provider::RSA_PSS_2048_8192_SHA256,
            32,
            20,
            0,
            48,
            64,
            222,
            350,
            478
        ),
        DigestAlgorithm::Sha384 => with_salt!(
            provider::RSA_PSS_2048_8192_SHA384,
            48,
            32,
            20,
            0,
            64,
            206,
            334,
            462
        ),
        DigestAlgorithm::Sha512 => with_salt!(
            provider::RSA_PSS_2048_8192_SHA512,
            64,
            32,
            20,
            0,
            48,
            190,
            318,
            446
        ),
        DigestAlgorithm::Sha1 | DigestAlgorithm::Sha224 => return None,
    })
}

fn ecdsa_verifier(curve: Curve, digest: DigestAlgorithm) -> Option<&'static dyn VerificationAlgorithm> {
    use DigestAlgorithm::{Sha1, Sha224, Sha256, Sha384, Sha512};
    Some(match (curve, digest) {
        (Curve::P256, Sha1) => &provider::ECDSA_P256_SHA1_ASN1,
        (Curve::P256, Sha256) => &provider::ECDSA_P256_SHA256_ASN1,
        (Curve::P256, Sha384) => &provider::ECDSA_P256_SHA384_ASN1,
        (Curve::P256, Sha512) => &provider::ECDSA_P256_SHA512_ASN1,
        (Curve::P384, Sha256) => &provider::ECDSA_P384_SHA256_ASN1,
        (Curve::P384, Sha384) => &provider::ECDSA_P384_SHA384_ASN1,
        (Curve::P384, Sha512) => &provider::ECDSA_P384_SHA512_ASN1,
        (Curve::P521, Sha1) => &provider::ECDSA_P521_SHA1_ASN1,
        (Curve::P521, Sha224) => &provider::ECDSA_P521_SHA224_ASN1,
        (Curve::P521, Sha256) => &provider::ECDSA_P521_SHA256_ASN1,
        (Curve::P521, Sha384) => &provider::ECDSA_P521_SHA384_ASN1,
        (Curve::P521, Sha512) => &provider::ECDSA_P521_SHA512_ASN1,
        (Curve::K256, Sha256) => &provider::ECDSA_P256K1_SHA256_ASN1,
        (Curve::P256, Sha224) | (Curve::P384, Sha1 | Sha224) | (Curve::K256, _) => return None,
    })
}
