//! Small PDFs made by hand.

use akashi_pades::{Drawing, HashState, SentPlan};
use akashi_pdf::{Document, Limits};

/// A file of these objects, the first of which is the catalog.
pub(crate) fn file(objects: &[&str]) -> Vec<u8> {
    let mut file = b"%PDF-1.6\n".to_vec();
    let mut offsets = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        offsets.push(file.len());
        file.extend(format!("{} 0 obj\n{object}\nendobj\n", index + 1).bytes());
    }
    let start = file.len();
    file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for offset in offsets {
        file.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    let size = objects.len() + 1;
    file.extend(format!("trailer\n<</Size {size}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF\n").bytes());
    file
}

/// One page with these entries.
pub(crate) fn one_page(entries: &str) -> Vec<u8> {
    let page = format!("<</Type/Page/Parent 2 0 R/Contents 4 0 R {entries}>>");
    file(&[
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        &page,
        "<</Length 17>>stream\n1 0 0 1 5 5 cm q \nendstream",
    ])
}

pub(crate) fn open(file: &[u8]) -> Document<&[u8]> {
    Document::open(file, &Limits::default()).unwrap()
}

/// A drawing of this size, filled.
pub(crate) fn painted(width: u32, height: u32) -> Document<Vec<u8>> {
    let page = format!("<</Type/Page/Parent 2 0 R/Contents 4 0 R/MediaBox[0 0 {width} {height}]>>");
    let content = format!("0 0 {width} {height} re f");
    let stream = format!("<</Length {}>>stream\n{content}\nendstream", content.len());
    let file = file(&[
        "<</Type/Catalog/Pages 2 0 R>>",
        "<</Type/Pages/Kids[3 0 R]/Count 1>>",
        &page,
        &stream,
    ]);
    Document::open(file, &Limits::default()).unwrap()
}

pub(crate) fn drawing(document: &Document<Vec<u8>>) -> Drawing<'_, Vec<u8>> {
    Drawing { document, page: 0 }
}

/// The file with its sent revision.
pub(crate) fn send(file: &[u8], plan: &SentPlan<'_, Vec<u8>>) -> Vec<u8> {
    let sent = plan
        .write(&open(file), HashState::START, [7; 32])
        .unwrap()
        .unwrap();
    [file, &sent.bytes].concat()
}
