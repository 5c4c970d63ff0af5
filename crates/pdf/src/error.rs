//! What can go wrong while reading.

use std::io;

use thiserror::Error;

use crate::crypt::EncryptionError;
use crate::filter::FilterError;
use crate::lexer::SyntaxError;
use crate::limits::Limit;
use crate::object::ObjectId;

/// Why a file cannot be opened.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OpenError {
    /// There is no `%PDF-` header near the start.
    #[error("not a PDF file")]
    NotPdf,
    /// There is no `startxref` near the end: the file is cut off or was damaged.
    #[error("the end of the file names no cross-reference section")]
    NoStartXref,
    /// A cross-reference section cannot be read.
    #[error("the cross-reference section at {offset} is broken")]
    BrokenXref {
        /// Absolute offset of the section.
        offset: u64,
        /// What is wrong with it.
        #[source]
        cause: ReadError,
    },
    /// `Prev` entries form a circle.
    #[error("the cross-reference sections form a circle at {offset}")]
    XrefLoop {
        /// Absolute offset of the section met again.
        offset: u64,
    },
    /// The trailer names no catalog, or what it names is no catalog.
    #[error("the trailer names no document catalog")]
    NoCatalog,
    /// The file needs a password to be opened.
    #[error("the file is protected with a password")]
    PasswordRequired,
    /// The file is encrypted in a way that is not supported.
    #[error("the encryption of the file cannot be handled")]
    Encryption(#[source] EncryptionError),
    /// A bound was exceeded.
    #[error("the file exceeds a limit")]
    Limit(#[from] Limit),
    /// The storage failed.
    #[error("the file cannot be read")]
    Io(#[from] io::Error),
}

impl OpenError {
    /// Whether [`repair`](crate::repair) may help: the structure is damaged, not the content refused.
    pub const fn is_damage(&self) -> bool {
        matches!(
            self,
            Self::NoStartXref | Self::BrokenXref { .. } | Self::XrefLoop { .. } | Self::NoCatalog
        )
    }

    /// The error of reading a section at `offset`; limits and storage errors keep their own names.
    pub(crate) fn broken_xref(offset: u64, cause: ReadError) -> Self {
        match cause {
            ReadError::Limit(limit) => Self::Limit(limit),
            ReadError::Io(error) => Self::Io(error),
            cause => Self::BrokenXref { offset, cause },
        }
    }
}

/// Why an object of an open document cannot be read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum ReadError {
    /// The bytes are not an object.
    #[error("no readable object at {offset}")]
    Syntax {
        /// Absolute offset in the file, or offset in the object stream.
        offset: u64,
        /// What is wrong.
        #[source]
        error: SyntaxError,
    },
    /// Another object stands where the cross-reference section says.
    #[error("object {found} stands where {expected} should be")]
    ObjectMismatch {
        /// The object looked for.
        expected: ObjectId,
        /// The object found.
        found: ObjectId,
    },
    /// An offset points outside the file, or outside the revision looked at.
    #[error("offset {offset} lies outside the file")]
    OutsideFile {
        /// Absolute offset.
        offset: u64,
    },
    /// References or stream lengths form a circle.
    #[error("object {0} refers to itself")]
    ReferenceLoop(ObjectId),
    /// An object stream is not one, or its index is wrong.
    #[error("object stream {0} is broken")]
    BrokenObjectStream(ObjectId),
    /// A cross-reference section has a wrong structure.
    #[error("{0}")]
    BrokenXref(&'static str),
    /// The data of a stream does not end where it should, nor anywhere.
    #[error("the data of stream {0} has no end")]
    UnterminatedStream(ObjectId),
    /// An object is not what its place demands.
    #[error("{what} is missing or of the wrong type")]
    WrongType {
        /// The place, for example `page tree`.
        what: &'static str,
    },
    /// A stream cannot be decoded.
    #[error("a stream cannot be decoded")]
    Filter(#[source] FilterError),
    /// A string or stream cannot be decrypted.
    #[error("object {id} cannot be decrypted")]
    Decryption {
        /// The object.
        id: ObjectId,
        /// What is wrong.
        #[source]
        error: EncryptionError,
    },
    /// A bound was exceeded.
    #[error("the file exceeds a limit")]
    Limit(#[from] Limit),
    /// The storage failed.
    #[error("the file cannot be read")]
    Io(#[from] io::Error),
}

impl From<FilterError> for ReadError {
    /// A bound keeps its own name.
    fn from(error: FilterError) -> Self {
        match error {
            FilterError::Limit(limit) => Self::Limit(limit),
            error => Self::Filter(error),
        }
    }
}
