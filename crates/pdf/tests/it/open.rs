//! Opening files of every structure, and refusing broken ones by name.

use std::fmt::Write as _;

use akashi_pdf::{Document, Limit, Limits, Object, ObjectId, OpenError, ReadError, XrefKind};

use crate::builder::PdfBuilder;

fn open(bytes: &[u8]) -> Document<&[u8]> {
    Document::open(bytes, &Limits::default()).unwrap()
}

fn refuse(bytes: &[u8]) -> OpenError {
    Document::open(bytes, &Limits::default()).unwrap_err()
}

fn sample() -> PdfBuilder {
    let mut builder = PdfBuilder::with_pages(2, "/MediaBox[0 0 595.27559055 841.890]/Contents 5 0 R");
    builder.stream(5, "", b"BT ET").object(6, "(packed)");
    builder
}

#[test]
fn every_structure_gives_the_same_objects() {
    let builder = sample();
    for (file, kind) in [
        (builder.classic(), XrefKind::Table),
        (builder.streamed(&[1, 2, 3, 6]), XrefKind::Stream),
        (builder.hybrid(&[6]), XrefKind::Hybrid),
    ] {
        let document = open(&file);
        assert_eq!(document.revisions()[0].xref_kind, kind);
        assert_eq!(document.revisions()[0].end, file.len() as u64);
        let pages = document.pages().unwrap();
        assert_eq!(pages.len(), 2);
        assert_eq!(document.page_content(&pages[1]).unwrap(), b"BT ET\n");
        assert_eq!(
            document
                .object(ObjectId::new(6, 0))
                .unwrap()
                .as_string()
                .unwrap()
                .to_text(),
            "packed"
        );
        assert!(document.object(ObjectId::new(99, 0)).unwrap().is_null());
        assert!(
            document.object(ObjectId::new(6, 1)).unwrap().is_null(),
            "another generation"
        );
    }
}

#[test]
fn leading_pages_are_those_of_the_whole_and_nothing_behind_them_is_read() {
    let mut builder = PdfBuilder::new();
    builder
        .object(1, "<</Type/Catalog/Pages 2 0 R>>")
        .object(2, "<</Type/Pages/Kids[3 0 R 6 0 R 7 0 R]/Count 4>>")
        .object(
            3,
            "<</Type/Pages/Parent 2 0 R/Kids[4 0 R 5 0 R]/Count 2/Rotate 90>>",
        )
        .object(4, "<</Type/Page/Parent 3 0 R>>")
        .object(5, "<</Type/Page/Parent 3 0 R>>")
        .object(6, "<</Type/Page/Parent 2 0 R>>")
        // A circle: the whole tree cannot be read.
        .object(7, "<</Type/Pages/Parent 2 0 R/Kids[2 0 R]/Count 1>>");
    let file = builder.classic();
    let document = open(&file);
    assert!(matches!(document.pages(), Err(ReadError::ReferenceLoop(_))));
    for count in 0..=3 {
        let pages = document.leading_pages(count).unwrap();
        let ids: Vec<u32> = pages.iter().map(|page| page.id.number).collect();
        assert_eq!(ids, [4, 5, 6][..count], "{count}");
    }
    let sound = sample().classic();
    let document = open(&sound);
    assert_eq!(
        document.leading_pages(9).unwrap().len(),
        document.pages().unwrap().len()
    );
}

#[test]
fn pages_inherit_from_their_ancestors() {
    let mut builder = PdfBuilder::new();
    builder
        .object(1, "<</Type/Catalog/Pages 2 0 R>>")
        .object(
            2,
            "<</Type/Pages/Kids[3 0 R]/Count 1/MediaBox[10 0 R 0 200 100]/Resources<</A 1>>>>",
        )
        .object(3, "<</Type/Pages/Parent 2 0 R/Kids[4 0 R]/Count 1/Rotate -270>>")
        .object(4, "<</Type/Page/Parent 3 0 R/CropBox[150 50 10 -20]/UserUnit 2>>")
        .object(10, "0");
    let file = builder.classic();
    let document = open(&file);
    let page = &document.pages().unwrap()[0];
    assert_eq!(page.resources_holder, Some(ObjectId::new(2, 0)));
    assert_eq!(
        page.geometry().displayed_size(),
        (100.0, 280.0),
        "crop within media box, turned, two points a unit"
    );
    assert_eq!(document.page_geometry(page.id).unwrap(), Some(page.geometry()));
}

#[test]
fn junk_before_the_header_moves_offsets_or_not() {
    let file = sample().classic();
    let moved = [b"junk\r\n".as_slice(), &file].concat();
    let document = open(&moved);
    assert_eq!(document.pages().unwrap().len(), 2);

    // Offsets that count from the first byte in spite of the junk.
    let mut counted = PdfBuilder::with_pages(1, "");
    counted.prefix = b"junk\n".to_vec();
    assert_eq!(open(&counted.classic()).pages().unwrap().len(), 1);
}

#[test]
fn start_xref_may_miss_by_a_few_bytes() {
    let file = sample().classic();
    let text = String::from_utf8_lossy(&file).into_owned();
    let start: usize = text
        .rsplit("startxref\n")
        .next()
        .unwrap()
        .lines()
        .next()
        .unwrap()
        .parse()
        .unwrap();
    for (wrong, opens) in [(start - 9, true), (start + 5, true), (start + 40, false)] {
        let mut changed = file.clone();
        let at = file.len() - "\n%%EOF\n".len() - start.to_string().len();
        changed.splice(at..at + start.to_string().len(), wrong.to_string().into_bytes());
        assert_eq!(
            Document::open(changed.as_slice(), &Limits::default()).is_ok(),
            opens,
            "{wrong} for {start}"
        );
    }
}

#[test]
fn broken_files_are_refused_by_name() {
    assert!(matches!(refuse(b""), OpenError::NotPdf));
    assert!(matches!(refuse(b"PK\x03\x04 not a pdf"), OpenError::NotPdf));
    assert!(matches!(
        refuse(b"%PDF-1.7\nnothing more"),
        OpenError::NoStartXref
    ));
    let file = sample().classic();
    assert!(matches!(refuse(&file[..file.len() / 2]), OpenError::NoStartXref));
    let no_root = b"%PDF-1.7\nxref\n0 0\ntrailer\n<<>>\nstartxref\n9\n%%EOF";
    assert!(matches!(refuse(no_root), OpenError::NoCatalog));
    for error in [refuse(b"%PDF-1.7"), refuse(no_root)] {
        assert!(error.is_damage());
    }
    assert!(!refuse(b"").is_damage());
}

#[test]
fn circles_are_refused() {
    let file = b"%PDF-1.7\nxref\n0 0\ntrailer\n<</Root 1 0 R/Prev 9>>\nstartxref\n9\n%%EOF";
    assert!(matches!(refuse(file), OpenError::XrefLoop { offset: 9 }));

    let mut builder = PdfBuilder::new();
    builder
        .object(1, "<</Type/Catalog/Pages 2 0 R>>")
        .object(2, "<</Type/Pages/Kids[3 0 R]>>")
        .object(3, "<</Type/Pages/Kids[2 0 R]>>")
        .object(4, "5 0 R")
        .object(5, "4 0 R")
        .object(6, "<</Length 6 0 R>>\nstream\nx\nendstream");
    let file = builder.classic();
    let document = open(&file);
    assert!(matches!(document.pages(), Err(ReadError::ReferenceLoop(_))));
    assert!(matches!(
        document.resolve(&ObjectId::new(4, 0).into()),
        Err(ReadError::ReferenceLoop(_))
    ));
    let Object::Stream(stream) = document.object(ObjectId::new(6, 0)).unwrap() else {
        panic!()
    };
    assert_eq!(
        document.stream_data(&stream).unwrap(),
        b"x",
        "a length that refers to itself is no length"
    );
}

#[test]
fn a_page_may_stand_in_the_tree_twice() {
    let mut builder = PdfBuilder::with_pages(1, "");
    builder.objects[1].1 = b"<</Type/Pages/Kids[3 0 R 3 0 R]/Count 2>>".to_vec();
    assert_eq!(open(&builder.classic()).pages().unwrap().len(), 2);
}

#[test]
fn limits_have_names() {
    let file = sample().classic();
    let with = |change: fn(&mut Limits)| {
        let mut limits = Limits::default();
        change(&mut limits);
        limits
    };
    let limits = with(|limits| limits.objects = 3);
    assert!(matches!(
        Document::open(file.as_slice(), &limits),
        Err(OpenError::Limit(Limit::Objects(3)))
    ));
    let limits = with(|limits| limits.pages = 1);
    let document = Document::open(file.as_slice(), &limits).unwrap();
    assert!(matches!(document.pages(), Err(ReadError::Limit(Limit::Pages(1)))));
    let limits = with(|limits| limits.stream_bytes = 3);
    let document = Document::open(file.as_slice(), &limits).unwrap();
    let page = document.pages().unwrap().remove(0);
    assert!(matches!(
        document.page_content(&page),
        Err(ReadError::Limit(Limit::StreamBytes(3)))
    ));

    let limits = with(|limits| limits.decoded_bytes = 4);
    let document = Document::open(file.as_slice(), &limits).unwrap();
    assert!(matches!(
        document.page_content(&page),
        Err(ReadError::Limit(Limit::StreamBytes(4)))
    ));
    let limits = with(|limits| limits.values = 2);
    assert!(matches!(
        Document::open(file.as_slice(), &limits),
        Err(OpenError::Limit(Limit::Values(2)))
    ));

    let mut chained = b"%PDF-1.7\n".to_vec();
    let mut previous = 0;
    for _ in 0..5 {
        let start = chained.len();
        let prev = if previous > 0 {
            format!("/Prev {previous}")
        } else {
            String::new()
        };
        chained.extend_from_slice(format!("xref\n0 0\ntrailer\n<</Root 1 0 R{prev}>>\n").as_bytes());
        previous = start;
    }
    chained.extend_from_slice(format!("startxref\n{previous}\n%%EOF").as_bytes());
    let limits = with(|limits| limits.xref_sections = 4);
    assert!(matches!(
        Document::open(chained.as_slice(), &limits),
        Err(OpenError::Limit(Limit::XrefSections(4)))
    ));
}

#[test]
fn nesting_and_bombs_end_in_errors() {
    let mut builder = sample();
    builder.object(7, &"[".repeat(50_000));
    builder.object(8, &"<</A".repeat(50_000));
    let file = builder.classic();
    let document = open(&file);
    for number in [7, 8] {
        let error = document.object(ObjectId::new(number, 0)).unwrap_err();
        assert!(matches!(error, ReadError::Limit(Limit::Depth(_))), "{error:?}");
    }
}

#[test]
fn reading_the_same_bytes_again_and_again_is_stopped() {
    // Each string contains all strings behind it.
    let mut text = String::from("%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\n");
    let mut table = String::new();
    for number in 2..3000 {
        let offset = text.len();
        write!(text, "{number} 0 obj( ").unwrap();
        writeln!(table, "{offset:010} 00000 n ").unwrap();
    }
    text.push_str(&" ".repeat(200_000));
    text.push_str(&") endobj ".repeat(3000));
    let start = text.len();
    write!(
        text,
        "xref\n0 3000\n0000000000 65535 f \n0000000009 00000 n \n{table}trailer<</Size 3000/Root 1 0 R>>\nstartxref\n{start}\n%%EOF"
    )
    .unwrap();
    let mut limits = Limits::default();
    limits.work_bytes = 1 << 20;
    let document = Document::open(text.as_bytes(), &limits).unwrap();
    let stopped = (2..3000).find_map(|number| document.object(ObjectId::new(number, 0)).err());
    assert!(
        matches!(stopped, Some(ReadError::Limit(Limit::Work(_)))),
        "{stopped:?}"
    );
}

#[test]
fn many_equal_lookups_in_a_large_dictionary_stay_quick() {
    let mut entries = String::new();
    for number in 0..100_000 {
        write!(entries, "/K{number} {number}").unwrap();
    }
    let mut builder = PdfBuilder::with_pages(1, &entries);
    let kids = "3 0 R ".repeat(20_000);
    builder.objects[1].1 = format!("<</Type/Pages/Kids[{kids}]>>").into_bytes();
    let file = builder.classic();
    let started = std::time::Instant::now();
    assert_eq!(open(&file).pages().unwrap().len(), 20_000);
    assert!(
        started.elapsed() < std::time::Duration::from_secs(10),
        "{:?}",
        started.elapsed()
    );
}

/// Objects are read in windows; wherever a window ends, inside a reference too, the object must come out whole.
#[test]
fn long_objects_are_read_whole_wherever_a_window_ends() {
    for padding in 0..40 {
        let references: Vec<String> = (0..200)
            .map(|index| format!("/g{index} {} 0 R", 100 + index))
            .collect();
        let references = references.join(" ");
        let dictionary = format!("<</Pad({})/Fonts<<{references}>>>>", "x".repeat(padding));
        let array: Vec<String> = (0..200).map(|index| format!("{} 0 R", 100 + index)).collect();
        let array = format!("[({}) {}]", "y".repeat(padding), array.join(" "));
        let mut file = PdfBuilder::with_pages(1, "");
        file.object(50, &dictionary)
            .object(51, &array)
            .object(52, &format!("{}9 0 R", " ".repeat(980 + padding)));
        let document = Document::open(file.classic(), &Limits::default()).unwrap();
        let found = document.object(ObjectId::new(50, 0)).unwrap();
        let fonts = found
            .as_dictionary()
            .unwrap()
            .get("Fonts")
            .unwrap()
            .as_dictionary()
            .unwrap()
            .clone();
        assert_eq!(
            fonts.reference("g199"),
            Some(ObjectId::new(299, 0)),
            "padding {padding}"
        );
        let found = document.object(ObjectId::new(51, 0)).unwrap();
        assert_eq!(found.as_array().unwrap().iter().count(), 201, "padding {padding}");
        let found = document.object(ObjectId::new(52, 0)).unwrap();
        assert_eq!(
            found.as_reference(),
            Some(ObjectId::new(9, 0)),
            "padding {padding}"
        );
    }
}
