//! The history of organizations themselves: what administrators changed. Written, never rewritten.

use akashi_app::ports::{RecordedOrganizationEvent, StoreError};
use akashi_domain::{OrganizationEvent, OrganizationId};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::convert::{Row, micros};
use crate::error::Failure;

pub(crate) mod organization_event {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "organization_event")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub organization_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
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

/// Adds an entry.
pub(crate) async fn add(
    transaction: &DatabaseTransaction,
    organization_id: OrganizationId,
    recorded: &RecordedOrganizationEvent,
) -> Result<(), DbErr> {
    let event = &recorded.event;
    let model = organization_event::Model {
        organization_id: organization_id.as_uuid(),
        event_id: event.event_id.as_uuid(),
        kind: event.what.name().to_owned(),
        recorded_at: micros(event.at),
        canonical: recorded.canonical.clone(),
        salt: recorded.salt.to_vec(),
    };
    organization_event::Entity::insert(organization_event::ActiveModel::from(model))
        .exec_without_returning(transaction)
        .await
        .map(drop)
}

/// The newest entries, newest first.
pub(crate) async fn newest(
    transaction: &impl ConnectionTrait,
    organization_id: OrganizationId,
    limit: u32,
) -> Result<Vec<RecordedOrganizationEvent>, Failure> {
    let found = organization_event::Entity::find()
        .filter(organization_event::Column::OrganizationId.eq(organization_id.as_uuid()))
        .order_by_desc(organization_event::Column::RecordedAt)
        .order_by_desc(organization_event::Column::EventId)
        .limit(u64::from(limit))
        .all(transaction)
        .await?;
    Ok(found.into_iter().map(parse).collect::<Result<_, _>>()?)
}

fn parse(model: organization_event::Model) -> Result<RecordedOrganizationEvent, StoreError> {
    let event_id = akashi_domain::EventId::from_uuid(model.event_id);
    let row = Row::new("organization_event", event_id);
    let event: OrganizationEvent = row.parsed("canonical", serde_json::from_slice(&model.canonical))?;
    if event.event_id != event_id || event.organization_id.as_uuid() != model.organization_id {
        return Err(row.wrong("canonical"));
    }
    Ok(RecordedOrganizationEvent {
        event,
        salt: row.bytes("salt", &model.salt)?,
        canonical: model.canonical,
    })
}
