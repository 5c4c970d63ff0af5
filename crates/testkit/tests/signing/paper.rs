//! Small documents to sign.

use akashi_pdf::{Document, Limits};

/// A file of these objects, the first of which is the catalog.
pub(crate) fn file(version: &str, objects: &[&str]) -> Vec<u8> {
    let mut file = format!("%PDF-{version}\n").into_bytes();
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

/// Two pages.
pub(crate) fn two_pages() -> Vec<u8> {
    let page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595.27559055 841.890]/Contents 5 0 R/Resources<<>>>>";
    file(
        "1.6",
        &[
            "<</Type/Catalog/Pages 2 0 R>>",
            "<</Type/Pages/Kids[3 0 R 4 0 R]/Count 2>>",
            page,
            page,
            "<</Length 24>>stream\n0.5 g 50 50 100 100 re f\nendstream",
        ],
    )
}

pub(crate) fn open(file: &[u8]) -> Document<&[u8]> {
    Document::open(file, &Limits::default()).unwrap()
}
