//! Signed and unsigned attributes (RFC 5652, 5.3 and 11).

use akashi_pki::asn1::{Asn1Error, Element, Oid, Reader, Tag, Writer};
use akashi_pki::{Certificate, DigestAlgorithm};

use crate::oids;

/// One attribute as received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attribute {
    /// The type.
    pub oid: Oid,
    /// The values, each a whole element as received.
    pub values: Vec<Vec<u8>>,
}

impl Attribute {
    pub(crate) fn read_all(mut members: Reader<'_>) -> Result<Vec<Self>, Asn1Error> {
        let mut attributes = Vec::new();
        while !members.is_empty() {
            let mut fields = members.read_sequence()?;
            let oid = fields.read_oid()?;
            let mut set = fields.read_set()?;
            fields.finish()?;
            let mut values = Vec::with_capacity(1);
            while !set.is_empty() {
                values.push(set.read()?.raw().to_vec());
            }
            attributes.push(Self { oid, values });
        }
        Ok(attributes)
    }
}

/// The attributes that a signature covers, ready to be signed.
///
/// They hold `contentType`, `messageDigest` and `signingCertificateV2`, and no `signingTime`: the time
/// of a PDF signature stands in its dictionary (EN 319 142-1, 5.3). DER, sorted as SET OF.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedAttributes {
    set_der: Vec<u8>,
    digest_algorithm: DigestAlgorithm,
    content_type: Oid,
}

/// Stored bytes are no signed attributes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AttributeError {
    /// Not a SET OF Attribute.
    #[error("malformed attributes")]
    Malformed(#[from] Asn1Error),
    /// `contentType` or `messageDigest` is missing or stands there more than once.
    #[error("attribute {0} does not stand there exactly once")]
    NotExactlyOne(Oid),
    /// The message digest has not the length of the digest algorithm.
    #[error("the message digest has a wrong length")]
    DigestLength,
}

impl SignedAttributes {
    /// Attributes over detached data (`id-data`), whose digest is `message_digest`.
    pub fn for_data(
        digest_algorithm: DigestAlgorithm,
        message_digest: &[u8],
        signing_certificate: &Certificate,
    ) -> Self {
        Self::new(
            oids::ID_DATA,
            digest_algorithm,
            message_digest,
            signing_certificate,
        )
    }

    /// Attributes over content of another type, such as [`oids::ID_CT_TST_INFO`].
    ///
    /// The signing certificate is bound by a hash of `digest_algorithm`; the algorithm is left out
    /// when it is SHA-256 (RFC 5035, 4: DEFAULT), and the issuer and serial number because the
    /// signer identifier already holds them.
    pub fn new(
        content_type: Oid,
        digest_algorithm: DigestAlgorithm,
        message_digest: &[u8],
        signing_certificate: &Certificate,
    ) -> Self {
        let members = vec![
            attribute(&oids::CONTENT_TYPE, |value| value.oid(&content_type)),
            attribute(&oids::MESSAGE_DIGEST, |value| value.octets(message_digest)),
            attribute(&oids::SIGNING_CERTIFICATE_V2, |value| {
                value.sequence(|signing_certificate_v2| {
                    signing_certificate_v2.sequence(|certificates| {
                        certificates.sequence(|identifier| {
                            if digest_algorithm != DigestAlgorithm::Sha256 {
                                digest_algorithm.write(identifier);
                            }
                            identifier.octets(&digest_algorithm.digest(signing_certificate.as_der()));
                        });
                    });
                });
            }),
        ];
        let mut writer = Writer::with_capacity(256);
        writer.set_of(Tag::SET, members);
        Self {
            set_der: writer.finish(),
            digest_algorithm,
            content_type,
        }
    }

    /// Takes attributes up again that were stored as [`Self::to_be_signed`] while a key elsewhere
    /// was at work.
    ///
    /// # Errors
    /// [`AttributeError`].
    pub fn from_der(set_der: &[u8], digest_algorithm: DigestAlgorithm) -> Result<Self, AttributeError> {
        let mut reader = Reader::der(set_der);
        let attributes = Attribute::read_all(reader.read_set()?)?;
        reader.finish()?;
        let digest = single_value(&attributes, &oids::MESSAGE_DIGEST)?;
        let digest = Reader::der(digest).read_octets()?;
        if digest.len() != digest_algorithm.output_len() {
            return Err(AttributeError::DigestLength);
        }
        let content_type = Reader::der(single_value(&attributes, &oids::CONTENT_TYPE)?).read_oid()?;
        Ok(Self {
            set_der: set_der.to_vec(),
            digest_algorithm,
            content_type,
        })
    }

    /// What the key signs: the DER of the attributes as SET OF (RFC 5652, 5.4).
    pub fn to_be_signed(&self) -> &[u8] {
        &self.set_der
    }

    /// The digest of the content (`messageDigest`).
    ///
    /// # Errors
    /// [`AttributeError`].
    pub fn message_digest(&self) -> Result<Vec<u8>, AttributeError> {
        let attributes = Attribute::read_all(Reader::der(&self.set_der).read_set()?)?;
        let digest = single_value(&attributes, &oids::MESSAGE_DIGEST)?;
        Ok(Reader::der(digest).read_octets()?.into_owned())
    }

    /// The hash of the content.
    pub fn digest_algorithm(&self) -> DigestAlgorithm {
        self.digest_algorithm
    }

    /// The type of the content.
    pub fn content_type(&self) -> &Oid {
        &self.content_type
    }

    /// The contents of the SET, to stand under `[0]` in a `SignerInfo`.
    pub(crate) fn content(&self) -> &[u8] {
        // The set was written here or read by `from_der`.
        Reader::der(&self.set_der)
            .read()
            .map(|set| set.content())
            .unwrap_or_default()
    }
}

/// The only value of the only attribute of this type.
pub(crate) fn single_value<'a>(attributes: &'a [Attribute], oid: &Oid) -> Result<&'a [u8], AttributeError> {
    let mut found = attributes.iter().filter(|attribute| attribute.oid == *oid);
    match (
        found.next().map(|attribute| attribute.values.as_slice()),
        found.next(),
    ) {
        (Some([value]), None) => Ok(value),
        _ => Err(AttributeError::NotExactlyOne(oid.clone())),
    }
}

fn attribute(oid: &Oid, write_value: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut writer = Writer::with_capacity(96);
    writer.sequence(|attribute| {
        attribute.oid(oid);
        attribute.nested(Tag::SET, write_value);
    });
    writer.finish()
}

/// A certificate named by its hash (`ESSCertID`, `ESSCertIDv2`).
pub(crate) struct CertificateReference<'a> {
    pub(crate) digest_algorithm: Option<DigestAlgorithm>,
    pub(crate) hash: &'a [u8],
    /// Serial number content octets of `issuerSerial`.
    pub(crate) serial_number: Option<&'a [u8]>,
}

/// The first reference of a `SigningCertificate` or `SigningCertificateV2` value.
pub(crate) fn first_reference(
    value: &[u8],
    is_version_2: bool,
) -> Result<CertificateReference<'_>, Asn1Error> {
    let mut references = Reader::der(value).read_sequence()?.read_sequence()?;
    let mut fields = references.read_sequence()?;
    let explicit: Option<Element<'_>> = if is_version_2 {
        fields.read_optional(Tag::SEQUENCE)?
    } else {
        None
    };
    let digest_algorithm = match explicit {
        Some(identifier) => DigestAlgorithm::read(&identifier).ok(),
        None if is_version_2 => Some(DigestAlgorithm::Sha256),
        None => Some(DigestAlgorithm::Sha1),
    };
    let hash = fields.read_tag(Tag::OCTET_STRING)?.content();
    let serial_number = match fields.read_optional(Tag::SEQUENCE)? {
        Some(issuer_serial) => {
            let mut issuer_serial = issuer_serial.reader();
            issuer_serial.read_tag(Tag::SEQUENCE)?;
            Some(issuer_serial.read_tag(Tag::INTEGER)?.to_integer()?)
        }
        None => None,
    };
    Ok(CertificateReference {
        digest_algorithm,
        hash,
        serial_number,
    })
}
