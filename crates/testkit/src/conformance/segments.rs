//! What every [`SegmentStorage`], [`SegmentSweep`] and [`PreviewCache`] must do.

use akashi_app::ports::{PageImageKey, PreviewCache, SegmentStorage, SegmentSweep, StorageError, Tenant};
use akashi_domain::{Digest32, OrganizationId, SegmentId, UtcTime};
use bytes::Bytes;
use futures_util::TryStreamExt as _;
use sha2::{Digest as _, Sha256};

/// Runs all checks of a storage and its sweep.
pub async fn suite<S: SegmentStorage + SegmentSweep>(storage: &S) {
    storage.check().await.expect("the storage is well");
    what_was_put_is_read(storage).await;
    ranges_are_bounded(storage).await;
    every_put_makes_another_object(storage).await;
    tenants_do_not_see_one_another(storage).await;
    removing_is_final_and_repeatable(storage).await;
    the_sweep_finds_what_is_old(storage).await;
}

/// Runs all checks of a cache.
pub async fn preview_suite(cache: &dyn PreviewCache) {
    let key = PageImageKey {
        revision_sha256: Digest32::new([3; 32]),
        page: 0,
        width_px: 390,
    };
    assert_eq!(cache.find(&tenant(1), key).await, None);
    cache.keep(&tenant(1), key, Bytes::from_static(b"first")).await;
    assert_eq!(
        cache.find(&tenant(1), key).await.as_deref(),
        Some(b"first".as_slice())
    );
    assert_eq!(cache.find(&tenant(2), key).await, None, "another tenant's");
    assert_eq!(
        cache.find(&tenant(1), PageImageKey { page: 1, ..key }).await,
        None,
        "another page"
    );
    assert_eq!(
        cache
            .find(&tenant(1), PageImageKey { width_px: 391, ..key })
            .await,
        None,
        "another width"
    );
    let other = PageImageKey {
        revision_sha256: Digest32::new([4; 32]),
        ..key
    };
    assert_eq!(cache.find(&tenant(1), other).await, None, "another revision");
    cache.keep(&tenant(1), key, Bytes::from_static(b"second")).await;
    assert_eq!(
        cache.find(&tenant(1), key).await.as_deref(),
        Some(b"second".as_slice()),
        "the newer one"
    );
}

/// A tenant of tests.
pub fn tenant(number: u8) -> Tenant {
    Tenant::dangerous_without_authentication(OrganizationId::from_parts(1_763_800_000_000, [number; 10]))
}

/// Bytes that differ from place to place.
pub fn sample(length: usize) -> Bytes {
    (0..length)
        .map(|index| u8::try_from((index * 31 + index / 256) % 251).unwrap_or_default())
        .collect()
}

async fn what_was_put_is_read(storage: &impl SegmentStorage) {
    for length in [0, 1, 1000, 65_535, 65_536, 65_537, 300_000] {
        let plain = sample(length);
        let record = storage.put(&tenant(1), plain.clone()).await.expect("is stored");
        assert_eq!(record.byte_length, length as u64);
        assert_eq!(record.plain_sha256, Digest32::new(Sha256::digest(&plain).into()));
        assert_eq!(record.hash_state, None, "the caller's to fill");
        let read = storage
            .read(&tenant(1), &record, 0, length as u64)
            .await
            .expect("is read");
        assert_eq!(read, plain, "{length} bytes");
        for (offset, wanted) in [
            (0, 1),
            (length / 2, 10),
            (length.saturating_sub(1), 1),
            (65_530, 12),
            (length, 0),
        ] {
            if offset + wanted <= length {
                let read = storage
                    .read(&tenant(1), &record, offset as u64, wanted as u64)
                    .await
                    .expect("is read");
                assert_eq!(
                    read,
                    plain.slice(offset..offset + wanted),
                    "{wanted} at {offset} of {length}"
                );
            }
        }
    }
}

async fn ranges_are_bounded(storage: &impl SegmentStorage) {
    let record = storage.put(&tenant(1), sample(100)).await.expect("is stored");
    for (offset, length) in [(0, 101), (100, 1), (101, 0), (u64::MAX, 1), (1, u64::MAX)] {
        let result = storage.read(&tenant(1), &record, offset, length).await;
        assert!(matches!(result, Err(StorageError::Range)), "{length} at {offset}");
    }
}

async fn every_put_makes_another_object(storage: &impl SegmentStorage) {
    let first = storage.put(&tenant(1), sample(10)).await.expect("is stored");
    let second = storage.put(&tenant(1), sample(10)).await.expect("is stored");
    assert_ne!(first.segment_id, second.segment_id);
    assert_ne!(first.wrapped_key, second.wrapped_key, "each has a key of its own");
    let mut swapped = first.clone();
    swapped.wrapped_key = second.wrapped_key;
    let result = storage.read(&tenant(1), &swapped, 0, 10).await;
    assert!(
        matches!(result, Err(StorageError::Key(_) | StorageError::Tampered)),
        "a key opens its object alone"
    );
}

async fn tenants_do_not_see_one_another(storage: &impl SegmentStorage) {
    let record = storage.put(&tenant(1), sample(10)).await.expect("is stored");
    assert!(storage.read(&tenant(2), &record, 0, 10).await.is_err());
    storage
        .remove(&tenant(2), record.segment_id)
        .await
        .expect("removing nothing succeeds");
    assert!(
        storage.read(&tenant(1), &record, 0, 10).await.is_ok(),
        "another tenant cannot remove it"
    );
}

async fn removing_is_final_and_repeatable(storage: &impl SegmentStorage) {
    let record = storage.put(&tenant(1), sample(10)).await.expect("is stored");
    storage
        .remove(&tenant(1), record.segment_id)
        .await
        .expect("is removed");
    assert!(matches!(
        storage.read(&tenant(1), &record, 0, 10).await,
        Err(StorageError::Missing)
    ));
    storage
        .remove(&tenant(1), record.segment_id)
        .await
        .expect("removing twice succeeds");
}

async fn the_sweep_finds_what_is_old<S: SegmentStorage + SegmentSweep>(storage: &S) {
    let record = storage.put(&tenant(9), sample(10)).await.expect("is stored");
    let of_tenant = async |before: &str| -> Vec<SegmentId> {
        let before: UtcTime = before.parse().expect("a time");
        let all: Vec<_> = storage.older_than(before).try_collect().await.expect("lists");
        all.into_iter()
            .filter(|(owner, _)| *owner == tenant(9))
            .map(|(_, segment_id)| segment_id)
            .collect()
    };
    assert_eq!(of_tenant("2100-01-01T00:00:00Z").await, [record.segment_id]);
    assert_eq!(of_tenant("2001-01-01T00:00:00Z").await, []);
    storage
        .remove(&tenant(9), record.segment_id)
        .await
        .expect("is removed");
    assert_eq!(of_tenant("2100-01-01T00:00:00Z").await, []);
}
