//! The one writer of SQLite.
//!
//! A commit with `synchronous = FULL` waits for the disk, some milliseconds on ordinary ones. Writes that come
//! meanwhile queue up here and share the next commit: `BEGIN IMMEDIATE`, each write between its own savepoints,
//! `COMMIT`. Each caller is answered only after that commit has reached the disk, so durability is the same as
//! with one commit each; and a write that is refused undoes only itself.

use std::sync::Arc;

use akashi_app::ports::StoreError;
use futures_util::future::BoxFuture;
use sea_orm::{DatabaseConnection, DatabaseTransaction, DbErr, TransactionTrait};
use tokio::sync::{mpsc, oneshot};

use super::sqlite::{Connector, WriteAheadLog};
use super::{Step, immediate};
use crate::error::{DatabaseFailure, Failure, unavailable_because};

/// Hands writes to the writer.
#[derive(Clone)]
pub(super) struct WriteQueue(mpsc::Sender<Box<dyn QueuedWrite>>);

impl WriteQueue {
    /// Queues a write and waits until it is durable or refused.
    pub(super) async fn write<T, E, F>(&self, work: F) -> Result<T, E>
    where
        T: Send + 'static,
        E: From<StoreError> + Send + 'static,
        F: for<'t> Fn(&'t DatabaseTransaction) -> Step<'t, T, E> + Send + Sync + 'static,
    {
        let (answer, answered) = oneshot::channel();
        let write = Box::new(Write {
            work,
            outcome: None,
            answer,
        });
        if self.0.send(write).await.is_err() {
            return Err(stopped().into());
        }
        answered.await.unwrap_or_else(|_| Err(stopped().into()))
    }
}

fn stopped() -> StoreError {
    unavailable_because("the writer has stopped")
}

/// The one writer.
pub(super) struct Writer {
    connector: Connector,
    connection: DatabaseConnection,
    queue: mpsc::Receiver<Box<dyn QueuedWrite>>,
    log: WriteAheadLog,
    #[cfg(test)]
    faults: Arc<super::FaultPlan>,
}

impl Writer {
    /// A writer on `connection`, which must be a pool of one, and the queue in front of it.
    pub(super) fn new(
        connector: Connector,
        connection: DatabaseConnection,
        #[cfg(test)] faults: Arc<super::FaultPlan>,
    ) -> (WriteQueue, Self) {
        let (sender, queue) = mpsc::channel(QUEUE_LENGTH);
        let log = connector.log();
        let writer = Self {
            connector,
            connection,
            queue,
            log,
            #[cfg(test)]
            faults,
        };
        (WriteQueue(sender), writer)
    }

    /// Writes until nobody can hand in anything more.
    pub(super) async fn run(mut self) {
        while let Some(first) = self.queue.recv().await {
            let mut batch = Batch::default();
            let end = self.commit_batch(first, &mut batch).await.map_err(Arc::new);
            if let Err(error) = &end {
                tracing::error!(error = %DatabaseFailure::of(error), batch.writes = batch.0.len(), "commit failed");
                self.reconnect().await;
            }
            batch.answer(&end);
            self.log.truncate_if_long(&self.connection).await;
        }
        if let Err(error) = self.connection.close_by_ref().await {
            tracing::warn!(error = %DatabaseFailure::of(&error), "the writer's connection did not close in order");
        }
    }

    /// Some errors (a full disk, for example) make SQLite end the transaction by itself, after which the driver
    /// takes the connection to be inside one for ever and `BEGIN IMMEDIATE` would no longer be said.
    async fn reconnect(&mut self) {
        match self.connector.writer().await {
            Ok(fresh) => {
                let old = std::mem::replace(&mut self.connection, fresh);
                if let Err(error) = old.close().await {
                    tracing::warn!(error = %DatabaseFailure::of(&error), "a failed connection did not close");
                }
            }
            Err(error) => {
                tracing::error!(error = %DatabaseFailure::of(&error), "the writer cannot connect again");
            }
        }
    }

    async fn commit_batch(&mut self, first: Box<dyn QueuedWrite>, batch: &mut Batch) -> Result<(), DbErr> {
        // In the batch before anything can fail: whoever is in it gets an answer.
        batch.0.push(first);
        let transaction = self.connection.begin_with_options(immediate()).await?;
        batch.run_last(&transaction).await?;
        while batch.0.len() < LONGEST_BATCH
            && let Ok(next) = self.queue.try_recv()
        {
            batch.0.push(next);
            batch.run_last(&transaction).await?;
        }
        #[cfg(test)]
        if self.faults.strikes(super::CommitFault::BeforeCommit) {
            transaction.rollback().await?;
            return Err(DbErr::Custom("fault before commit".to_owned()));
        }
        transaction.commit().await?;
        #[cfg(test)]
        if self.faults.strikes(super::CommitFault::AfterCommit) {
            return Err(DbErr::Custom("fault after commit".to_owned()));
        }
        Ok(())
    }
}

/// Writes that share one commit.
#[derive(Default)]
struct Batch(Vec<Box<dyn QueuedWrite>>);

impl Batch {
    /// Runs the newest write between savepoints.
    async fn run_last(&mut self, transaction: &DatabaseTransaction) -> Result<(), DbErr> {
        let Some(write) = self.0.last_mut() else {
            return Ok(());
        };
        let savepoint = transaction.begin().await?;
        match write.run(&savepoint).await {
            Verdict::Keep => savepoint.commit().await,
            Verdict::Undo => savepoint.rollback().await,
        }
    }

    fn answer(self, end: &Result<(), Arc<DbErr>>) {
        for write in self.0 {
            write.answer(end);
        }
    }
}

/// Whether what a write did shall stay.
enum Verdict {
    Keep,
    Undo,
}

/// A write without its types.
trait QueuedWrite: Send {
    /// Does the work and keeps its outcome.
    fn run<'t>(&'t mut self, transaction: &'t DatabaseTransaction) -> BoxFuture<'t, Verdict>;
    /// Tells the caller the outcome, now that the end of the whole transaction is known.
    fn answer(self: Box<Self>, end: &Result<(), Arc<DbErr>>);
}

struct Write<T, E, F> {
    work: F,
    outcome: Option<Result<T, Failure<E>>>,
    answer: oneshot::Sender<Result<T, E>>,
}

impl<T, E, F> QueuedWrite for Write<T, E, F>
where
    T: Send + 'static,
    E: From<StoreError> + Send + 'static,
    F: for<'t> Fn(&'t DatabaseTransaction) -> Step<'t, T, E> + Send + Sync + 'static,
{
    fn run<'t>(&'t mut self, transaction: &'t DatabaseTransaction) -> BoxFuture<'t, Verdict> {
        Box::pin(async move {
            let outcome = (self.work)(transaction).await;
            let verdict = if outcome.is_ok() {
                Verdict::Keep
            } else {
                Verdict::Undo
            };
            self.outcome = Some(outcome);
            verdict
        })
    }

    fn answer(self: Box<Self>, end: &Result<(), Arc<DbErr>>) {
        let told = match (end, self.outcome) {
            // A refusal may have been founded on what another write of the batch did, so it falls with the batch.
            (Err(error), _) => Err(crate::error::unavailable(error).into()),
            (Ok(()), Some(outcome)) => outcome.map_err(Failure::into_error),
            (Ok(()), None) => Err(stopped().into()),
        };
        // Nobody listens any more when the caller was cancelled; what is committed stays.
        drop(self.answer.send(told));
    }
}

/// Writes that may wait before callers are held back.
const QUEUE_LENGTH: usize = 1024;

/// The most writes in one commit, so that the first of them does not wait for long.
const LONGEST_BATCH: usize = 128;
