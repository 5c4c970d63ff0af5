//! What must be known to read stored objects: wrapped keys, lengths and digests.

use akashi_app::ports::{SegmentRecord, StoreError, WrappedKey};
use akashi_domain::{ContractId, OrganizationId, SegmentId, UtcTime};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QuerySelect,
};

use crate::convert::{Row, micros, to_json};
use crate::error::Failure;

pub(crate) mod contract_segment {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "contract_segment")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub organization_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub segment_id: Uuid,
        pub contract_id: Uuid,
        pub wrapped_key_id: String,
        pub wrapped_key: Vec<u8>,
        pub byte_length: i64,
        pub plain_sha256: Vec<u8>,
        pub cipher_sha256: Vec<u8>,
        pub hash_state: Option<String>,
        pub created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) fn new_row(
    organization_id: OrganizationId,
    contract_id: ContractId,
    record: &SegmentRecord,
    now: UtcTime,
) -> Result<contract_segment::Model, StoreError> {
    let segment_id = record.segment_id;
    let row = Row::new("contract_segment", segment_id);
    let hash_state = record.hash_state.as_ref();
    Ok(contract_segment::Model {
        organization_id: organization_id.as_uuid(),
        segment_id: segment_id.as_uuid(),
        contract_id: contract_id.as_uuid(),
        wrapped_key_id: record.wrapped_key.key_id.clone(),
        wrapped_key: record.wrapped_key.bytes.clone(),
        byte_length: row.parsed("byte_length", i64::try_from(record.byte_length))?,
        plain_sha256: record.plain_sha256.as_bytes().to_vec(),
        cipher_sha256: record.cipher_sha256.as_bytes().to_vec(),
        hash_state: hash_state
            .map(|state| to_json("contract_segment", "hash_state", segment_id, state))
            .transpose()?,
        created_at: micros(now),
    })
}

pub(crate) fn parse(model: contract_segment::Model) -> Result<SegmentRecord, StoreError> {
    let segment_id = SegmentId::from_uuid(model.segment_id);
    let row = Row::new("contract_segment", segment_id);
    Ok(SegmentRecord {
        segment_id,
        byte_length: row.number("byte_length", model.byte_length)?,
        plain_sha256: row.digest("plain_sha256", &model.plain_sha256)?,
        cipher_sha256: row.digest("cipher_sha256", &model.cipher_sha256)?,
        hash_state: model
            .hash_state
            .as_deref()
            .map(|state| row.json("hash_state", state))
            .transpose()?,
        wrapped_key: WrappedKey {
            key_id: model.wrapped_key_id,
            bytes: model.wrapped_key,
        },
    })
}

/// Writes the rows of stored objects. A row that is already there (of a drawing that is now confirmed) stays.
pub(crate) async fn insert(
    transaction: &DatabaseTransaction,
    rows: &[contract_segment::Model],
) -> Result<(), DbErr> {
    if rows.is_empty() {
        return Ok(());
    }
    let key = [
        contract_segment::Column::OrganizationId,
        contract_segment::Column::SegmentId,
    ];
    let rows = rows.iter().cloned().map(contract_segment::ActiveModel::from);
    contract_segment::Entity::insert_many(rows)
        .on_conflict(OnConflict::columns(key).do_nothing().to_owned())
        .exec_without_returning(transaction)
        .await
        .map(drop)
}

pub(crate) async fn find(
    transaction: &impl ConnectionTrait,
    organization_id: OrganizationId,
    segment_id: SegmentId,
) -> Result<Option<SegmentRecord>, Failure> {
    let key = (organization_id.as_uuid(), segment_id.as_uuid());
    let found = contract_segment::Entity::find_by_id(key).one(transaction).await?;
    Ok(found.map(parse).transpose()?)
}

/// Those of the candidates that have a row.
pub(crate) async fn named(
    transaction: &DatabaseTransaction,
    organization_id: OrganizationId,
    candidates: &[SegmentId],
) -> Result<Vec<uuid::Uuid>, DbErr> {
    contract_segment::Entity::find()
        .select_only()
        .column(contract_segment::Column::SegmentId)
        .filter(contract_segment::Column::OrganizationId.eq(organization_id.as_uuid()))
        .filter(contract_segment::Column::SegmentId.is_in(candidates.iter().map(|id| id.as_uuid())))
        .into_tuple()
        .all(transaction)
        .await
}

pub(crate) async fn remove_of_contract(
    transaction: &DatabaseTransaction,
    organization_id: OrganizationId,
    contract_id: ContractId,
) -> Result<(), DbErr> {
    contract_segment::Entity::delete_many()
        .filter(contract_segment::Column::OrganizationId.eq(organization_id.as_uuid()))
        .filter(contract_segment::Column::ContractId.eq(contract_id.as_uuid()))
        .exec(transaction)
        .await
        .map(drop)
}
