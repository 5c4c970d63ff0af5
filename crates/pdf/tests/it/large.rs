//! Files far larger than memory: a few reads, some kilobytes, whatever stands between.

use std::cell::RefCell;
use std::io;

use akashi_pdf::{
    Appended, Dictionary, Document, IncrementalUpdate, Limits, Name, Object, ObjectId, PdfString, ReadAt,
    Reserved, XrefKind,
};

/// A file of which almost nothing exists: the rest is zeros. Counts what is asked of it.
struct Sparse {
    parts: Vec<(u64, Vec<u8>)>,
    size: u64,
    read: RefCell<(usize, u64)>,
}

impl ReadAt for Sparse {
    fn size(&self) -> u64 {
        self.size
    }

    fn read_at(&self, offset: u64, buffer: &mut [u8]) -> io::Result<()> {
        let end = offset + buffer.len() as u64;
        if end > self.size {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        let mut read = self.read.borrow_mut();
        *read = (read.0 + 1, read.1 + buffer.len() as u64);
        buffer.fill(0);
        for (start, part) in &self.parts {
            for (at, byte) in (*start..).zip(part).filter(|(at, _)| (offset..end).contains(at)) {
                buffer[usize::try_from(at - offset).unwrap()] = *byte;
            }
        }
        Ok(())
    }
}

/// Catalog and stream of `length` bytes before, pages and form behind it.
fn large(length: u64, kind: XrefKind) -> Sparse {
    let mut head =
        b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/Pages 3 0 R/AcroForm 5 0 R/Names 2 0 R>>\nendobj\n".to_vec();
    let stream_at = head.len() as u64;
    head.extend(format!("2 0 obj\n<</Length {length}>>\nstream\n").bytes());
    let tail_at = head.len() as u64 + length;
    let mut tail = b"\nendstream\nendobj\n".to_vec();
    let mut offsets = vec![9, stream_at];
    for object in [
        "3 0 obj\n<</Type/Pages/Kids[4 0 R]/Count 1>>\nendobj\n",
        "4 0 obj\n<</Type/Page/Parent 3 0 R/MediaBox[0 0 9 9]/Contents 2 0 R/Annots[6 0 R]>>\nendobj\n",
        "5 0 obj\n<</Fields[6 0 R]>>\nendobj\n",
        "6 0 obj\n<</FT/Tx/T(a)/Subtype/Widget/Rect[0 0 0 0]>>\nendobj\n",
    ] {
        offsets.push(tail_at + tail.len() as u64);
        tail.extend(object.bytes());
    }
    let start = tail_at + tail.len() as u64;
    if kind == XrefKind::Stream {
        offsets.push(start);
        let rows: Vec<u8> = offsets
            .iter()
            .flat_map(|offset| [&[1], offset.to_be_bytes().as_slice(), &[0, 0]].concat())
            .collect();
        let entries = format!(
            "/Type/XRef/W[1 8 2]/Index[1 7]/Size 8/Root 1 0 R/Length {}",
            rows.len()
        );
        tail.extend(format!("7 0 obj\n<<{entries}>>\nstream\n").bytes().chain(rows));
        tail.extend(b"\nendstream\nendobj\n");
    } else {
        tail.extend(b"xref\n0 7\n0000000000 65535 f \n");
        for offset in offsets {
            tail.extend(format!("{offset:010} 00000 n \n").bytes());
        }
        tail.extend(b"trailer\n<</Size 7/Root 1 0 R>>\n");
    }
    tail.extend(format!("startxref\n{start}\n%%EOF\n").bytes());
    Sparse {
        size: tail_at + tail.len() as u64,
        parts: vec![(0, head), (tail_at, tail)],
        read: RefCell::new((0, 0)),
    }
}

#[test]
fn a_gibibyte_and_six_cost_kilobytes() {
    for gibibytes in [1_u64, 6] {
        for kind in [XrefKind::Table, XrefKind::Stream] {
            let length = gibibytes << 30;
            let document = Document::open(large(length, kind), &Limits::default()).unwrap();
            assert_eq!(document.revisions()[0].xref_kind, kind);
            assert_eq!(document.revisions()[0].end, document.size());
            let page = document.pages().unwrap().remove(0);
            assert_eq!(
                document.form().unwrap().unwrap().fields[0].widgets[0].page_index,
                Some(0)
            );
            assert!(document.signatures().unwrap().is_empty());
            assert!(document.active_content().unwrap().is_empty());
            let Object::Stream(stream) = document.object(ObjectId::new(2, 0)).unwrap() else {
                panic!("no stream")
            };
            assert_eq!(stream.encoded_length(), length);

            let mut update = IncrementalUpdate::new(&document);
            let value = Dictionary::new()
                .with("Type", Name::new("Sig"))
                .with("ByteRange", Reserved::byte_range("range"))
                .with("Contents", Reserved::contents("value", 4));
            let value = update.add(value);
            let field = ObjectId::new(6, 0);
            update
                .edit_dictionary(field, |field| field.set("V", value))
                .unwrap();
            update
                .edit_dictionary(page.id, |page| page.set("Lang", PdfString::from_text("ja")))
                .unwrap();
            let mut update = update.write([3; 32]).unwrap();
            let range = update.byte_range_around("value").unwrap();
            update.fill_byte_range("range", range).unwrap();
            let (reads, bytes) = *document.reader().read.borrow();
            assert!(reads < 60 && bytes < 80 << 10, "{reads} reads, {bytes} bytes");

            let whole = Appended::new(document.reader(), &update.bytes);
            let whole = Document::open(whole, &Limits::default()).unwrap();
            assert_eq!(whole.revisions().len(), 2);
            assert_eq!(whole.revisions()[1].xref_kind, kind);
            let found = whole.dictionary(value).unwrap().unwrap();
            let range: Vec<i64> = found
                .get("ByteRange")
                .unwrap()
                .as_array()
                .unwrap()
                .iter()
                .filter_map(Object::as_i64)
                .collect();
            let end = range[2] + range[3];
            assert_eq!(u64::try_from(end).unwrap(), whole.size(), "numbers of 64 bits");
            let (reads, bytes) = *document.reader().read.borrow();
            assert!(reads < 90 && bytes < 120 << 10, "{reads} reads, {bytes} bytes");
        }
    }
}
