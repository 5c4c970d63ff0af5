//! What our own judge says of a file, in the terms of the use cases.

use akashi_domain::UtcTime;
use akashi_pki::Certificate;

/// What can be said of a PDF as a whole.
#[derive(Debug, Clone)]
pub struct Judgement {
    /// The signatures, oldest first.
    pub signatures: Vec<JudgedSignature>,
    /// Something was added after the last signature that no signature covers.
    pub has_unsigned_changes: bool,
}

/// What can be said of one signature.
#[derive(Debug, Clone)]
pub struct JudgedSignature {
    /// The name of its field.
    pub field_name: String,
    /// The signer's common name.
    pub signer: String,
    /// The signer's organization, or nothing.
    pub organization: String,
    /// The issuer's common name.
    pub issuer: String,
    /// The time in the signature dictionary: claimed, not proven.
    pub claimed_at: Option<UtcTime>,
    /// The time of the signature time-stamp, if it holds.
    pub stamped_at: Option<UtcTime>,
    /// Whose time-stamp.
    pub stamped_by: Option<String>,
    /// The signed bytes are as they were signed.
    pub is_intact: bool,
    /// The certificate leads to a root that this installation trusts.
    pub is_trusted: bool,
    /// Its time-stamp holds and leads to a trusted root.
    pub is_stamped: bool,
    /// What came after it.
    pub later: LaterChanges,
}

impl JudgedSignature {
    /// The facts in one line, for experts.
    pub fn technical(&self) -> String {
        let time = |at: Option<UtcTime>| at.map_or_else(|| "-".to_owned(), |at| at.to_string());
        format!(
            "intact={} trusted={} stamped={} M={} genTime={} later={:?}",
            self.is_intact,
            self.is_trusted,
            self.is_stamped,
            time(self.claimed_at),
            time(self.stamped_at),
            self.later
        )
    }
}

/// What came after a signature.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LaterChanges {
    /// Nothing: it covers the whole file.
    None,
    /// Only what the signature permits: other signatures, their fields, validation data.
    Permitted,
    /// Something else.
    Forbidden {
        /// What, for the details.
        findings: Vec<String>,
    },
    /// The signature does not cover a whole revision.
    NotCovered,
}

/// What keeps a file from being released: empty if every expected signature is intact, trusted, time-stamped,
/// and nothing but permitted changes follows any of them.
pub(crate) fn faults(
    _file: &[u8],
    _expected: &[String],
    _anchors: &[Certificate],
    _now: UtcTime,
) -> Vec<String> {
    vec!["not judged".to_owned()]
}

/// What can be said of a file that anyone brings.
///
/// # Errors
/// Why it cannot be judged at all.
pub(crate) fn judge_file(_file: &[u8], _anchors: &[Certificate], _now: UtcTime) -> Result<Judgement, String> {
    Err("not judged".to_owned())
}
