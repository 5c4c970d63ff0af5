//! Pages: a list of placed items with their logical structure, filled by [`flow`] and [`table`],
//! and turned into a PDF by [`paint`].

pub(crate) mod flow;
pub(crate) mod paint;
pub(crate) mod sheet;
pub(crate) mod table;
