//! Distinguished names (RFC 5280, 4.1.2.4): kept as received, compared as RFC 5280, 7.1 says.

use std::fmt;
use std::sync::Arc;

use crate::asn1::{Asn1Error, Element, Oid, Reader, Tag, Writer};
use crate::oids;

/// A `Name` with its DER as received.
///
/// Equality (`==`) is by bytes; names of certificates are compared with [`Self::matches`].
///
/// ```
/// use akashi_pki::DistinguishedName;
/// # fn main() -> Result<(), akashi_pki::NameError> {
/// let name = DistinguishedName::builder()
///     .country("JP")?
///     .organization("株式会社あかし")?
///     .common_name("証 太郎")?
///     .build();
/// assert_eq!(name.to_string(), "CN=証 太郎,O=株式会社あかし,C=JP");
/// # Ok(()) }
/// ```
#[derive(Clone)]
pub struct DistinguishedName(Arc<Parsed>);

struct Parsed {
    der: Vec<u8>,
    rdns: Vec<Vec<Attribute>>,
}

/// One attribute of a relative distinguished name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// The attribute type, such as [`oids::COMMON_NAME`].
    pub oid: Oid,
    /// The text, where the value is a character string.
    pub text: Option<String>,
    /// The value as received.
    pub value_der: Vec<u8>,
}

/// Text that cannot stand in a name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    /// An empty value.
    #[error("the {0} is empty")]
    Empty(&'static str),
    /// Longer than the upper bound of X.520.
    #[error("the {attribute} has {found} characters, more than {allowed}")]
    TooLong {
        /// The attribute.
        attribute: &'static str,
        /// Upper bound in characters (RFC 5280, appendix A).
        allowed: usize,
        /// Characters given.
        found: usize,
    },
    /// A control character.
    #[error("the {0} contains a control character")]
    ControlCharacter(&'static str),
    /// A character outside PrintableString where X.520 asks for it: letters, digits, space and
    /// `'()+,-./:=?`.
    #[error("the {attribute} contains {character:?}, which PrintableString does not have")]
    NotPrintable {
        /// The attribute.
        attribute: &'static str,
        /// The first offending character.
        character: char,
    },
    /// Not two letters.
    #[error("the country is not a two-letter code")]
    NotACountry,
}

impl DistinguishedName {
    /// Starts a name; relative names are written in the order of the calls.
    pub fn builder() -> NameBuilder {
        NameBuilder {
            rdns: Vec::with_capacity(4),
        }
    }

    /// Parses a DER `Name`.
    ///
    /// # Errors
    /// [`Asn1Error`].
    pub fn from_der(der: &[u8]) -> Result<Self, Asn1Error> {
        let mut reader = Reader::der(der);
        let element = reader.read_tag(Tag::SEQUENCE)?;
        reader.finish()?;
        Self::read(&element)
    }

    pub(crate) fn read(element: &Element<'_>) -> Result<Self, Asn1Error> {
        let mut rdns = Vec::new();
        let mut sets = element.expect(Tag::SEQUENCE)?.reader();
        while !sets.is_empty() {
            rdns.push(read_rdn(sets.read_set()?)?);
        }
        Ok(Self(Arc::new(Parsed {
            der: element.raw().to_vec(),
            rdns,
        })))
    }

    /// The DER as received.
    pub fn as_der(&self) -> &[u8] {
        &self.0.der
    }

    /// Whether the name has no attributes.
    pub fn is_empty(&self) -> bool {
        self.0.rdns.is_empty()
    }

    /// All attributes in the order of the encoding.
    pub fn attributes(&self) -> impl Iterator<Item = &Attribute> {
        self.0.rdns.iter().flatten()
    }

    /// The text of the last attribute of this type (the most specific one).
    pub fn text(&self, oid: &Oid) -> Option<&str> {
        self.0
            .rdns
            .iter()
            .rev()
            .flatten()
            .find(|attribute| attribute.oid == *oid)?
            .text
            .as_deref()
    }

    /// The common name.
    pub fn common_name(&self) -> Option<&str> {
        self.text(&oids::COMMON_NAME)
    }

    /// The organization.
    pub fn organization(&self) -> Option<&str> {
        self.text(&oids::ORGANIZATION_NAME)
    }

    /// The `serialNumber` attribute: in certificates of parties the party's id.
    pub fn serial_number(&self) -> Option<&str> {
        self.text(&oids::SERIAL_NUMBER)
    }

    /// Whether both name the same entity: attribute by attribute, ignoring case, string type and
    /// superfluous white space (RFC 5280, 7.1).
    pub fn matches(&self, other: &Self) -> bool {
        self.0.der == other.0.der || (self.0.rdns.len() == other.0.rdns.len() && self.is_within(other))
    }

    /// Whether `base` is a prefix of this name (RFC 5280, 4.2.1.10: a `directoryName` subtree).
    pub fn is_within(&self, base: &Self) -> bool {
        self.0.rdns.len() >= base.0.rdns.len()
            && self
                .0
                .rdns
                .iter()
                .zip(&base.0.rdns)
                .all(|(own, wanted)| same_rdn(own, wanted))
    }

    /// This name with one more relative name given as the contents of a SET
    /// (`nameRelativeToCRLIssuer`).
    pub(crate) fn with_relative(&self, rdn_content: &[u8]) -> Result<Self, Asn1Error> {
        let existing = Reader::der(&self.0.der).read()?.content();
        let mut writer = Writer::with_capacity(self.0.der.len() + rdn_content.len() + 8);
        writer.sequence(|name| {
            name.raw(existing);
            name.element(Tag::SET, rdn_content);
        });
        Self::from_der(&writer.finish())
    }
}

fn read_rdn(mut set: Reader<'_>) -> Result<Vec<Attribute>, Asn1Error> {
    let mut attributes = Vec::with_capacity(1);
    while !set.is_empty() {
        let mut pair = set.read_sequence()?;
        let oid = pair.read_oid()?;
        let value = pair.read()?;
        pair.finish()?;
        attributes.push(Attribute {
            oid,
            text: value.to_text().ok(),
            value_der: value.raw().to_vec(),
        });
    }
    if attributes.is_empty() {
        Err(Asn1Error::EmptyList)
    } else {
        Ok(attributes)
    }
}

fn same_rdn(left: &[Attribute], right: &[Attribute]) -> bool {
    left.len() == right.len()
        && left
            .iter()
            .all(|own| right.iter().any(|other| same_attribute(own, other)))
        && right
            .iter()
            .all(|own| left.iter().any(|other| same_attribute(own, other)))
}

fn same_attribute(left: &Attribute, right: &Attribute) -> bool {
    left.oid == right.oid
        && (left.value_der == right.value_der
            || match (&left.text, &right.text) {
                (Some(left), Some(right)) => folded(left) == folded(right),
                _ => false,
            })
}

/// Lower case, without outer white space, inner white space as one space (RFC 4518, 2.6.1).
fn folded(text: &str) -> String {
    text.split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase()
}

impl PartialEq for DistinguishedName {
    fn eq(&self, other: &Self) -> bool {
        self.0.der == other.0.der
    }
}

impl Eq for DistinguishedName {}

impl std::hash::Hash for DistinguishedName {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.der.hash(state);
    }
}

impl fmt::Display for DistinguishedName {
    /// The string form of RFC 4514: most specific name first.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, rdn) in self.0.rdns.iter().rev().enumerate() {
            if index > 0 {
                f.write_str(",")?;
            }
            for (index, attribute) in rdn.iter().enumerate() {
                if index > 0 {
                    f.write_str("+")?;
                }
                write_attribute(f, attribute)?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for DistinguishedName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DistinguishedName({self})")
    }
}

fn write_attribute(f: &mut fmt::Formatter<'_>, attribute: &Attribute) -> fmt::Result {
    match short_name(&attribute.oid) {
        Some(short) => f.write_str(short)?,
        None => write!(f, "{}", attribute.oid)?,
    }
    f.write_str("=")?;
    let Some(text) = &attribute.text else {
        f.write_str("#")?;
        return attribute
            .value_der
            .iter()
            .try_for_each(|octet| write!(f, "{octet:02x}"));
    };
    let last = text.chars().count().saturating_sub(1);
    for (index, character) in text.chars().enumerate() {
        let is_edge_space = character == ' ' && (index == 0 || index == last);
        let is_leading_hash = character == '#' && index == 0;
        if is_edge_space || is_leading_hash || matches!(character, '"' | '+' | ',' | ';' | '<' | '>' | '\\') {
            write!(f, "\\{character}")?;
        } else if character.is_control() {
            let mut buffer = [0; 4];
            for octet in character.encode_utf8(&mut buffer).bytes() {
                write!(f, "\\{octet:02X}")?;
            }
        } else {
            write!(f, "{character}")?;
        }
    }
    Ok(())
}

fn short_name(oid: &Oid) -> Option<&'static str> {
    [
        (oids::COMMON_NAME, "CN"),
        (oids::ORGANIZATION_NAME, "O"),
        (oids::ORGANIZATIONAL_UNIT_NAME, "OU"),
        (oids::COUNTRY_NAME, "C"),
        (oids::LOCALITY_NAME, "L"),
        (oids::STATE_OR_PROVINCE_NAME, "ST"),
        (oids::STREET_ADDRESS, "STREET"),
        (oids::DOMAIN_COMPONENT, "DC"),
        (oids::USER_ID, "UID"),
        (oids::SERIAL_NUMBER, "serialNumber"),
        (oids::SURNAME, "SN"),
        (oids::GIVEN_NAME, "givenName"),
        (oids::TITLE, "title"),
        (oids::ORGANIZATION_IDENTIFIER, "organizationIdentifier"),
        (oids::EMAIL_ADDRESS, "emailAddress"),
    ]
    .into_iter()
    .find_map(|(known, short)| (known == *oid).then_some(short))
}

/// Builds a [`DistinguishedName`]. Text is written as UTF8String, except where X.520 asks for
/// PrintableString (country, serial number).
#[derive(Debug)]
pub struct NameBuilder {
    rdns: Vec<Vec<Attribute>>,
}

impl NameBuilder {
    /// `countryName`, two letters of ISO 3166.
    ///
    /// # Errors
    /// [`NameError::NotACountry`].
    pub fn country(self, code: &str) -> Result<Self, NameError> {
        if code.len() != 2 || !code.bytes().all(|letter| letter.is_ascii_uppercase()) {
            return Err(NameError::NotACountry);
        }
        Ok(self.attribute(&oids::COUNTRY_NAME, Tag::PRINTABLE_STRING, code))
    }

    /// `organizationName`, at most 64 characters.
    ///
    /// # Errors
    /// [`NameError`].
    pub fn organization(self, text: &str) -> Result<Self, NameError> {
        self.text_attribute(&oids::ORGANIZATION_NAME, "organization", text)
    }

    /// `organizationalUnitName`, at most 64 characters.
    ///
    /// # Errors
    /// [`NameError`].
    pub fn organizational_unit(self, text: &str) -> Result<Self, NameError> {
        self.text_attribute(&oids::ORGANIZATIONAL_UNIT_NAME, "organizational unit", text)
    }

    /// `organizationIdentifier` (X.520, 6.4.4), at most 64 characters: for seals in the form of
    /// EN 319 412-1, 5.1.4, such as `NTRJP-1010001000001`.
    ///
    /// # Errors
    /// [`NameError`].
    pub fn organization_identifier(self, text: &str) -> Result<Self, NameError> {
        self.text_attribute(&oids::ORGANIZATION_IDENTIFIER, "organization identifier", text)
    }

    /// `surname`, at most 64 characters.
    ///
    /// # Errors
    /// [`NameError`].
    pub fn surname(self, text: &str) -> Result<Self, NameError> {
        self.text_attribute(&oids::SURNAME, "surname", text)
    }

    /// `givenName`, at most 64 characters.
    ///
    /// # Errors
    /// [`NameError`].
    pub fn given_name(self, text: &str) -> Result<Self, NameError> {
        self.text_attribute(&oids::GIVEN_NAME, "given name", text)
    }

    /// `commonName`, at most 64 characters.
    ///
    /// # Errors
    /// [`NameError`].
    pub fn common_name(self, text: &str) -> Result<Self, NameError> {
        self.text_attribute(&oids::COMMON_NAME, "common name", text)
    }

    /// `serialNumber` (X.520, 6.2.9), PrintableString of at most 64 characters. An underscore is not
    /// in PrintableString.
    ///
    /// # Errors
    /// [`NameError`].
    pub fn serial_number(self, text: &str) -> Result<Self, NameError> {
        const ATTRIBUTE: &str = "serial number";
        check_text(ATTRIBUTE, text)?;
        let is_printable =
            |character: &char| character.is_ascii_alphanumeric() || " '()+,-./:=?".contains(*character);
        if let Some(character) = text.chars().find(|character| !is_printable(character)) {
            return Err(NameError::NotPrintable {
                attribute: ATTRIBUTE,
                character,
            });
        }
        Ok(self.attribute(&oids::SERIAL_NUMBER, Tag::PRINTABLE_STRING, text))
    }

    /// The name.
    pub fn build(self) -> DistinguishedName {
        let mut writer = Writer::with_capacity(256);
        writer.sequence(|name| {
            for attribute in self.rdns.iter().flatten() {
                name.nested(Tag::SET, |set| {
                    set.sequence(|pair| {
                        pair.oid(&attribute.oid);
                        pair.raw(&attribute.value_der);
                    });
                });
            }
        });
        DistinguishedName(Arc::new(Parsed {
            der: writer.finish(),
            rdns: self.rdns,
        }))
    }

    fn text_attribute(self, oid: &Oid, name: &'static str, text: &str) -> Result<Self, NameError> {
        check_text(name, text)?;
        Ok(self.attribute(oid, Tag::UTF8_STRING, text))
    }

    fn attribute(mut self, oid: &Oid, tag: Tag, text: &str) -> Self {
        let mut value = Writer::with_capacity(text.len() + 4);
        value.element(tag, text.as_bytes());
        self.rdns.push(vec![Attribute {
            oid: oid.clone(),
            text: Some(text.to_owned()),
            value_der: value.finish(),
        }]);
        self
    }
}

/// Upper bound of the attributes written here (RFC 5280, appendix A: `ub-common-name` and others).
const MAX_CHARACTERS: usize = 64;

fn check_text(attribute: &'static str, text: &str) -> Result<(), NameError> {
    let found = text.chars().count();
    if text.trim().is_empty() {
        return Err(NameError::Empty(attribute));
    }
    if found > MAX_CHARACTERS {
        return Err(NameError::TooLong {
            attribute,
            allowed: MAX_CHARACTERS,
            found,
        });
    }
    if text.chars().any(char::is_control) {
        return Err(NameError::ControlCharacter(attribute));
    }
    Ok(())
}
