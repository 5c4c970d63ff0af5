//! Object storage in memory.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use akashi_app::ports::{
    Clock, Entropy, PageImageKey, PreviewCache, SegmentRecord, SegmentStorage, SegmentSweep, StorageError,
    Tenant, WrappedKey,
};
use akashi_domain::{Digest32, OrganizationId, SegmentId, UtcTime};
use bytes::Bytes;
use futures_util::StreamExt as _;
use futures_util::stream::{self, BoxStream};
use sha2::{Digest as _, Sha256};

/// Objects in memory, in the clear, with faults on order.
pub struct MemorySegments {
    clock: Arc<dyn Clock>,
    entropy: Arc<dyn Entropy>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    objects: BTreeMap<(OrganizationId, SegmentId), Object>,
    previews: BTreeMap<(OrganizationId, Digest32, u32, u32), Bytes>,
    failing_puts: u32,
    lost_answers: u32,
    failing_reads: u32,
}

struct Object {
    plain: Bytes,
    written_at: UtcTime,
    is_tampered: bool,
}

impl std::fmt::Debug for MemorySegments {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MemorySegments")
            .field("objects", &self.state().objects.len())
            .finish_non_exhaustive()
    }
}

impl MemorySegments {
    /// An empty storage.
    pub fn new(clock: Arc<dyn Clock>, entropy: Arc<dyn Entropy>) -> Self {
        Self {
            clock,
            entropy,
            state: Mutex::default(),
        }
    }

    /// The next `count` writes fail and store nothing.
    pub fn fail_puts(&self, count: u32) {
        self.state().failing_puts = count;
    }

    /// The next `count` writes fail although they stored the object: the answer was lost.
    pub fn lose_answers_of_puts(&self, count: u32) {
        self.state().lost_answers = count;
    }

    /// The next `count` reads fail.
    pub fn fail_reads(&self, count: u32) {
        self.state().failing_reads = count;
    }

    /// From now on the object does not authenticate.
    pub fn tamper(&self, segment_id: SegmentId) {
        for ((_, id), object) in &mut self.state().objects {
            object.is_tampered |= *id == segment_id;
        }
    }

    /// The object authenticates again.
    pub fn mend(&self, segment_id: SegmentId) {
        for ((_, id), object) in &mut self.state().objects {
            object.is_tampered &= *id != segment_id;
        }
    }

    /// Flips a bit of an object in a way that its encryption does not notice, as somebody could who has the keys.
    /// Done twice, it is as before.
    pub fn forge(&self, segment_id: SegmentId) {
        for ((_, id), object) in &mut self.state().objects {
            if *id == segment_id {
                let mut bytes = object.plain.to_vec();
                if let Some(last) = bytes.last_mut() {
                    *last ^= 1;
                }
                object.plain = bytes.into();
            }
        }
    }

    /// The ids of all objects.
    pub fn segment_ids(&self) -> Vec<SegmentId> {
        self.state()
            .objects
            .keys()
            .map(|(_, segment_id)| *segment_id)
            .collect()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn broken() -> StorageError {
    StorageError::Unavailable("broken by order of the test".into())
}

fn take(count: &mut u32) -> bool {
    let is_due = *count > 0;
    *count = count.saturating_sub(1);
    is_due
}

fn sha256(bytes: &[u8]) -> Digest32 {
    Digest32::new(Sha256::digest(bytes).into())
}

#[async_trait::async_trait]
impl SegmentStorage for MemorySegments {
    async fn put(&self, tenant: &Tenant, plain: Bytes) -> Result<SegmentRecord, StorageError> {
        let now = self.clock.now();
        let mut random = [0_u8; 10];
        self.entropy.fill(&mut random);
        let segment_id =
            SegmentId::from_parts(u64::try_from(now.as_millisecond()).unwrap_or_default(), random);
        let mut state = self.state();
        if take(&mut state.failing_puts) {
            return Err(broken());
        }
        let record = SegmentRecord {
            segment_id,
            wrapped_key: WrappedKey {
                key_id: "kek_test".to_owned(),
                bytes: segment_id.as_uuid().as_bytes().to_vec(),
            },
            byte_length: plain.len() as u64,
            plain_sha256: sha256(&plain),
            cipher_sha256: sha256(&[b"stored ", plain.as_ref()].concat()),
            hash_state: None,
        };
        let object = Object {
            plain,
            written_at: now,
            is_tampered: false,
        };
        state
            .objects
            .insert((tenant.organization_id(), segment_id), object);
        if take(&mut state.lost_answers) {
            Err(broken())
        } else {
            Ok(record)
        }
    }

    async fn read(
        &self,
        tenant: &Tenant,
        record: &SegmentRecord,
        offset: u64,
        length: u64,
    ) -> Result<Bytes, StorageError> {
        let end = offset
            .checked_add(length)
            .filter(|end| *end <= record.byte_length)
            .ok_or(StorageError::Range)?;
        let mut state = self.state();
        if take(&mut state.failing_reads) {
            return Err(broken());
        }
        if record.wrapped_key.bytes != record.segment_id.as_uuid().as_bytes() {
            return Err(StorageError::Key(akashi_app::ports::KeyError::Damaged));
        }
        let key = (tenant.organization_id(), record.segment_id);
        let object = state.objects.get(&key).ok_or(StorageError::Missing)?;
        if object.is_tampered || object.plain.len() as u64 != record.byte_length {
            return Err(StorageError::Tampered);
        }
        let range = usize::try_from(offset)
            .ok()
            .zip(usize::try_from(end).ok())
            .ok_or(StorageError::Range)?;
        Ok(object.plain.slice(range.0..range.1))
    }

    async fn remove(&self, tenant: &Tenant, segment_id: SegmentId) -> Result<(), StorageError> {
        self.state()
            .objects
            .remove(&(tenant.organization_id(), segment_id));
        Ok(())
    }

    async fn check(&self) -> Result<(), StorageError> {
        let mut state = self.state();
        if take(&mut state.failing_puts) || take(&mut state.failing_reads) {
            Err(broken())
        } else {
            Ok(())
        }
    }
}

impl SegmentSweep for MemorySegments {
    fn older_than(&self, before: UtcTime) -> BoxStream<'_, Result<(Tenant, SegmentId), StorageError>> {
        let old: Vec<_> = self
            .state()
            .objects
            .iter()
            .filter(|(_, object)| object.written_at < before)
            .map(|((organization_id, segment_id), _)| {
                Ok((
                    Tenant::dangerous_without_authentication(*organization_id),
                    *segment_id,
                ))
            })
            .collect();
        stream::iter(old).boxed()
    }
}

#[async_trait::async_trait]
impl PreviewCache for MemorySegments {
    async fn find(&self, tenant: &Tenant, key: PageImageKey) -> Option<Bytes> {
        let key = (
            tenant.organization_id(),
            key.revision_sha256,
            key.page,
            key.width_px,
        );
        self.state().previews.get(&key).cloned()
    }

    async fn keep(&self, tenant: &Tenant, key: PageImageKey, image: Bytes) {
        let key = (
            tenant.organization_id(),
            key.revision_sha256,
            key.page,
            key.width_px,
        );
        self.state().previews.insert(key, image);
    }
}
