//! One-time tokens. A directory table.

use akashi_app::ports::{StoreError, Ticket, TicketPurpose, TicketStore};
use akashi_domain::{AccountId, Digest32, InvitationId, OrganizationId, UtcTime};
use sea_orm::{ColumnTrait, Condition, DatabaseTransaction, DbErr, EntityTrait, QueryFilter};

use crate::convert::{Row, micros};
use crate::database::{Scope, reading};
use crate::store::Store;

mod ticket {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "ticket")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub token_sha256: Vec<u8>,
        pub purpose: String,
        pub organization_id: Option<Uuid>,
        pub invitation_id: Option<Uuid>,
        pub account_id: Option<Uuid>,
        pub expires_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

const SETUP: &str = "setup";
const INVITATION: &str = "invitation";
const PASSWORD_RESET: &str = "password_reset";

impl From<&Ticket> for ticket::Model {
    fn from(ticket: &Ticket) -> Self {
        let (purpose, organization_id, invitation_id, account_id) = match ticket.purpose {
            TicketPurpose::Setup => (SETUP, None, None, None),
            TicketPurpose::Invitation {
                organization_id,
                invitation_id,
            } => (
                INVITATION,
                Some(organization_id.as_uuid()),
                Some(invitation_id.as_uuid()),
                None,
            ),
            TicketPurpose::PasswordReset { account_id } => {
                (PASSWORD_RESET, None, None, Some(account_id.as_uuid()))
            }
        };
        Self {
            token_sha256: ticket.token_sha256.as_bytes().to_vec(),
            purpose: purpose.to_owned(),
            organization_id,
            invitation_id,
            account_id,
            expires_at: micros(ticket.expires_at),
        }
    }
}

impl TryFrom<ticket::Model> for Ticket {
    type Error = StoreError;

    fn try_from(model: ticket::Model) -> Result<Self, StoreError> {
        // The hash of a token opens nothing, so an error may name it.
        let token_sha256 = Row::new("ticket", "a ticket").digest("token_sha256", &model.token_sha256)?;
        let row = Row::new("ticket", token_sha256);
        let purpose = match model.purpose.as_str() {
            SETUP => TicketPurpose::Setup,
            INVITATION => TicketPurpose::Invitation {
                organization_id: OrganizationId::from_uuid(
                    row.present("organization_id", model.organization_id)?,
                ),
                invitation_id: InvitationId::from_uuid(row.present("invitation_id", model.invitation_id)?),
            },
            PASSWORD_RESET => TicketPurpose::PasswordReset {
                account_id: AccountId::from_uuid(row.present("account_id", model.account_id)?),
            },
            _ => return Err(row.wrong("purpose")),
        };
        Ok(Self {
            token_sha256,
            purpose,
            expires_at: row.time("expires_at", model.expires_at)?,
        })
    }
}

/// Removes tickets that have ended.
pub(crate) async fn purge(transaction: &DatabaseTransaction, now: UtcTime) -> Result<(), DbErr> {
    let over = ticket::Column::ExpiresAt.lte(micros(now));
    ticket::Entity::delete_many()
        .filter(over)
        .exec(transaction)
        .await
        .map(drop)
}

fn alive(token_sha256: Digest32, now: UtcTime) -> Condition {
    Condition::all()
        .add(ticket::Column::TokenSha256.eq(token_sha256.as_bytes().to_vec()))
        .add(ticket::Column::ExpiresAt.gt(micros(now)))
}

#[async_trait::async_trait]
impl TicketStore for Store {
    async fn add(&self, ticket: &Ticket) -> Result<(), StoreError> {
        let model = ticket::Model::from(ticket);
        self.database
            .write(Scope::Directory, move |transaction| {
                let model = ticket::ActiveModel::from(model.clone());
                Box::pin(async move {
                    ticket::Entity::insert(model)
                        .exec_without_returning(transaction)
                        .await?;
                    Ok(())
                })
            })
            .await
    }

    async fn find(&self, token_sha256: Digest32, now: UtcTime) -> Result<Option<Ticket>, StoreError> {
        reading(async {
            let transaction = self.database.read_one(Scope::Directory).await?;
            let found = ticket::Entity::find()
                .filter(alive(token_sha256, now))
                .one(&*transaction)
                .await?;
            transaction.end().await?;
            Ok(found.map(Ticket::try_from).transpose()?)
        })
        .await
    }

    async fn take(&self, token_sha256: Digest32, now: UtcTime) -> Result<Option<Ticket>, StoreError> {
        self.database
            .write(Scope::Directory, move |transaction| {
                let alive = alive(token_sha256, now);
                Box::pin(async move {
                    let found = ticket::Entity::find()
                        .filter(alive.clone())
                        .one(transaction)
                        .await?;
                    let Some(found) = found else {
                        return Ok(None);
                    };
                    // Of two who have found it, only one removes it.
                    let removed = ticket::Entity::delete_many()
                        .filter(alive)
                        .exec(transaction)
                        .await?;
                    if removed.rows_affected == 0 {
                        return Ok(None);
                    }
                    Ok(Some(Ticket::try_from(found)?))
                })
            })
            .await
    }

    async fn remove(&self, purpose: TicketPurpose) -> Result<(), StoreError> {
        let of_purpose = match purpose {
            TicketPurpose::Setup => Condition::all().add(ticket::Column::Purpose.eq(SETUP)),
            TicketPurpose::Invitation {
                organization_id,
                invitation_id,
            } => Condition::all()
                .add(ticket::Column::Purpose.eq(INVITATION))
                .add(ticket::Column::OrganizationId.eq(organization_id.as_uuid()))
                .add(ticket::Column::InvitationId.eq(invitation_id.as_uuid())),
            TicketPurpose::PasswordReset { account_id } => Condition::all()
                .add(ticket::Column::Purpose.eq(PASSWORD_RESET))
                .add(ticket::Column::AccountId.eq(account_id.as_uuid())),
        };
        self.database
            .write(Scope::Directory, move |transaction| {
                let of_purpose = of_purpose.clone();
                Box::pin(async move {
                    ticket::Entity::delete_many()
                        .filter(of_purpose)
                        .exec(transaction)
                        .await?;
                    Ok(())
                })
            })
            .await
    }
}
