//! Stored objects: encrypted, immutable, under random names.

use akashi_domain::{Digest32, SegmentId, UtcTime};
use bytes::Bytes;
use futures_util::stream::BoxStream;

use super::{Tenant, WrappedKey};

/// SHA-256 in the middle of a file, at a 64-byte boundary (FIPS 180-4, 6.2.2), so that the digest of a later
/// revision needs only the new bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct HashState {
    /// The eight chaining words.
    pub words: [u32; 8],
    /// Bytes hashed so far, a multiple of 64.
    pub hashed_bytes: u64,
}

/// What must be known to read a stored segment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SegmentRecord {
    /// Its random id; its name in the storage and part of what its encryption authenticates.
    pub segment_id: SegmentId,
    /// Its own data key, wrapped.
    pub wrapped_key: WrappedKey,
    /// Length in the clear.
    pub byte_length: u64,
    /// SHA-256 in the clear.
    pub plain_sha256: Digest32,
    /// SHA-256 of the stored object.
    pub cipher_sha256: Digest32,
    /// The state of the file's SHA-256 at the last 64-byte boundary before the end of this segment, where
    /// the segment belongs to a document.
    pub hash_state: Option<HashState>,
}

/// Why an object could not be stored or read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StorageError {
    /// The storage cannot be reached or answered with an error. Try again.
    #[error("storage is not available")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// The object is not there.
    #[error("stored object is missing")]
    Missing,
    /// The object is not what was stored: authentication failed.
    #[error("stored object was changed")]
    Tampered,
    /// The range asked for reaches beyond the object.
    #[error("range reaches beyond the stored object")]
    Range,
    /// The data key cannot be unwrapped.
    #[error("data key of the stored object cannot be used")]
    Key(#[source] super::KeyError),
}

/// Encrypted object storage.
///
/// Each object has its own data key (AES-256-GCM in chunks of 64 KiB, the organization, object id and chunk
/// number authenticated), so that ranges can be read and deleting a key deletes the object.
#[async_trait::async_trait]
pub trait SegmentStorage: Send + Sync {
    /// Stores a new object under a new random id with a new key. Durable when it returns. Every attempt makes
    /// another object: one that no row comes to name is removed by the sweeper.
    async fn put(&self, tenant: &Tenant, plain: Bytes) -> Result<SegmentRecord, StorageError>;

    /// Reads `length` bytes from `offset`. Every byte returned was authenticated.
    async fn read(
        &self,
        tenant: &Tenant,
        record: &SegmentRecord,
        offset: u64,
        length: u64,
    ) -> Result<Bytes, StorageError>;

    /// Removes an object. Removing what is not there succeeds.
    async fn remove(&self, tenant: &Tenant, segment_id: SegmentId) -> Result<(), StorageError>;

    /// Writes, reads and removes a small object; for doctor and readiness.
    async fn check(&self) -> Result<(), StorageError>;
}

/// Finding objects that nobody names.
pub trait SegmentSweep: Send + Sync {
    /// Objects last written before `before`, with the tenant in whose folder they lie, in no particular order.
    /// A stream, since an installation holds millions of objects and nearly all of them are named: the sweeper
    /// takes some hundred at a time. Remains of writes that were broken off before then are removed on the way.
    fn older_than(&self, before: UtcTime) -> BoxStream<'_, Result<(Tenant, SegmentId), StorageError>>;
}

/// Names the image of one page of one revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct PageImageKey {
    /// SHA-256 of the revision.
    pub revision_sha256: Digest32,
    /// The page, from 0.
    pub page: u32,
    /// Width in pixels.
    pub width_px: u32,
}

/// Page images that were drawn before, encrypted. Losing them costs time only; failures are logged and
/// count as absent.
#[async_trait::async_trait]
pub trait PreviewCache: Send + Sync {
    /// The image, if it is there and intact.
    async fn find(&self, tenant: &Tenant, key: PageImageKey) -> Option<Bytes>;
    /// Keeps an image.
    async fn keep(&self, tenant: &Tenant, key: PageImageKey, image: Bytes);
}
