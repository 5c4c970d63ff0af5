//! The ciphers and hashes of the standard security handler.

use aws_lc_rs::cipher::{
    AES_128, AES_256, Algorithm, DecryptingKey, DecryptionContext, EncryptingKey, EncryptionContext,
    UnboundCipherKey,
};
use aws_lc_rs::iv::FixedLength;
use md5::{Digest, Md5};
use rc4::{KeyInit, Rc4, StreamCipher};

use crate::crypt::{EncryptionError, EncryptionMethod, InitVectors, first_16};

const BLOCK: usize = 16;

pub(crate) fn md5(parts: &[&[u8]]) -> [u8; 16] {
    let mut hash = Md5::new();
    for part in parts {
        hash.update(part);
    }
    hash.finalize().into()
}

pub(crate) fn rc4(key: &[u8], mut data: Vec<u8>) -> Result<Vec<u8>, EncryptionError> {
    let mut cipher = Rc4::new_from_slice(key).map_err(|_| EncryptionError::Cipher)?;
    cipher.apply_keystream(&mut data);
    Ok(data)
}

pub(crate) fn decrypt(
    method: EncryptionMethod,
    key: &[u8],
    data: Vec<u8>,
) -> Result<Vec<u8>, EncryptionError> {
    match method {
        EncryptionMethod::Identity => Ok(data),
        EncryptionMethod::Rc4 => rc4(key, data),
        EncryptionMethod::Aes128 | EncryptionMethod::Aes256 => decrypt_padded(key, &data),
    }
}

pub(crate) fn encrypt(
    method: EncryptionMethod,
    key: &[u8],
    data: Vec<u8>,
    vectors: &mut InitVectors,
) -> Result<Vec<u8>, EncryptionError> {
    match method {
        EncryptionMethod::Identity => Ok(data),
        EncryptionMethod::Rc4 => rc4(key, data),
        EncryptionMethod::Aes128 | EncryptionMethod::Aes256 => encrypt_padded(key, data, vectors.next()),
    }
}

/// Vector and data, padded as in PKCS #7. Data that is cut inside a block or padded wrongly is common; what can
/// be decrypted is given, as other readers do.
fn decrypt_padded(key: &[u8], data: &[u8]) -> Result<Vec<u8>, EncryptionError> {
    let Some((vector, data)) = data.split_first_chunk::<BLOCK>() else {
        return Ok(Vec::new());
    };
    let whole = data.len() / BLOCK * BLOCK;
    let mut plain = cbc_decrypt(key, *vector, data.get(..whole).unwrap_or_default().to_vec())?;
    let padding = plain
        .last()
        .copied()
        .map(usize::from)
        .filter(|padding| (1..=BLOCK).contains(padding));
    plain.truncate(plain.len().saturating_sub(padding.unwrap_or(0)));
    Ok(plain)
}

fn encrypt_padded(key: &[u8], mut data: Vec<u8>, vector: [u8; BLOCK]) -> Result<Vec<u8>, EncryptionError> {
    let padding = BLOCK - data.len() % BLOCK;
    data.resize(data.len() + padding, u8::try_from(padding).unwrap_or_default());
    let mut encrypted = vector.to_vec();
    encrypted.extend(cbc_encrypt(key, vector, data)?);
    Ok(encrypted)
}

fn bound_key(key: &[u8]) -> Result<UnboundCipherKey, EncryptionError> {
    let algorithm: &'static Algorithm = if key.len() == 16 { &AES_128 } else { &AES_256 };
    UnboundCipherKey::new(algorithm, key).map_err(|_| EncryptionError::Cipher)
}

/// AES-CBC without padding; `data` is whole blocks.
pub(crate) fn cbc_decrypt(
    key: &[u8],
    vector: [u8; BLOCK],
    mut data: Vec<u8>,
) -> Result<Vec<u8>, EncryptionError> {
    if data.is_empty() {
        return Ok(data);
    }
    let key = DecryptingKey::cbc(bound_key(key)?).map_err(|_| EncryptionError::Cipher)?;
    let context = DecryptionContext::Iv128(FixedLength::from(vector));
    key.decrypt(&mut data, context)
        .map_err(|_| EncryptionError::Cipher)?;
    Ok(data)
}

/// AES-CBC without padding; `data` is whole blocks.
pub(crate) fn cbc_encrypt(
    key: &[u8],
    vector: [u8; BLOCK],
    mut data: Vec<u8>,
) -> Result<Vec<u8>, EncryptionError> {
    let key = EncryptingKey::cbc(bound_key(key)?).map_err(|_| EncryptionError::Cipher)?;
    let context = EncryptionContext::Iv128(FixedLength::from(vector));
    key.less_safe_encrypt(&mut data, context)
        .map_err(|_| EncryptionError::Cipher)?;
    Ok(data)
}

/// Algorithm 2.B, the hash of revision 6.
pub(crate) fn hash_revision_6(password: &[u8], salt: &[u8], user: &[u8]) -> Result<Vec<u8>, EncryptionError> {
    use aws_lc_rs::digest::{SHA256, SHA384, SHA512, digest};

    let mut key = digest(&SHA256, &[password, salt, user].concat())
        .as_ref()
        .to_vec();
    let mut round = 0_usize;
    loop {
        let input = [password, &key, user].concat().repeat(64);
        let (aes_key, vector) = key.split_at_checked(BLOCK).ok_or(EncryptionError::Cipher)?;
        let encrypted = cbc_encrypt(aes_key, first_16(vector), input)?;
        // The first 16 bytes as a number modulo 3; 256 is 1 modulo 3, so the digit sum serves.
        let remainder = encrypted
            .iter()
            .take(BLOCK)
            .map(|byte| u32::from(*byte))
            .sum::<u32>()
            % 3;
        let algorithm = match remainder {
            0 => &SHA256,
            1 => &SHA384,
            _ => &SHA512,
        };
        key = digest(algorithm, &encrypted).as_ref().to_vec();
        round += 1;
        let last = encrypted.last().copied().map_or(0, usize::from);
        if round >= 64 && last + 32 <= round {
            key.truncate(32);
            return Ok(key);
        }
    }
}
