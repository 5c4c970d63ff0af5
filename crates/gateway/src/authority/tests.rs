//! The authority at first start, after restarts and after being killed, and the names it gives.

use std::os::unix::fs::PermissionsExt as _;

use akashi_app::ports::pki::RevocationList;
use akashi_domain::{EmailAddress, PersonName};
use akashi_testkit::conformance::authority::{Trial, subject, suite};
use akashi_testkit::fakes::{MemoryKeys, SeededEntropy};

use super::*;

fn settings() -> (tempfile::TempDir, Settings) {
    let outer = tempfile::tempdir().unwrap();
    let settings = Settings {
        folder: outer.path().join("keys"),
        ..Settings::default()
    };
    (outer, settings)
}

fn now() -> UtcTime {
    "2026-11-22T01:00:00Z".parse().unwrap()
}

async fn create(settings: &Settings) -> LocalAuthority {
    LocalAuthority::open_or_create(settings, &MemoryKeys, Arc::new(SeededEntropy::new(1)), now())
        .await
        .unwrap()
}

async fn open(settings: &Settings) -> Result<LocalAuthority, OpenError> {
    LocalAuthority::open(settings, &MemoryKeys, Arc::new(SeededEntropy::new(2))).await
}

#[tokio::test]
async fn conforms() {
    let (_outer, settings) = settings();
    let authority = create(&settings).await;
    suite(&authority, &subject(Trial::No), now()).await;
    suite(&authority, &subject(Trial::Yes), now()).await;
}

#[tokio::test]
async fn the_second_start_finds_the_same_authority() {
    let (_outer, settings) = settings();
    let first = create(&settings).await;
    let second = create(&settings).await;
    let third = open(&settings).await.unwrap();
    for other in [&second, &third] {
        assert_eq!(other.trust_anchors(), first.trust_anchors());
        assert_eq!(
            other.seal(now()).await.unwrap().certificate,
            first.seal(now()).await.unwrap().certificate
        );
        assert_eq!(
            other.time_stamp_credentials().certificate,
            first.time_stamp_credentials().certificate
        );
    }
    suite(&third, &subject(Trial::No), now()).await;
}

#[tokio::test]
async fn a_start_that_was_killed_is_completed_by_the_next() {
    let (_outer, settings) = settings();
    std::fs::create_dir_all(&settings.folder).unwrap();
    std::fs::set_permissions(&settings.folder, std::fs::Permissions::from_mode(0o700)).unwrap();
    std::fs::write(
        settings.folder.join(".authority.json.partial"),
        b"{\"format\": \"akas",
    )
    .unwrap();
    std::fs::write(settings.folder.join(".lock"), b"").unwrap();
    assert!(matches!(open(&settings).await, Err(OpenError::Missing { .. })));
    let authority = create(&settings).await;
    assert_eq!(
        open(&settings).await.unwrap().trust_anchors(),
        authority.trust_anchors()
    );
}

#[tokio::test]
async fn two_first_starts_at_once_make_one_authority() {
    let (_outer, settings) = settings();
    let start = |seed| {
        let settings = settings.clone();
        std::thread::spawn(move || {
            let entropy = Arc::new(SeededEntropy::new(seed));
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let opened = LocalAuthority::open_or_create(&settings, &MemoryKeys, entropy, now());
            runtime.block_on(opened).unwrap().trust_anchors()
        })
    };
    let roots: Vec<_> = (0..4)
        .map(start)
        .collect::<Vec<_>>()
        .into_iter()
        .map(|t| t.join().unwrap())
        .collect();
    assert!(roots.iter().all(|root| *root == roots[0]));
}

#[tokio::test]
async fn private_keys_are_encrypted_and_bound_to_their_place() {
    let (_outer, settings) = settings();
    create(&settings).await;
    let path = settings.folder.join("authority.json");
    assert_eq!(
        std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    let good: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    // The PKCS#8 form of a P-256 key begins so.
    assert!(!good.to_string().contains("3081870201003013"));

    let mut swapped = good.clone();
    for part in ["key_id", "wrapped_key", "sealed_pkcs8"] {
        swapped["seal"][part] = good["time_stamp"][part].clone();
    }
    let mut damaged = good.clone();
    let hex = good["root"]["sealed_pkcs8"].as_str().unwrap();
    let flipped = if hex.starts_with('0') { "1" } else { "0" };
    damaged["root"]["sealed_pkcs8"] = format!("{flipped}{}", &hex[1..]).into();
    let mut other_format = good.clone();
    other_format["format"] = "akashi authority v2".into();
    for (name, bad) in [
        ("swapped", swapped),
        ("damaged", damaged),
        ("other format", other_format),
    ] {
        std::fs::write(&path, bad.to_string()).unwrap();
        assert!(
            matches!(open(&settings).await, Err(OpenError::Vault(_))),
            "{name}"
        );
    }
    std::fs::write(&path, good.to_string()).unwrap();
    assert!(open(&settings).await.is_ok());
}

#[tokio::test]
async fn names_come_from_the_settings() {
    let (_outer, mut settings) = settings();
    settings.name = "DEMO Akashi".to_owned();
    settings.organization = Some("株式会社みなと製作所".to_owned());
    let authority = create(&settings).await;
    let root = &authority.trust_anchors()[0];
    assert_eq!(root.subject().common_name(), Some("DEMO Akashi Root CA"));
    assert_eq!(root.subject().organization(), Some("株式会社みなと製作所"));
    let elsewhere = Settings {
        folder: settings.folder.join("other"),
        ..settings.clone()
    };
    let entropy = Arc::new(SeededEntropy::new(99));
    let other = LocalAuthority::open_or_create(&elsewhere, &MemoryKeys, entropy, now())
        .await
        .unwrap();
    assert_ne!(
        other.trust_anchors()[0].subject(),
        root.subject(),
        "installations are told apart"
    );

    settings.folder = settings.folder.join("third");
    settings.name = "x".repeat(64);
    let refused =
        LocalAuthority::open_or_create(&settings, &MemoryKeys, Arc::new(SeededEntropy::new(1)), now()).await;
    assert!(matches!(refused, Err(OpenError::Name(_))));
}

#[tokio::test]
async fn a_name_of_full_length_keeps_the_trial_mark() {
    let (_outer, settings) = settings();
    let authority = create(&settings).await;
    let mut subject = subject(Trial::Yes);
    subject.name = PersonName::parse(&"長".repeat(64)).unwrap();
    let certificate = authority.one_time(&subject, now()).await.unwrap().certificate;
    assert_eq!(
        certificate.subject().common_name(),
        Some("長".repeat(64).as_str())
    );
    let unit = certificate
        .subject()
        .attributes()
        .any(|attribute| format!("{attribute:?}").contains("試用 (TRIAL)"));
    assert!(unit, "{:?}", certificate.subject());
}

#[tokio::test]
async fn international_addresses_are_certified() {
    let (_outer, settings) = settings();
    let authority = create(&settings).await;
    for (address, certified) in [
        ("sato@例え.jp", "sato@xn--r8jz45g.jp"),
        ("佐藤@例え.jp", "佐藤@xn--r8jz45g.jp"),
    ] {
        let mut subject = subject(Trial::No);
        subject.email = EmailAddress::parse(address).unwrap();
        let certificate = authority.one_time(&subject, now()).await.unwrap().certificate;
        assert_eq!(certificate.mail_addresses().unwrap(), [certified]);
    }
}

#[tokio::test]
async fn revocation_lists_are_renewed_each_day_and_when_the_clock_goes_back() {
    let (_outer, settings) = settings();
    let authority = create(&settings).await;
    let made_at = async |at: UtcTime| {
        let lists = authority.revocation_lists(at).await.unwrap();
        RevocationList::from_der(&lists[0]).unwrap().this_update()
    };
    let hours = |count| now() + SignedDuration::from_hours(count);
    assert_eq!(made_at(hours(0)).await, hours(0));
    assert_eq!(made_at(hours(23)).await, hours(0));
    assert_eq!(made_at(hours(25)).await, hours(25));
    assert_eq!(
        made_at(hours(24)).await,
        hours(24),
        "a list from the future is of no use"
    );
}

#[tokio::test]
async fn further_roots_are_believed() {
    let (_outer, settings) = settings();
    let (_other_outer, other_settings) = self::settings();
    let other_root = create(&other_settings).await.trust_anchors().remove(0);
    let file = settings.folder.with_extension("pem");
    std::fs::write(&file, other_root.to_pem()).unwrap();
    let settings = Settings {
        trusted_roots: vec![file.clone()],
        ..settings
    };
    let authority = create(&settings).await;
    assert!(authority.trust_anchors().contains(&other_root));
    assert_eq!(authority.trust_anchors().len(), 2);

    std::fs::write(&file, "no certificate").unwrap();
    assert!(matches!(open(&settings).await, Err(OpenError::TrustedRoots(_))));
}

#[tokio::test]
async fn a_one_time_certificate_costs_little() {
    let (_outer, settings) = settings();
    let authority = create(&settings).await;
    let subject = subject(Trial::No);
    let begin = std::time::Instant::now();
    for _ in 0..100 {
        authority.one_time(&subject, now()).await.unwrap();
    }
    // 100 µs each would be usual; the bound only catches reading files or parsing issuers each time.
    assert!(
        begin.elapsed() < std::time::Duration::from_millis(500),
        "{:?}",
        begin.elapsed()
    );
}
