//! A small PKI with fixed keys, and `openssl` as a judge.

use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;

use akashi_pki::{
    Certificate, CertificateAuthority, CertificateTemplate, DistinguishedName, KeyAlgorithm, SerialNumber,
    Signer, SigningKey, Validity,
};
use jiff::Timestamp;

/// Private scalar and public point of three P-256 keys that protect nothing.
const KEYS: [(&str, &str); 3] = [
    (
        "963c3b7ae32403c8d020376a2925362ecbe719078f732e1bc357b00da7f3cf08",
        "04230b8af64f29ef5f4bf0d5dcff9b7b61263df06e6ac0a84749c53b545d7851afcf16da9169c2f849337774c8f6c2a45f3284e8cd79a79dca6ba8467299e9f1b9",
    ),
    (
        "b8f8f48a7877a4121fa27b6808400fc78493b24a798cdb1a0ec18c83050e95ea",
        "04be34304a3a08fbd0b8684b7b9392706b5babd93cfdbc78ba7d80f957d02ecba2ccea6458482efae7e90c7a325ee38ba99dd0a81ef7056c25601847fa4a58c68f",
    ),
    (
        "cc6f736f064095084431fcaa5890cf7b38d89e3ab9b6a02b658762f9441c807d",
        "0457f3241f6ebfe3687f9bbe7ccdca7edf4b3cda4c272a27c4a494263affde0e4cf4176dcdf7936dc15f80a8197910e6b27931e21ffc3855fd32d1504e3b78e95a",
    ),
];

pub(crate) fn fixed_key(index: usize) -> SigningKey {
    let (scalar, point) = KEYS[index];
    let pkcs8 = format!(
        "308187020100301306072a8648ce3d020106082a8648ce3d030107046d306b0201010420{scalar}a144034200{point}"
    );
    SigningKey::from_pkcs8(&hex::decode(pkcs8).unwrap()).unwrap()
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn now() -> Timestamp {
    at("2026-04-01T03:00:00Z")
}

pub(crate) fn years(from: &str, to: &str) -> Validity {
    Validity {
        not_before: at(&format!("{from}-01-01T00:00:00Z")),
        not_after: at(&format!("{to}-12-31T23:59:59Z")),
    }
}

pub(crate) fn name(common_name: &str) -> DistinguishedName {
    DistinguishedName::builder()
        .country("JP")
        .unwrap()
        .organization("あかし試験")
        .unwrap()
        .common_name(common_name)
        .unwrap()
        .build()
}

pub(crate) fn serial(number: u8) -> SerialNumber {
    SerialNumber::from_random([number; 16])
}

/// A root and an issuing authority below it.
pub(crate) struct MiniPki {
    pub(crate) root: CertificateAuthority,
    pub(crate) issuing: CertificateAuthority,
}

impl MiniPki {
    pub(crate) fn new() -> Self {
        let root = CertificateAuthority::self_signed(
            &CertificateTemplate::root(name("ルート"), years("2026", "2055")),
            &serial(1),
            Arc::new(fixed_key(0)),
        )
        .unwrap();
        let key = Arc::new(fixed_key(1));
        let template = CertificateTemplate::issuing_authority(name("発行"), years("2026", "2045"));
        let certificate = root.issue(&template, key.public_key(), &serial(2)).unwrap();
        Self {
            root,
            issuing: CertificateAuthority::new(certificate, key).unwrap(),
        }
    }

    pub(crate) fn issue(&self, template: &CertificateTemplate, number: u8) -> Certificate {
        let key = SigningKey::generate(KeyAlgorithm::P256).unwrap();
        self.issuing
            .issue(template, key.public_key(), &serial(number))
            .unwrap()
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
