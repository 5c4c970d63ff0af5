//! Whom an organization trusts beside the installation, and with which key it signs and seals.

mod certificates;
mod history;
mod seal;

pub use certificates::{CertificateProblem, TrustEntry, TrustedAuthorities};
pub use history::TrustHistoryEntry;
pub(crate) use seal::WitnessSigner;
pub use seal::{SealView, SealWarning};
