//! The document at its revisions.

use crate::document::{Document, Layout};
use crate::error::OpenError;
use crate::read_at::ReadAt;
use crate::revision::Revision;
use crate::xref::{XrefEntry, sort_entries};

impl<R: ReadAt> Document<R> {
    /// The revisions, oldest first. Each incremental update makes one; the two sections of a linearised file
    /// count as one.
    pub fn revisions(&self) -> &[Revision] {
        &self.layout.revisions
    }

    /// The document as it was at the revision of `index` (0 is the oldest); nothing past the last one.
    ///
    /// Nothing behind the end of that revision can be seen in it.
    ///
    /// # Errors
    /// When that revision has no catalog or cannot be decrypted.
    pub fn at_revision(&self, index: usize) -> Result<Option<Document<&R>>, OpenError> {
        let revisions: Vec<Revision> = self
            .revisions()
            .iter()
            .take(index.saturating_add(1))
            .cloned()
            .collect();
        if revisions.len() <= index {
            return Ok(None);
        }
        let end = revisions.iter().map(|revision| revision.end).max().unwrap_or(0);
        let layout = Layout {
            limits: self.limits().clone(),
            shift: self.shift(),
            bound: end.min(self.layout.bound),
            sections: self
                .layout
                .sections
                .iter()
                .skip(self.newer_sections(index))
                .cloned()
                .collect(),
            revisions,
        };
        Document::assemble(self.reader(), layout).map(Some)
    }

    /// What the revision of `index` says about objects: every number that it defines, redefines or frees, in
    /// order of numbers.
    pub fn revision_entries(&self, index: usize) -> Vec<(u32, XrefEntry)> {
        let count = self
            .revisions()
            .get(index)
            .map_or(0, |revision| revision.sections);
        let mut entries = Vec::new();
        for section in self
            .layout
            .sections
            .iter()
            .skip(self.newer_sections(index))
            .take(count)
        {
            entries.extend_from_slice(&section.entries);
        }
        sort_entries(&mut entries);
        entries
    }

    /// The newest revision that defines, redefines or frees the object of `number`.
    pub fn defining_revision(&self, number: u32) -> Option<usize> {
        let section = self
            .layout
            .sections
            .iter()
            .position(|section| section.entry(number).is_some())?;
        let indices = 0..self.revisions().len();
        indices
            .rev()
            .find(|index| section < self.newer_sections(*index) + self.sections_of(*index))
    }

    fn sections_of(&self, index: usize) -> usize {
        self.revisions()
            .get(index)
            .map_or(0, |revision| revision.sections)
    }

    /// How many sections belong to revisions newer than that of `index`.
    fn newer_sections(&self, index: usize) -> usize {
        let newer = self.revisions().iter().skip(index.saturating_add(1));
        newer.map(|revision| revision.sections).sum()
    }
}
