//! The storage in a folder and on a real S3 server: the suites, and what a thief or a broken disk may do.

use std::fs;
use std::path::{Path as FilePath, PathBuf};
use std::time::Duration;

use akashi_app::ports::{KeyError, PageImageKey, PreviewCache as _, SegmentSweep as _};
use akashi_domain::UtcTime;
use akashi_testkit::conformance::segments::{preview_suite, sample, suite, tenant};
use akashi_testkit::fakes::{FrozenClock, MemoryKeys, SeededEntropy};
use futures_util::TryStreamExt as _;

use super::*;
use crate::test_servers::S3Server;

const CHUNK: usize = 64 * 1024;
const SEALED: usize = CHUNK + 16;

struct Bench {
    _folder: tempfile::TempDir,
    root: PathBuf,
    storage: EncryptedStorage,
}

fn bench() -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("objects");
    let storage = open(&Location::Folder { path: root.clone() });
    Bench {
        _folder: folder,
        root,
        storage,
    }
}

fn open(location: &Location) -> EncryptedStorage {
    EncryptedStorage {
        backend: Backend::open(location).unwrap(),
        keys: Arc::new(MemoryKeys),
        clock: Arc::new(FrozenClock::default()),
        entropy: Arc::new(SeededEntropy::new(11)),
    }
}

impl Bench {
    fn file_of(&self, record: &SegmentRecord) -> PathBuf {
        self.root
            .join(object_path(tenant(1).organization_id(), record.segment_id).as_ref())
    }

    async fn read(&self, record: &SegmentRecord) -> Result<Bytes, StorageError> {
        self.storage.read(&tenant(1), record, 0, record.byte_length).await
    }
}

fn files_below(folder: &FilePath) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(files_below(&path));
        } else {
            files.push(path);
        }
    }
    files
}

#[tokio::test]
async fn a_folder_conforms() {
    let bench = bench();
    suite(&bench.storage).await;
    preview_suite(&EncryptedPreviews::beside(&bench.storage, 1 << 20)).await;
    assert!(!bench.root.join("checks").exists() || files_below(&bench.root.join("checks")).is_empty());
}

#[tokio::test]
async fn a_real_s3_server_conforms() {
    let server = S3Server::start();
    let storage = open(&Location::S3(server.settings()));
    suite(&storage).await;
    preview_suite(&EncryptedPreviews::beside(&storage, 1 << 20)).await;

    let record = storage.put(&tenant(1), sample(3 * CHUNK)).await.unwrap();
    let path = object_path(tenant(1).organization_id(), record.segment_id);
    let sealed = storage
        .backend
        .durable
        .get(&path)
        .await
        .unwrap()
        .bytes()
        .await
        .unwrap();
    assert_eq!(record.cipher_sha256, sha256(&sealed));
    for cut in [0, SEALED, 2 * SEALED, sealed.len() - 1] {
        storage
            .backend
            .durable
            .put(&path, PutPayload::from(sealed.slice(..cut)))
            .await
            .unwrap();
        for (offset, length) in [(0, 10), (3 * CHUNK as u64 - 10, 10), (0, record.byte_length)] {
            let read = storage.read(&tenant(1), &record, offset, length).await;
            assert!(
                matches!(read, Err(StorageError::Tampered)),
                "cut to {cut}, read {length} at {offset}: {read:?}"
            );
        }
    }
}

#[tokio::test]
async fn an_s3_server_that_is_gone_is_named_so() {
    let server = S3Server::start();
    let mut settings = server.settings();
    settings.timeout_ms = 1_500;
    let storage = open(&Location::S3(settings));
    let record = storage.put(&tenant(1), sample(10)).await.unwrap();
    drop(server);
    assert!(matches!(
        storage.put(&tenant(1), sample(10)).await,
        Err(StorageError::Unavailable(_))
    ));
    assert!(matches!(
        storage.read(&tenant(1), &record, 0, 1).await,
        Err(StorageError::Unavailable(_))
    ));
    assert!(matches!(storage.check().await, Err(StorageError::Unavailable(_))));
}

#[tokio::test]
async fn nothing_is_readable_in_the_folder() {
    let bench = bench();
    let secret = b"secret of the contract".repeat(5_000);
    let record = bench.storage.put(&tenant(1), Bytes::from(secret)).await.unwrap();
    let stored = fs::read(bench.file_of(&record)).unwrap();
    assert!(!stored.windows(6).any(|window| window == b"secret"));
    assert_eq!(record.cipher_sha256, sha256(&stored));
    assert_eq!(record.byte_length + 2 * 16, stored.len() as u64);
}

#[tokio::test]
async fn changed_cut_and_longer_objects_are_noticed() {
    let bench = bench();
    let record = bench
        .storage
        .put(&tenant(1), sample(2 * CHUNK + 5))
        .await
        .unwrap();
    let file = bench.file_of(&record);
    let stored = fs::read(&file).unwrap();
    let mut forgeries: Vec<Vec<u8>> = Vec::new();
    for index in [0, SEALED - 1, SEALED, 2 * SEALED, stored.len() - 1] {
        let mut changed = stored.clone();
        changed[index] ^= 0x40;
        forgeries.push(changed);
    }
    for cut in [0, 1, SEALED, 2 * SEALED, stored.len() - 1] {
        forgeries.push(stored[..cut].to_vec());
    }
    forgeries.push([stored.as_slice(), b"x"].concat());
    forgeries.push(
        [
            &stored[SEALED..2 * SEALED],
            &stored[..SEALED],
            &stored[2 * SEALED..],
        ]
        .concat(),
    );
    forgeries.push([&stored[..SEALED], &stored[..SEALED], &stored[2 * SEALED..]].concat());
    for (number, forgery) in forgeries.into_iter().enumerate() {
        fs::write(&file, forgery).unwrap();
        let read = bench.read(&record).await;
        assert!(
            matches!(read, Err(StorageError::Tampered)),
            "forgery {number}: {read:?}"
        );
    }
    fs::write(&file, stored).unwrap();
    assert_eq!(bench.read(&record).await.unwrap(), sample(2 * CHUNK + 5));
}

#[tokio::test]
async fn an_intact_chunk_is_readable_beside_a_broken_one() {
    let bench = bench();
    let record = bench.storage.put(&tenant(1), sample(3 * CHUNK)).await.unwrap();
    let mut stored = fs::read(bench.file_of(&record)).unwrap();
    stored[SEALED + 100] ^= 1;
    fs::write(bench.file_of(&record), stored).unwrap();
    let read = async |offset: usize, length: u64| {
        bench
            .storage
            .read(&tenant(1), &record, offset as u64, length)
            .await
    };
    assert_eq!(
        read(5, 10).await.unwrap(),
        sample(3 * CHUNK).slice(5..15),
        "only the needed chunks are fetched"
    );
    assert!(matches!(read(CHUNK - 5, 10).await, Err(StorageError::Tampered)));
    assert!(read(2 * CHUNK, 10).await.is_ok());
}

#[tokio::test]
async fn objects_put_in_each_others_place_are_noticed() {
    let bench = bench();
    let first = bench.storage.put(&tenant(1), sample(100)).await.unwrap();
    let second = bench.storage.put(&tenant(1), sample(100)).await.unwrap();
    let foreign = bench.storage.put(&tenant(2), sample(100)).await.unwrap();
    let foreign_file = bench
        .root
        .join(object_path(tenant(2).organization_id(), foreign.segment_id).as_ref());
    let own = fs::read(bench.file_of(&first)).unwrap();
    for other in [bench.file_of(&second), foreign_file] {
        fs::copy(other, bench.file_of(&first)).unwrap();
        assert!(matches!(bench.read(&first).await, Err(StorageError::Tampered)));
    }
    fs::write(bench.file_of(&first), own).unwrap();

    // Even with the other object's key and bytes the name does not fit.
    let mut disguised = second.clone();
    disguised.segment_id = first.segment_id;
    fs::copy(bench.file_of(&second), bench.file_of(&first)).unwrap();
    assert!(matches!(
        bench.read(&disguised).await,
        Err(StorageError::Key(KeyError::Damaged))
    ));
}

#[tokio::test]
async fn a_broken_off_write_is_swept_and_never_seen() {
    let bench = bench();
    let record = bench.storage.put(&tenant(1), sample(10)).await.unwrap();
    let left = PathBuf::from(format!("{}#1", bench.file_of(&record).display()));
    fs::write(&left, b"half").unwrap();
    let now = fs::metadata(bench.file_of(&record)).unwrap().modified().unwrap();
    let old = now - Duration::from_hours(1);
    fs::File::options()
        .write(true)
        .open(&left)
        .unwrap()
        .set_modified(old)
        .unwrap();
    let young = PathBuf::from(format!("{}#2", bench.file_of(&record).display()));
    fs::write(&young, b"half").unwrap();
    let foreign = bench.root.join("segments").join("readme.txt");
    fs::write(foreign, b"not ours").unwrap();

    let before = UtcTime::try_from(now - Duration::from_mins(1)).unwrap();
    let found: Vec<_> = bench.storage.older_than(before).try_collect().await.unwrap();
    assert_eq!(found, []);
    assert!(!left.exists(), "the old remains are gone");
    assert!(young.exists(), "somebody may still be writing");
    assert_eq!(bench.read(&record).await.unwrap(), sample(10));
}

#[tokio::test]
async fn sweeping_an_empty_storage_finds_nothing() {
    let bench = bench();
    let found: Vec<_> = bench
        .storage
        .older_than(UtcTime::MAX)
        .try_collect()
        .await
        .unwrap();
    assert_eq!(found, []);
}

#[tokio::test]
async fn page_images_are_encrypted_and_forgeries_count_as_absent() {
    let bench = bench();
    let previews = EncryptedPreviews::beside(&bench.storage, 1 << 20);
    let key = PageImageKey {
        revision_sha256: Digest32::new([9; 32]),
        page: 2,
        width_px: 800,
    };
    previews
        .keep(&tenant(1), key, Bytes::from(b"picture ".repeat(9_000)))
        .await;
    let [file] = &files_below(&bench.root.join("previews"))[..] else {
        panic!("one image, one file")
    };
    let stored = fs::read(file).unwrap();
    assert!(!stored.windows(7).any(|window| window == b"picture"));
    assert!(
        !file
            .display()
            .to_string()
            .contains(&Digest32::new([9; 32]).to_string()[..8]),
        "the name is a keyed hash"
    );
    for index in [0, 31, 32, stored.len() - 1] {
        let mut changed = stored.clone();
        changed[index] ^= 1;
        fs::write(file, changed).unwrap();
        assert_eq!(previews.find(&tenant(1), key).await, None, "byte {index}");
    }
    for cut in [0, 10, 32, 40, stored.len() - 1] {
        fs::write(file, &stored[..cut]).unwrap();
        assert_eq!(previews.find(&tenant(1), key).await, None, "cut to {cut}");
    }
    fs::write(file, stored).unwrap();
    assert!(previews.find(&tenant(1), key).await.is_some());
}

#[tokio::test]
async fn page_images_keep_within_their_bound() {
    let bench = bench();
    let bound = 100_000;
    let previews = EncryptedPreviews::beside(&bench.storage, bound);
    for page in 0..60 {
        let key = PageImageKey {
            revision_sha256: Digest32::new([9; 32]),
            page,
            width_px: 800,
        };
        previews.keep(&tenant(1), key, sample(5_000)).await;
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let size = || {
        files_below(&bench.root.join("previews"))
            .iter()
            .map(|file| fs::metadata(file).unwrap().len())
            .sum::<u64>()
    };
    for _ in 0..100 {
        if size() <= bound + bound / 16 + 6_000 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert!(size() <= bound + bound / 16 + 6_000, "{} bytes are left", size());
    let newest = PageImageKey {
        revision_sha256: Digest32::new([9; 32]),
        page: 59,
        width_px: 800,
    };
    assert!(
        previews.find(&tenant(1), newest).await.is_some(),
        "the newest stays"
    );
    let oldest = PageImageKey { page: 0, ..newest };
    assert!(
        previews.find(&tenant(1), oldest).await.is_none(),
        "the oldest went"
    );

    previews.keep(&tenant(1), oldest, sample(9 * 1024 * 1024)).await;
    assert!(
        previews.find(&tenant(1), oldest).await.is_none(),
        "an image above the limit is not kept"
    );
}
