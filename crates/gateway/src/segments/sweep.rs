//! Finding old objects, for the sweeper and for the bound of the page images.

use std::fs;
use std::path::{Path as FilePath, PathBuf};
use std::time::SystemTime;

use akashi_app::ports::{SegmentSweep, StorageError, Tenant};
use akashi_domain::{OrganizationId, SegmentId, UtcTime};
use futures_util::stream::{self, BoxStream};
use futures_util::{StreamExt as _, TryStreamExt as _};
use object_store::ObjectStore as _;
use object_store::path::Path;
use tokio::sync::mpsc;

use super::settings::Backend;
use super::{EncryptedStorage, SEGMENTS, unavailable};

/// An object as a listing shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listed {
    /// Its name.
    pub(super) path: Path,
    /// Its length in bytes.
    pub(super) bytes: u64,
    /// When it was last written.
    pub(super) written_at: UtcTime,
}

impl SegmentSweep for EncryptedStorage {
    fn older_than(&self, before: UtcTime) -> BoxStream<'_, Result<(Tenant, SegmentId), StorageError>> {
        list(&self.backend, SEGMENTS, before)
            .try_filter_map(move |listed| async move {
                let is_old = listed.written_at < before;
                Ok(is_old.then(|| named_by(&listed.path)).flatten())
            })
            .boxed()
    }
}

/// The objects below `folder`. In a folder of this machine, what broken-off writes left before `stale_before`
/// is removed on the way; nobody else would ever find it.
pub(super) fn list(
    backend: &Backend,
    folder: &'static str,
    stale_before: UtcTime,
) -> BoxStream<'static, Result<Listed, StorageError>> {
    let Some(root) = backend.folder.clone() else {
        return backend
            .durable
            .list(Some(&Path::from(folder)))
            .map_err(unavailable)
            .try_filter_map(|meta| async move {
                let written_at = UtcTime::from_millisecond(meta.last_modified.timestamp_millis()).ok();
                Ok(written_at.map(|written_at| Listed {
                    path: meta.location,
                    bytes: meta.size,
                    written_at,
                }))
            })
            .boxed();
    };
    let (sender, receiver) = mpsc::channel(256);
    tokio::task::spawn_blocking(move || {
        let stale_before = SystemTime::from(stale_before);
        let walk = Walk {
            root: &root,
            stale_before,
            sender: &sender,
        };
        if let Err(Stop::Failed(source)) = walk.folder(&root.join(folder)) {
            // If the reader is gone, nobody wants to know.
            let _ = sender.blocking_send(Err(StorageError::Unavailable(Box::new(source))));
        }
    });
    stream::unfold(receiver, |mut receiver| async move {
        receiver.recv().await.map(|item| (item, receiver))
    })
    .boxed()
}

/// The tenant and segment that an object's name tells; `None` for what we did not write.
fn named_by(path: &Path) -> Option<(Tenant, SegmentId)> {
    let mut parts = path.parts().skip(1);
    let organization_id = OrganizationId::parse(parts.next()?.as_ref()).ok()?;
    let segment_id = SegmentId::parse(parts.nth(1)?.as_ref()).ok()?;
    Some((
        Tenant::dangerous_without_authentication(organization_id),
        segment_id,
    ))
}

struct Walk<'a> {
    root: &'a FilePath,
    stale_before: SystemTime,
    sender: &'a mpsc::Sender<Result<Listed, StorageError>>,
}

enum Stop {
    ReaderGone,
    Failed(std::io::Error),
}

impl From<std::io::Error> for Stop {
    fn from(error: std::io::Error) -> Self {
        Self::Failed(error)
    }
}

impl Walk<'_> {
    fn folder(&self, folder: &FilePath) -> Result<(), Stop> {
        let entries = match fs::read_dir(folder) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        for entry in entries {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                self.folder(&entry.path())?;
            } else {
                self.file(&entry.path())?;
            }
        }
        Ok(())
    }

    fn file(&self, path: &PathBuf) -> Result<(), Stop> {
        let metadata = match fs::metadata(path) {
            Ok(metadata) => metadata,
            // Removed between listing and looking.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(error.into()),
        };
        let modified = metadata.modified()?;
        let Some(relative) = path.strip_prefix(self.root).ok().and_then(FilePath::to_str) else {
            return Ok(());
        };
        // The storage library writes to `<name>#<number>` before it gives the file its name.
        if relative.contains('#') {
            if modified < self.stale_before {
                fs::remove_file(path)?;
            }
            return Ok(());
        }
        let (Ok(name), Ok(written_at)) = (Path::parse(relative), UtcTime::try_from(modified)) else {
            return Ok(());
        };
        let listed = Listed {
            path: name,
            bytes: metadata.len(),
            written_at,
        };
        self.sender
            .blocking_send(Ok(listed))
            .map_err(|_| Stop::ReaderGone)
    }
}
