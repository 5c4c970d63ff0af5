//! The key-encryption keys, in a file.
//!
//! The file holds one secret from which keys for fixed purposes are derived, and one or more key-encryption
//! keys, of which the newest wraps and all unwrap. It is made once, at first start, and **must be kept in the
//! backup apart from the data**: without it no stored object can be read.

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use akashi_app::ports::{DerivedKey, Entropy, KeyError, KeyProvider, KeyPurpose, WrappedKey};
use akashi_domain::UtcTime;
use aws_lc_rs::aead::{Aad, Nonce};
use secrecy::{ExposeSecret as _, ExposeSecretMut as _, SecretBox};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::crypto::{SALT_BYTES, TAG_BYTES, cipher, derive};
use crate::private_folder::{FolderError, PrivateFolder};

/// Settings of the key file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// The folder of the key file, mode 0700; the same content on every node.
    pub folder: PathBuf,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            folder: PathBuf::from("data/keys"),
        }
    }
}

/// Why the key file cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum KeyFileError {
    /// There is none. Where data exists already a new one would not help: restore the old one.
    #[error("key file {path} is missing")]
    Missing {
        /// Where it should stand.
        path: PathBuf,
    },
    /// Its content is not a key file of this version.
    #[error("key file {path} cannot be understood")]
    Malformed {
        /// Where it stands.
        path: PathBuf,
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// Its newest key is not in it.
    #[error("key file {path} has no key with the id that it calls current")]
    NoCurrentKey {
        /// Where it stands.
        path: PathBuf,
    },
    /// The folder or file cannot be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
}

/// The key-encryption keys of this installation, read from a file of mode 0600.
pub struct FileKeyProvider {
    folder: PrivateFolder,
    entropy: Arc<dyn Entropy>,
    ring: RwLock<Arc<Ring>>,
}

impl std::fmt::Debug for FileKeyProvider {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let current = &self.ring().current;
        f.debug_struct("FileKeyProvider")
            .field("current", current)
            .finish_non_exhaustive()
    }
}

impl FileKeyProvider {
    /// Reads the key file.
    ///
    /// # Errors
    /// [`KeyFileError::Missing`] if there is none; others if it cannot be used.
    pub fn open(settings: &Settings, entropy: Arc<dyn Entropy>) -> Result<Self, KeyFileError> {
        let folder = PrivateFolder::open(&settings.folder)?;
        let ring = Ring::read(&folder)?.ok_or_else(|| KeyFileError::Missing {
            path: folder.path_of(FILE_NAME),
        })?;
        Ok(Self {
            folder,
            entropy,
            ring: RwLock::new(Arc::new(ring)),
        })
    }

    /// Reads the key file, and makes it if there is none. Only for an installation without data: otherwise a
    /// key file that was lost would be replaced in silence. Several processes may start at once; one makes it.
    ///
    /// # Errors
    /// [`KeyFileError`] if the file cannot be used or made.
    pub fn open_or_create(
        settings: &Settings,
        entropy: Arc<dyn Entropy>,
        now: UtcTime,
    ) -> Result<Self, KeyFileError> {
        let folder = PrivateFolder::open(&settings.folder)?;
        let lock = folder.lock()?;
        if Ring::read(&folder)?.is_none() {
            let key = StoredKey::new(&*entropy, now);
            let file = KeyFile {
                format: FORMAT.to_owned(),
                current: key.key_id.clone(),
                derivation_secret: HexKey::random(&*entropy),
                keys: vec![key],
            };
            folder.write(&lock, FILE_NAME, &file.to_json(&folder)?)?;
        }
        drop(lock);
        Self::open(settings, entropy)
    }

    /// Adds a new key-encryption key, with which everything is wrapped from now on, and returns its id. Old
    /// keys keep unwrapping; other running processes find the new one when they first meet it.
    ///
    /// # Errors
    /// [`KeyFileError`] if the file cannot be used or written.
    pub fn rotate(&self, now: UtcTime) -> Result<String, KeyFileError> {
        let lock = self.folder.lock()?;
        let mut file = KeyFile::read(&self.folder)?.ok_or_else(|| KeyFileError::Missing {
            path: self.folder.path_of(FILE_NAME),
        })?;
        let key = StoredKey::new(&*self.entropy, now);
        let key_id = key.key_id.clone();
        file.current.clone_from(&key_id);
        file.keys.push(key);
        self.folder
            .write(&lock, FILE_NAME, &file.to_json(&self.folder)?)?;
        drop(lock);
        self.reload()?;
        Ok(key_id)
    }

    fn ring(&self) -> Arc<Ring> {
        Arc::clone(&self.ring.read().unwrap_or_else(PoisonError::into_inner))
    }

    fn reload(&self) -> Result<Arc<Ring>, KeyFileError> {
        let ring = Ring::read(&self.folder)?.ok_or_else(|| KeyFileError::Missing {
            path: self.folder.path_of(FILE_NAME),
        })?;
        let ring = Arc::new(ring);
        *self.ring.write().unwrap_or_else(PoisonError::into_inner) = Arc::clone(&ring);
        Ok(ring)
    }
}

#[async_trait::async_trait]
impl KeyProvider for FileKeyProvider {
    async fn wrap(&self, data_key: &SecretBox<[u8; 32]>, context: &[u8]) -> Result<WrappedKey, KeyError> {
        let ring = self.ring();
        let key = ring
            .key(&ring.current)
            .ok_or_else(|| KeyError::Unknown(ring.current.clone()))?;
        let mut bytes = vec![0_u8; SALT_BYTES];
        self.entropy.fill(&mut bytes);
        let wrapping_key = wrapping_key(key, &bytes, &ring.current)?;
        let mut body = Zeroizing::new(*data_key.expose_secret());
        let tag = cipher(&wrapping_key)
            .map_err(unavailable)?
            .seal_in_place_separate_tag(only_nonce(), Aad::from(context), body.as_mut_slice())
            .map_err(|_| unavailable(crate::crypto::Refused))?;
        bytes.extend_from_slice(body.as_slice());
        bytes.extend_from_slice(tag.as_ref());
        Ok(WrappedKey {
            key_id: ring.current.clone(),
            bytes,
        })
    }

    async fn unwrap(&self, wrapped: &WrappedKey, context: &[u8]) -> Result<SecretBox<[u8; 32]>, KeyError> {
        let mut ring = self.ring();
        if ring.key(&wrapped.key_id).is_none() {
            // Another process may have rotated since this one read the file.
            ring = self.reload().map_err(unavailable)?;
        }
        let key = ring
            .key(&wrapped.key_id)
            .ok_or_else(|| KeyError::Unknown(wrapped.key_id.clone()))?;
        if wrapped.bytes.len() != SALT_BYTES + 32 + TAG_BYTES {
            return Err(KeyError::Damaged);
        }
        let (salt, sealed) = wrapped.bytes.split_at(SALT_BYTES);
        let wrapping_key = wrapping_key(key, salt, &wrapped.key_id)?;
        let mut body = Zeroizing::new(sealed.to_vec());
        let opened = cipher(&wrapping_key)
            .map_err(unavailable)?
            .open_in_place(only_nonce(), Aad::from(context), &mut body)
            .map_err(|_| KeyError::Damaged)?;
        let mut data_key = SecretBox::<[u8; 32]>::default();
        data_key.expose_secret_mut().copy_from_slice(opened);
        Ok(data_key)
    }

    async fn derive(&self, purpose: KeyPurpose) -> Result<DerivedKey, KeyError> {
        let ring = self.ring();
        derive(
            ring.derivation_secret.0.as_slice(),
            &[],
            &[purpose.context().as_bytes()],
        )
        .map_err(unavailable)
    }
}

/// Each wrapping has a key of its own, from 32 random bytes, so its one nonce can be zero and no number of
/// wrappings wears the key-encryption key out.
fn wrapping_key(key: &HexKey, salt: &[u8], key_id: &str) -> Result<SecretBox<[u8; 32]>, KeyError> {
    derive(key.0.as_slice(), salt, &[b"akashi wrap v1\0", key_id.as_bytes()]).map_err(unavailable)
}

fn only_nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; 12])
}

fn unavailable(error: impl std::error::Error + Send + Sync + 'static) -> KeyError {
    KeyError::Unavailable(Box::new(error))
}

const FILE_NAME: &str = "key-encryption.json";

const FORMAT: &str = "akashi key file v1";

/// The keys in memory.
struct Ring {
    derivation_secret: HexKey,
    current: String,
    keys: Vec<StoredKey>,
}

impl Ring {
    fn read(folder: &PrivateFolder) -> Result<Option<Self>, KeyFileError> {
        let Some(KeyFile {
            derivation_secret,
            current,
            keys,
            ..
        }) = KeyFile::read(folder)?
        else {
            return Ok(None);
        };
        let ring = Self {
            derivation_secret,
            current,
            keys,
        };
        if ring.key(&ring.current).is_none() {
            return Err(KeyFileError::NoCurrentKey {
                path: folder.path_of(FILE_NAME),
            });
        }
        Ok(Some(ring))
    }

    fn key(&self, key_id: &str) -> Option<&HexKey> {
        self.keys
            .iter()
            .find(|key| key.key_id == key_id)
            .map(|key| &key.key)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct KeyFile {
    #[serde(deserialize_with = "known_format")]
    format: String,
    current: String,
    derivation_secret: HexKey,
    keys: Vec<StoredKey>,
}

impl KeyFile {
    fn read(folder: &PrivateFolder) -> Result<Option<Self>, KeyFileError> {
        let Some(json) = folder.read(FILE_NAME)? else {
            return Ok(None);
        };
        let malformed = |source| KeyFileError::Malformed {
            path: folder.path_of(FILE_NAME),
            source,
        };
        serde_json::from_slice(&json).map(Some).map_err(malformed)
    }

    fn to_json(&self, folder: &PrivateFolder) -> Result<Zeroizing<Vec<u8>>, KeyFileError> {
        let malformed = |source| KeyFileError::Malformed {
            path: folder.path_of(FILE_NAME),
            source,
        };
        serde_json::to_vec_pretty(self)
            .map(Zeroizing::new)
            .map_err(malformed)
    }
}

fn known_format<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let found = String::deserialize(deserializer)?;
    if found == FORMAT {
        Ok(found)
    } else {
        Err(serde::de::Error::custom("unknown format"))
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredKey {
    key_id: String,
    created_at: UtcTime,
    key: HexKey,
}

impl StoredKey {
    fn new(entropy: &dyn Entropy, now: UtcTime) -> Self {
        let mut id = [0_u8; 8];
        entropy.fill(&mut id);
        Self {
            key_id: format!("kek_{}", hex::encode(id)),
            created_at: now,
            key: HexKey::random(entropy),
        }
    }
}

/// 32 secret bytes, written as hexadecimal digits.
struct HexKey(Zeroizing<[u8; 32]>);

impl HexKey {
    fn random(entropy: &dyn Entropy) -> Self {
        let mut bytes = Zeroizing::new([0_u8; 32]);
        entropy.fill(bytes.as_mut_slice());
        Self(bytes)
    }
}

impl Serialize for HexKey {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&Zeroizing::new(hex::encode(self.0.as_slice())))
    }
}

impl<'de> Deserialize<'de> for HexKey {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let digits = Zeroizing::new(String::deserialize(deserializer)?);
        let mut bytes = Zeroizing::new([0_u8; 32]);
        hex::decode_to_slice(digits.as_str(), bytes.as_mut_slice())
            .map_err(|_| serde::de::Error::custom("expected 64 hexadecimal digits"))?;
        Ok(Self(bytes))
    }
}

/// Where the key file of these settings stands, for messages to the operator.
pub fn key_file_path(settings: &Settings) -> PathBuf {
    Path::new(&settings.folder).join(FILE_NAME)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use akashi_testkit::fakes::SeededEntropy;

    use super::*;

    fn settings() -> (tempfile::TempDir, Settings) {
        let outer = tempfile::tempdir().unwrap();
        let folder = outer.path().join("keys");
        (outer, Settings { folder })
    }

    fn now() -> UtcTime {
        UtcTime::from_second(1_763_800_000).unwrap()
    }

    fn create(settings: &Settings) -> FileKeyProvider {
        FileKeyProvider::open_or_create(settings, Arc::new(SeededEntropy::new(7)), now()).unwrap()
    }

    #[tokio::test]
    async fn passes_the_conformance_suite() {
        let (_outer, settings) = settings();
        let keys = create(&settings);
        akashi_testkit::conformance::keys::suite(&keys).await;
    }

    #[tokio::test]
    async fn keys_survive_a_restart_and_rotation() {
        let (_outer, settings) = settings();
        let first = create(&settings);
        let data_key = SecretBox::init_with(|| [9; 32]);
        let wrapped = first.wrap(&data_key, b"object").await.unwrap();
        let derived = *first.derive(KeyPurpose::Link).await.unwrap().expose_secret();
        let new_id = first.rotate(now()).unwrap();

        let second = FileKeyProvider::open(&settings, Arc::new(SeededEntropy::new(8))).unwrap();
        assert_eq!(
            second.unwrap(&wrapped, b"object").await.unwrap().expose_secret(),
            &[9; 32]
        );
        assert_eq!(
            second.derive(KeyPurpose::Link).await.unwrap().expose_secret(),
            &derived
        );
        let rewrapped = second.wrap(&data_key, b"object").await.unwrap();
        assert_eq!(rewrapped.key_id, new_id);
        assert_ne!(rewrapped.key_id, wrapped.key_id);
    }

    #[tokio::test]
    async fn a_key_that_another_process_made_is_found() {
        let (_outer, settings) = settings();
        let old = create(&settings);
        let other = FileKeyProvider::open(&settings, Arc::new(SeededEntropy::new(8))).unwrap();
        other.rotate(now()).unwrap();
        let wrapped = other.wrap(&SecretBox::init_with(|| [3; 32]), b"x").await.unwrap();
        assert_eq!(
            old.unwrap(&wrapped, b"x").await.unwrap().expose_secret(),
            &[3; 32]
        );
    }

    #[test]
    fn a_lost_file_is_not_replaced_in_silence() {
        let (_outer, settings) = settings();
        let missing = FileKeyProvider::open(&settings, Arc::new(SeededEntropy::new(1)));
        assert!(matches!(missing, Err(KeyFileError::Missing { .. })));
    }

    #[test]
    fn a_file_that_others_may_read_is_refused() {
        let (_outer, settings) = settings();
        create(&settings);
        std::fs::set_permissions(key_file_path(&settings), std::fs::Permissions::from_mode(0o644)).unwrap();
        let opened = FileKeyProvider::open(&settings, Arc::new(SeededEntropy::new(1)));
        assert!(matches!(
            opened,
            Err(KeyFileError::Folder(FolderError::Readable { mode: 0o644, .. }))
        ));
    }

    #[test]
    fn damaged_content_is_refused() {
        let (_outer, settings) = settings();
        create(&settings);
        let path = key_file_path(&settings);
        let good = std::fs::read_to_string(&path).unwrap();
        for bad in [
            good[..good.len() / 2].to_owned(),
            good.replace("v1", "v9"),
            good.replace("\"keys\"", "\"kays\""),
        ] {
            std::fs::write(&path, bad).unwrap();
            let opened = FileKeyProvider::open(&settings, Arc::new(SeededEntropy::new(1)));
            assert!(matches!(opened, Err(KeyFileError::Malformed { .. })));
        }
    }

    #[test]
    fn the_second_start_keeps_the_keys_of_the_first() {
        let (_outer, settings) = settings();
        create(&settings);
        let first = std::fs::read(key_file_path(&settings)).unwrap();
        create(&settings);
        assert_eq!(std::fs::read(key_file_path(&settings)).unwrap(), first);
    }

    #[test]
    fn nothing_secret_shows_in_debug() {
        let (_outer, settings) = settings();
        let keys = create(&settings);
        let file = std::fs::read_to_string(key_file_path(&settings)).unwrap();
        let secret = file
            .split("\"derivation_secret\": \"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        assert_eq!(secret.len(), 64);
        assert!(!format!("{keys:?}").contains(secret));
    }
}
