//! The fields of a contract and their widgets (ISO 32000-2, 12.7.5 and 12.5.6.19).

use akashi_pdf::{
    Array, Dictionary, IncrementalUpdate, Name, ObjectId, Page, PdfString, ReadAt, UpdateError,
};

use crate::drawing::{Drawing, Placement, list_annotation, normal};

/// What one party will fill and where it will sign.
#[derive(Debug)]
pub struct SignerPlan<'a, D> {
    /// The signature field.
    pub signature: SignaturePlace<'a>,
    /// The party's other fields. The lock of the signature field will name them all.
    pub fields: Vec<FieldPlan<'a, D>>,
}

/// The signature field of a party.
#[derive(Debug, Clone, Copy)]
pub enum SignaturePlace<'a> {
    /// A new field.
    New {
        /// Its name: ASCII letters, digits and signs without period, unique in the file.
        name: &'a str,
        /// What a viewer calls it (`TU`).
        label: &'a str,
        /// Where it shows; an invisible signature without.
        place: Option<Placement>,
    },
    /// An empty signature field of the file. In a file without signatures only new fields are used, because
    /// they are locked.
    Existing {
        /// Its full name.
        name: &'a str,
    },
}

/// A field that a party fills.
#[derive(Debug)]
pub struct FieldPlan<'a, D> {
    /// Its name, as for [`SignaturePlace::New`].
    pub name: &'a str,
    /// What a viewer calls it (`TU`).
    pub label: &'a str,
    /// Where it shows.
    pub place: Placement,
    /// What goes in.
    pub kind: FieldPlanKind<'a, D>,
}

/// What goes into a field.
#[derive(Debug)]
pub enum FieldPlanKind<'a, D> {
    /// Text, also a date.
    Text {
        /// Size in points; `None` lets viewers choose.
        font_size: Option<f64>,
        /// One line or several.
        lines: TextLines,
    },
    /// A check box. Both states are drawn when the contract is sent.
    CheckBox {
        /// How it looks when ticked; it shows nothing otherwise.
        ticked: Drawing<'a, D>,
    },
    /// A mark besides the signature: a further seal or handwriting. A push button of which the appearance alone
    /// changes.
    Mark,
}

/// How a text field takes line ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextLines {
    /// One line.
    Single,
    /// Several lines.
    Several,
}

/// Why a field cannot be written.
#[derive(Debug)]
pub(crate) enum FieldError {
    NoSuchPage { name: String, page: usize },
    BadPlace { name: String },
    Update(UpdateError),
}

impl From<UpdateError> for FieldError {
    fn from(error: UpdateError) -> Self {
        Self::Update(error)
    }
}

/// The state of a ticked check box.
pub(crate) const TICKED: &str = "Yes";
/// The state of a check box that is not ticked.
pub(crate) const UNTICKED: &str = "Off";

/// Viewers must not change the value: it comes with an act (`Ff`, table 227).
const READ_ONLY: i64 = 1;
/// Table 230.
const MULTILINE: i64 = 1 << 12;
/// Table 229.
const PUSH_BUTTON: i64 = 1 << 16;
/// `F`, table 167.
const PRINT: i64 = 1 << 2;
const LOCKED: i64 = 1 << 7;

/// What writing a field needs to know.
pub(crate) struct FieldWriter<'p> {
    pub(crate) pages: &'p [Page],
    /// Shown by every field that is written, a ticked box excepted.
    pub(crate) blank: ObjectId,
    /// The font of default appearances; nothing when no text field is written.
    pub(crate) font: Option<Name>,
}

impl FieldWriter<'_> {
    pub(crate) fn field<R: ReadAt, D: ReadAt>(
        &self,
        update: &mut IncrementalUpdate<'_, R>,
        plan: &FieldPlan<'_, D>,
    ) -> Result<ObjectId, FieldError> {
        let page = self.page(plan.name, &plan.place)?;
        let widget = widget(plan.name, plan.label, page, &plan.place).with("F", PRINT);
        let widget = match &plan.kind {
            FieldPlanKind::Text { font_size, lines } => {
                let multiline = if *lines == TextLines::Several {
                    MULTILINE
                } else {
                    0
                };
                widget
                    .with("FT", Name::new("Tx"))
                    .with("Ff", READ_ONLY | multiline)
                    .with("DA", self.default_appearance(*font_size))
                    .with("AP", normal(self.blank))
            }
            FieldPlanKind::CheckBox { ticked } => {
                let ticked = ticked.import_appearance(update, &page.geometry())?;
                let states = Dictionary::new().with(TICKED, ticked).with(UNTICKED, self.blank);
                widget
                    .with("FT", Name::new("Btn"))
                    .with("Ff", READ_ONLY)
                    .with("V", Name::new(UNTICKED))
                    .with("AS", Name::new(UNTICKED))
                    .with("AP", Dictionary::new().with("N", states))
            }
            FieldPlanKind::Mark => widget
                .with("FT", Name::new("Btn"))
                .with("Ff", READ_ONLY | PUSH_BUTTON)
                .with("AP", normal(self.blank)),
        };
        let id = update.add(widget);
        list_annotation(update, page, id)?;
        Ok(id)
    }

    /// A new signature field; `locked` are the names that its lock includes.
    pub(crate) fn signature_field<R: ReadAt>(
        &self,
        update: &mut IncrementalUpdate<'_, R>,
        name: &str,
        label: &str,
        place: Option<&Placement>,
        locked: &[&str],
    ) -> Result<ObjectId, FieldError> {
        let first = self.pages.first().ok_or(FieldError::NoSuchPage {
            name: name.to_owned(),
            page: 0,
        })?;
        let (page, mut widget) = match place {
            Some(place) => {
                let page = self.page(name, place)?;
                (page, widget(name, label, page, place))
            }
            // An invisible signature stands on the first page with an empty area (12.7.5.5).
            None => (first, invisible_widget(name, label, first)),
        };
        widget.set("FT", Name::new("Sig"));
        widget.set("F", PRINT | LOCKED);
        widget.set("AP", normal(self.blank));
        if !locked.is_empty() {
            let fields: Array = locked.iter().map(|name| PdfString::from_text(name)).collect();
            // Table 235: an indirect reference.
            let lock = update.add(
                Dictionary::new()
                    .with("Type", Name::new("SigFieldLock"))
                    .with("Action", Name::new("Include"))
                    .with("Fields", fields),
            );
            widget.set("Lock", lock);
        }
        let id = update.add(widget);
        list_annotation(update, page, id)?;
        Ok(id)
    }

    fn page(&self, name: &str, place: &Placement) -> Result<&Page, FieldError> {
        if !place.is_usable() {
            return Err(FieldError::BadPlace {
                name: name.to_owned(),
            });
        }
        let missing = || FieldError::NoSuchPage {
            name: name.to_owned(),
            page: place.page,
        };
        self.pages.get(place.page).ok_or_else(missing)
    }

    fn default_appearance(&self, font_size: Option<f64>) -> PdfString {
        let size = font_size.filter(|size| size.is_finite()).unwrap_or(0.0);
        let font = self.font.as_ref().map(Name::source).unwrap_or_default();
        let mut text = font.to_vec();
        text.extend_from_slice(format!(" {size} Tf 0 g").as_bytes());
        PdfString::new(text)
    }
}

fn widget(name: &str, label: &str, page: &Page, place: &Placement) -> Dictionary {
    let rect = page
        .geometry()
        .user_rect(place.x, place.y, place.width, place.height);
    base_widget(name, label, page).with("Rect", rect)
}

fn invisible_widget(name: &str, label: &str, page: &Page) -> Dictionary {
    base_widget(name, label, page).with("Rect", Array::from([0, 0, 0, 0]))
}

fn base_widget(name: &str, label: &str, page: &Page) -> Dictionary {
    let widget = Dictionary::new()
        .with("Type", Name::new("Annot"))
        .with("Subtype", Name::new("Widget"))
        .with("T", PdfString::from_text(name))
        .with("P", page.id);
    if label.is_empty() {
        widget
    } else {
        widget.with("TU", PdfString::from_text(label))
    }
}

/// Whether `name` can be a partial field name that every program takes: ASCII, no period (12.7.4.2).
pub(crate) fn is_field_name(name: &str) -> bool {
    (1..=100).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'.')
}
