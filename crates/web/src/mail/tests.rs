use akashi_domain::EmailAddress;
use secrecy::SecretString;

use super::*;

fn link(path: &str) -> PersonalLink {
    SecretString::from(format!("https://akashi.minato.example{path}"))
}

fn at(text: &str) -> UtcTime {
    text.parse().unwrap()
}

fn contents() -> Vec<(&'static str, MailContent)> {
    let request = |is_reminder| MailContent::Request {
        is_reminder,
        recipient: "森下 航".into(),
        recipient_organization: "株式会社つばめ運輸".into(),
        sender_organization: "株式会社みなと製作所".into(),
        sender: "髙橋 誠".into(),
        sender_email: EmailAddress::parse("takahashi@minato.example").unwrap(),
        title: "物流業務委託基本契約書".into(),
        file_names: vec![
            "物流業務委託基本契約書.pdf".into(),
            "別紙1_委託料の内訳.pdf".into(),
        ],
        message: "いつもお世話になっております。\n11月16日の打合せのとおりの内容です。".into(),
        deadline: Some(at("2026-11-30T14:59:59Z")),
        link: link("/s/r4Zk8vXq2m"),
        link_expires_at: at("2026-12-20T06:55:00Z"),
        is_trial: false,
    };
    let completion = MailContent::Completion {
        recipient: "𠮷野 咲".into(),
        recipient_organization: "株式会社みなと製作所".into(),
        sender_organization: "株式会社みなと製作所".into(),
        title: "物流業務委託基本契約書".into(),
        contract_id: "7dfd11d5a0b44c1e9c2f6b1a2d3e4f50".into(),
        concluded_at: at("2026-11-25T04:02:57Z"),
        signers: vec![
            "森下 航(株式会社つばめ運輸)".into(),
            "𠮷野 咲(株式会社みなと製作所)".into(),
        ],
        link: link("/s/d0Ne"),
        is_trial: true,
    };
    let declined = |link, reason: Option<&str>| MailContent::Declined {
        recipient: "髙橋 誠".into(),
        title: "物流業務委託基本契約書".into(),
        declined_by: "佐伯 真由美(青葉倉庫株式会社)".into(),
        reason: reason.map(Into::into),
        link,
    };
    let withdrawn = MailContent::Withdrawn {
        recipient: "佐伯 真由美".into(),
        sender_organization: "株式会社みなと製作所".into(),
        title: "物流業務委託基本契約書".into(),
        reason: "金額の誤りがありました。".into(),
    };
    let expired = MailContent::Expired {
        recipient: "髙橋 誠".into(),
        title: "物流業務委託基本契約書".into(),
        deadline: at("2026-11-30T14:59:59Z"),
        link: Some(link("/contracts/ctr_1")),
    };
    let invitation = MailContent::Invitation {
        invited_by: "髙橋 誠".into(),
        organization: "株式会社みなと製作所".into(),
        link: link("/invitations/x"),
        link_expires_at: at("2026-12-01T06:55:00Z"),
    };
    let reset = MailContent::PasswordReset {
        recipient: "葛󠄀城 理恵".into(),
        link: link("/password/reset/x"),
        link_expires_at: at("2026-11-24T07:25:00Z"),
    };
    let keeping = MailContent::PreservationAlarm {
        recipient: "髙橋 誠".into(),
        organization: "株式会社みなと製作所".into(),
        stuck: 3,
        missed: 1,
        link: link("/settings/preservation"),
    };
    vec![
        ("request", request(false)),
        ("reminder", request(true)),
        ("completion", completion),
        (
            "declined",
            declined(
                Some(link("/contracts/ctr_1")),
                Some("第5条の期間を3年にしてください。"),
            ),
        ),
        ("declined-unsaid", declined(None, None)),
        ("withdrawn", withdrawn),
        ("expired", expired),
        ("invitation", invitation),
        ("reset", reset),
        ("keeping", keeping),
    ]
}

#[test]
fn mails_read_as_agreed() {
    for language in Language::ALL {
        for (name, content) in contents() {
            let mail = Letters.render(&content, language);
            let shown = format!("Subject: {}\n\n{}", mail.subject, mail.text);
            insta::assert_snapshot!(format!("{name}-{}", language.tag()), shown);
        }
    }
}

#[test]
fn both_parts_carry_the_link_and_nothing_that_calls_home() {
    for language in Language::ALL {
        for (name, content) in contents() {
            let mail = Letters.render(&content, language);
            for forbidden in ["<img", "<script", "url(", "@import", "<link"] {
                assert!(!mail.html.contains(forbidden), "{name}: {forbidden}");
            }
            let links = |text: &str| text.matches("https://").count();
            assert_eq!(
                links(&mail.text),
                links(&mail.html),
                "{name} ({})",
                language.tag()
            );
            assert!(
                mail.html.contains(&format!("<html lang=\"{}\">", language.tag())),
                "{name}"
            );
        }
    }
}

#[test]
fn what_people_typed_stays_text() {
    let content = MailContent::Withdrawn {
        recipient: "\"x\"".into(),
        sender_organization: "<b>A</b>".into(),
        title: "契約 & 別紙\r\nBcc: evil@example.com".into(),
        reason: "<script>alert(1)</script>".into(),
    };
    let mail = Letters.render(&content, Language::Ja);
    assert!(!mail.html.contains("<script>"));
    assert!(!mail.html.contains("<b>A</b>"));
    assert!(mail.html.contains("契約 &#38; 別紙"));
    assert!(!mail.subject.contains(['\r', '\n']));
    assert_eq!(one_line("a\r\nBcc: x@y\u{2028}z"), "a Bcc: x@y z");
}
