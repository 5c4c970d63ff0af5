//! Small PDF files, good and bad, put together by hand.

use std::fmt::Write as _;

use bytes::Bytes;

/// A file of these objects, numbered from 1; the first is the catalog.
pub fn file(objects: &[String], trailer: &str) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (index, object) in objects.iter().enumerate() {
        writeln!(table, "{:010} 00000 n ", file.len()).expect("a text grows");
        file.extend_from_slice(format!("{} 0 obj\n{object}\nendobj\n", index + 1).as_bytes());
    }
    let start = file.len();
    file.extend_from_slice(table.as_bytes());
    let size = objects.len() + 1;
    file.extend_from_slice(
        format!("trailer\n<</Size {size}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n").as_bytes(),
    );
    file
}

fn objects(catalog: &str, pages: usize) -> Vec<String> {
    let mut kids = String::new();
    for page in 0..pages {
        write!(kids, "{} 0 R ", page + 3).expect("a text grows");
    }
    let mut objects = vec![
        format!("<</Type/Catalog/Pages 2 0 R{catalog}>>"),
        format!("<</Type/Pages/Kids[{kids}]/Count {pages}/MediaBox[0 0 595 842]>>"),
    ];
    objects.extend(std::iter::repeat_n(
        "<</Type/Page/Parent 2 0 R>>".to_owned(),
        pages,
    ));
    objects
}

/// An honest file with so many empty pages of A4.
pub fn pages(count: usize) -> Bytes {
    file(&objects("", count), "").into()
}

/// A file that opens with a password only.
pub fn with_password() -> Bytes {
    let mut objects = objects("", 1);
    let secret = "5a".repeat(32);
    objects.push(format!(
        "<</Filter/Standard/V 2/R 3/Length 128/P -44/O<{secret}>/U<{secret}>>>"
    ));
    file(&objects, "/Encrypt 4 0 R/ID[<0102><0102>]").into()
}

/// A file with a script, an attachment named `見積書.xlsx`, and a link that starts a program.
pub fn with_active_content() -> Bytes {
    let mut objects = objects(
        "/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>/Names<</EmbeddedFiles<</Names[(a)5 0 R]>>>>",
        1,
    );
    if let Some(page) = objects.get_mut(2) {
        "<</Type/Page/Parent 2 0 R/Annots[4 0 R]>>".clone_into(page);
    }
    objects.push("<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/Launch/F(calc.exe)>>>>".to_owned());
    objects
        .push("<</Type/Filespec/F(a)/UF<FEFF898B7A4D66F8002E0078006C00730078>/EF<</F 6 0 R>>>>".to_owned());
    objects.push("<</Type/EmbeddedFile/Length 4>>\nstream\nabcd\nendstream".to_owned());
    file(&objects, "").into()
}

/// A file that carries a signature, and `catalog` in its catalog. Nobody could verify the signature; whether there is
/// one is a question of structure.
pub fn signed(catalog: &str) -> Vec<u8> {
    let mut objects = objects(&format!("/AcroForm<</SigFlags 3/Fields[4 0 R]>>{catalog}"), 1);
    if let Some(page) = objects.get_mut(2) {
        "<</Type/Page/Parent 2 0 R/Annots[4 0 R]>>".clone_into(page);
    }
    objects.push("<</Type/Annot/Subtype/Widget/FT/Sig/T(done)/V 5 0 R/Rect[0 0 0 0]/P 3 0 R>>".to_owned());
    objects.push("<</Type/Sig/Filter/Adobe.PPKLite/ByteRange[0 1 2 3]/Contents<00>>>".to_owned());
    file(&objects, "")
}

/// The same file with a cross-reference table whose entries lead nowhere, and no way to find it.
pub fn without_cross_reference(mut file: Vec<u8>) -> Bytes {
    let marker = b"xref\n";
    let at = file
        .windows(marker.len())
        .position(|window| window == marker)
        .expect("a table");
    file.truncate(at);
    file.extend_from_slice(b"trailer\n<</Root 1 0 R>>\nstartxref\n999999\n%%EOF\n");
    file.into()
}
