//! What every answer bears, and how errors are told.

use serde_json::Value;

use crate::browser::Answer;
use crate::installation::Installation;
use crate::story::new_draft;

fn expect_careful(answer: &Answer) {
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none';"), "{policy}");
    assert!(
        !policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"),
        "{policy}"
    );
    for part in ["frame-ancestors 'none'", "base-uri 'none'", "form-action 'self'"] {
        assert!(policy.contains(part), "{policy}");
    }
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("strict-transport-security"), "", "not without TLS");
    assert!(!answer.header("x-request-id").is_empty());
}

#[test]
fn every_answer_bears_the_headers_of_a_careful_edge() {
    let installation = Installation::new("", "");
    let mut browser = installation.browser();
    let mut numbers = Vec::new();
    for (path, status) in [("/sign-in", 200), ("/verify", 200), ("/", 303), ("/nothing", 404)] {
        let answer = browser.get(path).expect(status);
        expect_careful(&answer);
        numbers.push(answer.header("x-request-id").to_owned());
    }
    let refused = browser.send("DELETE", "/sign-in", &[], &[]).expect(405);
    expect_careful(&refused);
    numbers.sort();
    numbers.dedup();
    assert_eq!(numbers.len(), 4, "every request has a number of its own");
}

#[test]
fn the_page_of_components_is_for_development_alone() {
    let usual = Installation::new("", "");
    usual.browser().get("/dev/components").expect(404);
    let development = Installation::new("development = true", "");
    let shown = development.browser().get("/dev/components").expect(200);
    expect_careful(&shown);
    assert!(shown.text().contains("progress"), "{}", shown.text());
}

#[test]
fn a_request_number_counts_only_from_a_trusted_proxy() {
    let number = |server: &str| {
        let installation = Installation::new(server, "");
        let mut browser = installation.browser().saying("x-request-id", "mine");
        browser
            .get("/sign-in")
            .expect(200)
            .header("x-request-id")
            .to_owned()
    };
    assert_ne!(number(""), "mine");
    assert_eq!(number("trusted_proxies = [\"127.0.0.1\"]"), "mine");
}

fn problem(answer: &Answer, status: u16, kind: &str) -> Value {
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let problem = answer.json();
    assert_eq!(problem["status"], status);
    let uri = problem["type"].as_str().unwrap();
    assert!(uri.ends_with(&format!("/problems/{kind}")), "{uri}");
    assert_eq!(problem["instance"], answer.header("x-request-id"));
    for words in ["title", "detail"] {
        assert!(!problem[words].as_str().unwrap().is_empty());
    }
    problem
}

#[test]
fn errors_are_problems_in_the_readers_language() {
    let installation = Installation::new("", "");
    let titles = [("ja", "見つかりません"), ("en", "Not found")];
    for (language, title) in titles {
        let mut browser = installation.browser().saying("accept-language", language);
        let answer = browser.get_json("/nothing").expect(404);
        assert_eq!(problem(&answer, 404, "not-found")["title"], title);
        let page = browser.get("/nothing").expect(404);
        assert!(page.header("content-type").starts_with("text/html"));
        let text = page.text();
        assert!(
            text.contains(title) && text.contains(page.header("x-request-id")),
            "{text}"
        );
    }
}

/// Method, path, headers, body; the status and the kind of the problem.
type Case<'a> = (&'a str, &'a str, &'a [(&'a str, &'a str)], &'a [u8], u16, &'a str);

/// What layers and extractors refuse is told in the same words as everything else.
#[test]
fn no_error_is_a_bare_line() {
    let installation = Installation::new("", "");
    let mut browser = installation.browser();
    let json = [("accept", "application/json")];
    let form = [json[0], ("content-type", "application/x-www-form-urlencoded")];
    let large = vec![b'a'; 5 << 20];
    let cases: [Case<'_>; 6] = [
        ("GET", "/contracts", &json, b"", 401, "sign-in-needed"),
        ("DELETE", "/sign-in", &json, b"", 405, "bad-request"),
        ("POST", "/sign-in", &json, b"", 415, "bad-request"),
        ("POST", "/sign-in", &form, b"email=a", 422, "bad-request"),
        ("POST", "/sign-in", &form, &large, 413, "too-large"),
        (
            "POST",
            "/sign-in",
            &[json[0], ("sec-fetch-site", "cross-site")],
            b"",
            403,
            "forbidden",
        ),
    ];
    for (method, path, headers, body, status, kind) in cases {
        let answer = browser.send(method, path, headers, body);
        assert_eq!(answer.status, status, "{method} {path}: {}", answer.text());
        problem(&answer, status, kind);
        let page = browser.send(method, path, &headers[1..], body);
        let is_sign_in = page.status == 303;
        assert!(
            is_sign_in || page.text().contains("<html"),
            "{method} {path}: {}",
            page.text()
        );
    }
}

#[test]
fn a_form_of_another_site_changes_nothing() {
    let installation = Installation::new("", "");
    let mut browser = installation.administrator();
    for stranger in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
    ] {
        browser.send("POST", "/sign-out", &[stranger], &[]).expect(403);
        browser.get("/account").expect(200);
    }
    let own = [("sec-fetch-site", "same-origin")];
    browser.send("POST", "/sign-out", &own, &[]).expect(303);
    browser.get("/account").expect(303);
}

#[test]
fn health_readiness_and_figures_are_told() {
    let installation = Installation::new("", "");
    let mut browser = installation.administrator();
    let draft = new_draft(&mut browser);
    browser.get("/healthz").expect(204);
    browser.get("/readyz").expect(204);

    let objects = installation.folder.path().join("data/objects");
    let aside = installation.folder.path().join("aside");
    std::fs::rename(&objects, &aside).unwrap();
    std::fs::write(&objects, "in the way").unwrap();
    browser.get("/readyz").expect(503);
    browser.get("/healthz").expect(204);
    std::fs::remove_file(&objects).unwrap();
    std::fs::rename(&aside, &objects).unwrap();
    browser.get("/readyz").expect(204);

    let figures = browser.get("/metrics").expect(200).text();
    for part in [
        "akashi_http_requests_total{method=\"POST\",route=\"/contracts\",status=\"201\"} 1",
        "akashi_jobs{state=\"due\"} 0",
        "akashi_jobs{state=\"dead\"} 0",
    ] {
        assert!(figures.contains(part), "{part} is not in\n{figures}");
    }
    let contract = draft.rsplit('/').next().unwrap();
    for personal in ["@", contract, "127.0.0.1"] {
        assert!(!figures.contains(personal), "{figures}");
    }
    // A proxy on this machine that nobody told us about must not lay them open.
    let forwarded = [("x-forwarded-for", "203.0.113.9")];
    browser.send("GET", "/metrics", &forwarded, &[]).expect(404);
    browser.send("GET", "/mailbox", &forwarded, &[]).expect(404);
    browser.get("/mailbox").expect(200);
}

#[test]
fn forwarded_addresses_are_believed_only_from_a_trusted_proxy() {
    let seen = |server: &str| {
        let installation = Installation::new(server, "");
        let mut browser = installation.browser().saying("x-forwarded-for", "203.0.113.9");
        installation.set_up(&mut browser);
        browser.get("/account/sessions").expect(200).text()
    };
    let untrusted = seen("");
    assert!(untrusted.contains("127.0.0.1") && !untrusted.contains("203.0.113.9"));
    let trusted = seen("trusted_proxies = [\"127.0.0.1\"]");
    assert!(trusted.contains("203.0.113.9") && !trusted.contains("127.0.0.1"));
}

#[test]
fn ipv6_is_served_like_ipv4() {
    let installation = Installation::listening("[::1]:0", "", "", |_| {});
    assert!(installation.address.is_ipv6());
    let mut browser = installation.administrator();
    let sessions = browser.get("/account/sessions").expect(200).text();
    assert!(sessions.contains("::1"), "{sessions}");
    browser.get("/metrics").expect(200);
}
