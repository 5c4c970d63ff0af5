//! Fault injection over whole processes.

#[cfg(test)]
mod kill_walk;
#[cfg(test)]
mod rehearsal;
