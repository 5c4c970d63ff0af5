//! What a party has seen and filled in before it confirms.

use akashi_app::ports::{ShownPage, StoreError};
use akashi_domain::{
    ContractId, Digest32, DocumentId, FieldId, FieldValue, OrganizationId, PartyId, UtcTime,
};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder,
};

use crate::convert::{Row, micros};
use crate::error::Failure;

mod party_input {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "party_input")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub organization_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub contract_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub party_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub field_id: Uuid,
        pub value: String,
        pub changed_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod party_shown_page {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "party_shown_page")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub organization_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub contract_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub party_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub document_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub page: i32,
        pub revision_sha256: Vec<u8>,
        pub shown_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The part of a party in a contract.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_field_names, reason = "the columns are named so")]
pub(crate) struct Part {
    pub(crate) organization_id: OrganizationId,
    pub(crate) contract_id: ContractId,
    pub(crate) party_id: PartyId,
}

impl Part {
    fn inputs(&self) -> Condition {
        Condition::all()
            .add(party_input::Column::OrganizationId.eq(self.organization_id.as_uuid()))
            .add(party_input::Column::ContractId.eq(self.contract_id.as_uuid()))
            .add(party_input::Column::PartyId.eq(self.party_id.as_uuid()))
    }

    fn shown_pages(&self) -> Condition {
        Condition::all()
            .add(party_shown_page::Column::OrganizationId.eq(self.organization_id.as_uuid()))
            .add(party_shown_page::Column::ContractId.eq(self.contract_id.as_uuid()))
            .add(party_shown_page::Column::PartyId.eq(self.party_id.as_uuid()))
    }
}

pub(crate) async fn inputs(
    transaction: &impl ConnectionTrait,
    part: Part,
) -> Result<Vec<(FieldId, FieldValue)>, Failure> {
    let found = party_input::Entity::find()
        .filter(part.inputs())
        .order_by_asc(party_input::Column::FieldId)
        .all(transaction)
        .await?;
    let input = |model: party_input::Model| {
        let field_id = FieldId::from_uuid(model.field_id);
        Ok((
            field_id,
            Row::new("party_input", field_id).json("value", &model.value)?,
        ))
    };
    Ok(found.into_iter().map(input).collect::<Result<_, StoreError>>()?)
}

/// Keeps one value, given as JSON, or empties the field.
pub(crate) async fn set_input(
    transaction: &DatabaseTransaction,
    part: Part,
    field_id: FieldId,
    value: Option<&str>,
    now: UtcTime,
) -> Result<(), DbErr> {
    let Some(value) = value else {
        return party_input::Entity::delete_many()
            .filter(part.inputs())
            .filter(party_input::Column::FieldId.eq(field_id.as_uuid()))
            .exec(transaction)
            .await
            .map(drop);
    };
    let model = party_input::Model {
        organization_id: part.organization_id.as_uuid(),
        contract_id: part.contract_id.as_uuid(),
        party_id: part.party_id.as_uuid(),
        field_id: field_id.as_uuid(),
        value: value.to_owned(),
        changed_at: micros(now),
    };
    let key = [
        party_input::Column::OrganizationId,
        party_input::Column::ContractId,
        party_input::Column::PartyId,
        party_input::Column::FieldId,
    ];
    let replace = OnConflict::columns(key)
        .update_columns([party_input::Column::Value, party_input::Column::ChangedAt])
        .to_owned();
    party_input::Entity::insert(party_input::ActiveModel::from(model))
        .on_conflict(replace)
        .exec_without_returning(transaction)
        .await
        .map(drop)
}

pub(crate) async fn shown_pages(
    transaction: &impl ConnectionTrait,
    part: Part,
) -> Result<Vec<ShownPage>, Failure> {
    let found = party_shown_page::Entity::find()
        .filter(part.shown_pages())
        .order_by_asc(party_shown_page::Column::DocumentId)
        .order_by_asc(party_shown_page::Column::Page)
        .all(transaction)
        .await?;
    let shown = |model: party_shown_page::Model| {
        let document_id = DocumentId::from_uuid(model.document_id);
        let row = Row::new("party_shown_page", document_id);
        Ok(ShownPage {
            document_id,
            page: row.number("page", i64::from(model.page))?,
            revision_sha256: row.digest("revision_sha256", &model.revision_sha256)?,
        })
    };
    Ok(found.into_iter().map(shown).collect::<Result<_, StoreError>>()?)
}

/// Notes pages that were shown; what was noted before stays as it was.
pub(crate) async fn note_shown(
    transaction: &DatabaseTransaction,
    part: Part,
    pages: &[(DocumentId, i32, Digest32)],
    now: UtcTime,
) -> Result<(), DbErr> {
    if pages.is_empty() {
        return Ok(());
    }
    let rows = pages.iter().map(|(document_id, page, revision_sha256)| {
        let model = party_shown_page::Model {
            organization_id: part.organization_id.as_uuid(),
            contract_id: part.contract_id.as_uuid(),
            party_id: part.party_id.as_uuid(),
            document_id: document_id.as_uuid(),
            page: *page,
            revision_sha256: revision_sha256.as_bytes().to_vec(),
            shown_at: micros(now),
        };
        party_shown_page::ActiveModel::from(model)
    });
    party_shown_page::Entity::insert_many(rows)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(transaction)
        .await
        .map(drop)
}

/// Forgets what a party has seen and filled in.
pub(crate) async fn forget(transaction: &DatabaseTransaction, part: Part) -> Result<(), DbErr> {
    party_input::Entity::delete_many()
        .filter(part.inputs())
        .exec(transaction)
        .await?;
    party_shown_page::Entity::delete_many()
        .filter(part.shown_pages())
        .exec(transaction)
        .await
        .map(drop)
}

/// Removes what all parties of a contract have seen and filled in.
pub(crate) async fn remove_of_contract(
    transaction: &DatabaseTransaction,
    organization_id: OrganizationId,
    contract_id: ContractId,
) -> Result<(), DbErr> {
    party_input::Entity::delete_many()
        .filter(party_input::Column::OrganizationId.eq(organization_id.as_uuid()))
        .filter(party_input::Column::ContractId.eq(contract_id.as_uuid()))
        .exec(transaction)
        .await?;
    party_shown_page::Entity::delete_many()
        .filter(party_shown_page::Column::OrganizationId.eq(organization_id.as_uuid()))
        .filter(party_shown_page::Column::ContractId.eq(contract_id.as_uuid()))
        .exec(transaction)
        .await
        .map(drop)
}
