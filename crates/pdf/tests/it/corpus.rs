//! Foreign files: each opens or is refused by name, in bounded time.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use akashi_pdf::{Dictionary, Document, IncrementalUpdate, Limits, OpenError, PdfString};

use crate::judge;

/// The folder with foreign files; nothing when it is not there and nobody asked for it.
#[expect(
    clippy::disallowed_methods,
    reason = "where test material lies is no configuration of the product"
)]
pub(crate) fn corpus() -> Option<PathBuf> {
    let (folder, wanted) = match std::env::var_os("AKASHI_CORPUS") {
        Some(folder) => (PathBuf::from(folder), true),
        None => (
            Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/corpus"),
            false,
        ),
    };
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(
        !wanted,
        "AKASHI_CORPUS is set but {} is missing",
        folder.display()
    );
    eprintln!(
        "==== SKIPPED: no corpus at {} (set AKASHI_CORPUS) ====",
        folder.display()
    );
    None
}

pub(crate) fn pdf_files(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "pdf"))
        .collect();
    files.sort();
    files
}

#[test]
fn every_file_opens_or_is_refused_by_name() {
    let Some(corpus) = corpus() else { return };
    for folder in ["robust", "pyhanko/inputs", "pyhanko/signed", "dss/pdf", "attacks"] {
        let mut outcomes: BTreeMap<String, Vec<String>> = BTreeMap::new();
        let files = pdf_files(&corpus.join(folder));
        for path in &files {
            let started = Instant::now();
            let outcome = outcome(&std::fs::read(path).unwrap());
            assert!(
                started.elapsed() < Duration::from_secs(10),
                "{} took too long",
                path.display()
            );
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            outcomes.entry(outcome).or_default().push(name);
        }
        println!("{folder}: {} files", files.len());
        let mut fine = 0;
        for (outcome, names) in outcomes {
            println!("  {:4} {outcome}", names.len());
            if outcome == "fine" {
                fine = names.len();
            } else {
                for name in names {
                    println!("         {name}");
                }
            }
        }
        // Most of these files open in every reader; refusing many would be a fault of ours.
        let wanted = if folder == "attacks" {
            files.len() / 2
        } else {
            files.len() * 7 / 10
        };
        assert!(fine >= wanted, "only {fine} of {} open in {folder}", files.len());
    }
}

fn outcome(bytes: &[u8]) -> String {
    let document = match Document::open(bytes, &Limits::default()) {
        Ok(document) => document,
        Err(OpenError::BrokenXref { cause, .. }) => return format!("not opened: broken xref: {cause}"),
        Err(error) => return format!("not opened: {error}"),
    };
    let pages = match document.pages() {
        Ok(pages) => pages,
        Err(error) => return format!("pages: {error}"),
    };
    if pages.is_empty() {
        return "no pages".to_owned();
    }
    if let Err(error) = document.form_on_pages(&pages) {
        return format!("form: {error}");
    }
    if let Err(error) = document.signatures() {
        return format!("signatures: {error}");
    }
    if let Err(error) = document.active_content() {
        return format!("active content: {error}");
    }
    "fine".to_owned()
}

/// Adds a stream, a form field with a widget and page content, as a sent revision does.
fn update(bytes: &[u8]) -> Option<Vec<u8>> {
    let document = Document::open(bytes, &Limits::default()).ok()?;
    let pages = document.pages().ok()?;
    let page = pages.first()?;
    let mut update = IncrementalUpdate::new(&document);
    let form = Dictionary::new()
        .with("Subtype", akashi_pdf::Name::new("Form"))
        .with("BBox", page.geometry().visible);
    let form = update.add_stream(form, b"0 0 1 1 re f");
    let name = update.add_page_resource(page, "XObject", form).ok()?;
    update
        .append_page_content(page, format!("/{} Do", name.to_text()).as_bytes())
        .ok()?;
    let field = Dictionary::new()
        .with("Type", akashi_pdf::Name::new("Annot"))
        .with("Subtype", akashi_pdf::Name::new("Widget"))
        .with("FT", akashi_pdf::Name::new("Sig"))
        .with("T", PdfString::from_text("追加"))
        .with("P", page.id)
        .with("Rect", page.geometry().user_rect(1.0, 1.0, 10.0, 10.0));
    let field = update.add(field);
    update
        .edit_array_entry(page.id, "Annots", |annotations| annotations.push(field))
        .ok()?;
    let mut form_id = None;
    update.edit_form(|form| form_id = form.reference("Fields")).ok()?;
    match form_id {
        Some(fields) => update.edit_array(fields, |fields| fields.push(field)).ok()?,
        None => update
            .edit_form(|form| {
                form.edit_array("Fields", |fields| fields.push(field));
            })
            .ok()?,
    }
    let update = update.write([1; 32]).ok()?;
    Some([bytes, &update.bytes].concat())
}

#[test]
fn updates_of_foreign_files_are_as_fine_as_the_files() {
    let Some(corpus) = corpus() else { return };
    let mut judged = 0;
    for folder in ["robust", "pyhanko/inputs"] {
        for path in pdf_files(&corpus.join(folder)) {
            let base = std::fs::read(&path).unwrap();
            let Some(whole) = update(&base) else { continue };
            assert!(whole.starts_with(&base));
            let updated = Document::open(whole.as_slice(), &Limits::default()).unwrap();
            let form = updated.form_on_pages(&updated.pages().unwrap()).unwrap().unwrap();
            let added = form
                .fields
                .iter()
                .find(|field| field.full_name == "追加")
                .unwrap();
            assert_eq!(added.widgets[0].page_index, Some(0), "{}", path.display());

            let (_folder, whole_path) = judge::file(&whole);
            let (after, text) = judge::check(&whole_path);
            if after != 0 {
                let (before, text_before) = judge::check(&path);
                // Linearisation ends with an update; qpdf says so, and nothing else may be new.
                let linearised = text_before.contains("File is linearized") && !text.contains("ERROR");
                let is_worse = before != after && before != 2;
                assert!(!is_worse || linearised, "{}: {text}", path.display());
            }
            judged += 1;
        }
    }
    println!("{judged} updated files judged by qpdf");
    assert!(judged > 190, "only {judged}");
}
