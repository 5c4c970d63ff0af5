//! Where revocation lists are published and what they speak of (RFC 5280, 4.2.1.13 and 5.2.5).

use super::{list, named_bits, whole};
use crate::asn1::{Asn1Error, Element, Reader, Tag, Writer};
use crate::crl::RevocationReason;
use crate::general_name::GeneralName;

/// Reasons for revocation as a set (RFC 5280, 4.2.1.13, `ReasonFlags`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReasonFlags(u16);

impl ReasonFlags {
    /// All reasons (the bit `unused` left out).
    pub const ALL: Self = Self(0x7f80);
    /// No reason.
    pub const NONE: Self = Self(0);

    /// These reasons; [`RevocationReason::Unspecified`] and [`RevocationReason::RemoveFromCrl`] have no
    /// flag.
    pub fn only(reasons: &[RevocationReason]) -> Self {
        let flag = |reason: &RevocationReason| -> u16 {
            match reason {
                RevocationReason::Unspecified | RevocationReason::RemoveFromCrl => 0,
                RevocationReason::KeyCompromise => 0x4000,
                RevocationReason::CaCompromise => 0x2000,
                RevocationReason::AffiliationChanged => 0x1000,
                RevocationReason::Superseded => 0x0800,
                RevocationReason::CessationOfOperation => 0x0400,
                RevocationReason::CertificateHold => 0x0200,
                RevocationReason::PrivilegeWithdrawn => 0x0100,
                RevocationReason::AaCompromise => 0x0080,
            }
        };
        Self(reasons.iter().map(flag).fold(0, |all, flag| all | flag))
    }

    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) const fn is_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }
}

/// Where a CRL is published (RFC 5280, `DistributionPointName`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DistributionPointName {
    /// Alternative names of one place.
    Full(Vec<GeneralName>),
    /// Contents of a relative distinguished name below the CRL issuer's name.
    RelativeToIssuer(Vec<u8>),
}

impl DistributionPointName {
    fn read(element: &Element<'_>) -> Result<Self, Asn1Error> {
        let mut choice = element.reader();
        let name = choice.read()?;
        choice.finish()?;
        if name.tag() == Tag::context(1) {
            return Ok(Self::RelativeToIssuer(name.content().to_vec()));
        }
        GeneralName::read_all(name.expect(Tag::context(0))?.reader()).map(Self::Full)
    }

    /// Appends the name inside its field.
    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.nested(Tag::context(0), |choice| match self {
            Self::Full(names) => choice.nested(Tag::context(0), |full| {
                for name in names {
                    name.write(full);
                }
            }),
            Self::RelativeToIssuer(rdn) => choice.element(Tag::context(1), rdn),
        });
    }
}

/// One `DistributionPoint` (RFC 5280, 4.2.1.13).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DistributionPoint {
    /// Where the CRL is published.
    pub name: Option<DistributionPointName>,
    /// Which reasons that CRL covers; all if absent.
    pub reasons: Option<ReasonFlags>,
    /// Who signs the CRL, if not the certificate's issuer.
    pub crl_issuer: Vec<GeneralName>,
}

pub(crate) fn parse_distribution_points(value: &[u8]) -> Result<Vec<DistributionPoint>, Asn1Error> {
    list(value, |element| {
        let mut fields = element.expect(Tag::SEQUENCE)?.reader();
        let name = fields.read_optional(Tag::context(0))?;
        let reasons = fields.read_optional(Tag::context_primitive(1))?;
        let crl_issuer = fields.read_optional(Tag::context(2))?;
        fields.finish()?;
        Ok(DistributionPoint {
            name: name.map(|name| DistributionPointName::read(&name)).transpose()?,
            reasons: reasons
                .map(|bits| bits.to_bit_string().map(named_bits).map(ReasonFlags))
                .transpose()?,
            crl_issuer: crl_issuer.map_or(Ok(Vec::new()), |names| GeneralName::read_all(names.reader()))?,
        })
    })
}

/// Which certificates a CRL speaks of (RFC 5280, 5.2.5: at most one of the three flags).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CoveredCertificates {
    /// Certificates of end entities and of CAs.
    #[default]
    All,
    /// `onlyContainsUserCerts`.
    EndEntities,
    /// `onlyContainsCACerts`.
    Authorities,
    /// `onlyContainsAttributeCerts`: no public-key certificate at all.
    Attributes,
}

/// `IssuingDistributionPoint` of a CRL (RFC 5280, 5.2.5): what the list speaks of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IssuingDistributionPoint {
    /// Where this CRL is published.
    pub name: Option<DistributionPointName>,
    /// Which certificates.
    pub covered: CoveredCertificates,
    /// Only these reasons.
    pub only_some_reasons: Option<ReasonFlags>,
    /// Entries may name other issuers.
    pub is_indirect: bool,
}

impl IssuingDistributionPoint {
    pub(crate) fn parse(value: &[u8]) -> Result<Self, Asn1Error> {
        let mut fields = whole(value, Tag::SEQUENCE)?.reader();
        let name = fields.read_optional(Tag::context(0))?;
        let name = name.map(|name| DistributionPointName::read(&name)).transpose()?;
        let only_user = read_flag(&mut fields, 1)?;
        let only_ca = read_flag(&mut fields, 2)?;
        let reasons = fields.read_optional(Tag::context_primitive(3))?;
        let is_indirect = read_flag(&mut fields, 4)?;
        let only_attribute = read_flag(&mut fields, 5)?;
        fields.finish()?;
        let covered = match (only_user, only_ca, only_attribute) {
            (false, false, false) => CoveredCertificates::All,
            (true, false, false) => CoveredCertificates::EndEntities,
            (false, true, false) => CoveredCertificates::Authorities,
            (false, false, true) => CoveredCertificates::Attributes,
            _ => return Err(Asn1Error::InvalidBoolean),
        };
        let only_some_reasons = reasons
            .map(|bits| bits.to_bit_string().map(named_bits).map(ReasonFlags))
            .transpose()?;
        Ok(Self {
            name,
            covered,
            only_some_reasons,
            is_indirect,
        })
    }
}

impl IssuingDistributionPoint {
    /// Appends the extension value.
    pub(crate) fn write(&self, writer: &mut Writer) {
        writer.sequence(|fields| {
            if let Some(name) = &self.name {
                name.write(fields);
            }
            write_flag(fields, 1, self.covered == CoveredCertificates::EndEntities);
            write_flag(fields, 2, self.covered == CoveredCertificates::Authorities);
            if let Some(reasons) = self.only_some_reasons {
                fields.named_bits(Tag::context_primitive(3), reasons.0);
            }
            write_flag(fields, 4, self.is_indirect);
            write_flag(fields, 5, self.covered == CoveredCertificates::Attributes);
        });
    }
}

/// `[number] IMPLICIT BOOLEAN DEFAULT FALSE`.
fn read_flag(fields: &mut Reader<'_>, number: u8) -> Result<bool, Asn1Error> {
    let element = fields.read_optional(Tag::context_primitive(number))?;
    element.map_or(Ok(false), |element| element.to_bool())
}

fn write_flag(fields: &mut Writer, number: u8, is_set: bool) {
    if is_set {
        fields.element(Tag::context_primitive(number), &[0xff]);
    }
}
