//! `openssl cms` judges what we sign, and we judge what it signs.

use std::fs;

use akashi_cms::{CertificateBinding, SignedData};
use akashi_pki::{DigestAlgorithm, KeyAlgorithm, PssParameters, SignatureAlgorithm, SigningKey, pem};

use crate::support::{Party, openssl, openssl_ok};

const CONTENT: &[u8] = b"the covered bytes\r\nof a PDF";

#[test]
fn openssl_verifies_our_signatures() {
    use DigestAlgorithm::{Sha256, Sha384, Sha512};
    let rsa = |length, algorithm| {
        let key = SigningKey::generate(length).unwrap();
        key.with_signature_algorithm(algorithm).unwrap()
    };
    let pkcs1 = SignatureAlgorithm::RsaPkcs1;
    let pss = |digest| SignatureAlgorithm::RsaPss(PssParameters::new(digest));
    let keys = [
        SigningKey::generate(KeyAlgorithm::P256).unwrap(),
        SigningKey::generate(KeyAlgorithm::P384).unwrap(),
        rsa(KeyAlgorithm::Rsa2048, pkcs1(Sha256)),
        rsa(KeyAlgorithm::Rsa3072, pkcs1(Sha384)),
        rsa(KeyAlgorithm::Rsa4096, pkcs1(Sha512)),
        rsa(KeyAlgorithm::Rsa2048, pss(Sha256)),
        rsa(KeyAlgorithm::Rsa3072, pss(Sha384)),
        rsa(KeyAlgorithm::Rsa4096, pss(Sha512)),
    ];
    let folder = tempfile::tempdir().unwrap();
    let write = |file: &str, bytes: &[u8]| fs::write(folder.path().join(file), bytes).unwrap();
    for key in keys {
        let party = Party::with_key(key);
        let der = party.sign(CONTENT);
        let stamped = SignedData::parse(&der)
            .unwrap()
            .with_signature_time_stamp(0, &[5, 0])
            .unwrap();
        write("content", CONTENT);
        write("root.pem", party.root.certificate().to_pem().as_bytes());
        for signature in [der, stamped] {
            write("signature.der", &signature);
            openssl_ok(
                folder.path(),
                &[
                    "cms",
                    "-verify",
                    "-cades",
                    "-binary",
                    "-inform",
                    "DER",
                    "-in",
                    "signature.der",
                    "-content",
                    "content",
                    "-CAfile",
                    "root.pem",
                    "-crl_check_all",
                    "-purpose",
                    "any",
                    "-out",
                    "verified",
                ],
            );
        }
        write("content", b"other bytes");
        let refused = openssl(
            folder.path(),
            &[
                "cms",
                "-verify",
                "-binary",
                "-inform",
                "DER",
                "-in",
                "signature.der",
                "-content",
                "content",
                "-CAfile",
                "root.pem",
                "-purpose",
                "any",
            ],
        );
        assert!(!refused.status.success(), "openssl accepted other content");
    }
}

#[test]
fn our_signature_as_openssl_prints_it() {
    let party = Party::new();
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("signature.der"), party.sign(CONTENT)).unwrap();
    let text = openssl_ok(
        folder.path(),
        &[
            "cms",
            "-cmsout",
            "-print",
            "-inform",
            "DER",
            "-in",
            "signature.der",
            "-noout",
        ],
    );
    let (_, signer_infos) = text.split_once("    signerInfos:").unwrap();
    let (before_hash, hash) = signer_infos
        .split_once("id-smime-aa-signingCertificateV2")
        .unwrap();
    insta::assert_snapshot!("signer_info", before_hash);
    assert!(hash.contains("signatureAlgorithm"));
}

#[test]
fn signatures_of_openssl_hold() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("content"), CONTENT).unwrap();
    openssl_ok(
        folder.path(),
        &[
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-keyout",
            "key.pem",
            "-out",
            "signer.pem",
            "-subj",
            "/CN=foreign",
            "-days",
            "30",
        ],
    );
    let cases: [(&[&str], bool); 7] = [
        (&["-md", "sha256"], false),
        (&["-md", "sha512", "-cades"], true),
        (&["-md", "sha1"], false),
        (&["-md", "sha256", "-keyid"], false),
        (&["-md", "sha256", "-noattr"], false),
        (&["-md", "sha256", "-nodetach", "-stream"], false),
        (&["-md", "sha256", "-keyopt", "rsa_padding_mode:pss"], false),
    ];
    for (options, is_bound) in cases {
        let mut arguments = vec![
            "cms",
            "-sign",
            "-binary",
            "-in",
            "content",
            "-signer",
            "signer.pem",
            "-inkey",
            "key.pem",
            "-outform",
            "DER",
            "-out",
            "signature.der",
        ];
        arguments.extend(options);
        openssl_ok(folder.path(), &arguments);
        let der = fs::read(folder.path().join("signature.der")).unwrap();
        let signed_data = SignedData::parse(&der).unwrap();
        let signer = &signed_data.signer_infos()[0];
        let digest = signer.digest_algorithm().unwrap().digest(CONTENT);
        let facts = signer.verify(&digest, signed_data.certificates());
        assert!(facts.is_intact(), "{options:?}: {facts:?}");
        assert!(facts.has_one_digest_algorithm, "{options:?}");
        assert_eq!(
            matches!(facts.certificate_binding, CertificateBinding::Bound(_)),
            is_bound,
            "{options:?}"
        );
        assert_eq!(facts.uses_weak_digest, options.contains(&"sha1"), "{options:?}");
        if let Some(content) = signed_data.content() {
            assert_eq!(content, CONTENT);
        }
        let other = signer.digest_algorithm().unwrap().digest(b"other");
        assert!(
            !signer.verify(&other, signed_data.certificates()).is_intact(),
            "{options:?}"
        );
    }
    let text = fs::read_to_string(folder.path().join("key.pem")).unwrap();
    let block = pem::decode_all(&text).unwrap().remove(0);
    assert_eq!(block.label, pem::PRIVATE_KEY);
    SigningKey::from_pkcs8(&block.der).unwrap();
}
