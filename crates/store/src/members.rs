//! Members, each with its entry in the directory of memberships.

use akashi_app::ports::StoreError;
use akashi_domain::{
    AccountId, EmailAddress, Language, Member, MemberId, MemberState, OrganizationId, PersonName, Role,
};
use sea_orm::sea_query::{Expr, OnConflict};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

use crate::accounts::membership;
use crate::convert::{Row, micros};
use crate::error::{Failure, inconsistent};

pub(crate) mod member {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "member")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub organization_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub member_id: Uuid,
        pub account_id: Uuid,
        pub name: String,
        pub email: String,
        pub language: String,
        pub role: String,
        pub state: String,
        pub joined_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The stored name of a role.
pub(crate) const fn role_name(role: Role) -> &'static str {
    match role {
        Role::Administrator => "administrator",
        Role::Member => "member",
    }
}

const fn state_name(state: MemberState) -> &'static str {
    match state {
        MemberState::Active => "active",
        MemberState::Removed => "removed",
    }
}

impl From<&Member> for member::Model {
    fn from(member: &Member) -> Self {
        Self {
            organization_id: member.organization_id.as_uuid(),
            member_id: member.member_id.as_uuid(),
            account_id: member.account_id.as_uuid(),
            name: member.name.to_string(),
            email: member.email.as_str().to_owned(),
            language: member.language.tag().to_owned(),
            role: role_name(member.role).to_owned(),
            state: state_name(member.state).to_owned(),
            joined_at: micros(member.joined_at),
        }
    }
}

impl TryFrom<member::Model> for Member {
    type Error = StoreError;

    fn try_from(model: member::Model) -> Result<Self, StoreError> {
        let member_id = MemberId::from_uuid(model.member_id);
        let row = Row::new("member", member_id);
        Ok(Self {
            member_id,
            organization_id: OrganizationId::from_uuid(model.organization_id),
            account_id: AccountId::from_uuid(model.account_id),
            name: row.parsed("name", PersonName::parse(&model.name))?,
            email: row.parsed("email", EmailAddress::parse(&model.email))?,
            language: row.present("language", Language::from_tag(&model.language))?,
            role: row.name("role", &model.role)?,
            state: row.name("state", &model.state)?,
            joined_at: row.time("joined_at", model.joined_at)?,
        })
    }
}

/// A member is written only into its own organization.
pub(crate) fn check_tenant(organization_id: OrganizationId, member: &Member) -> Result<(), StoreError> {
    if member.organization_id == organization_id {
        Ok(())
    } else {
        Err(inconsistent("member", "organization_id", member.member_id))
    }
}

fn key(organization_id: OrganizationId, member_id: MemberId) -> (uuid::Uuid, uuid::Uuid) {
    (organization_id.as_uuid(), member_id.as_uuid())
}

pub(crate) async fn all(
    transaction: &impl ConnectionTrait,
    organization_id: OrganizationId,
) -> Result<Vec<Member>, Failure> {
    let found = member::Entity::find()
        .filter(member::Column::OrganizationId.eq(organization_id.as_uuid()))
        .order_by_asc(member::Column::JoinedAt)
        .order_by_asc(member::Column::MemberId)
        .all(transaction)
        .await?;
    Ok(found
        .into_iter()
        .map(Member::try_from)
        .collect::<Result<_, _>>()?)
}

pub(crate) async fn find(
    transaction: &impl ConnectionTrait,
    organization_id: OrganizationId,
    member_id: MemberId,
) -> Result<Option<Member>, Failure> {
    let found = member::Entity::find_by_id(key(organization_id, member_id))
        .one(transaction)
        .await?;
    Ok(found.map(Member::try_from).transpose()?)
}

/// Adds a member with its entry in the directory; `false` if the account is already an active member here.
pub(crate) async fn insert(transaction: &DatabaseTransaction, member: &Member) -> Result<bool, DbErr> {
    let same_account = Condition::all()
        .add(member::Column::OrganizationId.eq(member.organization_id.as_uuid()))
        .add(member::Column::AccountId.eq(member.account_id.as_uuid()))
        .add(member::Column::State.eq(state_name(MemberState::Active)));
    if member::Entity::find()
        .filter(same_account)
        .one(transaction)
        .await?
        .is_some()
    {
        return Ok(false);
    }
    // Of two that come at the same moment the second meets the unique index.
    let added = member::Entity::insert(member::ActiveModel::from(member::Model::from(member)))
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(transaction)
        .await?;
    if added == 0 {
        return Ok(false);
    }
    let entry = membership::Model {
        account_id: member.account_id.as_uuid(),
        organization_id: member.organization_id.as_uuid(),
        member_id: member.member_id.as_uuid(),
        is_active: member.state == MemberState::Active,
    };
    membership::Entity::insert(membership::ActiveModel::from(entry))
        .exec_without_returning(transaction)
        .await?;
    Ok(true)
}

/// Changes role and state, unless nobody would be left to administer.
pub(crate) async fn change(
    transaction: &DatabaseTransaction,
    organization_id: OrganizationId,
    member_id: MemberId,
    role: Role,
    state: MemberState,
) -> Result<bool, DbErr> {
    let administrators = member::Entity::find()
        .filter(member::Column::OrganizationId.eq(organization_id.as_uuid()))
        .filter(member::Column::Role.eq(role_name(Role::Administrator)))
        .filter(member::Column::State.eq(state_name(MemberState::Active)))
        .order_by_asc(member::Column::MemberId);
    // Locked, so that two administrators cannot remove each other at the same moment. SQLite has one writer.
    let administrators = administrators.lock_exclusive().all(transaction).await?;
    let stays = role == Role::Administrator && state == MemberState::Active;
    let others_stay = administrators
        .iter()
        .any(|other| other.member_id != member_id.as_uuid());
    if !stays && !others_stay {
        return Ok(false);
    }
    let this = Condition::all()
        .add(member::Column::OrganizationId.eq(organization_id.as_uuid()))
        .add(member::Column::MemberId.eq(member_id.as_uuid()));
    let updated = member::Entity::update_many()
        .col_expr(member::Column::Role, Expr::value(role_name(role)))
        .col_expr(member::Column::State, Expr::value(state_name(state)))
        .filter(this)
        .exec(transaction)
        .await?;
    membership::Entity::update_many()
        .col_expr(
            membership::Column::IsActive,
            Expr::value(state == MemberState::Active),
        )
        .filter(membership::Column::OrganizationId.eq(organization_id.as_uuid()))
        .filter(membership::Column::MemberId.eq(member_id.as_uuid()))
        .exec(transaction)
        .await?;
    Ok(updated.rows_affected > 0)
}

/// Stores name and language; `false` if there is no such member.
pub(crate) async fn update_profile(
    transaction: &DatabaseTransaction,
    member: &Member,
) -> Result<bool, DbErr> {
    let updated = member::Entity::update_many()
        .col_expr(member::Column::Name, Expr::value(member.name.to_string()))
        .col_expr(member::Column::Language, Expr::value(member.language.tag()))
        .filter(member::Column::OrganizationId.eq(member.organization_id.as_uuid()))
        .filter(member::Column::MemberId.eq(member.member_id.as_uuid()))
        .exec(transaction)
        .await?;
    Ok(updated.rows_affected > 0)
}
