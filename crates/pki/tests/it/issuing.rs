//! What issued certificates and lists say, read back by ourselves.

use std::sync::Arc;

use akashi_pki::{
    CertificateAuthority, CertificateTemplate, Criticality, DistinguishedName, EvidencePolicy, GeneralName,
    IssueError, KeyAlgorithm, KeyUsage, MailError, NameError, OneTimeSubject, Revocation,
    RevocationListPeriod, RevocationReason, Signer, SigningKey, Validity, oids,
};

use crate::support::{MiniPki, at, fixed_key, name, now, serial, years};

fn subject<'a>() -> OneTimeSubject<'a> {
    OneTimeSubject {
        common_name: "髙橋 𠮷雄",
        organization: Some("株式会社あかし商事"),
        party_id: "pty-01J9ZK",
        mail: Some("takahashi@example.co.jp"),
        evidence_policy: EvidencePolicy::MailAndSms.oid(),
    }
}

#[test]
fn a_one_time_certificate_says_what_engine_md_asks_for() {
    let pki = MiniPki::new();
    let key = fixed_key(2);
    let certificate = pki
        .issuing
        .issue_one_time(&subject(), key.public_key(), &serial(9), now())
        .unwrap();

    assert_eq!(certificate.version(), 3);
    assert_eq!(certificate.not_before(), at("2026-04-01T02:55:00Z"));
    assert_eq!(certificate.not_after(), pki.issuing.certificate().not_after());
    assert_eq!(certificate.subject().common_name(), Some("髙橋 𠮷雄"));
    assert_eq!(certificate.subject().organization(), Some("株式会社あかし商事"));
    assert_eq!(certificate.subject().serial_number(), Some("pty-01J9ZK"));
    assert_eq!(certificate.mail_addresses().unwrap(), ["takahashi@example.co.jp"]);
    let policies = certificate.certificate_policies().unwrap().unwrap();
    assert_eq!(
        EvidencePolicy::from_oid(&policies[0].policy),
        Some(EvidencePolicy::MailAndSms)
    );
    assert_eq!(
        certificate.extended_key_usage().unwrap().unwrap(),
        [oids::KP_DOCUMENT_SIGNING, oids::KP_ADOBE_DOCUMENT_SIGNING]
    );
    let usage = certificate.key_usage().unwrap().unwrap();
    assert!(usage.allows(KeyUsage::NON_REPUDIATION.with(KeyUsage::DIGITAL_SIGNATURE)));
    assert!(!usage.allows(KeyUsage::KEY_CERT_SIGN));
    assert!(certificate.has_no_revocation_available());
    assert!(certificate.crl_distribution_points().unwrap().is_empty());
    assert!(certificate.authority_information_access().unwrap().is_empty());
    assert_eq!(
        certificate
            .authority_key_identifier()
            .unwrap()
            .unwrap()
            .key_identifier,
        pki.issuing.certificate().subject_key_identifier().unwrap()
    );
    assert_eq!(
        certificate.subject_key_identifier().unwrap().unwrap(),
        key.public_key().key_identifier()
    );
    certificate
        .verify_issued_by(pki.issuing.certificate().public_key())
        .unwrap();
    assert!(
        certificate
            .verify_issued_by(pki.root.certificate().public_key())
            .is_err()
    );
}

#[test]
fn a_mail_address_outside_ascii_becomes_a_smtp_utf8_mailbox() {
    let pki = MiniPki::new();
    let wanted = OneTimeSubject {
        mail: Some("山田@example.jp"),
        ..subject()
    };
    let key = fixed_key(2);
    let certificate = pki
        .issuing
        .issue_one_time(&wanted, key.public_key(), &serial(9), now())
        .unwrap();
    let names = certificate.subject_alternative_names().unwrap();
    assert_eq!(names, [GeneralName::smtp_utf8_mailbox("山田@example.jp")]);
    assert_eq!(certificate.mail_addresses().unwrap(), ["山田@example.jp"]);
}

#[test]
fn what_cannot_be_certified_is_refused_by_name() {
    let pki = MiniPki::new();
    let key = fixed_key(2);
    let issue = |wanted: OneTimeSubject<'_>| {
        pki.issuing
            .issue_one_time(&wanted, key.public_key(), &serial(9), now())
            .unwrap_err()
    };
    let long = "長".repeat(65);
    assert!(matches!(
        issue(OneTimeSubject {
            common_name: &long,
            ..subject()
        }),
        IssueError::Name(NameError::TooLong {
            attribute: "common name",
            allowed: 64,
            found: 65
        })
    ));
    assert!(matches!(
        issue(OneTimeSubject {
            party_id: "pty_01",
            ..subject()
        }),
        IssueError::Name(NameError::NotPrintable { character: '_', .. })
    ));
    assert!(matches!(
        issue(OneTimeSubject {
            common_name: " ",
            ..subject()
        }),
        IssueError::Name(NameError::Empty("common name"))
    ));
    assert!(matches!(
        issue(OneTimeSubject {
            common_name: "a\u{0}b",
            ..subject()
        }),
        IssueError::Name(NameError::ControlCharacter("common name"))
    ));
    assert!(matches!(
        issue(OneTimeSubject {
            mail: Some("taro@例え.jp"),
            ..subject()
        }),
        IssueError::Mail(MailError::DomainNotAscii)
    ));
    assert!(matches!(
        issue(OneTimeSubject {
            mail: Some("nobody"),
            ..subject()
        }),
        IssueError::Mail(MailError::Malformed)
    ));
}

#[test]
fn an_authority_does_not_outlive_or_contradict_itself() {
    let pki = MiniPki::new();
    let key = fixed_key(2);
    let longer = CertificateTemplate::seal(name("印"), years("2026", "2046"));
    let error = pki
        .issuing
        .issue(&longer, key.public_key(), &serial(3))
        .unwrap_err();
    assert!(matches!(error, IssueError::OutlivesIssuer { .. }));

    let backwards = Validity {
        not_before: now(),
        not_after: at("2026-01-01T00:00:00Z"),
    };
    let error = pki
        .issuing
        .issue(
            &CertificateTemplate::seal(name("印"), backwards),
            key.public_key(),
            &serial(3),
        )
        .unwrap_err();
    assert!(matches!(error, IssueError::EmptyValidity));

    let template = CertificateTemplate::one_time(
        name("人"),
        EvidencePolicy::Mail.oid(),
        now(),
        pki.issuing.certificate().not_after(),
    )
    .with_crl_uri("http://crl.example/1");
    let error = pki
        .issuing
        .issue(&template, key.public_key(), &serial(3))
        .unwrap_err();
    assert!(matches!(error, IssueError::RevocationContradiction));

    let certificate = pki.issuing.certificate().clone();
    let error = CertificateAuthority::new(certificate, Arc::new(fixed_key(2))).unwrap_err();
    assert!(matches!(error, IssueError::KeyMismatch));

    let key = Arc::new(SigningKey::generate(KeyAlgorithm::P256).unwrap());
    let seal = CertificateTemplate::seal(name("印"), years("2026", "2030"));
    let certificate = pki.issuing.issue(&seal, key.public_key(), &serial(4)).unwrap();
    let error = CertificateAuthority::new(certificate, key).unwrap_err();
    assert!(matches!(error, IssueError::NotAnAuthority));
}

#[test]
fn other_profiles_carry_their_extensions() {
    let pki = MiniPki::new();
    let template = CertificateTemplate::time_stamping(name("時刻"), years("2026", "2036"))
        .with_crl_uri("http://crl.example/issuing.crl")
        .with_issuer_uri("http://crl.example/issuing.crt")
        .with_extension(oids::OCSP_NO_CHECK, Criticality::NonCritical, &[5, 0]);
    let certificate = pki.issue(&template, 5);
    assert_eq!(
        certificate.extended_key_usage().unwrap().unwrap(),
        [oids::KP_TIME_STAMPING]
    );
    assert!(
        certificate
            .extension(&oids::EXTENDED_KEY_USAGE)
            .unwrap()
            .is_critical()
    );
    assert_eq!(certificate.crl_distribution_points().unwrap().len(), 1);
    let access = certificate.authority_information_access().unwrap();
    assert_eq!(
        access[0].location,
        GeneralName::Uri("http://crl.example/issuing.crt".to_owned())
    );
    assert_eq!(
        certificate.extension(&oids::OCSP_NO_CHECK).unwrap().value(),
        [5, 0]
    );

    let root = pki.root.certificate();
    assert!(root.is_self_issued());
    assert_eq!(root.basic_constraints().unwrap().unwrap().path_len, None);
    assert_eq!(
        pki.issuing
            .certificate()
            .basic_constraints()
            .unwrap()
            .unwrap()
            .path_len,
        Some(0)
    );
}

#[test]
fn dates_from_2050_on_are_generalized_times() {
    let pki = MiniPki::new();
    let not_after = pki.root.certificate().not_after();
    assert_eq!(not_after, at("2055-12-31T23:59:59Z"));
    let der = pki.root.certificate().as_der();
    let text: &[u8] = b"\x17\x0d260101000000Z\x18\x0f20551231235959Z";
    assert!(der.windows(text.len()).any(|window| window == text));
}

#[test]
fn a_list_names_what_was_revoked_and_nothing_else() {
    let pki = MiniPki::new();
    let period = RevocationListPeriod {
        number: 300,
        this_update: now(),
        next_update: at("2026-04-08T03:00:00Z"),
    };
    let revocation = |number, reason| Revocation {
        serial_number: serial(number),
        revoked_at: at("2026-03-01T00:00:00Z"),
        reason,
    };
    let list = pki
        .issuing
        .issue_revocation_list(
            period,
            &[
                revocation(7, RevocationReason::KeyCompromise),
                revocation(8, RevocationReason::Unspecified),
            ],
        )
        .unwrap();
    list.verify_issued_by(pki.issuing.certificate().public_key())
        .unwrap();
    assert_eq!(list.number().unwrap().unwrap(), [1, 44]);
    assert_eq!(list.entries().count(), 2);
    let issuer = pki.issuing.certificate().subject();
    assert_eq!(
        list.entry_for(issuer, &serial(7)).unwrap().reason,
        RevocationReason::KeyCompromise
    );
    assert_eq!(
        list.entry_for(issuer, &serial(8)).unwrap().reason,
        RevocationReason::Unspecified
    );
    assert!(list.entry_for(issuer, &serial(6)).is_none());
    assert!(
        list.entry_for(pki.root.certificate().subject(), &serial(7))
            .is_none()
    );

    let empty = pki.root.issue_revocation_list(period, &[]).unwrap();
    assert_eq!(empty.entries().count(), 0);
    let backwards = RevocationListPeriod {
        next_update: period.this_update,
        ..period
    };
    assert!(matches!(
        pki.root.issue_revocation_list(backwards, &[]),
        Err(IssueError::EmptyValidity)
    ));
}

#[test]
fn names_match_without_regard_to_case_and_space() {
    let build = |text: &str| DistinguishedName::builder().common_name(text).unwrap().build();
    assert!(build("Akashi  Root").matches(&build("akashi root")));
    assert!(!build("Akashi Root").matches(&build("Akashi Roof")));
    let printed = DistinguishedName::builder()
        .organization("A, B + C")
        .unwrap()
        .common_name("#1 <証> ")
        .unwrap()
        .build()
        .to_string();
    assert_eq!(printed, r"CN=\#1 \<証\>\ ,O=A\, B \+ C");
}

#[test]
fn values_that_a_key_has_checked_verify() {
    for algorithm in [KeyAlgorithm::P256, KeyAlgorithm::P384, KeyAlgorithm::Rsa2048] {
        let key = SigningKey::generate(algorithm).unwrap();
        let value = key.sign_checked(b"message").unwrap();
        let verified = key
            .public_key()
            .verify(key.signature_algorithm(), b"message", &value);
        assert_eq!(verified, Ok(()), "{algorithm:?}");
    }
}
