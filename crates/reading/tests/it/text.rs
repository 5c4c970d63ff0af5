//! Glyphs stand where a reader sees them.

use akashi_reading::PageReader;

use crate::builder::{File, HELVETICA, japanese_font, utf16};

fn plain(reader: &PageReader) -> String {
    reader.text(0).unwrap().to_plain()
}

#[test]
fn glyphs_have_text_and_place() {
    let reader = File::a4(HELVETICA, "BT /F1 10 Tf 100 700 Td (AB) Tj ET").open();
    let text = reader.text(0).unwrap();
    let [a, b] = &text.glyphs[..] else {
        panic!("two glyphs")
    };
    assert_eq!((a.text.as_deref(), b.text.as_deref()), (Some("A"), Some("B")));
    // Helvetica's A is 667 thousandths wide; the baseline stands at 842 - 700.
    assert!(
        (a.bounds.x - 100.0).abs() < 0.01 && (b.bounds.x - 106.67).abs() < 0.01,
        "{a:?} {b:?}"
    );
    assert!(a.bounds.y < 142.0 && a.bounds.y + a.bounds.height > 142.0);
    assert!((a.bounds.height - 10.0).abs() < 0.01);
    assert!(a.visible && !a.vertical);
}

#[test]
fn places_follow_the_displayed_page() {
    let mut file = File::a4(HELVETICA, "BT /F1 10 Tf 100 700 Td (A) Tj ET");
    file.extend_page("/Rotate 90/UserUnit 2");
    let text = file.open().text(0).unwrap();
    // Turned clockwise: up in user space is to the right.
    let (x, y) = text.glyphs[0].bounds.center();
    assert!((x - 2.0 * 703.8).abs() < 1.0, "{x}");
    assert!((y - 2.0 * 103.3).abs() < 1.0, "{y}");
}

#[test]
fn lines_and_words_come_apart() {
    let content = "BT /F1 10 Tf 50 700 Td (First) Tj 40 0 Td (line) Tj -40 -14 Td (second) Tj ET";
    assert_eq!(plain(&File::a4(HELVETICA, content).open()), "First line\nsecond");
}

#[test]
fn a_turned_page_reads_like_an_upright_one() {
    let content = "BT /F1 10 Tf 50 700 Td (First) Tj 40 0 Td (line) Tj -40 -14 Td (second) Tj ET";
    for rotation in [90, 180, 270] {
        let mut file = File::a4(HELVETICA, content);
        file.extend_page(&format!("/Rotate {rotation}"));
        assert_eq!(plain(&file.open()), "First line\nsecond", "{rotation}");
    }
}

#[test]
fn vertical_lines_run_down() {
    let content = format!(
        "BT /F1 10 Tf 300 700 Td {} Tj -20 0 Td {} Tj ET",
        utf16("縦書きの"),
        utf16("契約書")
    );
    let text = File::a4(&japanese_font("HeiseiMin-W3", "UniJIS-UTF16-V"), &content)
        .open()
        .text(0)
        .unwrap();
    assert_eq!(text.to_plain(), "縦書きの\n契約書");
    assert!(
        text.glyphs
            .iter()
            .all(|glyph| glyph.vertical && glyph.direction == (0.0, 1.0))
    );
}

#[test]
fn invisible_text_is_marked_and_stroked_text_comes_once() {
    let content = "BT /F1 10 Tf 3 Tr 50 700 Td (hidden) Tj 2 Tr 0 -20 Td (both) Tj ET";
    let text = File::a4(HELVETICA, content).open().text(0).unwrap();
    assert_eq!(text.to_plain(), "hidden\nboth");
    assert!(text.glyphs[..6].iter().all(|glyph| !glyph.visible));
    assert!(text.glyphs[6..].iter().all(|glyph| glyph.visible));
}

#[test]
fn text_of_forms_and_fields_belongs_to_the_page() {
    let mut file = File::a4("/XObject<</X 5 0 R>>", "1 0 0 1 0 100 cm /X Do");
    let form = format!("/Subtype/Form/BBox[0 0 600 800]/Resources<<{HELVETICA}>>");
    file.add_stream(&form, b"BT /F1 10 Tf 50 500 Td (in a form) Tj ET");
    file.add_stream(&form, b"BT /F1 10 Tf 50 100 Td (in a field) Tj ET");
    file.add("<</Type/Annot/Subtype/Widget/FT/Tx/T(a)/V(in a field)/Rect[0 0 600 800]/AP<</N 6 0 R>>>>");
    file.extend_page("/Annots[7 0 R]");
    assert_eq!(plain(&file.open()), "in a form\nin a field");
}

#[test]
fn predefined_encodings_are_understood_without_to_unicode() {
    let content = format!("BT /F1 10 Tf 50 700 Td {} Tj ET", utf16("契約"));
    let text = File::a4(&japanese_font("HeiseiMin-W3", "UniJIS-UTF16-H"), &content)
        .open()
        .text(0)
        .unwrap();
    assert_eq!((text.to_plain().as_str(), text.unmapped), ("契約", 0));
}

#[test]
fn codes_without_meaning_are_said_to_be_unmapped() {
    // Adobe-Japan1 has no character 30000.
    let text = File::a4(
        &japanese_font("HeiseiMin-W3", "Identity-H"),
        "BT /F1 10 Tf 50 700 Td <7530> Tj ET",
    )
    .open()
    .text(0)
    .unwrap();
    assert_eq!((text.glyphs.len(), text.unmapped), (1, 1));
    assert_eq!(text.to_plain(), "\u{fffd}");
}
