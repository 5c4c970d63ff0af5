//! Files of other producers, put through the whole plan.

use std::path::{Path, PathBuf};

use akashi_pades::{
    HashState, NewField, Permission, Placement, Refusal, SentPlan, SignatureDraft, SignaturePlace,
    SignerPlan, examine,
};
use akashi_pdf::{ActiveContentChoice, Document, Limits};
use akashi_validation::{FindingReason, Integrity, Report, Trust, judge};
use serde_json::{Value, json};

use crate::cases;
use crate::contract::conclude;
use crate::honest::{accepted, three_good_signatures};
use crate::world::{World, appended, judged_at, open};

/// The corpus. Named by `AKASHI_CORPUS`, it must be there; without the variable its absence skips the tests, loudly.
#[expect(
    clippy::disallowed_methods,
    reason = "tests get their folders from the environment"
)]
fn corpus() -> Option<PathBuf> {
    if let Some(named) = std::env::var_os("AKASHI_CORPUS") {
        let folder = PathBuf::from(named);
        assert!(
            folder.is_dir(),
            "AKASHI_CORPUS names {}, which is no folder",
            folder.display()
        );
        return Some(folder);
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus");
    if folder.is_dir() {
        return Some(folder);
    }
    println!(
        "SKIPPED: no corpus (AKASHI_CORPUS is not set and {} is not there)",
        folder.display()
    );
    None
}

/// What came of a file.
enum Outcome {
    /// Stamped, filled and signed by all three parties.
    Contract(Vec<u8>),
    /// Signed already: three more signatures in new fields.
    MoreSignatures(Vec<u8>),
    /// Not usable, for this reason.
    Refused(Refusal),
}

fn put_through(world: &World, file: &[u8]) -> Outcome {
    let document = match Document::open(file, &Limits::default()) {
        Ok(document) => document,
        Err(error) => return Outcome::Refused(Refusal::of(&error).unwrap()),
    };
    match examine(&document).unwrap().permission {
        Permission::Refused { reason } => Outcome::Refused(reason),
        Permission::Unsigned => Outcome::Contract(conclude(world, file)),
        Permission::SignatureFieldsOnly => Outcome::MoreSignatures(sign_in_new_fields(world, file)),
        Permission::ExistingFieldsOnly { names } => {
            Outcome::MoreSignatures(sign_existing(world, file, &names))
        }
    }
}

fn sign_existing(world: &World, file: &[u8], names: &[String]) -> Vec<u8> {
    names.iter().fold(file.to_vec(), |file, name| {
        let document = open(&file);
        let draft = SignatureDraft::in_existing_field::<Vec<u8>>(&document, name, None).unwrap();
        appended(&file, &world.finish(draft, "署名者", "pty-1"))
    })
}

/// A visible field and an invisible one in a sent revision, both signed, and a plain signature behind them.
fn sign_in_new_fields(world: &World, file: &[u8]) -> Vec<u8> {
    let place = Placement {
        page: 0,
        x: 20.0,
        y: 20.0,
        width: 48.0,
        height: 48.0,
    };
    let new = |name, place| SignerPlan::<Vec<u8>> {
        signature: SignaturePlace::New {
            name,
            label: "署名",
            place,
        },
        fields: Vec::new(),
    };
    let plan = SentPlan {
        stamp: None,
        signers: vec![new("pty_1", Some(place)), new("pty_2", None)],
    };
    let document = open(file);
    let sent = plan
        .write(&document, HashState::START, world.seed())
        .unwrap()
        .unwrap();
    let sent = appended(file, &sent);
    let signed = ["pty_1", "pty_2"].iter().fold(sent, |file, name| {
        let appearance = (*name == "pty_1").then(|| world.kit.drawing(0, 3));
        let document = open(&file);
        let draft = SignatureDraft::in_existing_field(&document, name, appearance).unwrap();
        appended(&file, &world.finish(draft, "署名者", "pty-1"))
    });
    let document = open(&signed);
    let field = NewField::<Vec<u8>> {
        name: "Seal",
        label: "",
        appearance: None,
    };
    let draft = SignatureDraft::new(&document, &field).unwrap();
    appended(&signed, &world.finish(draft, "株式会社みなと", "pty-seal"))
}

fn report(world: &World, file: &[u8]) -> Report {
    judge(&open(file), &Trust::in_roots([&world.root]), judged_at()).unwrap()
}

/// What pyHanko ships rejects files whose locked fields brought an appearance along (a known strictness); everything
/// else must be accepted under both policies.
fn strict_about_brought_fields() -> Value {
    let mut expected = three_good_signatures();
    expected["pyhanko"]["default"] =
        json!([{ "accepted": false }, { "accepted": false }, { "accepted": true }]);
    expected
}

/// The name of a case, a file of the corpus, and what the judges shall say of the contract.
type Producer = (&'static str, &'static str, fn() -> Value);

#[test]
fn contracts_from_other_producers_are_accepted_by_every_judge() {
    let Some(corpus) = corpus() else { return };
    let world = World::new();
    let plain = three_good_signatures;
    let files: &[Producer] = &[
        ("classic-xref", "pyhanko/inputs/empty-a4.pdf", plain),
        (
            "empty-signature-field",
            "pyhanko/inputs/minimal-with-field.pdf",
            plain,
        ),
        (
            "indirect-annotations",
            "pyhanko/inputs/minimal-one-field-indir-annots.pdf",
            plain,
        ),
        ("xref-stream", "pyhanko/inputs/minimal-xref.pdf", plain),
        ("object-streams", "robust/qpdf__qpdf__object-stream.pdf", plain),
        ("linearised-object-streams", "robust/pdfjs__issue20225.pdf", plain),
        (
            "more-object-streams",
            "robust/qpdf__qpdf__c-object-streams.pdf",
            plain,
        ),
        ("rotated-pages", "robust/pdfjs__rotation.pdf", plain),
        (
            "rotated-text",
            "robust/mkl-pdfbox2__src__test__resources__mkl__testarea__pdfbox2__extract__LineRotationTest.pdf",
            plain,
        ),
        (
            "text-field-group",
            "pyhanko/inputs/minimal-with-textfield-group.pdf",
            plain,
        ),
        (
            "unbalanced-graphics-state",
            "pyhanko/inputs/layout-tests__four-stamps-natural.pdf",
            plain,
        ),
        ("no-media-box", "pyhanko/inputs/no-mediabox.pdf", plain),
        ("tagged", "robust/pdfjs__tagged_stamp.pdf", plain),
        (
            "filled-form",
            "robust/qpdf__qpdf__appearances-1-rotated.pdf",
            strict_about_brought_fields,
        ),
        (
            "filled-form-2",
            "robust/pdfjs__issue16473.pdf",
            strict_about_brought_fields,
        ),
    ];
    for (name, path, expected) in files {
        let file = std::fs::read(corpus.join(path)).unwrap();
        let Outcome::Contract(signed) = put_through(&world, &file) else {
            panic!("{name} is not unsigned")
        };
        let report = report(&world, &signed);
        assert!(report.stands_for_whole_document(), "{name}: {report:#?}");
        cases::write(&world, &format!("producer-{name}"), &signed, expected());
    }
}

#[test]
fn hybrid_files_are_accepted_as_they_are_and_rewritten() {
    let Some(corpus) = corpus() else { return };
    let world = World::new();
    let file = std::fs::read(corpus.join("pyhanko/inputs/minimal-hybrid-xref.pdf")).unwrap();
    assert!(examine(&open(&file)).unwrap().is_hybrid);
    let Outcome::Contract(signed) = put_through(&world, &file) else {
        panic!("it is not unsigned")
    };
    assert!(report(&world, &signed).stands_for_whole_document());
    let mut expected = three_good_signatures();
    expected["hybrid"] = true.into();
    cases::write(&world, "producer-hybrid", &signed, expected);
    // Strict validators refuse hybrid files whatever is signed, so intake rewrites unsigned ones.
    let rewritten = open(&file).rewrite(ActiveContentChoice::Keep, [3; 32]).unwrap();
    assert!(!examine(&open(&rewritten)).unwrap().is_hybrid);
    let Outcome::Contract(signed) = put_through(&world, &rewritten) else {
        panic!("it is not unsigned")
    };
    assert!(report(&world, &signed).stands_for_whole_document());
    cases::write(
        &world,
        "producer-hybrid-rewritten",
        &signed,
        three_good_signatures(),
    );
}

#[test]
fn encrypted_files_with_an_empty_password_are_signed() {
    let Some(corpus) = corpus() else { return };
    let world = World::new();
    for (name, path) in [
        ("encrypted", "robust/qpdf__qpdf__encrypted-positive-P.pdf"),
        (
            "encrypted-hybrid",
            "robust/mkl-pdfbox2__src__test__resources__mkl__testarea__pdfbox2__sign__pdf-test.pdf",
        ),
    ] {
        let file = std::fs::read(corpus.join(path)).unwrap();
        assert!(examine(&open(&file)).unwrap().is_encrypted);
        let Outcome::Contract(signed) = put_through(&world, &file) else {
            panic!("{name} is not unsigned")
        };
        assert!(report(&world, &signed).stands_for_whole_document());
        // pyHanko 0.38 cannot compare locks of encrypted files (a TypeError for any producer), so it is not asked.
        let expected = json!({ "pdfsig": three_good_signatures()["pdfsig"], "qpdf": { "clean": true } });
        cases::write(&world, &format!("producer-{name}"), &signed, expected);
    }
}

/// The signatures that a file brought are unknown to our root; what matters is that ours do not break them.
#[test]
fn signatures_that_a_file_brings_stay_valid() {
    let Some(corpus) = corpus() else { return };
    let world = World::new();
    let foreign = || json!({ "intact": true, "valid": true, "trusted": false, "docmdp_ok": true, "modification_level": "FORM_FILLING" });
    for (name, path, brought) in [
        (
            "signed-twice",
            "pyhanko/inputs/minimal-two-fields-signed-twice.pdf",
            2,
        ),
        (
            "signed-pades",
            "pyhanko/inputs/pades-with-old-style-signing-cert-attr.pdf",
            1,
        ),
        (
            "signed-by-key-identifier",
            "pyhanko/inputs/sig-with-ski-sid.pdf",
            1,
        ),
        (
            "signed-with-extensions",
            "pyhanko/inputs/extensions-direct.pdf",
            2,
        ),
        (
            "signed-by-acrobat",
            "robust/mkl-itext5__src__test__resources__mkl__testarea__itext5__signature__BLANK-signed.pdf",
            1,
        ),
        (
            "signed-without-ltv",
            "robust/mkl-itext5__src__test__resources__mkl__testarea__itext5__signature__sign_without_LTV.pdf",
            1,
        ),
    ] {
        let file = std::fs::read(corpus.join(path)).unwrap();
        let before = report(&world, &file);
        assert_eq!(before.signatures.len(), brought, "{name}");
        let Outcome::MoreSignatures(signed) = put_through(&world, &file) else {
            panic!("{name} is not signed")
        };
        let after = report(&world, &signed);
        assert_eq!(after.signatures.len(), brought + 3, "{name}");
        for (old, new) in before.signatures.iter().zip(&after.signatures) {
            assert_eq!(old.facts.field_name, new.facts.field_name);
            assert_eq!(new.integrity, Integrity::Intact, "{name}");
            assert!(new.later.is_permitted(), "{name}: {:?}", new.later);
        }
        assert!(
            after.signatures[brought..]
                .iter()
                .all(akashi_validation::SignatureReport::stands_for_whole_document)
        );
        let mut signatures = vec![foreign(); brought];
        signatures.extend([
            accepted("ENTIRE_REVISION", "FORM_FILLING"),
            accepted("ENTIRE_REVISION", "FORM_FILLING"),
            accepted("ENTIRE_FILE", "NONE"),
        ]);
        let expected =
            json!({ "pyhanko": { "default": signatures, "lenient": signatures }, "qpdf": { "clean": true } });
        cases::write(&world, &format!("producer-{name}"), &signed, expected);
    }
}

#[test]
fn every_odd_file_is_signed_or_refused_by_name() {
    let Some(corpus) = corpus() else { return };
    let world = World::new();
    let (mut contracts, mut more, mut refused) = (0, 0, 0);
    for folder in ["pyhanko/inputs", "robust"] {
        let mut paths: Vec<PathBuf> = std::fs::read_dir(corpus.join(folder))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .collect();
        paths.retain(|path| path.extension().is_some_and(|extension| extension == "pdf"));
        paths.sort();
        for path in paths {
            let file = std::fs::read(&path).unwrap();
            match put_through(&world, &file) {
                Outcome::Contract(signed) => {
                    let report = report(&world, &signed);
                    assert!(
                        report.stands_for_whole_document(),
                        "{}: {report:#?}",
                        path.display()
                    );
                    contracts += 1;
                }
                Outcome::MoreSignatures(signed) => {
                    let report = report(&world, &signed);
                    for signature in report.signatures.iter().filter(|one| one.path.is_trusted()) {
                        assert!(
                            signature.stands_for_whole_document(),
                            "{}: {signature:#?}",
                            path.display()
                        );
                    }
                    // What came before us may be broken already, but never by us.
                    let ours = report.signatures.iter().filter(|one| !one.path.is_trusted());
                    let locks = ours.flat_map(|one| &one.later.findings);
                    assert!(
                        locks
                            .clone()
                            .all(|finding| finding.reason != FindingReason::LockedField),
                        "{}",
                        path.display()
                    );
                    more += 1;
                }
                Outcome::Refused(reason) => {
                    assert!(!reason.to_string().is_empty());
                    refused += 1;
                }
            }
        }
    }
    println!(
        "odd files: {contracts} contracts concluded, {more} signed files signed further, {refused} refused by name"
    );
    assert!(contracts >= 160 && more >= 18 && refused <= 45);
}
