//! What a page costs before it is drawn: every stream that it reaches, decoded under a bound.
//!
//! The drawing library decodes whatever it is given, so a few kilobytes could ask for gigabytes. Here the
//! streams are decoded first by `akashi-pdf`, which stops at a limit, and the sizes of pictures are read from
//! their dictionaries and from their own headers.

mod picture;

use std::collections::HashSet;
use std::sync::Arc;

use akashi_pdf::{Document, Limit, Object, ObjectId, Page, ReadError, Stream};

use crate::bounds::{Bound, Limits};
use crate::error::RenderError;

/// Entries that lead away from what is drawn: up the page tree, to other pages, to structure and actions.
const NOT_DRAWN: [&str; 16] = [
    "A",
    "AA",
    "B",
    "Dest",
    "Dests",
    "IRT",
    "Metadata",
    "Next",
    "P",
    "Parent",
    "PieceInfo",
    "Popup",
    "Prev",
    "StructParent",
    "StructParents",
    "Thumb",
];

/// A stream that a page needs, as our own reader sees it.
pub(crate) struct WeighedStream {
    /// The object.
    pub(crate) id: ObjectId,
    /// Its data before any filter, decrypted.
    pub(crate) raw: Vec<u8>,
}

/// Walks everything that `page` needs and shows each stream to `see`.
///
/// # Errors
/// A [`Bound`] that is exceeded, what our own reader refuses to read, and the errors of `see`.
pub(crate) fn weigh(
    document: &Document<Arc<[u8]>>,
    page: &Page,
    limits: &Limits,
    see: impl FnMut(WeighedStream) -> Result<(), RenderError>,
) -> Result<(), RenderError> {
    let mut scale = Scale {
        document,
        limits,
        see,
        seen: HashSet::new(),
        open: Vec::new(),
        objects: 0,
        decoded_bytes: 0,
        picture_pixels: 0,
    };
    scale.open.extend(page.resources.clone());
    scale.open.push(Object::from(page.dictionary.clone()));
    while let Some(object) = scale.open.pop() {
        scale.object(object)?;
    }
    Ok(())
}

struct Scale<'a, F> {
    document: &'a Document<Arc<[u8]>>,
    limits: &'a Limits,
    see: F,
    seen: HashSet<ObjectId>,
    open: Vec<Object>,
    objects: usize,
    decoded_bytes: usize,
    picture_pixels: u64,
}

impl<F: FnMut(WeighedStream) -> Result<(), RenderError>> Scale<'_, F> {
    fn object(&mut self, object: Object) -> Result<(), RenderError> {
        self.objects = self.objects.saturating_add(1);
        if self.objects > self.limits.objects {
            return Err(Bound::Objects(self.limits.objects).into());
        }
        match object {
            Object::Reference(reference) => self.reference(reference.id()),
            Object::Array(array) => {
                self.open
                    .extend(array.iter().filter(|item| leads_on(item)).cloned());
                Ok(())
            }
            Object::Dictionary(dictionary) => {
                self.open.extend(
                    dictionary
                        .iter()
                        .filter(|(key, value)| {
                            leads_on(value) && !NOT_DRAWN.contains(&key.to_text().as_str())
                        })
                        .map(|(_, value)| value.clone()),
                );
                Ok(())
            }
            _ => Ok(()),
        }
    }

    fn reference(&mut self, id: ObjectId) -> Result<(), RenderError> {
        if !self.seen.insert(id) {
            return Ok(());
        }
        match self.document.object(id)? {
            Object::Stream(stream) => self.stream(id, &stream),
            object => {
                self.open.push(object);
                Ok(())
            }
        }
    }

    fn stream(&mut self, id: ObjectId, stream: &Stream) -> Result<(), RenderError> {
        let raw = self.document.stream_raw(stream)?;
        let dictionary = stream.dictionary();
        if dictionary.is_name("Subtype", "Image") {
            let pixels = picture::pixels(self.document, dictionary, &raw)?;
            self.picture_pixels = self.picture_pixels.saturating_add(pixels);
            if self.picture_pixels > self.limits.picture_pixels {
                return Err(Bound::PicturePixels(self.limits.picture_pixels).into());
            }
        }
        let decoded_bytes = match self.document.stream_data(stream) {
            Ok(data) => data.len(),
            Err(ReadError::Limit(Limit::StreamBytes(_) | Limit::Filters(_))) => usize::MAX,
            // The codec of an image, whose pixels were weighed above; or damaged data, which is drawn as far
            // as it goes or shows as a defect.
            Err(ReadError::Filter(_)) => raw.len(),
            Err(error) => return Err(error.into()),
        };
        self.decoded_bytes = self.decoded_bytes.saturating_add(decoded_bytes);
        if self.decoded_bytes > self.limits.decoded_bytes {
            return Err(Bound::DecodedBytes(self.limits.decoded_bytes).into());
        }
        self.open.push(Object::from(dictionary.clone()));
        (self.see)(WeighedStream { id, raw })
    }
}

/// Whether something may stand behind an object.
const fn leads_on(object: &Object) -> bool {
    matches!(
        object,
        Object::Reference(_) | Object::Array(_) | Object::Dictionary(_)
    )
}
