//! Forgeries: after all have signed, and by a later party while it signs. Each must fail before pyHanko, under both
//! policies, and before our own judge.

use akashi_pades::HashState;
use akashi_pdf::{Array, Dictionary, Name, PdfString};
use akashi_validation::{
    ChangeKind, FindingReason, Indication, PermittedAct, ShownRevision, StageViolation, Trust, judge,
    prove_same_stage,
};
use serde_json::{Value, json};

use crate::contract::{PARTIES, conclude, names, send, sign};
use crate::rogue::{Tampering, tamper, tamper_while_signing};
use crate::world::{World, judged_at, open};
use crate::{cases, original};

type Forgery = (&'static str, fn(&mut Tampering<'_>), ChangeKind);

/// What is forged, always at the expense of the first party.
#[expect(clippy::too_many_lines, reason = "a list of forgeries")]
fn forgeries() -> Vec<Forgery> {
    vec![
        (
            "amount",
            |file| {
                file.edit("pty_1_text", |field| {
                    field.set("V", PdfString::from_text("9,900,000円"));
                });
            },
            ChangeKind::FieldValue,
        ),
        (
            "appearance",
            |file| {
                let painting = file.painting(b"0 0 120 18 re f");
                file.edit("pty_1_text", |field| {
                    field.set("AP", Dictionary::new().with("N", painting));
                });
            },
            ChangeKind::FieldAppearance,
        ),
        (
            "appearance-in-place",
            |file| {
                let field = file.field("pty_1_text");
                let appearances = file
                    .update
                    .document()
                    .get_dictionary(&field.dictionary, "AP")
                    .unwrap()
                    .unwrap();
                let stream = appearances.reference("N").unwrap();
                let dictionary = file.update.document().dictionary(stream).unwrap().unwrap();
                let mut dictionary = dictionary;
                dictionary.remove("Filter");
                file.update
                    .put_stream(stream, dictionary, b"0 0 120 18 re f".to_vec());
            },
            ChangeKind::FieldAppearance,
        ),
        (
            "seal",
            |file| {
                let painting = file.painting(b"0 0 40 40 re f");
                file.edit("pty_1_seal", |field| {
                    field.set("AP", Dictionary::new().with("N", painting));
                });
            },
            ChangeKind::FieldAppearance,
        ),
        (
            "tick",
            |file| {
                file.edit("pty_1_check", |field| {
                    field.set("V", Name::new("Off"));
                    field.set("AS", Name::new("Off"));
                });
            },
            ChangeKind::FieldValue,
        ),
        (
            "hidden",
            |file| file.edit("pty_1_text", |field| field.set("F", 2)),
            ChangeKind::FieldAppearance,
        ),
        (
            "moved",
            |file| {
                file.edit("pty_1_text", |field| {
                    field.set("Rect", Array::from([0, 0, 120, 18]));
                });
            },
            ChangeKind::FieldRedefined,
        ),
        (
            "caption",
            |file| {
                file.edit("pty_1_seal", |field| {
                    field.set("MK", Dictionary::new().with("CA", PdfString::from_text("無効")));
                });
            },
            ChangeKind::FieldRedefined,
        ),
        (
            "signature-appearance",
            |file| {
                let painting = file.painting(b"0 0 48 48 re f");
                file.edit("pty_1", |field| {
                    field.set("AP", Dictionary::new().with("N", painting));
                });
            },
            ChangeKind::SignatureReplaced,
        ),
        (
            "unlocked",
            |file| {
                file.edit("pty_1", |field| {
                    field.remove("Lock");
                });
            },
            ChangeKind::FieldRedefined,
        ),
        (
            "removed-field",
            |file| {
                let id = file.field("pty_1_text").id;
                let keep = |array: &mut Array| array.retain(|item| item.as_reference() != Some(id));
                file.update
                    .edit_form(|form| {
                        form.edit_array("Fields", keep);
                    })
                    .unwrap();
                let page = file.first_page();
                file.update.edit_array_entry(page.id, "Annots", keep).unwrap();
            },
            ChangeKind::FieldRemoved,
        ),
        (
            "added-field",
            |file| {
                let page = file.first_page();
                let field = Dictionary::new()
                    .with("Type", Name::new("Annot"))
                    .with("Subtype", Name::new("Widget"))
                    .with("FT", Name::new("Tx"))
                    .with("T", PdfString::from_text("extra"))
                    .with("V", PdfString::from_text("乙は違約金を支払う"))
                    .with("P", page.id)
                    .with("Rect", Array::from([10, 10, 100, 30]));
                let id = file.update.add(field);
                file.update
                    .edit_form(|form| {
                        form.edit_array("Fields", |fields| fields.push(id));
                    })
                    .unwrap();
                file.update
                    .edit_array_entry(page.id, "Annots", |annotations| annotations.push(id))
                    .unwrap();
            },
            ChangeKind::FieldAdded,
        ),
        (
            "page-content",
            |file| {
                let page = file.first_page();
                file.update
                    .append_page_content(&page, b"0 0 300 300 re f")
                    .unwrap();
            },
            ChangeKind::Page,
        ),
        (
            "page-resources",
            |file| {
                let page = file.first_page();
                let painting = file.painting(b"0 0 120 18 re f");
                file.update.add_page_resource(&page, "XObject", painting).unwrap();
            },
            ChangeKind::Page,
        ),
        (
            "page-rotated",
            |file| {
                let page = file.first_page();
                file.update
                    .edit_dictionary(page.id, |page| page.set("Rotate", 180))
                    .unwrap();
            },
            ChangeKind::Page,
        ),
        (
            "comment",
            |file| {
                let page = file.first_page();
                let comment = Dictionary::new()
                    .with("Type", Name::new("Annot"))
                    .with("Subtype", Name::new("FreeText"))
                    .with("Contents", PdfString::from_text("本契約は無効"))
                    .with("DA", PdfString::new("/Helv 20 Tf 0 g"))
                    .with("Rect", Array::from([10, 10, 300, 60]));
                let id = file.update.add(comment);
                file.update
                    .edit_array_entry(page.id, "Annots", |annotations| annotations.push(id))
                    .unwrap();
            },
            ChangeKind::Annotation,
        ),
        (
            "script",
            |file| {
                let action = Dictionary::new()
                    .with("S", Name::new("JavaScript"))
                    .with("JS", PdfString::from_text("app.alert(1)"));
                let catalog = file.update.document().catalog_id();
                file.update
                    .edit_dictionary(catalog, |catalog| catalog.set("OpenAction", action))
                    .unwrap();
            },
            ChangeKind::Catalog,
        ),
    ]
}

fn not_accepted_first(rest: usize) -> Value {
    let mut signatures = vec![json!({ "accepted": false, "intact": true, "valid": true })];
    signatures.extend((0..rest).map(|_| json!({})));
    json!({ "default": signatures, "lenient": signatures })
}

/// Our judge: the first signature itself holds, but the change is named and the document not believed.
fn assert_not_believed(world: &World, name: &str, forged: &[u8], kind: ChangeKind) {
    let document = open(forged);
    let report = judge(&document, &Trust::in_roots([&world.root]), judged_at()).unwrap();
    assert!(!report.stands_for_whole_document(), "{name}");
    let first = &report.signatures[0];
    assert_eq!(first.facts.field_name, PARTIES[0], "{name}");
    assert_eq!(first.indication, Indication::TotalPassed, "{name}");
    assert!(!first.stands_for_whole_document(), "{name}: {:?}", first.later);
    assert!(
        first
            .later
            .findings
            .iter()
            .any(|finding| finding.change.kind == kind),
        "{name}: {:?}",
        first.later.findings
    );
}

#[test]
fn nothing_can_be_changed_after_all_have_signed() {
    let world = World::new();
    let honest = conclude(&world, &original(&world));
    for (name, change, kind) in forgeries() {
        let forged = tamper(&world, &honest, change);
        assert_not_believed(&world, name, &forged, kind);
        cases::write(
            &world,
            &format!("forged-after-{name}"),
            &forged,
            json!({ "pyhanko": not_accepted_first(2) }),
        );
    }
}

#[test]
fn a_later_party_cannot_change_what_an_earlier_one_signed() {
    let world = World::new();
    let after_first = sign(&world, &send(&world, &original(&world)), 0);
    for (name, change, kind) in forgeries() {
        let forged = tamper_while_signing(&world, &after_first, change);
        assert_not_believed(&world, name, &forged, kind);
        cases::write(
            &world,
            &format!("forged-by-party-{name}"),
            &forged,
            json!({ "pyhanko": not_accepted_first(1) }),
        );
    }
    // The same hand without a forgery is believed, so that the failures above are those of the forgeries.
    let honest = tamper_while_signing(&world, &after_first, |_| {});
    let report = judge(&open(&honest), &Trust::in_roots([&world.root]), judged_at()).unwrap();
    assert!(report.stands_for_whole_document(), "{report:#?}");
    let accepted = json!([{ "accepted": true }, { "accepted": true }]);
    cases::write(
        &world,
        "honest-hand",
        &honest,
        json!({ "pyhanko": { "lenient": accepted, "default": accepted } }),
    );
}

#[test]
fn a_locked_field_is_named_with_the_reason() {
    let world = World::new();
    let after_first = sign(&world, &send(&world, &original(&world)), 0);
    let forged = tamper_while_signing(&world, &after_first, |file| {
        file.edit("pty_1_text", |field| {
            field.set("V", PdfString::from_text("9,900,000円"));
        });
    });
    let report = judge(&open(&forged), &Trust::in_roots([&world.root]), judged_at()).unwrap();
    let later = &report.signatures[0].later;
    assert_eq!(later.findings.len(), 1);
    assert_eq!(later.findings[0].reason, FindingReason::LockedField);
    assert_eq!(later.findings[0].change.field.as_deref(), Some("pty_1_text"));
    assert!(later.changed_fields.contains(&"pty_1_text".to_owned()));
}

fn permitted(parties: &[usize]) -> Vec<PermittedAct> {
    let act = |party: usize| PermittedAct {
        signature_field: PARTIES[party].to_owned(),
        fields: names(party).into(),
    };
    parties.iter().map(|party| act(*party)).collect()
}

fn shown(file: &[u8]) -> ShownRevision {
    let hash = akashi_pades::RevisionHash::of(file, HashState::START).unwrap();
    ShownRevision {
        length: file.len() as u64,
        sha256: hash.sha256,
    }
}

#[test]
fn acts_of_the_same_stage_are_told_from_everything_else() {
    let world = World::new();
    let first = sign(&world, &send(&world, &original(&world)), 0);
    let second = sign(&world, &first, 1);
    let third = sign(&world, &second, 2);
    let shown_to_both = shown(&first);
    // Parallel: the third party was shown the revision that the second one was shown, too.
    assert_eq!(
        prove_same_stage(&open(&first), &shown_to_both, &permitted(&[1, 2])).unwrap(),
        Vec::<String>::new()
    );
    assert_eq!(
        prove_same_stage(&open(&second), &shown_to_both, &permitted(&[1, 2])).unwrap(),
        ["pty_2"]
    );
    assert_eq!(
        prove_same_stage(&open(&third), &shown_to_both, &permitted(&[1, 2])).unwrap(),
        ["pty_2", "pty_3"]
    );

    let violation =
        |file: &[u8], parties: &[usize]| prove_same_stage(&open(file), &shown_to_both, &permitted(parties));
    assert!(
        matches!(violation(&second, &[2]), Err(StageViolation::NotAnAct { .. })),
        "another stage"
    );
    for (name, change, _) in forgeries() {
        let forged = tamper_while_signing(&world, &first, change);
        assert!(
            matches!(violation(&forged, &[1, 2]), Err(StageViolation::NotAnAct { .. })),
            "{name} while signing"
        );
        let forged = tamper(&world, &second, change);
        assert!(
            matches!(violation(&forged, &[1, 2]), Err(StageViolation::NotAnAct { .. })),
            "{name} alone"
        );
    }
    // The third party's fields, which nothing locks yet, are not the second one's to fill.
    let early = tamper_while_signing(&world, &first, |file| {
        file.edit("pty_3_text", |field| field.set("V", PdfString::from_text("1円")));
    });
    assert!(
        matches!(violation(&early, &[1, 2]), Err(StageViolation::NotAnAct { place, .. }) if place == "pty_3_text")
    );
    let stranger = world.sign_plainly(&second, "Stranger");
    assert!(
        matches!(
            violation(&stranger, &[1, 2]),
            Err(StageViolation::NotAnAct { .. })
        ),
        "a signature of a stranger"
    );
    let mut other = first.clone();
    other[100] ^= 1;
    assert!(matches!(
        prove_same_stage(&open(&second), &shown(&other), &permitted(&[1, 2])),
        Err(StageViolation::OtherBytes)
    ));
    let half = ShownRevision {
        length: 100,
        sha256: akashi_pki::DigestAlgorithm::Sha256
            .digest(&first[..100])
            .try_into()
            .unwrap(),
    };
    assert!(matches!(
        prove_same_stage(&open(&second), &half, &permitted(&[1, 2])),
        Err(StageViolation::NoSuchRevision)
    ));
    let trailing = [second.as_slice(), b"%garbage"].concat();
    assert!(matches!(
        violation(&trailing, &[1, 2]),
        Err(StageViolation::NotAnAct { .. })
    ));
}
