//! What is remembered of each authority: when it answered, how far clocks differ, until when it rests.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use akashi_app::ports::TimeStampObservation;
use akashi_domain::UtcTime;
use jiff::SignedDuration;

/// The memory of one process; nothing of it is stored.
#[derive(Debug)]
pub(super) struct Record {
    entries: Mutex<Vec<Entry>>,
}

#[derive(Debug)]
struct Entry {
    observation: TimeStampObservation,
    failures: u32,
}

/// What was learned from a good token.
#[derive(Debug, Clone, Copy)]
pub(super) struct Learned {
    pub(super) offset_ms: i64,
    pub(super) is_accredited: bool,
}

impl Record {
    pub(super) fn new<'a>(urls: impl Iterator<Item = &'a str>) -> Self {
        let entries = urls.map(|url| Entry {
            observation: TimeStampObservation {
                url: url.to_owned(),
                answered_at: None,
                offset_ms: None,
                is_accredited: None,
                failure: None,
                rests_until: None,
            },
            failures: 0,
        });
        Self {
            entries: Mutex::new(entries.collect()),
        }
    }

    /// In which order the authorities are asked: as configured, those that rest behind the others. None is left out:
    /// one that may have come back is better than no token.
    pub(super) fn order(&self, now: UtcTime) -> Vec<usize> {
        self.with(|entries| {
            let mut order: Vec<usize> = (0..entries.len()).collect();
            order.sort_by_key(|index| {
                entries
                    .get(*index)
                    .and_then(|entry| entry.observation.rests_until)
                    .is_some_and(|until| now < until)
            });
            order
        })
    }

    pub(super) fn answered(&self, index: usize, now: UtcTime, learned: Learned) {
        self.change(index, |entry| {
            entry.failures = 0;
            entry.observation.answered_at = Some(now);
            entry.observation.offset_ms = Some(learned.offset_ms);
            entry.observation.is_accredited = Some(learned.is_accredited);
            entry.observation.failure = None;
            entry.observation.rests_until = None;
        });
    }

    pub(super) fn failed(&self, index: usize, now: UtcTime, failure: String) {
        self.change(index, |entry| {
            let rest = rest_after(entry.failures);
            entry.failures = entry.failures.saturating_add(1);
            entry.observation.failure = Some(failure);
            entry.observation.rests_until = now.checked_add(rest).ok();
        });
    }

    pub(super) fn observations(&self) -> Vec<TimeStampObservation> {
        self.with(|entries| entries.iter().map(|entry| entry.observation.clone()).collect())
    }

    fn change(&self, index: usize, change: impl FnOnce(&mut Entry)) {
        self.with(|entries| {
            if let Some(entry) = entries.get_mut(index) {
                change(entry);
            }
        });
    }

    fn with<T>(&self, work: impl FnOnce(&mut Vec<Entry>) -> T) -> T {
        work(&mut self.entries.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// 5 seconds after the first failure, twice as long after each further one, 5 minutes at most.
fn rest_after(earlier_failures: u32) -> SignedDuration {
    const FIRST: Duration = Duration::from_secs(5);
    const LONGEST: Duration = Duration::from_mins(5);
    let factor = 2_u32.saturating_pow(earlier_failures.min(16));
    let rest = FIRST.saturating_mul(factor).min(LONGEST);
    SignedDuration::try_from(rest).unwrap_or(SignedDuration::from_mins(5))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rests_grow_and_end_with_a_good_answer() {
        let seconds: Vec<i64> = (0..9).map(|failures| rest_after(failures).as_secs()).collect();
        assert_eq!(seconds, [5, 10, 20, 40, 80, 160, 300, 300, 300]);
        let now: UtcTime = "2026-11-22T01:00:00Z".parse().unwrap();
        let later = now + SignedDuration::from_secs(6);
        let record = Record::new(["a", "b", "c"].into_iter());
        assert_eq!(record.order(now), [0, 1, 2]);
        record.failed(0, now, "down".to_owned());
        assert_eq!(record.order(now), [1, 2, 0]);
        assert_eq!(record.order(later), [0, 1, 2]);
        record.failed(0, later, "down".to_owned());
        assert_eq!(record.order(later + SignedDuration::from_secs(6)), [1, 2, 0]);
        let learned = Learned {
            offset_ms: 3,
            is_accredited: true,
        };
        record.answered(0, later, learned);
        assert_eq!(record.order(later), [0, 1, 2]);
        let first = record.observations().remove(0);
        assert_eq!((first.failure, first.offset_ms), (None, Some(3)));
    }
}
