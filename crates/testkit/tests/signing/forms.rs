//! Forms that a file brings are filled, and signed in the same update.

use std::process::Command;

use akashi_pades::{
    CertificationPermission, FieldInput, FieldLock, FillFormError, FormFilling, HashState, LockAction,
    NewField, Notice, PrepareError, Refusal, SeedRefusal, SignatureDetails, SignatureDraft,
};
use akashi_pdf::{Document, Object, PdfString};
use akashi_pki::{DigestAlgorithm, Signer};
use akashi_validation::judge;
use serde_json::json;

use crate::cases;
use crate::paper::{file, open};
use crate::world::{World, appended, at, days};

const NONE: Option<akashi_pades::Drawing<'_, Vec<u8>>> = None;

fn text(value: &str) -> FieldInput<'_, Vec<u8>> {
    FieldInput::Text(value)
}

/// A form with a field of every kind, and an empty signature field with these further entries.
fn form(version: &str, form_entries: &str, signature_entries: &str) -> Vec<u8> {
    let widget = "/Type/Annot/Subtype/Widget/P 3 0 R/F 4";
    let objects = [
        format!("<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R 6 0 R 7 0 R 8 0 R 9 0 R 12 0 R 13 0 R 14 0 R 15 0 R]/DA(/Helv 0 Tf 0 g)/DR<</Font<</Helv 4 0 R>>>>{form_entries}>>>>"),
        "<</Type/Pages/Kids[3 0 R]/Count 1>>".to_owned(),
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 500]/Resources<<>>/Annots[5 0 R 6 0 R 7 0 R 8 0 R 10 0 R 11 0 R 12 0 R 13 0 R 14 0 R 15 0 R]>>".to_owned(),
        "<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".to_owned(),
        format!("<<{widget}/FT/Tx/T(name)/Rect[20 450 220 470]/MK<</BC[0 0 1]/BG[1 1 0.9]>>>>"),
        format!("<<{widget}/FT/Tx/T(zip)/Ff 16777216/MaxLen 7/Rect[20 420 160 440]/Q 0>>"),
        format!("<<{widget}/FT/Tx/T(note)/Ff 4096/Rect[20 340 120 410]/DA(/Helv 10 Tf 1 0 0 rg)/Q 2>>"),
        format!("<<{widget}/FT/Btn/T(agree)/Rect[20 300 40 320]/AS/Off/AP<</N<</Ja 16 0 R/Off 17 0 R>>>>>>"),
        "<</FT/Btn/T(pay)/Ff 49152/Kids[10 0 R 11 0 R]/V/Off>>".to_owned(),
        format!("<<{widget}/Parent 9 0 R/Rect[60 300 80 320]/AS/Off/AP<</N<</Card 16 0 R/Off 17 0 R>>>>>>"),
        format!("<<{widget}/Parent 9 0 R/Rect[90 300 110 320]/AS/Off/AP<</N<</Bank 16 0 R/Off 17 0 R>>>>>>"),
        format!("<<{widget}/FT/Ch/T(city)/Ff 131072/Opt[[(13)(Tokyo)][(27)(Osaka)]]/Rect[20 260 120 280]>>"),
        format!("<<{widget}/FT/Ch/T(days)/Ff 2097152/Opt[(Mon)(Tue)(Wed)]/Rect[20 200 120 250]>>"),
        format!("<<{widget}/FT/Tx/T(fixed)/Ff 1/V(kept)/Rect[20 170 120 190]/AP<</N 17 0 R>>>>"),
        format!("<<{widget}/FT/Sig/T(sign)/Rect[200 100 300 150]{signature_entries}>>"),
        "<</Type/XObject/Subtype/Form/BBox[0 0 20 20]/Length 16>>stream\n4 4 12 12 re f  \nendstream".to_owned(),
        "<</Type/XObject/Subtype/Form/BBox[0 0 20 20]/Length 0>>stream\n\nendstream".to_owned(),
    ];
    let objects: Vec<&str> = objects.iter().map(String::as_str).collect();
    file(version, &objects)
}

fn fill_all(filling: &mut FormFilling<'_, &[u8]>) {
    filling.fill("name", &text("Taro (Akashi) \\")).unwrap();
    filling.fill("zip", &text("1500001")).unwrap();
    filling
        .fill(
            "note",
            &text("first line\nand a second line that is too long for one"),
        )
        .unwrap();
    filling
        .fill("agree", &FieldInput::<Vec<u8>>::Checked(true))
        .unwrap();
    filling
        .fill("pay", &FieldInput::<Vec<u8>>::Radio("Bank"))
        .unwrap();
    filling
        .fill("city", &FieldInput::<Vec<u8>>::Choice(&["27"]))
        .unwrap();
    filling
        .fill("days", &FieldInput::<Vec<u8>>::Choice(&["Wed", "Mon"]))
        .unwrap();
}

fn value_of(document: &Document<&[u8]>, name: &str) -> Object {
    let form = document.form().unwrap().unwrap();
    let field = form.fields.iter().find(|field| field.full_name == name).unwrap();
    field.value.clone().unwrap_or_default()
}

#[test]
fn a_filled_and_signed_form_passes_every_judge() {
    let world = World::new();
    let now = at("2026-11-20T01:23:45Z");
    let paper = form("1.7", "/NeedAppearances true", "");
    let document = open(&paper);
    let mut filling = FormFilling::new(&document).unwrap();
    fill_all(&mut filling);
    let draft = filling.sign_in("sign", NONE).unwrap();
    let (key, signer) = world.signer(now - days(10), 3);
    let prepared = draft.prepare(&signer, now, world.seed()).unwrap();
    let value = key.sign(prepared.to_be_signed()).unwrap();
    let signed = appended(&paper, &prepared.embed(&value).unwrap().into_revision());

    let document = open(&signed);
    assert!(!document.form().unwrap().unwrap().needs_appearances);
    assert_eq!(
        value_of(&document, "name"),
        PdfString::from_text("Taro (Akashi) \\").into()
    );
    assert_eq!(value_of(&document, "city"), PdfString::from_text("27").into());
    assert_eq!(value_of(&document, "days").as_array().unwrap().len(), 2);
    assert_eq!(value_of(&document, "pay").as_name().unwrap().to_text(), "Bank");
    assert_eq!(value_of(&document, "agree").as_name().unwrap().to_text(), "Ja");
    let shown = shown_text("filled-form", &signed);
    for words in ["Taro (Akashi) \\", "second", "Osaka", "Tue"] {
        assert!(shown.contains(words), "{words:?} in {shown}");
    }
    let report = judge(&document, &world.trust(now), now + days(1)).unwrap();
    assert!(report.stands_for_whole_document(), "{report:#?}");
    let expected = json!({
        "pyhanko": { "default": [{ "intact": true, "valid": true, "trusted": true, "accepted": true,
            "coverage": "ENTIRE_FILE" }] },
        "pdfsig": [{ "valid": true, "whole_file": true }],
        "qpdf": { "clean": true },
    });
    cases::write(&world, "filled-form", &signed, now + days(1), expected);
}

/// What poppler reads on the pages, fields included.
fn shown_text(name: &str, file: &[u8]) -> String {
    let path = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.pdf"));
    std::fs::write(&path, file).unwrap();
    let output = Command::new("pdftotext").arg(&path).arg("-").output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn what_does_not_fit_is_refused_by_name() {
    let paper = form("1.7", "", "");
    let document = open(&paper);
    let mut filling = FormFilling::new(&document).unwrap();
    let mut refused =
        |name: &str, input: &FieldInput<'_, Vec<u8>>| filling.fill(name, input).unwrap_err().to_string();
    insta::assert_snapshot!([
        refused("fixed", &text("x")),
        refused("nobody", &text("x")),
        refused("zip", &text("12345678")),
        refused("name", &text("two\nlines")),
        refused("name", &text("明石")),
        refused("name", &FieldInput::Checked(true)),
        refused("agree", &text("x")),
        refused("pay", &FieldInput::Radio("Cash")),
        refused("pay", &FieldInput::Checked(true)),
        refused("city", &FieldInput::Choice(&["99"])),
        refused("city", &FieldInput::Choice(&["13", "27"])),
        refused("sign", &text("x")),
    ].join("\n"), @r"
    field fixed is read-only
    the file has no field nobody
    field zip takes 7 characters
    field name takes one line
    the text of field name must come with a drawing
    the value does not belong into field name
    the value does not belong into field agree
    field pay has no option Cash
    the value does not belong into field pay
    field city has no option 99
    field city takes one option
    the value does not belong into field sign
    ");
    assert!(filling.write(HashState::START, [7; 32]).unwrap().is_none());
}

#[test]
fn japanese_text_comes_with_a_drawing() {
    let paper = form("1.7", "", "");
    let document = open(&paper);
    let appearance = akashi_typeset::Appearance {
        width: 200.0,
        height: 20.0,
        content: akashi_typeset::Content::Text(akashi_typeset::TextValue::fitted("明石 太郎")),
    };
    let drawn = akashi_typeset::draw_act(&akashi_typeset::FontBook::embedded(), &[appearance]).unwrap();
    let drawing = open(&drawn.pdf);
    let mut filling = FormFilling::new(&document).unwrap();
    let drawing = akashi_pades::Drawing {
        document: &drawing,
        page: 0,
    };
    let input = FieldInput::DrawnText {
        text: "明石 太郎",
        drawing,
    };
    filling.fill("name", &input).unwrap();
    let revision = filling.write(HashState::START, [7; 32]).unwrap().unwrap();
    let filled = appended(&paper, &revision);
    assert_eq!(
        value_of(&open(&filled), "name"),
        PdfString::from_text("明石 太郎").into()
    );
    let shown = shown_text("japanese-form", &filled);
    assert!(shown.contains("明石") && shown.contains("太郎"), "{shown}");
}

#[test]
fn an_xfa_form_goes_before_the_first_signature_and_hinders_after_it() {
    let world = World::new();
    let now = at("2026-11-20T01:23:45Z");
    let paper = form("1.7", "/XFA(<xdp/>)", "");
    let document = open(&paper);
    let draft = SignatureDraft::in_existing_field(&document, "sign", NONE).unwrap();
    assert_eq!(draft.notices(), [Notice::XfaRemoved]);
    let (key, signer) = world.signer(now - days(10), 3);
    let prepared = draft.prepare(&signer, now, world.seed()).unwrap();
    let value = key.sign(prepared.to_be_signed()).unwrap();
    let signed = appended(&paper, &prepared.embed(&value).unwrap().into_revision());
    assert!(!open(&signed).form().unwrap().unwrap().has_xfa);

    // Put back by somebody else, it is there to stay.
    let document = open(&signed);
    let mut update = akashi_pdf::IncrementalUpdate::new(&document);
    update
        .edit_form(|form| form.set("XFA", PdfString::new("<xdp/>")))
        .unwrap();
    let update = update.write([9; 32]).unwrap();
    let with_xfa = [signed.as_slice(), &update.bytes].concat();
    let document = open(&with_xfa);
    let refused = FormFilling::new(&document).map(|_| ()).unwrap_err();
    assert!(matches!(refused, FillFormError::Refused(Refusal::Xfa)));
    let field = NewField::<Vec<u8>> {
        name: "Second",
        label: "",
        appearance: None,
    };
    let refused = SignatureDraft::new(&document, &field).map(|_| ()).unwrap_err();
    assert!(matches!(refused, PrepareError::Refused(Refusal::Xfa)));
}

fn hexadecimal(bytes: &[u8]) -> String {
    let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    digits.concat()
}

#[test]
fn seed_values_are_respected_or_refused_by_name() {
    let world = World::new();
    let now = at("2026-11-20T01:23:45Z");
    let (_, signer) = world.signer(now - days(10), 3);
    let issuer = hexadecimal(signer.issuers[0].as_der());
    let other = hexadecimal(&world.root_certificate().as_der()[1..]);
    let check = |seed: &str, reason: Option<&str>, has_time_stamp: bool| -> Result<(), SeedRefusal> {
        let paper = form("1.7", "", &format!("/SV<<{seed}>>"));
        let document = open(&paper);
        let mut draft = SignatureDraft::in_existing_field(&document, "sign", NONE).unwrap();
        draft = draft.with_details(SignatureDetails {
            reason: reason.map(str::to_owned),
            ..Default::default()
        });
        if has_time_stamp {
            draft = draft.with_time_stamp_to_come();
        }
        match draft.prepare(&signer, now, [7; 32]) {
            Ok(_) => Ok(()),
            Err(PrepareError::SeedValue(refusal)) => Err(refusal),
            Err(error) => panic!("{error}"),
        }
    };
    for good in [
        "",
        "/Ff 1/Filter/Adobe.PPKLite",
        "/Ff 2/SubFilter[/adbe.pkcs7.detached/ETSI.CAdES.detached]",
        "/Ff 64/DigestMethod[(SHA512)(SHA256)]",
        "/Ff 8/Reasons[(.)]",
        // Wishes alone.
        "/Filter/Other/SubFilter[/x]/DigestMethod[(SHA1)]/Reasons[(y)]",
        "/MDP<</P 0>>",
        &format!("/Cert<</Ff 2/Issuer[<{issuer}>]>>"),
        "/Cert<</Ff 8/SubjectDN[<</C(JP)>>]>>",
        "/Cert<</Ff 32/KeyUsage[(11XXX0)]>>",
    ] {
        assert_eq!(check(good, None, false), Ok(()), "{good}");
    }
    assert_eq!(check("/Ff 8/Reasons[(yes)]", Some("yes"), false), Ok(()));
    assert_eq!(
        check("/TimeStamp<</Ff 1/URL(http://tsa.example)>>", None, true),
        Ok(())
    );
    let refusals = [
        ("/Ff 1/Filter/Entrust", None),
        ("/Ff 2/SubFilter[/adbe.pkcs7.detached]", None),
        ("/Ff 4/V 4", None),
        ("/Ff 64/DigestMethod[(SHA384)]", None),
        ("/Ff 8/Reasons[(yes)]", Some("no")),
        ("/Ff 8/Reasons[(.)]", Some("no")),
        ("/Ff 16/LegalAttestation[(x)]", None),
        ("/Ff 32/AddRevInfo true", None),
        ("/Ff 128/LockDocument/true", None),
        ("/Ff 256/AppearanceFilter(Corporate)", None),
        ("/MDP<</P 2>>", None),
        ("/TimeStamp<</Ff 1/URL(http://tsa.example)>>", None),
        (&format!("/Cert<</Ff 1/Subject[<{issuer}>]>>"), None),
        (&format!("/Cert<</Ff 2/Issuer[<{other}>]>>"), None),
        ("/Cert<</Ff 4/OID[(1.2.3)]>>", None),
        ("/Cert<</Ff 8/SubjectDN[<</C(DE)>>]>>", None),
        ("/Cert<</Ff 32/KeyUsage[(0)]>>", None),
    ];
    let shown: Vec<String> = refusals
        .iter()
        .map(|(seed, reason)| check(seed, *reason, false).unwrap_err().to_string())
        .collect();
    insta::assert_snapshot!(shown.join("\n"), @r#"
    the field demands the signature handler Entrust
    the field demands another encoding of the signature: ["adbe.pkcs7.detached"]
    the field demands version 4 of seed values
    the field demands one of the hash functions ["SHA384"]
    the field demands one of the reasons ["yes"]
    the field demands one of the reasons []
    the field demands a legal attestation
    the field demands revocation data inside the signature
    the field demands that the document be locked
    the field demands the appearance "Corporate"
    the field demands a signature with DocMDP permission 2
    the field demands a time-stamp
    the field demands another certificate: it is not among the certificates listed
    the field demands another certificate: no issuer listed is in its path
    the field demands another certificate: it has none of the policies listed
    the field demands another certificate: its name has not the attributes listed
    the field demands another certificate: its key usage is another
    "#);
}

#[test]
fn encrypted_files_are_signed_inside() {
    let world = World::new();
    let now = at("2026-11-20T01:23:45Z");
    let tsa = world.tsa(at("2026-01-01T00:00:00Z"), 10);
    let folder = std::path::Path::new(env!("CARGO_TARGET_TMPDIR"));
    let plain = folder.join("to-encrypt.pdf");
    std::fs::write(&plain, form("1.7", "", "")).unwrap();
    for (name, arguments) in [
        (
            "rc4-40",
            &["--allow-weak-crypto", "--encrypt", "", "owner", "40", "--"][..],
        ),
        (
            "rc4-128",
            &[
                "--allow-weak-crypto",
                "--encrypt",
                "",
                "owner",
                "128",
                "--use-aes=n",
                "--",
            ],
        ),
        (
            "aes-128",
            &[
                "--allow-weak-crypto",
                "--encrypt",
                "",
                "owner",
                "128",
                "--use-aes=y",
                "--",
            ],
        ),
        ("aes-256", &["--encrypt", "", "owner", "256", "--"]),
        (
            "aes-256-streams",
            &["--object-streams=generate", "--encrypt", "", "owner", "256", "--"],
        ),
    ] {
        let encrypted = folder.join(format!("{name}.pdf"));
        let done = Command::new("qpdf")
            .args(arguments)
            .args([&plain, &encrypted])
            .status()
            .unwrap();
        assert!(done.success(), "{name}");
        let paper = std::fs::read(&encrypted).unwrap();
        let document = open(&paper);
        assert!(document.encryption().is_some());
        let mut filling = FormFilling::new(&document).unwrap();
        filling.fill("name", &text("Taro")).unwrap();
        let draft = filling.sign_in("sign", NONE).unwrap();
        let (key, signer) = world.signer(now - days(10), 3);
        let details = SignatureDetails {
            reason: Some("合意".to_owned()),
            ..Default::default()
        };
        let prepared = draft
            .with_details(details)
            .prepare(&signer, now, world.seed())
            .unwrap();
        let value = key.sign(prepared.to_be_signed()).unwrap();
        let signed = prepared.embed(&value).unwrap();
        let token = world.token(&tsa, DigestAlgorithm::Sha256, &signed.time_stamp_imprint(), now);
        let file = appended(&paper, &signed.embed_token(&token).unwrap().into_revision());
        assert_eq!(
            value_of(&open(&file), "name"),
            PdfString::from_text("Taro").into()
        );
        let later = now + days(1);
        let needs = world.needs(&file, &world.lists(later, &[]), later);
        let file = world.archive(&file, &needs.material, &tsa, later);
        let trust = world.trust(now);
        let report = judge(&open(&file), &trust, later + days(1)).unwrap();
        assert!(report.stands_for_whole_document(), "{name} {report:#?}");
        assert_eq!(report.signatures[0].facts.reason.as_deref(), Some("合意"));
        let expected = json!({
            "pyhanko": { "default": [
                { "accepted": true, "modification_level": "LTA_UPDATES" }, { "accepted": true, "coverage": "ENTIRE_FILE" },
            ] },
            "qpdf": { "clean": true },
        });
        cases::write(
            &world,
            &format!("encrypted-{name}"),
            &file,
            later + days(1),
            expected,
        );
    }
}

/// Signs in the file's own field.
fn sign_in_place(
    world: &World,
    paper: &[u8],
    prepare: impl for<'d, 'f> FnOnce(SignatureDraft<'d, &'f [u8]>) -> SignatureDraft<'d, &'f [u8]>,
) -> Vec<u8> {
    let now = at("2026-11-20T01:23:45Z");
    let document = open(paper);
    let draft = prepare(SignatureDraft::in_existing_field(&document, "sign", NONE).unwrap());
    let (key, signer) = world.signer(now - days(10), 3);
    let prepared = draft.prepare(&signer, now, world.seed()).unwrap();
    let value = key.sign(prepared.to_be_signed()).unwrap();
    appended(paper, &prepared.embed(&value).unwrap().into_revision())
}

#[test]
fn locks_and_certifications_are_made_and_respected() {
    let world = World::new();
    let now = at("2026-11-20T01:23:45Z");
    let paper = form("1.7", "", "");
    let lock = |action, fields: &[&str]| {
        let fields = fields.iter().map(|name| (*name).to_owned()).collect();
        let lock = FieldLock { action, fields };
        sign_in_place(&world, &paper, |draft| draft.with_lock(lock).unwrap())
    };
    let certified = |permission| sign_in_place(&world, &paper, |draft| draft.certify(permission).unwrap());
    let cases = [
        ("lock-all", lock(LockAction::All, &[]), false, false),
        ("lock-include", lock(LockAction::Include, &["name"]), false, true),
        ("lock-exclude", lock(LockAction::Exclude, &["name"]), true, false),
        (
            "certified-1",
            certified(CertificationPermission::NoChanges),
            false,
            false,
        ),
        (
            "certified-2",
            certified(CertificationPermission::FillForms),
            true,
            true,
        ),
        (
            "certified-3",
            certified(CertificationPermission::Annotate),
            true,
            true,
        ),
    ];
    for (name, signed, takes_name, takes_zip) in cases {
        let document = open(&signed);
        let try_fill = |field: &str, value: &str| -> Result<FormFilling<'_, &[u8]>, FillFormError> {
            let mut filling = FormFilling::new(&document)?;
            filling.fill(field, &text(value))?;
            Ok(filling)
        };
        for (field, is_taken) in [("name", takes_name), ("zip", takes_zip)] {
            match try_fill(field, "1") {
                Ok(filling) => {
                    assert!(is_taken, "{name} {field}");
                    let revision = filling.write(HashState::START, world.seed()).unwrap().unwrap();
                    let filled = appended(&signed, &revision);
                    let report = judge(&open(&filled), &world.trust(now), now + days(1)).unwrap();
                    assert!(
                        report.signatures[0].later.is_permitted(),
                        "{name} {field} {report:#?}"
                    );
                    let accepted = json!({ "accepted": true, "coverage": "ENTIRE_REVISION",
                        "modification_level": "FORM_FILLING" });
                    // By default pyHanko takes appearances that are older than the signed revision for changed, and
                    // here one belongs to a locked field, `fixed` (ADR 3).
                    let by_default = if name == "lock-exclude" {
                        json!({ "accepted": false, "intact": true, "trusted": true,
                            "problem": "Update of Reference(idnum=17, generation=0) is not allowed because the form \
                                field fixed is locked." })
                    } else {
                        accepted.clone()
                    };
                    let expected = json!({
                        "pyhanko": { "lenient": [accepted], "default": [by_default] },
                        "qpdf": { "clean": true },
                    });
                    cases::write(
                        &world,
                        &format!("{name}-{field}"),
                        &filled,
                        now + days(1),
                        expected,
                    );
                }
                Err(FillFormError::Locked(_)) => {
                    assert!(!is_taken && name.starts_with("lock"), "{name} {field}");
                }
                Err(FillFormError::NotAllowed) => assert_eq!(name, "certified-1"),
                Err(error) => panic!("{name} {field}: {error}"),
            }
        }
    }
}
