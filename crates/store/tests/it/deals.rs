//! The use cases about contracts, over real databases.

mod sqlite {
    akashi_testkit::contract_conformance!(crate::harness::with_sqlite);
}

mod postgres {
    akashi_testkit::contract_conformance!(crate::harness::with_postgres);
}
