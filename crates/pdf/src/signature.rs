//! Facts about the signatures of a document, ISO 32000-2, 12.8. Nothing is judged here.

use std::ops::Range;

use crate::document::{Document, Place};
use crate::error::ReadError;
use crate::form::{FieldType, FormField};
use crate::object::{Dictionary, Name, Object, ObjectId, PdfString};
use crate::read_at::ReadAt;

/// What a signature dictionary says (table 255), and where its value stands.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SignatureFacts {
    /// Full name of the signature field.
    pub field_name: String,
    /// The field object.
    pub field_id: ObjectId,
    /// The signature dictionary's object; nothing when it stands directly in the field.
    pub dictionary_id: Option<ObjectId>,
    /// The signature dictionary.
    pub dictionary: Dictionary,
    /// `ByteRange` as offset and length pairs; nothing when missing or not four or more integers ≥ 0.
    pub byte_range: Option<Vec<(u64, u64)>>,
    /// The decoded `Contents` with its padding; nothing when missing or no string.
    pub contents: Option<Vec<u8>>,
    /// Absolute offsets of the `Contents` token with its delimiters; nothing when the dictionary stands in an
    /// object stream.
    pub contents_span: Option<Range<u64>>,
    /// `Filter`.
    pub filter: Option<String>,
    /// `SubFilter`.
    pub sub_filter: Option<String>,
    /// `Type`: `Sig`, `DocTimeStamp`, or nothing.
    pub signature_type: Option<String>,
    /// `M`, the claimed signing time, as written.
    pub claimed_time: Option<String>,
    /// `Reference`: locks and certification.
    pub references: Vec<SignatureReference>,
    /// The revision that last (re)defined the signature dictionary, or the field when it is direct.
    pub revision: Option<usize>,
}

/// A signature reference dictionary (table 256).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SignatureReference {
    /// `TransformMethod`: `DocMDP`, `FieldMDP`, `UR`.
    pub transform_method: Option<String>,
    /// `TransformParams`, references followed.
    pub transform_parameters: Option<Dictionary>,
}

impl<R: ReadAt> Document<R> {
    /// The filled signature fields, in order of the field tree.
    ///
    /// # Errors
    /// As [`Document::form_unplaced`]; when a signature dictionary cannot be read.
    pub fn signatures(&self) -> Result<Vec<SignatureFacts>, ReadError> {
        let Some(form) = self.form_unplaced()? else {
            return Ok(Vec::new());
        };
        let mut signatures = Vec::new();
        for field in form
            .fields
            .iter()
            .filter(|field| field.field_type == Some(FieldType::Signature))
        {
            if let Some(facts) = self.signature_of(field)? {
                signatures.push(facts);
            }
        }
        Ok(signatures)
    }

    /// The signature in `field`; nothing when the field is empty.
    ///
    /// # Errors
    /// When the signature dictionary cannot be read.
    pub fn signature_of(&self, field: &FormField) -> Result<Option<SignatureFacts>, ReadError> {
        let Some(value) = &field.value else {
            return Ok(None);
        };
        let dictionary_id = value.as_reference();
        let holder = dictionary_id.unwrap_or(field.id);
        // First, because the object is remembered from here: it is large, and read once.
        let contents_span = self.contents_span(holder, dictionary_id.is_none())?;
        let Some(dictionary) = self.resolve(value)?.as_dictionary().cloned() else {
            return Ok(None);
        };
        let contents = dictionary.get("Contents").and_then(Object::as_string);
        let name = |key: &str| -> Result<Option<String>, ReadError> {
            Ok(self.get(&dictionary, key)?.as_name().map(Name::to_text))
        };
        Ok(Some(SignatureFacts {
            field_name: field.full_name.clone(),
            field_id: field.id,
            dictionary_id,
            byte_range: self.byte_range(&dictionary)?,
            contents: contents.map(|contents| contents.as_bytes().into_owned()),
            contents_span,
            filter: name("Filter")?,
            sub_filter: name("SubFilter")?,
            signature_type: name("Type")?,
            claimed_time: self.get(&dictionary, "M")?.as_string().map(PdfString::to_text),
            references: self.signature_references(&dictionary)?,
            revision: self.defining_revision(holder.number),
            dictionary,
        }))
    }

    /// `Contents` in the object `holder`, or in the dictionary under its `V`.
    fn contents_span(&self, holder: ObjectId, is_direct: bool) -> Result<Option<Range<u64>>, ReadError> {
        let Some(found) = self.indirect_object(holder)? else {
            return Ok(None);
        };
        let Place::File(span) = found.place else {
            return Ok(None);
        };
        let outer = found.object.as_dictionary();
        let dictionary = if is_direct {
            outer.and_then(|outer| outer.get("V")?.as_dictionary())
        } else {
            outer
        };
        let contents =
            dictionary.and_then(|dictionary| dictionary.get("Contents")?.as_string()?.source_range());
        // The object was just read, so its token positions count from the start of the object.
        Ok(contents.map(|range| span.start + range.start as u64..span.start + range.end as u64))
    }

    fn byte_range(&self, dictionary: &Dictionary) -> Result<Option<Vec<(u64, u64)>>, ReadError> {
        let Some(array) = self.get_array(dictionary, "ByteRange")? else {
            return Ok(None);
        };
        let mut numbers = Vec::with_capacity(array.len());
        for number in array.iter() {
            match self
                .resolve(number)?
                .as_i64()
                .and_then(|number| u64::try_from(number).ok())
            {
                Some(number) => numbers.push(number),
                None => return Ok(None),
            }
        }
        let (pairs, rest) = numbers.as_chunks::<2>();
        let is_complete = pairs.len() >= 2 && rest.is_empty();
        Ok(is_complete.then(|| pairs.iter().map(|[offset, length]| (*offset, *length)).collect()))
    }

    fn signature_references(&self, dictionary: &Dictionary) -> Result<Vec<SignatureReference>, ReadError> {
        let mut references = Vec::new();
        for item in self
            .get_array(dictionary, "Reference")?
            .unwrap_or_default()
            .iter()
        {
            let Some(reference) = self.resolve(item)?.as_dictionary().cloned() else {
                continue;
            };
            references.push(SignatureReference {
                transform_method: self
                    .get(&reference, "TransformMethod")?
                    .as_name()
                    .map(Name::to_text),
                transform_parameters: self.get_dictionary(&reference, "TransformParams")?,
            });
        }
        Ok(references)
    }
}
