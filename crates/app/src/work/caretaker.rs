//! Housekeeping: what is over is removed.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use akashi_domain::{OrganizationId, SegmentId};
use futures_util::StreamExt as _;
use tokio::sync::watch;

use super::chain;
use crate::ports::Tenant;
use crate::{App, Error};

/// Between two rounds.
const PAUSE: Duration = Duration::from_hours(1);
/// An object that no row names is removed after this; an attempt in progress is never that old.
const ORPHAN_AGE: Duration = Duration::from_hours(7 * 24);
/// Objects looked up at once.
const BATCH: usize = 200;

/// Removes ended sessions and objects that nothing names, once an hour.
#[derive(Debug)]
pub struct Caretaker {
    app: Arc<App>,
}

impl Caretaker {
    /// A caretaker of this installation.
    pub fn new(app: Arc<App>) -> Self {
        Self { app }
    }

    /// Makes its rounds until `stop` turns true.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            if let Err(error) = self.app.tidy().await {
                tracing::warn!(error = %chain(&error), "housekeeping failed; the next round tries again");
            }
            tokio::select! {
                () = tokio::time::sleep(PAUSE) => {}
                _ = stop.changed() => {}
            }
        }
    }
}

impl App {
    /// One round: ended sessions, and orphaned objects. Returns how many objects were removed.
    ///
    /// # Errors
    /// [`Error::Unavailable`]
    pub async fn tidy(&self) -> Result<u64, Error> {
        let now = self.now();
        self.ports.sessions.purge(now).await?;
        let before = now.saturating_sub(ORPHAN_AGE).unwrap_or(now);
        let mut batches = self.ports.sweep.older_than(before).chunks(BATCH);
        let mut removed = 0_u64;
        while let Some(batch) = batches.next().await {
            let listed: Vec<(Tenant, _)> = batch.into_iter().collect::<Result<_, _>>()?;
            let mut by_tenant: BTreeMap<OrganizationId, Vec<SegmentId>> = BTreeMap::new();
            for (tenant, segment_id) in listed {
                by_tenant
                    .entry(tenant.organization_id())
                    .or_default()
                    .push(segment_id);
            }
            for (organization_id, ids) in by_tenant {
                let tenant = Tenant::authenticated(organization_id);
                for segment_id in self.ports.contracts.unnamed_segments(&tenant, &ids).await? {
                    self.ports.segments.remove(&tenant, segment_id).await?;
                    removed = removed.saturating_add(1);
                }
            }
        }
        if removed > 0 {
            tracing::info!(objects.removed = removed, "orphaned objects removed");
        }
        Ok(removed)
    }
}
