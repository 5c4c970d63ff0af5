//! The ID stamp.

use akashi_typeset::{FontBook, Stamp, StampError, StampMode, draw_stamp};

use crate::outside;

const ID: &str = "7dfd11d54e0a9b72c3a860f15b2e9d44";

fn stamp(url: Option<&str>, mode: StampMode) -> Stamp {
    Stamp {
        contract_id: ID.to_owned(),
        verify_url: url.map(str::to_owned),
        mode,
    }
}

#[test]
fn it_says_the_id_and_stays_small() {
    let book = FontBook::embedded();
    let drawn = draw_stamp(&book, &stamp(None, StampMode::Genuine), 400.0).unwrap();
    outside::assert_sound(&drawn.pdf);
    assert_eq!(outside::text(&drawn.pdf).trim(), format!("契約ID {ID}"));
    assert!(drawn.height <= 9.0 && drawn.width < 150.0);
}

#[test]
fn a_trial_is_marked() {
    let book = FontBook::embedded();
    let url = Some("https://akashi.minato.example/v/7dfd11d5");
    for url in [None, url] {
        let drawn = draw_stamp(&book, &stamp(url, StampMode::Trial), 400.0).unwrap();
        let text = outside::text(&drawn.pdf);
        assert!(text.contains("試用 TRIAL") && text.contains(ID), "{text}");
        let genuine = draw_stamp(&book, &stamp(url, StampMode::Genuine), 400.0).unwrap();
        assert!(!outside::text(&genuine.pdf).contains("試用"));
    }
}

#[test]
fn the_code_is_drawn_inside_of_the_stamp() {
    let book = FontBook::embedded();
    let url = "https://akashi.minato.example/v/7dfd11d54e0a9b72c3a860f15b2e9d44";
    let drawn = draw_stamp(&book, &stamp(Some(url), StampMode::Genuine), 400.0).unwrap();
    outside::assert_sound(&drawn.pdf);
    assert!((drawn.height - 26.0).abs() < 0.01);
    let ink = outside::painted(&drawn.pdf, 0, 288).ink(128);
    let dark = ink.iter().filter(|(x, _)| *x < 104.0).count();
    assert!(dark > 3_000, "{dark} dark pixels");
}

#[test]
fn it_fits_narrow_pages() {
    let book = FontBook::embedded();
    let drawn = draw_stamp(&book, &stamp(None, StampMode::Genuine), 80.0).unwrap();
    assert!(drawn.width <= 80.5, "{}", drawn.width);
    assert_eq!(outside::text(&drawn.pdf).trim(), format!("契約ID {ID}"));
}

#[test]
fn unusable_input_is_refused() {
    let book = FontBook::embedded();
    let with_id = |id: &str| Stamp {
        contract_id: id.to_owned(),
        ..stamp(None, StampMode::Genuine)
    };
    assert_eq!(
        draw_stamp(&book, &with_id(""), 400.0).map(drop),
        Err(StampError::Id)
    );
    assert_eq!(
        draw_stamp(&book, &with_id(&"a".repeat(101)), 400.0).map(drop),
        Err(StampError::Id)
    );
    assert!(matches!(
        draw_stamp(&book, &with_id("a\u{202E}b"), 400.0),
        Err(StampError::Missing(_))
    ));
    let genuine = stamp(None, StampMode::Genuine);
    for width in [0.0, 59.0, f32::NAN, f32::INFINITY] {
        assert_eq!(
            draw_stamp(&book, &genuine, width).map(drop),
            Err(StampError::Width)
        );
    }
    let long = stamp(Some(&"x".repeat(4_000)), StampMode::Genuine);
    assert_eq!(draw_stamp(&book, &long, 400.0).map(drop), Err(StampError::Url));
}

#[test]
fn the_same_stamp_gives_the_same_bytes() {
    let drawn = |book: &FontBook| {
        draw_stamp(
            book,
            &stamp(Some("https://a.example/v/1"), StampMode::Trial),
            300.0,
        )
    };
    assert_eq!(
        drawn(&FontBook::embedded()).unwrap().pdf,
        drawn(&FontBook::embedded()).unwrap().pdf
    );
}
