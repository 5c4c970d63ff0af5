//! Mails: what they are about, to whom, and what became of them. Never a text, never a link.

use akashi_app::ports::{MailDelivery, MailRow, MailStore, NewMail, StoreError, Tenant};
use akashi_domain::{ContractId, EmailAddress, Language, MailId, OrganizationId, UtcTime};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DatabaseTransaction, DbErr, EntityTrait, ExprTrait, QueryFilter,
    QueryOrder, QuerySelect,
};

use crate::convert::{Row, micros, to_json};
use crate::database::reading;
use crate::error::{Failure, inconsistent};
use crate::jobs;
use crate::store::Store;

pub(crate) mod mail {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "mail")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub organization_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub mail_id: Uuid,
        pub contract_id: Option<Uuid>,
        pub party_id: Option<Uuid>,
        pub kind: String,
        pub subject_matter: String,
        pub recipient: String,
        pub language: String,
        pub queued_at: i64,
        pub attempts: i32,
        pub delivery_state: String,
        pub delivery: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The stored name of what became of a mail.
pub(crate) const fn delivery_name(delivery: &MailDelivery) -> &'static str {
    match delivery {
        MailDelivery::Queued => "queued",
        MailDelivery::Delayed { .. } => "delayed",
        MailDelivery::Accepted { .. } => "accepted",
        MailDelivery::Refused { .. } => "refused",
        MailDelivery::Dropped { .. } => "dropped",
    }
}

/// The row of a new mail.
pub(crate) fn new_row(
    organization_id: OrganizationId,
    mail: &NewMail,
    now: UtcTime,
) -> Result<mail::Model, StoreError> {
    let delivery = MailDelivery::Queued;
    Ok(mail::Model {
        organization_id: organization_id.as_uuid(),
        mail_id: mail.mail_id.as_uuid(),
        contract_id: mail.contract_id.map(ContractId::as_uuid),
        party_id: mail.kind.party_id().map(akashi_domain::PartyId::as_uuid),
        kind: mail.kind.name().to_owned(),
        subject_matter: to_json("mail", "subject_matter", mail.mail_id, &mail.kind)?,
        recipient: mail.to.as_str().to_owned(),
        language: mail.language.tag().to_owned(),
        queued_at: micros(now),
        attempts: 0,
        delivery_state: delivery_name(&delivery).to_owned(),
        delivery: to_json("mail", "delivery", mail.mail_id, &delivery)?,
    })
}

impl TryFrom<mail::Model> for MailRow {
    type Error = StoreError;

    fn try_from(model: mail::Model) -> Result<Self, StoreError> {
        let mail_id = MailId::from_uuid(model.mail_id);
        let row = Row::new("mail", mail_id);
        Ok(Self {
            mail_id,
            organization_id: OrganizationId::from_uuid(model.organization_id),
            contract_id: model.contract_id.map(ContractId::from_uuid),
            kind: row.json("subject_matter", &model.subject_matter)?,
            to: row.parsed("recipient", EmailAddress::parse(&model.recipient))?,
            language: row.present("language", Language::from_tag(&model.language))?,
            queued_at: row.time("queued_at", model.queued_at)?,
            attempts: row.number("attempts", i64::from(model.attempts))?,
            delivery: row.json("delivery", &model.delivery)?,
        })
    }
}

/// Writes the rows of new mails.
pub(crate) async fn insert(transaction: &DatabaseTransaction, rows: &[mail::Model]) -> Result<(), DbErr> {
    if rows.is_empty() {
        return Ok(());
    }
    let rows = rows.iter().cloned().map(mail::ActiveModel::from);
    mail::Entity::insert_many(rows)
        .exec_without_returning(transaction)
        .await
        .map(drop)
}

/// The mails of a contract, in the order of their making.
pub(crate) async fn of_contract(
    transaction: &impl ConnectionTrait,
    organization_id: OrganizationId,
    contract_id: ContractId,
) -> Result<Vec<MailRow>, Failure> {
    let found = mail::Entity::find()
        .filter(mail::Column::OrganizationId.eq(organization_id.as_uuid()))
        .filter(mail::Column::ContractId.eq(contract_id.as_uuid()))
        .order_by_asc(mail::Column::QueuedAt)
        .order_by_asc(mail::Column::MailId)
        .all(transaction)
        .await?;
    Ok(found
        .into_iter()
        .map(MailRow::try_from)
        .collect::<Result<_, _>>()?)
}

/// Which of these contracts have a request or completion mail that was refused and that no later mail of the
/// same kind to the same recipient has replaced.
pub(crate) async fn contracts_with_refused_mail(
    transaction: &DatabaseTransaction,
    organization_id: OrganizationId,
    contracts: &[uuid::Uuid],
) -> Result<Vec<uuid::Uuid>, DbErr> {
    const WATCHED: [&str; 4] = [
        "request",
        "reminder",
        "completion_to_party",
        "completion_to_sender",
    ];
    if contracts.is_empty() {
        return Ok(Vec::new());
    }
    let watched = Condition::all()
        .add(mail::Column::OrganizationId.eq(organization_id.as_uuid()))
        .add(mail::Column::ContractId.is_in(contracts.iter().copied()))
        .add(mail::Column::Kind.is_in(WATCHED));
    let refused = mail::Entity::find()
        .filter(watched.clone())
        .filter(mail::Column::DeliveryState.eq("refused"))
        .all(transaction)
        .await?;
    if refused.is_empty() {
        return Ok(Vec::new());
    }
    let all = mail::Entity::find().filter(watched).all(transaction).await?;
    // A reminder carries the same link as the request, so it replaces a refused request, and the reverse.
    let matter = |mail: &mail::Model| {
        let is_request = matches!(mail.kind.as_str(), "request" | "reminder");
        (mail.contract_id, mail.party_id, is_request)
    };
    let age = |mail: &mail::Model| (mail.queued_at, mail.mail_id);
    let standing = refused.iter().filter(|refused| {
        !all.iter()
            .any(|other| matter(other) == matter(refused) && age(other) > age(refused))
    });
    Ok(standing.filter_map(|mail| mail.contract_id).collect())
}

/// Removes the mails of a contract.
pub(crate) async fn remove_of_contract(
    transaction: &DatabaseTransaction,
    organization_id: OrganizationId,
    contract_id: ContractId,
) -> Result<(), DbErr> {
    mail::Entity::delete_many()
        .filter(mail::Column::OrganizationId.eq(organization_id.as_uuid()))
        .filter(mail::Column::ContractId.eq(contract_id.as_uuid()))
        .exec(transaction)
        .await
        .map(drop)
}

#[async_trait::async_trait]
impl MailStore for Store {
    async fn queue(&self, tenant: &Tenant, mails: Vec<NewMail>, now: UtcTime) -> Result<(), StoreError> {
        let organization_id = tenant.organization_id();
        let rows = mails
            .iter()
            .map(|mail| new_row(organization_id, mail, now))
            .collect::<Result<Vec<_>, _>>()?;
        let deliveries = jobs::deliveries(organization_id, &mails, 0, now)?;
        self.database
            .write(tenant, move |transaction| {
                let (rows, deliveries) = (rows.clone(), deliveries.clone());
                Box::pin(async move {
                    insert(transaction, &rows).await?;
                    jobs::insert(transaction, &deliveries).await?;
                    Ok(())
                })
            })
            .await?;
        self.database.announce_jobs();
        Ok(())
    }

    async fn load(&self, tenant: &Tenant, mail_id: MailId) -> Result<Option<MailRow>, StoreError> {
        reading(async {
            let transaction = self.database.read_one(tenant).await?;
            let key = (tenant.organization_id().as_uuid(), mail_id.as_uuid());
            let found = mail::Entity::find_by_id(key).one(&*transaction).await?;
            transaction.end().await?;
            Ok(found.map(MailRow::try_from).transpose()?)
        })
        .await
    }

    async fn begin_attempt(&self, tenant: &Tenant, mail_id: MailId) -> Result<(), StoreError> {
        let this = this(tenant, mail_id);
        self.database
            .write(tenant, move |transaction| {
                let update = mail::Entity::update_many()
                    .col_expr(mail::Column::Attempts, Expr::col(mail::Column::Attempts).add(1))
                    .filter(this.clone());
                Box::pin(async move { found(update.exec(transaction).await?.rows_affected, mail_id) })
            })
            .await
    }

    async fn record(
        &self,
        tenant: &Tenant,
        mail_id: MailId,
        delivery: MailDelivery,
    ) -> Result<(), StoreError> {
        let this = this(tenant, mail_id);
        let state = delivery_name(&delivery);
        let delivery = to_json("mail", "delivery", mail_id, &delivery)?;
        self.database
            .write(tenant, move |transaction| {
                let update = mail::Entity::update_many()
                    .col_expr(mail::Column::DeliveryState, Expr::value(state))
                    .col_expr(mail::Column::Delivery, Expr::value(delivery.clone()))
                    .filter(this.clone());
                Box::pin(async move { found(update.exec(transaction).await?.rows_affected, mail_id) })
            })
            .await
    }

    async fn newest(&self, tenant: &Tenant, limit: u32) -> Result<Vec<MailRow>, StoreError> {
        reading(async {
            let transaction = self.database.read_one(tenant).await?;
            let newest = mail::Entity::find()
                .filter(mail::Column::OrganizationId.eq(tenant.organization_id().as_uuid()))
                .order_by_desc(mail::Column::QueuedAt)
                .order_by_desc(mail::Column::MailId)
                .limit(u64::from(Ord::min(limit, MOST_NEWEST)))
                .all(&*transaction)
                .await?;
            transaction.end().await?;
            Ok(newest
                .into_iter()
                .map(MailRow::try_from)
                .collect::<Result<_, _>>()?)
        })
        .await
    }
}

fn this(tenant: &Tenant, mail_id: MailId) -> Condition {
    Condition::all()
        .add(mail::Column::OrganizationId.eq(tenant.organization_id().as_uuid()))
        .add(mail::Column::MailId.eq(mail_id.as_uuid()))
}

fn found(rows: u64, mail_id: MailId) -> Result<(), Failure> {
    if rows == 0 {
        Err(inconsistent("mail", "mail_id", mail_id).into())
    } else {
        Ok(())
    }
}

/// The most mails in one answer.
const MOST_NEWEST: u32 = 1000;
