//! A signer below a root, and `openssl` as a judge.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

use akashi_cms::{SignedAttributes, SignedDataBuilder};
use akashi_pki::{
    Certificate, CertificateAuthority, CertificateTemplate, DigestAlgorithm, DistinguishedName, KeyAlgorithm,
    RevocationListPeriod, SerialNumber, SignatureAlgorithm, Signer, SigningKey, Validity,
};

pub(crate) fn validity() -> Validity {
    Validity {
        not_before: "2020-01-01T00:00:00Z".parse().unwrap(),
        not_after: "2045-01-01T00:00:00Z".parse().unwrap(),
    }
}

pub(crate) fn name(common_name: &str) -> DistinguishedName {
    DistinguishedName::builder()
        .country("JP")
        .unwrap()
        .common_name(common_name)
        .unwrap()
        .build()
}

pub(crate) fn serial(number: u8) -> SerialNumber {
    SerialNumber::from_random([number; 16])
}

pub(crate) struct Party {
    pub(crate) root: CertificateAuthority,
    pub(crate) key: SigningKey,
    pub(crate) certificate: Certificate,
}

impl Party {
    pub(crate) fn new() -> Self {
        Self::with_key(SigningKey::generate(KeyAlgorithm::P256).unwrap())
    }

    pub(crate) fn with_key(key: SigningKey) -> Self {
        let root = CertificateAuthority::self_signed(
            &CertificateTemplate::root(name("根"), validity()),
            &serial(1),
            Arc::new(SigningKey::generate(KeyAlgorithm::P256).unwrap()),
        )
        .unwrap();
        let template = CertificateTemplate::seal(name("署名者"), validity());
        let certificate = root.issue(&template, key.public_key(), &serial(2)).unwrap();
        Self {
            root,
            key,
            certificate,
        }
    }

    /// A detached signature over `content` with chain and list.
    pub(crate) fn sign(&self, content: &[u8]) -> Vec<u8> {
        let algorithm: SignatureAlgorithm = self.key.signature_algorithm();
        let digest: DigestAlgorithm = algorithm.digest();
        let attributes = SignedAttributes::for_data(digest, &digest.digest(content), &self.certificate);
        let value = self.key.sign(attributes.to_be_signed()).unwrap();
        let period = RevocationListPeriod {
            number: 1,
            this_update: validity().not_before,
            next_update: validity().not_after,
        };
        let list = self.root.issue_revocation_list(period, &[]).unwrap();
        SignedDataBuilder::new(&attributes, &self.certificate, algorithm)
            .with_certificates([self.root.certificate()])
            .with_revocation_lists([&list])
            .build(&value)
    }
}

/// Runs `openssl` inside `folder`; a machine without it cannot run these tests.
pub(crate) fn openssl(folder: &Path, arguments: &[&str]) -> Output {
    Command::new("openssl")
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("the program openssl is needed for this test")
}

/// As [`openssl`], and must succeed.
pub(crate) fn openssl_ok(folder: &Path, arguments: &[&str]) -> String {
    let output = openssl(folder, arguments);
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "openssl {arguments:?}\n{text}{errors}");
    text
}

/// The corpus folder: `AKASHI_CORPUS`, else `../shared/corpus` beside the workspace. Without the
/// variable and the folder the caller's test has nothing to run on; with the variable alone it fails.
pub(crate) fn corpus() -> Option<PathBuf> {
    #[expect(
        clippy::disallowed_methods,
        reason = "the corpus stands beside the project, not in it"
    )]
    let named = std::env::var_os("AKASHI_CORPUS");
    if let Some(folder) = named {
        let folder = PathBuf::from(folder);
        assert!(
            folder.is_dir(),
            "AKASHI_CORPUS names no folder: {}",
            folder.display()
        );
        return Some(folder);
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    if folder.is_dir() {
        return Some(folder);
    }
    eprintln!(
        "!!! CORPUS ABSENT: {} — this test ran on nothing",
        folder.display()
    );
    None
}
