//! Verifying signatures: by the provider where it can, by our own arithmetic for the rest.

mod dsa;
mod memo;
mod modular;
mod rsa;

use aws_lc_rs::digest::Digest;
use aws_lc_rs::signature::{self as provider, RsaParameters, RsaPssSaltLength, VerificationAlgorithm};

pub(crate) use memo::VerifiedBy;

use crate::algorithm::{MlDsaLevel, PssParameters, SignatureAlgorithm};
use crate::digest::DigestAlgorithm;
use crate::public_key::{Curve, PublicKey, PublicKeyKind};

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
    /// This combination of scheme, hash, parameters and key cannot be verified here.
    #[error("unsupported signature algorithm {0}")]
    Unsupported(SignatureAlgorithm),
}

/// What a signature is held against.
#[derive(Clone, Copy)]
pub(crate) enum Signed<'a> {
    Message(&'a [u8]),
    Digest(&'a [u8]),
}

/// Who does the work.
enum Verifier {
    Provider(&'static dyn VerificationAlgorithm),
    RsaPkcs1(DigestAlgorithm),
    RsaPss(PssParameters),
    Dsa,
}

pub(crate) fn verify(
    key: &PublicKey,
    algorithm: SignatureAlgorithm,
    signed: Signed<'_>,
    signature: &[u8],
) -> Result<(), VerifyError> {
    let verifier = verifier(key, algorithm)?;
    if let (Verifier::Provider(provider), Signed::Message(message)) = (&verifier, signed) {
        let verified = provider.verify_sig(key.key_bits(), message, signature);
        return verified.map_err(|_| VerifyError::Mismatch);
    }
    if algorithm.hashes_inside() {
        return Err(VerifyError::Unsupported(algorithm));
    }
    let hash = algorithm.digest();
    let computed;
    let digest = match signed {
        Signed::Digest(digest) => digest,
        Signed::Message(message) => {
            computed = hash.digest(message);
            &computed
        }
    };
    if digest.len() != hash.output_len() {
        return Err(VerifyError::Mismatch);
    }
    let is_good = match verifier {
        Verifier::Provider(provider) => Digest::import_less_safe(digest, hash.implementation())
            .and_then(|digest| provider.verify_digest_sig(key.key_bits(), &digest, signature))
            .is_ok(),
        Verifier::RsaPkcs1(hash) => rsa::verify_pkcs1(key.key_bits(), hash, digest, signature),
        Verifier::RsaPss(parameters) => rsa::verify_pss(key.key_bits(), parameters, digest, signature),
        Verifier::Dsa => {
            let parameters = key.dsa_parameters().ok_or(VerifyError::Unsupported(algorithm))?;
            dsa::verify(parameters, key.key_bits(), digest, signature)
        }
    };
    if is_good {
        Ok(())
    } else {
        Err(VerifyError::Mismatch)
    }
}

fn verifier(key: &PublicKey, algorithm: SignatureAlgorithm) -> Result<Verifier, VerifyError> {
    let found = match (algorithm, key.kind()) {
        (SignatureAlgorithm::RsaPkcs1(digest), PublicKeyKind::Rsa { modulus_bits }) => {
            Some(pkcs1(digest, *modulus_bits).map_or(Verifier::RsaPkcs1(digest), Verifier::Provider))
        }
        (SignatureAlgorithm::RsaPss(parameters), PublicKeyKind::Rsa { modulus_bits }) => {
            let provider = pss(parameters).filter(|_| *modulus_bits >= 2048);
            Some(provider.map_or(Verifier::RsaPss(parameters), Verifier::Provider))
        }
        (SignatureAlgorithm::Ecdsa(digest), PublicKeyKind::Ec(curve)) => {
            ecdsa(*curve, digest).map(Verifier::Provider)
        }
        (SignatureAlgorithm::Ed25519, PublicKeyKind::Ed25519) => Some(Verifier::Provider(&provider::ED25519)),
        (SignatureAlgorithm::MlDsa(level), PublicKeyKind::MlDsa(own)) if level == *own => {
            Some(Verifier::Provider(match level {
                MlDsaLevel::MlDsa44 => &provider::ML_DSA_44,
                MlDsaLevel::MlDsa65 => &provider::ML_DSA_65,
                MlDsaLevel::MlDsa87 => &provider::ML_DSA_87,
            }))
        }
        (SignatureAlgorithm::Dsa(_), PublicKeyKind::Dsa) => Some(Verifier::Dsa),
        (_, PublicKeyKind::Other(_)) => None,
        _ => return Err(VerifyError::WrongKeyKind),
    };
    found.ok_or(VerifyError::Unsupported(algorithm))
}

fn pkcs1(digest: DigestAlgorithm, modulus_bits: usize) -> Option<&'static dyn VerificationAlgorithm> {
    let is_short = modulus_bits < 2048;
    Some(match digest {
        DigestAlgorithm::Sha1 => &provider::RSA_PKCS1_1024_8192_SHA1_FOR_LEGACY_USE_ONLY,
        DigestAlgorithm::Sha256 if is_short => &provider::RSA_PKCS1_1024_8192_SHA256_FOR_LEGACY_USE_ONLY,
        DigestAlgorithm::Sha512 if is_short => &provider::RSA_PKCS1_1024_8192_SHA512_FOR_LEGACY_USE_ONLY,
        DigestAlgorithm::Sha256 => &provider::RSA_PKCS1_2048_8192_SHA256,
        DigestAlgorithm::Sha384 if !is_short => &provider::RSA_PKCS1_2048_8192_SHA384,
        DigestAlgorithm::Sha512 => &provider::RSA_PKCS1_2048_8192_SHA512,
        DigestAlgorithm::Sha384
        | DigestAlgorithm::Sha224
        | DigestAlgorithm::Sha3_256
        | DigestAlgorithm::Sha3_384
        | DigestAlgorithm::Sha3_512 => return None,
    })
}

/// The provider wants its parameters in statics: the usual ones, one hash and a salt of its length.
fn pss(parameters: PssParameters) -> Option<&'static dyn VerificationAlgorithm> {
    const SHA256: RsaParameters =
        provider::RSA_PSS_2048_8192_SHA256.with_pss_salt_length(RsaPssSaltLength::Digest);
    const SHA384: RsaParameters =
        provider::RSA_PSS_2048_8192_SHA384.with_pss_salt_length(RsaPssSaltLength::Digest);
    const SHA512: RsaParameters =
        provider::RSA_PSS_2048_8192_SHA512.with_pss_salt_length(RsaPssSaltLength::Digest);
    if parameters != PssParameters::new(parameters.digest) {
        return None;
    }
    Some(match parameters.digest {
        DigestAlgorithm::Sha256 => &SHA256,
        DigestAlgorithm::Sha384 => &SHA384,
        DigestAlgorithm::Sha512 => &SHA512,
        _ => return None,
    })
}

fn ecdsa(curve: Curve, digest: DigestAlgorithm) -> Option<&'static dyn VerificationAlgorithm> {
    use DigestAlgorithm::{Sha1, Sha3_384, Sha3_512, Sha224, Sha256, Sha384, Sha512};
    Some(match (curve, digest) {
        (Curve::P256, Sha1) => &provider::ECDSA_P256_SHA1_ASN1,
        (Curve::P256, Sha256) => &provider::ECDSA_P256_SHA256_ASN1,
        (Curve::P256, Sha384) => &provider::ECDSA_P256_SHA384_ASN1,
        (Curve::P256, Sha512) => &provider::ECDSA_P256_SHA512_ASN1,
        (Curve::P384, Sha256) => &provider::ECDSA_P384_SHA256_ASN1,
        (Curve::P384, Sha384) => &provider::ECDSA_P384_SHA384_ASN1,
        (Curve::P384, Sha512) => &provider::ECDSA_P384_SHA512_ASN1,
        (Curve::P384, Sha3_384) => &provider::ECDSA_P384_SHA3_384_ASN1,
        (Curve::P521, Sha1) => &provider::ECDSA_P521_SHA1_ASN1,
        (Curve::P521, Sha224) => &provider::ECDSA_P521_SHA224_ASN1,
        (Curve::P521, Sha256) => &provider::ECDSA_P521_SHA256_ASN1,
        (Curve::P521, Sha384) => &provider::ECDSA_P521_SHA384_ASN1,
        (Curve::P521, Sha512) => &provider::ECDSA_P521_SHA512_ASN1,
        (Curve::P521, Sha3_512) => &provider::ECDSA_P521_SHA3_512_ASN1,
        (Curve::K256, Sha256) => &provider::ECDSA_P256K1_SHA256_ASN1,
        _ => return None,
    })
}
