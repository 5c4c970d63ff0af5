//! Small secret files: readable by the service alone, written whole or not at all.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

/// Larger files are not ours.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// Why a folder of secrets cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FolderError {
    /// Others than the service's own user may read or write it.
    #[error("{path} must be readable by its owner alone, but its mode is {mode:03o}")]
    Readable {
        /// The file or folder.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// It is larger than any file of this kind.
    #[error("{path} is too large")]
    TooLarge {
        /// The file.
        path: PathBuf,
    },
    /// The file system refused.
    #[error("{path} cannot be used")]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
}

/// A folder of mode 0700 with files of mode 0600.
#[derive(Debug, Clone)]
pub(crate) struct PrivateFolder {
    path: PathBuf,
}

/// The right to write, held against other processes until dropped or until this process ends.
#[derive(Debug)]
pub(crate) struct WriteLock(#[expect(dead_code, reason = "the lock lives as long as the open file")] File);

impl PrivateFolder {
    /// Opens the folder, making it if it is not there.
    pub(crate) fn open(path: &Path) -> Result<Self, FolderError> {
        fs::DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(path)
            .map_err(failed(path))?;
        let folder = Self {
            path: path.to_owned(),
        };
        let mode = fs::metadata(path).map_err(failed(path))?.permissions().mode();
        // A folder that others may list tells nothing; one that they may write lets them swap a file.
        if mode & 0o022 != 0 {
            return Err(FolderError::Readable {
                path: path.to_owned(),
                mode: mode & 0o777,
            });
        }
        Ok(folder)
    }

    /// Waits until no other process writes here. Blocks; held for milliseconds.
    pub(crate) fn lock(&self) -> Result<WriteLock, FolderError> {
        let path = self.path.join(".lock");
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(&path)
            .map_err(failed(&path))?;
        file.lock().map_err(failed(&path))?;
        Ok(WriteLock(file))
    }

    /// Reads a file; `None` if it is not there.
    pub(crate) fn read(&self, name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, FolderError> {
        let path = self.path.join(name);
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(failed(&path)(error)),
        };
        let metadata = file.metadata().map_err(failed(&path))?;
        let mode = metadata.permissions().mode() & 0o777;
        if mode & 0o077 != 0 {
            return Err(FolderError::Readable { path, mode });
        }
        if metadata.len() > MAX_FILE_BYTES {
            return Err(FolderError::TooLarge { path });
        }
        // Exactly as large as needed: growing would leave copies of a secret behind.
        let capacity = usize::try_from(metadata.len()).unwrap_or_default();
        let mut bytes = Zeroizing::new(Vec::with_capacity(capacity.saturating_add(1)));
        file.take(MAX_FILE_BYTES)
            .read_to_end(&mut bytes)
            .map_err(failed(&path))?;
        Ok(Some(bytes))
    }

    /// Writes a file so that at every moment either the old or the whole new one is there; durable when it
    /// returns. What a process that was killed left half written is overwritten by the next.
    pub(crate) fn write(&self, _lock: &WriteLock, name: &str, bytes: &[u8]) -> Result<(), FolderError> {
        let path = self.path.join(name);
        let partial = self.path.join(format!(".{name}.partial"));
        let write = || -> io::Result<()> {
            match fs::remove_file(&partial) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            let mut file = OpenOptions::new()
                .write(true)
                .create_new(true)
                .mode(0o600)
                .open(&partial)?;
            file.write_all(bytes)?;
            file.sync_all()?;
            fs::rename(&partial, &path)?;
            File::open(&self.path)?.sync_all()
        };
        write().map_err(failed(&path))
    }

    /// The names of the whole files, sorted.
    pub(crate) fn names(&self) -> Result<Vec<String>, FolderError> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.path).map_err(failed(&self.path))? {
            let name = entry.map_err(failed(&self.path))?.file_name();
            // What begins with a dot is the lock or was left half written.
            names.extend(name.into_string().ok().filter(|name| !name.starts_with('.')));
        }
        names.sort_unstable();
        Ok(names)
    }

    /// Where a file of this folder stands.
    pub(crate) fn path_of(&self, name: &str) -> PathBuf {
        self.path.join(name)
    }
}

fn failed(path: &Path) -> impl Fn(io::Error) -> FolderError + use<> {
    let path = path.to_owned();
    move |source| FolderError::Io {
        path: path.clone(),
        source,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> (tempfile::TempDir, PrivateFolder) {
        let outer = tempfile::tempdir().unwrap();
        let folder = PrivateFolder::open(&outer.path().join("keys")).unwrap();
        (outer, folder)
    }

    #[test]
    fn files_are_private_and_replaced_whole() {
        let (_outer, folder) = folder();
        assert!(folder.read("a").unwrap().is_none());
        let lock = folder.lock().unwrap();
        folder.write(&lock, "a", b"first").unwrap();
        folder.write(&lock, "a", b"second, longer").unwrap();
        assert_eq!(folder.read("a").unwrap().unwrap().as_slice(), b"second, longer");
        let mode = fs::metadata(folder.path_of("a")).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600);
    }

    #[test]
    fn a_half_written_file_is_neither_read_nor_in_the_way() {
        let (_outer, folder) = folder();
        fs::write(folder.path_of(".a.partial"), b"hal").unwrap();
        assert!(folder.read("a").unwrap().is_none());
        let lock = folder.lock().unwrap();
        folder.write(&lock, "a", b"whole").unwrap();
        assert_eq!(folder.read("a").unwrap().unwrap().as_slice(), b"whole");
        assert!(!folder.path_of(".a.partial").exists());
    }

    #[test]
    fn a_file_that_others_may_read_is_refused() {
        let (_outer, folder) = folder();
        let lock = folder.lock().unwrap();
        folder.write(&lock, "a", b"secret").unwrap();
        fs::set_permissions(folder.path_of("a"), fs::Permissions::from_mode(0o640)).unwrap();
        assert!(matches!(
            folder.read("a"),
            Err(FolderError::Readable { mode: 0o640, .. })
        ));
    }

    #[test]
    fn a_folder_that_others_may_write_is_refused() {
        let outer = tempfile::tempdir().unwrap();
        fs::set_permissions(outer.path(), fs::Permissions::from_mode(0o777)).unwrap();
        assert!(matches!(
            PrivateFolder::open(outer.path()),
            Err(FolderError::Readable { mode: 0o777, .. })
        ));
    }

    #[test]
    fn only_one_writes_at_a_time() {
        let (_outer, folder) = folder();
        let lock = folder.lock().unwrap();
        let other = folder.clone();
        let waiting = std::thread::spawn(move || other.lock().map(drop));
        std::thread::sleep(std::time::Duration::from_millis(50));
        assert!(!waiting.is_finished());
        drop(lock);
        waiting.join().unwrap().unwrap();
    }
}
