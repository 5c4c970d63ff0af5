//! Long-term keeping of concluded contracts, and what organizations choose about trust and seals.

use sea_orm::{ConnectionTrait, DbBackend, DbErr};
use sea_orm_migration::prelude::*;
use sea_orm_migration::schema::{big_integer, big_integer_null, blob, blob_null, text, text_null, uuid};

pub(super) struct Migration;

/// The tables of tenants that this migration makes.
const TENANT_TABLES: [&str; 4] = [
    "trusted_certificate",
    "seal_choice",
    "organization_event",
    "preservation_alarm",
];

impl MigrationName for Migration {
    fn name(&self) -> &'static str {
        "m20261123_long_term"
    }
}

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite takes one column for each statement.
        for column in [
            text_null("kept_level"),
            big_integer_null("preserve_at"),
            big_integer_null("kept_until"),
            text_null("preservation_trouble"),
        ] {
            let mut change = Table::alter();
            change.table("contract").add_column(column);
            manager.alter_table(change).await?;
        }
        for table in tables() {
            manager.create_table(table).await?;
        }
        for index in indexes() {
            manager.create_index(index).await?;
        }
        let connection = manager.get_connection();
        match connection.get_database_backend() {
            DbBackend::Postgres => super::force_row_security(connection, &TENANT_TABLES).await,
            _ => Ok(()),
        }
    }
}

fn of_organization(
    name: &'static str,
    columns: Vec<ColumnDef>,
    key: &[&'static str],
) -> TableCreateStatement {
    let mut statement = Table::create();
    statement.table(name).col(uuid("organization_id"));
    for column in columns {
        statement.col(column);
    }
    let mut primary = Index::create();
    primary.col("organization_id");
    for column in key {
        primary.col(*column);
    }
    let mut reference = ForeignKey::create();
    reference
        .from(name, "organization_id")
        .to("organization", "organization_id");
    statement.primary_key(&mut primary).foreign_key(&mut reference);
    statement
}

fn tables() -> [TableCreateStatement; 4] {
    [
        of_organization(
            "trusted_certificate",
            vec![
                text("purpose"),
                blob("sha256"),
                blob("der"),
                uuid("added_by"),
                big_integer("added_at"),
                big_integer_null("removed_at"),
            ],
            &["purpose", "sha256"],
        ),
        of_organization(
            "seal_choice",
            vec![
                text("source"),
                text_null("wrapped_key_id"),
                blob_null("wrapped_key"),
                blob_null("container"),
                blob("certificate"),
                uuid("chosen_by"),
                big_integer("chosen_at"),
            ],
            &[],
        ),
        of_organization(
            "organization_event",
            vec![
                uuid("event_id"),
                text("kind"),
                big_integer("recorded_at"),
                blob("canonical"),
                blob("salt"),
            ],
            &["event_id"],
        ),
        of_organization("preservation_alarm", vec![big_integer("told_at")], &[]),
    ]
}

fn indexes() -> [IndexCreateStatement; 2] {
    let index = |name: &'static str, table: &'static str, columns: [&'static str; 3]| {
        let mut statement = Index::create();
        statement.name(name).table(table);
        for column in columns {
            statement.col(column);
        }
        statement
    };
    [
        index(
            "contract_preserve",
            "contract",
            ["organization_id", "state", "preserve_at"],
        ),
        index(
            "organization_event_time",
            "organization_event",
            ["organization_id", "recorded_at", "event_id"],
        ),
    ]
}
