//! Limits: on what is uploaded, and on how often.

use std::io::Write as _;

use crate::browser::{Answer, MULTIPART, form_with};
use crate::installation::{ADMINISTRATOR, Installation, PASSWORD};
use crate::story::{new_draft, pdf};

const ONE_MEGABYTE: &str = "[limits]\nupload_mb = 1";

#[test]
fn a_file_over_the_limit_is_refused_and_the_draft_stays() {
    let installation = Installation::new("", ONE_MEGABYTE);
    let mut browser = installation.administrator();
    let documents = format!("{}/documents", new_draft(&mut browser));
    browser.upload(&documents, "files", &pdf(2)).expect(201);
    let large = vec![b'%'; (1 << 20) + 1];
    let refused = browser.upload(&documents, "files", &large).expect(413);
    assert_eq!(refused.header("content-type"), "application/problem+json");
    let told = refused.json()["title"].as_str().unwrap().to_owned();
    assert!(told.contains("1.0 MB"), "{told}");
    let page = browser.get(&documents).expect(200).text();
    assert!(page.contains("a.pdf"), "what was there stays");

    let headers = [("content-type", MULTIPART)];
    let judged = browser.send("POST", "/verify", &headers, &form_with("file", &large));
    let told = judged.text();
    assert!(told.contains("1.0 MB"), "{told}");
}

/// A gigabyte is announced; the answer comes while it is still being sent.
#[test]
fn an_endless_upload_is_cut_off_while_it_streams_in() {
    let installation = Installation::new("", ONE_MEGABYTE);
    let mut browser = installation.administrator();
    let draft = format!("{}/documents", new_draft(&mut browser));
    for (path, field) in [
        (draft.as_str(), "files"),
        ("/contracts", "files"),
        ("/verify", "file"),
    ] {
        let headers = [("accept", "application/json"), ("content-type", MULTIPART)];
        let head = browser.head("POST", path, &headers, 1 << 30);
        let mut stream = browser.connect();
        let mut sending = stream.try_clone().unwrap();
        let sender = std::thread::spawn({
            let form = form_with(field, b"%PDF-1.7\n");
            move || {
                let mut sent = 0_u64;
                let begun = [head.as_bytes(), &form[..form.len() - 12]].concat();
                let mut next = begun.as_slice();
                let block = vec![b'a'; 64 << 10];
                while sending.write_all(next).is_ok() {
                    sent += next.len() as u64;
                    next = &block;
                }
                sent
            }
        });
        let answer = Answer::read(&mut stream);
        drop(stream);
        let sent = sender.join().unwrap();
        assert!(sent < 64 << 20, "{path}: {sent} bytes were taken");
        let told = answer.text();
        assert!(told.contains("1.0 MB"), "{path}: {} {told}", answer.status);
        if path != "/verify" {
            assert_eq!(answer.status, 413, "{path}");
        }
    }
    browser.upload(&draft, "files", &pdf(2)).expect(201);
}

const SLOW: &str = "[limits]\nwrites_per_minute = 5";
const PROXY: &str = "trusted_proxies = [\"127.0.0.1\"]";

/// The statuses of eleven posts: a minute may end among them, but not two.
fn eleven_posts(server: &str, address: impl Fn(u8) -> String) -> Vec<u16> {
    let installation = Installation::new(server, SLOW);
    (1..=11)
        .map(|number| {
            let mut browser = installation.browser().saying("x-forwarded-for", &address(number));
            let answer = browser.post("/language", &[("lang", "en"), ("back", "/sign-in")]);
            if answer.status == 429 {
                let seconds: u64 = answer.header("retry-after").parse().unwrap();
                assert!((1..=60).contains(&seconds), "{seconds}");
                assert!(answer.text().contains("操作が多すぎます"));
            }
            answer.status
        })
        .collect()
}

#[test]
fn a_network_that_sends_too_much_has_to_wait() {
    let one = eleven_posts(PROXY, |_| "203.0.113.9".to_owned());
    assert!(one[0] == 303 && one.contains(&429), "{one:?}");
    let same_network = eleven_posts(PROXY, |number| format!("2001:db8::{number}"));
    assert!(same_network.contains(&429), "{same_network:?}");
    let many = eleven_posts(PROXY, |number| format!("203.0.113.{number}"));
    assert_eq!(many, [303; 11]);
    // Without a trusted proxy nobody gets around the limit by writing addresses.
    let invented = eleven_posts("", |number| format!("203.0.113.{number}"));
    assert!(invented.contains(&429), "{invented:?}");
}

#[test]
fn nobody_at_this_machine_is_slowed_down() {
    let installation = Installation::new("", SLOW);
    let mut browser = installation.browser();
    for _ in 0..20 {
        browser
            .post("/language", &[("lang", "en"), ("back", "/sign-in")])
            .expect(303);
    }
}

#[test]
fn wrong_passwords_pause_the_account() {
    let installation = Installation::new("", "");
    installation.administrator();
    let mut browser = installation.browser();
    let mut attempt = |password: &str| {
        let fields = [("email", ADMINISTRATOR), ("password", password)];
        browser.post("/sign-in", &fields)
    };
    for _ in 0..10 {
        attempt("wrong password").expect(401);
    }
    let refused = attempt(PASSWORD).expect(429);
    let seconds: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=900).contains(&seconds), "the right one included: {seconds}");
}
