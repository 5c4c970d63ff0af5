//! What signatures that are already there forbid (ISO 32000-2, 12.8.2).

use akashi_pdf::{
    Array, Dictionary, Document, FieldType, Form, FormField, Name, Object, PdfString, ReadAt, ReadError,
    SignatureFacts,
};

/// A field lock or FieldMDP transform: which fields must not change any more (tables 236 and 258).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldLock {
    /// How `fields` is meant.
    pub action: LockAction,
    /// Full field names; a name stands for the fields below it, too.
    pub fields: Vec<String>,
}

/// Which fields a lock names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockAction {
    /// All fields of the document.
    All,
    /// The fields listed.
    Include,
    /// All fields but those listed.
    Exclude,
}

impl FieldLock {
    /// Reads a lock; nothing when it has no known action. Missing fields count as an empty list.
    pub(crate) fn read<R: ReadAt>(
        document: &Document<R>,
        lock: &Dictionary,
    ) -> Result<Option<Self>, ReadError> {
        let action = match document.get(lock, "Action")?.as_name() {
            Some(name) if *name == "All" => LockAction::All,
            Some(name) if *name == "Include" => LockAction::Include,
            Some(name) if *name == "Exclude" => LockAction::Exclude,
            _ => return Ok(None),
        };
        let mut fields = Vec::new();
        for item in document.get_array(lock, "Fields")?.unwrap_or_default().iter() {
            if let Some(name) = document.resolve(item)?.as_string() {
                fields.push(PdfString::to_text(name));
            }
        }
        Ok(Some(Self { action, fields }))
    }

    /// `Action` and `Fields`, as locks and FieldMDP parameters have them.
    pub(crate) fn to_dictionary(&self) -> Dictionary {
        let action = match self.action {
            LockAction::All => "All",
            LockAction::Include => "Include",
            LockAction::Exclude => "Exclude",
        };
        let dictionary = Dictionary::new().with("Action", Name::new(action));
        if self.action == LockAction::All {
            return dictionary;
        }
        let fields: Array = self
            .fields
            .iter()
            .map(|name| PdfString::from_text(name))
            .collect();
        dictionary.with("Fields", fields)
    }

    /// Whether the field of this full name is locked.
    pub fn locks(&self, full_name: &str) -> bool {
        let is_listed = self.fields.iter().any(|listed| {
            full_name == listed
                || full_name
                    .strip_prefix(listed.as_str())
                    .is_some_and(|rest| rest.starts_with('.'))
        });
        match self.action {
            LockAction::All => true,
            LockAction::Include => is_listed,
            LockAction::Exclude => !is_listed,
        }
    }

    /// Whether fields that do not exist yet are locked.
    pub(crate) fn locks_new_fields(&self) -> bool {
        !matches!(self.action, LockAction::Include)
    }
}

/// The filled signature fields of a form that was read already.
pub(crate) fn signatures_of<R: ReadAt>(
    document: &Document<R>,
    form: &Form,
) -> Result<Vec<SignatureFacts>, ReadError> {
    let mut signatures = Vec::new();
    for field in form
        .fields
        .iter()
        .filter(|field| field.field_type == Some(FieldType::Signature))
    {
        signatures.extend(document.signature_of(field)?);
    }
    Ok(signatures)
}

/// What the signatures of a document forbid, all together.
#[derive(Debug, Clone, Default)]
pub(crate) struct Restrictions {
    /// The strictest permission of a DocMDP transform (table 257) or of a lock (`P`, table 236).
    pub(crate) permission: Option<i64>,
    /// Locks in force.
    pub(crate) locks: Vec<FieldLock>,
}

impl Restrictions {
    pub(crate) fn of<R: ReadAt>(
        document: &Document<R>,
        form: &Form,
        signatures: &[SignatureFacts],
    ) -> Result<Self, ReadError> {
        let mut restrictions = Self::default();
        for signature in signatures {
            for reference in &signature.references {
                let Some(parameters) = &reference.transform_parameters else {
                    continue;
                };
                match reference.transform_method.as_deref() {
                    // Table 257: form filling and signing when P is absent.
                    Some("DocMDP") => {
                        restrictions.limit(document.get(parameters, "P")?.as_i64().unwrap_or(2));
                    }
                    Some("FieldMDP") => restrictions.locks.extend(FieldLock::read(document, parameters)?),
                    _ => {}
                }
            }
            let field = form.fields.iter().find(|field| field.id == signature.field_id);
            if let Some(lock) = field.and_then(|field| field.lock.as_ref()) {
                restrictions.locks.extend(FieldLock::read(document, lock)?);
                if let Some(permission) = document.get(lock, "P")?.as_i64() {
                    restrictions.limit(permission);
                }
            }
        }
        Ok(restrictions)
    }

    fn limit(&mut self, permission: i64) {
        self.permission = Some(self.permission.map_or(permission, |known| known.min(permission)));
    }

    pub(crate) fn locks(&self, full_name: &str) -> bool {
        self.locks.iter().any(|lock| lock.locks(full_name))
    }
}

/// Whether a seed value dictionary (ISO 32000-2, table 237) lets us sign the field as we do: SHA-256,
/// `ETSI.CAdES.detached`, an approval signature. Constraints that are wishes only (their flag is not set) do not
/// hinder.
pub(crate) fn seed_values_allow<R: ReadAt>(
    document: &Document<R>,
    field: &FormField,
) -> Result<bool, ReadError> {
    const FILTER: i64 = 1;
    const SUB_FILTER: i64 = 1 << 1;
    const REASONS: i64 = 1 << 3;
    const LEGAL_ATTESTATION: i64 = 1 << 4;
    const ADD_REVOCATION: i64 = 1 << 5;
    const DIGEST_METHOD: i64 = 1 << 6;
    const LOCK_DOCUMENT: i64 = 1 << 7;
    let Some(seed) = &field.seed_value else {
        return Ok(true);
    };
    let flags = document.get(seed, "Ff")?.as_i64().unwrap_or(0);
    let is_required = |flag: i64| flags & flag != 0;
    if is_required(REASONS)
        || is_required(LEGAL_ATTESTATION)
        || is_required(ADD_REVOCATION)
        || is_required(LOCK_DOCUMENT)
    {
        return Ok(false);
    }
    if let Some(certificate) = document.get_dictionary(seed, "Cert")?
        && document.get(&certificate, "Ff")?.as_i64().unwrap_or(0) != 0
    {
        return Ok(false);
    }
    if let Some(mdp) = document.get_dictionary(seed, "MDP")?
        && document.get(&mdp, "P")?.as_i64().unwrap_or(0) != 0
    {
        // Demands a certification signature (table 237), which only the first signature can be.
        return Ok(false);
    }
    if is_required(FILTER)
        && document
            .get(seed, "Filter")?
            .as_name()
            .is_none_or(|name| *name != "Adobe.PPKLite")
    {
        return Ok(false);
    }
    if is_required(SUB_FILTER) {
        // The first one that a writer can make must be used.
        let first = document
            .get_array(seed, "SubFilter")?
            .and_then(|names| names.get(0).cloned());
        if first
            .as_ref()
            .and_then(Object::as_name)
            .is_none_or(|name| *name != "ETSI.CAdES.detached")
        {
            return Ok(false);
        }
    }
    if is_required(DIGEST_METHOD) {
        let methods = document.get_array(seed, "DigestMethod")?.unwrap_or_default();
        let has_sha256 = methods
            .iter()
            .filter_map(Object::as_string)
            .any(|method| method.to_text().eq_ignore_ascii_case("SHA256"));
        return Ok(has_sha256);
    }
    Ok(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_for_the_fields_below_it() {
        let include = FieldLock {
            action: LockAction::Include,
            fields: vec!["a".into(), "b.c".into()],
        };
        for (name, locked) in [
            ("a", true),
            ("a.x", true),
            ("ab", false),
            ("b", false),
            ("b.c.d", true),
        ] {
            assert_eq!(include.locks(name), locked, "{name}");
            let exclude = FieldLock {
                action: LockAction::Exclude,
                ..include.clone()
            };
            assert_eq!(exclude.locks(name), !locked, "{name}");
        }
        assert!(
            FieldLock {
                action: LockAction::All,
                fields: Vec::new()
            }
            .locks("x")
        );
    }
}
