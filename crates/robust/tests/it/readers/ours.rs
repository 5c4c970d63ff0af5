//! Our own reading.

use akashi_pdf::{Document, Limits, Object, OpenError, ReadAt};

use crate::readers::{Kind, Reading};
use crate::signer::chain;

pub(crate) fn read(bytes: &[u8]) -> Result<Reading, OpenError> {
    Document::open(bytes, &Limits::default()).map(|document| reading(&document))
}

/// The same file as it was at each of its revisions, with the length that it had then.
pub(crate) fn revisions(bytes: &[u8]) -> Vec<(usize, Option<Reading>)> {
    let Ok(document) = Document::open(bytes, &Limits::default()) else {
        return Vec::new();
    };
    let ends = document.revisions().iter().enumerate();
    ends.map(|(index, revision)| {
        let view = document.at_revision(index).ok().flatten();
        (
            usize::try_from(revision.end).unwrap(),
            view.map(|view| reading(&view)),
        )
    })
    .collect()
}

fn reading<R: ReadAt>(document: &Document<R>) -> Reading {
    let objects = document.object_ids().into_iter();
    Reading {
        root: Some(document.catalog_id().number),
        pages: document
            .pages()
            .map(|pages| pages.len())
            .map_err(|error| chain(&error)),
        revisions: Some(document.revisions().len()),
        objects: objects
            .map(|id| {
                let object = document.object(id);
                (
                    id.number,
                    object.map(|object| kind(&object)).map_err(|error| chain(&error)),
                )
            })
            .collect(),
        is_repaired: false,
    }
}

fn kind(object: &Object) -> Kind {
    match object {
        Object::Null => Kind::Null,
        Object::Boolean(_) => Kind::Boolean,
        Object::Number(_) => Kind::Number,
        Object::String(_) => Kind::String,
        Object::Name(_) => Kind::Name,
        Object::Array(_) => Kind::Array,
        Object::Dictionary(_) => Kind::Dictionary,
        Object::Stream(_) => Kind::Stream,
        Object::Reference(_) => Kind::Reference,
        Object::Reserved(_) => panic!("a file holds no reserved space"),
    }
}
