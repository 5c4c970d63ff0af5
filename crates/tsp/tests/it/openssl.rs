//! `openssl ts` judges our tokens, asks our responder and answers our requests.

use std::fs;
use std::path::Path;

use akashi_pki::{Certificate, DigestAlgorithm, KeyAlgorithm, PssParameters, SignatureAlgorithm, SigningKey};
use akashi_tsp::{Covered, TimeStampRequest, TimeStampResponse};

use crate::support::{Authority, now, openssl, openssl_ok, serial};

const MESSAGE: &[u8] = b"signature value";

fn request() -> TimeStampRequest {
    TimeStampRequest::new(DigestAlgorithm::Sha256, &DigestAlgorithm::Sha256.digest(MESSAGE))
        .with_nonce([9; 8])
}

fn write(folder: &Path, file: &str, bytes: &[u8]) {
    fs::write(folder.join(file), bytes).unwrap();
}

#[test]
fn openssl_verifies_our_tokens() {
    use DigestAlgorithm::{Sha256, Sha384, Sha512};
    let rsa = |length, algorithm| {
        let key = SigningKey::generate(length).unwrap();
        key.with_signature_algorithm(algorithm).unwrap()
    };
    let pkcs1 = SignatureAlgorithm::RsaPkcs1;
    let keys = [
        SigningKey::generate(KeyAlgorithm::P256).unwrap(),
        SigningKey::generate(KeyAlgorithm::P384).unwrap(),
        rsa(KeyAlgorithm::Rsa2048, pkcs1(Sha256)),
        rsa(KeyAlgorithm::Rsa3072, pkcs1(Sha384)),
        rsa(KeyAlgorithm::Rsa4096, pkcs1(Sha512)),
    ];
    for key in keys {
        let authority = Authority::with_key(key);
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let response = authority
            .responder
            .respond(&request().to_der(), &serial(3), now());
        let token = TimeStampResponse::from_der(&response)
            .unwrap()
            .token_for(&request())
            .unwrap();
        write(
            folder,
            "root.pem",
            authority.root.certificate().to_pem().as_bytes(),
        );
        write(folder, "message", MESSAGE);
        write(folder, "request.tsq", &request().to_der());
        write(folder, "response.tsr", &response);
        write(folder, "token.der", token.as_der());
        let verify = ["ts", "-verify", "-CAfile", "root.pem", "-in"];
        let by = |rest: &[&'static str]| [&verify[..], rest].concat();
        openssl_ok(folder, &by(&["response.tsr", "-queryfile", "request.tsq"]));
        openssl_ok(folder, &by(&["response.tsr", "-data", "message"]));
        openssl_ok(folder, &by(&["token.der", "-token_in", "-data", "message"]));
        write(folder, "message", b"other");
        let refused = openssl(folder, &by(&["response.tsr", "-data", "message"]));
        assert!(!refused.status.success(), "openssl accepted another message");
    }
}

/// `openssl ts` knows no PSS in tokens; `openssl cms` does, and a token is a signature over its
/// information.
#[test]
fn openssl_verifies_our_tokens_by_pss() {
    for digest in [
        DigestAlgorithm::Sha256,
        DigestAlgorithm::Sha384,
        DigestAlgorithm::Sha512,
    ] {
        let key = SigningKey::generate(KeyAlgorithm::Rsa2048).unwrap();
        let algorithm = SignatureAlgorithm::RsaPss(PssParameters::new(digest));
        let authority = Authority::with_key(key.with_signature_algorithm(algorithm).unwrap());
        let request = TimeStampRequest::new(digest, &digest.digest(MESSAGE)).with_nonce([9; 8]);
        let response = authority.responder.respond(&request.to_der(), &serial(3), now());
        let response = TimeStampResponse::from_der(&response).unwrap();
        let token = response.token_for(&request).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let root = authority.root.certificate().to_pem();
        write(folder, "root.pem", root.as_bytes());
        write(folder, "token.der", token.as_der());
        openssl_ok(
            folder,
            &[
                "cms",
                "-verify",
                "-inform",
                "DER",
                "-in",
                "token.der",
                "-CAfile",
                "root.pem",
                "-purpose",
                "timestampsign",
                "-out",
                "information.der",
            ],
        );
        let information = fs::read(folder.join("information.der")).unwrap();
        assert_eq!(information, token.info().as_der());
    }
}

#[test]
fn our_answer_as_openssl_reads_it() {
    let authority = Authority::new();
    let folder = tempfile::tempdir().unwrap();
    let response = authority
        .responder
        .respond(&request().to_der(), &serial(3), now());
    write(folder.path(), "response.tsr", &response);
    let text = openssl_ok(folder.path(), &["ts", "-reply", "-in", "response.tsr", "-text"]);
    insta::assert_snapshot!("granted", text);
    let refused = authority.responder.respond(b"junk", &serial(3), now());
    write(folder.path(), "refused.tsr", &refused);
    let text = openssl_ok(folder.path(), &["ts", "-reply", "-in", "refused.tsr", "-text"]);
    insta::assert_snapshot!("refused", text);
}

#[test]
fn requests_of_openssl_are_answered() {
    let authority = Authority::new();
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path();
    write(
        folder,
        "root.pem",
        authority.root.certificate().to_pem().as_bytes(),
    );
    write(
        folder,
        "tsa.pem",
        authority.responder.certificate().to_pem().as_bytes(),
    );
    write(folder, "message", MESSAGE);
    for options in [
        &["-cert", "-sha256"][..],
        &["-no_nonce", "-sha384"],
        &["-sha512", "-tspolicy", "1.2.3"],
    ] {
        let query = [
            &["ts", "-query", "-data", "message", "-out", "request.tsq"],
            options,
        ]
        .concat();
        openssl_ok(folder, &query);
        let request = fs::read(folder.join("request.tsq")).unwrap();
        let response = authority.responder.respond(&request, &serial(4), now());
        write(folder, "response.tsr", &response);
        let verified = openssl(
            folder,
            &[
                "ts",
                "-verify",
                "-CAfile",
                "root.pem",
                "-untrusted",
                "tsa.pem",
                "-in",
                "response.tsr",
                "-queryfile",
                "request.tsq",
            ],
        );
        assert_eq!(
            verified.status.success(),
            !options.contains(&"1.2.3"),
            "{options:?}"
        );
    }
}

const CONFIGURATION: &str = "
[tsa]
default_tsa = local
[local]
serial = serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4
digests = sha256, sha512
accuracy = secs:1, millisecs:500, microsecs:100
clock_precision_digits = 3
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = ALG
[req]
distinguished_name = name
x509_extensions = extensions
prompt = no
[name]
CN = foreign authority
[extensions]
extendedKeyUsage = critical, timeStamping
keyUsage = critical, digitalSignature
";

#[test]
fn answers_of_openssl_are_accepted() {
    // RFC 3161 with ESSCertID (SHA-1), and RFC 5816 with ESSCertIDv2.
    for (hash, options) in [
        ("sha1", &[][..]),
        ("sha256", &[]),
        ("sha512", &["-chain", "tsa.pem"]),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        write(folder, "tsa.cnf", CONFIGURATION.replace("ALG", hash).as_bytes());
        write(folder, "serial", b"01\n");
        openssl_ok(
            folder,
            &[
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-config", "tsa.cnf", "-keyout", "key.pem",
                "-out", "tsa.pem", "-days", "30",
            ],
        );
        write(folder, "request.tsq", &request().to_der());
        let reply = [
            &[
                "ts",
                "-reply",
                "-config",
                "tsa.cnf",
                "-section",
                "local",
                "-queryfile",
                "request.tsq",
                "-inkey",
                "key.pem",
                "-signer",
                "tsa.pem",
                "-out",
                "response.tsr",
            ],
            options,
        ];
        openssl_ok(folder, &reply.concat());
        let response = fs::read(folder.join("response.tsr")).unwrap();
        let token = TimeStampResponse::from_der(&response)
            .unwrap()
            .token_for(&request())
            .unwrap();
        assert!(token.info().is_ordered);
        assert!(token.info().tsa.is_some());
        assert_eq!(token.info().accuracy.unwrap().millis, 500);
        assert!(token.verify(Covered::Message(MESSAGE), &[]).is_intact());
        let pem = fs::read_to_string(folder.join("tsa.pem")).unwrap();
        assert_eq!(
            token.signing_certificate(&[]),
            Some(&Certificate::from_pem(&pem).unwrap())
        );
    }
}
