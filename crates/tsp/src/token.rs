//! `TimeStampToken` (RFC 3161, 2.4.2): a `SignedData` over `TSTInfo`.

use akashi_cms::{ParseError, SignedData, SignerFacts, SignerInfo};
use akashi_pki::{AlgorithmError, Certificate, DigestAlgorithm, oids};

use crate::tst_info::{TstInfo, TstInfoError};

/// A token as received.
#[derive(Clone, Debug)]
pub struct TimeStampToken {
    der: Vec<u8>,
    signed_data: SignedData,
    signer: SignerInfo,
    info: TstInfo,
}

/// Bytes are no token.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum TokenError {
    /// Not a `SignedData`.
    #[error("the token is not signed data")]
    SignedData(#[from] ParseError),
    /// The content is of another type than `id-ct-TSTInfo`, or missing.
    #[error("the token does not contain time-stamp information")]
    NotATimeStamp,
    /// The content cannot be read.
    #[error("the time-stamp information cannot be read")]
    Info(#[from] TstInfoError),
    /// RFC 3161, 2.4.2: exactly one signer.
    #[error("the token has {0} signers instead of one")]
    NotOneSigner(usize),
}

/// What a token is held against.
#[derive(Clone, Copy, Debug)]
pub enum Covered<'a> {
    /// The bytes themselves; they are hashed with the token's function.
    Message(&'a [u8]),
    /// Their digest by one function.
    Digest(DigestAlgorithm, &'a [u8]),
}

/// The stamped hash against the bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ImprintFact {
    /// The token is over these bytes.
    Matches,
    /// The token is over other bytes.
    Differs,
    /// The digest given is by another function than the token's.
    OtherAlgorithm(DigestAlgorithm),
    /// The token's hash function is not known.
    UnknownAlgorithm(AlgorithmError),
}

/// Whether the certificate may stamp (RFC 3161, 2.3): the key purpose `timeStamping` alone, critical.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum KeyPurposeFact {
    /// As the RFC demands.
    TimeStampingOnly,
    /// The purpose is there, but the extension is not critical.
    NotCritical,
    /// The purpose is there beside others.
    AmongOthers,
    /// The purpose is missing, or the extension.
    Missing,
    /// The signer's certificate was not found.
    NoCertificate,
}

/// What checking a token brought to light. Facts only; the certificate's path is not among them.
#[derive(Clone, Debug)]
pub struct TokenFacts {
    /// The stamped hash against the bytes.
    pub imprint: ImprintFact,
    /// The signature over the time-stamp information.
    pub signer: SignerFacts,
    /// Whether the certificate may stamp.
    pub key_purpose: KeyPurposeFact,
    /// Whether an extension of the token is critical and unknown.
    pub has_critical_extension: bool,
}

impl TokenFacts {
    /// Whether the token is over the bytes, its signature good, its certificate bound by the
    /// signature and made for stamping.
    pub fn is_intact(&self) -> bool {
        let is_bound = matches!(
            self.signer.certificate_binding,
            akashi_cms::CertificateBinding::Bound(_)
        );
        self.imprint == ImprintFact::Matches
            && self.signer.is_intact()
            && is_bound
            && self.key_purpose == KeyPurposeFact::TimeStampingOnly
            && !self.has_critical_extension
    }
}

impl TimeStampToken {
    /// Reads a token; zero bytes may follow (a document time-stamp stands in a padded `/Contents`).
    ///
    /// # Errors
    /// [`TokenError`].
    pub fn parse(bytes: &[u8]) -> Result<Self, TokenError> {
        let signed_data = SignedData::parse(bytes)?;
        if *signed_data.content_type() != akashi_cms::oids::ID_CT_TST_INFO {
            return Err(TokenError::NotATimeStamp);
        }
        let info = TstInfo::from_der(signed_data.content().ok_or(TokenError::NotATimeStamp)?)?;
        let signer = match signed_data.signer_infos() {
            [signer] => signer.clone(),
            signers => return Err(TokenError::NotOneSigner(signers.len())),
        };
        let der = bytes.get(..signed_data.encoded_len()).unwrap_or(bytes).to_vec();
        Ok(Self {
            der,
            signed_data,
            signer,
            info,
        })
    }

    /// The token as received, without padding.
    pub fn as_der(&self) -> &[u8] {
        &self.der
    }

    /// What the token says.
    pub fn info(&self) -> &TstInfo {
        &self.info
    }

    /// The certificates that travel with the token.
    pub fn certificates(&self) -> &[Certificate] {
        self.signed_data.certificates()
    }

    /// The `SignedData` around the information.
    pub fn signed_data(&self) -> &SignedData {
        &self.signed_data
    }

    /// The certificate of the authority, among the token's own and then among `others`.
    pub fn signing_certificate<'a>(&'a self, others: &'a [Certificate]) -> Option<&'a Certificate> {
        self.signer
            .signing_certificate(self.certificates())
            .or_else(|| self.signer.signing_certificate(others))
    }

    /// Holds the token against `covered`; its certificate is looked for inside, then in `others`.
    pub fn verify(&self, covered: Covered<'_>, others: &[Certificate]) -> TokenFacts {
        let mut candidates = self.certificates().to_vec();
        candidates.extend_from_slice(others);
        let signer = self.signer.verify(&self.content_digest(), &candidates);
        TokenFacts {
            imprint: self.imprint_fact(covered),
            key_purpose: key_purpose(signer.signing_certificate.as_ref()),
            signer,
            has_critical_extension: self.info.has_critical_extension,
        }
    }

    /// Digest of the signed information by the signer's function; empty, and so matching nothing,
    /// when that is unknown.
    fn content_digest(&self) -> Vec<u8> {
        let algorithm = self.signer.digest_algorithm();
        algorithm
            .map(|algorithm| algorithm.digest(self.info.as_der()))
            .unwrap_or_default()
    }

    fn imprint_fact(&self, covered: Covered<'_>) -> ImprintFact {
        let own = match &self.info.imprint.algorithm {
            Ok(own) => *own,
            Err(error) => return ImprintFact::UnknownAlgorithm(error.clone()),
        };
        let is_same = match covered {
            Covered::Message(message) => own.digest(message) == self.info.imprint.digest,
            Covered::Digest(algorithm, _) if algorithm != own => {
                return ImprintFact::OtherAlgorithm(own);
            }
            Covered::Digest(_, digest) => digest == self.info.imprint.digest,
        };
        if is_same {
            ImprintFact::Matches
        } else {
            ImprintFact::Differs
        }
    }
}

/// Whether `certificate` may stamp (RFC 3161, 2.3).
pub(crate) fn key_purpose(certificate: Option<&Certificate>) -> KeyPurposeFact {
    let Some(certificate) = certificate else {
        return KeyPurposeFact::NoCertificate;
    };
    let purposes = certificate
        .extended_key_usage()
        .ok()
        .flatten()
        .unwrap_or_default();
    if !purposes.contains(&oids::KP_TIME_STAMPING) {
        KeyPurposeFact::Missing
    } else if purposes.len() > 1 {
        KeyPurposeFact::AmongOthers
    } else if certificate
        .extension(&oids::EXTENDED_KEY_USAGE)
        .is_some_and(|extension| extension.is_critical())
    {
        KeyPurposeFact::TimeStampingOnly
    } else {
        KeyPurposeFact::NotCritical
    }
}
