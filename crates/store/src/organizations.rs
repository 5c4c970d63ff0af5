//! Organizations, and the store port that covers them, their members and their invitations.

use akashi_app::ports::{InvitationRow, OrganizationStore, StoreError, Tenant};
use akashi_domain::{
    InvitationId, Member, MemberId, MemberState, Organization, OrganizationId, OrganizationName, Role,
};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, DatabaseTransaction, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, QuerySelect,
};

use crate::convert::{Row, micros};
use crate::database::{Scope, reading};
use crate::error::{Failure, inconsistent};
use crate::store::Store;
use crate::{invitations, members};

mod organization {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "organization")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub organization_id: Uuid,
        pub name: String,
        pub created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Which organizations there are; readable before a tenant is known.
pub(crate) mod directory {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "organization_directory")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub organization_id: Uuid,
        pub created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

impl TryFrom<organization::Model> for Organization {
    type Error = StoreError;

    fn try_from(model: organization::Model) -> Result<Self, StoreError> {
        let organization_id = OrganizationId::from_uuid(model.organization_id);
        let row = Row::new("organization", organization_id);
        Ok(Self {
            organization_id,
            name: row.parsed("name", OrganizationName::parse(&model.name))?,
            created_at: row.time("created_at", model.created_at)?,
        })
    }
}

#[async_trait::async_trait]
impl OrganizationStore for Store {
    async fn count(&self) -> Result<u32, StoreError> {
        reading(async {
            let transaction = self.database.read_one(Scope::Directory).await?;
            let count = directory::Entity::find().count(&*transaction).await?;
            transaction.end().await?;
            Ok(u32::try_from(count).unwrap_or(u32::MAX))
        })
        .await
    }

    async fn add(&self, organization: &Organization, first_member: &Member) -> Result<(), StoreError> {
        let organization_id = organization.organization_id;
        members::check_tenant(organization_id, first_member)?;
        let entry = directory::Model {
            organization_id: organization_id.as_uuid(),
            created_at: micros(organization.created_at),
        };
        let model = organization::Model {
            organization_id: organization_id.as_uuid(),
            name: organization.name.to_string(),
            created_at: micros(organization.created_at),
        };
        let member = first_member.clone();
        self.database
            .write(Scope::Tenant(organization_id), move |transaction| {
                let entry = directory::ActiveModel::from(entry.clone());
                let model = organization::ActiveModel::from(model.clone());
                let member = member.clone();
                Box::pin(async move {
                    directory::Entity::insert(entry)
                        .exec_without_returning(transaction)
                        .await?;
                    organization::Entity::insert(model)
                        .exec_without_returning(transaction)
                        .await?;
                    members::insert(transaction, &member).await?;
                    Ok(())
                })
            })
            .await
    }

    async fn rename(&self, tenant: &Tenant, name: &OrganizationName) -> Result<bool, StoreError> {
        let organization_id = tenant.organization_id().as_uuid();
        let name = name.to_string();
        self.database
            .write(tenant, move |transaction| {
                let update = organization::Entity::update_many()
                    .col_expr(organization::Column::Name, Expr::value(name.clone()))
                    .filter(organization::Column::OrganizationId.eq(organization_id));
                Box::pin(async move { Ok(update.exec(transaction).await?.rows_affected > 0) })
            })
            .await
    }

    async fn load(&self, tenant: &Tenant) -> Result<Option<Organization>, StoreError> {
        reading(async {
            let transaction = self.database.read_one(tenant).await?;
            let id = tenant.organization_id().as_uuid();
            let found = organization::Entity::find_by_id(id).one(&*transaction).await?;
            transaction.end().await?;
            Ok(found.map(Organization::try_from).transpose()?)
        })
        .await
    }

    async fn all(&self) -> Result<Vec<OrganizationId>, StoreError> {
        reading(async {
            let transaction = self.database.read_one(Scope::Directory).await?;
            let found: Vec<uuid::Uuid> = directory::Entity::find()
                .select_only()
                .column(directory::Column::OrganizationId)
                .order_by_asc(directory::Column::CreatedAt)
                .order_by_asc(directory::Column::OrganizationId)
                .into_tuple()
                .all(&*transaction)
                .await?;
            transaction.end().await?;
            Ok(found.into_iter().map(OrganizationId::from_uuid).collect())
        })
        .await
    }

    async fn members(&self, tenant: &Tenant) -> Result<Vec<Member>, StoreError> {
        reading(async {
            let transaction = self.database.read_one(tenant).await?;
            let members = members::all(&*transaction, tenant.organization_id()).await?;
            transaction.end().await?;
            Ok(members)
        })
        .await
    }

    async fn member(&self, tenant: &Tenant, member_id: MemberId) -> Result<Option<Member>, StoreError> {
        reading(async {
            let transaction = self.database.read_one(tenant).await?;
            let member = members::find(&*transaction, tenant.organization_id(), member_id).await?;
            transaction.end().await?;
            Ok(member)
        })
        .await
    }

    async fn add_member(&self, tenant: &Tenant, member: &Member) -> Result<bool, StoreError> {
        members::check_tenant(tenant.organization_id(), member)?;
        let member = member.clone();
        self.database
            .write(tenant, move |transaction| {
                let member = member.clone();
                Box::pin(async move { Ok(members::insert(transaction, &member).await?) })
            })
            .await
    }

    async fn change_member(
        &self,
        tenant: &Tenant,
        member_id: MemberId,
        role: Role,
        state: MemberState,
    ) -> Result<bool, StoreError> {
        let organization_id = tenant.organization_id();
        self.database
            .write(tenant, move |transaction| {
                Box::pin(async move {
                    Ok(members::change(transaction, organization_id, member_id, role, state).await?)
                })
            })
            .await
    }

    async fn update_profile(&self, tenant: &Tenant, member: &Member) -> Result<(), StoreError> {
        members::check_tenant(tenant.organization_id(), member)?;
        let member = member.clone();
        self.database
            .write(tenant, move |transaction| {
                let member = member.clone();
                Box::pin(async move { update_profile(transaction, &member).await })
            })
            .await
    }

    async fn add_invitation(&self, tenant: &Tenant, invitation: &InvitationRow) -> Result<(), StoreError> {
        let organization_id = tenant.organization_id();
        let invitation = invitation.clone();
        self.database
            .write(tenant, move |transaction| {
                let invitation = invitation.clone();
                Box::pin(
                    async move { Ok(invitations::replace(transaction, organization_id, &invitation).await?) },
                )
            })
            .await
    }

    async fn invitations(&self, tenant: &Tenant) -> Result<Vec<InvitationRow>, StoreError> {
        reading(async {
            let transaction = self.database.read_one(tenant).await?;
            let open = invitations::all(&*transaction, tenant.organization_id()).await?;
            transaction.end().await?;
            Ok(open)
        })
        .await
    }

    async fn remove_invitation(
        &self,
        tenant: &Tenant,
        invitation_id: InvitationId,
    ) -> Result<bool, StoreError> {
        let organization_id = tenant.organization_id();
        self.database
            .write(tenant, move |transaction| {
                Box::pin(async move {
                    Ok(invitations::remove(transaction, organization_id, invitation_id).await?)
                })
            })
            .await
    }
}

async fn update_profile(transaction: &DatabaseTransaction, member: &Member) -> Result<(), Failure> {
    if members::update_profile(transaction, member).await? {
        Ok(())
    } else {
        Err(inconsistent("member", "member_id", member.member_id).into())
    }
}
