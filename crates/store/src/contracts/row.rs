//! The row of a contract: the aggregate as JSON, and beside it the columns by which it is found.

use akashi_app::ports::{StoreError, Stored};
use akashi_domain::contract::PreservationTrouble;
use akashi_domain::{Contract, ContractId, ContractState, UtcTime};

use crate::convert::{Row, day_number, micros, saturated, to_json, transaction_date};
use crate::error::inconsistent;
use crate::search;

pub(crate) mod contract {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "contract")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub organization_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub contract_id: Uuid,
        pub revision: i64,
        pub state: String,
        pub title: String,
        pub counterparty: String,
        pub management_number: String,
        pub transaction_date: i32,
        pub amount_yen: Option<i64>,
        pub deadline: Option<i64>,
        pub created_by: Uuid,
        pub created_at: i64,
        pub changed_at: i64,
        pub concluded_at: Option<i64>,
        pub promised_level: String,
        pub last_event: i64,
        pub search_text: String,
        pub search_counterparty: String,
        pub body_version: i32,
        pub body: String,
        pub kept_level: Option<String>,
        pub preserve_at: Option<i64>,
        pub kept_until: Option<i64>,
        pub preservation_trouble: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The version of the body that is written. A body of an earlier version stays readable for ever: its conversion is
/// added in [`parse`], and a sample of it is kept with the tests.
pub(crate) const BODY_VERSION: i32 = 2;

/// The row of a contract at a revision.
pub(crate) fn of(contract: &Contract, revision: i64, changed_at: i64) -> Result<contract::Model, StoreError> {
    let concluded_at = concluded_at(contract);
    let counterparty = contract.counterparty_text();
    let kept = contract.preservation.as_ref();
    Ok(contract::Model {
        organization_id: contract.organization_id.as_uuid(),
        contract_id: contract.contract_id.as_uuid(),
        revision,
        state: contract.state.kind().as_str().to_owned(),
        title: contract.details.title.to_string(),
        management_number: contract.details.management_number_text().to_owned(),
        transaction_date: day_number(transaction_date(contract)),
        amount_yen: contract.details.amount_yen.map(saturated),
        deadline: contract.details.deadline.map(micros),
        created_by: contract.created_by.as_uuid(),
        created_at: micros(contract.created_at),
        changed_at,
        concluded_at: concluded_at.map(micros),
        promised_level: contract.promised_level.as_str().to_owned(),
        last_event: saturated(contract.last_event),
        search_text: search::text_of(contract, &counterparty),
        search_counterparty: search::folded(&counterparty),
        kept_level: kept.map(|kept| kept.level.as_str().to_owned()),
        preserve_at: preserve_at(contract).map(micros),
        kept_until: kept.map(|kept| micros(kept.valid_until)),
        preservation_trouble: contract
            .preservation_trouble
            .as_ref()
            .map(|trouble| trouble_name(trouble).to_owned()),
        body_version: BODY_VERSION,
        body: to_json("contract", "body", contract.contract_id, contract)?,
        counterparty,
    })
}

/// When the contract is to be raised or renewed next. `None` for a concluded contract means at once.
fn preserve_at(contract: &Contract) -> Option<UtcTime> {
    match (&contract.preservation_trouble, &contract.preservation) {
        (Some(trouble), _) => Some(trouble.next_attempt_at),
        (None, Some(kept)) => Some(kept.renew_at),
        (None, None) => None,
    }
}

/// The stored name of what keeps a contract from being raised or renewed.
pub(crate) const fn trouble_name(trouble: &PreservationTrouble) -> &'static str {
    if trouble.is_stuck { STUCK } else { WAITING }
}

/// It is tried again soon.
pub(crate) const WAITING: &str = "waiting";
/// The attempts in a row are over.
pub(crate) const STUCK: &str = "stuck";

/// When a contract was concluded, if it was.
pub(crate) const fn concluded_at(contract: &Contract) -> Option<UtcTime> {
    match contract.state {
        ContractState::Concluded { concluded_at, .. } => Some(concluded_at),
        _ => None,
    }
}

/// Reads the contract from its row; its body must be the one of this row.
pub(crate) fn parse(model: &contract::Model) -> Result<Stored<Contract>, StoreError> {
    let contract_id = ContractId::from_uuid(model.contract_id);
    let row = Row::new("contract", contract_id);
    let value: Contract = match model.body_version {
        // Version 1 knew neither how a contract is kept nor whose key signed: the defaults say so.
        1 | BODY_VERSION => row.json("body", &model.body)?,
        _ => return Err(row.wrong("body_version")),
    };
    if value.contract_id != contract_id || value.organization_id.as_uuid() != model.organization_id {
        return Err(inconsistent("contract", "body", contract_id));
    }
    Ok(Stored {
        value,
        revision: row.number("revision", model.revision)?,
    })
}
