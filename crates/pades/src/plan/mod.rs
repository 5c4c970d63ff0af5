//! The revision plan of a contract: what a PDF allows, what sending writes, what each act writes.

mod act;
mod fields;
mod font;
mod intake;
mod locks;
mod sent;

pub use act::{Act, ActError, ActValue, Value};
pub(crate) use fields::{FieldError, FieldWriter, is_field_name};
pub use fields::{FieldPlan, FieldPlanKind, SignaturePlace, SignerPlan, TextLines};
pub(crate) use intake::permission;
pub use intake::{Intake, MAX_PAGES, PageSize, Permission, Refusal, examine};
pub(crate) use locks::seed_values_allow;
pub use locks::{FieldLock, LockAction};
pub(crate) use sent::register_fields;
pub use sent::{SentError, SentPlan, Stamp};
