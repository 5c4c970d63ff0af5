//! Judging a file that anyone brings, apart from the service: with bounded time and memory.

use std::time::Duration;

use bytes::Bytes;

use crate::judging::{JudgeOrder, Judged};

/// Why a file was not judged. It says nothing about its signatures.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JudgeFailure {
    /// Judging took longer than allowed and was broken off.
    #[error("the file could not be judged within {} s", limit.as_secs())]
    TooSlow {
        /// How long it was allowed to take.
        limit: Duration,
    },
    /// Judging needed more memory than allowed, or broke down over the file.
    #[error("judging broke down over the file")]
    TooHeavy,
    /// As many files as allowed are being judged already, and as many more wait.
    #[error("too many files are being judged")]
    Busy,
    /// The judge could not be started or its answer could not be read; an operator must look.
    #[error("the judge is not available")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// A judge for files from outside. A hostile file shall neither slow nor end the service: the adapter bounds time,
/// memory and how many are judged at once. Nothing is stored; repeating is harmless.
#[async_trait::async_trait]
pub trait FileJudge: Send + Sync {
    /// Judges a file.
    async fn judge(&self, file: Bytes, order: JudgeOrder) -> Result<Judged, JudgeFailure>;
}
