//! Writes the seeds of the fuzz targets anew: small files of our own making, in `fuzz/seeds`.
//!
//! `cargo run -p akashi-robust --example seeds` needs qpdf. Keys are made by chance, so the bytes differ each time.
//! Only `certification_request` is left alone: `openssl req` made it, since nothing of ours writes such requests.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a tool that stops at the first surprise"
)]

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use akashi_pades::{NewField, SignatureDetails, SignatureDraft, SignerIdentity};
use akashi_pdf::{Document, Limits};
use akashi_pki::ocsp::{CertificateStatus, OcspRequest, OcspResponder, ResponsePeriod};
use akashi_pki::{
    Certificate, CertificateAuthority, CertificateTemplate, DigestAlgorithm, DistinguishedName, KeyAlgorithm,
    Revocation, RevocationListPeriod, RevocationReason, SerialNumber, Signer as _, SigningKey,
    TIME_STAMP_POLICY, Validity,
};
use akashi_tsp::{TimeStampRequest, TimeStampResponder};
use jiff::Timestamp;

fn main() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds");
    let seeds = Seeds { folder };
    seeds.objects();
    let authority = Authority::new();
    authority.write_pki(&seeds);
    authority.write_time_stamps(&seeds);
    let plain = pdf();
    seeds.put("pdf", "classic.pdf", &plain);
    for (name, arguments) in TRANSFORMS {
        seeds.put("pdf", name, &qpdf(&plain, arguments));
    }
    for name in ["classic", "streams", "aes-256"] {
        let base = std::fs::read(seeds.folder.join(format!("pdf/{name}.pdf"))).unwrap();
        let signed = authority.signed(&base, "first");
        seeds.put("pdf", &format!("{name}-signed.pdf"), &signed);
        if name == "classic" {
            seeds.put("pdf", "twice-signed.pdf", &authority.signed(&signed, "second"));
        }
    }
}

const TRANSFORMS: &[(&str, &[&str])] = &[
    ("streams.pdf", &["--object-streams=generate"]),
    ("linearised.pdf", &["--linearize"]),
    (
        "rc4-40.pdf",
        &["--allow-weak-crypto", "--encrypt", "", "o", "40", "--"],
    ),
    (
        "aes-128.pdf",
        &[
            "--encrypt",
            "",
            "o",
            "128",
            "--use-aes=y",
            "--cleartext-metadata",
            "--",
        ],
    ),
    (
        "aes-256.pdf",
        &["--object-streams=generate", "--encrypt", "", "o", "256", "--"],
    ),
];

struct Seeds {
    folder: PathBuf,
}

impl Seeds {
    fn put(&self, kind: &str, name: &str, bytes: &[u8]) {
        let folder = self.folder.join(kind);
        std::fs::create_dir_all(&folder).unwrap();
        std::fs::write(folder.join(name), bytes).unwrap();
    }

    fn objects(&self) {
        let texts: &[&[u8]] = &[
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595.27559055 841.890]/T(a\\(b\\)\\053)/H<feff8a3c>/N null>>",
            b"[ 1 -2.50 +3 .5 4. true false /Name#20x () <> % note\n [ [ ] ] << >> 12 0 R ]",
        ];
        for (index, text) in texts.iter().enumerate() {
            self.put("object", &format!("{index}.txt"), text);
        }
    }
}

struct Authority {
    root: CertificateAuthority,
    issuer: CertificateAuthority,
    identity: SignerIdentity,
    key: SigningKey,
    tsa: TimeStampResponder,
}

fn now() -> Timestamp {
    "2026-11-20T01:23:45Z".parse().unwrap()
}

fn serial(number: u8) -> SerialNumber {
    SerialNumber::from_random([number; 16])
}

fn name(text: &str) -> DistinguishedName {
    DistinguishedName::builder().common_name(text).unwrap().build()
}

fn validity() -> Validity {
    Validity {
        not_before: "2026-01-01T00:00:00Z".parse().unwrap(),
        not_after: "2046-01-01T00:00:00Z".parse().unwrap(),
    }
}

impl Authority {
    fn new() -> Self {
        let validity = validity();
        let new_key = || SigningKey::generate(KeyAlgorithm::P256).unwrap();
        let template = CertificateTemplate::root(name("seed root"), validity);
        let root = CertificateAuthority::self_signed(&template, &serial(1), Arc::new(new_key())).unwrap();
        let issuer_key = Arc::new(new_key());
        let template = CertificateTemplate::issuing_authority(name("seed issuer"), validity)
            .with_crl_uri("http://crl.example/root.crl")
            .with_issuer_uri("http://crl.example/root.cer");
        let issuer = root
            .issue(&template, issuer_key.public_key(), &serial(2))
            .unwrap();
        let issuer = CertificateAuthority::new(issuer, issuer_key).unwrap();
        let key = new_key();
        let template = CertificateTemplate::seal(name("証"), validity)
            .with_mail("taro@example.jp")
            .unwrap()
            .with_policy(TIME_STAMP_POLICY);
        let certificate = issuer.issue(&template, key.public_key(), &serial(3)).unwrap();
        let tsa_key = Arc::new(new_key());
        let template = CertificateTemplate::time_stamping(name("seed tsa"), validity);
        let tsa = root.issue(&template, tsa_key.public_key(), &serial(4)).unwrap();
        let chain = vec![root.certificate().clone()];
        Self {
            identity: SignerIdentity {
                certificate,
                issuers: vec![issuer.certificate().clone(), root.certificate().clone()],
                algorithm: key.signature_algorithm(),
            },
            tsa: TimeStampResponder::new(tsa, chain, tsa_key, TIME_STAMP_POLICY).unwrap(),
            root,
            issuer,
            key,
        }
    }

    fn certificates(&self) -> [&Certificate; 3] {
        [
            &self.identity.certificate,
            self.issuer.certificate(),
            self.root.certificate(),
        ]
    }

    fn write_pki(&self, seeds: &Seeds) {
        let period = RevocationListPeriod {
            number: 7,
            this_update: now(),
            next_update: "2027-01-01T00:00:00Z".parse().unwrap(),
        };
        let revoked = [Revocation {
            serial_number: serial(9),
            revoked_at: now(),
            reason: RevocationReason::KeyCompromise,
        }];
        let mut path = Vec::new();
        for (name, certificate) in ["seal", "issuer", "root"].iter().zip(self.certificates()) {
            seeds.put("certificate", &format!("{name}.der"), certificate.as_der());
            path.extend_from_slice(certificate.as_der());
        }
        seeds.put(
            "certificate",
            "tsa.pem",
            self.tsa.certificate().to_pem().as_bytes(),
        );
        let root = self.root.certificate().as_der().len();
        let before_root = path.len() - root;
        for (name, authority) in [("root", &self.root), ("issuer", &self.issuer)] {
            let list = authority.issue_revocation_list(period, &revoked).unwrap();
            seeds.put("crl", &format!("{name}.crl"), list.as_der());
            path.splice(before_root..before_root, list.as_der().iter().copied());
        }
        seeds.put("path", "three.der", &path);
        let request = OcspRequest::new(&self.identity.certificate, self.issuer.certificate());
        let request_der = request.with_nonce(&[9; 16]).unwrap().to_der();
        seeds.put("ocsp_request", "request.der", &request_der);
        let responder_key = Arc::new(SigningKey::generate(KeyAlgorithm::P256).unwrap());
        let template = CertificateTemplate::ocsp_responder(name("seed responder"), validity());
        let responder = self
            .issuer
            .issue(&template, responder_key.public_key(), &serial(10))
            .unwrap();
        let responder =
            OcspResponder::delegated(self.issuer.certificate(), responder, responder_key).unwrap();
        let period = ResponsePeriod::new(now(), "2027-01-01T00:00:00Z".parse().unwrap());
        let answers: [(&str, CertificateStatus); 2] = [
            ("good.der", CertificateStatus::Good),
            (
                "revoked.der",
                CertificateStatus::Revoked {
                    revoked_at: now(),
                    reason: RevocationReason::KeyCompromise,
                },
            ),
        ];
        for (name, status) in answers {
            let answer = responder.answer(&request_der, period, |_| status).unwrap();
            seeds.put("ocsp", name, answer.as_der());
            path.splice(before_root..before_root, answer.as_der().iter().copied());
        }
        seeds.put("path", "with-responses.der", &path);
    }

    fn write_time_stamps(&self, seeds: &Seeds) {
        let request = TimeStampRequest::new(DigestAlgorithm::Sha256, &[7; 32]).with_nonce([1; 8]);
        let request_der = request.with_policy(TIME_STAMP_POLICY).to_der();
        seeds.put("tsp_request", "request.der", &request_der);
        let response = self.tsa.respond(&request_der, &serial(6), now());
        seeds.put("tsp_response", "granted.der", &response);
        let response = self.tsa.respond(b"\x30\x00", &serial(6), now());
        seeds.put("tsp_response", "refused.der", &response);
        let request = TimeStampRequest::new(DigestAlgorithm::Sha256, &[7; 32]);
        let token = self.tsa.issue(&request, &serial(7), now()).unwrap();
        seeds.put("tsp_token", "token.der", &token);
        seeds.put("cms", "token.der", &token);
        let document = Document::open(pdf(), &Limits::default()).unwrap();
        let signed = self.sign(&document, "cms");
        seeds.put("cms", "signature.der", signed.0.as_slice());
    }

    fn signed(&self, base: &[u8], field: &str) -> Vec<u8> {
        let document = Document::open(base, &Limits::default()).unwrap();
        [base, &self.sign(&document, field).1].concat()
    }

    /// The CMS of a time-stamped signature, and the update that holds it.
    fn sign<R: akashi_pdf::ReadAt>(&self, document: &Document<R>, field: &str) -> (Vec<u8>, Vec<u8>) {
        let field = NewField::<Vec<u8>> {
            name: field,
            label: "",
            appearance: None,
        };
        let details = SignatureDetails {
            name: Some("証".to_owned()),
            ..SignatureDetails::default()
        };
        let prepared = SignatureDraft::new(document, &field)
            .unwrap()
            .with_details(details)
            .reserve(4096)
            .prepare(&self.identity, now(), [8; 32])
            .unwrap();
        let value = self.key.sign(prepared.to_be_signed()).unwrap();
        let signed = prepared.embed(&value).unwrap();
        let request = TimeStampRequest::new(DigestAlgorithm::Sha256, &signed.time_stamp_imprint());
        let token = self.tsa.issue(&request, &serial(8), now()).unwrap();
        let signed = signed.embed_token(&token).unwrap();
        (signed.cms().to_vec(), signed.into_revision().bytes)
    }
}

/// Two pages, a form with a text field and an empty signature field with a lock, a font, metadata.
fn pdf() -> Vec<u8> {
    let content = "BT /F 12 Tf 10 10 Td (hello) Tj ET";
    let stream = format!("<</Length {}>>stream\n{content}\nendstream", content.len());
    let objects = [
        "<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[6 0 R 7 0 R]/DA(/F 9 Tf)/DR<</Font<</F 8 0 R>>>>>>/Metadata 9 0 R>>",
        "<</Type/Pages/Kids[3 0 R 4 0 R]/Count 2/MediaBox[0 0 595.27559055 841.890]/Rotate 90>>",
        "<</Type/Page/Parent 2 0 R/Contents[5 0 R 5 0 R]/Resources<</Font<</F 8 0 R>>>>/Annots[6 0 R 7 0 R]>>",
        "<</Type/Page/Parent 2 0 R/CropBox[1 1 90 90]/UserUnit 2/Contents 5 0 R/Resources<<>>>>",
        &stream,
        "<</Type/Annot/Subtype/Widget/FT/Tx/T(\\376\\377\\121\\015)/V(1)/Rect[1 1 50 20]/P 3 0 R/F 4>>",
        "<</Type/Annot/Subtype/Widget/FT/Sig/T(empty)/Rect[0 0 0 0]/P 3 0 R/F 132/Lock<</Type/SigFieldLock/Action/Include/Fields[(a)]>>>>",
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        "<</Type/Metadata/Subtype/XML/Length 12>>stream\n<x:xmpmeta/>\nendstream",
        "<</Title(seed)/Producer<feff8a3c>>>",
    ];
    let mut file = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (index, object) in objects.iter().enumerate() {
        writeln!(table, "{:010} 00000 n ", file.len()).unwrap();
        file.extend(format!("{} 0 obj\n{object}\nendobj\n", index + 1).bytes());
    }
    let start = file.len();
    let id = "<00112233445566778899aabbccddeeff>";
    let trailer = format!(
        "<</Size {}/Root 1 0 R/Info 10 0 R/ID[{id}{id}]>>",
        objects.len() + 1
    );
    file.extend(format!("{table}trailer\n{trailer}\nstartxref\n{start}\n%%EOF\n").bytes());
    file
}

fn qpdf(file: &[u8], arguments: &[&str]) -> Vec<u8> {
    let folder = tempfile::tempdir().unwrap();
    let (input, output) = (folder.path().join("in.pdf"), folder.path().join("out.pdf"));
    std::fs::write(&input, file).unwrap();
    let status = Command::new("qpdf")
        .args(arguments)
        .args(["--compress-streams=n", "--static-id"])
        .arg(&input)
        .arg(&output)
        .status()
        .expect("qpdf must be installed");
    assert!(status.success(), "qpdf {arguments:?}");
    std::fs::read(output).unwrap()
}
