//! Certificates that last: the register, lists, responders.

use akashi_app::ports::pki::ocsp::{OcspRequest, ResponsePeriod};
use akashi_app::ports::pki::{
    CertificateTemplate, RevocationList, RevocationReason, Signer as _, SigningKey, Validity,
};
use akashi_testkit::conformance::authority::{Trial, subject};
use akashi_testkit::fakes::{MemoryKeys, SeededEntropy};

use super::*;

fn now() -> UtcTime {
    "2026-11-22T01:00:00Z".parse().unwrap()
}

async fn authority(folder: &std::path::Path, seed: u64) -> LocalAuthority {
    let settings = Settings {
        folder: folder.join("keys"),
        ..Settings::default()
    };
    let entropy = Arc::new(SeededEntropy::new(seed));
    LocalAuthority::open_or_create(&settings, &MemoryKeys, entropy, now())
        .await
        .unwrap()
}

fn member(authority: &LocalAuthority, name: &str) -> Certificate {
    let key = SigningKey::generate(KeyAlgorithm::P256).unwrap();
    let subject = DistinguishedName::builder().common_name(name).unwrap().build();
    let validity = Validity {
        not_before: now(),
        not_after: now() + SignedDuration::from_hours(24 * 365),
    };
    let template = CertificateTemplate::member(subject, validity);
    authority.issue_lasting(&template, key.public_key()).unwrap()
}

#[tokio::test]
async fn what_is_issued_is_entered_and_what_is_revoked_is_listed_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let authority = authority(folder.path(), 1).await;
    let certificate = member(&authority, "証 太郎");
    let other = member(&authority, "髙橋 誠");
    let serial_number = certificate.serial_number();
    let listed = async |authority: &LocalAuthority| {
        let lists = authority.revocation_lists(now()).await.unwrap();
        let list = RevocationList::from_der(&lists[0]).unwrap();
        list.entry_for_certificate(&certificate).map(|entry| entry.reason)
    };
    assert_eq!(listed(&authority).await, None);
    assert_eq!(authority.status(serial_number).unwrap(), CertificateStatus::Good);

    // Another process revokes.
    let second = self::authority(folder.path(), 2).await;
    let reason = RevocationReason::KeyCompromise;
    let revoked = second.revoke(serial_number, reason, now()).unwrap();
    let expected = CertificateStatus::Revoked {
        revoked_at: now(),
        reason,
    };
    assert_eq!(revoked.status, expected);
    assert_eq!(listed(&authority).await, Some(reason));
    assert_eq!(authority.status(serial_number).unwrap(), expected);
    assert_eq!(
        authority.status(other.serial_number()).unwrap(),
        CertificateStatus::Good
    );

    // It is final.
    let again = second
        .revoke(serial_number, RevocationReason::Superseded, UtcTime::MAX)
        .unwrap();
    assert_eq!(again.status, expected);
    let names: Vec<String> = authority
        .lasting_certificates()
        .unwrap()
        .iter()
        .map(|entry| entry.certificate.subject().common_name().unwrap().to_owned())
        .collect();
    assert_eq!(
        &names[..3],
        ["Akashi local Issuing CA", "Akashi local TSA", "Akashi local Seal"]
    );
    assert_eq!(names.len(), 5);
}

#[tokio::test]
async fn a_hold_can_become_final_and_strangers_cannot_be_revoked() {
    let folder = tempfile::tempdir().unwrap();
    let authority = authority(folder.path(), 1).await;
    let certificate = member(&authority, "証 太郎");
    let revoke = |reason| {
        authority
            .revoke(certificate.serial_number(), reason, now())
            .unwrap()
            .status
    };
    for reason in [
        RevocationReason::CertificateHold,
        RevocationReason::PrivilegeWithdrawn,
    ] {
        let revoked_at = now();
        assert_eq!(revoke(reason), CertificateStatus::Revoked { revoked_at, reason });
    }
    let one_time = authority
        .one_time(&subject(Trial::No), now())
        .await
        .unwrap()
        .certificate;
    assert_eq!(
        authority.status(one_time.serial_number()).unwrap(),
        CertificateStatus::Unknown
    );
    let refused = authority.revoke(one_time.serial_number(), RevocationReason::Unspecified, now());
    assert!(matches!(refused, Err(LastingError::Unknown(_))));
}

#[tokio::test]
async fn the_root_lists_the_issuing_authority_and_the_issuing_authority_the_rest() {
    let folder = tempfile::tempdir().unwrap();
    let authority = authority(folder.path(), 1).await;
    let issuing = authority.issuer_certificate(Issuer::Issuing).clone();
    let seal = authority.seal(now()).await.unwrap().certificate;
    for certificate in [&issuing, &seal] {
        let reason = RevocationReason::CessationOfOperation;
        authority
            .revoke(certificate.serial_number(), reason, now())
            .unwrap();
    }
    for (issuer, certificate) in [(Issuer::Root, &issuing), (Issuer::Issuing, &seal)] {
        let list = authority.make_revocation_list(issuer, now()).unwrap();
        assert_eq!(list.entries().count(), 1);
        assert!(list.entry_for_certificate(certificate).is_some());
        let keeps = list.keeps_expired_since().unwrap();
        assert_eq!(keeps, Some(authority.issuer_certificate(issuer).not_before()));
    }
}

#[tokio::test]
async fn what_is_revoked_signs_no_more() {
    let folder = tempfile::tempdir().unwrap();
    let authority = authority(folder.path(), 1).await;
    let reason = RevocationReason::KeyCompromise;
    let revoke = |certificate: &Certificate| {
        authority
            .revoke(certificate.serial_number(), reason, now())
            .unwrap();
    };
    revoke(&authority.seal(now()).await.unwrap().certificate);
    let refused = authority.seal(now()).await;
    assert!(matches!(refused, Err(AuthorityError::Unavailable(_))));
    authority.one_time(&subject(Trial::No), now()).await.unwrap();
    revoke(authority.issuer_certificate(Issuer::Issuing));
    let refused = authority.one_time(&subject(Trial::No), now()).await;
    assert!(matches!(refused, Err(AuthorityError::Unavailable(_))));
}

#[tokio::test]
async fn responders_answer_for_their_issuer() {
    let folder = tempfile::tempdir().unwrap();
    let authority = authority(folder.path(), 1).await;
    let seal = authority.seal(now()).await.unwrap().certificate;
    let issuing = authority.issuer_certificate(Issuer::Issuing).clone();
    let root = authority.issuer_certificate(Issuer::Root).clone();
    let period = ResponsePeriod::new(now(), now() + SignedDuration::from_hours(24));
    for (level, certificate, issuer) in [
        (Issuer::Issuing, &seal, &issuing),
        (Issuer::Root, &issuing, &root),
    ] {
        let responder = authority.make_responder(level, now()).unwrap();
        let request = OcspRequest::new(certificate, issuer);
        let response = responder
            .answer(&request.to_der(), period, |serial| {
                authority.status(serial).unwrap()
            })
            .unwrap();
        let single = request.answer_in(&response).unwrap();
        assert_eq!(single.status, CertificateStatus::Good);
        let delegate = &response.basic().unwrap().certificates()[0];
        assert!(delegate.has_ocsp_no_check());
        delegate.verify_issued_by(issuer.public_key()).unwrap();
        assert_eq!(delegate.not_after(), now() + SignedDuration::from_hours(7 * 24));
    }
}

#[tokio::test]
async fn what_was_left_half_written_is_no_entry_and_damage_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let authority = authority(folder.path(), 1).await;
    assert_eq!(authority.lasting_certificates().unwrap().len(), 3);
    let certificate = member(&authority, "証 太郎");
    let issued = folder.path().join("keys/register/issued");
    std::fs::write(issued.join(".00.pem.partial"), "-----BEGIN").unwrap();
    assert_eq!(authority.lasting_certificates().unwrap().len(), 4);
    let name = format!("{}.pem", hex::encode(certificate.serial_number().as_content()));
    std::fs::write(issued.join(name), "damaged").unwrap();
    assert!(matches!(
        authority.lasting_certificates(),
        Err(LastingError::Register(RegisterError::Malformed { .. }))
    ));
}
