//! Large files: pages scanned in colour, as noise.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// A4 at 300 dots an inch, three bytes a dot: what a scanner that does not compress leaves.
const WIDTH: u64 = 2480;
const HEIGHT: u64 = 3508;
const PICTURE_BYTES: u64 = WIDTH * HEIGHT * 3;

/// Writes a PDF of at least `bytes`, one scanned page after the other, and returns its length.
///
/// # Errors
/// The file cannot be written.
pub(crate) fn write(path: &Path, bytes: u64) -> io::Result<u64> {
    let pages = bytes.div_ceil(PICTURE_BYTES);
    let mut file = Counted {
        inner: BufWriter::with_capacity(1 << 20, File::create(path)?),
        length: 0,
        offsets: Vec::new(),
        noise: 0x2545_f491_4f6c_dd1d,
    };
    file.put(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")?;
    file.object("<< /Type /Catalog /Pages 2 0 R >>")?;
    let kids: Vec<String> = (0..pages).map(|page| format!("{} 0 R", 3 + page * 3)).collect();
    file.object(&format!(
        "<< /Type /Pages /Kids [{}] /Count {pages} >>",
        kids.join(" ")
    ))?;
    for page in 0..pages {
        let number = 3 + page * 3;
        file.object(&format!(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595.276 841.89] /Contents {} 0 R \
             /Resources << /XObject << /Im1 {} 0 R >> >> >>",
            number + 1,
            number + 2
        ))?;
        let content = "q 595.276 0 0 841.89 0 0 cm /Im1 Do Q";
        file.object(&format!(
            "<< /Length {} >>\nstream\n{content}\nendstream",
            content.len()
        ))?;
        file.picture()?;
    }
    file.end()
}

struct Counted<W> {
    inner: W,
    length: u64,
    offsets: Vec<u64>,
    noise: u64,
}

impl<W: Write> Counted<W> {
    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.length += bytes.len() as u64;
        self.inner.write_all(bytes)
    }

    fn begin(&mut self) -> io::Result<()> {
        self.offsets.push(self.length);
        self.put(format!("{} 0 obj\n", self.offsets.len()).as_bytes())
    }

    fn object(&mut self, text: &str) -> io::Result<()> {
        self.begin()?;
        self.put(text.as_bytes())?;
        self.put(b"\nendobj\n")
    }

    fn picture(&mut self) -> io::Result<()> {
        self.begin()?;
        let entries = format!(
            "<< /Type /XObject /Subtype /Image /Width {WIDTH} /Height {HEIGHT} /ColorSpace /DeviceRGB \
             /BitsPerComponent 8 /Length {PICTURE_BYTES} >>\nstream\n"
        );
        self.put(entries.as_bytes())?;
        let mut line = Vec::new();
        for _ in 0..HEIGHT {
            line.clear();
            for _ in 0..WIDTH * 3 / 8 {
                line.extend_from_slice(&self.noise().to_le_bytes());
            }
            self.put(&line)?;
        }
        self.put(b"\nendstream\nendobj\n")
    }

    /// Xorshift: the same bytes in every run.
    fn noise(&mut self) -> u64 {
        self.noise ^= self.noise << 13;
        self.noise ^= self.noise >> 7;
        self.noise ^= self.noise << 17;
        self.noise
    }

    fn end(mut self) -> io::Result<u64> {
        let start = self.length;
        let size = self.offsets.len() + 1;
        self.put(format!("xref\n0 {size}\n0000000000 65535 f \n").as_bytes())?;
        for offset in std::mem::take(&mut self.offsets) {
            self.put(format!("{offset:010} 00000 n \n").as_bytes())?;
        }
        let trailer = format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n");
        self.put(trailer.as_bytes())?;
        self.inner.flush()?;
        Ok(self.length)
    }
}

#[cfg(test)]
mod tests {
    use akashi_pdf::{Document, Limits};

    use super::*;
    use crate::disk::OnDisk;

    #[test]
    fn a_file_of_scans_has_its_pages_and_its_length() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("scans.pdf");
        let length = write(&path, PICTURE_BYTES + 1).unwrap();
        assert!(length > 2 * PICTURE_BYTES && length < 2 * PICTURE_BYTES + 10_000);
        let document = Document::open(OnDisk::open(&path).unwrap(), &Limits::default()).unwrap();
        assert_eq!(document.size(), length);
        assert_eq!(document.pages().unwrap().len(), 2);
        assert_eq!(document.revisions().len(), 1);
    }
}
