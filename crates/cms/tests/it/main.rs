//! Tests of the public API of `akashi-cms`, one binary.

#[cfg(test)]
mod corpus;
#[cfg(test)]
mod openssl;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod signing;
#[cfg(test)]
mod support;
