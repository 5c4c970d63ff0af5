//! The verdicts of EN 319 102-1 and what they rest on.

use serde::Serialize;

/// The verdict of EN 319 102-1, 5.1.3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Indication {
    /// Everything that was asked holds.
    TotalPassed,
    /// It is not a signature over these bytes by that key, or it was made when it could not be.
    TotalFailed,
    /// Neither can be said with what is known.
    Indeterminate,
}

/// Why a verdict is not [`Indication::TotalPassed`] (EN 319 102-1, tables 5 and 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[non_exhaustive]
pub enum SubIndication {
    /// The signature does not have the form that its type demands.
    FormatFailure,
    /// The bytes are not those that were signed.
    HashFailure,
    /// The value is not the key's signature.
    SigCryptoFailure,
    /// The certificate was revoked, and the signature is proven to be younger.
    Revoked,
    /// The certificate had expired, and the signature is proven to be younger.
    Expired,
    /// The signature existed before its certificate.
    NotYetValid,
    /// A constraint on the signature does not hold.
    SigConstraintsFailure,
    /// A constraint on the certification path does not hold.
    ChainConstraintsFailure,
    /// The path does not hold for another reason.
    CertificateChainGeneralFailure,
    /// An algorithm was too weak already when the object that uses it is proven to have been made.
    CryptoConstraintsFailure,
    /// The policy that the signature names cannot be processed.
    PolicyProcessingError,
    /// The policy that the signature names is not there.
    SignaturePolicyNotAvailable,
    /// The time-stamps are not in the order that the file demands.
    TimestampOrderFailure,
    /// The signing certificate was not found, or is not the one meant.
    NoSigningCertificateFound,
    /// No path to a trust anchor.
    NoCertificateChainFound,
    /// The certificate is revoked, and nothing proves that the signature is older.
    RevokedNoPoe,
    /// The certificate of an issuer is revoked, and nothing proves that what it issued is older.
    RevokedCaNoPoe,
    /// The certificate is known not to have been revoked, but it has expired or not begun, and nothing proves that
    /// the signature was made in between.
    OutOfBoundsNotRevoked,
    /// A certificate has expired or not begun, and nothing proves that the signature was made in between.
    OutOfBoundsNoPoe,
    /// The certificate of whoever signed revocation information has expired, and nothing proves that the
    /// information is older.
    RevocationOutOfBoundsNoPoe,
    /// An algorithm is too weak, and nothing proves that the object that uses it is older than that weakness.
    CryptoConstraintsFailureNoPoe,
    /// A proof is missing that an object existed before something that spoils it.
    NoPoe,
    /// The revocation state is not known; information that is made later may settle it.
    TryLater,
    /// What was signed is not there.
    SignedDataNotFound,
}

impl SubIndication {
    /// Which verdict the reason leads to (EN 319 102-1, tables 5 and 6).
    pub const fn indication(self) -> Indication {
        match self {
            Self::FormatFailure
            | Self::HashFailure
            | Self::SigCryptoFailure
            | Self::Revoked
            | Self::Expired
            | Self::NotYetValid => Indication::TotalFailed,
            _ => Indication::Indeterminate,
        }
    }

    /// Whether proof of an earlier existence may still turn the verdict (EN 319 102-1, 5.6.3.4, step 2).
    pub const fn is_curable_by_proof(self) -> bool {
        matches!(
            self,
            Self::RevokedNoPoe
                | Self::RevokedCaNoPoe
                | Self::OutOfBoundsNoPoe
                | Self::OutOfBoundsNotRevoked
                | Self::RevocationOutOfBoundsNoPoe
                | Self::CryptoConstraintsFailureNoPoe
                | Self::NoPoe
                | Self::TryLater
        )
    }

    /// The name that the standard gives it, such as `HASH_FAILURE`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::FormatFailure => "FORMAT_FAILURE",
            Self::HashFailure => "HASH_FAILURE",
            Self::SigCryptoFailure => "SIG_CRYPTO_FAILURE",
            Self::Revoked => "REVOKED",
            Self::Expired => "EXPIRED",
            Self::NotYetValid => "NOT_YET_VALID",
            Self::SigConstraintsFailure => "SIG_CONSTRAINTS_FAILURE",
            Self::ChainConstraintsFailure => "CHAIN_CONSTRAINTS_FAILURE",
            Self::CertificateChainGeneralFailure => "CERTIFICATE_CHAIN_GENERAL_FAILURE",
            Self::CryptoConstraintsFailure => "CRYPTO_CONSTRAINTS_FAILURE",
            Self::PolicyProcessingError => "POLICY_PROCESSING_ERROR",
            Self::SignaturePolicyNotAvailable => "SIGNATURE_POLICY_NOT_AVAILABLE",
            Self::TimestampOrderFailure => "TIMESTAMP_ORDER_FAILURE",
            Self::NoSigningCertificateFound => "NO_SIGNING_CERTIFICATE_FOUND",
            Self::NoCertificateChainFound => "NO_CERTIFICATE_CHAIN_FOUND",
            Self::RevokedNoPoe => "REVOKED_NO_POE",
            Self::RevokedCaNoPoe => "REVOKED_CA_NO_POE",
            Self::OutOfBoundsNotRevoked => "OUT_OF_BOUNDS_NOT_REVOKED",
            Self::OutOfBoundsNoPoe => "OUT_OF_BOUNDS_NO_POE",
            Self::RevocationOutOfBoundsNoPoe => "REVOCATION_OUT_OF_BOUNDS_NO_POE",
            Self::CryptoConstraintsFailureNoPoe => "CRYPTO_CONSTRAINTS_FAILURE_NO_POE",
            Self::NoPoe => "NO_POE",
            Self::TryLater => "TRY_LATER",
            Self::SignedDataNotFound => "SIGNED_DATA_NOT_FOUND",
        }
    }
}

/// What follows from the reason, if there is one.
pub(crate) fn indication_of(sub_indication: Option<SubIndication>) -> Indication {
    sub_indication.map_or(Indication::TotalPassed, SubIndication::indication)
}

/// Whether the signed bytes are there as they were signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Integrity {
    /// The bytes, the attributes, the key's signature and the certificate named in it belong together.
    Intact,
    /// The signature cannot be read or has not the form of its type.
    Malformed,
    /// The bytes are others than those signed.
    BytesDiffer,
    /// The value is not the certified key's signature.
    WrongSignature,
    /// The signature names another certificate than it carries.
    OtherCertificate,
    /// The certificate is missing, so that there is no key to check with.
    NoCertificate,
    /// The algorithm is not known here, so that nothing was checked.
    UnknownAlgorithm,
}

/// One of the questions that the standard has a judge ask, in its order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum BuildingBlock {
    /// Format checking (EN 319 102-1, 5.2.2).
    Format,
    /// Identification of the signing certificate (5.2.3).
    SigningCertificate,
    /// Cryptographic verification (5.2.7).
    Cryptography,
    /// Signature acceptance: attributes that the type demands (5.2.8).
    Acceptance,
    /// Algorithms and key lengths, at the time for which they are proven (5.2.8.4.2).
    Algorithms,
    /// The certification path without revocation (5.2.6).
    CertificationPath,
    /// Revocation (5.2.5, 5.2.6).
    Revocation,
    /// Time-stamps over the signature (5.4, 5.5).
    TimeStamps,
    /// What had to be proven to have existed earlier (5.6).
    LongTerm,
}

impl BuildingBlock {
    /// The name that it has in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Format => "format",
            Self::SigningCertificate => "signing_certificate",
            Self::Cryptography => "cryptography",
            Self::Acceptance => "acceptance",
            Self::Algorithms => "algorithms",
            Self::CertificationPath => "certification_path",
            Self::Revocation => "revocation",
            Self::TimeStamps => "time_stamps",
            Self::LongTerm => "long_term",
        }
    }
}

/// The answer to one of these questions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Constraint {
    /// Which.
    pub block: BuildingBlock,
    /// How it came out.
    pub outcome: Outcome,
    /// Why it did not hold.
    pub sub_indication: Option<SubIndication>,
}

/// How a question came out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It holds.
    Holds,
    /// It does not hold.
    Fails,
    /// It was not asked: it does not concern this signature, or what came before did not hold.
    NotAsked,
}
