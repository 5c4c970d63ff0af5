//! No tofu: what the embedded fonts draw, and what they report.

use akashi_typeset::{Appearance, Content, FontBook, TextValue, draw_act};

use crate::outside;

fn missing(text: &str) -> Vec<String> {
    FontBook::embedded()
        .missing_characters(text)
        .iter()
        .map(ToString::to_string)
        .collect()
}

/// All characters of JIS X 0213:2004 but ASCII, spaces, the soft hyphen and combining marks.
const JIS_X_0213: &str = include_str!("jis_x_0213.txt");

#[test]
fn every_character_of_jis_x_0213_is_drawn() {
    let all: String = JIS_X_0213.split_whitespace().collect();
    let kanji = |c: &char| matches!(u32::from(*c), 0x3400..=0x9fff | 0xf900..=0xfaff | 0x20000..=0x2ffff);
    assert_eq!(all.chars().filter(kanji).count(), 10_051);
    assert_eq!(all.chars().count(), 11236);
    assert_eq!(missing(&all), Vec::<String>::new());
}

#[test]
fn names_that_other_services_fail_on() {
    for name in [
        "髙橋 誠",
        "𠮷野 咲",
        "葛󠄀城 理恵",
        "葛󠄁飾 太郎",
        "山﨑",
        "渡邉",
        "渡邊",
        "渡邉󠄂",
        "辻󠄀 正",
        "德永",
        "神田",
        "福山",
        "丈󠄁部",
        "彅 剛",
        "𩸽",
        "鷗外",
        "①②③",
        "㈱",
        "㍿",
        "ゔゞゟヿ",
        "ﾀﾅｶ",
        "Łukasz Šimić",
        "Nguyễn Thị Hương",
        "張偉",
        "张伟",
        "김민준",
        "Ελένη",
        "Иван",
        "राम",
        "O’Neill",
        "〒100-0001",
        "〜～―‐－",
        "￥100,000",
        "℡",
        "≒≦∞",
    ] {
        assert_eq!(missing(name), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn what_cannot_be_drawn_is_named_with_its_code() {
    assert_eq!(missing("山田😀太郎😀"), ["😀 (U+1F600)"]);
    assert_eq!(missing("محمد"), ["م (U+0645)", "ح (U+062D)", "د (U+062F)"]);
    assert_eq!(missing("a\tb\u{7}\n"), ["(U+0009)", "(U+0007)", "(U+000A)"]);
}

#[test]
fn an_unknown_variant_is_not_replaced_by_another_form() {
    // No collection registers a 200th form of 葛.
    assert_eq!(missing("葛\u{E01EF}城"), ["(U+845B U+E01EF)"]);
    // Neither does 山 have a first form, nor may two selectors follow each other.
    assert_eq!(missing("山\u{E0100}\u{E0101}"), ["(U+5C71 U+E0100 U+E0101)"]);
    assert_eq!(missing("\u{E0100}"), ["(U+E0100)"]);
}

#[test]
fn invisible_characters_cannot_hide_in_a_name() {
    for hidden in [
        '\u{200B}',
        '\u{200D}',
        '\u{202E}',
        '\u{2066}',
        '\u{FEFF}',
        '\u{AD}',
        '\u{E0041}',
        '\u{3164}',
    ] {
        let name = format!("山{hidden}田");
        assert_eq!(missing(&name).len(), 1, "U+{:04X}", u32::from(hidden));
    }
}

#[test]
fn private_use_is_reported_even_if_a_font_has_a_glyph() {
    assert_eq!(missing("\u{E000}\u{F8FF}\u{F0000}").len(), 3);
}

#[test]
fn line_ends_are_allowed_where_lines_are() {
    let book = FontBook::embedded();
    assert!(book.missing_in_lines("一行目\r\n二行目\t続き").is_empty());
    assert_eq!(book.missing_in_lines("一行目\n😀").len(), 1);
}

#[test]
fn a_variant_is_drawn_as_its_own_form_and_extracted_with_its_selector() {
    let book = FontBook::embedded();
    let draw = |text: &str| {
        let content = Content::Text(TextValue::fitted(text));
        draw_act(
            &book,
            &[Appearance {
                width: 40.0,
                height: 20.0,
                content,
            }],
        )
        .unwrap()
        .pdf
    };
    let (plain, variant) = (draw("葛"), draw("葛\u{E0100}"));
    assert_ne!(
        outside::painted(&plain, 0, 200),
        outside::painted(&variant, 0, 200)
    );
    assert_eq!(outside::text(&variant).trim(), "葛\u{E0100}\n\u{c}".trim());
    // The form that the fonts draw anyway.
    assert_eq!(
        outside::painted(&plain, 0, 200),
        outside::painted(&draw("葛\u{E0101}"), 0, 200)
    );
}

#[test]
fn decomposed_kana_of_file_names_are_composed() {
    let book = FontBook::embedded();
    let draw = |text: &str| {
        let content = Content::Text(TextValue::fitted(text));
        draw_act(
            &book,
            &[Appearance {
                width: 90.0,
                height: 20.0,
                content,
            }],
        )
        .unwrap()
        .pdf
    };
    let (composed, decomposed) = (draw("ガギグ"), draw("カ\u{3099}キ\u{3099}ク\u{3099}"));
    assert_eq!(
        outside::painted(&composed, 0, 150),
        outside::painted(&decomposed, 0, 150)
    );
}
