//! `GeneralName` (RFC 5280, 4.2.1.6).

use crate::asn1::{Asn1Error, Element, Oid, Reader, Tag, Writer};
use crate::name::DistinguishedName;
use crate::oids;

/// One of the kinds of names that alternative names, name constraints and distribution points use.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GeneralName {
    /// `otherName`: a type and the DER of its value.
    Other {
        /// The type, such as [`oids::ON_SMTP_UTF8_MAILBOX`].
        oid: Oid,
        /// DER of the value inside the explicit tag.
        value_der: Vec<u8>,
    },
    /// `rfc822Name`, a mail address.
    Rfc822(String),
    /// `dNSName`.
    Dns(String),
    /// `directoryName`.
    Directory(DistinguishedName),
    /// `uniformResourceIdentifier`.
    Uri(String),
    /// `iPAddress`: 4 or 16 octets, twice as many in name constraints.
    Ip(Vec<u8>),
    /// `registeredID`.
    RegisteredId(Oid),
    /// `x400Address` or `ediPartyName`, carried as received.
    Opaque(Vec<u8>),
}

impl GeneralName {
    /// A `SmtpUTF8Mailbox` (RFC 9598, 3).
    pub fn smtp_utf8_mailbox(address: &str) -> Self {
        let mut value = Writer::new();
        value.utf8(address);
        Self::Other {
            oid: oids::ON_SMTP_UTF8_MAILBOX,
            value_der: value.finish(),
        }
    }

    /// The mail address of an `rfc822Name` or a `SmtpUTF8Mailbox`.
    pub fn mail_address(&self) -> Option<String> {
        match self {
            Self::Rfc822(address) => Some(address.clone()),
            Self::Other { oid, value_der } if *oid == oids::ON_SMTP_UTF8_MAILBOX => Reader::der(value_der)
                .read_tag(Tag::UTF8_STRING)
                .ok()?
                .to_text()
                .ok(),
            _ => None,
        }
    }

    /// Reads one name.
    ///
    /// # Errors
    /// [`Asn1Error`].
    pub fn read(element: &Element<'_>) -> Result<Self, Asn1Error> {
        // IA5String allows ASCII alone; bytes beyond it do occur and must not hide the certificate.
        let text = || String::from_utf8_lossy(element.content()).into_owned();
        Ok(match element.tag().0 {
            0xa0 => {
                let mut fields = element.reader();
                let oid = fields.read_oid()?;
                let value_der = fields.read_tag(Tag::context(0))?.content().to_vec();
                fields.finish()?;
                Self::Other { oid, value_der }
            }
            0x81 => Self::Rfc822(text()),
            0x82 => Self::Dns(text()),
            0xa4 => Self::Directory(DistinguishedName::read(&element.reader().read()?)?),
            0x86 => Self::Uri(text()),
            0x87 => Self::Ip(element.content().to_vec()),
            0x88 => Self::RegisteredId(element.to_oid()?),
            0xa3 | 0xa5 => Self::Opaque(element.raw().to_vec()),
            _ => {
                return Err(Asn1Error::UnexpectedTag {
                    expected: Tag::context(4),
                    found: element.tag(),
                });
            }
        })
    }

    /// Reads the members of a `GeneralNames`.
    pub(crate) fn read_all(mut members: Reader<'_>) -> Result<Vec<Self>, Asn1Error> {
        let mut names = Vec::new();
        while !members.is_empty() {
            names.push(Self::read(&members.read()?)?);
        }
        Ok(names)
    }

    /// Appends the encoded name.
    pub fn write(&self, writer: &mut Writer) {
        match self {
            Self::Other { oid, value_der } => writer.nested(Tag::context(0), |other| {
                other.oid(oid);
                other.element(Tag::context(0), value_der);
            }),
            Self::Rfc822(text) => writer.element(Tag::context_primitive(1), text.as_bytes()),
            Self::Dns(text) => writer.element(Tag::context_primitive(2), text.as_bytes()),
            Self::Directory(name) => writer.element(Tag::context(4), name.as_der()),
            Self::Uri(text) => writer.element(Tag::context_primitive(6), text.as_bytes()),
            Self::Ip(octets) => writer.element(Tag::context_primitive(7), octets),
            Self::RegisteredId(oid) => writer.element(Tag::context_primitive(8), oid.as_content()),
            Self::Opaque(der) => writer.raw(der),
        }
    }

    /// Whether both are the same name; directory names by [`DistinguishedName::matches`].
    pub(crate) fn matches(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Directory(left), Self::Directory(right)) => left.matches(right),
            _ => self == other,
        }
    }
}
