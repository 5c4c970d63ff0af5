//! Loading objects and the data of streams.

use std::ops::Range;
use std::sync::Arc;

use crate::document::{Document, IndirectObject, Place};
use crate::error::ReadError;
use crate::filter::Pipeline;
use crate::object::{Dictionary, Object, ObjectId, Stream, StreamLocation};
use crate::object_stream::ObjectStream;
use crate::parser::Ending;
use crate::read_at::ReadAt;
use crate::stream_extent::{find_stream_end, stream_ends_at};
use crate::xref::XrefEntry;

impl<R: ReadAt> Document<R> {
    /// The object of `id`; `null` when it does not exist (ISO 32000-2, 7.3.10).
    ///
    /// # Errors
    /// When something unreadable stands where it should be.
    pub fn object(&self, id: ObjectId) -> Result<Object, ReadError> {
        self.load(id, WAITING_OBJECTS)
    }

    /// The object of `id` with the place where it stands; nothing when it does not exist.
    ///
    /// # Errors
    /// As [`Document::object`].
    pub fn indirect_object(&self, id: ObjectId) -> Result<Option<IndirectObject>, ReadError> {
        let (object, place) = match self.entry(id.number) {
            Some(XrefEntry::InFile { offset, generation }) if generation == id.generation => {
                let read = self.read_object(id, offset, WAITING_OBJECTS)?;
                self.remember(id, &read.object, read.weight);
                (read.object, Place::File(read.span))
            }
            Some(XrefEntry::InStream { stream, index }) if id.generation == 0 => {
                let container = self.object_stream(stream, WAITING_OBJECTS)?;
                let object = container.object(id.number, index, self.limits())?;
                (object, Place::ObjectStream(ObjectId::new(stream, 0)))
            }
            _ => return Ok(None),
        };
        Ok(Some(IndirectObject { id, object, place }))
    }

    /// Follows references until something else is found.
    ///
    /// # Errors
    /// As [`Document::object`].
    pub fn resolve(&self, object: &Object) -> Result<Object, ReadError> {
        self.resolve_within(object, WAITING_OBJECTS)
    }

    /// The decoded data of a stream.
    ///
    /// # Errors
    /// [`FilterError::Unsupported`](crate::FilterError::Unsupported) for images, corrupt data, limits.
    pub fn stream_data(&self, stream: &Stream) -> Result<Vec<u8>, ReadError> {
        let maximum = self.limits().decoded_bytes.min(self.limits().stream_bytes);
        self.decode_stream(stream, maximum, WAITING_OBJECTS)
    }

    /// The data of a stream as the filters take it, decrypted.
    ///
    /// # Errors
    /// When the data cannot be read or decrypted.
    pub fn stream_raw(&self, stream: &Stream) -> Result<Vec<u8>, ReadError> {
        let pipeline = self.pipeline(stream.dictionary(), WAITING_OBJECTS)?;
        self.raw_stream(stream, &pipeline)
    }

    /// The data of a stream as it stands in the file, encrypted in an encrypted file.
    pub(crate) fn stream_as_stored(&self, stream: &Stream) -> Result<Vec<u8>, ReadError> {
        self.source().bytes(stream.data_span())
    }

    /// The object stream `number`.
    pub(crate) fn container(&self, number: u32) -> Result<Arc<ObjectStream>, ReadError> {
        self.object_stream(number, WAITING_OBJECTS)
    }

    /// `waiting` counts down how many objects may wait for each other: a length, an object stream, its filters.
    fn resolve_within(&self, object: &Object, waiting: usize) -> Result<Object, ReadError> {
        let mut object = object.clone();
        for _ in 0..=REFERENCE_HOPS {
            let Some(id) = object.as_reference() else {
                return Ok(object);
            };
            object = self.load(id, waiting)?;
        }
        let looping = object.as_reference();
        Err(looping.map_or(
            ReadError::WrongType { what: "reference" },
            ReadError::ReferenceLoop,
        ))
    }

    fn load(&self, id: ObjectId, waiting: usize) -> Result<Object, ReadError> {
        self.source().work.spend(LOOKUP)?;
        if let Some(object) = self.cache().objects.get(&id) {
            return Ok(object.clone());
        }
        let waiting = waiting.checked_sub(1).ok_or(ReadError::ReferenceLoop(id))?;
        let (object, weight) = match self.entry(id.number) {
            Some(XrefEntry::InFile { offset, generation }) if generation == id.generation => {
                let read = self.read_object(id, offset, waiting)?;
                (read.object, read.weight)
            }
            Some(XrefEntry::InStream { stream, index }) if id.generation == 0 => {
                let container = self.object_stream(stream, waiting)?;
                container.weighed_object(id.number, index, self.limits())?
            }
            _ => (Object::Null, 0),
        };
        self.remember(id, &object, weight);
        Ok(object)
    }

    /// Keeps an object for the next who asks; `weight` is roughly what it takes in memory, in bytes.
    fn remember(&self, id: ObjectId, object: &Object, weight: usize) {
        let mut cache = self.cache();
        if cache.objects.contains_key(&id) {
            return;
        }
        if cache.objects.len() >= CACHED_OBJECTS || cache.object_bytes.saturating_add(weight) > CACHED_BYTES {
            cache.forget_objects();
        }
        cache.object_bytes = cache.object_bytes.saturating_add(weight);
        cache.objects.insert(id, object.clone());
    }

    fn read_object(
        &self,
        id: ObjectId,
        written_offset: u64,
        waiting: usize,
    ) -> Result<ReadObject, ReadError> {
        let source = self.source();
        let offset = source.absolute(written_offset);
        let offset = offset.ok_or(ReadError::OutsideFile {
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
                let (length, end) = self.stream_extent(id, &dictionary, position, waiting)?;
                let location = StreamLocation {
                    owner: id,
                    start: position,
                    length,
                };
                (Object::Stream(Stream::new(dictionary, location)), end)
            }
            (object, _) => (object, position),
        };
        if let Some(encryption) = self.encryption() {
            let result = encryption.decrypt_strings(id, &mut object);
            result.map_err(|error| ReadError::Decryption { id, error })?;
        }
        Ok(ReadObject {
            object,
            span: offset..end,
            weight: parsed.weight,
        })
    }

    /// Length of the data and end of the object.
    fn stream_extent(
        &self,
        id: ObjectId,
        dictionary: &Dictionary,
        start: u64,
        waiting: usize,
    ) -> Result<(u64, u64), ReadError> {
        let announced = match dictionary.get("Length") {
            Some(Object::Reference(reference)) => match self.load(reference.id(), waiting) {
                Ok(length) => length.as_i64(),
                Err(ReadError::Io(error)) => return Err(error.into()),
                // A length that cannot be read is as good as none.
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

    fn object_stream(&self, number: u32, waiting: usize) -> Result<Arc<ObjectStream>, ReadError> {
        if let Some(stream) = self.cache().object_streams.get(&number) {
            return Ok(Arc::clone(stream));
        }
        let id = ObjectId::new(number, 0);
        let waiting = waiting.checked_sub(1).ok_or(ReadError::ReferenceLoop(id))?;
        let Some(XrefEntry::InFile { offset, .. }) = self.entry(number) else {
            return Err(ReadError::BrokenObjectStream(id));
        };
        let Object::Stream(stream) = self.read_object(id, offset, waiting)?.object else {
            return Err(ReadError::BrokenObjectStream(id));
        };
        let limit = self.limits().object_stream_bytes;
        let data = self.decode_stream(&stream, limit, waiting)?;
        let length = data.len();
        let parsed = Arc::new(ObjectStream::parse(id, stream.dictionary(), data, self.limits())?);
        let mut cache = self.cache();
        if cache.object_stream_bytes.saturating_add(length) > limit {
            cache.object_streams.clear();
            cache.object_stream_bytes = 0;
            // Objects keep the data of their stream alive.
            cache.forget_objects();
        }
        cache.object_stream_bytes += length;
        cache.object_streams.insert(number, Arc::clone(&parsed));
        Ok(parsed)
    }

    fn decode_stream(&self, stream: &Stream, maximum: usize, waiting: usize) -> Result<Vec<u8>, ReadError> {
        let pipeline = self.pipeline(stream.dictionary(), waiting)?;
        let raw = self.raw_stream(stream, &pipeline)?;
        let decoded = pipeline.decode(raw, self.limits(), maximum)?;
        self.source().work.spend(decoded.len())?;
        Ok(decoded)
    }

    fn raw_stream(&self, stream: &Stream, pipeline: &Pipeline) -> Result<Vec<u8>, ReadError> {
        let data = self.stream_as_stored(stream)?;
        let Some(encryption) = self.encryption() else {
            return Ok(data);
        };
        let id = stream.location.owner;
        let crypt_filter = pipeline.crypt_filter();
        encryption
            .decrypt_stream(id, stream.dictionary(), crypt_filter.as_deref(), data)
            .map_err(|error| ReadError::Decryption { id, error })
    }

    fn pipeline(&self, dictionary: &Dictionary, waiting: usize) -> Result<Pipeline, ReadError> {
        let value = |key: &str| -> Result<Object, ReadError> {
            let Some(value) = dictionary.get(key) else {
                return Ok(Object::Null);
            };
            let mut value = self.resolve_within(value, waiting)?;
            if let Object::Array(array) = &mut value {
                let resolved = array.iter().map(|item| self.resolve_within(item, waiting));
                *array = resolved.collect::<Result<Vec<_>, _>>()?.into_iter().collect();
            }
            Ok(value)
        };
        Ok(Pipeline::new(&value("Filter")?, &value("DecodeParms")?)?)
    }
}

/// An object that was read from its place in the file.
struct ReadObject {
    object: Object,
    span: Range<u64>,
    /// What it takes in memory, in bytes and roughly.
    weight: usize,
}

/// Objects that may wait for each other while one is read.
const WAITING_OBJECTS: usize = 32;

/// Longest accepted path of references to references.
const REFERENCE_HOPS: usize = 32;

/// Objects that are remembered; all are forgotten when there are more.
const CACHED_OBJECTS: usize = 8192;

/// What the objects that are remembered may take in memory, in bytes and roughly.
const CACHED_BYTES: usize = 64 << 20;

/// What looking up an object counts as work, in bytes: trees may lead to the same objects again and again.
const LOOKUP: usize = 256;
