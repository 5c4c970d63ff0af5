//! The document security store (`/DSS`, ISO 32000-2, 12.8.4.3) of every revision.

use std::collections::HashSet;

use akashi_pdf::{Dictionary, Document, Object, OpenError, ReadAt, ReadError};

use crate::material::{Kind, Known, Material};
use crate::report::EvidenceSource;

/// Streams of security stores that are read from one file.
const MAX_STREAMS: usize = 8192;
/// `VRI` entries of one store that are looked into.
const MAX_VRI: usize = 2048;

/// Takes the objects of the security store of each revision. What a later revision drops was still there, and what
/// proves its existence still does.
pub(super) fn collect<R: ReadAt>(document: &Document<R>, material: &mut Material) -> Result<(), ReadError> {
    let mut walk = Walk::default();
    for revision in 0..document.revisions().len() {
        let view = match document.at_revision(revision) {
            Ok(Some(view)) => view,
            Err(OpenError::Io(error)) => return Err(error.into()),
            Err(OpenError::Limit(limit)) => return Err(limit.into()),
            Ok(None) | Err(_) => continue,
        };
        // Another store that cannot be read does not help; whether it may be there at all is a question of changes.
        if let Err(error @ (ReadError::Io(_) | ReadError::Limit(_))) =
            walk.revision(&view, revision, material)
        {
            return Err(error);
        }
    }
    Ok(())
}

#[derive(Debug, Default)]
struct Walk {
    /// Streams by object number and the revision that defined them.
    seen: HashSet<(u32, Option<usize>)>,
}

impl Walk {
    fn revision<R: ReadAt>(
        &mut self,
        view: &Document<R>,
        revision: usize,
        material: &mut Material,
    ) -> Result<(), ReadError> {
        let Some(store) = view.get_dictionary(&view.catalog()?, "DSS")? else {
            return Ok(());
        };
        let known = Known {
            since: Some(revision),
            source: EvidenceSource::SecurityStore,
        };
        self.lists(view, &store, &STORE_LISTS, known, material)?;
        let vri = view.get_dictionary(&store, "VRI")?.unwrap_or_default();
        for (_, value) in vri.iter().take(MAX_VRI) {
            if let Object::Dictionary(entry) = view.resolve(value)? {
                self.lists(view, &entry, &VRI_LISTS, known, material)?;
            }
        }
        Ok(())
    }

    fn lists<R: ReadAt>(
        &mut self,
        view: &Document<R>,
        dictionary: &Dictionary,
        lists: &[(&str, Kind)],
        known: Known,
        material: &mut Material,
    ) -> Result<(), ReadError> {
        for (key, kind) in lists {
            for item in view.get_array(dictionary, key)?.unwrap_or_default().iter() {
                let Some(id) = item.as_reference() else { continue };
                let defined_in = view.defining_revision(id.number);
                if self.seen.len() >= MAX_STREAMS || !self.seen.insert((id.number, defined_in)) {
                    continue;
                }
                match view.resolve(item) {
                    Ok(Object::Stream(stream)) => match view.stream_data(&stream) {
                        Ok(data) => material.add_der(*kind, &data, known),
                        Err(error @ (ReadError::Io(_) | ReadError::Limit(_))) => return Err(error),
                        Err(_) => {}
                    },
                    Err(error @ (ReadError::Io(_) | ReadError::Limit(_))) => return Err(error),
                    Ok(_) | Err(_) => {}
                }
            }
        }
        Ok(())
    }
}

const STORE_LISTS: [(&str, Kind); 3] = [
    ("Certs", Kind::Certificate),
    ("CRLs", Kind::List),
    ("OCSPs", Kind::Response),
];
const VRI_LISTS: [(&str, Kind); 3] = [
    ("Cert", Kind::Certificate),
    ("CRL", Kind::List),
    ("OCSP", Kind::Response),
];
