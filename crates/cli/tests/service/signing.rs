//! `akashi sign` and `akashi extend` with keys of one's own: files, tokens and keys elsewhere; time-stamps and
//! revocation data from servers of this machine.

use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use akashi_pdf::{Document, Limits};
use akashi_pki::{
    Certificate, CertificateAuthority, CertificateTemplate, DistinguishedName, KeyAlgorithm,
    RevocationListPeriod, SerialNumber, Signer as _, SigningKey, TIME_STAMP_POLICY, Validity, pem,
};
use akashi_tsp::TimeStampResponder;
use akashi_validation::{BaselineLevel, Report, RevocationPolicy, Trust, judge};
use jiff::{SignedDuration, Timestamp};

const MODULE: &str = "/usr/lib/softhsm/libsofthsm2.so";

#[expect(
    clippy::disallowed_methods,
    reason = "the program under test reads the real clock"
)]
fn now() -> Timestamp {
    Timestamp::now()
}

/// A root, a time-stamp authority and a list of revocations below it, served over HTTP; and a person with a key.
struct Desk {
    folder: tempfile::TempDir,
    root: Certificate,
    key: SigningKey,
    certificate: Certificate,
    address: String,
}

impl Desk {
    fn new(algorithm: KeyAlgorithm) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let begun = Timestamp::from_second(now().as_second()).unwrap();
        let validity = Validity {
            not_before: begun - SignedDuration::from_hours(24),
            not_after: begun + SignedDuration::from_hours(24 * 365),
        };
        let name = |text: &str| DistinguishedName::builder().common_name(text).unwrap().build();
        let serial = |n: u8| SerialNumber::from_random([n; 16]);
        let root_key = Arc::new(SigningKey::generate(KeyAlgorithm::P256).unwrap());
        let template = CertificateTemplate::root(name("机の根"), validity);
        let root = CertificateAuthority::self_signed(&template, &serial(1), root_key).unwrap();
        let list_uri = format!("{address}/root.crl");

        let key = SigningKey::generate(algorithm).unwrap();
        let template = CertificateTemplate::seal(name("証 太郎"), validity).with_crl_uri(&list_uri);
        let certificate = root.issue(&template, key.public_key(), &serial(2)).unwrap();

        let tsa_key = Arc::new(SigningKey::generate(KeyAlgorithm::P256).unwrap());
        let template = CertificateTemplate::time_stamping(name("机の時刻"), validity).with_crl_uri(&list_uri);
        let tsa_certificate = root.issue(&template, tsa_key.public_key(), &serial(3)).unwrap();
        let tsa = TimeStampResponder::new(tsa_certificate, Vec::new(), tsa_key, TIME_STAMP_POLICY).unwrap();
        let root_certificate = root.certificate().clone();
        std::thread::spawn(move || serve(&listener, &tsa, &root));

        let desk = Self {
            folder: tempfile::tempdir().unwrap(),
            root: root_certificate,
            key,
            certificate,
            address,
        };
        desk.put("contract.pdf", paper());
        desk.put(
            "akashi.toml",
            "[revocation.client]\nallow_private_addresses = true\n",
        );
        desk.put("certificate.pem", desk.certificate.to_pem());
        let pkcs8 = desk.key.to_pkcs8().unwrap();
        desk.put("key.pem", pem::encode(pem::PRIVATE_KEY, &pkcs8));
        std::fs::create_dir(desk.at("trust")).unwrap();
        desk.put("trust/root.pem", desk.root.to_pem());
        desk
    }

    fn at(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn put(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.at(name), bytes).unwrap();
    }

    /// A PKCS#12 file of the person, password `himitsu`.
    fn p12(&self) {
        self.put("password", "himitsu\n");
        self.tool(
            "openssl",
            &[
                "pkcs12",
                "-export",
                "-inkey",
                "key.pem",
                "-in",
                "certificate.pem",
                "-passout",
                "pass:himitsu",
                "-out",
                "taro.p12",
            ],
        );
    }

    fn tool(&self, program: &str, arguments: &[&str]) {
        let done = self.run(program, arguments);
        assert!(done.status.success(), "{program} {arguments:?}: {}", said(&done));
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Output {
        Command::new(program)
            .args(arguments)
            .current_dir(self.folder.path())
            .env("SOFTHSM2_CONF", self.at("softhsm2.conf"))
            .output()
            .unwrap_or_else(|error| panic!("{program} is installed by scripts/tools.sh: {error}"))
    }

    /// `akashi` with these words and where the authorities are.
    fn akashi(&self, words: &str) -> Output {
        let words = words.replace("{tsa}", &format!("{}/tsr", self.address));
        let arguments: Vec<&str> = words.split(' ').collect();
        self.run(env!("CARGO_BIN_EXE_akashi"), &arguments)
    }

    #[track_caller]
    fn does(&self, words: &str) -> String {
        let done = self.akashi(words);
        assert!(done.status.success(), "{words}: {}", said(&done));
        said(&done)
    }

    /// The words fail with this code, say why, and leave no file.
    #[track_caller]
    fn fails(&self, words: &str, code: i32, why: &str) {
        let done = self.akashi(words);
        assert_eq!(done.status.code(), Some(code), "{words}: {}", said(&done));
        assert!(said(&done).contains(why), "{words}: {}", said(&done));
        assert!(!self.at("contract-signed.pdf").exists(), "{words}");
    }

    /// What our judge says of a file, in the roots given.
    fn judged(&self, file: &str, roots: &[&Certificate], revocation: RevocationPolicy) -> Report {
        let document = Document::open(std::fs::read(self.at(file)).unwrap(), &Limits::default()).unwrap();
        let trust = Trust::in_roots(roots.iter().copied()).with_revocation_policy(revocation);
        judge(&document, &trust, now()).unwrap()
    }

    /// Every judge says that the file is good and has the level.
    #[track_caller]
    fn is_good(&self, file: &str, level: BaselineLevel) {
        // Below B-LT nothing says whether the certificate is revoked: `verify` leaves that open.
        let (revocation, code) = if level < BaselineLevel::Lt {
            (RevocationPolicy::IfAvailable, 2)
        } else {
            (RevocationPolicy::default(), 0)
        };
        let report = self.judged(file, &[&self.root], revocation);
        assert!(report.stands_for_whole_document(), "{report:?}");
        assert_eq!(report.proven_level(), Some(level), "{report:?}");
        let verified = self.akashi(&format!("verify --trust trust {file}"));
        assert_eq!(verified.status.code(), Some(code), "{}", said(&verified));
        let seen = self.run("pdfsig", &[file]);
        assert!(said(&seen).contains("Signature is Valid"), "{}", said(&seen));
        let original = std::fs::read(self.at("contract.pdf")).unwrap();
        assert!(std::fs::read(self.at(file)).unwrap().starts_with(&original));
    }
}

fn said(done: &Output) -> String {
    String::from_utf8_lossy(&done.stdout).into_owned() + &String::from_utf8_lossy(&done.stderr)
}

/// A page without anything.
fn paper() -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut offsets = Vec::new();
    for object in [
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595.27559055 841.890]/Resources<<>>>>",
    ] {
        offsets.push(file.len());
        file.extend(format!("{} 0 obj\n{object}\nendobj\n", offsets.len()).bytes());
    }
    let start = file.len();
    file.extend(b"xref\n0 4\n0000000000 65535 f \n");
    for offset in offsets {
        file.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    file.extend(format!("trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n").bytes());
    file
}

fn serve(listener: &TcpListener, tsa: &TimeStampResponder, root: &CertificateAuthority) {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    for stream in listener.incoming() {
        let mut stream = stream.unwrap();
        let Some((path, body)) = request(&mut stream) else {
            continue;
        };
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let (kind, answer) = match path.as_str() {
            "/tsr" => {
                let mut serial = [1; 16];
                serial[8..].copy_from_slice(&number.to_be_bytes());
                let serial = SerialNumber::from_random(serial);
                ("application/timestamp-reply", tsa.respond(&body, &serial, now()))
            }
            "/root.crl" => {
                let period = RevocationListPeriod {
                    number,
                    this_update: now(),
                    next_update: now() + SignedDuration::from_hours(24),
                };
                let list = root.issue_revocation_list(period, &[]).unwrap();
                ("application/pkix-crl", list.as_der().to_vec())
            }
            other => panic!("nobody should ask for {other}"),
        };
        let head = format!(
            "HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            answer.len()
        );
        stream.write_all(&[head.as_bytes(), &answer].concat()).unwrap();
    }
}

/// A request; nothing when the other side has gone.
fn request(stream: &mut TcpStream) -> Option<(String, Vec<u8>)> {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        let length = stream.read(&mut chunk).ok().filter(|length| *length > 0)?;
        bytes.extend_from_slice(&chunk[..length]);
        let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else {
            continue;
        };
        let head = String::from_utf8_lossy(&bytes[..end]).to_ascii_lowercase();
        let wanted = head
            .lines()
            .find_map(|line| line.strip_prefix("content-length: ")?.trim().parse().ok())
            .unwrap_or(0);
        if bytes.len() >= end + 4 + wanted {
            let path = head.split(' ').nth(1).unwrap().to_owned();
            return Some((path, bytes[end + 4..].to_vec()));
        }
    }
}

const LTA: &str = "--config akashi.toml sign contract.pdf --level lta --tsa {tsa} --trust trust";

#[test]
fn a_key_in_a_file_signs_to_every_level() {
    let desk = Desk::new(KeyAlgorithm::Rsa2048);
    desk.p12();
    let key = "--p12 taro.p12 --password-file password";
    for (level, proven) in [
        ("b", BaselineLevel::B),
        ("t", BaselineLevel::T),
        ("lt", BaselineLevel::Lt),
        ("lta", BaselineLevel::Lta),
    ] {
        let stamped = if level == "b" { "" } else { " --tsa {tsa}" };
        desk.does(&format!(
            "--config akashi.toml sign contract.pdf {key} --level {level} --trust trust --out {level}.pdf \
             --rsa-scheme pss-sha256{stamped}"
        ));
        desk.is_good(&format!("{level}.pdf"), proven);
    }
    assert!(!desk.at("data").exists(), "no installation was made");
}

#[test]
fn a_visible_signature_says_who_and_why() {
    let desk = Desk::new(KeyAlgorithm::P384);
    desk.p12();
    let mut png = Vec::new();
    let mut encoder = png::Encoder::new(&mut png, 2, 2);
    encoder.set_color(png::ColorType::Rgba);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&[200, 30, 30, 128].repeat(4)).unwrap();
    writer.finish().unwrap();
    desk.put("seal.png", png);
    for seal in ["", " --seal seal.png"] {
        desk.does(&format!(
            "sign contract.pdf --p12 taro.p12 --password-file password --trust trust --reason 承認 --location 東京 \
             --visible 1,300,700,200,60 --force{seal}"
        ));
        desk.is_good("contract-signed.pdf", BaselineLevel::B);
        let text = desk.run("pdftotext", &["contract-signed.pdf", "-"]);
        assert!(said(&text).contains("証 太郎"), "{}", said(&text));
        let facts = said(&desk.akashi("verify --trust trust --json contract-signed.pdf"));
        assert!(facts.contains("承認"), "{facts}");
    }
}

#[test]
fn a_token_signs() {
    let desk = Desk::new(KeyAlgorithm::P256);
    std::fs::create_dir(desk.at("tokens")).unwrap();
    desk.put(
        "softhsm2.conf",
        format!("directories.tokendir = {}\n", desk.at("tokens").display()),
    );
    desk.put("pin", "1234\n");
    desk.put("certificate.der", desk.certificate.as_der());
    let words = |text: &'static str| text.split(' ').collect::<Vec<_>>();
    desk.tool(
        "softhsm2-util",
        &words("--init-token --free --label card --so-pin 4321 --pin 1234"),
    );
    desk.tool(
        "softhsm2-util",
        &words("--import key.pem --token card --label signature --id 0a --pin 1234"),
    );
    let written = format!(
        "--module {MODULE} --token-label card --login --pin 1234 --write-object certificate.der --type cert --id 0a"
    );
    desk.tool("pkcs11-tool", &written.split(' ').collect::<Vec<_>>());
    let key = format!("--pkcs11 {MODULE} --token card --key signature --pin-file pin");
    desk.does(&format!("{LTA} {key}"));
    desk.is_good("contract-signed.pdf", BaselineLevel::Lta);
    std::fs::remove_file(desk.at("contract-signed.pdf")).unwrap();

    desk.put("pin", "9999\n");
    desk.fails(&format!("sign contract.pdf {key}"), 1, "refused the PIN");
    desk.fails(
        &format!("sign contract.pdf --pkcs11 {MODULE} --token other --pin-file pin"),
        1,
        "no token is labelled \"other\"; there are: \"card\"",
    );
    desk.put("softhsm2.conf", "directories.tokendir = /nowhere\n");
    desk.fails(&format!("sign contract.pdf {key}"), 1, "PKCS#11 module");
}

#[test]
fn a_key_elsewhere_signs_what_was_prepared() {
    let desk = Desk::new(KeyAlgorithm::P256);
    let printed = desk.does(
        "sign contract.pdf --prepare waiting.pending --certificate certificate.pem --to-be-signed bytes",
    );
    assert!(printed.contains("ECDSA with SHA-256"), "{printed}");
    desk.tool("openssl", &["dgst", "-sha256", "-out", "digest", "-r", "bytes"]);
    let digest = std::fs::read_to_string(desk.at("digest")).unwrap();
    let digest = digest.split(' ').next().unwrap();
    assert!(printed.contains(digest), "{printed} has the digest {digest}");
    desk.tool(
        "openssl",
        &["dgst", "-sha256", "-sign", "key.pem", "-out", "value", "bytes"],
    );

    // What waits needs nothing of the folder that it was prepared in.
    let elsewhere = Desk::new(KeyAlgorithm::P256);
    std::fs::copy(desk.at("waiting.pending"), elsewhere.at("waiting.pending")).unwrap();
    elsewhere.put("value", b"not a signature");
    elsewhere.fails(
        "sign --finish waiting.pending --value value",
        1,
        "does not belong to the certificate",
    );
    std::fs::copy(desk.at("value"), elsewhere.at("value")).unwrap();
    elsewhere.put("trust/root.pem", desk.root.to_pem());
    elsewhere.put("trust/tsa.pem", elsewhere.root.to_pem());
    elsewhere.does("sign --finish waiting.pending --value value --level t --tsa {tsa} --trust trust");
    let report = elsewhere.judged(
        "contract-signed.pdf",
        &[&desk.root, &elsewhere.root],
        RevocationPolicy::IfAvailable,
    );
    assert!(report.stands_for_whole_document(), "{report:?}");
    assert_eq!(report.proven_level(), Some(BaselineLevel::T), "{report:?}");

    // The same signature as a whole CMS gives the same file.
    desk.does("sign --finish waiting.pending --value value --out by-value.pdf");
    let file = std::fs::read(desk.at("by-value.pdf")).unwrap();
    let document = Document::open(file.clone(), &Limits::default()).unwrap();
    let contents = document.signatures().unwrap().remove(0).contents.unwrap();
    desk.put("cms", contents);
    desk.does("sign --finish waiting.pending --cms cms --out by-cms.pdf");
    assert_eq!(std::fs::read(desk.at("by-cms.pdf")).unwrap(), file);
    desk.put("cms", desk.certificate.as_der());
    desk.fails("sign --finish waiting.pending --cms cms", 1, "cannot be read");

    let mut cut = std::fs::read(desk.at("waiting.pending")).unwrap();
    cut.pop();
    desk.put("waiting.pending", cut);
    desk.fails("sign --finish waiting.pending --value value", 1, "cut off");
}

#[test]
fn what_is_signed_is_extended_and_renewed() {
    let desk = Desk::new(KeyAlgorithm::P256);
    desk.p12();
    desk.does("sign contract.pdf --p12 taro.p12 --password-file password");
    desk.is_good("contract-signed.pdf", BaselineLevel::B);
    let extend = "--config akashi.toml extend --tsa {tsa} --trust trust";
    desk.does(&format!("{extend} contract-signed.pdf --out first.pdf"));
    let report = desk.judged("first.pdf", &[&desk.root], RevocationPolicy::default());
    assert!(report.stands_for_whole_document(), "{report:?}");
    desk.does(&format!("{extend} first.pdf --out second.pdf"));
    desk.is_good("second.pdf", BaselineLevel::Lta);
    let first = std::fs::read(desk.at("first.pdf")).unwrap();
    assert!(std::fs::read(desk.at("second.pdf")).unwrap().starts_with(&first));

    let unsigned = desk.akashi(&format!("{extend} contract.pdf --out third.pdf"));
    assert_eq!(unsigned.status.code(), Some(1));
    assert!(
        said(&unsigned).contains("carries no signature"),
        "{}",
        said(&unsigned)
    );
}

#[test]
fn what_cannot_be_reached_is_said_and_nothing_is_written() {
    let desk = Desk::new(KeyAlgorithm::P256);
    desk.p12();
    desk.put("plain.toml", "");
    let key = "sign contract.pdf --p12 taro.p12 --password-file password";
    desk.fails(&format!("{key} --level t"), 1, "--tsa");
    desk.fails(
        &format!("{key} --tsa http://127.0.0.1:9/tsr --trust trust"),
        3,
        "time-stamp authority is not available",
    );
    desk.fails(&format!("{key} --tsa {{tsa}}"), 1, "no trusted root");
    // Without the configuration that permits addresses of this machine no list is fetched from it.
    desk.fails(
        &format!("--config plain.toml {key} --level lt --tsa {{tsa}} --trust trust"),
        3,
        "revocation data for",
    );
    desk.put("password", "wrong");
    desk.fails(key, 1, "the password does not fit");
    desk.fails(
        "sign contract.pdf --p12 taro.p12 --pkcs11 x.so",
        2,
        "cannot be used with",
    );
    desk.fails("sign contract.pdf --token card", 2, "--pkcs11");
    desk.fails("sign --finish nothing.pending", 2, "--value");
    assert!(!Path::new(&desk.at("data")).exists());
}
