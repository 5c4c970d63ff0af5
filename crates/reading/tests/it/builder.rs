//! Small PDF files, written by hand.

use std::io::Write;
use std::sync::Arc;

use akashi_reading::{Limits, OpenError, PageReader, SubstituteFonts};

/// Objects of a file, numbered from 1 in the order of adding.
pub(crate) struct File {
    objects: Vec<Vec<u8>>,
}

/// The first three objects of every file here: catalog, page tree, page.
const PAGE: usize = 3;

impl File {
    /// A file with one page. `page` are its own entries beside `Type` and `Parent`; it must name `Contents 4 0 R`
    /// itself if it wants the content.
    pub(crate) fn with_page(page: &str, content: &str) -> Self {
        let mut file = Self { objects: Vec::new() };
        file.add("<</Type/Catalog/Pages 2 0 R>>");
        file.add("<</Type/Pages/Kids[3 0 R]/Count 1>>");
        file.add(&format!("<</Type/Page/Parent 2 0 R{page}>>"));
        file.add_stream("", content.as_bytes());
        file
    }

    /// A page of A4 with this content and these resources.
    pub(crate) fn a4(resources: &str, content: &str) -> Self {
        Self::with_page(
            &format!("/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<{resources}>>"),
            content,
        )
    }

    /// Adds an object; returns its number.
    pub(crate) fn add(&mut self, text: &str) -> usize {
        self.objects.push(text.as_bytes().to_vec());
        self.objects.len()
    }

    pub(crate) fn add_stream(&mut self, entries: &str, data: &[u8]) -> usize {
        let mut object = format!("<</Length {}{entries}>>\nstream\n", data.len()).into_bytes();
        object.extend(data);
        object.extend(b"\nendstream");
        self.objects.push(object);
        self.objects.len()
    }

    /// A stream compressed `times` times over.
    pub(crate) fn add_compressed(&mut self, entries: &str, data: &[u8], times: usize) -> usize {
        let mut packed = data.to_vec();
        for _ in 0..times {
            let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
            encoder.write_all(&packed).unwrap();
            packed = encoder.finish().unwrap();
        }
        let filters = "/FlateDecode".repeat(times);
        self.add_stream(&format!("/Filter[{filters}]{entries}"), &packed)
    }

    /// Appends entries to the page dictionary.
    pub(crate) fn extend_page(&mut self, entries: &str) {
        let page = &mut self.objects[PAGE - 1];
        page.truncate(page.len() - 2);
        page.extend(entries.as_bytes());
        page.extend(b">>");
    }

    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut file = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n".to_vec();
        let mut offsets = Vec::new();
        for (index, object) in self.objects.iter().enumerate() {
            offsets.push(file.len());
            file.extend(format!("{} 0 obj\n", index + 1).bytes());
            file.extend(object);
            file.extend(b"\nendobj\n");
        }
        let start = file.len();
        file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", offsets.len() + 1).bytes());
        for offset in &offsets {
            file.extend(format!("{offset:010} 00000 n \n").bytes());
        }
        file.extend(format!("trailer\n<</Size {}/Root 1 0 R>>\n", offsets.len() + 1).bytes());
        file.extend(format!("startxref\n{start}\n%%EOF\n").bytes());
        file
    }

    pub(crate) fn open(&self) -> PageReader {
        open(self.bytes()).unwrap()
    }
}

/// Opens with default limits and without substitutes.
pub(crate) fn open(bytes: Vec<u8>) -> Result<PageReader, OpenError> {
    PageReader::open(Arc::from(bytes), SubstituteFonts::none(), Limits::default())
}

/// Text in a standard font at a place of the page.
pub(crate) const HELVETICA: &str = "/Font<</F1<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>";

/// A composite font without embedded program: entries for a `Font` resource dictionary.
pub(crate) fn japanese_font(name: &str, encoding: &str) -> String {
    format!(
        "/Font<</F1<</Type/Font/Subtype/Type0/BaseFont/{name}/Encoding/{encoding}/DescendantFonts[<</Type/Font\
         /Subtype/CIDFontType0/BaseFont/{name}/CIDSystemInfo<</Registry(Adobe)/Ordering(Japan1)/Supplement 4>>\
         /DW 1000/FontDescriptor<</Type/FontDescriptor/FontName/{name}/Flags 4/FontBBox[0 -120 1000 880]\
         /ItalicAngle 0/Ascent 880/Descent -120/CapHeight 700/StemV 80>>>>]>>>>"
    )
}

/// Text as hexadecimal UTF-16, for fonts encoded with UniJIS-UTF16.
pub(crate) fn utf16(text: &str) -> String {
    let units: Vec<String> = text.encode_utf16().map(|unit| format!("{unit:04x}")).collect();
    format!("<{}>", units.concat())
}

/// Whether the pixel of a picture at a displayed point (of a page `points` wide) is dark.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "points of a test lie within the picture"
)]
pub(crate) fn is_dark(image: &akashi_reading::PageImage, points: f64, x: f64, y: f64) -> bool {
    let scale = f64::from(image.width_px()) / points;
    let (column, row) = ((x * scale) as usize, (y * scale) as usize);
    let start = (row * image.width_px() as usize + column) * 3;
    image.rgb()[start..start + 3].iter().all(|level| *level < 100)
}
