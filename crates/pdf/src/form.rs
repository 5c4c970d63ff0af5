//! The interactive form, ISO 32000-2, 12.7.

use std::collections::{HashMap, HashSet};

use crate::document::Document;
use crate::error::ReadError;
use crate::geometry::Rect;
use crate::limits::Limit;
use crate::object::{Dictionary, Object, ObjectId, PdfString};
use crate::page::Page;
use crate::read_at::ReadAt;

/// The interactive form of a document.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Form {
    /// The object that holds the form dictionary; nothing when it stands in the catalog itself.
    pub id: Option<ObjectId>,
    /// The form dictionary.
    pub dictionary: Dictionary,
    /// All fields that can have a value, in order of the tree.
    pub fields: Vec<FormField>,
    /// `SigFlags` (table 225): bit 1 signatures exist, bit 2 append only.
    pub signature_flags: u32,
    /// `NeedAppearances`.
    pub needs_appearances: bool,
    /// Whether there is an XFA form.
    pub has_xfa: bool,
}

/// A terminal field.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct FormField {
    /// The field object.
    pub id: ObjectId,
    /// Partial names from the root, joined by periods (12.7.4.2).
    pub full_name: String,
    /// `FT`, also when inherited.
    pub field_type: Option<FieldType>,
    /// `Ff`, also when inherited (tables 227, 229, 231, 233).
    pub flags: u32,
    /// `V`, also when inherited, as written: often a reference for signatures.
    pub value: Option<Object>,
    /// `DA`, also when inherited from a field or the form.
    pub default_appearance: Option<PdfString>,
    /// `MaxLen`, also when inherited.
    pub max_length: Option<usize>,
    /// The field's own entries; a field with one widget is often merged with it.
    pub dictionary: Dictionary,
    /// Ancestor fields, root first.
    pub ancestors: Vec<ObjectId>,
    /// Where the field shows.
    pub widgets: Vec<Widget>,
    /// `Lock` of a signature field (table 236), references followed.
    pub lock: Option<Dictionary>,
    /// `SV` of a signature field (table 237), references followed.
    pub seed_value: Option<Dictionary>,
}

/// `FT` of a field (table 226).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldType {
    /// `Btn`: push button, check box, radio button.
    Button,
    /// `Tx`.
    Text,
    /// `Ch`: list or combination box.
    Choice,
    /// `Sig`.
    Signature,
}

/// A widget annotation of a field (12.5.6.19).
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Widget {
    /// The annotation object; the field itself when both are merged.
    pub id: ObjectId,
    /// The page object that it names itself (`P`), which is optional.
    pub page_id: Option<ObjectId>,
    /// The page that lists it in `Annots`, or else that `P` names; empty from [`Document::form_unplaced`].
    pub page_index: Option<usize>,
    /// `Rect` in user space of the page.
    pub rect: Option<Rect>,
    /// `F` (table 167).
    pub flags: u32,
    /// Its own entries.
    pub dictionary: Dictionary,
}

#[derive(Debug, Clone, Default)]
struct Inherited {
    name: Option<String>,
    field_type: Option<FieldType>,
    flags: u32,
    value: Option<Object>,
    default_appearance: Option<PdfString>,
    max_length: Option<usize>,
    ancestors: Vec<ObjectId>,
}

impl<R: ReadAt> Document<R> {
    /// The interactive form with the page of each widget; nothing when there is none.
    ///
    /// # Errors
    /// When field tree or page tree cannot be read, fields form a circle, or a limit is exceeded.
    pub fn form(&self) -> Result<Option<Form>, ReadError> {
        self.form_on_pages(&self.pages()?)
    }

    /// The interactive form without looking for widgets on pages ([`Widget::page_index`] stays empty), so that the
    /// cost does not grow with the document.
    ///
    /// # Errors
    /// When the field tree cannot be read, fields form a circle, or a limit is exceeded.
    pub fn form_unplaced(&self) -> Result<Option<Form>, ReadError> {
        self.form_on_pages(&[])
    }

    /// As [`Document::form`], for a caller who has the pages already.
    ///
    /// # Errors
    /// As [`Document::form_unplaced`]; when the annotations of a page cannot be read.
    pub fn form_on_pages(&self, pages: &[Page]) -> Result<Option<Form>, ReadError> {
        let catalog = self.catalog()?;
        let Some(dictionary) = self.get_dictionary(&catalog, "AcroForm")? else {
            return Ok(None);
        };
        let mut walk = FieldWalk::new(self, pages)?;
        let inherited = Inherited {
            default_appearance: self.get(&dictionary, "DA")?.as_string().cloned(),
            ..Inherited::default()
        };
        if let Some(roots) = self.get_array(&dictionary, "Fields")? {
            for root in roots.iter().filter_map(Object::as_reference) {
                walk.field(root, &inherited, 0)?;
            }
        }
        Ok(Some(Form {
            id: catalog.reference("AcroForm"),
            fields: walk.fields,
            signature_flags: unsigned(&self.get(&dictionary, "SigFlags")?),
            needs_appearances: self.get(&dictionary, "NeedAppearances")?.as_bool() == Some(true),
            has_xfa: !self.get(&dictionary, "XFA")?.is_null(),
            dictionary,
        }))
    }
}

/// What looking at an annotation of a page counts as work, in bytes.
const ANNOTATION: usize = 256;

struct FieldWalk<'d, R> {
    document: &'d Document<R>,
    page_of_annotation: HashMap<ObjectId, usize>,
    page_of_id: HashMap<ObjectId, usize>,
    fields: Vec<FormField>,
    visited: HashSet<ObjectId>,
}

impl<'d, R: ReadAt> FieldWalk<'d, R> {
    fn new(document: &'d Document<R>, pages: &[Page]) -> Result<Self, ReadError> {
        let mut page_of_annotation = HashMap::new();
        for page in pages {
            let annotations = document
                .get_array(&page.dictionary, "Annots")?
                .unwrap_or_default();
            // Many pages may share one long array.
            document
                .source()
                .work
                .spend(annotations.len().saturating_mul(ANNOTATION))?;
            for id in annotations.iter().filter_map(Object::as_reference) {
                page_of_annotation.entry(id).or_insert(page.index);
            }
        }
        let page_of_id = pages.iter().map(|page| (page.id, page.index)).collect();
        Ok(Self {
            document,
            page_of_annotation,
            page_of_id,
            fields: Vec::new(),
            visited: HashSet::new(),
        })
    }

    fn field(&mut self, id: ObjectId, parent: &Inherited, depth: usize) -> Result<(), ReadError> {
        let limits = self.document.limits();
        if depth > limits.depth {
            return Err(Limit::Depth(limits.depth).into());
        }
        if !self.visited.insert(id) {
            return Err(ReadError::ReferenceLoop(id));
        }
        if self.visited.len() > limits.form_fields {
            return Err(Limit::FormFields(limits.form_fields).into());
        }
        let Some(dictionary) = self.document.object(id)?.as_dictionary().cloned() else {
            return Ok(());
        };
        let mut inherited = self.inherit(&dictionary, parent)?;

        let kids = self.document.get_array(&dictionary, "Kids")?.unwrap_or_default();
        let mut widgets = Vec::new();
        let mut subfields = Vec::new();
        for kid in kids.iter().filter_map(Object::as_reference) {
            match self.document.object(kid)?.as_dictionary() {
                // A kid with a partial name, or with kids of its own, is a field (12.7.4.1).
                Some(entries) if entries.contains("T") || entries.contains("Kids") => subfields.push(kid),
                Some(entries) => {
                    if !self.visited.insert(kid) {
                        return Err(ReadError::ReferenceLoop(kid));
                    }
                    widgets.push(self.widget(kid, entries.clone())?);
                }
                None => {}
            }
        }
        if subfields.is_empty() {
            if kids.is_empty() && (dictionary.is_name("Subtype", "Widget") || dictionary.contains("Rect")) {
                widgets.push(self.widget(id, dictionary.clone())?);
            }
            return self.terminal(id, dictionary, inherited, widgets);
        }
        inherited.ancestors.push(id);
        for kid in subfields {
            self.field(kid, &inherited, depth + 1)?;
        }
        Ok(())
    }

    fn inherit(&self, dictionary: &Dictionary, parent: &Inherited) -> Result<Inherited, ReadError> {
        let get = |key: &str| self.document.get(dictionary, key);
        let partial = get("T")?.as_string().map(PdfString::to_text);
        let name = match (&parent.name, partial) {
            (Some(name), Some(partial)) => Some(format!("{name}.{partial}")),
            (None, partial) => partial,
            (Some(name), None) => Some(name.clone()),
        };
        let field_type = match get("FT")?.as_name().map(crate::object::Name::to_text).as_deref() {
            Some("Btn") => Some(FieldType::Button),
            Some("Tx") => Some(FieldType::Text),
            Some("Ch") => Some(FieldType::Choice),
            Some("Sig") => Some(FieldType::Signature),
            _ => parent.field_type,
        };
        let max_length = get("MaxLen")?
            .as_i64()
            .and_then(|length| usize::try_from(length).ok());
        Ok(Inherited {
            name,
            field_type,
            flags: if dictionary.contains("Ff") {
                unsigned(&get("Ff")?)
            } else {
                parent.flags
            },
            value: dictionary.get("V").or(parent.value.as_ref()).cloned(),
            default_appearance: get("DA")?
                .as_string()
                .or(parent.default_appearance.as_ref())
                .cloned(),
            max_length: max_length.or(parent.max_length),
            ancestors: parent.ancestors.clone(),
        })
    }

    fn terminal(
        &mut self,
        id: ObjectId,
        dictionary: Dictionary,
        inherited: Inherited,
        widgets: Vec<Widget>,
    ) -> Result<(), ReadError> {
        let lock = self.document.get_dictionary(&dictionary, "Lock")?;
        let seed_value = self.document.get_dictionary(&dictionary, "SV")?;
        self.fields.push(FormField {
            id,
            full_name: inherited.name.unwrap_or_default(),
            field_type: inherited.field_type,
            flags: inherited.flags,
            value: inherited.value,
            default_appearance: inherited.default_appearance,
            max_length: inherited.max_length,
            dictionary,
            ancestors: inherited.ancestors,
            widgets,
            lock,
            seed_value,
        });
        Ok(())
    }

    fn widget(&self, id: ObjectId, dictionary: Dictionary) -> Result<Widget, ReadError> {
        let page_id = dictionary.reference("P");
        let listed = self.page_of_annotation.get(&id);
        let named = page_id.and_then(|page| self.page_of_id.get(&page));
        Ok(Widget {
            id,
            page_id,
            page_index: listed.or(named).copied(),
            rect: self.document.get_rect(&dictionary, "Rect")?,
            flags: unsigned(&self.document.get(&dictionary, "F")?),
            dictionary,
        })
    }
}

/// Flags as 32 bits; some producers write them as negative numbers.
fn unsigned(object: &Object) -> u32 {
    let value = object.as_i64().unwrap_or(0);
    u32::try_from(value & 0xffff_ffff).unwrap_or(0)
}
