//! The authority's file: certificates in the clear, private keys encrypted, written in one step.
//!
//! Each private key (PKCS#8) is encrypted with a data key of its own, which the key provider wraps; role and
//! certificate are authenticated, so that no key can be put in another's place.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use akashi_app::ports::pki::{Certificate, SigningKey};
use akashi_app::ports::{Entropy, KeyProvider, WrappedKey};
use aws_lc_rs::aead::{Aad, Nonce};
use secrecy::{ExposeSecretMut as _, SecretBox};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::{Family, Holder, OpenError};
use crate::crypto::cipher;
use crate::private_folder::{FolderError, PrivateFolder, WriteLock};

const FILE_NAME: &str = "authority.json";

const FORMAT: &str = "akashi authority v1";

/// Why the authority's file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VaultError {
    /// Its content is not of this version.
    #[error("certificate authority file {path} cannot be understood")]
    Malformed {
        /// Where it stands.
        path: PathBuf,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A private key does not open: damaged, or it belongs to another certificate.
    #[error("private key of {role} does not open")]
    Damaged {
        /// Whose key.
        role: &'static str,
    },
    /// The key provider cannot wrap or unwrap.
    #[error("private key of {role} cannot be opened")]
    Key {
        /// Whose key.
        role: &'static str,
        /// Why.
        #[source]
        source: akashi_app::ports::KeyError,
    },
}

/// The file.
pub(super) struct Vault {
    folder: PrivateFolder,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct VaultFile {
    format: String,
    root: StoredHolder,
    issuing: StoredHolder,
    time_stamp: StoredHolder,
    seal: StoredHolder,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredHolder {
    certificate: String,
    key_id: String,
    #[serde(with = "hex_bytes")]
    wrapped_key: Vec<u8>,
    #[serde(with = "hex_bytes")]
    sealed_pkcs8: Vec<u8>,
}

impl Vault {
    pub(super) fn open(folder: &Path) -> Result<Self, FolderError> {
        Ok(Self {
            folder: PrivateFolder::open(folder)?,
        })
    }

    pub(super) fn path(&self) -> PathBuf {
        self.folder.path_of(FILE_NAME)
    }

    pub(super) fn lock(&self) -> Result<WriteLock, FolderError> {
        self.folder.lock()
    }

    /// Reads the family; `None` if there is no file.
    pub(super) async fn load(&self, keys: &dyn KeyProvider) -> Result<Option<Family>, OpenError> {
        let Some(json) = self.folder.read(FILE_NAME)? else {
            return Ok(None);
        };
        let file: VaultFile = serde_json::from_slice(&json).map_err(|error| self.malformed(error))?;
        if file.format != FORMAT {
            return Err(self.malformed("unknown format").into());
        }
        Ok(Some(Family {
            root: self.open_holder("root", &file.root, keys).await?,
            issuing: self.open_holder("issuing", &file.issuing, keys).await?,
            time_stamp: self.open_holder("time_stamp", &file.time_stamp, keys).await?,
            seal: self.open_holder("seal", &file.seal, keys).await?,
        }))
    }

    /// Writes the family, all or nothing.
    pub(super) async fn store(
        &self,
        lock: &WriteLock,
        family: &Family,
        keys: &dyn KeyProvider,
        entropy: &dyn Entropy,
    ) -> Result<(), OpenError> {
        let file = VaultFile {
            format: FORMAT.to_owned(),
            root: seal_holder("root", &family.root, keys, entropy).await?,
            issuing: seal_holder("issuing", &family.issuing, keys, entropy).await?,
            time_stamp: seal_holder("time_stamp", &family.time_stamp, keys, entropy).await?,
            seal: seal_holder("seal", &family.seal, keys, entropy).await?,
        };
        let json = serde_json::to_vec_pretty(&file).map_err(|error| self.malformed(error))?;
        Ok(self.folder.write(lock, FILE_NAME, &json)?)
    }

    async fn open_holder(
        &self,
        role: &'static str,
        stored: &StoredHolder,
        keys: &dyn KeyProvider,
    ) -> Result<Holder, VaultError> {
        let damaged = VaultError::Damaged { role };
        let certificate =
            Certificate::from_pem(&stored.certificate).map_err(|error| self.malformed(error))?;
        let context = context(role, &certificate);
        let wrapped = WrappedKey {
            key_id: stored.key_id.clone(),
            bytes: stored.wrapped_key.clone(),
        };
        let data_key = keys
            .unwrap(&wrapped, &context)
            .await
            .map_err(|source| VaultError::Key { role, source })?;
        let Ok(cipher) = cipher(&data_key) else {
            return Err(damaged);
        };
        let mut pkcs8 = Zeroizing::new(stored.sealed_pkcs8.clone());
        let Ok(opened) = cipher.open_in_place(only_nonce(), Aad::from(&context), &mut pkcs8) else {
            return Err(damaged);
        };
        let key = SigningKey::from_pkcs8(opened).map_err(|error| self.malformed(error))?;
        if akashi_app::ports::pki::Signer::public_key(&key) != certificate.public_key() {
            return Err(damaged);
        }
        Ok(Holder {
            key: Arc::new(key),
            certificate,
        })
    }

    fn malformed(&self, source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> VaultError {
        VaultError::Malformed {
            path: self.path(),
            source: source.into(),
        }
    }
}

async fn seal_holder(
    role: &'static str,
    holder: &Holder,
    keys: &dyn KeyProvider,
    entropy: &dyn Entropy,
) -> Result<StoredHolder, OpenError> {
    let context = context(role, &holder.certificate);
    let mut data_key = SecretBox::<[u8; 32]>::default();
    entropy.fill(data_key.expose_secret_mut());
    let wrapped = keys
        .wrap(&data_key, &context)
        .await
        .map_err(|source| VaultError::Key { role, source })?;
    let cipher = cipher(&data_key).map_err(|_| VaultError::Damaged { role })?;
    let mut body = holder.key.to_pkcs8()?;
    let tag = cipher
        .seal_in_place_separate_tag(only_nonce(), Aad::from(&context), &mut body)
        .map_err(|_| VaultError::Damaged { role })?;
    let mut sealed_pkcs8 = body.to_vec();
    sealed_pkcs8.extend_from_slice(tag.as_ref());
    Ok(StoredHolder {
        certificate: holder.certificate.to_pem(),
        key_id: wrapped.key_id,
        wrapped_key: wrapped.bytes,
        sealed_pkcs8,
    })
}

fn context(role: &str, certificate: &Certificate) -> Vec<u8> {
    let mut context = b"akashi authority key v1\0".to_vec();
    context.extend_from_slice(role.as_bytes());
    context.push(0);
    context.extend_from_slice(&certificate.fingerprint());
    context
}

/// The data key encrypts one key once.
fn only_nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}

mod hex_bytes {
    use serde::{Deserialize as _, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&hex::encode(bytes))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
        hex::decode(String::deserialize(deserializer)?).map_err(serde::de::Error::custom)
    }
}
