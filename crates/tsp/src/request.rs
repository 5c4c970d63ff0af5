//! `TimeStampReq` (RFC 3161, 2.4.1).

use akashi_pki::asn1::{Asn1Error, Element, EncodingRules, Oid, Reader, Tag, Writer};
use akashi_pki::{AlgorithmError, DigestAlgorithm};

/// Largest request that is read, in bytes.
const MAX_REQUEST_BYTES: usize = 64 << 10;

/// A hash and what it was made with: all that an authority learns of the document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MessageImprint {
    /// The hash function; an error names the unknown one.
    pub algorithm: Result<DigestAlgorithm, AlgorithmError>,
    /// The hash.
    pub digest: Vec<u8>,
    /// The imprint as received or written.
    pub(crate) der: Vec<u8>,
}

impl MessageImprint {
    /// An imprint by a known hash function.
    pub fn new(algorithm: DigestAlgorithm, digest: &[u8]) -> Self {
        let mut writer = Writer::with_capacity(96);
        writer.sequence(|imprint| {
            algorithm.write(imprint);
            imprint.octets(digest);
        });
        Self {
            algorithm: Ok(algorithm),
            digest: digest.to_vec(),
            der: writer.finish(),
        }
    }

    pub(crate) fn read(element: &Element<'_>) -> Result<Self, Asn1Error> {
        let mut fields = element.expect(Tag::SEQUENCE)?.reader();
        let algorithm = DigestAlgorithm::read(&fields.read_tag(Tag::SEQUENCE)?);
        let digest = fields.read_octets()?.into_owned();
        fields.finish()?;
        Ok(Self {
            algorithm,
            digest,
            der: element.raw().to_vec(),
        })
    }

    /// Whether both hold the same hash by the same function. Encodings may differ: some authorities
    /// write NULL parameters, some none.
    pub fn matches(&self, other: &Self) -> bool {
        match (&self.algorithm, &other.algorithm) {
            (Ok(own), Ok(theirs)) => own == theirs && self.digest == other.digest,
            _ => self.der == other.der,
        }
    }
}

/// The number by which an answer is known to belong to its request: content octets of an INTEGER.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Nonce(pub(crate) Vec<u8>);

impl Nonce {
    /// A positive nonce from eight random octets.
    pub fn from_random(mut random: [u8; 8]) -> Self {
        let [first, ..] = &mut random;
        *first = (*first & 0x3f) | 0x40;
        Self(random.to_vec())
    }
}

/// A request for a time-stamp token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TimeStampRequest {
    /// What is to be stamped.
    pub imprint: MessageImprint,
    /// The policy asked for.
    pub policy: Option<Oid>,
    /// Ties the answer to this request.
    pub nonce: Option<Nonce>,
    /// Whether the token shall hold the authority's certificates.
    pub wants_certificate: bool,
}

/// Bytes are no request.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RequestError {
    /// Not the structure of RFC 3161, 2.4.1.
    #[error("malformed time-stamp request")]
    Malformed(#[from] Asn1Error),
    /// Another version than 1.
    #[error("unsupported version {0} of the time-stamp protocol")]
    Version(u64),
    /// More than 64 KiB.
    #[error("request of {0} bytes is too large")]
    TooLarge(usize),
    /// The request has extensions; none are known.
    #[error("the request has unknown extensions")]
    UnknownExtension,
}

impl TimeStampRequest {
    /// A request that asks for the certificates too.
    pub fn new(algorithm: DigestAlgorithm, digest: &[u8]) -> Self {
        Self {
            imprint: MessageImprint::new(algorithm, digest),
            policy: None,
            nonce: None,
            wants_certificate: true,
        }
    }

    /// Ties the answer to this request by eight random octets.
    #[must_use]
    pub fn with_nonce(mut self, random: [u8; 8]) -> Self {
        self.nonce = Some(Nonce::from_random(random));
        self
    }

    /// Asks for a policy.
    #[must_use]
    pub fn with_policy(mut self, policy: Oid) -> Self {
        self.policy = Some(policy);
        self
    }

    /// Asks for a token without certificates.
    #[must_use]
    pub fn without_certificate(mut self) -> Self {
        self.wants_certificate = false;
        self
    }

    /// The DER to send.
    pub fn to_der(&self) -> Vec<u8> {
        let mut writer = Writer::with_capacity(160);
        writer.sequence(|request| {
            request.integer_u64(1);
            request.raw(&self.imprint.der);
            if let Some(policy) = &self.policy {
                request.oid(policy);
            }
            if let Some(nonce) = &self.nonce {
                request.element(Tag::INTEGER, &nonce.0);
            }
            if self.wants_certificate {
                request.boolean(true);
            }
        });
        writer.finish()
    }

    /// Reads a request.
    ///
    /// # Errors
    /// [`RequestError`].
    pub fn from_der(der: &[u8]) -> Result<Self, RequestError> {
        if der.len() > MAX_REQUEST_BYTES {
            return Err(RequestError::TooLarge(der.len()));
        }
        let mut outer = Reader::new(der, EncodingRules::Ber);
        let mut fields = outer.read_sequence()?;
        outer.finish()?;
        let version = fields.read_u64()?;
        if version != 1 {
            return Err(RequestError::Version(version));
        }
        let imprint = MessageImprint::read(&fields.read()?)?;
        let policy = fields
            .read_optional(Tag::OID)?
            .map(|policy| policy.to_oid())
            .transpose()?;
        let nonce = fields.read_optional(Tag::INTEGER)?;
        let nonce = nonce
            .map(|nonce| nonce.to_integer().map(|octets| Nonce(octets.to_vec())))
            .transpose()?;
        let wants_certificate = fields.read_default_false()?;
        if fields.read_optional(Tag::context(0))?.is_some() {
            return Err(RequestError::UnknownExtension);
        }
        fields.finish()?;
        Ok(Self {
            imprint,
            policy,
            nonce,
            wants_certificate,
        })
    }
}
