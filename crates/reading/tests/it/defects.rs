//! A picture that hides something is refused, and the reason has a name.

use std::sync::Arc;

use akashi_reading::{Defect, Limits, PageReader, RenderError, SubstituteFonts};

use crate::builder::{File, HELVETICA, japanese_font, utf16};

fn refusal(file: &File) -> Vec<Defect> {
    match file.open().render(0, 400) {
        Err(RenderError::NotFaithful(defects)) => defects,
        other => panic!("{other:?}"),
    }
}

fn japanese(encoding: &str) -> File {
    let content = format!("BT /F1 24 Tf 50 700 Td {} Tj ET", utf16("契約書「証」。"));
    File::a4(&japanese_font("HeiseiMin-W3", encoding), &content)
}

/// The Japanese font of the workspace that draws documents; here only bytes.
fn substitutes() -> SubstituteFonts {
    let fonts = concat!(env!("CARGO_MANIFEST_DIR"), "/../typeset/fonts/");
    let read = |name: &str| Arc::from(std::fs::read(format!("{fonts}{name}")).unwrap());
    SubstituteFonts::new(read("NotoSerifJP-Regular.ttf"), read("NotoSansJP-Regular.ttf"))
}

#[test]
fn a_japanese_font_that_is_nowhere_is_named() {
    let missing = Defect::FontMissing {
        name: "HeiseiMin-W3".to_owned(),
    };
    assert!(refusal(&japanese("UniJIS-UTF16-H")).contains(&missing));
}

#[test]
fn a_substitute_draws_it_and_is_named() {
    let open = |encoding| {
        PageReader::open(
            Arc::from(japanese(encoding).bytes()),
            substitutes(),
            Limits::default(),
        )
        .unwrap()
    };
    let image = open("UniJIS-UTF16-H").render(0, 400).unwrap();
    let substituted = Defect::FontSubstituted {
        name: "HeiseiMin-W3".to_owned(),
    };
    assert_eq!(image.defects(), [substituted]);
    assert!(image.rgb().iter().any(|level| *level < 100), "nothing was drawn");
    // Vertical forms of brackets are not chosen in a substitute.
    match open("UniJIS-UTF16-V").render(0, 400) {
        Err(RenderError::NotFaithful(defects)) => assert!(defects.contains(&Defect::VerticalTextSubstituted)),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_character_that_a_substitute_lacks_is_counted_and_not_replaced() {
    // Adobe-Japan1 ends far below 30000; 17 is a full stop that every font has.
    for (codes, count) in [
        ("<7530>", Some(1)),
        ("<7530 0011 7530>", Some(2)),
        ("<0011>", None),
    ] {
        let content = format!("BT /F1 24 Tf 50 700 Td {codes} Tj ET");
        let file = File::a4(&japanese_font("MS-Gothic", "Identity-H"), &content);
        let reader = PageReader::open(Arc::from(file.bytes()), substitutes(), Limits::default()).unwrap();
        let drawn = reader.render(0, 400);
        match (drawn, count) {
            (Ok(image), None) => assert_eq!(image.defects().len(), 1),
            (Err(RenderError::NotFaithful(defects)), Some(count)) => {
                assert!(
                    defects.contains(&Defect::GlyphsMissing { count }),
                    "{codes}: {defects:?}"
                );
            }
            (other, _) => panic!("{codes}: {other:?}"),
        }
    }
}

#[test]
fn a_picture_that_cannot_be_decoded_is_named() {
    let mut file = File::a4("/XObject<</I 5 0 R>>", "400 0 0 400 0 0 cm /I Do");
    file.add_stream(
        "/Subtype/Image/Width 40/Height 40/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode",
        b"\xff\xd8this is no photograph",
    );
    assert_eq!(refusal(&file), [Defect::PictureUnreadable]);
}

#[test]
fn a_filled_field_without_appearance_is_named() {
    let mut file = File::with_page("/MediaBox[0 0 300 400]/Annots[5 0 R 6 0 R 7 0 R]", "");
    file.add("<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/V(1,000,000)/Rect[0 0 100 20]>>");
    file.add("<</Type/Annot/Subtype/Widget/FT/Tx/T(b)/V()/Rect[0 0 100 20]>>");
    file.add("<</Type/Annot/Subtype/Link/Rect[0 0 100 20]>>");
    let missing = Defect::AppearanceMissing {
        subtype: "Widget".to_owned(),
    };
    assert_eq!(refusal(&file), [missing]);
}

#[test]
fn a_highlight_without_appearance_is_named_but_a_hidden_one_is_not() {
    let mut file = File::with_page("/MediaBox[0 0 300 400]/Annots[5 0 R]", "");
    file.add("<</Type/Annot/Subtype/Highlight/Rect[0 0 100 20]/QuadPoints[0 20 100 20 0 0 100 0]/F 2>>");
    assert!(file.open().render(0, 100).is_ok());
    file.add("<</Type/Annot/Subtype/Highlight/Rect[0 0 100 20]/QuadPoints[0 20 100 20 0 0 100 0]>>");
    file.extend_page("/Rotate 0");
    let mut shown = File::with_page("/MediaBox[0 0 300 400]/Annots[5 0 R]", "");
    shown.add("<</Type/Annot/Subtype/Highlight/Rect[0 0 100 20]/QuadPoints[0 20 100 20 0 0 100 0]>>");
    let missing = Defect::AppearanceMissing {
        subtype: "Highlight".to_owned(),
    };
    assert_eq!(refusal(&shown), [missing]);
}

#[test]
fn the_best_effort_is_drawn_with_its_defects() {
    let mut file = File::a4(HELVETICA, "BT /F1 40 Tf 50 700 Td (shown) Tj ET");
    file.add("<</Type/Annot/Subtype/FreeText/Rect[0 0 100 20]/Contents(not shown)>>");
    file.extend_page("/Annots[5 0 R]");
    let image = file.open().render_best_effort(0, 300).unwrap();
    assert!(image.rgb().iter().any(|level| *level < 100));
    assert_eq!(image.defects().len(), 1);
}
