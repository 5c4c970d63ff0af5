//! The history. An event is stored once, as its canonical bytes, and read back from them.

use akashi_app::ports::{RecordedEvent, StoreError};
use akashi_domain::{Contract, ContractId, Event, EventId, OrganizationId};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder,
};

use crate::convert::{Row, micros, saturated};
use crate::error::{Failure, inconsistent};

pub(crate) mod contract_event {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "contract_event")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub organization_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub contract_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub sequence: i64,
        pub event_id: Uuid,
        pub kind: String,
        pub recorded_at: i64,
        pub canonical: Vec<u8>,
        pub salt: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The rows of new events. They must belong to the contract, continue its numbering up to the contract's own
/// count, and their bytes must be theirs.
pub(crate) fn new_rows(
    contract: &Contract,
    events: &[RecordedEvent],
) -> Result<Vec<contract_event::Model>, StoreError> {
    let count = u64::try_from(events.len()).unwrap_or(u64::MAX);
    let first = contract.last_event.wrapping_sub(count).wrapping_add(1);
    let numbers = first..=contract.last_event;
    events
        .iter()
        .zip(numbers)
        .map(|(recorded, sequence)| new_row(contract, recorded, sequence))
        .collect()
}

fn new_row(
    contract: &Contract,
    recorded: &RecordedEvent,
    sequence: u64,
) -> Result<contract_event::Model, StoreError> {
    let event = &recorded.event;
    let wrong = |column| inconsistent("contract_event", column, event.event_id);
    if event.organization_id != contract.organization_id || event.contract_id != contract.contract_id {
        return Err(wrong("contract_id"));
    }
    if event.sequence != sequence {
        return Err(wrong("sequence"));
    }
    if event.canonical_bytes().ok().as_ref() != Some(&recorded.canonical) {
        return Err(wrong("canonical"));
    }
    Ok(contract_event::Model {
        organization_id: event.organization_id.as_uuid(),
        contract_id: event.contract_id.as_uuid(),
        sequence: saturated(event.sequence),
        event_id: event.event_id.as_uuid(),
        kind: event.what.name().to_owned(),
        recorded_at: micros(event.at),
        canonical: recorded.canonical.clone(),
        salt: recorded.salt.to_vec(),
    })
}

pub(crate) fn parse(model: contract_event::Model) -> Result<RecordedEvent, StoreError> {
    #[derive(serde::Deserialize)]
    struct Versioned {
        v: u8,
    }
    let event_id = EventId::from_uuid(model.event_id);
    let row = Row::new("contract_event", event_id);
    let wrong = || row.wrong("canonical");
    let Versioned { v: 1 } = serde_json::from_slice(&model.canonical).map_err(|_| wrong())? else {
        return Err(wrong());
    };
    let event: Event = serde_json::from_slice(&model.canonical).map_err(|_| wrong())?;
    let is_of_this_row = event.event_id == event_id
        && event.contract_id.as_uuid() == model.contract_id
        && event.organization_id.as_uuid() == model.organization_id
        && saturated(event.sequence) == model.sequence;
    if !is_of_this_row {
        return Err(wrong());
    }
    Ok(RecordedEvent {
        event,
        salt: row.bytes("salt", &model.salt)?,
        canonical: model.canonical,
    })
}

pub(crate) async fn insert(
    transaction: &DatabaseTransaction,
    rows: &[contract_event::Model],
) -> Result<(), DbErr> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows = rows.iter().cloned().map(contract_event::ActiveModel::from);
    contract_event::Entity::insert_many(rows)
        .exec_without_returning(transaction)
        .await
        .map(drop)
}

pub(crate) async fn of_contract(
    transaction: &impl ConnectionTrait,
    organization_id: OrganizationId,
    contract_id: ContractId,
) -> Result<Vec<RecordedEvent>, Failure> {
    let found = contract_event::Entity::find()
        .filter(contract_event::Column::OrganizationId.eq(organization_id.as_uuid()))
        .filter(contract_event::Column::ContractId.eq(contract_id.as_uuid()))
        .order_by_asc(contract_event::Column::Sequence)
        .all(transaction)
        .await?;
    Ok(found.into_iter().map(parse).collect::<Result<_, _>>()?)
}

pub(crate) async fn remove_of_contract(
    transaction: &DatabaseTransaction,
    organization_id: OrganizationId,
    contract_id: ContractId,
) -> Result<(), DbErr> {
    contract_event::Entity::delete_many()
        .filter(contract_event::Column::OrganizationId.eq(organization_id.as_uuid()))
        .filter(contract_event::Column::ContractId.eq(contract_id.as_uuid()))
        .exec(transaction)
        .await
        .map(drop)
}
