//! A time-stamp authority without the network.

use std::sync::Arc;

use akashi_cms::{SignedAttributes, SignedDataBuilder};
use akashi_pki::{Certificate, DigestAlgorithm, Oid, SerialNumber, SignError, Signer};
use jiff::Timestamp;

use crate::request::{RequestError, TimeStampRequest};
use crate::response::{self, FailureReason};
use crate::token::{KeyPurposeFact, key_purpose};
use crate::tst_info::{Accuracy, TstInfo};

/// Makes tokens with one key, certificate and policy.
///
/// The clock is the caller's: `now` becomes `genTime`, whole seconds, and the stated accuracy of one
/// second covers the rounding. Fractions are left out because other readers refuse them.
pub struct TimeStampResponder {
    certificate: Certificate,
    chain: Vec<Certificate>,
    key: Arc<dyn Signer + Send + Sync>,
    policy: Oid,
    accuracy: Accuracy,
}

/// A responder cannot be made from these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResponderError {
    /// The key is not the one in the certificate.
    #[error("the key does not belong to the certificate")]
    KeyMismatch,
    /// The certificate is not for time-stamping alone (RFC 3161, 2.3).
    #[error("the certificate is not one of a time-stamp authority")]
    NotATimeStampAuthority,
}

/// Why a request got no token.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Rejection {
    /// The request cannot be read.
    #[error("the request cannot be read")]
    Request(#[from] RequestError),
    /// The hash function is unknown or weak, or the hash has not its length.
    #[error("the message imprint is not acceptable")]
    Imprint,
    /// Another policy than this responder's.
    #[error("policy {0} is not offered")]
    Policy(Oid),
    /// `now` lies outside the validity of the certificate.
    #[error("the certificate is not valid at this time")]
    CertificateNotValid,
    /// The key failed.
    #[error("the key failed")]
    Sign(#[from] SignError),
}

impl Rejection {
    fn reason(&self) -> FailureReason {
        match self {
            Self::Request(RequestError::UnknownExtension) => FailureReason::UnacceptedExtension,
            Self::Request(_) => FailureReason::BadDataFormat,
            Self::Imprint => FailureReason::BadAlgorithm,
            Self::Policy(_) => FailureReason::UnacceptedPolicy,
            Self::CertificateNotValid => FailureReason::TimeNotAvailable,
            Self::Sign(_) => FailureReason::SystemFailure,
        }
    }
}

impl TimeStampResponder {
    /// A responder; `chain` are the certificates from the issuer upwards that go into tokens beside
    /// the authority's own when the request asks for certificates.
    ///
    /// # Errors
    /// [`ResponderError`].
    pub fn new(
        certificate: Certificate,
        chain: Vec<Certificate>,
        key: Arc<dyn Signer + Send + Sync>,
        policy: Oid,
    ) -> Result<Self, ResponderError> {
        if certificate.public_key() != key.public_key() {
            return Err(ResponderError::KeyMismatch);
        }
        if key_purpose(Some(&certificate)) != KeyPurposeFact::TimeStampingOnly {
            return Err(ResponderError::NotATimeStampAuthority);
        }
        let accuracy = Accuracy {
            seconds: 1,
            ..Accuracy::default()
        };
        Ok(Self {
            certificate,
            chain,
            key,
            policy,
            accuracy,
        })
    }

    /// Another accuracy than one second.
    #[must_use]
    pub fn with_accuracy(mut self, accuracy: Accuracy) -> Self {
        self.accuracy = accuracy;
        self
    }

    /// The authority's certificate.
    pub fn certificate(&self) -> &Certificate {
        &self.certificate
    }

    /// Answers an encoded request: the DER of a response, granting or refusing.
    ///
    /// `serial_number` must be new for every call.
    pub fn respond(&self, request_der: &[u8], serial_number: &SerialNumber, now: Timestamp) -> Vec<u8> {
        let answer = TimeStampRequest::from_der(request_der)
            .map_err(Rejection::from)
            .and_then(|request| self.issue(&request, serial_number, now));
        match answer {
            Ok(token_der) => response::granted(&token_der),
            Err(rejection) => response::refused(rejection.reason(), &rejection.to_string()),
        }
    }

    /// Makes the DER of a token for a request.
    ///
    /// # Errors
    /// [`Rejection`].
    pub fn issue(
        &self,
        request: &TimeStampRequest,
        serial_number: &SerialNumber,
        now: Timestamp,
    ) -> Result<Vec<u8>, Rejection> {
        let algorithm = request
            .imprint
            .algorithm
            .clone()
            .map_err(|_| Rejection::Imprint)?;
        if algorithm.is_weak() || algorithm.output_len() != request.imprint.digest.len() {
            return Err(Rejection::Imprint);
        }
        if let Some(policy) = request.policy.as_ref().filter(|policy| **policy != self.policy) {
            return Err(Rejection::Policy(policy.clone()));
        }
        if !self.certificate.is_valid_at(now) {
            return Err(Rejection::CertificateNotValid);
        }
        let gen_time = Timestamp::from_second(now.as_second()).unwrap_or(now);
        let info = TstInfo::encode(
            &self.policy,
            &request.imprint,
            serial_number,
            gen_time,
            Some(self.accuracy),
            request.nonce.as_ref(),
        );
        self.sign(&info, request.wants_certificate)
    }

    fn sign(&self, info: &[u8], wants_certificate: bool) -> Result<Vec<u8>, Rejection> {
        let algorithm = self.key.signature_algorithm();
        let digest_algorithm: DigestAlgorithm = algorithm.digest();
        let attributes = SignedAttributes::new(
            akashi_cms::oids::ID_CT_TST_INFO,
            digest_algorithm,
            &digest_algorithm.digest(info),
            &self.certificate,
        );
        let value = self.key.sign(attributes.to_be_signed())?;
        let builder = SignedDataBuilder::new(&attributes, &self.certificate, algorithm).with_content(info);
        let builder = if wants_certificate {
            builder.with_certificates(&self.chain)
        } else {
            builder.without_certificates()
        };
        Ok(builder.build(&value))
    }
}

impl std::fmt::Debug for TimeStampResponder {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("TimeStampResponder")
            .field(&self.certificate)
            .finish()
    }
}
