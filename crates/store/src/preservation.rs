//! Which concluded contracts are to be raised or renewed, and what is wrong with the others.

use akashi_app::ports::{
    JobKind, NewJob, NewMail, PreservationFigures, PreservationOrder, PreservationStore,
    RecordedOrganizationEvent, StoreError, Tenant,
};
use akashi_domain::{ContractId, OrganizationId, StateKind, UtcTime};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect, Statement, Value,
};

use crate::contracts::row::{STUCK, WAITING, contract};
use crate::convert::{Row, micros};
use crate::database::reading;
use crate::error::Failure;
use crate::jobs::{self, job};
use crate::store::Store;
use crate::{mails, organization_events};

mod preservation_alarm {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "preservation_alarm")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub organization_id: Uuid,
        pub told_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The place among the jobs of one revision: behind everything that the revision itself brought.
const LAST_OF_REVISION: usize = (1 << 16) - 1;

/// The longest waiting first; a contract of an earlier release, which has no date, waits longest.
const DUE: &str = "SELECT contract_id FROM contract AS c WHERE c.organization_id = $1 AND c.state = 'concluded' \
    AND (c.preserve_at IS NULL OR c.preserve_at <= $2) AND NOT EXISTS (SELECT 1 FROM job AS j \
    WHERE j.organization_id = c.organization_id AND j.contract_id = c.contract_id AND j.kind = 'preserve') \
    ORDER BY COALESCE(c.preserve_at, 0), c.contract_id LIMIT $3";

const FIGURES: &str = "SELECT \
    CAST(COALESCE(SUM(CASE WHEN preservation_trouble IS NULL AND kept_until > $2 THEN 1 ELSE 0 END), 0) AS bigint), \
    CAST(COALESCE(SUM(CASE WHEN preservation_trouble IS NULL AND kept_level IS NULL THEN 1 ELSE 0 END), 0) AS bigint), \
    CAST(COALESCE(SUM(CASE WHEN preservation_trouble = $3 THEN 1 ELSE 0 END), 0) AS bigint), \
    CAST(COALESCE(SUM(CASE WHEN preservation_trouble = $4 THEN 1 ELSE 0 END), 0) AS bigint), \
    CAST(COALESCE(SUM(CASE WHEN kept_until <= $2 THEN 1 ELSE 0 END), 0) AS bigint), \
    MIN(CASE WHEN preservation_trouble IS NULL AND kept_until > $2 THEN preserve_at END) \
    FROM contract WHERE organization_id = $1 AND state = 'concluded'";

fn statement<const N: usize>(connection: &impl ConnectionTrait, sql: &str, values: [Value; N]) -> Statement {
    Statement::from_sql_and_values(connection.get_database_backend(), sql, values)
}

fn concluded(organization_id: OrganizationId) -> Condition {
    Condition::all()
        .add(contract::Column::OrganizationId.eq(organization_id.as_uuid()))
        .add(contract::Column::State.eq(StateKind::Concluded.as_str()))
}

#[async_trait::async_trait]
impl PreservationStore for Store {
    async fn due(&self, tenant: &Tenant, now: UtcTime, limit: u32) -> Result<Vec<ContractId>, StoreError> {
        reading(async {
            let transaction = self.database.read_one(tenant).await?;
            let values = [
                tenant.organization_id().as_uuid().into(),
                micros(now).into(),
                i64::from(limit).into(),
            ];
            let rows = transaction
                .query_all_raw(statement(&*transaction, DUE, values))
                .await?;
            transaction.end().await?;
            let ids = rows.iter().map(|row| row.try_get_by_index::<uuid::Uuid>(0));
            Ok(ids
                .map(|id| id.map(ContractId::from_uuid))
                .collect::<Result<_, _>>()?)
        })
        .await
    }

    async fn order(
        &self,
        tenant: &Tenant,
        orders: &[PreservationOrder],
        event: Option<RecordedOrganizationEvent>,
        now: UtcTime,
    ) -> Result<u32, StoreError> {
        let organization_id = tenant.organization_id();
        let orders = orders.to_vec();
        let due = self
            .database
            .write(tenant, move |transaction| {
                let (orders, event) = (orders.clone(), event.clone());
                Box::pin(async move {
                    let mut due = 0_u32;
                    for order in &orders {
                        if place(transaction, organization_id, *order, now).await? {
                            due = due.saturating_add(1);
                        }
                    }
                    if let Some(event) = &event {
                        organization_events::add(transaction, organization_id, event).await?;
                    }
                    Ok(due)
                })
            })
            .await?;
        self.database.announce_jobs();
        Ok(due)
    }

    async fn figures(&self, tenant: &Tenant, now: UtcTime) -> Result<PreservationFigures, StoreError> {
        let organization_id = tenant.organization_id();
        reading(async {
            let transaction = self.database.read_one(tenant).await?;
            let values = [
                organization_id.as_uuid().into(),
                micros(now).into(),
                WAITING.into(),
                STUCK.into(),
            ];
            let row = transaction
                .query_one_raw(statement(&*transaction, FIGURES, values))
                .await?;
            transaction.end().await?;
            let Some(row) = row else {
                return Ok(PreservationFigures::default());
            };
            let count = |index: usize| -> Result<u32, DbErr> {
                Ok(u32::try_from(row.try_get_by::<i64, _>(index)?).unwrap_or(u32::MAX))
            };
            let next: Option<i64> = row.try_get_by(5)?;
            let own = Row::new("contract", organization_id);
            Ok(PreservationFigures {
                kept: count(0)?,
                to_raise: count(1)?,
                troubled: count(2)?,
                stuck: count(3)?,
                missed: count(4)?,
                next_renewal: next.map(|at| own.time("preserve_at", at)).transpose()?,
            })
        })
        .await
    }

    async fn troubled(
        &self,
        tenant: &Tenant,
        now: UtcTime,
        limit: u32,
    ) -> Result<Vec<ContractId>, StoreError> {
        reading(async {
            let transaction = self.database.read_one(tenant).await?;
            let wrong = Condition::any()
                .add(contract::Column::PreservationTrouble.is_not_null())
                .add(contract::Column::KeptUntil.lte(micros(now)));
            // What is not provable any more comes first, then what soon will not be; what was never raised has no end.
            let ids: Vec<uuid::Uuid> = contract::Entity::find()
                .select_only()
                .column(contract::Column::ContractId)
                .filter(concluded(tenant.organization_id()).add(wrong))
                .order_by_asc(Expr::cust("COALESCE(kept_until, 9223372036854775807)"))
                .order_by_asc(contract::Column::ContractId)
                .limit(u64::from(limit))
                .into_tuple()
                .all(&*transaction)
                .await?;
            transaction.end().await?;
            Ok(ids.into_iter().map(ContractId::from_uuid).collect())
        })
        .await
    }

    async fn last_alarm(&self, tenant: &Tenant) -> Result<Option<UtcTime>, StoreError> {
        reading(async {
            let transaction = self.database.read_one(tenant).await?;
            let found = preservation_alarm::Entity::find_by_id(tenant.organization_id().as_uuid())
                .one(&*transaction)
                .await?;
            transaction.end().await?;
            let row = Row::new("preservation_alarm", tenant.organization_id());
            Ok(found
                .map(|found| row.time("told_at", found.told_at))
                .transpose()?)
        })
        .await
    }

    async fn alarm(
        &self,
        tenant: &Tenant,
        previous: Option<UtcTime>,
        new_mails: Vec<NewMail>,
        now: UtcTime,
    ) -> Result<bool, StoreError> {
        let organization_id = tenant.organization_id();
        let rows = new_mails
            .iter()
            .map(|mail| mails::new_row(organization_id, mail, now))
            .collect::<Result<Vec<_>, _>>()?;
        let deliveries = jobs::deliveries(organization_id, &new_mails, 0, now)?;
        let told = self
            .database
            .write(tenant, move |transaction| {
                let (rows, deliveries) = (rows.clone(), deliveries.clone());
                Box::pin(async move {
                    if !note_alarm(transaction, organization_id, previous, now).await? {
                        return Ok(false);
                    }
                    mails::insert(transaction, &rows).await?;
                    jobs::insert(transaction, &deliveries).await?;
                    Ok(true)
                })
            })
            .await?;
        self.database.announce_jobs();
        Ok(told)
    }
}

/// Compare-and-swap on the moment of the last alarm.
async fn note_alarm(
    transaction: &DatabaseTransaction,
    organization_id: OrganizationId,
    previous: Option<UtcTime>,
    now: UtcTime,
) -> Result<bool, DbErr> {
    use preservation_alarm::{ActiveModel, Column, Entity, Model};
    let changed = match previous {
        None => {
            let first = Model {
                organization_id: organization_id.as_uuid(),
                told_at: micros(now),
            };
            let added = Entity::insert(ActiveModel::from(first))
                .on_conflict_do_nothing()
                .exec_without_returning(transaction)
                .await?;
            matches!(added, sea_orm::TryInsertResult::Inserted(count) if count > 0)
        }
        Some(previous) => {
            let updated = Entity::update_many()
                .col_expr(Column::ToldAt, Expr::value(micros(now)))
                .filter(Column::OrganizationId.eq(organization_id.as_uuid()))
                .filter(Column::ToldAt.eq(micros(previous)))
                .exec(transaction)
                .await?;
            updated.rows_affected > 0
        }
    };
    Ok(changed)
}

/// Queues the job of one contract, or makes the one that waits due; whether anything is due because of it.
async fn place(
    transaction: &DatabaseTransaction,
    organization_id: OrganizationId,
    order: PreservationOrder,
    now: UtcTime,
) -> Result<bool, Failure> {
    let revision: Option<i64> = contract::Entity::find()
        .select_only()
        .column(contract::Column::Revision)
        .filter(concluded(organization_id).add(contract::Column::ContractId.eq(order.contract_id.as_uuid())))
        .into_tuple()
        .one(transaction)
        .await?;
    let Some(revision) = revision else {
        return Ok(false);
    };
    let of_contract = Condition::all()
        .add(job::Column::OrganizationId.eq(organization_id.as_uuid()))
        .add(job::Column::ContractId.eq(order.contract_id.as_uuid()))
        .add(job::Column::Kind.eq("preserve"));
    let waiting = job::Entity::find()
        .filter(of_contract.clone())
        .one(transaction)
        .await?;
    if waiting.is_none() {
        let kind = JobKind::Preserve {
            contract_id: order.contract_id,
        };
        let new = NewJob {
            job_id: order.job_id,
            kind,
            run_at: now,
        };
        let place = jobs::ordinal(revision, LAST_OF_REVISION);
        let row = jobs::new_row(organization_id, &new, Some(order.contract_id), place, now)?;
        jobs::insert(transaction, &[row]).await?;
        return Ok(true);
    }
    let free = Condition::any()
        .add(job::Column::LeasedUntil.is_null())
        .add(job::Column::LeasedUntil.lte(micros(now)));
    let hastened = job::Entity::update_many()
        .col_expr(job::Column::RunAt, Expr::value(micros(now)))
        .col_expr(job::Column::DiedAt, Expr::value(Option::<i64>::None))
        .col_expr(job::Column::Attempts, Expr::value(0))
        .filter(of_contract.add(free))
        .exec(transaction)
        .await?;
    Ok(hastened.rows_affected > 0)
}
