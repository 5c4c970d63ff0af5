//! What commands write: whole files or nothing, and lines for people.

use std::ffi::OsString;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;

/// Where a result goes.
#[derive(Debug, clap::Args)]
pub(crate) struct Output {
    /// The new file; FILE-signed.pdf (or FILE-extended.pdf) beside the old one if left out.
    #[arg(long)]
    pub(crate) out: Option<PathBuf>,
    /// Replace a file that is there already.
    #[arg(long)]
    pub(crate) force: bool,
    /// Say nothing but errors.
    #[arg(long, short)]
    pub(crate) quiet: bool,
}

impl Output {
    /// The new file, if it may be written.
    pub(crate) fn place(&self, file: &Path, suffix: &str) -> anyhow::Result<PathBuf> {
        let out = self.out.clone().unwrap_or_else(|| beside(file, suffix));
        anyhow::ensure!(
            self.force || !out.exists(),
            "{} is there already; --force replaces it",
            out.display()
        );
        Ok(out)
    }

    /// Tells on standard error how far a command has come.
    pub(crate) fn progress(&self, text: &str) {
        if !self.quiet {
            eprintln!("akashi: {text}");
        }
    }

    /// Tells the result on standard output.
    pub(crate) fn result(&self, text: &str) {
        if !self.quiet {
            println!("{text}");
        }
    }
}

/// A file of a similar name beside `file`.
fn beside(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.file_stem().map(OsString::from).unwrap_or_default();
    name.push(suffix);
    name.push(".pdf");
    file.with_file_name(name)
}

/// Writes the whole file or nothing, and never over a file that is there unless that is wanted.
pub(crate) fn write(out: &Path, bytes: &[u8], force: bool) -> anyhow::Result<()> {
    let mut partial = out.as_os_str().to_owned();
    partial.push(format!(".{}.partial", std::process::id()));
    let partial = PathBuf::from(partial);
    let written = (|| {
        let mut file = fs::File::create_new(&partial)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        if force {
            fs::rename(&partial, out)
        } else {
            // Unlike a rename, a link fails where a file has appeared meanwhile.
            fs::hard_link(&partial, out).and_then(|()| fs::remove_file(&partial))
        }
    })();
    if written.is_err() {
        // What is left of an attempt that failed already; its own failure adds nothing.
        fs::remove_file(&partial).ok();
    }
    written.with_context(|| format!("{} cannot be written", out.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_there_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("a.pdf");
        write(&out, b"one", false).unwrap();
        assert!(write(&out, b"two", false).is_err());
        assert_eq!(fs::read(&out).unwrap(), b"one");
        write(&out, b"two", true).unwrap();
        assert_eq!(fs::read(&out).unwrap(), b"two");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert_eq!(
            beside(Path::new("/x/契約書.pdf"), "-signed"),
            Path::new("/x/契約書-signed.pdf")
        );
    }
}
