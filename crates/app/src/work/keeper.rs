//! Rounds over all organizations: what is due is queued, and what could not be kept is told to the administrators.

use std::sync::Arc;
use std::time::Duration;

use akashi_domain::{MemberState, Role};
use tokio::sync::watch;

use super::chain;
use crate::ports::{MailKind, NewMail, PreservationFigures, PreservationOrder, Tenant};
use crate::{App, Error};

/// Between two rounds.
const PAUSE: Duration = Duration::from_hours(1);
/// Contracts queued in one transaction.
const BATCH: u32 = 200;
/// How often administrators are told of the same misery: daily where proof was lost, else weekly.
const TELL_AGAIN: Duration = Duration::from_hours(7 * 24);
const TELL_DAILY: Duration = Duration::from_hours(24);

/// Queues the raising and renewing of concluded contracts, once an hour.
#[derive(Debug)]
pub struct Keeper {
    app: Arc<App>,
}

impl Keeper {
    /// A keeper of this installation.
    pub fn new(app: Arc<App>) -> Self {
        Self { app }
    }

    /// Makes its rounds until `stop` turns true.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        while !*stop.borrow() {
            if let Err(error) = self.app.keep().await {
                tracing::warn!(error = %chain(&error), "keeping failed; the next round tries again");
            }
            tokio::select! {
                () = tokio::time::sleep(PAUSE) => {}
                _ = stop.changed() => {}
            }
        }
    }
}

impl App {
    /// One round over all organizations. Returns how many contracts were queued.
    ///
    /// # Errors
    /// [`Error::Unavailable`]
    pub async fn keep(&self) -> Result<u32, Error> {
        let mut queued = 0_u32;
        let mut sum = PreservationFigures::default();
        for organization_id in self.ports.organizations.all().await? {
            let tenant = Tenant::authenticated(organization_id);
            queued = queued.saturating_add(self.order_due(&tenant).await?);
            let figures = self.ports.preservation.figures(&tenant, self.now()).await?;
            self.tell_administrators(&tenant, &figures).await?;
            sum.kept = sum.kept.saturating_add(figures.kept);
            sum.to_raise = sum.to_raise.saturating_add(figures.to_raise);
            sum.troubled = sum.troubled.saturating_add(figures.troubled);
            sum.stuck = sum.stuck.saturating_add(figures.stuck);
            sum.missed = sum.missed.saturating_add(figures.missed);
        }
        for (state, count) in [
            ("kept", sum.kept),
            ("to_raise", sum.to_raise),
            ("troubled", sum.troubled),
            ("stuck", sum.stuck),
            ("missed", sum.missed),
        ] {
            metrics::gauge!("akashi_preservation_contracts", "state" => state).set(f64::from(count));
        }
        if sum.missed > 0 {
            tracing::error!(
                contracts.missed = sum.missed,
                alarm = true,
                "archive time-stamps have ended without a renewal"
            );
            metrics::counter!("akashi_alarms_total", "reason" => "renewal_missed").increment(1);
        }
        Ok(queued)
    }

    async fn order_due(&self, tenant: &Tenant) -> Result<u32, Error> {
        let mut queued = 0_u32;
        loop {
            let due = self.ports.preservation.due(tenant, self.now(), BATCH).await?;
            if due.is_empty() {
                return Ok(queued);
            }
            let orders: Vec<PreservationOrder> = due
                .into_iter()
                .map(|contract_id| PreservationOrder {
                    contract_id,
                    job_id: self.new_job_id(),
                })
                .collect();
            let placed = self
                .ports
                .preservation
                .order(tenant, &orders, None, self.now())
                .await?;
            queued = queued.saturating_add(placed);
            if placed == 0 {
                return Ok(queued);
            }
        }
    }

    /// A mail to every administrator, when something is stuck or lost and they were not told lately.
    async fn tell_administrators(&self, tenant: &Tenant, figures: &PreservationFigures) -> Result<(), Error> {
        if figures.stuck == 0 && figures.missed == 0 {
            return Ok(());
        }
        let pause = if figures.missed > 0 {
            TELL_DAILY
        } else {
            TELL_AGAIN
        };
        let told_at = self.ports.preservation.last_alarm(tenant).await?;
        let now = self.now();
        let is_recent = told_at.is_some_and(|told_at| {
            told_at
                .saturating_add(pause)
                .is_ok_and(|tell_again_at| now < tell_again_at)
        });
        if is_recent {
            return Ok(());
        }
        let members = self.ports.organizations.members(tenant).await?;
        let mails = members
            .into_iter()
            .filter(|member| member.role == Role::Administrator && member.state == MemberState::Active)
            .map(|member| NewMail {
                mail_id: self.new_mail_id(),
                contract_id: None,
                kind: MailKind::PreservationAlarm {
                    member_id: member.member_id,
                },
                to: member.email,
                language: member.language,
                job_id: self.new_job_id(),
            })
            .collect();
        self.ports.preservation.alarm(tenant, told_at, mails, now).await?;
        Ok(())
    }
}
