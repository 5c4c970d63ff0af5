//! What can be asked about contracts before a tenant is known: where a link leads, and what was concluded here.

use akashi_app::ports::{ConcludedEntry, LinkEntry, NewLink, StoreError};
use akashi_domain::{ContractId, Digest32, OrganizationId, PartyId, UtcTime};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter};

use crate::convert::{Row, micros};
use crate::error::Failure;

pub(crate) mod contract_link {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "contract_link")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub token_sha256: Vec<u8>,
        pub organization_id: Uuid,
        pub contract_id: Uuid,
        pub party_id: Uuid,
        pub generation: i32,
        pub expires_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod concluded_contract {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "concluded_contract")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub contract_id: Uuid,
        pub concluded_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod concluded_digest {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "concluded_digest")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub sha256: Vec<u8>,
        pub contract_id: Uuid,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The rows of new links. Of two with the same token the last one counts.
pub(crate) fn link_rows(
    organization_id: OrganizationId,
    contract_id: ContractId,
    links: &[NewLink],
) -> Result<Vec<contract_link::Model>, StoreError> {
    let mut rows: Vec<contract_link::Model> = Vec::with_capacity(links.len());
    for link in links {
        let row = Row::new("contract_link", link.party_id);
        let model = contract_link::Model {
            token_sha256: link.token_sha256.as_bytes().to_vec(),
            organization_id: organization_id.as_uuid(),
            contract_id: contract_id.as_uuid(),
            party_id: link.party_id.as_uuid(),
            generation: row.parsed("generation", i32::try_from(link.generation))?,
            expires_at: micros(link.expires_at),
        };
        rows.retain(|other| other.token_sha256 != model.token_sha256);
        rows.push(model);
    }
    Ok(rows)
}

/// Writes links; one with the same token is prolonged.
pub(crate) async fn insert_links(
    transaction: &DatabaseTransaction,
    rows: &[contract_link::Model],
) -> Result<(), DbErr> {
    if rows.is_empty() {
        return Ok(());
    }
    let prolong = OnConflict::column(contract_link::Column::TokenSha256)
        .update_column(contract_link::Column::ExpiresAt)
        .to_owned();
    let rows = rows.iter().cloned().map(contract_link::ActiveModel::from);
    contract_link::Entity::insert_many(rows)
        .on_conflict(prolong)
        .exec_without_returning(transaction)
        .await
        .map(drop)
}

pub(crate) async fn find_link(
    transaction: &impl ConnectionTrait,
    token_sha256: Digest32,
) -> Result<Option<LinkEntry>, Failure> {
    let key = token_sha256.as_bytes().to_vec();
    let found = contract_link::Entity::find_by_id(key).one(transaction).await?;
    Ok(found.as_ref().map(parse_link).transpose()?)
}

fn parse_link(model: &contract_link::Model) -> Result<LinkEntry, StoreError> {
    let party_id = PartyId::from_uuid(model.party_id);
    let row = Row::new("contract_link", party_id);
    Ok(LinkEntry {
        organization_id: OrganizationId::from_uuid(model.organization_id),
        contract_id: ContractId::from_uuid(model.contract_id),
        party_id,
        generation: row.number("generation", i64::from(model.generation))?,
        expires_at: row.time("expires_at", model.expires_at)?,
    })
}

pub(crate) async fn remove_links(
    transaction: &DatabaseTransaction,
    organization_id: OrganizationId,
    contract_id: ContractId,
) -> Result<(), DbErr> {
    contract_link::Entity::delete_many()
        .filter(contract_link::Column::OrganizationId.eq(organization_id.as_uuid()))
        .filter(contract_link::Column::ContractId.eq(contract_id.as_uuid()))
        .exec(transaction)
        .await
        .map(drop)
}

/// Enters a concluded contract and the digests of its final revisions.
pub(crate) async fn enter_concluded(
    transaction: &DatabaseTransaction,
    contract_id: ContractId,
    concluded_at: UtcTime,
    digests: &[Digest32],
) -> Result<(), DbErr> {
    let entry = concluded_contract::Model {
        contract_id: contract_id.as_uuid(),
        concluded_at: micros(concluded_at),
    };
    concluded_contract::Entity::insert(concluded_contract::ActiveModel::from(entry))
        .on_conflict_do_nothing()
        .exec_without_returning(transaction)
        .await?;
    if digests.is_empty() {
        return Ok(());
    }
    let rows = digests.iter().map(|sha256| {
        let model = concluded_digest::Model {
            sha256: sha256.as_bytes().to_vec(),
            contract_id: contract_id.as_uuid(),
        };
        concluded_digest::ActiveModel::from(model)
    });
    concluded_digest::Entity::insert_many(rows)
        .on_conflict(
            OnConflict::column(concluded_digest::Column::Sha256)
                .do_nothing()
                .to_owned(),
        )
        .exec_without_returning(transaction)
        .await
        .map(drop)
}

pub(crate) async fn find_concluded(
    transaction: &impl ConnectionTrait,
    contract_id: ContractId,
) -> Result<Option<ConcludedEntry>, Failure> {
    let found = concluded_contract::Entity::find_by_id(contract_id.as_uuid())
        .one(transaction)
        .await?;
    let entry = |model: concluded_contract::Model| {
        let row = Row::new("concluded_contract", contract_id);
        Ok(ConcludedEntry {
            contract_id,
            concluded_at: row.time("concluded_at", model.concluded_at)?,
        })
    };
    found.map(entry).transpose()
}

pub(crate) async fn find_concluded_digest(
    transaction: &DatabaseTransaction,
    sha256: Digest32,
) -> Result<Option<ConcludedEntry>, Failure> {
    let key = sha256.as_bytes().to_vec();
    match concluded_digest::Entity::find_by_id(key).one(transaction).await? {
        Some(found) => find_concluded(transaction, ContractId::from_uuid(found.contract_id)).await,
        None => Ok(None),
    }
}
