//! The first schema.

use sea_orm::{ConnectionTrait, DbBackend, DbErr};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{
    big_integer, big_integer_null, blob, blob_null, boolean, integer, integer_null, text, text_null, uuid,
    uuid_null,
};

pub(super) struct Migration;

/// The tables of tenants that this migration makes. Fixed for ever; later ones bring their own.
const TENANT_TABLES: [&str; 10] = [
    "organization",
    "member",
    "invitation",
    "contract",
    "contract_segment",
    "contract_event",
    "contract_search",
    "party_input",
    "party_shown_page",
    "mail",
];

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261122_first"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in organization_tables()
            .into_iter()
            .chain(contract_tables())
            .chain(directory_tables())
        {
            manager.create_table(table).await?;
        }
        for index in indexes() {
            manager.create_index(index).await?;
        }
        let connection = manager.get_connection();
        match connection.get_database_backend() {
            DbBackend::Postgres => postgres_only(connection).await,
            _ => sqlite_only(connection).await,
        }
    }
}

fn table(name: &'static str, columns: Vec<ColumnDef>, key: &[&'static str]) -> TableCreateStatement {
    let mut statement = Table::create();
    statement.table(name);
    for column in columns {
        statement.col(column);
    }
    let mut primary = Index::create();
    for column in key {
        primary.col(*column);
    }
    statement.primary_key(&mut primary);
    statement
}

/// A table of rows that belong to a contract.
fn of_contract(name: &'static str, columns: Vec<ColumnDef>, key: &[&'static str]) -> TableCreateStatement {
    let mut statement = table(name, columns, key);
    let mut reference = ForeignKey::create();
    reference
        .from(name, ("organization_id", "contract_id"))
        .to("contract", ("organization_id", "contract_id"));
    statement.foreign_key(&mut reference);
    statement
}

/// A table of rows that belong to an organization.
fn of_organization(
    name: &'static str,
    columns: Vec<ColumnDef>,
    key: &[&'static str],
) -> TableCreateStatement {
    let mut statement = table(name, columns, key);
    let mut reference = ForeignKey::create();
    reference
        .from(name, "organization_id")
        .to("organization", "organization_id");
    statement.foreign_key(&mut reference);
    statement
}

fn organization_tables() -> Vec<TableCreateStatement> {
    vec![
        table(
            "organization",
            vec![uuid("organization_id"), text("name"), big_integer("created_at")],
            &["organization_id"],
        ),
        of_organization(
            "member",
            vec![
                uuid("organization_id"),
                uuid("member_id"),
                uuid("account_id"),
                text("name"),
                text("email"),
                text("language"),
                text("role"),
                text("state"),
                big_integer("joined_at"),
            ],
            &["organization_id", "member_id"],
        ),
        of_organization(
            "invitation",
            vec![
                uuid("organization_id"),
                uuid("invitation_id"),
                text("email"),
                text("email_key"),
                text("role"),
                text("language"),
                uuid("invited_by"),
                big_integer("invited_at"),
                big_integer("expires_at"),
            ],
            &["organization_id", "invitation_id"],
        ),
    ]
}

#[expect(clippy::too_many_lines, reason = "a list of tables, each with its columns")]
fn contract_tables() -> Vec<TableCreateStatement> {
    let key = ["organization_id", "contract_id"];
    vec![
        of_organization(
            "contract",
            vec![
                uuid("organization_id"),
                uuid("contract_id"),
                big_integer("revision"),
                text("state"),
                text("title"),
                text("counterparty"),
                text("management_number"),
                integer("transaction_date"),
                big_integer_null("amount_yen"),
                big_integer_null("deadline"),
                uuid("created_by"),
                big_integer("created_at"),
                big_integer("changed_at"),
                big_integer_null("concluded_at"),
                text("promised_level"),
                big_integer("last_event"),
                text("search_text"),
                text("search_counterparty"),
                integer("body_version"),
                text("body"),
            ],
            &key,
        ),
        of_contract(
            "contract_segment",
            vec![
                uuid("organization_id"),
                uuid("segment_id"),
                uuid("contract_id"),
                text("wrapped_key_id"),
                blob("wrapped_key"),
                big_integer("byte_length"),
                blob("plain_sha256"),
                blob("cipher_sha256"),
                text_null("hash_state"),
                big_integer("created_at"),
            ],
            &["organization_id", "segment_id"],
        ),
        of_contract(
            "contract_event",
            vec![
                uuid("organization_id"),
                uuid("contract_id"),
                big_integer("sequence"),
                uuid("event_id"),
                text("kind"),
                big_integer("recorded_at"),
                blob("canonical"),
                blob("salt"),
            ],
            &["organization_id", "contract_id", "sequence"],
        ),
        of_contract(
            "party_input",
            vec![
                uuid("organization_id"),
                uuid("contract_id"),
                uuid("party_id"),
                uuid("field_id"),
                text("value"),
                big_integer("changed_at"),
            ],
            &["organization_id", "contract_id", "party_id", "field_id"],
        ),
        of_contract(
            "party_shown_page",
            vec![
                uuid("organization_id"),
                uuid("contract_id"),
                uuid("party_id"),
                uuid("document_id"),
                integer("page"),
                blob("revision_sha256"),
                big_integer("shown_at"),
            ],
            &[
                "organization_id",
                "contract_id",
                "party_id",
                "document_id",
                "page",
            ],
        ),
        of_contract(
            "mail",
            vec![
                uuid("organization_id"),
                uuid("mail_id"),
                uuid_null("contract_id"),
                uuid_null("party_id"),
                text("kind"),
                text("subject_matter"),
                text("recipient"),
                text("language"),
                big_integer("queued_at"),
                integer("attempts"),
                text("delivery_state"),
                text("delivery"),
            ],
            &["organization_id", "mail_id"],
        ),
    ]
}

#[expect(clippy::too_many_lines, reason = "a list of tables, each with its columns")]
fn directory_tables() -> Vec<TableCreateStatement> {
    vec![
        table(
            "organization_directory",
            vec![uuid("organization_id"), big_integer("created_at")],
            &["organization_id"],
        ),
        table(
            "membership",
            vec![
                uuid("account_id"),
                uuid("organization_id"),
                uuid("member_id"),
                boolean("is_active"),
            ],
            &["account_id", "organization_id", "member_id"],
        ),
        table(
            "account",
            vec![
                uuid("account_id"),
                blob("address_hash"),
                blob("sealed_address"),
                text("password_hash"),
                big_integer("created_at"),
                big_integer("password_set_at"),
            ],
            &["account_id"],
        ),
        table(
            "session",
            vec![
                uuid("session_id"),
                blob("token_sha256"),
                text("subject"),
                uuid("organization_id"),
                uuid_null("account_id"),
                uuid_null("member_id"),
                uuid_null("contract_id"),
                uuid_null("party_id"),
                integer_null("link_generation"),
                big_integer("created_at"),
                big_integer("last_used_at"),
                big_integer("expires_at"),
                text_null("address"),
                text("user_agent"),
            ],
            &["session_id"],
        ),
        table(
            "ticket",
            vec![
                blob("token_sha256"),
                text("purpose"),
                uuid_null("organization_id"),
                uuid_null("invitation_id"),
                uuid_null("account_id"),
                big_integer("expires_at"),
            ],
            &["token_sha256"],
        ),
        table(
            "attempt",
            vec![text("attempt_key"), big_integer("attempted_at"), integer("times")],
            &["attempt_key", "attempted_at"],
        ),
        table(
            "contract_link",
            vec![
                blob("token_sha256"),
                uuid("organization_id"),
                uuid("contract_id"),
                uuid("party_id"),
                integer("generation"),
                big_integer("expires_at"),
            ],
            &["token_sha256"],
        ),
        table(
            "concluded_contract",
            vec![uuid("contract_id"), big_integer("concluded_at")],
            &["contract_id"],
        ),
        table(
            "concluded_digest",
            vec![blob("sha256"), uuid("contract_id")],
            &["sha256"],
        ),
        table(
            "job",
            vec![
                uuid("organization_id"),
                uuid("job_id"),
                text("kind"),
                text("work"),
                uuid_null("contract_id"),
                uuid_null("lane"),
                big_integer("ordinal"),
                big_integer("queued_at"),
                big_integer("run_at"),
                integer("attempts"),
                text_null("last_error"),
                blob_null("lease_token"),
                big_integer_null("leased_until"),
                big_integer_null("died_at"),
            ],
            &["organization_id", "job_id"],
        ),
    ]
}

fn index(name: &'static str, table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    let mut statement = Index::create();
    statement.name(name).table(table);
    for column in columns {
        statement.col(*column);
    }
    statement
}

fn unique(name: &'static str, table: &'static str, columns: &[&'static str]) -> IndexCreateStatement {
    index(name, table, columns).unique().take()
}

fn indexes() -> Vec<IndexCreateStatement> {
    let mut active_member = unique(
        "member_active_account",
        "member",
        &["organization_id", "account_id"],
    );
    active_member.cond_where(Expr::col("state").eq("active"));
    vec![
        active_member,
        unique(
            "invitation_address",
            "invitation",
            &["organization_id", "email_key"],
        ),
        index("contract_changed", "contract", &["organization_id", "changed_at"]),
        index(
            "contract_creator",
            "contract",
            &["organization_id", "created_by", "changed_at"],
        ),
        index(
            "contract_date",
            "contract",
            &["organization_id", "transaction_date"],
        ),
        index("contract_amount", "contract", &["organization_id", "amount_yen"]),
        index(
            "contract_state",
            "contract",
            &["organization_id", "state", "created_by"],
        ),
        index(
            "contract_segment_contract",
            "contract_segment",
            &["organization_id", "contract_id"],
        ),
        index(
            "mail_contract",
            "mail",
            &["organization_id", "contract_id", "queued_at"],
        ),
        index("mail_queued", "mail", &["organization_id", "queued_at"]),
        unique("account_address", "account", &["address_hash"]),
        unique("session_token", "session", &["token_sha256"]),
        index("session_account", "session", &["account_id"]),
        index("session_member", "session", &["member_id"]),
        index("session_expiry", "session", &["expires_at"]),
        index("ticket_expiry", "ticket", &["expires_at"]),
        index(
            "contract_link_contract",
            "contract_link",
            &["organization_id", "contract_id"],
        ),
        index("job_due", "job", &["run_at"]),
        index("job_lane", "job", &["organization_id", "lane", "ordinal"]),
        index("job_contract", "job", &["organization_id", "contract_id"]),
    ]
}

/// The search index: FTS5 without content of its own, so that it holds tokens and nothing else. Its row numbers
/// belong to this file alone; `contract_search_key` says whose they are.
async fn sqlite_only<C: ConnectionTrait>(connection: &C) -> Result<(), DbErr> {
    for sql in [
        "CREATE TABLE contract_search_key (search_rowid integer PRIMARY KEY, organization_id uuid_text NOT NULL, \
         contract_id uuid_text NOT NULL, UNIQUE (organization_id, contract_id))",
        "CREATE VIRTUAL TABLE contract_search USING fts5(tokens, content='', contentless_delete=1, \
         detail='none', tokenize='ascii')",
    ] {
        connection.execute_unprepared(sql).await?;
    }
    Ok(())
}

/// The search index, and row-level security on every table of tenants.
async fn postgres_only<C: ConnectionTrait>(connection: &C) -> Result<(), DbErr> {
    connection
        .execute_unprepared(
            "CREATE TABLE contract_search (organization_id uuid NOT NULL, contract_id uuid NOT NULL, \
             tokens text[] NOT NULL, PRIMARY KEY (organization_id, contract_id), \
             FOREIGN KEY (organization_id, contract_id) REFERENCES contract (organization_id, contract_id))",
        )
        .await?;
    connection
        .execute_unprepared("CREATE INDEX contract_search_tokens ON contract_search USING gin (tokens)")
        .await?;
    super::force_row_security(connection, &TENANT_TABLES).await?;
    search_function(connection).await
}

/// Array operators are not leakproof, so under a policy the planner may not use the GIN index. The search
/// therefore goes through one function that runs as the owner of the tables, for whom this one table has a
/// second policy, and that names the tenant itself: without a tenant it finds nothing, with one only its own.
async fn search_function<C: ConnectionTrait>(connection: &C) -> Result<(), DbErr> {
    let row = connection
        .query_one_raw(sea_orm::Statement::from_string(
            DbBackend::Postgres,
            "SELECT current_schema()::text",
        ))
        .await?
        .ok_or_else(|| DbErr::Migration("the search path names no schema".to_owned()))?;
    let schema = super::quoted(&row.try_get_by::<String, _>(0)?);
    for sql in [
        "CREATE POLICY contract_search_owner ON contract_search FOR SELECT TO CURRENT_USER USING (true)"
            .to_owned(),
        format!(
            "CREATE FUNCTION {schema}.contract_search_find(wanted text[]) RETURNS SETOF uuid \
             LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$ \
             SELECT contract_id FROM {schema}.contract_search \
             WHERE organization_id = nullif(current_setting('app.tenant', true), '')::uuid \
             AND tokens @> wanted $$"
        ),
        format!("REVOKE ALL ON FUNCTION {schema}.contract_search_find(text[]) FROM PUBLIC"),
    ] {
        connection.execute_unprepared(&sql).await?;
    }
    Ok(())
}
