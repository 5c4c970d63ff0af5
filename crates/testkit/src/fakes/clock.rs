//! A clock that stands until it is moved.

use std::sync::{Mutex, PoisonError};

use akashi_app::ports::Clock;
use akashi_domain::UtcTime;
use jiff::SignedDuration;

/// A clock that stands until it is moved.
#[derive(Debug)]
pub struct FrozenClock(Mutex<UtcTime>);

impl FrozenClock {
    /// A clock that shows `now`.
    pub fn at(now: UtcTime) -> Self {
        Self(Mutex::new(now))
    }

    /// A clock that shows a moment written as in RFC 3339, for example `2026-11-22T01:00:00Z`.
    pub fn showing(text: &str) -> Self {
        Self::at(text.parse().expect("a test writes its time correctly"))
    }

    /// Moves the hands by `by`, backwards if negative.
    pub fn advance(&self, by: SignedDuration) {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *now = now.checked_add(by).expect("a test stays within the calendar");
    }

    /// Sets the hands.
    pub fn set(&self, now: UtcTime) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }
}

impl Default for FrozenClock {
    /// 22 November 2026, ten in the morning in Japan.
    fn default() -> Self {
        Self::showing("2026-11-22T01:00:00Z")
    }
}

impl Clock for FrozenClock {
    fn now(&self) -> UtcTime {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
