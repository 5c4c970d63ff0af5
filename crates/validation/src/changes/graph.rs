//! Which objects lead to which: so that only what a revision can have touched is compared.

use std::collections::{BTreeMap, HashSet};

use akashi_pdf::{Document, Object, ObjectId, ReadAt, ReadError};

use crate::changes::form::FormView;

/// References between objects, forwards and backwards. Entries that lead back up (`Parent`, `P`) are left out: they
/// are compared by identity.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    references: BTreeMap<u32, Vec<u32>>,
    referrers: BTreeMap<u32, Vec<u32>>,
}

impl Graph {
    /// Reads every object of `document` once, without the data of streams.
    pub(crate) fn of<R: ReadAt>(document: &Document<R>) -> Result<Self, ReadError> {
        let mut graph = Self::default();
        for id in document.object_ids() {
            graph.insert(document, id)?;
        }
        Ok(graph)
    }

    /// Takes up what a revision (re)defines.
    pub(crate) fn renew<R: ReadAt>(
        &mut self,
        document: &Document<R>,
        numbers: &[u32],
    ) -> Result<(), ReadError> {
        for number in numbers {
            for target in self.references.remove(number).unwrap_or_default() {
                if let Some(referrers) = self.referrers.get_mut(&target) {
                    referrers.retain(|referrer| referrer != number);
                }
            }
            if let Some(id) = current_id(document, *number) {
                self.insert(document, id)?;
            }
        }
        Ok(())
    }

    fn insert<R: ReadAt>(&mut self, document: &Document<R>, id: ObjectId) -> Result<(), ReadError> {
        let object = match document.object(id) {
            Ok(object) => object,
            Err(error @ (ReadError::Io(_) | ReadError::Limit(_))) => return Err(error),
            // What cannot be read refers to nothing; whoever meets it in a comparison reports it.
            Err(_) => return Ok(()),
        };
        let mut targets = Vec::new();
        collect(&object, &mut targets);
        targets.sort_unstable();
        targets.dedup();
        for target in &targets {
            self.referrers.entry(*target).or_default().push(id.number);
        }
        self.references.insert(id.number, targets);
        Ok(())
    }

    /// Everything that leads to one of `numbers`, these included. Objects of `canonical` are compared where they
    /// belong, so what refers to them does not count.
    pub(crate) fn reaching(&self, numbers: &[u32], canonical: &HashSet<u32>) -> HashSet<u32> {
        let mut reaching: HashSet<u32> = numbers.iter().copied().collect();
        let mut waiting: Vec<u32> = numbers.to_vec();
        while let Some(number) = waiting.pop() {
            if canonical.contains(&number) {
                continue;
            }
            for referrer in self.referrers.get(&number).into_iter().flatten() {
                if reaching.insert(*referrer) {
                    waiting.push(*referrer);
                }
            }
        }
        reaching
    }
}

pub(super) fn current_id<R: ReadAt>(document: &Document<R>, number: u32) -> Option<ObjectId> {
    match document.entry(number)? {
        akashi_pdf::XrefEntry::InFile { generation, .. } => Some(ObjectId::new(number, generation)),
        akashi_pdf::XrefEntry::InStream { .. } => Some(ObjectId::new(number, 0)),
        akashi_pdf::XrefEntry::Free { .. } => None,
    }
}

fn collect(object: &Object, targets: &mut Vec<u32>) {
    match object {
        Object::Reference(reference) => targets.push(reference.id().number),
        Object::Array(array) => array.iter().for_each(|item| collect(item, targets)),
        _ => {
            let Some(dictionary) = object.as_dictionary() else {
                return;
            };
            for (key, value) in dictionary.iter() {
                let leads_up = (*key == "Parent" || *key == "P") && value.as_reference().is_some();
                if !leads_up {
                    collect(value, targets);
                }
            }
        }
    }
}

/// Objects that have one place in a document where they are compared: catalog, page tree, form fields and widgets.
/// Anywhere else a reference to one of them is compared by identity.
pub(crate) fn canonical_numbers<R: ReadAt>(
    document: &Document<R>,
    forms: &FormView,
) -> Result<HashSet<u32>, ReadError> {
    let mut numbers = HashSet::from([document.catalog_id().number]);
    let mut waiting: Vec<ObjectId> = document.catalog()?.reference("Pages").into_iter().collect();
    while let Some(id) = waiting.pop() {
        if !numbers.insert(id.number) {
            continue;
        }
        let node = document.dictionary(id)?.unwrap_or_default();
        if !node.is_name("Type", "Page") {
            let kids = document.get_array(&node, "Kids")?.unwrap_or_default();
            waiting.extend(kids.iter().filter_map(Object::as_reference));
        }
    }
    for field in forms.old_fields() {
        numbers.insert(field.id.number);
        numbers.extend(field.ancestors.iter().map(|id| id.number));
        numbers.extend(field.widgets.iter().map(|widget| widget.id.number));
    }
    Ok(numbers)
}
