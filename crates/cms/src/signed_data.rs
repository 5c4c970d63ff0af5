//! Reading a `SignedData`, and adding to one that exists.

use akashi_pki::asn1::{Asn1Error, EncodingRules, Oid, Reader, Tag, Writer};
use akashi_pki::{Certificate, RevocationList};

use crate::oids;
use crate::signer_info::SignerInfo;

/// Largest `SignedData` that is read, in bytes: revocation lists inside may be long.
const MAX_BYTES: usize = 64 << 20;
/// Most signers that are read: a PDF signature has one.
const MAX_SIGNERS: usize = 64;

/// A `ContentInfo` with `SignedData` as received.
#[derive(Clone, Debug)]
pub struct SignedData {
    content_type: Oid,
    content: Option<Vec<u8>>,
    certificates: Vec<Certificate>,
    unreadable_certificates: Vec<Vec<u8>>,
    revocation_lists: Vec<RevocationList>,
    other_revocation: Vec<OtherRevocationInformation>,
    signer_infos: Vec<SignerInfo>,
    raw: RawParts,
}

/// The elements before `signerInfos`, as received.
#[derive(Clone, Debug)]
struct RawParts {
    before_signers: Vec<Vec<u8>>,
    encoded_len: usize,
}

/// Revocation information that is no CRL (RFC 5652, 10.2.1), such as an OCSP response (RFC 5940).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OtherRevocationInformation {
    /// The format.
    pub format: Oid,
    /// The information as received.
    pub der: Vec<u8>,
}

/// Bytes are no `SignedData`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ParseError {
    /// Nothing but zero bytes, or nothing at all.
    #[error("the signature is empty")]
    Empty,
    /// Not the structure of RFC 5652, 5.1.
    #[error("malformed signed data")]
    Malformed(#[from] Asn1Error),
    /// Another content type than `id-signedData`.
    #[error("content type {0} is not signed data")]
    NotSignedData(Oid),
    /// Something other than zero bytes follows.
    #[error("bytes that are not padding follow the signed data")]
    TrailingBytes,
    /// More than 64 MiB.
    #[error("signed data of {0} bytes is too large")]
    TooLarge(usize),
    /// More than 64 signers.
    #[error("too many signers")]
    TooManySigners,
}

/// An attribute could not be added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EmbedError {
    /// There is no signer of this index.
    #[error("there is no signer number {0}")]
    NoSuchSigner(usize),
    /// The value is not one ASN.1 element.
    #[error("the value is not an ASN.1 element")]
    Value(#[from] Asn1Error),
}

impl SignedData {
    /// Reads a `ContentInfo` by BER; zero bytes may follow, as in the `/Contents` of a PDF signature.
    ///
    /// Certificates and lists inside that cannot be read do not hide the signature:
    /// [`Self::unreadable_certificates`].
    ///
    /// # Errors
    /// [`ParseError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, ParseError> {
        if bytes.len() > MAX_BYTES {
            return Err(ParseError::TooLarge(bytes.len()));
        }
        if bytes.iter().all(|octet| *octet == 0) {
            return Err(ParseError::Empty);
        }
        let mut outer = Reader::new(bytes, EncodingRules::Ber);
        let content_info = outer.read_tag(Tag::SEQUENCE)?;
        if outer.rest().iter().any(|octet| *octet != 0) {
            return Err(ParseError::TrailingBytes);
        }
        let mut fields = content_info.reader();
        let content_type = fields.read_oid()?;
        if content_type != oids::ID_SIGNED_DATA {
            return Err(ParseError::NotSignedData(content_type));
        }
        let mut explicit = fields.read_tag(Tag::context(0))?.reader();
        fields.finish()?;
        let signed_data = explicit.read_sequence()?;
        explicit.finish()?;
        Self::read(signed_data, content_info.raw().len())
    }

    fn read(mut fields: Reader<'_>, encoded_len: usize) -> Result<Self, ParseError> {
        let version = fields.read_tag(Tag::INTEGER)?;
        let digest_algorithms = fields.read_tag(Tag::SET)?;
        let encapsulated = fields.read_tag(Tag::SEQUENCE)?;
        let mut before_signers = vec![
            version.raw().to_vec(),
            digest_algorithms.raw().to_vec(),
            encapsulated.raw().to_vec(),
        ];

        let mut encapsulated = encapsulated.reader();
        let content_type = encapsulated.read_oid()?;
        let content = match encapsulated.read_optional(Tag::context(0))? {
            Some(explicit) => Some(explicit.reader().read_octets()?.into_owned()),
            None => None,
        };
        encapsulated.finish()?;

        let mut result = Self {
            content_type,
            content,
            certificates: Vec::new(),
            unreadable_certificates: Vec::new(),
            revocation_lists: Vec::new(),
            other_revocation: Vec::new(),
            signer_infos: Vec::new(),
            raw: RawParts {
                before_signers: Vec::new(),
                encoded_len,
            },
        };
        if let Some(set) = fields.read_optional(Tag::context(0))? {
            before_signers.push(set.raw().to_vec());
            result.read_certificates(set.reader())?;
        }
        if let Some(set) = fields.read_optional(Tag::context(1))? {
            before_signers.push(set.raw().to_vec());
            result.read_revocation(set.reader())?;
        }
        let mut signers = fields.read_set()?;
        fields.finish()?;
        while !signers.is_empty() {
            if result.signer_infos.len() == MAX_SIGNERS {
                return Err(ParseError::TooManySigners);
            }
            let signer = signers.read_tag(Tag::SEQUENCE)?;
            result
                .signer_infos
                .push(SignerInfo::read(&signer, &result.content_type)?);
        }
        result.raw.before_signers = before_signers;
        Ok(result)
    }

    fn read_certificates(&mut self, mut members: Reader<'_>) -> Result<(), Asn1Error> {
        while !members.is_empty() {
            let member = members.read()?;
            match Certificate::from_der(member.raw()) {
                Ok(certificate) => self.certificates.push(certificate),
                Err(_) => self.unreadable_certificates.push(member.raw().to_vec()),
            }
        }
        Ok(())
    }

    fn read_revocation(&mut self, mut members: Reader<'_>) -> Result<(), Asn1Error> {
        while !members.is_empty() {
            let member = members.read()?;
            if member.tag() == Tag::context(1) {
                let mut fields = member.reader();
                let format = fields.read_oid()?;
                self.other_revocation.push(OtherRevocationInformation {
                    format,
                    der: fields.read()?.raw().to_vec(),
                });
            } else if let Ok(list) = RevocationList::from_der(member.raw()) {
                self.revocation_lists.push(list);
            } else {
                self.unreadable_certificates.push(member.raw().to_vec());
            }
        }
        Ok(())
    }

    /// The type of the signed content.
    pub fn content_type(&self) -> &Oid {
        &self.content_type
    }

    /// The content, where it stands inside.
    pub fn content(&self) -> Option<&[u8]> {
        self.content.as_deref()
    }

    /// The certificates that travel with the signature, in the order of the encoding.
    pub fn certificates(&self) -> &[Certificate] {
        &self.certificates
    }

    /// Members of `certificates` and `crls` that are neither certificates nor lists that can be
    /// read, as received.
    pub fn unreadable_certificates(&self) -> &[Vec<u8>] {
        &self.unreadable_certificates
    }

    /// The revocation lists that travel with the signature.
    pub fn revocation_lists(&self) -> &[RevocationList] {
        &self.revocation_lists
    }

    /// Other revocation information that travels with the signature.
    pub fn other_revocation_information(&self) -> &[OtherRevocationInformation] {
        &self.other_revocation
    }

    /// The signers.
    pub fn signer_infos(&self) -> &[SignerInfo] {
        &self.signer_infos
    }

    /// How many bytes the structure took, without the padding behind it.
    pub fn encoded_len(&self) -> usize {
        self.raw.encoded_len
    }

    /// The same `SignedData` with a time-stamp token over the signature value of one signer
    /// (CAdES-T).
    ///
    /// # Errors
    /// As [`Self::with_unsigned_attribute`].
    pub fn with_signature_time_stamp(&self, signer: usize, token_der: &[u8]) -> Result<Vec<u8>, EmbedError> {
        self.with_unsigned_attribute(signer, &oids::SIGNATURE_TIME_STAMP_TOKEN, token_der)
    }

    /// The same `SignedData` with one more unsigned attribute. Every part that was there keeps its
    /// bytes; only the lengths around them are written anew.
    ///
    /// # Errors
    /// [`EmbedError::NoSuchSigner`]; [`EmbedError::Value`] when `value_der` is not one element.
    pub fn with_unsigned_attribute(
        &self,
        signer: usize,
        oid: &Oid,
        value_der: &[u8],
    ) -> Result<Vec<u8>, EmbedError> {
        let mut value = Reader::new(value_der, EncodingRules::Ber);
        value.read()?;
        value.finish()?;
        if signer >= self.signer_infos.len() {
            return Err(EmbedError::NoSuchSigner(signer));
        }
        let mut attribute = Writer::with_capacity(value_der.len() + 32);
        attribute.sequence(|fields| {
            fields.oid(oid);
            fields.element(Tag::SET, value_der);
        });
        let attribute = attribute.finish();
        let mut writer = Writer::with_capacity(self.raw.encoded_len + attribute.len() + 32);
        writer.sequence(|content_info| {
            content_info.oid(&oids::ID_SIGNED_DATA);
            content_info.nested(Tag::context(0), |explicit| {
                explicit.sequence(|signed_data| {
                    self.raw
                        .before_signers
                        .iter()
                        .for_each(|part| signed_data.raw(part));
                    signed_data.nested(Tag::SET, |signers| {
                        for (index, info) in self.signer_infos.iter().enumerate() {
                            let added = if index == signer {
                                Some(attribute.as_slice())
                            } else {
                                None
                            };
                            info.write_with(signers, added);
                        }
                    });
                });
            });
        });
        Ok(writer.finish())
    }
}
