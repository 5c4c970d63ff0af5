//! Tests of the judge from outside, on files that others signed.

#[cfg(test)]
mod attacks;
#[cfg(test)]
mod corpus;
#[cfg(test)]
mod foreign;
#[cfg(test)]
mod reports;
