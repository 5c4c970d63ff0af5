//! `BasicOCSPResponse` (RFC 6960, 4.2.1): the signed answer.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use jiff::Timestamp;

use super::request::read_nonce;
use super::{CertId, MAX_RESPONSE_BYTES, OcspError};
use crate::algorithm::{AlgorithmError, SignatureAlgorithm};
use crate::asn1::{Asn1Error, Element, EncodingRules, Reader, Tag};
use crate::certificate::{Certificate, IssuedByError};
use crate::crl::RevocationReason;
use crate::digest::DigestAlgorithm;
use crate::extension::{self, Extension, ExtensionSlot, range_in};
use crate::name::DistinguishedName;
use crate::oids;
use crate::public_key::PublicKey;
use crate::verify::VerifiedBy;

/// A signed answer that keeps the bytes it came from; cheap to clone.
#[derive(Clone)]
pub struct BasicOcspResponse(Arc<Parsed>);

struct Parsed {
    der: Vec<u8>,
    tbs: Range<usize>,
    responder_id: ResponderId,
    produced_at: Timestamp,
    responses: Vec<SingleResponse>,
    extensions: Vec<ExtensionSlot>,
    nonce: Option<Vec<u8>>,
    algorithm: Result<SignatureAlgorithm, AlgorithmError>,
    signature: Range<usize>,
    signature_has_odd_bits: bool,
    verified_by: VerifiedBy,
    certificates: Vec<Certificate>,
}

/// Who signed an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResponderId {
    /// The subject of the responder's certificate.
    Name(DistinguishedName),
    /// SHA-1 of the responder's public key ([`PublicKey::key_identifier`]).
    KeyHash(Vec<u8>),
}

impl ResponderId {
    /// Whether the holder of this name and key is meant.
    pub fn names(&self, name: &DistinguishedName, key: &PublicKey) -> bool {
        match self {
            Self::Name(own) => own.matches(name),
            Self::KeyHash(hash) => *hash == key.key_identifier(),
        }
    }
}

/// `CertStatus`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateStatus {
    /// Not revoked, as far as the responder knows at `thisUpdate`.
    Good,
    /// Revoked; also used for certificates that were never issued (RFC 6960, 4.4.8), then since 1970.
    Revoked {
        /// Since when.
        revoked_at: Timestamp,
        /// Why.
        reason: RevocationReason,
    },
    /// The responder knows nothing about the certificate.
    Unknown,
}

/// What an answer says about one certificate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SingleResponse {
    /// Which certificate.
    pub cert_id: CertId,
    /// What is known.
    pub status: CertificateStatus,
    /// When that was known to be right.
    pub this_update: Timestamp,
    /// When something newer will be known; `None` when it always is.
    pub next_update: Option<Timestamp>,
    /// The responder remembers certificates that ended at this moment or later
    /// (`archiveCutoff`, RFC 6960, 4.4.4).
    pub archive_cutoff: Option<Timestamp>,
    /// Hash of the certificate that is meant (`certHash`, Common PKI 2.0, part 4): the responder has
    /// it before its eyes.
    pub certificate_hash: Option<(DigestAlgorithm, Vec<u8>)>,
    /// Whether there is a critical extension that is not known here.
    pub has_unknown_critical_extension: bool,
}

impl BasicOcspResponse {
    /// Parses a `BasicOCSPResponse` without envelope, as CMS and CAdES carry it. Certificates inside
    /// that cannot be read are passed over.
    ///
    /// # Errors
    /// [`OcspError::Malformed`], [`OcspError::TooLarge`].
    pub fn from_der(der: &[u8]) -> Result<Self, OcspError> {
        if der.len() > MAX_RESPONSE_BYTES {
            return Err(OcspError::TooLarge(der.len()));
        }
        Ok(Self(Arc::new(parse(der)?)))
    }

    /// The bytes as received.
    pub fn as_der(&self) -> &[u8] {
        &self.0.der
    }

    /// SHA-256 of the bytes: the same answer has the same one with and without envelope.
    pub fn fingerprint(&self) -> [u8; 32] {
        DigestAlgorithm::Sha256
            .hash(&self.0.der)
            .as_ref()
            .try_into()
            .unwrap_or_default()
    }

    /// Who signed.
    pub fn responder_id(&self) -> &ResponderId {
        &self.0.responder_id
    }

    /// When the answer was signed.
    pub fn produced_at(&self) -> Timestamp {
        self.0.produced_at
    }

    /// What is said, certificate by certificate.
    pub fn responses(&self) -> &[SingleResponse] {
        &self.0.responses
    }

    /// The newest statement about `certificate`, which the holder of `issuer_key` issued.
    pub fn response_for(&self, certificate: &Certificate, issuer_key: &PublicKey) -> Option<&SingleResponse> {
        self.0
            .responses
            .iter()
            .filter(|single| single.cert_id.names(certificate, issuer_key))
            .max_by_key(|single| single.this_update)
    }

    /// The nonce of the request, repeated.
    pub fn nonce(&self) -> Option<&[u8]> {
        self.0.nonce.as_deref()
    }

    /// The certificates that came along: usually the responder's.
    pub fn certificates(&self) -> &[Certificate] {
        &self.0.certificates
    }

    /// The scheme of the signature.
    ///
    /// # Errors
    /// [`AlgorithmError`] when it is not known here.
    pub fn signature_algorithm(&self) -> Result<SignatureAlgorithm, AlgorithmError> {
        self.0.algorithm.clone()
    }

    /// The extensions of the whole response in order.
    pub fn extensions(&self) -> impl Iterator<Item = Extension<'_>> {
        self.0.extensions.iter().map(|slot| Extension {
            oid: &slot.oid,
            critical: slot.critical,
            value: self.part(&slot.value),
        })
    }

    /// Whether the whole response has a critical extension that is not known here.
    pub fn has_unknown_critical_extension(&self) -> bool {
        const KNOWN: [crate::asn1::Oid; 2] = [oids::OCSP_NONCE, oids::OCSP_EXTENDED_REVOKE];
        self.extensions()
            .any(|extension| extension.is_critical() && !KNOWN.contains(extension.oid()))
    }

    /// Verifies that `key` signed the answer. Says nothing about names, dates or rights.
    ///
    /// # Errors
    /// [`IssuedByError`].
    pub fn verify_signed_by(&self, key: &PublicKey) -> Result<(), IssuedByError> {
        let algorithm = self.0.algorithm.clone()?;
        if self.0.signature_has_odd_bits {
            return Err(IssuedByError::OddBits);
        }
        let verify = || key.verify(algorithm, self.part(&self.0.tbs), self.part(&self.0.signature));
        Ok(self.0.verified_by.check(key, verify)?)
    }

    fn part(&self, range: &Range<usize>) -> &[u8] {
        self.0.der.get(range.clone()).unwrap_or_default()
    }
}

impl SingleResponse {
    /// Whether the statement still speaks of `certificate` when it was made after its end: a
    /// responder may forget certificates that have expired, unless it says that it keeps them
    /// (`archiveCutoff`) or shows that it knows this one (`certHash`).
    pub fn covers_end_of(&self, certificate: &Certificate) -> bool {
        let end = certificate.not_after();
        let knows_it = || {
            self.certificate_hash
                .as_ref()
                .is_some_and(|(digest, hash)| digest.digest(certificate.as_der()) == *hash)
        };
        self.this_update <= end || self.archive_cutoff.is_some_and(|cutoff| cutoff <= end) || knows_it()
    }
}

fn parse(der: &[u8]) -> Result<Parsed, Asn1Error> {
    let der = der.to_vec();
    let mut outer = Reader::new(&der, EncodingRules::Ber);
    let mut basic = outer.read_sequence()?;
    outer.finish()?;
    let tbs = basic.read_tag(Tag::SEQUENCE)?;
    let algorithm = basic.read_tag(Tag::SEQUENCE)?;
    let signature = basic.read_tag(Tag::BIT_STRING)?.to_bit_string()?;
    let certificates = match basic.read_optional(Tag::context(0))? {
        Some(wrapper) => read_certificates(wrapper.reader().read_sequence()?)?,
        None => Vec::new(),
    };
    basic.finish()?;

    let mut data = tbs.reader();
    data.read_optional(Tag::context(0))?;
    let responder_id = read_responder_id(&data.read()?)?;
    let produced_at = data.read()?.to_time()?;
    let mut list = data.read_sequence()?;
    let extensions = match data.read_optional(Tag::context(1))? {
        Some(wrapper) => extension::read_extensions(&der, wrapper.reader().read_sequence()?)?,
        None => Vec::new(),
    };
    data.finish()?;
    let mut responses = Vec::new();
    while !list.is_empty() {
        responses.push(read_single(list.read_sequence()?)?);
    }
    let nonce = extensions.iter().find(|slot| slot.oid == oids::OCSP_NONCE);
    let nonce = nonce.map(|slot| read_nonce(der.get(slot.value.clone()).unwrap_or_default()));
    Ok(Parsed {
        tbs: range_in(&der, tbs.raw()),
        responder_id,
        produced_at,
        responses,
        extensions,
        nonce,
        algorithm: SignatureAlgorithm::read(&algorithm),
        signature_has_odd_bits: signature.unused_bits != 0,
        verified_by: VerifiedBy::default(),
        signature: range_in(&der, signature.bytes),
        certificates,
        der,
    })
}

fn read_certificates(mut members: Reader<'_>) -> Result<Vec<Certificate>, Asn1Error> {
    let mut certificates = Vec::new();
    while !members.is_empty() {
        certificates.extend(Certificate::from_der(members.read()?.raw()));
    }
    Ok(certificates)
}

fn read_responder_id(element: &Element<'_>) -> Result<ResponderId, Asn1Error> {
    let mut choice = element.reader();
    let id = if element.tag() == Tag::context(1) {
        ResponderId::Name(DistinguishedName::read(&choice.read()?)?)
    } else {
        element.expect(Tag::context(2))?;
        ResponderId::KeyHash(choice.read_octets()?.into_owned())
    };
    choice.finish()?;
    Ok(id)
}

fn read_single(mut fields: Reader<'_>) -> Result<SingleResponse, Asn1Error> {
    let cert_id = CertId::read(&fields.read()?)?;
    let status = read_status(&fields.read()?)?;
    let this_update = fields.read()?.to_time()?;
    let next_update = match fields.read_optional(Tag::context(0))? {
        Some(wrapper) => Some(wrapper.reader().read()?.to_time()?),
        None => None,
    };
    let mut single = SingleResponse {
        cert_id,
        status,
        this_update,
        next_update,
        archive_cutoff: None,
        certificate_hash: None,
        has_unknown_critical_extension: false,
    };
    if let Some(wrapper) = fields.read_optional(Tag::context(1))? {
        read_single_extensions(&mut single, &wrapper)?;
    }
    fields.finish()?;
    Ok(single)
}

fn read_single_extensions(single: &mut SingleResponse, wrapper: &Element<'_>) -> Result<(), Asn1Error> {
    let raw = wrapper.raw();
    for slot in extension::read_extensions(raw, wrapper.reader().read_sequence()?)? {
        let value = raw.get(slot.value.clone()).unwrap_or_default();
        if slot.oid == oids::OCSP_ARCHIVE_CUTOFF {
            single.archive_cutoff = Some(extension::whole(value, Tag::GENERALIZED_TIME)?.to_time()?);
        } else if slot.oid == oids::CERT_HASH {
            let mut fields = extension::whole(value, Tag::SEQUENCE)?.reader();
            let digest = DigestAlgorithm::read(&fields.read()?).ok();
            let hash = fields.read_octets()?.into_owned();
            single.certificate_hash = digest.map(|digest| (digest, hash));
        } else if slot.critical && slot.oid != oids::OCSP_CRL_REFERENCE {
            single.has_unknown_critical_extension = true;
        }
    }
    Ok(())
}

fn read_status(element: &Element<'_>) -> Result<CertificateStatus, Asn1Error> {
    if element.tag() == Tag::context_primitive(0) {
        return Ok(CertificateStatus::Good);
    }
    if element.tag() == Tag::context_primitive(2) {
        return Ok(CertificateStatus::Unknown);
    }
    let mut fields = element.expect(Tag::context(1))?.reader();
    let revoked_at = fields.read()?.to_time()?;
    let reason = match fields.read_optional(Tag::context(0))? {
        Some(wrapper) => {
            let code = wrapper.reader().read_tag(Tag::ENUMERATED)?.to_u64()?;
            RevocationReason::from_code(code).ok_or(Asn1Error::InvalidInteger)?
        }
        None => RevocationReason::Unspecified,
    };
    fields.finish()?;
    Ok(CertificateStatus::Revoked { revoked_at, reason })
}

impl PartialEq for BasicOcspResponse {
    fn eq(&self, other: &Self) -> bool {
        self.0.der == other.0.der
    }
}

impl Eq for BasicOcspResponse {}

impl fmt::Debug for BasicOcspResponse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "BasicOcspResponse({:?}, {})",
            self.0.responder_id, self.0.produced_at
        )
    }
}
