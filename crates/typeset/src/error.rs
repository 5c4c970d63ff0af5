//! The failure shared by all drawings.

use thiserror::Error;

/// Why a PDF could not be written although its input was acceptable.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum RenderError {
    /// A page without a usable size.
    #[error("page size is not usable")]
    PageSize,
    /// The PDF writer refused; the text is its own report.
    #[error("pdf writer refused: {0}")]
    Writer(String),
}

impl From<krilla::error::KrillaError> for RenderError {
    fn from(error: krilla::error::KrillaError) -> Self {
        Self::Writer(format!("{error:?}"))
    }
}
