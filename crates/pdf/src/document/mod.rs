//! An open document.

mod load;
mod revisions;

use std::collections::HashMap;
use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::crypt::{self, Encryption, EncryptionError};
use crate::error::{OpenError, ReadError};
use crate::limits::Limits;
use crate::object::walk::visit_references;
use crate::object::{Array, Dictionary, Object, ObjectId};
use crate::object_stream::ObjectStream;
use crate::read_at::ReadAt;
use crate::revision::{Revision, group_revisions};
use crate::source::Source;
use crate::work::Work;
use crate::xref::{Section, XrefEntry, XrefKind, read_chain, sort_entries};

/// A PDF document that is read piece by piece.
///
/// Opening reads the header, the cross-reference sections and the catalog; everything else is read when asked
/// for. Objects that were read are remembered up to a bound. A `Document` is `Sync` when its reader is.
#[derive(Debug)]
pub struct Document<R> {
    reader: R,
    layout: Layout,
    trailer: Dictionary,
    catalog_id: ObjectId,
    encryption: Option<Arc<Encryption>>,
    cache: Mutex<Cache>,
    work: Work,
    identity: Arc<()>,
}

/// What the cross-reference chain says, or what a repair found.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    pub(crate) limits: Limits,
    /// Absolute offset that the file's own offset 0 means.
    pub(crate) shift: u64,
    /// Absolute end of what may be read.
    pub(crate) bound: u64,
    /// Newest first.
    pub(crate) sections: Vec<Arc<Section>>,
    /// Oldest first.
    pub(crate) revisions: Vec<Revision>,
}

#[derive(Debug, Default)]
struct Cache {
    objects: HashMap<ObjectId, Object>,
    object_bytes: usize,
    object_streams: HashMap<u32, Arc<ObjectStream>>,
    object_stream_bytes: usize,
}

impl Cache {
    fn forget_objects(&mut self) {
        self.objects.clear();
        self.object_bytes = 0;
    }
}

/// An indirect object with the place where it was found.
#[derive(Debug, Clone)]
#[non_exhaustive]
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
    File(Range<u64>),
    /// In an object stream.
    ObjectStream(ObjectId),
}

impl<R: ReadAt> Document<R> {
    /// Opens a document.
    ///
    /// # Errors
    /// See [`OpenError`]; [`OpenError::is_damage`] tells whether [`repair`](crate::repair) may help.
    pub fn open(reader: R, limits: &Limits) -> Result<Self, OpenError> {
        let chain = read_chain(&reader, limits)?;
        let (shift, bound) = (chain.shift, reader.size());
        let source = Source {
            reader: &reader,
            shift,
            bound,
            limits,
            work: &chain.work,
        };
        let revisions = group_revisions(source, &chain.sections)?;
        let sections = chain.sections.into_iter().map(Arc::new).collect();
        Self::assemble(
            reader,
            Layout {
                limits: limits.clone(),
                shift,
                bound,
                sections,
                revisions,
            },
        )
    }

    pub(crate) fn assemble(reader: R, layout: Layout) -> Result<Self, OpenError> {
        let document = Self::without_catalog(reader, layout)?;
        if document.trailer.reference("Root").is_none() {
            return Err(OpenError::NoCatalog);
        }
        match document.object(document.catalog_id) {
            Ok(Object::Dictionary(_)) => Ok(document),
            Ok(_) => Err(OpenError::NoCatalog),
            Err(cause) => Err(OpenError::broken_xref(document.last_section().offset, cause)),
        }
    }

    /// A document whose catalog may still be missing.
    pub(crate) fn without_catalog(reader: R, layout: Layout) -> Result<Self, OpenError> {
        let trailer = merged_trailer(&layout.revisions);
        let work = Work::new(&layout.limits, layout.bound);
        let mut document = Self {
            reader,
            layout,
            catalog_id: trailer.reference("Root").unwrap_or(ObjectId::new(0, 0)),
            trailer,
            encryption: None,
            cache: Mutex::default(),
            work,
            identity: Arc::new(()),
        };
        document.encryption = document.open_encryption()?;
        // What was parsed until here was not decrypted.
        *document.cache() = Cache::default();
        Ok(document)
    }

    fn open_encryption(&self) -> Result<Option<Arc<Encryption>>, OpenError> {
        let broken = |cause| OpenError::broken_xref(self.last_section().offset, cause);
        let Some(entry) = self.trailer.get("Encrypt") else {
            return Ok(None);
        };
        // A missing dictionary must not turn an encrypted file into a plain one.
        let Object::Dictionary(dictionary) = self.resolve(entry).map_err(broken)? else {
            return Err(OpenError::Encryption(EncryptionError::Malformed("Encrypt")));
        };
        let id = self.get(&self.trailer, "ID").map_err(broken)?;
        let first_id = id.as_array().and_then(|array| array.get(0)?.as_string());
        let first_id = first_id.map(|string| string.as_bytes().into_owned());
        match crypt::open(&dictionary, entry.as_reference(), &first_id.unwrap_or_default()) {
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
        &self.layout.limits
    }

    /// The encryption; nothing for a file that is not encrypted.
    pub fn encryption(&self) -> Option<&Encryption> {
        self.encryption.as_deref()
    }

    /// The newest trailer (for cross-reference streams their dictionary). `Root`, `Info`, `ID` and `Encrypt`,
    /// which every trailer must repeat, come from an older one if they are missing.
    pub const fn trailer(&self) -> &Dictionary {
        &self.trailer
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

    /// Where the object of `number` stands now; nothing when no section knows it.
    pub fn entry(&self, number: u32) -> Option<XrefEntry> {
        self.layout
            .sections
            .iter()
            .find_map(|section| section.entry(number))
    }

    /// The ids of all objects in use, in order of numbers.
    pub fn object_ids(&self) -> Vec<ObjectId> {
        let mut entries = Vec::new();
        for section in &self.layout.sections {
            entries.extend_from_slice(&section.entries);
        }
        sort_entries(&mut entries);
        let in_use = entries.into_iter().filter_map(|(number, entry)| match entry {
            XrefEntry::Free { .. } => None,
            XrefEntry::InFile { generation, .. } => Some(ObjectId::new(number, generation)),
            XrefEntry::InStream { .. } => Some(ObjectId::new(number, 0)),
        });
        in_use.collect()
    }

    /// The first object number that no revision uses.
    pub fn next_number(&self) -> u32 {
        let sections = &self.layout.sections;
        let sizes = sections
            .iter()
            .filter_map(|section| section.trailer.get("Size")?.as_i64());
        let sizes = sizes.filter_map(|size| u32::try_from(size).ok());
        // A size far beyond what is used would leave no numbers.
        let size = sizes.filter(|size| *size <= LARGEST_NUMBER).max().unwrap_or(1);
        let used = sections.iter().filter_map(|section| section.entries.last());
        let used = used.map(|entry| entry.0.saturating_add(1)).max().unwrap_or(1);
        // What a trailer names must not come to mean a new object.
        let mut named = 1;
        for section in sections {
            visit_references(&section.trailer.clone().into(), &mut |id| {
                named = named.max(id.number);
            });
        }
        let named = if named <= LARGEST_NUMBER { named + 1 } else { 1 };
        size.max(used).max(named)
    }

    /// The value of `key` with references followed; `null` when absent.
    ///
    /// # Errors
    /// As [`Document::object`].
    pub fn get(&self, dictionary: &Dictionary, key: &str) -> Result<Object, ReadError> {
        match dictionary.get(key) {
            Some(value) => self.resolve(value),
            None => Ok(Object::Null),
        }
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

    pub(crate) fn source(&self) -> Source<'_, R> {
        Source {
            reader: &self.reader,
            shift: self.layout.shift,
            bound: self.layout.bound,
            limits: &self.layout.limits,
            work: &self.work,
        }
    }

    pub(crate) const fn shift(&self) -> u64 {
        self.layout.shift
    }

    /// Differs from that of every other document that is alive.
    pub(crate) const fn identity(&self) -> &Arc<()> {
        &self.identity
    }

    pub(crate) const fn shared_encryption(&self) -> Option<&Arc<Encryption>> {
        self.encryption.as_ref()
    }

    /// Absolute offset and form of the newest cross-reference section.
    pub(crate) fn last_xref(&self) -> (u64, XrefKind) {
        let section = self.last_section();
        (section.offset, section.kind)
    }

    fn last_section(&self) -> &Section {
        // A chain has at least one section, and so has what a repair makes up.
        self.layout.sections.first().map_or(&EMPTY_SECTION, Arc::as_ref)
    }

    fn cache(&self) -> MutexGuard<'_, Cache> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn merged_trailer(revisions: &[Revision]) -> Dictionary {
    let mut newest_first = revisions.iter().rev();
    let newest = newest_first.next();
    let mut trailer = newest
        .map(|revision| revision.trailer.clone())
        .unwrap_or_default();
    for older in newest_first {
        for key in ["Root", "Info", "ID", "Encrypt"] {
            if let Some(value) = older.trailer.get(key)
                && !trailer.contains(key)
            {
                trailer.set(key, value.clone());
            }
        }
    }
    trailer
}

/// Largest object number that is believed (annex C.2 names it as an implementation limit).
const LARGEST_NUMBER: u32 = 8_388_607;

static EMPTY_SECTION: std::sync::LazyLock<Section> = std::sync::LazyLock::new(|| Section {
    offset: 0,
    end: 0,
    kind: XrefKind::Table,
    entries: Vec::new(),
    trailer: Dictionary::new(),
});
