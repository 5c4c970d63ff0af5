//! Writing an unsigned document anew as a whole.

mod active;
mod repair;

pub use repair::{RepairError, repair};

use std::collections::{HashMap, VecDeque};
use std::fmt::Write as _;

use aws_lc_rs::digest::{SHA256, digest};
use thiserror::Error;

use crate::crypt::{EncryptionError, InitVectors, ObjectCipher, first_16};
use crate::document::Document;
use crate::error::ReadError;
use crate::limits::Limit;
use crate::object::walk::holds_signature;
use crate::object::{Array, Dictionary, Object, ObjectId, PdfString};
use crate::object_writer::ObjectWriter;
use crate::read_at::ReadAt;

/// Why a document cannot be written anew.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RewriteError {
    /// The document carries a signature, which a rewritten file would break.
    #[error("the document is signed")]
    Signed,
    /// Something in it cannot be read.
    #[error("the document cannot be read")]
    Read(#[from] ReadError),
    /// A bound was exceeded.
    #[error("the document exceeds a limit")]
    Limit(#[from] Limit),
    /// An object cannot be encrypted as the document demands.
    #[error("an object cannot be encrypted")]
    Encryption(#[from] EncryptionError),
}

/// What a rewritten document does with active content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActiveContentChoice {
    /// It stays.
    Keep,
    /// What [`Document::active_content`] lists is left out, with all that refers to it.
    Remove,
}

impl<R: ReadAt> Document<R> {
    /// Writes the document as a new file of one revision: what can be reached from the trailer, numbered anew,
    /// with the source text of every token. An encrypted document stays encrypted. Usage rights (12.8.2.3), which
    /// depend on the old bytes, are left out.
    ///
    /// `seed` serves as in [`IncrementalUpdate::write`](crate::IncrementalUpdate::write).
    ///
    /// # Errors
    /// [`RewriteError::Signed`] when a signature can be reached; [`RewriteError::Limit`] for a file longer than
    /// [`Limits::rewrite_bytes`](crate::Limits::rewrite_bytes); when an object cannot be read.
    pub fn rewrite(&self, choice: ActiveContentChoice, seed: [u8; 32]) -> Result<Vec<u8>, RewriteError> {
        let limit = self.limits().rewrite_bytes;
        if self.size() > limit {
            return Err(Limit::RewriteBytes(limit).into());
        }
        let mut rewriter = Rewriter {
            document: self,
            choice,
            numbers: HashMap::new(),
            waiting: VecDeque::new(),
            offsets: Vec::new(),
            bytes: self.header()?,
            vectors: InitVectors::new(seed),
            known_active: HashMap::new(),
        };
        let trailer = rewriter.trailer(&seed)?;
        while let Some(id) = rewriter.waiting.pop_front() {
            rewriter.write_object(id)?;
            if rewriter.bytes.len() as u64 > limit.saturating_mul(2) {
                return Err(Limit::RewriteBytes(limit).into());
            }
        }
        rewriter.finish(trailer)
    }

    /// The header of the old file, with the mark of a binary file (7.5.2).
    fn header(&self) -> Result<Vec<u8>, ReadError> {
        let window = self.source().window(0, 1024 + 8)?;
        let version = crate::lexer::find(&window, b"%PDF-").and_then(|at| window.get(at + 5..at + 8));
        let version = version.filter(|version| matches!(version, [b'1' | b'2', b'.', b'0'..=b'9']));
        Ok([b"%PDF-", version.unwrap_or(b"1.7"), b"\n%\xe2\xe3\xcf\xd3\n"].concat())
    }
}

struct Rewriter<'d, R> {
    document: &'d Document<R>,
    choice: ActiveContentChoice,
    numbers: HashMap<ObjectId, u32>,
    waiting: VecDeque<ObjectId>,
    /// Of the objects 1, 2, …
    offsets: Vec<usize>,
    bytes: Vec<u8>,
    vectors: InitVectors,
    /// Which objects are active content themselves.
    known_active: HashMap<ObjectId, bool>,
}

impl<R: ReadAt> Rewriter<'_, R> {
    fn trailer(&mut self, seed: &[u8; 32]) -> Result<Dictionary, RewriteError> {
        let old = self.document.trailer();
        let mut trailer = Dictionary::new();
        for key in ["Root", "Info"] {
            if let Some(value) = old.get(key) {
                let value = self.renumbered(value.clone());
                trailer.set(key, value);
            }
        }
        let encrypt = self.document.get(old, "Encrypt")?;
        let renewed = digest(&SHA256, &[b"akashi-pdf rewritten file".as_slice(), seed].concat());
        let renewed: Object = PdfString::new_hexadecimal(first_16(renewed.as_ref())).into();
        let id = self.document.get(old, "ID")?;
        let first = id
            .as_array()
            .and_then(|array| array.get(0))
            .filter(|first| first.as_string().is_some());
        let first = match first {
            Some(first) => first.clone(),
            // The keys were derived without an identifier and must stay so.
            None if !encrypt.is_null() => PdfString::new_hexadecimal(b"").into(),
            None => renewed.clone(),
        };
        if !encrypt.is_null() {
            trailer.set("Encrypt", encrypt);
        }
        trailer.set("ID", Array::from([first, renewed]));
        Ok(trailer)
    }

    fn write_object(&mut self, id: ObjectId) -> Result<(), RewriteError> {
        let mut object = self.document.object(id)?;
        if id == self.document.catalog_id() {
            drop_usage_rights(self.document, &mut object)?;
        }
        if holds_signature(&object) {
            return Err(RewriteError::Signed);
        }
        if self.choice == ActiveContentChoice::Remove {
            object = self.without_active(object)?;
        }
        let number = u32::try_from(self.offsets.len())
            .unwrap_or(u32::MAX)
            .saturating_add(1);
        let new_id = ObjectId::new(number, 0);
        self.offsets.push(self.bytes.len());
        self.bytes.extend_from_slice(format!("{new_id} obj\n").as_bytes());
        let (object, data) = match object {
            Object::Stream(stream) => {
                let data = self.document.stream_raw(&stream)?;
                (Object::Dictionary(stream.into_dictionary()), Some(data))
            }
            object => (object, None),
        };
        let mut object = self.renumbered(object);
        let encryption = self.document.shared_encryption().cloned();
        let mut cipher = encryption
            .as_deref()
            .map(|encryption| ObjectCipher::new(encryption, new_id, &mut self.vectors));
        let mut encoded = None;
        if let (Object::Dictionary(dictionary), Some(data)) = (&mut object, data) {
            let data = match &mut cipher {
                Some(cipher) => cipher.encrypt_stream(dictionary, data)?,
                None => data,
            };
            dictionary.set("Length", i64::try_from(data.len()).unwrap_or(i64::MAX));
            encoded = Some(data);
        }
        let mut writer = ObjectWriter::encrypting(cipher);
        writer.object(&object);
        self.bytes.extend_from_slice(&writer.finish()?.bytes);
        if let Some(data) = encoded {
            self.bytes.extend_from_slice(b"\nstream\n");
            self.bytes.extend_from_slice(&data);
            self.bytes.extend_from_slice(b"\nendstream");
        }
        self.bytes.extend_from_slice(b"\nendobj\n");
        Ok(())
    }

    /// The object with new numbers in its references; objects met for the first time wait to be written.
    fn renumbered(&mut self, mut object: Object) -> Object {
        match &mut object {
            Object::Reference(reference) => {
                let id = reference.id();
                let next = u32::try_from(self.numbers.len())
                    .unwrap_or(u32::MAX)
                    .saturating_add(1);
                let number = *self.numbers.entry(id).or_insert_with(|| {
                    self.waiting.push_back(id);
                    next
                });
                return ObjectId::new(number, 0).into();
            }
            Object::Array(array) => {
                array.for_each_mut(|item| *item = self.renumbered(std::mem::take(item)));
            }
            Object::Dictionary(dictionary) => {
                dictionary.for_each_mut(|key, value| {
                    // The length of a stream is written anew, so its object is not needed.
                    if *key != "Length" || value.as_reference().is_none() {
                        *value = self.renumbered(std::mem::take(value));
                    }
                });
            }
            _ => {}
        }
        object
    }

    fn finish(mut self, mut trailer: Dictionary) -> Result<Vec<u8>, RewriteError> {
        let start = self.bytes.len();
        let size = self.offsets.len().saturating_add(1);
        let mut table = format!("xref\n0 {size}\n0000000000 65535 f \n");
        for offset in &self.offsets {
            // Writing to a string cannot fail.
            let _ = writeln!(table, "{offset:010} 00000 n ");
        }
        trailer.set("Size", i64::try_from(size).unwrap_or(i64::MAX));
        let mut writer = ObjectWriter::plain();
        writer.object(&trailer.into());
        self.bytes.extend_from_slice(table.as_bytes());
        self.bytes.extend_from_slice(b"trailer\n");
        self.bytes.extend_from_slice(&writer.finish()?.bytes);
        self.bytes
            .extend_from_slice(format!("\nstartxref\n{start}\n%%EOF\n").as_bytes());
        Ok(self.bytes)
    }
}

/// Takes usage rights signatures out of the catalog's `Perms` (table 263).
fn drop_usage_rights<R: ReadAt>(document: &Document<R>, catalog: &mut Object) -> Result<(), ReadError> {
    let Object::Dictionary(catalog) = catalog else {
        return Ok(());
    };
    let Some(mut permissions) = document.get_dictionary(catalog, "Perms")? else {
        return Ok(());
    };
    permissions.remove("UR");
    permissions.remove("UR3");
    if permissions.is_empty() {
        catalog.remove("Perms");
    } else {
        catalog.set("Perms", permissions);
    }
    Ok(())
}
