//! Contracts and everything that changes with them.

mod commit;
pub(crate) mod directory;
pub(crate) mod events;
mod list;
mod progress;
pub(crate) mod row;
pub(crate) mod segments;

use std::sync::Arc;

use akashi_app::ports::{
    CommitError, ConcludedEntry, ContractChange, ContractCounts, ContractFilter, ContractPage, ContractStore,
    Job, LinkEntry, MailRow, PageRequest, RecordedEvent, SegmentRecord, ShownPage, StoreError, Stored,
    Tenant,
};
use akashi_domain::{
    Contract, ContractId, Digest32, FieldId, FieldValue, MemberId, PartyId, SegmentId, StateKind, UtcTime,
};
use sea_orm::{ColumnTrait, DatabaseTransaction, DbErr, EntityTrait, QueryFilter, QuerySelect};

use crate::convert::{Row, to_json};
use crate::database::{Scope, reading};
use crate::store::Store;
use crate::{jobs, mails, search};
use commit::Prepared;
use progress::Part;
use row::contract;

fn part(tenant: &Tenant, contract_id: ContractId, party_id: PartyId) -> Part {
    Part {
        organization_id: tenant.organization_id(),
        contract_id,
        party_id,
    }
}

fn key(tenant: &Tenant, contract_id: ContractId) -> (uuid::Uuid, uuid::Uuid) {
    (tenant.organization_id().as_uuid(), contract_id.as_uuid())
}

#[async_trait::async_trait]
impl ContractStore for Store {
    async fn load(
        &self,
        tenant: &Tenant,
        contract_id: ContractId,
    ) -> Result<Option<Stored<Contract>>, StoreError> {
        reading(async {
            let transaction = self.database.read_one(tenant).await?;
            let found = contract::Entity::find_by_id(key(tenant, contract_id))
                .one(&*transaction)
                .await?;
            transaction.end().await?;
            Ok(found.as_ref().map(row::parse).transpose()?)
        })
        .await
    }

    async fn revision(&self, tenant: &Tenant, contract_id: ContractId) -> Result<Option<u64>, StoreError> {
        reading(async {
            let transaction = self.database.read_one(tenant).await?;
            let found: Option<i64> = contract::Entity::find_by_id(key(tenant, contract_id))
                .select_only()
                .column(contract::Column::Revision)
                .into_tuple()
                .one(&*transaction)
                .await?;
            transaction.end().await?;
            let row = Row::new("contract", contract_id);
            Ok(found
                .map(|revision| row.number("revision", revision))
                .transpose()?)
        })
        .await
    }

    async fn commit(&self, tenant: &Tenant, change: ContractChange) -> Result<u64, CommitError> {
        let prepared = Arc::new(Prepared::new(tenant.organization_id(), change)?);
        let brings_work = prepared.brings_work();
        let revision = self
            .database
            .write(tenant, move |transaction| {
                let prepared = Arc::clone(&prepared);
                Box::pin(async move { prepared.apply(transaction).await })
            })
            .await?;
        if brings_work {
            self.database.announce_jobs();
        }
        Ok(revision)
    }

    async fn list(
        &self,
        tenant: &Tenant,
        filter: &ContractFilter,
        page: PageRequest,
    ) -> Result<ContractPage, StoreError> {
        reading(async {
            let transaction = self.database.read(tenant).await?;
            let found = list::list(&transaction, tenant.organization_id(), filter, page).await?;
            transaction.end().await?;
            Ok(found)
        })
        .await
    }

    async fn counts(
        &self,
        tenant: &Tenant,
        created_by: Option<MemberId>,
        concluded_since: UtcTime,
    ) -> Result<ContractCounts, StoreError> {
        reading(async {
            let transaction = self.database.read(tenant).await?;
            let organization_id = tenant.organization_id();
            let counts = list::counts(&transaction, organization_id, created_by, concluded_since).await?;
            transaction.end().await?;
            Ok(counts)
        })
        .await
    }

    async fn events(
        &self,
        tenant: &Tenant,
        contract_id: ContractId,
    ) -> Result<Vec<RecordedEvent>, StoreError> {
        reading(async {
            let transaction = self.database.read_one(tenant).await?;
            let found = events::of_contract(&*transaction, tenant.organization_id(), contract_id).await?;
            transaction.end().await?;
            Ok(found)
        })
        .await
    }

    async fn mails(&self, tenant: &Tenant, contract_id: ContractId) -> Result<Vec<MailRow>, StoreError> {
        reading(async {
            let transaction = self.database.read_one(tenant).await?;
            let found = mails::of_contract(&*transaction, tenant.organization_id(), contract_id).await?;
            transaction.end().await?;
            Ok(found)
        })
        .await
    }

    async fn jobs(&self, tenant: &Tenant, contract_id: ContractId) -> Result<Vec<Job>, StoreError> {
        reading(async {
            let transaction = self.database.read_one(tenant).await?;
            let found = jobs::of_contract(&*transaction, tenant.organization_id(), contract_id).await?;
            transaction.end().await?;
            Ok(found)
        })
        .await
    }

    async fn segment(
        &self,
        tenant: &Tenant,
        segment_id: SegmentId,
    ) -> Result<Option<SegmentRecord>, StoreError> {
        reading(async {
            let transaction = self.database.read_one(tenant).await?;
            let found = segments::find(&*transaction, tenant.organization_id(), segment_id).await?;
            transaction.end().await?;
            Ok(found)
        })
        .await
    }

    async fn add_segment(
        &self,
        tenant: &Tenant,
        contract_id: ContractId,
        record: SegmentRecord,
        now: UtcTime,
    ) -> Result<(), StoreError> {
        let rows = vec![segments::new_row(
            tenant.organization_id(),
            contract_id,
            &record,
            now,
        )?];
        self.database
            .write(tenant, move |transaction| {
                let rows = rows.clone();
                Box::pin(async move { Ok(segments::insert(transaction, &rows).await?) })
            })
            .await
    }

    async fn inputs(
        &self,
        tenant: &Tenant,
        contract_id: ContractId,
        party_id: PartyId,
    ) -> Result<Vec<(FieldId, FieldValue)>, StoreError> {
        reading(async {
            let transaction = self.database.read_one(tenant).await?;
            let found = progress::inputs(&*transaction, part(tenant, contract_id, party_id)).await?;
            transaction.end().await?;
            Ok(found)
        })
        .await
    }

    async fn set_input(
        &self,
        tenant: &Tenant,
        contract_id: ContractId,
        party_id: PartyId,
        field_id: FieldId,
        value: Option<&FieldValue>,
        now: UtcTime,
    ) -> Result<(), StoreError> {
        let part = part(tenant, contract_id, party_id);
        let value = value
            .map(|value| to_json("party_input", "value", field_id, value))
            .transpose()?;
        self.database
            .write(tenant, move |transaction| {
                let value = value.clone();
                Box::pin(async move {
                    Ok(progress::set_input(transaction, part, field_id, value.as_deref(), now).await?)
                })
            })
            .await
    }

    async fn shown_pages(
        &self,
        tenant: &Tenant,
        contract_id: ContractId,
        party_id: PartyId,
    ) -> Result<Vec<ShownPage>, StoreError> {
        reading(async {
            let transaction = self.database.read_one(tenant).await?;
            let found = progress::shown_pages(&*transaction, part(tenant, contract_id, party_id)).await?;
            transaction.end().await?;
            Ok(found)
        })
        .await
    }

    async fn note_shown(
        &self,
        tenant: &Tenant,
        contract_id: ContractId,
        party_id: PartyId,
        pages: &[ShownPage],
        now: UtcTime,
    ) -> Result<(), StoreError> {
        let part = part(tenant, contract_id, party_id);
        let row = Row::new("party_shown_page", party_id);
        let pages = pages
            .iter()
            .map(|shown| {
                let page = row.parsed("page", i32::try_from(shown.page))?;
                Ok((shown.document_id, page, shown.revision_sha256))
            })
            .collect::<Result<Vec<_>, StoreError>>()?;
        self.database
            .write(tenant, move |transaction| {
                let pages = pages.clone();
                Box::pin(async move { Ok(progress::note_shown(transaction, part, &pages, now).await?) })
            })
            .await
    }

    async fn forget_progress(
        &self,
        tenant: &Tenant,
        contract_id: ContractId,
        party_id: PartyId,
    ) -> Result<(), StoreError> {
        let part = part(tenant, contract_id, party_id);
        self.database
            .write(tenant, move |transaction| {
                Box::pin(async move { Ok(progress::forget(transaction, part).await?) })
            })
            .await
    }

    async fn delete_draft(
        &self,
        tenant: &Tenant,
        contract_id: ContractId,
        expected_revision: u64,
    ) -> Result<bool, StoreError> {
        let Ok(revision) = i64::try_from(expected_revision) else {
            return Ok(false);
        };
        let tenant = *tenant;
        self.database
            .write(&tenant, move |transaction| {
                Box::pin(async move { Ok(delete_draft(transaction, &tenant, contract_id, revision).await?) })
            })
            .await
    }

    async fn find_link(&self, token_sha256: Digest32) -> Result<Option<LinkEntry>, StoreError> {
        reading(async {
            let transaction = self.database.read_one(Scope::Directory).await?;
            let found = directory::find_link(&*transaction, token_sha256).await?;
            transaction.end().await?;
            Ok(found)
        })
        .await
    }

    async fn find_concluded(&self, contract_id: ContractId) -> Result<Option<ConcludedEntry>, StoreError> {
        reading(async {
            let transaction = self.database.read_one(Scope::Directory).await?;
            let found = directory::find_concluded(&*transaction, contract_id).await?;
            transaction.end().await?;
            Ok(found)
        })
        .await
    }

    async fn find_concluded_digest(&self, sha256: Digest32) -> Result<Option<ConcludedEntry>, StoreError> {
        reading(async {
            let transaction = self.database.read(Scope::Directory).await?;
            let found = directory::find_concluded_digest(&transaction, sha256).await?;
            transaction.end().await?;
            Ok(found)
        })
        .await
    }

    async fn unnamed_segments(
        &self,
        tenant: &Tenant,
        candidates: &[SegmentId],
    ) -> Result<Vec<SegmentId>, StoreError> {
        // Well below the parameters that one statement may have.
        const AT_ONCE: usize = 1000;
        let mut unnamed = Vec::new();
        for some in candidates.chunks(AT_ONCE) {
            let named = reading(async {
                let transaction = self.database.read(tenant).await?;
                let named = segments::named(&transaction, tenant.organization_id(), some).await?;
                transaction.end().await?;
                Ok(named)
            })
            .await?;
            unnamed.extend(some.iter().copied().filter(|id| !named.contains(&id.as_uuid())));
        }
        Ok(unnamed)
    }
}

/// Removes a draft and all that belongs to it, children first.
async fn delete_draft(
    transaction: &DatabaseTransaction,
    tenant: &Tenant,
    contract_id: ContractId,
    revision: i64,
) -> Result<bool, DbErr> {
    let organization_id = tenant.organization_id();
    let draft = contract::Entity::find_by_id(key(tenant, contract_id))
        .select_only()
        .column(contract::Column::Revision)
        .filter(contract::Column::Revision.eq(revision))
        .filter(contract::Column::State.eq(StateKind::Draft.as_str()))
        .lock_exclusive()
        .into_tuple::<i64>()
        .one(transaction)
        .await?;
    if draft.is_none() {
        return Ok(false);
    }
    search::remove(transaction, organization_id.as_uuid(), contract_id.as_uuid()).await?;
    segments::remove_of_contract(transaction, organization_id, contract_id).await?;
    events::remove_of_contract(transaction, organization_id, contract_id).await?;
    progress::remove_of_contract(transaction, organization_id, contract_id).await?;
    mails::remove_of_contract(transaction, organization_id, contract_id).await?;
    jobs::remove_of_contract(transaction, organization_id, contract_id).await?;
    directory::remove_links(transaction, organization_id, contract_id).await?;
    let removed = contract::Entity::delete_by_id(key(tenant, contract_id))
        .exec(transaction)
        .await?;
    Ok(removed.rows_affected > 0)
}
