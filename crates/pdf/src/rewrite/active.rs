//! Leaving active content out.

use crate::active_content::{ActiveContentKind, kind_of};
use crate::error::ReadError;
use crate::object::{Array, Dictionary, Object};
use crate::read_at::ReadAt;
use crate::rewrite::Rewriter;

impl<R: ReadAt> Rewriter<'_, R> {
    /// The object without anything in it that is active content or refers to it.
    pub(super) fn without_active(&mut self, object: Object) -> Result<Object, ReadError> {
        match object {
            Object::Array(array) => {
                let mut kept = Vec::with_capacity(array.len());
                for item in array.iter() {
                    kept.push(!self.is_active(item)?);
                }
                let mut kept = kept.into_iter();
                let mut array = array;
                array.retain(|_| kept.next().unwrap_or(true));
                self.each_without_active(&mut array)?;
                Ok(array.into())
            }
            Object::Dictionary(dictionary) => Ok(self.entries_without_active(dictionary)?.into()),
            Object::Stream(mut stream) => {
                let dictionary = self.entries_without_active(stream.dictionary().clone())?;
                *stream.dictionary_mut() = dictionary;
                Ok(stream.into())
            }
            other => Ok(other),
        }
    }

    fn each_without_active(&mut self, array: &mut Array) -> Result<(), ReadError> {
        let mut result = Ok(());
        array.for_each_mut(|item| {
            if result.is_ok() && matches!(item, Object::Array(_) | Object::Dictionary(_)) {
                match self.without_active(std::mem::take(item)) {
                    Ok(cleaned) => *item = cleaned,
                    Err(error) => result = Err(error),
                }
            }
        });
        result
    }

    fn entries_without_active(&mut self, dictionary: Dictionary) -> Result<Dictionary, ReadError> {
        let mut dictionary = dictionary;
        // Name trees of scripts and files go as a whole; in other trees names stand in pairs with values.
        for key in ["JavaScript", "EmbeddedFiles", "XFA", "JS", "AF", "Collection"] {
            dictionary.remove(key);
        }
        if let Some(Object::Array(names)) = dictionary.get("Names").cloned() {
            let pairs = self.pairs_without_active(&names)?;
            if pairs.len() != names.len() {
                dictionary.set("Names", pairs);
            }
        }
        let mut active_keys = Vec::new();
        for (key, value) in dictionary.iter() {
            if self.is_active(value)? {
                active_keys.push(key.to_text());
            }
        }
        for key in active_keys {
            dictionary.remove(&key);
        }
        let mut result = Ok(());
        dictionary.for_each_mut(|_, value| {
            if result.is_ok() && matches!(value, Object::Array(_) | Object::Dictionary(_)) {
                match self.without_active(std::mem::take(value)) {
                    Ok(cleaned) => *value = cleaned,
                    Err(error) => result = Err(error),
                }
            }
        });
        result.map(|()| dictionary)
    }

    fn pairs_without_active(&mut self, names: &Array) -> Result<Array, ReadError> {
        let items: Vec<&Object> = names.iter().collect();
        let mut kept = Array::new();
        for pair in items.chunks(2) {
            let is_active = match pair {
                [_, value] => self.is_active(value)?,
                _ => false,
            };
            if !is_active {
                for item in pair {
                    kept.push((*item).clone());
                }
            }
        }
        Ok(kept)
    }

    /// Whether a value is, or refers to, a dictionary that vanishes. A form with XFA stays without it.
    fn is_active(&mut self, value: &Object) -> Result<bool, ReadError> {
        let vanishes = |object: &Object| {
            let kind = object.as_dictionary().and_then(kind_of);
            kind.is_some_and(|kind| kind != ActiveContentKind::Xfa)
        };
        let Some(id) = value.as_reference() else {
            return Ok(vanishes(value));
        };
        if let Some(known) = self.known_active.get(&id) {
            return Ok(*known);
        }
        let is_active = vanishes(&self.document.resolve(value)?);
        self.known_active.insert(id, is_active);
        Ok(is_active)
    }
}
