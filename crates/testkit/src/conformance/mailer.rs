//! What every [`Mailer`] and [`TrialMailbox`] must do.

use akashi_app::ports::{MailError, Mailer, OutgoingMail, RenderedMail, TrialMailbox};
use akashi_domain::{EmailAddress, MailId, UtcTime};

/// Checks a mailer whose server takes mail to `to`, and refuses mail to `refused` for good where it can.
pub async fn suite(mailer: &dyn Mailer, to: &str, refused: Option<&str>) {
    assert!(!mailer.check().await.expect("the server is well").is_empty());
    let receipt = mailer.send(&mail(1, to)).await.expect("is taken");
    assert!(!receipt.response.is_empty(), "the server's words are kept");
    mailer
        .send(&mail(1, to))
        .await
        .expect("the same mail again is taken: at least once");
    if let Some(refused) = refused {
        match mailer.send(&mail(2, refused)).await {
            Err(MailError::Refused { response }) => assert!(!response.is_empty(), "the refusal has words"),
            other => assert!(
                matches!(other, Err(MailError::Refused { .. })),
                "is refused for good: {other:?}"
            ),
        }
        mailer
            .send(&mail(3, to))
            .await
            .expect("a refusal does not break the next mail");
    }
}

/// Checks a mailbox that is empty at first.
pub async fn mailbox_suite<M: Mailer + TrialMailbox>(mailbox: &M) {
    assert!(mailbox.newest(10).await.expect("lists").is_empty());
    assert!(
        mailbox
            .find(mail(1, "a@b.example").mail_id)
            .await
            .expect("looks")
            .is_none()
    );
    for number in 1..=3 {
        mailbox
            .send(&mail(number, "a@b.example"))
            .await
            .expect("is taken");
    }
    let newest = mailbox.newest(2).await.expect("lists");
    let ids: Vec<MailId> = newest.iter().map(|found| found.mail_id).collect();
    assert_eq!(
        ids,
        [mail(3, "a@b.example").mail_id, mail(2, "a@b.example").mail_id],
        "newest first"
    );
    let found = mailbox
        .find(mail(1, "a@b.example").mail_id)
        .await
        .expect("looks")
        .expect("is there");
    assert_eq!(found.to.as_str(), "a@b.example");
    assert_eq!(found.content.subject, mail(1, "a@b.example").content.subject);
    assert_eq!(found.content.text, mail(1, "a@b.example").content.text);
    assert_eq!(found.content.html, mail(1, "a@b.example").content.html);
    mailbox
        .send(&mail(3, "a@b.example"))
        .await
        .expect("is taken again");
    assert_eq!(
        mailbox.newest(10).await.expect("lists").len(),
        3,
        "the same mail twice stands once"
    );
}

/// A mail of tests in Japanese; the same for the same number.
pub fn mail(number: u8, to: &str) -> OutgoingMail {
    OutgoingMail {
        mail_id: MailId::from_parts(1_763_800_000_000 + u64::from(number), [number; 10]),
        to: EmailAddress::parse(to).expect("a valid address"),
        from_name: "株式会社みなと製作所 (Akashi)".to_owned(),
        content: RenderedMail {
            subject: format!(
                "株式会社みなと製作所様より『業務委託契約書 第{number}号』への署名依頼が届いています"
            ),
            text: format!(
                "森下 様\n\n下記の契約書{number}をご確認ください。\nhttps://akashi.example/p/{number}\n.\n終わり"
            ),
            html: format!(
                "<!doctype html><html lang=\"ja\"><body><p>下記の契約書{number}をご確認ください。</p></body></html>"
            ),
        },
        queued_at: UtcTime::from_second(1_763_800_000).expect("a time"),
    }
}
