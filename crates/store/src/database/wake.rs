//! Waking those who wait for jobs.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::watch;

/// Counts the occasions on which a job may have become due. A wait ends at once when such an occasion came after
/// the last look that found nothing, so that none is missed between looking and waiting.
pub(crate) struct Wake {
    occasions: watch::Sender<u64>,
    seen_empty: AtomicU64,
}

impl Wake {
    pub(crate) fn new() -> Self {
        Self {
            occasions: watch::Sender::new(0),
            seen_empty: AtomicU64::new(0),
        }
    }

    /// A job may have become due.
    pub(crate) fn announce(&self) {
        self.occasions.send_modify(|count| *count = count.wrapping_add(1));
    }

    /// To be called before looking for a job.
    pub(crate) fn begin_look(&self) -> Look {
        Look(*self.occasions.borrow())
    }

    /// To be called when a look has found nothing.
    pub(crate) fn found_nothing(&self, look: Look) {
        self.seen_empty.fetch_max(look.0, Ordering::AcqRel);
    }

    /// Returns when a job may have become due since the last look that found nothing, at the latest after
    /// `at_most`.
    pub(crate) async fn wait(&self, at_most: Duration) {
        let seen = self.seen_empty.load(Ordering::Acquire);
        let mut occasions = self.occasions.subscribe();
        let newer = occasions.wait_for(|count| *count > seen);
        // Which of the two ended the wait does not matter: the caller looks for itself.
        drop(tokio::time::timeout(at_most, newer).await);
    }
}

/// When a look for a job began.
#[derive(Clone, Copy)]
pub(crate) struct Look(u64);

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    const LONG: Duration = Duration::from_secs(20);

    #[tokio::test]
    async fn an_occasion_between_looking_and_waiting_is_not_missed() {
        let wake = Wake::new();
        let look = wake.begin_look();
        wake.announce();
        wake.found_nothing(look);
        let begun = Instant::now();
        wake.wait(LONG).await;
        assert!(begun.elapsed() < LONG / 2);
    }

    #[tokio::test]
    async fn an_occasion_that_was_looked_at_does_not_end_the_wait() {
        let wake = Wake::new();
        wake.announce();
        let look = wake.begin_look();
        wake.found_nothing(look);
        let short = Duration::from_millis(30);
        let begun = Instant::now();
        wake.wait(short).await;
        assert!(begun.elapsed() >= short);
    }

    #[tokio::test]
    async fn everyone_who_waits_is_woken() {
        let wake = std::sync::Arc::new(Wake::new());
        let sleepers: Vec<_> = (0..3)
            .map(|_| {
                let wake = std::sync::Arc::clone(&wake);
                tokio::spawn(async move { wake.wait(LONG).await })
            })
            .collect();
        tokio::task::yield_now().await;
        let begun = Instant::now();
        wake.announce();
        for sleeper in sleepers {
            sleeper.await.unwrap();
        }
        assert!(begun.elapsed() < LONG / 2);
    }
}
