//! Signatures that last: validation data and archive time-stamps (EN 319 142-1, 5.4).

mod draft;
mod material;
mod needs;
mod renewal;
mod signatures;
mod store;
mod time_stamp;

pub use draft::{ExtendError, LongTermDraft};
pub use material::ValidationMaterial;
pub use needs::{MissingIssuer, NeedReason, RevocationNeed, ValidationNeeds};
pub use renewal::{Sunset, renewal_due};
pub use store::SecurityStore;
pub use time_stamp::PreparedTimeStamp;
