//! Parties with their links, over the network: what has no effect, what counts once, and what opens nothing.

use crate::installation::Installation;
use crate::story::{ANNA, NAOKI, Party, concluded, enter, send};

#[test]
fn following_a_link_has_no_effect() {
    let installation = Installation::new("", "");
    let mut sender = installation.administrator();
    let contract = send(&mut sender);
    let token = installation.token(ANNA, "/s/");
    let mut scanner = installation.browser();
    for _ in 0..3 {
        let page = scanner.get(&format!("/s/{token}")).expect(200);
        assert_eq!(page.header("set-cookie"), "");
        assert_eq!(page.header("referrer-policy"), "no-referrer");
        scanner.send("HEAD", &format!("/s/{token}"), &[], &[]).expect(200);
    }
    // The history knows nothing of it, and shows the link to nobody.
    let page = sender.get(&contract).expect(200).text();
    assert!(!page.contains(&token));
    for path in ["/system/mail", "/system/jobs"] {
        assert!(!sender.get(path).expect(200).text().contains(&token), "{path}");
    }
    let mut anna = enter(&installation, ANNA);
    anna.sign();
    let mut naoki = enter(&installation, NAOKI);
    naoki.sign();
    let sheet = concluded(&mut sender, &contract).to_string();
    assert!(!sheet.contains(&token));
}

#[test]
fn a_double_click_signs_once_and_a_replay_changes_nothing() {
    let installation = Installation::new("", "");
    let mut sender = installation.administrator();
    let contract = send(&mut sender);
    let mut anna = enter(&installation, ANNA);
    let fields = anna.read();
    let clicks: Vec<_> = (0..4)
        .map(|_| {
            let mut again = Party {
                browser: anna.browser.clone(),
                path: anna.path.clone(),
            };
            let fields = fields.clone();
            std::thread::spawn(move || again.confirm(&fields))
        })
        .collect();
    for click in clicks {
        let answer = click.join().unwrap().expect(303);
        assert_eq!(answer.header("location"), format!("{}/done", anna.path));
    }
    enter(&installation, NAOKI).sign();
    let before = concluded(&mut sender, &contract);
    anna.confirm(&fields).expect(303);
    assert_eq!(
        sender
            .get(&format!("{contract}/evidence.json"))
            .expect(200)
            .json(),
        before
    );
    let page = sender.get(&contract).expect(200).text();
    assert!(page.contains("締結"), "{page}");
}

#[test]
fn nobody_acts_as_another() {
    let installation = Installation::new("", "");
    let mut sender = installation.administrator();
    send(&mut sender);
    let mut anna = enter(&installation, ANNA);
    let naoki = enter(&installation, NAOKI);
    anna.browser.get(&anna.path.clone()).expect(200);
    // Her session at his part, the sender's session at hers, and hers at the sender's pages.
    let confirm = format!("{}/confirm", naoki.path);
    let fields: Vec<(String, String)> = anna.read();
    let fields: Vec<_> = fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    let hers = anna.browser.clone();
    let mut thief = installation.browser();
    thief.steal(&hers, "akashi_part", &naoki.path);
    thief.get(&naoki.path).expect(401);
    thief.post(&confirm, &fields).expect(401);
    thief.post(&format!("{}/viewed", naoki.path), &fields).expect(401);
    thief
        .post(&format!("{}/decline", naoki.path), &[("reason", "no")])
        .expect(401);
    thief.get(&format!("{}/evidence.pdf", naoki.path)).expect(401);
    sender.get(&naoki.path).expect(401);
    sender.post(&confirm, &fields).expect(401);
    let mut intruder = installation.browser();
    intruder.steal(&hers, "akashi_part", "/");
    intruder.get("/account").expect(303);
    for unknown in ["A".repeat(43), "x".to_owned()] {
        intruder.get(&format!("/s/{unknown}")).expect(404);
        intruder.post(&format!("/s/{unknown}"), &[]).expect(404);
    }
}

#[test]
fn bad_addresses_and_names_are_told_at_their_field() {
    let installation = Installation::new("", "");
    let mut sender = installation.administrator();
    let contract = crate::story::new_draft(&mut sender);
    let row = |name: &'static str, email: &'static str| {
        [
            ("p0_id", ""),
            ("p0_name", name),
            ("p0_email", email),
            ("p0_lang", "ja"),
            ("p0_stage", "1"),
            ("op", "save"),
        ]
    };
    for email in [
        "",
        "anna",
        "anna@keller",
        "a b@keller.example",
        "a@b.example\r\nBcc: c@d.example",
    ] {
        let page = sender.post(&format!("{contract}/parties"), &row("Anna Keller", email));
        let text = page.expect(422).text();
        assert!(
            text.contains("p0_email") && text.contains("メールアドレス"),
            "{email:?}: {text}"
        );
        assert!(text.contains("Anna Keller"), "what was typed stays");
    }
    let page = sender.post(&format!("{contract}/parties"), &row("\u{17000}田 一郎", ANNA));
    let text = page.expect(422).text();
    assert!(text.contains("\u{17000}"), "{text}");
    sender
        .post(&format!("{contract}/parties"), &row("Anna Keller", ANNA))
        .expect(303);
}

/// Each with the reason, in the reader's language.
#[test]
fn bad_files_are_told_in_words() {
    let installation = Installation::new("", "");
    let mut sender = installation.administrator();
    let documents = format!("{}/documents", crate::story::new_draft(&mut sender));
    let whole = crate::story::pdf(2);
    let nothing: &[u8] = b"hello";
    let none = crate::story::pdf(0);
    for (file, japanese, english) in [
        (nothing, "PDF", "PDF"),
        (&whole[..60], "壊れ", "damaged"),
        (none.as_slice(), "ページ", "page"),
    ] {
        let told = |sender: &mut crate::browser::Browser| {
            let refused = sender.upload(&documents, "files", file).expect(422);
            refused.json()["detail"].as_str().unwrap().to_owned()
        };
        let detail = told(&mut sender);
        assert!(detail.contains(japanese), "{detail}");
        sender
            .post("/language", &[("lang", "en"), ("back", "/")])
            .expect(303);
        let detail = told(&mut sender);
        assert!(detail.contains(english), "{detail}");
        sender
            .post("/language", &[("lang", "ja"), ("back", "/")])
            .expect(303);
    }
}
