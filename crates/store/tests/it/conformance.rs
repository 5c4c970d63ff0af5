//! The conformance suite of the store ports.

mod sqlite {
    akashi_testkit::store_conformance!(crate::harness::with_sqlite);
}

mod postgres {
    akashi_testkit::store_conformance!(crate::harness::with_postgres);
}
