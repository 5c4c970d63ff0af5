//! Writing an update.

use aws_lc_rs::digest::{SHA256, digest};

use crate::crypt::{InitVectors, ObjectCipher, first_16};
use crate::error::ReadError;
use crate::object::{Array, Dictionary, Object, ObjectId, PdfString};
use crate::object_writer::ObjectWriter;
use crate::read_at::ReadAt;
use crate::update::xref_section::{Written, write_section};
use crate::update::{IncrementalUpdate, Pending, ReservedSpan, Update, UpdateError};
use crate::xref::XrefKind;

impl<R: ReadAt> IncrementalUpdate<'_, R> {
    /// Writes the update. Its cross-reference section has the form of the document's last one; a hybrid file
    /// gets a table, which both old and new readers follow.
    ///
    /// `seed` must be new for every update: the second half of the file's `ID` (14.4) and the initialisation
    /// vectors of an encrypted file are made from it. The same update with the same seed gives the same bytes.
    ///
    /// # Errors
    /// When stream data to be copied cannot be read, an object cannot be encrypted, or offsets or object numbers
    /// do not fit.
    pub fn write(self, seed: [u8; 32]) -> Result<Update, UpdateError> {
        if self.next_number == u32::MAX {
            return Err(UpdateError::NoNumbers);
        }
        let base_length = self.document.size();
        let mut output = Output {
            bytes: Vec::new(),
            base_length,
            reserved: Vec::new(),
            offsets: Vec::new(),
        };
        if !ends_with_line_end(self.document.reader(), base_length)? {
            output.bytes.push(b'\n');
        }
        let mut vectors = InitVectors::new(seed);
        let encryption = self.document.shared_encryption().cloned();
        for (id, pending) in &self.pending {
            let cipher = encryption
                .as_deref()
                .map(|encryption| ObjectCipher::new(encryption, *id, &mut vectors));
            self.write_object(&mut output, *id, pending, cipher)?;
        }
        let objects = self.pending.keys().copied().collect();

        let (last_offset, kind) = self.document.last_xref();
        let kind = if kind == XrefKind::Stream {
            XrefKind::Stream
        } else {
            XrefKind::Table
        };
        let previous = last_offset.saturating_sub(self.document.shift());
        let trailer = self.trailer(&seed)?;
        let written = Written {
            offsets: &output.offsets,
            next_number: self.next_number,
            previous,
        };
        let start = output.position();
        let shift = self.document.shift();
        let section = write_section(kind, &written, trailer, start.saturating_sub(shift))?;
        output.bytes.extend_from_slice(&section);
        let end = format!("startxref\n{}\n%%EOF\n", start.saturating_sub(shift));
        output.bytes.extend_from_slice(end.as_bytes());
        Ok(Update {
            bytes: output.bytes,
            base_length,
            xref_offset: start,
            reserved: output.reserved,
            objects,
        })
    }

    fn write_object(
        &self,
        output: &mut Output,
        id: ObjectId,
        pending: &Pending,
        mut cipher: Option<ObjectCipher<'_>>,
    ) -> Result<(), UpdateError> {
        let stream = match pending {
            Pending::Object(object) => {
                return output.object(id, object, cipher, self.document.shift());
            }
            Pending::NewStream { dictionary, data } => {
                let data = match &mut cipher {
                    Some(cipher) => cipher.encrypt_stream(dictionary, data.clone())?,
                    None => data.clone(),
                };
                (dictionary, data)
            }
            Pending::StoredStream { dictionary, stream } if stream.location.owner == id => {
                (dictionary, self.document.stream_as_stored(stream)?)
            }
            Pending::StoredStream { dictionary, stream } => {
                // Moved to another id, for which it must be encrypted anew.
                let data = self.document.stream_raw(stream)?;
                let data = match &mut cipher {
                    Some(cipher) => cipher.encrypt_stream(dictionary, data)?,
                    None => data,
                };
                (dictionary, data)
            }
        };
        let (dictionary, data) = stream;
        let mut dictionary = dictionary.clone();
        let length = i64::try_from(data.len()).unwrap_or(i64::MAX);
        // An indirect length that is still right stays as it was written.
        let keeps_length = matches!(pending, Pending::StoredStream { .. })
            && self.document.get(&dictionary, "Length")?.as_i64() == Some(length);
        if !keeps_length {
            dictionary.set("Length", length);
        }
        output.stream(id, dictionary, &data, cipher, self.document.shift())
    }

    /// The entries of the last trailer that go on, with a new second half of `ID`.
    fn trailer(&self, seed: &[u8; 32]) -> Result<Dictionary, ReadError> {
        const STRUCTURE: [&str; 11] = [
            "Prev",
            "XRefStm",
            "Size",
            "Type",
            "W",
            "Index",
            "Length",
            "Filter",
            "DecodeParms",
            "DL",
            "F",
        ];
        let mut trailer: Dictionary = Dictionary::new();
        for (key, value) in self.document.trailer().iter() {
            if !STRUCTURE.iter().any(|structure| *key == *structure) && !value.is_null() {
                trailer.set(key.clone(), value.clone());
            }
        }
        let renewed = digest(
            &SHA256,
            &[b"akashi-pdf file identifier".as_slice(), seed].concat(),
        );
        let renewed = Object::from(PdfString::new_hexadecimal(first_16(renewed.as_ref())));
        let id = self.document.get(&trailer, "ID")?;
        let first = id.as_array().and_then(|array| array.get(0));
        let first = match first.filter(|first| first.as_string().is_some()) {
            Some(first) => first.clone(),
            // The keys were derived without an identifier and must stay so.
            None if trailer.contains("Encrypt") => PdfString::new_hexadecimal(b"").into(),
            None => renewed.clone(),
        };
        trailer.set("ID", Array::from([first, renewed]));
        Ok(trailer)
    }
}

fn ends_with_line_end<R: ReadAt>(reader: &R, length: u64) -> Result<bool, ReadError> {
    let mut last = [0];
    reader.read_at(length.saturating_sub(1), &mut last)?;
    Ok(matches!(last, [b'\n' | b'\r']))
}

struct Output {
    bytes: Vec<u8>,
    base_length: u64,
    reserved: Vec<ReservedSpan>,
    /// Offsets as written in the file.
    offsets: Vec<(ObjectId, u64)>,
}

impl Output {
    /// Absolute.
    fn position(&self) -> u64 {
        self.base_length.saturating_add(self.bytes.len() as u64)
    }

    fn object(
        &mut self,
        id: ObjectId,
        object: &Object,
        cipher: Option<ObjectCipher<'_>>,
        shift: u64,
    ) -> Result<(), UpdateError> {
        self.begin(id, shift);
        self.value(object, cipher)?;
        self.bytes.extend_from_slice(b"\nendobj\n");
        Ok(())
    }

    fn stream(
        &mut self,
        id: ObjectId,
        dictionary: Dictionary,
        data: &[u8],
        cipher: Option<ObjectCipher<'_>>,
        shift: u64,
    ) -> Result<(), UpdateError> {
        self.begin(id, shift);
        self.value(&dictionary.into(), cipher)?;
        self.bytes.extend_from_slice(b"\nstream\n");
        self.bytes.extend_from_slice(data);
        self.bytes.extend_from_slice(b"\nendstream\nendobj\n");
        Ok(())
    }

    fn begin(&mut self, id: ObjectId, shift: u64) {
        // A section can name only one generation of a number; ids come in order, so the newest one stays.
        self.offsets.pop_if(|last| last.0.number == id.number);
        self.offsets.push((id, self.position().saturating_sub(shift)));
        self.bytes.extend_from_slice(format!("{id} obj\n").as_bytes());
    }

    fn value(&mut self, object: &Object, cipher: Option<ObjectCipher<'_>>) -> Result<(), UpdateError> {
        let mut writer = ObjectWriter::encrypting(cipher);
        writer.object(object);
        let written = writer.finish()?;
        let start = self.position();
        self.reserved
            .extend(written.reserved.into_iter().map(|reserved| ReservedSpan {
                name: reserved.name,
                kind: reserved.kind,
                span: start + reserved.range.start as u64..start + reserved.range.end as u64,
            }));
        self.bytes.extend_from_slice(&written.bytes);
        Ok(())
    }
}
