//! The few cryptographic steps that several adapters share.

use aws_lc_rs::aead::{AES_256_GCM, LessSafeKey, UnboundKey};
use aws_lc_rs::hkdf::{HKDF_SHA256, KeyType, Salt};
use secrecy::{ExposeSecret as _, SecretBox};

/// Length of an AES-GCM tag in bytes.
pub(crate) const TAG_BYTES: usize = 16;

/// Length of a salt in bytes: that of the hash (RFC 5869, 3.1).
pub(crate) const SALT_BYTES: usize = 32;

/// A cryptographic step that the library refused: only a defect or a lack of memory can be behind it.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the cryptographic library refused")]
pub(crate) struct Refused;

/// HKDF-SHA256 to 32 bytes (RFC 5869).
pub(crate) fn derive(secret: &[u8], salt: &[u8], info: &[&[u8]]) -> Result<SecretBox<[u8; 32]>, Refused> {
    struct ThirtyTwo;
    impl KeyType for ThirtyTwo {
        fn len(&self) -> usize {
            32
        }
    }
    let mut key = SecretBox::<[u8; 32]>::default();
    Salt::new(HKDF_SHA256, salt)
        .extract(secret)
        .expand(info, ThirtyTwo)
        .and_then(|output| output.fill(secrecy::ExposeSecretMut::expose_secret_mut(&mut key)))
        .map_err(|_| Refused)?;
    Ok(key)
}

/// An AES-256-GCM key whose nonces the caller counts.
pub(crate) fn cipher(key: &SecretBox<[u8; 32]>) -> Result<LessSafeKey, Refused> {
    UnboundKey::new(&AES_256_GCM, key.expose_secret())
        .map(LessSafeKey::new)
        .map_err(|_| Refused)
}
