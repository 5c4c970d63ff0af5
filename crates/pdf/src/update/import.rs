//! Deep copies of objects of another document.

use std::collections::VecDeque;
use std::sync::Arc;

use crate::document::Document;
use crate::error::ReadError;
use crate::filter;
use crate::geometry::{Matrix, Rect, Rotation};
use crate::limits::Limit;
use crate::object::{Dictionary, Name, Object, ObjectId, Stream};
use crate::page::Page;
use crate::read_at::ReadAt;
use crate::update::{IncrementalUpdate, Pending, UpdateError};

impl<R: ReadAt> IncrementalUpdate<'_, R> {
    /// Copies the object `id` of `source` with everything that it refers to, under new ids. What was imported
    /// once is not copied again in this update. Entries keep their source text; streams keep their encoding.
    ///
    /// # Errors
    /// When something cannot be read, or more objects are reached than the limits allow.
    pub fn import<S: ReadAt>(&mut self, source: &Document<S>, id: ObjectId) -> Result<ObjectId, UpdateError> {
        let mut import = Import::new(source);
        let new_id = self.imported_id(&mut import, id)?;
        self.finish_import(import)?;
        Ok(new_id)
    }

    /// Copies a direct object of `source` with everything that it refers to.
    ///
    /// # Errors
    /// As [`Self::import`].
    pub fn import_object<S: ReadAt>(
        &mut self,
        source: &Document<S>,
        object: &Object,
    ) -> Result<Object, UpdateError> {
        let mut import = Import::new(source);
        let object = self.translated(&mut import, object.clone())?;
        self.finish_import(import)?;
        Ok(object)
    }

    /// Copies a page of `source` as a form XObject: its content, `Resources` and transparency group, without
    /// annotations. Painted with the identity matrix the form shows the visible part of the page upright, as
    /// displayed, in points, with its lower left corner at the origin.
    ///
    /// # Errors
    /// [`UpdateError::NoSuchPage`]; when something cannot be read.
    pub fn import_page_as_form<S: ReadAt>(
        &mut self,
        source: &Document<S>,
        page_index: usize,
    ) -> Result<ObjectId, UpdateError> {
        let pages = source.pages()?;
        let page = pages.get(page_index).ok_or(UpdateError::NoSuchPage(page_index))?;
        let geometry = page.geometry();
        let mut form = Dictionary::new()
            .with("Type", Name::new("XObject"))
            .with("Subtype", Name::new("Form"))
            .with("BBox", geometry.visible)
            .with(
                "Matrix",
                upright(&geometry.visible, geometry.rotation, geometry.user_unit),
            );

        let mut import = Import::new(source);
        // Resources are required in a form; an empty dictionary when the page has none.
        let resources = page.resources.clone().unwrap_or_else(|| Dictionary::new().into());
        let resources = source.resolve(&resources)?;
        form.set("Resources", self.translated(&mut import, resources)?);
        if let Some(group) = page.dictionary.get("Group") {
            form.set("Group", self.translated(&mut import, group.clone())?);
        }
        let (form, data) = match page_data(source, page)? {
            PageData::AsStored {
                data,
                filter,
                parameters,
            } => {
                for (key, value) in [("Filter", filter), ("DecodeParms", parameters)] {
                    if !value.is_null() {
                        form.set(key, self.translated(&mut import, value)?);
                    }
                }
                (form, data)
            }
            PageData::Decoded(data) => filter::compressed(form, data),
        };
        self.finish_import(import)?;
        let id = self.allocate();
        self.put_stream(id, form, data);
        Ok(id)
    }

    /// Copies what is waiting, and what that refers to.
    fn finish_import<S: ReadAt>(&mut self, mut import: Import<'_, S>) -> Result<(), UpdateError> {
        while let Some((old_id, new_id)) = import.waiting.pop_front() {
            let pending = match import.source.object(old_id)? {
                Object::Stream(stream) => self.translated_stream(&mut import, &stream)?,
                object => Pending::Object(self.translated(&mut import, object)?),
            };
            self.pending.insert(new_id, pending);
        }
        Ok(())
    }

    /// The new id of an object; one met for the first time waits to be copied.
    fn imported_id<S: ReadAt>(
        &mut self,
        import: &mut Import<'_, S>,
        id: ObjectId,
    ) -> Result<ObjectId, UpdateError> {
        let identity = import.source.identity();
        let key = (Arc::as_ptr(identity).addr(), id);
        if let Some(new_id) = self.imported.get(&key) {
            return Ok(*new_id);
        }
        let limit = import.source.limits().objects;
        if self.imported.len() >= limit {
            return Err(Limit::Objects(limit).into());
        }
        if !self
            .import_sources
            .iter()
            .any(|known| Arc::ptr_eq(known, identity))
        {
            self.import_sources.push(Arc::clone(identity));
        }
        let new_id = self.allocate();
        self.imported.insert(key, new_id);
        import.waiting.push_back((id, new_id));
        Ok(new_id)
    }

    fn translated<S: ReadAt>(
        &mut self,
        import: &mut Import<'_, S>,
        object: Object,
    ) -> Result<Object, UpdateError> {
        let mut result = Ok(());
        let mut translate = |value: &mut Object| {
            if result.is_ok() {
                match self.translated(import, std::mem::take(value)) {
                    Ok(translated) => *value = translated,
                    Err(error) => result = Err(error),
                }
            }
        };
        let object = match object {
            Object::Reference(reference) => {
                return Ok(self.imported_id(import, reference.id())?.into());
            }
            Object::String(string) => return Ok(string.into_plain().into()),
            Object::Array(mut array) => {
                array.for_each_mut(translate);
                Object::Array(array)
            }
            Object::Dictionary(mut dictionary) => {
                dictionary.for_each_mut(|_, value| translate(value));
                Object::Dictionary(dictionary)
            }
            other => other,
        };
        result.map(|()| object)
    }

    fn translated_stream<S: ReadAt>(
        &mut self,
        import: &mut Import<'_, S>,
        stream: &Stream,
    ) -> Result<Pending, UpdateError> {
        let mut dictionary = stream.dictionary().clone();
        dictionary.remove("Length");
        let data = if names_crypt_filter(import.source, &dictionary)? {
            dictionary.remove("DecodeParms");
            dictionary.remove("Filter");
            let (compressed, data) = filter::compressed(dictionary, import.source.stream_data(stream)?);
            dictionary = compressed;
            data
        } else {
            import.source.stream_raw(stream)?
        };
        match self.translated(import, dictionary.into())? {
            Object::Dictionary(dictionary) => Ok(Pending::NewStream { dictionary, data }),
            _ => Err(ReadError::WrongType {
                what: "stream dictionary",
            }
            .into()),
        }
    }
}

struct Import<'s, S> {
    source: &'s Document<S>,
    waiting: VecDeque<(ObjectId, ObjectId)>,
}

impl<'s, S> Import<'s, S> {
    fn new(source: &'s Document<S>) -> Self {
        Self {
            source,
            waiting: VecDeque::new(),
        }
    }
}

enum PageData {
    /// One content stream, copied with its filters.
    AsStored {
        data: Vec<u8>,
        filter: Object,
        parameters: Object,
    },
    Decoded(Vec<u8>),
}

fn page_data<S: ReadAt>(source: &Document<S>, page: &Page) -> Result<PageData, UpdateError> {
    let contents = source.page_contents(page)?;
    if let [stream] = contents.as_slice()
        && !names_crypt_filter(source, stream.dictionary())?
    {
        return Ok(PageData::AsStored {
            data: source.stream_raw(stream)?,
            filter: source.get(stream.dictionary(), "Filter")?,
            parameters: source.get(stream.dictionary(), "DecodeParms")?,
        });
    }
    Ok(PageData::Decoded(source.page_content(page)?))
}

fn names_crypt_filter<S: ReadAt>(source: &Document<S>, dictionary: &Dictionary) -> Result<bool, ReadError> {
    let is_crypt = |object: &Object| object.as_name().is_some_and(|name| *name == "Crypt");
    let filter = source.get(dictionary, "Filter")?;
    Ok(is_crypt(&filter) || filter.as_array().is_some_and(|array| array.iter().any(is_crypt)))
}

/// From user space of a page to the upright page in points with the origin at its lower left.
fn upright(visible: &Rect, rotation: Rotation, unit: f64) -> Matrix {
    let Rect {
        left,
        bottom,
        right,
        top,
    } = *visible;
    Matrix::new(match rotation {
        Rotation::None => [unit, 0.0, 0.0, unit, -left * unit, -bottom * unit],
        Rotation::Quarter => [0.0, -unit, unit, 0.0, -bottom * unit, right * unit],
        Rotation::Half => [-unit, 0.0, 0.0, -unit, right * unit, top * unit],
        Rotation::ThreeQuarters => [0.0, unit, -unit, 0.0, top * unit, -left * unit],
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::geometry::PageGeometry;

    #[test]
    fn upright_agrees_with_the_displayed_page() {
        let visible = Rect::new(10.0, 20.0, 110.0, 220.0);
        for degrees in [0, 90, 180, 270] {
            let rotation = Rotation::from_degrees(degrees);
            let geometry = PageGeometry {
                visible,
                rotation,
                user_unit: 2.0,
            };
            let (_, height) = geometry.displayed_size();
            let (x, y) = upright(&visible, rotation, 2.0).apply(33.0, 44.0);
            let (displayed_x, displayed_y) = geometry.user_to_displayed().apply(33.0, 44.0);
            assert!(
                (x - displayed_x).abs() < 1e-9 && (y - (height - displayed_y)).abs() < 1e-9,
                "{degrees}"
            );
        }
    }
}
