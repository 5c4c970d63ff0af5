//! Page images that were drawn before, encrypted, bounded by their sum.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use akashi_app::ports::{
    Clock, Entropy, KeyProvider, KeyPurpose, PageImageKey, PreviewCache, StorageError, Tenant,
};
use akashi_domain::UtcTime;
use aws_lc_rs::hmac;
use bytes::Bytes;
use futures_util::TryStreamExt as _;
use object_store::path::Path;
use object_store::{ObjectStoreExt as _, PutPayload};
use secrecy::{ExposeSecret as _, SecretBox};

use super::chunks::{self, Layout};
use super::settings::Backend;
use super::{EncryptedStorage, sweep};
use crate::crypto::{SALT_BYTES, cipher, derive};

/// An image above this length is not kept: it would push out hundreds of others.
const MAX_IMAGE_BYTES: usize = 8 * 1024 * 1024;

/// The bound is looked at each time this part of it has been written.
const TRIM_PARTS: u64 = 16;

const PREVIEWS: &str = "previews";

/// A cache of page images in the storage of the segments.
///
/// Each image is encrypted under a key derived from the installation's preview key and a random salt that
/// stands before it, in the form of the segments; its name is a keyed hash, so that the storage learns neither
/// document nor page. Writes are not synced: what is lost is drawn again.
#[derive(Clone)]
pub struct EncryptedPreviews {
    inner: Arc<Inner>,
}

struct Inner {
    backend: Backend,
    keys: Arc<dyn KeyProvider>,
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    max_bytes: u64,
    written_since_trim: AtomicU64,
    is_trimming: AtomicBool,
}

impl std::fmt::Debug for EncryptedPreviews {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EncryptedPreviews")
            .field("max_bytes", &self.inner.max_bytes)
            .finish_non_exhaustive()
    }
}

impl EncryptedPreviews {
    /// A cache beside the segments of `storage` that takes `max_bytes` in all, give or take a sixteenth.
    pub fn beside(storage: &EncryptedStorage, max_bytes: u64) -> Self {
        Self {
            inner: Arc::new(Inner {
                backend: storage.backend.clone(),
                keys: Arc::clone(&storage.keys),
                clock: Arc::clone(&storage.clock),
                entropy: Arc::clone(&storage.entropy),
                max_bytes,
                // The first image asks how much earlier processes have left.
                written_since_trim: AtomicU64::new(max_bytes / TRIM_PARTS),
                is_trimming: AtomicBool::new(false),
            }),
        }
    }
}

#[async_trait::async_trait]
impl PreviewCache for EncryptedPreviews {
    async fn find(&self, tenant: &Tenant, key: PageImageKey) -> Option<Bytes> {
        match self.inner.find(tenant, key).await {
            Ok(image) => image,
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "page image cannot be read"
                );
                None
            }
        }
    }

    async fn keep(&self, tenant: &Tenant, key: PageImageKey, image: Bytes) {
        if image.len() > MAX_IMAGE_BYTES {
            return;
        }
        let bytes = image.len() as u64;
        if let Err(error) = self.inner.keep(tenant, key, image).await {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "page image cannot be kept"
            );
            return;
        }
        let written = self
            .inner
            .written_since_trim
            .fetch_add(bytes, Ordering::Relaxed)
            .saturating_add(bytes);
        if written > self.inner.max_bytes / TRIM_PARTS && !self.inner.is_trimming.swap(true, Ordering::AcqRel)
        {
            let inner = Arc::clone(&self.inner);
            tokio::spawn(async move {
                inner.written_since_trim.store(0, Ordering::Relaxed);
                if let Err(error) = inner.trim().await {
                    tracing::warn!(
                        error = &error as &dyn std::error::Error,
                        "page images cannot be trimmed"
                    );
                }
                inner.is_trimming.store(false, Ordering::Release);
            });
        }
    }
}

/// Where an image stands and what its encryption authenticates.
struct Place {
    path: Path,
    name: Vec<u8>,
    secret: SecretBox<[u8; 32]>,
}

impl Inner {
    async fn find(&self, tenant: &Tenant, key: PageImageKey) -> Result<Option<Bytes>, StorageError> {
        let place = self.place(tenant, key).await?;
        let answer = match self.backend.volatile.get(&place.path).await {
            Ok(answer) => answer,
            Err(object_store::Error::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(super::unavailable(error)),
        };
        if answer.meta.size > (MAX_IMAGE_BYTES * 2) as u64 {
            return Err(StorageError::Tampered);
        }
        let mut salted = Vec::from(answer.bytes().await.map_err(super::unavailable)?);
        if salted.len() < SALT_BYTES {
            return Err(StorageError::Tampered);
        }
        let sealed = salted.split_off(SALT_BYTES);
        let key = image_key(&place.secret, &salted)?;
        let layout = Layout::of_sealed(sealed.len() as u64).ok_or(StorageError::Tampered)?;
        let window = layout.whole().ok_or(StorageError::Tampered)?;
        let cipher = cipher(&key).map_err(refused)?;
        let image = chunks::open(&cipher, &place.name, layout, &window, sealed);
        image
            .map(|image| Some(Bytes::from(image)))
            .map_err(|chunks::Forged| StorageError::Tampered)
    }

    async fn keep(&self, tenant: &Tenant, key: PageImageKey, image: Bytes) -> Result<(), StorageError> {
        let place = self.place(tenant, key).await?;
        let mut object = vec![0_u8; SALT_BYTES];
        self.entropy.fill(&mut object);
        let key = image_key(&place.secret, &object)?;
        object.extend_from_slice(&chunks::seal(&key, &place.name, &image).map_err(refused)?);
        let put = self.backend.volatile.put(&place.path, PutPayload::from(object));
        put.await.map(drop).map_err(super::unavailable)
    }

    async fn place(&self, tenant: &Tenant, key: PageImageKey) -> Result<Place, StorageError> {
        let secret = self
            .keys
            .derive(KeyPurpose::Preview)
            .await
            .map_err(StorageError::Key)?;
        let organization_id = tenant.organization_id();
        let mut name = b"akashi preview v1\0".to_vec();
        name.extend_from_slice(organization_id.as_uuid().as_bytes());
        name.extend_from_slice(key.revision_sha256.as_bytes());
        name.extend_from_slice(&key.page.to_be_bytes());
        name.extend_from_slice(&key.width_px.to_be_bytes());
        let naming_key = derive(secret.expose_secret(), &[], &[b"name"]).map_err(refused)?;
        let naming_key = hmac::Key::new(hmac::HMAC_SHA256, naming_key.expose_secret());
        let hash = hex::encode(hmac::sign(&naming_key, &name));
        let shard = hash.get(..2).unwrap_or_default();
        let path = Path::from_iter([PREVIEWS, &organization_id.to_string(), shard, &hash]);
        Ok(Place { path, name, secret })
    }

    /// Removes the oldest images until seven eighths of the bound are left.
    async fn trim(&self) -> Result<(), StorageError> {
        // A write takes milliseconds; what is a minute old and has no name was broken off.
        let now = self.clock.now();
        let stale_before = now
            .checked_sub(jiff::SignedDuration::from_mins(1))
            .unwrap_or(UtcTime::MIN);
        let mut images: Vec<_> = sweep::list(&self.backend, PREVIEWS, stale_before)
            .try_collect()
            .await?;
        let mut total = images
            .iter()
            .fold(0_u64, |sum, image| sum.saturating_add(image.bytes));
        if total <= self.max_bytes {
            return Ok(());
        }
        let target = self.max_bytes / 8 * 7;
        images.sort_by_key(|image| image.written_at);
        let mut oldest = VecDeque::from(images);
        while total > target
            && let Some(image) = oldest.pop_front()
        {
            match self.backend.volatile.delete(&image.path).await {
                Ok(()) | Err(object_store::Error::NotFound { .. }) => {
                    total = total.saturating_sub(image.bytes);
                }
                Err(error) => return Err(super::unavailable(error)),
            }
        }
        Ok(())
    }
}

fn image_key(secret: &SecretBox<[u8; 32]>, salt: &[u8]) -> Result<SecretBox<[u8; 32]>, StorageError> {
    derive(secret.expose_secret(), salt, &[b"image"]).map_err(refused)
}

fn refused(error: crate::crypto::Refused) -> StorageError {
    StorageError::Unavailable(Box::new(error))
}
