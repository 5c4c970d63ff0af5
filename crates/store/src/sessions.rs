//! Signed-in browsers. A directory table.

use std::net::IpAddr;

use akashi_app::ports::{Session, SessionStore, SessionSubject, StoreError};
use akashi_domain::{AccountId, ContractId, Digest32, MemberId, OrganizationId, PartyId, SessionId, UtcTime};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder};

use crate::convert::{Row, micros};
use crate::database::{Scope, reading};
use crate::store::Store;
use crate::{attempts, tickets};

mod session {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "session")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub session_id: Uuid,
        pub token_sha256: Vec<u8>,
        pub subject: String,
        pub organization_id: Uuid,
        pub account_id: Option<Uuid>,
        pub member_id: Option<Uuid>,
        pub contract_id: Option<Uuid>,
        pub party_id: Option<Uuid>,
        pub link_generation: Option<i32>,
        pub created_at: i64,
        pub last_used_at: i64,
        pub expires_at: i64,
        pub address: Option<String>,
        pub user_agent: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

const MEMBER: &str = "member";
const PARTY: &str = "party";

impl TryFrom<&Session> for session::Model {
    type Error = StoreError;

    fn try_from(session: &Session) -> Result<Self, StoreError> {
        let mut model = Self {
            session_id: session.session_id.as_uuid(),
            token_sha256: session.token_sha256.as_bytes().to_vec(),
            subject: MEMBER.to_owned(),
            organization_id: uuid::Uuid::nil(),
            account_id: None,
            member_id: None,
            contract_id: None,
            party_id: None,
            link_generation: None,
            created_at: micros(session.created_at),
            last_used_at: micros(session.last_used_at),
            expires_at: micros(session.expires_at),
            address: session.address.map(|address| address.to_string()),
            user_agent: session.user_agent.clone(),
        };
        match session.subject {
            SessionSubject::Member {
                account_id,
                organization_id,
                member_id,
            } => {
                model.organization_id = organization_id.as_uuid();
                model.account_id = Some(account_id.as_uuid());
                model.member_id = Some(member_id.as_uuid());
            }
            SessionSubject::Party {
                organization_id,
                contract_id,
                party_id,
                generation,
            } => {
                PARTY.clone_into(&mut model.subject);
                model.organization_id = organization_id.as_uuid();
                model.contract_id = Some(contract_id.as_uuid());
                model.party_id = Some(party_id.as_uuid());
                let row = Row::new("session", session.session_id);
                model.link_generation = Some(row.parsed("link_generation", i32::try_from(generation))?);
            }
        }
        Ok(model)
    }
}

impl TryFrom<session::Model> for Session {
    type Error = StoreError;

    fn try_from(model: session::Model) -> Result<Self, StoreError> {
        let session_id = SessionId::from_uuid(model.session_id);
        let row = Row::new("session", session_id);
        let organization_id = OrganizationId::from_uuid(model.organization_id);
        let subject = match model.subject.as_str() {
            MEMBER => SessionSubject::Member {
                account_id: AccountId::from_uuid(row.present("account_id", model.account_id)?),
                organization_id,
                member_id: MemberId::from_uuid(row.present("member_id", model.member_id)?),
            },
            PARTY => SessionSubject::Party {
                organization_id,
                contract_id: ContractId::from_uuid(row.present("contract_id", model.contract_id)?),
                party_id: PartyId::from_uuid(row.present("party_id", model.party_id)?),
                generation: row.number(
                    "link_generation",
                    i64::from(row.present("link_generation", model.link_generation)?),
                )?,
            },
            _ => return Err(row.wrong("subject")),
        };
        let address = model
            .address
            .map(|text| row.parsed("address", text.parse::<IpAddr>()))
            .transpose()?;
        Ok(Self {
            session_id,
            token_sha256: row.digest("token_sha256", &model.token_sha256)?,
            subject,
            created_at: row.time("created_at", model.created_at)?,
            last_used_at: row.time("last_used_at", model.last_used_at)?,
            expires_at: row.time("expires_at", model.expires_at)?,
            address,
            user_agent: model.user_agent,
        })
    }
}

/// The beginning of the minute: a session's last use is kept no finer, so that not every page writes.
fn minute(time: UtcTime) -> i64 {
    const MINUTE: i64 = 60_000_000;
    micros(time).div_euclid(MINUTE) * MINUTE
}

impl Store {
    async fn remove_sessions(&self, which: Condition) -> Result<u32, StoreError> {
        self.database
            .write(Scope::Directory, move |transaction| {
                let which = which.clone();
                Box::pin(async move {
                    let removed = session::Entity::delete_many()
                        .filter(which)
                        .exec(transaction)
                        .await?;
                    Ok(u32::try_from(removed.rows_affected).unwrap_or(u32::MAX))
                })
            })
            .await
    }

    async fn find_session(&self, which: Condition) -> Result<Option<session::Model>, StoreError> {
        reading(async {
            let transaction = self.database.read_one(Scope::Directory).await?;
            let found = session::Entity::find().filter(which).one(&*transaction).await?;
            transaction.end().await?;
            Ok(found)
        })
        .await
    }
}

#[async_trait::async_trait]
impl SessionStore for Store {
    async fn add(&self, session: &Session) -> Result<(), StoreError> {
        let model = session::Model::try_from(session)?;
        self.database
            .write(Scope::Directory, move |transaction| {
                let model = session::ActiveModel::from(model.clone());
                Box::pin(async move {
                    session::Entity::insert(model)
                        .exec_without_returning(transaction)
                        .await?;
                    Ok(())
                })
            })
            .await
    }

    async fn find(&self, token_sha256: Digest32) -> Result<Option<Session>, StoreError> {
        let by_token = session::Column::TokenSha256.eq(token_sha256.as_bytes().to_vec());
        let found = self.find_session(Condition::all().add(by_token)).await?;
        found.map(Session::try_from).transpose()
    }

    async fn touch(
        &self,
        session_id: SessionId,
        now: UtcTime,
        address: Option<IpAddr>,
    ) -> Result<(), StoreError> {
        let by_id = Condition::all().add(session::Column::SessionId.eq(session_id.as_uuid()));
        let address = address.map(|address| address.to_string());
        let Some(found) = self.find_session(by_id.clone()).await? else {
            return Ok(());
        };
        if found.last_used_at >= minute(now) && found.address == address {
            return Ok(());
        }
        self.database
            .write(Scope::Directory, move |transaction| {
                let update = session::Entity::update_many()
                    .col_expr(session::Column::LastUsedAt, Expr::value(minute(now)))
                    .col_expr(session::Column::Address, Expr::value(address.clone()))
                    .filter(by_id.clone());
                Box::pin(async move {
                    update.exec(transaction).await?;
                    Ok(())
                })
            })
            .await
    }

    async fn of_account(&self, account_id: AccountId) -> Result<Vec<Session>, StoreError> {
        reading(async {
            let transaction = self.database.read_one(Scope::Directory).await?;
            let found = session::Entity::find()
                .filter(session::Column::AccountId.eq(account_id.as_uuid()))
                .order_by_desc(session::Column::LastUsedAt)
                .order_by_desc(session::Column::SessionId)
                .all(&*transaction)
                .await?;
            transaction.end().await?;
            Ok(found
                .into_iter()
                .map(Session::try_from)
                .collect::<Result<_, _>>()?)
        })
        .await
    }

    async fn end(&self, account_id: AccountId, session_id: SessionId) -> Result<bool, StoreError> {
        let which = Condition::all()
            .add(session::Column::AccountId.eq(account_id.as_uuid()))
            .add(session::Column::SessionId.eq(session_id.as_uuid()));
        Ok(self.remove_sessions(which).await? > 0)
    }

    async fn end_by_token(&self, token_sha256: Digest32) -> Result<(), StoreError> {
        let by_token = session::Column::TokenSha256.eq(token_sha256.as_bytes().to_vec());
        self.remove_sessions(Condition::all().add(by_token))
            .await
            .map(drop)
    }

    async fn end_others(&self, account_id: AccountId, keep: Option<SessionId>) -> Result<u32, StoreError> {
        let kept = keep.map(|session_id| session::Column::SessionId.ne(session_id.as_uuid()));
        let which = Condition::all()
            .add(session::Column::AccountId.eq(account_id.as_uuid()))
            .add_option(kept);
        self.remove_sessions(which).await
    }

    async fn end_of_member(&self, member_id: MemberId) -> Result<u32, StoreError> {
        let of_member = session::Column::MemberId.eq(member_id.as_uuid());
        self.remove_sessions(Condition::all().add(of_member)).await
    }

    async fn purge(&self, now: UtcTime) -> Result<(), StoreError> {
        let over = Condition::all().add(session::Column::ExpiresAt.lte(micros(now)));
        self.database
            .write(Scope::Directory, move |transaction| {
                let over = over.clone();
                Box::pin(async move {
                    session::Entity::delete_many()
                        .filter(over)
                        .exec(transaction)
                        .await?;
                    tickets::purge(transaction, now).await?;
                    attempts::purge(transaction, now).await?;
                    Ok(())
                })
            })
            .await
    }
}
