//! Identifiers: one type per kind, with a prefixed text form (`ctr_…`).

use std::fmt;

use uuid::Uuid;

/// Why a text is not an identifier of the wanted kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IdError {
    /// The text does not begin with the prefix of this kind.
    #[error("identifier must begin with {expected}")]
    Prefix {
        /// The prefix that was expected, with its underscore.
        expected: &'static str,
    },
    /// The part behind the prefix is not 32 lower-case hexadecimal digits.
    #[error("identifier must end with 32 lower-case hexadecimal digits")]
    Digits,
}

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$meta])*
        ///
        /// A UUID version 7 (RFC 9562): sorted by the time of its making, with 74 random bits.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub struct $name(Uuid);

        impl $name {
            /// The prefix of the text form.
            pub const PREFIX: &'static str = concat!($prefix, "_");

            /// Builds an identifier from milliseconds since 1970-01-01 UTC and ten random bytes.
            pub fn from_parts(unix_ms: u64, random: [u8; 10]) -> Self {
                Self(uuid::Builder::from_unix_timestamp_millis(unix_ms, &random).into_uuid())
            }

            /// Wraps a stored value.
            pub const fn from_uuid(value: Uuid) -> Self {
                Self(value)
            }

            /// The value as it is stored.
            pub const fn as_uuid(self) -> Uuid {
                self.0
            }

            /// Reads the text form.
            ///
            /// # Errors
            /// [`IdError`] names the part that does not fit.
            pub fn parse(text: &str) -> Result<Self, IdError> {
                let digits =
                    text.strip_prefix(Self::PREFIX).ok_or(IdError::Prefix { expected: Self::PREFIX })?;
                let plain = digits.len() == 32
                    && digits.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
                if !plain {
                    return Err(IdError::Digits);
                }
                Uuid::try_parse(digits).map(Self).map_err(|_| IdError::Digits)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}{}", Self::PREFIX, self.0.simple())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Self::parse(text)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = <std::borrow::Cow<'de, str>>::deserialize(deserializer)?;
                Self::parse(&text).map_err(serde::de::Error::custom)
            }
        }
    )*};
}

ids! {
    /// An organization, the tenant to which all data belongs.
    OrganizationId = "org";
    /// A person who can sign in, in however many organizations.
    AccountId = "acc";
    /// An account's place in one organization.
    MemberId = "mbr";
    /// An invitation to become a member.
    InvitationId = "inv";
    /// A signed-in browser.
    SessionId = "ses";
    /// A contract.
    ContractId = "ctr";
    /// One PDF of a contract.
    DocumentId = "doc";
    /// Someone who takes part in a contract.
    PartyId = "pty";
    /// A place on a page that a party fills.
    FieldId = "fld";
    /// The legal act of a party.
    ActId = "act";
    /// An entry of the history.
    EventId = "evt";
    /// A unit of work in the outbox.
    JobId = "job";
    /// A mail to one recipient.
    MailId = "mal";
    /// An immutable stored object.
    SegmentId = "seg";
}

impl ContractId {
    /// The form printed on pages and evidence sheets: 32 hexadecimal digits without the prefix.
    pub fn printed(self) -> String {
        self.as_uuid().simple().to_string()
    }

    /// Reads the printed form, with or without the prefix.
    ///
    /// # Errors
    /// [`IdError::Digits`] for anything but 32 hexadecimal digits.
    pub fn parse_printed(text: &str) -> Result<Self, IdError> {
        let digits = text.strip_prefix(Self::PREFIX).unwrap_or(text);
        Self::parse(&format!("{}{}", Self::PREFIX, digits.to_ascii_lowercase()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_form_names_its_kind_and_comes_back() {
        let id = PartyId::from_parts(1_763_800_000_000, [9; 10]);
        assert!(id.to_string().starts_with("pty_"));
        assert_eq!(PartyId::parse(&id.to_string()), Ok(id));
        assert_eq!(
            ContractId::parse(&id.to_string()),
            Err(IdError::Prefix { expected: "ctr_" }),
            "one kind is never taken for another"
        );
        assert_eq!(PartyId::parse("pty_123"), Err(IdError::Digits));
        assert_eq!(
            PartyId::parse(&id.to_string().to_uppercase().replace("PTY_", "pty_")),
            Err(IdError::Digits)
        );
    }

    #[test]
    fn ids_sort_by_time() {
        assert!(EventId::from_parts(1, [0xff; 10]) < EventId::from_parts(2, [0; 10]));
    }

    #[test]
    fn printed_form_is_read_in_either_case() {
        let id = ContractId::from_parts(1_763_800_000_000, [0xab; 10]);
        assert_eq!(ContractId::parse_printed(&id.printed().to_uppercase()), Ok(id));
        assert_eq!(ContractId::parse_printed(&id.to_string()), Ok(id));
    }
}
