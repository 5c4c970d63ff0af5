//! Cross-reference sections and their chain, ISO 32000-2, 7.5.4 to 7.5.8.

mod chain;
mod stream;
mod table;

pub(crate) use chain::{read_chain, start_xref_value};

use crate::object::Dictionary;

/// Where an object stands according to one cross-reference section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum XrefEntry {
    /// The object does not exist (any more).
    Free {
        /// The generation that a new object of this number would get.
        generation: u16,
    },
    /// The object stands in the file.
    InFile {
        /// Offset as written in the file.
        offset: u64,
        /// Its generation.
        generation: u16,
    },
    /// The object stands in an object stream and has generation 0.
    InStream {
        /// Number of the object stream.
        stream: u32,
        /// Index in it.
        index: u32,
    },
}

/// The form of a cross-reference section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum XrefKind {
    /// A table with a trailer.
    Table,
    /// A table whose trailer names a cross-reference stream for newer readers (7.5.8.4).
    Hybrid,
    /// A cross-reference stream.
    Stream,
}

/// One cross-reference section.
#[derive(Debug, Clone)]
pub(crate) struct Section {
    /// Absolute offset.
    pub(crate) offset: u64,
    /// Absolute end of trailer dictionary or stream object.
    pub(crate) end: u64,
    pub(crate) kind: XrefKind,
    /// Sorted by object number, each number once.
    pub(crate) entries: Vec<(u32, XrefEntry)>,
    pub(crate) trailer: Dictionary,
}

impl Section {
    pub(crate) fn entry(&self, number: u32) -> Option<XrefEntry> {
        let at = self.entries.binary_search_by_key(&number, |entry| entry.0).ok()?;
        self.entries.get(at).map(|entry| entry.1)
    }
}

/// Sorts by number; of several entries for one number the first one given counts.
pub(crate) fn sort_entries(entries: &mut Vec<(u32, XrefEntry)>) {
    if !entries.is_sorted_by(|first, second| first.0 < second.0) {
        entries.sort_by_key(|entry| entry.0);
        entries.dedup_by_key(|entry| entry.0);
    }
}
