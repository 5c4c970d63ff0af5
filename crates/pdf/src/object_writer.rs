//! Writes objects with their source text.

use std::ops::Range;

use crate::crypt::{EncryptionError, ObjectCipher};
use crate::lexer::is_regular;
use crate::object::{Object, PdfString, Reserved, ReservedKind};

/// Writes one object; see [`Written`].
pub(crate) struct ObjectWriter<'c> {
    bytes: Vec<u8>,
    cipher: Option<ObjectCipher<'c>>,
    reserved: Vec<WrittenReserved>,
}

/// The finished text of an object.
pub(crate) struct Written {
    pub(crate) bytes: Vec<u8>,
    pub(crate) reserved: Vec<WrittenReserved>,
}

pub(crate) struct WrittenReserved {
    pub(crate) name: String,
    pub(crate) kind: ReservedKind,
    pub(crate) range: Range<usize>,
}

impl<'c> ObjectWriter<'c> {
    /// For an object whose strings are not encrypted.
    pub(crate) fn plain() -> Self {
        Self {
            bytes: Vec::new(),
            cipher: None,
            reserved: Vec::new(),
        }
    }

    /// For an object whose strings are encrypted with `cipher`, if any.
    pub(crate) fn encrypting(cipher: Option<ObjectCipher<'c>>) -> Self {
        Self {
            bytes: Vec::new(),
            cipher,
            reserved: Vec::new(),
        }
    }

    /// # Errors
    /// When a string could not be encrypted.
    pub(crate) fn finish(self) -> Result<Written, EncryptionError> {
        self.cipher.map_or(Ok(()), ObjectCipher::finish)?;
        Ok(Written {
            bytes: self.bytes,
            reserved: self.reserved,
        })
    }

    pub(crate) fn object(&mut self, object: &Object) {
        match object {
            Object::Null => self.token(b"null"),
            Object::Boolean(true) => self.token(b"true"),
            Object::Boolean(false) => self.token(b"false"),
            Object::Number(number) => self.token(number.source()),
            Object::Name(name) => self.token(name.source()),
            Object::String(string) => self.string(string),
            Object::Array(array) => {
                self.token(b"[");
                let (items, tail) = array.written();
                for (lead, value) in items {
                    self.bytes.extend_from_slice(lead);
                    self.object(value);
                }
                self.bytes.extend_from_slice(tail);
                self.token(b"]");
            }
            Object::Dictionary(dictionary) => self.dictionary(dictionary),
            Object::Stream(stream) => self.dictionary(stream.dictionary()),
            Object::Reference(reference) => {
                if reference.source().is_empty() {
                    self.token(format!("{} R", reference.id()).as_bytes());
                } else {
                    self.token(reference.source());
                }
            }
            Object::Reserved(reserved) => self.reserved(reserved),
        }
    }

    fn dictionary(&mut self, dictionary: &crate::object::Dictionary) {
        self.token(b"<<");
        let (entries, tail) = dictionary.written();
        for entry in entries {
            self.bytes.extend_from_slice(entry.lead.as_bytes());
            self.token(entry.key.source());
            self.bytes.extend_from_slice(entry.middle.as_bytes());
            self.object(&entry.value);
        }
        self.bytes.extend_from_slice(tail);
        self.token(b">>");
    }

    fn string(&mut self, string: &PdfString) {
        let plain = match (&mut self.cipher, string.encrypted_for()) {
            (Some(cipher), owner) if !string.is_exempt() && owner != Some(cipher.owner()) => {
                cipher.encrypt_string(&string.as_bytes())
            }
            (None, Some(_)) => PdfString::new(string.as_bytes()),
            _ => return self.token(string.source()),
        };
        self.token(plain.source());
    }

    fn reserved(&mut self, reserved: &Reserved) {
        let text = reserved.blank();
        self.token(&text);
        let end = self.bytes.len();
        self.reserved.push(WrittenReserved {
            name: reserved.name.clone(),
            kind: reserved.kind,
            range: end.saturating_sub(text.len())..end,
        });
    }

    /// Appends a token, separated where it would run into the previous one.
    fn token(&mut self, text: &[u8]) {
        // A solidus at the end is an empty name, which would swallow what follows.
        let is_open = |byte| is_regular(byte) || byte == b'/';
        let collides =
            self.bytes.last().copied().is_some_and(is_open) && text.first().copied().is_some_and(is_regular);
        if collides {
            self.bytes.push(b' ');
        }
        self.bytes.extend_from_slice(text);
    }
}
