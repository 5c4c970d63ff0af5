//! What we read of a file, held against what others read of it: lopdf, hayro-syntax and qpdf.

mod compare;
mod ours;
mod theirs;

use std::collections::BTreeMap;

/// What a reader says about a file.
#[derive(Debug)]
pub(crate) struct Reading {
    /// The catalog's number.
    pub(crate) root: Option<u32>,
    /// Pages, or what is wrong with their tree.
    pub(crate) pages: Result<usize, String>,
    /// Revisions; nothing from a reader that does not tell them apart.
    pub(crate) revisions: Option<usize>,
    /// The objects in use with their types, or what is wrong with one.
    pub(crate) objects: BTreeMap<u32, Result<Kind, String>>,
    /// Whether the reader says that it did not follow the cross-reference sections as they stand.
    pub(crate) is_repaired: bool,
}

impl Reading {
    /// What stands under a number, in words. An object that is not there is the same as null (7.3.10), and an
    /// unreadable one is told apart by us alone: others call it null or leave it out.
    pub(crate) fn kind(&self, number: u32) -> Option<Kind> {
        match self.objects.get(&number) {
            Some(Ok(kind)) if *kind != Kind::Null => Some(*kind),
            _ => None,
        }
    }

    /// How many objects are readable and not null.
    pub(crate) fn count(&self) -> usize {
        self.objects
            .keys()
            .filter(|number| self.kind(**number).is_some())
            .count()
    }
}

/// The type of an object (ISO 32000-2, 7.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    Null,
    Boolean,
    Number,
    String,
    Name,
    Array,
    Dictionary,
    Stream,
    Reference,
}
