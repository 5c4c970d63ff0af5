//! Streams, ISO 32000-2, 7.3.8.

use crate::object::{Dictionary, ObjectId};

/// A stream of a document: its dictionary and where its data stands.
///
/// The data is read through `Document::stream_data` (decoded) or `Document::stream_raw` (still filtered).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stream {
    dictionary: Dictionary,
    pub(crate) location: StreamLocation,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct StreamLocation {
    /// The stream object, which its encryption depends on.
    pub(crate) owner: ObjectId,
    /// Absolute offset of the first data byte.
    pub(crate) start: u64,
    /// Bytes of encoded data.
    pub(crate) length: u64,
}

impl Stream {
    pub(crate) fn new(dictionary: Dictionary, location: StreamLocation) -> Self {
        Self { dictionary, location }
    }

    /// The stream dictionary.
    pub const fn dictionary(&self) -> &Dictionary {
        &self.dictionary
    }

    /// Length of the encoded data in bytes, as found in the file.
    pub const fn encoded_length(&self) -> u64 {
        self.location.length
    }

    /// Absolute offsets of the encoded data in the file.
    pub const fn data_span(&self) -> std::ops::Range<u64> {
        self.location.start..self.location.start.saturating_add(self.location.length)
    }

    pub(crate) fn into_dictionary(self) -> Dictionary {
        self.dictionary
    }

    pub(crate) fn dictionary_mut(&mut self) -> &mut Dictionary {
        &mut self.dictionary
    }
}
