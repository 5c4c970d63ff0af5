//! A key provider without secrets.

use akashi_app::ports::{DerivedKey, KeyError, KeyProvider, KeyPurpose, WrappedKey};
use secrecy::{ExposeSecret as _, SecretBox};
use sha2::{Digest as _, Sha256};

/// Wraps by writing key and check sum down. Two instances understand one another, so that a test can restart a
/// process.
#[derive(Debug, Clone, Copy, Default)]
pub struct MemoryKeys;

const KEY_ID: &str = "kek_test";

#[async_trait::async_trait]
impl KeyProvider for MemoryKeys {
    async fn wrap(&self, data_key: &SecretBox<[u8; 32]>, context: &[u8]) -> Result<WrappedKey, KeyError> {
        let mut bytes = data_key.expose_secret().to_vec();
        bytes.extend_from_slice(&check_sum(data_key.expose_secret(), context));
        Ok(WrappedKey {
            key_id: KEY_ID.to_owned(),
            bytes,
        })
    }

    async fn unwrap(&self, wrapped: &WrappedKey, context: &[u8]) -> Result<SecretBox<[u8; 32]>, KeyError> {
        if wrapped.key_id != KEY_ID {
            return Err(KeyError::Unknown(wrapped.key_id.clone()));
        }
        let Some((key, sum)) = wrapped.bytes.split_first_chunk::<32>() else {
            return Err(KeyError::Damaged);
        };
        if sum != check_sum(key, context) {
            return Err(KeyError::Damaged);
        }
        Ok(SecretBox::init_with(|| *key))
    }

    async fn derive(&self, purpose: KeyPurpose) -> Result<DerivedKey, KeyError> {
        Ok(SecretBox::init_with(|| {
            check_sum(purpose.context().as_bytes(), b"derived")
        }))
    }
}

fn check_sum(key: &[u8], context: &[u8]) -> [u8; 32] {
    Sha256::new()
        .chain_update((key.len() as u64).to_be_bytes())
        .chain_update(key)
        .chain_update(context)
        .finalize()
        .into()
}
