//! Tests of the judge from outside, on files that others signed.

#[cfg(test)]
mod agreement;
#[cfg(test)]
mod attacks;
#[cfg(test)]
mod corpus;
#[cfg(test)]
mod forged;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod reports;
