//! Rebuilding damaged files.

use std::time::{Duration, Instant};

use akashi_pdf::{Document, Limits, OpenError, RepairError, repair};

use crate::builder::PdfBuilder;
use crate::judge;

fn sample() -> PdfBuilder {
    let mut builder = PdfBuilder::with_pages(2, "/MediaBox[0 0 9.50 9]/Contents 5 0 R/Resources<<>>");
    // The content looks like an object and a trailer.
    builder.stream(
        5,
        "",
        b"BT ET % 3 0 obj <</Type/Fake>> endobj trailer <</Root 9 0 R>>",
    );
    builder
}

fn repaired(bytes: &[u8]) -> Vec<u8> {
    let repaired = repair(&bytes, &Limits::default(), [2; 32]).unwrap();
    judge::assert_fine(&repaired);
    repaired
}

#[test]
fn files_without_usable_cross_references_come_back() {
    let classic = sample().classic();
    let streamed = sample().streamed(&[1, 2, 3]);
    let keyword = |file: &[u8]| {
        file.windows(9)
            .rposition(|window| window == b"startxref")
            .unwrap()
    };
    let mut zeroed = classic.clone();
    let table = zeroed.windows(6).position(|window| window == b"xref\n0").unwrap();
    zeroed[table..table + 60].fill(b'0');
    for damaged in [
        classic[..keyword(&classic)].to_vec(),
        streamed[..keyword(&streamed)].to_vec(),
        [
            b"%PDF-1.7\nshifted by some bytes that were put in between ".as_slice(),
            &classic[9..],
        ]
        .concat(),
        zeroed,
    ] {
        let error = Document::open(damaged.as_slice(), &Limits::default()).unwrap_err();
        assert!(error.is_damage(), "{error}");
        let repaired = repaired(&damaged);
        let document = Document::open(repaired.as_slice(), &Limits::default()).unwrap();
        let pages = document.pages().unwrap();
        assert_eq!(pages.len(), 2);
        assert!((pages[1].media_box.right - 9.5).abs() < 1e-9);
        assert!(
            document
                .page_content(&pages[0])
                .unwrap()
                .starts_with(b"BT ET % 3 0 obj")
        );
        assert!(
            String::from_utf8_lossy(&repaired).contains("/MediaBox[0 0 9.50 9]"),
            "source text is kept"
        );
    }
}

#[test]
fn the_last_object_of_a_number_counts() {
    let mut file = sample().classic();
    let end = file.windows(6).position(|window| window == b"xref\n0").unwrap();
    file.truncate(end);
    file.extend_from_slice(b"3 0 obj\n<</Type/Page/Parent 2 0 R/Rotate 90>>\nendobj\n");
    let repaired = repaired(&file);
    let document = Document::open(repaired.as_slice(), &Limits::default()).unwrap();
    assert_eq!(document.pages().unwrap()[0].rotation.degrees(), 90);
}

#[test]
fn signed_files_are_refused() {
    let mut builder = sample();
    builder.object(9, "<</Type/Sig/ByteRange[0 1 2 3]/Contents<00>>>");
    for mut file in [builder.classic(), builder.streamed(&[3])] {
        file.truncate(file.len() - 20);
        assert!(matches!(
            repair(&file, &Limits::default(), [2; 32]),
            Err(RepairError::Signed)
        ));
    }
}

/// An attack: without the value of `Contents` the dictionary is no dictionary, and the signature would be lost.
#[test]
fn a_signature_that_cannot_be_read_is_a_signature() {
    for value in [
        "<</Type/Sig/Contents /ByteRange[0 1 2 3] >>",
        "<</Type/Sig/M )/Contents<00>/ByteRange[0 1 2 3]>>",
    ] {
        let mut builder = sample();
        builder.object(9, value);
        let file = builder.classic();
        assert!(matches!(
            repair(&file[..file.len() - 20].to_vec(), &Limits::default(), [2; 32]),
            Err(RepairError::Signed)
        ));
    }
}

#[test]
fn what_is_no_document_is_refused_by_name() {
    let limits = Limits::default();
    assert!(matches!(
        repair(&b"".as_slice(), &limits, [2; 32]),
        Err(RepairError::Open(OpenError::NotPdf))
    ));
    let nothing = b"%PDF-1.7\n1 0 obj (alone) endobj".as_slice();
    assert!(matches!(
        repair(&nothing, &limits, [2; 32]),
        Err(RepairError::NothingFound)
    ));
    let mut small = Limits::default();
    small.rewrite_bytes = 10;
    assert!(matches!(
        repair(&nothing, &small, [2; 32]),
        Err(RepairError::Limit(_))
    ));
}

#[test]
fn openings_without_end_do_not_take_for_ever() {
    for opening in [
        "1 0 obj (",
        "1 0 obj <</A ",
        "1 0 obj<<>>stream\n",
        "1 0 obj [",
        "1 0 obj <",
    ] {
        let file = [b"%PDF-1.7\n".as_slice(), opening.repeat(100_000).as_bytes()].concat();
        let started = Instant::now();
        assert!(repair(&file, &Limits::default(), [2; 32]).is_err());
        assert!(
            started.elapsed() < Duration::from_secs(20),
            "{opening} took {:?}",
            started.elapsed()
        );
    }
}
