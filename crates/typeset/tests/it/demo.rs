//! The contracts of the demo.

use akashi_typeset::FontBook;
use akashi_typeset::demo::{Deal, DemoError, Kind, Representative, SamplePdf, Side, contract};
use jiff::civil::date;

use crate::outside;

fn company(name: &str, address: &str, person: &str) -> Side {
    Side {
        name: name.to_owned(),
        address: address.to_owned(),
        representative: Some(Representative {
            title: "代表取締役".to_owned(),
            name: person.to_owned(),
        }),
    }
}

fn deal(kind: Kind) -> Deal {
    let person = Side {
        name: "葛󠄀城　理恵".to_owned(),
        address: "神奈川県川崎市幸区南加瀬９丁目３番１５号".to_owned(),
        representative: None,
    };
    let second = company(
        "株式会社つばめ運輸",
        "東京都品川区東品川８丁目１番７号",
        "森下　航",
    );
    Deal {
        first: company(
            "株式会社みなと製作所",
            "神奈川県横浜市中区海岸通９丁目４番２号",
            "𠮷野　咲",
        ),
        second: if kind == Kind::WorkingConditions {
            person
        } else {
            second
        },
        number: "KY-2026-0412".to_owned(),
        date: date(2026, 11, 25),
        starts: date(2026, 12, 1),
        ends: date(2027, 11, 30),
        subject: "物流業務".to_owned(),
        net_yen: 4_860_000,
    }
}

pub(crate) fn draw(kind: Kind) -> SamplePdf {
    contract(&FontBook::embedded(), kind, &deal(kind)).unwrap()
}

#[test]
fn all_kinds_are_sound_and_complete() {
    for kind in Kind::ALL {
        let drawn = draw(kind);
        outside::assert_sound(&drawn.pdf);
        let text = outside::joined(&drawn.pdf);
        assert!(text.contains(drawn.title.as_str()));
        assert!(text.contains("株式会社みなと製作所"), "{kind:?}");
        assert!(
            !text.contains('{') && !text.contains('@'),
            "a placeholder is left in {kind:?}"
        );
        let pages = outside::text(&drawn.pdf).matches('\u{c}').count();
        assert_eq!(pages, drawn.pages, "{kind:?}");
        assert!(outside::text(&drawn.pdf).contains(&format!("{pages} / {pages}")));
    }
}

#[test]
fn text_of_the_service_agreement() {
    insta::assert_snapshot!(outside::text(&draw(Kind::ServiceAgreement).pdf).replace('\u{c}', "----\n"));
}

#[test]
fn text_of_the_working_conditions() {
    insta::assert_snapshot!(outside::text(&draw(Kind::WorkingConditions).pdf).replace('\u{c}', "----\n"));
}

#[test]
fn anchors_are_as_listed() {
    let listed: Vec<String> = Kind::ALL
        .into_iter()
        .flat_map(|kind| {
            draw(kind).anchors.into_iter().map(move |a| {
                let (x, y) = (a.x.round(), a.y.round());
                format!(
                    "{kind:?} p{} {} {x},{y} {}x{}",
                    a.page + 1,
                    a.label,
                    a.width,
                    a.height
                )
            })
        })
        .collect();
    insta::assert_snapshot!(listed.join("\n"));
}

#[test]
fn anchors_are_free_of_ink_and_inside_of_the_page() {
    for kind in Kind::ALL {
        let drawn = draw(kind);
        for anchor in &drawn.anchors {
            assert!(anchor.page < drawn.pages);
            assert!(anchor.x > 0.0 && anchor.x + anchor.width < 595.0, "{anchor:?}");
            assert!(anchor.y > 0.0 && anchor.y + anchor.height < 842.0, "{anchor:?}");
            let free = |(x, y): (f32, f32)| {
                x < anchor.x + 2.0
                    || x > anchor.x + anchor.width - 2.0
                    || y < anchor.y + 2.0
                    || y > anchor.y + anchor.height - 2.0
            };
            let painted = outside::painted(&drawn.pdf, anchor.page, 72);
            let dark = painted.ink(90).into_iter().filter(|at| !free(*at)).count();
            assert_eq!(dark, 0, "{kind:?} {anchor:?}");
        }
    }
}

#[test]
fn amounts_add_up() {
    let text = outside::joined(&draw(Kind::PurchaseOrder).pdf);
    for amount in ["2,916,000", "1,458,000", "486,000", "4,860,000", "5,346,000"] {
        assert!(text.contains(amount), "{amount}");
    }
}

#[test]
fn the_same_deal_gives_the_same_bytes() {
    for kind in Kind::ALL {
        assert_eq!(draw(kind).pdf, draw(kind).pdf);
    }
}

#[test]
fn unusable_deals_are_refused() {
    let book = FontBook::embedded();
    let mut long = deal(Kind::Nda);
    long.subject = "あ".repeat(67);
    assert_eq!(
        contract(&book, Kind::Nda, &long).map(drop),
        Err(DemoError::TooLong)
    );
    let mut rich = deal(Kind::Nda);
    rich.net_yen = u64::MAX;
    assert_eq!(
        contract(&book, Kind::Nda, &rich).map(drop),
        Err(DemoError::TooLong)
    );
    let mut emoji = deal(Kind::Nda);
    emoji.first.name = "株式会社😀".to_owned();
    assert!(matches!(contract(&book, Kind::Nda, &emoji), Err(DemoError::Missing(found)) if found.len() == 1));
}
