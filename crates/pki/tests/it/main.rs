//! Tests of the public API of `akashi-pki`, one binary.

mod corpus;
mod pkits;
