//! Judging many files side by side, and saying how far that is.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, IsTerminal as _, Write as _};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

use akashi_app::domain::UtcTime;
use akashi_pdf::{Document, Limits, ReadAt};
use akashi_validation::{Trust, judge};
use anyhow::Context as _;

use crate::commands::verify::Answer;

/// Judges files by as many threads as there are processors, and hands over the answers in the order of the files.
///
/// # Errors
/// What `hand_over` says.
pub(super) fn judge_all(
    paths: &[PathBuf],
    trust: &Trust,
    now: UtcTime,
    mut hand_over: impl FnMut(&Path, Answer) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let (sender, receiver) = mpsc::channel();
    let mut progress = Progress::new(paths.len());
    thread::scope(|scope| {
        for _ in 0..processors.min(paths.len()) {
            let (sender, next) = (sender.clone(), &next);
            scope.spawn(move || {
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some(path) = paths.get(place) else { break };
                    if sender.send((place, judge_file(path, trust, now))).is_err() {
                        break;
                    }
                }
            });
        }
        drop(sender);
        let mut waiting = BTreeMap::new();
        let mut due = 0;
        for (place, answer) in receiver {
            progress.step();
            waiting.insert(place, answer);
            while let Some(answer) = waiting.remove(&due) {
                let Some(path) = paths.get(due) else { break };
                progress.clear();
                hand_over(path, answer)?;
                due += 1;
            }
        }
        Ok(())
    })
}

/// Opens a file for reading piece by piece.
///
/// # Errors
/// When it cannot be read or is no PDF.
pub(super) fn open(path: &Path) -> anyhow::Result<Document<FileReader>> {
    let reader = FileReader::open(path).context("cannot be read")?;
    Document::open(reader, &Limits::default()).context("is not a PDF that can be judged")
}

fn judge_file(path: &Path, trust: &Trust, now: UtcTime) -> Answer {
    let document = open(path)?;
    judge(&document, trust, now).context("cannot be judged")
}

/// A file that is read piece by piece, whatever its size.
#[derive(Debug)]
pub(super) struct FileReader {
    file: File,
    size: u64,
}

impl FileReader {
    fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let metadata = file.metadata()?;
        if metadata.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        Ok(Self {
            size: metadata.len(),
            file,
        })
    }
}

impl ReadAt for FileReader {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        self.file.read_exact_at(buffer, offset)
    }
}

/// A line on standard error that says how many files are done; nothing for one file, or when nobody watches.
struct Progress {
    done: usize,
    all: usize,
    is_shown: bool,
}

impl Progress {
    fn new(all: usize) -> Self {
        Self {
            done: 0,
            all,
            is_shown: all > 1 && io::stderr().is_terminal(),
        }
    }

    fn step(&mut self) {
        const WIDTH: usize = 30;
        self.done += 1;
        if self.is_shown {
            let filled = self.done * WIDTH / self.all;
            let bar: String = (0..WIDTH)
                .map(|place| if place < filled { '#' } else { '-' })
                .collect();
            self.write(&format!("\r[{bar}] {} / {}", self.done, self.all));
        }
    }

    /// Makes room for an answer.
    fn clear(&mut self) {
        if self.is_shown {
            self.write("\r\u{1b}[2K");
        }
    }

    /// Whoever does not listen misses nothing.
    fn write(&mut self, text: &str) {
        let mut error = io::stderr().lock();
        if error
            .write_all(text.as_bytes())
            .and_then(|()| error.flush())
            .is_err()
        {
            self.is_shown = false;
        }
    }
}
