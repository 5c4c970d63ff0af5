//! Properties over generated objects, documents and damage.

use akashi_pdf::{
    ActiveContentChoice, Array, Dictionary, Document, IncrementalUpdate, Limits, Name, Number, Object,
    ObjectId, PdfString, repair,
};
use proptest::prelude::*;

use crate::builder::PdfBuilder;

/// Objects made by the program.
fn object() -> impl Strategy<Value = Object> {
    let leaf = prop_oneof![
        Just(Object::Null),
        any::<bool>().prop_map(Object::from),
        any::<i64>().prop_map(|value| Number::integer(value).into()),
        (-1e6..1e6).prop_map(|value: f64| Number::real(value).into()),
        prop::collection::vec(any::<u8>(), 0..20).prop_map(|value| PdfString::new(value).into()),
        any::<String>().prop_map(|value| PdfString::from_text(&value).into()),
        prop::collection::vec(any::<u8>(), 0..8).prop_map(|value| Name::new(value).into()),
        (1..99_999_u32, any::<u16>())
            .prop_map(|(number, generation)| ObjectId::new(number, generation).into()),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6)
                .prop_map(|items| items.into_iter().collect::<Array>().into()),
            prop::collection::vec((prop::collection::vec(any::<u8>(), 0..6), inner), 0..6).prop_map(
                |entries| {
                    entries
                        .into_iter()
                        .map(|(key, value)| (Name::new(key), value))
                        .collect::<Dictionary>()
                        .into()
                }
            ),
        ]
    })
}

/// Source text of objects as foreign producers write them: odd spacing, spellings and comments.
fn source() -> impl Strategy<Value = String> {
    let gap = prop_oneof![
        Just(" "),
        Just("\n"),
        Just("\r\n\t"),
        Just(" % note (\n"),
        Just("  ")
    ];
    let leaf = prop_oneof![
        Just("null".to_owned()),
        "[+-]?[0-9]{1,6}(\\.[0-9]{0,8})?",
        "/[A-Za-z0-9+.:_-]{0,9}(#[0-9a-f]{2})?",
        "\\([A-Za-z0-9 \\n]{0,9}(\\(x\\))?(\\\\[nrtbf()0-7])?\\)",
        "<([0-9A-Fa-f]{2} ?){0,6}>",
        "[1-9][0-9]{0,4} 0 R",
    ];
    leaf.prop_recursive(4, 40, 5, move |inner| {
        let item = (gap.clone(), inner.clone()).prop_map(|(gap, value)| format!("{gap}{value}"));
        let entry = ("/[A-Z][a-z]{0,5}", gap.clone(), inner, gap.clone())
            .prop_map(|(key, gap, value, lead)| format!("{lead}{key}{gap}{value}"));
        prop_oneof![
            (prop::collection::vec(item, 0..5), gap.clone())
                .prop_map(|(items, gap)| format!("[{}{gap}]", items.concat())),
            (prop::collection::vec(entry, 0..5), gap.clone())
                .prop_map(|(entries, gap)| format!("<<{}{gap}>>", entries.concat())),
        ]
    })
}

fn samples() -> Vec<Vec<u8>> {
    let mut builder = PdfBuilder::with_pages(
        2,
        "/MediaBox[0 0 10 10.50]/Contents 5 0 R/Annots[6 0 R]/Resources<<>>",
    );
    builder
        .stream(5, "", b"q BT (x) Tj ET")
        .object(
            6,
            "<</Type/Annot/Subtype/Widget/FT/Sig/T(s)/V 7 0 R/Rect[0 0 0 0]/A<</S/JavaScript/JS(x)>>>>",
        )
        .object(7, "<</Type/Sig/ByteRange[0 1 2 3]/Contents<0011>/M(D:2026)>>");
    builder.objects[0].1 = b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[6 0 R]/SigFlags 3>>>>".to_vec();
    vec![
        builder.classic(),
        builder.streamed(&[1, 2, 3, 6]),
        builder.hybrid(&[6]),
    ]
}

/// Everything that reads; none of it may panic or take long.
fn exercise(bytes: &[u8]) {
    let mut limits = Limits::default();
    limits.stream_bytes = 1 << 20;
    limits.object_stream_bytes = 1 << 20;
    limits.work_bytes = 16 << 20;
    let Ok(document) = Document::open(bytes, &limits) else {
        let _ = repair(&bytes, &limits, [1; 32]);
        return;
    };
    for id in document.object_ids() {
        if let Ok(Object::Stream(stream)) = document.object(id) {
            let _ = document.stream_data(&stream);
        }
    }
    let _ = document.signatures();
    let _ = document.active_content();
    let _ = document.rewrite(ActiveContentChoice::Remove, [1; 32]);
    for index in 0..document.revisions().len() {
        let _ = document.at_revision(index);
    }
    let mut update = IncrementalUpdate::new(&document);
    for page in document.pages().unwrap_or_default().iter().take(3) {
        let _ = update.append_page_content(page, b"");
        let _ = update.add_page_resource(page, "Font", page.id);
        let _ = update.import_page_as_form(&document, page.index);
    }
    let _ = update.edit_form(|form| form.set("SigFlags", 3));
    if let Ok(update) = update.write([1; 32]) {
        let whole = [bytes, &update.bytes].concat();
        assert!(
            Document::open(whole.as_slice(), &limits).is_ok(),
            "what was written must open"
        );
    }
}

proptest! {
    #[test]
    fn parsing_what_was_written_gives_the_same(object in object()) {
        let bytes = object.to_bytes();
        let parsed = Object::parse(&bytes).unwrap();
        prop_assert_eq!(&parsed, &object);
        prop_assert_eq!(parsed.to_bytes(), bytes);
    }

    #[test]
    fn writing_what_was_parsed_gives_the_same_bytes(source in source()) {
        prop_assert_eq!(Object::parse(source.as_bytes()).unwrap().to_bytes(), source.as_bytes());
    }

    #[test]
    fn changing_one_entry_changes_nothing_else(source in source(), object in object()) {
        let text = format!("<< /First {source} /Target 1.50 /Last {source} >>");
        let mut parsed = Object::parse(text.as_bytes()).unwrap();
        let Object::Dictionary(dictionary) = &mut parsed else { unreachable!() };
        dictionary.set("Target", object.clone());
        let written = String::from_utf8(parsed.to_bytes()).unwrap();
        let (before, rest) = (format!("<< /First {source} /Target "), format!(" /Last {source} >>"));
        prop_assert!(written.starts_with(&before) && written.ends_with(&rest), "{}", written);
        prop_assert_eq!(Object::parse(&written.as_bytes()[before.len()..written.len() - rest.len()]).unwrap(), object);
    }

    #[test]
    fn an_update_keeps_the_base_and_says_what_was_put(objects in prop::collection::vec(object(), 1..6), structure in 0..3_usize) {
        let base = samples().swap_remove(structure);
        let document = Document::open(base.as_slice(), &Limits::default()).unwrap();
        let mut update = IncrementalUpdate::new(&document);
        let ids: Vec<ObjectId> = objects.iter().map(|object| update.add(object.clone())).collect();
        let update = update.write([5; 32]).unwrap();
        let whole = [base.as_slice(), &update.bytes].concat();
        let updated = Document::open(whole.as_slice(), &Limits::default()).unwrap();
        prop_assert_eq!(updated.revisions().len(), 2);
        for (id, object) in ids.iter().zip(&objects) {
            prop_assert_eq!(&updated.object(*id).unwrap(), object);
        }
        let view = updated.at_revision(0).unwrap().unwrap();
        prop_assert_eq!(view.object_ids(), document.object_ids());
    }

    #[test]
    fn damaged_files_never_panic(
        structure in 0..3_usize,
        damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..12),
        cut in prop::option::of(any::<prop::sample::Index>()),
    ) {
        let mut file = samples().swap_remove(structure);
        for (at, byte) in damage {
            let at = at.index(file.len());
            file[at] = byte;
        }
        if let Some(cut) = cut {
            file.truncate(cut.index(file.len()) + 1);
        }
        exercise(&file);
    }

    #[test]
    fn swapped_pieces_never_panic(structure in 0..3_usize, pieces in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>(), 1..30_usize), 1..6)) {
        let mut file = samples().swap_remove(structure);
        for (from, to, length) in pieces {
            let from = from.index(file.len());
            let piece = file[from..(from + length).min(file.len())].to_vec();
            let to = to.index(file.len());
            file.splice(to..to, piece);
        }
        exercise(&file);
    }

    #[test]
    fn random_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        exercise(&bytes);
        exercise(&[b"%PDF-1.7\n".as_slice(), &bytes, b"\nstartxref\n9\n%%EOF"].concat());
        let _ = Object::parse(&bytes);
    }
}
