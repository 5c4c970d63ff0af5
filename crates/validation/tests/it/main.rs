//! Tests of the judge from outside, on files that others signed.

mod attacks;
mod corpus;
mod foreign;
