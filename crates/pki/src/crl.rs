//! Certificate revocation lists as received (RFC 5280, 5).

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;

use crate::algorithm::{AlgorithmError, SignatureAlgorithm};
use crate::asn1::{Asn1Error, Oid, Reader, Tag};
use crate::certificate::{Certificate, IssuedByError, SerialNumber};
use crate::digest::DigestAlgorithm;
use crate::extension::{
    self, AuthorityKeyIdentifier, Extension, ExtensionSlot, IssuingDistributionPoint, range_in,
};
use crate::general_name::GeneralName;
use crate::name::DistinguishedName;
use crate::public_key::PublicKey;
use crate::verify::VerifiedBy;
use crate::{oids, pem};

/// Largest list that is read, in bytes.
const MAX_LIST_BYTES: usize = 64 << 20;

/// A `CertificateList` that keeps the bytes it came from; cheap to clone.
#[derive(Clone)]
pub struct RevocationList(Arc<Parsed>);

struct Parsed {
    der: Vec<u8>,
    tbs: Range<usize>,
    issuer: DistinguishedName,
    this_update: Timestamp,
    next_update: Option<Timestamp>,
    entries: Range<usize>,
    extensions: Vec<ExtensionSlot>,
    algorithm: Result<SignatureAlgorithm, AlgorithmError>,
    algorithms_agree: bool,
    signature: Range<usize>,
    signature_has_odd_bits: bool,
    verified_by: VerifiedBy,
}

/// Bytes are no revocation list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RevocationListError {
    /// Not the structure of RFC 5280, 5.1.
    #[error("malformed revocation list")]
    Malformed(#[from] Asn1Error),
    /// More than 64 MiB.
    #[error("revocation list of {0} bytes is too large")]
    TooLarge(usize),
    /// The PEM armour is broken.
    #[error("malformed PEM")]
    Pem(#[from] pem::PemError),
    /// No `X509 CRL` block in PEM text.
    #[error("no revocation list in the PEM text")]
    NoPemBlock,
}

/// `CRLReason` (RFC 5280, 5.3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RevocationReason {
    /// `unspecified` (0), or no reason given.
    Unspecified,
    /// `keyCompromise` (1).
    KeyCompromise,
    /// `cACompromise` (2).
    CaCompromise,
    /// `affiliationChanged` (3).
    AffiliationChanged,
    /// `superseded` (4).
    Superseded,
    /// `cessationOfOperation` (5).
    CessationOfOperation,
    /// `certificateHold` (6): may be lifted again.
    CertificateHold,
    /// `removeFromCRL` (8): only in delta lists, lifts a hold.
    RemoveFromCrl,
    /// `privilegeWithdrawn` (9).
    PrivilegeWithdrawn,
    /// `aACompromise` (10).
    AaCompromise,
}

impl RevocationReason {
    const ALL: [Self; 10] = [
        Self::Unspecified,
        Self::KeyCompromise,
        Self::CaCompromise,
        Self::AffiliationChanged,
        Self::Superseded,
        Self::CessationOfOperation,
        Self::CertificateHold,
        Self::RemoveFromCrl,
        Self::PrivilegeWithdrawn,
        Self::AaCompromise,
    ];

    /// The number of RFC 5280, 5.3.1.
    pub const fn code(self) -> u8 {
        match self {
            Self::Unspecified => 0,
            Self::KeyCompromise => 1,
            Self::CaCompromise => 2,
            Self::AffiliationChanged => 3,
            Self::Superseded => 4,
            Self::CessationOfOperation => 5,
            Self::CertificateHold => 6,
            Self::RemoveFromCrl => 8,
            Self::PrivilegeWithdrawn => 9,
            Self::AaCompromise => 10,
        }
    }

    /// The reason of a number.
    pub fn from_code(code: u64) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|reason| u64::from(reason.code()) == code)
    }
}

/// One entry of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RevokedCertificate {
    /// Serial number of the certificate.
    pub serial_number: SerialNumber,
    /// When it was revoked.
    pub revoked_at: Timestamp,
    /// Why.
    pub reason: RevocationReason,
    /// When the key is thought to have been lost (`invalidityDate`).
    pub invalid_since: Option<Timestamp>,
    /// In an indirect list: whose certificate this and the following entries speak of.
    pub certificate_issuer: Option<Vec<GeneralName>>,
    /// Whether the entry has a critical extension that is not known here.
    pub has_unknown_critical_extension: bool,
}

impl RevocationList {
    /// Parses a DER list and checks the shape of every entry.
    ///
    /// # Errors
    /// [`RevocationListError::Malformed`], [`RevocationListError::TooLarge`].
    pub fn from_der(der: &[u8]) -> Result<Self, RevocationListError> {
        if der.len() > MAX_LIST_BYTES {
            return Err(RevocationListError::TooLarge(der.len()));
        }
        Ok(Self(Arc::new(parse(der)?)))
    }

    /// Parses the first `X509 CRL` block of PEM text.
    ///
    /// # Errors
    /// [`RevocationListError`].
    pub fn from_pem(text: &str) -> Result<Self, RevocationListError> {
        let blocks = pem::decode_all(text)?;
        let block = blocks.iter().find(|block| block.label == pem::X509_CRL);
        Self::from_der(&block.ok_or(RevocationListError::NoPemBlock)?.der)
    }

    /// The PEM form.
    pub fn to_pem(&self) -> String {
        pem::encode(pem::X509_CRL, &self.0.der)
    }

    /// The DER as received.
    pub fn as_der(&self) -> &[u8] {
        &self.0.der
    }

    /// SHA-256 of the DER.
    pub fn fingerprint(&self) -> [u8; 32] {
        DigestAlgorithm::Sha256
            .hash(&self.0.der)
            .as_ref()
            .try_into()
            .unwrap_or_default()
    }

    /// Who signed the list.
    pub fn issuer(&self) -> &DistinguishedName {
        &self.0.issuer
    }

    /// When it was made.
    pub fn this_update(&self) -> Timestamp {
        self.0.this_update
    }

    /// When the next one was promised.
    pub fn next_update(&self) -> Option<Timestamp> {
        self.0.next_update
    }

    /// The scheme of the signature.
    ///
    /// # Errors
    /// [`AlgorithmError`] when it is not known here.
    pub fn signature_algorithm(&self) -> Result<SignatureAlgorithm, AlgorithmError> {
        self.0.algorithm.clone()
    }

    /// Verifies that `key` signed the list. Says nothing about names, dates or rights.
    ///
    /// # Errors
    /// [`IssuedByError`].
    pub fn verify_issued_by(&self, key: &PublicKey) -> Result<(), IssuedByError> {
        let algorithm = self.0.algorithm.clone()?;
        if !self.0.algorithms_agree {
            return Err(IssuedByError::AlgorithmsDisagree);
        }
        if self.0.signature_has_odd_bits {
            return Err(IssuedByError::OddBits);
        }
        let verify = || key.verify(algorithm, self.part(&self.0.tbs), self.part(&self.0.signature));
        Ok(self.0.verified_by.check(key, verify)?)
    }

    /// All extensions in order.
    pub fn extensions(&self) -> impl Iterator<Item = Extension<'_>> {
        self.0.extensions.iter().map(|slot| Extension {
            oid: &slot.oid,
            critical: slot.critical,
            value: self.part(&slot.value),
        })
    }

    fn parsed<T>(
        &self,
        oid: &Oid,
        parse: impl FnOnce(&[u8]) -> Result<T, Asn1Error>,
    ) -> Result<Option<T>, Asn1Error> {
        let extension = self.extensions().find(|extension| extension.oid == oid);
        extension.map(|extension| parse(extension.value)).transpose()
    }

    /// `cRLNumber`, content octets without leading zeros.
    ///
    /// # Errors
    /// [`Asn1Error`] when malformed; so for all extensions below.
    pub fn number(&self) -> Result<Option<Vec<u8>>, Asn1Error> {
        self.parsed(&oids::CRL_NUMBER, parse_number)
    }

    /// `deltaCRLIndicator`: the number of the complete list that this one amends.
    ///
    /// # Errors
    /// [`Asn1Error`].
    pub fn delta_base_number(&self) -> Result<Option<Vec<u8>>, Asn1Error> {
        self.parsed(&oids::DELTA_CRL_INDICATOR, parse_number)
    }

    /// `authorityKeyIdentifier`.
    ///
    /// # Errors
    /// [`Asn1Error`].
    pub fn authority_key_identifier(&self) -> Result<Option<AuthorityKeyIdentifier>, Asn1Error> {
        self.parsed(&oids::AUTHORITY_KEY_IDENTIFIER, AuthorityKeyIdentifier::parse)
    }

    /// `issuingDistributionPoint`: what the list speaks of; absent means everything of its issuer.
    ///
    /// # Errors
    /// [`Asn1Error`].
    pub fn issuing_distribution_point(&self) -> Result<Option<IssuingDistributionPoint>, Asn1Error> {
        self.parsed(&oids::ISSUING_DISTRIBUTION_POINT, IssuingDistributionPoint::parse)
    }

    /// `expiredCertsOnCRL` (X.509, 9.5.2.8): certificates that ended at this moment or later stay on
    /// the list.
    ///
    /// # Errors
    /// [`Asn1Error`].
    pub fn keeps_expired_since(&self) -> Result<Option<Timestamp>, Asn1Error> {
        self.parsed(&oids::EXPIRED_CERTS_ON_CRL, |value| {
            extension::whole(value, Tag::GENERALIZED_TIME)?.to_time()
        })
    }

    /// All entries in order.
    pub fn entries(&self) -> impl Iterator<Item = RevokedCertificate> {
        let mut reader = Reader::der(self.part(&self.0.entries));
        std::iter::from_fn(move || {
            if reader.is_empty() {
                return None;
            }
            // Every entry was read once when the list was parsed.
            read_entry(&mut reader).ok()
        })
    }

    /// The entry for a certificate of `issuer` with this serial number. In an indirect list an entry
    /// without its own issuer belongs to the issuer of the entry before it (RFC 5280, 5.3.3).
    pub fn entry_for(
        &self,
        issuer: &DistinguishedName,
        serial_number: &SerialNumber,
    ) -> Option<RevokedCertificate> {
        let mut is_ours = self.issuer().matches(issuer);
        let wanted = GeneralName::Directory(issuer.clone());
        self.entries().find(|entry| {
            if let Some(names) = &entry.certificate_issuer {
                is_ours = names.iter().any(|name| name.matches(&wanted));
            }
            is_ours && entry.serial_number == *serial_number
        })
    }

    /// As [`Self::entry_for`], by certificate.
    pub fn entry_for_certificate(&self, certificate: &Certificate) -> Option<RevokedCertificate> {
        self.entry_for(certificate.issuer(), certificate.serial_number())
    }

    fn part(&self, range: &Range<usize>) -> &[u8] {
        self.0.der.get(range.clone()).unwrap_or_default()
    }
}

fn parse(der: &[u8]) -> Result<Parsed, Asn1Error> {
    let der = der.to_vec();
    let mut outer = Reader::der(&der);
    let mut list = outer.read_sequence()?;
    outer.finish()?;
    let tbs = list.read_tag(Tag::SEQUENCE)?;
    let algorithm = list.read_tag(Tag::SEQUENCE)?;
    let signature = list.read_tag(Tag::BIT_STRING)?.to_bit_string()?;
    list.finish()?;

    let mut fields = tbs.reader();
    fields.read_optional(Tag::INTEGER)?;
    let inner_algorithm = fields.read_tag(Tag::SEQUENCE)?;
    let issuer = DistinguishedName::read(&fields.read_tag(Tag::SEQUENCE)?)?;
    let this_update = fields.read()?.to_time()?;
    let next_update = match fields.peek() {
        Some(Tag::UTC_TIME | Tag::GENERALIZED_TIME) => Some(fields.read()?.to_time()?),
        _ => None,
    };
    let entries = fields
        .read_optional(Tag::SEQUENCE)?
        .map_or(&[][..], |list| list.content());
    let extensions = match fields.read_optional(Tag::context(0))? {
        Some(wrapper) => extension::read_extensions(&der, wrapper.reader().read_sequence()?)?,
        None => Vec::new(),
    };
    fields.finish()?;
    let mut entry_reader = Reader::der(entries);
    while !entry_reader.is_empty() {
        read_entry(&mut entry_reader)?;
    }

    let entries = if entries.is_empty() {
        0..0
    } else {
        range_in(&der, entries)
    };
    Ok(Parsed {
        tbs: range_in(&der, tbs.raw()),
        issuer,
        this_update,
        next_update,
        entries,
        extensions,
        algorithm: SignatureAlgorithm::read(&algorithm),
        algorithms_agree: algorithm.raw() == inner_algorithm.raw(),
        signature_has_odd_bits: signature.unused_bits != 0,
        verified_by: VerifiedBy::default(),
        signature: range_in(&der, signature.bytes),
        der,
    })
}

fn read_entry(reader: &mut Reader<'_>) -> Result<RevokedCertificate, Asn1Error> {
    let mut fields = reader.read_sequence()?;
    let serial_number = SerialNumber::from_content(fields.read_tag(Tag::INTEGER)?.to_integer()?);
    let revoked_at = fields.read()?.to_time()?;
    let mut entry = RevokedCertificate {
        serial_number,
        revoked_at,
        reason: RevocationReason::Unspecified,
        invalid_since: None,
        certificate_issuer: None,
        has_unknown_critical_extension: false,
    };
    if let Some(extensions) = fields.read_optional(Tag::SEQUENCE)? {
        let raw = extensions.raw();
        for slot in extension::read_extensions(raw, extensions.reader())? {
            let value = raw.get(slot.value.clone()).unwrap_or_default();
            if slot.oid == oids::REASON_CODE {
                let code = extension::whole(value, Tag::ENUMERATED)?.to_u64()?;
                entry.reason = RevocationReason::from_code(code).ok_or(Asn1Error::InvalidInteger)?;
            } else if slot.oid == oids::INVALIDITY_DATE {
                entry.invalid_since = Some(extension::whole(value, Tag::GENERALIZED_TIME)?.to_time()?);
            } else if slot.oid == oids::CERTIFICATE_ISSUER {
                entry.certificate_issuer = Some(extension::parse_general_names(value)?);
            } else if slot.critical {
                entry.has_unknown_critical_extension = true;
            }
        }
    }
    fields.finish()?;
    Ok(entry)
}

/// A non-negative INTEGER of any length without leading zeros, so that numbers compare by length and
/// then by octets.
fn parse_number(value: &[u8]) -> Result<Vec<u8>, Asn1Error> {
    let octets = extension::whole(value, Tag::INTEGER)?.to_integer()?;
    if octets.first().is_some_and(|first| first & 0x80 != 0) {
        return Err(Asn1Error::InvalidInteger);
    }
    Ok(octets.iter().copied().skip_while(|octet| *octet == 0).collect())
}

impl PartialEq for RevocationList {
    fn eq(&self, other: &Self) -> bool {
        self.0.der == other.0.der
    }
}

impl Eq for RevocationList {}

impl fmt::Debug for RevocationList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RevocationList({}, {})", self.issuer(), self.this_update())
    }
}
