//! Nothing is drawn of a file that shows one thing to each reader.

use akashi_reading::{OpenError, RenderError};

use crate::builder::{File, HELVETICA, open};

#[test]
fn a_lying_length_cannot_show_another_text() {
    // The stream's Length ends before the second text; a reader that looks for `endstream` would see both.
    let mut file = File::with_page(
        &format!("/MediaBox[0 0 300 400]/Contents 5 0 R/Resources<<{HELVETICA}>>"),
        "",
    );
    let content = "BT /F1 20 Tf 10 10 Td (1,000) Tj ET";
    file.add_stream(
        "",
        format!("{content}\nBT /F1 20 Tf 10 50 Td (9,000) Tj ET").as_bytes(),
    );
    let text = String::from_utf8(file.bytes().into_iter().map(|byte| byte & 0x7f).collect()).unwrap();
    let honest = format!("<</Length {}", content.len() * 2 + 1);
    let lying = format!("<</Length {}", content.len());
    assert!(text.contains(&honest));
    // Same length of the file text, so that the cross-reference table stays right.
    let lie = text.replace(&honest, &format!("{lying:<width$}", width = honest.len()));
    match open(lie.into_bytes()) {
        Ok(reader) => match reader.text(0) {
            Ok(text) => assert!(!text.to_plain().is_empty()),
            Err(error) => assert!(
                matches!(error, RenderError::ReadersDisagree | RenderError::Unreadable(_)),
                "{error:?}"
            ),
        },
        Err(error) => assert!(
            matches!(error, OpenError::ReadersDisagree | OpenError::Pdf(_)),
            "{error:?}"
        ),
    }
}

#[test]
fn a_page_that_only_a_lenient_reader_counts_is_refused() {
    // The second kid is no page; lenient readers take any dictionary for one.
    let file = File::with_page("/MediaBox[0 0 300 400]", "");
    let text = String::from_utf8(file.bytes().into_iter().map(|byte| byte & 0x7f).collect()).unwrap();
    let twice = text.replace("/Kids[3 0 R]/Count 1", "/Kids[3 0 R 1 0 R] ");
    let opened = open(twice.into_bytes());
    assert!(
        matches!(
            opened,
            Err(OpenError::ReadersDisagree | OpenError::Pages(_) | OpenError::Pdf(_))
        ) || opened.is_ok_and(|reader| reader.page_count() == 1),
    );
}
