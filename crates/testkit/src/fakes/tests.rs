//! The fakes pass the suites of their ports.

use std::sync::Arc;

use akashi_app::ports::{
    Clock as _, Entropy as _, MailError, Mailer as _, SegmentStorage as _, SigningAuthority as _,
    StorageError, TimeStampAuthority as _,
};
use akashi_domain::EmailAddress;

use super::*;
use crate::conformance;

fn clock() -> Arc<FrozenClock> {
    Arc::new(FrozenClock::default())
}

#[tokio::test]
async fn keys_conform() {
    conformance::keys::suite(&MemoryKeys).await;
}

#[tokio::test]
async fn segments_conform() {
    let storage = MemorySegments::new(clock(), Arc::new(SeededEntropy::default()));
    conformance::segments::suite(&storage).await;
    conformance::segments::preview_suite(&storage).await;
}

#[tokio::test]
async fn segments_break_by_order() {
    let storage = MemorySegments::new(clock(), Arc::new(SeededEntropy::default()));
    let tenant = conformance::segments::tenant(1);
    storage.fail_puts(1);
    assert!(storage.put(&tenant, "a".into()).await.is_err());
    assert!(storage.segment_ids().is_empty());
    storage.lose_answers_of_puts(1);
    assert!(storage.put(&tenant, "a".into()).await.is_err());
    assert_eq!(storage.segment_ids().len(), 1, "stored, but nobody was told");
    let record = storage.put(&tenant, "b".into()).await.unwrap();
    storage.tamper(record.segment_id);
    assert!(matches!(
        storage.read(&tenant, &record, 0, 1).await,
        Err(StorageError::Tampered)
    ));
}

#[tokio::test]
async fn mailer_conforms() {
    let mailer = MemoryMailer::smtp(clock());
    mailer.refuse(
        &EmailAddress::parse("no@b.example").unwrap(),
        "550 5.1.1 no such user",
    );
    conformance::mailer::suite(&mailer, "a@b.example", Some("no@b.example")).await;
    conformance::mailer::mailbox_suite(&MemoryMailer::trial(clock())).await;
}

#[tokio::test]
async fn mailer_breaks_by_order() {
    let mailer = MemoryMailer::smtp(clock());
    let mail = conformance::mailer::mail(1, "a@b.example");
    mailer.fail_next(MailError::Delayed {
        response: "451 later".to_owned(),
    });
    assert!(mailer.send(&mail).await.is_err());
    mailer.send(&mail).await.unwrap();
    mailer.stop();
    assert!(mailer.send(&mail).await.is_err());
    mailer.start();
    mailer.send(&mail).await.unwrap();
    assert_eq!(mailer.sent().len(), 2);
}

#[tokio::test]
async fn time_stamps_conform_and_stop_by_order() {
    let clock = clock();
    let authority = TestAuthority::new(clock.now());
    let time_stamps = ScriptedTimeStamps::new(&authority, clock.clone());
    conformance::time_stamp::suite(&time_stamps, clock.now()).await;
    time_stamps.stop();
    assert!(time_stamps.stamp([1; 32]).await.is_err());
    time_stamps.start();
    assert!(time_stamps.stamp([1; 32]).await.is_ok());
}

#[tokio::test]
async fn authority_names_whom_it_certifies() {
    let clock = clock();
    let authority = TestAuthority::new(clock.now());
    let subject = conformance::authority::subject(conformance::authority::Trial::No);
    conformance::authority::suite(&authority, &subject, clock.now()).await;
}

#[test]
fn entropy_repeats_itself_in_every_run() {
    let draw = |source: &SeededEntropy| {
        let mut bytes = [0_u8; 20];
        source.fill(&mut bytes);
        bytes
    };
    let (one, other) = (SeededEntropy::new(5), SeededEntropy::new(5));
    let first = draw(&one);
    assert_eq!(first, draw(&other));
    assert_ne!(first, draw(&one), "and goes on");
}

#[tokio::test]
async fn seals_conform() {
    let now = clock().now();
    let seal = TestAuthority::new(now).seal(now).await.unwrap();
    let certificates = [vec![seal.certificate.clone()], seal.issuers].concat();
    let upload = conformance::seals::Upload {
        file: MemorySeals::upload(&seal.key, &certificates),
        password: MemorySeals::PASSWORD.to_owned(),
        certificate: seal.certificate,
    };
    conformance::seals::suite(&MemorySeals::default(), &upload, now).await;
}

#[tokio::test]
async fn revocation_data_conforms() {
    let now = clock().now();
    let authority = TestAuthority::new(now);
    let list = authority.revocation_lists(now).await.unwrap().remove(0);
    let published = conformance::revocation::Published {
        list: ("http://ca.example/list".to_owned(), list),
        response: (
            "http://ca.example/ocsp".to_owned(),
            vec![0x30, 0x03, 0x0a, 0x01, 0x06],
        ),
        certificates: ("http://ca.example/issuers".to_owned(), authority.issuers()),
        nothing: "http://ca.example/nothing".to_owned(),
    };
    let source = ScriptedRevocation::default();
    source.publish_list(&published.list.0, published.list.1.clone());
    source.publish_response(&published.response.0, published.response.1.clone());
    source.publish_certificates(&published.certificates.0, published.certificates.1.clone());
    conformance::revocation::suite(&source, &published).await;
    assert_eq!(source.asked().len(), 5);
}
