//! The judge without a process of its own.

use akashi_app::judging::{JudgeOrder, Judged, judge_file};
use akashi_app::ports::{FileJudge, JudgeFailure};
use bytes::Bytes;

/// Judges at once, in this process, as long as it takes.
#[derive(Debug, Clone, Copy, Default)]
pub struct JudgeAtHand;

#[async_trait::async_trait]
impl FileJudge for JudgeAtHand {
    async fn judge(&self, file: Bytes, order: JudgeOrder) -> Result<Judged, JudgeFailure> {
        let authorities = order
            .authorities()
            .map_err(|error| JudgeFailure::Unavailable(Box::new(error)))?;
        Ok(judge_file(&file, &order, &authorities))
    }
}
