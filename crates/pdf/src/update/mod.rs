//! Incremental updates, ISO 32000-2, 7.5.6.

mod content;
mod import;
mod update_bytes;
mod write;
mod xref_section;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use thiserror::Error;

pub use update_bytes::{FillError, ReservedSpan, Update};

use crate::crypt::EncryptionError;
use crate::document::Document;
use crate::error::ReadError;
use crate::filter;
use crate::limits::Limit;
use crate::object::{Array, Dictionary, Object, ObjectId, Stream};
use crate::read_at::ReadAt;

/// Why an update cannot be made.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum UpdateError {
    /// Something that the update builds on cannot be read.
    #[error("the document cannot be read")]
    Read(#[from] ReadError),
    /// The object to be changed is no dictionary or stream.
    #[error("object {0} is not a dictionary")]
    NotADictionary(ObjectId),
    /// The object to be changed is no array.
    #[error("object {0} is not an array")]
    NotAnArray(ObjectId),
    /// An entry that should hold a dictionary or array holds something else.
    #[error("the entry {key} of object {id} has an unexpected type")]
    WrongEntry {
        /// The object.
        id: ObjectId,
        /// The entry's key.
        key: String,
    },
    /// The document to import from has no page of that index.
    #[error("there is no page {0}")]
    NoSuchPage(usize),
    /// A bound was exceeded.
    #[error("the update exceeds a limit")]
    Limit(#[from] Limit),
    /// An offset does not fit into a cross-reference table (ten digits).
    #[error("the file is too long for its kind of cross-reference table")]
    TooLong,
    /// There are no object numbers left.
    #[error("no object numbers are left")]
    NoNumbers,
    /// A new object cannot be encrypted like the others.
    #[error("an object cannot be encrypted")]
    Encryption(#[from] EncryptionError),
}

/// An update of a document: objects to add and to replace, written as bytes to append.
///
/// Objects that are changed keep the source text of everything else in them.
#[derive(Debug)]
pub struct IncrementalUpdate<'d, R> {
    document: &'d Document<R>,
    next_number: u32,
    pending: BTreeMap<ObjectId, Pending>,
    imported: HashMap<(usize, ObjectId), ObjectId>,
    /// Keeps the identities in `imported` from being given to other documents.
    import_sources: Vec<Arc<()>>,
}

#[derive(Debug, Clone)]
enum Pending {
    Object(Object),
    /// A new stream; `data` is encoded as the dictionary says and not yet encrypted.
    NewStream {
        dictionary: Dictionary,
        data: Vec<u8>,
    },
    /// A stream of the document with changed dictionary; its data is copied as it is.
    StoredStream {
        dictionary: Dictionary,
        stream: Stream,
    },
}

impl<'d, R: ReadAt> IncrementalUpdate<'d, R> {
    /// An update that appends to `document`.
    pub fn new(document: &'d Document<R>) -> Self {
        Self {
            document,
            next_number: document.next_number(),
            pending: BTreeMap::new(),
            imported: HashMap::new(),
            import_sources: Vec::new(),
        }
    }

    /// The document that is updated.
    pub const fn document(&self) -> &'d Document<R> {
        self.document
    }

    /// Whether nothing was changed or added.
    pub fn is_empty(&self) -> bool {
        self.pending.is_empty()
    }

    /// An unused id. It must be given to [`put`](Self::put) or [`put_stream`](Self::put_stream) later; until
    /// then references to it mean `null`.
    pub fn allocate(&mut self) -> ObjectId {
        let id = ObjectId::new(self.next_number, 0);
        self.next_number = self.next_number.saturating_add(1);
        id
    }

    /// Sets the object `id`, new or existing. A [`Stream`] of this document keeps its data.
    pub fn put(&mut self, id: ObjectId, object: impl Into<Object>) {
        let pending = match object.into() {
            Object::Stream(stream) => Pending::StoredStream {
                dictionary: stream.dictionary().clone(),
                stream,
            },
            object => Pending::Object(object),
        };
        self.pending.insert(id, pending);
    }

    /// Adds a new object.
    pub fn add(&mut self, object: impl Into<Object>) -> ObjectId {
        let id = self.allocate();
        self.put(id, object);
        id
    }

    /// Sets the stream `id`. `data` is encoded as `Filter` of `dictionary` says; `Length` is set here.
    pub fn put_stream(&mut self, id: ObjectId, dictionary: Dictionary, data: Vec<u8>) {
        self.pending.insert(id, Pending::NewStream { dictionary, data });
    }

    /// Adds a new stream of unencoded `data`, which is compressed here where that pays. `dictionary` must name no
    /// filter.
    pub fn add_stream(&mut self, dictionary: Dictionary, data: &[u8]) -> ObjectId {
        let id = self.allocate();
        let (dictionary, data) = filter::compressed(dictionary, data.to_vec());
        self.put_stream(id, dictionary, data);
        id
    }

    /// The object as it will be: from this update, otherwise from the document. New streams come as their
    /// dictionary.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn object(&self, id: ObjectId) -> Result<Object, ReadError> {
        match self.pending.get(&id) {
            Some(Pending::Object(object)) => Ok(object.clone()),
            Some(Pending::NewStream { dictionary, .. } | Pending::StoredStream { dictionary, .. }) => {
                Ok(dictionary.clone().into())
            }
            None => self.document.object(id),
        }
    }

    /// Changes the dictionary `id`, or the dictionary of the stream `id`, keeping the bytes of what is not
    /// changed. An object of an object stream becomes one of its own.
    ///
    /// # Errors
    /// [`UpdateError::NotADictionary`]; reading errors.
    pub fn edit_dictionary<T>(
        &mut self,
        id: ObjectId,
        change: impl FnOnce(&mut Dictionary) -> T,
    ) -> Result<T, UpdateError> {
        if !self.pending.contains_key(&id) {
            let object = self.document.object(id)?;
            if object.as_dictionary().is_none() {
                return Err(UpdateError::NotADictionary(id));
            }
            self.put(id, object);
        }
        match self.pending.get_mut(&id) {
            Some(
                Pending::NewStream { dictionary, .. }
                | Pending::StoredStream { dictionary, .. }
                | Pending::Object(Object::Dictionary(dictionary)),
            ) => Ok(change(dictionary)),
            _ => Err(UpdateError::NotADictionary(id)),
        }
    }

    /// Changes the array `id`, keeping the bytes of what is not changed.
    ///
    /// # Errors
    /// [`UpdateError::NotAnArray`]; reading errors.
    pub fn edit_array<T>(
        &mut self,
        id: ObjectId,
        change: impl FnOnce(&mut Array) -> T,
    ) -> Result<T, UpdateError> {
        if !self.pending.contains_key(&id) {
            let object = self.document.object(id)?;
            if object.as_array().is_none() {
                return Err(UpdateError::NotAnArray(id));
            }
            self.put(id, object);
        }
        match self.pending.get_mut(&id) {
            Some(Pending::Object(Object::Array(array))) => Ok(change(array)),
            _ => Err(UpdateError::NotAnArray(id)),
        }
    }

    /// Changes the dictionary under `key` of the dictionary `id`, whether it stands there directly or is an
    /// object of its own; an absent one is made directly.
    ///
    /// # Errors
    /// [`UpdateError::WrongEntry`] when `key` holds something else; reading errors.
    pub fn edit_dictionary_entry(
        &mut self,
        id: ObjectId,
        key: &str,
        change: impl FnOnce(&mut Dictionary),
    ) -> Result<(), UpdateError> {
        match self.entry_target(id, key)? {
            Some(target) => self.edit_dictionary(target, change),
            None => self
                .edit_dictionary(id, |dictionary| {
                    drop_dangling(dictionary, key);
                    dictionary.edit_dictionary(key, change)
                })?
                .then_some(())
                .ok_or_else(|| UpdateError::WrongEntry {
                    id,
                    key: key.to_owned(),
                }),
        }
    }

    /// Changes the array under `key` of the dictionary `id`, whether it stands there directly or is an object
    /// of its own; an absent one is made directly.
    ///
    /// # Errors
    /// [`UpdateError::WrongEntry`] when `key` holds something else; reading errors.
    pub fn edit_array_entry(
        &mut self,
        id: ObjectId,
        key: &str,
        change: impl FnOnce(&mut Array),
    ) -> Result<(), UpdateError> {
        match self.entry_target(id, key)? {
            Some(target) => self.edit_array(target, change),
            None => self
                .edit_dictionary(id, |dictionary| {
                    drop_dangling(dictionary, key);
                    dictionary.edit_array(key, change)
                })?
                .then_some(())
                .ok_or_else(|| UpdateError::WrongEntry {
                    id,
                    key: key.to_owned(),
                }),
        }
    }

    /// Changes the interactive form dictionary, which is made (as an object of its own) when there is none.
    ///
    /// # Errors
    /// When the catalog or the form cannot be read.
    pub fn edit_form(&mut self, change: impl FnOnce(&mut Dictionary)) -> Result<(), UpdateError> {
        let catalog = self.document.catalog_id();
        let has_form = self
            .object(catalog)?
            .as_dictionary()
            .is_some_and(|catalog| catalog.contains("AcroForm"));
        if !has_form {
            let form = self.add(Dictionary::new().with("Fields", Array::new()));
            self.edit_dictionary(catalog, |catalog| catalog.set("AcroForm", form))?;
        }
        self.edit_dictionary_entry(catalog, "AcroForm", change)
    }

    /// The object that the entry refers to, followed to its end; nothing when it is direct or absent.
    fn entry_target(&self, id: ObjectId, key: &str) -> Result<Option<ObjectId>, UpdateError> {
        let object = self.object(id)?;
        let dictionary = object.as_dictionary().ok_or(UpdateError::NotADictionary(id))?;
        let Some(mut target) = dictionary.reference(key) else {
            return Ok(None);
        };
        for _ in 0..REFERENCE_HOPS {
            match self.object(target)? {
                Object::Reference(next) => target = next.id(),
                // A reference to a missing object is replaced by a direct value.
                Object::Null => return Ok(None),
                _ => return Ok(Some(target)),
            }
        }
        Err(ReadError::ReferenceLoop(target).into())
    }

    /// Follows references, through this update first.
    fn follow(&self, object: &Object) -> Result<Object, ReadError> {
        let mut object = object.clone();
        for _ in 0..REFERENCE_HOPS {
            let Some(id) = object.as_reference() else {
                return Ok(object);
            };
            object = self.object(id)?;
        }
        let looping = object.as_reference();
        Err(looping.map_or(
            ReadError::WrongType { what: "reference" },
            ReadError::ReferenceLoop,
        ))
    }
}

/// Longest accepted path of references to references.
const REFERENCE_HOPS: usize = 32;

/// Removes an entry that refers to nothing, so that a direct value can take its place.
fn drop_dangling(dictionary: &mut Dictionary, key: &str) {
    if dictionary.reference(key).is_some() {
        dictionary.remove(key);
    }
}
