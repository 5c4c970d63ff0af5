//! The table of jobs. A directory table: a worker serves all tenants.
//!
//! A finished job leaves the table, so an earlier row of a lane is an unfinished job, and only the first row of a
//! lane can be leased. The order inside a lane comes from the contract's revision, which commits one after the
//! other, not from clocks.

use std::time::Duration;

use akashi_app::ports::{
    DeadJob, Job, JobKind, JobQueue, LeasedJob, NewJob, NewMail, QueueDepth, StoreError,
};
use akashi_domain::{ContractId, JobId, OrganizationId, UtcTime};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, EntityTrait,
    FromQueryResult, QueryFilter, QueryOrder, Statement, Value,
};

use crate::convert::{Row, micros, to_json};
use crate::database::{Scope, reading};
use crate::error::Failure;
use crate::store::Store;

pub(crate) mod job {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "job")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub organization_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub job_id: Uuid,
        pub kind: String,
        pub work: String,
        pub contract_id: Option<Uuid>,
        pub lane: Option<Uuid>,
        pub ordinal: i64,
        pub queued_at: i64,
        pub run_at: i64,
        pub attempts: i32,
        pub last_error: Option<String>,
        pub lease_token: Option<Vec<u8>>,
        pub leased_until: Option<i64>,
        pub died_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

impl TryFrom<job::Model> for Job {
    type Error = StoreError;

    fn try_from(model: job::Model) -> Result<Self, StoreError> {
        let job_id = JobId::from_uuid(model.job_id);
        let row = Row::new("job", job_id);
        Ok(Self {
            job_id,
            organization_id: OrganizationId::from_uuid(model.organization_id),
            kind: row.json("work", &model.work)?,
            queued_at: row.time("queued_at", model.queued_at)?,
            run_at: row.time("run_at", model.run_at)?,
            attempts: row.number("attempts", i64::from(model.attempts))?,
            last_error: model.last_error,
        })
    }
}

/// The contract that a job works on, if its kind says so.
const fn contract_of(kind: &JobKind) -> Option<ContractId> {
    match kind {
        JobKind::Expire { contract_id } => Some(*contract_id),
        other => other.lane(),
    }
}

pub(crate) fn new_row(
    organization_id: OrganizationId,
    job: &NewJob,
    contract_id: Option<ContractId>,
    ordinal: i64,
    now: UtcTime,
) -> Result<job::Model, StoreError> {
    Ok(job::Model {
        organization_id: organization_id.as_uuid(),
        job_id: job.job_id.as_uuid(),
        kind: job.kind.name().to_owned(),
        work: to_json("job", "work", job.job_id, &job.kind)?,
        contract_id: contract_id.map(ContractId::as_uuid),
        lane: job.kind.lane().map(ContractId::as_uuid),
        ordinal,
        queued_at: micros(now),
        run_at: micros(job.run_at),
        attempts: 0,
        last_error: None,
        lease_token: None,
        leased_until: None,
        died_at: None,
    })
}

/// The place of a job among those of its contract: first by the revision with which it was committed.
pub(crate) fn ordinal(revision: i64, index: usize) -> i64 {
    const JOBS_PER_REVISION: i64 = 1 << 16;
    revision
        .saturating_mul(JOBS_PER_REVISION)
        .saturating_add(i64::try_from(index).unwrap_or(i64::MAX))
}

/// The rows of the jobs that follow from a contract's new revision.
pub(crate) fn of_revision(
    organization_id: OrganizationId,
    jobs: &[NewJob],
    revision: i64,
    now: UtcTime,
) -> Result<Vec<job::Model>, StoreError> {
    jobs.iter()
        .enumerate()
        .map(|(index, job)| {
            new_row(
                organization_id,
                job,
                contract_of(&job.kind),
                ordinal(revision, index),
                now,
            )
        })
        .collect()
}

/// The rows of the jobs that deliver mails.
pub(crate) fn deliveries(
    organization_id: OrganizationId,
    mails: &[NewMail],
    revision: i64,
    now: UtcTime,
) -> Result<Vec<job::Model>, StoreError> {
    mails
        .iter()
        .enumerate()
        .map(|(index, mail)| {
            let kind = JobKind::DeliverMail {
                mail_id: mail.mail_id,
            };
            let job = NewJob {
                job_id: mail.job_id,
                kind,
                run_at: now,
            };
            new_row(
                organization_id,
                &job,
                mail.contract_id,
                ordinal(revision, index),
                now,
            )
        })
        .collect()
}

/// Writes the rows of new jobs.
pub(crate) async fn insert(transaction: &DatabaseTransaction, rows: &[job::Model]) -> Result<(), DbErr> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows = rows.iter().cloned().map(job::ActiveModel::from);
    job::Entity::insert_many(rows)
        .exec_without_returning(transaction)
        .await
        .map(drop)
}

/// Unfinished jobs of a contract, in the order of their making.
pub(crate) async fn of_contract(
    transaction: &impl ConnectionTrait,
    organization_id: OrganizationId,
    contract_id: ContractId,
) -> Result<Vec<Job>, Failure> {
    let found = job::Entity::find()
        .filter(job::Column::OrganizationId.eq(organization_id.as_uuid()))
        .filter(job::Column::ContractId.eq(contract_id.as_uuid()))
        .order_by_asc(job::Column::Ordinal)
        .order_by_asc(job::Column::JobId)
        .all(transaction)
        .await?;
    Ok(found.into_iter().map(Job::try_from).collect::<Result<_, _>>()?)
}

/// Removes the jobs of a contract.
pub(crate) async fn remove_of_contract(
    transaction: &DatabaseTransaction,
    organization_id: OrganizationId,
    contract_id: ContractId,
) -> Result<(), DbErr> {
    job::Entity::delete_many()
        .filter(job::Column::OrganizationId.eq(organization_id.as_uuid()))
        .filter(job::Column::ContractId.eq(contract_id.as_uuid()))
        .exec(transaction)
        .await
        .map(drop)
}

/// The job, as long as this worker holds its newest lease.
fn held(job: &LeasedJob) -> Condition {
    Condition::all()
        .add(job::Column::OrganizationId.eq(job.job.organization_id.as_uuid()))
        .add(job::Column::JobId.eq(job.job.job_id.as_uuid()))
        .add(job::Column::LeaseToken.eq(job.lease_token.to_vec()))
}

/// Finishes a job; `false` if the lease is lost.
pub(crate) async fn finish(transaction: &DatabaseTransaction, job: &LeasedJob) -> Result<bool, DbErr> {
    let removed = job::Entity::delete_many()
        .filter(held(job))
        .exec(transaction)
        .await?;
    Ok(removed.rows_affected > 0)
}

const COLUMNS: &str = "organization_id, job_id, kind, work, contract_id, lane, ordinal, queued_at, run_at, \
                       attempts, last_error, lease_token, leased_until, died_at";

/// The oldest due job that is first in its lane. `$1` is the time.
const NEXT: &str = "SELECT j.organization_id, j.job_id FROM job j \
     WHERE j.died_at IS NULL AND j.run_at <= $1 AND (j.leased_until IS NULL OR j.leased_until <= $1) \
     AND (j.lane IS NULL OR NOT EXISTS (SELECT 1 FROM job e WHERE e.organization_id = j.organization_id \
     AND e.lane = j.lane AND e.ordinal < j.ordinal)) \
     ORDER BY j.run_at, j.queued_at, j.ordinal, j.job_id LIMIT 1";

fn statement<I: IntoIterator<Item = Value>>(backend: DbBackend, sql: String, values: I) -> Statement {
    Statement::from_sql_and_values(backend, sql, values)
}

async fn lease(
    transaction: &DatabaseTransaction,
    now: i64,
    leased_until: i64,
    lease_token: [u8; 16],
) -> Result<Option<job::Model>, DbErr> {
    let backend = transaction.get_database_backend();
    // Other workers of the server take other jobs meanwhile; SQLite has one writer.
    let lock = if backend == DbBackend::Postgres {
        " FOR UPDATE OF j SKIP LOCKED"
    } else {
        ""
    };
    let sql = format!(
        "UPDATE job SET lease_token = $2, leased_until = $3, attempts = attempts + 1 \
         WHERE (organization_id, job_id) = ({NEXT}{lock}) RETURNING {COLUMNS}"
    );
    let values = [now.into(), lease_token.to_vec().into(), leased_until.into()];
    let row = transaction.query_one_raw(statement(backend, sql, values)).await?;
    row.map(|row| job::Model::from_query_result(&row, "")).transpose()
}

impl Store {
    /// Changes a job as long as its lease holds.
    async fn change_held(
        &self,
        job: &LeasedJob,
        changes: Vec<(job::Column, Expr)>,
    ) -> Result<bool, StoreError> {
        let held = held(job);
        self.database
            .write(Scope::Directory, move |transaction| {
                let mut update = job::Entity::update_many().filter(held.clone());
                for (column, value) in &changes {
                    update = update.col_expr(*column, value.clone());
                }
                Box::pin(async move { Ok(update.exec(transaction).await?.rows_affected > 0) })
            })
            .await
    }

    /// Changes a job that nobody holds, for a person of the organization.
    async fn change_waiting(
        &self,
        organization_id: OrganizationId,
        job_id: JobId,
        which: Condition,
        changes: Vec<(job::Column, Expr)>,
    ) -> Result<bool, StoreError> {
        let which = which
            .add(job::Column::OrganizationId.eq(organization_id.as_uuid()))
            .add(job::Column::JobId.eq(job_id.as_uuid()));
        let changed = self
            .database
            .write(Scope::Directory, move |transaction| {
                let mut update = job::Entity::update_many().filter(which.clone());
                for (column, value) in &changes {
                    update = update.col_expr(*column, value.clone());
                }
                Box::pin(async move { Ok(update.exec(transaction).await?.rows_affected > 0) })
            })
            .await?;
        if changed {
            self.database.announce_jobs();
        }
        Ok(changed)
    }
}

/// What is left of a lease when a job is given back.
fn unleased() -> [(job::Column, Expr); 2] {
    [
        (job::Column::LeaseToken, Expr::value(Option::<Vec<u8>>::None)),
        (job::Column::LeasedUntil, Expr::value(Option::<i64>::None)),
    ]
}

/// What is kept of an error: one bounded line.
fn shortened(error: &str) -> Expr {
    const LONGEST: usize = 1000;
    let line = error
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(LONGEST);
    Expr::value(Some(line.collect::<String>()))
}

fn after(now: UtcTime, time: Duration) -> i64 {
    micros(now.saturating_add(time).unwrap_or(UtcTime::MAX))
}

#[async_trait::async_trait]
impl JobQueue for Store {
    async fn lease(
        &self,
        now: UtcTime,
        lease_for: Duration,
        lease_token: [u8; 16],
    ) -> Result<Option<LeasedJob>, StoreError> {
        let look = self.database.wake().begin_look();
        let (now_micros, leased_until) = (micros(now), after(now, lease_for));
        // A look that finds nothing, which is the usual one, shall not occupy the writer.
        let is_due = reading(async {
            let transaction = self.database.read_one(Scope::Directory).await?;
            let backend = transaction.get_database_backend();
            let due = transaction
                .query_one_raw(statement(backend, NEXT.to_owned(), [now_micros.into()]))
                .await?;
            transaction.end().await?;
            Ok(due.is_some())
        })
        .await?;
        if !is_due {
            self.database.wake().found_nothing(look);
            return Ok(None);
        }
        let leased = self
            .database
            .write(Scope::Directory, move |transaction| {
                Box::pin(async move { Ok(lease(transaction, now_micros, leased_until, lease_token).await?) })
            })
            .await?;
        let Some(model) = leased else {
            return Ok(None);
        };
        let until = Row::new("job", JobId::from_uuid(model.job_id)).time("leased_until", leased_until)?;
        Ok(Some(LeasedJob {
            job: Job::try_from(model)?,
            lease_token,
            leased_until: until,
        }))
    }

    async fn extend(&self, job: &LeasedJob, now: UtcTime, lease_for: Duration) -> Result<bool, StoreError> {
        let until = Expr::value(Some(after(now, lease_for)));
        self.change_held(job, vec![(job::Column::LeasedUntil, until)])
            .await
    }

    async fn complete(&self, job: &LeasedJob) -> Result<bool, StoreError> {
        let held = job.clone();
        let finished = self
            .database
            .write(Scope::Directory, move |transaction| {
                let held = held.clone();
                Box::pin(async move { Ok(finish(transaction, &held).await?) })
            })
            .await?;
        // The next job of the lane is free now.
        self.database.announce_jobs();
        Ok(finished)
    }

    async fn retry(&self, job: &LeasedJob, run_at: UtcTime, error: &str) -> Result<bool, StoreError> {
        let mut changes = vec![
            (job::Column::RunAt, Expr::value(micros(run_at))),
            (job::Column::LastError, shortened(error)),
        ];
        changes.extend(unleased());
        let given_back = self.change_held(job, changes).await?;
        self.database.announce_jobs();
        Ok(given_back)
    }

    async fn bury(&self, job: &LeasedJob, error: &str, now: UtcTime) -> Result<bool, StoreError> {
        let mut changes = vec![
            (job::Column::DiedAt, Expr::value(Some(micros(now)))),
            (job::Column::LastError, shortened(error)),
        ];
        changes.extend(unleased());
        self.change_held(job, changes).await
    }

    async fn dead(&self, organization_id: OrganizationId) -> Result<Vec<DeadJob>, StoreError> {
        reading(async {
            let transaction = self.database.read_one(Scope::Directory).await?;
            let found = job::Entity::find()
                .filter(job::Column::OrganizationId.eq(organization_id.as_uuid()))
                .filter(job::Column::DiedAt.is_not_null())
                .order_by_desc(job::Column::DiedAt)
                .order_by_desc(job::Column::JobId)
                .all(&*transaction)
                .await?;
            transaction.end().await?;
            let dead = |model: job::Model| {
                let row = Row::new("job", JobId::from_uuid(model.job_id));
                let died_at = row.time("died_at", row.present("died_at", model.died_at)?)?;
                Ok(DeadJob {
                    job: Job::try_from(model)?,
                    died_at,
                })
            };
            Ok(found.into_iter().map(dead).collect::<Result<_, StoreError>>()?)
        })
        .await
    }

    async fn revive(
        &self,
        organization_id: OrganizationId,
        job_id: JobId,
        now: UtcTime,
    ) -> Result<bool, StoreError> {
        let dead = Condition::all().add(job::Column::DiedAt.is_not_null());
        let changes = vec![
            (job::Column::DiedAt, Expr::value(Option::<i64>::None)),
            (job::Column::RunAt, Expr::value(micros(now))),
            (job::Column::Attempts, Expr::value(0)),
        ];
        self.change_waiting(organization_id, job_id, dead, changes).await
    }

    async fn hasten(
        &self,
        organization_id: OrganizationId,
        job_id: JobId,
        now: UtcTime,
    ) -> Result<bool, StoreError> {
        let free = Condition::any()
            .add(job::Column::LeasedUntil.is_null())
            .add(job::Column::LeasedUntil.lte(micros(now)));
        let waiting = Condition::all().add(job::Column::DiedAt.is_null()).add(free);
        let changes = vec![(job::Column::RunAt, Expr::value(micros(now)))];
        self.change_waiting(organization_id, job_id, waiting, changes)
            .await
    }

    async fn depth(&self, now: UtcTime) -> Result<QueueDepth, StoreError> {
        const COUNTS: &str = "SELECT \
             CAST(COALESCE(SUM(CASE WHEN died_at IS NULL AND (leased_until IS NULL OR leased_until <= $1) \
             AND run_at <= $1 THEN 1 ELSE 0 END), 0) AS bigint), \
             CAST(COALESCE(SUM(CASE WHEN died_at IS NULL AND leased_until > $1 THEN 1 ELSE 0 END), 0) AS bigint), \
             CAST(COALESCE(SUM(CASE WHEN died_at IS NULL AND (leased_until IS NULL OR leased_until <= $1) \
             AND run_at > $1 THEN 1 ELSE 0 END), 0) AS bigint), \
             CAST(COALESCE(SUM(CASE WHEN died_at IS NOT NULL THEN 1 ELSE 0 END), 0) AS bigint) FROM job";
        reading(async {
            let transaction = self.database.read_one(Scope::Directory).await?;
            let backend = transaction.get_database_backend();
            let counts = statement(backend, COUNTS.to_owned(), [micros(now).into()]);
            let row = transaction.query_one_raw(counts).await?;
            transaction.end().await?;
            let Some(row) = row else {
                return Ok(QueueDepth::default());
            };
            let count = |index: usize| -> Result<u32, DbErr> {
                Ok(u32::try_from(row.try_get_by::<i64, _>(index)?).unwrap_or(u32::MAX))
            };
            Ok(QueueDepth {
                due: count(0)?,
                running: count(1)?,
                later: count(2)?,
                dead: count(3)?,
            })
        })
        .await
    }

    async fn wait(&self, at_most: Duration) {
        self.database.wake().wait(at_most).await;
    }
}
