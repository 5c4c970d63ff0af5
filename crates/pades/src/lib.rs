//! PAdES signatures: what a PDF allows, the revisions of a contract, and signatures of every level (B-B to B-LTA).
//!
//! **What it is not.** It judges nothing (`akashi-validation` does, and shares no code with this crate), draws nothing
//! (appearances come in as pages of small PDFs), holds no keys, dials nobody: no I/O, no clock, no randomness.
//!
//! A signature is made in steps that can be interrupted: a [`SignatureDraft`] is prepared for a certificate; the
//! [`Prepared`] update says what a key must sign, and can be stored; with the key's answer it becomes [`Signed`], and
//! with a time-stamp token that reaches level B-T.
//!
//! ```
//! # use std::sync::Arc;
//! # use akashi_pki::*;
//! # use akashi_tsp::{TimeStampRequest, TimeStampResponder};
//! use akashi_pades::{BaselineLevel, NewField, SignatureDetails, SignatureDraft, SignerIdentity};
//! use akashi_pdf::{Document, Limits};
//! # fn sample() -> Vec<u8> {
//! #     let mut file = b"%PDF-1.7\n".to_vec();
//! #     let mut offsets = Vec::new();
//! #     for object in ["<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
//! #         "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595.27559055 841.890]>>"] {
//! #         offsets.push(file.len());
//! #         file.extend(format!("{} 0 obj\n{object}\nendobj\n", offsets.len()).bytes());
//! #     }
//! #     let start = file.len();
//! #     file.extend(b"xref\n0 4\n0000000000 65535 f \n");
//! #     for offset in offsets { file.extend(format!("{offset:010} 00000 n \n").bytes()); }
//! #     file.extend(format!("trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n").bytes());
//! #     file
//! # }
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! # let now: jiff::Timestamp = "2026-04-01T00:00:00Z".parse()?;
//! # let validity = Validity { not_before: now, not_after: "2036-04-01T00:00:00Z".parse()? };
//! # let name = |text: &str| DistinguishedName::builder().common_name(text).map(|name| name.build());
//! # let root_key = Arc::new(SigningKey::generate(KeyAlgorithm::P256)?);
//! # let template = CertificateTemplate::root(name("root")?, validity);
//! # let root = CertificateAuthority::self_signed(&template, &SerialNumber::from_random([1; 16]), root_key)?;
//! # let key = SigningKey::generate(KeyAlgorithm::P256)?;
//! # let certificate = root.issue(&CertificateTemplate::seal(name("seal")?, validity), key.public_key(),
//! #     &SerialNumber::from_random([2; 16]))?;
//! # let tsa_key = Arc::new(SigningKey::generate(KeyAlgorithm::P256)?);
//! # let tsa_certificate = root.issue(&CertificateTemplate::time_stamping(name("tsa")?, validity),
//! #     tsa_key.public_key(), &SerialNumber::from_random([3; 16]))?;
//! # let tsa = TimeStampResponder::new(tsa_certificate, vec![root.certificate().clone()], tsa_key, TIME_STAMP_POLICY)?;
//! # let stamp = |imprint: [u8; 32]| tsa.issue(&TimeStampRequest::new(DigestAlgorithm::Sha256, &imprint),
//! #     &SerialNumber::from_random([4; 16]), now);
//! # let seed = [7; 32];
//! let document = Document::open(sample(), &Limits::default())?;
//! let signer = SignerIdentity {
//!     algorithm: key.signature_algorithm(),
//!     issuers: vec![root.certificate().clone()],
//!     certificate,
//! };
//! let field = NewField::<Vec<u8>> { name: "Seal", label: "", appearance: None };
//! let prepared = SignatureDraft::new(&document, &field)?
//!     .with_details(SignatureDetails { reason: Some("締結の証明".into()), ..Default::default() })
//!     .prepare(&signer, now, seed)?;
//! let value = key.sign(prepared.to_be_signed())?;
//! let signed = prepared.embed(&value)?;
//! let token = stamp(signed.time_stamp_imprint())?;
//! let signed = signed.embed_token(&token)?;
//! assert_eq!(signed.level(), BaselineLevel::T);
//! let file = [sample(), signed.into_revision().bytes].concat();
//! assert_eq!(Document::open(file, &Limits::default())?.signatures()?.len(), 1);
//! # Ok(()) }
//! ```
//!
//! So that it lasts, [`ValidationNeeds`] says which certificates and revocation data are missing, and a [`LongTermDraft`]
//! adds them together with a document time-stamp, which the authority answers: level B-LTA. [`renewal_due`] says when that
//! must be renewed, in the same way. Files that others signed are extended, too.
//!
//! ```no_run
//! # use akashi_pades::{LongTermDraft, ValidationMaterial, ValidationNeeds};
//! # use akashi_pdf::{Document, ReadAt};
//! # use akashi_pki::{DigestAlgorithm, TrustAnchor};
//! # fn extend<R: ReadAt>(document: &Document<R>, anchors: &[TrustAnchor], known: &ValidationMaterial,
//! #     now: jiff::Timestamp, seed: [u8; 32], stamp: impl Fn(&[u8]) -> Vec<u8>) -> Result<(), Box<dyn std::error::Error>> {
//! let needs = ValidationNeeds::of(document, anchors, known, now)?;
//! assert!(needs.is_complete(), "fetch {:?}", needs.revocation);
//! let prepared = LongTermDraft::new(document)
//!     .with_material(&needs.material)
//!     .prepare_time_stamp(DigestAlgorithm::Sha256, seed)?;
//! let token = stamp(prepared.imprint());
//! let revision = prepared.embed_token(&token)?;
//! # Ok(()) }
//! ```
//!
//! Forms that a file brings are filled by [`FormFilling`], alone or together with a signature. A key that is elsewhere gets
//! [`Prepared::to_be_signed`] or [`Prepared::digest`], and its answer may come after a restart.
//!
//! Contracts follow a plan of revisions: [`examine`] says what the PDF allows, a [`SentPlan`] writes stamp, fields and
//! signature fields with their locks at once, and each party's [`Act`] adds values and a signature.
//!
//! Standards: EN 319 142-1 (PAdES), ISO 32000-2 (12.7 and 12.8), RFC 5652, RFC 3161, FIPS 180-4.

mod drawing;
mod extensions;
mod form;
mod hash;
mod long_term;
mod plan;
mod revision;
mod sign;

pub use drawing::{Drawing, Placement};
pub use form::{FieldInput, FillFormError, FormFilling};
pub use hash::{HashState, HashStateError, ResumeError, RevisionHash};
pub use long_term::{
    ExtendError, LongTermDraft, MissingIssuer, NeedReason, PreparedTimeStamp, RevocationNeed, SecurityStore,
    Sunset, ValidationMaterial, ValidationNeeds, renewal_due,
};
pub use plan::{
    Act, ActError, ActValue, CertificateConstraint, FieldLock, FieldPlan, FieldPlanKind, Intake, LockAction,
    MAX_PAGES, PageSize, Permission, Refusal, SeedRefusal, SentError, SentPlan, SignaturePlace, SignerPlan,
    Stamp, TextLines, Value, examine,
};
pub use revision::AppendedRevision;
pub use sign::{
    BaselineLevel, CertificationPermission, EmbedError, ForeignCmsError, NewField, Notice, PrepareError,
    Prepared, SignatureDetails, SignatureDraft, Signed, SignerIdentity, StoredError,
};
