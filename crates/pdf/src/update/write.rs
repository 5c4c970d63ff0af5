//! Writing an update.

use aws_lc_rs::digest::{SHA256, digest};

use crate::crypt::{InitVectors, ObjectCipher, first_16};
use crate::error::ReadError;
use crate::object::{Array, Dictionary, Object, ObjectId, PdfString};
use crate::object_writer::ObjectWriter;
use crate::read_at::ReadAt;
use crate::update::xref_section::{Written, write_section};
use crate::update::{IncrementalUpdate, Pending, ReservedSpan, Update, UpdateError};

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
    pub fn write(mut self, seed: [u8; 32]) -> Result<Update, UpdateError> {
        if self.next_number == u32::MAX {
            return Err(UpdateError::NoNumbers);
        }
        let document = self.document;
        let mut output = Output {
            bytes: Vec::new(),
            base_length: document.size(),
            shift: document.shift(),
            reserved: Vec::new(),
            offsets: Vec::new(),
        };
        if !ends_with_line_end(document.reader(), document.size())? {
            output.bytes.push(b'\n');
        }
        let mut vectors = InitVectors::new(seed);
        let encryption = document.shared_encryption().cloned();
        let pending = std::mem::take(&mut self.pending);
        let objects = pending.keys().copied().collect();
        for (id, pending) in pending {
            let encryption = encryption.as_deref();
            let cipher = encryption.map(|encryption| ObjectCipher::new(encryption, id, &mut vectors));
            self.write_object(&mut output, id, pending, cipher)?;
        }

        let (last_offset, kind) = document.last_xref();
        let written = Written {
            offsets: &output.offsets,
            next_number: self.next_number,
            previous: last_offset.saturating_sub(output.shift),
        };
        let (start, start_as_written) = (output.position(), output.position_as_written());
        let section = write_section(kind, &written, self.trailer(&seed)?, start_as_written)?;
        output.bytes.extend_from_slice(&section);
        let end = format!("startxref\n{start_as_written}\n%%EOF\n");
        output.bytes.extend_from_slice(end.as_bytes());
        Ok(Update {
            bytes: output.bytes,
            base_length: output.base_length,
            xref_offset: start,
            reserved: output.reserved,
            objects,
        })
    }

    fn write_object(
        &self,
        output: &mut Output,
        id: ObjectId,
        pending: Pending,
        mut cipher: Option<ObjectCipher<'_>>,
    ) -> Result<(), UpdateError> {
        let (mut dictionary, data) = match pending {
            Pending::Object(object) => return output.object(id, &object, cipher),
            Pending::NewStream { mut dictionary, data } => {
                let data = encrypted(&mut cipher, &dictionary, data)?;
                dictionary.remove("Length");
                (dictionary, data)
            }
            Pending::StoredStream { dictionary, stream } if stream.location.owner == id => {
                (dictionary, self.document.stream_as_stored(&stream)?)
            }
            Pending::StoredStream { dictionary, stream } => {
                // Moved to another id, for which it must be encrypted anew.
                let data = self.document.stream_raw(&stream)?;
                let data = encrypted(&mut cipher, &dictionary, data)?;
                (dictionary, data)
            }
        };
        let length = i64::try_from(data.len()).unwrap_or(i64::MAX);
        // An indirect length that is still right stays as it was written.
        if self.document.get(&dictionary, "Length")?.as_i64() != Some(length) {
            dictionary.set("Length", length);
        }
        output.stream(id, dictionary, &data, cipher)
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

fn encrypted(
    cipher: &mut Option<ObjectCipher<'_>>,
    dictionary: &Dictionary,
    data: Vec<u8>,
) -> Result<Vec<u8>, UpdateError> {
    match cipher {
        Some(cipher) => Ok(cipher.encrypt_stream(dictionary, data)?),
        None => Ok(data),
    }
}

struct Output {
    bytes: Vec<u8>,
    base_length: u64,
    /// Absolute offset that the file's own offset 0 means.
    shift: u64,
    reserved: Vec<ReservedSpan>,
    /// Offsets as written in the file.
    offsets: Vec<(ObjectId, u64)>,
}

impl Output {
    /// Absolute.
    fn position(&self) -> u64 {
        self.base_length.saturating_add(self.bytes.len() as u64)
    }

    fn position_as_written(&self) -> u64 {
        self.position().saturating_sub(self.shift)
    }

    fn object(
        &mut self,
        id: ObjectId,
        object: &Object,
        cipher: Option<ObjectCipher<'_>>,
    ) -> Result<(), UpdateError> {
        self.begin(id);
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
    ) -> Result<(), UpdateError> {
        self.begin(id);
        self.value(&dictionary.into(), cipher)?;
        self.bytes.extend_from_slice(b"\nstream\n");
        self.bytes.extend_from_slice(data);
        self.bytes.extend_from_slice(b"\nendstream\nendobj\n");
        Ok(())
    }

    fn begin(&mut self, id: ObjectId) {
        // A section can name only one generation of a number; ids come in order, so the newest one stays.
        self.offsets.pop_if(|last| last.0.number == id.number);
        self.offsets.push((id, self.position_as_written()));
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
