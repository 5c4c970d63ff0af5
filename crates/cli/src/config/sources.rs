//! Where values come from: the environment, and files that hold one secret each.

#![expect(
    clippy::result_large_err,
    reason = "the error of figment, met once when the program starts"
)]

use std::ffi::OsString;
use std::path::Path;

use figment::value::{Dict, Map, Value};
use figment::{Error, Metadata, Profile, Provider};

const PREFIX: &str = "AKASHI_";

/// Keys of secrets. `<key>_file` names a file that holds the value; from the environment they are taken as they
/// are, since a password of digits is still a text.
const SECRETS: [&str; 7] = [
    "url",
    "migration_url",
    "password",
    "secret_access_key",
    "pin",
    "bearer_token",
    "value",
];

/// The variables of the environment that configure the service: `AKASHI_DATA`, and those with a table's name
/// (`AKASHI_SERVER__LISTEN`). Others that begin with `AKASHI_` belong to tests and tools.
#[derive(Debug, Clone, Default)]
pub(super) struct Environment(Dict);

impl Environment {
    /// The environment of this process.
    #[expect(
        clippy::disallowed_methods,
        reason = "configuration is parsed once, and this is the place"
    )]
    pub(super) fn of_process() -> Self {
        Self::of(std::env::vars_os())
    }

    /// These variables.
    pub(super) fn of(variables: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        let mut dict = Dict::new();
        for (name, text) in variables {
            let (Some(name), Some(text)) = (name.to_str(), text.to_str()) else {
                continue;
            };
            let Some(name) = name.strip_prefix(PREFIX) else {
                continue;
            };
            let name = name.to_ascii_lowercase();
            let path: Vec<&str> = name.split("__").collect();
            if path.len() > 1 || name == "data" {
                put(&mut dict, &path, text);
            }
        }
        Self(dict)
    }
}

fn put(dict: &mut Dict, path: &[&str], text: &str) {
    match path {
        [] => {}
        [key] => {
            dict.insert((*key).to_owned(), parsed(key, text));
        }
        [table, rest @ ..] => {
            let entry = dict
                .entry((*table).to_owned())
                .or_insert_with(|| Value::from(Dict::new()));
            if let Value::Dict(_, inner) = entry {
                put(inner, rest, text);
            }
        }
    }
}

fn parsed(key: &str, text: &str) -> Value {
    let is_text = SECRETS.contains(&key) || key.ends_with("_file");
    if is_text {
        return Value::from(text);
    }
    match text.parse() {
        Ok(value) => value,
        Err(never) => match never {},
    }
}

impl Provider for Environment {
    fn metadata(&self) -> Metadata {
        Metadata::named("environment variables AKASHI_…")
    }

    fn data(&self) -> Result<Map<Profile, Dict>, Error> {
        Ok(Profile::Default.collect(self.0.clone()))
    }
}

/// Another source, with the content of `<secret>_file` in place of its name.
pub(super) struct SecretFiles<P>(pub(super) P);

impl<P: Provider> Provider for SecretFiles<P> {
    fn metadata(&self) -> Metadata {
        self.0.metadata()
    }

    fn data(&self) -> Result<Map<Profile, Dict>, Error> {
        let mut data = self.0.data()?;
        for dict in data.values_mut() {
            read_in(dict)?;
        }
        Ok(data)
    }
}

fn read_in(dict: &mut Dict) -> Result<(), Error> {
    for secret in SECRETS {
        let key = format!("{secret}_file");
        let Some(named) = dict.remove(&key) else { continue };
        if dict.contains_key(secret) {
            return Err(Error::from(format!("{secret} and {key} are both set")));
        }
        let tag = named.tag();
        let Value::String(_, path) = named else {
            return Err(Error::from(format!("{key} is not the name of a file")));
        };
        dict.insert(
            secret.to_owned(),
            Value::String(tag, content(&key, Path::new(&path))?),
        );
    }
    dict.values_mut().try_for_each(descend)
}

fn descend(value: &mut Value) -> Result<(), Error> {
    match value {
        Value::Dict(_, dict) => read_in(dict),
        Value::Array(_, values) => values.iter_mut().try_for_each(descend),
        _ => Ok(()),
    }
}

/// The file's text without the line end that editors add.
fn content(key: &str, path: &Path) -> Result<String, Error> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| Error::from(format!("{key}: {} cannot be read: {error}", path.display())))?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}
