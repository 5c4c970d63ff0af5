//! Against servers on this machine: good answers in every form, and every bad one.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use akashi_app::ports::SigningAuthority as _;
use akashi_app::ports::pki::asn1::{Tag, Writer};
use akashi_app::ports::pki::pem;
use akashi_domain::UtcTime;
use akashi_testkit::conformance::revocation::{Published, suite};
use akashi_testkit::fakes::{FrozenClock, TestAuthority};
use jiff::SignedDuration;

use super::*;
use crate::test_servers::{http_answer, http_server};

/// A refusal is a whole OCSP response: `tryLater`.
const TRY_LATER: [u8; 5] = [0x30, 0x03, 0x0a, 0x01, 0x03];

struct World {
    clock: Arc<FrozenClock>,
    authority: TestAuthority,
}

impl World {
    fn new() -> Self {
        let clock = Arc::new(FrozenClock::default());
        let authority = TestAuthority::new(clock.now());
        Self { clock, authority }
    }

    async fn list(&self) -> Vec<u8> {
        self.authority
            .revocation_lists(self.clock.now())
            .await
            .unwrap()
            .remove(0)
    }

    fn source(&self, change: impl FnOnce(&mut Settings)) -> HttpRevocationSource {
        let mut settings = Settings::default();
        settings.client.allow_private_addresses = true;
        settings.client.timeout_ms = 700;
        change(&mut settings);
        HttpRevocationSource::new(&settings, self.clock.clone()).unwrap()
    }
}

/// A server with these things, by path; it counts how often it was asked.
async fn server(things: Vec<(&'static str, Vec<u8>)>) -> (String, Arc<AtomicUsize>) {
    let count = Arc::new(AtomicUsize::new(0));
    let counting = Arc::clone(&count);
    let port = http_server(move |request| {
        counting.fetch_add(1, Ordering::Relaxed);
        let path = request.head.split(' ').nth(1).unwrap_or_default().to_owned();
        let kind = if path == "/ocsp" {
            "application/ocsp-response"
        } else {
            "application/octet-stream"
        };
        match things.iter().find(|(at, _)| *at == path) {
            Some((_, body)) => http_answer("200 OK", kind, body),
            None => http_answer("404 Not Found", "text/html", b"<html>"),
        }
    })
    .await;
    (format!("http://127.0.0.1:{port}"), count)
}

/// A bag of certificates without signers (RFC 5652, 5.1).
fn bag(certificates: &[Certificate]) -> Vec<u8> {
    use akashi_app::ports::pki::Oid;
    let mut writer = Writer::new();
    writer.sequence(|content_info| {
        content_info.oid(&Oid::parse("1.2.840.113549.1.7.2").unwrap());
        content_info.nested(Tag::context(0), |explicit| {
            explicit.sequence(|signed_data| {
                signed_data.integer_u64(1);
                signed_data.nested(Tag::SET, |_| {});
                signed_data.sequence(|content| content.oid(&Oid::parse("1.2.840.113549.1.7.1").unwrap()));
                signed_data.nested(Tag::context(0), |set| {
                    for certificate in certificates {
                        set.raw(certificate.as_der());
                    }
                });
                signed_data.nested(Tag::SET, |_| {});
            });
        });
    });
    writer.finish()
}

#[tokio::test]
async fn conforms() {
    let world = World::new();
    let list = world.list().await;
    let issuers = world.authority.issuers();
    let (at, _) = server(vec![
        ("/list", list.clone()),
        ("/ocsp", TRY_LATER.to_vec()),
        ("/issuers", bag(&issuers)),
    ])
    .await;
    let published = Published {
        list: (format!("{at}/list"), list),
        response: (format!("{at}/ocsp"), TRY_LATER.to_vec()),
        certificates: (format!("{at}/issuers"), issuers),
        nothing: format!("{at}/nothing"),
    };
    suite(&world.source(|_| {}), &published).await;
}

#[tokio::test]
async fn every_usual_form_is_understood() {
    let world = World::new();
    let list = world.list().await;
    let issuers = world.authority.issuers();
    let bundle: String = issuers.iter().map(Certificate::to_pem).collect();
    let (at, _) = server(vec![
        ("/list.pem", pem::encode(pem::X509_CRL, &list).into_bytes()),
        ("/one.der", issuers[0].as_der().to_vec()),
        ("/all.pem", format!("issuers of example\n{bundle}").into_bytes()),
        ("/all.p7c.pem", pem::encode("PKCS7", &bag(&issuers)).into_bytes()),
    ])
    .await;
    let source = world.source(|_| {});
    let at = |path: &str| format!("{at}{path}");
    assert_eq!(
        source
            .revocation_list(&at("/list.pem"), Freshness::Current)
            .await
            .unwrap(),
        list
    );
    assert_eq!(source.certificates(&at("/one.der")).await.unwrap(), issuers[..1]);
    assert_eq!(source.certificates(&at("/all.pem")).await.unwrap(), issuers);
    assert_eq!(source.certificates(&at("/all.p7c.pem")).await.unwrap(), issuers);
}

#[tokio::test]
async fn answers_of_another_kind_are_unusable() {
    let world = World::new();
    let list = world.list().await;
    let many: Vec<Certificate> = std::iter::repeat_n(world.authority.issuers(), 33)
        .flatten()
        .collect();
    let (at, _) = server(vec![
        ("/page", b"<html>captive portal</html>".to_vec()),
        ("/list", list.clone()),
        ("/empty", bag(&[])),
        ("/many", bag(&many)),
        (
            "/key",
            b"-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----\n".to_vec(),
        ),
        ("/ocsp", list),
    ])
    .await;
    let source = world.source(|_| {});
    for path in ["/page", "/list", "/empty", "/many", "/key"] {
        let found = source.certificates(&format!("{at}{path}")).await;
        assert!(
            matches!(found, Err(FetchError::Unusable { .. })),
            "{path}: {found:?}"
        );
    }
    let found = source
        .revocation_list(&format!("{at}/page"), Freshness::Current)
        .await;
    assert!(found.is_err());
    let found = source.ocsp(&format!("{at}/ocsp"), b"0").await;
    assert!(
        matches!(found, Err(FetchError::Unusable { .. })),
        "a list is no answer: {found:?}"
    );
}

#[tokio::test]
async fn the_request_goes_out_as_it_is() {
    let world = World::new();
    let seen = Arc::new(Mutex::new(None));
    let log = Arc::clone(&seen);
    let port = http_server(move |request| {
        *log.lock().unwrap() = Some(request);
        http_answer("200 OK", "application/ocsp-response", &TRY_LATER)
    })
    .await;
    let answer = world
        .source(|_| {})
        .ocsp(&format!("http://127.0.0.1:{port}/a/b"), b"request")
        .await
        .unwrap();
    assert_eq!(answer, TRY_LATER);
    let request = seen.lock().unwrap().take().unwrap();
    let head = request.head.to_ascii_lowercase();
    assert!(head.starts_with("post /a/b http/1.1"), "{head}");
    assert!(head.contains("content-type: application/ocsp-request"), "{head}");
    assert_eq!(request.body, b"request");
}

#[tokio::test]
async fn addresses_that_a_stranger_may_not_make_us_ask() {
    let world = World::new();
    // The settings of a service: nothing private.
    let source = world.source(|settings| settings.client.allow_private_addresses = false);
    let mut said = Vec::new();
    for uri in [
        "http://127.0.0.1:9/list",
        "http://[::1]/list",
        "http://169.254.169.254/latest/meta-data",
        "http://2130706433/list",
        "http://[::ffff:10.0.0.1]/list",
        "ftp://ca.example/list",
        "file:///etc/passwd",
        "ldap://ca.example/cn=list",
        "http://user:secret@ca.example/list",
        "list",
    ] {
        for found in [
            source.revocation_list(uri, Freshness::Current).await.map(drop),
            source.ocsp(uri, b"0").await.map(drop),
            source.certificates(uri).await.map(drop),
        ] {
            assert!(
                matches!(found, Err(FetchError::Address { .. })),
                "{uri}: {found:?}"
            );
            said.push(found.unwrap_err().to_string());
        }
    }
    assert!(!said.join(" ").contains("secret"));
    let listed = world.source(|settings| settings.hosts = vec!["ca.example".to_owned()]);
    let other = listed
        .revocation_list("http://127.0.0.1:9/", Freshness::Current)
        .await;
    assert!(
        matches!(other, Err(FetchError::Address { .. })),
        "not on the list: {other:?}"
    );
}

#[tokio::test]
async fn redirects_to_other_places_are_not_followed() {
    let world = World::new();
    let (at, count) = server(vec![("/list", world.list().await)]).await;
    let lure = http_server(move |_| {
        format!("HTTP/1.1 302 Go\r\nLocation: {at}/list\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            .into_bytes()
    })
    .await;
    let found = world
        .source(|_| {})
        .revocation_list(&format!("http://127.0.0.1:{lure}/"), Freshness::Current)
        .await;
    assert!(matches!(found, Err(FetchError::Unavailable(_))), "{found:?}");
    assert_eq!(count.load(Ordering::Relaxed), 0);
}

#[tokio::test]
async fn slow_and_large_answers_are_given_up() {
    let world = World::new();
    let slow = http_server(|_| {
        std::thread::sleep(std::time::Duration::from_millis(1_500));
        Vec::new()
    })
    .await;
    let source = world.source(|settings| settings.max_list_bytes = 20_000);
    let found = source
        .revocation_list(&format!("http://127.0.0.1:{slow}/"), Freshness::Current)
        .await;
    assert!(matches!(found, Err(FetchError::Unavailable(_))), "{found:?}");
    let large = http_server(|_| [b"HTTP/1.1 200 OK\r\n\r\n".as_slice(), &vec![0x30; 40_000]].concat()).await;
    let found = source
        .revocation_list(&format!("http://127.0.0.1:{large}/"), Freshness::Current)
        .await;
    assert!(
        matches!(&found, Err(FetchError::Unusable { reason }) if reason.contains("20000")),
        "{found:?}"
    );
}

#[tokio::test]
async fn answers_are_kept_until_their_next_update_and_no_longer_than_allowed() {
    let world = World::new();
    let list = world.list().await;
    let next_update = RevocationList::from_der(&list).unwrap().next_update().unwrap();
    let (at, count) = server(vec![("/list", list)]).await;
    let uri = format!("{at}/list");
    let asked = || count.load(Ordering::Relaxed);
    let source = world.source(|settings| settings.max_age_s = 3600);
    let get = async |freshness| {
        source.revocation_list(&uri, freshness).await.unwrap();
    };
    get(Freshness::Current).await;
    get(Freshness::Current).await;
    assert_eq!(asked(), 1, "kept");
    world.clock.advance(SignedDuration::from_secs(3599));
    get(Freshness::Current).await;
    assert_eq!(asked(), 1);
    world.clock.advance(SignedDuration::from_secs(1));
    get(Freshness::Current).await;
    assert_eq!(asked(), 2, "an hour is over");

    let fresh = Freshness::MadeSince(world.clock.now());
    get(fresh).await;
    assert_eq!(asked(), 2, "what is a minute old at most is not asked for again");
    world.clock.advance(SignedDuration::from_secs(61));
    get(fresh).await;
    assert_eq!(asked(), 3, "an older one does not suffice");
    get(Freshness::MadeSince(UtcTime::UNIX_EPOCH)).await;
    assert_eq!(asked(), 3);

    world.clock.advance(next_update.duration_since(world.clock.now()));
    get(Freshness::Current).await;
    get(Freshness::Current).await;
    assert_eq!(asked(), 5, "one whose next update has come is not kept");
}

#[tokio::test]
async fn memory_is_bounded() {
    let world = World::new();
    let list = world.list().await;
    let size = list.len();
    let (at, count) = server(vec![("/a", list.clone()), ("/b", list)]).await;
    let source = world.source(|settings| settings.cache_bytes = size + size / 2);
    let get = async |path: &str| {
        source
            .revocation_list(&format!("{at}{path}"), Freshness::Current)
            .await
            .unwrap();
        world.clock.advance(SignedDuration::from_secs(1));
    };
    get("/a").await;
    get("/b").await;
    get("/b").await;
    assert_eq!(count.load(Ordering::Relaxed), 2, "the newer one is kept");
    get("/a").await;
    assert_eq!(count.load(Ordering::Relaxed), 3, "the older one had to go");
}

#[tokio::test]
async fn an_address_that_failed_is_left_alone_for_a_while() {
    let world = World::new();
    let (at, count) = server(Vec::new()).await;
    let uri = format!("{at}/list");
    let source = world.source(|_| {});
    for _ in 0..3 {
        let found = source.revocation_list(&uri, Freshness::Current).await;
        assert!(matches!(found, Err(FetchError::Unavailable(_))), "{found:?}");
    }
    assert_eq!(count.load(Ordering::Relaxed), 1);
    world.clock.advance(SignedDuration::from_secs(31));
    assert!(source.revocation_list(&uri, Freshness::Current).await.is_err());
    assert_eq!(count.load(Ordering::Relaxed), 2);
}
