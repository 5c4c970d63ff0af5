//! Odd input never panics: it is drawn or refused.

use akashi_typeset::appearance::{FontSize, Lines, TextAlign};
use akashi_typeset::evidence::EvidenceSheet;
use akashi_typeset::{
    Appearance, Content, DrawError, FontBook, Handwriting, InkPoint, Language, Picture, Seal, SignatureBlock,
    TextValue, draw_act, evidence_sheet,
};
use proptest::prelude::*;
use std::sync::LazyLock;

static BOOK: LazyLock<FontBook> = LazyLock::new(FontBook::embedded);

/// Texts as people and attackers type them.
fn odd_text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        4 => "[ -~]{0,12}",
        4 => "[ぁ-んァ-ヶ一-龠、。「」（）ー]{0,12}",
        2 => proptest::char::any().prop_map(String::from),
        1 => prop::sample::select(vec![
            "葛\u{E0100}", "か\u{3099}", "e\u{301}\u{302}\u{303}", "\u{301}", "\u{FE0F}", "👨‍👩‍👧", "שלום", "\u{202E}abc",
            "\u{0}", "\u{1b}[31m", "\r\n", "\t", "\u{2028}", "𠮷", "राम्", "\u{10FFFF}", "\u{FFFE}", "　", "…………", "１２３４５６７８９０",
        ]).prop_map(str::to_owned),
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

fn size() -> impl Strategy<Value = f32> {
    prop_oneof![
        0.0_f32..400.0,
        Just(0.0),
        Just(0.01),
        Just(14_400.0),
        Just(-3.0),
        Just(f32::NAN)
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 120, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn text_is_drawn_or_refused(
        text in odd_text(),
        width in size(),
        height in size(),
        points in prop_oneof![Just(None), (0.0_f32..300.0).prop_map(Some)],
        several: bool,
    ) {
        let value = TextValue {
            text: text.clone(),
            size: points.map_or(FontSize::Fit, FontSize::Points),
            lines: if several { Lines::Several } else { Lines::One },
            align: TextAlign::Center,
        };
        let appearance = Appearance { width, height, content: Content::Text(value) };
        match draw_act(&BOOK, &[appearance]) {
            Ok(act) => prop_assert!(act.pdf.starts_with(b"%PDF-") && BOOK.missing_in_lines(text.trim()).is_empty()),
            Err(DrawError::Missing { characters, .. }) => prop_assert!(!characters.is_empty()),
            Err(DrawError::Size { .. } | DrawError::DoesNotFit { .. }) => {}
            Err(error) => prop_assert!(false, "{error}"),
        }
    }

    #[test]
    fn names_and_blocks_are_drawn_or_refused(name in odd_text(), line in odd_text(), width in size(), height in size()) {
        let block = SignatureBlock {
            mark: Seal::round(&BOOK, &name).ok().map(akashi_typeset::Mark::Seal),
            name: name.clone(),
            signed_at: jiff::Timestamp::UNIX_EPOCH,
            lines: vec![line],
            language: Language::English,
        };
        for content in [Content::Signature(block), Content::TypedName(name)] {
            if let Err(error) = draw_act(&BOOK, &[Appearance { width, height, content }]) {
                prop_assert!(!matches!(error, DrawError::Render(_)), "{error}");
            }
        }
    }

    #[test]
    fn seals_are_drawn_or_refused(name in odd_text(), title in odd_text()) {
        let seals = [Seal::round(&BOOK, &name), Seal::square(&BOOK, &name), Seal::double_ring(&BOOK, &name, &title)];
        for seal in seals.into_iter().flatten() {
            prop_assert!(seal.to_svg().starts_with("<svg"));
            prop_assert!(seal.to_png(32).is_ok());
        }
    }

    #[test]
    fn clusters_cover_what_is_missing(text in odd_text()) {
        // Everything that is reported stands in the text, and a text of drawable parts is drawable.
        for found in BOOK.missing_characters(&text) {
            prop_assert!(text.contains(found.as_str()));
        }
    }

    #[test]
    fn strokes_are_drawn_or_refused(
        strokes in prop::collection::vec(prop::collection::vec((any::<f32>(), -500.0_f32..500.0), 0..8), 0..5)
    ) {
        let strokes: Vec<Vec<InkPoint>> = strokes
            .into_iter()
            .map(|points| points.into_iter().map(|(x, y)| InkPoint { x, y }).collect())
            .collect();
        if let Ok(ink) = Handwriting::new(&strokes) {
            let content = Content::Handwriting(akashi_typeset::Mark::Ink(ink));
            let drawn = draw_act(&BOOK, &[Appearance { width: 100.0, height: 40.0, content }]);
            prop_assert!(drawn.is_ok());
        }
    }

    #[test]
    fn pictures_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..400), at in 0_usize..3_000, bit in 0_u8..8) {
        let _ = Picture::from_png(&bytes);
        let mut flipped = Seal::round(&BOOK, "林").unwrap().to_png(64).unwrap();
        let at = at % flipped.len();
        flipped[at] ^= 1 << bit;
        if let Ok(picture) = Picture::from_png(&flipped) {
            let content = Content::Seal(akashi_typeset::Mark::Picture(picture));
            let drawn = draw_act(&BOOK, &[Appearance { width: 30.0, height: 30.0, content }]);
            prop_assert!(drawn.is_ok());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 8, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_evidence_sheet_is_made_of_any_text(texts in prop::collection::vec(odd_text(), 8), repeat in 1_usize..6) {
        let mut sheet = EvidenceSheet::sample();
        let mut texts = texts.into_iter().map(|text| text.repeat(repeat));
        let mut next = || texts.next().unwrap_or_default().chars().take(300).collect::<String>();
        sheet.title = next();
        sheet.documents[0].name = next();
        sheet.signers[0].name = next();
        sheet.signers[1].organization = Some(next());
        sheet.signers[2].certificate_subject = next();
        sheet.history[0].what = next();
        sheet.confirmation.text = next();
        sheet.management_number = Some(next());
        for language in [Language::Japanese, Language::English] {
            let drawn = evidence_sheet(&BOOK, &sheet, language);
            prop_assert!(drawn.is_ok(), "{:?}", drawn.err());
        }
    }
}
