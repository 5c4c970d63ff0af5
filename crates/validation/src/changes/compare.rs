//! Comparing values through references.

use std::collections::HashSet;
use std::rc::Rc;

use akashi_pdf::{Dictionary, Document, Object, ObjectId, ReadAt, ReadError};

/// Two views of a document that are walked together.
pub(crate) struct Comparison<'d, A, B> {
    pub(crate) old: &'d Document<A>,
    pub(crate) new: &'d Document<B>,
    /// Numbers of objects that were (re)defined, or lead to such.
    reaching: HashSet<u32>,
    canonical: HashSet<u32>,
    /// Pairs that were found to be the same.
    same: HashSet<(ObjectId, ObjectId)>,
}

/// The way from where a comparison began, last step first.
struct Way {
    step: String,
    before: Option<Rc<Way>>,
}

impl<'d, A: ReadAt, B: ReadAt> Comparison<'d, A, B> {
    pub(crate) fn new(
        old: &'d Document<A>,
        new: &'d Document<B>,
        reaching: HashSet<u32>,
        canonical: HashSet<u32>,
    ) -> Self {
        Self {
            old,
            new,
            reaching,
            canonical,
            same: HashSet::new(),
        }
    }

    /// Whether the object, or something that it leads to, may have changed.
    pub(crate) fn may_differ(&self, id: ObjectId) -> bool {
        self.reaching.contains(&id.number)
    }

    pub(crate) fn is_canonical(&self, id: ObjectId) -> bool {
        self.canonical.contains(&id.number)
    }

    /// Where two optional values first differ; nothing when they mean the same. An absent value is `null`.
    pub(crate) fn difference(
        &mut self,
        old: Option<&Object>,
        new: Option<&Object>,
    ) -> Result<Option<String>, ReadError> {
        let null = Object::Null;
        let mut waiting = vec![(old.unwrap_or(&null).clone(), new.unwrap_or(&null).clone(), None)];
        // Pairs that wait or were seen: in a circle they count as the same unless a difference is found elsewhere.
        let mut seen: HashSet<(ObjectId, ObjectId)> = HashSet::new();
        while let Some((old, new, way)) = waiting.pop() {
            if let (Some(old_id), Some(new_id)) = (old.as_reference(), new.as_reference()) {
                if old_id == new_id && (!self.may_differ(old_id) || self.is_canonical(old_id)) {
                    continue;
                }
                if self.is_canonical(old_id) {
                    return Ok(Some(place(way.as_ref())));
                }
                if self.same.contains(&(old_id, new_id)) || !seen.insert((old_id, new_id)) {
                    continue;
                }
            }
            let (old, new) = (self.old.resolve(&old)?, self.new.resolve(&new)?);
            let is_same = match (&old, &new) {
                (Object::Array(old), Object::Array(new)) => {
                    for (index, (old, new)) in old.iter().zip(new.iter()).enumerate() {
                        push(&mut waiting, old, new, &index, way.as_ref());
                    }
                    old.len() == new.len()
                }
                (Object::Dictionary(old), Object::Dictionary(new)) => {
                    push_entries(&mut waiting, old, new, way.as_ref())
                }
                (Object::Stream(old), Object::Stream(new)) => {
                    let without_length = |dictionary: &Dictionary| {
                        let mut dictionary = dictionary.clone();
                        dictionary.remove("Length");
                        dictionary
                    };
                    let (old_entries, new_entries) =
                        (without_length(old.dictionary()), without_length(new.dictionary()));
                    push_entries(&mut waiting, &old_entries, &new_entries, way.as_ref())
                        && (old == new || self.old.stream_raw(old)? == self.new.stream_raw(new)?)
                }
                (old, new) => old == new,
            };
            if !is_same {
                return Ok(Some(place(way.as_ref())));
            }
        }
        self.same.extend(seen);
        Ok(None)
    }

    /// Where entries other than `except` first differ between two dictionaries.
    pub(crate) fn entries_difference(
        &mut self,
        old: &Dictionary,
        new: &Dictionary,
        except: &[&str],
    ) -> Result<Option<String>, ReadError> {
        for key in keys(old, new) {
            if except.contains(&key.as_str()) {
                continue;
            }
            let (old, new) = (old.get(&key), new.get(&key));
            if is_way_up(&key, old, new) {
                if old.and_then(Object::as_reference) != new.and_then(Object::as_reference) {
                    return Ok(Some(key));
                }
                continue;
            }
            if let Some(below) = self.difference(old, new)? {
                return Ok(Some(if below.is_empty() {
                    key
                } else {
                    format!("{key}/{below}")
                }));
            }
        }
        Ok(None)
    }
}

type Waiting = Vec<(Object, Object, Option<Rc<Way>>)>;

fn push(
    waiting: &mut Waiting,
    old: &Object,
    new: &Object,
    step: &dyn std::fmt::Display,
    way: Option<&Rc<Way>>,
) {
    let way = Way {
        step: step.to_string(),
        before: way.cloned(),
    };
    waiting.push((old.clone(), new.clone(), Some(Rc::new(way))));
}

/// False when the keys differ, or an entry that leads up does.
fn push_entries(waiting: &mut Waiting, old: &Dictionary, new: &Dictionary, way: Option<&Rc<Way>>) -> bool {
    for key in keys(old, new) {
        let (old, new) = (old.get(&key), new.get(&key));
        if is_way_up(&key, old, new) {
            if old.and_then(Object::as_reference) != new.and_then(Object::as_reference) {
                return false;
            }
            continue;
        }
        let null = Object::Null;
        push(waiting, old.unwrap_or(&null), new.unwrap_or(&null), &key, way);
    }
    true
}

/// Entries that name what contains an object. Following them would compare half of the document from inside.
fn is_way_up(key: &str, old: Option<&Object>, new: Option<&Object>) -> bool {
    let is_reference = |value: Option<&Object>| value.is_some_and(|value| value.as_reference().is_some());
    matches!(key, "Parent" | "P") && is_reference(old) && is_reference(new)
}

/// The keys of both dictionaries, each once.
fn keys(old: &Dictionary, new: &Dictionary) -> Vec<String> {
    let mut keys: Vec<String> = old
        .iter()
        .chain(new.iter())
        .map(|(key, _)| key.to_text())
        .collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

fn place(way: Option<&Rc<Way>>) -> String {
    let mut steps = Vec::new();
    let mut way = way;
    while let Some(here) = way {
        steps.push(here.step.as_str());
        way = here.before.as_ref();
    }
    steps.reverse();
    steps.join("/")
}
