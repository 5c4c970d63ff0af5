//! Fault injection over whole processes.

mod kill_walk;
mod rehearsal;
