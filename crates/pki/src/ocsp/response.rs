//! `OCSPResponse` (RFC 6960, 4.2.1): the envelope.

use std::fmt;

use super::{BasicOcspResponse, MAX_RESPONSE_BYTES, OcspError};
use crate::asn1::{EncodingRules, Reader, Tag, Writer};
use crate::oids;

/// An answer, or the reason why there is none; cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OcspResponse {
    der: std::sync::Arc<[u8]>,
    status: OcspResponseStatus,
    basic: Option<BasicOcspResponse>,
}

/// `OCSPResponseStatus`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum OcspResponseStatus {
    /// `successful` (0): an answer follows.
    Successful,
    /// `malformedRequest` (1).
    MalformedRequest,
    /// `internalError` (2).
    InternalError,
    /// `tryLater` (3).
    TryLater,
    /// `sigRequired` (5): the responder wants signed requests.
    SignatureRequired,
    /// `unauthorized` (6): the responder does not know the certificate's issuer or the client.
    Unauthorized,
}

impl OcspResponseStatus {
    const ALL: [Self; 6] = [
        Self::Successful,
        Self::MalformedRequest,
        Self::InternalError,
        Self::TryLater,
        Self::SignatureRequired,
        Self::Unauthorized,
    ];

    /// The number of RFC 6960, 4.2.1.
    pub const fn code(self) -> u8 {
        match self {
            Self::Successful => 0,
            Self::MalformedRequest => 1,
            Self::InternalError => 2,
            Self::TryLater => 3,
            Self::SignatureRequired => 5,
            Self::Unauthorized => 6,
        }
    }

    fn from_code(code: u64) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|status| u64::from(status.code()) == code)
    }
}

impl fmt::Display for OcspResponseStatus {
    /// The name in RFC 6960.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Successful => "successful",
            Self::MalformedRequest => "malformedRequest",
            Self::InternalError => "internalError",
            Self::TryLater => "tryLater",
            Self::SignatureRequired => "sigRequired",
            Self::Unauthorized => "unauthorized",
        })
    }
}

impl OcspResponse {
    /// Parses an `OCSPResponse`, as HTTP, `/DSS` and Adobe's revocation attribute carry it.
    ///
    /// # Errors
    /// [`OcspError`].
    pub fn from_der(der: &[u8]) -> Result<Self, OcspError> {
        if der.len() > MAX_RESPONSE_BYTES {
            return Err(OcspError::TooLarge(der.len()));
        }
        let mut outer = Reader::new(der, EncodingRules::Ber);
        let mut fields = outer.read_sequence()?;
        outer.finish()?;
        let code = fields.read_tag(Tag::ENUMERATED)?.to_u64()?;
        let status = OcspResponseStatus::from_code(code).ok_or(OcspError::UnknownStatus(code))?;
        let bytes = fields.read_optional(Tag::context(0))?;
        fields.finish()?;
        let basic = match (status, bytes) {
            (OcspResponseStatus::Successful, Some(bytes)) => {
                let mut bytes = bytes.reader().read_sequence()?;
                let kind = bytes.read_oid()?;
                if kind != oids::OCSP_BASIC {
                    return Err(OcspError::UnknownResponseType(kind));
                }
                Some(BasicOcspResponse::from_der(&bytes.read_octets()?)?)
            }
            (OcspResponseStatus::Successful, None) => return Err(OcspError::MissingResponse),
            _ => None,
        };
        Ok(Self {
            der: der.into(),
            status,
            basic,
        })
    }

    /// A refusal: a response that is only its status. For [`OcspResponseStatus::Successful`] the
    /// refusal is `internalError`, for there is nothing to be successful about.
    pub fn refusal(status: OcspResponseStatus) -> Self {
        let status = match status {
            OcspResponseStatus::Successful => OcspResponseStatus::InternalError,
            other => other,
        };
        Self {
            der: [Tag::SEQUENCE.0, 3, Tag::ENUMERATED.0, 1, status.code()].into(),
            status,
            basic: None,
        }
    }

    /// The DER as received, or made around a [`BasicOcspResponse`].
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// Whether there is an answer, and if not, why.
    pub fn status(&self) -> OcspResponseStatus {
        self.status
    }

    /// The signed answer; `None` unless the status is [`OcspResponseStatus::Successful`].
    pub fn basic(&self) -> Option<&BasicOcspResponse> {
        self.basic.as_ref()
    }
}

impl From<BasicOcspResponse> for OcspResponse {
    /// The envelope around an answer that came without one, as CAdES carries them; the answer keeps
    /// its bytes.
    fn from(basic: BasicOcspResponse) -> Self {
        let mut writer = Writer::with_capacity(basic.as_der().len() + 32);
        writer.sequence(|response| {
            response.element(Tag::ENUMERATED, &[OcspResponseStatus::Successful.code()]);
            response.nested(Tag::context(0), |wrapper| {
                wrapper.sequence(|bytes| {
                    bytes.oid(&oids::OCSP_BASIC);
                    bytes.octets(basic.as_der());
                });
            });
        });
        Self {
            der: writer.finish().into(),
            status: OcspResponseStatus::Successful,
            basic: Some(basic),
        }
    }
}
