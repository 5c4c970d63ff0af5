//! Arrays, ISO 32000-2, 7.3.6.

use std::fmt;
use std::sync::Arc;

use crate::lexer::is_space;
use crate::object::Object;
use crate::source_text::SourceText;

/// An array. Unchanged items keep their bytes when others change.
#[derive(Clone, Default)]
pub struct Array {
    body: Arc<Body>,
}

#[derive(Clone, Default)]
struct Body {
    items: Vec<Item>,
    tail: Option<SourceText>,
}

#[derive(Clone)]
struct Item {
    /// White space and comments before the value.
    lead: SourceText,
    value: Object,
}

impl Array {
    /// An empty array.
    pub fn new() -> Self {
        Self::default()
    }

    pub(crate) fn parsed(items: Vec<(SourceText, Object)>, tail: SourceText) -> Self {
        let items = items
            .into_iter()
            .map(|(lead, value)| Item { lead, value })
            .collect();
        Self {
            body: Arc::new(Body {
                items,
                tail: Some(tail),
            }),
        }
    }

    /// Number of items.
    pub fn len(&self) -> usize {
        self.body.items.len()
    }

    /// Whether there is no item.
    pub fn is_empty(&self) -> bool {
        self.body.items.is_empty()
    }

    /// The item at `index`.
    pub fn get(&self, index: usize) -> Option<&Object> {
        self.body.items.get(index).map(|item| &item.value)
    }

    /// The items in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Object> + ExactSizeIterator {
        self.body.items.iter().map(|item| &item.value)
    }

    /// Appends an item.
    pub fn push(&mut self, value: impl Into<Object>) {
        let body = Arc::make_mut(&mut self.body);
        let lead = match body.items.last() {
            None => SourceText::EMPTY,
            Some(last) if body.items.len() > 1 && is_blank(&last.lead) => last.lead.clone(),
            Some(_) => SourceText::SPACE,
        };
        body.items.push(Item {
            lead,
            value: value.into(),
        });
    }

    /// Inserts an item before `index`; at the end when `index` is past it.
    pub fn insert(&mut self, index: usize, value: impl Into<Object>) {
        let body = Arc::make_mut(&mut self.body);
        let index = index.min(body.items.len());
        body.items.insert(
            index,
            Item {
                lead: SourceText::SPACE,
                value: value.into(),
            },
        );
    }

    /// Replaces the item at `index`; nothing happens past the end.
    pub fn set(&mut self, index: usize, value: impl Into<Object>) {
        if let Some(item) = Arc::make_mut(&mut self.body).items.get_mut(index) {
            item.value = value.into();
        }
    }

    /// Keeps the items that `keep` accepts, asked in order.
    pub fn retain(&mut self, mut keep: impl FnMut(&Object) -> bool) {
        let body = Arc::make_mut(&mut self.body);
        body.items.retain(|item| keep(&item.value));
    }

    /// Changes every item in place.
    pub(crate) fn for_each_mut(&mut self, mut change: impl FnMut(&mut Object)) {
        for item in &mut Arc::make_mut(&mut self.body).items {
            change(&mut item.value);
        }
    }

    /// Gap and value of each item, then the gap before the closing bracket.
    pub(crate) fn written(&self) -> (impl Iterator<Item = (&[u8], &Object)>, &[u8]) {
        let items = self
            .body
            .items
            .iter()
            .map(|item| (item.lead.as_bytes(), &item.value));
        (
            items,
            self.body
                .tail
                .as_ref()
                .map_or(b"".as_slice(), SourceText::as_bytes),
        )
    }
}

pub(crate) fn is_blank(gap: &SourceText) -> bool {
    gap.as_bytes().iter().all(|byte| is_space(*byte))
}

impl<T: Into<Object>> FromIterator<T> for Array {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        let mut array = Self::new();
        for value in values {
            array.push(value);
        }
        array
    }
}

impl<T: Into<Object>, const N: usize> From<[T; N]> for Array {
    fn from(values: [T; N]) -> Self {
        values.into_iter().collect()
    }
}

impl PartialEq for Array {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.body, &other.body) || (self.len() == other.len() && self.iter().eq(other.iter()))
    }
}

impl Eq for Array {}

impl fmt::Debug for Array {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}
