//! TLS without a proxy: certificate files, HSTS, secure cookies.

use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};

use crate::installation::Installation;

const REQUEST: &str = "[req]\ndistinguished_name = dn\nx509_extensions = v3\nprompt = no\n[dn]\nCN = localhost\n\
     [v3]\nbasicConstraints = critical,CA:FALSE\nsubjectAltName = DNS:localhost\nextendedKeyUsage = serverAuth\n";

/// A certificate for `localhost` that nobody but the test trusts.
fn certificate(folder: &Path) {
    let request = folder.join("request.cnf");
    std::fs::write(&request, REQUEST).unwrap();
    let made = Command::new("openssl")
        .args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:P-256",
        ])
        .args(["-nodes", "-days", "7", "-config"])
        .arg(&request)
        .arg("-keyout")
        .arg(folder.join("key.pem"))
        .arg("-out")
        .arg(folder.join("certificate.pem"))
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
}

#[test]
fn pages_come_over_tls_with_hsts_and_secure_cookies() {
    let server = "tls_certificate = \"{folder}/certificate.pem\"\ntls_key = \"{folder}/key.pem\"";
    let installation = Installation::listening("127.0.0.1:0", server, "", certificate);
    let mut roots = RootCertStore::empty();
    let certificate = installation.folder.path().join("certificate.pem");
    roots
        .add(CertificateDer::from_pem_file(certificate).unwrap())
        .unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let mut browser = installation.browser().with_tls(Arc::new(config));

    let page = browser.get("/sign-in").expect(200);
    let hsts = page.header("strict-transport-security");
    assert!(hsts.starts_with("max-age=31536000"), "{hsts}");
    let fields = [
        ("organization", "株式会社みなと製作所"),
        ("name", "髙橋 誠"),
        ("email", crate::installation::ADMINISTRATOR),
        ("password", crate::installation::PASSWORD),
        ("lang", "ja"),
    ];
    let entered = browser.post(installation.setup_path(), &fields).expect(303);
    let cookie = entered.header("set-cookie");
    for part in ["Secure", "HttpOnly", "SameSite=Lax"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    browser.get("/account").expect(200);

    // Without TLS there is no page to be had.
    let mut stream = installation.browser().connect();
    std::io::Write::write_all(&mut stream, b"GET /sign-in HTTP/1.1\r\nhost: localhost\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    let _ = std::io::Read::read_to_end(&mut stream, &mut answer);
    assert!(
        !answer.starts_with(b"HTTP"),
        "{}",
        String::from_utf8_lossy(&answer)
    );
}

#[test]
fn behind_a_proxy_with_tls_the_same_holds() {
    let installation = Installation::new("public_url = \"https://keiyaku.example.jp\"", "");
    let mut browser = installation.browser();
    let page = browser.get("/sign-in").expect(200);
    assert!(page.header("strict-transport-security").starts_with("max-age="));
}
