//! Incremental updates.

use akashi_pdf::{
    Appended, Array, Dictionary, Document, FillError, IncrementalUpdate, Limits, Name, Object, ObjectId,
    PdfString, Reserved, Update, UpdateError, XrefKind,
};

use crate::builder::PdfBuilder;
use crate::judge;

fn open(bytes: &[u8]) -> Document<&[u8]> {
    Document::open(bytes, &Limits::default()).unwrap()
}

fn joined(base: &[u8], update: &Update) -> Vec<u8> {
    assert_eq!(update.base_length, base.len() as u64);
    [base, &update.bytes].concat()
}

fn contains(haystack: &[u8], needle: &str) -> bool {
    haystack
        .windows(needle.len())
        .any(|window| window == needle.as_bytes())
}

const PAGE: &str =
    "/MediaBox [0 0 595.27559055 841.890] /Contents 4 0 R/Resources<</ProcSet[/PDF]>> % kept\n";

fn sample() -> PdfBuilder {
    let mut builder = PdfBuilder::with_pages(1, PAGE);
    builder.stream(4, "", b"q 1 0 0 1 0 0 cm").object(5, "[ 1.0 2 ]");
    builder
}

#[test]
fn untouched_tokens_keep_their_bytes_in_every_structure() {
    let builder = sample();
    for (file, kind) in [
        (builder.classic(), XrefKind::Table),
        (builder.streamed(&[1, 2, 3, 5]), XrefKind::Stream),
        (builder.hybrid(&[3, 5]), XrefKind::Table),
    ] {
        let document = open(&file);
        let mut update = IncrementalUpdate::new(&document);
        let page = document.pages().unwrap().remove(0);
        update
            .edit_dictionary(page.id, |page| page.set("Rotate", 90))
            .unwrap();
        update
            .edit_array(ObjectId::new(5, 0), |array| array.push(3))
            .unwrap();
        let update = update.write([3; 32]).unwrap();
        let text = "3 0 obj\n<</Type/Page/Parent 2 0 R /MediaBox [0 0 595.27559055 841.890] /Contents 4 0 R\
                    /Resources<</ProcSet[/PDF]>> /Rotate 90 % kept\n>>\nendobj\n";
        assert!(
            contains(&update.bytes, text),
            "{}",
            String::from_utf8_lossy(&update.bytes)
        );
        assert!(contains(&update.bytes, "5 0 obj\n[ 1.0 2 3 ]\nendobj\n"));

        let whole = joined(&file, &update);
        judge::assert_fine(&whole);
        let updated = open(&whole);
        assert_eq!(updated.revisions()[1].xref_kind, kind);
        assert_eq!(updated.revisions()[1].xref_offset, update.xref_offset);
        assert_eq!(updated.pages().unwrap()[0].rotation.degrees(), 90);
        assert_eq!(update.objects, [ObjectId::new(3, 0), ObjectId::new(5, 0)]);
    }
}

#[test]
fn the_identifier_keeps_its_first_half() {
    let file = sample().classic_with("/ID[<0011><2233>]/Info 5 0 R");
    let document = open(&file);
    let mut update = IncrementalUpdate::new(&document);
    update.add(1);
    let update = update.write([3; 32]).unwrap();
    let whole = joined(&file, &update);
    let trailer = open(&whole).trailer().clone();
    let id = trailer.get("ID").unwrap().as_array().unwrap();
    assert_eq!(id.get(0).unwrap().to_bytes(), b"<0011>");
    assert_ne!(id.get(1).unwrap().to_bytes(), b"<2233>");
    assert_eq!(id.get(1).unwrap().as_string().unwrap().as_bytes().len(), 16);
    assert_eq!(trailer.reference("Info"), Some(ObjectId::new(5, 0)));
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let file = sample().streamed(&[5]);
    let document = open(&file);
    let write = |seed| {
        let mut update = IncrementalUpdate::new(&document);
        update.add_stream(Dictionary::new(), b"content");
        update.write(seed).unwrap().bytes
    };
    assert_eq!(write([1; 32]), write([1; 32]));
    assert_ne!(write([1; 32]), write([2; 32]));
}

#[test]
fn a_base_without_line_end_gets_one() {
    let mut file = sample().classic();
    file.pop();
    let document = open(&file);
    let mut update = IncrementalUpdate::new(&document);
    update.add(1);
    let update = update.write([3; 32]).unwrap();
    assert_eq!(update.bytes[0], b'\n');
    judge::assert_fine(&joined(&file, &update));
}

#[test]
fn junk_before_the_header_is_not_counted() {
    let file = [b"junk\n".as_slice(), &sample().classic()].concat();
    let document = open(&file);
    let mut update = IncrementalUpdate::new(&document);
    update
        .edit_dictionary(ObjectId::new(3, 0), |page| page.set("Rotate", 180))
        .unwrap();
    let update = update.write([3; 32]).unwrap();
    let whole = joined(&file, &update);
    assert_eq!(open(&whole).pages().unwrap()[0].rotation.degrees(), 180);
    assert!(
        whole[usize::try_from(update.xref_offset).unwrap()..].starts_with(b"xref"),
        "absolute offset"
    );
    let (_folder, path) = judge::file(&whole);
    let (code, text) = judge::check(&path);
    assert_ne!(code, 2, "{text}");
}

#[test]
fn streams_can_be_edited_without_their_data() {
    let mut builder = PdfBuilder::with_pages(1, "/Contents 4 0 R");
    builder
        .object(4, "<</Length 6 0 R /X 1>>\nstream\nBT ET\nendstream")
        .object(6, "5");
    let file = builder.classic();
    let document = open(&file);
    let mut update = IncrementalUpdate::new(&document);
    update
        .edit_dictionary(ObjectId::new(4, 0), |stream| stream.set("X", 2))
        .unwrap();
    let update = update.write([3; 32]).unwrap();
    assert!(contains(
        &update.bytes,
        "4 0 obj\n<</Length 6 0 R /X 2>>\nstream\nBT ET\nendstream\nendobj\n"
    ));
    judge::assert_fine(&joined(&file, &update));
}

#[test]
fn reserved_space_is_found_and_filled() {
    for file in [sample().classic(), sample().streamed(&[3])] {
        let document = open(&file);
        let mut update = IncrementalUpdate::new(&document);
        let signature = Dictionary::new()
            .with("Type", Name::new("Sig"))
            .with("ByteRange", Reserved::byte_range("range"))
            .with("Contents", Reserved::contents("value", 100))
            .with("M", PdfString::new("D:20261122000000Z"));
        let signature = update.add(signature);
        let mut update = update.write([3; 32]).unwrap();
        let range = update.byte_range_around("value").unwrap();
        update.fill_byte_range("range", range).unwrap();
        update.fill_contents("value", &[0x30, 0x01, 0xff]).unwrap();
        assert_eq!(
            update.fill_contents("value", &[1; 101]),
            Err(FillError::TooLong {
                needed: 101,
                reserved: 100
            })
        );
        assert_eq!(
            update.fill_contents("other", &[]),
            Err(FillError::Unknown("other".into()))
        );
        assert!(update.fill_byte_range("value", range).is_err());

        let whole = joined(&file, &update);
        let [start, before, after, rest] = range.map(|offset| usize::try_from(offset).unwrap());
        assert_eq!((start, after + rest), (0, whole.len()));
        assert_eq!((whole[before], whole[after - 1]), (b'<', b'>'));
        assert_eq!(after - before, 202);
        let updated = open(&whole);
        let value = updated.dictionary(signature).unwrap().unwrap();
        assert_eq!(
            &value.get("Contents").unwrap().as_string().unwrap().as_bytes()[..4],
            [0x30, 1, 0xff, 0]
        );
        let written: Vec<i64> = value
            .get("ByteRange")
            .unwrap()
            .as_array()
            .unwrap()
            .iter()
            .map(|n| n.as_i64().unwrap())
            .collect();
        assert_eq!(written, range.map(|offset| i64::try_from(offset).unwrap()));
        judge::assert_fine(&whole);
    }
}

#[test]
fn a_signed_field_shows_its_facts() {
    let file = sample().classic();
    let document = open(&file);
    let mut update = IncrementalUpdate::new(&document);
    let page = document.pages().unwrap().remove(0);
    let signature = update.add(
        Dictionary::new()
            .with("Type", Name::new("Sig"))
            .with("Filter", Name::new("Adobe.PPKLite"))
            .with("SubFilter", Name::new("ETSI.CAdES.detached"))
            .with("ByteRange", Reserved::byte_range("range"))
            .with("Contents", Reserved::contents("value", 8)),
    );
    let field = update.add(
        Dictionary::new()
            .with("Type", Name::new("Annot"))
            .with("Subtype", Name::new("Widget"))
            .with("FT", Name::new("Sig"))
            .with("T", PdfString::from_text("署名"))
            .with("Rect", Array::from([0, 0, 0, 0]))
            .with("P", page.id)
            .with("V", signature),
    );
    update
        .edit_array_entry(page.id, "Annots", |annotations| annotations.push(field))
        .unwrap();
    update
        .edit_form(|form| {
            form.set("SigFlags", 3);
            assert!(form.edit_array("Fields", |fields| fields.push(field)));
        })
        .unwrap();
    let mut update = update.write([3; 32]).unwrap();
    let range = update.byte_range_around("value").unwrap();
    update.fill_byte_range("range", range).unwrap();
    let span = update.reserved("value").unwrap().span.clone();
    let whole = joined(&file, &update);
    judge::assert_fine(&whole);

    let updated = open(&whole);
    let pages = updated.pages().unwrap();
    let form = updated.form_on_pages(&pages).unwrap().unwrap();
    assert_eq!(form.signature_flags, 3);
    assert_eq!(form.fields[0].widgets[0].page_index, Some(0));
    let facts = updated.signatures().unwrap().remove(0);
    assert_eq!(facts.field_name, "署名");
    assert_eq!(facts.sub_filter.as_deref(), Some("ETSI.CAdES.detached"));
    assert_eq!(facts.contents_span, Some(span));
    assert_eq!(facts.byte_range, Some(vec![(0, range[1]), (range[2], range[3])]));
    assert_eq!(facts.revision, Some(1));
    assert_eq!(facts.contents, Some(vec![0; 8]));
}

#[test]
fn entries_are_edited_where_they_stand() {
    let mut builder = PdfBuilder::with_pages(2, "/Annots 6 0 R");
    builder
        .object(6, "[7 0 R]")
        .object(7, "<</Subtype/Link>>")
        .object(8, "<</AP<</N 7 0 R>>/Gone 99 0 R/Bad(x)>>");
    let file = builder.classic();
    let document = open(&file);
    let mut update = IncrementalUpdate::new(&document);
    update
        .edit_array_entry(ObjectId::new(3, 0), "Annots", |array| {
            array.push(ObjectId::new(8, 0));
        })
        .unwrap();
    update
        .edit_dictionary_entry(ObjectId::new(8, 0), "AP", |appearance| {
            appearance.set("D", ObjectId::new(7, 0));
        })
        .unwrap();
    update
        .edit_dictionary_entry(ObjectId::new(8, 0), "MK", |characteristics| {
            characteristics.set("R", 90);
        })
        .unwrap();
    assert!(matches!(
        update.edit_dictionary_entry(ObjectId::new(8, 0), "Bad", |_| {}),
        Err(UpdateError::WrongEntry { .. })
    ));
    assert!(matches!(
        update.edit_dictionary(ObjectId::new(6, 0), |_| {}),
        Err(UpdateError::NotADictionary(_))
    ));
    assert_eq!(
        update.object(ObjectId::new(6, 0)).unwrap().to_bytes(),
        b"[7 0 R 8 0 R]"
    );
    update
        .edit_array_entry(ObjectId::new(8, 0), "Gone", |array| array.push(1))
        .unwrap();
    let update = update.write([3; 32]).unwrap();
    assert!(contains(
        &update.bytes,
        "<</AP<</N 7 0 R /D 7 0 R>>/Bad(x) /MK << /R 90 >> /Gone [1]>>"
    ));
    assert_eq!(update.objects.len(), 2, "the page itself is not touched");
}

#[test]
fn content_is_wrapped_and_balanced() {
    let file = sample().classic();
    let document = open(&file);
    let page = document.pages().unwrap().remove(0);
    let mut update = IncrementalUpdate::new(&document);
    let form = update.add_stream(
        Dictionary::new()
            .with("Type", Name::new("XObject"))
            .with("Subtype", Name::new("Form"))
            .with("BBox", Array::from([0, 0, 1, 1])),
        b"0 0 1 1 re f",
    );
    let name = update.add_page_resource(&page, "XObject", form).unwrap();
    assert_eq!(
        update.add_page_resource(&page, "XObject", form).unwrap(),
        name,
        "once is enough"
    );
    update
        .append_page_content(&page, format!("/{} Do", name.to_text()).as_bytes())
        .unwrap();
    update.append_page_content(&page, b"% second").unwrap();
    let update = update.write([3; 32]).unwrap();
    let whole = joined(&file, &update);
    judge::assert_fine(&whole);
    let updated = open(&whole);
    let page = updated.pages().unwrap().remove(0);
    let content = String::from_utf8(updated.page_content(&page).unwrap()).unwrap();
    // The original leaves one state saved.
    assert_eq!(
        content.split_whitespace().collect::<Vec<_>>().join(" "),
        "q q q 1 0 0 1 0 0 cm Q Q /Ak1 Do Q % second"
    );
    assert!(contains(
        &update.bytes,
        "/Resources<</ProcSet[/PDF] /XObject << /Ak1"
    ));
    assert_eq!(
        updated.page_contents(&page).unwrap()[2].data_span(),
        document.page_contents(&document.pages().unwrap()[0]).unwrap()[0].data_span(),
        "the old stream stays"
    );
}

#[test]
fn shared_resources_are_changed_once() {
    let mut builder = PdfBuilder::with_pages(3, "/Resources 6 0 R");
    builder
        .object(6, "<</XObject 7 0 R>>")
        .object(7, "<</Ak1 8 0 R>>")
        .object(8, "<<>>");
    let file = builder.classic();
    let document = open(&file);
    let mut update = IncrementalUpdate::new(&document);
    let form = update.add(Dictionary::new());
    for page in document.pages().unwrap() {
        assert_eq!(
            update.add_page_resource(&page, "XObject", form).unwrap(),
            Name::new("Ak2")
        );
    }
    let update = update.write([3; 32]).unwrap();
    assert_eq!(update.objects, [ObjectId::new(7, 0), form]);
}

#[test]
fn inherited_resources_are_found() {
    let mut builder = PdfBuilder::new();
    builder
        .object(1, "<</Type/Catalog/Pages 2 0 R>>")
        .object(
            2,
            "<</Type/Pages/Kids[3 0 R]/Count 1/Resources<</Font<</F1 5 0 R>>>>>>",
        )
        .object(3, "<</Type/Page/Parent 2 0 R>>")
        .object(5, "<</Type/Font>>");
    let file = builder.classic();
    let document = open(&file);
    let page = document.pages().unwrap().remove(0);
    let mut update = IncrementalUpdate::new(&document);
    let font = update.add(Dictionary::new());
    update.add_page_resource(&page, "Font", font).unwrap();
    assert_eq!(
        update.object(ObjectId::new(2, 0)).unwrap().to_bytes(),
        b"<</Type/Pages/Kids[3 0 R]/Count 1/Resources<</Font<</F1 5 0 R /Ak1 6 0 R>>>>>>"
    );
}

#[test]
fn an_update_can_be_read_without_copying() {
    let file = sample().streamed(&[2]);
    let document = open(&file);
    let mut update = IncrementalUpdate::new(&document);
    let id = update.add(PdfString::from_text("新"));
    let update = update.write([3; 32]).unwrap();
    let whole = Document::open(
        Appended::new(document.reader(), &update.bytes),
        &Limits::default(),
    )
    .unwrap();
    assert_eq!(
        whole.object(id).unwrap(),
        Object::from(PdfString::from_text("新"))
    );
}

#[test]
fn a_document_describes_itself() {
    let mut builder = PdfBuilder::with_pages(1, "/Contents 4 0 R");
    builder
        .stream(4, "", b"q\n(x) Tj")
        .stream(5, "/Filter/DCTDecode", b"\xff\xd8")
        .stream(6, "", b"\x00\x01");
    let file = builder.classic();
    let text = open(&file).describe().unwrap();
    assert!(
        text.starts_with("trailer <<\n  /Size 7\n  /Root 1 0 R\n>>\n1 0 obj <<\n  /Type /Catalog\n"),
        "{text}"
    );
    assert!(
        text.contains("  /Length 8\n>> stream of 8 bytes\n  | q\n  | (x) Tj\n5 0 obj"),
        "{text}"
    );
    assert!(text.contains("  | encoded with DCTDecode\n"), "{text}");
    assert!(
        text.contains("  | 2 bytes, SHA-256 b413f47d13ee2fe6…\n"),
        "{text}"
    );
}
