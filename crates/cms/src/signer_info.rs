//! `SignerInfo` (RFC 5652, 5.3).

use akashi_pki::asn1::{Asn1Error, Element, Oid, Reader, Tag, Writer};
use akashi_pki::{AlgorithmError, Certificate, DigestAlgorithm, DistinguishedName, SignatureAlgorithm};

use crate::attributes::{Attribute, AttributeError, single_value};
use crate::oids;
use crate::verify::CertificateBinding;

/// How a signer names its certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignerIdentifier {
    /// By issuer and serial number.
    IssuerAndSerialNumber {
        /// The issuer's name.
        issuer: DistinguishedName,
        /// Content octets of the serial number.
        serial_number: Vec<u8>,
    },
    /// By subject key identifier.
    SubjectKeyIdentifier(Vec<u8>),
}

impl SignerIdentifier {
    /// Whether `certificate` is meant.
    pub fn names(&self, certificate: &Certificate) -> bool {
        match self {
            Self::IssuerAndSerialNumber {
                issuer,
                serial_number,
            } => {
                certificate.serial_number().as_content() == serial_number
                    && certificate.issuer().matches(issuer)
            }
            Self::SubjectKeyIdentifier(identifier) => {
                certificate.subject_key_identifier().ok().flatten().as_ref() == Some(identifier)
            }
        }
    }
}

/// One signer's part of a `SignedData`, with the bytes of its signed attributes.
#[derive(Clone, Debug)]
pub struct SignerInfo {
    encapsulated_content_type: Oid,
    identifier: SignerIdentifier,
    digest_algorithm: Result<DigestAlgorithm, AlgorithmError>,
    signature_algorithm: Result<SignatureAlgorithm, AlgorithmError>,
    algorithm_protection: AlgorithmProtection,
    signed_attributes: Option<SignedSet>,
    signature: Vec<u8>,
    unsigned_attributes: Vec<Attribute>,
    /// Elements before the unsigned attributes, and the contents of these, as received.
    raw_before_unsigned: Vec<Vec<u8>>,
    raw_unsigned: Vec<u8>,
}

#[derive(Clone, Debug)]
struct SignedSet {
    set_der: Vec<u8>,
    attributes: Vec<Attribute>,
}

impl SignerInfo {
    pub(crate) fn read(element: &Element<'_>, encapsulated_content_type: &Oid) -> Result<Self, Asn1Error> {
        let mut fields = element.reader();
        let mut raw_before_unsigned = vec![fields.read_tag(Tag::INTEGER)?.raw().to_vec()];
        let identifier = fields.read()?;
        raw_before_unsigned.push(identifier.raw().to_vec());
        let digest = fields.read_tag(Tag::SEQUENCE)?;
        raw_before_unsigned.push(digest.raw().to_vec());
        let signed_attributes = match fields.read_optional(Tag::context(0))? {
            Some(set) => {
                raw_before_unsigned.push(set.raw().to_vec());
                Some(SignedSet::read(&set)?)
            }
            None => None,
        };
        let algorithm = fields.read_tag(Tag::SEQUENCE)?;
        raw_before_unsigned.push(algorithm.raw().to_vec());
        raw_before_unsigned.push(fields.rest().to_vec());
        let signature = fields.read_octets()?.into_owned();
        let after_signature = fields.rest();
        if let Some(last) = raw_before_unsigned.last_mut() {
            last.truncate(last.len() - after_signature.len());
        }
        let unsigned = fields.read_optional(Tag::context(1))?;
        fields.finish()?;

        let digest_algorithm = DigestAlgorithm::read(&digest);
        let signature_algorithm = digest_algorithm
            .clone()
            .and_then(|digest| SignatureAlgorithm::read_with_digest(&algorithm, digest));
        let algorithm_protection = AlgorithmProtection::read(signed_attributes.as_ref(), &digest, &algorithm);
        Ok(Self {
            algorithm_protection,
            encapsulated_content_type: encapsulated_content_type.clone(),
            identifier: read_identifier(&identifier)?,
            digest_algorithm,
            signature_algorithm,
            signed_attributes,
            signature,
            unsigned_attributes: unsigned.map_or(Ok(Vec::new()), |set| Attribute::read_all(set.reader()))?,
            raw_before_unsigned,
            raw_unsigned: unsigned.map(|set| set.content().to_vec()).unwrap_or_default(),
        })
    }

    /// The content type of the `SignedData` around this signer.
    pub fn encapsulated_content_type(&self) -> &Oid {
        &self.encapsulated_content_type
    }

    /// How the signer names its certificate.
    pub fn identifier(&self) -> &SignerIdentifier {
        &self.identifier
    }

    /// The certificate of the signer among `candidates`: one that the signer names, and of several
    /// of these the one whose hash it signed.
    pub fn signing_certificate<'a>(&self, candidates: &'a [Certificate]) -> Option<&'a Certificate> {
        let mut named = candidates
            .iter()
            .filter(|certificate| self.identifier.names(certificate));
        let first = named.next()?;
        let is_bound = |certificate: &&Certificate| {
            matches!(
                self.certificate_binding(Some(certificate)),
                CertificateBinding::Bound(_)
            )
        };
        if is_bound(&first) {
            return Some(first);
        }
        Some(named.find(is_bound).unwrap_or(first))
    }

    /// The hash of the content.
    ///
    /// # Errors
    /// [`AlgorithmError`] when it is not known here.
    pub fn digest_algorithm(&self) -> Result<DigestAlgorithm, AlgorithmError> {
        self.digest_algorithm.clone()
    }

    /// The signature scheme.
    ///
    /// # Errors
    /// [`AlgorithmError`] when it, or the digest that completes it, is not known here.
    pub fn signature_algorithm(&self) -> Result<SignatureAlgorithm, AlgorithmError> {
        self.signature_algorithm.clone()
    }

    /// Whether the signer signed which algorithms it used (RFC 6211).
    pub fn algorithm_protection(&self) -> AlgorithmProtection {
        self.algorithm_protection
    }

    /// The signature value: what a signature time-stamp is over.
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// The signed attributes; `None` when the signature is over the content itself.
    pub fn signed_attributes(&self) -> Option<&[Attribute]> {
        self.signed_attributes
            .as_ref()
            .map(|set| set.attributes.as_slice())
    }

    /// What the signature is over when there are signed attributes: their contents as received,
    /// under the tag and length of a DER SET OF (RFC 5652, 5.4).
    pub fn signed_attributes_der(&self) -> Option<&[u8]> {
        self.signed_attributes.as_ref().map(|set| set.set_der.as_slice())
    }

    /// The unsigned attributes.
    pub fn unsigned_attributes(&self) -> &[Attribute] {
        &self.unsigned_attributes
    }

    /// The only value of a signed attribute.
    ///
    /// # Errors
    /// [`AttributeError::NotExactlyOne`] when it is missing, repeated, or has not one value.
    pub fn signed_attribute(&self, oid: &Oid) -> Result<&[u8], AttributeError> {
        single_value(self.signed_attributes().unwrap_or_default(), oid)
    }

    /// Whether there is a signed attribute of this type.
    pub fn has_signed_attribute(&self, oid: &Oid) -> bool {
        self.signed_attributes()
            .is_some_and(|all| all.iter().any(|attribute| attribute.oid == *oid))
    }

    /// The time-stamp tokens over the signature value, each a `ContentInfo` as received.
    pub fn signature_time_stamps(&self) -> impl Iterator<Item = &[u8]> {
        self.unsigned_attributes
            .iter()
            .filter(|attribute| attribute.oid == oids::SIGNATURE_TIME_STAMP_TOKEN)
            .flat_map(|attribute| attribute.values.iter().map(Vec::as_slice))
    }

    /// Appends the signer with its bytes and `added`, one more unsigned attribute.
    pub(crate) fn write_with(&self, signers: &mut Writer, added: Option<&[u8]>) {
        signers.sequence(|fields| {
            self.raw_before_unsigned.iter().for_each(|part| fields.raw(part));
            if added.is_some() || !self.raw_unsigned.is_empty() {
                fields.nested(Tag::context(1), |unsigned| {
                    unsigned.raw(&self.raw_unsigned);
                    unsigned.raw(added.unwrap_or_default());
                });
            }
        });
    }
}

/// The signed statement about the algorithms of a `SignerInfo` (RFC 6211, `CMSAlgorithmProtection`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AlgorithmProtection {
    /// The attribute is not there; most signatures have none.
    Absent,
    /// It names the algorithms that stand in the `SignerInfo`.
    Matches,
    /// It names others: the algorithms were changed after signing.
    Differs,
    /// It cannot be read or is repeated.
    Unreadable,
}

impl AlgorithmProtection {
    fn read(set: Option<&SignedSet>, digest: &Element<'_>, signature: &Element<'_>) -> Self {
        let attributes = set.map(|set| set.attributes.as_slice()).unwrap_or_default();
        if !attributes
            .iter()
            .any(|attribute| attribute.oid == oids::CMS_ALGORITHM_PROTECTION)
        {
            return Self::Absent;
        }
        let Ok(value) = single_value(attributes, &oids::CMS_ALGORITHM_PROTECTION) else {
            return Self::Unreadable;
        };
        Self::compare(value, digest, signature).unwrap_or(Self::Unreadable)
    }

    /// The identifiers by type and parameters, where NULL parameters equal absent ones: the two
    /// places are often written by different code.
    fn compare(value: &[u8], digest: &Element<'_>, signature: &Element<'_>) -> Result<Self, Asn1Error> {
        let mut fields = Reader::der(value).read_sequence()?;
        let signed_digest = fields.read_tag(Tag::SEQUENCE)?;
        let signed_signature = fields.read_tag(Tag::context(1))?;
        fields.finish()?;
        let is_same = significant(&signed_digest)? == significant(digest)?
            && significant(&signed_signature)? == significant(signature)?;
        Ok(if is_same { Self::Matches } else { Self::Differs })
    }
}

/// Type and parameters of an algorithm identifier; NULL counts as none.
fn significant(identifier: &Element<'_>) -> Result<(Oid, Option<Vec<u8>>), Asn1Error> {
    let mut fields = identifier.reader();
    let oid = fields.read_oid()?;
    let parameters = if fields.is_empty() {
        None
    } else {
        Some(fields.read()?)
    };
    let parameters = parameters.filter(|parameters| parameters.tag() != Tag::NULL);
    Ok((oid, parameters.map(|parameters| parameters.raw().to_vec())))
}

impl SignedSet {
    fn read(set: &Element<'_>) -> Result<Self, Asn1Error> {
        let mut writer = Writer::with_capacity(set.raw().len());
        writer.element(Tag::SET, set.content());
        Ok(Self {
            set_der: writer.finish(),
            attributes: Attribute::read_all(set.reader())?,
        })
    }
}

fn read_identifier(element: &Element<'_>) -> Result<SignerIdentifier, Asn1Error> {
    if element.tag() == Tag::context_primitive(0) {
        return Ok(SignerIdentifier::SubjectKeyIdentifier(element.content().to_vec()));
    }
    let mut fields: Reader<'_> = element.expect(Tag::SEQUENCE)?.reader();
    let issuer = DistinguishedName::from_der(fields.read_tag(Tag::SEQUENCE)?.raw())?;
    let serial_number = fields.read_tag(Tag::INTEGER)?.to_integer()?.to_vec();
    fields.finish()?;
    Ok(SignerIdentifier::IssuerAndSerialNumber {
        issuer,
        serial_number,
    })
}
