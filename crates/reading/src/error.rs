//! What can go wrong, one enum for each operation.

use thiserror::Error;

use crate::bounds::Bound;
use crate::defect::Defect;
use crate::guard::Failure;

/// Why a file cannot be opened for reading.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum OpenError {
    /// Our own reader refuses the file; its reason says whether a repair may help.
    #[error("the file cannot be opened")]
    Pdf(#[from] akashi_pdf::OpenError),
    /// The page tree cannot be read.
    #[error("the pages cannot be read")]
    Pages(#[from] akashi_pdf::ReadError),
    /// The drawing library cannot open what our own reader opens.
    #[error("the drawing library cannot open the file")]
    NotDrawable,
    /// Our own reader and the drawing library see different pages.
    #[error("two readers disagree about the pages of the file")]
    ReadersDisagree,
    /// The drawing library panicked.
    #[error("the drawing library failed on the file")]
    Panicked,
    /// The machine has no room for the thread that draws.
    #[error("there is no room for drawing on this machine now")]
    NoThread,
    /// The file exceeds a limit.
    #[error("the file exceeds a limit")]
    Bound(#[from] Bound),
}

/// Why a page is not drawn, or its text not read.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RenderError {
    /// There is no such page.
    #[error("there is no page {index}, only {count}")]
    NoSuchPage {
        /// The page asked for, from 0.
        index: usize,
        /// Pages of the file.
        count: usize,
    },
    /// The page can be drawn only in part. The list names what is missing.
    #[error("the page cannot be drawn faithfully: {}", list(.0))]
    NotFaithful(Vec<Defect>),
    /// Our own reader and the drawing library read different content for this page.
    #[error("two readers disagree about the content of the page")]
    ReadersDisagree,
    /// The page, or something that it uses, cannot be read.
    #[error("the page cannot be read")]
    Unreadable(#[from] akashi_pdf::ReadError),
    /// The page exceeds a limit.
    #[error("the page exceeds a limit")]
    Bound(#[from] Bound),
    /// The drawing library panicked.
    #[error("the drawing library failed on the page")]
    Panicked,
    /// The machine has no room for the thread that draws. Worth trying again later.
    #[error("there is no room for drawing on this machine now")]
    NoThread,
}

/// Why an image cannot be encoded.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// The WebP or JPEG encoder failed.
    #[error("the image cannot be encoded")]
    Image(#[from] image::ImageError),
    /// The PNG encoder failed.
    #[error("the image cannot be encoded as PNG")]
    Png(#[from] png::EncodingError),
    /// No form was tried.
    #[error("there is no form for the image")]
    NoForm,
}

impl From<Failure> for OpenError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Bound(bound) => Self::Bound(bound),
            Failure::Panicked => Self::Panicked,
            Failure::NoThread => Self::NoThread,
        }
    }
}

impl From<Failure> for RenderError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Bound(bound) => Self::Bound(bound),
            Failure::Panicked => Self::Panicked,
            Failure::NoThread => Self::NoThread,
        }
    }
}

fn list(defects: &[Defect]) -> String {
    defects
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join("; ")
}
