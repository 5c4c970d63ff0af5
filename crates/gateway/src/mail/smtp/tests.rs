//! The mailer against a real SMTP server program, and against servers that misbehave.

use akashi_testkit::conformance::mailer::{mail, suite};
use tokio::io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader};

use super::*;
use crate::test_servers::{SmtpServer, TlsIdentity};

fn settings(port: u16) -> SmtpSettings {
    SmtpSettings {
        host: "localhost".to_owned(),
        port: Some(port),
        security: Security::None,
        username: None,
        password: None,
        from: EmailAddress::parse("contracts@minato.example").unwrap(),
        hello_name: None,
        timeout_ms: 5_000,
        max_connections: 4,
        extra_roots: Vec::new(),
    }
}

fn mailer(settings: &SmtpSettings) -> SmtpMailer {
    SmtpMailer::new(settings).unwrap()
}

fn delayed(result: Result<impl std::fmt::Debug, MailError>) -> String {
    match result {
        Err(MailError::Delayed { response }) => response,
        other => panic!("expected a delay: {other:?}"),
    }
}

#[tokio::test]
async fn conforms_and_writes_proper_mails() {
    let server = SmtpServer::start(&[]);
    let mailer = mailer(&settings(server.port()));
    suite(
        &mailer,
        "morishita@tsubame.example",
        Some("refuse-550@tsubame.example"),
    )
    .await;
    assert!(matches!(mailer.mode(), MailMode::Smtp { from } if from.as_str() == "contracts@minato.example"));

    let taken = server.taken();
    assert_eq!(taken.len(), 3);
    let first = &taken[0];
    assert_eq!(first.facts["mail_from"], "contracts@minato.example");
    assert_eq!(first.facts["rcpt_tos"][0], "morishita@tsubame.example");
    let expected = mail(1, "morishita@tsubame.example");
    let head = first.eml.split("\r\n\r\n").next().unwrap();
    assert!(
        head.contains(&format!("Message-ID: <{}@minato.example>", expected.mail_id)),
        "{head}"
    );
    assert!(head.contains("Date: Sat, 22 Nov 2025 08:26:40 +0000"), "{head}");
    assert!(head.contains("Auto-Submitted: auto-generated"), "{head}");
    assert!(head.contains("multipart/alternative"), "{head}");
    assert!(head.contains("<contracts@minato.example>"), "{head}");
    assert!(head.is_ascii(), "names and subject are encoded");
    assert!(first.eml.lines().all(|line| line.len() <= 998), "RFC 5322, 2.1.1");
    assert_eq!(taken[0].eml, taken[1].eml, "sent twice, the same bytes");
}

#[tokio::test]
async fn the_texts_arrive_as_they_were_written() {
    let server = SmtpServer::start(&[]);
    let expected = mail(1, "morishita@tsubame.example");
    mailer(&settings(server.port())).send(&expected).await.unwrap();
    let eml = server.taken().remove(0).eml;
    let decoded: Vec<String> = eml
        .split("\r\n\r\n")
        .filter_map(|part| {
            let base64: String = part.split("\r\n--").next()?.split_whitespace().collect();
            String::from_utf8(decode_base64(&base64)?).ok()
        })
        .collect();
    assert!(
        decoded.contains(&expected.content.text.replace('\n', "\r\n")),
        "{eml}"
    );
    assert!(decoded.contains(&expected.content.html), "{eml}");
}

/// Base64 (RFC 4648) as its own few lines, so that the test does not trust the library under test.
fn decode_base64(text: &str) -> Option<Vec<u8>> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut bytes = Vec::new();
    let mut bits = 0_u32;
    let mut count = 0;
    for byte in text.bytes().filter(|byte| *byte != b'=') {
        bits = (bits << 6) | u32::try_from(ALPHABET.iter().position(|letter| *letter == byte)?).ok()?;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from((bits >> count) & 0xff).ok()?);
        }
    }
    (!bytes.is_empty()).then_some(bytes)
}

#[tokio::test]
async fn refusals_and_delays_are_told_apart_with_the_servers_words() {
    let server = SmtpServer::start(&[]);
    let mailer = mailer(&settings(server.port()));
    for (address, refused) in [
        ("refuse-550@tsubame.example", true),
        ("refuse-553@tsubame.example", true),
        ("refuse-data-554@tsubame.example", true),
        ("refuse-450@tsubame.example", false),
        ("refuse-451@tsubame.example", false),
        ("refuse-data-452@tsubame.example", false),
        ("refuse-530@tsubame.example", false),
    ] {
        let code = &address[address.find('@').unwrap() - 3..address.find('@').unwrap()];
        match mailer.send(&mail(1, address)).await {
            Err(MailError::Refused { response }) if refused => {
                assert!(
                    response.starts_with(code) && response.contains("refused by the test server"),
                    "{response}"
                );
            }
            Err(MailError::Delayed { response }) if !refused => {
                assert!(
                    response.starts_with(code) && response.contains("refused by the test server"),
                    "{response}"
                );
            }
            other => panic!("{address}: {other:?}"),
        }
    }
    assert!(server.taken().is_empty());
}

#[tokio::test]
async fn starttls_is_required_and_checked() {
    let server = SmtpServer::start(&["--require-starttls", "--login", "keiyaku:himitsu"]);
    let with_tls = SmtpSettings {
        security: Security::Starttls,
        username: Some("keiyaku".to_owned()),
        password: Some("himitsu".to_owned().into()),
        ..settings(server.port())
    };
    let trusted = SmtpSettings {
        extra_roots: vec![server.ca_pem()],
        ..with_tls.clone()
    };
    let untrusted = delayed(mailer(&with_tls).send(&mail(1, "a@tsubame.example")).await);
    assert!(
        untrusted.to_lowercase().contains("certificate") || untrusted.to_lowercase().contains("tls"),
        "{untrusted}"
    );

    let good = mailer(&trusted);
    let answer = good.check().await.unwrap();
    assert!(answer.ends_with(" STARTTLS AUTH"), "{answer}");
    good.send(&mail(1, "a@tsubame.example")).await.unwrap();
    let facts = &server.taken()[0].facts;
    assert_eq!(facts["tls"], true);
    assert_eq!(facts["login"], "keiyaku");

    let wrong = SmtpSettings {
        password: Some("wrong".to_owned().into()),
        ..trusted.clone()
    };
    let response = delayed(mailer(&wrong).send(&mail(2, "a@tsubame.example")).await);
    assert!(
        response.starts_with("535"),
        "the operator's mistake is not the mail's end: {response}"
    );
    assert!(!response.contains("wrong"));
    delayed(mailer(&wrong).check().await);
    assert_eq!(server.taken().len(), 1);
}

#[tokio::test]
async fn without_starttls_no_mail_is_handed_over() {
    let server = SmtpServer::start(&[]);
    let mailer = mailer(&SmtpSettings {
        security: Security::Starttls,
        ..settings(server.port())
    });
    let response = delayed(mailer.send(&mail(1, "a@tsubame.example")).await);
    assert!(response.contains("STARTTLS"), "{response}");
    delayed(mailer.check().await);
    assert!(server.taken().is_empty());
}

#[tokio::test]
async fn tls_from_the_first_byte() {
    let server = SmtpServer::start(&[]);
    let identity = TlsIdentity::new();
    let port = identity.in_front_of(server.port()).await;
    let settings = SmtpSettings {
        security: Security::Tls,
        extra_roots: vec![identity.root_pem()],
        ..settings(port)
    };
    mailer(&settings)
        .send(&mail(1, "a@tsubame.example"))
        .await
        .unwrap();
    assert_eq!(server.taken().len(), 1);
    let untrusted = SmtpSettings {
        extra_roots: Vec::new(),
        ..settings
    };
    delayed(mailer(&untrusted).send(&mail(2, "a@tsubame.example")).await);
    assert_eq!(server.taken().len(), 1);
}

#[tokio::test]
async fn international_addresses() {
    let server = SmtpServer::start(&[]);
    let from = EmailAddress::parse("keiyaku@例え.jp").unwrap();
    let mailer = mailer(&SmtpSettings {
        from,
        ..settings(server.port())
    });
    mailer.send(&mail(1, "sato@例え.jp")).await.unwrap();
    mailer.send(&mail(2, "佐藤@例え.jp")).await.unwrap();
    let taken = server.taken();
    assert_eq!(taken[0].facts["mail_from"], "keiyaku@xn--r8jz45g.jp");
    assert_eq!(taken[0].facts["rcpt_tos"][0], "sato@xn--r8jz45g.jp");
    assert_eq!(taken[1].facts["rcpt_tos"][0], "佐藤@xn--r8jz45g.jp");
}

#[tokio::test]
async fn a_dead_server_delays() {
    let server = SmtpServer::start(&[]);
    let port = server.port();
    let mailer = mailer(&settings(port));
    mailer.send(&mail(1, "a@tsubame.example")).await.unwrap();
    drop(server);
    let response = delayed(mailer.send(&mail(2, "a@tsubame.example")).await);
    assert!(!response.is_empty());
    delayed(mailer.check().await);
}

#[tokio::test]
async fn a_server_that_never_greets_delays_in_time() {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let mailer = mailer(&SmtpSettings {
        timeout_ms: 300,
        host: "127.0.0.1".to_owned(),
        ..settings(port)
    });
    let begin = Instant::now();
    let response = delayed(mailer.send(&mail(1, "a@tsubame.example")).await);
    assert!(response.contains("no answer"), "{response}");
    assert!(begin.elapsed() < Duration::from_secs(3));
}

#[tokio::test]
async fn after_a_time_out_no_answer_is_taken_for_anothers() {
    let server = SmtpServer::start(&[]);
    let mailer = mailer(&SmtpSettings {
        timeout_ms: 800,
        ..settings(server.port())
    });
    // DATA of this one is answered after two seconds: the mailer has given up by then.
    delayed(mailer.send(&mail(1, "slow-2@tsubame.example")).await);
    for number in 2..5 {
        let refused = mailer.send(&mail(number, "refuse-550@tsubame.example")).await;
        assert!(matches!(refused, Err(MailError::Refused { .. })), "{refused:?}");
        mailer.send(&mail(number, "a@tsubame.example")).await.unwrap();
    }
    let mine: Vec<_> = server
        .taken()
        .into_iter()
        .filter(|t| t.facts["rcpt_tos"][0] == "a@tsubame.example")
        .collect();
    assert_eq!(mine.len(), 3);
}

#[tokio::test]
async fn connections_are_kept_and_their_number_is_bounded() {
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let (open, most) = <(
        std::sync::Arc<std::sync::atomic::AtomicUsize>,
        std::sync::Arc<std::sync::atomic::AtomicUsize>,
    )>::default();
    let counted = (open.clone(), most.clone());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            use std::sync::atomic::Ordering::SeqCst;
            let now = counted.0.fetch_add(1, SeqCst) + 1;
            counted.1.fetch_max(now, SeqCst);
            tokio::spawn(polite_server(stream));
        }
    });
    let settings = SmtpSettings {
        max_connections: 2,
        host: "127.0.0.1".to_owned(),
        ..settings(port)
    };
    let mailer = std::sync::Arc::new(mailer(&settings));
    for round in 0..3_u8 {
        let sends = (0..6_u8).map(|number| {
            let mailer = mailer.clone();
            tokio::spawn(async move { mailer.send(&mail(round * 10 + number, "a@tsubame.example")).await })
        });
        for sent in futures_util::future::join_all(sends).await {
            sent.unwrap().unwrap();
        }
    }
    assert!(
        most.load(std::sync::atomic::Ordering::SeqCst) <= 2,
        "{most:?} connections for 18 mails"
    );
}

/// An SMTP server that says yes to everything.
async fn polite_server(stream: tokio::net::TcpStream) {
    let (read, mut write) = stream.into_split();
    let mut lines = BufReader::new(read).lines();
    write.write_all(b"220 polite\r\n").await.unwrap();
    let mut in_data = false;
    while let Ok(Some(line)) = lines.next_line().await {
        let answer: &[u8] = match line.as_str() {
            "." if in_data => {
                in_data = false;
                b"250 taken\r\n"
            }
            _ if in_data => continue,
            "DATA" => {
                in_data = true;
                b"354 go on\r\n"
            }
            _ => b"250 yes\r\n",
        };
        if write.write_all(answer).await.is_err() {
            return;
        }
    }
}

#[test]
fn settings_that_do_not_fit_are_refused() {
    let elsewhere = SmtpSettings {
        host: "mail.minato.example".to_owned(),
        ..settings(25)
    };
    assert!(matches!(
        SmtpMailer::new(&elsewhere),
        Err(OpenError::PlainToElsewhere)
    ));
    for host in ["127.0.0.1", "::1", "[::1]", "LOCALHOST"] {
        assert!(
            SmtpMailer::new(&SmtpSettings {
                host: host.to_owned(),
                ..settings(25)
            })
            .is_ok(),
            "{host}"
        );
    }
    let half = SmtpSettings {
        username: Some("u".to_owned()),
        ..settings(25)
    };
    assert!(matches!(SmtpMailer::new(&half), Err(OpenError::HalfCredentials)));
    let json = r#"{"host": "h", "from": "a@b.example", "tls": true}"#;
    assert!(
        serde_json::from_str::<SmtpSettings>(json).is_err(),
        "unknown keys"
    );
    let json = r#"{"host": "h", "from": "a@b.example", "password": "hush", "username": "u"}"#;
    let parsed: SmtpSettings = serde_json::from_str(json).unwrap();
    assert_eq!(parsed.security, Security::Starttls, "the safe default");
    assert!(!format!("{parsed:?}").contains("hush"));
}

#[test]
fn answers_are_bounded_to_one_line() {
    assert_eq!(one_line("550 a\r\n550  b\u{7}c"), "550 a 550 b c");
    assert_eq!(one_line(&"あ".repeat(1_000)).chars().count(), 500);
}
