//! The object model of ISO 32000-2, 7.3, with the source text of every token.
//!
//! A parsed object written back gives the same bytes: numbers, names and strings keep their spelling, and the
//! white space and comments between tokens are kept too. Changing one dictionary entry leaves all other bytes
//! as they are.

mod array;
mod dictionary;
mod display;
mod name;
mod number;
mod reserved;
mod stream;
mod string;
pub(crate) mod walk;

pub use array::Array;
pub use dictionary::Dictionary;
pub(crate) use dictionary::Entry as DictionaryEntry;
pub use name::Name;
pub use number::Number;
pub(crate) use reserved::byte_range_text;
pub use reserved::{Reserved, ReservedKind};
pub use stream::Stream;
pub(crate) use stream::StreamLocation;
pub use string::PdfString;
#[cfg(test)]
pub(crate) use string::hexadecimal;
pub(crate) use string::{decode_hexadecimal, push_hexadecimal};

use std::fmt;

use crate::lexer::SyntaxError;
use crate::source_text::SourceText;

/// Number and generation of an indirect object (ISO 32000-2, 7.3.10).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId {
    /// Object number, 1 or more.
    pub number: u32,
    /// Generation number.
    pub generation: u16,
}

impl ObjectId {
    /// The object `number` of `generation`.
    pub const fn new(number: u32, generation: u16) -> Self {
        Self { number, generation }
    }
}

impl fmt::Display for ObjectId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.number, self.generation)
    }
}

/// `N G R`, with its source text.
#[derive(Debug, Clone)]
pub struct Reference {
    id: ObjectId,
    source: SourceText,
}

impl Reference {
    /// The object referred to.
    pub const fn id(&self) -> ObjectId {
        self.id
    }

    pub(crate) fn parsed(id: ObjectId, source: SourceText) -> Self {
        Self { id, source }
    }

    /// The spelling in the file; empty for a reference made by the program.
    pub(crate) fn source(&self) -> &[u8] {
        self.source.as_bytes()
    }
}

impl From<ObjectId> for Reference {
    fn from(id: ObjectId) -> Self {
        Self {
            id,
            source: SourceText::EMPTY,
        }
    }
}

impl PartialEq for Reference {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Reference {}

/// A PDF object.
///
/// Cloning is cheap: arrays and dictionaries are shared until they are changed. Equality is that of the
/// values, not of their spelling (`1.0` equals `1.00`, `/A#42` equals `/AB`).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Object {
    /// `null`, also what a reference to a missing object means.
    #[default]
    Null,
    /// `true` or `false`.
    Boolean(bool),
    /// An integer or real number as written.
    Number(Number),
    /// A literal or hexadecimal string.
    String(PdfString),
    /// A name.
    Name(Name),
    /// An array.
    Array(Array),
    /// A dictionary.
    Dictionary(Dictionary),
    /// A stream of a document; its data is read through the document.
    Stream(Stream),
    /// A reference to an indirect object.
    Reference(Reference),
    /// Space that is kept free in an update and filled afterwards. Never comes out of a file.
    Reserved(Reserved),
}

impl Object {
    /// Parses one direct object, which must be all of `text` but surrounding white space.
    ///
    /// # Errors
    /// [`SyntaxError`] when `text` is not exactly one object.
    pub fn parse(text: &[u8]) -> Result<Self, SyntaxError> {
        crate::parser::parse_direct(text)
    }

    /// The bytes of this object as they would stand in an unencrypted file; parsed objects give their source
    /// text. A [`Stream`] gives its dictionary alone.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = crate::object_writer::ObjectWriter::plain();
        writer.object(self);
        // Without a cipher nothing can fail.
        writer.finish().map(|written| written.bytes).unwrap_or_default()
    }

    /// Whether this is `null`.
    pub const fn is_null(&self) -> bool {
        matches!(self, Self::Null)
    }

    /// The boolean.
    pub const fn as_bool(&self) -> Option<bool> {
        if let Self::Boolean(value) = self {
            Some(*value)
        } else {
            None
        }
    }

    /// The number.
    pub const fn as_number(&self) -> Option<&Number> {
        if let Self::Number(value) = self {
            Some(value)
        } else {
            None
        }
    }

    /// The number as an integer; nothing for a number with a fraction.
    pub fn as_i64(&self) -> Option<i64> {
        self.as_number().and_then(Number::as_i64)
    }

    /// The number as a float.
    pub fn as_f64(&self) -> Option<f64> {
        self.as_number().map(Number::as_f64)
    }

    /// The string.
    pub const fn as_string(&self) -> Option<&PdfString> {
        if let Self::String(value) = self {
            Some(value)
        } else {
            None
        }
    }

    /// The name.
    pub const fn as_name(&self) -> Option<&Name> {
        if let Self::Name(value) = self {
            Some(value)
        } else {
            None
        }
    }

    /// The array.
    pub const fn as_array(&self) -> Option<&Array> {
        if let Self::Array(value) = self {
            Some(value)
        } else {
            None
        }
    }

    /// The dictionary, also that of a stream.
    pub const fn as_dictionary(&self) -> Option<&Dictionary> {
        match self {
            Self::Dictionary(value) => Some(value),
            Self::Stream(stream) => Some(stream.dictionary()),
            _ => None,
        }
    }

    /// The stream.
    pub const fn as_stream(&self) -> Option<&Stream> {
        if let Self::Stream(value) = self {
            Some(value)
        } else {
            None
        }
    }

    /// The object that a reference names.
    pub const fn as_reference(&self) -> Option<ObjectId> {
        if let Self::Reference(value) = self {
            Some(value.id())
        } else {
            None
        }
    }
}

impl From<bool> for Object {
    fn from(value: bool) -> Self {
        Self::Boolean(value)
    }
}

macro_rules! from_integer {
    ($($kind:ty),*) => {
        $(impl From<$kind> for Object {
            fn from(value: $kind) -> Self {
                Self::Number(Number::integer(i64::from(value)))
            }
        })*
    };
}
from_integer!(u8, u16, u32, i32, i64);

impl From<f64> for Object {
    fn from(value: f64) -> Self {
        Self::Number(Number::real(value))
    }
}

macro_rules! from_variant {
    ($($kind:ident => $variant:ident),*) => {
        $(impl From<$kind> for Object {
            fn from(value: $kind) -> Self {
                Self::$variant(value)
            }
        })*
    };
}
from_variant!(
    Number => Number, PdfString => String, Name => Name, Array => Array, Dictionary => Dictionary,
    Stream => Stream, Reference => Reference, Reserved => Reserved
);

impl From<ObjectId> for Object {
    fn from(id: ObjectId) -> Self {
        Self::Reference(id.into())
    }
}

#[cfg(test)]
mod tests;
