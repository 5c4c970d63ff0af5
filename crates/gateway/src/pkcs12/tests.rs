//! Files as OpenSSL makes them, new and old, and those that are refused by name.

use std::path::Path;
use std::process::Command;

use akashi_app::ports::pki::{
    CertificateAuthority, CertificateTemplate, DistinguishedName, KeyAlgorithm, SerialNumber, Validity, pem,
};
use proptest::prelude::*;

use super::*;

fn now() -> UtcTime {
    "2026-11-22T01:00:00Z".parse().unwrap()
}

fn validity() -> Validity {
    Validity {
        not_before: "2026-01-01T00:00:00Z".parse().unwrap(),
        not_after: "2028-01-01T00:00:00Z".parse().unwrap(),
    }
}

fn name(text: &str) -> DistinguishedName {
    DistinguishedName::builder().common_name(text).unwrap().build()
}

/// A key with its certificate and two issuers.
pub(crate) struct Person {
    pub(crate) key: SigningKey,
    /// Own, issuing, root.
    pub(crate) chain: Vec<Certificate>,
}

pub(crate) fn person(algorithm: KeyAlgorithm) -> Person {
    let authority_key = || Arc::new(SigningKey::generate(KeyAlgorithm::P256).unwrap());
    let root_template = CertificateTemplate::root(name("根"), validity());
    let root = CertificateAuthority::self_signed(
        &root_template,
        &SerialNumber::from_random([1; 16]),
        authority_key(),
    )
    .unwrap();
    let issuing_key = authority_key();
    let issuing = root
        .issue(
            &CertificateTemplate::issuing_authority(name("発行"), validity()),
            issuing_key.public_key(),
            &SerialNumber::from_random([2; 16]),
        )
        .unwrap();
    let issuing = CertificateAuthority::new(issuing, issuing_key).unwrap();
    let key = SigningKey::generate(algorithm).unwrap();
    let certificate = issuing
        .issue(
            &CertificateTemplate::seal(name("株式会社みなと"), validity()),
            key.public_key(),
            &SerialNumber::from_random([3; 16]),
        )
        .unwrap();
    Person {
        key,
        chain: vec![
            certificate,
            issuing.certificate().clone(),
            root.certificate().clone(),
        ],
    }
}

/// `openssl pkcs12 -export` with these arguments.
pub(crate) fn export(person: &Person, password: &str, more: &[&str]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let pkcs8 = person.key.to_pkcs8().unwrap();
    std::fs::write(at("key.pem"), pem::encode(pem::PRIVATE_KEY, &pkcs8)).unwrap();
    std::fs::write(at("certificate.pem"), person.chain[0].to_pem()).unwrap();
    let issuers: String = person.chain[1..].iter().map(Certificate::to_pem).collect();
    std::fs::write(at("issuers.pem"), issuers).unwrap();
    std::fs::write(at("password"), password).unwrap();
    openssl(
        folder.path(),
        &[
            &[
                "pkcs12",
                "-export",
                "-inkey",
                "key.pem",
                "-in",
                "certificate.pem",
                "-certfile",
                "issuers.pem",
                "-passout",
                "file:password",
                "-out",
                "out.p12",
            ],
            more,
        ]
        .concat(),
    );
    std::fs::read(at("out.p12")).unwrap()
}

fn openssl(folder: &Path, arguments: &[&str]) {
    let done = Command::new("openssl")
        .args(arguments)
        .current_dir(folder)
        .output()
        .expect("openssl is installed by scripts/tools.sh");
    assert!(
        done.status.success(),
        "{arguments:?}: {}",
        String::from_utf8_lossy(&done.stderr)
    );
}

#[test]
fn new_and_old_files_are_read() {
    for algorithm in [KeyAlgorithm::Rsa2048, KeyAlgorithm::P256, KeyAlgorithm::P384] {
        let person = person(algorithm);
        let aes_128: &[&str] = &[
            "-keypbe",
            "AES-128-CBC",
            "-certpbe",
            "AES-128-CBC",
            "-macalg",
            "sha512",
        ];
        for more in [&[], aes_128, &["-legacy"], &["-legacy", "-descert"]] {
            let seal = read_pkcs12(
                &export(&person, "ひみつ secret", more),
                "ひみつ secret",
                RsaScheme::default(),
                now(),
            )
            .unwrap_or_else(|error| panic!("{algorithm:?} {more:?}: {error:?}"));
            assert_eq!(seal.certificate, person.chain[0]);
            assert_eq!(seal.issuers, person.chain[1..]);
            let value = seal.signer.sign(b"message").unwrap();
            let key = seal.certificate.public_key();
            key.verify(seal.signer.signature_algorithm(), b"message", &value)
                .unwrap();
        }
    }
}

#[test]
fn rsa_keys_sign_by_the_scheme_that_was_chosen() {
    let person = person(KeyAlgorithm::Rsa2048);
    let file = export(&person, "secret", &[]);
    for scheme in [RsaScheme::PssSha256, RsaScheme::PssSha512, RsaScheme::Pkcs1Sha384] {
        let seal = read_pkcs12(&file, "secret", scheme, now()).unwrap();
        assert_eq!(seal.signer.signature_algorithm(), scheme.algorithm());
        let value = seal.signer.sign(b"message").unwrap();
        let key = seal.certificate.public_key();
        key.verify(scheme.algorithm(), b"message", &value).unwrap();
    }
}

fn refusal(file: &[u8], password: &str, at: UtcTime) -> Pkcs12Error {
    read_pkcs12(file, password, RsaScheme::default(), at).unwrap_err()
}

#[test]
fn what_cannot_be_used_is_refused_by_name() {
    let person = person(KeyAlgorithm::P256);
    let good = export(&person, "secret", &[]);
    let reasons = [
        refusal(&good, "Secret", now()),
        refusal(&export(&person, "secret", &["-legacy"]), "", now()),
        refusal(&export(&person, "secret", &["-nomac"]), "secret", now()),
        refusal(&export(&person, "secret", &["-nokeys"]), "secret", now()),
        refusal(&export(&person, "secret", &["-iter", "1100000"]), "secret", now()),
        refusal(
            &export(&person, "secret", &["-legacy", "-keypbe", "PBE-SHA1-RC4-128"]),
            "secret",
            now(),
        ),
        refusal(b"not a file of keys", "secret", now()),
        refusal(&good[..good.len() - 1], "secret", now()),
        refusal(&vec![0; MAX_FILE_BYTES + 1], "secret", now()),
        refusal(&good, "secret", "2025-12-31T23:59:59Z".parse().unwrap()),
        refusal(&good, "secret", "2028-01-01T00:00:01Z".parse().unwrap()),
    ];
    let reasons: Vec<String> = reasons
        .iter()
        .map(|reason| match reason {
            Pkcs12Error::Unfit(cause) => format!("{reason}: {cause}"),
            // The cause is in the words of the library, with lengths that differ from run to run.
            reason => reason.to_string(),
        })
        .collect();
    insta::assert_snapshot!(reasons.join("\n"));
}

#[test]
fn key_and_certificate_must_belong_together_and_may_sign() {
    let person = person(KeyAlgorithm::P256);
    let key = || SigningKey::from_pkcs8(&person.key.to_pkcs8().unwrap()).unwrap();
    let stranger = SigningKey::generate(KeyAlgorithm::P256).unwrap();
    let seal = |key, certificates: &[Certificate]| seal_of(key, certificates, RsaScheme::default(), now());
    assert_eq!(seal(key(), &[]).unwrap_err(), SealUnfit::NoCertificate);
    assert_eq!(seal(stranger, &person.chain).unwrap_err(), SealUnfit::KeyMismatch);
    assert_eq!(
        seal(key(), &person.chain[1..]).unwrap_err(),
        SealUnfit::KeyMismatch
    );
    assert_eq!(check_seal(&person.chain[1], now()), Err(SealUnfit::Authority));

    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let pkcs8 = person.key.to_pkcs8().unwrap();
    std::fs::write(at("key.pem"), pem::encode(pem::PRIVATE_KEY, &pkcs8)).unwrap();
    openssl(
        folder.path(),
        &[
            "req",
            "-x509",
            "-key",
            "key.pem",
            "-subj",
            "/CN=for encryption",
            "-days",
            "3650",
            "-addext",
            "basicConstraints=critical,CA:FALSE",
            "-addext",
            "keyUsage=critical,keyEncipherment,keyAgreement",
            "-out",
            "certificate.pem",
        ],
    );
    let text = std::fs::read_to_string(at("certificate.pem")).unwrap();
    let certificate = Certificate::from_pem(&text).unwrap();
    let begun = certificate.not_before();
    assert_eq!(check_seal(&certificate, begun), Err(SealUnfit::KeyUsage));
}

#[test]
fn the_newest_certificate_of_the_key_is_taken() {
    let Person { key, chain } = person(KeyAlgorithm::P256);
    let root_key = Arc::new(SigningKey::generate(KeyAlgorithm::P256).unwrap());
    let template = CertificateTemplate::root(name("別の根"), validity());
    let root =
        CertificateAuthority::self_signed(&template, &SerialNumber::from_random([7; 16]), root_key).unwrap();
    let newer = Validity {
        not_before: "2026-06-01T00:00:00Z".parse().unwrap(),
        ..validity()
    };
    let renewed = root
        .issue(
            &CertificateTemplate::seal(name("更新"), newer),
            key.public_key(),
            &SerialNumber::from_random([8; 16]),
        )
        .unwrap();
    let all = [chain, vec![renewed.clone(), root.certificate().clone()]].concat();
    let seal = seal_of(key, &all, RsaScheme::default(), now()).unwrap();
    assert_eq!(seal.certificate, renewed);
    assert_eq!(seal.issuers, [root.certificate().clone()]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A changed byte never gives another key, and nothing panics.
    #[test]
    fn changed_files_do_not_pass(at in 0_usize..1500, change in 1_u8..=255) {
        static FILE: std::sync::LazyLock<(Person, Vec<u8>)> = std::sync::LazyLock::new(|| {
            let person = person(KeyAlgorithm::P256);
            let file = export(&person, "secret", &["-iter", "16"]);
            (person, file)
        });
        let (person, file) = &*FILE;
        let mut changed = file.clone();
        let at = at % changed.len();
        changed[at] ^= change;
        if let Ok(seal) = read_pkcs12(&changed, "secret", RsaScheme::default(), now()) {
            prop_assert_eq!(&seal.certificate, &person.chain[0]);
        }
    }
}
