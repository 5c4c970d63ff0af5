//! What the file says, and what certificates say.

use akashi_pki::Certificate;
use jiff::Timestamp;
use serde::Serialize;

/// What the file says about a signature; nothing of it is proven by being written there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct SignatureFacts {
    /// Full name of the field.
    pub field_name: String,
    /// Signature of a person or seal, or document time-stamp.
    pub kind: SignatureKind,
    /// `SubFilter`.
    pub sub_filter: Option<String>,
    /// `ByteRange` as offset and length.
    pub byte_range: Option<Vec<(u64, u64)>>,
    /// `M` as written, in PDF's form.
    pub claimed_time_text: Option<String>,
    /// `M`, when it can be read.
    pub claimed_time: Option<Timestamp>,
    /// `Reason`.
    pub reason: Option<String>,
    /// `Location`.
    pub location: Option<String>,
    /// `Name`.
    pub name: Option<String>,
    /// DocMDP permission 1 to 3, when the signature certifies or its lock limits changes.
    pub certification: Option<u8>,
    /// The fields that it locks, in words: `all`, or the names.
    pub locks: Vec<LockFacts>,
}

/// A lock of fields that a signature set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LockFacts {
    /// All fields, these, or all but these.
    pub scope: LockScope,
    /// The names.
    pub fields: Vec<String>,
}

/// Which fields a lock means.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LockScope {
    /// All.
    All,
    /// Those named.
    These,
    /// All but those named.
    AllButThese,
}

impl LockFacts {
    /// Whether the field of this full name is locked; a name stands for the fields below it, too.
    pub fn locks(&self, field: &str) -> bool {
        let is_named = self.fields.iter().any(|name| {
            field == name
                || field
                    .strip_prefix(name.as_str())
                    .is_some_and(|rest| rest.starts_with('.'))
        });
        match self.scope {
            LockScope::All => true,
            LockScope::These => is_named,
            LockScope::AllButThese => !is_named,
        }
    }
}

/// What a signature is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SignatureKind {
    /// A signature of a person or a seal.
    Signature,
    /// A document time-stamp (ISO 32000-2, 12.8.5).
    DocumentTimeStamp,
}

/// What a certificate says.
#[derive(Debug, Clone, Serialize)]
#[non_exhaustive]
pub struct CertificateFacts {
    /// Subject, in words.
    pub subject: String,
    /// Common name of the subject.
    pub common_name: Option<String>,
    /// Organization of the subject.
    pub organization: Option<String>,
    /// Mail addresses.
    pub mail_addresses: Vec<String>,
    /// Issuer, in words.
    pub issuer: String,
    /// Common name of the issuer.
    pub issuer_common_name: Option<String>,
    /// Serial number, hexadecimal.
    pub serial_number: String,
    /// Begin of validity.
    pub not_before: Timestamp,
    /// End of validity.
    pub not_after: Timestamp,
    /// SHA-256 of the certificate, hexadecimal.
    pub sha256: String,
    /// The certificate itself.
    #[serde(skip)]
    pub certificate: Certificate,
}
