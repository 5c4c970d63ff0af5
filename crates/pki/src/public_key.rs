//! Public keys.

use std::sync::Arc;

use crate::algorithm::{MlDsaLevel, SignatureAlgorithm};
use crate::asn1::{Asn1Error, Element, Oid, Reader, Tag};
use crate::digest::DigestAlgorithm;
use crate::oids;
use crate::verify::{self, Signed, VerifyError};

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
    /// ML-DSA (FIPS 204).
    MlDsa(MlDsaLevel),
    /// DSA, withdrawn by FIPS 186-5.
    Dsa,
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
    /// Parameters of a DSA key, its own or the issuer's.
    dsa_parameters: Option<Arc<[u8]>>,
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
        let mut dsa_parameters = None;
        let kind = if oid == oids::RSA_ENCRYPTION || oid == oids::RSASSA_PSS {
            PublicKeyKind::Rsa {
                modulus_bits: modulus_bits(bits)?,
            }
        } else if oid == oids::EC_PUBLIC_KEY {
            curve(algorithm.clone()).map_or(PublicKeyKind::Other(oid), PublicKeyKind::Ec)
        } else if oid == oids::ED25519 {
            PublicKeyKind::Ed25519
        } else if oid == oids::DSA {
            dsa_parameters = algorithm
                .read_optional(Tag::SEQUENCE)?
                .map(|parameters| parameters.raw().into());
            PublicKeyKind::Dsa
        } else if let Some(level) = MlDsaLevel::from_oid(&oid) {
            PublicKeyKind::MlDsa(level)
        } else {
            PublicKeyKind::Other(oid)
        };
        let raw = element.raw();
        let start = raw.len() - bits.len();
        Ok(Self {
            spki: raw.into(),
            kind,
            bits: start..raw.len(),
            dsa_parameters,
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
    /// Cost: some 50 µs for the usual algorithms; RSA with parameters that only old or odd files have
    /// takes milliseconds, DSA tens of them.
    ///
    /// # Errors
    /// [`VerifyError`]; only [`VerifyError::Mismatch`] says that the signature is wrong.
    pub fn verify(
        &self,
        algorithm: SignatureAlgorithm,
        message: &[u8],
        signature: &[u8],
    ) -> Result<(), VerifyError> {
        verify::verify(self, algorithm, Signed::Message(message), signature)
    }

    /// Verifies `signature` over a message of which only the digest is at hand.
    ///
    /// # Errors
    /// As [`Self::verify`]; Ed25519 and ML-DSA cannot be verified from a digest:
    /// [`VerifyError::Unsupported`].
    pub fn verify_digest(
        &self,
        algorithm: SignatureAlgorithm,
        digest: &[u8],
        signature: &[u8],
    ) -> Result<(), VerifyError> {
        verify::verify(self, algorithm, Signed::Digest(digest), signature)
    }

    /// `Dss-Parms` of a DSA key.
    pub(crate) fn dsa_parameters(&self) -> Option<&[u8]> {
        self.dsa_parameters.as_deref()
    }

    /// A DSA key without parameters takes those of the issuer's key (RFC 3279, 2.3.2; RFC 5280,
    /// 6.1.4 (f)).
    pub(crate) fn inheriting_from(&self, issuer: &Self) -> Option<Self> {
        let lacks = self.kind == PublicKeyKind::Dsa && self.dsa_parameters.is_none();
        if !lacks || issuer.kind != PublicKeyKind::Dsa {
            return None;
        }
        Some(Self {
            dsa_parameters: issuer.dsa_parameters.clone(),
            ..self.clone()
        })
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
