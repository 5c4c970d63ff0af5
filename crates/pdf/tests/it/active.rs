//! Active content: listed, and left out when asked.

use akashi_pdf::{ActiveContentChoice, ActiveContentKind as Kind, Document, Limits, RewriteError};

use crate::builder::PdfBuilder;
use crate::judge;

fn sample() -> PdfBuilder {
    let mut builder = PdfBuilder::new();
    builder
        .object(
            1,
            "<</Type/Catalog/Pages 2 0 R/OpenAction 5 0 R/AcroForm<</Fields[]/XFA[(a)10 0 R]>>\
             /Names<</JavaScript<</Names[(s)5 0 R]>>/EmbeddedFiles<</Names[(f)8 0 R]>>/Dests<</Names[(d)[3 0 R/Fit]]>>>>\
             /PageLabels<</Nums[0<</S/D>>]>>/StructTreeRoot<</K<</S/Launch/P 1 0 R/K 0>>>>>>",
        )
        .object(2, "<</Type/Pages/Kids[3 0 R]/Count 1>>")
        .object(
            3,
            "<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Annots[6 0 R 7 0 R 11 0 R]/AA<</O<</S/Launch/F(calc.exe)>>\
             /C<</S/GoTo/D[3 0 R/Fit]>>>>/Group<</S/Transparency>>>>",
        )
        .object(5, "<</S/JavaScript/JS(app.alert\\(1\\))>>")
        .object(6, "<</Type/Annot/Subtype/Link/Rect[0 0 1 1]/A<</S/URI/URI(https://example.test)/Next 5 0 R>>>>")
        .object(7, "<</Type/Annot/Subtype/FileAttachment/Rect[0 0 1 1]/FS 8 0 R>>")
        .object(8, "<</Type/Filespec/F(data.csv)/EF<</F 9 0 R>>>>")
        .stream(9, "/Type/EmbeddedFile", b"1;2")
        .stream(10, "", b"<xfa/>")
        .object(11, "<</Type/Annot/Subtype/Widget/Rect[0 0 1 1]/A<</S/SubmitForm/F<</FS/URL/F(https://evil.test)>>>>>>");
    builder
}

#[test]
fn everything_active_is_listed_once() {
    let file = sample().classic();
    let document = Document::open(file.as_slice(), &Limits::default()).unwrap();
    let mut found: Vec<_> = document
        .active_content()
        .unwrap()
        .into_iter()
        .map(|active| (active.kind, active.object_id.number, active.detail))
        .collect();
    found.sort();
    let expected = [
        (Kind::JavaScript, 5, "app.alert(1)"),
        (Kind::Launch, 3, "calc.exe"),
        (Kind::SubmitForm, 11, "https://evil.test"),
        (Kind::EmbeddedFile, 7, ""),
        (Kind::EmbeddedFile, 8, "data.csv"),
        (Kind::Xfa, 1, ""),
    ];
    assert_eq!(
        found,
        expected.map(|(kind, number, detail)| (kind, number, detail.to_owned()))
    );
}

#[test]
fn nothing_active_is_left_when_removed() {
    for file in [sample().classic(), sample().streamed(&[1, 3, 5, 6, 7, 8])] {
        let document = Document::open(file.as_slice(), &Limits::default()).unwrap();
        let cleaned = document.rewrite(ActiveContentChoice::Remove, [1; 32]).unwrap();
        judge::assert_fine(&cleaned);
        for word in [
            "JavaScript",
            "calc.exe",
            "evil",
            "EmbeddedFile",
            "xfa",
            "XFA",
            "FileAttachment",
        ] {
            assert!(!String::from_utf8_lossy(&cleaned).contains(word), "{word}");
        }
        let document = Document::open(cleaned.as_slice(), &Limits::default()).unwrap();
        assert_eq!(document.active_content().unwrap(), []);
        let page = document.pages().unwrap().remove(0);
        let annotations = document.page_annotations(&page).unwrap();
        assert_eq!(annotations.len(), 2, "link and widget stay");
        let link = annotations[0].1.get("A").unwrap().to_string();
        assert!(
            link.contains("https://example.test") && !link.contains("Next"),
            "{link}"
        );
        let text = String::from_utf8_lossy(&cleaned).into_owned();
        assert!(
            text.contains("/Dests<</Names[(d)[") && text.contains("/PageLabels<</Nums[0<</S/D>>]>>"),
            "{text}"
        );
        assert!(document.form().unwrap().is_some_and(|form| !form.has_xfa));
    }
}

#[test]
fn a_rewrite_keeps_everything_else() {
    let file = sample().streamed(&[1, 2, 3]);
    let document = Document::open(file.as_slice(), &Limits::default()).unwrap();
    let rewritten = document.rewrite(ActiveContentChoice::Keep, [1; 32]).unwrap();
    judge::assert_fine(&rewritten);
    let again = Document::open(rewritten.as_slice(), &Limits::default()).unwrap();
    assert_eq!(
        again.active_content().unwrap().len(),
        document.active_content().unwrap().len()
    );
    assert_eq!(
        document.rewrite(ActiveContentChoice::Keep, [1; 32]).unwrap(),
        rewritten,
        "the same seed, the same bytes"
    );
}

#[test]
fn signed_documents_are_not_rewritten() {
    let mut builder = sample();
    builder.objects[0].1 = b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[20 0 R]>>>>".to_vec();
    builder
        .object(20, "<</FT/Sig/T(s)/V 21 0 R>>")
        .object(21, "<</Type/Sig/ByteRange[0 1 2 3]/Contents<00>>>");
    let file = builder.classic();
    let document = Document::open(file.as_slice(), &Limits::default()).unwrap();
    assert!(matches!(
        document.rewrite(ActiveContentChoice::Remove, [1; 32]),
        Err(RewriteError::Signed)
    ));
}

#[test]
fn usage_rights_are_no_reason_to_refuse() {
    let mut builder = sample();
    builder.objects[0].1 = b"<</Type/Catalog/Pages 2 0 R/Perms<</UR3 21 0 R>>>>".to_vec();
    builder.object(21, "<</Type/Sig/ByteRange[0 1 2 3]/Contents<00>>>");
    let file = builder.classic();
    let document = Document::open(file.as_slice(), &Limits::default()).unwrap();
    let rewritten = document.rewrite(ActiveContentChoice::Keep, [1; 32]).unwrap();
    assert!(!String::from_utf8_lossy(&rewritten).contains("Perms"));
}
