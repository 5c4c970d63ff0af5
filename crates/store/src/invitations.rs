//! Invitations that have not been used.

use akashi_app::ports::{InvitationRow, StoreError};
use akashi_domain::{EmailAddress, InvitationId, Language, MemberId, OrganizationId};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QueryOrder,
};

use crate::convert::{Row, micros};
use crate::error::Failure;
use crate::members::role_name;

mod invitation {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "invitation")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub organization_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub invitation_id: Uuid,
        pub email: String,
        pub email_key: String,
        pub role: String,
        pub language: String,
        pub invited_by: Uuid,
        pub invited_at: i64,
        pub expires_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

impl TryFrom<invitation::Model> for InvitationRow {
    type Error = StoreError;

    fn try_from(model: invitation::Model) -> Result<Self, StoreError> {
        let invitation_id = InvitationId::from_uuid(model.invitation_id);
        let row = Row::new("invitation", invitation_id);
        Ok(Self {
            invitation_id,
            email: row.parsed("email", EmailAddress::parse(&model.email))?,
            role: row.name("role", &model.role)?,
            language: row.present("language", Language::from_tag(&model.language))?,
            invited_by: MemberId::from_uuid(model.invited_by),
            invited_at: row.time("invited_at", model.invited_at)?,
            expires_at: row.time("expires_at", model.expires_at)?,
        })
    }
}

/// Adds an invitation in the place of an older one to the same address.
pub(crate) async fn replace(
    transaction: &DatabaseTransaction,
    organization_id: OrganizationId,
    invitation: &InvitationRow,
) -> Result<(), DbErr> {
    let model = invitation::Model {
        organization_id: organization_id.as_uuid(),
        invitation_id: invitation.invitation_id.as_uuid(),
        email: invitation.email.as_str().to_owned(),
        email_key: invitation.email.account_key(),
        role: role_name(invitation.role).to_owned(),
        language: invitation.language.tag().to_owned(),
        invited_by: invitation.invited_by.as_uuid(),
        invited_at: micros(invitation.invited_at),
        expires_at: micros(invitation.expires_at),
    };
    invitation::Entity::delete_many()
        .filter(invitation::Column::OrganizationId.eq(model.organization_id))
        .filter(invitation::Column::EmailKey.eq(model.email_key.as_str()))
        .exec(transaction)
        .await?;
    let model = invitation::ActiveModel::from(model);
    invitation::Entity::insert(model)
        .exec_without_returning(transaction)
        .await
        .map(drop)
}

pub(crate) async fn all(
    transaction: &impl ConnectionTrait,
    organization_id: OrganizationId,
) -> Result<Vec<InvitationRow>, Failure> {
    let found = invitation::Entity::find()
        .filter(invitation::Column::OrganizationId.eq(organization_id.as_uuid()))
        .order_by_asc(invitation::Column::InvitedAt)
        .order_by_asc(invitation::Column::InvitationId)
        .all(transaction)
        .await?;
    Ok(found
        .into_iter()
        .map(InvitationRow::try_from)
        .collect::<Result<_, _>>()?)
}

/// Takes an invitation out; `false` if it is not there any more.
pub(crate) async fn remove(
    transaction: &DatabaseTransaction,
    organization_id: OrganizationId,
    invitation_id: InvitationId,
) -> Result<bool, DbErr> {
    let key = (organization_id.as_uuid(), invitation_id.as_uuid());
    let removed = invitation::Entity::delete_by_id(key).exec(transaction).await?;
    Ok(removed.rows_affected > 0)
}
