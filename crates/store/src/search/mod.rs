//! Finding contracts by words.
//!
//! [`tokens`] says how words are folded and cut. The index (FTS5 on SQLite, a GIN column on PostgreSQL) only
//! narrows down; whether a word really occurs is then asked of the folded text itself, so that the answer is
//! exactly "contains". Every token begins with the tenant, so one tenant's common words do not lengthen another
//! tenant's search.

mod tokens;

use akashi_domain::{Contract, OrganizationId};
use sea_orm::sea_query::{Expr, ExprTrait, Func};
use sea_orm::{Condition, ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, Statement, Value};
use uuid::Uuid;

use crate::contracts::row::contract;

pub(crate) use tokens::{Tokens, folded, words};

/// With more words than this a search finds nothing.
pub(crate) const MOST_WORDS: usize = 100;

/// Everything of a contract that words are looked for in, folded, one line each.
pub(crate) fn text_of(contract: &Contract, counterparty: &str) -> String {
    let mut lines = vec![
        folded(contract.details.title.as_str()),
        folded(contract.details.management_number_text()),
        folded(counterparty),
    ];
    for party in &contract.parties {
        lines.push(folded(party.name.as_str()));
        lines.extend(party.organization.as_ref().map(|name| folded(name.as_str())));
    }
    let mut seen = std::collections::BTreeSet::new();
    lines.retain(|line| !line.is_empty() && seen.insert(line.clone()));
    lines.join("\n")
}

/// Where words are looked for.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Place {
    /// In everything that is searched.
    Anywhere,
    /// In the counterparty alone.
    Counterparty,
}

/// That all words (folded before) occur.
pub(crate) fn condition(
    backend: DbBackend,
    organization_id: OrganizationId,
    words: &[String],
    place: Place,
) -> Condition {
    if words.is_empty() {
        return Condition::all();
    }
    // What stands in the counterparty stands in the whole text too, so the index serves both.
    let narrowed = match backend {
        DbBackend::Postgres => Expr::cust_with_values(
            "\"contract\".\"contract_id\" IN (SELECT contract_search_find(CAST($1 AS text[])))",
            [Tokens::wanted(organization_id, words).as_array_literal()],
        ),
        _ => Expr::cust_with_values(
            "\"contract\".\"contract_id\" IN (SELECT k.contract_id FROM contract_search \
             JOIN contract_search_key k ON k.search_rowid = contract_search.rowid \
             WHERE contract_search MATCH ? AND k.organization_id = ?)",
            [
                Value::from(Tokens::wanted(organization_id, words).as_match_expression()),
                Value::from(organization_id.as_uuid()),
            ],
        ),
    };
    let column = match place {
        Place::Anywhere => contract::Column::SearchText,
        Place::Counterparty => contract::Column::SearchCounterparty,
    };
    // Both take the text first and what is looked for second.
    let position = if backend == DbBackend::Postgres {
        "strpos"
    } else {
        "instr"
    };
    words.iter().fold(Condition::all().add(narrowed), |all, word| {
        let found = Func::cust(position)
            .arg(Expr::col((contract::Entity, column)))
            .arg(word.as_str());
        all.add(Expr::from(found).gt(0))
    })
}

/// Puts a contract's tokens in the place of its former ones.
pub(crate) async fn index(
    transaction: &DatabaseTransaction,
    organization_id: Uuid,
    contract_id: Uuid,
    tokens: &Tokens,
) -> Result<(), DbErr> {
    let backend = transaction.get_database_backend();
    if backend == DbBackend::Postgres {
        let sql = "INSERT INTO contract_search (organization_id, contract_id, tokens) \
                   VALUES ($1, $2, CAST($3 AS text[])) \
                   ON CONFLICT (organization_id, contract_id) DO UPDATE SET tokens = excluded.tokens";
        let values = [
            organization_id.into(),
            contract_id.into(),
            tokens.as_array_literal().into(),
        ];
        return transaction
            .execute_raw(Statement::from_sql_and_values(backend, sql, values))
            .await
            .map(drop);
    }
    remove(transaction, organization_id, contract_id).await?;
    let sql = "INSERT INTO contract_search_key (organization_id, contract_id) VALUES ($1, $2)";
    let values = [organization_id.into(), contract_id.into()];
    transaction
        .execute_raw(Statement::from_sql_and_values(backend, sql, values))
        .await?;
    let sql = "INSERT INTO contract_search (rowid, tokens) SELECT search_rowid, $3 FROM contract_search_key \
               WHERE organization_id = $1 AND contract_id = $2";
    let values = [
        organization_id.into(),
        contract_id.into(),
        tokens.as_text().into(),
    ];
    transaction
        .execute_raw(Statement::from_sql_and_values(backend, sql, values))
        .await
        .map(drop)
}

/// Takes a contract out of the index.
pub(crate) async fn remove(
    transaction: &DatabaseTransaction,
    organization_id: Uuid,
    contract_id: Uuid,
) -> Result<(), DbErr> {
    let backend = transaction.get_database_backend();
    let statements: &[&str] = if backend == DbBackend::Postgres {
        &["DELETE FROM contract_search WHERE organization_id = $1 AND contract_id = $2"]
    } else {
        &[
            "DELETE FROM contract_search WHERE rowid = (SELECT search_rowid FROM contract_search_key \
             WHERE organization_id = $1 AND contract_id = $2)",
            "DELETE FROM contract_search_key WHERE organization_id = $1 AND contract_id = $2",
        ]
    };
    for sql in statements {
        let values = [organization_id.into(), contract_id.into()];
        transaction
            .execute_raw(Statement::from_sql_and_values(backend, *sql, values))
            .await?;
    }
    Ok(())
}
