//! Tests of the public interface, on files made by hand.

#[cfg(test)]
mod files;
#[cfg(test)]
mod intake;
#[cfg(test)]
mod places;
#[cfg(test)]
mod revisions;
