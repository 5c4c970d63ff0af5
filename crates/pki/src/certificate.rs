//! X.509 certificates as received (RFC 5280, 4.1).

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;

use crate::algorithm::{AlgorithmError, SignatureAlgorithm};
use crate::asn1::{Asn1Error, Oid, Reader, Tag, Writer};
use crate::digest::DigestAlgorithm;
use crate::extension::{
    self, AccessDescription, AuthorityKeyIdentifier, BasicConstraints, DistributionPoint, Extension,
    ExtensionSlot, KeyUsage, NameConstraints, PolicyConstraints, PolicyInformation, PolicyMapping, range_in,
};
use crate::general_name::GeneralName;
use crate::name::DistinguishedName;
use crate::public_key::PublicKey;
use crate::verify::{VerifiedBy, VerifyError};
use crate::{oids, pem};

/// Largest certificate that is read, in bytes.
const MAX_CERTIFICATE_BYTES: usize = 1 << 20;

/// A certificate that keeps the bytes it came from; cheap to clone.
///
/// The parser is tolerant where real certificates stray (serial numbers of any length, unknown
/// algorithms, non-ASCII in IA5String): whether a certificate may be believed is the question of
/// [`crate::path`].
#[derive(Clone)]
pub struct Certificate(Arc<Parsed>);

struct Parsed {
    der: Vec<u8>,
    tbs: Range<usize>,
    version: u8,
    serial_number: SerialNumber,
    issuer: DistinguishedName,
    not_before: Timestamp,
    not_after: Timestamp,
    subject: DistinguishedName,
    public_key: PublicKey,
    extensions: Vec<ExtensionSlot>,
    algorithm: Result<SignatureAlgorithm, AlgorithmError>,
    algorithms_agree: bool,
    signature: Range<usize>,
    signature_has_odd_bits: bool,
    verified_by: VerifiedBy,
}

/// Bytes are no certificate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CertificateError {
    /// Not the structure of RFC 5280, 4.1.
    #[error("malformed certificate")]
    Malformed(#[from] Asn1Error),
    /// More than 1 MiB.
    #[error("certificate of {0} bytes is too large")]
    TooLarge(usize),
    /// The PEM armour is broken.
    #[error("malformed PEM")]
    Pem(#[from] pem::PemError),
    /// No `CERTIFICATE` block in PEM text.
    #[error("no certificate in the PEM text")]
    NoPemBlock,
}

/// A `CertificateSerialNumber`: the content octets of its INTEGER as received.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SerialNumber(Vec<u8>);

impl SerialNumber {
    /// A serial number of 126 random bits: positive, 16 octets, never zero.
    ///
    /// Sixteen random octets make a repetition unlikely beyond thought, so that no counter has to be
    /// kept.
    pub fn from_random(mut random: [u8; 16]) -> Self {
        let [first, ..] = &mut random;
        *first = (*first & 0x3f) | 0x40;
        Self(random.to_vec())
    }

    /// The content octets of an INTEGER.
    pub fn from_content(content: &[u8]) -> Self {
        Self(content.to_vec())
    }

    /// The content octets (two's complement, big endian).
    pub fn as_content(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Display for SerialNumber {
    /// Hexadecimal in pairs, as in certificate viewers.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, octet) in self.0.iter().enumerate() {
            let separator = if index > 0 { ":" } else { "" };
            write!(f, "{separator}{octet:02x}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for SerialNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SerialNumber({self})")
    }
}

impl Certificate {
    /// Parses a DER certificate.
    ///
    /// # Errors
    /// [`CertificateError::Malformed`], [`CertificateError::TooLarge`].
    pub fn from_der(der: &[u8]) -> Result<Self, CertificateError> {
        if der.len() > MAX_CERTIFICATE_BYTES {
            return Err(CertificateError::TooLarge(der.len()));
        }
        Ok(Self(Arc::new(parse(der)?)))
    }

    /// Parses the first `CERTIFICATE` block of PEM text.
    ///
    /// # Errors
    /// [`CertificateError`].
    pub fn from_pem(text: &str) -> Result<Self, CertificateError> {
        Self::all_from_pem(text)?
            .into_iter()
            .next()
            .ok_or(CertificateError::NoPemBlock)
    }

    /// Parses every `CERTIFICATE` block of PEM text; other blocks are passed over.
    ///
    /// # Errors
    /// [`CertificateError`].
    pub fn all_from_pem(text: &str) -> Result<Vec<Self>, CertificateError> {
        pem::decode_all(text)?
            .iter()
            .filter(|block| block.label == pem::CERTIFICATE)
            .map(|block| Self::from_der(&block.der))
            .collect()
    }

    /// The PEM form.
    pub fn to_pem(&self) -> String {
        pem::encode(pem::CERTIFICATE, &self.0.der)
    }

    /// The DER as received.
    pub fn as_der(&self) -> &[u8] {
        &self.0.der
    }

    /// The signed part as received.
    pub fn tbs_der(&self) -> &[u8] {
        self.part(&self.0.tbs)
    }

    /// SHA-256 of the DER.
    pub fn fingerprint(&self) -> [u8; 32] {
        DigestAlgorithm::Sha256
            .hash(&self.0.der)
            .as_ref()
            .try_into()
            .unwrap_or_default()
    }

    /// Version 1, 2 or 3 (as printed, one above the encoded value).
    pub fn version(&self) -> u8 {
        self.0.version
    }

    /// The serial number.
    pub fn serial_number(&self) -> &SerialNumber {
        &self.0.serial_number
    }

    /// The issuer's name.
    pub fn issuer(&self) -> &DistinguishedName {
        &self.0.issuer
    }

    /// The subject's name.
    pub fn subject(&self) -> &DistinguishedName {
        &self.0.subject
    }

    /// First moment of validity.
    pub fn not_before(&self) -> Timestamp {
        self.0.not_before
    }

    /// Last moment of validity, inclusive; `Timestamp::MAX` for `99991231235959Z`.
    pub fn not_after(&self) -> Timestamp {
        self.0.not_after
    }

    /// Whether `at` lies between [`Self::not_before`] and [`Self::not_after`], both inclusive.
    pub fn is_valid_at(&self, at: Timestamp) -> bool {
        self.0.not_before <= at && at <= self.0.not_after
    }

    /// The subject's public key.
    pub fn public_key(&self) -> &PublicKey {
        &self.0.public_key
    }

    /// Whether subject and issuer bear the same name.
    pub fn is_self_issued(&self) -> bool {
        self.0.subject.matches(&self.0.issuer)
    }

    /// The scheme by which the issuer signed.
    ///
    /// # Errors
    /// [`AlgorithmError`] when it is not known here.
    pub fn signature_algorithm(&self) -> Result<SignatureAlgorithm, AlgorithmError> {
        self.0.algorithm.clone()
    }

    /// Whether the algorithm inside the signed part equals the one beside the signature, as RFC 5280,
    /// 4.1.1.2 demands.
    pub fn algorithms_agree(&self) -> bool {
        self.0.algorithms_agree
    }

    /// The signature value.
    pub fn signature(&self) -> &[u8] {
        self.part(&self.0.signature)
    }

    /// Verifies that `key` signed this certificate. Says nothing about names, dates or rights.
    ///
    /// Cost: one verification for each key; the first key that was right is remembered, by all clones.
    ///
    /// # Errors
    /// [`IssuedByError`].
    pub fn verify_issued_by(&self, key: &PublicKey) -> Result<(), IssuedByError> {
        let algorithm = self.signature_algorithm()?;
        if !self.algorithms_agree() {
            return Err(IssuedByError::AlgorithmsDisagree);
        }
        if self.0.signature_has_odd_bits {
            return Err(IssuedByError::OddBits);
        }
        let verify = || key.verify(algorithm, self.tbs_der(), self.signature());
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

    /// The first extension of this type.
    pub fn extension(&self, oid: &Oid) -> Option<Extension<'_>> {
        self.extensions().find(|extension| extension.oid == oid)
    }

    fn parsed<T>(
        &self,
        oid: &Oid,
        parse: impl FnOnce(&[u8]) -> Result<T, Asn1Error>,
    ) -> Result<Option<T>, Asn1Error> {
        self.extension(oid)
            .map(|extension| parse(extension.value))
            .transpose()
    }

    /// `basicConstraints`.
    ///
    /// # Errors
    /// [`Asn1Error`] when malformed; so for all extensions below.
    pub fn basic_constraints(&self) -> Result<Option<BasicConstraints>, Asn1Error> {
        self.parsed(&oids::BASIC_CONSTRAINTS, BasicConstraints::parse)
    }

    /// `keyUsage`.
    ///
    /// # Errors
    /// [`Asn1Error`].
    pub fn key_usage(&self) -> Result<Option<KeyUsage>, Asn1Error> {
        self.parsed(&oids::KEY_USAGE, KeyUsage::parse)
    }

    /// `extKeyUsage`: key purposes.
    ///
    /// # Errors
    /// [`Asn1Error`].
    pub fn extended_key_usage(&self) -> Result<Option<Vec<Oid>>, Asn1Error> {
        self.parsed(&oids::EXTENDED_KEY_USAGE, extension::parse_key_purposes)
    }

    /// `subjectKeyIdentifier`.
    ///
    /// # Errors
    /// [`Asn1Error`].
    pub fn subject_key_identifier(&self) -> Result<Option<Vec<u8>>, Asn1Error> {
        self.parsed(&oids::SUBJECT_KEY_IDENTIFIER, extension::parse_octets)
    }

    /// `authorityKeyIdentifier`.
    ///
    /// # Errors
    /// [`Asn1Error`].
    pub fn authority_key_identifier(&self) -> Result<Option<AuthorityKeyIdentifier>, Asn1Error> {
        self.parsed(&oids::AUTHORITY_KEY_IDENTIFIER, AuthorityKeyIdentifier::parse)
    }

    /// `subjectAltName`; empty without the extension.
    ///
    /// # Errors
    /// [`Asn1Error`].
    pub fn subject_alternative_names(&self) -> Result<Vec<GeneralName>, Asn1Error> {
        Ok(self
            .parsed(&oids::SUBJECT_ALT_NAME, extension::parse_general_names)?
            .unwrap_or_default())
    }

    /// The mail addresses of `subjectAltName`.
    ///
    /// # Errors
    /// [`Asn1Error`].
    pub fn mail_addresses(&self) -> Result<Vec<String>, Asn1Error> {
        let names = self.subject_alternative_names()?;
        Ok(names.iter().filter_map(GeneralName::mail_address).collect())
    }

    /// `certificatePolicies`.
    ///
    /// # Errors
    /// [`Asn1Error`].
    pub fn certificate_policies(&self) -> Result<Option<Vec<PolicyInformation>>, Asn1Error> {
        self.parsed(&oids::CERTIFICATE_POLICIES, extension::parse_policies)
    }

    /// `policyMappings`.
    ///
    /// # Errors
    /// [`Asn1Error`].
    pub fn policy_mappings(&self) -> Result<Option<Vec<PolicyMapping>>, Asn1Error> {
        self.parsed(&oids::POLICY_MAPPINGS, extension::parse_mappings)
    }

    /// `policyConstraints`.
    ///
    /// # Errors
    /// [`Asn1Error`].
    pub fn policy_constraints(&self) -> Result<Option<PolicyConstraints>, Asn1Error> {
        self.parsed(&oids::POLICY_CONSTRAINTS, PolicyConstraints::parse)
    }

    /// `inhibitAnyPolicy`: after so many certificates `anyPolicy` counts no longer.
    ///
    /// # Errors
    /// [`Asn1Error`].
    pub fn inhibit_any_policy(&self) -> Result<Option<u64>, Asn1Error> {
        self.parsed(&oids::INHIBIT_ANY_POLICY, extension::parse_skip_certs)
    }

    /// `nameConstraints`.
    ///
    /// # Errors
    /// [`Asn1Error`].
    pub fn name_constraints(&self) -> Result<Option<NameConstraints>, Asn1Error> {
        self.parsed(&oids::NAME_CONSTRAINTS, NameConstraints::parse)
    }

    /// `cRLDistributionPoints`; empty without the extension.
    ///
    /// # Errors
    /// [`Asn1Error`].
    pub fn crl_distribution_points(&self) -> Result<Vec<DistributionPoint>, Asn1Error> {
        let points = self.parsed(
            &oids::CRL_DISTRIBUTION_POINTS,
            extension::parse_distribution_points,
        )?;
        Ok(points.unwrap_or_default())
    }

    /// `authorityInfoAccess`; empty without the extension.
    ///
    /// # Errors
    /// [`Asn1Error`].
    pub fn authority_information_access(&self) -> Result<Vec<AccessDescription>, Asn1Error> {
        let access = self.parsed(&oids::AUTHORITY_INFO_ACCESS, extension::parse_access)?;
        Ok(access.unwrap_or_default())
    }

    /// Whether the issuer says that it never publishes revocation of this certificate
    /// (`noRevAvail`, RFC 9608).
    pub fn has_no_revocation_available(&self) -> bool {
        self.extension(&oids::NO_REV_AVAIL).is_some()
    }

    fn part(&self, range: &Range<usize>) -> &[u8] {
        self.0.der.get(range.clone()).unwrap_or_default()
    }

    /// Appends `IssuerAndSerialNumber` (RFC 5652, 10.2.4).
    pub fn write_issuer_and_serial(&self, writer: &mut Writer) {
        writer.sequence(|fields| {
            fields.raw(self.issuer().as_der());
            fields.element(Tag::INTEGER, self.serial_number().as_content());
        });
    }
}

/// Why a key is not shown to have issued a certificate or CRL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IssuedByError {
    /// The algorithm is not known.
    #[error("the signature algorithm is not understood")]
    Algorithm(#[from] AlgorithmError),
    /// Two different algorithms are named inside and beside the signed part.
    #[error("the algorithm beside the signature differs from the signed one")]
    AlgorithmsDisagree,
    /// The signature value is not made of whole octets, as every scheme demands. Accepting it would
    /// let two different certificates carry one signature.
    #[error("the signature value is not made of whole octets")]
    OddBits,
    /// The signature is wrong or cannot be verified.
    #[error("the signature does not verify")]
    Signature(#[from] VerifyError),
}

fn parse(der: &[u8]) -> Result<Parsed, Asn1Error> {
    let der = der.to_vec();
    let mut outer = Reader::der(&der);
    let mut certificate = outer.read_sequence()?;
    outer.finish()?;
    let tbs = certificate.read_tag(Tag::SEQUENCE)?;
    let algorithm = certificate.read_tag(Tag::SEQUENCE)?;
    let signature = certificate.read_tag(Tag::BIT_STRING)?.to_bit_string()?;
    certificate.finish()?;

    let mut fields = tbs.reader();
    let version = match fields.read_optional(Tag::context(0))? {
        Some(version) => version.reader().read_u64()?,
        None => 0,
    };
    let serial_number = fields.read_tag(Tag::INTEGER)?.to_integer()?;
    let inner_algorithm = fields.read_tag(Tag::SEQUENCE)?;
    let issuer = DistinguishedName::read(&fields.read_tag(Tag::SEQUENCE)?)?;
    let mut validity = fields.read_sequence()?;
    let not_before = validity.read()?.to_time()?;
    let not_after = validity.read()?.to_time()?;
    validity.finish()?;
    let subject = DistinguishedName::read(&fields.read_tag(Tag::SEQUENCE)?)?;
    let public_key = PublicKey::read(&fields.read_tag(Tag::SEQUENCE)?)?;
    fields.read_optional(Tag::context_primitive(1))?;
    fields.read_optional(Tag::context_primitive(2))?;
    let extensions = match fields.read_optional(Tag::context(3))? {
        Some(wrapper) => extension::read_extensions(&der, wrapper.reader().read_sequence()?)?,
        None => Vec::new(),
    };
    fields.finish()?;

    Ok(Parsed {
        tbs: range_in(&der, tbs.raw()),
        version: u8::try_from(version.saturating_add(1)).unwrap_or(u8::MAX),
        serial_number: SerialNumber::from_content(serial_number),
        issuer,
        not_before,
        not_after,
        subject,
        public_key,
        extensions,
        algorithm: SignatureAlgorithm::read(&algorithm),
        algorithms_agree: algorithm.raw() == inner_algorithm.raw(),
        signature_has_odd_bits: signature.unused_bits != 0,
        verified_by: VerifiedBy::default(),
        signature: range_in(&der, signature.bytes),
        der,
    })
}

impl PartialEq for Certificate {
    fn eq(&self, other: &Self) -> bool {
        self.0.der == other.0.der
    }
}

impl Eq for Certificate {}

impl std::hash::Hash for Certificate {
    fn hash<H: std::hash::Hasher>(&self, state: &mut H) {
        self.0.der.hash(state);
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "Certificate({}, serial {})",
            self.subject(),
            self.serial_number()
        )
    }
}
