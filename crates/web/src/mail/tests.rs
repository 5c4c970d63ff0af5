use jiff::civil::date;

use super::*;

fn mails(lang: Language) -> Vec<(&'static str, RenderedMail)> {
    let request = |occasion| RequestMail {
        organization: "株式会社みなと製作所".into(),
        sender: "髙橋 誠".into(),
        name: "森下 航".into(),
        title: "物流業務委託基本契約書".into(),
        documents: vec!["物流業務委託基本契約書".into(), "別紙1 委託料の内訳".into()],
        parties: vec!["株式会社みなと製作所".into(), "青葉倉庫株式会社".into()],
        deadline: Some(date(2026, 11, 30)),
        message: "いつもお世話になっております。\n11月16日の打合せのとおりの内容です。".into(),
        link: "https://akashi.minato.example/s/r4Zk8vXq2m".into(),
        trial: false,
        occasion,
    };
    let completion = CompletionMail {
        organization: "株式会社みなと製作所".into(),
        name: "𠮷野 咲".into(),
        title: "物流業務委託基本契約書".into(),
        parties: vec!["株式会社みなと製作所".into(), "青葉倉庫株式会社".into()],
        concluded_at: "2026-11-25T04:02:57Z".parse().unwrap(),
        link: "https://akashi.minato.example/s/d0Ne".into(),
        trial: true,
    };
    let withdrawal = WithdrawalMail {
        organization: "株式会社みなと製作所".into(),
        name: "佐伯 真由美".into(),
        title: "物流業務委託基本契約書".into(),
        reason: "金額の誤りがありました。".into(),
    };
    let decline = DeclineMail {
        organization: "株式会社みなと製作所".into(),
        name: "髙橋 誠".into(),
        title: "物流業務委託基本契約書".into(),
        by: "佐伯 真由美".into(),
        reason: "第5条の期間を3年にしてください。".into(),
        link: Some("https://akashi.minato.example/contracts/ctr_1".into()),
    };
    let invitation = InvitationMail {
        organization: "株式会社みなと製作所".into(),
        inviter: "髙橋 誠".into(),
        name: "葛󠄀城 理恵".into(),
        until: date(2026, 12, 1),
        link: "https://akashi.minato.example/invitations/x".into(),
    };
    let reset = PasswordResetMail { name: "山﨑 澪".into(), link: "https://akashi.minato.example/password/reset/x".into() };
    vec![
        ("request", request(RequestOccasion::Turn).render(lang).unwrap()),
        ("reminder", request(RequestOccasion::Reminder).render(lang).unwrap()),
        ("completion", completion.render(lang).unwrap()),
        ("withdrawal", withdrawal.render(lang).unwrap()),
        ("decline", decline.render(lang).unwrap()),
        ("invitation", invitation.render(lang).unwrap()),
        ("reset", reset.render(lang).unwrap()),
    ]
}

#[test]
fn mails_read_as_agreed() {
    for lang in Language::ALL {
        for (name, mail) in mails(lang) {
            insta::assert_snapshot!(format!("{name}-{}", lang.tag()), format!("Subject: {}\n\n{}", mail.subject, mail.text));
        }
    }
}

#[test]
fn both_parts_carry_the_link_and_nothing_that_calls_home() {
    for lang in Language::ALL {
        for (name, mail) in mails(lang) {
            for forbidden in ["<img", "<script", "url(", "@import", "<link"] {
                assert!(!mail.html.contains(forbidden), "{name}: {forbidden}");
            }
            let links = |text: &str| text.matches("https://").count();
            assert_eq!(links(&mail.text), links(&mail.html), "{name} ({})", lang.tag());
            assert!(mail.html.contains(&format!("<html lang=\"{}\">", lang.tag())), "{name}");
        }
    }
}

#[test]
fn the_html_part_escapes_what_people_typed() {
    let mail = WithdrawalMail {
        organization: "<b>A</b>".into(),
        name: "\"x\"".into(),
        title: "a & b".into(),
        reason: "<script>alert(1)</script>".into(),
    };
    let html = mail.render(Language::Ja).unwrap().html;
    assert!(!html.contains("<script>"));
    assert!(!html.contains("<b>A</b>"));
    assert!(html.contains("a &#38; b"));
}

#[test]
fn a_subject_is_one_line() {
    assert_eq!(one_line("a\r\nBcc: x@y\u{2028}z"), "a Bcc: x@y z");
    let mail = WithdrawalMail {
        organization: "A".into(),
        name: "B".into(),
        title: "契約\r\nBcc: evil@example.com".into(),
        reason: String::new(),
    };
    assert!(!mail.render(Language::Ja).unwrap().subject.contains(['\r', '\n']));
}
