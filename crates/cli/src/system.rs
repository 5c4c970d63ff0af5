//! The real clock and the real source of randomness. Nothing below `cli` has them.

use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use akashi_app::domain::UtcTime;
use akashi_app::ports::{Clock, Entropy};
use aws_lc_rs::rand::{SecureRandom as _, SystemRandom};
use jiff::SignedDuration;

/// This machine's clock.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    fn now(&self) -> UtcTime {
        UtcTime::now()
    }
}

/// This machine's clock, shifted, and moved on by whoever plays a story (`akashi demo`, rehearsals).
#[derive(Debug, Default)]
pub(crate) struct ShiftedClock {
    ahead_ms: AtomicI64,
}

impl ShiftedClock {
    /// A clock that is ahead of this machine's, or behind it if `ahead` is negative.
    pub(crate) fn ahead_by(ahead: SignedDuration) -> Self {
        Self {
            ahead_ms: AtomicI64::new(i64::try_from(ahead.as_millis()).unwrap_or_default()),
        }
    }

    /// How far it is behind this machine's clock; nothing if it is ahead.
    pub(crate) fn behind(&self) -> Duration {
        let ahead_ms = self.ahead_ms.load(Ordering::Relaxed);
        Duration::from_millis(u64::try_from(ahead_ms.saturating_neg()).unwrap_or_default())
    }

    /// Moves it on.
    pub(crate) fn move_on(&self, by: Duration) {
        let by = i64::try_from(by.as_millis()).unwrap_or_default();
        self.ahead_ms.fetch_add(by, Ordering::Relaxed);
    }
}

impl Clock for ShiftedClock {
    fn now(&self) -> UtcTime {
        let ahead = SignedDuration::from_millis(self.ahead_ms.load(Ordering::Relaxed));
        let now = SystemClock.now();
        now.saturating_add(ahead).unwrap_or(now)
    }
}

/// The operating system's random bytes, through the crypto library.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) {
        if SystemRandom::new().fill(bytes).is_err() {
            // Nothing may be signed or named with bytes that are not random.
            tracing::error!("the operating system gives no random bytes");
            std::process::abort();
        }
    }
}
