//! Signatures of every kind of key, on every kind of file, and signatures that last: made by `pades`, judged by
//! `validation` and by programs of others.

#[cfg(test)]
mod cases;
#[cfg(test)]
mod decades;
#[cfg(test)]
mod external;
#[cfg(test)]
mod foreign;
#[cfg(test)]
mod forms;
#[cfg(test)]
mod judged;
#[cfg(test)]
mod keys;
#[cfg(test)]
mod levels;
#[cfg(test)]
mod paper;
#[cfg(test)]
mod places;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod world;
