//! Certificate and CRL extensions as values (RFC 5280, 4.2 and 5.2).

mod distribution;

pub(crate) use distribution::parse_distribution_points;
pub use distribution::{
    CoveredCertificates, DistributionPoint, DistributionPointName, IssuingDistributionPoint, ReasonFlags,
};

use crate::asn1::{Asn1Error, BitString, Element, Oid, Reader, Tag};
use crate::general_name::GeneralName;

/// One extension with its value's bytes.
#[derive(Clone, Copy, Debug)]
pub struct Extension<'a> {
    pub(crate) oid: &'a Oid,
    pub(crate) critical: bool,
    pub(crate) value: &'a [u8],
}

impl<'a> Extension<'a> {
    /// The type.
    pub fn oid(&self) -> &'a Oid {
        self.oid
    }

    /// Whether a reader that does not know the extension must refuse the certificate.
    pub fn is_critical(&self) -> bool {
        self.critical
    }

    /// The contents of `extnValue`: DER of the extension's own type.
    pub fn value(&self) -> &'a [u8] {
        self.value
    }
}

/// `KeyUsage` (RFC 5280, 4.2.1.3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct KeyUsage(u16);

impl KeyUsage {
    /// Nothing.
    pub const NONE: Self = Self(0);
    /// `digitalSignature`.
    pub const DIGITAL_SIGNATURE: Self = Self(0x8000);
    /// `nonRepudiation`, also called `contentCommitment`.
    pub const NON_REPUDIATION: Self = Self(0x4000);
    /// `keyEncipherment`.
    pub const KEY_ENCIPHERMENT: Self = Self(0x2000);
    /// `dataEncipherment`.
    pub const DATA_ENCIPHERMENT: Self = Self(0x1000);
    /// `keyAgreement`.
    pub const KEY_AGREEMENT: Self = Self(0x0800);
    /// `keyCertSign`.
    pub const KEY_CERT_SIGN: Self = Self(0x0400);
    /// `cRLSign`.
    pub const CRL_SIGN: Self = Self(0x0200);

    /// Both together.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all of `other` is allowed.
    pub const fn allows(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    pub(crate) const fn bits(self) -> u16 {
        self.0
    }

    pub(crate) fn parse(value: &[u8]) -> Result<Self, Asn1Error> {
        Ok(Self(named_bits(whole(value, Tag::BIT_STRING)?.to_bit_string()?)))
    }
}

/// The first 16 bits, the first bit of the list on top.
pub(crate) fn named_bits(bits: BitString<'_>) -> u16 {
    let octet = |index| bits.bytes.get(index).copied().unwrap_or(0);
    let mask = if bits.bytes.len() <= 2 {
        u16::MAX << bits.unused_bits
    } else {
        u16::MAX
    };
    let joined = u16::from_be_bytes([octet(0), octet(1)]);
    if bits.bytes.len() == 1 {
        joined & (mask << 8)
    } else {
        joined & mask
    }
}

/// `BasicConstraints` (RFC 5280, 4.2.1.9).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BasicConstraints {
    /// Whether the subject may issue certificates.
    pub is_ca: bool,
    /// How many non-self-issued intermediate certificates may follow, if limited.
    pub path_len: Option<u64>,
}

impl BasicConstraints {
    pub(crate) fn parse(value: &[u8]) -> Result<Self, Asn1Error> {
        let mut fields = whole(value, Tag::SEQUENCE)?.reader();
        let is_ca = fields.read_default_false()?;
        let path_len = fields
            .read_optional(Tag::INTEGER)?
            .map(|length| length.to_u64())
            .transpose()?;
        fields.finish()?;
        Ok(Self { is_ca, path_len })
    }
}

/// `AuthorityKeyIdentifier` (RFC 5280, 4.2.1.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AuthorityKeyIdentifier {
    /// The issuer's subject key identifier.
    pub key_identifier: Option<Vec<u8>>,
    /// The issuer's issuer.
    pub issuer: Vec<GeneralName>,
    /// The issuer's serial number, content octets.
    pub serial_number: Option<Vec<u8>>,
}

impl AuthorityKeyIdentifier {
    pub(crate) fn parse(value: &[u8]) -> Result<Self, Asn1Error> {
        let mut fields = whole(value, Tag::SEQUENCE)?.reader();
        let key_identifier = fields.read_optional(Tag::context_primitive(0))?;
        let issuer = fields.read_optional(Tag::context(1))?;
        let serial_number = fields.read_optional(Tag::context_primitive(2))?;
        fields.finish()?;
        Ok(Self {
            key_identifier: key_identifier.map(|element| element.content().to_vec()),
            issuer: issuer.map_or(Ok(Vec::new()), |names| GeneralName::read_all(names.reader()))?,
            serial_number: serial_number.map(|element| element.content().to_vec()),
        })
    }
}

/// `PolicyConstraints` (RFC 5280, 4.2.1.11).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PolicyConstraints {
    /// After so many certificates a policy must be explicit.
    pub require_explicit_policy: Option<u64>,
    /// After so many certificates policies may no longer be mapped.
    pub inhibit_policy_mapping: Option<u64>,
}

impl PolicyConstraints {
    pub(crate) fn parse(value: &[u8]) -> Result<Self, Asn1Error> {
        let mut fields = whole(value, Tag::SEQUENCE)?.reader();
        let mut field = |number| {
            let element = fields.read_optional(Tag::context_primitive(number))?;
            element.map(|element| element.to_u64()).transpose()
        };
        let constraints = Self {
            require_explicit_policy: field(0)?,
            inhibit_policy_mapping: field(1)?,
        };
        fields.finish()?;
        Ok(constraints)
    }
}

/// `NameConstraints` (RFC 5280, 4.2.1.10). A `minimum` other than 0 or a `maximum` is refused, as
/// the profile demands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NameConstraints {
    /// Subtrees in which names must lie, per kind of name.
    pub permitted: Vec<GeneralName>,
    /// Subtrees in which names must not lie.
    pub excluded: Vec<GeneralName>,
}

impl NameConstraints {
    pub(crate) fn parse(value: &[u8]) -> Result<Self, Asn1Error> {
        let mut fields = whole(value, Tag::SEQUENCE)?.reader();
        let permitted = subtrees(fields.read_optional(Tag::context(0))?)?;
        let excluded = subtrees(fields.read_optional(Tag::context(1))?)?;
        fields.finish()?;
        Ok(Self { permitted, excluded })
    }
}

fn subtrees(list: Option<Element<'_>>) -> Result<Vec<GeneralName>, Asn1Error> {
    let Some(list) = list else { return Ok(Vec::new()) };
    let mut members = list.reader();
    let mut bases = Vec::new();
    while !members.is_empty() {
        let mut subtree = members.read_sequence()?;
        bases.push(GeneralName::read(&subtree.read()?)?);
        let minimum = subtree.read_optional(Tag::context_primitive(0))?;
        if minimum.is_some_and(|minimum| minimum.to_u64() != Ok(0)) {
            return Err(Asn1Error::InvalidInteger);
        }
        subtree.finish()?;
    }
    Ok(bases)
}

/// One policy of `CertificatePolicies` (RFC 5280, 4.2.1.4).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyInformation {
    /// The policy.
    pub policy: Oid,
    /// DER of `policyQualifiers` as received; empty without.
    pub qualifiers_der: Vec<u8>,
}

pub(crate) fn parse_policies(value: &[u8]) -> Result<Vec<PolicyInformation>, Asn1Error> {
    list(value, |element| {
        let mut fields = element.expect(Tag::SEQUENCE)?.reader();
        let policy = fields.read_oid()?;
        let qualifiers_der = fields.read_optional(Tag::SEQUENCE)?;
        fields.finish()?;
        Ok(PolicyInformation {
            policy,
            qualifiers_der: qualifiers_der
                .map(|element| element.raw().to_vec())
                .unwrap_or_default(),
        })
    })
}

/// One pair of `PolicyMappings` (RFC 5280, 4.2.1.5).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PolicyMapping {
    /// `issuerDomainPolicy`.
    pub issuer_policy: Oid,
    /// `subjectDomainPolicy`.
    pub subject_policy: Oid,
}

pub(crate) fn parse_mappings(value: &[u8]) -> Result<Vec<PolicyMapping>, Asn1Error> {
    list(value, |element| {
        let mut fields = element.expect(Tag::SEQUENCE)?.reader();
        let mapping = PolicyMapping {
            issuer_policy: fields.read_oid()?,
            subject_policy: fields.read_oid()?,
        };
        fields.finish()?;
        Ok(mapping)
    })
}

pub(crate) fn parse_key_purposes(value: &[u8]) -> Result<Vec<Oid>, Asn1Error> {
    list(value, |element| element.expect(Tag::OID)?.to_oid())
}

pub(crate) fn parse_skip_certs(value: &[u8]) -> Result<u64, Asn1Error> {
    whole(value, Tag::INTEGER)?.to_u64()
}

pub(crate) fn parse_octets(value: &[u8]) -> Result<Vec<u8>, Asn1Error> {
    Ok(whole(value, Tag::OCTET_STRING)?.content().to_vec())
}

pub(crate) fn parse_general_names(value: &[u8]) -> Result<Vec<GeneralName>, Asn1Error> {
    GeneralName::read_all(whole(value, Tag::SEQUENCE)?.reader())
}

/// One entry of `AuthorityInfoAccess` (RFC 5280, 4.2.2.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessDescription {
    /// What is found there, such as [`crate::oids::ACCESS_OCSP`].
    pub method: Oid,
    /// Where.
    pub location: GeneralName,
}

pub(crate) fn parse_access(value: &[u8]) -> Result<Vec<AccessDescription>, Asn1Error> {
    list(value, |element| {
        let mut fields = element.expect(Tag::SEQUENCE)?.reader();
        let method = fields.read_oid()?;
        let location = GeneralName::read(&fields.read()?)?;
        fields.finish()?;
        Ok(AccessDescription { method, location })
    })
}

/// The single element that an extension value is.
pub(crate) fn whole(value: &[u8], tag: Tag) -> Result<Element<'_>, Asn1Error> {
    let mut reader = Reader::der(value);
    let element = reader.read_tag(tag)?;
    reader.finish()?;
    Ok(element)
}

/// A SEQUENCE OF with at least one member.
fn list<T>(
    value: &[u8],
    mut member: impl FnMut(&Element<'_>) -> Result<T, Asn1Error>,
) -> Result<Vec<T>, Asn1Error> {
    let mut members = whole(value, Tag::SEQUENCE)?.reader();
    let mut result = Vec::new();
    while !members.is_empty() {
        result.push(member(&members.read()?)?);
    }
    if result.is_empty() {
        Err(Asn1Error::EmptyList)
    } else {
        Ok(result)
    }
}

/// Where an extension stands inside the bytes that hold it.
#[derive(Clone, Debug)]
pub(crate) struct ExtensionSlot {
    pub(crate) oid: Oid,
    pub(crate) critical: bool,
    pub(crate) value: std::ops::Range<usize>,
}

/// Reads an `Extensions` sequence whose bytes lie inside `der`.
pub(crate) fn read_extensions(der: &[u8], mut members: Reader<'_>) -> Result<Vec<ExtensionSlot>, Asn1Error> {
    let mut slots = Vec::new();
    while !members.is_empty() {
        let mut fields = members.read_sequence()?;
        let oid = fields.read_oid()?;
        let critical = fields.read_default_false()?;
        let value = fields.read_tag(Tag::OCTET_STRING)?.content();
        fields.finish()?;
        slots.push(ExtensionSlot {
            oid,
            critical,
            value: range_in(der, value),
        });
    }
    Ok(slots)
}

/// Where `inner`, a part of `outer`, begins and ends in it.
pub(crate) fn range_in(outer: &[u8], inner: &[u8]) -> std::ops::Range<usize> {
    let start = inner.as_ptr().addr().saturating_sub(outer.as_ptr().addr());
    start..start + inner.len()
}

/// Whether any member of an `Extensions` is critical.
///
/// # Errors
/// [`Asn1Error`].
pub fn has_critical(members: Reader<'_>) -> Result<bool, Asn1Error> {
    Ok(read_extensions(&[], members)?.iter().any(|slot| slot.critical))
}
