//! What a revision changes, as a reader of the document would find it.
//!
//! Two revisions are walked from the catalog at the same time and compared by meaning: an object that moved or was
//! written again without a difference is no change, and an object that was replaced counts wherever it is used.
//! Nothing is permitted by default; every difference that no rule names is [`ChangeLevel::Other`].

mod catalog;
mod compare;
mod form;
mod graph;
mod pages;
mod signature_field;

use std::collections::HashSet;

use akashi_pdf::{Document, Object, ReadAt, ReadError, XrefKind};
use serde::Serialize;

use crate::changes::compare::Comparison;
use crate::changes::form::FormView;
use crate::changes::graph::{Graph, canonical_numbers, current_id};

/// How far a change goes. The order is that of ISO 32000-2, table 257.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeLevel {
    /// Nothing changed.
    None,
    /// Validation data, document time-stamps and metadata: nothing that a reader of the pages sees.
    ValidationData,
    /// Values and appearances of form fields, and signatures.
    FormFilling,
    /// Comments and other markup.
    Annotations,
    /// Anything else.
    Other,
}

/// What kind of thing changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum ChangeKind {
    /// The value of a field.
    FieldValue,
    /// What a field shows, or whether it shows.
    FieldAppearance,
    /// A field was set read-only or freed from that.
    FieldReadOnly,
    /// An empty signature field was signed.
    Signed,
    /// An invisible field got a document time-stamp (ISO 32000-2, 12.8.5).
    TimeStamped,
    /// A visible signature field was added.
    VisibleSignatureFieldAdded,
    /// An invisible signature field was added.
    InvisibleSignatureFieldAdded,
    /// A field of another kind was added.
    FieldAdded,
    /// A field was removed.
    FieldRemoved,
    /// A field became another one: its kind, place, name, lock, flags or widgets.
    FieldRedefined,
    /// A signature that stood there was replaced, or its field changed.
    SignatureReplaced,
    /// The form's common entries.
    Form,
    /// The content, resources or size of a page, or the order of pages.
    Page,
    /// A comment or other markup was added, changed or removed.
    Annotation,
    /// Validation data (`DSS`).
    ValidationData,
    /// Metadata, version, extensions.
    Metadata,
    /// Objects were written again without a difference, or without being used by anything.
    Rewritten,
    /// Another entry of the catalog: outlines, actions, scripts, structure …
    Catalog,
    /// Something cannot be read, or two readers could read it differently.
    Unreadable,
}

/// One difference between two revisions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The revision that made it, from 0.
    pub revision: usize,
    /// How far it goes by itself, before locks and permissions.
    pub level: ChangeLevel,
    /// What it is.
    pub kind: ChangeKind,
    /// Full name of the field, where it concerns one.
    pub field: Option<String>,
    /// Where, in terms of the document's structure; for experts.
    pub place: String,
}

/// What each revision after `first` changed, compared with the one before it.
///
/// # Errors
/// Only when the storage fails or a limit is exceeded; what cannot be read otherwise is a change.
pub(crate) fn changes_after<R: ReadAt>(
    document: &Document<R>,
    first: usize,
) -> Result<Vec<Change>, ReadError> {
    let mut changes = Vec::new();
    let last = document.revisions().len().saturating_sub(1);
    if first >= last {
        return Ok(changes);
    }
    let mut graph: Option<Graph> = None;
    let mut older = view(document, first)?;
    for revision in first + 1..=last {
        let newer = view(document, revision)?;
        let mut step = Step {
            revision,
            changes: &mut changes,
        };
        if document
            .revisions()
            .get(revision)
            .is_some_and(|revision| revision.xref_kind == XrefKind::Hybrid)
        {
            // Old and new readers see different objects (7.5.8.4).
            step.other(ChangeKind::Unreadable, None, "hybrid cross-references");
        }
        match (&older, &newer) {
            (Some(older), Some(newer)) => {
                let graph = match &mut graph {
                    Some(graph) => graph,
                    None => graph.insert(Graph::of(older)?),
                };
                let entries = document.revision_entries(revision);
                let numbers: Vec<u32> = entries.into_iter().map(|(number, _)| number).collect();
                find_duplicate_keys(newer, &numbers, &mut step)?;
                compare(older, newer, &numbers, graph, &mut step)?;
                step.note_rewritten();
                graph.renew(newer, &numbers)?;
            }
            _ => step.other(ChangeKind::Unreadable, None, "revision"),
        }
        older = newer;
    }
    Ok(changes)
}

/// The document at a revision; nothing when that revision cannot be opened.
fn view<R: ReadAt>(document: &Document<R>, revision: usize) -> Result<Option<Document<&R>>, ReadError> {
    match document.at_revision(revision) {
        Ok(view) => Ok(view),
        Err(akashi_pdf::OpenError::Io(error)) => Err(ReadError::Io(error)),
        Err(akashi_pdf::OpenError::Limit(limit)) => Err(ReadError::Limit(limit)),
        Err(_) => Ok(None),
    }
}

fn compare<A: ReadAt, B: ReadAt>(
    older: &Document<A>,
    newer: &Document<B>,
    numbers: &[u32],
    graph: &Graph,
    step: &mut Step<'_>,
) -> Result<(), ReadError> {
    let result = compare_views(older, newer, numbers, graph, step);
    match result {
        Err(error @ (ReadError::Io(_) | ReadError::Limit(_))) => Err(error),
        Err(error) => {
            step.other(ChangeKind::Unreadable, None, &error.to_string());
            Ok(())
        }
        Ok(()) => Ok(()),
    }
}

fn compare_views<A: ReadAt, B: ReadAt>(
    older: &Document<A>,
    newer: &Document<B>,
    numbers: &[u32],
    graph: &Graph,
    step: &mut Step<'_>,
) -> Result<(), ReadError> {
    let forms = FormView::read(older, newer)?;
    let canonical: HashSet<u32> = canonical_numbers(older, &forms)?;
    let reaching = graph.reaching(numbers, &canonical);
    let mut comparison = Comparison::new(older, newer, reaching, canonical);
    catalog::compare(&mut comparison, step)?;
    form::compare(&mut comparison, &forms, step)?;
    pages::compare(&mut comparison, &forms, step)
}

/// Of two equal keys in a dictionary (ISO 32000-2, 7.3.7) some readers take the first and some the last.
fn find_duplicate_keys<R: ReadAt>(
    document: &Document<R>,
    numbers: &[u32],
    step: &mut Step<'_>,
) -> Result<(), ReadError> {
    for id in numbers.iter().filter_map(|number| current_id(document, *number)) {
        match document.object(id) {
            Ok(object) if has_duplicate_keys(&object) => {
                step.other(
                    ChangeKind::Unreadable,
                    None,
                    &format!("object {id}: a key stands there twice"),
                );
            }
            Err(error @ (ReadError::Io(_) | ReadError::Limit(_))) => return Err(error),
            // What cannot be read is met where it is used.
            Ok(_) | Err(_) => {}
        }
    }
    Ok(())
}

fn has_duplicate_keys(object: &Object) -> bool {
    match object {
        Object::Array(array) => array.iter().any(has_duplicate_keys),
        other => other.as_dictionary().is_some_and(|dictionary| {
            dictionary.has_duplicate_keys() || dictionary.iter().any(|(_, value)| has_duplicate_keys(value))
        }),
    }
}

/// Collects the changes of one revision.
pub(crate) struct Step<'c> {
    revision: usize,
    changes: &'c mut Vec<Change>,
}

impl Step<'_> {
    fn add(&mut self, level: ChangeLevel, kind: ChangeKind, field: Option<&str>, place: &str) {
        self.changes.push(Change {
            revision: self.revision,
            level,
            kind,
            field: field.map(str::to_owned),
            place: place.to_owned(),
        });
    }

    /// A revision that wrote something without a difference for any reader.
    fn note_rewritten(&mut self) {
        if self
            .changes
            .last()
            .is_none_or(|last| last.revision != self.revision)
        {
            self.add(
                ChangeLevel::ValidationData,
                ChangeKind::Rewritten,
                None,
                "nothing that is used",
            );
        }
    }

    fn other(&mut self, kind: ChangeKind, field: Option<&str>, place: &str) {
        self.add(ChangeLevel::Other, kind, field, place);
    }
}
