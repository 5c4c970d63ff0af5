//! Encrypted objects in a folder or a bucket: [`SegmentStorage`], [`SegmentSweep`](akashi_app::ports::SegmentSweep) and [`PreviewCache`].
//!
//! Names: `segments/<organization>/<two hexadecimal digits>/<segment>`, the digits spreading the objects of an
//! organization over 256 folders. What an object looks like inside is told in the module `chunks`.
//!
//! [`PreviewCache`]: akashi_app::ports::PreviewCache

mod chunks;
mod preview;
mod settings;
mod sweep;

use std::sync::Arc;

use akashi_app::ports::{Clock, Entropy, KeyProvider, SegmentRecord, SegmentStorage, StorageError, Tenant};
use akashi_domain::{Digest32, OrganizationId, SegmentId};
use aws_lc_rs::digest::{SHA256, digest};
use bytes::Bytes;
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt as _, PutMode, PutPayload};
use secrecy::{ExposeSecretMut as _, SecretBox};

use crate::crypto::cipher;
use chunks::Layout;
use settings::Backend;

pub use preview::EncryptedPreviews;
pub use settings::{Location, OpenError, S3Settings, Settings};

/// Below this length encryption is done in place; above, on a thread of its own, so that others are not held
/// up. AES-GCM and two SHA-256 take about half a millisecond for so much.
const INLINE_BYTES: u64 = 256 * 1024;

/// A write that finds its random name taken is repeated under another. It can only happen when an answer of
/// the server was lost and the storage library repeated the request.
const PUT_ATTEMPTS: u32 = 3;

/// Encrypted objects over a folder or an S3-compatible server.
#[derive(Clone)]
pub struct EncryptedStorage {
    backend: Backend,
    keys: Arc<dyn KeyProvider>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
}

impl std::fmt::Debug for EncryptedStorage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EncryptedStorage")
            .field("backend", &self.backend)
            .finish_non_exhaustive()
    }
}

impl EncryptedStorage {
    /// Opens the storage; a folder is made if it is not there. Dials nowhere.
    ///
    /// # Errors
    /// [`OpenError`] says what does not fit.
    pub fn open(
        settings: &Settings,
        keys: Arc<dyn KeyProvider>,
        clock: Arc<dyn Clock>,
        entropy: Arc<dyn Entropy>,
    ) -> Result<Self, OpenError> {
        Ok(Self {
            backend: Backend::open(&settings.location)?,
            keys,
            clock,
            entropy,
        })
    }

    fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0_u8; N];
        self.entropy.fill(&mut bytes);
        bytes
    }

    fn new_segment_id(&self) -> SegmentId {
        let unix_ms = u64::try_from(self.clock.now().as_millisecond()).unwrap_or_default();
        SegmentId::from_parts(unix_ms, self.random())
    }

    async fn put_once(&self, tenant: &Tenant, plain: Bytes) -> Result<Option<SegmentRecord>, StorageError> {
        let segment_id = self.new_segment_id();
        let name = authenticated_name(tenant.organization_id(), segment_id);
        let mut data_key = SecretBox::<[u8; 32]>::default();
        self.entropy.fill(data_key.expose_secret_mut());
        let wrapped_key = self
            .keys
            .wrap(&data_key, &name)
            .await
            .map_err(StorageError::Key)?;

        let byte_length = plain.len() as u64;
        let (sealed, plain_sha256, cipher_sha256) = heavy(byte_length, move || {
            let sealed = chunks::seal(&data_key, &name, &plain)?;
            let cipher_sha256 = sha256(&sealed);
            Ok((sealed, sha256(&plain), cipher_sha256))
        })
        .await?;

        let path = object_path(tenant.organization_id(), segment_id);
        let payload = PutPayload::from(sealed);
        match self
            .backend
            .durable
            .put_opts(&path, payload, PutMode::Create.into())
            .await
        {
            Ok(_) => Ok(Some(SegmentRecord {
                segment_id,
                wrapped_key,
                byte_length,
                plain_sha256,
                cipher_sha256,
                hash_state: None,
            })),
            Err(object_store::Error::AlreadyExists { .. }) => Ok(None),
            Err(error) => Err(unavailable(error)),
        }
    }

    /// Fetches a part of an object that must have `expected_bytes` in all.
    async fn fetch(
        &self,
        path: &Path,
        range: std::ops::Range<u64>,
        expected_bytes: u64,
    ) -> Result<Vec<u8>, StorageError> {
        let options = GetOptions {
            range: Some(GetRange::Bounded(range)),
            ..GetOptions::default()
        };
        let answer = match self.backend.durable.get_opts(path, options).await {
            Ok(answer) => answer,
            Err(object_store::Error::NotFound { .. }) => return Err(StorageError::Missing),
            Err(error) => {
                // A server answers with an error when the range begins behind the end: then the object was
                // cut off, and asking again does not help.
                let found = self.backend.durable.head(path).await;
                return match found {
                    Ok(meta) if meta.size != expected_bytes => Err(StorageError::Tampered),
                    _ => Err(unavailable(error)),
                };
            }
        };
        if answer.meta.size != expected_bytes {
            return Err(StorageError::Tampered);
        }
        answer.bytes().await.map(Vec::from).map_err(unavailable)
    }
}

#[async_trait::async_trait]
impl SegmentStorage for EncryptedStorage {
    async fn put(&self, tenant: &Tenant, plain: Bytes) -> Result<SegmentRecord, StorageError> {
        for _ in 0..PUT_ATTEMPTS {
            if let Some(record) = self.put_once(tenant, plain.clone()).await? {
                return Ok(record);
            }
        }
        Err(StorageError::Unavailable("every random name was taken".into()))
    }

    async fn read(
        &self,
        tenant: &Tenant,
        record: &SegmentRecord,
        offset: u64,
        length: u64,
    ) -> Result<Bytes, StorageError> {
        let layout = Layout::of(record.byte_length);
        let window = layout.window(offset, length).ok_or(StorageError::Range)?;
        if length == 0 && record.byte_length > 0 {
            return Ok(Bytes::new());
        }
        let expected_bytes = layout.sealed_bytes().ok_or(StorageError::Range)?;
        let name = authenticated_name(tenant.organization_id(), record.segment_id);
        let data_key = self
            .keys
            .unwrap(&record.wrapped_key, &name)
            .await
            .map_err(StorageError::Key)?;
        let path = object_path(tenant.organization_id(), record.segment_id);
        let sealed = self.fetch(&path, window.sealed.clone(), expected_bytes).await?;
        let plain = heavy(length, move || {
            let key = cipher(&data_key)?;
            Ok(chunks::open(&key, &name, layout, &window, sealed))
        })
        .await?;
        plain
            .map(Bytes::from)
            .map_err(|chunks::Forged| StorageError::Tampered)
    }

    async fn remove(&self, tenant: &Tenant, segment_id: SegmentId) -> Result<(), StorageError> {
        match self
            .backend
            .durable
            .delete(&object_path(tenant.organization_id(), segment_id))
            .await
        {
            Ok(()) | Err(object_store::Error::NotFound { .. }) => Ok(()),
            Err(error) => Err(unavailable(error)),
        }
    }

    async fn check(&self) -> Result<(), StorageError> {
        let bytes: [u8; 32] = self.random();
        let path = Path::from_iter(["checks", &hex::encode(self.random::<16>())]);
        let store = &self.backend.durable;
        let put = || store.put_opts(&path, PutPayload::from(bytes.to_vec()), PutMode::Create.into());
        put().await.map_err(unavailable)?;
        let read = async {
            let read = store
                .get(&path)
                .await
                .map_err(unavailable)?
                .bytes()
                .await
                .map_err(unavailable)?;
            if read.as_ref() != bytes {
                return Err(StorageError::Tampered);
            }
            match put().await {
                Err(object_store::Error::AlreadyExists { .. }) => Ok(()),
                Err(error) => Err(unavailable(error)),
                Ok(_) => Err(StorageError::Unavailable(
                    "storage overwrites what it was told to create".into(),
                )),
            }
        };
        let outcome = read.await;
        store.delete(&path).await.map_err(unavailable)?;
        outcome
    }
}

/// What the encryption of an object authenticates beside its bytes. Never changed once released.
fn authenticated_name(organization_id: OrganizationId, segment_id: SegmentId) -> Vec<u8> {
    let mut name = b"akashi segment v1\0".to_vec();
    name.extend_from_slice(organization_id.as_uuid().as_bytes());
    name.extend_from_slice(segment_id.as_uuid().as_bytes());
    name
}

fn object_path(organization_id: OrganizationId, segment_id: SegmentId) -> Path {
    let id = segment_id.to_string();
    // The last digits are random; the first are the time.
    let shard = id.get(id.len().saturating_sub(2)..).unwrap_or_default();
    Path::from_iter([SEGMENTS, &organization_id.to_string(), shard, &id])
}

const SEGMENTS: &str = "segments";

fn sha256(bytes: &[u8]) -> Digest32 {
    let mut value = [0_u8; 32];
    for (slot, byte) in value.iter_mut().zip(digest(&SHA256, bytes).as_ref()) {
        *slot = *byte;
    }
    Digest32::new(value)
}

fn unavailable(error: object_store::Error) -> StorageError {
    StorageError::Unavailable(Box::new(error))
}

/// Runs work over so many bytes where it holds up nobody.
async fn heavy<T: Send + 'static>(
    bytes: u64,
    work: impl FnOnce() -> Result<T, crate::crypto::Refused> + Send + 'static,
) -> Result<T, StorageError> {
    let result = if bytes <= INLINE_BYTES {
        work()
    } else {
        tokio::task::spawn_blocking(work)
            .await
            .map_err(|error| StorageError::Unavailable(Box::new(error)))?
    };
    result.map_err(|error| StorageError::Unavailable(Box::new(error)))
}

#[cfg(test)]
mod tests;
