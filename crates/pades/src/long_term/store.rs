//! The document security store, `/DSS` (ISO 32000-2, 12.8.4.3; EN 319 142-1, 5.4.2).

use std::collections::HashMap;

use akashi_pdf::{
    Array, Dictionary, Document, IncrementalUpdate, Name, Object, ObjectId, ReadAt, ReadError, UpdateError,
};
use akashi_pki::ocsp::OcspResponse;
use akashi_pki::{Certificate, DigestAlgorithm, RevocationList};

use crate::long_term::material::ValidationMaterial;

/// Most streams of one kind that are read; a store that is older than four decades has some hundreds.
const MAX_STREAMS: usize = 4096;

/// Lists of the store.
const CERTIFICATES: &str = "Certs";
const REVOCATION_LISTS: &str = "CRLs";
const OCSP_RESPONSES: &str = "OCSPs";

/// What the `/DSS` of a document holds.
#[derive(Debug, Clone, Default)]
pub struct SecurityStore {
    material: ValidationMaterial,
    unreadable_count: usize,
    /// Keys of `/VRI`: signatures that have entries of their own.
    signature_keys: Vec<String>,
    /// Where the bytes with this SHA-256 stand.
    streams: HashMap<[u8; 32], ObjectId>,
}

impl SecurityStore {
    /// Reads the store of the newest revision; an empty one when there is none.
    ///
    /// Streams that are no certificates or revocation data are counted and left alone.
    ///
    /// # Errors
    /// When an object cannot be read.
    pub fn read<R: ReadAt>(document: &Document<R>) -> Result<Self, ReadError> {
        let mut store = Self::default();
        let Some(dictionary) = document.get_dictionary(&document.catalog()?, "DSS")? else {
            return Ok(store);
        };
        for data in store.streams(document, &dictionary, CERTIFICATES)? {
            match Certificate::from_der(&data) {
                Ok(certificate) => store.material.add_certificates([&certificate]),
                Err(_) => store.unreadable_count += 1,
            }
        }
        for data in store.streams(document, &dictionary, REVOCATION_LISTS)? {
            match RevocationList::from_der(&data) {
                Ok(list) => store.material.revocation_lists.push(list),
                Err(_) => store.unreadable_count += 1,
            }
        }
        for data in store.streams(document, &dictionary, OCSP_RESPONSES)? {
            match OcspResponse::from_der(&data) {
                Ok(response) => store.material.ocsp_responses.push(response),
                Err(_) => store.unreadable_count += 1,
            }
        }
        if let Some(entries) = document.get_dictionary(&dictionary, "VRI")? {
            let keys = entries.iter().map(|(key, _)| key.to_text());
            store.signature_keys = keys.filter(|key| key != "Type").collect();
        }
        Ok(store)
    }

    /// Its certificates and revocation data.
    pub fn material(&self) -> &ValidationMaterial {
        &self.material
    }

    /// Streams that could not be understood.
    pub fn unreadable_count(&self) -> usize {
        self.unreadable_count
    }

    /// Whether `/VRI` has an entry under `key`; keys are compared without regard to case.
    pub(crate) fn knows_signature(&self, key: &str) -> bool {
        self.signature_keys
            .iter()
            .any(|known| known.eq_ignore_ascii_case(key))
    }

    /// The data of the streams in the list `key`, each once.
    fn streams<R: ReadAt>(
        &mut self,
        document: &Document<R>,
        dictionary: &Dictionary,
        key: &str,
    ) -> Result<Vec<Vec<u8>>, ReadError> {
        let mut found = Vec::new();
        let array = document.get_array(dictionary, key)?.unwrap_or_default();
        for item in array.iter().take(MAX_STREAMS) {
            let Object::Stream(stream) = document.resolve(item)? else {
                continue;
            };
            let data = document.stream_data(&stream)?;
            let fingerprint = fingerprint(&data);
            if let Some(id) = item.as_reference()
                && self.streams.insert(fingerprint, id).is_none()
            {
                found.push(data);
            }
        }
        Ok(found)
    }
}

/// What is to be known about one signature.
#[derive(Debug)]
pub(crate) struct SignatureMaterial {
    /// Upper-case hexadecimal SHA-1 of `/Contents` (ISO 32000-2, table 261).
    pub(crate) key: String,
    /// What concerns it. What is not in the store is left out.
    pub(crate) material: ValidationMaterial,
}

impl SignatureMaterial {
    /// `contents` as it stands in the file, with its padding.
    pub(crate) fn key_of(contents: &[u8]) -> String {
        let digest = DigestAlgorithm::Sha1.digest(contents);
        digest.iter().fold(String::new(), |mut key, byte| {
            use std::fmt::Write as _;
            // Writing to a string cannot fail.
            let _ = write!(key, "{byte:02X}");
            key
        })
    }
}

/// Adds to the store what it lacks: streams of `material`, and `/VRI` entries of `signatures` that have none yet. What
/// stands there stays. Tells whether anything was lacking.
pub(crate) fn extend_store<R: ReadAt>(
    update: &mut IncrementalUpdate<'_, R>,
    store: &SecurityStore,
    material: &ValidationMaterial,
    signatures: &[SignatureMaterial],
) -> Result<bool, UpdateError> {
    let mut streams = store.streams.clone();
    let mut added = |update: &mut IncrementalUpdate<'_, R>, data: &[u8]| {
        let fingerprint = fingerprint(data);
        if streams.contains_key(&fingerprint) {
            return None;
        }
        let id = update.add_stream(Dictionary::new(), data);
        streams.insert(fingerprint, id);
        Some(id)
    };
    let mut lists = Vec::new();
    for (names, ders) in ders(material) {
        let ids: Vec<ObjectId> = ders.into_iter().filter_map(|der| added(update, der)).collect();
        if !ids.is_empty() {
            lists.push((names.list, ids));
        }
    }
    let entries: Vec<(&str, Dictionary)> = signatures
        .iter()
        .filter(|signature| !store.knows_signature(&signature.key))
        .map(|signature| {
            (
                signature.key.as_str(),
                signature_entry(&signature.material, &streams),
            )
        })
        .filter(|(_, entry)| !entry.is_empty())
        .collect();
    if lists.is_empty() && entries.is_empty() {
        return Ok(false);
    }
    let store_id = store_object(update)?;
    for (key, ids) in lists {
        update.edit_array_entry(store_id, key, |array| ids.iter().for_each(|id| array.push(*id)))?;
    }
    for (key, entry) in entries {
        let entry = update.add(entry);
        update.edit_dictionary_entry(store_id, "VRI", |signatures| signatures.set(key, entry))?;
    }
    Ok(true)
}

/// Under which keys a kind of data is listed.
struct Names {
    /// In the store (table 261).
    list: &'static str,
    /// In the entry of a signature (table 262).
    entry: &'static str,
}

/// The encodings of each kind.
fn ders(material: &ValidationMaterial) -> [(Names, Vec<&[u8]>); 3] {
    let names = |list, entry| Names { list, entry };
    let certificates = material.certificates.iter().map(Certificate::as_der);
    let responses = material.ocsp_responses.iter().map(OcspResponse::as_der);
    let lists = material.revocation_lists.iter().map(RevocationList::as_der);
    [
        (names(CERTIFICATES, "Cert"), certificates.collect()),
        (names(OCSP_RESPONSES, "OCSP"), responses.collect()),
        (names(REVOCATION_LISTS, "CRL"), lists.collect()),
    ]
}

/// The `/VRI` entry of one signature (ISO 32000-2, table 262). `TU` and `TS` are left out: signatures of the levels made
/// here have their time in time-stamps (EN 319 142-1, 5.4.2.3).
fn signature_entry(material: &ValidationMaterial, streams: &HashMap<[u8; 32], ObjectId>) -> Dictionary {
    let mut entry = Dictionary::new();
    for (names, ders) in ders(material) {
        let ids = ders.into_iter().filter_map(|der| streams.get(&fingerprint(der)));
        let array: Array = ids.copied().collect();
        if !array.is_empty() {
            entry.set(names.entry, array);
        }
    }
    entry
}

/// The object that holds the store; it is made, or lifted out of the catalog, so that later updates leave the catalog as
/// it is.
fn store_object<R: ReadAt>(update: &mut IncrementalUpdate<'_, R>) -> Result<ObjectId, UpdateError> {
    let document = update.document();
    let catalog = document.catalog()?;
    let wrong = || UpdateError::WrongEntry {
        id: document.catalog_id(),
        key: "DSS".to_owned(),
    };
    let existing = match document.get(&catalog, "DSS")? {
        Object::Null => Dictionary::new().with("Type", Name::new("DSS")),
        Object::Dictionary(existing) => {
            if let Some(id) = catalog.reference("DSS") {
                return Ok(id);
            }
            existing
        }
        _ => return Err(wrong()),
    };
    let id = update.add(existing);
    update.edit_dictionary(document.catalog_id(), |catalog| catalog.set("DSS", id))?;
    Ok(id)
}

fn fingerprint(data: &[u8]) -> [u8; 32] {
    let digest = DigestAlgorithm::Sha256.digest(data);
    digest.try_into().unwrap_or_default()
}
