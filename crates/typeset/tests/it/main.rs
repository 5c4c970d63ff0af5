//! The room from outside: what other programs read in its files, and that nothing makes it panic.

#[cfg(test)]
mod act;
#[cfg(test)]
mod demo;
#[cfg(test)]
mod evidence;
#[cfg(test)]
mod fonts;
#[cfg(test)]
mod imported;
#[cfg(test)]
mod outside;
#[cfg(test)]
mod robust;
#[cfg(test)]
mod seals;
#[cfg(test)]
mod stamp;
