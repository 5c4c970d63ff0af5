//! The second wall between tenants: what PostgreSQL itself shows to the service's role, with no `WHERE` at all.

use akashi_testkit::conformance::store::{StorePorts, World};
use sqlx::postgres::{PgConnection, PgPool};
use sqlx::{AssertSqlSafe, Connection as _, Row as _};
use std::sync::Arc;

use crate::harness::PostgresDatabase;

const TENANT_TABLES: [&str; 14] = [
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
    "trusted_certificate",
    "seal_choice",
    "organization_event",
    "preservation_alarm",
];

/// Fills every table of a tenant.
async fn fill(world: &World) {
    use akashi_app::ports::{InvitationRow, ShownPage};
    use akashi_domain::{EventKind, FieldValue, Language, Role};
    let (contract, segments) = world.rich();
    let (contract_id, party_id) = (contract.contract_id, contract.parties[0].party_id);
    let document_id = contract.documents[0].document_id;
    let mut change = world.change(contract, None);
    change.segments = segments;
    change.mails = vec![world.request_mail(contract_id, party_id)];
    world.add_event(&mut change, EventKind::Created);
    let now = change.now;
    world.commit(change).await;
    let contracts = &world.ports.contracts;
    let value = FieldValue::Checked { checked: true };
    let field_id = world.field_id();
    contracts
        .set_input(&world.tenant, contract_id, party_id, field_id, Some(&value), now)
        .await
        .unwrap();
    let revision_sha256 = akashi_domain::Digest32::new([1; 32]);
    let page = ShownPage {
        document_id,
        page: 0,
        revision_sha256,
    };
    contracts
        .note_shown(&world.tenant, contract_id, party_id, &[page], now)
        .await
        .unwrap();
    let invitation = InvitationRow {
        invitation_id: world.invitation_id(),
        email: akashi_domain::EmailAddress::parse("sato@minato.example").unwrap(),
        role: Role::Member,
        language: Language::Ja,
        invited_by: world.member.member_id,
        invited_at: now,
        expires_at: now,
    };
    world
        .ports
        .organizations
        .add_invitation(&world.tenant, &invitation)
        .await
        .unwrap();
    akashi_testkit::conformance::store::trust::fill(world).await;
}

async fn set_tenant(connection: &mut PgConnection, tenant: &str) {
    sqlx::query("SELECT set_config('app.tenant', $1, true)")
        .bind(tenant)
        .execute(connection)
        .await
        .unwrap();
}

/// How many rows of which tenants a statement without any condition sees.
async fn seen(connection: &mut PgConnection, table: &str) -> Vec<String> {
    let sql = format!("SELECT organization_id::text FROM {table}");
    let rows = sqlx::query(AssertSqlSafe(sql))
        .fetch_all(connection)
        .await
        .unwrap();
    rows.iter().map(|row| row.get(0)).collect()
}

async fn two_tenants(database: &PostgresDatabase) -> (Arc<akashi_store::Store>, World, World) {
    let store = Arc::new(database.open().await);
    let ports = StorePorts::of(&store);
    let (mine, theirs) = (World::new(&ports).await, World::numbered(&ports, 2).await);
    fill(&mine).await;
    fill(&theirs).await;
    (store, mine, theirs)
}

#[tokio::test]
async fn a_forgotten_where_shows_nothing_of_others() {
    let database = PostgresDatabase::create().await;
    let (store, mine, _theirs) = two_tenants(&database).await;
    let service: PgPool = database.connect(&database.service).await;
    let me = mine.organization.organization_id.as_uuid().to_string();
    let mut connection = service.acquire().await.unwrap();
    for table in TENANT_TABLES {
        let mut transaction = connection.begin().await.unwrap();
        assert!(
            seen(&mut transaction, table).await.is_empty(),
            "{table} without a tenant"
        );
        set_tenant(&mut transaction, &me).await;
        let rows = seen(&mut transaction, table).await;
        assert!(
            !rows.is_empty() && rows.iter().all(|tenant| *tenant == me),
            "{table}: {rows:?}"
        );
        transaction.commit().await.unwrap();
        // Now the setting is '' and not NULL: that must neither show rows nor be an error.
        assert!(
            seen(&mut connection, table).await.is_empty(),
            "{table} after the transaction"
        );
    }
    drop(connection);
    service.close().await;
    store.close().await;
    database.drop().await;
}

#[tokio::test]
async fn nothing_can_be_written_for_others() {
    let database = PostgresDatabase::create().await;
    let (store, mine, theirs) = two_tenants(&database).await;
    let service = database.connect(&database.service).await;
    let me = mine.organization.organization_id.as_uuid().to_string();
    let them = theirs.organization.organization_id.as_uuid().to_string();
    let mut connection = service.acquire().await.unwrap();
    for table in TENANT_TABLES {
        let mut transaction = connection.begin().await.unwrap();
        set_tenant(&mut transaction, &me).await;
        // Where the role may not update at all, that is refused before.
        if !["contract_event", "organization_event"].contains(&table) {
            let sql = format!("UPDATE {table} SET organization_id = '{them}'");
            let refused = sqlx::query(AssertSqlSafe(sql))
                .execute(&mut *transaction)
                .await
                .unwrap_err()
                .to_string();
            assert!(refused.contains("row-level security"), "{table}: {refused}");
        }
        transaction.rollback().await.unwrap();
        let mut transaction = connection.begin().await.unwrap();
        set_tenant(&mut transaction, &them).await;
        let before = seen(&mut transaction, table).await.len();
        set_tenant(&mut transaction, &me).await;
        if table == "party_input" {
            sqlx::query("DELETE FROM party_input")
                .execute(&mut *transaction)
                .await
                .unwrap();
        }
        set_tenant(&mut transaction, &them).await;
        assert_eq!(seen(&mut transaction, table).await.len(), before, "{table}");
        transaction.rollback().await.unwrap();
    }
    drop(connection);
    service.close().await;
    store.close().await;
    database.drop().await;
}

#[tokio::test]
async fn a_history_cannot_be_rewritten_by_the_service() {
    let database = PostgresDatabase::create().await;
    let (store, mine, _) = two_tenants(&database).await;
    let service = database.connect(&database.service).await;
    let me = mine.organization.organization_id.as_uuid().to_string();
    for sql in [
        "UPDATE contract_event SET canonical = ''",
        "UPDATE concluded_contract SET concluded_at = 0",
        "DELETE FROM concluded_digest",
        "DELETE FROM organization_directory",
        "DELETE FROM seaql_migrations",
        "TRUNCATE contract_event",
        "ALTER TABLE contract DISABLE ROW LEVEL SECURITY",
        "DROP POLICY contract_tenant ON contract",
    ] {
        let mut transaction = service.begin().await.unwrap();
        set_tenant(&mut transaction, &me).await;
        let refused = sqlx::query(sql)
            .execute(&mut *transaction)
            .await
            .unwrap_err()
            .to_string();
        assert!(
            refused.contains("permission denied") || refused.contains("must be owner"),
            "{sql}: {refused}"
        );
        transaction.rollback().await.unwrap();
    }
    service.close().await;
    store.close().await;
    database.drop().await;
}

/// The search runs as the owner of the tables, so it must name the tenant itself.
#[tokio::test]
async fn the_search_function_finds_only_the_tenant() {
    let database = PostgresDatabase::create().await;
    let (store, mine, _) = two_tenants(&database).await;
    let service = database.connect(&database.service).await;
    let me = mine.organization.organization_id.as_uuid().to_string();
    let find_all = "SELECT contract_search_find('{}')::text";
    let mut connection = service.acquire().await.unwrap();
    assert!(
        sqlx::query(find_all)
            .fetch_all(&mut *connection)
            .await
            .unwrap()
            .is_empty()
    );
    let mut transaction = connection.begin().await.unwrap();
    set_tenant(&mut transaction, &me).await;
    assert_eq!(
        sqlx::query(find_all)
            .fetch_all(&mut *transaction)
            .await
            .unwrap()
            .len(),
        1
    );
    transaction.commit().await.unwrap();
    assert!(
        sqlx::query(find_all)
            .fetch_all(&mut *connection)
            .await
            .unwrap()
            .is_empty()
    );
    drop(connection);
    let superuser = database.connect_as_superuser().await;
    let stranger = "SELECT has_function_privilege('public', 'contract_search_find(text[])', 'EXECUTE')";
    let may: bool = sqlx::query(stranger).fetch_one(&superuser).await.unwrap().get(0);
    assert!(!may, "nobody but the service's role may search");
    superuser.close().await;
    service.close().await;
    store.close().await;
    database.drop().await;
}

/// The planner may not use an array index under a policy; the function is there so that it can.
#[tokio::test]
async fn the_search_uses_its_index() {
    let database = PostgresDatabase::create().await;
    let (store, mine, _) = two_tenants(&database).await;
    let me = mine.organization.organization_id.as_uuid().to_string();
    let plan = "EXPLAIN SELECT contract_id FROM contract_search \
                WHERE organization_id = nullif(current_setting('app.tenant', true), '')::uuid \
                AND tokens @> '{t01p1x2}'";
    // Enough rows of this tenant that the planner has something to choose; without the contracts they belong to.
    let superuser = database.connect_as_superuser().await;
    let mut filling = superuser.begin().await.unwrap();
    for sql in [
        "SET LOCAL session_replication_role = replica".to_owned(),
        format!(
            "INSERT INTO contract_search SELECT '{me}'::uuid, gen_random_uuid(), \
             ARRAY['t01p1x' || n % 5000, 't01s' || n % 300] FROM generate_series(1, 20000) AS n"
        ),
        "ANALYZE contract_search".to_owned(),
    ] {
        sqlx::query(AssertSqlSafe(sql))
            .execute(&mut *filling)
            .await
            .unwrap();
    }
    filling.commit().await.unwrap();
    superuser.close().await;
    let explained = async |role: &str| {
        let pool = database.connect(role).await;
        let mut transaction = pool.begin().await.unwrap();
        set_tenant(&mut transaction, &me).await;
        let lines = sqlx::query(plan).fetch_all(&mut *transaction).await.unwrap();
        transaction.rollback().await.unwrap();
        pool.close().await;
        lines
            .iter()
            .map(|line| line.get::<String, _>(0))
            .collect::<Vec<_>>()
            .join("\n")
    };
    let by_function = explained(&database.owner).await;
    assert!(by_function.contains("contract_search_tokens"), "{by_function}");
    let directly = explained(&database.service).await;
    assert!(
        !directly.contains("contract_search_tokens"),
        "the detour is not needed any more: {directly}"
    );
    store.close().await;
    database.drop().await;
}

/// Every table stands in one of the two lists: with a policy, or known to have none.
#[tokio::test]
async fn every_table_is_behind_the_wall_or_known_not_to_be() {
    let database = PostgresDatabase::create().await;
    let store = database.open().await;
    let owner = database.connect(&database.owner).await;
    let sql = "SELECT relname::text, relrowsecurity AND relforcerowsecurity FROM pg_class \
               WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace";
    let rows = sqlx::query(sql).fetch_all(&owner).await.unwrap();
    let directory = [
        "organization_directory",
        "membership",
        "account",
        "session",
        "ticket",
        "attempt",
        "contract_link",
        "concluded_contract",
        "concluded_digest",
        "job",
        "seaql_migrations",
    ];
    assert_eq!(rows.len(), TENANT_TABLES.len() + directory.len());
    for row in rows {
        let (table, walled): (String, bool) = (row.get(0), row.get(1));
        assert_eq!(TENANT_TABLES.contains(&table.as_str()), walled, "{table}");
        assert_eq!(directory.contains(&table.as_str()), !walled, "{table}");
    }
    owner.close().await;
    store.close().await;
    database.drop().await;
}
