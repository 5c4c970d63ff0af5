//! Tests of the public API of `akashi-tsp`, one binary.

#[cfg(test)]
mod corpus;
#[cfg(test)]
mod openssl;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod protocol;
#[cfg(test)]
mod support;
