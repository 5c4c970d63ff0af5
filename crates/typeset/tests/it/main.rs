//! The room from outside: what other programs read in its files, and that nothing makes it panic.

mod act;
mod demo;
mod evidence;
mod fonts;
mod outside;
mod robust;
mod seals;
mod stamp;
