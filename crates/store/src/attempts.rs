//! Failed attempts to sign in. A directory table.

use std::net::{IpAddr, Ipv6Addr};
use std::time::Duration;

use akashi_app::ports::{AttemptKey, AttemptStore, StoreError};
use akashi_domain::UtcTime;
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, ExprTrait, QueryFilter, QuerySelect};

use crate::convert::micros;
use crate::database::{Scope, reading};
use crate::store::Store;

mod attempt {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "attempt")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub attempt_key: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub attempted_at: i64,
        pub times: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The text under which attempts are counted. Of IPv6 only the /64 counts, since one customer has all of it; an
/// IPv4 address counts the same however it is written.
fn stored_key(key: AttemptKey) -> String {
    match key {
        AttemptKey::Account(hash) => format!("account {hash}"),
        AttemptKey::Address(address) => match address.to_canonical() {
            IpAddr::V4(address) => format!("address {address}"),
            IpAddr::V6(address) => {
                const NETWORK: u128 = !0 << 64;
                format!("address {}", Ipv6Addr::from_bits(address.to_bits() & NETWORK))
            }
        },
    }
}

/// Removes attempts of more than a day ago.
pub(crate) async fn purge(transaction: &DatabaseTransaction, now: UtcTime) -> Result<(), DbErr> {
    const DAY: Duration = Duration::from_hours(24);
    let long_ago = now.saturating_sub(DAY).unwrap_or(UtcTime::MIN);
    let old = attempt::Column::AttemptedAt.lt(micros(long_ago));
    attempt::Entity::delete_many()
        .filter(old)
        .exec(transaction)
        .await
        .map(drop)
}

#[async_trait::async_trait]
impl AttemptStore for Store {
    async fn note(&self, key: AttemptKey, now: UtcTime) -> Result<(), StoreError> {
        let model = attempt::Model {
            attempt_key: stored_key(key),
            attempted_at: micros(now),
            times: 1,
        };
        self.database
            .write(Scope::Directory, move |transaction| {
                let model = attempt::ActiveModel::from(model.clone());
                Box::pin(async move {
                    let one_more = Expr::col((attempt::Entity, attempt::Column::Times)).add(1);
                    let counted =
                        OnConflict::columns([attempt::Column::AttemptKey, attempt::Column::AttemptedAt])
                            .value(attempt::Column::Times, one_more)
                            .to_owned();
                    attempt::Entity::insert(model)
                        .on_conflict(counted)
                        .exec_without_returning(transaction)
                        .await?;
                    Ok(())
                })
            })
            .await
    }

    async fn count(&self, key: AttemptKey, since: UtcTime) -> Result<u32, StoreError> {
        reading(async {
            let transaction = self.database.read_one(Scope::Directory).await?;
            let total: Option<Option<i64>> = attempt::Entity::find()
                .select_only()
                .column_as(attempt::Column::Times.sum(), "total")
                .filter(attempt::Column::AttemptKey.eq(stored_key(key)))
                .filter(attempt::Column::AttemptedAt.gte(micros(since)))
                .into_tuple()
                .one(&*transaction)
                .await?;
            transaction.end().await?;
            Ok(total
                .flatten()
                .map_or(0, |total| u32::try_from(total).unwrap_or(u32::MAX)))
        })
        .await
    }

    async fn clear(&self, key: AttemptKey) -> Result<(), StoreError> {
        let key = stored_key(key);
        self.database
            .write(Scope::Directory, move |transaction| {
                let of_key = attempt::Column::AttemptKey.eq(key.clone());
                Box::pin(async move {
                    attempt::Entity::delete_many()
                        .filter(of_key)
                        .exec(transaction)
                        .await?;
                    Ok(())
                })
            })
            .await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_counts_the_same_however_it_is_written() {
        let key = |text: &str| stored_key(AttemptKey::Address(text.parse().unwrap()));
        assert_eq!(key("203.0.113.9"), key("::ffff:203.0.113.9"));
        assert_eq!(key("2001:db8:1:2:3::4"), key("2001:db8:1:2::9"));
        assert_ne!(key("2001:db8:1:2::9"), key("2001:db8:1:3::9"));
    }
}
