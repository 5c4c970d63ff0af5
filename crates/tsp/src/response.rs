//! `TimeStampResp` (RFC 3161, 2.4.2) and what a client must check.

use akashi_pki::Oid;
use akashi_pki::asn1::{Asn1Error, BitString, EncodingRules, Reader, Tag, Writer};

use crate::request::TimeStampRequest;
use crate::token::{Covered, TimeStampToken, TokenError, TokenFacts};

/// Largest response that is read, in bytes.
const MAX_RESPONSE_BYTES: usize = 4 << 20;

/// `PKIStatus` (RFC 3161, 2.4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PkiStatus {
    /// 0: a token as asked for.
    Granted,
    /// 1: a token that differs from what was asked for.
    GrantedWithMods,
    /// 2: refused.
    Rejection,
    /// 3: not yet.
    Waiting,
    /// 4: the certificate is about to be revoked.
    RevocationWarning,
    /// 5: the certificate has been revoked.
    RevocationNotification,
    /// Something else.
    Unknown(u64),
}

impl PkiStatus {
    fn from_code(code: u64) -> Self {
        match code {
            0 => Self::Granted,
            1 => Self::GrantedWithMods,
            2 => Self::Rejection,
            3 => Self::Waiting,
            4 => Self::RevocationWarning,
            5 => Self::RevocationNotification,
            other => Self::Unknown(other),
        }
    }
}

/// `PKIFailureInfo` (RFC 3161, 2.4.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum FailureReason {
    /// Bit 0: the hash function is not accepted.
    BadAlgorithm,
    /// Bit 2: the request is not permitted.
    BadRequest,
    /// Bit 5: the request cannot be read.
    BadDataFormat,
    /// Bit 14: the clock is not available.
    TimeNotAvailable,
    /// Bit 15: the policy is not supported.
    UnacceptedPolicy,
    /// Bit 16: an extension is not supported.
    UnacceptedExtension,
    /// Bit 17: additional information is not available.
    AdditionalInformationNotAvailable,
    /// Bit 25: the authority failed.
    SystemFailure,
    /// Another bit, or none.
    Unstated,
}

impl FailureReason {
    const BITS: [(usize, Self); 8] = [
        (0, Self::BadAlgorithm),
        (2, Self::BadRequest),
        (5, Self::BadDataFormat),
        (14, Self::TimeNotAvailable),
        (15, Self::UnacceptedPolicy),
        (16, Self::UnacceptedExtension),
        (17, Self::AdditionalInformationNotAvailable),
        (25, Self::SystemFailure),
    ];

    fn from_bits(bits: BitString<'_>) -> Self {
        Self::BITS
            .into_iter()
            .find_map(|(bit, reason)| bits.bit(bit).then_some(reason))
            .unwrap_or(Self::Unstated)
    }

    fn write(self, writer: &mut Writer) {
        let Some((bit, _)) = Self::BITS.into_iter().find(|(_, reason)| *reason == self) else {
            return;
        };
        let mut content = vec![0_u8; bit / 8 + 2];
        if let [unused, .., last] = content.as_mut_slice() {
            *unused = u8::try_from(7 - bit % 8).unwrap_or_default();
            *last = 0x80 >> (bit % 8);
        }
        writer.element(Tag::BIT_STRING, &content);
    }
}

/// An authority's answer as received.
#[derive(Clone, Debug)]
pub struct TimeStampResponse {
    /// Granted or why not.
    pub status: PkiStatus,
    /// What the authority says in words.
    pub status_text: Vec<String>,
    /// Why it refused, if it did.
    pub failure: Option<FailureReason>,
    token_der: Option<Vec<u8>>,
}

/// An answer that gives no usable token.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum ResponseError {
    /// Not the structure of RFC 3161, 2.4.2.
    #[error("malformed time-stamp response")]
    Malformed(#[from] Asn1Error),
    /// More than 4 MiB.
    #[error("response of {0} bytes is too large")]
    TooLarge(usize),
    /// The authority refused.
    #[error("the time-stamp authority refused: {status:?}, {failure:?}")]
    Refused {
        /// The status given.
        status: PkiStatus,
        /// The reason given.
        failure: Option<FailureReason>,
        /// The words given, to be shown to the operator.
        text: String,
    },
    /// Granted, but there is no token.
    #[error("the response grants a token and has none")]
    NoToken,
    /// The token cannot be read.
    #[error("the token cannot be read")]
    Token(#[from] TokenError),
    /// The token is over another hash.
    #[error("the token is over another message imprint")]
    ImprintDiffers,
    /// The token answers another request.
    #[error("the token carries another nonce")]
    NonceDiffers,
    /// The token was made under another policy than asked for.
    #[error("the token was made under policy {0}")]
    PolicyDiffers(Oid),
    /// Signature, certificate binding or key purpose are not as they must be.
    #[error("the token does not verify")]
    NotIntact(Box<TokenFacts>),
}

impl TimeStampResponse {
    /// Reads a response.
    ///
    /// # Errors
    /// [`ResponseError::Malformed`], [`ResponseError::TooLarge`].
    pub fn from_der(der: &[u8]) -> Result<Self, ResponseError> {
        if der.len() > MAX_RESPONSE_BYTES {
            return Err(ResponseError::TooLarge(der.len()));
        }
        let mut outer = Reader::new(der, EncodingRules::Ber);
        let mut fields = outer.read_sequence()?;
        outer.finish()?;
        let mut status = fields.read_sequence()?;
        let code = status.read_u64()?;
        let mut status_text = Vec::new();
        if let Some(texts) = status.read_optional(Tag::SEQUENCE)? {
            let mut texts = texts.reader();
            while !texts.is_empty() {
                status_text.push(texts.read()?.to_text()?);
            }
        }
        let failure = status.read_optional(Tag::BIT_STRING)?;
        let failure = failure
            .map(|bits| bits.to_bit_string().map(FailureReason::from_bits))
            .transpose()?;
        status.finish()?;
        let token_der = fields
            .read_optional(Tag::SEQUENCE)?
            .map(|token| token.raw().to_vec());
        fields.finish()?;
        Ok(Self {
            status: PkiStatus::from_code(code),
            status_text,
            failure,
            token_der,
        })
    }

    /// The token, unchecked.
    pub fn token_der(&self) -> Option<&[u8]> {
        self.token_der.as_deref()
    }

    /// The token, after all checks of RFC 3161, 2.4.2 that need no trust: granted, over the imprint
    /// asked for, with the nonce and policy asked for, signed by the certificate inside, which is
    /// for time-stamping alone.
    ///
    /// `grantedWithMods` is accepted as long as imprint, nonce and policy are those asked for.
    /// A request [`without_certificate`](TimeStampRequest::without_certificate) is checked with
    /// [`Self::token_signed_by`].
    ///
    /// # Errors
    /// [`ResponseError`].
    pub fn token_for(&self, request: &TimeStampRequest) -> Result<TimeStampToken, ResponseError> {
        self.token_signed_by(request, &[])
    }

    /// As [`Self::token_for`]; the authority's certificate may also be among `certificates`.
    ///
    /// # Errors
    /// [`ResponseError`].
    pub fn token_signed_by(
        &self,
        request: &TimeStampRequest,
        certificates: &[akashi_pki::Certificate],
    ) -> Result<TimeStampToken, ResponseError> {
        if !matches!(self.status, PkiStatus::Granted | PkiStatus::GrantedWithMods) {
            return Err(ResponseError::Refused {
                status: self.status,
                failure: self.failure,
                text: self.status_text.join(" "),
            });
        }
        let token = TimeStampToken::parse(self.token_der().ok_or(ResponseError::NoToken)?)?;
        let info = token.info();
        if !info.imprint.matches(&request.imprint) {
            return Err(ResponseError::ImprintDiffers);
        }
        if info.nonce != request.nonce {
            return Err(ResponseError::NonceDiffers);
        }
        if request
            .policy
            .as_ref()
            .is_some_and(|policy| *policy != info.policy)
        {
            return Err(ResponseError::PolicyDiffers(info.policy.clone()));
        }
        let facts = match &info.imprint.algorithm {
            Ok(algorithm) => token.verify(Covered::Digest(*algorithm, &request.imprint.digest), certificates),
            Err(_) => return Err(ResponseError::ImprintDiffers),
        };
        if facts.is_intact() {
            Ok(token)
        } else {
            Err(ResponseError::NotIntact(Box::new(facts)))
        }
    }
}

/// A response with a token.
pub(crate) fn granted(token_der: &[u8]) -> Vec<u8> {
    let mut writer = Writer::with_capacity(token_der.len() + 16);
    writer.sequence(|response| {
        response.sequence(|status| status.integer_u64(0));
        response.raw(token_der);
    });
    writer.finish()
}

/// A response that refuses.
pub(crate) fn refused(reason: FailureReason, text: &str) -> Vec<u8> {
    let mut writer = Writer::with_capacity(64);
    writer.sequence(|response| {
        response.sequence(|status| {
            status.integer_u64(2);
            status.sequence(|texts| texts.utf8(text));
            reason.write(status);
        });
    });
    writer.finish()
}
