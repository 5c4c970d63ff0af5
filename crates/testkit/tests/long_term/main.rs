//! Signatures that last: validation data, archive time-stamps and their renewal, made by `pades`, judged by `validation`
//! and by programs of others.

#[cfg(test)]
mod cases;
#[cfg(test)]
mod decades;
#[cfg(test)]
mod foreign;
#[cfg(test)]
mod levels;
#[cfg(test)]
mod paper;
#[cfg(test)]
mod world;
