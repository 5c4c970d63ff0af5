//! Leasing, heartbeat, back-off.

use std::sync::Arc;
use std::time::Duration;

use akashi_domain::contract::{Command, Hold, HoldReason};
use akashi_domain::{Actor, ContractId};
use futures_util::future::join_all;
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::outcome::{Failed, Finished};
use super::steps::Step;
use crate::commit::Along;
use crate::ports::{JobKind, LeasedJob, Tenant};
use crate::{App, Error};

/// How long a lease holds without a heartbeat. A job of a node that died is retaken after this.
const LEASE: Duration = Duration::from_secs(30);
/// The most leases asked for at once.
const WIDEST: usize = 8;
/// How long the worker sleeps when nothing wakes it.
const IDLE: Duration = Duration::from_secs(2);
/// Attempts after which a job that fails for an unknown reason is given up.
const ATTEMPTS: u32 = 8;

/// Does the jobs of this process.
#[derive(Debug)]
pub struct Worker {
    app: Arc<App>,
    parallel: usize,
}

impl Worker {
    /// A worker that does up to `parallel` jobs at once.
    pub fn new(app: Arc<App>, parallel: usize) -> Self {
        Self {
            app,
            parallel: parallel.max(1),
        }
    }

    /// Works until `stop` turns true, then finishes what it has begun.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut running = JoinSet::new();
        let mut breadth = 1;
        while !*stop.borrow() {
            while running.try_join_next().is_some() {}
            let free = self.parallel.saturating_sub(running.len());
            if free == 0 {
                running.join_next().await;
                continue;
            }
            let wanted = breadth.min(free);
            let (jobs, fault) = self.lease_some(wanted).await;
            let taken = jobs.len();
            for job in jobs {
                let app = Arc::clone(&self.app);
                running.spawn(async move { app.attempt(job).await });
            }
            // Who found as many as were looked for looks for more at once; otherwise one look is enough.
            breadth = if taken == wanted {
                wanted.saturating_mul(2).min(WIDEST)
            } else {
                1
            };
            if let Some(error) = fault {
                tracing::warn!(error = %chain(&error), "job queue is not available");
                tokio::time::sleep(IDLE).await;
            } else if taken == 0 {
                tokio::select! {
                    () = self.app.ports.jobs.wait(IDLE) => {}
                    _ = stop.changed() => {}
                    Some(_) = running.join_next(), if !running.is_empty() => {}
                }
            }
        }
        while running.join_next().await.is_some() {}
    }

    /// Leases up to `wanted` jobs side by side: a lease waits for the disk, and several can share one write to it.
    async fn lease_some(&self, wanted: usize) -> (Vec<LeasedJob>, Option<Error>) {
        let mut jobs = Vec::with_capacity(wanted);
        let mut fault = None;
        for leased in join_all((0..wanted).map(|_| self.app.lease())).await {
            match leased {
                Ok(job) => jobs.extend(job),
                Err(error) => fault = Some(error),
            }
        }
        (jobs, fault)
    }
}

impl App {
    /// Does every job that is due, one after the other, and returns how many attempts were made. For tests and
    /// for commands that fill a data folder.
    ///
    /// # Errors
    /// [`Error::Unavailable`] if the queue cannot be read.
    pub async fn work_until_idle(&self) -> Result<u32, Error> {
        let mut attempts = 0_u32;
        while let Some(job) = self.lease().await? {
            self.attempt(job).await;
            attempts = attempts.saturating_add(1);
        }
        Ok(attempts)
    }

    async fn lease(&self) -> Result<Option<LeasedJob>, Error> {
        Ok(self.ports.jobs.lease(self.now(), LEASE, self.random()).await?)
    }

    async fn attempt(&self, job: LeasedJob) {
        self.ports.steps.passed(Step::JobLeased);
        let work = self.perform(&job);
        let heartbeat = async {
            loop {
                tokio::time::sleep(LEASE / 3).await;
                match self.ports.jobs.extend(&job, self.now(), LEASE).await {
                    Ok(true) => {}
                    Ok(false) => return,
                    Err(error) => tracing::warn!(job.id = %job.job.job_id, %error, "heartbeat failed"),
                }
            }
        };
        let result = tokio::select! {
            result = work => result,
            () = heartbeat => Err(Failed::Overtaken),
        };
        if let Err(error) = self.settle(&job, result).await {
            // The lease runs out and the job is retaken.
            tracing::warn!(job.id = %job.job.job_id, error = %chain(&error), "job could not be settled");
        }
    }

    async fn perform(&self, job: &LeasedJob) -> Result<Finished, Failed> {
        match job.job.kind {
            JobKind::PrepareSending { contract_id } => self.prepare_sending(job, contract_id).await,
            JobKind::Sign {
                contract_id,
                party_id,
            } => self.make_signatures(job, contract_id, party_id).await,
            JobKind::Conclude { contract_id } => self.conclude(job, contract_id).await,
            JobKind::Preserve { contract_id } => self.preserve(job, contract_id).await,
            JobKind::Expire { contract_id } => self.expire(job, contract_id).await,
            JobKind::DeliverMail { mail_id } => self.deliver_mail(job, mail_id).await,
        }
    }

    async fn settle(&self, job: &LeasedJob, result: Result<Finished, Failed>) -> Result<(), Error> {
        let jobs = &self.ports.jobs;
        let (id, kind) = (job.job.job_id, job.job.kind.name());
        metrics::counter!("akashi_job_attempts_total", "kind" => kind, "outcome" => outcome(&result))
            .increment(1);
        match result {
            Ok(Finished::Committed) => {}
            Ok(Finished::Nothing) => {
                jobs.complete(job).await?;
            }
            Ok(Finished::Later(after)) => {
                jobs.retry(job, self.later(after), "").await?;
            }
            Err(Failed::Overtaken) => {
                jobs.retry(job, self.now(), "changed meanwhile").await?;
            }
            Err(Failed::Held(reason, error)) if let JobKind::Preserve { contract_id } = job.job.kind => {
                let soon = back_off(job.job.attempts);
                self.preserve_failed(job, contract_id, reason, &error, soon)
                    .await?;
            }
            Err(Failed::Broken(error)) if let JobKind::Preserve { contract_id } = job.job.kind => {
                let soon = back_off(job.job.attempts);
                self.preserve_failed(job, contract_id, HoldReason::Internal, &error, soon)
                    .await?;
            }
            Err(Failed::Held(reason, error)) => {
                let wait = back_off(job.job.attempts);
                tracing::warn!(job.id = %id, job.kind = kind, error = %chain(&error), wait_s = wait.as_secs(), "contract is held back");
                jobs.retry(job, self.later(wait), &chain(&error)).await?;
                self.show_hold(job, reason, wait).await?;
            }
            Err(Failed::Broken(error)) => {
                let text = chain(&error);
                if job.job.attempts >= ATTEMPTS {
                    tracing::error!(job.id = %id, job.kind = kind, error = %text, alarm = true, "job is given up");
                    metrics::counter!("akashi_alarms_total", "reason" => "dead_job").increment(1);
                    jobs.bury(job, &text, self.now()).await?;
                } else {
                    tracing::error!(job.id = %id, job.kind = kind, error = %text, "job failed");
                    jobs.retry(job, self.later(back_off(job.job.attempts)), &text)
                        .await?;
                }
                self.show_hold(job, HoldReason::Internal, back_off(job.job.attempts))
                    .await?;
            }
        }
        Ok(())
    }

    /// Puts the reason for waiting on the screen.
    async fn show_hold(&self, job: &LeasedJob, reason: HoldReason, wait: Duration) -> Result<(), Error> {
        let Some(contract_id) = job.job.kind.lane() else {
            return Ok(());
        };
        let tenant = Tenant::authenticated(job.job.organization_id);
        let hold = Hold {
            reason,
            since: self.now(),
            next_attempt_at: self.later(wait),
        };
        match self.hold_back(&tenant, contract_id, hold).await {
            // Overtaken by somebody who ended the contract, or who will see the reason at the next attempt.
            Err(Error::Conflict | Error::Refused(_) | Error::NotFound) | Ok(()) => Ok(()),
            Err(error) => Err(error),
        }
    }

    async fn hold_back(&self, tenant: &Tenant, contract_id: ContractId, hold: Hold) -> Result<(), Error> {
        let stored = self.load(tenant, contract_id).await?;
        let decision = stored.value.decide(Command::HoldBack { hold }, self.now())?;
        self.commit(tenant, Actor::System, stored.revision, decision, Along::default())
            .await?;
        Ok(())
    }

    pub(super) fn later(&self, after: Duration) -> akashi_domain::UtcTime {
        let now = self.now();
        now.saturating_add(after).unwrap_or(now)
    }
}

/// How an attempt ended, in the figures.
fn outcome(result: &Result<Finished, Failed>) -> &'static str {
    match result {
        Ok(Finished::Committed | Finished::Nothing) => "done",
        Ok(Finished::Later(_)) => "later",
        Err(Failed::Overtaken) => "overtaken",
        Err(Failed::Held(..)) => "held",
        Err(Failed::Broken(_)) => "failed",
    }
}

/// 5 s, 10 s, 20 s … at most 5 minutes: long enough to spare a service that is down, short enough that a
/// contract goes on soon after it is back.
fn back_off(attempts: u32) -> Duration {
    let factor = 1_u64 << attempts.saturating_sub(1).min(6);
    Duration::from_secs((5 * factor).min(300))
}

/// An error with its causes, for the log. Errors carry no personal data.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text.chars().take(1000).collect()
}
