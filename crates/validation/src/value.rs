//! The value of a signature: which encoding, and what it holds.

use akashi_cms::SignedData;
use akashi_pki::DigestAlgorithm;
use akashi_tsp::TimeStampToken;

use crate::digests;
use crate::material::{Material, Since};
use crate::report::SignatureKind;

/// How a signature is encoded (`SubFilter`, ISO 32000-2, table 260).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Encoding {
    /// `ETSI.CAdES.detached`: PAdES.
    Cades,
    /// `adbe.pkcs7.detached`.
    Pkcs7,
    /// `ETSI.RFC3161`.
    TimeStamp,
}

impl Encoding {
    pub(crate) fn of(sub_filter: Option<&str>) -> Option<Self> {
        match sub_filter? {
            "ETSI.CAdES.detached" => Some(Self::Cades),
            "adbe.pkcs7.detached" => Some(Self::Pkcs7),
            "ETSI.RFC3161" => Some(Self::TimeStamp),
            _ => None,
        }
    }

    pub(crate) fn kind(self) -> SignatureKind {
        if self == Self::TimeStamp {
            SignatureKind::DocumentTimeStamp
        } else {
            SignatureKind::Signature
        }
    }
}

/// The value of a signature, read as far as it goes.
#[derive(Debug)]
pub(crate) enum Value {
    Signature {
        encoding: Encoding,
        signed_data: Box<SignedData>,
        algorithm: DigestAlgorithm,
    },
    TimeStamp {
        token: Box<TimeStampToken>,
        algorithm: DigestAlgorithm,
    },
    UnknownAlgorithm,
    Malformed,
}

impl Value {
    pub(crate) fn read(encoding: Option<Encoding>, contents: Option<&[u8]>) -> Self {
        let (Some(encoding), Some(contents)) = (encoding, contents) else {
            return Self::Malformed;
        };
        if encoding == Encoding::TimeStamp {
            let Ok(token) = TimeStampToken::parse(contents) else {
                return Self::Malformed;
            };
            return match token
                .info()
                .imprint
                .algorithm
                .clone()
                .ok()
                .filter(|algorithm| is_known(*algorithm))
            {
                Some(algorithm) => Self::TimeStamp {
                    token: Box::new(token),
                    algorithm,
                },
                None => Self::UnknownAlgorithm,
            };
        }
        let Ok(signed_data) = SignedData::parse(contents) else {
            return Self::Malformed;
        };
        // ISO 32000-2, 12.8.3.3.1: one signer, nothing encapsulated.
        let [signer] = signed_data.signer_infos() else {
            return Self::Malformed;
        };
        if signed_data.content().is_some() {
            return Self::Malformed;
        }
        match signer
            .digest_algorithm()
            .ok()
            .filter(|algorithm| is_known(*algorithm))
        {
            Some(algorithm) => Self::Signature {
                encoding,
                signed_data: Box::new(signed_data),
                algorithm,
            },
            None => Self::UnknownAlgorithm,
        }
    }

    /// The algorithm by which the covered bytes must be hashed.
    pub(crate) fn algorithm(&self) -> Option<DigestAlgorithm> {
        match self {
            Self::Signature { algorithm, .. } | Self::TimeStamp { algorithm, .. } => Some(*algorithm),
            Self::UnknownAlgorithm | Self::Malformed => None,
        }
    }
}

fn is_known(algorithm: DigestAlgorithm) -> bool {
    digests::implementation(algorithm).is_some()
}

impl Value {
    /// Gives the certificates and revocation information inside to `material`.
    pub(crate) fn contribute(&self, material: &mut Material, since: Option<Since>) {
        match self {
            Self::Signature { signed_data, .. } => {
                material.add_signed_data(signed_data, since);
                for signer in signed_data.signer_infos() {
                    for bytes in signer.signature_time_stamps().take(MAX_TIME_STAMPS) {
                        if let Ok(token) = TimeStampToken::parse(bytes) {
                            material.add_signed_data(token.signed_data(), since);
                        }
                    }
                }
            }
            Self::TimeStamp { token, .. } => material.add_signed_data(token.signed_data(), since),
            Self::UnknownAlgorithm | Self::Malformed => {}
        }
    }
}

/// Time-stamps of one signature that are looked at.
pub(crate) const MAX_TIME_STAMPS: usize = 16;
