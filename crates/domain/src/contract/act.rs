//! The legal act of a party and the signatures that it leads to.

use std::net::IpAddr;

use crate::{ActId, Digest32, DocumentId, FieldId, FieldValue, Language, UtcTime};

/// What was proven about the person who acted, from weak to strong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceGrade {
    /// The person could read mail sent to the address (証拠の段階 1).
    Mail,
}

impl EvidenceGrade {
    /// The number shown to people, 1 to 5.
    pub const fn number(self) -> u8 {
        match self {
            Self::Mail => 1,
        }
    }
}

/// The version of the text to which a party agrees when it signs. A text that has once been agreed to never
/// changes; a new wording is a new version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
pub enum ConsentText {
    /// Agreement to the electronic form, and authority to sign for the organization named.
    #[serde(rename = "2026-11")]
    V2026_11,
}

impl ConsentText {
    /// The version in force.
    pub const CURRENT: Self = Self::V2026_11;

    /// The name of the version as recorded.
    pub const fn version(self) -> &'static str {
        match self {
            Self::V2026_11 => "2026-11",
        }
    }

    /// The text itself.
    pub const fn text(self, language: Language) -> &'static str {
        match (self, language) {
            (Self::V2026_11, Language::Ja) => {
                "私は、表示された契約書類の全ての内容を確認し、これに同意して電子署名を行います。\
                 書面に代えて電磁的記録により契約を締結することに同意します。\
                 署名者として表示された組織のために署名する場合、その権限を有していることを表明します。"
            }
            (Self::V2026_11, Language::En) => {
                "I have read the documents shown in full, agree to them and sign them electronically. \
                 I agree that this contract is concluded in electronic form instead of on paper. \
                 Where I sign for the organization shown, I declare that I have the authority to do so."
            }
        }
    }
}

/// The revision of a document that a party was shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ShownRevision {
    /// The document.
    pub document_id: DocumentId,
    /// Which revision: the number of segments it consists of.
    pub segments: u32,
    /// SHA-256 of that revision.
    pub sha256: Digest32,
}

/// The legal act of a party (署名操作).
#[derive(Debug, Clone, PartialEq, serde::Serialize, serde::Deserialize)]
pub struct SigningAct {
    /// Its id; also the idempotency key against a double click.
    pub act_id: ActId,
    /// When the server accepted it.
    pub accepted_at: UtcTime,
    /// From where the request came, as far as trusted proxies tell.
    pub address: Option<IpAddr>,
    /// The browser's name for itself, cut to 300 characters.
    pub user_agent: String,
    /// The language in which the text was shown.
    pub language: Language,
    /// The text that was agreed to.
    pub consent: ConsentText,
    /// What was proven about the person.
    pub grade: EvidenceGrade,
    /// What was shown.
    pub shown: Vec<ShownRevision>,
    /// What the party filled in.
    pub values: Vec<(FieldId, FieldValue)>,
}

/// A cryptographic signature made for an act in one document.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct SignatureRecord {
    /// The document.
    pub document_id: DocumentId,
    /// The fully qualified name of the signature field.
    pub field_name: String,
    /// Whose key made it.
    #[serde(default)]
    pub key: WitnessKey,
    /// The subject of the certificate (RFC 4514).
    pub certificate_subject: String,
    /// SHA-256 of the certificate.
    pub certificate_sha256: Digest32,
    /// The time in `/M`.
    pub claimed_at: UtcTime,
    /// `genTime` of the signature time-stamp.
    pub stamped_at: UtcTime,
    /// The name of the time-stamp authority (RFC 4514).
    pub stamped_by: String,
    /// SHA-256 of the revision before this signature.
    pub based_on_sha256: Digest32,
    /// SHA-256 of the revision that ends with this signature.
    pub revision_sha256: Digest32,
}

/// Which key of the witness made a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum WitnessKey {
    /// A key made for this one act, whose certificate names the party.
    #[default]
    OneTime,
    /// The fixed seal of the service.
    FixedSeal,
}
