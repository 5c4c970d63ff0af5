//! `CertID`: how an OCSP message names a certificate.

use crate::asn1::{Asn1Error, Element, Tag, Writer};
use crate::certificate::{Certificate, SerialNumber};
use crate::digest::DigestAlgorithm;
use crate::name::DistinguishedName;
use crate::public_key::PublicKey;

/// `CertID` (RFC 6960, 4.1.1), with its bytes as received.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CertId {
    der: Vec<u8>,
    /// `None` for a hash function that is not known here: such an id names nothing.
    digest: Option<DigestAlgorithm>,
    issuer_name_hash: Vec<u8>,
    issuer_key_hash: Vec<u8>,
    serial_number: SerialNumber,
}

impl CertId {
    /// The id of the certificate with `serial_number` of the issuer with this name and key.
    pub fn new(
        digest: DigestAlgorithm,
        issuer: &DistinguishedName,
        issuer_key: &PublicKey,
        serial_number: &SerialNumber,
    ) -> Self {
        let issuer_name_hash = digest.digest(issuer.as_der());
        let issuer_key_hash = digest.digest(issuer_key.key_bits());
        let mut writer = Writer::with_capacity(128);
        writer.sequence(|fields| {
            // With NULL, as every client writes it: some responders compare the bytes.
            fields.sequence(|algorithm| {
                algorithm.oid(&digest.oid());
                algorithm.null();
            });
            fields.octets(&issuer_name_hash);
            fields.octets(&issuer_key_hash);
            fields.element(Tag::INTEGER, serial_number.as_content());
        });
        Self {
            der: writer.finish(),
            digest: Some(digest),
            issuer_name_hash,
            issuer_key_hash,
            serial_number: serial_number.clone(),
        }
    }

    pub(super) fn read(element: &Element<'_>) -> Result<Self, Asn1Error> {
        let mut fields = element.expect(Tag::SEQUENCE)?.reader();
        let algorithm = fields.read_tag(Tag::SEQUENCE)?;
        let issuer_name_hash = fields.read_octets()?.into_owned();
        let issuer_key_hash = fields.read_octets()?.into_owned();
        let serial_number = SerialNumber::from_content(fields.read_tag(Tag::INTEGER)?.to_integer()?);
        fields.finish()?;
        Ok(Self {
            der: element.raw().to_vec(),
            digest: DigestAlgorithm::from_oid(&algorithm.reader().read_oid()?),
            issuer_name_hash,
            issuer_key_hash,
            serial_number,
        })
    }

    /// The DER (or BER) as received or made.
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// The hash function; `None` for one that is not known here.
    pub fn digest(&self) -> Option<DigestAlgorithm> {
        self.digest
    }

    /// The serial number of the certificate that is named.
    pub fn serial_number(&self) -> &SerialNumber {
        &self.serial_number
    }

    /// Whether the id names a certificate of the issuer with this name and key.
    pub fn names_issuer(&self, issuer: &DistinguishedName, issuer_key: &PublicKey) -> bool {
        self.digest.is_some_and(|digest| {
            digest.digest(issuer_key.key_bits()) == self.issuer_key_hash
                && digest.digest(issuer.as_der()) == self.issuer_name_hash
        })
    }

    /// Whether the id names `certificate`, which the holder of `issuer_key` issued.
    ///
    /// The issuer's name is hashed as `certificate` spells it (RFC 6960, 4.1.1).
    pub fn names(&self, certificate: &Certificate, issuer_key: &PublicKey) -> bool {
        self.serial_number == *certificate.serial_number()
            && self.names_issuer(certificate.issuer(), issuer_key)
    }

    /// Whether both name the same certificate by the same hash function, however it is encoded.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        self.digest.is_some()
            && self.digest == other.digest
            && self.serial_number == other.serial_number
            && self.issuer_key_hash == other.issuer_key_hash
            && self.issuer_name_hash == other.issuer_name_hash
    }
}
