//! Where something stands on a page, and what is drawn there.

use akashi_pdf::{
    Array, Dictionary, Document, IncrementalUpdate, Matrix, Name, Object, ObjectId, Page, PageGeometry,
    ReadAt, ReadError, UpdateError, Widget,
};

/// A place on a page as it is displayed: points (1/72 inch), origin at the top left, y downwards. Rotation, crop
/// box and user unit of the page are taken care of.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Placement {
    /// The page, from 0.
    pub page: usize,
    /// Distance from the left edge.
    pub x: f64,
    /// Distance of the upper edge from the top.
    pub y: f64,
    /// Width.
    pub width: f64,
    /// Height.
    pub height: f64,
}

impl Placement {
    /// Whether the numbers are finite and the area is not empty.
    pub(crate) fn is_usable(&self) -> bool {
        [self.x, self.y, self.width, self.height]
            .iter()
            .all(|number| number.is_finite())
            && self.width > 0.0
            && self.height > 0.0
    }
}

/// A page of a small PDF that is to appear in another document. The page's size should be that of the field.
#[derive(Debug)]
pub struct Drawing<'a, D> {
    /// The PDF that holds it.
    pub document: &'a Document<D>,
    /// Its page, from 0.
    pub page: usize,
}

impl<D> Clone for Drawing<'_, D> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<D> Copy for Drawing<'_, D> {}

impl<D: ReadAt> Drawing<'_, D> {
    /// Imports the drawing as an annotation's appearance stream that is upright on a page of `geometry`
    /// (ISO 32000-2, 12.5.5).
    pub(crate) fn import_appearance<R: ReadAt>(
        &self,
        update: &mut IncrementalUpdate<'_, R>,
        geometry: &PageGeometry,
    ) -> Result<ObjectId, UpdateError> {
        let form = update.import_page_as_form(self.document, self.page)?;
        let own = matrix_of(update.object(form)?.as_dictionary());
        let turned = own.then(&geometry.appearance_matrix());
        update.edit_dictionary(form, |form| form.set("Matrix", turned))?;
        Ok(form)
    }
}

/// Why a widget cannot show a drawing.
#[derive(Debug)]
pub(crate) enum AppearanceError {
    /// It stands on no page.
    NoPage,
    Update(UpdateError),
}

impl From<UpdateError> for AppearanceError {
    fn from(error: UpdateError) -> Self {
        Self::Update(error)
    }
}

/// Gives each widget of a field a new appearance: the drawing, or `blank` for nothing and for widgets without area.
pub(crate) fn show_in_widgets<R: ReadAt, D: ReadAt>(
    update: &mut IncrementalUpdate<'_, R>,
    widgets: &[Widget],
    drawing: Option<Drawing<'_, D>>,
    blank: ObjectId,
) -> Result<(), AppearanceError> {
    for widget in widgets {
        let has_area = widget
            .rect
            .is_some_and(|rect| rect.width() > 0.0 && rect.height() > 0.0);
        let appearance = match drawing.filter(|_| has_area) {
            Some(drawing) => {
                let geometry = page_of(update.document(), widget).map_err(UpdateError::from)?;
                drawing.import_appearance(update, &geometry.ok_or(AppearanceError::NoPage)?)?
            }
            None => blank,
        };
        update.edit_dictionary(widget.id, |widget| widget.set("AP", normal(appearance)))?;
    }
    Ok(())
}

/// The page that a widget names, or else the one that lists it.
fn page_of<R: ReadAt>(document: &Document<R>, widget: &Widget) -> Result<Option<PageGeometry>, ReadError> {
    if let Some(id) = widget.page_id
        && let Some(geometry) = document.page_geometry(id)?
    {
        return Ok(Some(geometry));
    }
    for page in document.pages()? {
        let annotations = document
            .get_array(&page.dictionary, "Annots")?
            .unwrap_or_default();
        if annotations
            .iter()
            .any(|item| item.as_reference() == Some(widget.id))
        {
            return Ok(Some(page.geometry()));
        }
    }
    Ok(None)
}

/// `AP` with one appearance for all purposes.
pub(crate) fn normal(appearance: ObjectId) -> Dictionary {
    Dictionary::new().with("N", appearance)
}

/// An appearance that shows nothing.
pub(crate) fn blank_appearance<R: ReadAt>(update: &mut IncrementalUpdate<'_, R>) -> ObjectId {
    let id = update.allocate();
    let form = Dictionary::new()
        .with("Type", Name::new("XObject"))
        .with("Subtype", Name::new("Form"))
        .with("BBox", Array::from([0, 0, 1, 1]))
        .with("Resources", Dictionary::new());
    update.put_stream(id, form, Vec::new());
    id
}

/// Adds annotations to a page.
pub(crate) fn list_annotation<R: ReadAt>(
    update: &mut IncrementalUpdate<'_, R>,
    page: &Page,
    widget: ObjectId,
) -> Result<(), UpdateError> {
    update.edit_array_entry(page.id, "Annots", |annotations| annotations.push(widget))
}

fn matrix_of(form: Option<&Dictionary>) -> Matrix {
    let array = form
        .and_then(|form| form.get("Matrix"))
        .and_then(Object::as_array);
    let mut values = Matrix::IDENTITY.values;
    if let Some(array) = array {
        for (value, number) in values.iter_mut().zip(array.iter()) {
            *value = number.as_f64().unwrap_or(*value);
        }
    }
    Matrix::new(values)
}
