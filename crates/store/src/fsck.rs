//! Does the database agree with itself? Read-only, page by page, for the operator and for tests.

use std::collections::BTreeSet;
use std::fmt;

use akashi_app::ports::{MailDelivery, MailRow, OrganizationStore, StoreError, Tenant};
use akashi_domain::{Contract, ContractId, JobId};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DatabaseTransaction, DbBackend, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect, Statement,
};
use uuid::Uuid;

use crate::accounts::membership;
use crate::contracts::events::contract_event;
use crate::contracts::row::{self, contract};
use crate::contracts::{directory, events, segments};
use crate::database::{Scope, reading};
use crate::error::Failure;
use crate::jobs::job;
use crate::mails::{self, mail};
use crate::members::member;
use crate::store::Store;

/// Something that does not agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The table.
    pub table: &'static str,
    /// The column, or the table that should have a matching row.
    pub column: &'static str,
    /// The row.
    pub id: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{} of {}", self.table, self.column, self.id)
    }
}

/// Rows looked at in one transaction.
const PAGE: u64 = 200;

impl Store {
    /// Looks at every row of every organization and returns what does not agree: columns that are not what the
    /// contract says, gaps in a history, segments without a key, mails that nobody will deliver, contracts that
    /// the search or the directory does not know. Costs a full read; changes that happen meanwhile may be
    /// reported by mistake.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`]
    pub async fn check_consistency(&self) -> Result<Vec<Finding>, StoreError> {
        let mut findings = Vec::new();
        for organization_id in self.all().await? {
            let tenant = Tenant::dangerous_without_authentication(organization_id);
            self.check_contracts(&tenant, &mut findings).await?;
            self.check_mails(&tenant, &mut findings).await?;
            self.check_members(&tenant, &mut findings).await?;
        }
        self.check_jobs(&mut findings).await?;
        Ok(findings)
    }

    async fn check_contracts(&self, tenant: &Tenant, findings: &mut Vec<Finding>) -> Result<(), StoreError> {
        let mut after = Uuid::nil();
        loop {
            let (last, found) = reading(async {
                let transaction = self.database.read(tenant).await?;
                let page = contract::Entity::find()
                    .filter(contract::Column::OrganizationId.eq(tenant.organization_id().as_uuid()))
                    .filter(contract::Column::ContractId.gt(after))
                    .order_by_asc(contract::Column::ContractId)
                    .limit(PAGE)
                    .all(&*transaction)
                    .await?;
                let mut found = Vec::new();
                for model in &page {
                    check_contract(&transaction, model, &mut found).await?;
                }
                transaction.end().await?;
                Ok((page.last().map(|model| model.contract_id), found))
            })
            .await?;
            findings.extend(found);
            match last {
                Some(last) => after = last,
                None => return Ok(()),
            }
        }
    }

    /// Every mail can be read, and somebody will deliver those that wait.
    async fn check_mails(&self, tenant: &Tenant, findings: &mut Vec<Finding>) -> Result<(), StoreError> {
        let organization_id = tenant.organization_id().as_uuid();
        let found = reading(async {
            let transaction = self.database.read(tenant).await?;
            let jobs = job::Entity::find()
                .filter(job::Column::OrganizationId.eq(organization_id))
                .filter(job::Column::Kind.eq("deliver_mail"))
                .all(&*transaction)
                .await?;
            let delivered_by: BTreeSet<String> = jobs.into_iter().map(|job| job.work).collect();
            let mut found = Vec::new();
            let mut after = Uuid::nil();
            loop {
                let page = mail::Entity::find()
                    .filter(mail::Column::OrganizationId.eq(organization_id))
                    .filter(mail::Column::MailId.gt(after))
                    .order_by_asc(mail::Column::MailId)
                    .limit(PAGE)
                    .all(&*transaction)
                    .await?;
                let Some(last) = page.last() else { break };
                after = last.mail_id;
                for model in page {
                    check_mail(model, &delivered_by, &mut found);
                }
            }
            transaction.end().await?;
            Ok(found)
        })
        .await?;
        findings.extend(found);
        Ok(())
    }

    /// The directory of memberships says what the members' rows say.
    async fn check_members(&self, tenant: &Tenant, findings: &mut Vec<Finding>) -> Result<(), StoreError> {
        let organization_id = tenant.organization_id();
        let (members, entries) = reading(async {
            let transaction = self.database.read(tenant).await?;
            let of_tenant = member::Column::OrganizationId.eq(organization_id.as_uuid());
            let members = member::Entity::find()
                .filter(of_tenant)
                .all(&*transaction)
                .await?;
            let of_tenant = membership::Column::OrganizationId.eq(organization_id.as_uuid());
            let entries = membership::Entity::find()
                .filter(of_tenant)
                .all(&*transaction)
                .await?;
            transaction.end().await?;
            Ok((members, entries))
        })
        .await?;
        let by_members: BTreeSet<(Uuid, Uuid, bool)> = members
            .iter()
            .map(|model| (model.account_id, model.member_id, model.state == "active"))
            .collect();
        let by_entries: BTreeSet<(Uuid, Uuid, bool)> = entries
            .iter()
            .map(|model| (model.account_id, model.member_id, model.is_active))
            .collect();
        for (_, member_id, _) in by_members.symmetric_difference(&by_entries) {
            let id = akashi_domain::MemberId::from_uuid(*member_id).to_string();
            findings.push(Finding {
                table: "member",
                column: "membership",
                id,
            });
        }
        Ok(())
    }

    /// Every job can be read and stands in the lane of its kind.
    async fn check_jobs(&self, findings: &mut Vec<Finding>) -> Result<(), StoreError> {
        let jobs = reading(async {
            let transaction = self.database.read(Scope::Directory).await?;
            let jobs = job::Entity::find().all(&*transaction).await?;
            transaction.end().await?;
            Ok(jobs)
        })
        .await?;
        for model in jobs {
            let id = JobId::from_uuid(model.job_id).to_string();
            let (kind, lane) = (model.kind.clone(), model.lane);
            let column = match akashi_app::ports::Job::try_from(model) {
                Err(_) => "work",
                Ok(job) if job.kind.name() != kind => "kind",
                Ok(job) if job.kind.lane().map(ContractId::as_uuid) != lane => "lane",
                Ok(_) => continue,
            };
            findings.push(Finding {
                table: "job",
                column,
                id,
            });
        }
        Ok(())
    }
}

async fn check_contract(
    transaction: &DatabaseTransaction,
    model: &contract::Model,
    findings: &mut Vec<Finding>,
) -> Result<(), Failure> {
    let contract_id = ContractId::from_uuid(model.contract_id);
    let mut report = |table, column| {
        findings.push(Finding {
            table,
            column,
            id: contract_id.to_string(),
        });
    };
    let Ok(stored) = row::parse(model) else {
        report("contract", "body");
        return Ok(());
    };
    let contract = stored.value;
    if let Some(column) = differing_column(&contract, model)? {
        report("contract", column);
    }
    if !history_is_whole(transaction, model).await? {
        report("contract", "contract_event");
    }
    if !every_segment_has_its_key(transaction, &contract).await? {
        report("contract", "contract_segment");
    }
    if !is_searchable(transaction, model).await? {
        report("contract", "contract_search");
    }
    let entry = directory::find_concluded(transaction, contract_id).await?;
    let entered = entry.map(|entry| entry.concluded_at.as_microsecond());
    if entered != model.concluded_at {
        report("contract", "concluded_contract");
    }
    Ok(())
}

/// The first column that is not what the contract itself says.
fn differing_column(
    contract: &Contract,
    model: &contract::Model,
) -> Result<Option<&'static str>, StoreError> {
    let due = row::of(contract, model.revision, model.changed_at)?;
    let columns = [
        ("state", due.state == model.state),
        ("title", due.title == model.title),
        ("counterparty", due.counterparty == model.counterparty),
        (
            "management_number",
            due.management_number == model.management_number,
        ),
        ("transaction_date", due.transaction_date == model.transaction_date),
        ("amount_yen", due.amount_yen == model.amount_yen),
        ("deadline", due.deadline == model.deadline),
        ("created_by", due.created_by == model.created_by),
        ("created_at", due.created_at == model.created_at),
        ("concluded_at", due.concluded_at == model.concluded_at),
        ("promised_level", due.promised_level == model.promised_level),
        ("last_event", due.last_event == model.last_event),
        ("search_text", due.search_text == model.search_text),
        (
            "search_counterparty",
            due.search_counterparty == model.search_counterparty,
        ),
        ("kept_level", due.kept_level == model.kept_level),
        ("preserve_at", due.preserve_at == model.preserve_at),
        ("kept_until", due.kept_until == model.kept_until),
        (
            "preservation_trouble",
            due.preservation_trouble == model.preservation_trouble,
        ),
    ];
    Ok(columns
        .into_iter()
        .find(|(_, agrees)| !agrees)
        .map(|(column, _)| column))
}

async fn history_is_whole(
    transaction: &DatabaseTransaction,
    model: &contract::Model,
) -> Result<bool, Failure> {
    let history = contract_event::Entity::find()
        .filter(contract_event::Column::OrganizationId.eq(model.organization_id))
        .filter(contract_event::Column::ContractId.eq(model.contract_id))
        .order_by_asc(contract_event::Column::Sequence)
        .all(transaction)
        .await?;
    let numbered = history
        .iter()
        .map(|event| event.sequence)
        .eq(1..=model.last_event);
    Ok(numbered && history.into_iter().all(|event| events::parse(event).is_ok()))
}

async fn every_segment_has_its_key(
    transaction: &DatabaseTransaction,
    contract: &Contract,
) -> Result<bool, Failure> {
    let evidence = contract
        .evidence
        .iter()
        .flat_map(|evidence| [&evidence.pdf, &evidence.json]);
    let named: Vec<_> = contract
        .documents
        .iter()
        .flat_map(|document| &document.segments)
        .chain(evidence)
        .map(|segment| segment.segment_id)
        .collect();
    let stored = segments::named(transaction, contract.organization_id, &named).await?;
    Ok(named
        .iter()
        .all(|segment_id| stored.contains(&segment_id.as_uuid())))
}

async fn is_searchable(transaction: &DatabaseTransaction, model: &contract::Model) -> Result<bool, Failure> {
    let backend = transaction.get_database_backend();
    let table = if backend == DbBackend::Postgres {
        "contract_search"
    } else {
        "contract_search_key"
    };
    let sql = format!("SELECT 1 FROM {table} WHERE organization_id = $1 AND contract_id = $2");
    let values = [model.organization_id.into(), model.contract_id.into()];
    let row = transaction
        .query_one_raw(Statement::from_sql_and_values(backend, sql, values))
        .await?;
    Ok(row.is_some())
}

fn check_mail(model: mail::Model, delivered_by: &BTreeSet<String>, findings: &mut Vec<Finding>) {
    let mail_id = akashi_domain::MailId::from_uuid(model.mail_id);
    let state = model.delivery_state.clone();
    let kind = model.kind.clone();
    let column = match MailRow::try_from(model) {
        Err(StoreError::Inconsistent { column, .. }) => column,
        Err(_) => "subject_matter",
        Ok(mail) if mail.kind.name() != kind => "kind",
        Ok(mail) if mails::delivery_name(&mail.delivery) != state => "delivery_state",
        Ok(mail) => {
            let waits = matches!(mail.delivery, MailDelivery::Queued | MailDelivery::Delayed { .. });
            let work = akashi_app::ports::JobKind::DeliverMail { mail_id };
            let is_queued = serde_json::to_string(&work).is_ok_and(|work| delivered_by.contains(&work));
            if is_queued || !waits {
                return;
            }
            "job"
        }
    };
    findings.push(Finding {
        table: "mail",
        column,
        id: mail_id.to_string(),
    });
}
