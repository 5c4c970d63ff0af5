//! Accounts, and in which organizations they are members. Directory tables.

use akashi_app::ports::{AccountRecord, AccountStore, Membership, StoreError};
use akashi_domain::{AccountId, Digest32, MemberId, OrganizationId, UtcTime};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::convert::{Row, micros};
use crate::database::{Scope, reading};
use crate::error::inconsistent;
use crate::store::Store;

mod account {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "account")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: Uuid,
        pub address_hash: Vec<u8>,
        pub sealed_address: Vec<u8>,
        pub password_hash: String,
        pub created_at: i64,
        pub password_set_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Where accounts are members; written together with the member's own row.
pub(crate) mod membership {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "membership")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub account_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub organization_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub member_id: Uuid,
        pub is_active: bool,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

impl From<&AccountRecord> for account::Model {
    fn from(record: &AccountRecord) -> Self {
        Self {
            account_id: record.account_id.as_uuid(),
            address_hash: record.address_hash.as_bytes().to_vec(),
            sealed_address: record.sealed_address.clone(),
            password_hash: record.password_hash.clone(),
            created_at: micros(record.created_at),
            password_set_at: micros(record.password_set_at),
        }
    }
}

impl TryFrom<account::Model> for AccountRecord {
    type Error = StoreError;

    fn try_from(model: account::Model) -> Result<Self, StoreError> {
        let account_id = AccountId::from_uuid(model.account_id);
        let row = Row::new("account", account_id);
        Ok(Self {
            account_id,
            address_hash: row.digest("address_hash", &model.address_hash)?,
            created_at: row.time("created_at", model.created_at)?,
            password_set_at: row.time("password_set_at", model.password_set_at)?,
            sealed_address: model.sealed_address,
            password_hash: model.password_hash,
        })
    }
}

#[async_trait::async_trait]
impl AccountStore for Store {
    async fn add(&self, account: &AccountRecord) -> Result<bool, StoreError> {
        let model = account::Model::from(account);
        self.database
            .write(Scope::Directory, move |transaction| {
                let model = account::ActiveModel::from(model.clone());
                Box::pin(async move {
                    let taken = OnConflict::column(account::Column::AddressHash)
                        .do_nothing()
                        .to_owned();
                    let added = account::Entity::insert(model)
                        .on_conflict(taken)
                        .exec_without_returning(transaction)
                        .await?;
                    Ok(added > 0)
                })
            })
            .await
    }

    async fn find(&self, address_hash: Digest32) -> Result<Option<AccountRecord>, StoreError> {
        reading(async {
            let transaction = self.database.read_one(Scope::Directory).await?;
            let found = account::Entity::find()
                .filter(account::Column::AddressHash.eq(address_hash.as_bytes().to_vec()))
                .one(&*transaction)
                .await?;
            transaction.end().await?;
            Ok(found.map(AccountRecord::try_from).transpose()?)
        })
        .await
    }

    async fn load(&self, account_id: AccountId) -> Result<Option<AccountRecord>, StoreError> {
        reading(async {
            let transaction = self.database.read_one(Scope::Directory).await?;
            let found = account::Entity::find_by_id(account_id.as_uuid())
                .one(&*transaction)
                .await?;
            transaction.end().await?;
            Ok(found.map(AccountRecord::try_from).transpose()?)
        })
        .await
    }

    async fn set_password(
        &self,
        account_id: AccountId,
        password_hash: &str,
        now: UtcTime,
    ) -> Result<(), StoreError> {
        let password_hash = password_hash.to_owned();
        self.database
            .write(Scope::Directory, move |transaction| {
                let password_hash = password_hash.clone();
                Box::pin(async move {
                    let updated = account::Entity::update_many()
                        .col_expr(account::Column::PasswordHash, Expr::value(password_hash))
                        .col_expr(account::Column::PasswordSetAt, Expr::value(micros(now)))
                        .filter(account::Column::AccountId.eq(account_id.as_uuid()))
                        .exec(transaction)
                        .await?;
                    if updated.rows_affected == 0 {
                        return Err(inconsistent("account", "account_id", account_id).into());
                    }
                    Ok(())
                })
            })
            .await
    }

    async fn memberships(&self, account_id: AccountId) -> Result<Vec<Membership>, StoreError> {
        reading(async {
            let transaction = self.database.read_one(Scope::Directory).await?;
            let found = membership::Entity::find()
                .filter(membership::Column::AccountId.eq(account_id.as_uuid()))
                .filter(membership::Column::IsActive.eq(true))
                .order_by_asc(membership::Column::OrganizationId)
                .all(&*transaction)
                .await?;
            transaction.end().await?;
            let membership = |model: membership::Model| Membership {
                organization_id: OrganizationId::from_uuid(model.organization_id),
                member_id: MemberId::from_uuid(model.member_id),
            };
            Ok(found.into_iter().map(membership).collect())
        })
        .await
    }
}
