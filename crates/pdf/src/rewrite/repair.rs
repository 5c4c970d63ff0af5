//! Rebuilding an unsigned file whose cross-reference chain is broken.

use std::collections::BTreeMap;
use std::sync::Arc;

use thiserror::Error;

use crate::document::{Document, Layout};
use crate::error::{OpenError, ReadError};
use crate::lexer::{find, is_regular, is_space};
use crate::limits::{Limit, Limits};
use crate::object::walk::holds_signature;
use crate::object::{Dictionary, Object, ObjectId};
use crate::parser::{Ending, Parser, keyword_at};
use crate::read_at::ReadAt;
use crate::revision::Revision;
use crate::rewrite::{ActiveContentChoice, RewriteError};
use crate::xref::{Section, XrefEntry, XrefKind};

/// Why a file cannot be repaired.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum RepairError {
    /// The file carries a signature: rewriting it would break what the signature protects.
    #[error("the file is damaged and signed")]
    Signed,
    /// No document catalog was found.
    #[error("no document was found in the file")]
    NothingFound,
    /// The objects found cannot be opened, for example because a password is needed.
    #[error("the objects found in the file cannot be opened")]
    Open(#[source] OpenError),
    /// The objects found cannot be written as a new file.
    #[error("the objects found in the file cannot be written anew")]
    Rewrite(#[source] RewriteError),
    /// The storage failed.
    #[error("the file cannot be read")]
    Io(#[from] std::io::Error),
    /// A bound was exceeded.
    #[error("the file exceeds a limit")]
    Limit(#[from] Limit),
}

/// Makes a new file from the objects that stand in a damaged one, whatever its cross-reference sections say. The
/// last object of a number counts, as after an incremental update.
///
/// Meant for files that [`Document::open`] refuses with an error for which [`OpenError::is_damage`] holds. The
/// whole file is read.
///
/// # Errors
/// See [`RepairError`].
pub fn repair<R: ReadAt>(reader: &R, limits: &Limits, seed: [u8; 32]) -> Result<Vec<u8>, RepairError> {
    let size = reader.size();
    let too_long = Limit::RewriteBytes(limits.rewrite_bytes);
    if size > limits.rewrite_bytes {
        return Err(too_long.into());
    }
    let mut bytes = vec![0; usize::try_from(size).map_err(|_| too_long)?];
    reader.read_at(0, &mut bytes)?;
    if find(bytes.get(..1024).unwrap_or(&bytes), b"%PDF-").is_none() {
        return Err(RepairError::Open(OpenError::NotPdf));
    }
    let bytes: Arc<[u8]> = bytes.into();

    let mut scan = Scan::new();
    scan.run(&bytes, limits)?;
    scan.add_packed_objects(&bytes, limits)?;
    let trailer = scan.trailer().ok_or(RepairError::NothingFound)?;
    let document = Document::assemble(Arc::clone(&bytes), scan.layout(trailer, size, limits));
    let document = document.map_err(|error| match error {
        OpenError::NoCatalog | OpenError::BrokenXref { .. } => RepairError::NothingFound,
        error => RepairError::Open(error),
    })?;
    document
        .rewrite(ActiveContentChoice::Keep, seed)
        .map_err(|error| match error {
            RewriteError::Signed => RepairError::Signed,
            error => RepairError::Rewrite(error),
        })
}

/// Where a word stands next, for positions that only grow: the file is searched once.
struct NextWord {
    word: &'static [u8],
    at: usize,
}

impl NextWord {
    const fn new(word: &'static [u8]) -> Self {
        Self { word, at: 0 }
    }

    /// The first place from `position` on; the end of the bytes when there is none.
    fn from(&mut self, bytes: &[u8], position: usize) -> usize {
        if self.at <= position {
            let rest = bytes.get(position..).unwrap_or_default();
            self.at = find(rest, self.word).map_or(bytes.len(), |length| position + length);
        }
        self.at
    }
}

/// What was found, in order of the file.
struct Scan {
    entries: BTreeMap<u32, XrefEntry>,
    object_streams: Vec<u32>,
    trailers: Vec<Dictionary>,
    catalogs: Vec<ObjectId>,
    /// Bytes that were looked at without finding an object.
    wasted: usize,
    next_end: NextWord,
    next_byte_range: NextWord,
}

impl Scan {
    const fn new() -> Self {
        Self {
            entries: BTreeMap::new(),
            object_streams: Vec::new(),
            trailers: Vec::new(),
            catalogs: Vec::new(),
            wasted: 0,
            next_end: NextWord::new(b"endobj"),
            next_byte_range: NextWord::new(b"/ByteRange"),
        }
    }

    fn run(&mut self, bytes: &Arc<[u8]>, limits: &Limits) -> Result<(), RepairError> {
        let mut position = 0;
        while let Some(found) = next_structure(bytes, position) {
            position = match found {
                Structure::Trailer(at) => self.read_trailer(bytes, at, limits),
                Structure::Object(at) => self.read_object(bytes, at, limits)?,
            };
            if self.entries.len() > limits.objects {
                return Err(Limit::Objects(limits.objects).into());
            }
            // Openings without end, each of which swallows the rest of the file.
            if self.wasted > bytes.len().saturating_mul(WASTE) {
                return Err(RepairError::NothingFound);
            }
        }
        Ok(())
    }

    fn read_trailer(&mut self, bytes: &Arc<[u8]>, at: usize, limits: &Limits) -> usize {
        let mut parser = Parser::new(bytes, at, limits);
        match parser.object() {
            Ok(Object::Dictionary(trailer)) => {
                self.trailers.push(trailer);
                parser.position()
            }
            _ => at,
        }
    }

    /// Notes the object at `at` and gives the position behind it.
    fn read_object(&mut self, bytes: &Arc<[u8]>, at: usize, limits: &Limits) -> Result<usize, RepairError> {
        let mut parser = Parser::new(bytes, at, limits);
        let Ok(parsed) = parser.indirect_object() else {
            let tried = parser.position();
            self.wasted = self.wasted.saturating_add(tried.saturating_sub(at));
            // What cannot be read is left out; that must not be the value of a signature field.
            let end = self.next_end.from(bytes, at).max(tried);
            if self.next_byte_range.from(bytes, at) < end {
                return Err(RepairError::Signed);
            }
            return Ok(at + 1);
        };
        if holds_signature(&parsed.object) {
            return Err(RepairError::Signed);
        }
        let id = parsed.id;
        let mut end = parsed.end;
        if let Some(dictionary) = parsed.object.as_dictionary() {
            if dictionary.is_name("Type", "Catalog") {
                self.catalogs.push(id);
            }
            if parsed.ending == Ending::StreamData {
                end = stream_end(bytes, dictionary, parsed.end).unwrap_or_else(|| {
                    self.wasted = self.wasted.saturating_add(bytes.len().saturating_sub(parsed.end));
                    parsed.end
                });
                if dictionary.is_name("Type", "XRef") {
                    self.trailers.push(dictionary.clone());
                    return Ok(end);
                }
                if dictionary.is_name("Type", "ObjStm") {
                    self.object_streams.retain(|number| *number != id.number);
                    self.object_streams.push(id.number);
                }
            }
        }
        let entry = XrefEntry::InFile {
            offset: at as u64,
            generation: id.generation,
        };
        self.entries.insert(id.number, entry);
        Ok(end.max(at + 1))
    }

    /// Opens the object streams found and notes what they hold, unless an object of that number stands behind.
    fn add_packed_objects(&mut self, bytes: &Arc<[u8]>, limits: &Limits) -> Result<(), RepairError> {
        if self.object_streams.is_empty() {
            return Ok(());
        }
        let trailer = self.trailer().unwrap_or_default();
        let layout = self.layout(trailer, bytes.len() as u64, limits);
        let document = Document::without_catalog(Arc::clone(bytes), layout).map_err(RepairError::Open)?;
        let offset_of = |entry: Option<&XrefEntry>| match entry {
            Some(XrefEntry::InFile { offset, .. }) => Some(*offset),
            _ => None,
        };
        for stream in self.object_streams.clone() {
            let container = match document.container(stream) {
                Ok(container) => container,
                Err(ReadError::Io(error)) => return Err(error.into()),
                Err(ReadError::Limit(limit)) => return Err(limit.into()),
                // What cannot be read is lost; the rest is saved.
                Err(_) => continue,
            };
            let stands_at = offset_of(self.entries.get(&stream));
            for (index, number) in container.numbers().enumerate() {
                let other = offset_of(self.entries.get(&number));
                if other.is_some() && other > stands_at {
                    continue;
                }
                let index = u32::try_from(index).unwrap_or(u32::MAX);
                self.entries.insert(number, XrefEntry::InStream { stream, index });
                self.inspect_packed(container.object(number, index, limits), number)?;
            }
        }
        Ok(())
    }

    fn inspect_packed(&mut self, object: Result<Object, ReadError>, number: u32) -> Result<(), RepairError> {
        let Ok(object) = object else {
            return Ok(());
        };
        if holds_signature(&object) {
            return Err(RepairError::Signed);
        }
        if object
            .as_dictionary()
            .is_some_and(|dictionary| dictionary.is_name("Type", "Catalog"))
        {
            self.catalogs.push(ObjectId::new(number, 0));
        }
        Ok(())
    }

    /// The last trailer with a catalog, or one made up around the last catalog.
    fn trailer(&self) -> Option<Dictionary> {
        let known = |trailer: &&Dictionary| {
            let root = trailer.reference("Root");
            root.is_some_and(|root| self.entries.contains_key(&root.number) || self.catalogs.is_empty())
        };
        let trailer = self.trailers.iter().rev().find(known).cloned();
        trailer.or_else(|| {
            let catalog = self.catalogs.last()?;
            let last = self.trailers.last().cloned().unwrap_or_default();
            Some(last.with("Root", *catalog))
        })
    }

    fn layout(&self, trailer: Dictionary, size: u64, limits: &Limits) -> Layout {
        let section = Section {
            offset: 0,
            end: size,
            kind: XrefKind::Table,
            entries: self
                .entries
                .iter()
                .map(|(number, entry)| (*number, *entry))
                .collect(),
            trailer: trailer.clone(),
        };
        let revision = Revision {
            xref_offset: 0,
            xref_kind: XrefKind::Table,
            end: size,
            marker_end: size,
            trailer,
            sections: 1,
        };
        Layout {
            limits: limits.clone(),
            shift: 0,
            bound: size,
            sections: vec![Arc::new(section)],
            revisions: vec![revision],
        }
    }
}

enum Structure {
    /// Where the object's number begins.
    Object(usize),
    /// Behind the keyword.
    Trailer(usize),
}

/// The next `N G obj` or `trailer` from `position` on.
fn next_structure(bytes: &[u8], position: usize) -> Option<Structure> {
    let mut from = position;
    loop {
        let rest = bytes.get(from..)?;
        let keyword = rest.iter().position(|byte| matches!(byte, b'o' | b't'))? + from;
        let tail = bytes.get(keyword..)?;
        let starts_word = keyword
            .checked_sub(1)
            .and_then(|before| bytes.get(before))
            .is_none_or(|byte| !is_regular(*byte));
        if tail.starts_with(b"trailer") && starts_word {
            return Some(Structure::Trailer(keyword + b"trailer".len()));
        }
        if tail.starts_with(b"obj")
            && let Some(start) = header_start(bytes, keyword).filter(|start| *start >= position)
        {
            return Some(Structure::Object(start));
        }
        from = keyword + 1;
    }
}

/// The start of the number in `N G obj`, seen from its keyword.
fn header_start(bytes: &[u8], keyword: usize) -> Option<usize> {
    let before = |end: usize, wanted: fn(&u8) -> bool| -> usize {
        let head = bytes.get(..end).unwrap_or_default();
        end - head.iter().rev().take_while(|byte| wanted(byte)).count()
    };
    let space = |byte: &u8| is_space(*byte);
    let generation_end = before(keyword, space);
    let generation = before(generation_end, u8::is_ascii_digit);
    let number_end = before(generation, space);
    let number = before(number_end, u8::is_ascii_digit);
    let is_complete = generation < generation_end && number_end < generation && number < number_end;
    is_complete.then_some(number)
}

/// The end of a stream object: by its length where that leads to `endstream`, else at the next one.
fn stream_end(bytes: &[u8], dictionary: &Dictionary, start: usize) -> Option<usize> {
    let length = dictionary.get("Length").and_then(Object::as_i64);
    let length = length.and_then(|length| usize::try_from(length).ok());
    let announced = length.and_then(|length| start.checked_add(length));
    if let Some(end) = announced.and_then(|end| keyword_at(bytes, end, b"endstream")) {
        return Some(end);
    }
    let rest = bytes.get(start..).unwrap_or_default();
    find(rest, b"endstream").map(|at| start + at + b"endstream".len())
}

/// How many times its own length may be wasted on a file.
const WASTE: usize = 32;
