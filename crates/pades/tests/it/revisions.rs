//! What the revisions of a contract look like, as text.

use std::sync::Arc;

use akashi_pades::{
    Act, ActValue, FieldPlan, FieldPlanKind, Placement, SentPlan, SignatureDetails, SignaturePlace,
    SignerIdentity, SignerPlan, Stamp, TextLines, Value,
};
use akashi_pdf::{Document, XrefEntry};
use akashi_pki::{
    CertificateAuthority, CertificateTemplate, DistinguishedName, KeyAlgorithm, SerialNumber, Signer,
    SigningKey, Validity,
};
use jiff::Timestamp;

use crate::files::{drawing, one_page, open, painted, send};

fn now() -> Timestamp {
    "2026-11-20T01:23:45Z".parse().unwrap()
}

fn signer() -> (SigningKey, SignerIdentity) {
    let validity = Validity {
        not_before: now(),
        not_after: "2036-01-01T00:00:00Z".parse().unwrap(),
    };
    let name = |text: &str| DistinguishedName::builder().common_name(text).unwrap().build();
    let root_key = Arc::new(SigningKey::generate(KeyAlgorithm::P256).unwrap());
    let root = CertificateTemplate::root(name("root"), validity);
    let root =
        CertificateAuthority::self_signed(&root, &SerialNumber::from_random([1; 16]), root_key).unwrap();
    let key = SigningKey::generate(KeyAlgorithm::P256).unwrap();
    let template = CertificateTemplate::seal(name("signer"), validity);
    let certificate = root
        .issue(&template, key.public_key(), &SerialNumber::from_random([2; 16]))
        .unwrap();
    let algorithm = key.signature_algorithm();
    (
        key,
        SignerIdentity {
            certificate,
            issuers: vec![root.certificate().clone()],
            algorithm,
        },
    )
}

/// The objects that the newest revision defines, as text; the value of a signature is left out.
fn newest(file: &[u8]) -> String {
    let document = open(file);
    let last = document.revisions().len() - 1;
    let mut lines = Vec::new();
    for (number, entry) in document.revision_entries(last) {
        let XrefEntry::InFile { generation, .. } = entry else {
            continue;
        };
        let id = akashi_pdf::ObjectId::new(number, generation);
        let mut object = document.object(id).unwrap();
        if let akashi_pdf::Object::Dictionary(dictionary) = &mut object
            && dictionary.is_name("Type", "Sig")
        {
            let contents = dictionary.get("Contents").unwrap().as_string().unwrap();
            assert_eq!(contents.as_bytes().first(), Some(&0x30), "a SEQUENCE");
            dictionary.set("Contents", akashi_pdf::PdfString::new("value of the signature"));
            let range = document.signatures().unwrap().pop().unwrap().byte_range.unwrap();
            assert_eq!(range.last().unwrap().0 + range.last().unwrap().1, document.size());
            dictionary.set("ByteRange", akashi_pdf::Name::new("covers-the-file"));
        }
        lines.push(format!("{number} {object}"));
        if let akashi_pdf::Object::Stream(stream) = &object {
            let data = document.stream_data(stream).unwrap();
            lines.push(format!("  data: {}", String::from_utf8_lossy(&data).trim_end()));
        }
    }
    lines.join("\n")
}

/// Two parties: one with a field of each kind, one that signs invisibly.
fn plan<'a>(stamp: &'a Document<Vec<u8>>, tick: &'a Document<Vec<u8>>) -> SentPlan<'a, Vec<u8>> {
    let place = |x, y, width, height| Placement {
        page: 0,
        x,
        y,
        width,
        height,
    };
    SentPlan {
        stamp: Some(Stamp {
            drawing: drawing(stamp),
            left: 24.0,
            bottom: 14.0,
        }),
        signers: vec![
            SignerPlan {
                signature: SignaturePlace::New {
                    name: "pty_1",
                    label: "甲 署名",
                    place: Some(place(300.0, 600.0, 48.0, 48.0)),
                },
                fields: vec![
                    FieldPlan {
                        name: "amount",
                        label: "金額",
                        place: place(50.0, 600.0, 100.0, 16.0),
                        kind: FieldPlanKind::Text {
                            font_size: Some(10.5),
                            lines: TextLines::Single,
                        },
                    },
                    FieldPlan {
                        name: "agree",
                        label: "同意",
                        place: place(200.0, 600.0, 14.0, 14.0),
                        kind: FieldPlanKind::CheckBox {
                            ticked: drawing(tick),
                        },
                    },
                    FieldPlan {
                        name: "seal_2",
                        label: "割印",
                        place: place(400.0, 600.0, 48.0, 48.0),
                        kind: FieldPlanKind::Mark,
                    },
                ],
            },
            SignerPlan {
                signature: SignaturePlace::New {
                    name: "pty_2",
                    label: "乙 署名",
                    place: None,
                },
                fields: Vec::new(),
            },
        ],
    }
}

#[test]
fn the_revisions_of_a_contract() {
    let (stamp, tick, act_text, seal) = (
        painted(120, 26),
        painted(14, 14),
        painted(100, 16),
        painted(48, 48),
    );
    let plan = plan(&stamp, &tick);
    let original = one_page("/MediaBox[0 0 595.27559055 841.890]");
    let sent = send(&original, &plan);
    assert!(sent.starts_with(&original));
    insta::assert_snapshot!("sent", newest(&sent));

    let act = Act {
        signature_field: "pty_1",
        appearance: Some(drawing(&seal)),
        values: vec![
            ActValue {
                field: "amount",
                value: Value::Text {
                    text: "1,100,000円",
                    appearance: drawing(&act_text),
                },
            },
            ActValue {
                field: "agree",
                value: Value::Checked(true),
            },
            ActValue {
                field: "seal_2",
                value: Value::Empty,
            },
        ],
    };
    let (key, identity) = signer();
    let details = SignatureDetails {
        name: Some("山田 太郎".to_owned()),
        reason: Some("契約の締結".to_owned()),
        ..SignatureDetails::default()
    };
    let document = open(&sent);
    let prepared = act
        .draft(&document)
        .unwrap()
        .with_details(details)
        .prepare(&identity, now(), [8; 32])
        .unwrap();
    let value = key.sign(prepared.to_be_signed()).unwrap();
    let signed = prepared.embed(&value).unwrap().into_revision();
    let signed = [sent, signed.bytes].concat();
    insta::assert_snapshot!("act", newest(&signed));
}
