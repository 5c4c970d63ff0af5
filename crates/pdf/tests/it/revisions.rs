//! Views of a document at its revisions.

use akashi_pdf::{Appended, Document, IncrementalUpdate, Limits, Name, ObjectId, PdfString, XrefEntry};

use crate::builder::PdfBuilder;
use crate::judge;

fn with_info(document: &Document<&[u8]>, text: &str) -> Vec<u8> {
    let mut update = IncrementalUpdate::new(document);
    update
        .edit_dictionary(document.catalog_id(), |catalog| {
            catalog.set("Lang", PdfString::from_text(text));
        })
        .unwrap();
    update.add(PdfString::from_text(text));
    update.write([1; 32]).unwrap().bytes
}

#[test]
fn each_revision_sees_what_it_had() {
    let builder = PdfBuilder::with_pages(1, "");
    for (file, next) in [
        (builder.classic(), 4),
        (builder.streamed(&[1, 2]), 6),
        (builder.hybrid(&[3]), 6),
    ] {
        let first = Document::open(file.as_slice(), &Limits::default()).unwrap();
        let mut whole = file.clone();
        whole.extend(with_info(&first, "second"));
        let second_end = whole.len() as u64;
        let second = Document::open(whole.as_slice(), &Limits::default()).unwrap();
        let appended = with_info(&second, "third one");
        let document = Document::open(
            Appended::new(whole.as_slice(), appended.as_slice()),
            &Limits::default(),
        )
        .unwrap();

        assert_eq!(document.revisions().len(), 3);
        let ends: Vec<u64> = document.revisions().iter().map(|revision| revision.end).collect();
        assert_eq!(
            ends,
            [file.len() as u64, second_end, second_end + appended.len() as u64]
        );
        let language = |index: usize| {
            let view = document.at_revision(index).unwrap().unwrap();
            assert_eq!(view.revisions().len(), index + 1);
            view.catalog()
                .unwrap()
                .get("Lang")
                .map(|lang| lang.as_string().unwrap().to_text())
        };
        assert_eq!(
            [language(0), language(1), language(2)],
            [None, Some("second".into()), Some("third one".into())]
        );
        assert!(document.at_revision(3).unwrap().is_none());

        let redefined: Vec<u32> = document
            .revision_entries(1)
            .iter()
            .filter(|entry| matches!(entry.1, XrefEntry::InFile { .. }))
            .map(|entry| entry.0)
            .collect();
        assert_eq!(redefined[..2], [1, next]);
        assert_eq!(document.defining_revision(1), Some(2));
        assert_eq!(document.defining_revision(next), Some(1));
        assert_eq!(document.defining_revision(2), Some(0));
        assert_eq!(document.defining_revision(9999), None);
        judge::assert_fine(&[whole.as_slice(), &appended].concat());
    }
}

#[test]
fn a_revision_cannot_see_behind_its_end() {
    // The first revision names an object that only stands in bytes appended later.
    let mut builder = PdfBuilder::with_pages(1, "");
    builder.object(4, "(there)");
    let mut file = builder.classic();
    let later = file.len();
    let entry = file.windows(7).position(|window| window == b"trailer").unwrap() - 20;
    file.splice(entry..entry + 10, format!("{later:010}").into_bytes());
    let first_end = file.len();
    file.extend_from_slice(b"4 0 obj\n(shadow)\nendobj\n");
    let previous = file.windows(6).position(|window| window == b"xref\n0").unwrap();
    let start = file.len();
    file.extend_from_slice(
        format!("xref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 5/Root 1 0 R/Prev {previous}>>\nstartxref\n{start}\n%%EOF\n")
            .as_bytes(),
    );
    let document = Document::open(file.as_slice(), &Limits::default()).unwrap();
    let id = ObjectId::new(4, 0);
    assert_eq!(
        document.object(id).unwrap().as_string().unwrap().to_text(),
        "shadow"
    );
    assert_eq!(document.revisions()[0].end, first_end as u64);
    assert!(document.at_revision(0).unwrap().unwrap().object(id).is_err());
}

#[test]
fn a_linearised_file_is_one_revision() {
    let mut builder = PdfBuilder::with_pages(2, "/MediaBox[0 0 9 9]/Contents 5 0 R/Resources<<>>");
    builder.stream(5, "", b"BT ET");
    for mode in ["disable", "generate"] {
        let objects = format!("--object-streams={mode}");
        let file = judge::transform(&builder.classic(), &["--linearize", &objects, "IN", "OUT"]);
        let document = Document::open(file.as_slice(), &Limits::default()).unwrap();
        assert_eq!(document.revisions().len(), 1);
        assert_eq!(document.revisions()[0].end, file.len() as u64);
        assert_eq!(document.pages().unwrap().len(), 2);
        let mut update = IncrementalUpdate::new(&document);
        let page = document.pages().unwrap()[1].id;
        update
            .edit_dictionary(page, |page| page.set("Tabs", Name::new("S")))
            .unwrap();
        let update = update.write([1; 32]).unwrap();
        let whole = [file.as_slice(), &update.bytes].concat();
        let document = Document::open(whole.as_slice(), &Limits::default()).unwrap();
        assert_eq!(document.revisions().len(), 2);
        assert_eq!(
            document.at_revision(0).unwrap().unwrap().pages().unwrap().len(),
            2
        );
        // qpdf notices that an update has undone the linearisation, and nothing else.
        let (_folder, path) = judge::file(&whole);
        let (_, text) = judge::check(&path);
        assert!(!text.contains("ERROR") && !text.contains("xref"), "{text}");
    }
}
