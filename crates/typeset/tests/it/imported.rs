//! Our drawings on the pages of a contract, through the incremental update of the `pdf` room: as `pades` will.

use akashi_pdf::{Document, IncrementalUpdate, Limits};
use akashi_typeset::demo::{Anchor, Kind, SamplePdf};
use akashi_typeset::{
    Appearance, Content, FontBook, Mark, Seal, Stamp, StampMode, TextValue, draw_act, draw_stamp,
    evidence_sheet,
};

use crate::{demo, outside};

fn open(bytes: &[u8]) -> Document<&[u8]> {
    Document::open(bytes, &Limits::default()).unwrap()
}

/// Paints page `index` of `drawing` with its upper left corner at the anchor's.
fn paint(
    update: &mut IncrementalUpdate<'_, &[u8]>,
    document: &Document<&[u8]>,
    drawing: &Document<&[u8]>,
    index: usize,
    anchor: &Anchor,
) {
    let page = document.pages().unwrap().remove(anchor.page);
    let form = update.import_page_as_form(drawing, index).unwrap();
    let name = update
        .add_page_resource(&page, "XObject", form)
        .unwrap()
        .to_text();
    let bottom = 841.89 - anchor.y - anchor.height;
    let content = format!("q 1 0 0 1 {} {bottom} cm /{name} Do Q", anchor.x);
    update.append_page_content(&page, content.as_bytes()).unwrap();
}

fn anchor<'a>(contract: &'a SamplePdf, label: &str) -> &'a Anchor {
    contract
        .anchors
        .iter()
        .find(|anchor| anchor.label == label)
        .unwrap()
}

#[test]
fn acts_and_stamp_stand_on_a_contract() {
    let book = FontBook::embedded();
    let contract = demo::draw(Kind::WorkingConditions);
    let (seal, name, check) = (
        anchor(&contract, "甲:印"),
        anchor(&contract, "乙:氏名"),
        anchor(&contract, "乙:確認"),
    );
    let sized = |anchor: &Anchor, content| Appearance {
        width: anchor.width,
        height: anchor.height,
        content,
    };
    let act = draw_act(
        &book,
        &[
            sized(
                seal,
                Content::Seal(Mark::Seal(Seal::square(&book, "株式会社みなと製作所").unwrap())),
            ),
            sized(name, Content::Text(TextValue::fitted("葛󠄀城 理恵"))),
            sized(check, Content::Check(akashi_typeset::Checked::Yes)),
        ],
    )
    .unwrap();
    let stamp = Stamp {
        contract_id: "7dfd11d54e0a9b72c3a860f15b2e9d44".to_owned(),
        verify_url: Some("https://akashi.minato.example/v/7dfd11d5".to_owned()),
        mode: StampMode::Trial,
    };
    let stamp = draw_stamp(&book, &stamp, 400.0).unwrap();

    let document = open(&contract.pdf);
    let mut update = IncrementalUpdate::new(&document);
    let drawing = open(&act.pdf);
    for (index, anchor) in [seal, name, check].into_iter().enumerate() {
        paint(&mut update, &document, &drawing, index, anchor);
    }
    let stamp_drawing = open(&stamp.pdf);
    for page in 0..contract.pages {
        let corner = Anchor {
            label: String::new(),
            page,
            x: 24.0,
            y: 841.89 - 14.0 - stamp.height,
            width: stamp.width,
            height: stamp.height,
        };
        paint(&mut update, &document, &stamp_drawing, 0, &corner);
    }
    let update = update.write([7; 32]).unwrap();
    let whole = [contract.pdf.as_slice(), &update.bytes].concat();

    outside::assert_sound(&whole);
    let pages = outside::text(&whole);
    for page in pages.split('\u{c}').filter(|page| !page.trim().is_empty()) {
        assert!(page.contains("契約ID 7dfd11d54e0a9b72c3a860f15b2e9d44") && page.contains("試用 TRIAL"));
    }
    assert!(pages.contains("葛󠄀城 理恵"));
    let inside = |anchor: &Anchor, before: &[u8]| {
        let ink = outside::painted(before, anchor.page, 72).ink(220);
        let within = |(x, y): &(f32, f32)| {
            (anchor.x..anchor.x + anchor.width).contains(x)
                && (anchor.y..anchor.y + anchor.height).contains(y)
        };
        ink.iter().filter(|at| within(at)).count()
    };
    for anchor in [seal, name, check] {
        let (before, after) = (inside(anchor, &contract.pdf), inside(anchor, &whole));
        assert!(
            after > before + 20,
            "{anchor:?}: {before} dark pixels before, {after} after"
        );
    }
    // For people who want to look at it.
    std::fs::write(
        std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("typeset-acts.pdf"),
        &whole,
    )
    .unwrap();
}

#[test]
fn an_update_can_follow_the_evidence_sheet() {
    let book = FontBook::embedded();
    let sheet = akashi_typeset::EvidenceSheet::sample();
    let pdf = evidence_sheet(&book, &sheet, akashi_typeset::Language::Japanese).unwrap();
    let document = open(&pdf);
    assert!(
        document.form().unwrap().is_none(),
        "the sheet has no form of its own"
    );
    assert_eq!(document.revisions().len(), 1);
    let mut update = IncrementalUpdate::new(&document);
    let page = document.pages().unwrap().remove(0);
    update.append_page_content(&page, b"q Q").unwrap();
    let update = update.write([7; 32]).unwrap();
    let whole = [pdf.as_slice(), &update.bytes].concat();
    outside::assert_sound(&whole);
    assert_eq!(outside::text(&whole), outside::text(&pdf));
}
