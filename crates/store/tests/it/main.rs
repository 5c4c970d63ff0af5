//! The store as others see it, on both databases.

#[cfg(test)]
mod conformance;
#[cfg(test)]
mod deals;
#[cfg(test)]
mod harness;
#[cfg(test)]
mod opening;
#[cfg(test)]
mod people;
#[cfg(test)]
mod tenant_walls;
