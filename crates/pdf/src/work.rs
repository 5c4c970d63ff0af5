//! A bound on the work that one document may cause.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::limits::{Limit, Limits};

/// Counts bytes that were parsed or decoded beyond the ordinary.
///
/// Every single object and stream is bounded by itself; this bounds their sum, so that a small file cannot keep a
/// reader busy by having the same bytes read again and again.
#[derive(Debug)]
pub(crate) struct Work {
    spent: AtomicU64,
    allowance: u64,
}

impl Work {
    /// The allowance grows with the file: reading all of it several times is ordinary.
    pub(crate) fn new(limits: &Limits, file_size: u64) -> Self {
        let allowance = limits.work_bytes.saturating_add(file_size.saturating_mul(64));
        Self {
            spent: AtomicU64::new(0),
            allowance,
        }
    }

    pub(crate) fn spend(&self, bytes: usize) -> Result<(), Limit> {
        let before = self.spent.fetch_add(bytes as u64, Ordering::Relaxed);
        if before > self.allowance {
            Err(Limit::Work(self.allowance))
        } else {
            Ok(())
        }
    }
}
