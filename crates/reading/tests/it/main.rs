//! Drawing and reading of files made here, and of the foreign files of the corpus.

#[cfg(test)]
mod bounds;
#[cfg(test)]
mod builder;
#[cfg(test)]
mod corpus;
#[cfg(test)]
mod defects;
#[cfg(test)]
mod disagreement;
#[cfg(test)]
mod drawing;
#[cfg(test)]
mod text;
