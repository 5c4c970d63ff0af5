//! An open document: its revisions, objects and streams.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::crypt::{self, Encryption, EncryptionError};
use crate::error::{OpenError, ReadError};
use crate::filter::Pipeline;
use crate::limits::Limits;
use crate::object::{Array, Dictionary, Object, ObjectId, Stream, StreamLocation};
use crate::object_stream::ObjectStream;
use crate::parser::Ending;
use crate::read_at::ReadAt;
use crate::revision::{Revision, group_revisions};
use crate::source::Source;
use crate::stream_extent::{find_stream_end, stream_ends_at};
use crate::xref::{Section, XrefEntry, XrefKind, read_chain};

/// A PDF document that is read piece by piece.
///
/// Opening reads the header, the cross-reference sections and the catalog; everything else is read when asked
/// for. Objects that were read are remembered up to a bound. A `Document` is `Sync` when its reader is.
#[derive(Debug)]
pub struct Document<R> {
    reader: R,
    shift: u64,
    bound: u64,
    limits: Limits,
    /// Newest first.
    sections: Vec<Arc<Section>>,
    /// Oldest first.
    revisions: Vec<Revision>,
    catalog_id: ObjectId,
    encryption: Option<Arc<Encryption>>,
    cache: Mutex<Cache>,
    identity: Arc<()>,
}

#[derive(Debug, Default)]
struct Cache {
    objects: HashMap<ObjectId, Object>,
    object_streams: HashMap<u32, Arc<ObjectStream>>,
    object_stream_bytes: usize,
}

/// An indirect object with the place where it was found.
#[derive(Debug, Clone)]
pub struct IndirectObject {
    /// Number and generation.
    pub id: ObjectId,
    /// The object.
    pub object: Object,
    /// Where it stands.
    pub place: Place,
}

/// Where an indirect object stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In the file, from `N G obj` to `endobj` (absolute offsets).
    File(std::ops::Range<u64>),
    /// In an object stream.
    ObjectStream(ObjectId),
}

const CACHED_OBJECTS: usize = 8192;

impl<R: ReadAt> Document<R> {
    /// Opens a document.
    ///
    /// # Errors
    /// See [`OpenError`]; [`OpenError::is_damage`] tells whether [`repair`](crate::repair) may help.
    pub fn open(reader: R, limits: &Limits) -> Result<Self, OpenError> {
        let chain = read_chain(&reader, limits)?;
        let bound = reader.size();
        let source = Source {
            reader: &reader,
            shift: chain.shift,
            bound,
            limits,
        };
        let revisions = group_revisions(source, &chain.sections)?;
        let sections = chain.sections.into_iter().map(Arc::new).collect();
        Self::assemble(reader, limits.clone(), chain.shift, bound, sections, revisions)
    }

    pub(crate) fn assemble(
        reader: R,
        limits: Limits,
        shift: u64,
        bound: u64,
        sections: Vec<Arc<Section>>,
        revisions: Vec<Revision>,
    ) -> Result<Self, OpenError> {
        let trailer = revisions
            .last()
            .map(|revision| revision.trailer.clone())
            .unwrap_or_default();
        let catalog_id = trailer.reference("Root").ok_or(OpenError::NoCatalog)?;
        let mut document = Self {
            reader,
            shift,
            bound,
            limits,
            sections,
            revisions,
            catalog_id,
            encryption: None,
            cache: Mutex::default(),
            identity: Arc::new(()),
        };
        document.encryption = document.open_encryption(&trailer)?;
        // What was parsed until here was not decrypted.
        *document.cache() = Cache::default();
        let catalog = document.object(catalog_id).map_err(|cause| match cause {
            ReadError::Limit(limit) => OpenError::Limit(limit),
            ReadError::Io(error) => OpenError::Io(error),
            cause => OpenError::BrokenXref {
                offset: document.last_section().offset,
                cause,
            },
        })?;
        match catalog {
            Object::Dictionary(_) => Ok(document),
            _ => Err(OpenError::NoCatalog),
        }
    }

    fn open_encryption(&self, trailer: &Dictionary) -> Result<Option<Arc<Encryption>>, OpenError> {
        let broken = |cause| OpenError::broken_xref(self.last_section().offset, cause);
        let Some(entry) = trailer.get("Encrypt") else {
            return Ok(None);
        };
        let dictionary = match self.resolve_deep(entry, self.limits.depth).map_err(broken)? {
            Object::Dictionary(dictionary) => dictionary,
            Object::Null => return Ok(None),
            _ => return Err(OpenError::Encryption(EncryptionError::Malformed("Encrypt"))),
        };
        let id = self.get(trailer, "ID").map_err(broken)?;
        let first_id = id
            .as_array()
            .and_then(|array| array.get(0))
            .and_then(Object::as_string);
        let first_id = first_id
            .map(|string| string.as_bytes().into_owned())
            .unwrap_or_default();
        match crypt::open(&dictionary, entry.as_reference(), &first_id) {
            Ok(encryption) => Ok(Some(Arc::new(encryption))),
            Err(EncryptionError::PasswordRequired) => Err(OpenError::PasswordRequired),
            Err(error) => Err(OpenError::Encryption(error)),
        }
    }

    /// Length of the file in bytes.
    pub fn size(&self) -> u64 {
        self.reader.size()
    }

    /// The bytes of the file.
    pub const fn reader(&self) -> &R {
        &self.reader
    }

    /// The limits given when opening.
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The encryption; nothing for a file that is not encrypted.
    pub fn encryption(&self) -> Option<&Encryption> {
        self.encryption.as_deref()
    }

    /// The newest trailer (for cross-reference streams their dictionary).
    pub fn trailer(&self) -> &Dictionary {
        &self.last_section().trailer
    }

    /// The catalog's object.
    pub const fn catalog_id(&self) -> ObjectId {
        self.catalog_id
    }

    /// The catalog, ISO 32000-2, 7.7.2.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn catalog(&self) -> Result<Dictionary, ReadError> {
        self.dictionary(self.catalog_id)?
            .ok_or(ReadError::WrongType { what: "catalog" })
    }

    /// The revisions, oldest first. Each incremental update makes one; the two sections of a linearised file
    /// count as one.
    pub fn revisions(&self) -> &[Revision] {
        &self.revisions
    }

    /// The document as it was at the revision of `index` (0 is the oldest); nothing past the last one.
    ///
    /// # Errors
    /// When that revision has no catalog of its own or another encryption.
    pub fn at_revision(&self, index: usize) -> Result<Option<Document<&R>>, OpenError> {
        let Some(revision) = self.revisions.get(index) else {
            return Ok(None);
        };
        let newer: usize = self
            .revisions
            .iter()
            .skip(index + 1)
            .map(|revision| revision.sections)
            .sum();
        let sections = self.sections.iter().skip(newer).cloned().collect();
        let revisions = self.revisions.iter().take(index + 1).cloned().collect();
        let ends = self.revisions.iter().take(index + 1).map(|revision| revision.end);
        let bound = ends.max().unwrap_or(revision.end).min(self.bound);
        Document::assemble(
            &self.reader,
            self.limits.clone(),
            self.shift,
            bound,
            sections,
            revisions,
        )
        .map(Some)
    }

    /// What the revision of `index` says about objects: every number that it defines, redefines or frees, in
    /// order of numbers.
    pub fn revision_entries(&self, index: usize) -> Vec<(u32, XrefEntry)> {
        let Some(revision) = self.revisions.get(index) else {
            return Vec::new();
        };
        let newer: usize = self
            .revisions
            .iter()
            .skip(index + 1)
            .map(|revision| revision.sections)
            .sum();
        let mut entries = Vec::new();
        for section in self.sections.iter().skip(newer).take(revision.sections) {
            entries.extend_from_slice(&section.entries);
        }
        crate::xref::sort_entries(&mut entries);
        entries
    }

    /// Where the object of `number` stands now; nothing when no section knows it.
    pub fn entry(&self, number: u32) -> Option<XrefEntry> {
        self.sections.iter().find_map(|section| section.entry(number))
    }

    /// Index, counted from the newest, of the section that says where the object of `number` stands.
    pub(crate) fn defining_section(&self, number: u32) -> Option<usize> {
        self.sections
            .iter()
            .position(|section| section.entry(number).is_some())
    }

    /// The ids of all objects in use, in order of numbers.
    pub fn object_ids(&self) -> Vec<ObjectId> {
        let mut entries = Vec::new();
        for section in &self.sections {
            entries.extend_from_slice(&section.entries);
        }
        crate::xref::sort_entries(&mut entries);
        let in_use = entries.into_iter().filter_map(|(number, entry)| match entry {
            XrefEntry::Free { .. } => None,
            XrefEntry::InFile { generation, .. } => Some(ObjectId::new(number, generation)),
            XrefEntry::InStream { .. } => Some(ObjectId::new(number, 0)),
        });
        in_use.collect()
    }

    /// The first object number that no revision uses.
    pub fn next_number(&self) -> u32 {
        let sizes = self
            .sections
            .iter()
            .filter_map(|section| section.trailer.get("Size")?.as_i64());
        let size = sizes
            .filter_map(|size| u32::try_from(size).ok())
            .filter(|size| *size <= MAX_NUMBER)
            .max();
        let used = self
            .sections
            .iter()
            .filter_map(|section| section.entries.last())
            .map(|entry| entry.0)
            .max();
        size.unwrap_or(1)
            .max(used.map_or(1, |number| number.saturating_add(1)))
            .max(1)
    }

    /// The object of `id`; `null` when it does not exist (ISO 32000-2, 7.3.10).
    ///
    /// # Errors
    /// When something unreadable stands where it should be.
    pub fn object(&self, id: ObjectId) -> Result<Object, ReadError> {
        self.load(id, self.limits.depth)
    }

    /// The object of `id` with the place where it stands; nothing when it does not exist.
    ///
    /// # Errors
    /// As [`Document::object`].
    pub fn indirect_object(&self, id: ObjectId) -> Result<Option<IndirectObject>, ReadError> {
        match self.entry(id.number) {
            Some(XrefEntry::InFile { offset, generation }) if generation == id.generation => {
                let (object, span) = self.read_object(id, offset, self.limits.depth)?;
                Ok(Some(IndirectObject {
                    id,
                    object,
                    place: Place::File(span),
                }))
            }
            Some(XrefEntry::InStream { stream, index }) if id.generation == 0 => {
                let object =
                    self.object_stream(stream, self.limits.depth)?
                        .object(id.number, index, &self.limits)?;
                Ok(Some(IndirectObject {
                    id,
                    object,
                    place: Place::ObjectStream(ObjectId::new(stream, 0)),
                }))
            }
            _ => Ok(None),
        }
    }

    /// Follows references until something else is found.
    ///
    /// # Errors
    /// As [`Document::object`].
    pub fn resolve(&self, object: &Object) -> Result<Object, ReadError> {
        self.resolve_deep(object, self.limits.depth)
    }

    /// The value of `key` with references followed; `null` when absent.
    ///
    /// # Errors
    /// As [`Document::object`].
    pub fn get(&self, dictionary: &Dictionary, key: &str) -> Result<Object, ReadError> {
        dictionary
            .get(key)
            .map_or(Ok(Object::Null), |value| self.resolve(value))
    }

    /// The dictionary (or stream dictionary) that `id` names.
    ///
    /// # Errors
    /// As [`Document::object`].
    pub fn dictionary(&self, id: ObjectId) -> Result<Option<Dictionary>, ReadError> {
        Ok(self.resolve(&id.into())?.as_dictionary().cloned())
    }

    /// The dictionary under `key`, references followed.
    ///
    /// # Errors
    /// As [`Document::object`].
    pub fn get_dictionary(
        &self,
        dictionary: &Dictionary,
        key: &str,
    ) -> Result<Option<Dictionary>, ReadError> {
        Ok(self.get(dictionary, key)?.as_dictionary().cloned())
    }

    /// The array under `key`, references followed.
    ///
    /// # Errors
    /// As [`Document::object`].
    pub fn get_array(&self, dictionary: &Dictionary, key: &str) -> Result<Option<Array>, ReadError> {
        Ok(self.get(dictionary, key)?.as_array().cloned())
    }

    /// The decoded data of a stream.
    ///
    /// # Errors
    /// [`FilterError::Unsupported`](crate::FilterError::Unsupported) for images, corrupt data, limits.
    pub fn stream_data(&self, stream: &Stream) -> Result<Vec<u8>, ReadError> {
        self.decode_stream(stream, self.limits.stream_bytes, self.limits.depth)
    }

    /// The data of a stream as the filters take it, decrypted.
    ///
    /// # Errors
    /// When the data cannot be read or decrypted.
    pub fn stream_raw(&self, stream: &Stream) -> Result<Vec<u8>, ReadError> {
        let pipeline = self.pipeline(stream.dictionary(), self.limits.depth)?;
        self.raw_stream(stream, &pipeline)
    }

    /// The data of a stream as it stands in the file, encrypted in an encrypted file.
    pub(crate) fn stream_as_stored(&self, stream: &Stream) -> Result<Vec<u8>, ReadError> {
        self.source().bytes(stream.data_span())
    }

    pub(crate) fn source(&self) -> Source<'_, R> {
        Source {
            reader: &self.reader,
            shift: self.shift,
            bound: self.bound,
            limits: &self.limits,
        }
    }

    pub(crate) const fn shift(&self) -> u64 {
        self.shift
    }

    pub(crate) fn identity(&self) -> &Arc<()> {
        &self.identity
    }

    pub(crate) fn shared_encryption(&self) -> Option<&Arc<Encryption>> {
        self.encryption.as_ref()
    }

    /// Absolute offset and form of the newest cross-reference section.
    pub(crate) fn last_xref(&self) -> (u64, XrefKind) {
        let section = self.last_section();
        (section.offset, section.kind)
    }

    fn last_section(&self) -> &Section {
        // `assemble` is only called with at least one section, since the chain begins with one.
        self.sections.first().map_or(&EMPTY_SECTION, Arc::as_ref)
    }

    fn cache(&self) -> MutexGuard<'_, Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn resolve_deep(&self, object: &Object, depth: usize) -> Result<Object, ReadError> {
        let mut object = object.clone();
        for _ in 0..=REFERENCE_HOPS {
            let Some(id) = object.as_reference() else {
                return Ok(object);
            };
            object = self.load(id, depth)?;
        }
        Err(object.as_reference().map_or(
            ReadError::WrongType { what: "reference" },
            ReadError::ReferenceLoop,
        ))
    }

    /// `depth` counts how many objects wait for this one: a length, an object stream, its filters.
    fn load(&self, id: ObjectId, depth: usize) -> Result<Object, ReadError> {
        if let Some(object) = self.cache().objects.get(&id) {
            return Ok(object.clone());
        }
        let Some(depth) = depth.checked_sub(1) else {
            return Err(ReadError::ReferenceLoop(id));
        };
        let object = match self.entry(id.number) {
            Some(XrefEntry::InFile { offset, generation }) if generation == id.generation => {
                self.read_object(id, offset, depth)?.0
            }
            Some(XrefEntry::InStream { stream, index }) if id.generation == 0 => self
                .object_stream(stream, depth)?
                .object(id.number, index, &self.limits)?,
            _ => Object::Null,
        };
        let mut cache = self.cache();
        if cache.objects.len() >= CACHED_OBJECTS {
            cache.objects.clear();
        }
        cache.objects.insert(id, object.clone());
        Ok(object)
    }

    fn read_object(
        &self,
        id: ObjectId,
        written_offset: u64,
        depth: usize,
    ) -> Result<(Object, std::ops::Range<u64>), ReadError> {
        let source = self.source();
        let offset = source.absolute(written_offset).ok_or(ReadError::OutsideFile {
            offset: written_offset,
        })?;
        let parsed = source.indirect_object(offset)?;
        if parsed.id != id {
            return Err(ReadError::ObjectMismatch {
                expected: id,
                found: parsed.id,
            });
        }
        let position = offset.saturating_add(parsed.end as u64);
        let (mut object, end) = match (parsed.object, parsed.ending) {
            (Object::Dictionary(dictionary), Ending::StreamData) => {
                let (length, end) = self.stream_extent(id, &dictionary, position, depth)?;
                let location = StreamLocation {
                    owner: id,
                    start: position,
                    length,
                };
                (Object::Stream(Stream::new(dictionary, location)), end)
            }
            (object, _) => (object, position),
        };
        if let Some(encryption) = &self.encryption {
            let result = encryption.decrypt_strings(id, &mut object);
            result.map_err(|error| ReadError::Decryption { id, error })?;
        }
        Ok((object, offset..end))
    }

    /// Length of the data and end of the object.
    fn stream_extent(
        &self,
        id: ObjectId,
        dictionary: &Dictionary,
        start: u64,
        depth: usize,
    ) -> Result<(u64, u64), ReadError> {
        let announced = match dictionary.get("Length") {
            Some(Object::Reference(reference)) => match self.load(reference.id(), depth) {
                Ok(length) => length.as_i64(),
                // A length that cannot be read is as good as none.
                Err(ReadError::Io(error)) => return Err(error.into()),
                Err(_) => None,
            },
            Some(length) => length.as_i64(),
            None => None,
        };
        if let Some(length) = announced.and_then(|length| u64::try_from(length).ok())
            && let Some(end) = stream_ends_at(self.source(), start, length)?
        {
            return Ok((length, end));
        }
        find_stream_end(self.source(), start)?.ok_or(ReadError::UnterminatedStream(id))
    }

    fn object_stream(&self, number: u32, depth: usize) -> Result<Arc<ObjectStream>, ReadError> {
        if let Some(stream) = self.cache().object_streams.get(&number) {
            return Ok(Arc::clone(stream));
        }
        let id = ObjectId::new(number, 0);
        let Some(depth) = depth.checked_sub(1) else {
            return Err(ReadError::ReferenceLoop(id));
        };
        let Some(XrefEntry::InFile { offset, .. }) = self.entry(number) else {
            return Err(ReadError::BrokenObjectStream(id));
        };
        let Object::Stream(stream) = self.read_object(id, offset, depth)?.0 else {
            return Err(ReadError::BrokenObjectStream(id));
        };
        let data = self.decode_stream(&stream, self.limits.object_stream_bytes, depth)?;
        let length = data.len();
        let parsed = Arc::new(ObjectStream::parse(id, stream.dictionary(), data, &self.limits)?);
        let mut cache = self.cache();
        if cache.object_stream_bytes.saturating_add(length) > self.limits.object_stream_bytes {
            cache.object_streams.clear();
            cache.object_stream_bytes = 0;
        }
        cache.object_stream_bytes += length;
        cache.object_streams.insert(number, Arc::clone(&parsed));
        Ok(parsed)
    }

    fn decode_stream(&self, stream: &Stream, maximum: usize, depth: usize) -> Result<Vec<u8>, ReadError> {
        let pipeline = self.pipeline(stream.dictionary(), depth)?;
        let raw = self.raw_stream(stream, &pipeline)?;
        Ok(pipeline.decode(raw, &self.limits, maximum)?)
    }

    fn raw_stream(&self, stream: &Stream, pipeline: &Pipeline) -> Result<Vec<u8>, ReadError> {
        let data = self.stream_as_stored(stream)?;
        let Some(encryption) = &self.encryption else {
            return Ok(data);
        };
        let id = stream.location.owner;
        let result =
            encryption.decrypt_stream(id, stream.dictionary(), pipeline.crypt_filter().as_deref(), data);
        result.map_err(|error| ReadError::Decryption { id, error })
    }

    fn pipeline(&self, dictionary: &Dictionary, depth: usize) -> Result<Pipeline, ReadError> {
        let value = |long: &str, short: &str| -> Result<Object, ReadError> {
            let Some(value) = dictionary.get(long).or_else(|| dictionary.get(short)) else {
                return Ok(Object::Null);
            };
            let mut value = self.resolve_deep(value, depth)?;
            if let Object::Array(array) = &mut value {
                let resolved = array.iter().map(|item| self.resolve_deep(item, depth));
                *array = resolved.collect::<Result<Vec<_>, _>>()?.into_iter().collect();
            }
            Ok(value)
        };
        let (filter, parameters) = (value("Filter", "")?, value("DecodeParms", "DP")?);
        Ok(Pipeline::new(Some(&filter), Some(&parameters))?)
    }
}

/// Longest accepted path of references to references.
const REFERENCE_HOPS: usize = 32;

/// Largest object number that is believed (annex C.2 names it as an implementation limit).
const MAX_NUMBER: u32 = 8_388_607;

static EMPTY_SECTION: std::sync::LazyLock<Section> = std::sync::LazyLock::new(|| Section {
    offset: 0,
    end: 0,
    kind: XrefKind::Table,
    entries: Vec::new(),
    trailer: Dictionary::new(),
});
