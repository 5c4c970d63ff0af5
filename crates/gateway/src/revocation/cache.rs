//! What was fetched, for a while: until its next update, within a limit of age and one of memory.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use akashi_app::ports::pki::Certificate;
use akashi_app::ports::{FetchError, Freshness};
use akashi_domain::UtcTime;
use jiff::SignedDuration;

use super::Settings;

/// An answer as it was understood.
#[derive(Debug, Clone)]
pub(super) enum Kept {
    List { der: Vec<u8>, this_update: UtcTime },
    Certificates(Vec<Certificate>),
}

impl Kept {
    fn bytes(&self) -> usize {
        match self {
            Self::List { der, .. } => der.len(),
            Self::Certificates(certificates) => certificates
                .iter()
                .map(|certificate| certificate.as_der().len())
                .sum(),
        }
    }
}

#[derive(Debug)]
struct Entry {
    kept: Kept,
    fetched_at: UtcTime,
    good_until: UtcTime,
}

/// The answers of one process.
#[derive(Debug)]
pub(super) struct Cache {
    max_age: SignedDuration,
    pause: SignedDuration,
    max_bytes: usize,
    entries: Mutex<Entries>,
}

#[derive(Debug, Default)]
struct Entries {
    by_uri: BTreeMap<String, Entry>,
    failed_at: BTreeMap<String, UtcTime>,
}

/// The most addresses that are remembered, good or bad.
const MAX_ENTRIES: usize = 4096;
/// An answer that is younger than this is never asked for again, however fresh it must be.
const YOUNG: SignedDuration = SignedDuration::from_secs(60);

impl Cache {
    pub(super) fn new(settings: &Settings) -> Self {
        Self {
            max_age: SignedDuration::from_secs(i64::from(settings.max_age_s)),
            pause: SignedDuration::from_secs(i64::from(settings.pause_after_failure_s)),
            max_bytes: settings.cache_bytes,
            entries: Mutex::default(),
        }
    }

    /// A list that is good enough.
    pub(super) fn list(&self, uri: &str, freshness: Freshness, now: UtcTime) -> Option<Vec<u8>> {
        self.with(|entries| {
            let entry = entries.current(uri, now)?;
            let Kept::List { der, this_update } = &entry.kept else {
                return None;
            };
            let suffices = match freshness {
                Freshness::Current => true,
                Freshness::MadeSince(moment) => {
                    *this_update >= moment || now.duration_since(entry.fetched_at) < YOUNG
                }
            };
            suffices.then(|| der.clone())
        })
    }

    /// Certificates that were fetched lately.
    pub(super) fn certificates(&self, uri: &str, now: UtcTime) -> Option<Vec<Certificate>> {
        self.with(|entries| match &entries.current(uri, now)?.kept {
            Kept::Certificates(certificates) => Some(certificates.clone()),
            Kept::List { .. } => None,
        })
    }

    /// Keeps an answer until `next_update`, but not longer than the limit. One that has ended already is not kept.
    pub(super) fn keep(&self, uri: &str, kept: Kept, next_update: Option<UtcTime>, now: UtcTime) {
        let oldest = now.checked_add(self.max_age).unwrap_or(now);
        let good_until = next_update.map_or(oldest, |next_update| next_update.min(oldest));
        self.with(|entries| {
            entries.failed_at.remove(uri);
            entries.by_uri.remove(uri);
            if good_until <= now || kept.bytes() > self.max_bytes {
                return;
            }
            let entry = Entry {
                kept,
                fetched_at: now,
                good_until,
            };
            entries.by_uri.insert(uri.to_owned(), entry);
            entries.shrink(self.max_bytes, now);
        });
    }

    /// Refuses an address that failed a moment ago.
    pub(super) fn check_pause(&self, uri: &str, now: UtcTime) -> Result<(), FetchError> {
        let failed_at = self.with(|entries| entries.failed_at.get(uri).copied());
        match failed_at {
            Some(failed_at) if now.duration_since(failed_at) < self.pause => {
                Err(FetchError::Unavailable(Box::new(FailedLately)))
            }
            _ => Ok(()),
        }
    }

    pub(super) fn note_failure(&self, uri: &str, now: UtcTime) {
        self.with(|entries| {
            if entries.failed_at.len() >= MAX_ENTRIES {
                entries
                    .failed_at
                    .retain(|_, failed_at| now.duration_since(*failed_at) < self.pause);
            }
            if entries.failed_at.len() < MAX_ENTRIES {
                entries.failed_at.insert(uri.to_owned(), now);
            }
        });
    }

    fn with<T>(&self, work: impl FnOnce(&mut Entries) -> T) -> T {
        work(&mut self.entries.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Entries {
    fn current(&self, uri: &str, now: UtcTime) -> Option<&Entry> {
        self.by_uri.get(uri).filter(|entry| now < entry.good_until)
    }

    /// Lets go of what has ended, then of the oldest, until the rest fits.
    fn shrink(&mut self, max_bytes: usize, now: UtcTime) {
        self.by_uri.retain(|_, entry| now < entry.good_until);
        let mut bytes: usize = self.by_uri.values().map(|entry| entry.kept.bytes()).sum();
        while bytes > max_bytes || self.by_uri.len() > MAX_ENTRIES {
            let oldest = self.by_uri.iter().min_by_key(|(_, entry)| entry.fetched_at);
            let Some(uri) = oldest.map(|(uri, _)| uri.clone()) else {
                return;
            };
            if let Some(entry) = self.by_uri.remove(&uri) {
                bytes = bytes.saturating_sub(entry.kept.bytes());
            }
        }
    }
}

/// The address is left alone for a while.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("it failed a moment ago and is left alone for a while")]
struct FailedLately;
