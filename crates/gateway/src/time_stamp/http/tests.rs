//! The HTTP client against a server on this machine: good answers, and every bad one.

use std::sync::{LazyLock, Mutex};
use std::time::Duration;

use akashi_app::ports::Clock as _;
use akashi_app::ports::pki::{SerialNumber, TIME_STAMP_POLICY};
use akashi_app::ports::tsp::TimeStampResponder;
use akashi_testkit::conformance::time_stamp::suite;
use akashi_testkit::fakes::{FrozenClock, SeededEntropy, TestAuthority};

use super::*;
use crate::test_servers::{SeenRequest, TlsIdentity, http_answer, http_server};

const REPLY: &str = "application/timestamp-reply";

/// The authority whose root the clients believe.
static AUTHORITY: LazyLock<TestAuthority> =
    LazyLock::new(|| TestAuthority::new(FrozenClock::default().now()));

/// That root.
fn roots() -> Vec<Certificate> {
    AUTHORITY.issuers().split_off(1)
}

fn open(settings: &Settings) -> Result<HttpTimeStampAuthority, OpenError> {
    HttpTimeStampAuthority::new(
        settings,
        &roots(),
        Arc::new(FrozenClock::default()),
        Arc::new(SeededEntropy::new(1)),
    )
}

struct Tsa {
    responder: TimeStampResponder,
    clock: FrozenClock,
    serial: Mutex<u8>,
}

impl Tsa {
    fn new() -> Arc<Self> {
        Self::of(&AUTHORITY)
    }

    /// An authority whose certificate another root has issued.
    fn of(authority: &TestAuthority) -> Arc<Self> {
        let clock = FrozenClock::default();
        let (key, certificate) = authority.time_stamp();
        let issuers = authority.issuers().into_iter().take(1).collect();
        let responder = TimeStampResponder::new(certificate, issuers, key, TIME_STAMP_POLICY).unwrap();
        Arc::new(Self {
            responder,
            clock,
            serial: Mutex::new(0),
        })
    }

    fn answer(&self, request: &[u8]) -> Vec<u8> {
        let mut serial = self.serial.lock().unwrap();
        *serial += 1;
        self.responder.respond(
            request,
            &SerialNumber::from_random([*serial; 16]),
            self.clock.now(),
        )
    }
}

fn authority(url: &str) -> AuthoritySettings {
    AuthoritySettings {
        url: url.to_owned(),
        ..AuthoritySettings::default()
    }
}

fn private() -> guarded_client::Settings {
    guarded_client::Settings {
        allow_private_addresses: true,
        timeout_ms: 700,
        max_answer_bytes: 20_000,
        ..guarded_client::Settings::default()
    }
}

fn client_of(authorities: Vec<AuthoritySettings>) -> HttpTimeStampAuthority {
    let client = private();
    open(&Settings {
        client,
        ..Settings::of(authorities)
    })
    .unwrap()
}

fn at(port: u16) -> String {
    format!("http://127.0.0.1:{port}/tsr")
}

/// What the client says to an authority that answers so.
async fn said(answer: impl Fn(&Tsa, SeenRequest) -> Vec<u8> + Send + Sync + 'static) -> TimeStampError {
    let tsa = Tsa::new();
    let port = http_server(move |request| answer(&tsa, request)).await;
    client_of(vec![authority(&at(port))])
        .stamp([7; 32])
        .await
        .unwrap_err()
}

#[tokio::test]
async fn conforms() {
    let tsa = Tsa::new();
    let now = tsa.clock.now();
    let seen = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&seen);
    let port = http_server(move |request| {
        log.lock().unwrap().push(request.head.to_ascii_lowercase());
        http_answer(
            "200 OK",
            "application/timestamp-reply; charset=binary",
            &tsa.answer(&request.body),
        )
    })
    .await;
    let client = client_of(vec![authority(&at(port))]);
    suite(&client, now).await;
    assert_eq!(client.source(), TimeStampSource::Remote { url: at(port) });
    let head = seen.lock().unwrap()[0].clone();
    assert!(head.starts_with("post /tsr http/1.1"), "{head}");
    assert!(
        head.contains("content-type: application/timestamp-query"),
        "{head}"
    );
    assert!(head.contains("accept: application/timestamp-reply"), "{head}");
    assert!(!head.contains("authorization"), "{head}");
}

#[tokio::test]
async fn the_next_authority_is_asked_when_one_fails() {
    let tsa = Tsa::new();
    let good = http_server(move |request| http_answer("200 OK", REPLY, &tsa.answer(&request.body))).await;
    let bad = http_server(|_| http_answer("503 Service Unavailable", "text/plain", b"later")).await;
    let dead = "http://127.0.0.1:9/tsr";
    let client = client_of(vec![authority(dead), authority(&at(bad)), authority(&at(good))]);
    assert!(client.stamp([7; 32]).await.is_ok());
    let TimeStampSource::Remote { url } = client.source() else {
        panic!("remote")
    };
    assert!(url.contains(&at(good)) && url.contains(dead), "{url}");
}

#[tokio::test]
async fn an_authority_that_is_gone_is_not_available() {
    let client = client_of(vec![authority("http://127.0.0.1:9/tsr")]);
    assert!(matches!(
        client.stamp([7; 32]).await,
        Err(TimeStampError::Unavailable(_))
    ));
    let error = said(|_, _| http_answer("500 Oops", REPLY, b"")).await;
    assert!(matches!(error, TimeStampError::Unavailable(_)), "{error:?}");
}

#[tokio::test]
async fn a_slow_authority_is_given_up() {
    let begin = std::time::Instant::now();
    let error = said(|_, _| {
        std::thread::sleep(Duration::from_millis(1_500));
        Vec::new()
    });
    let error = error.await;
    assert!(matches!(error, TimeStampError::Unavailable(_)), "{error:?}");
    assert!(begin.elapsed() < Duration::from_secs(5));
}

#[tokio::test]
async fn an_answer_that_is_too_large_is_not_read() {
    let error = said(|_, _| http_answer("200 OK", REPLY, &vec![0; 20_001])).await;
    assert!(matches!(error, TimeStampError::Unavailable(_)), "{error:?}");
    let endless = said(|_, _| {
        [
            b"HTTP/1.1 200 OK\r\nContent-Type: application/timestamp-reply\r\n\r\n".as_slice(),
            &vec![0; 30_000],
        ]
        .concat()
    });
    assert!(matches!(endless.await, TimeStampError::Unavailable(_)));
}

#[tokio::test]
async fn answers_that_do_not_hold_are_untrustworthy() {
    let untrustworthy = |error: TimeStampError, what: &str| match error {
        TimeStampError::Untrustworthy { reason } => assert!(reason.contains(what), "{what}: {reason}"),
        other => panic!("{what}: {other:?}"),
    };
    let error = said(|tsa, request| http_answer("200 OK", "text/html", &tsa.answer(&request.body))).await;
    untrustworthy(error, "content type");
    let error =
        said(|_, _| http_answer("200 OK", REPLY, b"<html>welcome to our captive portal</html>")).await;
    untrustworthy(error, "malformed");
    let error = said(|tsa, _| {
        let other = TimeStampRequest::new(DigestAlgorithm::Sha256, &[7; 32]).with_nonce([9; 8]);
        http_answer("200 OK", REPLY, &tsa.answer(&other.to_der()))
    });
    untrustworthy(error.await, "nonce");
    let error = said(|tsa, _| {
        let replayed = TimeStampRequest::new(DigestAlgorithm::Sha256, &[8; 32]);
        http_answer("200 OK", REPLY, &tsa.answer(&replayed.to_der()))
    });
    untrustworthy(error.await, "imprint");
    let error = said(|tsa, request| {
        let mut answer = tsa.answer(&request.body);
        let last = answer.len() - 1;
        answer[last] ^= 1;
        http_answer("200 OK", REPLY, &answer)
    });
    untrustworthy(error.await, "verify");
    let error = said(|tsa, request| http_answer("200 OK", REPLY, &tsa.answer(&request.body[..20]))).await;
    untrustworthy(error, "refused");
}

#[tokio::test]
async fn another_policy_than_the_one_asked_for_does_not_count() {
    let tsa = Tsa::new();
    let port = http_server(move |request| http_answer("200 OK", REPLY, &tsa.answer(&request.body))).await;
    let with_policy = |policy: &str| AuthoritySettings {
        policy: Some(policy.to_owned()),
        ..authority(&at(port))
    };
    let refused = client_of(vec![with_policy("1.2.3.4")]).stamp([7; 32]).await;
    assert!(
        matches!(refused, Err(TimeStampError::Untrustworthy { .. })),
        "{refused:?}"
    );
    let right = TIME_STAMP_POLICY.to_string();
    assert!(client_of(vec![with_policy(&right)]).stamp([7; 32]).await.is_ok());
}

#[tokio::test]
async fn redirects_to_other_places_are_not_followed() {
    let tsa = Tsa::new();
    let good = http_server(move |request| http_answer("200 OK", REPLY, &tsa.answer(&request.body))).await;
    let lure = http_server(move |_| {
        format!(
            "HTTP/1.1 307 Go\r\nLocation: {}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n",
            at(good)
        )
        .into_bytes()
    })
    .await;
    let refused = client_of(vec![authority(&at(lure))]).stamp([7; 32]).await;
    assert!(
        matches!(refused, Err(TimeStampError::Unavailable(_))),
        "{refused:?}"
    );

    let tsa = Tsa::new();
    let same = http_server(move |request| {
        if request.head.starts_with("POST /tsr ") {
            b"HTTP/1.1 307 Go\r\nLocation: /new\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".to_vec()
        } else {
            http_answer("200 OK", REPLY, &tsa.answer(&request.body))
        }
    });
    assert!(
        client_of(vec![authority(&at(same.await))])
            .stamp([7; 32])
            .await
            .is_ok(),
        "the same place is"
    );
}

#[tokio::test]
async fn tls_and_basic_authentication() {
    let tsa = Tsa::new();
    let plain = http_server(move |request| {
        // "keiyaku:himitsu" in base64
        if request
            .head
            .to_ascii_lowercase()
            .contains("authorization: basic a2vpewfrdtpoaw1pdhn1")
        {
            http_answer("200 OK", REPLY, &tsa.answer(&request.body))
        } else {
            http_answer("401 Unauthorized", "text/plain", b"")
        }
    })
    .await;
    let identity = TlsIdentity::new();
    let port = identity.in_front_of(plain).await;
    let settings = |root: bool, password: &str| Settings {
        client: guarded_client::Settings {
            allow_private_addresses: true,
            extra_roots: if root {
                vec![identity.root_pem()]
            } else {
                Vec::new()
            },
            ..guarded_client::Settings::default()
        },
        ..Settings::of(vec![AuthoritySettings {
            username: Some("keiyaku".to_owned()),
            password: Some(password.to_owned().into()),
            ..authority(&format!("https://localhost:{port}/tsr"))
        }])
    };
    let stamp = async |settings: Settings| open(&settings).unwrap().stamp([7; 32]).await;
    let token = stamp(settings(true, "himitsu")).await;
    assert!(token.is_ok(), "{token:?}");
    assert!(stamp(settings(true, "wrong")).await.is_err());
    assert!(
        matches!(
            stamp(settings(false, "himitsu")).await,
            Err(TimeStampError::Unavailable(_))
        ),
        "unknown root"
    );
    assert!(
        !format!("{:?}", settings(true, "himitsu")).contains("himitsu"),
        "the password does not show"
    );
}

#[test]
fn settings_that_do_not_fit_are_refused() {
    let open = |authorities: Vec<AuthoritySettings>| open(&Settings::of(authorities)).map(drop);
    assert!(matches!(open(Vec::new()), Err(OpenError::NoAuthority)));
    for url in [
        "",
        "tsa.example",
        "ftp://tsa.example/",
        "https://u:p@tsa.example/",
    ] {
        assert!(
            matches!(open(vec![authority(url)]), Err(OpenError::Address { .. })),
            "{url}"
        );
    }
    let clear = AuthoritySettings {
        username: Some("u".to_owned()),
        ..authority("http://tsa.example/")
    };
    assert!(
        matches!(open(vec![clear]), Err(OpenError::Address { .. })),
        "no password in the clear"
    );
    let policy = AuthoritySettings {
        policy: Some("v1".to_owned()),
        ..authority("http://tsa.example/")
    };
    assert!(matches!(open(vec![policy]), Err(OpenError::Policy(_))));
}

#[tokio::test]
async fn bearer_tokens_and_headers_are_sent_over_tls_only() {
    let tsa = Tsa::new();
    let plain = http_server(move |request| {
        let head = request.head.to_ascii_lowercase();
        if head.contains("authorization: bearer himitsu") && head.contains("x-client-key: naisho") {
            http_answer("200 OK", REPLY, &tsa.answer(&request.body))
        } else {
            http_answer("401 Unauthorized", "text/plain", b"")
        }
    })
    .await;
    let identity = TlsIdentity::new();
    let port = identity.in_front_of(plain).await;
    let settings = |url: String, value: &str| Settings {
        client: guarded_client::Settings {
            allow_private_addresses: true,
            extra_roots: vec![identity.root_pem()],
            ..guarded_client::Settings::default()
        },
        ..Settings::of(vec![AuthoritySettings {
            bearer_token: Some("himitsu".to_owned().into()),
            header: Some(HeaderSettings {
                name: "X-Client-Key".to_owned(),
                value: value.to_owned().into(),
            }),
            ..authority(&url)
        }])
    };
    let secure = format!("https://localhost:{port}/tsr");
    let token = open(&settings(secure.clone(), "naisho"))
        .unwrap()
        .stamp([7; 32])
        .await;
    assert!(token.is_ok(), "{token:?}");
    let broken = open(&settings(secure.clone(), "two\nlines"))
        .unwrap()
        .stamp([7; 32])
        .await;
    assert!(
        matches!(broken, Err(TimeStampError::Unavailable(_))),
        "{broken:?}"
    );
    let clear = open(&settings(at(port), "naisho"));
    assert!(matches!(clear, Err(OpenError::Address { .. })), "{clear:?}");
    let text = format!("{:?}", open(&settings(secure, "naisho")).unwrap());
    assert!(!text.contains("himitsu") && !text.contains("naisho"), "{text}");
}

#[tokio::test]
async fn a_token_whose_authority_nobody_trusts_does_not_count() {
    let stranger = TestAuthority::new(FrozenClock::default().now());
    let tsa = Tsa::of(&stranger);
    let foreign = http_server(move |request| http_answer("200 OK", REPLY, &tsa.answer(&request.body))).await;
    let client = client_of(vec![authority(&at(foreign))]);
    let refused = client.stamp([7; 32]).await;
    let Err(TimeStampError::Untrustworthy { reason }) = refused else {
        panic!("{refused:?}")
    };
    assert!(reason.contains("its certificate"), "{reason}");
    let tsa = Tsa::new();
    let good = http_server(move |request| http_answer("200 OK", REPLY, &tsa.answer(&request.body))).await;
    let both = client_of(vec![authority(&at(foreign)), authority(&at(good))]);
    assert!(both.stamp([7; 32]).await.is_ok(), "the next one is asked");
}

#[tokio::test]
async fn accredited_authorities_are_named_and_must_be_trusted_too() {
    let accredited = TestAuthority::new(FrozenClock::default().now());
    let tsa = Tsa::of(&accredited);
    let port = http_server(move |request| http_answer("200 OK", REPLY, &tsa.answer(&request.body))).await;
    let folder = tempfile::tempdir().unwrap();
    for (name, certificate) in [
        ("unit.der", accredited.time_stamp().1),
        ("root.der", accredited.issuers().pop().unwrap()),
    ] {
        let list = folder.path().join(name);
        std::fs::create_dir(&list).unwrap();
        std::fs::write(list.join("certificate.der"), certificate.as_der()).unwrap();
        let settings = Settings {
            accredited: vec![list],
            client: private(),
            ..Settings::of(vec![authority(&at(port))])
        };
        let clock = Arc::new(FrozenClock::default());
        let entropy = Arc::new(SeededEntropy::new(1));
        let roots = accredited.issuers().split_off(1);
        let client = HttpTimeStampAuthority::new(&settings, &roots, clock, entropy).unwrap();
        assert!(client.stamp([7; 32]).await.is_ok(), "{name}");
        let listed_alone = open(&settings).unwrap().stamp([7; 32]).await;
        assert!(
            matches!(listed_alone, Err(TimeStampError::Untrustworthy { .. })),
            "{name}: {listed_alone:?}"
        );
        assert_eq!(client.observations()[0].is_accredited, Some(true), "{name}");
        assert_eq!(client.accredited(), [certificate]);
    }
    let tsa = Tsa::new();
    let other = http_server(move |request| http_answer("200 OK", REPLY, &tsa.answer(&request.body))).await;
    let client = client_of(vec![authority(&at(other))]);
    client.stamp([7; 32]).await.unwrap();
    assert_eq!(
        client.observations()[0].is_accredited,
        Some(false),
        "trusted alone is not accredited"
    );
}

#[tokio::test]
async fn accepted_policies_bind_without_being_asked_for() {
    let tsa = Tsa::new();
    let port = http_server(move |request| http_answer("200 OK", REPLY, &tsa.answer(&request.body))).await;
    let with = |policies: &[String]| AuthoritySettings {
        accepted_policies: policies.to_vec(),
        ..authority(&at(port))
    };
    let own = TIME_STAMP_POLICY.to_string();
    assert!(
        client_of(vec![with(&["1.2.3.4".to_owned(), own])])
            .stamp([7; 32])
            .await
            .is_ok()
    );
    let refused = client_of(vec![with(&["1.2.3.4".to_owned()])])
        .stamp([7; 32])
        .await;
    let Err(TimeStampError::Untrustworthy { reason }) = refused else {
        panic!("{refused:?}")
    };
    assert!(reason.contains("not accepted"), "{reason}");
}

#[tokio::test]
async fn clocks_that_differ_are_noticed_and_reported() {
    let tsa = Tsa::new();
    tsa.clock.advance(jiff::SignedDuration::from_secs(90));
    let serving = Arc::clone(&tsa);
    let port = http_server(move |request| http_answer("200 OK", REPLY, &serving.answer(&request.body))).await;
    let client = client_of(vec![authority(&at(port))]);
    client.stamp([7; 32]).await.unwrap();
    let seen = client.observations().remove(0);
    assert_eq!(seen.offset_ms, Some(-90_000), "this machine is behind");
    assert_eq!(seen.failure, None);

    tsa.clock.advance(jiff::SignedDuration::from_secs(600));
    let refused = client.stamp([7; 32]).await;
    let Err(TimeStampError::Untrustworthy { reason }) = refused else {
        panic!("{refused:?}")
    };
    assert!(reason.contains("differ by -690 s"), "{reason}");
    let seen = client.observations().remove(0);
    assert!(seen.failure.is_some_and(|failure| failure.contains("-690 s")));
    assert!(seen.rests_until.is_some());
}

#[tokio::test]
async fn an_authority_that_failed_rests_and_is_asked_last() {
    let asked = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&asked);
    let bad = http_server(move |_| {
        log.lock().unwrap().push("bad");
        http_answer("503 Service Unavailable", "text/plain", b"later")
    })
    .await;
    let tsa = Tsa::new();
    let log = Arc::clone(&asked);
    let good = http_server(move |request| {
        log.lock().unwrap().push("good");
        http_answer("200 OK", REPLY, &tsa.answer(&request.body))
    })
    .await;
    let clock = Arc::new(FrozenClock::default());
    let settings = Settings {
        client: private(),
        ..Settings::of(vec![authority(&at(bad)), authority(&at(good))])
    };
    let client = HttpTimeStampAuthority::new(
        &settings,
        &roots(),
        clock.clone(),
        Arc::new(SeededEntropy::new(1)),
    );
    let client = client.unwrap();
    client.stamp([7; 32]).await.unwrap();
    client.stamp([7; 32]).await.unwrap();
    assert_eq!(*asked.lock().unwrap(), ["bad", "good", "good"]);
    clock.advance(jiff::SignedDuration::from_secs(6));
    client.stamp([7; 32]).await.unwrap();
    assert_eq!(*asked.lock().unwrap(), ["bad", "good", "good", "bad", "good"]);
}
