//! Files on a disk.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use akashi_pdf::ReadAt;

/// A file that is read where it lies; nothing of it is kept in memory here.
#[derive(Debug)]
pub(crate) struct OnDisk {
    file: File,
    length: u64,
}

impl OnDisk {
    /// Opens a file as it is now.
    ///
    /// # Errors
    /// It cannot be opened.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        Ok(Self { file, length })
    }
}

impl ReadAt for OnDisk {
    fn size(&self) -> u64 {
        self.length
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        self.file.read_exact_at(buffer, offset)
    }
}

/// Appends to a file.
///
/// # Errors
/// It cannot be opened or written.
pub(crate) fn append(path: &Path, bytes: &[u8]) -> io::Result<()> {
    use std::io::Write as _;
    File::options().append(true).open(path)?.write_all(bytes)
}

/// Cuts a file.
///
/// # Errors
/// It cannot be opened or cut.
pub(crate) fn cut(path: &Path, length: u64) -> io::Result<()> {
    File::options().write(true).open(path)?.set_len(length)
}

/// Fails unless the folder lies on a disk with this much room.
///
/// # Errors
/// It does not, or that cannot be found out.
pub(crate) fn demand_room(folder: &Path, bytes: u64) -> anyhow::Result<()> {
    let found = rustix::fs::statvfs(folder)?;
    let free = found.f_bavail.saturating_mul(found.f_frsize);
    anyhow::ensure!(
        free >= bytes,
        "{} has {} MB free, and {} MB are needed for the large files",
        folder.display(),
        free / 1_000_000,
        bytes / 1_000_000
    );
    // A folder in memory would count against the memory that files are cached in.
    let mounts = fs::read_to_string("/proc/mounts")?;
    let folder = folder.canonicalize()?;
    let kind = mounts
        .lines()
        .filter_map(|line| {
            let mut fields = line.split(' ').skip(1);
            Some((fields.next()?, fields.next()?))
        })
        .filter(|(place, _)| folder.starts_with(place))
        .max_by_key(|(place, _)| place.len())
        .map(|(_, kind)| kind);
    anyhow::ensure!(
        !matches!(kind, Some("tmpfs" | "ramfs")),
        "{} lies in memory: choose a folder on a disk",
        folder.display()
    );
    Ok(())
}
