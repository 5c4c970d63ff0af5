//! Filling the fields of a form that a file brings (ISO 32000-2, 12.7).

mod button;
mod choice;
mod filling;
mod font;
mod text;

pub use filling::{FieldInput, FillFormError, FormFilling};
