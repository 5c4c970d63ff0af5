//! The schema: forward-only migrations that run on both databases, and the rights of the service's role.
//!
//! A migration that has been released is never edited. A change is expanded first (new columns beside the old)
//! and contracted in a later release, so that nodes of two versions can run side by side.

mod m20261122_first;
mod m20261123_long_term;
mod tables;

use sea_orm::{ConnectionTrait, DatabaseConnection, DbErr, TransactionTrait};
use sea_orm_migration::{MigrationTrait, MigratorTrait};
use sqlx::{AssertSqlSafe, Row as _};

pub(crate) use tables::TENANT_TABLES;

/// All migrations, oldest first.
pub(crate) struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m20261122_first::Migration),
            Box::new(m20261123_long_term::Migration),
        ]
    }
}

/// Brings a SQLite file to the newest schema, as one transaction.
pub(crate) async fn run_on_sqlite(writer: &DatabaseConnection) -> Result<(), DbErr> {
    let immediate = crate::database::immediate();
    let transaction = writer.begin_with_options(immediate).await?;
    Migrator::up(&transaction, None).await?;
    transaction.commit().await
}

/// Brings a PostgreSQL database to the newest schema and gives `service_role` what it needs.
///
/// `owner` must be a pool of one connection: the advisory lock that keeps two nodes from migrating at the same
/// time belongs to it.
pub(crate) async fn run_on_postgres(owner: &DatabaseConnection, service_role: &str) -> Result<(), DbErr> {
    owner
        .execute_unprepared(&format!("SELECT pg_advisory_lock({MIGRATION_LOCK})"))
        .await?;
    let done = migrate_and_grant(owner, service_role).await;
    owner
        .execute_unprepared(&format!("SELECT pg_advisory_unlock({MIGRATION_LOCK})"))
        .await?;
    done
}

async fn migrate_and_grant(owner: &DatabaseConnection, service_role: &str) -> Result<(), DbErr> {
    Migrator::up(owner, None).await?;
    let transaction = owner.begin().await?;
    for (table, rights) in tables::rights() {
        let role = quoted(service_role);
        transaction
            .execute_unprepared(&format!("REVOKE ALL ON TABLE {table} FROM {role}"))
            .await?;
        transaction
            .execute_unprepared(&format!("GRANT {rights} ON TABLE {table} TO {role}"))
            .await?;
    }
    let search = format!(
        "GRANT EXECUTE ON FUNCTION contract_search_find(text[]) TO {}",
        quoted(service_role)
    );
    transaction.execute_unprepared(&search).await?;
    transaction.commit().await
}

/// How many migrations a database still lacks; the service's role may ask.
pub(crate) async fn pending(connection: &DatabaseConnection) -> Result<usize, DbErr> {
    Ok(Migrator::get_pending_migrations_read_only(connection)
        .await?
        .len())
}

/// The tables of tenants on which row-level security is not both enabled and forced.
pub(crate) async fn without_row_security(pool: &sqlx::PgPool) -> Result<Vec<String>, sqlx::Error> {
    let names: Vec<String> = TENANT_TABLES.iter().map(|name| format!("'{name}'")).collect();
    let sql = format!(
        "SELECT name FROM unnest(ARRAY[{}]) AS name WHERE NOT EXISTS (SELECT 1 FROM pg_class \
         WHERE oid = to_regclass(name) AND relrowsecurity AND relforcerowsecurity)",
        names.join(", ")
    );
    let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(pool).await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}

/// Binds every row of these tables to the tenant that a transaction names (PostgreSQL).
async fn force_row_security<C: ConnectionTrait>(connection: &C, tables: &[&str]) -> Result<(), DbErr> {
    for table in tables {
        for sql in [
            format!("ALTER TABLE {table} ENABLE ROW LEVEL SECURITY"),
            format!("ALTER TABLE {table} FORCE ROW LEVEL SECURITY"),
            // A setting that was given by a transaction reads '' afterwards, not NULL.
            format!(
                "CREATE POLICY {table}_tenant ON {table} \
                 USING (organization_id = nullif(current_setting('app.tenant', true), '')::uuid) \
                 WITH CHECK (organization_id = nullif(current_setting('app.tenant', true), '')::uuid)"
            ),
        ] {
            connection.execute_unprepared(&sql).await?;
        }
    }
    Ok(())
}

/// An identifier in quotes (PostgreSQL, 4.1.1).
pub(crate) fn quoted(identifier: &str) -> String {
    format!("\"{}\"", identifier.replace('"', "\"\""))
}

/// Any number that nobody else uses for `pg_advisory_lock`: "akashi" in ASCII.
const MIGRATION_LOCK: i64 = i64::from_be_bytes(*b"\0\0akashi");
