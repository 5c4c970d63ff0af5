//! Lists of contracts and figures about them.

use akashi_app::ports::{
    ContractCounts, ContractFilter, ContractOrder, ContractPage, ContractSummary, PageRequest, StoreError,
};
use akashi_domain::{MemberId, OrganizationId, StateKind, UtcTime};
use sea_orm::sea_query::{Asterisk, Expr, Func, NullOrdering, Query};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, EntityTrait, Order, PaginatorTrait,
    QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
};

use super::row::{self, contract};
use crate::convert::{Row, day_number, micros, saturated};
use crate::error::Failure;
use crate::{mails, search};

/// The most rows in one answer.
const MOST_ROWS: u32 = 200;
/// Counting stops here.
const MOST_COUNTED: u64 = 10_000;

pub(super) async fn list(
    transaction: &DatabaseTransaction,
    organization_id: OrganizationId,
    filter: &ContractFilter,
    page: PageRequest,
) -> Result<ContractPage, Failure> {
    let words = search::words(&filter.words);
    let counterparty = search::words(&filter.counterparty);
    if words.len() > search::MOST_WORDS || counterparty.len() > search::MOST_WORDS {
        return Ok(ContractPage {
            rows: Vec::new(),
            total: 0,
        });
    }
    let backend = transaction.get_database_backend();
    let which = ordinary_conditions(organization_id, filter)
        .add(search::condition(
            backend,
            organization_id,
            &words,
            search::Place::Anywhere,
        ))
        .add(search::condition(
            backend,
            organization_id,
            &counterparty,
            search::Place::Counterparty,
        ));
    let found = in_order(contract::Entity::find().filter(which.clone()), filter.order)
        .offset(u64::from(page.offset))
        .limit(u64::from(page.limit.min(MOST_ROWS)))
        .all(transaction)
        .await?;
    let total = counted(transaction, which).await?;
    let ids: Vec<uuid::Uuid> = found.iter().map(|model| model.contract_id).collect();
    let refused = mails::contracts_with_refused_mail(transaction, organization_id, &ids).await?;
    let rows = found
        .iter()
        .map(|model| summary(model, &refused))
        .collect::<Result<_, _>>()?;
    Ok(ContractPage { rows, total })
}

/// How many there are, up to 10,000: a word that stands in every contract must not make the database look at each.
async fn counted(transaction: &DatabaseTransaction, which: Condition) -> Result<u32, Failure> {
    let found = contract::Entity::find()
        .select_only()
        .column(contract::Column::ContractId)
        .filter(which)
        .limit(MOST_COUNTED)
        .into_query();
    let count = Query::select()
        .expr(Func::count(Expr::col(Asterisk)))
        .from_subquery(found, "found")
        .take();
    let row = transaction.query_one(&count).await?;
    let total: i64 = row.map(|row| row.try_get_by(0)).transpose()?.unwrap_or_default();
    Ok(u32::try_from(total).unwrap_or(u32::MAX))
}

fn summary(model: &contract::Model, refused: &[uuid::Uuid]) -> Result<ContractSummary, StoreError> {
    let stored = row::parse(model)?;
    let row = Row::new("contract", stored.value.contract_id);
    Ok(ContractSummary {
        changed_at: row.time("changed_at", model.changed_at)?,
        has_refused_mail: refused.contains(&model.contract_id),
        contract: stored.value,
    })
}

/// Everything that an ordinary column answers; tenant first.
fn ordinary_conditions(organization_id: OrganizationId, filter: &ContractFilter) -> Condition {
    use contract::Column;
    let states = (!filter.states.is_empty())
        .then(|| Column::State.is_in(filter.states.iter().map(|state| state.as_str())));
    Condition::all()
        .add(Column::OrganizationId.eq(organization_id.as_uuid()))
        .add_option(
            filter
                .from
                .map(|date| Column::TransactionDate.gte(day_number(date))),
        )
        .add_option(
            filter
                .until
                .map(|date| Column::TransactionDate.lte(day_number(date))),
        )
        .add_option(
            filter
                .created_by
                .map(|member_id| Column::CreatedBy.eq(member_id.as_uuid())),
        )
        .add_option(states)
        .add_option(filter.min_yen.map(|yen| Column::AmountYen.gte(saturated(yen))))
        .add_option(filter.max_yen.map(|yen| Column::AmountYen.lte(saturated(yen))))
        .add_option(
            filter
                .deadline_until
                .map(|until| Column::Deadline.lte(micros(until))),
        )
}

fn in_order(select: Select<contract::Entity>, order: ContractOrder) -> Select<contract::Entity> {
    use contract::Column;
    let ordered = match order {
        ContractOrder::NewestChange => select.order_by_desc(Column::ChangedAt),
        ContractOrder::EarliestDate => select.order_by_asc(Column::TransactionDate),
        ContractOrder::LatestDate => select.order_by_desc(Column::TransactionDate),
        ContractOrder::SmallestAmount => {
            select.order_by_with_nulls(Column::AmountYen, Order::Asc, NullOrdering::Last)
        }
        ContractOrder::LargestAmount => {
            select.order_by_with_nulls(Column::AmountYen, Order::Desc, NullOrdering::Last)
        }
    };
    ordered.order_by_desc(Column::ContractId)
}

pub(super) async fn counts(
    transaction: &DatabaseTransaction,
    organization_id: OrganizationId,
    created_by: Option<MemberId>,
    concluded_since: UtcTime,
) -> Result<ContractCounts, Failure> {
    use contract::Column;
    let which = Condition::all()
        .add(Column::OrganizationId.eq(organization_id.as_uuid()))
        .add_option(created_by.map(|member_id| Column::CreatedBy.eq(member_id.as_uuid())));
    let groups: Vec<(String, i64)> = contract::Entity::find()
        .select_only()
        .column(Column::State)
        .column_as(Column::ContractId.count(), "contracts")
        .filter(which.clone())
        .group_by(Column::State)
        .into_tuple()
        .all(transaction)
        .await?;
    let concluded = contract::Entity::find()
        .filter(which)
        .filter(Column::State.eq(StateKind::Concluded.as_str()))
        .filter(Column::ConcludedAt.gte(micros(concluded_since)))
        .count(transaction)
        .await?;
    let row = Row::new("contract", organization_id);
    let mut by_state = groups
        .into_iter()
        .map(|(name, count)| {
            let state = row.present("state", StateKind::parse(&name))?;
            Ok((state, u32::try_from(count).unwrap_or(u32::MAX)))
        })
        .collect::<Result<Vec<_>, StoreError>>()?;
    by_state.sort_unstable();
    Ok(ContractCounts {
        by_state,
        concluded_since: u32::try_from(concluded).unwrap_or(u32::MAX),
    })
}
