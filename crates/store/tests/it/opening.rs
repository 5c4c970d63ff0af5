//! What the store refuses to open.

use akashi_app::ports::OrganizationStore as _;
use akashi_store::{OpenError, RoleProblem, Settings, Store};
use sqlx::{AssertSqlSafe, Executor as _};

use crate::harness::PostgresDatabase;

async fn refusal(settings: Settings) -> OpenError {
    match Store::open(settings).await {
        Ok(store) => panic!("{store:?} was opened"),
        Err(error) => error,
    }
}

#[tokio::test]
async fn a_role_that_no_policy_binds_is_refused() {
    let database = PostgresDatabase::create().await;
    database.open().await.close().await;
    let superuser = database.connect_as_superuser().await;
    let service = database.service.clone();
    for (grant, revoke, expected) in [
        ("SUPERUSER", "NOSUPERUSER", RoleProblem::Superuser),
        ("BYPASSRLS", "NOBYPASSRLS", RoleProblem::BypassesRowSecurity),
    ] {
        superuser
            .execute(AssertSqlSafe(format!("ALTER ROLE {service} {grant}")))
            .await
            .unwrap();
        let refused = refusal(database.settings()).await;
        let OpenError::Role { role, reason } = &refused else {
            panic!("{refused:?}")
        };
        assert_eq!((role, reason), (&service, &expected));
        let said = refused.to_string();
        assert!(
            said.starts_with(&format!("role {service} must not be used by the service: it ")),
            "{said}"
        );
        superuser
            .execute(AssertSqlSafe(format!("ALTER ROLE {service} {revoke}")))
            .await
            .unwrap();
    }
    let owner = database.url(&database.owner);
    let refused = refusal(Settings::Postgres {
        url: owner,
        migration_url: None,
        max_connections: 2,
    })
    .await;
    assert!(
        matches!(
            refused,
            OpenError::Role {
                reason: RoleProblem::Owner,
                ..
            }
        ),
        "{refused:?}"
    );
    let sql = format!("GRANT {} TO {service}", database.owner);
    superuser.execute(AssertSqlSafe(sql)).await.unwrap();
    let refused = refusal(database.settings()).await;
    assert!(
        matches!(
            refused,
            OpenError::Role {
                reason: RoleProblem::Owner,
                ..
            }
        ),
        "a member of the owner: {refused:?}"
    );
    let sql = format!("REVOKE {} FROM {service}", database.owner);
    superuser.execute(AssertSqlSafe(sql)).await.unwrap();
    database.open().await.close().await;
    superuser.close().await;
    database.drop().await;
}

#[tokio::test]
async fn a_table_without_forced_row_security_is_refused() {
    let database = PostgresDatabase::create().await;
    database.open().await.close().await;
    let owner = database.connect(&database.owner).await;
    for (undo, redo) in [
        ("NO FORCE ROW LEVEL SECURITY", "FORCE ROW LEVEL SECURITY"),
        ("DISABLE ROW LEVEL SECURITY", "ENABLE ROW LEVEL SECURITY"),
    ] {
        owner
            .execute(AssertSqlSafe(format!("ALTER TABLE contract_event {undo}")))
            .await
            .unwrap();
        let refused = refusal(database.settings()).await;
        assert!(
            matches!(&refused, OpenError::RowSecurityMissing { table } if table == "contract_event"),
            "{refused:?}"
        );
        owner
            .execute(AssertSqlSafe(format!("ALTER TABLE contract_event {redo}")))
            .await
            .unwrap();
    }
    database.open().await.close().await;
    owner.close().await;
    database.drop().await;
}

#[tokio::test]
async fn pending_migrations_need_the_owner() {
    let database = PostgresDatabase::create().await;
    let without_owner = || Settings::Postgres {
        url: database.url(&database.service),
        migration_url: None,
        max_connections: 2,
    };
    let refused = refusal(without_owner()).await;
    assert!(
        matches!(refused, OpenError::SchemaBehind { pending: 2 }),
        "{refused:?}"
    );
    database.open().await.close().await;
    let store = Store::open(without_owner()).await.unwrap();
    assert_eq!(store.count().await.unwrap(), 0);
    store.check().await.unwrap();
    assert!(store.version().await.unwrap().starts_with("PostgreSQL "));
    store.close().await;
    database.drop().await;
}

#[tokio::test]
async fn many_nodes_may_open_an_empty_database_at_once() {
    let database = PostgresDatabase::create().await;
    let opened = futures_util::future::join_all((0..4).map(|_| database.open())).await;
    for store in opened {
        store.check().await.unwrap();
        store.close().await;
    }
    database.drop().await;
}

#[tokio::test]
async fn what_is_no_url_or_no_database_is_refused() {
    for url in [
        "mysql://localhost/akashi",
        "akashi.sqlite",
        "postgres://bad port:x/",
    ] {
        let settings = Settings::Postgres {
            url: url.into(),
            migration_url: None,
            max_connections: 2,
        };
        assert!(matches!(refusal(settings).await, OpenError::Url), "{url}");
    }
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("akashi.sqlite");
    std::fs::write(
        &path,
        "this is no database, however long it may be read ".repeat(100),
    )
    .unwrap();
    let refused = refusal(Settings::Sqlite { path }).await;
    assert!(matches!(refused, OpenError::Database(_)), "{refused:?}");
    let refused = refusal(Settings::Sqlite {
        path: folder.path().to_owned(),
    })
    .await;
    assert!(
        matches!(refused, OpenError::File(_)),
        "a folder is no file: {refused:?}"
    );
}

#[tokio::test]
async fn a_sqlite_file_is_made_for_its_owner_alone_and_opened_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("data").join("akashi.sqlite");
    for _ in 0..2 {
        let store = Store::open(Settings::Sqlite { path: path.clone() })
            .await
            .unwrap();
        store.check().await.unwrap();
        assert!(store.version().await.unwrap().starts_with("SQLite 3."));
        store.close().await;
        assert!(store.check().await.is_err(), "closed is closed");
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}

#[test]
fn settings_keep_passwords_to_themselves() {
    let settings = Settings::Postgres {
        url: "postgres://akashi:hunter2@db/akashi".into(),
        migration_url: Some("postgres://owner:hunter3@db/akashi".into()),
        max_connections: 2,
    };
    assert!(!format!("{settings:?}").contains("hunter"));
}
