//! Making an authority, issuing, revoking.

use std::os::unix::fs::PermissionsExt as _;

use akashi_pki::{Certificate, KeyUsage, oids};

use crate::program::Place;

const MEMBER: [&str; 13] = [
    "ca",
    "issue",
    "member",
    "--name",
    "証 太郎",
    "--surname",
    "証",
    "--given-name",
    "太郎",
    "--email",
    "taro@example.jp",
    "--out",
    "member",
];

/// `openssl verify` of a certificate with the lists that `akashi ca crl` wrote.
fn verify(place: &Place, file: &str) -> Result<(), String> {
    place.akashi_ok(&["ca", "crl"]);
    let mut lists = String::new();
    for name in ["root.crl", "issuing.crl"] {
        lists += &place.openssl_ok(&["crl", "-inform", "DER", "-in", name]);
    }
    place.write("lists.pem", lists);
    let output = place.openssl(&[
        "verify",
        "-x509_strict",
        "-crl_check_all",
        "-CAfile",
        "data/trust-anchors.pem",
        "-untrusted",
        file,
        "-CRLfile",
        "lists.pem",
        file,
    ]);
    if output.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&output.stderr).into_owned())
}

#[test]
fn init_makes_an_authority_once() {
    let place = Place::new();
    let first = place.akashi_ok(&["ca", "init"]);
    assert!(
        first.contains("CN=Minato Root CA") && first.contains("O=株式会社みなと"),
        "{first}"
    );
    // A folder as argument is the same as `--data`.
    assert_eq!(
        place.akashi_ok(&["ca", "init", "data"]).lines().next(),
        first.lines().next()
    );
    let other = place.akashi_ok(&["ca", "init", "elsewhere"]);
    assert_ne!(other.lines().next(), first.lines().next());
    let mode = place
        .file("data/keys/authority.json")
        .metadata()
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);
    // Keys that were lost are not replaced in silence.
    std::fs::remove_dir_all(place.file("data/keys")).unwrap();
    assert!(!place.akashi(&["ca", "init"]).status.success());
}

#[test]
fn a_member_is_issued_listed_and_revoked() {
    let place = Place::configured(
        "[authority]\npublish_url = \"http://pki.example.jp/\"\nstatement_url = \"https://example.jp/cps\"\n",
    );
    place.akashi_ok(&MEMBER);
    let certificate = Certificate::from_pem(&place.text("member.pem")).unwrap();
    assert_eq!(certificate.crl_uris(), ["http://pki.example.jp/issuing.crl"]);
    assert_eq!(certificate.ocsp_uris(), ["http://pki.example.jp/ocsp"]);
    assert_eq!(certificate.issuer_uris(), ["http://pki.example.jp/issuing.cer"]);
    assert_eq!(certificate.mail_addresses().unwrap(), ["taro@example.jp"]);
    let purposes = certificate.extended_key_usage().unwrap().unwrap();
    assert!(purposes.contains(&oids::KP_DOCUMENT_SIGNING));
    assert!(
        certificate
            .key_usage()
            .unwrap()
            .unwrap()
            .allows(KeyUsage::NON_REPUDIATION)
    );

    let key = place.file("member.key");
    assert_eq!(key.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let of_key = place.openssl_ok(&["pkey", "-in", "member.key", "-pubout"]);
    assert_eq!(
        of_key,
        place.openssl_ok(&["x509", "-in", "member.pem", "-noout", "-pubkey"])
    );
    verify(&place, "member.pem").unwrap();

    // Neither certificate nor key is written over.
    assert!(!place.akashi(&MEMBER).status.success());

    let revoked = place.akashi_ok(&["ca", "revoke", "member.pem", "--reason", "key-compromise"]);
    assert!(
        revoked.contains("revoked") && revoked.contains("KeyCompromise"),
        "{revoked}"
    );
    let error = verify(&place, "member.pem").unwrap_err();
    assert!(error.contains("certificate revoked"), "{error}");
    let list = place.akashi_ok(&["ca", "list"]);
    assert_eq!(list.lines().count(), 4, "{list}");
    assert_eq!(
        list.lines().filter(|line| line.ends_with("good")).count(),
        3,
        "{list}"
    );
    assert!(!place.akashi(&["ca", "revoke", "4a00ff"]).status.success());
}

#[test]
fn requests_seals_and_time_stamp_authorities_are_certified() {
    let place = Place::new();
    place.openssl_ok(&[
        "req",
        "-new",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-keyout",
        "own.key",
        "-out",
        "own.csr",
        "-utf8",
        "-subj",
        "/C=JP/O=株式会社みなと/CN=みなと 電子印",
        "-addext",
        "subjectAltName=email:seal@example.jp",
    ]);
    place.akashi_ok(&[
        "ca", "issue", "seal", "--csr", "own.csr", "--days", "30", "--out", "seal",
    ]);
    let seal = Certificate::from_pem(&place.text("seal.pem")).unwrap();
    assert_eq!(seal.subject().common_name(), Some("みなと 電子印"));
    assert_eq!(seal.mail_addresses().unwrap(), ["seal@example.jp"]);
    let of_key = place.openssl_ok(&["pkey", "-in", "own.key", "-pubout"]);
    assert_eq!(
        of_key,
        place.openssl_ok(&["x509", "-in", "seal.pem", "-noout", "-pubkey"])
    );
    assert!(!place.file("seal.key").exists());
    verify(&place, "seal.pem").unwrap();

    place.akashi_ok(&[
        "ca",
        "issue",
        "tsa",
        "--name",
        "みなと時刻認証",
        "--key",
        "p384",
        "--out",
        "tsa",
    ]);
    let tsa = Certificate::from_pem(&place.text("tsa.pem")).unwrap();
    assert_eq!(
        tsa.extended_key_usage().unwrap().unwrap(),
        [oids::KP_TIME_STAMPING]
    );
    verify(&place, "tsa.pem").unwrap();

    // Nothing outlives its issuer, and no key is left over from the attempt.
    let days = [
        "ca", "issue", "seal", "--name", "印", "--days", "20000", "--out", "long",
    ];
    assert!(!place.akashi(&days).status.success());
    assert!(!place.file("long.key").exists());

    // The signature of a request must hold.
    let mut damaged = place.text("own.csr");
    let middle = damaged.len() / 2;
    let other = if damaged.as_bytes()[middle] == b'A' {
        "B"
    } else {
        "A"
    };
    damaged.replace_range(middle..=middle, other);
    place.write("damaged.csr", damaged);
    let refused = place.akashi(&["ca", "issue", "seal", "--csr", "damaged.csr", "--out", "damaged"]);
    assert!(!refused.status.success());
    assert!(!place.file("damaged.pem").exists());
}
