//! The readings of others. A panic of theirs counts as a refusal.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::Command;

use hayro_syntax::Pdf;
use hayro_syntax::object::{Object as HayroObject, ObjectIdentifier};
use lopdf::Object as LopdfObject;
use lopdf::xref::XrefEntry;
use serde_json::Value;

use crate::readers::{Kind, Reading};

/// lopdf 0.47, lenient, with an empty password.
pub(crate) fn lopdf(bytes: &[u8]) -> Result<Reading, String> {
    let document = calmly(|| lopdf::Document::load_mem(bytes).map_err(|error| error.to_string()))?;
    let entries = document.reference_table.entries.iter();
    let in_use = entries.filter_map(|(number, entry)| match entry {
        XrefEntry::Normal { generation, .. } => Some((*number, *generation)),
        XrefEntry::Compressed { .. } => Some((*number, 0)),
        XrefEntry::Free | XrefEntry::UnusableFree => None,
    });
    let kind = |object: &LopdfObject| match object {
        LopdfObject::Null => Kind::Null,
        LopdfObject::Boolean(_) => Kind::Boolean,
        LopdfObject::Integer(_) | LopdfObject::Real(_) => Kind::Number,
        LopdfObject::Name(_) => Kind::Name,
        LopdfObject::String(..) => Kind::String,
        LopdfObject::Array(_) => Kind::Array,
        LopdfObject::Dictionary(_) => Kind::Dictionary,
        LopdfObject::Stream(_) => Kind::Stream,
        LopdfObject::Reference(_) => Kind::Reference,
    };
    Ok(Reading {
        root: document
            .trailer
            .get(b"Root")
            .ok()
            .and_then(|root| root.as_reference().ok())
            .map(|id| id.0),
        pages: Ok(document.get_pages().len()),
        revisions: Some(document.revision_count()),
        objects: in_use
            .map(|id| (id.0, document.objects.get(&id).map(kind).ok_or_else(missing)))
            .collect(),
        is_repaired: document.xref_recovery.is_some(),
    })
}

/// hayro-syntax 0.9, asked for the objects of `numbers`: it gives no list of its own.
pub(crate) fn hayro(bytes: &[u8], numbers: &[(u32, u16)]) -> Result<Reading, String> {
    let pdf = calmly(|| Pdf::new(bytes.to_vec()).map_err(|error| format!("{error:?}")))?;
    let kind = |object: HayroObject<'_>| match object {
        HayroObject::Null(_) => Kind::Null,
        HayroObject::Boolean(_) => Kind::Boolean,
        HayroObject::Number(_) => Kind::Number,
        HayroObject::String(_) => Kind::String,
        HayroObject::Name(_) => Kind::Name,
        HayroObject::Dict(_) => Kind::Dictionary,
        HayroObject::Array(_) => Kind::Array,
        HayroObject::Stream(_) => Kind::Stream,
    };
    let objects = numbers.iter().map(|(number, generation)| {
        let id = ObjectIdentifier::new(*number, i32::from(*generation));
        let object = pdf.xref().get::<HayroObject<'_>>(id);
        (*number, object.map(kind).ok_or_else(missing))
    });
    Ok(Reading {
        root: Some(pdf.xref().root_id().obj_number),
        pages: Ok(pdf.pages().len()),
        revisions: None,
        objects: objects.collect(),
        is_repaired: false,
    })
}

/// qpdf, with an empty password.
pub(crate) fn qpdf(path: &Path) -> Result<Reading, String> {
    let output = Command::new("qpdf")
        .args(["--json=2", "--json-key=qpdf", "--json-key=pages"])
        .arg(path)
        .output()
        .expect("qpdf must be installed");
    let messages = String::from_utf8_lossy(&output.stderr).into_owned();
    if !matches!(output.status.code(), Some(0 | 3)) {
        let message = messages
            .lines()
            .find(|line| line.starts_with("qpdf: "))
            .unwrap_or("no message");
        return Err(message.rsplit(": ").next().unwrap_or_default().to_owned());
    }
    let json: Value = serde_json::from_slice(&output.stdout).map_err(|_| "its JSON is no JSON".to_owned())?;
    let mut objects = BTreeMap::new();
    let mut root = None;
    for (key, entry) in json["qpdf"][1].as_object().ok_or("its JSON lacks the objects")? {
        let Some(id) = key.strip_prefix("obj:") else {
            root = entry["value"]["/Root"].as_str().and_then(number);
            continue;
        };
        let kind = if entry.get("stream").is_some() {
            Kind::Stream
        } else {
            kind_of_json(&entry["value"])
        };
        // A reference may name a number that no object can have.
        if let Some(number) = number(id) {
            objects.insert(number, Ok(kind));
        }
    }
    Ok(Reading {
        root,
        pages: Ok(json["pages"].as_array().map_or(0, Vec::len)),
        revisions: None,
        objects,
        is_repaired: messages.contains("Attempting to reconstruct"),
    })
}

/// A reader that panics refuses.
fn calmly<T>(read: impl FnOnce() -> Result<T, String>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|_| Err("it panics".to_owned()))
}

fn missing() -> String {
    "it is not given".to_owned()
}

/// The number in `12 0 R`.
fn number(reference: &str) -> Option<u32> {
    reference.split(' ').next()?.parse().ok()
}

/// The second form of qpdf's JSON: `u:`, `b:` strings, `/` and `n:/` names, `N G R` references.
fn kind_of_json(value: &Value) -> Kind {
    match value {
        Value::Null => Kind::Null,
        Value::Bool(_) => Kind::Boolean,
        Value::Number(_) => Kind::Number,
        Value::Array(_) => Kind::Array,
        Value::Object(_) => Kind::Dictionary,
        Value::String(text) if text.starts_with('/') || text.starts_with("n:/") => Kind::Name,
        Value::String(text) if text.starts_with("u:") || text.starts_with("b:") => Kind::String,
        Value::String(_) => Kind::Reference,
    }
}
