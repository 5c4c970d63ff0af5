//! The evidence sheet (締結証明書): who signed what, when and how, as a PDF/A-3b that carries the same
//! content as JSON.

mod draw;
mod file;
mod sample;
mod words;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Serialize, Serializer};
use thiserror::Error;

use crate::appearance::Mark;
use crate::date::jst_rfc3339;
use crate::error::RenderError;

pub use draw::evidence_sheet;

/// The language of a drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// 日本語
    Japanese,
    /// English
    English,
}

/// Everything that the evidence sheet says about one concluded contract.
///
/// Texts that come from people and records (titles, names, events) are given in the language of the
/// sheet; labels, methods and grades are worded here. A character that no font can draw is shown as
/// its code, `[U+1F600]`: a sheet must never fail because of a file name.
#[derive(Debug, Clone, Serialize)]
pub struct EvidenceSheet {
    /// The contract's ID as stamped on its pages.
    pub contract_id: String,
    /// Title of the contract.
    pub title: String,
    /// 管理番号
    pub management_number: Option<String>,
    /// Who made and sent it.
    pub creator: Creator,
    /// 契約日: the day that the parties agreed on, apart from the time of conclusion.
    pub agreed_on: Option<Date>,
    /// 締結日時: when the last signature stood and the contract was concluded. Never back-dated.
    #[serde(serialize_with = "jst")]
    pub concluded_at: Timestamp,
    /// When this sheet was made.
    #[serde(serialize_with = "jst")]
    pub issued_at: Timestamp,
    /// Level of the signatures (EN 319 142-1), for example `PAdES-B-T`.
    pub level: String,
    /// What our own judge found before the contract counted as concluded.
    pub validation: ValidationSummary,
    /// Where the time in the signatures comes from.
    pub time_source: TimeSource,
    /// The signed documents in their final state.
    pub documents: Vec<FileEvidence>,
    /// 補足書類: files that were concluded along, not signed inside.
    pub attachments: Vec<FileEvidence>,
    /// The signers in the order of their acts.
    pub signers: Vec<SignerEvidence>,
    /// 経過: what happened, oldest first.
    pub history: Vec<HistoryRow>,
    /// The text that every signer confirmed.
    pub confirmation: Confirmation,
    /// Page where the contract can be verified; drawn as QR code.
    pub verify_url: Option<String>,
    /// Real use or trial.
    pub mode: SheetMode,
}

impl EvidenceSheet {
    /// Identifies the form of the JSON.
    pub const SCHEMA: &'static str = "akashi-evidence-sheet/1";

    /// The content as JSON: digests in lower-case hex, times in RFC 3339 with the Japanese offset.
    /// The same bytes are attached to the PDF as `evidence.json`.
    ///
    /// # Errors
    /// [`EvidenceError::Json`]; cannot happen with the types above.
    pub fn to_json(&self) -> Result<Vec<u8>, EvidenceError> {
        #[derive(Serialize)]
        struct Named<'a> {
            schema: &'static str,
            #[serde(flatten)]
            sheet: &'a EvidenceSheet,
        }
        let named = Named {
            schema: Self::SCHEMA,
            sheet: self,
        };
        let mut json =
            serde_json::to_vec_pretty(&named).map_err(|error| EvidenceError::Json(error.to_string()))?;
        json.push(b'\n');
        Ok(json)
    }
}

/// What was found when the files were judged (EN 319 102-1), and how they are kept provable.
#[derive(Debug, Clone, Serialize)]
pub struct ValidationSummary {
    /// When they were judged: every signature passed (`TOTAL-PASSED`), or there would be no sheet.
    #[serde(serialize_with = "jst")]
    pub judged_at: Timestamp,
    /// How many signatures the documents carry, archive time-stamps left out.
    pub signatures: u32,
    /// The time of the archive time-stamp.
    #[serde(serialize_with = "jst")]
    pub archived_at: Timestamp,
    /// Whose archive time-stamp.
    pub archived_by: String,
    /// Whether that authority is accredited (総務大臣認定) as far as the operator has listed.
    pub is_accredited: bool,
    /// When the archive time-stamp is renewed next.
    #[serde(serialize_with = "jst")]
    pub renew_at: Timestamp,
}

/// Who made a contract.
#[derive(Debug, Clone, Serialize)]
pub struct Creator {
    /// Organization.
    pub organization: String,
    /// Department within it.
    pub department: Option<String>,
    /// Name of the person.
    pub name: String,
    /// E-mail address.
    pub email: String,
}

/// One file of a contract.
#[derive(Debug, Clone, Serialize)]
pub struct FileEvidence {
    /// File name.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Number of pages, for documents with pages.
    pub pages: Option<u32>,
    /// SHA-256 of the file.
    #[serde(serialize_with = "hex_digest")]
    pub sha256: [u8; 32],
}

/// One signing act.
#[derive(Debug, Clone, Serialize)]
pub struct SignerEvidence {
    /// The party's letter or role in the contract: 甲, 乙.
    pub role: Option<String>,
    /// Organization of the signer.
    pub organization: Option<String>,
    /// Name of the signer.
    pub name: String,
    /// 役職
    pub title: Option<String>,
    /// E-mail address.
    pub email: String,
    /// When the act took place.
    #[serde(serialize_with = "jst")]
    pub signed_at: Timestamp,
    /// Whose key signed.
    pub method: SigningMethod,
    /// Subject of the signing certificate (RFC 4514).
    pub certificate_subject: String,
    /// What was proven about the person.
    pub grade: EvidenceGrade,
    /// More about the proof, such as a masked telephone number.
    pub grade_detail: Option<String>,
    /// Address from which the act came.
    pub ip: String,
    /// What was shown before the act: the number of pages, if every page had been on the screen.
    pub pages_shown: Option<u32>,
    /// The revisions shown and signed, one entry per document.
    pub revisions: Vec<RevisionEvidence>,
    /// Seal or handwriting as left on the page; drawn, not part of the JSON.
    #[serde(skip)]
    pub mark: Option<Mark>,
}

/// Which bytes a signer saw and which the signature covers. They differ when another party of the
/// same stage signed in between.
#[derive(Debug, Clone, Serialize)]
pub struct RevisionEvidence {
    /// Name of the document.
    pub document: String,
    /// SHA-256 of the revision that was shown.
    #[serde(serialize_with = "hex_digest")]
    pub shown_sha256: [u8; 32],
    /// SHA-256 of the revision that the act produced, signature included.
    #[serde(serialize_with = "hex_digest")]
    pub signed_sha256: [u8; 32],
}

/// Whose key made a signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SigningMethod {
    /// Witness signature, certificate issued for this one act.
    WitnessOneTime,
    /// Witness signature with the operator's fixed certificate.
    WitnessFixed,
    /// The party's own certificate.
    PartyOwned,
    /// Signed outside of this service and verified on return.
    External,
}

/// What was proven about a signer, from weakest to strongest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceGrade {
    /// 1: the link that was mailed to the address.
    Mail,
    /// 2: and a number sent by SMS.
    MailAndSms,
    /// 3: and an authenticator or passkey.
    MailAndAuthenticator,
    /// 4: a certificate and its PIN.
    Certificate,
    /// 5: the My Number card.
    MyNumberCard,
}

impl EvidenceGrade {
    /// The grade as a number, 1 to 5.
    pub fn number(self) -> u8 {
        match self {
            Self::Mail => 1,
            Self::MailAndSms => 2,
            Self::MailAndAuthenticator => 3,
            Self::Certificate => 4,
            Self::MyNumberCard => 5,
        }
    }
}

/// Where trusted time comes from.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum TimeSource {
    /// A time-stamp service accredited by the Japanese government (総務大臣認定).
    Accredited {
        /// Its name.
        name: String,
    },
    /// Another outside time-stamp authority.
    Outside {
        /// Its name.
        name: String,
    },
    /// The installation's own time-stamp authority.
    Local {
        /// Its name.
        name: String,
        /// Whether the clock was compared with outside time.
        clock: ClockCheck,
    },
}

/// Whether the machine's clock was compared with another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockCheck {
    /// With configured time servers.
    TimeServers,
    /// 時刻は本機の時計による
    MachineOnly,
}

/// One event.
#[derive(Debug, Clone, Serialize)]
pub struct HistoryRow {
    /// When it happened.
    #[serde(serialize_with = "jst")]
    pub at: Timestamp,
    /// ID of the event in the record.
    pub event_id: String,
    /// Who did it.
    pub actor: String,
    /// What happened, in plain words.
    pub what: String,
}

/// The text version that signers agreed to.
#[derive(Debug, Clone, Serialize)]
pub struct Confirmation {
    /// Its version.
    pub version: String,
    /// Its wording.
    pub text: String,
}

/// Whether the sheet is evidence or a trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SheetMode {
    /// A contract.
    Genuine,
    /// Trial mode: marked 「試用」 on every page.
    Trial,
}

/// Why an evidence sheet cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum EvidenceError {
    /// More than 200 signers, 1,000 files or 50,000 events, a title or confirmation above 100,000
    /// bytes, or another text above 1,500 bytes.
    #[error("evidence sheet has too much content")]
    TooMuch,
    /// The verification URL is too long for a QR code.
    #[error("verification url is too long for a qr code")]
    Url,
    /// The content could not be written as JSON.
    #[error("evidence could not be written as json: {0}")]
    Json(String),
    /// A character could not be drawn although it was replaced before: a fault of this crate.
    #[error("evidence sheet has an undrawable character: {0}")]
    Character(String),
    /// The PDF could not be written.
    #[error(transparent)]
    Render(#[from] RenderError),
}

impl From<crate::font::MissingCharacter> for EvidenceError {
    fn from(missing: crate::font::MissingCharacter) -> Self {
        Self::Character(missing.to_string())
    }
}

fn jst<S: Serializer>(at: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&jst_rfc3339(*at))
}

fn hex_digest<S: Serializer>(digest: &[u8; 32], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&hex::encode(digest))
}
