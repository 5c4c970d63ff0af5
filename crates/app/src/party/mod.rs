//! What a party does: comes through its link, reads, fills, signs or declines.

mod decline;
mod enter;
mod fill;
mod read;
mod sign;

pub use enter::{EnteredPart, LinkTarget};
pub use fill::FieldInput;
pub use read::{PartView, PartViewState, RevisionToken};
