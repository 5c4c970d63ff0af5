//! The page tree, ISO 32000-2, 7.7.3.

use std::collections::HashSet;

use crate::document::Document;
use crate::error::ReadError;
use crate::geometry::{PageGeometry, Rect, Rotation};
use crate::limits::Limit;
use crate::object::{Dictionary, Object, ObjectId, Stream};
use crate::read_at::ReadAt;

/// A page with what it inherits from its ancestors.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Page {
    /// Position in the document, from 0.
    pub index: usize,
    /// The page object.
    pub id: ObjectId,
    /// The page object's own entries.
    pub dictionary: Dictionary,
    /// The area of the medium; letter size when none is given, as in other readers.
    pub media_box: Rect,
    /// The visible area as given, media box by default.
    pub crop_box: Rect,
    /// Rotation for display.
    pub rotation: Rotation,
    /// Points per user space unit.
    pub user_unit: f64,
    /// Where `Resources` stand: in the page itself or the ancestor that they are inherited from.
    pub resources_holder: Option<ObjectId>,
    /// `Resources` as written (often a reference).
    pub resources: Option<Object>,
}

impl Page {
    /// How the page is displayed.
    pub fn geometry(&self) -> PageGeometry {
        PageGeometry::new(self.media_box, self.crop_box, self.rotation, self.user_unit)
    }
}

/// Entries that a page takes from its ancestors (table 31).
#[derive(Debug, Clone, Default)]
struct Inherited {
    media_box: Option<Rect>,
    crop_box: Option<Rect>,
    rotation: Option<Rotation>,
    resources: Option<(ObjectId, Object)>,
}

impl Inherited {
    /// What is missing here is taken from further up.
    fn or(self, parent: Self) -> Self {
        Self {
            media_box: self.media_box.or(parent.media_box),
            crop_box: self.crop_box.or(parent.crop_box),
            rotation: self.rotation.or(parent.rotation),
            resources: self.resources.or(parent.resources),
        }
    }

    fn geometry(&self, user_unit: f64) -> PageGeometry {
        let media_box = self.media_box.unwrap_or(LETTER);
        let crop_box = self.crop_box.unwrap_or(media_box);
        PageGeometry::new(media_box, crop_box, self.rotation.unwrap_or_default(), user_unit)
    }
}

const LETTER: Rect = Rect::new(0.0, 0.0, 612.0, 792.0);

impl<R: ReadAt> Document<R> {
    /// All pages in order.
    ///
    /// # Errors
    /// When there is no page tree, a node cannot be read, nodes form a circle, or a limit is exceeded. A tree
    /// without any page is not an error.
    pub fn pages(&self) -> Result<Vec<Page>, ReadError> {
        self.leading_pages(usize::MAX)
    }

    /// The first `count` pages in order, fewer when there are no more: the cost does not grow with the pages behind them.
    ///
    /// # Errors
    /// As [`Document::pages`], but for nodes behind the last one wanted.
    pub fn leading_pages(&self, count: usize) -> Result<Vec<Page>, ReadError> {
        const WHAT: ReadError = ReadError::WrongType { what: "page tree" };
        let root = self.catalog()?.reference("Pages").ok_or(WHAT)?;
        let mut walk = PageWalk {
            document: self,
            wanted: count,
            pages: Vec::new(),
            path: HashSet::new(),
            nodes: 0,
        };
        walk.node(root, &Inherited::default(), 0)?;
        Ok(walk.pages)
    }

    /// How one page is displayed, found from the page object upwards: the cost does not grow with the number of
    /// pages. Nothing when `id` is no dictionary.
    ///
    /// # Errors
    /// When an ancestor cannot be read, or ancestors form a circle.
    pub fn page_geometry(&self, id: ObjectId) -> Result<Option<PageGeometry>, ReadError> {
        let Object::Dictionary(page) = self.object(id)? else {
            return Ok(None);
        };
        let mut inherited = Inherited::default();
        let mut node = Some((id, page.clone()));
        for _ in 0..=self.limits().depth {
            let Some((id, dictionary)) = node else {
                return Ok(Some(inherited.geometry(self.user_unit(&page)?)));
            };
            inherited = inherited.or(self.own_attributes(id, &dictionary)?);
            node = match dictionary.reference("Parent") {
                Some(parent) => self.dictionary(parent)?.map(|dictionary| (parent, dictionary)),
                None => None,
            };
        }
        Err(ReadError::ReferenceLoop(id))
    }

    /// The streams of a page's `Contents`, in order.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn page_contents(&self, page: &Page) -> Result<Vec<Stream>, ReadError> {
        let mut streams = Vec::new();
        match self.get(&page.dictionary, "Contents")? {
            Object::Stream(stream) => streams.push(stream),
            Object::Array(array) => {
                for item in array.iter() {
                    if let Object::Stream(stream) = self.resolve(item)? {
                        streams.push(stream);
                    }
                }
            }
            _ => {}
        }
        Ok(streams)
    }

    /// The decoded content of a page, its streams joined by line ends (table 31).
    ///
    /// # Errors
    /// When a stream cannot be decoded, or all together exceed the limit of one stream.
    pub fn page_content(&self, page: &Page) -> Result<Vec<u8>, ReadError> {
        let mut content = Vec::new();
        for stream in self.page_contents(page)? {
            content.extend(self.stream_data(&stream)?);
            content.push(b'\n');
            if content.len() > self.limits().decoded_bytes {
                return Err(Limit::StreamBytes(self.limits().decoded_bytes).into());
            }
        }
        Ok(content)
    }

    /// The annotations of a page: id (unless direct) and dictionary. What is no dictionary is left out.
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn page_annotations(&self, page: &Page) -> Result<Vec<(Option<ObjectId>, Dictionary)>, ReadError> {
        let Some(array) = self.get_array(&page.dictionary, "Annots")? else {
            return Ok(Vec::new());
        };
        let mut annotations = Vec::with_capacity(array.len());
        for item in array.iter() {
            if let Object::Dictionary(dictionary) = self.resolve(item)? {
                annotations.push((item.as_reference(), dictionary));
            }
        }
        Ok(annotations)
    }

    /// The inheritable entries that a node has itself.
    fn own_attributes(&self, id: ObjectId, node: &Dictionary) -> Result<Inherited, ReadError> {
        let rotation = self.get(node, "Rotate")?.as_f64();
        // Rounded first: some producers write 90.0.
        #[expect(
            clippy::cast_possible_truncation,
            reason = "a saturated angle is as wrong as the one given"
        )]
        let rotation = rotation.map(|degrees| Rotation::from_degrees(degrees.round() as i64));
        Ok(Inherited {
            media_box: usable(self.get_rect(node, "MediaBox")?),
            crop_box: usable(self.get_rect(node, "CropBox")?),
            rotation,
            resources: node.get("Resources").map(|resources| (id, resources.clone())),
        })
    }

    fn user_unit(&self, page: &Dictionary) -> Result<f64, ReadError> {
        let unit = self.get(page, "UserUnit")?.as_f64();
        Ok(unit.filter(|unit| unit.is_finite() && *unit > 0.0).unwrap_or(1.0))
    }

    /// A rectangle under `key` whose numbers may be references.
    pub(crate) fn get_rect(&self, dictionary: &Dictionary, key: &str) -> Result<Option<Rect>, ReadError> {
        let Some(array) = self.get_array(dictionary, key)? else {
            return Ok(None);
        };
        let numbers: Vec<Object> = array
            .iter()
            .take(4)
            .map(|number| self.resolve(number))
            .collect::<Result<_, _>>()?;
        Ok(Rect::from_array(&numbers.into_iter().collect()))
    }
}

struct PageWalk<'d, R> {
    document: &'d Document<R>,
    /// So many pages end the walk.
    wanted: usize,
    pages: Vec<Page>,
    /// The nodes from the root to here. A page may stand in the tree twice, a node in itself may not.
    path: HashSet<ObjectId>,
    nodes: usize,
}

impl<R: ReadAt> PageWalk<'_, R> {
    fn node(&mut self, id: ObjectId, inherited: &Inherited, depth: usize) -> Result<(), ReadError> {
        let limits = self.document.limits();
        if depth > limits.depth {
            return Err(Limit::Depth(limits.depth).into());
        }
        self.nodes += 1;
        // A balanced tree has fewer inner nodes than pages; an unreasonable one may have twice as many.
        if self.nodes > limits.pages.saturating_mul(3) {
            return Err(Limit::Pages(limits.pages).into());
        }
        // A kid that is missing or no dictionary is left out, as all readers do.
        let Object::Dictionary(dictionary) = self.document.object(id)? else {
            return Ok(());
        };
        let inherited = self
            .document
            .own_attributes(id, &dictionary)?
            .or(inherited.clone());
        let kids = self.document.get_array(&dictionary, "Kids")?;
        match kids {
            Some(kids) if !dictionary.is_name("Type", "Page") => {
                if !self.path.insert(id) {
                    return Err(ReadError::ReferenceLoop(id));
                }
                for kid in kids.iter() {
                    if self.pages.len() >= self.wanted {
                        break;
                    }
                    let id = kid.as_reference().ok_or(ReadError::WrongType {
                        what: "kid of the page tree",
                    })?;
                    self.node(id, &inherited, depth + 1)?;
                }
                self.path.remove(&id);
                Ok(())
            }
            // A node without kids is no page.
            _ if dictionary.is_name("Type", "Pages") => Ok(()),
            _ => self.page(id, dictionary, inherited),
        }
    }

    fn page(&mut self, id: ObjectId, dictionary: Dictionary, inherited: Inherited) -> Result<(), ReadError> {
        let limits = self.document.limits();
        if self.pages.len() >= limits.pages {
            return Err(Limit::Pages(limits.pages).into());
        }
        let user_unit = self.document.user_unit(&dictionary)?;
        let media_box = inherited.media_box.unwrap_or(LETTER);
        let (resources_holder, resources) = inherited.resources.unzip();
        self.pages.push(Page {
            index: self.pages.len(),
            id,
            dictionary,
            media_box,
            crop_box: inherited.crop_box.unwrap_or(media_box),
            rotation: inherited.rotation.unwrap_or_default(),
            user_unit,
            resources_holder,
            resources,
        });
        Ok(())
    }
}

/// A box without area counts as none.
fn usable(rect: Option<Rect>) -> Option<Rect> {
    rect.filter(|rect| rect.width() > 0.0 && rect.height() > 0.0)
}
