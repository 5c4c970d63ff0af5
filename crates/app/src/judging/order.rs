//! What a judge in another process is told: whom to believe, as of when, in which language to speak.

use akashi_domain::{Language, UtcTime};
use akashi_pki::{Certificate, CertificateError};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};

use crate::trust::TrustedAuthorities;

/// An order to judge one file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgeOrder {
    /// Roots, DER in base64.
    anchors: Vec<String>,
    /// Accredited time-stamp authorities, DER in base64.
    accredited: Vec<String>,
    /// The time of judging.
    pub at: UtcTime,
    /// The language of the sentences.
    pub language: Language,
}

/// Why an order cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum OrderError {
    /// A certificate is not base64.
    #[error("certificate is not base64")]
    Encoding(#[source] base64::DecodeError),
    /// A certificate cannot be parsed.
    #[error("certificate cannot be read")]
    Certificate(#[source] CertificateError),
}

impl JudgeOrder {
    /// An order to believe these authorities.
    pub fn new(authorities: &TrustedAuthorities, at: UtcTime, language: Language) -> Self {
        let encoded = |certificates: &[Certificate]| {
            certificates
                .iter()
                .map(|certificate| STANDARD.encode(certificate.as_der()))
                .collect()
        };
        Self {
            anchors: encoded(&authorities.anchors),
            accredited: encoded(&authorities.accredited),
            at,
            language,
        }
    }

    /// Whom to believe.
    ///
    /// # Errors
    /// [`OrderError`]
    pub fn authorities(&self) -> Result<TrustedAuthorities, OrderError> {
        Ok(TrustedAuthorities {
            anchors: decoded(&self.anchors)?.into(),
            accredited: decoded(&self.accredited)?.into(),
        })
    }
}

fn decoded(encoded: &[String]) -> Result<Vec<Certificate>, OrderError> {
    encoded
        .iter()
        .map(|text| {
            let der = STANDARD.decode(text).map_err(OrderError::Encoding)?;
            Certificate::from_der(&der).map_err(OrderError::Certificate)
        })
        .collect()
}
