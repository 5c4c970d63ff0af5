//! Whom organizations trust, and with which key they seal.

use akashi_app::ports::{
    KeptSeal, RecordedOrganizationEvent, SealChoice, StoreError, Tenant, TrustStore, TrustedCertificate,
    WrappedKey,
};
use akashi_domain::{Digest32, MemberId, SealSource, TrustPurpose};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::convert::{Row, micros};
use crate::database::reading;
use crate::organization_events;
use crate::store::Store;

mod trusted_certificate {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "trusted_certificate")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub organization_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub purpose: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub sha256: Vec<u8>,
        pub der: Vec<u8>,
        pub added_by: Uuid,
        pub added_at: i64,
        pub removed_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod seal_choice {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "seal_choice")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub organization_id: Uuid,
        pub source: String,
        pub wrapped_key_id: Option<String>,
        pub wrapped_key: Option<Vec<u8>>,
        pub container: Option<Vec<u8>>,
        pub certificate: Vec<u8>,
        pub chosen_by: Uuid,
        pub chosen_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

impl TryFrom<trusted_certificate::Model> for TrustedCertificate {
    type Error = StoreError;

    fn try_from(model: trusted_certificate::Model) -> Result<Self, StoreError> {
        let row = Row::new("trusted_certificate", hex(&model.sha256));
        let removed_at = model.removed_at.map(|at| row.time("removed_at", at));
        Ok(Self {
            purpose: row.present("purpose", TrustPurpose::parse(&model.purpose))?,
            sha256: row.digest("sha256", &model.sha256)?,
            added_by: MemberId::from_uuid(model.added_by),
            added_at: row.time("added_at", model.added_at)?,
            removed_at: removed_at.transpose()?,
            der: model.der,
        })
    }
}

impl TryFrom<seal_choice::Model> for SealChoice {
    type Error = StoreError;

    fn try_from(model: seal_choice::Model) -> Result<Self, StoreError> {
        let id = akashi_domain::OrganizationId::from_uuid(model.organization_id);
        let row = Row::new("seal_choice", id);
        let kept = match (model.wrapped_key_id, model.wrapped_key, model.container) {
            (Some(key_id), Some(wrapped), Some(bytes)) => Some(KeptSeal {
                key: WrappedKey {
                    key_id,
                    bytes: wrapped,
                },
                sealed: bytes,
            }),
            (None, None, None) => None,
            _ => return Err(row.wrong("container")),
        };
        Ok(Self {
            source: row.present("source", SealSource::parse(&model.source))?,
            kept,
            certificate_der: model.certificate,
            chosen_by: MemberId::from_uuid(model.chosen_by),
            chosen_at: row.time("chosen_at", model.chosen_at)?,
        })
    }
}

/// Names a row in an error; a damaged digest may have any length.
fn hex(bytes: &[u8]) -> String {
    Digest32::new(bytes.try_into().unwrap_or([0; 32])).to_string()
}

#[async_trait::async_trait]
impl TrustStore for Store {
    async fn trusted(&self, tenant: &Tenant) -> Result<Vec<TrustedCertificate>, StoreError> {
        reading(async {
            let transaction = self.database.read_one(tenant).await?;
            let found = trusted_certificate::Entity::find()
                .filter(trusted_certificate::Column::OrganizationId.eq(tenant.organization_id().as_uuid()))
                .order_by_asc(trusted_certificate::Column::AddedAt)
                .order_by_asc(trusted_certificate::Column::Sha256)
                .all(&*transaction)
                .await?;
            transaction.end().await?;
            Ok(found
                .into_iter()
                .map(TrustedCertificate::try_from)
                .collect::<Result<_, _>>()?)
        })
        .await
    }

    async fn put_trusted(
        &self,
        tenant: &Tenant,
        certificate: &TrustedCertificate,
        event: RecordedOrganizationEvent,
    ) -> Result<(), StoreError> {
        let organization_id = tenant.organization_id();
        let model = trusted_certificate::Model {
            organization_id: organization_id.as_uuid(),
            purpose: certificate.purpose.as_str().to_owned(),
            sha256: certificate.sha256.as_bytes().to_vec(),
            der: certificate.der.clone(),
            added_by: certificate.added_by.as_uuid(),
            added_at: micros(certificate.added_at),
            removed_at: certificate.removed_at.map(micros),
        };
        self.database
            .write(tenant, move |transaction| {
                let (model, event) = (model.clone(), event.clone());
                Box::pin(async move {
                    use trusted_certificate::{ActiveModel, Column, Entity};
                    let replace =
                        OnConflict::columns([Column::OrganizationId, Column::Purpose, Column::Sha256])
                            .update_columns([
                                Column::Der,
                                Column::AddedBy,
                                Column::AddedAt,
                                Column::RemovedAt,
                            ])
                            .to_owned();
                    Entity::insert(ActiveModel::from(model))
                        .on_conflict(replace)
                        .exec_without_returning(transaction)
                        .await?;
                    Ok(organization_events::add(transaction, organization_id, &event).await?)
                })
            })
            .await
    }

    async fn seal_choice(&self, tenant: &Tenant) -> Result<Option<SealChoice>, StoreError> {
        reading(async {
            let transaction = self.database.read_one(tenant).await?;
            let found = seal_choice::Entity::find_by_id(tenant.organization_id().as_uuid())
                .one(&*transaction)
                .await?;
            transaction.end().await?;
            Ok(found.map(SealChoice::try_from).transpose()?)
        })
        .await
    }

    async fn choose_seal(
        &self,
        tenant: &Tenant,
        choice: &SealChoice,
        event: RecordedOrganizationEvent,
    ) -> Result<(), StoreError> {
        let organization_id = tenant.organization_id();
        let kept = choice.kept.as_ref();
        let model = seal_choice::Model {
            organization_id: organization_id.as_uuid(),
            source: choice.source.as_str().to_owned(),
            wrapped_key_id: kept.map(|kept| kept.key.key_id.clone()),
            wrapped_key: kept.map(|kept| kept.key.bytes.clone()),
            container: kept.map(|kept| kept.sealed.clone()),
            certificate: choice.certificate_der.clone(),
            chosen_by: choice.chosen_by.as_uuid(),
            chosen_at: micros(choice.chosen_at),
        };
        self.database
            .write(tenant, move |transaction| {
                let (model, event) = (model.clone(), event.clone());
                Box::pin(async move {
                    use seal_choice::{ActiveModel, Column, Entity};
                    let replace = OnConflict::column(Column::OrganizationId)
                        .update_columns([
                            Column::Source,
                            Column::WrappedKeyId,
                            Column::WrappedKey,
                            Column::Container,
                            Column::Certificate,
                            Column::ChosenBy,
                            Column::ChosenAt,
                        ])
                        .to_owned();
                    Entity::insert(ActiveModel::from(model))
                        .on_conflict(replace)
                        .exec_without_returning(transaction)
                        .await?;
                    Ok(organization_events::add(transaction, organization_id, &event).await?)
                })
            })
            .await
    }

    async fn organization_events(
        &self,
        tenant: &Tenant,
        limit: u32,
    ) -> Result<Vec<RecordedOrganizationEvent>, StoreError> {
        reading(async {
            let transaction = self.database.read_one(tenant).await?;
            let found = organization_events::newest(&*transaction, tenant.organization_id(), limit).await?;
            transaction.end().await?;
            Ok(found)
        })
        .await
    }
}
