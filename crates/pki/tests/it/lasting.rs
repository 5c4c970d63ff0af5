//! Certificates that last for years: members, seals, requests for them, and the lists that go with
//! them; `openssl` judges.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use akashi_pki::extension::{
    CoveredCertificates, DistributionPointName, IssuingDistributionPoint, ReasonFlags,
};
use akashi_pki::path::{RevocationEvidence, RevocationStatus};
use akashi_pki::{
    Certificate, CertificateAuthority, CertificateTemplate, CertificationRequest, CertificationRequestError,
    DigestAlgorithm, DistinguishedName, GeneralName, KeyAlgorithm, MEMBER_POLICY, PathConditions,
    PssParameters, Revocation, RevocationList, RevocationListPeriod, RevocationListTemplate,
    RevocationReason, SignatureAlgorithm, Signer, SigningKey, TrustAnchor, Validity, find_path, pem,
};
use jiff::SignedDuration;

use crate::support::{MiniPki, at, name, now, openssl, openssl_ok, serial, years};

fn write(folder: &Path, name: &str, content: impl AsRef<[u8]>) {
    fs::write(folder.join(name), content).unwrap();
}

fn member_template() -> CertificateTemplate {
    let subject = DistinguishedName::builder()
        .country("JP")
        .and_then(|name| name.organization("株式会社あかし商事"))
        .and_then(|name| name.surname("証"))
        .and_then(|name| name.given_name("太郎"))
        .and_then(|name| name.common_name("証 太郎"))
        .and_then(|name| name.serial_number("mbr-01"))
        .unwrap()
        .build();
    CertificateTemplate::member(subject, years("2026", "2028"))
        .with_policy_statement(MEMBER_POLICY, "https://pki.example.jp/cps")
        .with_mail("taro@example.jp")
        .unwrap()
        .with_crl_uri("http://pki.example.jp/issuing.crl")
        .with_ocsp_uri("http://pki.example.jp/ocsp")
        .with_issuer_uri("http://pki.example.jp/issuing.cer")
}

fn period(number: u64) -> RevocationListPeriod {
    RevocationListPeriod {
        number,
        this_update: now(),
        next_update: now() + SignedDuration::from_hours(24 * 7),
    }
}

fn keeping(number: u64) -> RevocationListTemplate {
    RevocationListTemplate::new(period(number)).keeping_expired_since(at("2026-01-01T00:00:00Z"))
}

#[test]
fn a_member_certificate_as_openssl_reads_it() {
    let pki = MiniPki::new();
    let certificate = pki
        .issuing
        .issue(
            &member_template(),
            crate::support::fixed_key(2).public_key(),
            &serial(9),
        )
        .unwrap();
    assert_eq!(certificate.crl_uris(), ["http://pki.example.jp/issuing.crl"]);
    assert_eq!(certificate.ocsp_uris(), ["http://pki.example.jp/ocsp"]);
    assert_eq!(certificate.issuer_uris(), ["http://pki.example.jp/issuing.cer"]);
    assert!(certificate.declares_revocation());
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "member.pem", certificate.to_pem());
    let text = openssl_ok(
        folder.path(),
        &[
            "x509",
            "-in",
            "member.pem",
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
fn a_list_with_everything_as_openssl_reads_it() {
    let pki = MiniPki::new();
    let scope = IssuingDistributionPoint {
        name: Some(DistributionPointName::Full(vec![GeneralName::Uri(
            "http://pki.example.jp/issuing.crl".to_owned(),
        )])),
        covered: CoveredCertificates::EndEntities,
        only_some_reasons: Some(ReasonFlags::only(&[
            RevocationReason::KeyCompromise,
            RevocationReason::AaCompromise,
        ])),
        is_indirect: false,
    };
    let list = pki
        .issuing
        .issue_list(&keeping(7).with_scope(scope.clone()), &[])
        .unwrap();
    assert_eq!(list.issuing_distribution_point().unwrap(), Some(scope));
    assert_eq!(
        list.keeps_expired_since().unwrap(),
        Some(at("2026-01-01T00:00:00Z"))
    );
    let folder = tempfile::tempdir().unwrap();
    write(folder.path(), "list.pem", list.to_pem());
    let text = openssl_ok(
        folder.path(),
        &["crl", "-in", "list.pem", "-noout", "-text", "-nameopt", "utf8"],
    );
    let body = text
        .split("Signature Algorithm: ecdsa-with-SHA256\n    Signature Value")
        .next();
    insta::assert_snapshot!(body.unwrap());
}

#[test]
fn reasons_split_over_lists_settle_together() {
    let pki = MiniPki::new();
    let seal = pki.issue(
        &CertificateTemplate::seal(name("電子印"), years("2026", "2030")),
        12,
    );
    let split = |reasons: &[RevocationReason]| {
        let scope = IssuingDistributionPoint {
            only_some_reasons: Some(ReasonFlags::only(reasons)),
            ..IssuingDistributionPoint::default()
        };
        pki.issuing
            .issue_list(&RevocationListTemplate::new(period(1)).with_scope(scope), &[])
            .unwrap()
    };
    let lost = split(&[
        RevocationReason::KeyCompromise,
        RevocationReason::CaCompromise,
        RevocationReason::AaCompromise,
    ]);
    let ended = split(&[
        RevocationReason::AffiliationChanged,
        RevocationReason::Superseded,
        RevocationReason::CessationOfOperation,
        RevocationReason::CertificateHold,
        RevocationReason::PrivilegeWithdrawn,
    ]);
    let of_root = pki.root.issue_revocation_list(period(1), &[]).unwrap();
    let judge = |lists: &[&RevocationList]| {
        let lists: Vec<RevocationList> = lists.iter().copied().cloned().chain([of_root.clone()]).collect();
        let conditions = PathConditions::new(now()).with_revocation(RevocationEvidence::lists(&lists));
        let anchors = [TrustAnchor::from_certificate(pki.root.certificate())];
        let candidates = [pki.issuing.certificate().clone()];
        let outcome = find_path(&seal, &candidates, &anchors, &conditions);
        outcome.report().unwrap().revocation[1].clone()
    };
    assert_eq!(judge(&[&lost]).status, RevocationStatus::Unknown);
    assert_eq!(judge(&[&ended]).status, RevocationStatus::Unknown);
    let both = judge(&[&lost, &ended]);
    assert_eq!(both.status, RevocationStatus::Good { as_of: now() });
    assert_eq!(both.evidence.len(), 2);
}

#[test]
fn a_list_made_after_the_end_counts_only_if_it_keeps_such_certificates() {
    let pki = MiniPki::new();
    let validity = Validity {
        not_before: at("2026-01-01T00:00:00Z"),
        not_after: at("2026-03-01T00:00:00Z"),
    };
    let seal = pki.issue(&CertificateTemplate::seal(name("短命"), validity), 13);
    let of_root = pki.root.issue_revocation_list(period(1), &[]).unwrap();
    let judge = |template: RevocationListTemplate| {
        let lists = [of_root.clone(), pki.issuing.issue_list(&template, &[]).unwrap()];
        let conditions = PathConditions::new(at("2026-02-01T00:00:00Z"))
            .with_known_until(now())
            .with_revocation(RevocationEvidence::lists(&lists));
        let anchors = [TrustAnchor::from_certificate(pki.root.certificate())];
        let candidates = [pki.issuing.certificate().clone()];
        find_path(&seal, &candidates, &anchors, &conditions).is_valid()
    };
    let plain = RevocationListTemplate::new(period(2));
    assert!(!judge(plain.clone()));
    assert!(judge(
        plain.clone().keeping_expired_since(at("2026-03-01T00:00:00Z"))
    ));
    assert!(!judge(plain.keeping_expired_since(at("2026-03-02T00:00:00Z"))));
}

/// Every kind of key that issues, as `openssl verify -crl_check_all` and `openssl crl` see it.
#[test]
fn openssl_believes_certificates_and_lists_of_every_kind_of_key() {
    let rsa = |bits: KeyAlgorithm, algorithm| {
        SigningKey::generate(bits)
            .unwrap()
            .with_signature_algorithm(algorithm)
            .unwrap()
    };
    let pkcs1 = SignatureAlgorithm::RsaPkcs1;
    let pss = |digest| SignatureAlgorithm::RsaPss(PssParameters::new(digest));
    let keys = [
        SigningKey::generate(KeyAlgorithm::P256).unwrap(),
        SigningKey::generate(KeyAlgorithm::P384).unwrap(),
        rsa(KeyAlgorithm::Rsa2048, pkcs1(DigestAlgorithm::Sha256)),
        rsa(KeyAlgorithm::Rsa3072, pkcs1(DigestAlgorithm::Sha384)),
        rsa(KeyAlgorithm::Rsa4096, pkcs1(DigestAlgorithm::Sha512)),
        rsa(KeyAlgorithm::Rsa2048, pss(DigestAlgorithm::Sha256)),
        rsa(KeyAlgorithm::Rsa3072, pss(DigestAlgorithm::Sha384)),
        rsa(KeyAlgorithm::Rsa2048, pss(DigestAlgorithm::Sha512)),
    ];
    for key in keys {
        let kind = format!("{key:?}");
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let template = CertificateTemplate::root(name("ルート"), years("2026", "2050"));
        let root = CertificateAuthority::self_signed(&template, &serial(1), Arc::new(key)).unwrap();
        let holder = SigningKey::generate(KeyAlgorithm::P384).unwrap();
        let good = root
            .issue(&member_template(), holder.public_key(), &serial(2))
            .unwrap();
        let bad = root
            .issue(&member_template(), holder.public_key(), &serial(3))
            .unwrap();
        let revocation = Revocation {
            serial_number: serial(3),
            revoked_at: at("2026-03-01T00:00:00Z"),
            reason: RevocationReason::PrivilegeWithdrawn,
        };
        let list = root.issue_list(&keeping(1), &[revocation]).unwrap();
        write(folder, "root.pem", root.certificate().to_pem());
        write(folder, "good.pem", good.to_pem());
        write(folder, "bad.pem", bad.to_pem());
        write(folder, "list.pem", list.to_pem());
        let moment = now().as_second().to_string();
        let verify = |file: &str| {
            let arguments = [
                "verify",
                "-x509_strict",
                "-crl_check_all",
                "-attime",
                &moment,
                "-CAfile",
                "root.pem",
                "-CRLfile",
                "list.pem",
                file,
            ];
            let output = openssl(folder, &arguments);
            (
                output.status.success(),
                String::from_utf8_lossy(&output.stderr).into_owned(),
            )
        };
        let (is_good, errors) = verify("good.pem");
        assert!(is_good, "{kind}: {errors}");
        let (is_good, errors) = verify("bad.pem");
        assert!(
            !is_good && errors.contains("certificate revoked"),
            "{kind}: {errors}"
        );
        let read = openssl(
            folder,
            &["crl", "-in", "list.pem", "-noout", "-CAfile", "root.pem"],
        );
        let said = String::from_utf8_lossy(&read.stderr);
        assert!(said.contains("verify OK"), "{kind}: {said}");
    }
}

#[test]
fn requests_of_openssl_are_read_and_their_signature_is_checked() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    for kind in [&["rsa:2048"][..], &["ec", "-pkeyopt", "ec_paramgen_curve:P-384"]] {
        let arguments = [
            &[
                "req",
                "-new",
                "-nodes",
                "-keyout",
                "key.pem",
                "-out",
                "request.pem",
                "-utf8",
                "-subj",
            ][..],
            &[
                "/C=JP/O=株式会社あかし/CN=証 太郎",
                "-addext",
                "subjectAltName=email:taro@example.jp",
                "-newkey",
            ],
            kind,
        ]
        .concat();
        openssl_ok(folder, &arguments);
        let text = fs::read_to_string(folder.join("request.pem")).unwrap();
        let request = CertificationRequest::from_pem(&text).unwrap();
        assert_eq!(request.subject().common_name(), Some("証 太郎"));
        assert_eq!(
            request.alternative_names(),
            [GeneralName::Rfc822("taro@example.jp".to_owned())]
        );
        let pki = MiniPki::new();
        let certificate = pki
            .issuing
            .issue(&member_template(), request.public_key(), &serial(20))
            .unwrap();
        // openssl has the private half.
        write(folder, "member.pem", certificate.to_pem());
        let of_certificate = openssl_ok(folder, &["x509", "-in", "member.pem", "-noout", "-pubkey"]);
        assert_eq!(
            of_certificate,
            openssl_ok(folder, &["pkey", "-in", "key.pem", "-pubout"])
        );

        let mut der = pem::decode_all(&text).unwrap().remove(0).der;
        let name = der.windows(2).position(|two| two == b"JP").unwrap();
        der[name] = b'K';
        assert!(matches!(
            CertificationRequest::from_der(&der),
            Err(CertificationRequestError::NotSigned(_))
        ));
    }
    assert!(matches!(
        CertificationRequest::from_pem(&Certificate::to_pem(MiniPki::new().root.certificate())),
        Err(CertificationRequestError::NoPemBlock)
    ));
}
