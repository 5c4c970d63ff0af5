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
        let contents = current.get("Contents").cloned().unwrap_or_default();
        let existing = match self.follow(&contents)? {
            Object::Array(array) => array,
            // A stream, of the document or of this update; those of the update come as their dictionary.
            Object::Stream(_) | Object::Dictionary(_) => Array::from([contents]),
            _ => Array::new(),
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
        let own_object = self.entry_target(holder, "Resources")?;
        let resources = match own_object {
            Some(id) => self.object(id)?,
            None => self.direct_entry(holder, "Resources")?,
        };
        let resources = resources.as_dictionary().cloned().unwrap_or_default();
        let listed = resources.get(category).cloned().unwrap_or_default();
        let existing = self.follow(&listed)?.as_dictionary().cloned();
        let category_object = listed.as_reference().filter(|_| existing.is_some());
        let existing = existing.unwrap_or_default();
        let mut entries = existing.iter();
        if let Some((name, _)) = entries.find(|(_, value)| value.as_reference() == Some(object)) {
            return Ok(name.clone());
        }

        let name = free_name(&existing);
        let add = |dictionary: &mut Dictionary| dictionary.set(name.clone(), object);
        let add_to_category = |resources: &mut Dictionary| {
            if !resources.edit_dictionary(category, add) {
                // What stands there is no dictionary, so nothing is lost.
                resources.set(category, Dictionary::new().with(name.clone(), object));
            }
        };
        match (category_object, own_object) {
            (Some(id), _) => self.edit_dictionary(id, add)?,
            (None, Some(id)) => self.edit_dictionary(id, add_to_category)?,
            (None, None) => self.edit_dictionary_entry(holder, "Resources", add_to_category)?,
        }
        Ok(name)
    }

    /// The value under `key` of the dictionary `id`, not followed.
    fn direct_entry(&self, id: ObjectId, key: &str) -> Result<Object, ReadError> {
        let object = self.object(id)?;
        let value = object.as_dictionary().and_then(|dictionary| dictionary.get(key));
        Ok(value.cloned().unwrap_or_default())
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
