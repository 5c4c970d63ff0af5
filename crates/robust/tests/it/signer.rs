//! A key that signs whatever it is given.

use std::fmt::Write as _;
use std::sync::Arc;

use akashi_pades::{
    Drawing, NewField, Permission, Placement, PrepareError, Refusal, SignatureDetails, SignatureDraft,
    SignerIdentity, examine,
};
use akashi_pdf::{Document, Limits, OpenError, ReadError, RepairError, repair};
use akashi_pki::{
    Certificate, CertificateAuthority, CertificateTemplate, DistinguishedName, KeyAlgorithm, SerialNumber,
    Signer as _, SigningKey, Validity,
};
use jiff::Timestamp;

/// A seal of one certificate, and what it shows.
pub(crate) struct Seal {
    pub(crate) root: Certificate,
    identity: SignerIdentity,
    key: SigningKey,
    drawing: Document<Vec<u8>>,
}

/// What became of a file.
pub(crate) enum Outcome {
    /// The file as it was signed: the original, or what a repair made of it.
    Signed {
        base: Vec<u8>,
        is_repaired: bool,
        invisible: Vec<u8>,
        visible: Option<Vec<u8>>,
    },
    /// Not signed, and why.
    Refused(Refused),
}

/// Why a file was not signed.
pub(crate) enum Refused {
    /// It does not open.
    Closed(OpenError),
    /// It opens, but may not be signed; with the fault that was met while reading.
    Permission(Refusal, Option<ReadError>),
    /// Its signature fields or pages do not serve.
    Prepare(PrepareError),
    /// For the first reason; and it cannot be repaired for the second.
    BeyondRepair(Box<Refused>, RepairError),
}

impl Refused {
    /// The reason in words.
    pub(crate) fn reason(&self) -> String {
        match self {
            Self::Closed(error) => chain(error),
            Self::Permission(reason, Some(fault)) => format!("{reason}: {}", chain(fault)),
            Self::Permission(reason, None) => reason.to_string(),
            Self::Prepare(error) => chain(error),
            Self::BeyondRepair(first, error) => {
                format!("{}; beyond repair: {}", first.reason(), chain(error))
            }
        }
    }

    fn is_damage(&self) -> bool {
        match self {
            Self::Closed(error) => error.is_damage(),
            Self::Permission(reason, _) => *reason == Refusal::Damaged,
            _ => false,
        }
    }
}

/// An error with its causes.
pub(crate) fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    text
}

/// When the files are signed.
pub(crate) fn now() -> Timestamp {
    "2026-11-20T01:23:45Z".parse().unwrap()
}

impl Seal {
    pub(crate) fn new() -> Self {
        let validity = Validity {
            not_before: "2026-01-01T00:00:00Z".parse().unwrap(),
            not_after: "2046-01-01T00:00:00Z".parse().unwrap(),
        };
        let name = |text: &str| DistinguishedName::builder().common_name(text).unwrap().build();
        let serial = |number: u8| SerialNumber::from_random([number; 16]);
        let root_key = Arc::new(SigningKey::generate(KeyAlgorithm::P256).unwrap());
        let template = CertificateTemplate::root(name("証 堅牢 ルート"), validity);
        let root = CertificateAuthority::self_signed(&template, &serial(1), root_key).unwrap();
        let key = SigningKey::generate(KeyAlgorithm::P256).unwrap();
        let template = CertificateTemplate::seal(name("証 堅牢"), validity);
        let certificate = root.issue(&template, key.public_key(), &serial(2)).unwrap();
        Self {
            root: root.certificate().clone(),
            identity: SignerIdentity {
                certificate,
                issuers: vec![root.certificate().clone()],
                algorithm: key.signature_algorithm(),
            },
            key,
            drawing: Document::open(painted(), &Limits::default()).unwrap(),
        }
    }

    /// Signs a file twice, invisibly and with a seal on its first page; a damaged one is repaired before.
    pub(crate) fn sign(&self, file: &[u8]) -> Outcome {
        let refused = match self.sign_as_it_is(file) {
            Outcome::Refused(refused) if refused.is_damage() => refused,
            outcome => return outcome,
        };
        match repair(&file, &Limits::default(), [3; 32]) {
            Ok(repaired) => match self.sign_as_it_is(&repaired) {
                Outcome::Signed {
                    base,
                    invisible,
                    visible,
                    ..
                } => Outcome::Signed {
                    base,
                    is_repaired: true,
                    invisible,
                    visible,
                },
                // What was wrong at first says more.
                Outcome::Refused(_) => Outcome::Refused(refused),
            },
            Err(error) => Outcome::Refused(Refused::BeyondRepair(Box::new(refused), error)),
        }
    }

    fn sign_as_it_is(&self, file: &[u8]) -> Outcome {
        let document = match Document::open(file, &Limits::default()) {
            Ok(document) => document,
            Err(error) => return Outcome::Refused(Refused::Closed(error)),
        };
        let permission = examine(&document).unwrap().permission;
        if let Permission::Refused { reason } = permission {
            return Outcome::Refused(Refused::Permission(reason, fault(&document)));
        }
        let invisible = self.signed(&document, file, &permission, false);
        let visible = match permission {
            Permission::ExistingFieldsOnly { .. } => None,
            _ => Some(self.signed(&document, file, &permission, true)),
        };
        match (invisible, visible.transpose()) {
            (Ok(invisible), Ok(visible)) => Outcome::Signed {
                base: file.to_vec(),
                is_repaired: false,
                invisible,
                visible,
            },
            (Err(error), _) | (_, Err(error)) => Outcome::Refused(Refused::Prepare(error)),
        }
    }

    fn signed(
        &self,
        document: &Document<&[u8]>,
        base: &[u8],
        permission: &Permission,
        is_visible: bool,
    ) -> Result<Vec<u8>, PrepareError> {
        let place = Placement {
            page: 0,
            x: 10.0,
            y: 10.0,
            width: 60.0,
            height: 60.0,
        };
        let drawing = Drawing {
            document: &self.drawing,
            page: 0,
        };
        let draft = match permission {
            Permission::ExistingFieldsOnly { names } => {
                SignatureDraft::in_existing_field(document, &names[0], Some(drawing))?
            }
            _ => SignatureDraft::new(
                document,
                &NewField {
                    name: "akashi-robust",
                    label: "印影",
                    appearance: is_visible.then_some((place, drawing)),
                },
            )?,
        };
        let details = SignatureDetails {
            reason: Some("堅牢性の確認".to_owned()),
            ..SignatureDetails::default()
        };
        let prepared = draft
            .with_details(details)
            .prepare(&self.identity, now(), [5; 32])?;
        let value = self.key.sign(prepared.to_be_signed()).unwrap();
        let revision = prepared.embed(&value).unwrap().into_revision();
        Ok([base, &revision.bytes].concat())
    }
}

/// What cannot be read of a document.
fn fault(document: &Document<&[u8]>) -> Option<ReadError> {
    let signatures = document.pages().and_then(|_| document.signatures());
    signatures.and_then(|_| document.active_content()).err()
}

/// A red ring.
fn painted() -> Vec<u8> {
    let content = "q 0.8 0 0 RG 4 w 4 4 52 52 re S Q";
    let stream = format!("<</Length {}>>stream\n{content}\nendstream", content.len());
    let objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/Contents 4 0 R/MediaBox[0 0 60 60]/Resources<<>>>>",
        stream.as_str(),
    ];
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut table = String::from("xref\n0 5\n0000000000 65535 f \n");
    for (index, object) in objects.iter().enumerate() {
        writeln!(table, "{:010} 00000 n ", file.len()).unwrap();
        file.extend(format!("{} 0 obj\n{object}\nendobj\n", index + 1).bytes());
    }
    let start = file.len();
    file.extend(format!("{table}trailer\n<</Size 5/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n").bytes());
    file
}
