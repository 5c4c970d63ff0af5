//! `akashi verify` as people and scripts call it.

#[cfg(test)]
mod answers;
