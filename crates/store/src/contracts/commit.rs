//! One decision, one transaction.

use akashi_app::ports::{CommitError, ContractChange, LeasedJob, StoreError};
use akashi_domain::{Contract, Digest32, OrganizationId, UtcTime};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveModelTrait, ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QuerySelect,
};

use super::row::{self, contract};
use super::{directory, events, segments};
use crate::convert::{micros, saturated};
use crate::error::{Failure, inconsistent};
use crate::{jobs, mails, search};

/// A change in the form of rows, made before the transaction so that the writer only writes.
pub(super) struct Prepared {
    contract: contract::Model,
    expected_revision: Option<i64>,
    events: Vec<events::contract_event::Model>,
    segments: Vec<segments::contract_segment::Model>,
    jobs: Vec<jobs::job::Model>,
    mails: Vec<mails::mail::Model>,
    links: Vec<directory::contract_link::Model>,
    completes: Option<LeasedJob>,
    concluded: Option<Concluded>,
    tokens: search::Tokens,
}

struct Concluded {
    at: UtcTime,
    digests: Vec<Digest32>,
    contract: Contract,
}

impl Prepared {
    pub(super) fn new(organization_id: OrganizationId, change: ContractChange) -> Result<Self, StoreError> {
        let ContractChange {
            contract,
            expected_revision,
            events,
            segments,
            jobs,
            mails,
            links,
            completes,
            concluded_digests,
            now,
        } = change;
        let contract_id = contract.contract_id;
        if contract.organization_id != organization_id {
            return Err(inconsistent("contract", "organization_id", contract_id));
        }
        // A number that no revision can have meets none.
        let expected_revision = expected_revision.map(saturated);
        let revision = expected_revision.unwrap_or(0).saturating_add(1);
        let mut all_jobs = jobs::of_revision(organization_id, &jobs, revision, now)?;
        all_jobs.extend(jobs::deliveries(organization_id, &mails, revision, now)?);
        let contract_row = row::of(&contract, revision, micros(now))?;
        Ok(Self {
            expected_revision,
            events: events::new_rows(&contract, &events)?,
            segments: segments
                .iter()
                .map(|record| segments::new_row(organization_id, contract_id, record, now))
                .collect::<Result<_, _>>()?,
            jobs: all_jobs,
            mails: mails
                .iter()
                .map(|mail| mails::new_row(organization_id, mail, now))
                .collect::<Result<_, _>>()?,
            links: directory::link_rows(organization_id, contract_id, &links)?,
            completes,
            tokens: search::Tokens::of(organization_id, &contract_row.search_text),
            contract: contract_row,
            concluded: row::concluded_at(&contract).map(|at| Concluded {
                at,
                digests: concluded_digests,
                contract,
            }),
        })
    }

    /// Whether somebody may wait for what this brings.
    pub(super) fn brings_work(&self) -> bool {
        !self.jobs.is_empty() || self.completes.is_some()
    }

    /// Writes everything and returns the new revision.
    pub(super) async fn apply(&self, transaction: &DatabaseTransaction) -> Result<u64, Failure<CommitError>> {
        if let Some(job) = &self.completes
            && !jobs::finish(transaction, job).await?
        {
            return Err(Failure::Refused(CommitError::LeaseLost));
        }
        self.write_contract(transaction).await?;
        segments::insert(transaction, &self.segments).await?;
        events::insert(transaction, &self.events).await?;
        directory::insert_links(transaction, &self.links).await?;
        mails::insert(transaction, &self.mails).await?;
        jobs::insert(transaction, &self.jobs).await?;
        if let Some(concluded) = &self.concluded {
            let contract_id = concluded.contract.contract_id;
            directory::enter_concluded(transaction, contract_id, concluded.at, &concluded.digests).await?;
        }
        Ok(u64::try_from(self.contract.revision).unwrap_or_default())
    }

    /// Compare-and-swap: writes the contract only over the revision on which the decision was based.
    async fn write_contract(&self, transaction: &DatabaseTransaction) -> Result<(), Failure<CommitError>> {
        let new = &self.contract;
        let last_event = match self.expected_revision {
            None => {
                if !insert(transaction, new).await? {
                    return Err(Failure::Refused(CommitError::Conflict));
                }
                search::index(transaction, new.organization_id, new.contract_id, &self.tokens).await?;
                0
            }
            Some(expected) => {
                let Some(old) = lock(transaction, new)
                    .await?
                    .filter(|old| old.revision == expected)
                else {
                    return Err(Failure::Refused(CommitError::Conflict));
                };
                update(transaction, new, expected).await?;
                if old.search_text != new.search_text {
                    search::index(transaction, new.organization_id, new.contract_id, &self.tokens).await?;
                }
                old.last_event
            }
        };
        let count = i64::try_from(self.events.len()).unwrap_or(i64::MAX);
        if last_event.checked_add(count) != Some(new.last_event) {
            let contract_id = akashi_domain::ContractId::from_uuid(new.contract_id);
            return Err(Failure::Refused(
                inconsistent("contract", "last_event", contract_id).into(),
            ));
        }
        Ok(())
    }
}

/// What a commit must know of the row that it replaces.
#[derive(sea_orm::FromQueryResult)]
struct Old {
    revision: i64,
    last_event: i64,
    search_text: String,
}

/// Adds the row; `false` if there is one already.
async fn insert(transaction: &DatabaseTransaction, new: &contract::Model) -> Result<bool, DbErr> {
    let added = contract::Entity::insert(contract::ActiveModel::from(new.clone()))
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(transaction)
        .await?;
    Ok(added > 0)
}

/// Reads the row that is to be replaced and keeps others from changing it meanwhile.
async fn lock(transaction: &DatabaseTransaction, new: &contract::Model) -> Result<Option<Old>, DbErr> {
    contract::Entity::find_by_id((new.organization_id, new.contract_id))
        .select_only()
        .column(contract::Column::Revision)
        .column(contract::Column::LastEvent)
        .column(contract::Column::SearchText)
        .lock_exclusive()
        .into_model()
        .one(transaction)
        .await
}

async fn update(
    transaction: &DatabaseTransaction,
    new: &contract::Model,
    expected: i64,
) -> Result<(), Failure<CommitError>> {
    let row = contract::ActiveModel::from(new.clone()).reset_all();
    let updated = contract::Entity::update(row)
        .validate()?
        .filter(contract::Column::Revision.eq(expected))
        .exec_without_returning(transaction)
        .await;
    match updated {
        Ok(_) => Ok(()),
        Err(DbErr::RecordNotUpdated) => Err(Failure::Refused(CommitError::Conflict)),
        Err(error) => Err(error.into()),
    }
}
