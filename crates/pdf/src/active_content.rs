//! What a document does or carries beyond its pages: scripts, launch actions, files, media.

use std::collections::{HashSet, VecDeque};

use crate::document::Document;
use crate::error::ReadError;
use crate::object::walk::{visit_dictionaries, visit_references};
use crate::object::{Dictionary, Name, Object, ObjectId, PdfString};
use crate::read_at::ReadAt;

/// One piece of active content.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ActiveContent {
    /// What it is.
    pub kind: ActiveContentKind,
    /// The object in which it was found.
    pub object_id: ObjectId,
    /// What it names: the beginning of a script, a file, an address. Untrusted text of at most 200 characters.
    pub detail: String,
}

/// Kinds of active content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ActiveContentKind {
    /// A script (12.6.4.17).
    JavaScript,
    /// Starts a program or opens a file (12.6.4.6).
    Launch,
    /// Sends form data away (12.7.6.2).
    SubmitForm,
    /// Reads form data from a file (12.7.6.4).
    ImportData,
    /// Goes to another file, embedded or not (12.6.4.3, 12.6.4.4).
    ExternalDocument,
    /// A file inside the document (7.11.4), listed or attached to a page.
    EmbeddedFile,
    /// Sound, film, rich media, 3D (clause 13).
    Multimedia,
    /// An XFA form, which shows other pages than the document has (12.7.8).
    Xfa,
}

impl<R: ReadAt> Document<R> {
    /// Lists the active content that can be reached from the catalog. Links to web addresses and to places in
    /// the document are not active content.
    ///
    /// Every reachable object is read once (without the data of streams), so the cost grows with their number.
    ///
    /// # Errors
    /// When an object cannot be read.
    pub fn active_content(&self) -> Result<Vec<ActiveContent>, ReadError> {
        let mut found = Vec::new();
        let mut visited = HashSet::from([self.catalog_id()]);
        let mut waiting = VecDeque::from([self.catalog_id()]);
        while let Some(id) = waiting.pop_front() {
            let object = self.object(id)?;
            visit_dictionaries(&object, &mut |dictionary| {
                if let Some(kind) = kind_of(dictionary) {
                    found.push((kind, id, dictionary.clone()));
                }
            });
            visit_references(&object, &mut |reference| {
                if visited.insert(reference) {
                    waiting.push_back(reference);
                }
            });
        }
        let described = found.into_iter().map(|(kind, object_id, dictionary)| {
            let detail = self.active_detail(kind, &dictionary)?;
            Ok(ActiveContent {
                kind,
                object_id,
                detail,
            })
        });
        described.collect()
    }

    fn active_detail(&self, kind: ActiveContentKind, dictionary: &Dictionary) -> Result<String, ReadError> {
        let keys: &[&str] = match kind {
            ActiveContentKind::JavaScript => &["JS"],
            ActiveContentKind::Launch
            | ActiveContentKind::SubmitForm
            | ActiveContentKind::ImportData
            | ActiveContentKind::ExternalDocument => &["F", "Win"],
            ActiveContentKind::EmbeddedFile => &["UF", "F", "Desc"],
            ActiveContentKind::Multimedia => &["Subtype", "S"],
            ActiveContentKind::Xfa => &[],
        };
        for key in keys {
            let text = match self.get(dictionary, key)? {
                Object::String(text) => text.to_text(),
                Object::Name(name) => name.to_text(),
                Object::Stream(stream) => match self.stream_data(&stream) {
                    Ok(data) => PdfString::new(data).to_text(),
                    Err(ReadError::Io(error)) => return Err(error.into()),
                    // A script that cannot be decoded is still listed.
                    Err(_) => continue,
                },
                Object::Dictionary(file) => file_name(&file),
                _ => continue,
            };
            return Ok(text.chars().take(DETAIL_CHARACTERS).collect());
        }
        Ok(String::new())
    }
}

const DETAIL_CHARACTERS: usize = 200;

/// The name in a file specification (7.11.3).
fn file_name(file: &Dictionary) -> String {
    let name = ["UF", "F"].into_iter().find_map(|key| file.get(key)?.as_string());
    name.map(PdfString::to_text).unwrap_or_default()
}

/// What a dictionary is in itself, if it is active content.
pub(crate) fn kind_of(dictionary: &Dictionary) -> Option<ActiveContentKind> {
    if dictionary.contains("EF") {
        return Some(ActiveContentKind::EmbeddedFile);
    }
    if dictionary.contains("XFA") {
        return Some(ActiveContentKind::Xfa);
    }
    if dictionary.contains("JS") {
        return Some(ActiveContentKind::JavaScript);
    }
    action_kind(dictionary).or_else(|| annotation_kind(dictionary))
}

fn action_kind(dictionary: &Dictionary) -> Option<ActiveContentKind> {
    // Structure elements have a type under `S`, too (14.7.2).
    let is_structure = dictionary.contains("P") && (dictionary.contains("K") || dictionary.contains("Pg"));
    let type_fits = dictionary.name("Type").is_none_or(|name| name == "Action");
    if is_structure || !type_fits {
        return None;
    }
    match dictionary
        .get("S")
        .and_then(Object::as_name)
        .map(Name::to_text)?
        .as_str()
    {
        "JavaScript" => Some(ActiveContentKind::JavaScript),
        "Launch" => Some(ActiveContentKind::Launch),
        "SubmitForm" => Some(ActiveContentKind::SubmitForm),
        "ImportData" => Some(ActiveContentKind::ImportData),
        "GoToR" | "GoToE" => Some(ActiveContentKind::ExternalDocument),
        "Rendition" | "Movie" | "Sound" | "RichMediaExecute" | "GoTo3DView" => {
            Some(ActiveContentKind::Multimedia)
        }
        _ => None,
    }
}

fn annotation_kind(dictionary: &Dictionary) -> Option<ActiveContentKind> {
    if !dictionary.contains("Rect") {
        return None;
    }
    match dictionary.name("Subtype")?.as_str() {
        "FileAttachment" => Some(ActiveContentKind::EmbeddedFile),
        "Movie" | "Sound" | "Screen" | "RichMedia" | "3D" => Some(ActiveContentKind::Multimedia),
        _ => None,
    }
}
