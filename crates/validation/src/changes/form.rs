//! The interactive form and its fields (ISO 32000-2, 12.7).

use std::collections::{BTreeMap, HashSet};

use akashi_pdf::{Dictionary, Document, FieldType, Form, FormField, Object, ObjectId, ReadAt, ReadError};

use crate::changes::compare::Comparison;
use crate::changes::signature_field::{compare_signature_field, new_signature_field};
use crate::changes::{ChangeKind, ChangeLevel, Step};

/// Entries of a field or widget that filling may change; everything else must stay.
pub(super) const FILLING: [&str; 11] = ["AP", "AS", "DA", "F", "Ff", "I", "Q", "RV", "TI", "Type", "V"];
/// Filling entries that decide what is shown.
const SHOWN: [&str; 5] = ["AP", "AS", "DA", "F", "Q"];
/// Entries that make the tree; compared by ids.
const TREE: [&str; 2] = ["Kids", "Parent"];
/// Bits of `F` that decide whether a widget is there to be seen: Invisible, Hidden, NoView, ToggleNoView (table 167).
const SHOWING: u32 = 0x123;
/// `Ff`, table 227.
const READ_ONLY: u32 = 1;

/// The forms of both revisions.
pub(crate) struct FormView {
    old: Option<Form>,
    new: Option<Form>,
    /// Signature fields that only the newer revision has, and their widgets.
    new_signature_fields: HashSet<ObjectId>,
    new_signature_widgets: HashSet<ObjectId>,
}

impl FormView {
    pub(crate) fn read<A: ReadAt, B: ReadAt>(
        old: &Document<A>,
        new: &Document<B>,
    ) -> Result<Self, ReadError> {
        let (old, new) = (old.form()?, new.form()?);
        let fields = |form: &Option<Form>| form.as_ref().map_or(Vec::new(), |form| form.fields.clone());
        let old_names: HashSet<String> = fields(&old).into_iter().map(|field| field.full_name).collect();
        let mut added = fields(&new);
        added.retain(|field| {
            field.field_type == Some(FieldType::Signature) && !old_names.contains(&field.full_name)
        });
        let widgets = added.iter().flat_map(|field| &field.widgets);
        Ok(Self {
            new_signature_widgets: widgets.map(|widget| widget.id).collect(),
            new_signature_fields: added.iter().map(|field| field.id).collect(),
            old,
            new,
        })
    }

    pub(crate) fn old_fields(&self) -> &[FormField] {
        self.old.as_ref().map_or(&[], |form| form.fields.as_slice())
    }

    fn new_fields(&self) -> &[FormField] {
        self.new.as_ref().map_or(&[], |form| form.fields.as_slice())
    }

    pub(super) fn is_widget_of_new_signature_field(&self, id: ObjectId) -> bool {
        self.new_signature_widgets.contains(&id)
    }
}

pub(super) fn compare<A: ReadAt, B: ReadAt>(
    comparison: &mut Comparison<'_, A, B>,
    forms: &FormView,
    step: &mut Step<'_>,
) -> Result<(), ReadError> {
    compare_form_entries(comparison, forms, step)?;
    let new_by_name = by_name(forms.new_fields());
    let old_by_name = by_name(forms.old_fields());
    if new_by_name.len() < forms.new_fields().len() && old_by_name.len() == forms.old_fields().len() {
        step.other(ChangeKind::FieldRedefined, None, "two fields of one name");
    }
    compare_roots(comparison, forms, step)?;
    compare_ancestors(comparison, forms, step)?;
    for (name, old) in &old_by_name {
        match new_by_name.get(name) {
            Some(new) => compare_field(comparison, old, new, step)?,
            None => step.other(ChangeKind::FieldRemoved, Some(name), "form"),
        }
    }
    for (name, new) in &new_by_name {
        if old_by_name.contains_key(name) {
            continue;
        }
        if new.field_type == Some(FieldType::Signature) {
            new_signature_field(comparison, new, step)?;
        } else {
            step.other(ChangeKind::FieldAdded, Some(name), "form");
        }
    }
    Ok(())
}

fn by_name(fields: &[FormField]) -> BTreeMap<&str, &FormField> {
    fields
        .iter()
        .map(|field| (field.full_name.as_str(), field))
        .collect()
}

/// The form dictionary without its fields.
fn compare_form_entries<A: ReadAt, B: ReadAt>(
    comparison: &mut Comparison<'_, A, B>,
    forms: &FormView,
    step: &mut Step<'_>,
) -> Result<(), ReadError> {
    const OWN_RULES: [&str; 6] = ["DA", "DR", "Fields", "NeedAppearances", "Q", "SigFlags"];
    let empty = Dictionary::new();
    let old = forms.old.as_ref().map_or(&empty, |form| &form.dictionary);
    let Some(new) = &forms.new else {
        if forms.old.is_some() {
            step.other(ChangeKind::Form, None, "Root/AcroForm");
        }
        return Ok(());
    };
    let new = &new.dictionary;
    if let Some(place) = comparison.entries_difference(old, new, &OWN_RULES)? {
        step.other(ChangeKind::Form, None, &format!("Root/AcroForm/{place}"));
    }
    if let Some(new) = &forms.new
        && new.needs_appearances
        && !forms.old.as_ref().is_some_and(|old| old.needs_appearances)
    {
        // From now on readers draw every field anew, from values that the signer may have seen drawn otherwise.
        step.other(ChangeKind::Form, None, "Root/AcroForm/NeedAppearances");
    }
    for key in ["DA", "NeedAppearances", "Q"] {
        if comparison.difference(old.get(key), new.get(key))?.is_some() {
            step.add(
                ChangeLevel::FormFilling,
                ChangeKind::Form,
                None,
                &format!("Root/AcroForm/{key}"),
            );
        }
    }
    let flags = |form: &Option<Form>| form.as_ref().map_or(0, |form| form.signature_flags);
    let (old_flags, new_flags) = (flags(&forms.old), flags(&forms.new));
    if old_flags & !new_flags != 0 {
        step.other(ChangeKind::Form, None, "Root/AcroForm/SigFlags");
    } else if old_flags != new_flags {
        step.add(
            ChangeLevel::ValidationData,
            ChangeKind::Form,
            None,
            "Root/AcroForm/SigFlags",
        );
    }
    compare_default_resources(comparison, old, new, step)
}

/// Default resources may grow; what is there must stay, because fields are drawn with it.
fn compare_default_resources<A: ReadAt, B: ReadAt>(
    comparison: &mut Comparison<'_, A, B>,
    old: &Dictionary,
    new: &Dictionary,
    step: &mut Step<'_>,
) -> Result<(), ReadError> {
    if comparison.difference(old.get("DR"), new.get("DR"))?.is_none() {
        return Ok(());
    }
    let old = comparison.old.get_dictionary(old, "DR")?.unwrap_or_default();
    let Some(new) = comparison.new.get_dictionary(new, "DR")? else {
        step.other(ChangeKind::Form, None, "Root/AcroForm/DR");
        return Ok(());
    };
    for (category, value) in old.iter() {
        let category = category.to_text();
        let Object::Dictionary(old_entries) = comparison.old.resolve(value)? else {
            if comparison.difference(Some(value), new.get(&category))?.is_some() {
                step.other(ChangeKind::Form, None, &format!("Root/AcroForm/DR/{category}"));
            }
            continue;
        };
        let new_entries = comparison
            .new
            .get_dictionary(&new, &category)?
            .unwrap_or_default();
        for (name, value) in old_entries.iter() {
            let name = name.to_text();
            if comparison
                .difference(Some(value), new_entries.get(&name))?
                .is_some()
            {
                step.other(
                    ChangeKind::Form,
                    None,
                    &format!("Root/AcroForm/DR/{category}/{name}"),
                );
            }
        }
    }
    step.add(
        ChangeLevel::FormFilling,
        ChangeKind::Form,
        None,
        "Root/AcroForm/DR",
    );
    Ok(())
}

/// The list of root fields: what was there stays, and only new signature fields come.
fn compare_roots<A: ReadAt, B: ReadAt>(
    comparison: &Comparison<'_, A, B>,
    forms: &FormView,
    step: &mut Step<'_>,
) -> Result<(), ReadError> {
    // Nothing for an entry that is no reference, which the standard demands (table 224).
    let ids = |list: &Object| -> Option<Vec<Option<ObjectId>>> {
        Some(list.as_array()?.iter().map(Object::as_reference).collect())
    };
    let old = match &forms.old {
        Some(form) => ids(&comparison.old.get(&form.dictionary, "Fields")?).unwrap_or_default(),
        None => Vec::new(),
    };
    let new = match &forms.new {
        Some(form) => ids(&comparison.new.get(&form.dictionary, "Fields")?),
        None => return Ok(()),
    };
    let old: HashSet<Option<ObjectId>> = old.into_iter().collect();
    let new: HashSet<Option<ObjectId>> = new.into_iter().flatten().collect();
    let is_kept = old.is_subset(&new);
    let mut added = new.difference(&old);
    if !is_kept || !added.all(|id| id.is_some_and(|id| forms.new_signature_fields.contains(&id))) {
        step.other(ChangeKind::Form, None, "Root/AcroForm/Fields");
    }
    Ok(())
}

/// Whether the kids of a field are the same objects as before.
fn has_same_kids<A: ReadAt, B: ReadAt>(
    comparison: &Comparison<'_, A, B>,
    old: &Dictionary,
    new: &Dictionary,
) -> Result<bool, ReadError> {
    Ok(
        match (comparison.old.get(old, "Kids")?, comparison.new.get(new, "Kids")?) {
            (Object::Null, Object::Null) => true,
            (Object::Array(old), Object::Array(new)) => old == new,
            _ => false,
        },
    )
}

/// Fields that hold others: what they pass on as a value is compared with each field below.
fn compare_ancestors<A: ReadAt, B: ReadAt>(
    comparison: &mut Comparison<'_, A, B>,
    forms: &FormView,
    step: &mut Step<'_>,
) -> Result<(), ReadError> {
    let mut ids: Vec<ObjectId> = forms
        .old_fields()
        .iter()
        .flat_map(|field| field.ancestors.clone())
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let except: Vec<&str> = FILLING.into_iter().chain(TREE).chain(["MaxLen"]).collect();
    for id in ids {
        let (Object::Dictionary(old), Object::Dictionary(new)) =
            (comparison.old.object(id)?, comparison.new.object(id)?)
        else {
            step.other(ChangeKind::FieldRedefined, None, &format!("object {id}"));
            continue;
        };
        if let Some(place) = comparison.entries_difference(&old, &new, &except)? {
            step.other(ChangeKind::FieldRedefined, None, &format!("object {id}/{place}"));
        }
        if !has_same_kids(comparison, &old, &new)? {
            step.other(ChangeKind::FieldRedefined, None, &format!("object {id}/Kids"));
        }
    }
    Ok(())
}

fn compare_field<A: ReadAt, B: ReadAt>(
    comparison: &mut Comparison<'_, A, B>,
    old: &FormField,
    new: &FormField,
    step: &mut Step<'_>,
) -> Result<(), ReadError> {
    let name = old.full_name.as_str();
    let widget_ids = |field: &FormField| field.widgets.iter().map(|widget| widget.id).collect::<Vec<_>>();
    let is_plain = matches!(comparison.new.object(new.id)?, Object::Dictionary(_));
    if old.id != new.id
        || old.ancestors != new.ancestors
        || old.field_type != new.field_type
        || old.max_length != new.max_length
        || widget_ids(old) != widget_ids(new)
        || !is_plain
        || !has_same_kids(comparison, &old.dictionary, &new.dictionary)?
    {
        step.other(ChangeKind::FieldRedefined, Some(name), "field tree");
        return Ok(());
    }
    let except: Vec<&str> = FILLING.into_iter().chain(TREE).collect();
    if let Some(place) = comparison.entries_difference(&old.dictionary, &new.dictionary, &except)? {
        step.other(ChangeKind::FieldRedefined, Some(name), &place);
    }
    for (old_widget, new_widget) in old.widgets.iter().zip(&new.widgets) {
        let place = comparison.entries_difference(&old_widget.dictionary, &new_widget.dictionary, &except)?;
        if let Some(place) = place {
            step.other(ChangeKind::FieldRedefined, Some(name), &place);
        }
        if (old_widget.flags ^ new_widget.flags) & SHOWING != 0 {
            step.other(ChangeKind::FieldRedefined, Some(name), "F");
        }
        if !is_type_kept(&old_widget.dictionary, &new_widget.dictionary) {
            step.other(ChangeKind::FieldRedefined, Some(name), "Type");
        }
    }
    compare_flags(old, new, step);
    if old.field_type == Some(FieldType::Signature) {
        return compare_signature_field(comparison, old, new, step);
    }
    if is_value_changed(comparison, old, new)? {
        step.add(ChangeLevel::FormFilling, ChangeKind::FieldValue, Some(name), "V");
    }
    if let Some(place) = shown_difference(comparison, old, new)? {
        step.add(
            ChangeLevel::FormFilling,
            ChangeKind::FieldAppearance,
            Some(name),
            &place,
        );
    }
    Ok(())
}

/// `Type` may be added to a widget, as `Annot`.
fn is_type_kept(old: &Dictionary, new: &Dictionary) -> bool {
    match (old.name("Type"), new.name("Type")) {
        (Some(old), Some(new)) => old == new,
        (None, Some(new)) => new == "Annot",
        (None, None) => true,
        (Some(_), None) => false,
    }
}

fn compare_flags(old: &FormField, new: &FormField, step: &mut Step<'_>) {
    let changed = old.flags ^ new.flags;
    let name = Some(old.full_name.as_str());
    if changed & !READ_ONLY != 0 {
        step.other(ChangeKind::FieldRedefined, name, "Ff");
    } else if changed != 0 {
        step.add(ChangeLevel::FormFilling, ChangeKind::FieldReadOnly, name, "Ff");
    }
}

fn is_value_changed<A: ReadAt, B: ReadAt>(
    comparison: &mut Comparison<'_, A, B>,
    old: &FormField,
    new: &FormField,
) -> Result<bool, ReadError> {
    if comparison
        .difference(old.value.as_ref(), new.value.as_ref())?
        .is_some()
    {
        return Ok(true);
    }
    for key in ["I", "RV", "TI"] {
        if comparison
            .difference(old.dictionary.get(key), new.dictionary.get(key))?
            .is_some()
        {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Where what a field shows differs first.
pub(super) fn shown_difference<A: ReadAt, B: ReadAt>(
    comparison: &mut Comparison<'_, A, B>,
    old: &FormField,
    new: &FormField,
) -> Result<Option<String>, ReadError> {
    let own = [(&old.dictionary, &new.dictionary)];
    let widgets = old.widgets.iter().zip(&new.widgets);
    let pairs = own
        .into_iter()
        .chain(widgets.map(|(old, new)| (&old.dictionary, &new.dictionary)));
    for (old, new) in pairs {
        for key in SHOWN {
            if let Some(below) = comparison.difference(old.get(key), new.get(key))? {
                return Ok(Some(if below.is_empty() {
                    key.to_owned()
                } else {
                    format!("{key}/{below}")
                }));
            }
        }
    }
    // What a form passes on as `DA` is for text that is yet to be drawn (12.7.4.3); signatures have none.
    let is_text = old.field_type != Some(FieldType::Signature);
    if is_text && old.default_appearance != new.default_appearance {
        return Ok(Some("DA".to_owned()));
    }
    Ok(None)
}
