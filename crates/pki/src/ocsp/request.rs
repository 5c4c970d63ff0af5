//! `OCSPRequest` (RFC 6960, 4.1).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::{
    CertId, MAX_NONCE_LEN, MAX_REQUEST_BYTES, OcspError, OcspResponse, OcspResponseStatus, SingleResponse,
};
use crate::asn1::{Asn1Error, EncodingRules, Reader, Tag, Writer};
use crate::certificate::Certificate;
use crate::digest::DigestAlgorithm;
use crate::extension;
use crate::oids;
use crate::template::{Criticality, write_extension};

/// A question about the status of certificates; ours ask about one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OcspRequest {
    cert_ids: Vec<CertId>,
    nonce: Option<Vec<u8>>,
    has_unknown_critical_extension: bool,
}

/// A nonce of no octets or of more than 128 (RFC 9654, 2.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a nonce has 1 to 128 octets, not {0}")]
pub struct NonceError(pub usize);

/// A response does not answer the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AnswerError {
    /// The responder refused.
    #[error("the responder answered {0}")]
    Refused(OcspResponseStatus),
    /// The answer carries another nonce.
    #[error("the answer belongs to another request")]
    NonceMismatch,
    /// The answer speaks of other certificates only.
    #[error("the answer does not speak of the certificate")]
    OtherCertificate,
}

impl OcspRequest {
    /// Asks for `target`, which `issuer` issued. The issuer is named by SHA-1, which every responder
    /// knows (RFC 5019, 2.1.1); it protects nothing here.
    pub fn new(target: &Certificate, issuer: &Certificate) -> Self {
        Self::with_digest(DigestAlgorithm::Sha1, target, issuer)
    }

    /// As [`Self::new`], with another hash function.
    pub fn with_digest(digest: DigestAlgorithm, target: &Certificate, issuer: &Certificate) -> Self {
        Self::for_id(CertId::new(
            digest,
            target.issuer(),
            issuer.public_key(),
            target.serial_number(),
        ))
    }

    /// Asks by id.
    pub fn for_id(cert_id: CertId) -> Self {
        Self {
            cert_ids: vec![cert_id],
            nonce: None,
            has_unknown_critical_extension: false,
        }
    }

    /// Adds a nonce: random octets that bind the answer to this request (RFC 9654); 32 are usual.
    ///
    /// # Errors
    /// [`NonceError`].
    pub fn with_nonce(mut self, nonce: &[u8]) -> Result<Self, NonceError> {
        if nonce.is_empty() || nonce.len() > MAX_NONCE_LEN {
            return Err(NonceError(nonce.len()));
        }
        self.nonce = Some(nonce.to_vec());
        Ok(self)
    }

    /// Parses a request; its signature, if it has one, is not looked at.
    ///
    /// # Errors
    /// [`OcspError::Malformed`], [`OcspError::TooLarge`].
    pub fn from_der(der: &[u8]) -> Result<Self, OcspError> {
        if der.len() > MAX_REQUEST_BYTES {
            return Err(OcspError::TooLarge(der.len()));
        }
        Ok(parse(der)?)
    }

    /// Parses what follows the responder's address in a GET request: base64, its characters `+`, `/` and
    /// `=` percent-encoded or not (RFC 6960, A.1).
    ///
    /// # Errors
    /// As [`Self::from_der`].
    pub fn from_url_path(path: &str) -> Result<Self, OcspError> {
        Self::from_der(&from_url_path(path)?)
    }

    /// What a client appends to the responder's address, after a slash, for a GET request. Requests above
    /// 255 bytes should go by POST (RFC 6960, A.1).
    pub fn to_url_path(&self) -> String {
        STANDARD
            .encode(self.to_der())
            .replace('+', "%2B")
            .replace('/', "%2F")
            .replace('=', "%3D")
    }

    /// The DER, without signature.
    pub fn to_der(&self) -> Vec<u8> {
        let mut writer = Writer::with_capacity(256);
        writer.sequence(|request| {
            request.sequence(|tbs| {
                tbs.sequence(|list| {
                    for cert_id in &self.cert_ids {
                        list.sequence(|single| single.raw(cert_id.as_der()));
                    }
                });
                if let Some(nonce) = &self.nonce {
                    tbs.nested(Tag::context(2), |wrapper| {
                        wrapper.sequence(|extensions| write_nonce(extensions, nonce));
                    });
                }
            });
        });
        writer.finish()
    }

    /// Which certificates are asked for; never empty.
    pub fn cert_ids(&self) -> &[CertId] {
        &self.cert_ids
    }

    /// The nonce, if there is one.
    pub fn nonce(&self) -> Option<&[u8]> {
        self.nonce.as_deref()
    }

    /// Whether the request demands something that is not known here.
    pub fn has_unknown_critical_extension(&self) -> bool {
        self.has_unknown_critical_extension
    }

    /// The answer for the first certificate of this request.
    ///
    /// A response without nonce is accepted, as RFC 5019, 4 allows (answers signed in advance have
    /// none); one with another nonce is not. Nothing is said about who signed it: that is settled
    /// with the path ([`crate::path::RevocationEvidence::with_responses`]).
    ///
    /// # Errors
    /// [`AnswerError`].
    pub fn answer_in<'a>(&self, response: &'a OcspResponse) -> Result<&'a SingleResponse, AnswerError> {
        let refused = AnswerError::Refused(response.status());
        let basic = response.basic().ok_or(refused)?;
        if basic.nonce().is_some_and(|nonce| self.nonce() != Some(nonce)) {
            return Err(AnswerError::NonceMismatch);
        }
        let wanted = self.cert_ids.first().ok_or(AnswerError::OtherCertificate)?;
        basic
            .responses()
            .iter()
            .find(|single| single.cert_id.is_same_as(wanted))
            .ok_or(AnswerError::OtherCertificate)
    }
}

fn parse(der: &[u8]) -> Result<OcspRequest, Asn1Error> {
    let mut outer = Reader::new(der, EncodingRules::Ber);
    let mut request = outer.read_sequence()?;
    outer.finish()?;
    let mut tbs = request.read_sequence()?;
    request.read_optional(Tag::context(0))?;
    request.finish()?;

    tbs.read_optional(Tag::context(0))?;
    tbs.read_optional(Tag::context(1))?;
    let mut list = tbs.read_sequence()?;
    let extensions = tbs.read_optional(Tag::context(2))?;
    tbs.finish()?;
    let mut cert_ids = Vec::new();
    let mut has_unknown_critical_extension = false;
    while !list.is_empty() {
        let mut single = list.read_sequence()?;
        cert_ids.push(CertId::read(&single.read()?)?);
        if let Some(extensions) = single.read_optional(Tag::context(0))? {
            has_unknown_critical_extension |= extension::has_critical(extensions.reader().read_sequence()?)?;
        }
        single.finish()?;
    }
    if cert_ids.is_empty() {
        return Err(Asn1Error::EmptyList);
    }
    let mut nonce = None;
    if let Some(wrapper) = extensions {
        for slot in extension::read_extensions(der, wrapper.reader().read_sequence()?)? {
            if slot.oid == oids::OCSP_NONCE {
                nonce = Some(read_nonce(der.get(slot.value).unwrap_or_default()));
            } else if slot.critical {
                has_unknown_critical_extension = true;
            }
        }
    }
    Ok(OcspRequest {
        cert_ids,
        nonce,
        has_unknown_critical_extension,
    })
}

fn from_url_path(path: &str) -> Result<Vec<u8>, OcspError> {
    if path.len() > 2 * MAX_REQUEST_BYTES {
        return Err(OcspError::TooLarge(path.len()));
    }
    let mut text = path.to_owned();
    for (encoded, character) in [("2B", "+"), ("2F", "/"), ("3D", "=")] {
        text = text.replace(&format!("%{encoded}"), character);
        text = text.replace(&format!("%{}", encoded.to_ascii_lowercase()), character);
    }
    STANDARD
        .decode(text)
        .map_err(|_| OcspError::Malformed(Asn1Error::InvalidString))
}

/// The nonce in an extension value: an OCTET STRING since RFC 6960, anything before.
pub(super) fn read_nonce(value: &[u8]) -> Vec<u8> {
    extension::parse_octets(value).unwrap_or_else(|_| value.to_vec())
}

pub(super) fn write_nonce(extensions: &mut Writer, nonce: &[u8]) {
    let mut value = Writer::with_capacity(nonce.len() + 4);
    value.octets(nonce);
    write_extension(
        extensions,
        &oids::OCSP_NONCE,
        Criticality::NonCritical,
        &value.finish(),
    );
}
