//! Bounds on what a file may ask of the reader.

use thiserror::Error;

/// Bounds on every quantity that an untrusted file controls.
///
/// The defaults open every contract that people really send and stop hostile files early. Change single
/// fields on a `Limits::default()`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Nesting of arrays and dictionaries in one object, and of nodes in page and field trees.
    pub depth: usize,
    /// Cross-reference entries over all revisions together.
    pub objects: usize,
    /// Bytes of source text of one object (without stream data).
    pub object_bytes: usize,
    /// Values in one object: items of arrays and entries of dictionaries, nested ones included. A value takes about
    /// a hundred bytes of memory.
    pub values: usize,
    /// Bytes of one stream as it stands in the file.
    pub stream_bytes: usize,
    /// Bytes of one decoded stream, between two of its filters, too.
    pub decoded_bytes: usize,
    /// Bytes of one decoded object stream or cross-reference stream.
    pub object_stream_bytes: usize,
    /// Filters applied to one stream one after the other.
    pub filters: usize,
    /// Cross-reference sections, and so revisions.
    pub xref_sections: usize,
    /// Pages of a document.
    pub pages: usize,
    /// Fields of an interactive form, widgets included.
    pub form_fields: usize,
    /// Bytes of a file that is rewritten as a whole (repair, removal of active content).
    pub rewrite_bytes: u64,
    /// Bytes that may be parsed and decoded over the life of an open document, on top of 64 times its size.
    pub work_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            depth: 128,
            objects: 2_000_000,
            object_bytes: 64 << 20,
            values: 1_000_000,
            stream_bytes: 256 << 20,
            decoded_bytes: 64 << 20,
            object_stream_bytes: 64 << 20,
            filters: 8,
            xref_sections: 2_000,
            pages: 100_000,
            form_fields: 100_000,
            rewrite_bytes: 512 << 20,
            work_bytes: 1 << 30,
        }
    }
}

/// A bound of [`Limits`] that a file exceeded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum Limit {
    /// [`Limits::depth`].
    #[error("nesting deeper than {0} levels")]
    Depth(usize),
    /// [`Limits::objects`].
    #[error("more than {0} cross-reference entries")]
    Objects(usize),
    /// [`Limits::object_bytes`].
    #[error("an object longer than {0} bytes")]
    ObjectBytes(usize),
    /// [`Limits::values`].
    #[error("an object of more than {0} values")]
    Values(usize),
    /// [`Limits::stream_bytes`], [`Limits::decoded_bytes`] or [`Limits::object_stream_bytes`].
    #[error("a stream of more than {0} bytes")]
    StreamBytes(usize),
    /// [`Limits::filters`].
    #[error("more than {0} filters on one stream")]
    Filters(usize),
    /// [`Limits::xref_sections`].
    #[error("more than {0} cross-reference sections")]
    XrefSections(usize),
    /// [`Limits::pages`].
    #[error("more than {0} pages")]
    Pages(usize),
    /// [`Limits::form_fields`].
    #[error("more than {0} form fields")]
    FormFields(usize),
    /// [`Limits::rewrite_bytes`].
    #[error("a file of more than {0} bytes cannot be rewritten")]
    RewriteBytes(u64),
    /// [`Limits::work_bytes`].
    #[error("reading the file takes more work than its size explains")]
    Work(u64),
}
