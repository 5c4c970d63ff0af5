//! Copying objects and pages of another document.

use akashi_pdf::{Document, IncrementalUpdate, Limits, Object, ObjectId, UpdateError};

use crate::builder::PdfBuilder;
use crate::judge;

fn open(bytes: &[u8]) -> Document<&[u8]> {
    Document::open(bytes, &Limits::default()).unwrap()
}

fn source() -> Vec<u8> {
    let mut builder = PdfBuilder::with_pages(
        2,
        "/MediaBox[0 0 100.50 200]/CropBox[10 20 60.5 120]/Rotate 90/Contents[5 0 R]/Resources 6 0 R/Group<</S/Transparency>>",
    );
    builder
        .stream(5, "", b"/F1 8 Tf")
        .object(6, "<</Font<</F1 7 0 R>>/Circle 6 0 R>>")
        .object(
            7,
            "<</Type/Font/Widths[ 1.50 2 ]/Name#20(証)>>"
                .replace("/Name#20(証)", "/N#20(x)")
                .as_str(),
        );
    builder.streamed(&[6, 7])
}

#[test]
fn a_page_becomes_a_form() {
    let other = source();
    let other = open(&other);
    let base = PdfBuilder::with_pages(1, "/MediaBox[0 0 9 9]").classic();
    let document = open(&base);
    let page = document.pages().unwrap().remove(0);
    let mut update = IncrementalUpdate::new(&document);
    let first = update.import_page_as_form(&other, 0).unwrap();
    let second = update.import_page_as_form(&other, 1).unwrap();
    assert!(matches!(
        update.import_page_as_form(&other, 2),
        Err(UpdateError::NoSuchPage(2))
    ));
    let name = update.add_page_resource(&page, "XObject", first).unwrap();
    update
        .append_page_content(&page, format!("/{} Do", name.to_text()).as_bytes())
        .unwrap();
    let update = update.write([1; 32]).unwrap();
    let whole = [base.as_slice(), &update.bytes].concat();
    judge::assert_fine(&whole);
    let updated = open(&whole);
    let form = updated.dictionary(first).unwrap().unwrap();
    assert_eq!(form.get("BBox").unwrap().to_bytes(), b"[10 20 60.5 120]");
    assert_eq!(form.get("Matrix").unwrap().to_bytes(), b"[0 -1 1 0 -20 60.5]");
    assert!(form.get("Group").is_some() && form.reference("Parent").is_none());
    let resources = updated.get_dictionary(&form, "Resources").unwrap().unwrap();
    let fonts = updated.get_dictionary(&resources, "Font").unwrap().unwrap();
    let font = fonts.reference("F1").unwrap();
    assert_eq!(
        updated.object(font).unwrap().to_bytes(),
        b"<</Type/Font/Widths[ 1.50 2 ]/N#20(x)>>"
    );
    let other_form = updated.dictionary(second).unwrap().unwrap();
    let other_resources = updated.get_dictionary(&other_form, "Resources").unwrap().unwrap();
    let other_fonts = updated.get_dictionary(&other_resources, "Font").unwrap().unwrap();
    assert_eq!(
        other_fonts.reference("F1"),
        Some(font),
        "shared objects are copied once"
    );
    let Object::Stream(stream) = updated.object(first).unwrap() else {
        panic!()
    };
    assert_eq!(updated.stream_data(&stream).unwrap(), b"/F1 8 Tf");
}

#[test]
fn circles_are_copied_as_circles() {
    let other = source();
    let other = open(&other);
    let base = PdfBuilder::with_pages(1, "").streamed(&[]);
    let document = open(&base);
    let mut update = IncrementalUpdate::new(&document);
    let copy = update.import(&other, ObjectId::new(6, 0)).unwrap();
    assert_eq!(update.import(&other, ObjectId::new(6, 0)).unwrap(), copy);
    let update = update.write([1; 32]).unwrap();
    let whole = [base.as_slice(), &update.bytes].concat();
    assert_eq!(
        open(&whole)
            .dictionary(copy)
            .unwrap()
            .unwrap()
            .reference("Circle"),
        Some(copy)
    );
}

#[test]
fn two_documents_do_not_share_copies() {
    let base = PdfBuilder::with_pages(1, "").classic();
    let document = open(&base);
    let mut update = IncrementalUpdate::new(&document);
    let mut copies = Vec::new();
    for text in ["(one)", "(two)"] {
        let mut builder = PdfBuilder::with_pages(1, "");
        builder.object(9, text);
        let other = builder.classic();
        // The second document may well stand where the first one stood in memory.
        copies.push(update.import(&open(&other), ObjectId::new(9, 0)).unwrap());
    }
    assert_eq!(update.object(copies[0]).unwrap().to_bytes(), b"(one)");
    assert_eq!(update.object(copies[1]).unwrap().to_bytes(), b"(two)");
}
