//! The revision plan of a contract: made by `pades`, judged by `validation` and by programs of others. It stands here
//! because neither of the two may know the other.

#[cfg(test)]
mod cases;
#[cfg(test)]
mod contract;
#[cfg(test)]
mod forged;
#[cfg(test)]
mod honest;
#[cfg(test)]
mod mutated;
#[cfg(test)]
mod paper;
#[cfg(test)]
mod producers;
#[cfg(test)]
mod rogue;
#[cfg(test)]
mod world;

#[cfg(test)]
use crate::paper::original;
