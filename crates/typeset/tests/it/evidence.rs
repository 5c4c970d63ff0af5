//! The evidence sheet.

use akashi_typeset::evidence::{
    ClockCheck, EvidenceSheet, HistoryRow, RevisionEvidence, SheetMode, SignerEvidence, TimeSource,
};
use akashi_typeset::{EvidenceError, FontBook, Language, Mark, Seal, evidence_sheet};

use crate::outside;

fn sample(book: &FontBook) -> EvidenceSheet {
    let mut sheet = EvidenceSheet::sample();
    let seal = Seal::double_ring(book, "株式会社つばめ運輸", "代表者印").unwrap();
    sheet.signers[0].mark = Some(Mark::Seal(seal));
    sheet
}

#[test]
fn japanese_sheet() {
    let book = FontBook::embedded();
    let pdf = evidence_sheet(&book, &sample(&book), Language::Japanese).unwrap();
    outside::assert_sound(&pdf);
    insta::assert_snapshot!(outside::text(&pdf).replace('\u{c}', "----\n"));
}

#[test]
fn english_sheet() {
    let book = FontBook::embedded();
    let pdf = evidence_sheet(&book, &sample(&book), Language::English).unwrap();
    outside::assert_sound(&pdf);
    insta::assert_snapshot!(outside::text(&pdf).replace('\u{c}', "----\n"));
}

#[test]
fn json_is_attached_and_says_the_same() {
    let book = FontBook::embedded();
    let sheet = sample(&book);
    let json = sheet.to_json().unwrap();
    insta::assert_snapshot!(std::str::from_utf8(&json).unwrap());
    let pdf = evidence_sheet(&book, &sheet, Language::Japanese).unwrap();
    assert_eq!(outside::attachment(&pdf, "evidence.json"), json);
    let value: serde_json::Value = serde_json::from_slice(&json).unwrap();
    let text = outside::joined(&pdf);
    for signer in value["signers"].as_array().unwrap() {
        for digest in ["shown_sha256", "signed_sha256"] {
            let digest = signer["revisions"][0][digest].as_str().unwrap();
            assert_eq!(digest.len(), 64);
            assert!(text.contains(digest), "{digest}");
        }
        assert!(text.contains(signer["ip"].as_str().unwrap()));
        assert!(signer["signed_at"].as_str().unwrap().ends_with("+09:00"));
    }
    for row in value["history"].as_array().unwrap() {
        assert!(text.contains(row["event_id"].as_str().unwrap()));
    }
}

#[test]
fn it_is_a_tagged_pdf_a_3b_without_a_form() {
    let book = FontBook::embedded();
    let pdf = evidence_sheet(&book, &sample(&book), Language::Japanese).unwrap();
    let metadata = String::from_utf8_lossy(&pdf);
    assert!(metadata.contains("<pdfaid:part>3</pdfaid:part>"));
    assert!(metadata.contains("<pdfaid:conformance>B</pdfaid:conformance>"));
    let objects = outside::objects(&pdf).to_string();
    for expected in [
        "/StructTreeRoot",
        "/MarkInfo",
        "/OutputIntents",
        "/TH",
        "/TD",
        "/Figure",
        "/AFRelationship",
    ] {
        assert!(objects.contains(expected), "{expected}");
    }
    for forbidden in ["/AcroForm", "/Annots", "/Encrypt", "/JavaScript"] {
        assert!(!objects.contains(forbidden), "{forbidden}");
    }
}

#[test]
fn dates_are_kept_apart() {
    let book = FontBook::embedded();
    let mut sheet = sample(&book);
    let text = outside::joined(&evidence_sheet(&book, &sheet, Language::Japanese).unwrap());
    assert!(text.contains("契約日2026年(令和8年)12月1日(当事者が定めた日)"));
    assert!(text.contains("締結日時2026年11月25日13時03分12秒(日本標準時+09:00)"));
    sheet.agreed_on = None;
    let text = outside::joined(&evidence_sheet(&book, &sheet, Language::Japanese).unwrap());
    assert!(text.contains("この契約には登録されていません"));
}

#[test]
fn a_trial_says_so_on_every_page() {
    let book = FontBook::embedded();
    let mut sheet = sample(&book);
    sheet.mode = SheetMode::Trial;
    sheet.time_source = TimeSource::Local {
        name: "DEMO TSA".to_owned(),
        clock: ClockCheck::MachineOnly,
    };
    let pdf = evidence_sheet(&book, &sheet, Language::Japanese).unwrap();
    let pages: Vec<String> = outside::text(&pdf).split('\u{c}').map(str::to_owned).collect();
    assert!(pages.len() > 2);
    for page in pages.iter().filter(|page| !page.is_empty()) {
        assert!(page.contains("試用"), "{page}");
    }
    assert!(outside::joined(&pdf).contains("時刻は本機の時計による"));
}

#[test]
fn long_histories_go_over_pages_under_a_repeated_head() {
    let book = FontBook::embedded();
    let mut sheet = sample(&book);
    let row = sheet.history[0].clone();
    sheet.history = (0..400)
        .map(|number| HistoryRow {
            event_id: format!("evt_{number:06}"),
            what: format!("できごと{number}"),
            ..row.clone()
        })
        .collect();
    let pdf = evidence_sheet(&book, &sheet, Language::Japanese).unwrap();
    outside::assert_sound(&pdf);
    let text = outside::text(&pdf);
    let pages: Vec<&str> = text.split('\u{c}').filter(|page| page.contains("evt_")).collect();
    assert!(pages.len() > 10);
    for page in &pages {
        assert_eq!(page.matches("できごととイベントID").count(), 1, "{page}");
    }
    for number in 0..400 {
        assert_eq!(text.matches(&format!("evt_{number:06}")).count(), 1);
    }
    let total = text.split('\u{c}').filter(|page| !page.trim().is_empty()).count();
    assert!(text.contains(&format!("{total} / {total}")));
}

#[test]
fn a_row_longer_than_a_page_is_cut_without_loss() {
    let book = FontBook::embedded();
    let mut sheet = sample(&book);
    let parts: Vec<String> = (0..3_000).map(|number| format!("条{number}、")).collect();
    let long = parts.concat();
    sheet.title.clone_from(&long);
    let pdf = evidence_sheet(&book, &sheet, Language::Japanese).unwrap();
    outside::assert_sound(&pdf);
    // Page feet stand between the parts: compare the numbers only.
    let text = outside::joined(&pdf);
    for number in [0, 1, 500, 1_234, 2_999] {
        assert!(text.contains(&format!("条{number}、")), "{number}");
    }
}

#[test]
fn several_documents_are_named_with_their_revisions() {
    let book = FontBook::embedded();
    let mut sheet = sample(&book);
    let revision = |name: &str, seed: u8| RevisionEvidence {
        document: name.to_owned(),
        shown_sha256: [seed; 32],
        signed_sha256: [seed + 1; 32],
    };
    sheet.signers[1].revisions = vec![revision("覚書.pdf", 0x40), revision("仕様書.pdf", 0x50)];
    let text = outside::joined(&evidence_sheet(&book, &sheet, Language::Japanese).unwrap());
    assert!(text.contains("覚書.pdf") && text.contains("仕様書.pdf"));
    assert!(text.contains(&"51".repeat(32)));
}

#[test]
fn a_character_without_glyph_is_shown_as_its_code() {
    let book = FontBook::embedded();
    let mut sheet = sample(&book);
    sheet.documents[0].name = "契約😀書\u{202E}fdp.exe".to_owned();
    let text = outside::joined(&evidence_sheet(&book, &sheet, Language::Japanese).unwrap());
    assert!(text.contains("契約[U+1F600]書[U+202E]fdp.exe"));
}

#[test]
fn the_same_sheet_gives_the_same_bytes() {
    let (first, second) = (FontBook::embedded(), FontBook::embedded());
    let drawn = evidence_sheet(&first, &sample(&first), Language::Japanese).unwrap();
    assert_eq!(
        drawn,
        evidence_sheet(&second, &sample(&second), Language::Japanese).unwrap()
    );
}

#[test]
fn too_much_is_refused() {
    let book = FontBook::embedded();
    let too_much = |change: fn(&mut EvidenceSheet)| {
        let mut sheet = EvidenceSheet::sample();
        change(&mut sheet);
        evidence_sheet(&book, &sheet, Language::Japanese).map(drop)
    };
    let signers = |sheet: &mut EvidenceSheet| {
        let signer: SignerEvidence = sheet.signers[0].clone();
        sheet.signers = vec![signer; 201];
    };
    assert_eq!(too_much(signers), Err(EvidenceError::TooMuch));
    assert_eq!(
        too_much(|sheet| sheet.title = "a".repeat(100_001)),
        Err(EvidenceError::TooMuch)
    );
    assert_eq!(
        too_much(|sheet| sheet.signers[0].name = "a".repeat(1_501)),
        Err(EvidenceError::TooMuch)
    );
    assert_eq!(
        too_much(|sheet| sheet.verify_url = Some("a".repeat(3_000))),
        Err(EvidenceError::Url)
    );
}
