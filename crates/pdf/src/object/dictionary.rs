//! Dictionaries, ISO 32000-2, 7.3.7.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Arc, OnceLock};

use crate::object::array::is_blank;
use crate::object::{Array, Name, Object, ObjectId};
use crate::source_text::SourceText;

/// A dictionary. Entries that are not changed keep their bytes, order and surrounding white space.
///
/// An entry whose value is `null` counts as absent (7.3.7). If a key occurs twice, which the standard forbids,
/// the last one counts; [`Dictionary::has_duplicate_keys`] tells.
#[derive(Clone, Default)]
pub struct Dictionary {
    body: Arc<Body>,
}

#[derive(Clone, Default)]
struct Body {
    entries: Vec<Entry>,
    tail: Option<SourceText>,
    /// Where the last entry of each key stands; made for large dictionaries when first needed.
    index: OnceLock<HashMap<Vec<u8>, usize>>,
}

impl Body {
    /// The position of the entry that counts for `key`.
    fn position(&self, key: &[u8]) -> Option<usize> {
        if self.entries.len() <= INDEXED_ENTRIES {
            return self
                .entries
                .iter()
                .rposition(|entry| *entry.key.as_bytes() == *key);
        }
        let index = self.index.get_or_init(|| {
            let entries = self.entries.iter().enumerate();
            entries
                .map(|(position, entry)| (entry.key.as_bytes().into_owned(), position))
                .collect()
        });
        index.get(key).copied()
    }
}

/// Up to here looking through the entries is quicker.
const INDEXED_ENTRIES: usize = 48;

#[derive(Clone)]
pub(crate) struct Entry {
    /// White space and comments before the key.
    pub(crate) lead: SourceText,
    pub(crate) key: Name,
    /// White space and comments between key and value.
    pub(crate) middle: SourceText,
    pub(crate) value: Object,
}

impl Dictionary {
    /// An empty dictionary.
    pub fn new() -> Self {
        Self::default()
    }

    pub(crate) fn parsed(entries: Vec<Entry>, tail: SourceText) -> Self {
        Self {
            body: Arc::new(Body {
                entries,
                tail: Some(tail),
                index: OnceLock::new(),
            }),
        }
    }

    /// This dictionary with one more entry, to build dictionaries in one expression.
    #[must_use]
    pub fn with(mut self, key: impl Into<Name>, value: impl Into<Object>) -> Self {
        self.set(key, value);
        self
    }

    /// Number of entries, `null` ones included.
    pub fn len(&self) -> usize {
        self.body.entries.len()
    }

    /// Whether there is no entry.
    pub fn is_empty(&self) -> bool {
        self.body.entries.is_empty()
    }

    /// The value of `key`, unless absent or `null`. References are not followed; see `Document::get`.
    pub fn get(&self, key: &str) -> Option<&Object> {
        let entry = self.body.entries.get(self.body.position(key.as_bytes())?)?;
        (!entry.value.is_null()).then_some(&entry.value)
    }

    /// Whether `key` is present and not `null`.
    pub fn contains(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// The direct name under `key`, as text.
    pub fn name(&self, key: &str) -> Option<String> {
        self.get(key).and_then(Object::as_name).map(Name::to_text)
    }

    /// Whether `key` is the name `value`.
    pub fn is_name(&self, key: &str, value: &str) -> bool {
        self.get(key)
            .and_then(Object::as_name)
            .is_some_and(|name| name == value)
    }

    /// The reference under `key`.
    pub fn reference(&self, key: &str) -> Option<ObjectId> {
        self.get(key).and_then(Object::as_reference)
    }

    /// Key and value of each entry in order of the file.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = (&Name, &Object)> + ExactSizeIterator {
        self.body.entries.iter().map(|entry| (&entry.key, &entry.value))
    }

    /// Whether a key occurs more than once.
    pub fn has_duplicate_keys(&self) -> bool {
        let mut keys: Vec<_> = self.iter().map(|(key, _)| key.as_bytes()).collect();
        keys.sort_unstable();
        !keys.is_sorted_by(|first, second| first < second)
    }

    /// Sets `key`. An existing value is replaced in its place; a new entry is appended.
    pub fn set(&mut self, key: impl Into<Name>, value: impl Into<Object>) {
        let (key, value) = (key.into(), value.into());
        let position = self.body.position(&key.as_bytes());
        let body = self.body_mut();
        if let Some(entry) = position.and_then(|position| body.entries.get_mut(position)) {
            entry.value = value;
            if entry.middle.as_bytes().is_empty() {
                entry.middle = SourceText::SPACE;
            }
            return;
        }
        let lead = match body.entries.last() {
            Some(last) if is_blank(&last.lead) && !last.lead.as_bytes().is_empty() => last.lead.clone(),
            _ => SourceText::SPACE,
        };
        if body.tail.is_none() {
            body.tail = Some(SourceText::SPACE);
        }
        body.entries.push(Entry {
            lead,
            key,
            middle: SourceText::SPACE,
            value,
        });
    }

    /// Removes every entry of `key`; tells whether there was one.
    pub fn remove(&mut self, key: &str) -> bool {
        if self.body.position(key.as_bytes()).is_none() {
            return false;
        }
        self.body_mut().entries.retain(|entry| entry.key != key);
        true
    }

    /// Changes the direct dictionary under `key`, which is made when `key` is absent. Returns false, without a
    /// change, when the value is something else (a reference, for example).
    pub fn edit_dictionary(&mut self, key: &str, change: impl FnOnce(&mut Dictionary)) -> bool {
        if !self.contains(key) {
            self.set(key, Dictionary::new());
        }
        match self.value_mut(key) {
            Some(Object::Dictionary(dictionary)) => {
                change(dictionary);
                true
            }
            _ => false,
        }
    }

    /// Changes the direct array under `key`, which is made when `key` is absent. Returns false, without a
    /// change, when the value is something else (a reference, for example).
    pub fn edit_array(&mut self, key: &str, change: impl FnOnce(&mut Array)) -> bool {
        if !self.contains(key) {
            self.set(key, Array::new());
        }
        match self.value_mut(key) {
            Some(Object::Array(array)) => {
                change(array);
                true
            }
            _ => false,
        }
    }

    fn value_mut(&mut self, key: &str) -> Option<&mut Object> {
        let position = self.body.position(key.as_bytes())?;
        let entry = self.body_mut().entries.get_mut(position)?;
        Some(&mut entry.value)
    }

    /// The body to change; what was found out about it no longer holds.
    fn body_mut(&mut self) -> &mut Body {
        let body = Arc::make_mut(&mut self.body);
        body.index = OnceLock::new();
        body
    }

    /// Changes every value in place.
    pub(crate) fn for_each_mut(&mut self, mut change: impl FnMut(&Name, &mut Object)) {
        for entry in &mut self.body_mut().entries {
            change(&entry.key, &mut entry.value);
        }
    }

    /// The entries and the gap before `>>`.
    pub(crate) fn written(&self) -> (&[Entry], &[u8]) {
        (
            &self.body.entries,
            self.body
                .tail
                .as_ref()
                .map_or(b"".as_slice(), SourceText::as_bytes),
        )
    }
}

impl<K: Into<Name>, V: Into<Object>> FromIterator<(K, V)> for Dictionary {
    fn from_iter<I: IntoIterator<Item = (K, V)>>(entries: I) -> Self {
        let mut dictionary = Self::new();
        for (key, value) in entries {
            dictionary.set(key, value);
        }
        dictionary
    }
}

/// Equal when the same keys have equal values, in any order.
impl PartialEq for Dictionary {
    fn eq(&self, other: &Self) -> bool {
        if Arc::ptr_eq(&self.body, &other.body) {
            return true;
        }
        let sorted = |dictionary: &Self| {
            let mut last: Vec<(Vec<u8>, Object)> = Vec::with_capacity(dictionary.len());
            for (key, value) in dictionary.iter() {
                last.push((key.as_bytes().into_owned(), value.clone()));
            }
            // Stable, so that of two equal keys the later one stays behind and wins below.
            last.sort_by(|first, second| first.0.cmp(&second.0));
            let mut unique: Vec<(Vec<u8>, Object)> = Vec::with_capacity(last.len());
            for entry in last {
                match unique.last_mut() {
                    Some(previous) if previous.0 == entry.0 => *previous = entry,
                    _ => unique.push(entry),
                }
            }
            unique.retain(|entry| !entry.1.is_null());
            unique
        };
        sorted(self) == sorted(other)
    }
}

impl Eq for Dictionary {}

impl fmt::Debug for Dictionary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}
