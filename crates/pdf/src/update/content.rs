//! Adding to the content of pages.

use std::collections::BTreeSet;

use crate::error::ReadError;
use crate::filter::Pipeline;
use crate::object::{Array, Dictionary, Name, Object, ObjectId};
use crate::page::Page;
use crate::read_at::ReadAt;
use crate::update::{IncrementalUpdate, Pending, UpdateError};

impl<R: ReadAt> IncrementalUpdate<'_, R> {
    /// Paints `content` over a page: the existing content is wrapped in `q … Q`, so that `content` starts with
    /// the initial graphics state of the page (default user space), and its streams stay as they are.
    ///
    /// `content` should leave the graphics state as it found it.
    ///
    /// # Errors
    /// When the page cannot be read.
    pub fn append_page_content(&mut self, page: &Page, content: &[u8]) -> Result<(), UpdateError> {
        let current = self.object(page.id)?;
        let current = current
            .as_dictionary()
            .ok_or(UpdateError::NotADictionary(page.id))?;
        let existing = match current.get("Contents") {
            None => Array::new(),
            Some(Object::Array(array)) => array.clone(),
            Some(reference @ Object::Reference(_)) => match self.document().resolve(reference)? {
                Object::Array(array) => array,
                Object::Stream(_) => Array::from([reference.clone()]),
                _ => Array::new(),
            },
            Some(_) => {
                return Err(ReadError::WrongType {
                    what: "page contents",
                }
                .into());
            }
        };
        let balance = self.balance_of(&existing)?;
        let mut contents = existing;
        if !contents.is_empty() {
            let save = self.add_stream(
                Dictionary::new(),
                &[b"q ".repeat(balance.saves).as_slice(), b"\n"].concat(),
            );
            contents.insert(0, save);
        }
        let restores = if contents.is_empty() { 0 } else { balance.restores };
        let painted = [&b"Q ".repeat(restores), b"\n".as_slice(), content].concat();
        let painted = self.add_stream(Dictionary::new(), &painted);
        contents.push(painted);
        self.edit_dictionary(page.id, |page| page.set("Contents", contents))
    }

    /// Adds `object` to the page's resources of `category` (`XObject`, `Font` …) and gives the name under which
    /// content refers to it. The resources are changed where they stand, also when several pages share them;
    /// an object that is already there keeps its name.
    ///
    /// # Errors
    /// When the resources cannot be read.
    pub fn add_page_resource(
        &mut self,
        page: &Page,
        category: &str,
        object: ObjectId,
    ) -> Result<Name, UpdateError> {
        let holder = page.resources_holder.unwrap_or(page.id);
        // The object whose dictionary holds the category, directly or through "Resources".
        let (resources_id, is_own) = match self.entry_target(holder, "Resources")? {
            Some(id) => (id, true),
            None => (holder, false),
        };
        let resources = self.object(resources_id)?;
        let resources = resources
            .as_dictionary()
            .cloned()
            .ok_or(UpdateError::NotADictionary(resources_id))?;
        let resources = if is_own {
            resources
        } else {
            resources
                .get("Resources")
                .and_then(Object::as_dictionary)
                .cloned()
                .unwrap_or_default()
        };
        let category_id = resources.reference(category);
        let existing = match category_id {
            Some(id) => self.object(id)?.as_dictionary().cloned(),
            None => resources.get(category).and_then(Object::as_dictionary).cloned(),
        };
        let existing = existing.unwrap_or_default();
        if let Some((name, _)) = existing
            .iter()
            .find(|(_, value)| value.as_reference() == Some(object))
        {
            return Ok(name.clone());
        }
        let name = free_name(&existing);
        let add = |dictionary: &mut Dictionary| dictionary.set(name.clone(), object);
        match category_id {
            Some(id) if self.object(id)?.as_dictionary().is_some() => self.edit_dictionary(id, add)?,
            _ if is_own => self.edit_dictionary_entry(resources_id, category, add)?,
            _ => self.edit_dictionary_entry(resources_id, "Resources", |resources| {
                if category_id.is_some() {
                    resources.remove(category);
                }
                resources.edit_dictionary(category, add);
            })?,
        }
        Ok(name)
    }

    /// How `q` and `Q` must be added around the content for the state to be the initial one behind it.
    fn balance_of(&self, contents: &Array) -> Result<Balance, UpdateError> {
        let mut counter = crate::content::StateCounter::default();
        for item in contents.iter() {
            match self.content_data(item) {
                Ok(data) => counter.feed(&data),
                // Content that no reader can decode paints nothing.
                Err(ReadError::Filter(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(Balance {
            saves: counter.missing_saves() + 1,
            restores: counter.missing_restores() + 1,
        })
    }

    /// The decoded data of a content stream, of this update or of the document.
    fn content_data(&self, item: &Object) -> Result<Vec<u8>, ReadError> {
        if let Some(Pending::NewStream { dictionary, data }) =
            item.as_reference().and_then(|id| self.pending.get(&id))
        {
            let limits = self.document().limits();
            let pipeline = Pipeline::from_direct(dictionary)?;
            return Ok(pipeline.decode(data.clone(), limits, limits.stream_bytes)?);
        }
        match self.document().resolve(item)? {
            Object::Stream(stream) => self.document().stream_data(&stream),
            _ => Ok(Vec::new()),
        }
    }
}

struct Balance {
    saves: usize,
    restores: usize,
}

/// `Ak1`, `Ak2` … whichever is not used yet.
fn free_name(existing: &Dictionary) -> Name {
    let used: BTreeSet<String> = existing.iter().map(|(key, _)| key.to_text()).collect();
    let mut number = 1_u32;
    loop {
        let name = format!("Ak{number}");
        if !used.contains(&name) {
            return Name::new(name);
        }
        number = number.saturating_add(1);
    }
}
