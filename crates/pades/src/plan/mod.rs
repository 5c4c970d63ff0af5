//! The revision plan of a contract: what a PDF allows, what sending writes, what each act writes.

mod act;
mod fields;
mod font;
mod intake;
mod locks;
mod seed;
mod sent;
mod xfa;

pub use act::{Act, ActError, ActValue, Value};
pub(crate) use fields::{FieldError, FieldWriter, is_field_name};
pub use fields::{FieldPlan, FieldPlanKind, SignaturePlace, SignerPlan, TextLines};
pub use intake::{Intake, MAX_PAGES, PageSize, Permission, Refusal, examine};
pub use locks::{FieldLock, LockAction};
pub(crate) use locks::{Restrictions, signatures_of};
pub use seed::{CertificateConstraint, SeedRefusal};
pub(crate) use seed::{Proposal, SeedValues};
pub(crate) use sent::register_fields;
pub use sent::{SentError, SentPlan, Stamp};
pub(crate) use xfa::{remove_xfa, signing_permission};
