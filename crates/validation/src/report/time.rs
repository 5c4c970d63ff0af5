//! Time-stamps, proof of existence, levels.

use jiff::Timestamp;
use serde::Serialize;

use crate::report::{CertificateFacts, ChainCertificate, Indication, PathVerdict, SubIndication};

/// The judgement of a time-stamp.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct TimeStampReport {
    /// The time in the token; nothing when it cannot be read.
    pub gen_time: Option<Timestamp>,
    /// How far from that the true time may be, in microseconds, if the token says so.
    pub accuracy_micros: Option<u64>,
    /// The policy under which the token was made, as dotted numbers.
    pub policy: Option<String>,
    /// Serial number of the token, hexadecimal.
    pub serial_number: Option<String>,
    /// The authority's certificate.
    pub authority: Option<CertificateFacts>,
    /// Whether the authority is on the caller's list of accredited ones; nothing when there is no such list.
    pub is_accredited: Option<bool>,
    /// Whether the token is over this signature and its own signature is good.
    pub is_intact: bool,
    /// Whether the authority leads to a trust anchor.
    pub path: PathVerdict,
    /// The certificates of that path, the authority's own first.
    pub chain: Vec<ChainCertificate>,
    /// The verdict on the token (EN 319 102-1, 5.4 and 5.6.2.4).
    pub indication: Indication,
    /// Why the verdict is not [`Indication::TotalPassed`].
    pub sub_indication: Option<SubIndication>,
    /// Since when the token itself is proven to exist; the moment of judging when no later one proves more.
    pub exists_since: Timestamp,
}

impl TimeStampReport {
    /// Intact and trusted, so that it proves its time.
    pub fn is_good(&self) -> bool {
        self.is_intact && self.indication == Indication::TotalPassed
    }
}

/// The baseline levels of PAdES (EN 319 142-1, 6).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[non_exhaustive]
pub enum BaselineLevel {
    /// A signature with its certificate.
    #[serde(rename = "B-B")]
    B,
    /// With a time-stamp over it.
    #[serde(rename = "B-T")]
    T,
    /// With certificates and revocation information for it in the file.
    #[serde(rename = "B-LT")]
    Lt,
    /// With a document time-stamp over all of that.
    #[serde(rename = "B-LTA")]
    Lta,
}

impl BaselineLevel {
    /// The usual short name, such as `B-LTA`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::B => "B-B",
            Self::T => "B-T",
            Self::Lt => "B-LT",
            Self::Lta => "B-LTA",
        }
    }
}

/// How far a signature is prepared for the future.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Levels {
    /// By what stands in the file, whether it holds or not. Signatures by Adobe's rules (`adbe.pkcs7.detached`) are
    /// measured by the same marks.
    pub found: BaselineLevel,
    /// By what holds: the time-stamps are good, the information in the file suffices, everything is covered.
    /// Nothing when the signature did not pass.
    pub proven: Option<BaselineLevel>,
}

/// Proof that the signature value existed at a time (EN 319 102-1, 5.6.2.3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct ProofOfExistence {
    /// When it existed, at the latest.
    pub at: Timestamp,
    /// What proves it.
    pub by: ProofSource,
}

/// What proves existence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
#[non_exhaustive]
pub enum ProofSource {
    /// A time-stamp token inside of the signature.
    SignatureTimeStamp,
    /// A document time-stamp that covers it.
    DocumentTimeStamp {
        /// Full name of its field.
        field_name: String,
    },
}

/// The algorithms of a signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct AlgorithmFacts {
    /// The hash of the covered bytes, such as `SHA-256`.
    pub digest: Option<String>,
    /// The signature scheme with its hash, such as `RSA-PSS with SHA-256`.
    pub signature: Option<String>,
    /// The key, such as `RSA 3072` or `P-256`.
    pub key: Option<String>,
    /// Until when the policy believes the weakest of them; nothing when no end is set.
    pub reliable_until: Option<Timestamp>,
}

/// Which process of EN 319 102-1 gave the answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ValidationProcess {
    /// Basic signatures (5.3): judged as of now.
    Basic,
    /// Signatures with time (5.5): judged as of a time-stamp.
    WithTime,
    /// Signatures with long-term availability and integrity of validation material (5.6).
    LongTerm,
}

impl ValidationProcess {
    /// The identifier that ETSI TS 119 102-2 uses (clause 4.3.3).
    pub const fn uri(self) -> &'static str {
        match self {
            Self::Basic => "urn:etsi:019102:validationprocess:Basic",
            Self::WithTime => "urn:etsi:019102:validationprocess:LTVM",
            Self::LongTerm => "urn:etsi:019102:validationprocess:LTA",
        }
    }
}
