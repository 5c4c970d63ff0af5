//! Seals from files and uploads. Tokens are tested where they are read.

use akashi_app::ports::pki::KeyAlgorithm;
use akashi_testkit::conformance::seals::{Upload, suite};
use akashi_testkit::fakes::{MemoryKeys, SeededEntropy};

use super::*;
use crate::pkcs12::tests::{export, person};

fn now() -> UtcTime {
    "2026-11-22T01:00:00Z".parse().unwrap()
}

fn seals(settings: Settings) -> Seals {
    Seals::new(settings, Arc::new(MemoryKeys), Arc::new(SeededEntropy::new(1))).unwrap()
}

fn organization() -> OrganizationId {
    OrganizationId::from_parts(1, [9; 10])
}

#[tokio::test]
async fn conforms() {
    let person = person(KeyAlgorithm::Rsa2048);
    let upload = Upload {
        file: export(&person, "secret", &[]),
        password: "secret".to_owned(),
        certificate: person.chain[0].clone(),
    };
    suite(&seals(Settings::default()), &upload, now()).await;
}

#[tokio::test]
async fn what_is_kept_is_encrypted_and_holds_against_changes() {
    let person = person(KeyAlgorithm::P256);
    let seals = seals(Settings::default());
    let (kept, _) = seals
        .keep(organization(), &export(&person, "s", &[]), &"s".into(), now())
        .await
        .unwrap();
    let text = String::from_utf8_lossy(&kept.sealed);
    assert!(!text.contains("BEGIN"), "nothing stands there in the clear");
    for at in [0, kept.sealed.len() / 2, kept.sealed.len() - 1] {
        let mut changed = kept.clone();
        changed.sealed[at] ^= 1;
        let opened = seals.open(organization(), &changed, now()).await;
        assert!(matches!(opened, Err(SealError::Damaged)), "{at}: {opened:?}");
    }
    let (again, _) = seals
        .keep(organization(), &export(&person, "s", &[]), &"s".into(), now())
        .await
        .unwrap();
    assert_ne!(again.sealed, kept.sealed, "each has a key of its own");
}

#[tokio::test]
async fn the_operators_file_is_read_once_and_again_when_its_certificate_has_ended() {
    let none = seals(Settings::default()).of_installation(now()).await.unwrap();
    assert!(none.is_none());

    let person = person(KeyAlgorithm::P256);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("seal.p12");
    let settings = |password: &str| Settings {
        pkcs12: Some(Pkcs12Settings {
            file: file.clone(),
            password: password.to_owned().into(),
            rsa_scheme: RsaScheme::default(),
        }),
        pkcs11: None,
    };
    let missing = seals(settings("secret")).of_installation(now()).await;
    assert!(matches!(missing, Err(SealError::Unavailable(_))), "{missing:?}");
    std::fs::write(&file, export(&person, "secret", &[])).unwrap();
    let wrong = seals(settings("other")).of_installation(now()).await;
    assert!(matches!(wrong, Err(SealError::Pkcs12(_))), "{wrong:?}");

    let seals = seals(settings("secret"));
    let seal = seals.of_installation(now()).await.unwrap().unwrap();
    assert_eq!(seal.certificate, person.chain[0]);
    std::fs::remove_file(&file).unwrap();
    assert!(seals.of_installation(now()).await.unwrap().is_some(), "read once");
    let later = "2028-06-01T00:00:00Z".parse().unwrap();
    let ended = seals.of_installation(later).await;
    assert!(ended.is_err(), "an ended certificate is not used: {ended:?}");
    assert!(!format!("{seals:?}").contains("secret"), "no password in logs");
}

#[test]
fn one_kind_at_a_time() {
    let settings = Settings {
        pkcs12: Some(Pkcs12Settings {
            file: PathBuf::from("seal.p12"),
            password: "secret".to_owned().into(),
            rsa_scheme: RsaScheme::default(),
        }),
        pkcs11: Some(pkcs11::Settings::of_module(PathBuf::from("module.so"))),
    };
    let both = Seals::new(settings, Arc::new(MemoryKeys), Arc::new(SeededEntropy::new(1)));
    assert!(matches!(both, Err(OpenError::Both)));
}
