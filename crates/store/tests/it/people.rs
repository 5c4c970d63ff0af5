//! The use cases about people, over real databases.

mod sqlite {
    akashi_testkit::account_conformance!(crate::harness::with_sqlite);
}

mod postgres {
    akashi_testkit::account_conformance!(crate::harness::with_postgres);
}
