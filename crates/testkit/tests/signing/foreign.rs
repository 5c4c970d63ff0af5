//! Files that others signed are extended, and files that forbid every change.

use std::path::{Path, PathBuf};

use akashi_pades::{
    CertificationPermission, LongTermDraft, NewField, SecurityStore, SignatureDraft, ValidationMaterial,
    ValidationNeeds,
};
use akashi_pdf::{Document, Limits};
use akashi_pki::{DigestAlgorithm, Signer};
use akashi_validation::{ChangeLevel, judge};
use serde_json::json;

use crate::cases;
use crate::paper::{open, two_pages};
use crate::world::{World, appended, at, days};

/// The corpus. Named by `AKASHI_CORPUS`, it must be there; without the variable its absence skips the test, loudly.
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
    if !folder.is_dir() {
        println!("SKIPPED: no corpus ({} is not there)", folder.display());
    }
    folder.is_dir().then_some(folder)
}

#[test]
fn foreign_signatures_are_extended_without_harm() {
    let Some(corpus) = corpus() else { return };
    let world = World::new();
    let now = at("2026-11-20T01:23:45Z");
    let tsa = world.tsa(at("2026-01-01T00:00:00Z"), 10);
    let trust = world.trust(now);
    let material = world.lists(now, &[]);
    let mut extended = 0;
    for folder in ["pyhanko/signed", "dss/pdf"] {
        let mut paths: Vec<PathBuf> = std::fs::read_dir(corpus.join(folder))
            .unwrap()
            .map(|entry| entry.unwrap().path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "pdf"))
            .collect();
        paths.sort();
        // Every third: judging twice takes its time.
        for path in paths.into_iter().step_by(3) {
            let file = std::fs::read(&path).unwrap();
            if file.len() > 512 << 10 {
                continue;
            }
            let Ok(document) = Document::open(file.as_slice(), &Limits::default()) else {
                continue;
            };
            let Ok(before) = judge(&document, &trust, now) else {
                continue;
            };
            let shown = path.display();
            let needs = ValidationNeeds::of(&document, &world.anchors(), &material, now).unwrap();
            let draft = LongTermDraft::new(&document)
                .with_material(&needs.material)
                .with_material(&material);
            let prepared = match draft.prepare_time_stamp(DigestAlgorithm::Sha256, world.seed()) {
                Ok(prepared) => prepared,
                Err(error) => {
                    println!("{shown}: {error}");
                    continue;
                }
            };
            let token = world.token(&tsa, prepared.algorithm(), prepared.imprint(), now);
            let whole = appended(&file, &prepared.embed_token(&token).unwrap());
            let document = open(&whole);
            let store = SecurityStore::read(&document).unwrap();
            assert!(
                material
                    .revocation_lists
                    .iter()
                    .all(|list| store.material().revocation_lists.contains(list))
            );
            let after = judge(&document, &trust, now).unwrap();
            assert_eq!(after.signatures.len(), before.signatures.len() + 1, "{shown}");
            for (old, new) in before.signatures.iter().zip(&after.signatures) {
                assert_eq!(old.facts.field_name, new.facts.field_name, "{shown}");
                assert_eq!(old.integrity, new.integrity, "{shown}");
            }
            extended += 1;
        }
    }
    assert!(extended > 50, "{extended}");
}

#[test]
fn what_is_certified_against_any_change_still_takes_time_stamps() {
    let world = World::new();
    let now = at("2026-11-20T01:23:45Z");
    let tsa = world.tsa(at("2026-01-01T00:00:00Z"), 10);
    let paper = two_pages();
    let document = open(&paper);
    let field = NewField::<Vec<u8>> {
        name: "Author",
        label: "",
        appearance: None,
    };
    let (key, signer) = world.signer(now - days(10), 3);
    let draft = SignatureDraft::new(&document, &field).unwrap();
    let draft = draft.certify(CertificationPermission::NoChanges).unwrap();
    let prepared = draft.prepare(&signer, now, world.seed()).unwrap();
    let value = key.sign(prepared.to_be_signed()).unwrap();
    let signed = prepared.embed(&value).unwrap();
    let token = world.token(&tsa, DigestAlgorithm::Sha256, &signed.time_stamp_imprint(), now);
    let file = appended(&paper, &signed.embed_token(&token).unwrap().into_revision());

    let later = now + days(1);
    let needs = world.needs(&file, &world.lists(later, &[]), later);
    let archived = world.archive(&file, &needs.material, &tsa, later);
    let renewed = world.archive(&archived, &ValidationMaterial::default(), &tsa, later + days(1));
    let moment = later + days(2);
    let report = judge(&open(&renewed), &world.trust(now), moment).unwrap();
    assert!(report.stands_for_whole_document(), "{report:#?}");
    assert!(
        report
            .signatures
            .iter()
            .all(|signature| signature.later.level <= ChangeLevel::ValidationData)
    );
    let earlier =
        json!({ "accepted": true, "coverage": "ENTIRE_REVISION", "modification_level": "LTA_UPDATES" });
    let expected = json!({
        "pyhanko": { "default": [
            { "accepted": true, "docmdp_ok": true, "coverage": "ENTIRE_REVISION", "modification_level": "LTA_UPDATES" },
            earlier, { "accepted": true, "coverage": "ENTIRE_FILE" },
        ] },
        "qpdf": { "clean": true }, "ltv": [{ "sub_indication": "OK" }],
    });
    cases::write(&world, "certified-against-changes", &renewed, moment, expected);
}
