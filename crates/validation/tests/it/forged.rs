//! Changes after signing that filling a form does not cover, made here on a form that is filled honestly.

use akashi_pdf::{
    Appended, Dictionary, Document, FieldType, IncrementalUpdate, Limits, Name, Object, ObjectId, PdfString,
};
use akashi_validation::{ChangeLevel, RevocationPolicy, SignatureReport, Trust, judge};

use crate::corpus::folder;

/// A signed form whose text fields nobody locked, one of them filled after signing.
const FORM: &str = "pyhanko/signed/641ad235ebb155da903c.pdf";

struct Form {
    file: Vec<u8>,
}

impl Form {
    fn read() -> Option<Self> {
        let corpus = folder()?;
        Some(Self {
            file: std::fs::read(corpus.join(FORM)).unwrap(),
        })
    }

    fn document(&self) -> Document<&[u8]> {
        Document::open(self.file.as_slice(), &Limits::default()).unwrap()
    }

    /// The widget of a text field.
    fn text_widget(&self) -> ObjectId {
        let form = self.document().form().unwrap().unwrap();
        let mut fields = form.fields.iter();
        let text = fields
            .find(|field| field.field_type == Some(FieldType::Text))
            .unwrap();
        text.widgets[0].id
    }

    /// The first signature, judged after an update.
    fn after(&self, change: impl FnOnce(&mut IncrementalUpdate<'_, &[u8]>)) -> SignatureReport {
        let document = self.document();
        let mut update = IncrementalUpdate::new(&document);
        change(&mut update);
        let update = update.write([7; 32]).unwrap();
        self.after_bytes(&update.bytes)
    }

    fn after_bytes(&self, bytes: &[u8]) -> SignatureReport {
        let reader = Appended::new(self.file.as_slice(), bytes);
        let document = Document::open(reader, &Limits::default()).unwrap();
        let trust = Trust::default().with_revocation_policy(RevocationPolicy::NotChecked);
        let report = judge(&document, &trust, "2020-11-01T00:00:00Z".parse().unwrap()).unwrap();
        report.signatures.into_iter().next().unwrap()
    }
}

fn assert_forbidden(report: &SignatureReport, place: &str) {
    assert_eq!(report.later.level, ChangeLevel::Other);
    let places: Vec<&String> = report
        .later
        .findings
        .iter()
        .map(|one| &one.change.place)
        .collect();
    assert!(places.iter().any(|one| one.contains(place)), "{places:?}");
    assert!(!report.is_unchanged());
}

#[test]
fn filling_is_permitted() {
    let Some(form) = Form::read() else { return };
    let widget = form.text_widget();
    let report = form.after(|update| {
        let value = PdfString::from_text("一千万円");
        update
            .edit_dictionary(widget, |field| field.set("V", value))
            .unwrap();
    });
    assert!(report.is_intact());
    assert_eq!(
        report.later.level,
        ChangeLevel::FormFilling,
        "{:#?}",
        report.later
    );
    assert!(report.is_unchanged());
}

#[test]
fn showing_what_was_hidden_is_no_filling() {
    let Some(form) = Form::read() else { return };
    let widget = form.text_widget();
    for (bit, is_forbidden) in [
        (1, true),
        (2, true),
        (32, true),
        (256, true),
        (64, false),
        (128, false),
    ] {
        let old = form.document().dictionary(widget).unwrap().unwrap();
        let flags = old.get("F").and_then(Object::as_i64).unwrap_or(0) ^ bit;
        let report = form.after(|update| {
            update
                .edit_dictionary(widget, |field| field.set("F", Object::from(flags)))
                .unwrap();
        });
        if is_forbidden {
            assert_forbidden(&report, "F");
        } else {
            assert!(report.is_unchanged(), "{bit}: {:#?}", report.later);
        }
    }
}

#[test]
fn having_all_fields_drawn_anew_is_no_filling() {
    let Some(form) = Form::read() else { return };
    let catalog = form.document().catalog_id();
    let id = form.document().form().unwrap().unwrap().id;
    let report = form.after(|update| {
        let set = |form: &mut Dictionary| form.set("NeedAppearances", Object::from(true));
        match id {
            Some(id) => update.edit_dictionary(id, set).unwrap(),
            None => update
                .edit_dictionary(catalog, |catalog| {
                    catalog.edit_dictionary("AcroForm", set);
                })
                .unwrap(),
        }
    });
    assert_forbidden(&report, "NeedAppearances");
}

#[test]
fn text_over_a_page_is_no_comment() {
    let Some(form) = Form::read() else { return };
    let page = form.document().pages().unwrap().remove(0);
    for (subtype, expected) in [
        ("Text", ChangeLevel::Annotations),
        ("FreeText", ChangeLevel::Other),
        ("Stamp", ChangeLevel::Other),
        ("Redact", ChangeLevel::Other),
        ("Link", ChangeLevel::Other),
    ] {
        let report = form.after(|update| {
            let annotation = Dictionary::new()
                .with("Type", Name::new("Annot"))
                .with("Subtype", Name::new(subtype));
            update
                .edit_dictionary(page.id, |page| {
                    page.edit_array("Annots", |list| list.push(annotation));
                })
                .unwrap();
        });
        let levels: Vec<ChangeLevel> = report.later.findings.iter().map(|one| one.change.level).collect();
        assert_eq!(levels, [expected], "{subtype}");
        assert!(!report.is_unchanged(), "nobody certified it for comments");
    }
}

#[test]
fn a_key_that_stands_there_twice_is_read_in_two_ways() {
    let Some(form) = Form::read() else { return };
    let widget = form.text_widget();
    let document = form.document();
    let entries = Object::from(document.dictionary(widget).unwrap().unwrap()).to_bytes();
    let doubled = String::from_utf8_lossy(&entries).replacen("<<", "<</V (1)/V (1000)", 1);
    let object = format!("{} {} obj\n{doubled}\nendobj\n", widget.number, widget.generation);
    let start = form.file.len();
    let previous = document.revisions().last().unwrap().xref_offset;
    let root = document.catalog_id();
    let size = document.next_number();
    let update = format!(
        "{object}xref\n{} 1\n{start:010} {:05} n \ntrailer\n<</Size {size}/Root {} {} R/Prev {previous}>>\nstartxref\n{}\n%%EOF\n",
        widget.number,
        widget.generation,
        root.number,
        root.generation,
        start + object.len(),
    );
    assert_forbidden(&form.after_bytes(update.as_bytes()), "a key stands there twice");
}

#[test]
fn bytes_behind_the_end_are_not_covered() {
    let Some(form) = Form::read() else { return };
    for tail in ["%", "\n\n\n", "1 0 obj<</Type/Catalog>>endobj"] {
        let report = form.after_bytes(tail.as_bytes());
        assert!(report.is_intact());
        assert_ne!(report.later.level, ChangeLevel::None, "{tail:?}");
    }
}
