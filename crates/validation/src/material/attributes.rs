//! Certificates and revocation information inside of the attributes of a signer.

use akashi_cms::SignerInfo;
use akashi_pki::Oid;
use akashi_pki::asn1::{Asn1Error, EncodingRules, Reader, Tag};

use crate::material::Kind;

/// Calls `found` for each object in the attributes of `signer`; attributes that cannot be read are passed over.
pub(super) fn visit(signer: &SignerInfo, found: &mut impl FnMut(Kind, &[u8])) {
    let signed = signer.signed_attributes().unwrap_or_default();
    for attribute in signed.iter().chain(signer.unsigned_attributes()) {
        for value in &attribute.values {
            // Who added an attribute does not matter: what is in it is believed for its own signature.
            let _ = if attribute.oid == akashi_cms::oids::ADOBE_REVOCATION_INFORMATION {
                adobe(value, found)
            } else if attribute.oid == REVOCATION_VALUES {
                revocation_values(value, found)
            } else if attribute.oid == CERTIFICATE_VALUES {
                certificate_values(value, found)
            } else {
                Ok(())
            };
        }
    }
}

/// `RevocationInfoArchival` (ISO 32000-2, 12.8.3.3.2).
fn adobe(value: &[u8], found: &mut impl FnMut(Kind, &[u8])) -> Result<(), Asn1Error> {
    let mut fields = Reader::new(value, EncodingRules::Ber).read_sequence()?;
    for (number, kind) in [(0, Kind::List), (1, Kind::Response)] {
        if let Some(list) = fields.read_optional(Tag::context(number))? {
            members(list.reader().read_sequence()?, kind, found)?;
        }
    }
    Ok(())
}

/// `RevocationValues` (EN 319 122-1, A.1.5.2; RFC 5126, 6.3.4).
fn revocation_values(value: &[u8], found: &mut impl FnMut(Kind, &[u8])) -> Result<(), Asn1Error> {
    let mut fields = Reader::new(value, EncodingRules::Ber).read_sequence()?;
    for (number, kind) in [(0, Kind::List), (1, Kind::BasicResponse)] {
        if let Some(list) = fields.read_optional(Tag::context(number))? {
            members(list.reader().read_sequence()?, kind, found)?;
        }
    }
    Ok(())
}

/// `CertificateValues` (EN 319 122-1, A.1.1.2; RFC 5126, 6.3.3).
fn certificate_values(value: &[u8], found: &mut impl FnMut(Kind, &[u8])) -> Result<(), Asn1Error> {
    members(
        Reader::new(value, EncodingRules::Ber).read_sequence()?,
        Kind::Certificate,
        found,
    )
}

fn members(mut list: Reader<'_>, kind: Kind, found: &mut impl FnMut(Kind, &[u8])) -> Result<(), Asn1Error> {
    while !list.is_empty() {
        found(kind, list.read()?.raw());
    }
    Ok(())
}

/// `id-aa-ets-certValues`.
const CERTIFICATE_VALUES: Oid =
    Oid::from_static(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x17]);
/// `id-aa-ets-revocationValues`.
const REVOCATION_VALUES: Oid =
    Oid::from_static(&[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x09, 0x10, 0x02, 0x18]);
