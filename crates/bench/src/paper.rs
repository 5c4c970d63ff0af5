//! The document: three pages of text, and a picture of noise that brings it to 100 KB.

/// Sides of the picture in pixels; three bytes each, and no compression helps.
const SIDE: usize = 173;
const LINES: usize = 34;
const LINE: &str = "The contractor shall perform the services with the care of a prudent manager.";

/// A PDF of three pages and 100 KB with a classic cross-reference table.
pub(crate) fn contract() -> Vec<u8> {
    let mut objects: Vec<Vec<u8>> = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R 4 0 R 5 0 R] /Count 3 >>".to_vec(),
    ];
    for content in 6..=8 {
        objects.push(
            format!(
                "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {content} 0 R \
                 /Resources << /Font << /F1 9 0 R >> /XObject << /Im1 10 0 R >> >> >>"
            )
            .into_bytes(),
        );
    }
    for page in 1..=3 {
        objects.push(stream("", content(page).as_bytes()));
    }
    objects.push(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>".to_vec());
    let picture = format!(
        "/Type /XObject /Subtype /Image /Width {SIDE} /Height {SIDE} /ColorSpace /DeviceRGB /BitsPerComponent 8"
    );
    objects.push(stream(&picture, &noise(SIDE * SIDE * 3)));
    file(&objects)
}

fn content(page: usize) -> String {
    let mut lines = vec![format!(
        "BT /F1 16 Tf 72 770 Td (Service agreement, page {page} of 3) Tj ET"
    )];
    for line in 0..LINES {
        let y = 740 - 14 * line;
        lines.push(format!("BT /F1 10 Tf 72 {y} Td ({}. {LINE}) Tj ET", line + 1));
    }
    if page == 3 {
        lines.push("q 120 0 0 120 400 40 cm /Im1 Do Q".to_owned());
    }
    lines.join("\n")
}

fn stream(entries: &str, bytes: &[u8]) -> Vec<u8> {
    let mut object = format!("<< {entries} /Length {} >>\nstream\n", bytes.len()).into_bytes();
    object.extend_from_slice(bytes);
    object.extend_from_slice(b"\nendstream");
    object
}

/// Xorshift: the same bytes in every run.
fn noise(length: usize) -> Vec<u8> {
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut bytes = Vec::with_capacity(length + 8);
    while bytes.len() < length {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes.extend_from_slice(&state.to_le_bytes());
    }
    bytes.truncate(length);
    bytes
}

fn file(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
    let mut table = format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1);
    for (index, object) in objects.iter().enumerate() {
        table.push_str(&entry(bytes.len()));
        bytes.extend_from_slice(format!("{} 0 obj\n", index + 1).as_bytes());
        bytes.extend_from_slice(object);
        bytes.extend_from_slice(b"\nendobj\n");
    }
    let start = bytes.len();
    bytes.extend_from_slice(table.as_bytes());
    let trailer = format!(
        "trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n",
        objects.len() + 1
    );
    bytes.extend_from_slice(trailer.as_bytes());
    bytes
}

fn entry(offset: usize) -> String {
    format!("{offset:010} 00000 n \n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_has_100_kilobytes_and_its_table_leads_to_the_objects() {
        let bytes = contract();
        assert!((99_000..=103_000).contains(&bytes.len()), "{} bytes", bytes.len());
        for number in 1..=10_usize {
            let begin = format!("{number} 0 obj\n");
            let at = bytes
                .windows(begin.len() + 1)
                .position(|window| window[0] == b'\n' && &window[1..] == begin.as_bytes())
                .unwrap()
                + 1;
            let row = entry(at);
            assert!(
                bytes.windows(row.len()).any(|window| window == row.as_bytes()),
                "object {number} stands at {at}"
            );
        }
    }

    #[test]
    fn it_is_the_same_in_every_run() {
        assert_eq!(contract(), contract());
    }
}
