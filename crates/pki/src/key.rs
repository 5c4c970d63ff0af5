//! Private keys held in memory, and the trait behind which keys elsewhere stand.

use aws_lc_rs::encoding::AsDer;
use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::KeySize;
use aws_lc_rs::signature::{self as provider, EcdsaKeyPair, KeyPair, RsaEncoding, RsaKeyPair};
use zeroize::Zeroizing;

use crate::algorithm::{PssParameters, SignatureAlgorithm};
use crate::asn1::{Oid, Reader, Writer};
use crate::digest::DigestAlgorithm;
use crate::oids;
use crate::public_key::{PublicKey, PublicKeyKind};

/// Something that can sign with one private key: in memory, in a token, or far away.
///
/// `sign` hashes `message` itself. ECDSA values are DER (`Ecdsa-Sig-Value`); a token that answers
/// r‖s must be converted by its adapter.
pub trait Signer {
    /// The scheme of the signatures that [`Self::sign`] makes.
    fn signature_algorithm(&self) -> SignatureAlgorithm;

    /// The public half.
    fn public_key(&self) -> &PublicKey;

    /// Signs `message`.
    ///
    /// # Errors
    /// [`SignError`] when the key could not be used; nothing has been released then.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError>;
}

/// A signature could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignError {
    /// The cryptographic library refused, for lack of entropy or memory.
    #[error("the cryptographic library could not sign")]
    Provider,
    /// The digest does not have the length of the key's hash.
    #[error("digest of {found} bytes where {expected} are needed")]
    DigestLength {
        /// Length of the key's hash in bytes.
        expected: usize,
        /// Length given.
        found: usize,
    },
    /// A key outside this process failed.
    #[error("the signing device failed")]
    Device(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// A private key could not be made, read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// Not an unencrypted PKCS#8 `PrivateKeyInfo` (RFC 5208).
    #[error("not a PKCS#8 private key")]
    NotPkcs8,
    /// A kind of key that is not used for signing here.
    #[error("unsupported key algorithm {0}")]
    Unsupported(Oid),
    /// An RSA modulus outside 2048–4096 bits.
    #[error("RSA keys must have 2048 to 4096 bits, not {0}")]
    RsaSize(usize),
    /// The library found the key inconsistent.
    #[error("the key was rejected as inconsistent")]
    Rejected,
    /// The signature scheme does not suit the key.
    #[error("the key cannot make signatures with {0}")]
    WrongAlgorithm(SignatureAlgorithm),
    /// The cryptographic library failed, for lack of entropy or memory.
    #[error("the cryptographic library could not make a key")]
    Provider,
}

/// Which key to generate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyAlgorithm {
    /// ECDSA on P-256 with SHA-256.
    P256,
    /// ECDSA on P-384 with SHA-384.
    P384,
    /// RSA 2048 bits with PKCS#1 v1.5 and SHA-256.
    Rsa2048,
    /// RSA 3072 bits with PKCS#1 v1.5 and SHA-256.
    Rsa3072,
    /// RSA 4096 bits with PKCS#1 v1.5 and SHA-256.
    Rsa4096,
}

/// A private key in memory together with the scheme it signs by.
///
/// Key generation and ECDSA nonces take their randomness from the cryptographic library, which
/// seeds itself from the operating system; it offers no way to pass it in.
///
/// ```
/// use akashi_pki::{KeyAlgorithm, Signer, SigningKey};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let key = SigningKey::generate(KeyAlgorithm::P256)?;
/// let signature = key.sign(b"message")?;
/// key.public_key().verify(key.signature_algorithm(), b"message", &signature)?;
/// # Ok(()) }
/// ```
pub struct SigningKey {
    pair: Pair,
    algorithm: SignatureAlgorithm,
    public_key: PublicKey,
}

enum Pair {
    Ecdsa(EcdsaKeyPair),
    Rsa(Box<RsaKeyPair>, &'static dyn RsaEncoding),
}

impl SigningKey {
    /// Generates a key.
    ///
    /// Cost: P-256 some 15 µs, RSA 2048 tens to hundreds of milliseconds, RSA 4096 seconds.
    ///
    /// # Errors
    /// [`KeyError::Provider`].
    pub fn generate(algorithm: KeyAlgorithm) -> Result<Self, KeyError> {
        let rsa = |size| {
            let pair = RsaKeyPair::generate(size).map_err(|_| KeyError::Provider)?;
            Self::from_rsa(pair)
        };
        let ecdsa = |curve| {
            let pair = EcdsaKeyPair::generate(ecdsa_scheme(curve)).map_err(|_| KeyError::Provider)?;
            Self::from_ecdsa(pair, curve)
        };
        match algorithm {
            KeyAlgorithm::P256 => ecdsa(SigningCurve::P256),
            KeyAlgorithm::P384 => ecdsa(SigningCurve::P384),
            KeyAlgorithm::Rsa2048 => rsa(KeySize::Rsa2048),
            KeyAlgorithm::Rsa3072 => rsa(KeySize::Rsa3072),
            KeyAlgorithm::Rsa4096 => rsa(KeySize::Rsa4096),
        }
    }

    /// Reads an unencrypted PKCS#8 key; RSA keys sign by PKCS#1 v1.5 with SHA-256 until
    /// [`Self::with_signature_algorithm`] says otherwise.
    ///
    /// # Errors
    /// [`KeyError`].
    pub fn from_pkcs8(pkcs8: &[u8]) -> Result<Self, KeyError> {
        let not_pkcs8 = |_| KeyError::NotPkcs8;
        let mut info = Reader::der(pkcs8).read_sequence().map_err(not_pkcs8)?;
        info.read_u64().map_err(not_pkcs8)?;
        let mut algorithm = info.read_sequence().map_err(not_pkcs8)?;
        let oid = algorithm.read_oid().map_err(not_pkcs8)?;
        if oid == oids::RSA_ENCRYPTION {
            let pair = RsaKeyPair::from_pkcs8(pkcs8).map_err(|_| KeyError::Rejected)?;
            return Self::from_rsa(pair);
        }
        if oid != oids::EC_PUBLIC_KEY {
            return Err(KeyError::Unsupported(oid));
        }
        let named = algorithm.read_oid().map_err(not_pkcs8)?;
        let curve = if named == oids::PRIME256V1 {
            SigningCurve::P256
        } else if named == oids::SECP384R1 {
            SigningCurve::P384
        } else {
            return Err(KeyError::Unsupported(named));
        };
        let pair = EcdsaKeyPair::from_pkcs8(ecdsa_scheme(curve), pkcs8).map_err(|_| KeyError::Rejected)?;
        Self::from_ecdsa(pair, curve)
    }

    /// The PKCS#8 form, wiped from memory when dropped.
    ///
    /// # Errors
    /// [`KeyError::Provider`].
    pub fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, KeyError> {
        match &self.pair {
            Pair::Ecdsa(pair) => {
                let document = pair.to_pkcs8v1().map_err(|_| KeyError::Provider)?;
                Ok(Zeroizing::new(document.as_ref().to_vec()))
            }
            Pair::Rsa(pair, _) => {
                let document = pair.as_der().map_err(|_| KeyError::Provider)?;
                Ok(Zeroizing::new(document.as_ref().to_vec()))
            }
        }
    }

    /// The same key signing by another scheme: RSA may use PKCS#1 v1.5 or PSS (salt as long as the
    /// hash) with SHA-256, SHA-384 or SHA-512. An ECDSA key has the hash of its curve.
    ///
    /// # Errors
    /// [`KeyError::WrongAlgorithm`].
    pub fn with_signature_algorithm(self, algorithm: SignatureAlgorithm) -> Result<Self, KeyError> {
        match self.pair {
            Pair::Rsa(pair, _) => {
                let encoding = rsa_encoding(algorithm).ok_or(KeyError::WrongAlgorithm(algorithm))?;
                Ok(Self {
                    pair: Pair::Rsa(pair, encoding),
                    algorithm,
                    public_key: self.public_key,
                })
            }
            Pair::Ecdsa(_) if algorithm == self.algorithm => Ok(self),
            Pair::Ecdsa(_) => Err(KeyError::WrongAlgorithm(algorithm)),
        }
    }

    /// Signs a message of which only the digest is at hand.
    ///
    /// # Errors
    /// [`SignError`].
    pub fn sign_digest(&self, digest: &[u8]) -> Result<Vec<u8>, SignError> {
        let hash = self.algorithm.digest();
        let wrong_length = SignError::DigestLength {
            expected: hash.output_len(),
            found: digest.len(),
        };
        let digest = aws_lc_rs::digest::Digest::import_less_safe(digest, hash.implementation())
            .map_err(|_| wrong_length)?;
        match &self.pair {
            Pair::Ecdsa(pair) => {
                let value = pair.sign_digest(&digest).map_err(|_| SignError::Provider)?;
                Ok(value.as_ref().to_vec())
            }
            Pair::Rsa(pair, encoding) => {
                let mut value = vec![0; pair.public_modulus_len()];
                pair.sign_digest(*encoding, &digest, &mut value)
                    .map_err(|_| SignError::Provider)?;
                Ok(value)
            }
        }
    }

    /// Signs `message` and makes sure that the value is good, so that a fault of the machine cannot put a wrong one into a
    /// document. The cryptographic library checks RSA values itself (against faults in the exponentiation by the
    /// Chinese remainder theorem); ECDSA values are verified here.
    ///
    /// # Errors
    /// [`SignError::Provider`].
    pub fn sign_checked(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        let value = self.sign(message)?;
        if matches!(self.pair, Pair::Ecdsa(_)) {
            let verified = self.public_key.verify(self.algorithm, message, &value);
            verified.map_err(|_| SignError::Provider)?;
        }
        Ok(value)
    }

    fn from_ecdsa(pair: EcdsaKeyPair, curve: SigningCurve) -> Result<Self, KeyError> {
        let (algorithm, named) = match curve {
            SigningCurve::P256 => (SignatureAlgorithm::ECDSA_SHA256, oids::PRIME256V1),
            SigningCurve::P384 => (SignatureAlgorithm::ECDSA_SHA384, oids::SECP384R1),
        };
        let mut writer = Writer::with_capacity(128);
        writer.sequence(|info| {
            info.sequence(|identifier| {
                identifier.oid(&oids::EC_PUBLIC_KEY);
                identifier.oid(&named);
            });
            info.bit_string(pair.public_key().as_ref());
        });
        let public_key = PublicKey::from_spki(&writer.finish()).map_err(|_| KeyError::Rejected)?;
        Ok(Self {
            pair: Pair::Ecdsa(pair),
            algorithm,
            public_key,
        })
    }

    fn from_rsa(pair: RsaKeyPair) -> Result<Self, KeyError> {
        let mut writer = Writer::with_capacity(600);
        writer.sequence(|info| {
            info.sequence(|identifier| {
                identifier.oid(&oids::RSA_ENCRYPTION);
                identifier.null();
            });
            info.bit_string(pair.public_key().as_ref());
        });
        let public_key = PublicKey::from_spki(&writer.finish()).map_err(|_| KeyError::Rejected)?;
        match public_key.kind() {
            PublicKeyKind::Rsa {
                modulus_bits: 2048..=4096,
            } => {}
            PublicKeyKind::Rsa { modulus_bits } => return Err(KeyError::RsaSize(*modulus_bits)),
            _ => return Err(KeyError::Rejected),
        }
        let algorithm = SignatureAlgorithm::RSA_SHA256;
        let pair = Pair::Rsa(Box::new(pair), &provider::RSA_PKCS1_SHA256);
        Ok(Self {
            pair,
            algorithm,
            public_key,
        })
    }
}

impl Signer for SigningKey {
    fn signature_algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    fn public_key(&self) -> &PublicKey {
        &self.public_key
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        match &self.pair {
            Pair::Ecdsa(pair) => {
                let value = pair
                    .sign(&SystemRandom::new(), message)
                    .map_err(|_| SignError::Provider)?;
                Ok(value.as_ref().to_vec())
            }
            Pair::Rsa(pair, encoding) => {
                let mut value = vec![0; pair.public_modulus_len()];
                pair.sign(*encoding, &SystemRandom::new(), message, &mut value)
                    .map_err(|_| SignError::Provider)?;
                Ok(value)
            }
        }
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "SigningKey({:?}, ..)", self.algorithm)
    }
}

#[derive(Clone, Copy)]
enum SigningCurve {
    P256,
    P384,
}

fn ecdsa_scheme(curve: SigningCurve) -> &'static provider::EcdsaSigningAlgorithm {
    match curve {
        SigningCurve::P256 => &provider::ECDSA_P256_SHA256_ASN1_SIGNING,
        SigningCurve::P384 => &provider::ECDSA_P384_SHA384_ASN1_SIGNING,
    }
}

fn rsa_encoding(algorithm: SignatureAlgorithm) -> Option<&'static dyn RsaEncoding> {
    use DigestAlgorithm::{Sha256, Sha384, Sha512};
    const PSS_SHA256: PssParameters = PssParameters::new(Sha256);
    const PSS_SHA384: PssParameters = PssParameters::new(Sha384);
    const PSS_SHA512: PssParameters = PssParameters::new(Sha512);
    Some(match algorithm {
        SignatureAlgorithm::RsaPkcs1(Sha256) => &provider::RSA_PKCS1_SHA256,
        SignatureAlgorithm::RsaPkcs1(Sha384) => &provider::RSA_PKCS1_SHA384,
        SignatureAlgorithm::RsaPkcs1(Sha512) => &provider::RSA_PKCS1_SHA512,
        SignatureAlgorithm::RsaPss(PSS_SHA256) => &provider::RSA_PSS_SHA256,
        SignatureAlgorithm::RsaPss(PSS_SHA384) => &provider::RSA_PSS_SHA384,
        SignatureAlgorithm::RsaPss(PSS_SHA512) => &provider::RSA_PSS_SHA512,
        _ => return None,
    })
}
