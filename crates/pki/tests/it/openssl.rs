//! `openssl` judges what we issue, and we judge what it issues.

use std::fs;
use std::sync::Arc;

use akashi_pki::{
    Certificate, CertificateAuthority, CertificateTemplate, DigestAlgorithm, EvidencePolicy, KeyAlgorithm,
    OneTimeSubject, PssParameters, Revocation, RevocationListPeriod, RevocationReason, SignatureAlgorithm,
    Signer, SigningKey,
};

use crate::support::{MiniPki, at, fixed_key, name, now, openssl, openssl_ok, serial, years};

fn one_time(pki: &MiniPki) -> Certificate {
    let subject = OneTimeSubject {
        common_name: "証 太郎",
        organization: Some("株式会社あかし商事"),
        party_id: "pty-01J9ZK",
        mail: Some("taro@example.co.jp"),
        evidence_policy: EvidencePolicy::Mail.oid(),
    };
    pki.issuing
        .issue_one_time(&subject, fixed_key(2).public_key(), &serial(9), now())
        .unwrap()
}

fn period() -> RevocationListPeriod {
    RevocationListPeriod {
        number: 1,
        this_update: now(),
        next_update: at("2026-05-01T00:00:00Z"),
    }
}

#[test]
fn openssl_verifies_a_chain_with_its_revocation_lists() {
    let pki = MiniPki::new();
    let folder = tempfile::tempdir().unwrap();
    let write = |file: &str, text: String| fs::write(folder.path().join(file), text).unwrap();
    let sealed = pki.issue(
        &CertificateTemplate::seal(name("電子印"), years("2026", "2030")),
        10,
    );
    let revoked = Revocation {
        serial_number: serial(10),
        revoked_at: at("2026-03-31T00:00:00Z"),
        reason: RevocationReason::KeyCompromise,
    };
    write("root.pem", pki.root.certificate().to_pem());
    write("issuing.pem", pki.issuing.certificate().to_pem());
    write("one-time.pem", one_time(&pki).to_pem());
    write("seal.pem", sealed.to_pem());
    let lists = [
        pki.root.issue_revocation_list(period(), &[]).unwrap(),
        pki.issuing.issue_revocation_list(period(), &[revoked]).unwrap(),
    ];
    write(
        "lists.pem",
        lists.iter().map(akashi_pki::RevocationList::to_pem).collect(),
    );

    let time = at("2026-04-02T00:00:00Z").as_second().to_string();
    let arguments = |file| {
        [
            "verify",
            "-x509_strict",
            "-crl_check_all",
            "-attime",
            &time,
            "-CAfile",
            "root.pem",
            "-untrusted",
            "issuing.pem",
            "-CRLfile",
            "lists.pem",
            file,
        ]
    };
    assert_eq!(
        openssl_ok(folder.path(), &arguments("one-time.pem")),
        "one-time.pem: OK\n"
    );
    let refused = openssl(folder.path(), &arguments("seal.pem"));
    assert!(!refused.status.success());
    assert!(String::from_utf8_lossy(&refused.stderr).contains("certificate revoked"));
}

#[test]
fn a_one_time_certificate_as_openssl_reads_it() {
    let pki = MiniPki::new();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("one-time.pem"), one_time(&pki).to_pem()).unwrap();
    let text = openssl_ok(
        folder.path(),
        &[
            "x509",
            "-in",
            "one-time.pem",
            "-noout",
            "-text",
            "-nameopt",
            "utf8",
            "-certopt",
            "no_sigdump",
        ],
    );
    insta::assert_snapshot!(text);
}

#[test]
fn a_revocation_list_as_openssl_reads_it() {
    let pki = MiniPki::new();
    let folder = tempfile::tempdir().unwrap();
    let revoked = Revocation {
        serial_number: serial(10),
        revoked_at: at("2026-03-31T00:00:00Z"),
        reason: RevocationReason::CessationOfOperation,
    };
    let list = pki.issuing.issue_revocation_list(period(), &[revoked]).unwrap();
    fs::write(folder.path().join("list.pem"), list.to_pem()).unwrap();
    let text = openssl_ok(
        folder.path(),
        &["crl", "-in", "list.pem", "-noout", "-text", "-nameopt", "utf8"],
    );
    let (before_signature, _) = text.rsplit_once("    Signature Algorithm").unwrap();
    insta::assert_snapshot!(before_signature);
}

#[test]
fn openssl_verifies_roots_of_every_kind_of_key() {
    let generate = |algorithm| SigningKey::generate(algorithm).unwrap();
    let pss = |digest| {
        let algorithm = SignatureAlgorithm::RsaPss(PssParameters::new(digest));
        generate(KeyAlgorithm::Rsa2048)
            .with_signature_algorithm(algorithm)
            .unwrap()
    };
    let keys = [
        generate(KeyAlgorithm::P256),
        generate(KeyAlgorithm::P384),
        generate(KeyAlgorithm::Rsa2048),
        generate(KeyAlgorithm::Rsa3072)
            .with_signature_algorithm(SignatureAlgorithm::RsaPkcs1(DigestAlgorithm::Sha512))
            .unwrap(),
        pss(DigestAlgorithm::Sha256),
        pss(DigestAlgorithm::Sha384),
        pss(DigestAlgorithm::Sha512),
    ];
    let folder = tempfile::tempdir().unwrap();
    for key in keys {
        let algorithm = key.signature_algorithm();
        let template = CertificateTemplate::root(name("ルート"), years("2020", "2049"));
        let root = CertificateAuthority::self_signed(&template, &serial(1), Arc::new(key)).unwrap();
        fs::write(folder.path().join("root.pem"), root.certificate().to_pem()).unwrap();
        let answer = openssl_ok(
            folder.path(),
            &[
                "verify",
                "-check_ss_sig",
                "-x509_strict",
                "-CAfile",
                "root.pem",
                "root.pem",
            ],
        );
        assert_eq!(answer, "root.pem: OK\n", "{algorithm}");
        root.certificate()
            .verify_issued_by(root.certificate().public_key())
            .unwrap();
    }
}

#[test]
fn keys_pass_between_openssl_and_us() {
    let folder = tempfile::tempdir().unwrap();
    for algorithm in [KeyAlgorithm::P256, KeyAlgorithm::P384, KeyAlgorithm::Rsa2048] {
        let key = SigningKey::generate(algorithm).unwrap();
        fs::write(folder.path().join("key.der"), &*key.to_pkcs8().unwrap()).unwrap();
        openssl_ok(
            folder.path(),
            &[
                "pkey",
                "-inform",
                "DER",
                "-in",
                "key.der",
                "-pubout",
                "-outform",
                "DER",
                "-out",
                "public.der",
            ],
        );
        assert_eq!(
            fs::read(folder.path().join("public.der")).unwrap(),
            key.public_key().as_spki()
        );
    }
    for arguments in [
        ["EC", "ec_paramgen_curve:P-384"],
        ["RSA", "rsa_keygen_bits:3072"],
        ["EC", "ec_paramgen_curve:P-256"],
    ] {
        let [algorithm, option] = arguments;
        openssl_ok(
            folder.path(),
            &[
                "genpkey",
                "-algorithm",
                algorithm,
                "-pkeyopt",
                option,
                "-out",
                "key.pem",
            ],
        );
        openssl_ok(
            folder.path(),
            &[
                "pkcs8", "-topk8", "-nocrypt", "-in", "key.pem", "-outform", "DER", "-out", "key.der",
            ],
        );
        let pkcs8 = fs::read(folder.path().join("key.der")).unwrap();
        let key = SigningKey::from_pkcs8(&pkcs8).unwrap();
        let signature = key.sign(b"message").unwrap();
        key.public_key()
            .verify(key.signature_algorithm(), b"message", &signature)
            .unwrap();
    }
}

#[test]
fn certificates_that_openssl_signs_verify() {
    let folder = tempfile::tempdir().unwrap();
    let pss = |digest: &'static str, salt: &'static str| {
        vec![digest, "-sigopt", "rsa_padding_mode:pss", "-sigopt", salt]
    };
    let rsa = ["RSA", "rsa_keygen_bits:2048"];
    let cases: [([&str; 2], Vec<&str>); 21] = [
        (rsa, vec!["-sha256"]),
        (rsa, vec!["-sha384"]),
        (rsa, vec!["-sha512"]),
        (rsa, vec!["-sha1"]),
        (rsa, pss("-sha256", "rsa_pss_saltlen:32")),
        (rsa, pss("-sha256", "rsa_pss_saltlen:20")),
        (rsa, pss("-sha512", "rsa_pss_saltlen:max")),
        (["EC", "ec_paramgen_curve:P-256"], vec!["-sha512"]),
        (["EC", "ec_paramgen_curve:P-384"], vec!["-sha256"]),
        (["EC", "ec_paramgen_curve:P-521"], vec!["-sha512"]),
        (["EC", "ec_paramgen_curve:secp256k1"], vec!["-sha256"]),
        (["ED25519", ""], vec![]),
        // Not verified by the provider.
        (rsa, vec!["-sha224"]),
        (rsa, vec!["-sha3-256"]),
        (rsa, vec!["-sha3-512"]),
        (["RSA", "rsa_keygen_bits:1024"], vec!["-sha384"]),
        (["RSA", "rsa_keygen_bits:2047"], vec!["-sha256"]),
        (rsa, pss("-sha256", "rsa_pss_saltlen:7")),
        (
            ["RSA", "rsa_keygen_bits:1025"],
            pss("-sha384", "rsa_pss_saltlen:max"),
        ),
        (
            rsa,
            [
                pss("-sha256", "rsa_pss_saltlen:0"),
                vec!["-sigopt", "rsa_mgf1_md:sha512"],
            ]
            .concat(),
        ),
        (
            rsa,
            [
                pss("-sha1", "rsa_pss_saltlen:20"),
                vec!["-sigopt", "rsa_mgf1_md:sha384"],
            ]
            .concat(),
        ),
    ];
    for ([algorithm, option], signing) in cases {
        let mut generate = vec!["genpkey", "-algorithm", algorithm, "-out", "key.pem"];
        if !option.is_empty() {
            generate.extend(["-pkeyopt", option]);
        }
        openssl_ok(folder.path(), &generate);
        let mut request = vec![
            "req",
            "-x509",
            "-key",
            "key.pem",
            "-subj",
            "/CN=foreign",
            "-days",
            "30",
            "-out",
            "c.pem",
        ];
        request.extend(&signing);
        openssl_ok(folder.path(), &request);
        let pem = fs::read_to_string(folder.path().join("c.pem")).unwrap();
        let certificate = Certificate::from_pem(&pem).unwrap();
        let context = format!("{algorithm} {option} {signing:?}");
        certificate
            .verify_issued_by(certificate.public_key())
            .expect(&context);
        assert_eq!(
            certificate.signature_algorithm().unwrap().is_weak(),
            signing.contains(&"-sha1"),
            "{context}"
        );

        let mut other = certificate.as_der().to_vec();
        let last = other.len() - 1;
        other[last] ^= 1;
        let other = Certificate::from_der(&other).unwrap();
        assert!(
            other.verify_issued_by(certificate.public_key()).is_err(),
            "{context}"
        );
    }
}
