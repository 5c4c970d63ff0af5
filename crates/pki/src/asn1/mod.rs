//! The ASN.1 notation of X.509 and CMS (ITU-T X.690): reading under DER or BER, writing DER.
//!
//! The reader borrows: every [`Element`] knows the bytes it was read from, so that what a signature
//! covers can be hashed as it was received and is never encoded again. The writer appends.
//!
//! Only what X.509, CMS and RFC 3161 need is here: single-byte tags, no REAL, no sets with
//! reordered members.

mod oid;
mod reader;
#[cfg(test)]
mod tests;
mod time;
mod writer;

pub use oid::Oid;
pub use reader::{BitString, Element, EncodingRules, Reader};
pub use writer::Writer;

/// An identifier octet: class, primitive/constructed bit and tag number below 31 (X.690, 8.1.2).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Tag(pub u8);

impl Tag {
    /// BOOLEAN.
    pub const BOOLEAN: Self = Self(0x01);
    /// INTEGER.
    pub const INTEGER: Self = Self(0x02);
    /// BIT STRING.
    pub const BIT_STRING: Self = Self(0x03);
    /// OCTET STRING.
    pub const OCTET_STRING: Self = Self(0x04);
    /// NULL.
    pub const NULL: Self = Self(0x05);
    /// OBJECT IDENTIFIER.
    pub const OID: Self = Self(0x06);
    /// ENUMERATED.
    pub const ENUMERATED: Self = Self(0x0a);
    /// UTF8String.
    pub const UTF8_STRING: Self = Self(0x0c);
    /// PrintableString.
    pub const PRINTABLE_STRING: Self = Self(0x13);
    /// TeletexString, also T61String.
    pub const TELETEX_STRING: Self = Self(0x14);
    /// IA5String.
    pub const IA5_STRING: Self = Self(0x16);
    /// UTCTime.
    pub const UTC_TIME: Self = Self(0x17);
    /// GeneralizedTime.
    pub const GENERALIZED_TIME: Self = Self(0x18);
    /// VisibleString.
    pub const VISIBLE_STRING: Self = Self(0x1a);
    /// UniversalString (UCS-4).
    pub const UNIVERSAL_STRING: Self = Self(0x1c);
    /// BMPString (UCS-2).
    pub const BMP_STRING: Self = Self(0x1e);
    /// SEQUENCE, SEQUENCE OF.
    pub const SEQUENCE: Self = Self(0x30);
    /// SET, SET OF.
    pub const SET: Self = Self(0x31);

    /// The constructed context-specific tag `[number]`; numbers above 30 have no single-byte form
    /// and wrap, which no structure of these standards uses.
    pub const fn context(number: u8) -> Self {
        Self(0xa0 | (number & 0x1f))
    }

    /// The primitive context-specific tag `[number]` (IMPLICIT over a primitive type).
    pub const fn context_primitive(number: u8) -> Self {
        Self(0x80 | (number & 0x1f))
    }

    /// Whether the contents are elements.
    pub const fn is_constructed(self) -> bool {
        self.0 & 0x20 != 0
    }

    /// The same tag with the constructed bit set.
    #[must_use]
    pub const fn constructed(self) -> Self {
        Self(self.0 | 0x20)
    }
}

impl std::fmt::Debug for Tag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tag(0x{:02x})", self.0)
    }
}

impl std::fmt::Display for Tag {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "0x{:02x}", self.0)
    }
}

/// Why bytes are not the ASN.1 structure that was expected.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Asn1Error {
    /// The input ends inside an element.
    #[error("the encoding ends inside an element")]
    Truncated,
    /// Bytes follow where the structure ends.
    #[error("{0} bytes follow the end of the structure")]
    TrailingData(usize),
    /// Another element stands where one is required.
    #[error("expected tag {expected}, found {found}")]
    UnexpectedTag {
        /// What the standard requires at this place.
        expected: Tag,
        /// What stands there.
        found: Tag,
    },
    /// A tag number of 31 or more; none of the standards uses one.
    #[error("tag number above 30")]
    HighTagNumber,
    /// A length octet that the rules in force forbid, or above 4 GiB.
    #[error("invalid length encoding")]
    InvalidLength,
    /// More nesting than any honest structure has.
    #[error("nested too deeply")]
    TooDeep,
    /// Not an object identifier (X.690, 8.19).
    #[error("invalid object identifier")]
    InvalidOid,
    /// Empty, out of the range of its use, or not minimally encoded.
    #[error("invalid integer")]
    InvalidInteger,
    /// Not one octet, or under DER neither 0 nor 255.
    #[error("invalid boolean")]
    InvalidBoolean,
    /// Unused-bit count above 7 or without octets.
    #[error("invalid bit string")]
    InvalidBitString,
    /// Bytes that the string type does not allow.
    #[error("invalid character string")]
    InvalidString,
    /// Not a time, or a date that does not exist.
    #[error("invalid time")]
    InvalidTime,
    /// A list that must have members is empty.
    #[error("empty list")]
    EmptyList,
}
