//! A readable text form of objects, for snapshots and diagnostics.

use std::fmt;

use crate::object::{Array, Dictionary, Name, Number, Object, PdfString, ReservedKind};

/// One object a line or more: dictionaries are indented, keys in order of the file, strings as text where
/// possible. Made for people; `Object::to_bytes` gives PDF.
impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_object(f, self, 0)
    }
}

impl fmt::Display for Dictionary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_dictionary(f, self, 0)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(self.source()))
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&String::from_utf8_lossy(self.source()))
    }
}

impl fmt::Display for PdfString {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.to_text();
        if text
            .chars()
            .any(|character| character.is_control() || character == char::REPLACEMENT_CHARACTER)
        {
            let bytes = self.as_bytes();
            let shown = bytes.get(..bytes.len().min(SHOWN_BYTES)).unwrap_or_default();
            let mut digits = Vec::new();
            crate::object::string::push_hexadecimal(&mut digits, shown);
            let more = if bytes.len() > SHOWN_BYTES { "…" } else { "" };
            write!(
                f,
                "<{}{more}> ({} bytes)",
                String::from_utf8_lossy(&digits),
                bytes.len()
            )
        } else {
            write!(f, "({text})")
        }
    }
}

const SHOWN_BYTES: usize = 32;

fn write_object(f: &mut fmt::Formatter<'_>, object: &Object, depth: usize) -> fmt::Result {
    match object {
        Object::Null => f.write_str("null"),
        Object::Boolean(value) => write!(f, "{value}"),
        Object::Number(value) => write!(f, "{value}"),
        Object::String(value) => write!(f, "{value}"),
        Object::Name(value) => write!(f, "{value}"),
        Object::Array(array) => write_array(f, array, depth),
        Object::Dictionary(dictionary) => write_dictionary(f, dictionary, depth),
        Object::Stream(stream) => {
            write_dictionary(f, stream.dictionary(), depth)?;
            write!(f, " stream of {} bytes", stream.encoded_length())
        }
        Object::Reference(reference) => write!(f, "{} R", reference.id()),
        Object::Reserved(reserved) => match reserved.kind {
            ReservedKind::ByteRange => write!(f, "reserved {} for a byte range", reserved.name),
            ReservedKind::Contents { reserved_bytes } => {
                write!(f, "reserved {} for {reserved_bytes} bytes", reserved.name)
            }
        },
    }
}

fn write_array(f: &mut fmt::Formatter<'_>, array: &Array, depth: usize) -> fmt::Result {
    f.write_str("[")?;
    for (index, item) in array.iter().enumerate() {
        if index > 0 {
            f.write_str(" ")?;
        }
        write_object(f, item, depth + 1)?;
    }
    f.write_str("]")
}

fn write_dictionary(f: &mut fmt::Formatter<'_>, dictionary: &Dictionary, depth: usize) -> fmt::Result {
    if dictionary.is_empty() {
        return f.write_str("<< >>");
    }
    f.write_str("<<\n")?;
    for (key, value) in dictionary.iter() {
        write!(f, "{:width$}{key} ", "", width = (depth + 1) * 2)?;
        write_object(f, value, depth + 1)?;
        f.write_str("\n")?;
    }
    write!(f, "{:width$}>>", "", width = depth * 2)
}
