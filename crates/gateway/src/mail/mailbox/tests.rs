//! The mailbox in a folder.

use std::os::unix::fs::PermissionsExt as _;

use akashi_testkit::conformance::mailer::{mail, mailbox_suite, suite};
use akashi_testkit::fakes::FrozenClock;

use super::*;

fn mailbox(keep: usize) -> (tempfile::TempDir, LocalMailbox) {
    let outer = tempfile::tempdir().unwrap();
    let settings = MailboxSettings {
        folder: outer.path().join("mailbox"),
        keep,
    };
    (
        outer,
        LocalMailbox::open(&settings, Arc::new(FrozenClock::default())).unwrap(),
    )
}

#[tokio::test]
async fn conforms() {
    let (_outer, mailbox) = mailbox(100);
    mailbox_suite(&mailbox).await;
    suite(&mailbox, "a@b.example", None).await;
    assert_eq!(mailbox.mode(), MailMode::Trial);
}

#[tokio::test]
async fn mails_survive_a_restart_and_are_private() {
    let (outer, mailbox) = mailbox(100);
    mailbox.send(&mail(1, "a@b.example")).await.unwrap();
    let settings = MailboxSettings {
        folder: outer.path().join("mailbox"),
        keep: 100,
    };
    let again = LocalMailbox::open(&settings, Arc::new(FrozenClock::default())).unwrap();
    let found = again.find(mail(1, "a@b.example").mail_id).await.unwrap().unwrap();
    assert_eq!(found.content.text, mail(1, "a@b.example").content.text);
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&settings.folder), 0o700);
    assert_eq!(mode(&again.path_of(found.mail_id)), 0o600);
}

#[tokio::test]
async fn the_oldest_mails_go_first() {
    let (_outer, mailbox) = mailbox(10);
    for number in 0..=100 {
        mailbox.send(&mail(number, "a@b.example")).await.unwrap();
    }
    let newest = mailbox.newest(1_000).await.unwrap();
    assert!(newest.len() <= 10 + TRIM_EVERY as usize, "{}", newest.len());
    assert_eq!(newest[0].mail_id, mail(100, "a@b.example").mail_id);
    assert!(
        mailbox
            .find(mail(0, "a@b.example").mail_id)
            .await
            .unwrap()
            .is_none()
    );
}

#[tokio::test]
async fn half_written_mails_are_never_shown_and_go_with_the_old_ones() {
    let (_outer, mailbox) = mailbox(10);
    let partial = mailbox
        .path_of(mail(0, "a@b.example").mail_id)
        .with_extension("partial");
    fs::write(&partial, b"{\"mail_id\": ").unwrap();
    assert!(mailbox.newest(10).await.unwrap().is_empty());
    for number in 1..=101 {
        mailbox.send(&mail(number, "a@b.example")).await.unwrap();
    }
    assert!(!partial.exists());
}

#[tokio::test]
async fn a_folder_that_cannot_be_written_delays() {
    let (outer, mailbox) = mailbox(10);
    fs::remove_dir_all(outer.path().join("mailbox")).unwrap();
    fs::write(outer.path().join("mailbox"), b"a file is in the way").unwrap();
    assert!(matches!(
        mailbox.send(&mail(1, "a@b.example")).await,
        Err(MailError::Delayed { .. })
    ));
    assert!(mailbox.check().await.is_err());
    assert!(mailbox.newest(1).await.is_err());
}
