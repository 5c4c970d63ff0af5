//! A contract of three parties in two stages: the first signs alone, the other two in parallel. Each has a text, a
//! date, a check box and two seals.

use akashi_pades::{
    Act, ActValue, Drawing, FieldPlan, FieldPlanKind, HashState, Placement, SentPlan, SignaturePlace, SignerPlan,
    Stamp, TextLines, Value,
};
use akashi_pdf::{Document, Limits};
use akashi_typeset::{
    Appearance, Checked, Content, FontBook, Mark, Seal, Stamp as StampText, StampMode, TextValue, draw_act, draw_stamp,
};

use crate::world::{World, appended, open};

pub const PARTIES: [&str; 3] = ["pty_1", "pty_2", "pty_3"];

/// Drawings of one act: text, date, second seal, signature.
pub struct Drawings {
    document: Document<Vec<u8>>,
}

impl Drawings {
    pub fn new(book: &FontBook, party: usize, amount: &str) -> Self {
        let names = ["髙橋", "𠮷野", "中村"];
        let seal = || Mark::Seal(Seal::round(book, names[party]).unwrap());
        let appearance = |width, height, content| Appearance { width, height, content };
        let act = draw_act(
            book,
            &[
                appearance(120.0, 18.0, Content::Text(TextValue::fitted(amount))),
                appearance(120.0, 18.0, Content::Text(TextValue::fitted("2026年11月20日"))),
                appearance(40.0, 40.0, Content::Seal(seal())),
                appearance(48.0, 48.0, Content::Seal(seal())),
            ],
        )
        .unwrap();
        Self { document: Document::open(act.pdf, &Limits::default()).unwrap() }
    }

    pub fn page(&self, page: usize) -> Drawing<'_, Vec<u8>> {
        Drawing { document: &self.document, page }
    }
}

/// Names of a party's fields: text, date, check box, seal.
pub fn names(party: usize) -> [String; 4] {
    ["text", "date", "check", "seal"].map(|kind| format!("{}_{kind}", PARTIES[party]))
}

/// The sent revision of `original`.
pub fn send(world: &World, original: &[u8]) -> Vec<u8> {
    let book = &world.book;
    let id = "ctr_7dfd3c9a5c5f4be0a1b2".to_owned();
    let url = Some("https://sign.example.jp/v/ctr_7dfd3c9a5c5f4be0a1b2".to_owned());
    let stamp = StampText { contract_id: id, verify_url: url, mode: StampMode::Trial };
    let stamp = Document::open(draw_stamp(book, &stamp, 200.0).unwrap().pdf, &Limits::default()).unwrap();
    let tick = Appearance { width: 14.0, height: 14.0, content: Content::Check(Checked::Yes) };
    let tick = Document::open(draw_act(book, &[tick]).unwrap().pdf, &Limits::default()).unwrap();
    let ticked = || Drawing { document: &tick, page: 0 };

    let names: Vec<[String; 4]> = (0..3).map(names).collect();
    let labels: Vec<String> = (0..3).map(|party| format!("署名者{} 署名", party + 1)).collect();
    let document = open(original);
    let (_, height) = document.pages().unwrap()[0].geometry().displayed_size();
    let signers = (0..3).map(|party| {
        let y = height - 120.0 - 60.0 * party as f64;
        let place = |x, width, height| Placement { page: 0, x, y, width, height };
        let [text, date, check, seal] = &names[party];
        let text_kind = || FieldPlanKind::Text { font_size: Some(10.0), lines: TextLines::Single };
        SignerPlan {
            signature: SignaturePlace::New {
                name: PARTIES[party],
                label: &labels[party],
                place: (party != 2).then(|| place(360.0, 48.0, 48.0)),
            },
            fields: vec![
                FieldPlan { name: text, label: "金額", place: place(40.0, 120.0, 18.0), kind: text_kind() },
                FieldPlan { name: date, label: "日付", place: place(170.0, 120.0, 18.0), kind: text_kind() },
                FieldPlan {
                    name: check,
                    label: "同意",
                    place: place(300.0, 14.0, 14.0),
                    kind: FieldPlanKind::CheckBox { ticked: ticked() },
                },
                FieldPlan { name: seal, label: "割印", place: place(420.0, 40.0, 40.0), kind: FieldPlanKind::Mark },
            ],
        }
    });
    let plan = SentPlan {
        stamp: Some(Stamp { drawing: Drawing { document: &stamp, page: 0 }, left: 24.0, bottom: 14.0 }),
        signers: signers.collect(),
    };
    let sent = plan.write(&document, HashState::START, world.seed()).unwrap().unwrap();
    appended(original, &sent)
}

/// The file with the act of one party.
pub fn sign(world: &World, file: &[u8], party: usize) -> Vec<u8> {
    let drawings = Drawings::new(&world.book, party, "1,100,000円");
    let names = names(party);
    world.act(file, &act(party, &names, &drawings))
}

/// What a party does.
pub fn act<'a>(party: usize, names: &'a [String; 4], drawings: &'a Drawings) -> Act<'a, Vec<u8>> {
    let [text, date, check, seal] = names;
    let value = |field: &'a String, value| ActValue { field, value };
    // The third party leaves its optional fields empty.
    let is_third = party == 2;
    let date_value = Value::Text { text: "2026年11月20日", appearance: drawings.page(1) };
    Act {
        signature_field: PARTIES[party],
        appearance: (!is_third).then(|| drawings.page(3)),
        values: vec![
            value(text, Value::Text { text: "1,100,000円", appearance: drawings.page(0) }),
            value(date, if is_third { Value::Empty } else { date_value }),
            value(check, Value::Checked(!is_third)),
            value(seal, if is_third { Value::Empty } else { Value::Mark(drawings.page(2)) }),
        ],
    }
}

/// The whole contract: sent, and signed by all three.
pub fn conclude(world: &World, original: &[u8]) -> Vec<u8> {
    (0..3).fold(send(world, original), |file, party| sign(world, &file, party))
}
