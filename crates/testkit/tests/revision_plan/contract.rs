//! A contract of three parties in two stages: the first signs alone, the other two in parallel. Each has a text, a
//! date, a check box and two seals, one of which is the widget of its signature. The third party signs invisibly and
//! leaves everything empty that it may.

use akashi_pades::{
    Act, ActValue, Drawing, FieldPlan, FieldPlanKind, HashState, Placement, SentPlan, SignaturePlace,
    SignerPlan, Stamp, TextLines, Value,
};
use akashi_pdf::{Document, Limits, Object};
use akashi_typeset::{
    Appearance, Checked, Content, FontBook, Mark, Seal, Stamp as StampText, StampMode, TextValue, draw_act,
    draw_stamp,
};

use crate::world::{World, appended, open};

pub(crate) const PARTIES: [&str; 3] = ["pty_1", "pty_2", "pty_3"];
pub(crate) const AMOUNT: &str = "1,100,000円";

/// Everything drawn, once for all contracts.
pub(crate) struct Kit {
    stamp: Document<Vec<u8>>,
    tick: Document<Vec<u8>>,
    /// For each party: text, date, second seal, signature.
    acts: Vec<Document<Vec<u8>>>,
}

impl Kit {
    pub(crate) fn new(book: &FontBook) -> Self {
        let open = |pdf: Vec<u8>| Document::open(pdf, &Limits::default()).unwrap();
        let stamp = StampText {
            contract_id: "ctr_7dfd3c9a5c5f4be0a1b2".to_owned(),
            verify_url: Some("https://sign.example.jp/v/ctr_7dfd3c9a5c5f4be0a1b2".to_owned()),
            mode: StampMode::Trial,
        };
        let tick = Appearance {
            width: 14.0,
            height: 14.0,
            content: Content::Check(Checked::Yes),
        };
        let act = |name: &str| {
            let seal = || Content::Seal(Mark::Seal(Seal::round(book, name).unwrap()));
            let text = |text: &str| Content::Text(TextValue::fitted(text));
            let appearance = |width, height, content| Appearance {
                width,
                height,
                content,
            };
            let appearances = [
                appearance(120.0, 18.0, text(AMOUNT)),
                appearance(120.0, 18.0, text("2026年11月20日")),
                appearance(40.0, 40.0, seal()),
                appearance(48.0, 48.0, seal()),
            ];
            open(draw_act(book, &appearances).unwrap().pdf)
        };
        Self {
            stamp: open(draw_stamp(book, &stamp, 200.0).unwrap().pdf),
            tick: open(draw_act(book, &[tick]).unwrap().pdf),
            acts: ["髙橋", "𠮷野", "中村"].map(act).into(),
        }
    }

    pub(crate) fn drawing(&self, party: usize, page: usize) -> Drawing<'_, Vec<u8>> {
        Drawing {
            document: &self.acts[party],
            page,
        }
    }
}

/// Names of a party's fields: text, date, check box, seal.
pub(crate) fn names(party: usize) -> [String; 4] {
    ["text", "date", "check", "seal"].map(|kind| format!("{}_{kind}", PARTIES[party]))
}

/// The sent revision of `original`.
pub(crate) fn send(world: &World, original: &[u8]) -> Vec<u8> {
    let kit = &world.kit;
    let names: Vec<[String; 4]> = (0..3).map(names).collect();
    let labels: Vec<String> = (0..3).map(|party| format!("署名者{} 署名", party + 1)).collect();
    let document = open(original);
    let (width, height) = document.pages().unwrap()[0].geometry().displayed_size();
    let last_line = (height - 240.0).max(0.0);
    let signers = (0..3_u8).map(|party| {
        let y = last_line + 60.0 * f64::from(party);
        let party = usize::from(party);
        let place = |x: f64, width: f64, height: f64| Placement {
            page: 0,
            x,
            y,
            width,
            height,
        };
        let right = (width - 160.0).max(0.0);
        let [text, date, check, seal] = &names[party];
        let text_kind = || FieldPlanKind::Text {
            font_size: Some(10.0),
            lines: TextLines::Single,
        };
        let tick = Drawing {
            document: &kit.tick,
            page: 0,
        };
        SignerPlan {
            signature: SignaturePlace::New {
                name: PARTIES[party],
                label: &labels[party],
                place: (party != 2).then(|| place(right, 48.0, 48.0)),
            },
            fields: vec![
                FieldPlan {
                    name: text,
                    label: "金額",
                    place: place(40.0, 120.0, 18.0),
                    kind: text_kind(),
                },
                FieldPlan {
                    name: date,
                    label: "日付",
                    place: place(170.0, 120.0, 18.0),
                    kind: text_kind(),
                },
                FieldPlan {
                    name: check,
                    label: "同意",
                    place: place(300.0, 14.0, 14.0),
                    kind: FieldPlanKind::CheckBox { ticked: tick },
                },
                FieldPlan {
                    name: seal,
                    label: "割印",
                    place: place(right + 60.0, 40.0, 40.0),
                    kind: FieldPlanKind::Mark,
                },
            ],
        }
    });
    let drawing = Drawing {
        document: &kit.stamp,
        page: 0,
    };
    let plan = SentPlan {
        stamp: Some(Stamp {
            drawing,
            left: 24.0,
            bottom: 14.0,
        }),
        signers: signers.collect(),
    };
    let sent = plan
        .write(&document, HashState::START, world.seed())
        .unwrap()
        .unwrap();
    appended(original, &sent)
}

/// What a party does.
pub(crate) fn act<'a>(world: &'a World, party: usize, names: &'a [String; 4]) -> Act<'a, Vec<u8>> {
    let [text, date, check, seal] = names;
    let value = |field: &'a String, value| ActValue { field, value };
    let drawing = |page| world.kit.drawing(party, page);
    let is_third = party == 2;
    let date_value = Value::Text {
        text: "2026年11月20日",
        appearance: drawing(1),
    };
    Act {
        signature_field: PARTIES[party],
        appearance: (!is_third).then(|| drawing(3)),
        values: vec![
            value(
                text,
                Value::Text {
                    text: AMOUNT,
                    appearance: drawing(0),
                },
            ),
            value(date, if is_third { Value::Empty } else { date_value }),
            value(check, Value::Checked(!is_third)),
            value(
                seal,
                if is_third {
                    Value::Empty
                } else {
                    Value::Mark(drawing(2))
                },
            ),
        ],
    }
}

/// The file with the act of one party.
pub(crate) fn sign(world: &World, file: &[u8], party: usize) -> Vec<u8> {
    let names = names(party);
    let document = open(file);
    let draft = act(world, party, &names).draft(&document).unwrap();
    appended(
        file,
        &world.finish(draft, &format!("署名者 {}", party + 1), "pty-1"),
    )
}

/// The whole contract: sent, and signed by all three.
pub(crate) fn conclude(world: &World, original: &[u8]) -> Vec<u8> {
    (0..3).fold(send(world, original), |file, party| sign(world, &file, party))
}

/// Whether every filled field shows something, and every empty one nothing.
pub(crate) fn is_drawn(file: &[u8]) -> bool {
    let document = open(file);
    let fields = document.form().unwrap().unwrap().fields;
    let shows = |name: &str| {
        let field = fields.iter().find(|field| field.full_name == name).unwrap();
        let appearance = document.get_dictionary(&field.dictionary, "AP").unwrap().unwrap();
        match document.get(&appearance, "N").unwrap() {
            Object::Stream(stream) => !document.stream_data(&stream).unwrap().is_empty(),
            _ => field.dictionary.is_name("AS", "Yes"),
        }
    };
    (0..3).all(|party| {
        let [text, date, check, seal] = names(party);
        let is_filled = party != 2;
        shows(&text)
            && [&date, &check, &seal, PARTIES[party]]
                .iter()
                .all(|name| shows(name) == is_filled)
    })
}
