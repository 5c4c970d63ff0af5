//! Small PDF files, put together by hand.

use std::fmt::Write as _;

/// Collects objects and writes them with a classic table, a cross-reference stream or as a hybrid.
#[derive(Default)]
pub(crate) struct PdfBuilder {
    pub(crate) objects: Vec<(u32, Vec<u8>)>,
    /// Bytes before the header.
    pub(crate) prefix: Vec<u8>,
}

impl PdfBuilder {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// A document of `count` empty pages: 1 catalog, 2 page tree, 3.. pages.
    pub(crate) fn with_pages(count: u32, page_entries: &str) -> Self {
        let mut builder = Self::new();
        builder.object(1, "<</Type/Catalog/Pages 2 0 R>>");
        let mut kids = String::new();
        for page in 0..count {
            write!(kids, "{} 0 R ", page + 3).unwrap();
        }
        builder.object(2, &format!("<</Type/Pages/Kids[{kids}]/Count {count}>>"));
        for page in 0..count {
            builder.object(page + 3, &format!("<</Type/Page/Parent 2 0 R {page_entries}>>"));
        }
        builder
    }

    pub(crate) fn object(&mut self, number: u32, text: &str) -> &mut Self {
        self.objects.push((number, text.as_bytes().to_vec()));
        self
    }

    pub(crate) fn stream(&mut self, number: u32, entries: &str, data: &[u8]) -> &mut Self {
        let mut text = format!("<<{entries}/Length {}>>\nstream\n", data.len()).into_bytes();
        text.extend_from_slice(data);
        text.extend_from_slice(b"\nendstream");
        self.objects.push((number, text));
        self
    }

    fn size(&self) -> u32 {
        self.objects.iter().map(|object| object.0).max().unwrap_or(0) + 1
    }

    fn body(&self, file: &mut Vec<u8>, skip: &[u32]) -> Vec<(u32, usize)> {
        let mut offsets = Vec::new();
        for (number, text) in &self.objects {
            if skip.contains(number) {
                continue;
            }
            offsets.push((*number, file.len()));
            file.extend_from_slice(format!("{number} 0 obj\n").as_bytes());
            file.extend_from_slice(text);
            file.extend_from_slice(b"\nendobj\n");
        }
        offsets
    }

    /// With a classic cross-reference table.
    pub(crate) fn classic(&self) -> Vec<u8> {
        self.classic_with("")
    }

    pub(crate) fn classic_with(&self, trailer: &str) -> Vec<u8> {
        let mut file = [self.prefix.as_slice(), b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"].concat();
        let offsets = self.body(&mut file, &[]);
        let start = file.len();
        file.extend_from_slice(table(self.size(), &offsets).as_bytes());
        let end = format!(
            "trailer\n<</Size {}/Root 1 0 R{trailer}>>\nstartxref\n{start}\n%%EOF\n",
            self.size()
        );
        file.extend_from_slice(end.as_bytes());
        file
    }

    /// With a cross-reference stream; the objects `packed` stand in an object stream.
    pub(crate) fn streamed(&self, packed: &[u32]) -> Vec<u8> {
        let mut file = [self.prefix.as_slice(), b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"].concat();
        let offsets = self.body(&mut file, packed);
        let container = self.size();
        let container_offset = self.object_stream(&mut file, container, packed);
        let start = file.len();
        let own = container + 1;
        let mut rows = vec![0_u8; usize::try_from(own + 1).unwrap() * 7];
        let mut set = |number: u32, kind: u8, second: u32, third: u16| {
            let at = usize::try_from(number).unwrap() * 7;
            rows[at] = kind;
            rows[at + 1..at + 5].copy_from_slice(&second.to_be_bytes());
            rows[at + 5..at + 7].copy_from_slice(&third.to_be_bytes());
        };
        for (number, offset) in offsets {
            set(number, 1, offset.try_into().unwrap(), 0);
        }
        for (index, number) in packed.iter().enumerate() {
            set(*number, 2, container, index.try_into().unwrap());
        }
        set(container, 1, container_offset.try_into().unwrap(), 0);
        set(own, 1, start.try_into().unwrap(), 0);
        let head = format!(
            "{own} 0 obj\n<</Type/XRef/W[1 4 2]/Size {}/Root 1 0 R/Length {}>>\nstream\n",
            own + 1,
            rows.len()
        );
        file.extend_from_slice(head.as_bytes());
        file.extend_from_slice(&rows);
        file.extend_from_slice(format!("\nendstream\nendobj\nstartxref\n{start}\n%%EOF\n").as_bytes());
        file
    }

    /// A table for old readers with a stream for the `packed` objects (ISO 32000-2, 7.5.8.4).
    pub(crate) fn hybrid(&self, packed: &[u32]) -> Vec<u8> {
        let mut file = b"%PDF-1.5\n%\xe2\xe3\xcf\xd3\n".to_vec();
        let mut offsets = self.body(&mut file, packed);
        let container = self.size();
        let container_offset = self.object_stream(&mut file, container, packed);
        offsets.push((container, container_offset));
        let hidden = file.len();
        let mut rows = Vec::new();
        let mut index = String::new();
        for (position, number) in packed.iter().enumerate() {
            rows.push(2);
            rows.extend_from_slice(&container.to_be_bytes());
            rows.push(position.try_into().unwrap());
            write!(index, "{number} 1 ").unwrap();
        }
        let own = container + 1;
        let head = format!(
            "{own} 0 obj\n<</Type/XRef/W[1 4 1]/Index[{index}]/Size {}/Length {}>>\nstream\n",
            own + 1,
            rows.len()
        );
        file.extend_from_slice(head.as_bytes());
        file.extend_from_slice(&rows);
        file.extend_from_slice(b"\nendstream\nendobj\n");
        let start = file.len();
        file.extend_from_slice(table(own + 1, &offsets).as_bytes());
        let end = format!(
            "trailer\n<</Size {}/Root 1 0 R/XRefStm {hidden}>>\nstartxref\n{start}\n%%EOF\n",
            own + 1
        );
        file.extend_from_slice(end.as_bytes());
        file
    }

    fn object_stream(&self, file: &mut Vec<u8>, container: u32, packed: &[u32]) -> usize {
        let mut header = String::new();
        let mut body = Vec::new();
        for number in packed {
            let text = &self.objects.iter().find(|object| object.0 == *number).unwrap().1;
            write!(header, "{number} {} ", body.len()).unwrap();
            body.extend_from_slice(text);
            body.push(b'\n');
        }
        let offset = file.len();
        let head = format!(
            "{container} 0 obj\n<</Type/ObjStm/N {}/First {}/Length {}>>\nstream\n{header}",
            packed.len(),
            header.len(),
            header.len() + body.len()
        );
        file.extend_from_slice(head.as_bytes());
        file.extend_from_slice(&body);
        file.extend_from_slice(b"\nendstream\nendobj\n");
        offset
    }
}

fn table(size: u32, offsets: &[(u32, usize)]) -> String {
    let mut table = format!("xref\n0 {size}\n0000000000 65535 f \n");
    for number in 1..size {
        match offsets.iter().find(|entry| entry.0 == number) {
            Some((_, offset)) => writeln!(table, "{offset:010} 00000 n ").unwrap(),
            None => table.push_str("0000000000 00000 f \n"),
        }
    }
    table
}
