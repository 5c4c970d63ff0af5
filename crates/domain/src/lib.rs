//! The legal side of Akashi: contracts, parties, fields, signing acts, roles and events.
//!
//! What it is: pure values and pure decisions. A command applied to a contract gives the next contract and
//! the events that tell what happened, or a refusal that names the reason.
//!
//! What it is not: no I/O, no clock, no randomness, no cryptography, no PDF. Time and ids are arguments.
//!
//! ```
//! use akashi_domain::{ContractId, EmailAddress};
//!
//! let address = EmailAddress::parse("morishita@tsubame.example")?;
//! assert_eq!(address.domain(), "tsubame.example");
//! let id = ContractId::from_parts(1_763_800_000_000, [7; 10]);
//! assert_eq!(ContractId::parse(&id.to_string())?, id);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod authorization;
pub mod canonical;
pub mod contract;
mod email;
pub mod event;
mod geometry;
mod ids;
mod language;
mod organization;
mod text;
mod trust;

pub use contract::{
    Contract, ContractState, Document, Field, FieldKind, FieldValue, Party, PartyState, StateKind,
};
pub use email::{EmailAddress, EmailAddressError};
pub use event::{Actor, Event, EventKind};
pub use geometry::{PageGeometry, Rect};
pub use ids::{
    AccountId, ActId, ContractId, DocumentId, EventId, FieldId, IdError, InvitationId, JobId, MailId,
    MemberId, OrganizationId, PartyId, SegmentId, SessionId,
};
pub use jiff::Timestamp as UtcTime;
pub use language::Language;
pub use organization::{Account, Member, MemberState, Organization, Role};
pub use text::{
    BoundedText, FileName, Label, ManagementNumber, Message, OrganizationName, PersonName, Reason, TextError,
    Title,
};
pub use trust::{OrganizationEvent, OrganizationEventKind, SealSource, TrustPurpose};

/// A SHA-256 value.
///
/// Written as 64 lower-case hexadecimal digits wherever it leaves the program.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest32([u8; 32]);

impl Digest32 {
    /// Wraps the 32 bytes of a digest.
    pub const fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads 64 hexadecimal digits; `None` for anything else.
    pub fn parse_hex(text: &str) -> Option<Self> {
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        let mut bytes = [0_u8; 32];
        for (slot, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            *slot = u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()?;
        }
        Some(Self(bytes))
    }
}

impl std::fmt::Display for Digest32 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl std::fmt::Debug for Digest32 {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Digest32({self})")
    }
}

impl serde::Serialize for Digest32 {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> serde::Deserialize<'de> for Digest32 {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
        Self::parse_hex(&text).ok_or_else(|| serde::de::Error::custom("expected 64 hexadecimal digits"))
    }
}
