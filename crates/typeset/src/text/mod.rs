//! From characters to lines: shaping, Japanese line breaking, justification.

pub(crate) mod kinsoku;
pub(crate) mod lines;
pub(crate) mod shape;
