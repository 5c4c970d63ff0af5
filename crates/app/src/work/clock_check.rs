//! Time is only as good as what it can be compared with: the token's time, NTP, and what we recorded before.

use akashi_domain::UtcTime;
use akashi_domain::contract::HoldReason;

use super::outcome::Failed;
use crate::{App, Error};

#[derive(Debug, thiserror::Error)]
#[error("this machine's clock differs by {difference_ms} ms from {from}, {tolerance_ms} ms are tolerated")]
struct ClockDiffers {
    difference_ms: i64,
    tolerance_ms: i64,
    from: &'static str,
}

impl App {
    /// Refuses to go on if this machine's clock is out of bounds against `reference`.
    pub(super) fn check_clock(
        &self,
        now: UtcTime,
        reference: UtcTime,
        from: &'static str,
    ) -> Result<(), Failed> {
        let difference_ms = now.as_millisecond().saturating_sub(reference.as_millisecond());
        self.check_difference(difference_ms, from)
    }

    /// Refuses to go on if NTP is configured and says that this machine's clock is out of bounds. A server
    /// that does not answer is no reason to stop: the token's time is compared in any case.
    pub(super) async fn check_network_time(&self) -> Result<(), Failed> {
        match self.ports.network_time.offset_ms().await {
            Ok(Some((offset_ms, uncertainty))) => {
                self.notebook.note_clock(offset_ms);
                let uncertainty_ms = i64::try_from(uncertainty.as_millis()).unwrap_or(i64::MAX);
                let certain_ms = offset_ms.saturating_abs().saturating_sub(uncertainty_ms).max(0);
                self.check_difference(certain_ms, "network time")
            }
            Ok(None) => Ok(()),
            Err(error) => {
                tracing::warn!(%error, "network time cannot be compared");
                Ok(())
            }
        }
    }

    fn check_difference(&self, difference_ms: i64, from: &'static str) -> Result<(), Failed> {
        let tolerance_ms = i64::try_from(self.settings.clock_tolerance.as_millis()).unwrap_or(i64::MAX);
        if difference_ms.saturating_abs() <= tolerance_ms {
            return Ok(());
        }
        let cause = ClockDiffers {
            difference_ms,
            tolerance_ms,
            from,
        };
        Err(Failed::Held(HoldReason::Clock, Error::internal("clock", cause)))
    }
}
