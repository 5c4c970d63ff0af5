//! The honest contract, before every judge.

use akashi_pades::{
    ActError, BaselineLevel, CertificationPermission, EmbedError, HashState, NewField, Permission, Prepared,
    Refusal, SentError, SignatureDraft, Value as FieldInput, examine,
};
use akashi_pki::Signer;
use akashi_typeset::demo;
use akashi_validation::{ChangeLevel, Coverage, Integrity, RevocationVerdict, Trust, judge};
use akashi_validation::{Indication, PathVerdict};
use serde_json::{Value, json};

use crate::contract::{PARTIES, act, conclude, is_drawn, names, send, sign};
use crate::world::{World, appended, judged_at, now, open};
use crate::{cases, original};

pub(crate) fn accepted(coverage: &str, level: &str) -> Value {
    json!({ "accepted": true, "intact": true, "valid": true, "trusted": true, "timestamp_ok": true,
        "coverage": coverage, "modification_level": level })
}

/// What all judges say of a contract with three good signatures.
pub(crate) fn three_good_signatures() -> Value {
    let filled = accepted("ENTIRE_REVISION", "FORM_FILLING");
    let signatures = json!([filled, filled, accepted("ENTIRE_FILE", "NONE")]);
    json!({
        "pyhanko": { "lenient": signatures, "default": signatures },
        "pdfsig": [
            { "valid": true, "whole_file": false }, { "valid": true, "whole_file": false },
            { "valid": true, "whole_file": true },
        ],
        "qpdf": { "clean": true },
    })
}

#[test]
fn every_judge_accepts_three_parties_in_two_stages() {
    let world = World::new();
    let file = conclude(&world, &original(&world));
    assert!(is_drawn(&file));
    let report = judge(&open(&file), &Trust::in_roots([&world.root]), judged_at()).unwrap();
    assert!(report.stands_for_whole_document(), "{report:#?}");
    assert_eq!((report.revisions, report.signatures.len()), (5, 3));
    for (index, signature) in report.signatures.iter().enumerate() {
        assert_eq!(signature.facts.field_name, PARTIES[index]);
        assert_eq!(signature.indication, Indication::TotalPassed);
        assert_eq!(signature.integrity, Integrity::Intact);
        assert!(signature.is_time_stamped());
        assert_eq!(
            signature.control_time,
            jiff::Timestamp::from_second(now().as_second()).unwrap()
        );
        assert_eq!(signature.facts.claimed_time, Some(now()));
        assert_eq!(signature.facts.locks[0].fields, names(index));
        assert_eq!(
            signature.signer.as_ref().unwrap().common_name,
            Some(format!("署名者 {}", index + 1))
        );
        // Nobody gave revocation lists, so the report must not claim that they were looked at.
        assert!(matches!(
            signature.path,
            PathVerdict::Trusted {
                revocation: RevocationVerdict::Good,
                ..
            }
        ));
        let is_last = index == 2;
        let expected = if is_last {
            Coverage::WholeFile
        } else {
            Coverage::WholeRevision { revision: index + 2 }
        };
        assert_eq!(signature.coverage, expected);
        let level = if is_last {
            ChangeLevel::None
        } else {
            ChangeLevel::FormFilling
        };
        assert_eq!(signature.later.level, level);
    }
    // The third party left date and seal empty: nothing that anybody sees has changed there.
    assert_eq!(report.signatures[1].later.changed_fields, ["pty_3", "pty_3_text"]);
    cases::write(&world, "three-parties", &file, three_good_signatures());
}

#[test]
fn an_untrusted_root_is_not_believed() {
    let world = World::new();
    let file = conclude(&world, &original(&world));
    let stranger = World::new();
    let report = judge(&open(&file), &Trust::in_roots([&stranger.root]), judged_at()).unwrap();
    assert!(!report.stands_for_whole_document());
    assert!(
        report
            .signatures
            .iter()
            .all(|signature| signature.indication == Indication::Indeterminate)
    );
    assert!(
        report
            .signatures
            .iter()
            .all(|signature| signature.is_intact() && !signature.is_time_stamped())
    );
}

#[test]
fn a_certified_contract_takes_signatures_in_its_empty_fields_only() {
    let world = World::new();
    let sent = send(&world, &original(&world));
    let certify = |permission| {
        let document = open(&sent);
        let field = NewField::<Vec<u8>> {
            name: "Seal",
            label: "封印",
            appearance: None,
        };
        let draft = SignatureDraft::new(&document, &field)
            .unwrap()
            .certify(permission)
            .unwrap();
        appended(&sent, &world.finish(draft, "株式会社みなと", "pty-seal"))
    };
    let closed = certify(CertificationPermission::NoChanges);
    let refusal = Permission::Refused {
        reason: Refusal::CertifiedAgainstChanges,
    };
    assert_eq!(examine(&open(&closed)).unwrap().permission, refusal);

    let certified = certify(CertificationPermission::FillForms);
    let allowed = Permission::ExistingFieldsOnly {
        names: PARTIES.map(str::to_owned).into(),
    };
    assert_eq!(examine(&open(&certified)).unwrap().permission, allowed);
    let document = open(&certified);
    let new_field = NewField::<Vec<u8>> {
        name: "New",
        label: "",
        appearance: None,
    };
    assert!(matches!(
        SignatureDraft::new(&document, &new_field),
        Err(akashi_pades::PrepareError::NewFieldNotAllowed)
    ));
    let again = SignatureDraft::in_existing_field::<Vec<u8>>(&document, "pty_1", None).unwrap();
    assert!(matches!(
        again.certify(CertificationPermission::FillForms),
        Err(akashi_pades::PrepareError::NotFirst)
    ));
    let draft = SignatureDraft::in_existing_field(&document, "pty_1", Some(world.kit.drawing(0, 3))).unwrap();
    let signed = appended(&certified, &world.finish(draft, "署名者 1", "pty-1"));
    let report = judge(&open(&signed), &Trust::in_roots([&world.root]), judged_at()).unwrap();
    assert!(report.stands_for_whole_document(), "{report:#?}");
    assert_eq!(report.signatures[0].facts.certification, Some(2));
    let signatures = json!([
        accepted("ENTIRE_REVISION", "FORM_FILLING"),
        accepted("ENTIRE_FILE", "NONE")
    ]);
    cases::write(
        &world,
        "certified",
        &signed,
        json!({ "pyhanko": { "default": signatures, "lenient": signatures },
            "pdfsig": [{ "valid": true }, { "valid": true }], "qpdf": { "clean": true } }),
    );
    // A visible field that is added all the same is objected to, by pyHanko and by us.
    let forged = crate::rogue::tamper(&world, &signed, |file| {
        let page = file.first_page();
        let field = akashi_pdf::Dictionary::new()
            .with("Type", akashi_pdf::Name::new("Annot"))
            .with("Subtype", akashi_pdf::Name::new("Widget"))
            .with("FT", akashi_pdf::Name::new("Sig"))
            .with("T", akashi_pdf::PdfString::from_text("late"))
            .with("P", page.id)
            .with("Rect", akashi_pdf::Array::from([10, 10, 100, 30]));
        let id = file.update.add(field);
        file.update
            .edit_form(|form| {
                form.edit_array("Fields", |fields| fields.push(id));
            })
            .unwrap();
        file.update
            .edit_array_entry(page.id, "Annots", |annotations| annotations.push(id))
            .unwrap();
    });
    let report = judge(&open(&forged), &Trust::in_roots([&world.root]), judged_at()).unwrap();
    assert!(!report.signatures[0].stands_for_whole_document());
    cases::write(
        &world,
        "certified-then-visible-field",
        &forged,
        json!({ "pyhanko": { "default": [{ "accepted": false }, {}], "lenient": [{ "accepted": false }, {}] } }),
    );
}

#[test]
fn a_prepared_signature_survives_a_restart() {
    let world = World::new();
    let sent = send(&world, &original(&world));
    let names = names(0);
    let document = open(&sent);
    let (key, signer) = world.one_time("署名者 1", "pty-1");
    let prepared = act(&world, 0, &names)
        .draft(&document)
        .unwrap()
        .prepare(&signer, now(), world.seed())
        .unwrap();
    let stored = prepared.to_bytes();
    drop((prepared, document));
    for cut in [0, 10, stored.len() / 2, stored.len() - 1] {
        assert!(Prepared::from_bytes(&stored[..cut]).is_err(), "{cut}");
    }
    let prepared = Prepared::from_bytes(&stored).unwrap();
    assert_eq!(prepared.to_bytes(), stored);
    let value = key.sign(prepared.to_be_signed()).unwrap();
    let stranger = akashi_pki::SigningKey::generate(akashi_pki::KeyAlgorithm::P256).unwrap();
    let wrong = stranger.sign(prepared.to_be_signed()).unwrap();
    assert!(matches!(
        prepared.clone().embed(&wrong),
        Err(EmbedError::WrongValue(_))
    ));
    assert!(matches!(
        prepared.clone().sign(&stranger),
        Err(EmbedError::WrongKey)
    ));
    let at_once = prepared.clone().sign(&key).unwrap();
    let signed = prepared.embed(&value).unwrap();
    assert_eq!(signed.level(), BaselineLevel::B);
    // Signatures by ECDSA differ each time, in at most a few bytes of their length.
    assert!(at_once.cms().len().abs_diff(signed.cms().len()) <= 4);
    let at_once = appended(&sent, &at_once.into_revision());
    let report = judge(&open(&at_once), &Trust::in_roots([&world.root]), judged_at()).unwrap();
    assert_eq!(
        report.signatures[0].integrity,
        akashi_validation::Integrity::Intact
    );
    let other_token = world.token(&[1; 32]);
    assert!(matches!(
        signed.clone().embed_token(&other_token),
        Err(EmbedError::WrongToken)
    ));
    let token = world.token(&signed.time_stamp_imprint());
    let stamped = signed.embed_token(&token).unwrap();
    assert!(matches!(
        stamped.clone().embed_token(&token),
        Err(EmbedError::AlreadyStamped)
    ));
    let file = appended(&sent, &stamped.into_revision());
    let report = judge(&open(&file), &Trust::in_roots([&world.root]), judged_at()).unwrap();
    assert!(report.stands_for_whole_document());
}

#[test]
fn the_hash_is_resumed_at_any_stored_state() {
    let world = World::new();
    let sent = send(&world, &original(&world));
    let document = open(&sent);
    let names = names(0);
    let (_, signer) = world.one_time("署名者 1", "pty-1");
    let prepare = |state| {
        let draft = act(&world, 0, &names)
            .draft(&document)
            .unwrap()
            .resume_hash(state);
        draft
            .prepare(&signer, now(), [9; 32])
            .unwrap()
            .to_be_signed()
            .to_vec()
    };
    let whole = prepare(HashState::START);
    for cut in [64, 4096, sent.len() / 2, sent.len()] {
        let state = akashi_pades::RevisionHash::of(&sent[..cut], HashState::START)
            .unwrap()
            .state;
        assert_eq!(prepare(state), whole, "{cut}");
    }
    let behind = HashState {
        hashed_bytes: 64 * (sent.len() as u64 / 64 + 1),
        ..HashState::START
    };
    let draft = act(&world, 0, &names)
        .draft(&document)
        .unwrap()
        .resume_hash(behind);
    assert!(draft.prepare(&signer, now(), [9; 32]).is_err());
}

#[test]
fn a_reserve_that_is_too_small_is_told_with_the_size_needed() {
    let world = World::new();
    let sent = send(&world, &original(&world));
    let document = open(&sent);
    let field = NewField::<Vec<u8>> {
        name: "Seal",
        label: "",
        appearance: None,
    };
    let (key, signer) = world.one_time("株式会社みなと", "pty-seal");
    let prepare = |reserve| {
        let draft = SignatureDraft::new(&document, &field).unwrap().reserve(reserve);
        let prepared = draft.prepare(&signer, now(), world.seed()).unwrap();
        let value = key.sign(prepared.to_be_signed()).unwrap();
        prepared.embed(&value)
    };
    let Err(EmbedError::ContentsTooSmall {
        needed,
        reserved: 100,
    }) = prepare(100)
    else {
        panic!("it fits")
    };
    // ECDSA values differ by a few bytes.
    let signed = prepare(needed + 8).unwrap();
    let token = world.token(&signed.time_stamp_imprint());
    let Err(EmbedError::ContentsTooSmall { needed, .. }) = signed.embed_token(&token) else {
        panic!("it fits")
    };
    let signed = prepare(needed + 8).unwrap();
    let token = world.token(&signed.time_stamp_imprint());
    assert_eq!(signed.embed_token(&token).unwrap().level(), BaselineLevel::T);
}

#[test]
fn an_act_touches_only_its_own_fields() {
    let world = World::new();
    let sent = send(&world, &original(&world));
    let first = sign(&world, &sent, 0);
    let document = open(&first);
    let own = names(1);
    let foreign = names(0);
    let mut forbidden = act(&world, 1, &own);
    forbidden.values[0].field = &foreign[0];
    assert!(matches!(forbidden.draft(&document), Err(ActError::NotOwn(name)) if name == foreign[0]));
    let mut twice = act(&world, 1, &own);
    twice.values[1].field = &own[0];
    assert!(matches!(twice.draft(&document), Err(ActError::Duplicate(_))));
    let mut wrong = act(&world, 1, &own);
    wrong.values[0].value = FieldInput::Checked(true);
    assert!(matches!(wrong.draft(&document), Err(ActError::WrongKind(_))));
    let mut unknown = act(&world, 1, &own);
    unknown.values[0].field = "nobody";
    assert!(matches!(unknown.draft(&document), Err(ActError::NoSuchField(_))));
    assert!(
        matches!(
            act(&world, 0, &foreign).draft(&document),
            Err(ActError::NoSuchField(_))
        ),
        "signed already"
    );
}

#[test]
fn a_plan_that_the_file_does_not_allow_is_refused_by_name() {
    let world = World::new();
    let original = original(&world);
    let sent = send(&world, &original);
    let signed = sign(&world, &sent, 0);
    let plan = |stamp, name: &'static str, place| akashi_pades::SentPlan {
        stamp,
        signers: vec![akashi_pades::SignerPlan::<Vec<u8>> {
            signature: akashi_pades::SignaturePlace::New {
                name,
                label: "",
                place,
            },
            fields: Vec::new(),
        }],
    };
    let write = |plan: akashi_pades::SentPlan<'_, Vec<u8>>, file: &[u8]| {
        plan.write(&open(file), HashState::START, [1; 32]).map(drop)
    };
    let stamp = akashi_pades::Stamp {
        drawing: world.kit.drawing(0, 0),
        left: 24.0,
        bottom: 14.0,
    };
    assert!(matches!(
        write(plan(Some(stamp), "late", None), &signed),
        Err(SentError::StampNotAllowed)
    ));
    assert!(matches!(
        write(plan(None, "pty_1", None), &sent),
        Err(SentError::NameTaken { .. })
    ));
    assert!(matches!(
        write(plan(None, "a.b", None), &original),
        Err(SentError::BadName { .. })
    ));
    assert!(matches!(
        write(plan(None, "署名", None), &original),
        Err(SentError::BadName { .. })
    ));
    let place = akashi_pades::Placement {
        page: 99,
        x: 1.0,
        y: 1.0,
        width: 10.0,
        height: 10.0,
    };
    assert!(matches!(
        write(plan(None, "late", Some(place)), &original),
        Err(SentError::NoSuchPage { page: 99, .. })
    ));
    let flat = akashi_pades::Placement {
        page: 0,
        width: 0.0,
        ..place
    };
    assert!(matches!(
        write(plan(None, "late", Some(flat)), &original),
        Err(SentError::BadPlace { .. })
    ));
}

#[test]
fn demo_contracts_go_through_as_well() {
    let world = World::new();
    let deal = crate::paper::deal();
    for kind in demo::Kind::ALL {
        let contract = demo::contract(&world.book, kind, &deal).unwrap();
        let file = conclude(&world, &contract.pdf);
        let report = judge(&open(&file), &Trust::in_roots([&world.root]), judged_at()).unwrap();
        assert!(report.stands_for_whole_document(), "{kind:?}: {report:#?}");
        cases::write(
            &world,
            &format!("demo-{kind:?}").to_lowercase(),
            &file,
            three_good_signatures(),
        );
    }
}
